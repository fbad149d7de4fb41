#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/json.h"
#include "tools/cli/print/findings.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

void Print(const Suggestions& suggestions, Output* output) {
  output->Line(absl::StrCat(
      output->Paint(EscapeForTerminal(suggestions.artifact), Ink::kBold), "  now ",
      suggestions.license.empty() ? "without a licence" : EscapeForTerminal(suggestions.license),
      suggestions.complete ? "" : "; INCOMPLETE: cut short by a limit"));
  for (const LicenseSuggestion& suggestion : suggestions.suggestions) {
    std::vector<std::string> duties;
    for (const DutyKind duty : suggestion.duties) duties.emplace_back(Name(duty));
    output->Wrapped(absl::StrCat("  ", Pad(suggestion.license, 32), "  ",
                                 Pad(Name(suggestion.license_class), 16)),
                    52, 54, duties.empty() ? "asks for nothing" : absl::StrJoin(duties, ", "));
  }
  if (!suggestions.suggestions.empty()) {
    output->Line("What its upstreams ask for is due besides (lineage-cli notice).");
  }
  if (!suggestions.standing.empty()) {
    output->Line("No licence ends these findings:");
    PrintFindingList(suggestions.standing, false, output);
  }
  if (!suggestions.conflicts.empty()) {
    output->Line("No licence of the catalogue will do. These conflict:");
    for (const std::vector<std::string>& conflict : suggestions.conflicts) {
      output->Wrapped("  - ", 4, 4, absl::StrJoin(conflict, " and "));
    }
  }
  output->Line();
  output->Line(output->Paint(kDisclaimer, Ink::kDim));
}

class SuggestVerb final : public Verb {
 public:
  SuggestVerb()
      : Verb({.name = "suggest",
              .summary = "Licences under which an artifact could be released without an error",
              .group = VerbGroup::kAsk,
              .needs = Needs::kHypothesis,
              .formats = ListFormats(),
              .examples = {
                  {"suggest mpt-7b-chat", "the most open first; else the upstreams that conflict"},
                  {"suggest my/model --with \"my/model finetuned_from mpt-7b\"",
                   "for a model that is not released yet"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "An artifact")->required();
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const Suggestions suggestions,
                     run.answers->SuggestLicenses(artifact_, run.question));
    if (run.output.table()) {
      Print(suggestions, &run.output);
    } else {
      run.output.Document(ToJson(suggestions), "suggestions");
    }
    if (!suggestions.complete) return run.Gate(kExitOpen);
    return suggestions.suggestions.empty() ? run.Gate(kExitNo) : kExitYes;
  }

 private:
  std::string artifact_;
};

}  // namespace

std::unique_ptr<Verb> MakeSuggestVerb() { return std::make_unique<SuggestVerb>(); }

}  // namespace lineage
