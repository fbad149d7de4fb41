// One meaning: what `license compare` says of two licences, the audit and the check of a graph of two
// artifacts say as well. Over ordered pairs of reviewed licences, and of expressions of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/audit/findings.h"
#include "engine/audit/gate.h"
#include "engine/catalog/archive.h"
#include "engine/permission/compatibility.h"
#include "engine/permission/evaluator.h"
#include "tests/support.h"

namespace lineage {
namespace {

const std::shared_ptr<const LicenseTable>& Table() {
  static const auto* const kTable = new std::shared_ptr<const LicenseTable>(
      std::make_shared<const LicenseTable>(std::make_shared<const Catalog>(*LoadBuiltinCatalog())));
  return *kTable;
}

std::vector<std::string> Reviewed() {
  std::vector<std::string> ids;
  for (const License& license : Table()->catalog().licenses) {
    if (license.basis != Basis::kNone) ids.push_back(license.id);
  }
  return ids;
}

Claim ClaimOf(const std::string& subject, StatementKind statement) {
  Claim claim;
  claim.subject = subject;
  claim.statement = statement;
  claim.source.kind = SourceKind::kLicenseFile;
  return claim;
}

// A part under one licence and what another maker made of it under another.
std::shared_ptr<const Snapshot> GraphOf(const std::string& from, const std::string& to,
                                        CompareStep step) {
  Catalog catalog;
  const bool data = step == CompareStep::kData;
  catalog.artifacts.push_back({data ? "datasets/maker/part" : "maker/part",
                               data ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint,
                               "",
                               {},
                               std::nullopt,
                               {}});
  catalog.artifacts.push_back(
      {"other/whole", ArtifactKind::kCheckpoint, "", {}, std::nullopt, {}});
  Claim part = ClaimOf(catalog.artifacts[0].id, StatementKind::kLicense);
  part.text = from;
  Claim whole = ClaimOf("other/whole", StatementKind::kLicense);
  whole.text = to;
  Claim edge = ClaimOf("other/whole", StatementKind::kEdge);
  edge.relation = RelationOf(step);
  edge.parent = catalog.artifacts[0].id;
  catalog.claims = {part, whole, edge};
  SnapshotKey key;
  key.as_of = *Date::Parse("2026-01-01");
  return Snapshot::Build(catalog, Table(), key);
}

// "" if the parts of the product agree about a pair.
std::string Disagreement(const std::string& from, const std::string& to, CompareStep step) {
  const BoundExpression a = Table()->Bind(from);
  const BoundExpression b = Table()->Bind(to);
  const Compatibility compared = CompatibilityOf(*Table(), a, b, step);
  const auto snapshot = GraphOf(from, to, step);
  const VertexId whole = snapshot->FindVertex("other/whole", std::nullopt);
  // The rights that its own licence permits outright together, asked by its maker, who shares it.
  Query query;
  LicenseWorth worth(*Table(), Context(), UndeclaredPolicy::kUndetermined);
  const WaySet own = OwnArrivals().general;
  query.rights = {};
  const auto permits = [&](RightSet rights) {
    return worth.Choose(b, rights, [&](const auto&) -> const WaySet& { return own; }).verdict ==
           Verdict::kPermitted;
  };
  for (const Right right : EnumValues<Right>()) {
    RightSet together = query.rights;  // by one branch of it
    together.Add(right);
    if (permits(together)) query.rights = together;
  }
  query.context.made_it = true;
  query.context.use_mode = UseMode::kShare;
  const std::vector<Finding> findings = FindingsOf(*snapshot, whole, query);
  const auto has = [&](Severity severity) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      // Names can be changed; a comparison of licences knows none.
      return finding.severity == severity && finding.id != FindingId::kNamePrefixUnmet;
    });
  };
  const Evaluation evaluation = Evaluator(*snapshot, query).Evaluate(whole);
  // A right that its own licence permits, outright or on a condition, is open in the child.
  const auto opens = [&](Right right) {
    const Verdict own_verdict =
        worth.Choose(b, {right}, [&](const auto&) -> const WaySet& { return own; }).verdict;
    return (own_verdict == Verdict::kPermitted || own_verdict == Verdict::kConditional) &&
           evaluation.alone[static_cast<std::size_t>(right)] == Verdict::kUndetermined;
  };
  const bool open = std::any_of(EnumValues<Right>().begin(), EnumValues<Right>().end(), opens);
  Verdict check = evaluation.joint;
  check = WithGate(check, GatedBy(query, findings));
  const bool error = has(Severity::kError);
  const bool warning = has(Severity::kWarning);
  const auto wrong = [&](const char* why) {
    return absl::StrCat(from, " -> ", to, " by ", Name(step), ": compare says ",
                        Name(compared.answer), " (", compared.reason, "), but ", why);
  };
  switch (compared.answer) {
    case CompatibilityAnswer::kNo:
      if (!error) return wrong("the audit has no error");
      if (check != Verdict::kProhibited) return wrong("the check does not refuse it");
      return "";
    case CompatibilityAnswer::kYes:
      if (error) return wrong("the audit has an error");
      if (warning) return wrong("the audit has a warning");
      if (check == Verdict::kProhibited) return wrong("the check refuses it");
      return "";
    case CompatibilityAnswer::kDepends:
      if (error) return wrong("the audit has an error");
      if (!warning && check != Verdict::kConditional && step != CompareStep::kBundle)
        return wrong("nothing is conditional and there is no warning");
      return "";
    case CompatibilityAnswer::kUnknown:
      if (error) return wrong("the audit has an error");
      // Side by side, what another part of it withholds may decide more.
      if (check != Verdict::kUndetermined && !open && !warning &&
          !(step == CompareStep::kBundle && check == Verdict::kProhibited))
        return wrong("the check is decided");
      return "";
  }
  return "";
}

// Counts what disagrees, and tells the first few.
class Tally {
 public:
  void Add(const std::string& disagreement) {
    ++pairs_;
    if (disagreement.empty()) return;
    if (++wrong_ <= 20) ADD_FAILURE() << disagreement;
  }
  ~Tally() {
    EXPECT_EQ(wrong_, 0U) << "of " << pairs_ << " pairs";
    ::testing::Test::RecordProperty("pairs", static_cast<int>(pairs_));
  }

 private:
  std::size_t pairs_ = 0;
  std::size_t wrong_ = 0;
};

// Of each kind where not all are asked. With LINEAGE_ALL_PAIRS=1 all pairs by every step.
constexpr int kPairs = 20'000;

bool AllPairs() { return std::getenv("LINEAGE_ALL_PAIRS") != nullptr; }

void AskAll(CompareStep step, std::size_t part, std::size_t parts, Tally* tally) {
  const std::vector<std::string> ids = Reviewed();
  for (std::size_t i = part; i < ids.size(); i += parts) {
    for (const std::string& to : ids) tally->Add(Disagreement(ids[i], to, step));
  }
}

// All of them; in parts, so that they can run side by side.
class PairsByFineTune : public ::testing::TestWithParam<std::size_t> {};
constexpr std::size_t kParts = 4;

TEST_P(PairsByFineTune, OfReviewedLicences) {
  Tally tally;
  AskAll(CompareStep::kFineTune, GetParam(), kParts, &tally);
}
INSTANTIATE_TEST_SUITE_P(Pairs, PairsByFineTune, ::testing::Range(std::size_t{0}, kParts));

TEST(Pairs, OfLicencesByOtherSteps) {
  const std::vector<std::string> ids = Reviewed();
  Tally tally;
  std::mt19937 random(15);
  const CompareStep steps[] = {CompareStep::kCopy, CompareStep::kMerge, CompareStep::kData,
                               CompareStep::kBundle};
  if (AllPairs()) {
    for (const CompareStep step : steps) AskAll(step, 0, 1, &tally);
    return;
  }
  for (int i = 0; i < kPairs; ++i) {
    tally.Add(Disagreement(ids[random() % ids.size()], ids[random() % ids.size()],
                           steps[random() % 4]));
  }
}

TEST(Pairs, OfExpressions) {
  const std::vector<std::string> ids = Reviewed();
  std::vector<std::string> exceptions;
  for (const LicenseException& exception : Table()->catalog().exceptions)
    exceptions.push_back(exception.id);
  Tally tally;
  std::mt19937 random(16);
  const auto one = [&] { return ids[random() % ids.size()]; };
  const auto expression = [&]() -> std::string {
    switch (random() % 4) {
      case 0:
        return absl::StrCat(one(), " OR ", one());
      case 1:
        return absl::StrCat(one(), " AND ", one());
      case 2:
        return absl::StrCat(one(), " WITH ", exceptions[random() % exceptions.size()]);
      default:
        return one();
    }
  };
  for (int i = 0; i < kPairs; ++i) {
    // Often the same licence on both sides: pairs that have little in common are all refused.
    std::string from = expression();
    std::string to = random() % 3 == 0 ? absl::StrCat(from, random() % 2 ? " OR " : " AND ", one())
                                       : expression();
    if (from.find(" OR ") != std::string::npos && to.find(from) == 0 && to != from)
      to = absl::StrCat("(", from, ")", to.substr(from.size()));
    tally.Add(Disagreement(from, to, static_cast<CompareStep>(random() % kEnumSize<CompareStep>)));
  }
}

}  // namespace
}  // namespace lineage
