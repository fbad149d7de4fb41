// Random catalogues for properties. The seed decides everything.
#ifndef LINEAGE_TESTS_PROPERTY_RANDOM_CATALOG_H_
#define LINEAGE_TESTS_PROPERTY_RANDOM_CATALOG_H_

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/graph/snapshot.h"
#include "engine/permission/evaluator.h"
#include "tests/support.h"

namespace lineage::testing {

// A random catalogue of a few licences and up to ten artifacts.
class RandomCatalog {
 public:
  explicit RandomCatalog(uint32_t seed) : random_(seed) {}

  Catalog Make() {
    Catalog catalog;
    catalog.vocabulary.facts = {{kPerformsSimilarly, "It performs alike."},
                                {kCompetesWithLicensor, "It competes."}};
    for (int i = 0; i < 4; ++i) catalog.licenses.push_back(MakeLicense(i));
    const int artifacts = 2 + Below(9);
    for (int i = 0; i < artifacts; ++i) {
      Artifact artifact;
      artifact.id = absl::StrCat("org", Below(4), "/a", i);
      artifact.kind = Below(4) == 0 ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint;
      catalog.artifacts.push_back(artifact);
    }
    for (const Artifact& artifact : catalog.artifacts) {
      if (Below(6) != 0) catalog.claims.push_back(LicenseClaim(artifact.id));
      // A licence of other days, and contents of others.
      if (Below(5) == 0) {
        Claim earlier = LicenseClaim(artifact.id);
        earlier.valid.from = *Date::Parse("2023-01-01");
        earlier.valid.until = *Date::Parse("2024-01-01");
        catalog.claims.push_back(std::move(earlier));
      }
      if (Below(6) == 0) {
        Claim contents;
        contents.subject = artifact.id;
        contents.statement = StatementKind::kContents;
        contents.text = "others";
        catalog.claims.push_back(std::move(contents));
      }
    }
    const int edges = Below(2 * artifacts);
    for (int i = 0; i < edges; ++i) catalog.claims.push_back(EdgeClaim(catalog));
    return catalog;
  }

  // A claim of a further edge to a parent; never a copy (which could supply a licence).
  Claim EdgeClaim(const Catalog& catalog) {
    Claim claim;
    claim.statement = StatementKind::kEdge;
    const auto count = static_cast<int>(catalog.artifacts.size());
    const int child = Below(count);
    claim.subject = catalog.artifacts[static_cast<std::size_t>(child)].id;
    claim.parent = catalog
                       .artifacts[static_cast<std::size_t>(
                           (child + 1 + Below(std::max(1, count - 1))) % count)]
                       .id;
    claim.relation = static_cast<Relation>(Below(static_cast<int>(kEnumSize<Relation>)));
    if (Below(4) == 0) claim.made = *Date::Parse(Below(2) == 0 ? "2023-06-01" : "2024-03-01");
    claim.source.kind = SourceKind::kModelCard;
    return claim;
  }

  Claim LicenseClaim(const std::string& id) {
    static constexpr const char* kTexts[] = {
        "L0",  "L1",           "L2", "L3", "L0 AND L1", "L1 OR L2", "(L0 OR L3) AND L2",
        "L2+", "unknown-thing"};
    Claim claim;
    claim.subject = id;
    claim.statement = StatementKind::kLicense;
    claim.text = kTexts[Below(9)];
    claim.source.kind = SourceKind::kModelCard;
    return claim;
  }

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }

  Grant MakeGrant(Right right) {
    static constexpr Answer kAnswers[] = {Answer::kPermitted, Answer::kPermitted,
                                          Answer::kConditional, Answer::kSilent,
                                          Answer::kProhibited};
    Grant grant;
    grant.rights = {right};
    grant.answer = kAnswers[Below(5)];
    grant.scopes = ScopeSet::FromBits(1u + static_cast<uint32_t>(Below(31)));
    if (grant.answer == Answer::kConditional) {
      Condition::Node node;
      node.op = Condition::Op::kLessEqual;
      node.key = ContextKey::kMonthlyActiveUsers;
      node.number = 100;
      grant.when.text = "monthly-active-users <= 100";
      if (Below(3) == 0) {
        node = {};
        node.op = Condition::Op::kEqual;
        node.key = ContextKey::kFact;
        node.words = {Below(2) == 0 ? kCompetesWithLicensor : kPerformsSimilarly};
        grant.when.text = node.words[0] + " = no";
      }
      grant.when.nodes = {node};
    }
    return grant;
  }

 private:
  License MakeLicense(int index) {
    License license;
    license.id = absl::StrCat("L", index);
    license.license_class = static_cast<LicenseClass>(Below(7));
    license.basis = Basis::kText;
    for (const Right right : EnumValues<Right>()) {
      Grant work;
      work.rights = {right};
      work.answer = Answer::kPermitted;
      work.scopes = {Scope::kWork};
      license.grants.push_back(work);
      if (Below(2) == 0) license.grants.push_back(MakeGrant(right));
    }
    if (Below(2) == 0) {
      Duty duty;
      duty.kind = DutyKind::kShareAlike;
      duty.on = {Trigger::kDistribution};
      duty.scopes = {Scope::kWork, Scope::kDerivative};
      duty.satisfied_by = {license.id};
      license.duties.push_back(duty);
    }
    if (Below(4) == 0) license.only_licensor = absl::StrCat("org", Below(4));
    if (index > 0 && Below(4) == 0) license.edition_of = "L0";
    if (Below(3) == 0) license.models_from_outputs = ModelsFromOutputs{Below(2) == 0, {}};
    if (Below(3) == 0) license.formats_are_copies.emplace();
    if (Below(4) == 0) license.parts_keep_license.emplace();
    license.revocable = Below(2) == 0;
    return license;
  }

  std::mt19937 random_;
};

inline Query MakeQuery(RandomCatalog* random, Stance stance) {
  Query query;
  query.stance = stance;
  query.adapter = static_cast<AdapterUse>(random->Below(2));
  query.undeclared = static_cast<UndeclaredPolicy>(random->Below(2));
  if (random->Below(2) == 0) query.context.monthly_active_users = random->Below(200);
  if (random->Below(3) == 0) query.context.facts[kPerformsSimilarly] = random->Below(2) == 0;
  if (random->Below(3) == 0) query.context.facts[kCompetesWithLicensor] = random->Below(2) == 0;
  return query;
}

// Some switches of the theory, set to anything.
inline TheoryChanges MakeTheory(RandomCatalog* random) {
  TheoryChanges changes;
  for (const TheorySwitch of : EnumValues<TheorySwitch>()) {
    if (random->Below(2) == 0) changes.Set(of, static_cast<Setting>(random->Below(3)));
  }
  return changes;
}

inline std::shared_ptr<const Snapshot> SnapshotOf(const Catalog& catalog) {
  SnapshotKey key;
  key.as_of = *Date::Parse("2024-06-01");
  return Snapshot::Build(std::make_shared<Catalog>(catalog), key);
}

inline Evaluation EvaluateIn(const Snapshot& snapshot, const std::string& id, const Query& query) {
  return Evaluator(snapshot, query).Evaluate(snapshot.FindVertex(id, std::nullopt));
}

}  // namespace lineage::testing

#endif  // LINEAGE_TESTS_PROPERTY_RANDOM_CATALOG_H_
