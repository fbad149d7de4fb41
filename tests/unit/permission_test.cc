#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/graph/traversal.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/passage.h"
#include "tests/support.h"

namespace lineage {
namespace {

using testing::EngineOver;
using testing::LicenseYaml;
using testing::QuestionOn;
using testing::SourceYaml;

// The table of docs/semantics.md, section 4, written out once more, for child and parent of two
// parties: w d m f t c for what is conveyed (work, derivative, made, from-outputs, training, class),
// upper case if it is contested, o s z for output, source and dormant.
struct Row {
  Relation relation;
  AdapterUse adapter;
  const char* cautious;
  const char* standard;
  const char* permissive;
};

constexpr Row kTable[] = {
    {Relation::kConvertedFrom, AdapterUse::kWithBase, "wdmfcosz", "wdmFcosz", "wdmcosz"},
    {Relation::kIncorporates, AdapterUse::kWithBase, "wdmfcosz", "wdmFcosz", "wdmcosz"},
    {Relation::kBundles, AdapterUse::kWithBase, "wdmfcosz", "wdmFcosz", "wdmcosz"},
    {Relation::kFinetunedFrom, AdapterUse::kWithBase, "wdmfcosz", "dmFcosz", "dmcosz"},
    {Relation::kAdapterOf, AdapterUse::kWithBase, "wdmfcosz", "wdmFcosz", "wdmcosz"},
    {Relation::kAdapterOf, AdapterUse::kAlone, "dmfosz", "dmFosz", ""},
    {Relation::kGeneratedWith, AdapterUse::kWithBase, "mf", "F", ""},
    {Relation::kDistilledFrom, AdapterUse::kWithBase, "mf", "mF", "m"},
    {Relation::kTrainedOn, AdapterUse::kWithBase, "wdmtWDMf", "tWDMF", "t"},
    {Relation::kSupersedes, AdapterUse::kWithBase, "", "", ""},
};

std::string Sorted(std::string text) {
  std::sort(text.begin(), text.end());
  return text;
}

TEST(Passages, AreTheTable) {
  constexpr absl::string_view kLetters = " wdmftcosz";  // by Form
  for (const Row& row : kTable) {
    for (const Stance stance : EnumValues<Stance>()) {
      std::string actual;
      for (const Passage& p :
           Passages::Of(stance, row.adapter).Get(row.relation, false, false, true)) {
        if (p.above != p.below) continue;
        const char letter = kLetters[static_cast<std::size_t>(p.above)];
        actual += p.contests ? absl::ascii_toupper(static_cast<unsigned char>(letter)) : letter;
      }
      const std::string expected = stance == Stance::kCautious   ? row.cautious
                                   : stance == Stance::kStandard ? row.standard
                                                                 : row.permissive;
      EXPECT_EQ(Sorted(actual), Sorted(expected)) << Name(row.relation) << " " << Name(stance);
    }
  }
}

// What changes its form on the way, and for whom.
TEST(Passages, OfOutputsHangOnTheParty) {
  const auto find = [](Relation relation, Stance stance, bool same, Form above, Form below) {
    for (const Passage& p :
         Passages::Of(stance, AdapterUse::kWithBase).Get(relation, false, same, true)) {
      if (p.above == above && p.below == below)
        return std::string(p.contests ? "contested" : "as it is") +
               (p.perhaps_similar ? ", perhaps" : "");
    }
    return std::string("no");
  };
  using R = Relation;
  using S = Stance;
  for (const S stance : EnumValues<S>()) {
    EXPECT_EQ(find(R::kGeneratedWith, stance, false, Form::kOutput, Form::kFromOutputs), "as it is");
    EXPECT_EQ(find(R::kGeneratedWith, stance, false, Form::kSource, Form::kDormant), "as it is");
    EXPECT_EQ(find(R::kDistilledFrom, stance, false, Form::kSource, Form::kMade), "as it is");
    EXPECT_EQ(find(R::kTrainedOn, stance, true, Form::kDormant, Form::kMade), "as it is, perhaps");
    EXPECT_EQ(find(R::kTrainedOn, stance, true, Form::kFromOutputs, Form::kFromOutputs),
              "as it is");
  }
  EXPECT_EQ(find(R::kTrainedOn, S::kCautious, false, Form::kDormant, Form::kMade),
            "as it is, perhaps");
  EXPECT_EQ(find(R::kTrainedOn, S::kStandard, false, Form::kDormant, Form::kMade),
            "contested, perhaps");
  EXPECT_EQ(find(R::kTrainedOn, S::kPermissive, false, Form::kDormant, Form::kMade), "no");
  EXPECT_EQ(find(R::kTrainedOn, S::kPermissive, false, Form::kFromOutputs, Form::kFromOutputs),
            "no");
}

// Switches of the theory, over the same table.
TEST(Passages, HangOnTheTheory) {
  const auto of = [](const std::vector<std::pair<TheorySwitch, Setting>>& switches,
                     Relation relation, Form form) {
    Query query;
    for (const auto& [one, setting] : switches) query.theory.Set(one, setting);
    std::string found;
    for (const Passage& p : Passages::Of(query).Get(relation, false, false, true)) {
      if (p.above != form || p.below != form) continue;
      absl::StrAppend(&found, found.empty() ? "" : ", ", p.contests ? "contested" : "as it is",
                      p.sharing_only ? " for sharing" : "");
    }
    return found;
  };
  constexpr TheorySwitch kDerive = TheorySwitch::kWeightsDerive;
  constexpr TheorySwitch kExcepted = TheorySwitch::kTrainingExcepted;
  EXPECT_EQ(of({}, Relation::kTrainedOn, Form::kWork), "contested");
  EXPECT_EQ(
      of({{kDerive, Setting::kYes}, {kExcepted, Setting::kNo}}, Relation::kTrainedOn, Form::kWork),
      "as it is, contested");
  EXPECT_EQ(of({{kDerive, Setting::kYes}}, Relation::kTrainedOn, Form::kWork),
            "as it is for sharing, contested");
  EXPECT_EQ(
      of({{kDerive, Setting::kYes}, {kExcepted, Setting::kYes}}, Relation::kTrainedOn, Form::kWork),
      "as it is for sharing, contested for sharing");
  EXPECT_EQ(of({{kDerive, Setting::kNo}}, Relation::kTrainedOn, Form::kWork), "");
  EXPECT_EQ(of({{TheorySwitch::kWeightsProtected, Setting::kOpen}}, Relation::kFinetunedFrom,
               Form::kDerivative),
            "contested");
  EXPECT_EQ(of({{TheorySwitch::kWeightsProtected, Setting::kNo}}, Relation::kFinetunedFrom,
               Form::kDerivative),
            "");
}

TEST(Passages, OfACycleIncludeTheWork) {
  for (const Relation relation : EnumValues<Relation>()) {
    for (const Stance stance : EnumValues<Stance>()) {
      const auto& list = Passages::Of(stance, AdapterUse::kAlone).Get(relation, true, false, true);
      for (const Form form : {Form::kWork, Form::kDerivative, Form::kMade, Form::kClass}) {
        const bool there = std::any_of(list.begin(), list.end(), [&](const Passage& p) {
          return p.above == form && p.below == form && !p.contests;
        });
        EXPECT_EQ(there, ClassOf(relation) != RelationClass::kNone)
            << Name(relation) << " " << Name(form);
      }
    }
  }
}

// The two ways to follow an edge tell the same, whichever end a path grows at.
TEST(Passages, UpAndDownGiveTheSameMarks) {
  const Relation relations[] = {Relation::kConvertedFrom, Relation::kIncorporates,
                                Relation::kBundles,       Relation::kFinetunedFrom,
                                Relation::kMergedFrom,    Relation::kAdapterOf};
  const Passage as_is{Form::kDerivative, Form::kDerivative, false, false};
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::vector<Relation> path(1 + random() % 5);
    for (Relation& relation : path) relation = relations[random() % 6];
    Way up{.form = Form::kDerivative};
    for (const Relation relation : path) up = Above(up, as_is, relation);
    Way down{.form = Form::kDerivative};
    for (auto relation = path.rbegin(); relation != path.rend(); ++relation)
      down = Below(down, as_is, *relation);
    ASSERT_EQ(up, down);
  }
}

Verdict VerdictOf(const Engine& engine, const std::string& id, Right right,
                  const Question& question) {
  const absl::StatusOr<Explanation> e = engine.Explain(id, question);
  EXPECT_TRUE(e.ok()) << e.status();
  return e->verdicts[static_cast<std::size_t>(right)].verdict;
}

const std::string kNonCommercial =
    LicenseYaml("NC", "commercial-use: {answer: prohibited, section: '1', says: no}");  // NOLINT
const std::string kOpen = LicenseYaml("OPEN");                                          // NOLINT

std::string Pair(const std::string& relation, const std::string& child_org = "b") {
  return "licenses:\n" + kNonCommercial + kOpen +
         "artifacts:\n  - id: a/parent\n    kind: checkpoint\n    claims: [{license: NC, " +
         SourceYaml() + "}]\n  - id: " + child_org +
         "/child\n    kind: checkpoint\n    claims:\n      - {license: OPEN, " + SourceYaml() +
         "}\n      - {" + relation + ": a/parent, " + SourceYaml() + "}\n";
}

TEST(SameLicensor, DoesNotBindItself) {
  EXPECT_EQ(VerdictOf(*EngineOver(Pair("finetuned_from", "b")), "b/child", Right::kCommercialUse,
                      QuestionOn("2024-06-01")),
            Verdict::kProhibited);
  const auto engine = EngineOver(Pair("finetuned_from", "a"));
  EXPECT_EQ(VerdictOf(*engine, "a/child", Right::kCommercialUse, QuestionOn("2024-06-01")),
            Verdict::kPermitted);
  EXPECT_EQ(engine->Explain("a/child", QuestionOn("2024-06-01"))->same_licensor,
            std::vector<std::string>{"a/parent"});
}

TEST(Contested, TurnsUndeterminedUnderStandardAndNothingUnderPermissive) {
  const auto engine = EngineOver(Pair("trained_on"));
  EXPECT_EQ(VerdictOf(*engine, "b/child", Right::kCommercialUse,
                      QuestionOn("2024-06-01", Stance::kCautious)),
            Verdict::kProhibited);
  EXPECT_EQ(VerdictOf(*engine, "b/child", Right::kCommercialUse,
                      QuestionOn("2024-06-01", Stance::kStandard)),
            Verdict::kUndetermined);
  EXPECT_EQ(VerdictOf(*engine, "b/child", Right::kCommercialUse,
                      QuestionOn("2024-06-01", Stance::kPermissive)),
            Verdict::kPermitted);
}

TEST(Copies, WithoutALicenceTakeTheirParents) {
  const auto engine = EngineOver(
      "licenses:\n" + kNonCommercial +
      "artifacts:\n  - id: a/parent\n    kind: checkpoint\n    claims: [{license: NC, " +
      SourceYaml() +
      "}]\n  - id: b/gguf\n    kind: checkpoint\n    claims: [{quantized_from: a/parent, " +
      SourceYaml() + "}]\n");
  const absl::StatusOr<Explanation> e = engine->Explain("b/gguf", QuestionOn("2024-06-01"));
  ASSERT_TRUE(e.ok());
  EXPECT_EQ(e->license, "NC");
  EXPECT_EQ(e->license_origin, "a/parent");
  EXPECT_EQ(e->verdicts[static_cast<std::size_t>(Right::kUse)].verdict, Verdict::kPermitted);
  EXPECT_EQ(e->verdicts[static_cast<std::size_t>(Right::kCommercialUse)].verdict,
            Verdict::kProhibited);
}

TEST(Choice, OfAnOrMustHoldForAllRightsTogether) {
  const auto engine = EngineOver(
      "licenses:\n" + kNonCommercial +
      LicenseYaml("NOMOD", "modify: {answer: prohibited, section: '1', says: no}") +
      "artifacts:\n  - id: a/x\n    kind: checkpoint\n    claims: [{license: NC OR NOMOD, " +
      SourceYaml() + "}]\n");
  Question question = QuestionOn("2024-06-01");
  question.query.rights = {Right::kCommercialUse, Right::kModify};
  const absl::StatusOr<Explanation> e = engine->Explain("a/x", question);
  ASSERT_TRUE(e.ok());
  EXPECT_EQ(e->verdicts[0].verdict, Verdict::kPermitted);
  EXPECT_EQ(e->verdicts[1].verdict, Verdict::kPermitted);
  EXPECT_EQ(e->joint, Verdict::kProhibited);
}

TEST(Exceptions, DropDutiesInTheirScopesOnly) {
  const auto engine = EngineOver(
      "licenses:\n" +
      LicenseYaml("SA", "",
                  ", duties: [{duty: share-alike, on: [distribution], satisfied_by: [SA], section: "
                  "'1', says: x}]") +
      kOpen +
      "exceptions:\n  - {id: EX, name: EX, says: x, drops_duties: [share-alike], scopes: "
      "[derivative]}\n"
      "artifacts:\n  - id: a/lib\n    kind: checkpoint\n    claims: [{license: SA WITH EX, " +
      SourceYaml() + "}]\n  - id: b/user\n    kind: checkpoint\n    claims: [{license: OPEN, " +
      SourceYaml() + "}, {finetuned_from: a/lib, " + SourceYaml() + "}]\n");
  EXPECT_TRUE(engine->Explain("b/user", QuestionOn("2024-06-01"))->duties.empty());
  EXPECT_EQ(engine->Explain("a/lib", QuestionOn("2024-06-01"))->duties.size(), 1u);
}

TEST(Limits, MakeTheAnswerIncompleteAndNothingPermitted) {
  std::string yaml = "licenses:\n" + kOpen + "artifacts:\n";
  for (int i = 0; i < 30; ++i) {
    yaml += absl::StrCat("  - id: o", i, "/v\n    kind: checkpoint\n    claims: [{license: OPEN, ",
                         SourceYaml(), "}");
    if (i < 29) yaml += absl::StrCat(", {finetuned_from: o", i + 1, "/v, ", SourceYaml(), "}");
    yaml += "]\n";
  }
  Question question = QuestionOn("2024-06-01");
  const auto engine = EngineOver(yaml);
  EXPECT_TRUE(engine->Explain("o0/v", question)->complete);
  question.query.max_vertices = 10;
  const absl::StatusOr<Explanation> cut = engine->Explain("o0/v", question);
  EXPECT_FALSE(cut->complete);
  EXPECT_EQ(cut->verdicts[0].verdict, Verdict::kUndetermined);
  question.query.max_vertices = 1000;
  question.query.stop.deadline = absl::InfinitePast();
  EXPECT_TRUE(engine->Explain("o0/v", question).ok()) << "a deadline cuts short, it does not fail";
}

TEST(Chains, OfAHundredThousandDoNotOverflow) {
  Catalog catalog = testing::LoadOrFail("licenses:\n" + kOpen + kNonCommercial);
  constexpr int kLength = 100'000;
  for (int i = 0; i < kLength; ++i) {
    Artifact artifact;
    artifact.id = absl::StrCat("o", i, "/v");
    artifact.kind = ArtifactKind::kCheckpoint;
    catalog.artifacts.push_back(artifact);
    Claim license;
    license.subject = artifact.id;
    license.statement = StatementKind::kLicense;
    license.text = i + 1 == kLength ? "NC" : "OPEN";
    license.source.kind = SourceKind::kHubTag;
    catalog.claims.push_back(license);
    if (i + 1 == kLength) break;
    Claim edge = license;
    edge.statement = StatementKind::kEdge;
    edge.relation = Relation::kFinetunedFrom;
    edge.parent = absl::StrCat("o", i + 1, "/v");
    catalog.claims.push_back(edge);
  }
  const std::unique_ptr<Engine> engine = Engine::FromCatalog(std::move(catalog));
  const auto snapshot = engine->At(QuestionOn("2024-06-01").key);
  Evaluator evaluator(*snapshot, Query());
  const Evaluation evaluation = evaluator.Evaluate(snapshot->FindVertex("o0/v", std::nullopt));
  EXPECT_EQ(evaluation.alone[static_cast<std::size_t>(Right::kCommercialUse)],
            Verdict::kProhibited);

  // A deadline, and a caller who is gone, reach into the search.
  Query late;
  late.stop.deadline = absl::InfinitePast();
  int asked = 0;
  Query gone;
  gone.stop.cancelled = [&] { return ++asked > 2; };
  for (const Query& query : {late, gone}) {
    Evaluator stopped(*snapshot, query);
    const Evaluation cut = stopped.Evaluate(snapshot->FindVertex("o0/v", std::nullopt));
    EXPECT_FALSE(cut.complete);
    EXPECT_EQ(cut.alone[static_cast<std::size_t>(Right::kUse)], Verdict::kUndetermined);
    TraversalOptions walk;
    walk.stop = query.stop;
    const Traversal traversal =
        Traverse(*snapshot, snapshot->FindVertex("o0/v", std::nullopt), walk);
    EXPECT_FALSE(traversal.complete);
    EXPECT_LT(traversal.visits.size(), 10'000u);
  }
  EXPECT_LT(asked, 20);
}

}  // namespace
}  // namespace lineage
