#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
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

constexpr std::size_t kNameWidth = 22;
constexpr std::size_t kAnswerWidth = 9;

std::string Str(absl::string_view text) { return std::string(text); }

Json NeedJson(const OpennessNeed& need) {
  Json json = {{"needs", need.needs}, {"answer", Str(Name(need.answer))}, {"why", need.why}};
  if (!need.mof_class.empty()) json["mof_class"] = need.mof_class;
  json["part"] = need.part ? Json(Str(Name(*need.part))) : Json();
  json["license"] = need.license.empty() ? Json() : Json(need.license);
  json["source"] = need.source ? SourceToJson(*need.source) : Json();
  json["disputed"] = need.disputed;
  if (need.answer != OpennessAnswer::kYes) {
    json["settle"] = need.settle.empty() ? Json() : Json(need.settle);
  }
  return json;
}

Json AnswerJson(const DefinitionAnswer& answer) {
  Json json = {{"definition", Str(Name(answer.definition))},
               {"answer", Str(Name(answer.answer))},
               {"value", answer.value}};
  if (!answer.at_most.empty()) json["at_most"] = answer.at_most;
  json["met"] = Json::array();
  json["missing"] = Json::array();
  for (const OpennessNeed& need : answer.needs) {
    json[need.answer == OpennessAnswer::kYes ? "met" : "missing"].push_back(NeedJson(need));
  }
  json["limited_by"] = Json();
  if (answer.limit) {
    json["limited_by"] = {{"artifact", answer.limit->base},
                          {"value", answer.limit->value},
                          {"path", PathToJson(answer.limit->path)}};
  }
  return json;
}

Json ToJson(const OpennessAssessment& assessment) {
  Json json = {{"version", kJsonVersion},
               {"artifact", assessment.artifact},
               {"kind", Str(Name(assessment.kind))},
               {"as_of", assessment.as_of.ToString()},
               {"revision", assessment.revision},
               {"complete", assessment.complete},
               {"license", assessment.license.empty() ? Json() : Json(assessment.license)},
               {"class", Str(Name(assessment.license_class))}};
  json["unspecific_releases"] = Json::array();
  for (const Claim& claim : assessment.unspecific) {
    Json one = {{"releases", Json::array()}};
    for (const Component component : claim.releases) {
      one["releases"].push_back(Str(Name(component)));
    }
    one["source"] = SourceToJson(claim);
    json["unspecific_releases"].push_back(std::move(one));
  }
  json["definitions"] = Json::array();
  for (const DefinitionAnswer& answer : assessment.answers) {
    json["definitions"].push_back(AnswerJson(answer));
  }
  return json;
}

Ink InkFor(OpennessAnswer answer) {
  return InkFor(answer == OpennessAnswer::kYes  ? Verdict::kPermitted
                : answer == OpennessAnswer::kNo ? Verdict::kProhibited
                                                : Verdict::kUndetermined);
}

// What the answer is about, where its word alone could be misread.
std::string ValueText(const DefinitionAnswer& answer) {
  switch (answer.definition) {
    case OpennessDefinition::kOsiApprovedLicense:
      return absl::StrCat("about the licence alone: ", answer.needs.at(0).why);
    case OpennessDefinition::kOpenWeights:
      return answer.value;
    case OpennessDefinition::kOsaid10:
      return "Open Source AI Definition 1.0";
    case OpennessDefinition::kMof10:
      return absl::StrCat("Model Openness Framework: ", answer.value,
                          answer.value == answer.at_most || answer.answer == OpennessAnswer::kNo
                              ? ""
                              : absl::StrCat(", at most ", answer.at_most));
  }
  return answer.value;
}

void PrintNeeds(const DefinitionAnswer& answer, Output* output) {
  output->Heading(absl::StrCat(Name(answer.definition), ": ", answer.value));
  std::string mof_class;
  for (const OpennessNeed& need : answer.needs) {
    if (need.mof_class != mof_class) {
      mof_class = need.mof_class;
      output->Line(absl::StrCat("  ", mof_class,
                                mof_class == "class-III" ? " asks for" : " asks besides for"));
    }
    output->Wrapped(absl::StrCat("  ", output->Paint(Pad(Name(need.answer), kAnswerWidth),
                                                     InkFor(need.answer))),
                    2 + kAnswerWidth, 4 + kAnswerWidth,
                    absl::StrCat(need.needs, ": ", need.why,
                                 need.source ? absl::StrCat(" — ", SourceText(*need.source)) : "",
                                 need.disputed ? "; disputed" : ""));
    if (need.answer != OpennessAnswer::kYes && !need.settle.empty()) {
      output->Wrapped(std::string(2 + kAnswerWidth, ' '), 2 + kAnswerWidth, 4 + kAnswerWidth,
                      absl::StrCat("would settle it: ", need.settle));
    }
  }
}

void Print(const OpennessAssessment& assessment, Output* output) {
  output->Line(absl::StrCat(output->Paint(EscapeForTerminal(assessment.artifact), Ink::kBold), "  ",
                            Name(assessment.kind)));
  output->Wrapped(
      "licence   ", 10, 10,
      absl::StrCat(assessment.license.empty() ? "none stated" : assessment.license,
                   "; class of all licences as a whole: ", Name(assessment.license_class)));
  output->Line(absl::StrCat("as of     ", assessment.as_of.ToString(),
                            assessment.complete ? "" : "; INCOMPLETE: cut short by a limit"));
  output->Line("");
  for (const DefinitionAnswer& answer : assessment.answers) {
    output->Wrapped(
        absl::StrCat(Pad(Name(answer.definition), kNameWidth),
                     output->Paint(Pad(Name(answer.answer), kAnswerWidth), InkFor(answer.answer))),
        kNameWidth + kAnswerWidth, kNameWidth + kAnswerWidth + 2, ValueText(answer));
    if (!answer.limit) continue;
    output->Wrapped(std::string(kNameWidth + kAnswerWidth, ' '), kNameWidth + kAnswerWidth,
                    kNameWidth + kAnswerWidth + 2,
                    absl::StrCat("no more open than its base ", answer.limit->base, " (",
                                 answer.limit->value, "), by ", ArrowText(answer.limit->path)));
  }
  for (const DefinitionAnswer& answer : assessment.answers) {
    if (answer.definition != OpennessDefinition::kOsiApprovedLicense) PrintNeeds(answer, output);
  }
  output->Line("");
  output->Line(kDisclaimer);
}

class OpennessVerb final : public Verb {
 public:
  OpennessVerb()
      : Verb({.name = "openness",
              .summary = "Whether a model is open, by which definition, and what is missing",
              .group = VerbGroup::kAsk,
              .needs = Needs::kHypothesis,
              .formats = DocumentFormats(),
              .examples = {{"openness bigscience/bloom",
                            "every definition that applies, and what would settle it"},
                           {"openness bigscience/bloom --definition osaid-1.0",
                            "one definition, which decides the exit status"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "An artifact")->required();
    app->add_option("--definition", definitions_,
                    "Only by this definition, which then decides the exit status")
        ->delimiter(',')
        ->check(OneOf<OpennessDefinition>());
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    OpennessDefinitions definitions;
    for (const std::string& name : definitions_) {
      definitions.Add(ValueOfWord<OpennessDefinition>(name));
    }
    ASSIGN_OR_RETURN(const OpennessAssessment assessment,
                     run.answers->AssessOpenness(artifact_, run.question, definitions));
    if (run.output.table()) {
      Print(assessment, &run.output);
    } else {
      run.output.Document(ToJson(assessment));
    }
    if (definitions.empty()) return kExitYes;
    OpennessAnswer least = OpennessAnswer::kYes;
    for (const DefinitionAnswer& answer : assessment.answers)
      least = std::min(least, answer.answer);
    if (least == OpennessAnswer::kYes) return kExitYes;
    return run.Gate(least == OpennessAnswer::kNo ? kExitNo : kExitOpen);
  }

 private:
  std::string artifact_;
  std::vector<std::string> definitions_;  // all if empty
};

}  // namespace

std::unique_ptr<Verb> MakeOpennessVerb() { return std::make_unique<OpennessVerb>(); }

}  // namespace lineage
