#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/pattern.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/json.h"
#include "tools/cli/print/difference.h"
#include "tools/cli/rights_flags.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

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
               {"own_terms", Json::array()},
               {"sets", Json::array()},
               {"cheapest", plan.cheapest},
               {"complete", plan.complete},
               {"confirmations", Json::array()},
               {"disclaimer", std::string(kDisclaimer)}};
  for (const Because& because : plan.own) json["own_terms"].push_back(lineage::ToJson(because));
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

class RepairVerb final : public Verb {
 public:
  RepairVerb()
      : Verb({.name = "repair",
              .summary = "The fewest upstreams to replace so that a check passes",
              .group = VerbGroup::kCompare,
              .needs = Needs::kHypothesis,
              .formats = DocumentFormats(),
              .examples = {{"repair mpt-7b-chat commercial-use",
                            "which data or base stands in the way of selling it"},
                           {"repair mpt-7b-chat --for commercial-use --cost \"mosaicml/*=5\"",
                            "where your own models are dear to replace"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "An artifact")->required();
    rights_.Declare(app, "Rights that have to hold together");
    app->add_option("--accept", accept_, "The verdict to reach")
        ->check(CLI::IsMember({"permitted", "conditional"}));
    app->add_option("--cost", costs_, "PATTERN=N: replacing what fits costs N instead of 1");
    app->add_option("--limit", limit_, "List at most so many sets")->check(CLI::Range(1, 1000));
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    if (rights_.empty()) {
      return absl::InvalidArgumentError(
          "repair needs the rights that have to hold together: after the artifact, or --for "
          "RIGHTS");
    }
    Question question = run.question;
    ASSIGN_OR_RETURN(question.query.rights, rights_.Read());
    RepairOptions options;
    options.accept = ValueOfWord<Verdict>(accept_);
    options.max_sets = limit_;
    for (const std::string& cost : costs_) {
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
                     run.answers->SuggestRepairs(artifact_, question, options));
    if (run.output.table()) {
      Print(plan, options.accept, &run.output);
    } else {
      run.output.Document(ToJson(plan));
    }
    if (plan.passes || plan.possible) return kExitYes;
    return run.Gate(plan.complete ? kExitNo : kExitOpen);
  }

 private:
  std::string artifact_;
  RightsFlags rights_;
  std::string accept_ = "permitted";
  std::vector<std::string> costs_;
  std::size_t limit_ = 20;
};

}  // namespace

std::unique_ptr<Verb> MakeRepairVerb() { return std::make_unique<RepairVerb>(); }

}  // namespace lineage
