#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

class LicensePurposesVerb final : public Verb {
 public:
  LicensePurposesVerb()
      : Verb({.name = "license purposes",
              .summary = "The purposes that --purpose knows",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kAnswers,
              .formats = ListFormats(),
              .examples = {{"license purposes",
                            "which words stand for restricted uses, and which are harmless"}}}) {}

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::vector<Purpose> purposes, run.answers->Purposes());
    Json list = Json::array();
    for (const Purpose& purpose : purposes) {
      if (run.output.table()) {
        run.output.Wrapped(
            absl::StrCat(Pad(purpose.id, 34), purpose.harmful ? "restricted  " : "harmless    "),
            46, 46, purpose.says);
      }
      list.push_back({{"id", purpose.id}, {"harmful", purpose.harmful}, {"says", purpose.says}});
    }
    if (!run.output.table()) run.output.Document(list);
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeLicensePurposesVerb() { return std::make_unique<LicensePurposesVerb>(); }

}  // namespace lineage
