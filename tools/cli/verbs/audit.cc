#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "engine/base/status_macros.h"
#include "engine/exchange/export.h"
#include "engine/model/not_examined.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/json.h"
#include "tools/cli/print/findings.h"
#include "tools/cli/print/report.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Format> Formats() {
  std::vector<Format> formats = ListFormats();
  formats.insert(formats.end(), {Format::kSarif, Format::kJunit, Format::kGithub});
  return formats;
}

void Print(const std::vector<Finding>& findings, Output* output) {
  PrintFindingList(findings, true, output);
  std::map<Severity, int> count;
  for (const Finding& finding : findings) ++count[finding.severity];
  output->Line(absl::StrFormat("%d errors, %d warnings, %d notes. %s", count[Severity::kError],
                               count[Severity::kWarning], count[Severity::kNote],
                               std::string(kDisclaimer)));
}

class AuditVerb final : public Verb {
 public:
  AuditVerb()
      : Verb({.name = "audit",
              .summary = "Findings about the named artifacts, or about all",
              .group = VerbGroup::kAsk,
              .needs = Needs::kHypothesis,
              .formats = Formats(),
              .examples = {{"audit WizardLM/WizardCoder-15B-V1.0", "what is wrong with one model"},
                           {"audit --severity error -o sarif",
                            "everything that is known, for code scanning"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifacts_, "Artifacts (all)")->expected(0, 1'000'000);
    app->add_option("--severity", severity_, "Only findings at least this severe")
        ->check(OneOf<Severity>());
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(
        const std::vector<Finding> findings,
        run.answers->Audit(artifacts_, ValueOfWord<Severity>(severity_), run.question));
    if (run.output.table()) {
      Print(findings, &run.output);
    } else if (!WriteReport(ReportOf(findings), &run.output)) {
      Json list = Json::array();
      for (const Finding& finding : findings) list.push_back(ToJson(finding));
      run.output.Document(list);
    }
    const bool errors = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.severity == Severity::kError;
    });
    return errors ? run.Gate(kExitNo) : kExitYes;
  }

 private:
  std::vector<std::string> artifacts_;
  std::string severity_ = "note";
};

}  // namespace

std::unique_ptr<Verb> MakeAuditVerb() { return std::make_unique<AuditVerb>(); }

}  // namespace lineage
