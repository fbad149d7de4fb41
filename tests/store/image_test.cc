// The image beside a store: used when it fits, found out when it does not, never missed.
#include "engine/image.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "engine/knowledge_base.h"
#include "engine/store/sqlite_store.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;
using testing::OneLicense;
using testing::TemporaryFolder;

class ImageTest : public ::testing::Test {
 protected:
  std::unique_ptr<KnowledgeBase> Open(bool writable = true, std::size_t image_records = 1) {
    SqliteStoreOptions options;
    options.directory = folder_.path();
    options.writable = options.create = writable;
    auto store = OpenSqliteStore(options);
    EXPECT_TRUE(store.ok()) << store.status();
    KnowledgeBaseOptions base_options;
    base_options.image_records = image_records;
    base_options.on_image = [this](absl::string_view event, const absl::Status& status) {
      const std::lock_guard<std::mutex> lock(mutex_);
      events_.push_back(absl::StrCat(event, status.ok() ? "" : ": ", status.message()));
    };
    auto base = KnowledgeBase::Open(*std::move(store), base_options);
    EXPECT_TRUE(base.ok()) << base.status();
    return *std::move(base);
  }
  static void Write(KnowledgeBase* base, const std::string& id, const std::string& license) {
    std::vector<BatchProblem> problems;
    const auto commit = base->Apply(OneLicense(id, license), &problems);
    ASSERT_TRUE(commit.ok()) << commit.status();
  }
  // What the base answers about everything, in a few words.
  static std::string Answers(const KnowledgeBase& base) {
    const auto engine = base.Current();
    std::string text = absl::StrCat("revision ", engine->revision(), "\n");
    uint32_t next = 0;
    Question question;
    question.key.as_of = Date::Today();
    for (bool more = true; more;) {
      const auto page = engine->Search("", question, 1000, next);
      EXPECT_TRUE(page.ok()) << page.status();
      for (const SearchHit& hit : page->hits) {
        const auto view = engine->Permissions(hit.artifact, question);
        EXPECT_TRUE(view.ok()) << view.status();
        absl::StrAppend(&text, hit.artifact, " ", hit.license);
        for (const auto& stance : view->verdicts) {
          for (const Verdict verdict : stance) absl::StrAppend(&text, static_cast<int>(verdict));
        }
        absl::StrAppend(&text, "\n");
      }
      more = page->next.has_value();
      next = page->next.value_or(0);
    }
    return text;
  }
  [[nodiscard]] std::string Image() const { return folder_.path() + "/store.image"; }
  std::vector<std::string> TakeEvents() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(events_, {});
  }

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::vector<std::string> events_;
};

TEST_F(ImageTest, AStartAnswersFromItAsFromTheStore) {
  {
    const auto base = Open();
    Write(base.get(), "org/a", "MIT");
  }
  EXPECT_EQ(TakeEvents().back(), "written");
  std::string without;
  {
    const auto base = Open(true, 0);
    without = Answers(*base);
  }
  EXPECT_TRUE(TakeEvents().empty()) << "0 turns it off";
  const auto base = Open();
  EXPECT_EQ(TakeEvents(), std::vector<std::string>{"read"});
  EXPECT_EQ(Answers(*base), without);
  // It goes on from there.
  Write(base.get(), "org/a", "GPL-3.0-only");
  Write(base.get(), "org/b", "MIT");
  const std::string after = Answers(*base);
  EXPECT_NE(after.find("org/b"), std::string::npos);
  const auto rebuilt = Open(false, 0);
  EXPECT_EQ(Answers(*rebuilt), after);
}

TEST_F(ImageTest, WhatWasWrittenSinceIsCaughtUpWith) {
  Write(Open().get(), "org/a", "MIT");
  {
    const auto base = Open(true, 0);  // writes none
    Write(base.get(), "org/b", "GPL-3.0-only");
  }
  TakeEvents();
  const auto base = Open();
  EXPECT_EQ(TakeEvents(), std::vector<std::string>{"read"});
  EXPECT_NE(Answers(*base).find("org/b"), std::string::npos);
}

TEST_F(ImageTest, ReadersUseItAndWriteNone) {
  Write(Open(true, 0).get(), "org/a", "MIT");
  static_cast<void>(Open(false));
  EXPECT_FALSE(fs::exists(Image()));
  Write(Open().get(), "org/b", "MIT");
  const auto time = fs::last_write_time(Image());
  TakeEvents();
  EXPECT_NE(Answers(*Open(false)).find("org/b"), std::string::npos);
  EXPECT_EQ(TakeEvents(), std::vector<std::string>{"read"});
  EXPECT_EQ(fs::last_write_time(Image()), time);
}

TEST_F(ImageTest, DamageAnywhereIsFoundAndItIsRebuilt) {
  Write(Open().get(), "org/a", "MIT");
  const std::string answers = Answers(*Open(false, 0));
  const auto size = fs::file_size(Image());
  std::ifstream in(Image(), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  const auto put = [&](const std::string& bytes) {
    fs::remove(Image());
    std::ofstream(Image(), std::ios::binary) << bytes;
  };
  for (std::size_t i = 0; i < 60; ++i) {
    std::string bytes = whole;
    if (i < 40) {
      // The headers byte by byte, then all over; the gaps between arrays mean nothing.
      const std::size_t at = i < 8 ? i * 37 : size / 40 * i;
      bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
    } else {
      bytes.resize(i == 40 ? 0 : size / 60 * i);
    }
    put(bytes);
    TakeEvents();
    const auto base = Open(false);
    const std::vector<std::string> events = TakeEvents();
    ASSERT_EQ(events.size(), 1U);
    if (events[0] == "read") {  // in a gap
      EXPECT_LT(i, 40U);
    } else {
      EXPECT_EQ(events[0].substr(0, 9), "not read:") << events[0];
    }
    ASSERT_EQ(Answers(*base), answers) << i << " " << events[0];
  }
  put("");
  static_cast<void>(Open());  // writes it anew
  TakeEvents();
  static_cast<void>(Open(false));
  EXPECT_EQ(TakeEvents(), std::vector<std::string>{"read"});
}

TEST_F(ImageTest, OfAnotherStoreProgramCatalogueOrHistoryItIsNotUsed) {
  Write(Open().get(), "org/a", "MIT");
  const auto said = [&] {
    TakeEvents();
    static_cast<void>(Open(false));
    return TakeEvents().back();
  };
  ASSERT_EQ(said(), "read");
  fs::copy_file(Image(), folder_.path() + "/kept");

  // Of another program.
  const auto licenses = std::make_shared<const LicenseTable>(std::make_shared<const Catalog>());
  StoreImage other;
  other.key.sources = "another";
  other.verdicts = VerdictTable::Build(
      Snapshot::Build(Records(), licenses, SnapshotKey{Date::Today()}), Query());
  ASSERT_TRUE(SaveImage(other, Image()).ok());
  EXPECT_NE(said().find("another version of the program"), std::string::npos);
  other.key.sources = SourcesDigest();
  ASSERT_TRUE(SaveImage(other, Image()).ok());
  EXPECT_NE(said().find("another catalogue"), std::string::npos);

  // Of the store before it was restored.
  const std::string copy = folder_.path() + "/copy.sqlite";
  ASSERT_TRUE(BackUpSqliteStore(folder_.path(), copy).ok());
  ASSERT_TRUE(RestoreSqliteStore(folder_.path(), copy).ok());
  fs::copy_file(folder_.path() + "/kept", Image(), fs::copy_options::overwrite_existing);
  EXPECT_NE(said().find("another store"), std::string::npos);
}

TEST_F(ImageTest, AFutureThatTheStoreDoesNotHaveIsNotUsed) {
  { static_cast<void>(Open(true, 0)); }
  fs::copy_file(folder_.path() + "/store.sqlite", folder_.path() + "/before");
  Write(Open().get(), "org/a", "MIT");
  // The file is put back without a restore, which would give it another epoch.
  for (const char* log : {"-wal", "-shm"}) fs::remove(folder_.path() + "/store.sqlite" + log);
  fs::rename(folder_.path() + "/before", folder_.path() + "/store.sqlite");
  TakeEvents();
  const auto base = Open(false);
  EXPECT_NE(TakeEvents().back().find("another history"), std::string::npos);
  EXPECT_EQ(Answers(*base).find("org/a"), std::string::npos);
}

TEST_F(ImageTest, WhereItCannotBeWrittenOnlyTheImageIsMissing) {
  fs::create_directories(Image() + ".new/in-the-way");
  Write(Open().get(), "org/a", "MIT");
  EXPECT_EQ(TakeEvents().back().substr(0, 12), "not written:");
  EXPECT_NE(Answers(*Open()).find("org/a"), std::string::npos);
}

TEST_F(ImageTest, IsWrittenWhileOthersWrite) {
  {
    const auto base = Open();
    for (int i = 0; i < 200; ++i) Write(base.get(), absl::StrCat("org/m", i % 50), "MIT");
  }
  const std::string answers = Answers(*Open(false, 0));
  TakeEvents();
  EXPECT_EQ(Answers(*Open(false)), answers);
  EXPECT_EQ(TakeEvents(), std::vector<std::string>{"read"});
}

}  // namespace
}  // namespace lineage
