#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "tools/cli/local_store.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

class StoreStatsVerb final : public Verb {
 public:
  StoreStatsVerb()
      : Verb({.name = "store stats",
              .summary = "Its size and state",
              .group = VerbGroup::kKeep,
              .needs = Needs::kStoreFolder,
              .formats = DocumentFormats(),
              .examples = {{"store stats", "how much is in it, and since which revision"}}}) {}

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::string folder, LocalStoreFolder(run.flags.knowledge));
    ASSIGN_OR_RETURN(const std::unique_ptr<Store> store,
                     OpenLocalStore(run.flags.knowledge, /*writable=*/false));
    ASSIGN_OR_RETURN(const StoreStats stats, store->Stats());
    const StoreIdentity identity = store->Identity();
    const std::string id = absl::BytesToHexString(identity.id);
    if (run.output.table()) {
      run.output.Line(absl::StrCat("store        ", folder));
      run.output.Line(absl::StrCat("id           ", id, ", epoch ", identity.epoch));
      run.output.Line(absl::StrCat("revision     ", stats.revision));
      run.output.Line(absl::StrCat("artifacts    ", stats.artifacts, " described"));
      run.output.Line(
          absl::StrCat("claims       ", stats.claims, ", ", stats.retractions, " retracted"));
      run.output.Line(absl::StrCat("size         ", stats.bytes, " bytes, ", stats.backend,
                                   " schema ", stats.schema_version));
    } else {
      run.output.Document(Json{{"store", folder},
                               {"id", id},
                               {"epoch", identity.epoch},
                               {"revision", stats.revision},
                               {"artifacts", stats.artifacts},
                               {"claims", stats.claims},
                               {"retractions", stats.retractions},
                               {"bytes", stats.bytes},
                               {"backend", stats.backend},
                               {"schema_version", stats.schema_version}});
    }
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeStoreStatsVerb() { return std::make_unique<StoreStatsVerb>(); }

}  // namespace lineage
