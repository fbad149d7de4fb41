// What is kept up to date is what would be built anew.
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/image.h"
#include "engine/graph/snapshot_builder.h"
#include "engine/permission/explainer.h"
#include "engine/permission/offer_of.h"
#include "engine/permission/verdict_table.h"
#include "tests/property/random_catalog.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

using testing::MakeQuery;
using testing::RandomCatalog;

std::shared_ptr<const LicenseTable> LicensesOf(const Catalog& catalog) {
  return std::make_shared<const LicenseTable>(std::make_shared<const Catalog>(catalog));
}

// All that a snapshot says.
std::string TextOf(const Snapshot& s) {
  std::string text = absl::StrCat(s.edge_count(), " edges, until ", s.holds_until().days(), "\n");
  for (std::size_t v = 0; v < s.vertex_count(); ++v) {
    const VertexId id = s.VertexAt(v);
    const Vertex& vertex = s.Get(id);
    absl::StrAppend(&text, id.value(), " ", s.IdOf(id), " ", Name(vertex.component), " ",
                    vertex.primary, vertex.conclusion.tied, " ",
                    static_cast<int>(vertex.conclusion.kind), " cycle ", vertex.cycle);
    if (vertex.conclusion.kind == Conclusion::Kind::kDeclared) {
      absl::StrAppend(&text, " ", s.ExpressionOf(id).text);
    }
    for (const ClaimIndex claim : s.ConcludedFrom(id)) absl::StrAppend(&text, " #", claim.value());
    for (const VertexId origin : s.OriginsOf(id)) absl::StrAppend(&text, " <", origin.value());
    if (vertex.licensor.id.valid()) {
      absl::StrAppend(&text, " by ", s.LicensorName(vertex.licensor.id), vertex.licensor.claimed);
    }
    for (const Edge& edge : s.Upstream(id)) {
      absl::StrAppend(&text, " ^", edge.parent.value(), Name(edge.relation), edge.claim.value(),
                      edge.in_cycle);
    }
    for (const ChildEdge edge : s.Downstream(id)) {
      absl::StrAppend(&text, " v", edge.child().value(), Name(edge.relation()));
    }
    for (const ClaimIndex claim : s.LosingEdgeClaims(vertex.artifact)) {
      absl::StrAppend(&text, " -", claim.value());
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

void ExpectSameVerdicts(const VerdictTable& table, const VerdictTable& other,
                        const std::string& where) {
  ASSERT_EQ(table.snapshot().artifact_count(), other.snapshot().artifact_count());
  for (std::size_t v = 0; v < table.snapshot().artifact_count(); ++v) {
    for (const Stance stance : EnumValues<Stance>()) {
      ASSERT_EQ(table.Get(VertexId(v), stance), other.Get(VertexId(v), stance))
          << where << ": " << table.snapshot().IdOf(VertexId(v)) << " " << Name(stance);
    }
  }
}

TEST(VerdictTable, SaysWhatTheEvaluatorSays) {
  std::size_t by_table = 0;
  std::size_t claims_more = 0;
  for (uint32_t seed = 0; seed < 1500; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = random.Make();
    Query query = MakeQuery(&random, Stance::kStandard);
    if (random.Below(3) == 0) query.undeclared = UndeclaredPolicy::kProhibited;
    SnapshotKey key;
    key.as_of = *Date::Parse("2024-06-01");
    const auto snapshot = Snapshot::Build(catalog, LicensesOf(catalog), key);
    const auto table = VerdictTable::Build(snapshot, query);
    ASSERT_NE(table, nullptr);
    by_table += snapshot->artifact_count() - table->evaluated();
    for (const Stance stance : EnumValues<Stance>()) {
      query.stance = stance;
      query.rights = RightSet::All();
      Evaluator evaluator(*snapshot, query);
      for (std::size_t v = 0; v < snapshot->artifact_count(); ++v) {
        const VertexId id(v);
        const Evaluation evaluation = evaluator.Evaluate(id);
        const VerdictRow row = table->Get(id, stance);
        const std::string where =
            absl::StrCat("seed ", seed, " ", snapshot->IdOf(id), " ", Name(stance));
        for (const Right right : EnumValues<Right>()) {
          ASSERT_EQ(row.VerdictOf(right), evaluation.alone[static_cast<std::size_t>(right)])
              << where << " " << Name(right);
        }
        ASSERT_EQ(row.license_class(), evaluation.license_class) << where;
        EnumSet<DutyKind> duties;
        ForEachDuty(&evaluator, evaluation, RightSet::All(), false,
                    [&](const Voice&, const BoundExpression&, const License&, const Duty& duty,
                        const WaySet&) { duties.Add(duty.kind); });
        ASSERT_EQ(row.duties(), duties) << where;
        ASSERT_EQ(row.claims_more(), ClaimsMore(&evaluator, evaluation)) << where;
        claims_more += row.claims_more() ? 1 : 0;
      }
    }
  }
  EXPECT_GT(claims_more, 500U);
  EXPECT_GT(by_table, 2000U) << "the table was tested, not the evaluator against itself";
}

// A random claim about what is there, or about something new.
Claim RandomClaim(RandomCatalog* random, const Catalog& catalog) {
  const auto any = [&] {
    return catalog
        .artifacts[static_cast<std::size_t>(
            random->Below(static_cast<int>(catalog.artifacts.size())))]
        .id;
  };
  Claim claim = random->Below(3) == 0 ? random->LicenseClaim(any()) : random->EdgeClaim(catalog);
  switch (random->Below(8)) {
    case 0:
      claim.denies = claim.statement == StatementKind::kEdge;
      break;
    case 1:
      claim.component = static_cast<Component>(random->Below(4));
      break;
    case 2:
      claim.statement = StatementKind::kLicensor;
      claim.text = absl::StrCat("org", random->Below(4));
      break;
    case 3:
      claim.subject = absl::StrCat("org", random->Below(4), "/new", random->Below(3));
      break;
    case 4:
      if (claim.statement == StatementKind::kEdge) {
        claim.parent = absl::StrCat("org", random->Below(4), "/up", random->Below(3));
      }
      break;
    case 5:
      claim.relation = random->Below(2) == 0 ? Relation::kQuantizedFrom : Relation::kTrainedOn;
      break;
    case 6:
      claim.valid.from = *Date::Parse(random->Below(2) == 0 ? "2024-01-01" : "2025-01-01");
      break;
    default:
      break;
  }
  if (random->Below(3) == 0) claim.source.kind = SourceKind::kLicenseFile;
  return claim;
}

TEST(Incremental, EveryWriteGivesWhatARebuildGives) {
  SnapshotKey key;
  key.as_of = *Date::Parse("2024-06-01");
  int updated = 0;
  for (uint32_t seed = 0; seed < 400; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = random.Make();
    const auto licenses = LicensesOf(catalog);
    const Query query = MakeQuery(&random, Stance::kStandard);
    Records records(catalog);
    SnapshotBuilder builder(licenses, key);
    builder.Rebuild(records);
    const auto first = builder.Current();
    const std::string first_text = TextOf(*first);
    auto table = VerdictTable::Build(first, query);
    for (int write = 0; write < 15; ++write) {
      std::vector<ArtifactIndex> touched;
      for (int i = 0; i <= random.Below(3); ++i) {
        if (random.Below(3) == 0 && records.claim_count() > 0) {
          const ClaimIndex claim(
              static_cast<uint32_t>(random.Below(static_cast<int>(records.claim_count()))));
          if (records.Row(claim).retracted != 0) continue;
          records.Retract(claim, 2);
          touched.push_back(records.Row(claim).subject);
        } else if (random.Below(6) == 0) {
          Artifact artifact;
          artifact.id = absl::StrCat("org", random.Below(4), "/up", random.Below(3));
          artifact.kind = random.Below(3) == 0 ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint;
          touched.push_back(*records.Describe(artifact));
        } else {
          touched.push_back(records.Row(*records.Add(RandomClaim(&random, catalog))).subject);
        }
      }
      const auto changed = builder.Update(records, touched);
      const auto current = builder.Current();
      const auto rebuilt = Snapshot::Build(records, licenses, key);
      const std::string where = absl::StrCat("seed ", seed, " write ", write);
      ASSERT_EQ(TextOf(*current), TextOf(*rebuilt)) << where;
      table = changed ? table->Updated(current, *changed) : VerdictTable::Build(current, query);
      updated += changed ? 1 : 0;
      ExpectSameVerdicts(*table, *VerdictTable::Build(rebuilt, query), where);
      if (::testing::Test::HasFatalFailure()) return;
    }
    ASSERT_EQ(TextOf(*first), first_text) << "what was given out stays as it was";
  }
  EXPECT_GT(updated, 2000);
}

// Writes what is in memory to a file, and takes it from there.
void ThroughAFile(const std::string& path, const std::shared_ptr<const LicenseTable>& licenses,
                  Records* records, SnapshotBuilder* builder,
                  std::shared_ptr<const VerdictTable>* table) {
  {
    ImageWriter writer(path);
    records->Save(&writer);
    (*table)->snapshot().Save(&writer);
    (*table)->Save(&writer);
    ASSERT_TRUE(writer.Finish().ok());
  }
  const auto reader = ImageReader::Open(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_TRUE((*reader)->Verify().ok());
  *records = *Records::Load(**reader);
  const auto snapshot = Snapshot::Load(**reader, *records, licenses);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  const auto loaded = VerdictTable::Load(**reader, *snapshot);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  *table = *loaded;
  builder->Resume(**snapshot);
}

TEST(Incremental, GoesOnFromAnImageAsFromMemory) {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path());
  const std::string path = folder.path() + "/image";
  SnapshotKey key;
  key.as_of = *Date::Parse("2024-06-01");
  for (uint32_t seed = 0; seed < 100; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = random.Make();
    const auto licenses = LicensesOf(catalog);
    Records records(catalog);
    SnapshotBuilder builder(licenses, key);
    builder.Rebuild(records);
    auto table = VerdictTable::Build(builder.Current(), Query());
    for (int write = 0; write < 12; ++write) {
      if (write % 4 == 0) ThroughAFile(path, licenses, &records, &builder, &table);
      if (::testing::Test::HasFatalFailure()) return;
      std::vector<ArtifactIndex> touched;
      for (int i = 0; i <= random.Below(3); ++i) {
        touched.push_back(records.Row(*records.Add(RandomClaim(&random, catalog))).subject);
      }
      const ClaimIndex taken_back(static_cast<uint32_t>(write));
      records.Retract(taken_back, 2);
      touched.push_back(records.Row(taken_back).subject);
      const auto changed = builder.Update(records, touched);
      const auto rebuilt = Snapshot::Build(records, licenses, key);
      const std::string where = absl::StrCat("seed ", seed, " write ", write);
      ASSERT_EQ(TextOf(*builder.Current()), TextOf(*rebuilt)) << where;
      table = changed ? table->Updated(builder.Current(), *changed)
                      : VerdictTable::Build(builder.Current(), Query());
      ExpectSameVerdicts(*table, *VerdictTable::Build(rebuilt, Query()), where);
      for (std::size_t i = 0; i < records.artifact_count(); ++i) {
        const ArtifactIndex artifact(i);
        ASSERT_EQ(records.Find(records.IdOf(artifact)), artifact) << where;
        ASSERT_EQ(records.Get(artifact).id, rebuilt->records().Get(artifact).id) << where;
      }
    }
  }
}

TEST(Incremental, AnotherDayIsTheSameUntilAClaimBeginsOrEnds) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    RandomCatalog random(seed);
    Catalog catalog = random.Make();
    for (Claim& claim : catalog.claims) {
      if (random.Below(3) == 0) {
        claim.valid.from = Date::FromDays(19'000 + random.Below(1'000));
      }
      if (random.Below(3) == 0) {
        claim.valid.until = Date::FromDays(19'500 + random.Below(1'000));
      }
    }
    const auto licenses = LicensesOf(catalog);
    SnapshotKey key;
    key.as_of = Date::FromDays(19'400);
    SnapshotBuilder builder(licenses, key);
    builder.Rebuild(Records(catalog));
    const auto snapshot = builder.Current();
    const int32_t since = std::max(snapshot->holds_since().days(), 18'000);
    const int32_t until = std::min(snapshot->holds_until().days(), 21'000);
    for (const int32_t day :
         {since - 1, since, (since + 19'400) / 2, 19'401, (19'400 + until) / 2, until - 1, until}) {
      key.as_of = Date::FromDays(day);
      ASSERT_EQ(snapshot->IsLike(key),
                key.as_of >= snapshot->holds_since() && key.as_of < snapshot->holds_until())
          << seed;
      if (!snapshot->IsLike(key)) continue;
      ASSERT_EQ(TextOf(*snapshot->OnDay(key.as_of)).substr(20),
                TextOf(*Snapshot::Build(catalog, licenses, key)).substr(20))
          << seed;
      if (day < 19'400) continue;  // builders go on
      builder.MoveTo(key.as_of);
      ASSERT_EQ(builder.Current()->key(), key);
    }
  }
}

}  // namespace
}  // namespace lineage
