// Many readers and writers over one knowledge base: meant for ThreadSanitizer (preset tsan), and
// true without it.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/knowledge_base.h"
#include "engine/permission/changes.h"
#include "engine/store/memory_store.h"
#include "engine/store/sqlite_store.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

constexpr int kWriters = 2;
constexpr int kReaders = 4;
constexpr int kWrites = 30;  // each

void Soak(std::unique_ptr<Store> store) {
  auto opened = KnowledgeBase::Open(std::move(store), {});
  ASSERT_TRUE(opened.ok()) << opened.status();
  KnowledgeBase& base = **opened;
  std::atomic<Revision> published{base.revision()};
  base.SetListener([&](Revision revision) {
    EXPECT_EQ(revision, published + 1) << "revisions are announced one by one";
    published = revision;
  });
  std::atomic<int> writing{kWriters};
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kWrites; ++i) {
        Batch batch = testing::OneLicense(absl::StrCat("w", w, "/m", i), "MIT");
        batch.artifacts = {testing::Checkpoint(batch.claims[0].subject)};
        Claim edge = batch.claims[0];
        edge.statement = StatementKind::kEdge;
        edge.text = "";
        edge.relation = Relation::kFinetunedFrom;
        edge.parent = i == 0 ? "mosaicml/mpt-7b" : absl::StrCat("w", w, "/m", i - 1);
        batch.claims.push_back(edge);
        std::vector<BatchProblem> problems;
        const auto commit = base.Apply(batch, &problems);
        ASSERT_TRUE(commit.ok()) << commit.status();
        EXPECT_GE(base.revision(), commit->revision) << "a write is visible to its writer";
      }
      --writing;
    });
  }
  for (int r = 0; r < kReaders; ++r) {
    threads.emplace_back([&, r] {
      std::mt19937 random(static_cast<unsigned>(r));
      Question question;
      question.key.as_of = *Date::Parse("2026-11-01");
      Revision last = 0;
      while (writing > 0) {
        const auto engine = base.Current();
        EXPECT_GE(engine->revision(), last) << "time goes back";
        last = engine->revision();
        EXPECT_TRUE(engine->Explain("mpt-7b-instruct", question).ok());
        EXPECT_TRUE(engine->Permissions("bigscience/bloom", question).ok());
        EXPECT_FALSE(engine->ClaimsAbout("mosaicml/mpt-7b").empty());
        const auto past = base.At(1 + random() % last);
        ASSERT_TRUE(past.ok()) << past.status();
        const auto changed = CompareVerdicts(*(*past)->At(question.key), *engine->At(question.key),
                                             {"mosaicml/mpt-7b"}, Query(), 1000);
        EXPECT_TRUE(changed.complete);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(base.revision(), Revision{1 + kWriters * kWrites});
  EXPECT_EQ(published, base.revision());
  EXPECT_TRUE(VerifyChain(&base.store()).ok());
}

TEST(Soak, Memory) { Soak(MakeMemoryStore()); }

TEST(Soak, Sqlite) {
  const testing::TemporaryFolder folder;
  SqliteStoreOptions options;
  options.directory = folder.path();
  options.writable = options.create = true;
  Soak(*OpenSqliteStore(options));
}

}  // namespace
}  // namespace lineage
