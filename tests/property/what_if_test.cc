// What-if, impact, repair and headroom against brute force on random graphs: really writing, full
// recomputation, trying every set, asking for each number. The seed is printed on failure.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/comparison.h"
#include "engine/headroom.h"
#include "engine/hypothesis.h"
#include "engine/permission/vertex_cut.h"
#include "engine/repair.h"
#include "engine/suggest.h"
#include "tests/property/random_catalog.h"
#include "tools/cli/json.h"

namespace lineage {
namespace {

using testing::MakeQuery;
using testing::RandomCatalog;

constexpr const char* kDay = "2024-06-01";

Catalog NumberedCatalog(RandomCatalog* random) {
  Catalog catalog = random->Make();
  for (std::size_t i = 0; i < catalog.claims.size(); ++i) {
    Claim& claim = catalog.claims[i];
    claim.number = i + 1;
    claim.source.by = absl::StrCat("source ", i);
    claim.source.document = "a document";
    claim.source.said_text = "1970-01-01";
    if (claim.statement == StatementKind::kEdge && random->Below(5) == 0) claim.denies = true;
    if (random->Below(4) == 0) claim.inferred = true;
    if (random->Below(4) == 0) claim.source.kind = SourceKind::kCurated;
  }
  return catalog;
}

Hypothesis MakeHypothesis(RandomCatalog* random, const Catalog& catalog) {
  Hypothesis hypothesis;
  Catalog wider = catalog;
  if (random->Below(2) == 0) {
    Artifact fresh;
    fresh.id = "org9/new";
    fresh.kind = ArtifactKind::kCheckpoint;
    hypothesis.artifacts.push_back(fresh);
    wider.artifacts.push_back(fresh);
  }
  const int claims = random->Below(4);
  for (int i = 0; i < claims; ++i) {
    Claim claim = random->Below(3) == 0
                      ? random->LicenseClaim(wider
                                                 .artifacts[static_cast<std::size_t>(random->Below(
                                                     static_cast<int>(wider.artifacts.size())))]
                                                 .id)
                      : random->EdgeClaim(wider);
    claim.as_found = claim.statement == StatementKind::kLicense && claim.text == "unknown-thing";
    claim.denies = claim.statement == StatementKind::kEdge && random->Below(4) == 0;
    claim.source.kind = SourceKind::kLegalReview;
    claim.source.by = absl::StrCat("hypothesis ", i);
    claim.source.document = "a hypothesis";
    claim.source.said_text = "1970-01-01";
    hypothesis.claims.push_back(claim);
  }
  for (const Claim& claim : catalog.claims) {
    if (random->Below(8) == 0) hypothesis.retracted.push_back(claim.number);
  }
  return hypothesis;
}

Catalog Written(const Catalog& catalog, const Hypothesis& hypothesis) {
  Catalog written = catalog;
  const std::set<ClaimNumber> gone(hypothesis.retracted.begin(), hypothesis.retracted.end());
  written.claims.erase(
      std::remove_if(written.claims.begin(), written.claims.end(),
                     [&](const Claim& claim) { return gone.contains(claim.number); }),
      written.claims.end());
  written.artifacts.insert(written.artifacts.end(), hypothesis.artifacts.begin(),
                           hypothesis.artifacts.end());
  written.claims.insert(written.claims.end(), hypothesis.claims.begin(), hypothesis.claims.end());
  return written;
}

Question MakeQuestion(RandomCatalog* random) {
  Question question;
  question.key.as_of = *Date::Parse(kDay);
  question.query = MakeQuery(random, static_cast<Stance>(random->Below(3)));
  question.query.rights = RightSet::FromBits(1u + static_cast<uint32_t>(random->Below(1023)));
  return question;
}

// Everything that an explanation says, but for the marks of what is supposed.
std::string TextOf(const Explanation& explanation) {
  std::string text = ToJson(explanation).dump();
  for (const char* mark : {",\"supposed\":true", "\"supposed\":true,"}) {
    for (std::size_t at; (at = text.find(mark)) != std::string::npos;) {
      text.erase(at, std::string_view(mark).size());
    }
  }
  return text;
}

TEST(WhatIf, AnswersAsIfItHadBeenWritten) {
  for (uint32_t seed = 0; seed < 400; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = NumberedCatalog(&random);
    Question question = MakeQuestion(&random);
    const auto hypothesis = std::make_shared<Hypothesis>(MakeHypothesis(&random, catalog));
    const auto engine = Engine::FromCatalog(catalog, 1);
    const auto written = Engine::FromCatalog(Written(catalog, *hypothesis), 1);
    const Catalog all = written->ToCatalog();
    for (const Artifact& artifact : all.artifacts) {
      question.hypothesis = nullptr;
      const auto real = written->Explain(artifact.id, question);
      const auto real_view = written->Show(artifact.id, question);
      const auto real_findings = written->Audit({}, question);
      question.hypothesis = hypothesis;
      const auto supposed = engine->Explain(artifact.id, question);
      const auto supposed_view = engine->Show(artifact.id, question);
      ASSERT_TRUE(real.ok() && supposed.ok()) << "seed " << seed << supposed.status();
      ASSERT_EQ(TextOf(*supposed), TextOf(*real)) << "seed " << seed << " " << artifact.id;
      ASSERT_EQ(supposed_view->downstream.size(), real_view->downstream.size()) << "seed " << seed;
      ASSERT_EQ(engine->Audit({}, question)->size(), real_findings->size()) << "seed " << seed;
    }
    // Nothing was written.
    question.hypothesis = nullptr;
    for (const Artifact& artifact : catalog.artifacts) {
      const auto before = Engine::FromCatalog(catalog, 1)->Explain(artifact.id, question);
      ASSERT_EQ(TextOf(*engine->Explain(artifact.id, question)), TextOf(*before));
    }
  }
}

TEST(WhatIf, MarksWhatRestsOnIt) {
  const auto engine = testing::EngineOver(
      "licenses:\n" + testing::LicenseYaml("Free-1") +
      testing::LicenseYaml("NC-1",
                           "commercial-use: {answer: prohibited, section: '2', says: no, "
                           "scopes: [work, derivative]}") +
      "artifacts:\n"
      "  - {id: a/base, kind: checkpoint, claims: [{license: NC-1, " +
      testing::SourceYaml() +
      "}]}\n"
      "  - {id: b/mine, kind: checkpoint, claims: [{license: Free-1, " +
      testing::SourceYaml() + "}]}\n");
  Question question = testing::QuestionOn("2024-06-01");
  EXPECT_EQ(engine->Explain("b/mine", question)->verdicts[1].verdict, Verdict::kPermitted);
  auto hypothesis = std::make_shared<Hypothesis>();
  Claim edge;
  edge.subject = "b/mine";
  edge.statement = StatementKind::kEdge;
  edge.relation = Relation::kFinetunedFrom;
  edge.parent = "a/base";
  edge.source = {SourceKind::kLegalReview, "us", question.key.as_of, "2024-06-01", "what-if"};
  hypothesis->claims.push_back(edge);
  question.hypothesis = hypothesis;
  const auto supposed = engine->Explain("b/mine", question);
  ASSERT_TRUE(supposed.ok()) << supposed.status();
  ASSERT_EQ(supposed->verdicts[1].verdict, Verdict::kProhibited);
  const Because& because = supposed->verdicts[1].because[0];
  ASSERT_EQ(because.path.size(), 1u);
  EXPECT_TRUE(because.path[0].supposed);
  EXPECT_FALSE(because.source->supposed);
}

TEST(WhatIf, RefusesAHypothesisThatIsWrong) {
  const auto engine =
      testing::EngineOver("licenses:\n" + testing::LicenseYaml("Free-1") +
                          "artifacts:\n  - {id: a/base, kind: checkpoint, claims: [{license: "
                          "Free-1, " +
                          testing::SourceYaml() + "}]}\n");
  Question question = testing::QuestionOn("2024-06-01");
  auto hypothesis = std::make_shared<Hypothesis>();
  hypothesis->retracted = {77};
  question.hypothesis = hypothesis;
  const absl::Status status = engine->Explain("a/base", question).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("retracted[0]: there is no claim 77"), std::string::npos)
      << status;
}

TEST(Impact, IsWhatRecomputingEverythingFinds) {
  for (uint32_t seed = 0; seed < 400; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = NumberedCatalog(&random);
    Question question = MakeQuestion(&random);
    const auto hypothesis = std::make_shared<Hypothesis>(MakeHypothesis(&random, catalog));
    if (hypothesis->empty()) continue;
    const auto engine = Engine::FromCatalog(catalog, 1);
    const auto written = Engine::FromCatalog(Written(catalog, *hypothesis), 1);
    std::vector<VerdictChange> expected;
    const auto before = engine->At(question.key);
    const auto after = written->At(question.key);
    const Catalog all = written->ToCatalog();
    for (const Artifact& artifact : all.artifacts) {
      for (const Component component : EnumValues<Component>()) {
        const VertexId was = before->FindVertex(artifact.id, component);
        const VertexId is = after->FindVertex(artifact.id, component);
        if (!was.valid() && !is.valid()) continue;
        for (const Right right : question.query.rights.Values()) {
          std::optional<Verdict> from;
          std::optional<Verdict> to;
          const auto index = static_cast<std::size_t>(right);
          if (was.valid()) from = Evaluator(*before, question.query).Evaluate(was).alone[index];
          if (is.valid()) to = Evaluator(*after, question.query).Evaluate(is).alone[index];
          if (from != to) expected.push_back({artifact.id, component, right, from, to});
        }
      }
    }
    const auto key = [](const VerdictChange& c) {
      return std::tuple(c.artifact, c.component, c.right);
    };
    std::sort(expected.begin(), expected.end(),
              [&](const VerdictChange& a, const VerdictChange& b) { return key(a) < key(b); });
    question.hypothesis = hypothesis;
    const auto impact = AnalyzeImpact(*engine, question);
    ASSERT_TRUE(impact.ok()) << "seed " << seed << impact.status();
    EXPECT_TRUE(impact->complete);
    ASSERT_EQ(impact->changes, expected) << "seed " << seed;
  }
}

// --- repair

constexpr const char* kFree = "FREE";

License FreeLicense() {
  License license;
  license.id = kFree;
  license.license_class = LicenseClass::kOpenSource;
  license.basis = Basis::kText;
  Grant grant;
  grant.rights = RightSet::All();
  grant.answer = Answer::kPermitted;
  grant.scopes = ScopeSet::All();
  license.grants = {grant};
  return license;
}

// The catalogue with `replaced` under no terms and made from nothing.
Catalog Replaced(const Catalog& catalog, const std::set<std::string>& replaced) {
  Catalog changed = catalog;
  changed.licenses.push_back(FreeLicense());
  changed.claims.clear();
  for (const Claim& claim : catalog.claims) {
    if (!replaced.contains(claim.subject)) changed.claims.push_back(claim);
  }
  for (const std::string& id : replaced) {
    for (const Component component : EnumValues<Component>()) {
      Claim claim;
      claim.subject = id;
      claim.statement = StatementKind::kLicense;
      claim.text = kFree;
      claim.component = component;
      claim.source.kind = SourceKind::kLegalReview;
      changed.claims.push_back(claim);
    }
  }
  return changed;
}

Verdict JointOf(const Catalog& catalog, const std::string& id, const Question& question) {
  const auto engine = Engine::FromCatalog(catalog);
  return engine->Explain(id, question)->joint;
}

std::set<std::string> AncestorsOf(const Engine& engine, const std::string& id,
                                  const Question& question) {
  std::set<std::string> ids;
  const auto walk = engine.Walk(id, question, {});
  for (const WalkStep& step : walk->steps) ids.insert(step.artifact);
  ids.erase(id);
  return ids;
}

TEST(Repair, FindsEveryCheapestSet) {
  int repaired = 0;
  int impossible = 0;
  int several = 0;
  for (uint32_t seed = 0; seed < 1500; ++seed) {
    RandomCatalog random(seed);
    Catalog catalog = NumberedCatalog(&random);
    const Question question = MakeQuestion(&random);
    if (seed % 3 != 0) {  // denser, and the target's own terms are not in the way
      for (int i = 0; i < 12; ++i) {
        catalog.claims.push_back(random.EdgeClaim(catalog));
        catalog.claims.back().relation =
            static_cast<Relation>(random.Below(static_cast<int>(Relation::kReimplements)));
      }
      catalog = Replaced(catalog, {});
      Claim own = random.LicenseClaim(catalog.artifacts[0].id);
      own.text = kFree;
      own.source.kind = SourceKind::kLegalReview;
      catalog.claims.push_back(own);
    }
    const auto engine = Engine::FromCatalog(catalog);
    RepairOptions options;
    options.max_sets = 1000;
    options.accept = random.Below(2) == 0 ? Verdict::kPermitted : Verdict::kConditional;
    if (random.Below(2) == 0) options.costs = {{"org1/*", 3}, {"*/a2", 2}};
    const auto cost_of = [&](const std::string& id) -> uint64_t {
      if (options.costs.empty()) return 1;
      if (id.rfind("org1/", 0) == 0) return 3;
      return id.size() > 3 && id.substr(id.size() - 3) == "/a2" ? 2 : 1;
    };
    const std::string target = catalog.artifacts[0].id;
    const auto plan = Repair(*engine, target, question, options);
    ASSERT_TRUE(plan.ok()) << "seed " << seed << plan.status();
    const Verdict now = JointOf(catalog, target, question);
    ASSERT_EQ(plan->verdict, now) << "seed " << seed;
    ASSERT_EQ(plan->passes, now >= options.accept) << "seed " << seed;
    if (plan->passes) continue;
    const std::set<std::string> ancestors = AncestorsOf(*engine, target, question);
    if (ancestors.size() > 7) continue;
    const std::vector<std::string> list(ancestors.begin(), ancestors.end());
    std::set<std::pair<uint64_t, std::vector<std::string>>> valid;
    for (uint32_t bits = 0; bits < (1u << list.size()); ++bits) {
      std::set<std::string> replaced;
      uint64_t cost = 0;
      for (std::size_t i = 0; i < list.size(); ++i) {
        if ((bits >> i & 1) == 0) continue;
        replaced.insert(list[i]);
        cost += cost_of(list[i]);
      }
      if (JointOf(Replaced(catalog, replaced), target, question) >= options.accept) {
        valid.insert({cost, {replaced.begin(), replaced.end()}});
      }
    }
    ASSERT_EQ(plan->possible, !valid.empty()) << "seed " << seed;
    if (valid.empty()) {
      ++impossible;
      continue;
    }
    std::set<std::vector<std::string>> expected;
    for (const auto& [cost, ids] : valid) {
      if (cost == valid.begin()->first) expected.insert(ids);
    }
    std::set<std::vector<std::string>> found;
    for (const RepairSet& set : plan->sets) {
      EXPECT_EQ(set.cost, valid.begin()->first) << "seed " << seed;
      EXPECT_GE(set.verdict, options.accept);
      found.insert(set.artifacts);
    }
    ASSERT_EQ(found, expected) << "seed " << seed;
    EXPECT_TRUE(plan->complete && plan->cheapest) << "seed " << seed;
    ++repaired;
    several += expected.size() > 1;
  }
  EXPECT_GT(repaired, 200);
  EXPECT_GT(impossible, 10);
  EXPECT_GT(several, 30);
}

TEST(Repair, ConfirmationsHoldWhenTheyAreClaimed) {
  int confirmed = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    RandomCatalog random(seed);
    Catalog catalog = NumberedCatalog(&random);
    const Question question = MakeQuestion(&random);
    const auto engine = Engine::FromCatalog(catalog);
    const std::string target = catalog.artifacts[0].id;
    const auto plan = Repair(*engine, target, question, {});
    ASSERT_TRUE(plan.ok());
    catalog.licenses.push_back(FreeLicense());
    for (const Confirmation& confirmation : plan->confirmations) {
      Catalog settled = catalog;
      Claim claim;
      claim.subject = confirmation.artifact;
      claim.source.kind = SourceKind::kLegalReview;
      claim.source.said = question.key.as_of;
      if (confirmation.kind == ConfirmationKind::kNoEdge) {
        claim.statement = StatementKind::kEdge;
        claim.relation = confirmation.relation;
        claim.parent = confirmation.parent;
        claim.denies = true;
      } else {
        claim.statement = StatementKind::kLicense;
        claim.text =
            confirmation.kind == ConfirmationKind::kAnyLicense ? kFree : confirmation.license;
      }
      settled.claims.push_back(claim);
      EXPECT_EQ(JointOf(settled, target, question), Verdict::kPermitted)
          << "seed " << seed << " " << confirmation.artifact;
      ++confirmed;
    }
  }
  EXPECT_GT(confirmed, 20);
}

TEST(Repair, GivesAValidSetWhenItMayNotSearchOn) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = NumberedCatalog(&random);
    const Question question = MakeQuestion(&random);
    const auto engine = Engine::FromCatalog(catalog);
    RepairOptions options;
    options.max_evaluations = 1;
    const auto plan = Repair(*engine, catalog.artifacts[0].id, question, options);
    ASSERT_TRUE(plan.ok());
    if (!plan->possible) continue;
    ASSERT_FALSE(plan->sets.empty());
    EXPECT_FALSE(plan->complete);
    const auto& ids = plan->sets[0].artifacts;
    EXPECT_EQ(
        JointOf(Replaced(catalog, {ids.begin(), ids.end()}), catalog.artifacts[0].id, question),
        Verdict::kPermitted);
  }
}

TEST(VertexCut, IsTheCheapestOfAll) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    std::minstd_rand engine(seed + 1);
    const auto random = [&] { return static_cast<uint32_t>(engine()); };
    const uint32_t vertices = 2 + random() % 8;
    std::vector<uint32_t> costs;
    for (uint32_t v = 0; v < vertices; ++v) costs.push_back(1 + random() % 4);
    std::vector<std::pair<uint32_t, uint32_t>> edges;
    for (uint32_t i = random() % (3 * vertices); i > 0; --i) {
      edges.emplace_back(random() % vertices, random() % vertices);
    }
    std::vector<uint32_t> targets;
    for (uint32_t v = 1; v < vertices; ++v) {
      if (random() % 3 == 0) targets.push_back(v);
    }
    const auto separates = [&](uint32_t removed) {
      std::vector<bool> seen(vertices, false);
      std::vector<uint32_t> open = {0};
      seen[0] = true;
      while (!open.empty()) {
        const uint32_t at = open.back();
        open.pop_back();
        if (std::find(targets.begin(), targets.end(), at) != targets.end()) return false;
        for (const auto& [a, b] : edges) {
          if (a != at || seen[b] || (removed >> b & 1) != 0) continue;
          seen[b] = true;
          open.push_back(b);
        }
      }
      return true;
    };
    uint64_t best = ~uint64_t{0};
    for (uint32_t removed = 0; removed < (1u << vertices); removed += 2) {  // never vertex 0
      uint64_t cost = 0;
      for (uint32_t v = 0; v < vertices; ++v) cost += (removed >> v & 1) != 0 ? costs[v] : 0;
      if (cost < best && separates(removed)) best = cost;
    }
    const auto cut = MinimumVertexCut(costs, edges, 0, targets);
    ASSERT_TRUE(cut.has_value());
    uint32_t removed = 0;
    uint64_t cost = 0;
    for (const uint32_t v : *cut) {
      removed |= 1u << v;
      cost += costs[v];
    }
    EXPECT_EQ(cost, best) << "seed " << seed;
    EXPECT_TRUE(separates(removed)) << "seed " << seed;
  }
  EXPECT_FALSE(MinimumVertexCut({1, 1}, {{0, 1}}, 0, {0}).has_value());
}

TEST(Headroom, SaysWhatAskingForEachNumberSays) {
  int with_limits = 0;
  for (uint32_t seed = 0; seed < 500; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = NumberedCatalog(&random);
    Question question = MakeQuestion(&random);
    const auto engine = Engine::FromCatalog(catalog);
    const std::string target = catalog.artifacts[0].id;
    const auto headrooms = HeadroomOf(*engine, target, question);
    ASSERT_TRUE(headrooms.ok()) << headrooms.status();
    for (const double number : {0.0, 50.0, 99.0, 100.0, 101.0, 1e9}) {
      question.query.context.monthly_active_users = number;
      const Verdict verdict = engine->Explain(target, question)->joint;
      if (headrooms->empty()) continue;
      ASSERT_EQ(headrooms->size(), 1u);
      int holding = 0;
      for (const HeadroomRange& range : (*headrooms)[0].ranges) {
        const bool above = range.from_included ? number >= range.from : number > range.from;
        const bool below =
            !range.to || (range.to_included ? number <= *range.to : number < *range.to);
        if (!above || !below) continue;
        ++holding;
        EXPECT_EQ(range.verdict, verdict) << "seed " << seed << " at " << number;
      }
      EXPECT_EQ(holding, 1) << "seed " << seed << " at " << number;
    }
    with_limits += !headrooms->empty();
  }
  EXPECT_GT(with_limits, 30);
}

TEST(Comparison, OfAQuestionWithItselfIsEmptyAndElseSaysWhatDiffers) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = NumberedCatalog(&random);
    const Question question = MakeQuestion(&random);
    Question other = question;
    other.query.stance = static_cast<Stance>(random.Below(3));
    const auto engine = Engine::FromCatalog(catalog);
    std::optional<std::size_t> cursor = 0;
    EXPECT_TRUE(Compare(*engine, {}, question, question, 1000, &cursor)->empty());
    EXPECT_FALSE(cursor.has_value());
    // In pieces, as in one go.
    cursor = 0;
    const auto whole = Compare(*engine, {}, question, other, 1000, &cursor);
    std::vector<std::string> pieces;
    cursor = 0;
    while (cursor) {
      const auto piece = Compare(*engine, {}, question, other, 1, &cursor);
      for (const Difference& d : *piece) pieces.push_back(d.artifact);
    }
    std::vector<std::string> ids;
    for (const Difference& difference : *whole) {
      ids.push_back(difference.artifact);
      for (const VerdictChange& change : difference.verdicts) {
        const auto at = [&](const Question& q) {
          const auto answer = engine->Explain(difference.artifact, q);
          for (const RightVerdict& v : answer->verdicts) {
            if (v.right == change.right) return std::optional<Verdict>(v.verdict);
          }
          return std::optional<Verdict>();
        };
        EXPECT_EQ(change.before, at(question));
        EXPECT_EQ(change.after, at(other));
      }
    }
    EXPECT_EQ(pieces, ids) << "seed " << seed;
  }
}

// --- suggestions

// Error-level findings with `license` stated by a legal review, really written.
bool RemainsWith(const Catalog& catalog, const std::string& id, const std::string& license,
                 const Question& question) {
  Catalog changed = catalog;
  Claim claim;
  claim.subject = id;
  claim.statement = StatementKind::kLicense;
  claim.text = license;
  claim.source.kind = SourceKind::kLegalReview;
  claim.source.said = question.key.as_of;
  changed.claims.push_back(claim);
  const auto findings = Engine::FromCatalog(changed)->Audit({id}, question);
  return std::any_of(findings->begin(), findings->end(),
                     [](const Finding& f) { return f.severity == Severity::kError; });
}

bool AnyoneMayGrant(const Engine& engine, const std::string& license) {
  const auto index = engine.licenses().Find(license);
  return index && engine.licenses().Get(*index).only_licensor.empty();
}

// Agreements that one vendor alone can grant are left out: who offers them is another question.
std::set<std::string> ByTrying(const Catalog& catalog, const std::string& id,
                               const Question& question) {
  std::set<std::string> fit;
  for (const License& license : catalog.licenses) {
    if (license.basis == Basis::kNone || license.license_class == LicenseClass::kProprietary ||
        license.license_class == LicenseClass::kUndeclared || !license.only_licensor.empty())
      continue;
    if (!RemainsWith(catalog, id, license.id, question)) fit.insert(license.id);
  }
  return fit;
}

TEST(Suggest, FindsWhatTryingEveryLicenceFinds) {
  int several = 0;
  int none = 0;
  int pairs = 0;
  for (uint32_t seed = 0; seed < 400; ++seed) {
    RandomCatalog random(seed);
    Catalog catalog = NumberedCatalog(&random);
    for (License& license : catalog.licenses) {
      if (random.Below(3) != 0) continue;
      Duty duty;
      duty.kind = DutyKind::kPassOnRestrictions;
      duty.on = {Trigger::kDistribution};
      duty.scopes = {Scope::kWork, Scope::kDerivative};
      duty.satisfied_by = {license.id};
      license.duties.push_back(duty);
    }
    Question question = MakeQuestion(&random);
    question.key.claims_policy = ClaimsPolicy::kRanked;
    const auto engine = Engine::FromCatalog(catalog);
    const std::string& id = catalog.artifacts[0].id;
    const auto suggestions = SuggestLicensesFor(*engine, id, question);
    ASSERT_TRUE(suggestions.ok()) << suggestions.status();
    const std::set<std::string> expected = ByTrying(catalog, id, question);
    std::set<std::string> found;
    for (const LicenseSuggestion& suggestion : suggestions->suggestions) {
      if (suggestion.license.find(' ') == std::string::npos) {
        if (AnyoneMayGrant(*engine, suggestion.license)) found.insert(suggestion.license);
        else EXPECT_FALSE(RemainsWith(catalog, id, suggestion.license, question));
        continue;
      }
      EXPECT_TRUE(expected.empty());
      EXPECT_FALSE(RemainsWith(catalog, id, suggestion.license, question))
          << "seed " << seed << ": " << suggestion.license;
      ++pairs;
    }
    ASSERT_EQ(found, expected) << "seed " << seed;
    several += expected.size() > 1;
    if (!suggestions->suggestions.empty()) continue;
    ++none;
    // Where every licence is a vendor's own, or unread, there is nothing to choose from.
    const bool choice = std::any_of(
        catalog.licenses.begin(), catalog.licenses.end(), [&](const License& license) {
          return AnyoneMayGrant(*engine, license.id) && license.basis != Basis::kNone &&
                 license.license_class != LicenseClass::kProprietary &&
                 license.license_class != LicenseClass::kUndeclared;
        });
    EXPECT_TRUE(!choice || !suggestions->conflicts.empty() || !suggestions->standing.empty())
        << "seed " << seed;
    // Without one of each conflicting set there is a licence, unless another set stands.
    EXPECT_TRUE(std::all_of(suggestions->conflicts.begin(), suggestions->conflicts.end(),
                            [](const auto& set) { return !set.empty(); }));
  }
  EXPECT_GT(several, 50);
  EXPECT_GT(none, 10);
  EXPECT_GT(pairs, 0);
}

TEST(Suggest, OfTheBuiltinCatalogueIsWhatTheAuditSays) {
  const auto engine = Engine::Open({});
  ASSERT_TRUE(engine.ok());
  const Question question = testing::QuestionOn("2026-11-01");
  for (const char* id : {"mosaicml/mpt-7b-chat", "lmsys/vicuna-7b-v1.5", "databricks/dolly-v1-6b",
                         "bigscience/bloomz-7b1", "datasets/EleutherAI/the_pile"}) {
    const auto suggestions = SuggestLicensesFor(**engine, id, question);
    ASSERT_TRUE(suggestions.ok()) << suggestions.status();
    std::set<std::string> found;
    for (const LicenseSuggestion& s : suggestions->suggestions) {
      const bool single = s.license.find(' ') == std::string::npos;
      if (single && AnyoneMayGrant(**engine, s.license)) found.insert(s.license);
    }
    const std::set<std::string> tried = ByTrying((*engine)->ToCatalog(), id, question);
    std::vector<std::string> differing;
    std::set_symmetric_difference(found.begin(), found.end(), tried.begin(), tried.end(),
                                  std::back_inserter(differing));
    EXPECT_EQ(differing, std::vector<std::string>{}) << id << ", " << found.size() << " found";
  }
}

}  // namespace
}  // namespace lineage
