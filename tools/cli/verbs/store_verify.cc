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

class StoreVerifyVerb final : public Verb {
 public:
  StoreVerifyVerb()
      : Verb({.name = "store verify",
              .summary = "Check the chain of hashes from the first write to the last",
              .group = VerbGroup::kKeep,
              .needs = Needs::kStoreFolder,
              .formats = DocumentFormats(),
              .examples = {{"store verify", "whether nothing was changed behind its back"}}}) {}

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::unique_ptr<Store> store,
                     OpenLocalStore(run.flags.knowledge, /*writable=*/false));
    ASSIGN_OR_RETURN(const std::string hash, VerifyChain(store.get()));
    ASSIGN_OR_RETURN(const Revision head, store->Head());
    const std::string hex = absl::BytesToHexString(hash);
    PrintDone({{"revision", head}, {"hash", hex}},
              absl::StrCat("intact: ", head, " revisions; the last hash is ", hex), &run.output);
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeStoreVerifyVerb() { return std::make_unique<StoreVerifyVerb>(); }

}  // namespace lineage
