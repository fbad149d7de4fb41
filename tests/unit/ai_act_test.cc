// The rules of docs/ai-act.md, held to a table of cases that was written from the texts.
#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/ai_act/assessment.h"
#include "engine/ai_act/rules.h"
#include "engine/catalog/archive.h"
#include "gtest/gtest.h"

namespace lineage {
namespace {

constexpr std::size_t kColumns = 20;

std::optional<bool> YesNo(const std::string& word) {
  EXPECT_TRUE(word == "yes" || word == "no" || word == "?" || word == "-") << word;
  if (word == "yes") return true;
  if (word == "no") return false;
  return std::nullopt;
}

std::optional<double> Number(const std::string& word) {
  double number = 0;
  if (word == "?" || word == "-") return std::nullopt;
  EXPECT_TRUE(absl::SimpleAtod(word, &number)) << word;
  return number;
}

std::optional<Date> Day(const std::string& word) {
  if (word == "?" || word == "-") return std::nullopt;
  const absl::StatusOr<Date> day = Date::Parse(word);
  EXPECT_TRUE(day.ok()) << word;
  return day.ok() ? std::optional<Date>(*day) : std::nullopt;
}

AiActFacts FactsOf(const std::vector<std::string>& c) {
  AiActFacts facts;
  facts.generates = true;
  facts.general_purpose = YesNo(c[1]);
  facts.training_flop = Number(c[2]);
  facts.released = Day(c[3]);
  facts.weights_public = YesNo(c[4]);
  facts.usage_information = YesNo(c[5]);
  facts.open_license = YesNo(c[6]);
  facts.monetised = YesNo(c[7]);
  facts.designated = YesNo(c[8]);
  facts.step = c[9] == "made"       ? AiActStep::kMade
               : c[9] == "modified" ? AiActStep::kModified
                                    : AiActStep::kUses;
  facts.modification_flop = Number(c[10]);
  facts.base_flop = Number(c[11]);
  facts.maker_in_union = YesNo(c[12]);
  return facts;
}

std::string DutiesWith(const AiActDecision& decision, AiActDutyStatus status,
                       absl::string_view none) {
  std::vector<absl::string_view> names;
  for (const AiActDutyAnswer& duty : decision.duties) {
    if (duty.status == status) names.push_back(Name(duty.duty));
  }
  return names.empty() ? std::string(none) : absl::StrJoin(names, ",");
}

// The facts that a case's reason says are missing.
std::set<std::string> MissingIn(const std::string& why) {
  const std::string kMark = "missing: ";
  const std::size_t at = why.find(kMark);
  std::set<std::string> missing;
  if (at == std::string::npos) return missing;
  for (const absl::string_view word :
       absl::StrSplit(absl::string_view(why).substr(at + kMark.size()), ", ")) {
    missing.emplace(word);
  }
  return missing;
}

TEST(AiAct, AnswersEveryCase) {
  std::ifstream file(LINEAGE_TEST_DATA "/data/ai_act_cases.tsv");
  ASSERT_TRUE(file) << "tests/data/ai_act_cases.tsv";
  int cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> c = absl::StrSplit(line, '\t');
    ASSERT_EQ(c.size(), kColumns) << line;
    SCOPED_TRACE(c[0]);
    ++cases;
    const AiActFacts facts = FactsOf(c);
    const Date as_of = Date::Parse(c[13]).value();
    const AiActDecision decision = DecideAiAct(facts, as_of);
    EXPECT_EQ(Name(decision.role), c[14]);
    EXPECT_EQ(Name(decision.systemic), c[15]);
    EXPECT_EQ(decision.exempt == AiActAnswer::kNotApplicable ? "-" : Name(decision.exempt), c[16]);
    EXPECT_EQ(DutiesWith(decision, AiActDutyStatus::kDue, "none"), c[17]);
    EXPECT_EQ(DutiesWith(decision, AiActDutyStatus::kUndetermined, "-"), c[18]);
    // What the reason says is missing is told; nothing else is, but for what would change an
    // answer that is known otherwise.
    const std::vector<std::string> missing = MissingAiActFacts(facts, as_of);
    const std::set<std::string> told(missing.begin(), missing.end());
    for (const std::string& name : MissingIn(c[19])) EXPECT_TRUE(told.contains(name)) << name;
  }
  EXPECT_EQ(cases, 59);
}

// A fact more never leads from one known answer to another: only from undetermined to known.
TEST(AiAct, KnowledgeOnlyDetermines) {
  std::ifstream file(LINEAGE_TEST_DATA "/data/ai_act_cases.tsv");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> c = absl::StrSplit(line, '\t');
    if (c.size() != kColumns) continue;
    SCOPED_TRACE(c[0]);
    const Date as_of = Date::Parse(c[13]).value();
    const AiActFacts known = FactsOf(c);
    const AiActDecision whole = DecideAiAct(known, as_of);
    for (const auto member :
         {&AiActFacts::weights_public, &AiActFacts::usage_information, &AiActFacts::open_license,
          &AiActFacts::monetised, &AiActFacts::designated, &AiActFacts::maker_in_union}) {
      if (!(known.*member)) continue;
      AiActFacts less = known;
      (less.*member).reset();
      const AiActDecision decision = DecideAiAct(less, as_of);
      for (std::size_t i = 0; i < decision.duties.size(); ++i) {
        if (decision.duties[i].status == AiActDutyStatus::kUndetermined) continue;
        const bool due = decision.duties[i].status == AiActDutyStatus::kDue;
        EXPECT_EQ(due, whole.duties[i].status == AiActDutyStatus::kDue)
            << Name(decision.duties[i].duty) << " without a fact";
      }
    }
  }
}

TEST(AiAct, WithoutFactsNothingIsKnown) {
  const AiActDecision decision = DecideAiAct({}, Date::Parse("2026-11-28").value());
  EXPECT_EQ(decision.role, AiActRole::kUndetermined);
  EXPECT_EQ(decision.systemic, AiActAnswer::kUndetermined);
  EXPECT_EQ(decision.exempt, AiActAnswer::kUndetermined);
  for (const AiActDutyAnswer& duty : decision.duties) {
    EXPECT_EQ(duty.status, AiActDutyStatus::kUndetermined) << Name(duty.duty);
  }
}

// An estimate may be off by 30 %: near a limit it decides nothing about that limit, and all the
// same about the other.
TEST(AiAct, AnEstimateDecidesNothingNearALimit) {
  const Date day = Date::Parse("2026-11-28").value();
  AiActFacts facts;
  facts.generates = true;
  facts.designated = false;
  facts.released = Date::Parse("2026-01-01").value();
  facts.training_flop = 7.8e24;
  EXPECT_EQ(DecideAiAct(facts, day).systemic, AiActAnswer::kNo);
  facts.training_estimated = true;
  const AiActDecision decision = DecideAiAct(facts, day);
  EXPECT_EQ(decision.role, AiActRole::kProvider);
  EXPECT_EQ(decision.systemic, AiActAnswer::kUndetermined);
  const std::vector<std::string> missing = MissingAiActFacts(facts, day);
  EXPECT_NE(std::find(missing.begin(), missing.end(), "training-flop"), missing.end());
  facts.training_flop = 1.1e23;
  EXPECT_EQ(DecideAiAct(facts, day).role, AiActRole::kUndetermined);
  facts.training_flop = 1.5e23;
  EXPECT_EQ(DecideAiAct(facts, day).role, AiActRole::kProvider);
  EXPECT_EQ(DecideAiAct(facts, day).systemic, AiActAnswer::kNo);
}

TEST(AiAct, MarketAndExclusion) {
  const Date day = Date::Parse("2026-11-28").value();
  AiActFacts facts;
  facts.general_purpose = true;
  facts.released = Date::Parse("2026-01-01").value();
  EXPECT_EQ(DecideAiAct(facts, day).role, AiActRole::kProvider);
  AiActFacts elsewhere = facts;
  elsewhere.union_market = false;
  EXPECT_EQ(DecideAiAct(elsewhere, day).role, AiActRole::kNeither);
  AiActFacts free = facts;
  free.commercial = false;
  EXPECT_EQ(DecideAiAct(free, day).role, AiActRole::kNeither);
  // Who integrates a model that its maker keeps out of the Union may be its provider there.
  AiActFacts user = facts;
  user.step = AiActStep::kUses;
  EXPECT_EQ(DecideAiAct(user, day).role, AiActRole::kNeither);
  user.union_excluded = true;
  EXPECT_EQ(DecideAiAct(user, day).role, AiActRole::kUndetermined);
  user.union_market = false;
  EXPECT_EQ(DecideAiAct(user, day).role, AiActRole::kNeither);
}

TEST(AiAct, MembersAreTheVocabularys) {
  const std::vector<absl::string_view> members(UnionMembers().begin(), UnionMembers().end());
  bool found = false;
  const Catalog catalog = LoadBuiltinCatalog().value();
  for (const RegionGroup& group : catalog.vocabulary.regions) {
    if (group.id != "EU") continue;
    found = true;
    EXPECT_EQ(std::set<std::string>(group.members.begin(), group.members.end()),
              std::set<std::string>(members.begin(), members.end()));
  }
  EXPECT_TRUE(found);
}

TEST(AiAct, FactsAreRead) {
  const auto stated = ReadStatedFact("training-flop 3.8e25");
  ASSERT_TRUE(stated);
  EXPECT_EQ(stated->value, "3.8e25");
  EXPECT_FALSE(ReadStatedFact("colour blue"));
  EXPECT_EQ(FactValueProblem(ModelFact::kMonetised, "yes"), "");
  EXPECT_NE(FactValueProblem(ModelFact::kMonetised, "maybe"), "");
  EXPECT_NE(FactValueProblem(ModelFact::kTrainingFlop, "lots"), "");
  EXPECT_NE(FactValueProblem(ModelFact::kTrainingFlop, "nan"), "");
  EXPECT_NE(FactValueProblem(ModelFact::kTrainingFlop, "-1"), "");
  EXPECT_EQ(FactValueProblem(ModelFact::kUnionMarket, "excluded"), "");
  EXPECT_NE(FactValueProblem(ModelFact::kGenerates, "language+smell"), "");
}

}  // namespace
}  // namespace lineage
