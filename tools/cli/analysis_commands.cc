#include "tools/cli/analysis_commands.h"

#include <algorithm>
#include <cmath>
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
#include "tools/cli/tables.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRightWidth = 26;

std::string VerdictText(const std::optional<Verdict>& verdict) {
  return verdict ? std::string(Name(*verdict)) : "not known";
}

std::string Colored(const std::optional<Verdict>& verdict, const Output& output) {
  return output.Paint(VerdictText(verdict), verdict ? InkFor(*verdict) : Ink::kDim);
}

std::string StatementText(const ClaimChange& change) {
  if (change.claim.statement == StatementKind::kLicense) {
    return absl::StrCat("licensed under ", change.conclusion);
  }
  return lineage::StatementText(change.claim);
}

std::string WhoText(const Claim& claim) {
  if (claim.supposed) return "supposed";
  return absl::StrCat(claim.source.by, ", ", Name(claim.source.kind), ", ", claim.source.said_text);
}

void PrintSummaries(const Difference& d, Output* output) {
  const auto line = [&](absl::string_view what, std::string before, std::string after) {
    if (before == after) return;
    output->Wrapped(absl::StrCat("  ", Pad(what, 24)), 26, 28, absl::StrCat(before, " → ", after));
  };
  const auto text = [](const std::optional<AnswerSummary>& summary, const auto& of) {
    return summary ? std::string(of(*summary)) : "not known";
  };
  const auto both = [&](absl::string_view what, const auto& of) {
    line(what, text(d.before, of), text(d.after, of));
  };
  both("licence", [](const AnswerSummary& s) { return s.license; });
  both("class as a whole", [](const AnswerSummary& s) { return Name(s.license_class); });
  both("licence and parts", [](const AnswerSummary& s) { return OpennessText(s.openness); });
  both("complete", [](const AnswerSummary& s) { return s.complete ? "yes" : "no"; });
}

void PrintDifference(const Difference& d, Output* output) {
  PrintSummaries(d, output);
  for (const VerdictChange& change : d.verdicts) {
    output->Line(absl::StrCat("  ", Pad(Name(change.right), 24), Colored(change.before, *output),
                              " → ", Colored(change.after, *output)));
  }
  const auto duties = [&](const std::vector<DutyView>& list, absl::string_view sign) {
    std::vector<std::string> seen;
    for (const DutyView& duty : list) {
      std::string text =
          absl::StrCat(Name(duty.kind), duty.value.empty() ? "" : " “", duty.value,
                       duty.value.empty() ? "" : "”", ", ", ClauseText(duty.license, duty.section),
                       " of ", duty.origin, duty.contested ? ", contested" : "");
      if (std::find(seen.begin(), seen.end(), text) != seen.end()) continue;
      output->Wrapped(absl::StrCat("  ", sign, " duty     "), 13, 15, text);
      seen.push_back(std::move(text));
    }
  };
  duties(d.duties_gone, "-");
  duties(d.duties_new, "+");
  const auto findings = [&](const std::vector<Finding>& list, absl::string_view sign) {
    for (const Finding& finding : list) {
      output->Wrapped(
          absl::StrCat("  ", sign, " ",
                       output->Paint(Pad(Name(finding.severity), 9), InkFor(finding.severity))),
          13, 15, absl::StrCat(Name(finding.id), ": ", finding.message));
    }
  };
  findings(d.findings_gone, "-");
  findings(d.findings_new, "+");
  for (const ClaimChange& change : d.claims) {
    const std::string became = !change.before  ? absl::StrCat("+ claim    ")
                               : !change.after ? absl::StrCat("- claim    ")
                                               : absl::StrCat("~ claim    ");
    std::string text = absl::StrCat(StatementText(change), " (", WhoText(change.claim), ")");
    if (change.before && change.after) {
      absl::StrAppend(&text, ": ", Name(*change.before), " → ", Name(*change.after));
    } else {
      absl::StrAppend(&text, ": ", Name(change.after ? *change.after : *change.before));
    }
    output->Wrapped(absl::StrCat("  ", became), 13, 15, text);
  }
}

Json OptionalName(const std::optional<Verdict>& verdict) {
  return verdict ? Json(std::string(Name(*verdict))) : Json();
}

Json ToJson(const VerdictChange& change) {
  return {{"artifact", change.artifact},
          {"component", std::string(Name(change.component))},
          {"right", std::string(Name(change.right))},
          {"before", OptionalName(change.before)},
          {"after", OptionalName(change.after)}};
}

Json ToJson(const std::optional<AnswerSummary>& summary) {
  if (!summary) return {};
  return {{"license", summary->license},
          {"class", std::string(Name(summary->license_class))},
          {"openness", std::string(Name(summary->openness))},
          {"joint_verdict", std::string(Name(summary->joint))},
          {"complete", summary->complete}};
}

Json ToJson(const Difference& d);

template <typename T>
Json ListOf(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(ToJson(value));
  return list;
}

Json ToJson(const Difference& d) {
  Json json = {{"artifact", d.artifact},
               {"component", std::string(Name(d.component))},
               {"before", ToJson(d.before)},
               {"after", ToJson(d.after)},
               {"verdicts", ListOf(d.verdicts)},
               {"findings_gone", ListOf(d.findings_gone)},
               {"findings_new", ListOf(d.findings_new)},
               {"duties_gone", ListOf(d.duties_gone)},
               {"duties_new", ListOf(d.duties_new)},
               {"claims", Json::array()}};
  for (const ClaimChange& change : d.claims) {
    Json claim = RecordedClaimToJson(change.claim);
    claim["supposed"] = change.claim.supposed;
    claim["before"] = change.before ? Json(std::string(Name(*change.before))) : Json();
    claim["after"] = change.after ? Json(std::string(Name(*change.after))) : Json();
    json["claims"].push_back(std::move(claim));
  }
  return json;
}

void PrintBecauseShort(const Because& because, Output* output) {
  std::string text =
      because.license.empty()
          ? because.says
          : absl::StrCat(ClauseText(because.license, because.section), ": ", because.says);
  for (const Hop& hop : because.path) {
    absl::StrAppend(&text, " —", Name(hop.relation), "→ ", hop.artifact,
                    hop.supposed ? " (supposed)" : "");
  }
  output->Wrapped(absl::StrCat("  ", Pad(Name(because.right), 24)), 26, 28, text);
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

std::string NumberText(double number) {
  if (std::floor(number) == number && number < 1e15) {
    std::string digits = absl::StrFormat("%.0f", number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
  }
  return absl::StrFormat("%g", number);
}

std::string RangeText(const HeadroomRange& range) {
  if (!range.to) {
    return range.from == 0 && range.from_included
               ? "any number"
               : absl::StrCat(range.from_included ? "from " : "above ", NumberText(range.from));
  }
  if (range.from == *range.to) return absl::StrCat("exactly ", NumberText(range.from));
  const std::string to =
      absl::StrCat(range.to_included ? "up to " : "below ", NumberText(*range.to));
  if (range.from == 0 && range.from_included) return to;
  return absl::StrCat(range.from_included ? "from " : "above ", NumberText(range.from), " ", to);
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

void PrintHeadroom(const std::vector<Headroom>& headrooms, Output* output) {
  output->Heading("Headroom");
  if (headrooms.empty()) output->Line("  No number decides anything here.");
  for (const Headroom& headroom : headrooms) {
    output->Line(absl::StrCat(
        "  ", Name(headroom.key),
        headroom.given ? absl::StrCat(" (now ", NumberText(*headroom.given), ")") : ""));
    for (const HeadroomRange& range : headroom.ranges) {
      std::string text = RangeText(range);
      if (range.because && range.verdict != Verdict::kPermitted) {
        absl::StrAppend(
            &text, ", by ", ClauseText(range.because->license, range.because->section),
            range.because->path.empty() ? "" : absl::StrCat(" of ", range.because->origin));
      }
      output->Wrapped(
          absl::StrCat("    ", output->Paint(Pad(Name(range.verdict), 14), InkFor(range.verdict))),
          18, 20, text);
    }
  }
}

Json ToJson(const std::vector<Headroom>& headrooms) {
  Json list = Json::array();
  for (const Headroom& headroom : headrooms) {
    Json one = {{"key", std::string(Name(headroom.key))},
                {"given", headroom.given ? Json(*headroom.given) : Json()},
                {"ranges", Json::array()}};
    for (const HeadroomRange& range : headroom.ranges) {
      one["ranges"].push_back({{"from", range.from},
                               {"from_included", range.from_included},
                               {"to", range.to ? Json(*range.to) : Json()},
                               {"to_included", range.to_included},
                               {"verdict", std::string(Name(range.verdict))},
                               {"because", range.because ? ToJson(*range.because) : Json()}});
    }
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace lineage
