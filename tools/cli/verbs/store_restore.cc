#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/sqlite_store.h"
#include "tools/cli/local_store.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

class StoreRestoreVerb final : public Verb {
 public:
  StoreRestoreVerb()
      : Verb({.name = "store restore",
              .summary = "Put a backup in its place",
              .group = VerbGroup::kKeep,
              .needs = Needs::kStoreFolder,
              .formats = DocumentFormats(),
              .examples = {{"store restore lineage-2026-11-01.sqlite",
                            "what was there is kept beside it"}}}) {}

  void Declare(CLI::App* app) override { app->add_option("FILE", file_, "A backup")->required(); }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::string folder, LocalStoreFolder(run.flags.knowledge));
    ASSIGN_OR_RETURN(const StoreIdentity identity, RestoreSqliteStore(folder, file_));
    PrintDone({{"epoch", identity.epoch}},
              absl::StrCat("restored; epoch ", identity.epoch,
                           ": tokens from before are refused. What was there is kept as ", folder,
                           "/store.sqlite.replaced"),
              &run.output);
    return kExitYes;
  }

 private:
  std::string file_;
};

}  // namespace

std::unique_ptr<Verb> MakeStoreRestoreVerb() { return std::make_unique<StoreRestoreVerb>(); }

}  // namespace lineage
