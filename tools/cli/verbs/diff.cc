#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/json.h"
#include "tools/cli/print/difference.h"
#include "tools/cli/rights_flags.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

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

void Print(const std::vector<Difference>& differences, Output* output) {
  for (const Difference& difference : differences) {
    output->Line(output->Paint(EscapeForTerminal(difference.artifact), Ink::kBold));
    PrintDifference(difference, output);
    output->Line();
  }
  output->Line(absl::StrCat(differences.size(),
                            differences.size() == 1 ? " artifact differs. " : " artifacts differ. ",
                            kDisclaimer));
}

class DiffVerb final : public Verb {
 public:
  DiffVerb()
      : Verb({.name = "diff",
              .summary = "What differs between two answers",
              .group = VerbGroup::kCompare,
              .needs = Needs::kHypothesis,
              .formats = ListFormats(),
              .examples = {{"diff falcon-40b --dates 2023-05-28..2023-06-01",
                            "what became of a model when its licence changed"},
                           {"diff mpt-7b-instruct commercial-use --stances cautious..permissive",
                            "how much hangs on the legal theory"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", operands_, "Artifacts (all), and rights to compare (all)")
        ->expected(0, 1000);
    rights_.DeclareFlag(app, "Rights to compare, separated by commas");
    const char* const group = "Sides (A..B; an empty side is the question's own)";
    app->add_option("--dates", dates_, "Two days: 2023-05-28..2023-06-01")->group(group);
    app->add_option("--revisions", revisions_, "Two revisions: 3..7")->group(group);
    app->add_option("--stances", stances_, "Two stances: cautious..permissive")->group(group);
    app->add_option("--policies", claims_policies_, "Two claims policies: ranked..strictest")
        ->group(group);
    app->add_option("--adapters", adapters_, "An adapter: alone..with-base")->group(group);
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    std::vector<std::string> artifacts;
    std::vector<std::string> rights;
    for (const std::string& word : operands_) (IsRight(word) ? rights : artifacts).push_back(word);
    rights_.Add(std::move(rights));
    Question before = run.question;
    ASSIGN_OR_RETURN(before.query.rights, rights_.Read());
    Question after = before;
    before.hypothesis = nullptr;
    RETURN_IF_ERROR(ReadSides(&before, &after));
    const bool sides = !dates_.empty() || !revisions_.empty() || !stances_.empty() ||
                       !claims_policies_.empty() || !adapters_.empty() ||
                       after.hypothesis != nullptr;
    if (!sides) {
      return absl::InvalidArgumentError(
          "diff needs two sides: --dates, --revisions, --stances, --policies, --adapters, or "
          "--with");
    }
    ASSIGN_OR_RETURN(const std::vector<Difference> differences,
                     run.answers->Compare(artifacts, before, after));
    if (run.output.table()) {
      Print(differences, &run.output);
    } else {
      Json json = {{"version", kJsonVersion}, {"differences", Json::array()}};
      for (const Difference& difference : differences) {
        json["differences"].push_back(ToJson(difference));
      }
      run.output.Document(json, "differences");
    }
    return kExitYes;
  }

 private:
  absl::Status ReadSides(Question* before, Question* after) const {
    RETURN_IF_ERROR(ApplySides("--dates", dates_, before, after,
                               [](const std::string& word, Question* q) -> absl::Status {
                                 ASSIGN_OR_RETURN(q->key.as_of, Date::Parse(word));
                                 return absl::OkStatus();
                               }));
    RETURN_IF_ERROR(ApplySides("--revisions", revisions_, before, after,
                               [](const std::string& word, Question* q) -> absl::Status {
                                 if (absl::SimpleAtoi(word, &q->key.at_revision)) {
                                   return absl::OkStatus();
                                 }
                                 return absl::InvalidArgumentError(absl::StrCat(
                                     "\"", EscapeForTerminal(word), "\" is no revision"));
                               }));
    RETURN_IF_ERROR(ApplySides(
        "--stances", stances_, before, after,
        [](const std::string& word, Question* q) { return SetEnum(word, &q->query.stance); }));
    RETURN_IF_ERROR(ApplySides(
        "--policies", claims_policies_, before, after,
        [](const std::string& word, Question* q) { return SetEnum(word, &q->key.claims_policy); }));
    RETURN_IF_ERROR(ApplySides(
        "--adapters", adapters_, before, after,
        [](const std::string& word, Question* q) { return SetEnum(word, &q->query.adapter); }));
    return absl::OkStatus();
  }

  std::vector<std::string> operands_;
  RightsFlags rights_;
  std::string dates_;
  std::string revisions_;
  std::string stances_;
  std::string claims_policies_;
  std::string adapters_;
};

}  // namespace

std::unique_ptr<Verb> MakeDiffVerb() { return std::make_unique<DiffVerb>(); }

}  // namespace lineage
