// Damaged, cut and missing files of a store: refused, or without effect; never another answer.
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/base/digest.h"
#include "engine/knowledge_base.h"
#include "engine/store/sqlite_store.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;
using testing::LicenseClaim;
using testing::TemporaryFolder;

// More of them, and others, by command (tools/trial).
int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* const text = std::getenv(name);
  int64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) && value > 0 ? value : otherwise;
}
int64_t Flips() { return FromEnvironment("LINEAGE_FLIPS", 500); }
int64_t Cuts() { return Flips() / 5; }

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class DamageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto base = Open(/*writable=*/true);
    ASSERT_TRUE(base.ok()) << base.status();
    for (int n = 0; n < 40; ++n) {
      std::vector<BatchProblem> problems;
      const auto commit = (*base)->Apply(BatchOf(n), &problems);
      ASSERT_TRUE(commit.ok()) << commit.status();
    }
  }
  static Batch BatchOf(int n) {
    Batch batch;
    batch.author = "tester";
    batch.note = absl::StrCat("the note of ", n);
    batch.request_id = absl::StrCat("request-", n);
    Artifact artifact = testing::Checkpoint(absl::StrCat("acme/m", n));
    artifact.aliases = {absl::StrCat("alias-", n)};
    artifact.released = Date::FromDays(19'000 + n);
    batch.artifacts = {artifact};
    for (int i = 0; i < 5; ++i) {
      Claim claim = LicenseClaim(absl::StrCat("acme/m", n), absl::StrCat("words of licence ", i));
      claim.as_found = true;
      claim.quote = std::string(static_cast<std::size_t>(n * 37 + i * 101) % 300, 'q');
      claim.valid.until = Date::FromDays(25'000 + i);
      batch.claims.push_back(claim);
    }
    Claim edge = LicenseClaim(absl::StrCat("acme/m", n), "");
    edge.statement = StatementKind::kEdge;
    edge.relation = Relation::kFinetunedFrom;
    edge.parent = absl::StrCat("acme/p", n / 2);
    batch.claims.push_back(edge);
    if (n % 3 == 1) batch.retractions = {{static_cast<ClaimNumber>(n), "a reason"}};
    return batch;
  }

  // Without the built-in catalogue, so that five hundred are open in no time. `image`: use it, and
  // write one when it is closed.
  absl::StatusOr<std::unique_ptr<KnowledgeBase>> Open(bool writable, bool image = false) {
    SqliteStoreOptions options;
    options.directory = folder_.path();
    options.writable = options.create = writable;
    auto store = OpenSqliteStore(options);
    if (!store.ok()) return store.status();
    KnowledgeBaseOptions base_options;
    base_options.builtin = false;
    base_options.image_records = image ? 1 : 0;
    base_options.on_image = [this](absl::string_view event, const absl::Status&) {
      image_event_ = std::string(event);
    };
    return KnowledgeBase::Open(*std::move(store), base_options);
  }
  // Everything that answers are made of, but where claims were written down.
  static std::string Answers(const KnowledgeBase& base) {
    const auto engine = base.Current();
    Batch all;
    const Catalog catalog = engine->ToCatalog();
    all.artifacts = catalog.artifacts;
    std::string text = absl::StrCat(engine->revision());
    const Records& records = engine->records();
    for (std::size_t i = 0; i < records.claim_count(); ++i) {
      const Claim claim = records.Get(ClaimIndex(i));
      absl::StrAppend(&text, " ", claim.number, "/", claim.revision, "/", claim.retracted);
      all.claims.push_back(claim);
    }
    Question question;
    question.key.as_of = Date::FromDays(20'000);
    for (const Artifact& artifact : catalog.artifacts) {
      const auto view = engine->Permissions(artifact.id, question);
      absl::StrAppend(&text, " ", view.ok() ? view->license : view.status().ToString());
    }
    return text + ContentDigest(all);
  }
  // Puts `bytes` in the place of a file and asks. True: refused, and the message says what to do.
  bool IsRefusedOrTheSame(const std::string& path, const std::string& bytes, bool image,
                          const std::string& answers, const std::string& what) {
    for (const char* log : {"-wal", "-shm"}) fs::remove(File() + log);
    fs::remove(path);
    std::ofstream(path, std::ios::binary) << bytes;
    const auto base = Open(/*writable=*/false, image);
    if (!base.ok()) {
      EXPECT_FALSE(absl::IsNotFound(base.status())) << what << ": " << base.status();
      EXPECT_FALSE(base.status().message().empty()) << what;
      return true;
    }
    EXPECT_EQ(Answers(**base), answers) << what << ": another answer";
    return false;
  }
  // One bit in each of so many places.
  int Flip(const std::string& path, bool image) {
    const std::string whole = ReadAll(path);
    const std::string answers = Answers(**Open(false));
    std::mt19937_64 random(static_cast<uint64_t>(FromEnvironment("LINEAGE_SEED", 20261128)));
    int refused = 0;
    for (int64_t i = 0; i < Flips() && !HasFailure(); ++i) {
      std::string bytes = whole;
      const std::size_t at = random() % bytes.size();
      const auto bit = static_cast<int>(random() % 8);
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
      refused +=
          IsRefusedOrTheSame(path, bytes, image, answers, absl::StrCat("byte ", at, ", bit ", bit))
              ? 1
              : 0;
    }
    for (int64_t i = 0; i < Cuts() && !HasFailure(); ++i) {
      const std::size_t size = i == 0 ? 0 : random() % whole.size();
      const bool gone = IsRefusedOrTheSame(path, whole.substr(0, size), image, answers,
                                           absl::StrCat("cut to ", size));
      EXPECT_TRUE(gone || path != File()) << "cut to " << size;
    }
    std::ofstream(path, std::ios::binary) << whole;
    std::cout << "flipped: " << Flips() + Cuts() << ", refused: " << refused << "\n";
    return refused;
  }
  [[nodiscard]] std::string File() const { return folder_.path() + "/store.sqlite"; }

  TemporaryFolder folder_;
  std::string image_event_;
};

TEST_F(DamageTest, OneBitOfTheStore) {
  // Most of the file is records; the rest is what no page uses, and the names of columns.
  EXPECT_GT(Flip(File(), /*image=*/false), Flips() / 2);
}

TEST_F(DamageTest, OneBitOfTheStoreBesideItsImage) {
  std::vector<BatchProblem> problems;
  ASSERT_TRUE((*Open(true, true))->Apply(BatchOf(40), &problems).ok());
  ASSERT_EQ(image_event_, "written");
  Flip(File(), /*image=*/true);
}

TEST_F(DamageTest, OneBitOfTheImage) {
  std::vector<BatchProblem> problems;
  ASSERT_TRUE((*Open(true, true))->Apply(BatchOf(40), &problems).ok());
  ASSERT_EQ(image_event_, "written");
  EXPECT_EQ(Flip(folder_.path() + "/store.image", /*image=*/true), 0) << "the store still serves";
  EXPECT_EQ(image_event_, "not read");
}

TEST_F(DamageTest, ARepeatedRequestIsRecognisedOrRefused) {
  // Damage where requests are recognised: their ids, in the table and in its index, and the digests
  // of what they asked for.
  const std::string whole = ReadAll(File());
  std::vector<std::size_t> places;
  for (int n = 0; n < 40; n += 3) {
    for (const std::string& text : {absl::StrCat("request-", n), ContentDigest(BatchOf(n))}) {
      std::size_t found = 0;
      for (std::size_t at = whole.find(text); at != whole.npos; at = whole.find(text, at + 1)) {
        places.push_back(at + text.size() / 2);
        ++found;
      }
      EXPECT_GE(found, text.size() == 32 ? 1u : 2u) << n;
    }
  }
  for (const std::size_t at : places) {
    for (const char* log : {"-wal", "-shm"}) fs::remove(File() + log);
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    std::ofstream(File(), std::ios::binary) << bytes;
    const auto base = Open(/*writable=*/true);
    if (!base.ok()) continue;
    for (int n = 0; n < 40; ++n) {
      const auto commit = (*base)->store().Append(BatchOf(n));
      if (commit.ok()) {
        EXPECT_TRUE(commit->replayed) << n << " was written twice; byte " << at;
      } else {
        EXPECT_TRUE(absl::IsDataLoss(commit.status())) << commit.status();
      }
    }
  }
}

TEST_F(DamageTest, AStoreThatIsGoneIsMissed) {
  fs::create_directories(folder_.root() + "/away");
  const std::string away = folder_.root() + "/away/store.sqlite";
  fs::rename(File(), away);
  for (const bool empty : {false, true}) {
    if (empty) std::ofstream(File()).flush();
    for (const bool writable : {false, true}) {
      const absl::Status status = Open(writable).status();
      EXPECT_TRUE(absl::IsDataLoss(status)) << status;
      EXPECT_TRUE(absl::StrContains(status.message(), "lock")) << status;
      EXPECT_TRUE(absl::StrContains(status.message(), "restore a backup")) << status;
    }
  }
  EXPECT_TRUE(SqliteStoreExists(folder_.path())) << "so that nobody answers without it";
  for (const char* relic : {"store.image", "store.sqlite.replaced"}) {
    fs::remove_all(folder_.path());
    fs::create_directories(folder_.path());
    std::ofstream(folder_.path() + "/" + relic) << "x";
    for (const bool writable : {false, true}) {
      const absl::Status status = Open(writable).status();
      EXPECT_TRUE(absl::IsDataLoss(status)) << relic << ": " << status;
      EXPECT_TRUE(absl::StrContains(status.message(), relic)) << status;
    }
    EXPECT_FALSE(fs::exists(File()));
  }
  // What helps.
  const auto restored = RestoreSqliteStore(folder_.path(), away);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_TRUE(Open(false).ok());
  fs::remove_all(folder_.path());
  EXPECT_TRUE(Open(true).ok()) << "an empty folder begins anew";
}

TEST_F(DamageTest, AMakingThatWasInterruptedGoesOn) {
  fs::remove_all(folder_.path());
  fs::create_directories(folder_.path());
  std::ofstream(folder_.path() + "/lock") << "process 1, making the store";
  EXPECT_TRUE(absl::IsNotFound(Open(false).status()));
  std::ofstream(File()).flush();
  EXPECT_TRUE(absl::IsNotFound(Open(false).status()));
  EXPECT_TRUE(Open(true).ok());
  EXPECT_FALSE(absl::StrContains(ReadAll(folder_.path() + "/lock"), "making"));
}

TEST_F(DamageTest, ARestoreLeavesNoMomentWithoutAStore) {
  const std::string copy = folder_.root() + "/copy.sqlite";
  ASSERT_TRUE(BackUpSqliteStore(folder_.path(), copy).ok());
  const int watch = ::inotify_init1(IN_NONBLOCK);
  ASSERT_GE(::inotify_add_watch(watch, folder_.path().c_str(), IN_MOVE | IN_DELETE | IN_CREATE), 0);
  for (int i = 0; i < 5; ++i) {
    // A reader holds the log open, and there is something in it.
    const auto reader = Open(false);
    {
      std::vector<BatchProblem> problems;
      auto base = Open(true);
      ASSERT_TRUE(base.ok()) << base.status();
      ASSERT_TRUE((*base)->Apply(BatchOf(100), &problems).ok());
    }
    const auto restored = RestoreSqliteStore(folder_.path(), copy);
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_EQ(restored->epoch, static_cast<uint64_t>(i) + 2);
    ASSERT_TRUE(fs::exists(File() + ".replaced"));
    // What was replaced is whole too.
    const TemporaryFolder kept;
    fs::create_directories(kept.path());
    for (const char* suffix : {"", "-wal"}) {
      std::error_code error;
      fs::copy_file(File() + ".replaced" + suffix, kept.path() + "/store.sqlite" + suffix, error);
    }
    SqliteStoreOptions options;
    options.directory = kept.path();
    const auto replaced = OpenSqliteStore(options);
    ASSERT_TRUE(replaced.ok()) << replaced.status();
    EXPECT_EQ(*(*replaced)->Head(), 41u) << "the last write was in the log";
    EXPECT_TRUE(VerifyChain(replaced->get()).ok());
  }
  int seen = 0;
  alignas(inotify_event) std::array<char, 1 << 16> events{};
  ssize_t size = 0;
  while ((size = ::read(watch, events.data(), events.size())) > 0) {
    for (ssize_t at = 0; at < size;) {
      const auto* event =
          reinterpret_cast<const inotify_event*>(&events[static_cast<std::size_t>(at)]);
      if (event->len > 0 && std::strcmp(event->name, "store.sqlite") == 0) {
        EXPECT_EQ(event->mask & (IN_MOVED_FROM | IN_DELETE | IN_CREATE), 0u)
            << "the name was gone for a moment";
        ++seen;
      }
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  ::close(watch);
  EXPECT_EQ(seen, 5) << "one rename a restore";
}

}  // namespace
}  // namespace lineage
