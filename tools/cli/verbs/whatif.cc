#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/json.h"
#include "tools/cli/print/difference.h"
#include "tools/cli/print/explanation.h"
#include "tools/cli/rights_flags.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// What changes, and the first reason of each verdict that is worse.
void PrintChanges(const std::vector<Difference>& differences, const Explanation& after,
                  Output* output) {
  output->Line(absl::StrCat(output->Paint(EscapeForTerminal(after.artifact), Ink::kBold),
                            "  if it were so; nothing was written"));
  output->Line(absl::StrCat("as of ", after.as_of.ToString(), ", ", Name(after.stance), " stance"));
  if (differences.empty()) {
    output->Line("Nothing changes.");
    return;
  }
  output->Heading("Changes");
  PrintDifference(differences[0], output);
  std::vector<const Because*> reasons;
  for (const VerdictChange& change : differences[0].verdicts) {
    for (const RightVerdict& verdict : after.verdicts) {
      if (verdict.right != change.right || verdict.because.empty()) continue;
      if (verdict.verdict != Verdict::kPermitted) reasons.push_back(&verdict.because[0]);
    }
  }
  if (!reasons.empty()) output->Heading("Because");
  for (const Because* because : reasons) PrintBecauseShort(*because, output);
}

class WhatifVerb final : public Verb {
 public:
  WhatifVerb()
      : Verb({.name = "whatif",
              .summary = "What would change if --with or --without held; nothing is written",
              .group = VerbGroup::kCompare,
              .needs = Needs::kHypothesis,
              .formats = DocumentFormats(),
              .examples = {
                  {"whatif mpt-7b-instruct --with \"mpt-7b licensed_under CC-BY-NC-4.0\"",
                   "a base under another licence"},
                  {"whatif acme/bot commercial-use --with \"acme/bot finetuned_from mpt-7b-chat\"",
                   "a model that is not made yet"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "An artifact")->required();
    rights_.Declare(app, "Rights to compare (all)");
    app->add_flag("-a,--all", all_, "The whole answer as well");
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    if (run.question.hypothesis == nullptr) {
      return absl::InvalidArgumentError("whatif needs --with or --without: what is supposed");
    }
    Question question = run.question;
    ASSIGN_OR_RETURN(question.query.rights, rights_.Read());
    Question before = question;
    before.hypothesis = nullptr;
    ASSIGN_OR_RETURN(const std::vector<Difference> differences,
                     run.answers->Compare({artifact_}, before, question));
    ASSIGN_OR_RETURN(const Explanation after, run.answers->Explain(artifact_, question));
    if (!run.output.table()) {
      run.output.Document({{"version", kJsonVersion},
                           {"artifact", after.artifact},
                           {"difference", differences.empty() ? Json() : ToJson(differences[0])},
                           {"answer", ToJson(after)}});
      return kExitYes;
    }
    PrintChanges(differences, after, &run.output);
    run.output.Line();
    if (all_) {
      PrintWhy(after, question.query.context, true, &run.output);
    } else {
      run.output.Line(run.output.Paint(kDisclaimer, Ink::kDim));
    }
    return kExitYes;
  }

 private:
  std::string artifact_;
  RightsFlags rights_;
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeWhatifVerb() { return std::make_unique<WhatifVerb>(); }

}  // namespace lineage
