#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/model/not_examined.h"
#include "tools/cli/json.h"
#include "tools/cli/print/difference.h"
#include "tools/cli/print/text.h"
#include "tools/cli/rights_flags.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// Right by right, then from what to what. `count`: of all changes, listed or not.
void Print(const Impact& impact, std::size_t count, Output* output) {
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
  output->Line(absl::StrCat(count, " verdicts change",
                            count > impact.changes.size()
                                ? absl::StrCat("; ", impact.changes.size(), " are listed (--limit)")
                                : "",
                            impact.complete ? "" : "; INCOMPLETE: cut short by a limit", ". ",
                            kDisclaimer));
}

class ImpactVerb final : public Verb {
 public:
  ImpactVerb()
      : Verb({.name = "impact",
              .summary = "Whose verdicts change if --with or --without held, or changed --since",
              .group = VerbGroup::kCompare,
              .needs = Needs::kHypothesis,
              .formats = ListFormats(),
              .examples = {
                  {"impact commercial-use --with \"mpt-7b licensed_under CC-BY-NC-4.0\"",
                   "every model downstream that could no longer be sold"},
                  {"impact --since 7", "what was written after revision 7, right by right"}}}) {}

  void Declare(CLI::App* app) override {
    rights_.Declare(app, "Rights to compare (all)");
    app->add_option(
        "--since", since_,
        "What was really written after this: a token (--server), or a revision's number");
    app->add_option("--limit", limit_, "List at most so many changes (all are counted)")
        ->check(CLI::Range(1, 20'000));
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    if (since_.empty() && run.question.hypothesis == nullptr) {
      return absl::InvalidArgumentError("impact needs a change: --with, --without or --since");
    }
    Question question = run.question;
    ASSIGN_OR_RETURN(question.query.rights, rights_.Read());
    std::size_t count = 0;
    ASSIGN_OR_RETURN(const Impact impact,
                     run.answers->AnalyzeImpact(question, since_, limit_, &count));
    if (run.output.table()) {
      Print(impact, count, &run.output);
    } else {
      Json json = {{"version", kJsonVersion},
                   {"change_count", count},
                   {"complete", impact.complete},
                   {"changes", Json::array()}};
      for (const VerdictChange& change : impact.changes) json["changes"].push_back(ToJson(change));
      run.output.Document(json, "changes");
    }
    return impact.complete ? kExitYes : run.Gate(kExitOpen);
  }

 private:
  RightsFlags rights_;
  std::string since_;
  std::size_t limit_ = 1000;
};

}  // namespace

std::unique_ptr<Verb> MakeImpactVerb() { return std::make_unique<ImpactVerb>(); }

}  // namespace lineage
