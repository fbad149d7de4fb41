#include <nlohmann/json.hpp>

#include "engine/base/status_macros.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

class LicenseFactsVerb final : public Verb {
 public:
  LicenseFactsVerb()
      : Verb({.name = "license facts",
              .summary = "The facts that --fact knows",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kAnswers,
              .formats = ListFormats(),
              .examples = {{"license facts", "what terms turn on that only you can know"}}}) {}

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::vector<Fact> facts, run.answers->Facts());
    Json list = Json::array();
    for (const Fact& fact : facts) {
      if (run.output.table()) run.output.Wrapped(Pad(fact.id, 34), 34, 34, fact.says);
      list.push_back({{"id", fact.id}, {"says", fact.says}});
    }
    if (!run.output.table()) run.output.Document(list);
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeLicenseFactsVerb() { return std::make_unique<LicenseFactsVerb>(); }

}  // namespace lineage
