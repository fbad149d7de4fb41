#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

void Print(const std::vector<License>& licenses, Output* output) {
  for (const License& license : licenses) {
    output->Line(absl::StrCat(Pad(license.id, 46), Pad(Name(license.license_class), 16),
                              Pad(Name(license.basis), 9), EscapeForTerminal(license.name)));
  }
  output->Line(absl::StrCat(licenses.size(), " licences"));
}

class LicenseListVerb final : public Verb {
 public:
  LicenseListVerb()
      : Verb({.name = "license list",
              .summary = "All licences",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kAnswers,
              .formats = ListFormats(),
              .examples = {{"license list",
                            "every licence with its class, and what its encoding rests on"}}}) {}

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::vector<License> licenses, run.answers->Licenses());
    if (run.output.table()) {
      Print(licenses, &run.output);
      return kExitYes;
    }
    Json list = Json::array();
    for (const License& license : licenses) {
      list.push_back({{"id", license.id},
                      {"name", license.name},
                      {"class", std::string(Name(license.license_class))},
                      {"basis", std::string(Name(license.basis))},
                      {"osi_approved", license.osi_approved},
                      {"hub", absl::StrJoin(license.hub_tags, " ")}});
    }
    run.output.Document(list);
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeLicenseListVerb() { return std::make_unique<LicenseListVerb>(); }

}  // namespace lineage
