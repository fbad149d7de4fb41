#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/store/sqlite_store.h"
#include "tools/cli/local_store.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

class StoreBackupVerb final : public Verb {
 public:
  StoreBackupVerb()
      : Verb({.name = "store backup",
              .summary = "Copy it while it is in use",
              .group = VerbGroup::kKeep,
              .needs = Needs::kStoreFolder,
              .formats = DocumentFormats(),
              .examples = {{"store backup lineage-2026-11-01.sqlite",
                            "a file that store restore takes"}}}) {}

  void Declare(CLI::App* app) override { app->add_option("FILE", file_, "A new file")->required(); }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::string folder, LocalStoreFolder(run.flags.knowledge));
    RETURN_IF_ERROR(BackUpSqliteStore(folder, file_));
    PrintDone({{"backup", file_}}, absl::StrCat("written: ", file_), &run.output);
    return kExitYes;
  }

 private:
  std::string file_;
};

}  // namespace

std::unique_ptr<Verb> MakeStoreBackupVerb() { return std::make_unique<StoreBackupVerb>(); }

}  // namespace lineage
