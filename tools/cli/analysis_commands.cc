#include "tools/cli/analysis_commands.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/pattern.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "engine/model/openness.h"
#include "tools/cli/json.h"
#include "tools/cli/print/difference.h"
#include "tools/cli/print/explanation.h"
#include "tools/cli/print/text.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json ListOf(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(ToJson(value));
  return list;
}

// "A..B"; an empty side keeps what the question says.
absl::StatusOr<std::pair<std::string, std::string>> Sides(absl::string_view flag,
                                                          const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos || text.size() == 2) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " ", EscapeForTerminal(text), ": write BEFORE..AFTER"));
  }
  return std::pair(text.substr(0, dots), text.substr(dots + 2));
}

// Applies both sides of a flag: `set` takes one side's word.
template <typename Set>
absl::Status ApplySides(absl::string_view flag, const std::string& text, Question* before,
                        Question* after, const Set& set) {
  if (text.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto sides, Sides(flag, text));
  for (const auto& [word, question] :
       {std::pair(&sides.first, before), std::pair(&sides.second, after)}) {
    if (word->empty()) continue;
    const absl::Status status = set(*word, question);
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(flag, ": ", status.message()));
    }
  }
  return absl::OkStatus();
}

template <typename E>
absl::Status SetEnum(const std::string& word, E* value) {
  const auto found = FindByName<E>(word);
  if (!found) {
    return absl::InvalidArgumentError(absl::StrCat("\"", EscapeForTerminal(word), "\" is none of ",
                                                   absl::StrJoin(AllNames<E>(), ", "),
                                                   DidYouMean(word, AllNames<E>())));
  }
  *value = *found;
  return absl::OkStatus();
}

std::string ConfirmationText(const Confirmation& c) {
  switch (c.kind) {
    case ConfirmationKind::kAnyLicense:
      return absl::StrCat(c.artifact, " is under a licence that permits this");
    case ConfirmationKind::kLicense:
      return absl::StrCat(c.artifact, " is under ", c.license, ", as ", c.by, " says");
    case ConfirmationKind::kNoEdge:
      return absl::StrCat(c.artifact, " is not ", Name(c.relation), " ", c.parent, ", unlike ",
                          c.by, " says");
  }
  return "";
}

void Print(const RepairPlan& plan, Verdict accept, Output* output) {
  output->Line(absl::StrCat(output->Paint(EscapeForTerminal(plan.artifact), Ink::kBold), "  ",
                            output->Paint(Name(plan.verdict), InkFor(plan.verdict))));
  if (plan.passes) {
    output->Line("Nothing to repair.");
  } else if (!plan.possible) {
    output->Line(plan.complete ? "No upstream helps: its own terms are in the way."
                               : "The derivation was cut short: nothing can be said.");
    for (const Because& because : plan.own) PrintBecauseShort(because, output);
  } else {
    output->Heading(absl::StrCat("Replace, to make it ", Name(accept),
                                 plan.complete ? "" : " (not all sets are listed)",
                                 plan.cheapest ? "" : " (there may be a cheaper set)"));
    for (std::size_t i = 0; i < plan.sets.size(); ++i) {
      const RepairSet& set = plan.sets[i];
      output->Wrapped(absl::StrFormat("  %d. ", i + 1), 5, 5,
                      absl::StrCat(absl::StrJoin(set.artifacts, " and "), "  (cost ", set.cost,
                                   ": then ", Name(set.verdict), ")"));
    }
  }
  if (!plan.confirmations.empty()) {
    output->Heading("Or have one of these confirmed");
    for (const Confirmation& confirmation : plan.confirmations) {
      output->Wrapped("  - ", 4, 4, ConfirmationText(confirmation));
    }
  }
  output->Line();
  output->Line(output->Paint(kDisclaimer, Ink::kDim));
}

Json ToJson(const RepairPlan& plan) {
  Json json = {{"version", kJsonVersion},
               {"artifact", plan.artifact},
               {"component", std::string(Name(plan.component))},
               {"rights", Json::array()},
               {"verdict", std::string(Name(plan.verdict))},
               {"passes", plan.passes},
               {"possible", plan.possible},
               {"own_terms", ListOf(plan.own)},
               {"sets", Json::array()},
               {"cheapest", plan.cheapest},
               {"complete", plan.complete},
               {"confirmations", Json::array()},
               {"disclaimer", std::string(kDisclaimer)}};
  for (const Right right : plan.rights.Values()) json["rights"].push_back(std::string(Name(right)));
  for (const RepairSet& set : plan.sets) {
    json["sets"].push_back({{"artifacts", set.artifacts},
                            {"cost", set.cost},
                            {"verdict", std::string(Name(set.verdict))}});
  }
  for (const Confirmation& c : plan.confirmations) {
    Json one = {{"kind", std::string(Name(c.kind))}, {"artifact", c.artifact}};
    if (c.kind == ConfirmationKind::kLicense) one["license"] = c.license;
    if (c.kind == ConfirmationKind::kNoEdge) {
      one["relation"] = std::string(Name(c.relation));
      one["parent"] = c.parent;
    }
    if (!c.by.empty()) one["by"] = c.by;
    json["confirmations"].push_back(std::move(one));
  }
  return json;
}

}  // namespace

absl::StatusOr<int> RunWhatIfCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output) {
  if (question.hypothesis == nullptr) {
    return absl::InvalidArgumentError("whatif needs --with or --without: what is supposed");
  }
  Question before = question;
  before.hypothesis = nullptr;
  ASSIGN_OR_RETURN(const std::vector<Difference> differences,
                   answers->Compare({command.operands[0]}, before, question));
  ASSIGN_OR_RETURN(const Explanation after, answers->Explain(command.operands[0], question));
  if (!output->table()) {
    Json json = {{"version", kJsonVersion},
                 {"artifact", after.artifact},
                 {"difference", differences.empty() ? Json() : ToJson(differences[0])},
                 {"answer", lineage::ToJson(after)}};
    output->Document(json);
    return kExitYes;
  }
  output->Line(absl::StrCat(output->Paint(EscapeForTerminal(after.artifact), Ink::kBold),
                            "  if it were so; nothing was written"));
  output->Line(absl::StrCat("as of ", after.as_of.ToString(), ", ", Name(after.stance), " stance"));
  if (differences.empty()) {
    output->Line("Nothing changes.");
  } else {
    output->Heading("Changes");
    PrintDifference(differences[0], output);
    std::vector<const Because*> shown;
    for (const VerdictChange& change : differences[0].verdicts) {
      for (const RightVerdict& verdict : after.verdicts) {
        if (verdict.right != change.right || verdict.because.empty()) continue;
        if (verdict.verdict != Verdict::kPermitted) shown.push_back(&verdict.because[0]);
      }
    }
    if (!shown.empty()) output->Heading("Because");
    for (const Because* because : shown) PrintBecauseShort(*because, output);
  }
  if (command.all) {
    output->Line();
    PrintWhy(after, question.query.context, true, output);
  } else {
    output->Line();
    output->Line(output->Paint(kDisclaimer, Ink::kDim));
  }
  return kExitYes;
}

absl::StatusOr<int> RunImpactCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output) {
  if (command.since.empty() && question.hypothesis == nullptr) {
    return absl::InvalidArgumentError("impact needs a change: --with, --without or --since");
  }
  std::size_t count = 0;
  ASSIGN_OR_RETURN(const Impact impact,
                   answers->AnalyzeImpact(question, command.since,
                                          static_cast<std::size_t>(command.limit), &count));
  if (!output->table()) {
    Json json = {{"version", kJsonVersion},
                 {"change_count", count},
                 {"complete", impact.complete},
                 {"changes", ListOf(impact.changes)}};
    output->Document(json, "changes");
  } else {
    // Right by right, then from what to what.
    std::map<std::tuple<Right, std::string, std::string>, std::vector<std::string>> groups;
    for (const VerdictChange& change : impact.changes) {
      groups[{change.right, VerdictText(change.before), VerdictText(change.after)}].push_back(
          change.artifact);
    }
    for (const auto& [key, artifacts] : groups) {
      output->Line(absl::StrCat(
          Pad(Name(std::get<0>(key)), kRightWidth), std::get<1>(key), " → ",
          output->Paint(
              std::get<2>(key),
              InkFor(FindByName<Verdict>(std::get<2>(key)).value_or(Verdict::kConditional))),
          "  (", artifacts.size(), ")"));
      output->Wrapped("  ", 2, 2, absl::StrJoin(artifacts, ", "));
    }
    output->Line(absl::StrCat(
        count, " verdicts change",
        count > impact.changes.size()
            ? absl::StrCat("; ", impact.changes.size(), " are listed (--limit)")
            : "",
        impact.complete ? "" : "; INCOMPLETE: cut short by a limit", ". ", kDisclaimer));
  }
  return impact.complete || command.no_fail ? kExitYes : kExitOpen;
}

absl::StatusOr<int> RunDiffCommand(const CommandLine& command, const Question& question,
                                   Answers* answers, Output* output) {
  Question before = question;
  Question after = question;
  RETURN_IF_ERROR(ApplySides("--dates", command.dates, &before, &after,
                             [](const std::string& word, Question* q) -> absl::Status {
                               ASSIGN_OR_RETURN(q->key.as_of, Date::Parse(word));
                               return absl::OkStatus();
                             }));
  RETURN_IF_ERROR(ApplySides("--revisions", command.revisions, &before, &after,
                             [](const std::string& word, Question* q) -> absl::Status {
                               if (absl::SimpleAtoi(word, &q->key.at_revision)) {
                                 return absl::OkStatus();
                               }
                               return absl::InvalidArgumentError(absl::StrCat(
                                   "\"", EscapeForTerminal(word), "\" is no revision"));
                             }));
  RETURN_IF_ERROR(ApplySides(
      "--stances", command.stances, &before, &after,
      [](const std::string& word, Question* q) { return SetEnum(word, &q->query.stance); }));
  RETURN_IF_ERROR(ApplySides(
      "--policies", command.claims_policies, &before, &after,
      [](const std::string& word, Question* q) { return SetEnum(word, &q->key.claims_policy); }));
  RETURN_IF_ERROR(ApplySides(
      "--adapters", command.adapters, &before, &after,
      [](const std::string& word, Question* q) { return SetEnum(word, &q->query.adapter); }));
  if (question.hypothesis != nullptr) before.hypothesis = nullptr;
  const bool sides = !command.dates.empty() || !command.revisions.empty() ||
                     !command.stances.empty() || !command.claims_policies.empty() ||
                     !command.adapters.empty() || question.hypothesis != nullptr;
  if (!sides) {
    return absl::InvalidArgumentError(
        "diff needs two sides: --dates, --revisions, --stances, --policies, --adapters, or --with");
  }
  ASSIGN_OR_RETURN(const std::vector<Difference> differences,
                   answers->Compare(command.operands, before, after));
  if (!output->table()) {
    output->Document(Json{{"version", kJsonVersion}, {"differences", ListOf(differences)}},
                     "differences");
    return kExitYes;
  }
  for (const Difference& difference : differences) {
    output->Line(output->Paint(EscapeForTerminal(difference.artifact), Ink::kBold));
    PrintDifference(difference, output);
    output->Line();
  }
  output->Line(absl::StrCat(differences.size(),
                            differences.size() == 1 ? " artifact differs. " : " artifacts differ. ",
                            kDisclaimer));
  return kExitYes;
}

absl::StatusOr<int> RunRepairCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output) {
  RepairOptions options;
  options.accept = FindByName<Verdict>(command.accept).value_or(Verdict::kPermitted);
  options.max_sets = static_cast<std::size_t>(std::min(command.limit, 20));
  if (command.limit != 1000) options.max_sets = static_cast<std::size_t>(command.limit);
  for (const std::string& cost : command.costs) {
    const std::size_t equals = cost.rfind('=');
    uint32_t number = 0;
    if (equals == std::string::npos || !absl::SimpleAtoi(cost.substr(equals + 1), &number) ||
        number < 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("--cost ", EscapeForTerminal(cost), ": write PATTERN=N with N from 1 on"));
    }
    if (const std::string wrong = PatternProblem(cost.substr(0, equals)); !wrong.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--cost ", EscapeForTerminal(cost), ": the pattern ", wrong));
    }
    options.costs.emplace_back(cost.substr(0, equals), number);
  }
  ASSIGN_OR_RETURN(const RepairPlan plan,
                   answers->SuggestRepairs(command.operands[0], question, options));
  if (output->table()) {
    Print(plan, options.accept, output);
  } else {
    output->Document(ToJson(plan));
  }
  if (command.no_fail || plan.passes || plan.possible) return kExitYes;
  return plan.complete ? kExitNo : kExitOpen;
}

}  // namespace lineage
