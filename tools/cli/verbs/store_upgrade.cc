#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/knowledge_base.h"
#include "tools/cli/local_store.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

class StoreUpgradeVerb final : public Verb {
 public:
  StoreUpgradeVerb()
      : Verb({.name = "store upgrade",
              .summary = "Make it, or bring it to this version and catalogue",
              .group = VerbGroup::kKeep,
              .needs = Needs::kStoreFolder,
              .formats = DocumentFormats(),
              .examples = {{"store upgrade --store team", "after a new version was installed"}}}) {}

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::string folder, LocalStoreFolder(run.flags.knowledge));
    ASSIGN_OR_RETURN(std::unique_ptr<Store> store,
                     OpenLocalStore(run.flags.knowledge, /*writable=*/true));
    ASSIGN_OR_RETURN(const auto base, KnowledgeBase::Open(std::move(store), {}));
    PrintDone({{"revision", base->revision()}},
              absl::StrCat(folder, ": revision ", base->revision()), &run.output);
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeStoreUpgradeVerb() { return std::make_unique<StoreUpgradeVerb>(); }

}  // namespace lineage
