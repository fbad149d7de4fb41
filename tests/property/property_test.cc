// The rules of docs/semantics.md, sections 4 and 5, as properties of random graphs. The seed is
// printed on failure.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "engine/audit/findings.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/explainer.h"
#include "engine/permission/passage.h"
#include "tests/property/random_catalog.h"

namespace lineage {
namespace {

using testing::EvaluateIn;
using testing::MakeQuery;
using testing::RandomCatalog;
using testing::SnapshotOf;

constexpr int kGraphs = 300;

class Property : public ::testing::TestWithParam<Stance> {};

TEST_P(Property, AFurtherAncestorNeverLoosens) {
  for (uint32_t seed = 0; seed < kGraphs; ++seed) {
    RandomCatalog random(seed);
    const Catalog before = random.Make();
    const Query query = MakeQuery(&random, GetParam());
    Catalog after = before;
    Claim edge = random.EdgeClaim(before);
    if (ClassOf(edge.relation) == RelationClass::kCopy) edge.relation = Relation::kFinetunedFrom;
    edge.made.reset();  // a day of derivation may prove an older grant
    after.claims.push_back(edge);
    const auto old_snapshot = SnapshotOf(before);
    const auto new_snapshot = SnapshotOf(after);
    for (const Artifact& artifact : before.artifacts) {
      const Evaluation was = EvaluateIn(*old_snapshot, artifact.id, query);
      const Evaluation is = EvaluateIn(*new_snapshot, artifact.id, query);
      for (std::size_t r = 0; r < kRightCount; ++r)
        EXPECT_LE(is.alone[r], was.alone[r]) << "seed " << seed << " " << artifact.id;
      EXPECT_LE(is.joint, was.joint) << "seed " << seed;
    }
  }
}

TEST_P(Property, AFurtherTermNeverLoosens) {
  for (uint32_t seed = 0; seed < kGraphs; ++seed) {
    RandomCatalog random(seed);
    const Catalog before = random.Make();
    const Query query = MakeQuery(&random, GetParam());
    Catalog after = before;
    after.licenses[static_cast<std::size_t>(random.Below(4))].grants.push_back(
        random.MakeGrant(static_cast<Right>(random.Below(10))));
    const auto old_snapshot = SnapshotOf(before);
    const auto new_snapshot = SnapshotOf(after);
    for (const Artifact& artifact : before.artifacts) {
      const Evaluation was = EvaluateIn(*old_snapshot, artifact.id, query);
      const Evaluation is = EvaluateIn(*new_snapshot, artifact.id, query);
      for (std::size_t r = 0; r < kRightCount; ++r)
        EXPECT_LE(is.alone[r], was.alone[r]) << "seed " << seed << " " << artifact.id;
    }
  }
}

TEST_P(Property, TheOrderOfClaimsDoesNotMatter) {
  for (uint32_t seed = 0; seed < kGraphs; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = random.Make();
    const Query query = MakeQuery(&random, GetParam());
    Catalog shuffled = catalog;
    std::mt19937 shuffle(seed);
    std::shuffle(shuffled.claims.begin(), shuffled.claims.end(), shuffle);
    std::shuffle(shuffled.artifacts.begin(), shuffled.artifacts.end(), shuffle);
    // A claim made twice says nothing new.
    if (!shuffled.claims.empty()) shuffled.claims.push_back(shuffled.claims[0]);
    const auto one = SnapshotOf(catalog);
    const auto two = SnapshotOf(shuffled);
    for (const Artifact& artifact : catalog.artifacts) {
      const Evaluation a = EvaluateIn(*one, artifact.id, query);
      const Evaluation b = EvaluateIn(*two, artifact.id, query);
      EXPECT_EQ(a.alone, b.alone) << "seed " << seed << " " << artifact.id;
      EXPECT_EQ(a.joint, b.joint) << "seed " << seed;
      EXPECT_EQ(a.license_class, b.license_class) << "seed " << seed;
    }
  }
}

TEST_P(Property, ABatchIsOneByOneAndJointIsNoLooserThanAlone) {
  for (uint32_t seed = 0; seed < kGraphs; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = random.Make();
    const Query query = MakeQuery(&random, GetParam());
    const auto snapshot = SnapshotOf(catalog);
    Evaluator batch(*snapshot, query);
    for (const Artifact& artifact : catalog.artifacts) {
      const Evaluation together = batch.Evaluate(snapshot->FindVertex(artifact.id, std::nullopt));
      const Evaluation single = EvaluateIn(*snapshot, artifact.id, query);
      EXPECT_EQ(together.alone, single.alone) << "seed " << seed;
      EXPECT_LE(single.joint, *std::min_element(single.alone.begin(), single.alone.end()))
          << "seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Stances, Property,
                         ::testing::Values(Stance::kCautious, Stance::kStandard,
                                           Stance::kPermissive),
                         [](const auto& stance) { return std::string(Name(stance.param)); });

TEST(Stances, AreOrderedOnEveryRight) {
  for (uint32_t seed = 0; seed < kGraphs; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = random.Make();
    Query query = MakeQuery(&random, Stance::kCautious);
    const auto snapshot = SnapshotOf(catalog);
    for (const Artifact& artifact : catalog.artifacts) {
      std::array<Evaluation, 3> by_stance;
      for (const Stance stance : EnumValues<Stance>()) {
        query.stance = stance;
        by_stance[static_cast<std::size_t>(stance)] = EvaluateIn(*snapshot, artifact.id, query);
      }
      for (std::size_t r = 0; r < kRightCount; ++r) {
        EXPECT_LE(by_stance[0].alone[r], by_stance[1].alone[r])
            << "seed " << seed << " " << artifact.id;
        EXPECT_LE(by_stance[1].alone[r], by_stance[2].alone[r])
            << "seed " << seed << " " << artifact.id;
      }
    }
  }
}

TEST(Theories, AreMonotoneAlongEverySwitch) {
  int changed = 0;
  for (uint32_t seed = 0; seed < kGraphs; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = random.Make();
    Query query = MakeQuery(&random, static_cast<Stance>(random.Below(3)));
    query.theory = MakeTheory(&random);
    const auto snapshot = SnapshotOf(catalog);
    for (const Artifact& artifact : catalog.artifacts) {
      for (const TheorySwitch of : EnumValues<TheorySwitch>()) {
        // An exception is strict where there is none.
        const bool no_is_strict = of == TheorySwitch::kTrainingExcepted;
        std::optional<Evaluation> stricter;
        for (int i = 0; i < 3; ++i) {
          query.theory.Set(of, static_cast<Setting>(no_is_strict ? 2 - i : i));
          Evaluation evaluation = EvaluateIn(*snapshot, artifact.id, query);
          for (std::size_t r = 0; stricter && r < kRightCount; ++r) {
            EXPECT_LE(stricter->alone[r], evaluation.alone[r])
                << "seed " << seed << " " << artifact.id << " " << Name(of) << " step " << i;
            changed += stricter->alone[r] != evaluation.alone[r] ? 1 : 0;
          }
          stricter = std::move(evaluation);
        }
      }
    }
  }
  EXPECT_GT(changed, 500);
}

// Walks a proof's path from its origin down, and tells how a term of its scope arrives: 2 as itself,
// 1 contested, 0 not at all.
int Arrives(const Snapshot& snapshot, VertexId from, const Because& because, const Query& query) {
  std::vector<const Edge*> path;
  VertexId at = from;
  for (const Hop& hop : because.path) {
    const Edge* found = nullptr;
    for (const Edge& edge : snapshot.Upstream(at)) {
      if (edge.relation == hop.relation && snapshot.ArtifactOf(edge.parent).id == hop.artifact)
        found = &edge;
    }
    if (found == nullptr) return 0;
    path.push_back(found);
    at = found->parent;
  }
  if (snapshot.ArtifactOf(at).id != because.origin) return 0;
  WaySet spoken;
  for (const Form form : {Form::kWork, Form::kDerivative, Form::kOutput, Form::kSource,
                          Form::kTraining})
    spoken.Add(Way{.form = form});
  WaySet ways = spoken;
  bool copies_only = true;  // copies above the speaker are how a licence was taken
  for (auto edge = path.rbegin(); edge != path.rend(); ++edge) {
    const LicensorId child = snapshot.Get((*edge)->child).licensor.id;
    const bool same = child.valid() && child == snapshot.Get((*edge)->parent).licensor.id;
    WaySet below;
    for (const Way way : ways) {
      const bool weights = snapshot.Get((*edge)->parent).component == Component::kWeights;
      for (const Passage& passage :
           Passages::Of(query).Get((*edge)->relation, (*edge)->in_cycle, same, weights)) {
        if (passage.above == way.form) below.Add(Below(way, passage, (*edge)->relation));
      }
    }
    copies_only &= ClassOf((*edge)->relation) == RelationClass::kCopy;
    if (copies_only) below.Add(spoken);
    ways = std::move(below);
  }
  if (path.empty() || (copies_only && because.scope == Scope::kOwn)) return 2;
  const auto arrives = [&](bool contested) {
    return ways.Any([&](const Way& way) {
      return way.contested == contested && ArrivesBy(because.scope, way);
    });
  };
  return because.contested ? (arrives(true) ? 1 : 0) : (arrives(false) || copies_only ? 2 : 0);
}

TEST(Proofs, ReplayToTheVerdict) {
  int checked = 0;
  for (uint32_t seed = 0; seed < kGraphs; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = random.Make();
    for (const Stance stance : EnumValues<Stance>()) {
      Query query = MakeQuery(&random, stance);
      if (seed % 2 == 1) query.theory = MakeTheory(&random);
      const auto snapshot = SnapshotOf(catalog);
      for (const Artifact& artifact : catalog.artifacts) {
        const VertexId vertex = snapshot->FindVertex(artifact.id, std::nullopt);
        const Explanation e = Explain(*snapshot, vertex, query);
        for (const RightVerdict& verdict : e.verdicts) {
          Verdict replayed = Verdict::kPermitted;
          for (const Because& because : verdict.because) {
            replayed = Stricter(replayed, because.verdict);
            if (because.verdict == Verdict::kPermitted) continue;
            const int arrives = Arrives(*snapshot, vertex, because, query);
            EXPECT_EQ(arrives, because.contested ? 1 : 2)
                << "seed " << seed << " " << artifact.id << " " << Name(verdict.right) << " of "
                << because.origin;
            EXPECT_TRUE(!because.contested || because.verdict == Verdict::kUndetermined);
            // The term must stand in the licence as the proof says.
            const auto license = snapshot->licenses().Find(because.license);
            if (license && because.answer != Answer::kUndetermined) {
              const auto& grants = snapshot->licenses().Get(*license).grants;
              EXPECT_TRUE(std::any_of(grants.begin(), grants.end(),
                                      [&](const Grant& g) {
                                        // Below an adaptation two answers count for more.
                                        const bool answers =
                                            g.rights.Has(verdict.right) ||
                                            (verdict.right == Right::kRedistribute &&
                                             g.rights.Has(Right::kRedistributeDerivatives)) ||
                                            (verdict.right == Right::kUse &&
                                             g.rights.Has(Right::kModify));
                                        return answers && g.answer == because.answer &&
                                               g.scopes.Has(because.scope);
                                      }))
                  << "seed " << seed;
            }
            ++checked;
          }
          EXPECT_EQ(replayed, verdict.verdict)
              << "seed " << seed << " " << artifact.id << " " << Name(verdict.right);
        }
        // `check` of one right is `why` of it.
        Query one = query;
        one.rights = {Right::kCommercialUse};
        EXPECT_EQ(Explain(*snapshot, vertex, one).joint, e.verdicts[1].verdict) << "seed " << seed;
      }
    }
  }
  EXPECT_GT(checked, 5000);
}

TEST(Cycles, GiveTheirMembersTheSameInheritedTerms) {
  for (uint32_t seed = 0; seed < kGraphs; ++seed) {
    RandomCatalog random(seed);
    Catalog catalog = random.Make();
    // Every artifact its own organisation, so that no licensor is cut.
    for (std::size_t i = 0; i < catalog.artifacts.size(); ++i) {
      Claim claim;
      claim.subject = catalog.artifacts[i].id;
      claim.statement = StatementKind::kLicensor;
      claim.text = absl::StrCat("licensor ", i);
      catalog.claims.push_back(claim);
    }
    const auto snapshot = SnapshotOf(catalog);
    const Query query = MakeQuery(&random, Stance::kStandard);
    for (std::size_t v = 0; v < snapshot->vertex_count(); ++v) {
      for (std::size_t w = v + 1; w < snapshot->vertex_count(); ++w) {
        const VertexId a(v);
        const VertexId b(w);
        if (snapshot->Get(a).cycle == 0 || snapshot->Get(a).cycle != snapshot->Get(b).cycle)
          continue;
        // A copy speaks for the licensor that it took its licence from, and may be cut by that.
        if (snapshot->Get(b).conclusion.kind == Conclusion::Kind::kTaken) continue;
        // Work and derivative terms of each reach the other, so neither is looser on a right that
        // the other's forbids.
        Evaluator evaluator(*snapshot, query);
        const Evaluation ea = evaluator.Evaluate(a);
        // The same licensor's terms are cut anywhere in the cycle; agreements of a vendor are its own.
        bool cut = false;
        for (std::size_t x = 0; x < snapshot->vertex_count(); ++x) {
          const VertexId member(x);
          cut |= snapshot->Get(member).cycle == snapshot->Get(a).cycle && member != b &&
                 snapshot->Get(member).licensor.id == snapshot->TermLicensor(b, LicenseIndex());
        }
        if (cut) continue;
        const bool hears = std::any_of(ea.voices.begin(), ea.voices.end(), [&](const Voice& voice) {
          const auto in = [&](Form form) {
            return voice.arrivals.All().Any(
                [&](const Way& way) { return way.form == form && !way.contested; });
          };
          return voice.origin == b && in(Form::kWork) && in(Form::kDerivative);
        });
        const Conclusion::Kind kind = snapshot->Get(b).conclusion.kind;
        bool vendors = false;
        if (kind == Conclusion::Kind::kDeclared) {
          ForEachLeaf(snapshot->ExpressionOf(b), [&](const BoundExpression& leaf) {
            vendors |= leaf.license.valid() && snapshot->VendorOf(leaf.license).valid();
          });
        }
        if (vendors) continue;
        EXPECT_TRUE(hears) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace lineage
