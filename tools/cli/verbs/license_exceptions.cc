#include <nlohmann/json.hpp>

#include "engine/base/status_macros.h"
#include "tools/cli/json.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

class LicenseExceptionsVerb final : public Verb {
 public:
  LicenseExceptionsVerb()
      : Verb({.name = "license exceptions",
              .summary = "The exceptions that WITH can name",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kAnswers,
              .formats = ListFormats(),
              .examples = {{"license exceptions", "each with what it takes back"}}}) {}

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::vector<LicenseException> exceptions, run.answers->Exceptions());
    Json list = Json::array();
    for (const LicenseException& exception : exceptions) {
      if (run.output.table()) run.output.Wrapped(Pad(exception.id, 34), 34, 34, exception.says);
      list.push_back(ToJson(exception));
    }
    if (!run.output.table()) run.output.Document(list);
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeLicenseExceptionsVerb() {
  return std::make_unique<LicenseExceptionsVerb>();
}

}  // namespace lineage
