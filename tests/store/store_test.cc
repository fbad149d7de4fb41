// What every backend promises, and what the SQLite one promises beyond it.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/catalog/archive.h"
#include "engine/engine.h"
#include "engine/knowledge_base.h"
#include "engine/store/memory_store.h"
#include "engine/store/sqlite_store.h"
#include "engine/store/token.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

using testing::Everything;
using testing::LicenseClaim;
using testing::OneLicense;
using testing::TemporaryFolder;

struct Backend {
  std::string name;
  std::function<std::unique_ptr<Store>(const std::string& folder)> make;
};

std::unique_ptr<Store> MakeSqlite(const std::string& folder) {
  SqliteStoreOptions options;
  options.directory = folder;
  options.writable = options.create = true;
  options.lock_timeout = absl::ZeroDuration();
  auto store = OpenSqliteStore(options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

class Conformance : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override { store_ = GetParam().make(folder_.path()); }
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(
    Store, Conformance,
    ::testing::Values(Backend{"memory", [](const std::string&) { return MakeMemoryStore(); }},
                      Backend{"sqlite", MakeSqlite}),
    [](const auto& backend) { return backend.param.name; });

TEST_P(Conformance, StartsEmptyAndCounts) {
  EXPECT_EQ(*store_->Head(), 0u);
  EXPECT_EQ(Everything(store_.get()).size(), 0u);
  for (Revision revision = 1; revision <= 3; ++revision) {
    const auto commit = store_->Append(OneLicense("a/m", "MIT"));
    ASSERT_TRUE(commit.ok()) << commit.status();
    EXPECT_EQ(commit->revision, revision);
    EXPECT_EQ(commit->first_claim, revision);
    EXPECT_FALSE(commit->replayed);
    EXPECT_EQ(*store_->Head(), revision);
  }
  EXPECT_EQ(store_->Identity().id.size(), 16u);
  EXPECT_EQ(store_->Identity().epoch, 1u);
}

TEST_P(Conformance, KeepsEveryField) {
  Batch batch = OneLicense("a/m", "MIT OR Apache-2.0");
  batch.author = "counsel";
  batch.note = "a note";
  batch.origin = Origin::kDocument;
  Artifact artifact;
  artifact.id = "a/m";
  artifact.kind = ArtifactKind::kCheckpoint;
  artifact.name = "M";
  artifact.aliases = {"m-one", "m-two"};
  artifact.released = *Date::Parse("2024-02-29");
  artifact.location = {"cards/m.md", 3, 4};
  batch.artifacts = {artifact};
  Claim edge = LicenseClaim("a/m", "");
  edge.statement = StatementKind::kEdge;
  edge.text = "";
  edge.relation = Relation::kAdapterOf;
  edge.parent = "b/p";
  edge.component = Component::kCode;
  edge.denies = edge.inferred = true;
  edge.made = *Date::Parse("2023-01-02");
  edge.parent_revision = "abc";
  edge.valid = {*Date::Parse("2023-01-01"), *Date::Parse("2025-01-01")};
  edge.where = "line 3";
  edge.quote = "\"quoted\" – ünïcode";
  edge.location = {"x.yaml", 7, 9};
  Claim releases = LicenseClaim("a/m", "");
  releases.statement = StatementKind::kReleases;
  releases.text = "";
  releases.releases = {Component::kWeights, Component::kData};
  Claim found = LicenseClaim("a/m", "some licence");
  found.as_found = true;
  Claim withheld = LicenseClaim("a/m", "");
  withheld.statement = StatementKind::kPublishes;
  withheld.text = "training-code";
  withheld.denies = true;
  batch.claims.insert(batch.claims.end(), {edge, releases, found, withheld});
  const auto commit = store_->Append(batch);
  ASSERT_TRUE(commit.ok()) << commit.status();
  EXPECT_EQ(commit->claim_count, 5u);

  const std::vector<Change> all = Everything(store_.get());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].commit.author, "counsel");
  EXPECT_EQ(all[0].commit.note, "a note");
  EXPECT_EQ(all[0].commit.origin, Origin::kDocument);
  // The digest covers every field of the records but places, numbers and revisions.
  Batch read;
  read.artifacts = all[0].artifacts;
  read.claims = all[0].claims;
  EXPECT_EQ(ContentDigest(read), ContentDigest(batch));
  ASSERT_EQ(all[0].claims.size(), 5u);
  EXPECT_TRUE(all[0].claims[4].denies) << "a part that is withheld";
  EXPECT_EQ(all[0].claims[1].location.ToString(), "x.yaml:7:9");
  EXPECT_EQ(all[0].artifacts[0].location.ToString(), "cards/m.md:3:4");
  EXPECT_EQ(all[0].claims[3].number, 4u);
  EXPECT_EQ(all[0].claims[3].revision, 1u);
  EXPECT_TRUE(all[0].claims[0].valid.until.open());
}

TEST_P(Conformance, DigestSeesEveryField) {
  const Batch plain = OneLicense("a/m", "MIT");
  const std::vector<std::function<void(Claim*)>> changes = {
      [](Claim* c) { c->subject = "a/n"; },
      [](Claim* c) { c->text = "ISC"; },
      [](Claim* c) { c->component = Component::kCode; },
      [](Claim* c) { c->denies = true; },
      [](Claim* c) { c->inferred = true; },
      [](Claim* c) { c->as_found = true; },
      [](Claim* c) { c->valid.until = *Date::Parse("2030-01-01"); },
      [](Claim* c) { c->source.by = "someone else"; },
      [](Claim* c) { c->source.kind = SourceKind::kPress; },
      [](Claim* c) { c->where = "elsewhere"; },
      [](Claim* c) { c->quote = "q"; },
  };
  for (const auto& change : changes) {
    Batch other = plain;
    change(&other.claims[0]);
    EXPECT_NE(ContentDigest(other), ContentDigest(plain));
  }
}

TEST_P(Conformance, RepeatsARequestAndRefusesAnotherUnderItsId) {
  Batch batch = OneLicense("a/m", "MIT");
  batch.request_id = "r-1";
  batch.author = "ann";
  const auto first = store_->Append(batch);
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(store_->Append(OneLicense("a/n", "MIT")).ok());
  const auto again = store_->Append(batch);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->revision, first->revision);
  EXPECT_EQ(again->hash, first->hash);
  EXPECT_EQ(*store_->Head(), 2u);
  Batch other = OneLicense("a/m", "ISC");
  other.request_id = "r-1";
  other.author = "ann";
  EXPECT_TRUE(absl::IsAlreadyExists(store_->Append(other).status()));
  batch.author = "bob";  // another writer is told nothing of Ann's batch
  EXPECT_TRUE(absl::IsAlreadyExists(store_->Append(batch).status()));
  EXPECT_EQ(*store_->Head(), 2u);
}

TEST_P(Conformance, RetractsOnceAndAllOrNothing) {
  ASSERT_TRUE(store_->Append(OneLicense("a/m", "MIT")).ok());
  Batch batch = OneLicense("a/m", "ISC");
  batch.retractions = {{1, "wrong"}, {7, "no such claim"}};
  EXPECT_TRUE(absl::IsNotFound(store_->Append(batch).status()));
  EXPECT_EQ(*store_->Head(), 1u) << "half a batch";
  EXPECT_EQ(store_->Stats()->claims, 1u);
  batch.retractions = {{1, "wrong"}};
  ASSERT_TRUE(store_->Append(batch).ok());
  Batch again;
  again.retractions = {{1, "wrong"}};
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->Append(again).status()));
  const std::vector<Change> all = Everything(store_.get());
  ASSERT_EQ(all.size(), 2u);
  ASSERT_EQ(all[1].retractions.size(), 1u);
  EXPECT_EQ(all[1].retractions[0].claim, 1u);
  EXPECT_EQ(all[1].retractions[0].reason, "wrong");
  EXPECT_EQ(store_->Stats()->retractions, 1u);
}

TEST_P(Conformance, ReplaysWindowsAndStopsWhenTold) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store_->Append(OneLicense("a/m", "MIT")).ok());
  std::vector<Revision> seen;
  ASSERT_TRUE(store_
                  ->Replay(1, 4,
                           [&](const Change& change) {
                             seen.push_back(change.commit.revision);
                             return absl::OkStatus();
                           })
                  .ok());
  EXPECT_EQ(seen, (std::vector<Revision>{2, 3, 4}));
  const absl::Status stopped =
      store_->Replay(0, ~Revision{0}, [](const Change&) { return absl::CancelledError("enough"); });
  EXPECT_TRUE(absl::IsCancelled(stopped));
}

TEST_P(Conformance, FindsCommits) {
  Batch batch = OneLicense("a/m", "MIT");
  batch.author = "ann";
  const auto commit = store_->Append(batch);
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(store_->FindCommit(1)->author, "ann");
  EXPECT_EQ(store_->FindCommit(1)->hash, commit->hash);
  EXPECT_EQ(store_->FindCommit(1)->time, commit->time);
  EXPECT_TRUE(absl::IsNotFound(store_->FindCommit(0).status()));
  EXPECT_TRUE(absl::IsNotFound(store_->FindCommit(2).status()));
}

TEST_P(Conformance, ChainHoldsAndDependsOnHistory) {
  EXPECT_EQ(*VerifyChain(store_.get()), "");
  const auto a = store_->Append(OneLicense("a/m", "MIT"));
  const auto b = store_->Append(OneLicense("a/m", "MIT"));
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NE(a->hash, b->hash);
  EXPECT_EQ(*VerifyChain(store_.get()), b->hash);
}

TEST_P(Conformance, ConcurrentWritersAndReaders) {
  constexpr int kWriters = 4;
  constexpr int kEach = 25;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i) {
        Batch batch = OneLicense(absl::StrCat("w", w, "/m", i), "MIT");
        batch.claims.push_back(batch.claims[0]);
        EXPECT_TRUE(store_->Append(batch).ok());
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < 20; ++i) {
      Revision last = 0;
      EXPECT_TRUE(store_
                      ->Replay(0, ~Revision{0},
                               [&](const Change& change) {
                                 EXPECT_EQ(change.commit.revision, ++last);
                                 EXPECT_EQ(change.claims.size(), 2u) << "half a batch";
                                 return absl::OkStatus();
                               })
                      .ok());
    }
  });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*store_->Head(), Revision{kWriters * kEach});
  EXPECT_TRUE(VerifyChain(store_.get()).ok());
}

// The knowledge base over any backend.

TEST_P(Conformance, KnowledgeBaseReadsItsWritesAndThePast) {
  auto base = KnowledgeBase::Open(std::move(store_), {});
  ASSERT_TRUE(base.ok()) << base.status();
  EXPECT_EQ((*base)->revision(), 1u) << "the catalogue is the first revision";
  std::vector<BatchProblem> problems;
  Batch batch = OneLicense("acme/tuned", "apache-2.0");
  batch.artifacts = {testing::Checkpoint("acme/tuned")};
  ASSERT_TRUE((*base)->Apply(batch, &problems).ok()) << problems[0].problem.message;
  Question question;
  question.key.as_of = *Date::Parse("2026-11-01");
  const auto before = (*base)->Current()->Explain("acme/tuned", question);
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_EQ(before->license, "Apache-2.0");
  EXPECT_EQ(before->revision, 2u);
  Batch retraction;
  retraction.retractions = {{(*base)->Current()->records().claim_count(), "mistaken"}};
  ASSERT_TRUE((*base)->Apply(retraction, &problems).ok());
  EXPECT_EQ((*base)->Current()->Explain("acme/tuned", question)->license, "");
  const auto past = (*base)->At(2);
  ASSERT_TRUE(past.ok());
  EXPECT_EQ((*past)->Explain("acme/tuned", question)->license, "Apache-2.0");
  EXPECT_TRUE(absl::IsNotFound((*(*base)->At(1))->Explain("acme/tuned", question).status()));
  EXPECT_TRUE(absl::IsOutOfRange((*base)->At(4).status()));
}

TEST_P(Conformance, KnowledgeBaseNamesEveryBadRecordAndWritesNone) {
  auto base = KnowledgeBase::Open(std::move(store_), {});
  ASSERT_TRUE(base.ok());
  Batch batch = OneLicense("acme/tuned", "apache-2.0");
  batch.claims.push_back(LicenseClaim("acme/tuned", "Apach-2.0"));
  batch.claims.push_back(LicenseClaim("../etc/passwd", "MIT"));
  batch.claims.push_back(LicenseClaim("acme/tuned", "MIT"));
  batch.claims.back().source.by = "";
  batch.artifacts = {testing::Checkpoint("mosaicml/mpt-7b-instruct"),
                     testing::Checkpoint("datasets/databricks/databricks-dolly-15k")};
  batch.retractions = {{1'000'000, ""}};
  std::vector<BatchProblem> problems;
  EXPECT_TRUE(absl::IsInvalidArgument((*base)->Apply(batch, &problems).status()));
  std::vector<std::string> fields;
  for (const BatchProblem& problem : problems) fields.push_back(problem.Field());
  EXPECT_EQ(fields, (std::vector<std::string>{"artifacts[1].kind", "claims[1].license.expression",
                                              "claims[2].subject", "claims[3].source.by",
                                              "retractions[0].claim"}));
  EXPECT_EQ((*base)->revision(), 1u);
}

TEST_P(Conformance, OnlyTheAuthorRetractsWhereThatIsAsked) {
  Batch catalogue = OneLicense("a/m", "MIT");
  catalogue.origin = Origin::kCatalog;
  catalogue.author = "tester";
  ASSERT_TRUE(store_->Append(catalogue).ok());
  Batch two = OneLicense("a/m", "ISC");
  two.claims.push_back(LicenseClaim("a/m", "Zlib"));
  ASSERT_TRUE(store_->Append(two).ok());
  Batch none;
  none.author = "other";
  none.artifacts = {testing::Checkpoint("a/m")};
  ASSERT_TRUE(store_->Append(none).ok());
  Batch others = OneLicense("a/m", "0BSD");
  others.author = "other";
  ASSERT_TRUE(store_->Append(others).ok());
  const auto retract = [&](const std::string& author, std::vector<ClaimNumber> claims, bool own) {
    Batch batch;
    batch.author = author;
    batch.own_only = own;
    for (const ClaimNumber claim : claims) batch.retractions.push_back({claim, "why"});
    return store_->Append(batch).status();
  };
  EXPECT_TRUE(absl::IsPermissionDenied(retract("other", {2}, true)));
  EXPECT_TRUE(absl::IsPermissionDenied(retract("other", {4, 3}, true)));
  EXPECT_TRUE(absl::IsPermissionDenied(retract("tester", {4}, true)));
  EXPECT_TRUE(absl::IsPermissionDenied(retract("tester", {1}, true))) << "the catalogue's";
  EXPECT_TRUE(absl::IsNotFound(retract("other", {5}, true)));
  EXPECT_TRUE(absl::IsFailedPrecondition(retract("tester", {2, 2}, true)));
  EXPECT_EQ(*store_->Head(), 4u) << "nothing was written";
  EXPECT_TRUE(retract("tester", {2, 3}, true).ok());
  EXPECT_TRUE(retract("other", {4}, true).ok());
  EXPECT_TRUE(retract("anybody", {1}, false).ok());
  const absl::Status again = retract("tester", {2}, true);
  EXPECT_TRUE(absl::IsFailedPrecondition(again));
  EXPECT_NE(again.message().find("at revision 5"), absl::string_view::npos) << again;
}

TEST_P(Conformance, KnowledgeBaseRepeatsARetraction) {
  auto base = KnowledgeBase::Open(std::move(store_), {});
  ASSERT_TRUE(base.ok());
  Batch batch;
  batch.retractions = {{5, "mistaken"}};
  batch.request_id = "r";
  std::vector<BatchProblem> problems;
  ASSERT_TRUE((*base)->Apply(batch, &problems).ok());
  const auto again = (*base)->Apply(batch, &problems);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
}

// SQLite alone.

class SqliteStoreTest : public ::testing::Test {
 protected:
  [[nodiscard]] SqliteStoreOptions Writing() const {
    SqliteStoreOptions options;
    options.directory = folder_.path();
    options.writable = options.create = true;
    options.lock_timeout = absl::ZeroDuration();
    return options;
  }
  [[nodiscard]] SqliteStoreOptions Reading() const {
    SqliteStoreOptions options;
    options.directory = folder_.path();
    return options;
  }
  [[nodiscard]] std::string File() const { return folder_.path() + "/store.sqlite"; }
  // Runs SQL behind the store's back.
  void Tamper(const std::string& sql) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(File().c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
  TemporaryFolder folder_;
};

TEST_F(SqliteStoreTest, SurvivesReopening) {
  StoreIdentity identity;
  {
    auto store = OpenSqliteStore(Writing());
    ASSERT_TRUE(store.ok());
    identity = (*store)->Identity();
    ASSERT_TRUE((*store)->Append(OneLicense("a/m", "MIT")).ok());
  }
  auto store = OpenSqliteStore(Writing());
  ASSERT_TRUE(store.ok());
  EXPECT_EQ((*store)->Identity().id, identity.id);
  EXPECT_EQ((*store)->Identity().secret, identity.secret);
  EXPECT_EQ(*(*store)->Head(), 1u);
}

TEST_F(SqliteStoreTest, IsNobodyElsesToRead) {
  const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  auto store = OpenSqliteStore(Writing());
  ASSERT_TRUE((*store)->Append(OneLicense("a/m", "MIT")).ok());
  const std::string copy = folder_.root() + "/copy.sqlite";
  ASSERT_TRUE(BackUpSqliteStore(folder_.path(), copy).ok());
  for (const std::string& file : {File(), File() + "-wal", copy}) {
    EXPECT_EQ(std::filesystem::status(file).permissions() & others, std::filesystem::perms::none)
        << file;
  }
}

TEST_F(SqliteStoreTest, OneWriterManyReaders) {
  auto writer = OpenSqliteStore(Writing());
  ASSERT_TRUE(writer.ok());
  const auto second = OpenSqliteStore(Writing());
  EXPECT_TRUE(absl::IsFailedPrecondition(second.status())) << second.status();
  EXPECT_NE(second.status().message().find(absl::StrCat("process ", ::getpid())),
            absl::string_view::npos)
      << second.status();
  auto reader = OpenSqliteStore(Reading());
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_TRUE((*writer)->Append(OneLicense("a/m", "MIT")).ok());
  EXPECT_EQ(*(*reader)->Head(), 1u);
  EXPECT_TRUE(absl::IsFailedPrecondition((*reader)->Append(OneLicense("a/m", "MIT")).status()));
}

TEST_F(SqliteStoreTest, NoStoreIsAClearError) {
  EXPECT_TRUE(absl::IsNotFound(OpenSqliteStore(Reading()).status()));
  std::filesystem::create_directories(folder_.path());
  std::ofstream(File()) << "this is a text file, and not an SQLite database; it is long enough";
  EXPECT_TRUE(absl::IsDataLoss(OpenSqliteStore(Reading()).status()));
  EXPECT_TRUE(absl::IsDataLoss(OpenSqliteStore(Writing()).status()));
  std::filesystem::remove(File());
  Tamper("CREATE TABLE something(a)");
  const absl::Status other = OpenSqliteStore(Writing()).status();
  EXPECT_TRUE(absl::IsDataLoss(other)) << other;
}

TEST_F(SqliteStoreTest, ANewerSchemaIsRefused) {
  ASSERT_TRUE(OpenSqliteStore(Writing()).ok());
  Tamper("PRAGMA user_version = 99");
  const absl::Status status = OpenSqliteStore(Writing()).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_NE(status.message().find("newer"), absl::string_view::npos);
}

TEST_F(SqliteStoreTest, VerifyFindsEveryTampering) {
  const std::vector<std::string> tamperings = {
      "DROP TRIGGER claim_keep; UPDATE claim SET text = 'ISC' WHERE claim = 2",
      "DROP TRIGGER claim_keep; UPDATE claim SET valid_until = 20000 WHERE claim = 2",
      "DROP TRIGGER revision_keep; UPDATE revision SET author = 'eve' WHERE revision = 2",
      "DROP TRIGGER revision_keep; UPDATE revision SET committed_at = 1 WHERE revision = 1",
      "DROP TRIGGER claim_stay; PRAGMA foreign_keys = OFF; DELETE FROM claim WHERE claim = 3",
      "DROP TRIGGER revision_stay; DROP TRIGGER claim_stay; DELETE FROM claim WHERE claim = 2; "
      "DELETE FROM revision WHERE revision = 2",
      "INSERT INTO retraction(claim, revision, place, reason) VALUES(1, 3, 0, 'x')",
      "DROP TRIGGER artifact_keep; UPDATE artifact SET kind = 2",
  };
  for (const std::string& tampering : tamperings) {
    std::filesystem::remove_all(folder_.path());
    {
      auto store = OpenSqliteStore(Writing());
      ASSERT_TRUE(store.ok());
      for (int i = 0; i < 3; ++i) {
        Batch batch = OneLicense("a/m", "MIT");
        batch.artifacts = {testing::Checkpoint("a/m")};
        ASSERT_TRUE((*store)->Append(batch).ok());
      }
      ASSERT_TRUE(VerifyChain(store->get()).ok());
    }
    Tamper(tampering);
    auto store = OpenSqliteStore(Reading());
    ASSERT_TRUE(store.ok());
    EXPECT_TRUE(absl::IsDataLoss(VerifyChain(store->get()).status())) << tampering;
  }
}

TEST_F(SqliteStoreTest, EditsByMistakeAreRefused) {
  {
    auto store = OpenSqliteStore(Writing());
    ASSERT_TRUE((*store)->Append(OneLicense("a/m", "MIT")).ok());
  }
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(File().c_str(), &db), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(db, "UPDATE claim SET text = 'x'", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(db, "DELETE FROM revision", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
}

TEST_F(SqliteStoreTest, BackupWhileWritingAndRestoreWithANewEpoch) {
  const std::string copy = folder_.path() + "/../copy-" + std::to_string(::getpid()) + ".sqlite";
  std::filesystem::remove(copy);
  std::string old_token;
  std::string lost_token;
  {
    auto store = OpenSqliteStore(Writing());
    ASSERT_TRUE((*store)->Append(OneLicense("a/m", "MIT")).ok());
    ASSERT_TRUE(BackUpSqliteStore(folder_.path(), copy).ok());
    EXPECT_TRUE(absl::IsAlreadyExists(BackUpSqliteStore(folder_.path(), copy)));
    ASSERT_TRUE((*store)->Append(OneLicense("a/lost", "MIT")).ok());
    old_token = MakeToken((*store)->Identity(), 1);
    lost_token = MakeToken((*store)->Identity(), 2);
    EXPECT_TRUE(absl::IsFailedPrecondition(RestoreSqliteStore(folder_.path(), copy).status()))
        << "a store in use was replaced";
  }
  const auto identity = RestoreSqliteStore(folder_.path(), copy);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->epoch, 2u);
  auto store = OpenSqliteStore(Writing());
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(*(*store)->Head(), 1u);
  EXPECT_EQ((*store)->Identity().epoch, 2u);
  EXPECT_TRUE(VerifyChain(store->get()).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadToken((*store)->Identity(), old_token).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadToken((*store)->Identity(), lost_token).status()));
  EXPECT_EQ(*ReadToken((*store)->Identity(), MakeToken((*store)->Identity(), 1)), 1u);
  store->reset();
  // A second restore of the same copy does not repeat the epoch.
  EXPECT_EQ(RestoreSqliteStore(folder_.path(), copy)->epoch, 3u);
  EXPECT_TRUE(std::filesystem::exists(File() + ".replaced"));
  std::filesystem::remove(copy);
}

TEST_F(SqliteStoreTest, ADamagedCopyIsNotRestored) {
  const std::string copy = folder_.path() + "/copy.sqlite";
  ASSERT_TRUE(OpenSqliteStore(Writing()).ok());
  std::ofstream(copy) << std::string(10000, 'x');
  EXPECT_TRUE(absl::IsDataLoss(RestoreSqliteStore(folder_.path(), copy).status()));
  EXPECT_TRUE(OpenSqliteStore(Writing()).ok()) << "the old store is gone";
}

TEST_F(SqliteStoreTest, ANewerCatalogueAddsItsDifferenceOnly) {
  {
    auto base = KnowledgeBase::Open(*OpenSqliteStore(Writing()), {});
    ASSERT_TRUE(base.ok());
    std::vector<BatchProblem> problems;
    Batch batch = OneLicense("mosaicml/mpt-7b", "MIT");
    ASSERT_TRUE((*base)->Apply(batch, &problems).ok());
  }
  // As if an older edition had written the catalogue: without one claim, and with another.
  {
    std::filesystem::remove_all(folder_.path());
    auto builtin = LoadBuiltinCatalog();
    auto store = OpenSqliteStore(Writing());
    Batch batch;
    batch.origin = Origin::kCatalog;
    batch.author = "catalogue";
    batch.note = "edition 2020-01-01, sha256 00";
    batch.artifacts = builtin->artifacts;
    batch.claims.assign(builtin->claims.begin() + 1, builtin->claims.end());
    batch.claims.push_back(LicenseClaim("mosaicml/mpt-7b", "ISC"));
    ASSERT_TRUE((*store)->Append(batch).ok());
    ASSERT_TRUE((*store)->Append(OneLicense("mosaicml/mpt-7b", "MIT")).ok());
  }
  {  // reading lays the difference over the store, and writes nothing
    auto base = KnowledgeBase::Open(*OpenSqliteStore(Reading()), {});
    ASSERT_TRUE(base.ok()) << base.status();
    EXPECT_EQ((*base)->revision(), 3u);
    EXPECT_EQ(*(*base)->store().Head(), 2u);
  }
  auto base = KnowledgeBase::Open(*OpenSqliteStore(Writing()), {});
  ASSERT_TRUE(base.ok());
  const auto changes = (*base)->Changes(2, 3);
  ASSERT_EQ(changes->size(), 1u);
  EXPECT_EQ((*changes)[0].claims.size(), 1u);
  EXPECT_EQ((*changes)[0].retractions.size(), 1u);
  EXPECT_EQ((*changes)[0].artifacts.size(), 0u);
  base->reset();
  // Opening again adds nothing.
  EXPECT_EQ((*KnowledgeBase::Open(*OpenSqliteStore(Writing()), {}))->revision(), 3u);
}

TEST(Token, ForgedForeignAndMalformed) {
  const StoreIdentity here{std::string(16, 'a'), 3, std::string(32, 's')};
  StoreIdentity there = here;
  there.id = std::string(16, 'b');
  const std::string token = MakeToken(here, 42);
  EXPECT_EQ(*ReadToken(here, token), 42u);
  EXPECT_NE(std::string(ReadToken(there, token).status().message()).find("another store"),
            std::string::npos);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    const auto read = ReadToken(here, forged);
    // The last character may carry unused bits: then it is the same token.
    if (read.ok()) {
      EXPECT_EQ(i, token.size() - 1);
    }
    EXPECT_FALSE(read.ok() && *read != 42u) << forged;
  }
  StoreIdentity other_secret = here;
  other_secret.secret = std::string(32, 't');
  EXPECT_TRUE(absl::IsInvalidArgument(ReadToken(other_secret, token).status()));
  for (const std::string& junk : {std::string(), std::string("x"), std::string(100'000, 'A')}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ReadToken(here, junk).status()));
  }
}

}  // namespace
}  // namespace lineage
