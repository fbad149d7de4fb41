#include "engine/model/ai_act.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/json.h"
#include "tools/cli/print/text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kArticleWidth = 10;
constexpr std::size_t kStatusWidth = 14;
constexpr std::size_t kFactWidth = 23;

std::string Str(absl::string_view text) { return std::string(text); }

bool IsUndetermined(const AiActAssessment& assessment) {
  if (assessment.role == AiActRole::kUndetermined) return true;
  for (const AiActDutyAnswer& duty : assessment.duties) {
    if (duty.status == AiActDutyStatus::kUndetermined) return true;
  }
  return false;
}

Json ToJson(const AiActAssessment& a) {
  Json json = {{"version", kJsonVersion},
               {"artifact", a.artifact},
               {"kind", Str(Name(a.kind))},
               {"as_of", a.as_of.ToString()},
               {"revision", a.revision},
               {"complete", a.complete},
               {"actor", Str(Name(a.actor))},
               {"role", Str(Name(a.role))},
               {"general_purpose", Str(Name(a.general_purpose))},
               {"systemic_risk", Str(Name(a.systemic))},
               {"exempt_as_open_source", Str(Name(a.exempt))},
               {"reasons", a.reasons},
               {"duties", Json::array()},
               {"facts", Json::array()},
               {"training_summary", Json::array()},
               {"disclaimer", Str(kDisclaimer)}};
  for (const AiActDutyAnswer& duty : a.duties) {
    json["duties"].push_back({{"article", Str(Name(duty.duty))},
                              {"asks", Str(DutyText(duty.duty))},
                              {"status", Str(Name(duty.status))},
                              {"from", duty.from ? Json(duty.from->ToString()) : Json()},
                              {"why", duty.why}});
  }
  for (const AiActFact& fact : a.facts) {
    Json one = {{"fact", fact.name},
                {"value", fact.value.empty() ? Json() : Json(fact.value)},
                {"why", fact.why},
                {"source", fact.source ? SourceToJson(*fact.source) : Json()},
                {"missing", fact.missing}};
    if (fact.missing) one["settle"] = fact.settle;
    json["facts"].push_back(std::move(one));
  }
  for (const SummaryField& field : a.summary) {
    json["training_summary"].push_back({{"section", field.section},
                                        {"field", field.field},
                                        {"known", field.known},
                                        {"missing", field.missing}});
  }
  return json;
}

Ink InkFor(AiActDutyStatus status) {
  switch (status) {
    case AiActDutyStatus::kDue:
      return Ink::kBold;
    case AiActDutyStatus::kUndetermined:
      return lineage::InkFor(Verdict::kUndetermined);
    default:
      return Ink::kDim;
  }
}

void PrintFacts(const AiActAssessment& a, Output* output) {
  output->Heading("Facts");
  for (const AiActFact& fact : a.facts) {
    // What nobody said and nothing hangs on is left to -o json.
    if (fact.value.empty() && !fact.missing) continue;
    std::string text = fact.value.empty() ? "unknown" : EscapeForTerminal(fact.value);
    if (!fact.why.empty()) absl::StrAppend(&text, ": ", EscapeForTerminal(fact.why));
    if (fact.source) absl::StrAppend(&text, " — ", SourceText(*fact.source));
    if (fact.missing) absl::StrAppend(&text, "; would settle it: ", fact.settle);
    output->Wrapped(absl::StrCat("  ", Pad(fact.name, kFactWidth)), 2 + kFactWidth, 4 + kFactWidth,
                    text);
  }
}

void PrintSummary(const AiActAssessment& a, Output* output) {
  output->Heading("Public summary of training content (Art. 53(1)(d)), as far as the graph knows");
  std::string section;
  for (const SummaryField& field : a.summary) {
    if (field.section != section) output->Line(absl::StrCat("  ", field.section));
    section = field.section;
    output->Line(absl::StrCat("    ", field.field));
    for (const std::string& line : field.known) {
      output->Wrapped("      ", 6, 8, EscapeForTerminal(line));
    }
    if (!field.missing.empty()) {
      output->Wrapped("      ", 6, 8,
                      output->Paint(absl::StrCat("to add: ", field.missing), Ink::kDim));
    }
  }
}

void Print(const AiActAssessment& a, bool readiness, Output* output) {
  output->Line(absl::StrCat(output->Paint(EscapeForTerminal(a.artifact), Ink::kBold), "  ",
                            Name(a.kind), ", as of ", a.as_of.ToString()));
  output->Line(absl::StrCat("Its ", Name(a.actor), " under Chapter V of the EU AI Act: ",
                            output->Paint(Name(a.role), Ink::kBold)));
  output->Line(absl::StrCat("  general purpose ", Name(a.general_purpose), ", systemic risk ",
                            Name(a.systemic), ", exempt as open source ", Name(a.exempt),
                            a.complete ? "" : "; INCOMPLETE: cut short by a limit"));
  for (const std::string& reason : a.reasons)
    output->Wrapped("  ", 2, 4, EscapeForTerminal(reason));
  output->Heading("Duties");
  for (const AiActDutyAnswer& duty : a.duties) {
    std::string text = Str(DutyText(duty.duty));
    if (duty.from) absl::StrAppend(&text, "; from ", duty.from->ToString());
    absl::StrAppend(&text, " — ", duty.why);
    output->Wrapped(
        absl::StrCat("  ", Pad(Name(duty.duty), kArticleWidth),
                     output->Paint(Pad(Name(duty.status), kStatusWidth), InkFor(duty.status))),
        2 + kArticleWidth + kStatusWidth, 4 + kArticleWidth + kStatusWidth, text);
  }
  PrintFacts(a, output);
  if (readiness) PrintSummary(a, output);
  output->Line("");
  output->Line(output->Paint(kDisclaimer, Ink::kDim));
}

class AiActVerb final : public Verb {
 public:
  AiActVerb()
      : Verb({.name = "ai-act",
              .summary = "Whose model it is under the EU AI Act, what is owed, since when",
              .group = VerbGroup::kAsk,
              .needs = Needs::kHypothesis,
              .formats = DocumentFormats(),
              .examples = {{"ai-act bigscience/bloom",
                            "the role of its maker, and the duties with their days"},
                           {"ai-act bigscience/bloom --actor user", "of who runs or integrates it"},
                           {"ai-act bigscience/bloom --readiness",
                            "with what is known for the public summary of training content"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "A model")->required();
    app->add_option("--actor", actor_, "Its maker, or a user: who runs or integrates it")
        ->check(OneOf<AiActActor>());
    app->add_flag("--readiness", readiness_,
                  "Also what is known for the public summary of training content");
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(
        const AiActAssessment assessment,
        run.answers->AssessAiAct(artifact_, run.question, ValueOfWord<AiActActor>(actor_)));
    if (run.output.table()) {
      Print(assessment, readiness_, &run.output);
    } else {
      run.output.Document(ToJson(assessment));
    }
    return IsUndetermined(assessment) ? run.Gate(kExitOpen) : kExitYes;
  }

 private:
  std::string artifact_;
  std::string actor_ = "maker";
  bool readiness_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeAiActVerb() { return std::make_unique<AiActVerb>(); }

}  // namespace lineage
