#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/claim_checks.h"
#include "tools/cli/local_store.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

// What is wrong with ids that a store holds since before they were refused, in order.
absl::StatusOr<std::vector<std::string>> RefusedIds(Store* store) {
  std::set<std::string> problems;
  const auto look = [&](const std::string& id) {
    if (std::string problem = IdProblem(id); !id.empty() && !problem.empty()) {
      problems.insert(EscapeForTerminal(problem));
    }
  };
  RETURN_IF_ERROR(store->Replay(0, ~Revision{0}, [&](const Change& change) {
    for (const Artifact& artifact : change.artifacts) look(artifact.id);
    for (const Claim& claim : change.claims) {
      look(claim.subject);
      look(claim.parent);
    }
    return absl::OkStatus();
  }));
  return std::vector<std::string>(problems.begin(), problems.end());
}

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
    ASSIGN_OR_RETURN(const std::vector<std::string> refused, RefusedIds(store.get()));
    const std::string hex = absl::BytesToHexString(hash);
    nlohmann::ordered_json document = {{"revision", head}, {"hash", hex}};
    std::string line = absl::StrCat("intact: ", head, " revisions; the last hash is ", hex);
    if (!refused.empty()) {
      document["refused_ids"] = refused;
      absl::StrAppend(&line, "\nIds that would not be taken today (they go on being read):");
      for (const std::string& problem : refused) absl::StrAppend(&line, "\n  ", problem);
    }
    PrintDone(document, line, &run.output);
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeStoreVerifyVerb() { return std::make_unique<StoreVerifyVerb>(); }

}  // namespace lineage
