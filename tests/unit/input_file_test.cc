// Links, FIFOs and files that change, among what somebody named.
#include "engine/base/input_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/catalog/archive.h"
#include "engine/catalog/loader.h"
#include "engine/exchange/importer.h"
#include "engine/license/license_table.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// A folder that was named, and a secret beside it. The process works in neither.
class Links : public ::testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(folder_.root());
    Write("secret", "SECRET=1\n");
    Write("elsewhere/secret.yaml", "SECRET: 1\n");
    fs::create_directories(At("named/inner"));
  }
  void TearDown() override { fs::current_path(before_); }

  [[nodiscard]] std::string At(const std::string& name) const {
    return absl::StrCat(folder_.root(), "/", name);
  }
  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(At(name)).parent_path());
    std::ofstream(At(name)) << text;
  }
  void Link(const std::string& to, const std::string& name) const {
    fs::create_directories(fs::path(At(name)).parent_path());
    fs::create_symlink(to, At(name));
  }
  [[nodiscard]] std::string Read(const Bounds& bounds, const std::string& name) const {
    absl::StatusOr<InputFile> file = bounds.Open(At(name), name);
    if (!file.ok()) return std::string(file.status().message());
    return file->ReadAll(1000).value_or("none");
  }
  // What an import says and keeps of a path.
  [[nodiscard]] static std::string Imported(const std::string& path) {
    class Sink : public ImportSink {
     public:
      absl::Status Accept(ImportRecord record) override {
        absl::StrAppend(&text, "record ", record.artifact.id, "\n");
        for (const Claim& claim : record.claims) {
          absl::StrAppend(&text, claim.source.document, " ", claim.source.by, " ");
          absl::StrAppend(&text, claim.text, "\n");
        }
        return absl::OkStatus();
      }
      void Note(ImportNote note) override {
        absl::StrAppend(&text, "note ", note.where.ToString(), " ", note.message, "\n");
      }
      std::string text;
    } sink;
    static const auto* const kTable =
        new LicenseTable(std::make_shared<const Catalog>(*LoadBuiltinCatalog()));
    const LicenseMatcher matcher(*kTable);
    ImportOptions options;
    options.today = *Date::Parse("2024-01-01");
    const absl::Status status = ImportPath(path, path, options, matcher, &sink);
    return absl::StrCat(sink.text, "status ", status.message());
  }

  testing::TemporaryFolder folder_;
  fs::path before_;
};

TEST_F(Links, LeadNowhereOutOfTheFolder) {
  Write("named/inner/good", "good");
  Link("inner/good", "named/relative");
  Link(At("named/inner/good"), "named/absolute");
  Link("relative", "named/twice");
  Link("../secret", "named/out");
  Link(At("secret"), "named/out-absolute");
  Link("out", "named/out-twice");
  Link("..", "named/up");
  Link("/etc/passwd", "named/passwd");
  Link("/dev/zero", "named/zero");
  Link("nowhere", "named/broken");
  Link("loop", "named/loop");
  const absl::StatusOr<Bounds> bounds = Bounds::OfFolder(At("named"), "named");
  ASSERT_TRUE(bounds.ok()) << bounds.status();
  for (const char* name : {"named/inner/good", "named/relative", "named/absolute", "named/twice"}) {
    EXPECT_EQ(Read(*bounds, name), "good") << name;
  }
  for (const char* name : {"named/out", "named/out-absolute", "named/out-twice", "named/up/secret",
                           "named/passwd", "named/zero"}) {
    EXPECT_THAT(Read(*bounds, name), HasSubstr("is a link to /")) << name;
    EXPECT_THAT(Read(*bounds, name), HasSubstr("is not followed")) << name;
  }
  EXPECT_THAT(Read(*bounds, "named/broken"), HasSubstr("No such file"));
  EXPECT_THAT(Read(*bounds, "named/loop"), HasSubstr("Too many levels"));
  // A folder whose name begins as this one's is another.
  Write("named-too/x", "x");
  Link("../named-too/x", "named/sibling");
  EXPECT_THAT(Read(*bounds, "named/sibling"), HasSubstr("is not followed"));
}

TEST_F(Links, OfTheHubsCacheLeadToItsBlobsOnly) {
  const std::string repository = "hub/models--acme--m/";
  Write(repository + "blobs/0a1b", "blob");
  Write(repository + "refs/main", "refs");
  Write("hub/models--acme--other/blobs/2c", "other");
  const std::string snapshot = repository + "snapshots/abc/";
  Link("../../blobs/0a1b", snapshot + "config.json");
  Link("../../refs/main", snapshot + "refs");
  Link("../../../models--acme--other/blobs/2c", snapshot + "other");
  Link(At("secret"), snapshot + "out");
  Link(At("secret"), repository + "blobs/leads-out");
  Link("../../blobs/leads-out", snapshot + "through");
  for (const std::string& name : {repository + "snapshots/abc", repository + "snapshots"}) {
    const absl::StatusOr<Bounds> bounds = Bounds::OfFolder(At(name), name);
    ASSERT_TRUE(bounds.ok());
    EXPECT_EQ(Read(*bounds, snapshot + "config.json"), "blob");
    for (const char* out : {"refs", "other", "out", "through"}) {
      EXPECT_THAT(Read(*bounds, snapshot + out), HasSubstr("is not followed")) << out;
    }
  }
  // A file of it that is named itself, from elsewhere.
  fs::current_path(At("elsewhere"));
  EXPECT_EQ(*ReadNamedFile(At(snapshot + "config.json")), "blob");
  for (const char* out : {"refs", "other", "out", "through"}) {
    EXPECT_FALSE(ReadNamedFile(At(snapshot + out)).ok()) << out;
  }
  // A name alone makes no cache: this one is a link to where the secret's blobs would be.
  Write("victim/blobs/secret", "SECRET");
  Link(At("victim"), "elsewhere/models--a--b");
  fs::create_directories(At("victim/snapshots/x"));
  Link("../../blobs/secret", "victim/snapshots/x/LICENSE");
  EXPECT_FALSE(ReadNamedFile("models--a--b/snapshots/x/LICENSE").ok());
  EXPECT_FALSE(Bounds::OfFolder("models--a--b/snapshots/x", "x").ok());
}

TEST_F(Links, ThatWereNamedThemselvesStayWhereTheyWereNamed) {
  Write("work/models/bot/config.json", "{}");
  Link("bot", "work/models/current");
  Link(At("elsewhere"), "work/out");
  Link("../secret", "work/secret");
  fs::current_path(At("work"));
  for (const char* good : {"models", "models/", "./models/bot", ".", "models/current", "..",
                           "models/../models", "../work/models", "../elsewhere"}) {
    EXPECT_TRUE(Bounds::OfFolder(good, good).ok()) << good << Bounds::OfFolder(good, good).status();
  }
  for (const char* bad : {"out", "out/", "out/.", "./out", "models/../out", "../work/out"}) {
    EXPECT_FALSE(Bounds::OfFolder(bad, bad).ok()) << bad;
  }
  EXPECT_FALSE(Bounds::OfFolder(At("work/out"), "x").ok());
  Write("models/x", "of another");
  EXPECT_THAT(std::string(Bounds::OfFolder("out/../models", "x").status().message()),
              HasSubstr("goes back (..) through a link"));
  EXPECT_TRUE(ReadNamedFile("models/current/config.json").ok());
  for (const char* bad : {"secret", "out/secret.yaml"}) {
    EXPECT_THAT(std::string(ReadNamedFile(bad).status().message()), HasSubstr("is not followed"));
  }
  EXPECT_TRUE(ReadNamedFile("../secret").ok()) << "named by itself, with no link in between";
  // Not even to what lies in the working directory, by another way than it was named.
  Write("work/private/key", "SECRET");
  Link("../private/key", "work/models/key");
  Link("../private", "work/models/private");
  EXPECT_FALSE(ReadNamedFile("models/key").ok());
  EXPECT_FALSE(ReadNamedFile("models/private/key").ok());
  EXPECT_FALSE(Bounds::OfFolder("models/private", "x").ok());
  // From elsewhere, the folder that holds it is the bound.
  fs::current_path("/");
  EXPECT_FALSE(ReadNamedFile(At("work/secret")).ok());
  EXPECT_TRUE(ReadNamedFile(At("work/models/current/config.json")).ok());
}

TEST_F(Links, ALinkThatIsExchangedAfterItWasLookedAtReadsNothingElse) {
  Write("named/good", "good");
  Link("good", "named/file");
  const absl::StatusOr<Bounds> bounds = Bounds::OfFolder(At("named"), "named");
  absl::StatusOr<InputFile> opened = bounds->Open(At("named/file"), "file");
  ASSERT_TRUE(opened.ok());
  fs::remove(At("named/file"));
  Link(At("secret"), "named/file");
  EXPECT_EQ(*opened->ReadAll(1000), "good");
}

TEST_F(Links, SpecialFilesAndFilesThatChangeAreTold) {
  ASSERT_EQ(::mkfifo(At("named/fifo").c_str(), 0600), 0);
  const absl::StatusOr<Bounds> bounds = Bounds::OfFolder(At("named"), "named");
  EXPECT_THAT(Read(*bounds, "named/fifo"), HasSubstr("is a FIFO"));
  EXPECT_THAT(Read(*bounds, "named/inner"), HasSubstr("is a folder"));
  EXPECT_THAT(std::string(ReadNamedFile("/dev/null").status().message()), HasSubstr("is a device"));
  for (const char* text : {"longer than before", "new", ""}) {
    Write("named/file", "old");
    absl::StatusOr<InputFile> file = bounds->Open(At("named/file"), "file");
    ASSERT_TRUE(file.ok());
    const fs::file_time_type time = fs::last_write_time(At("named/file"));
    Write("named/file", text);
    fs::last_write_time(At("named/file"), time);  // who changes it may set that back
    if (std::string(text) == "new") ::chmod(At("named/file").c_str(), 0640);
    EXPECT_THAT(std::string(file->ReadAll(1000).status().message()), HasSubstr("changed while"));
  }
}

TEST_F(Links, OfAModelFolderAreNotImported) {
  const std::string model = "named/bot/";
  Write(model + "config.json", R"({"_name_or_path": "org/base"})");
  Link(At("secret"), model + "LICENSE");
  Link(At("secret"), model + "README.md");
  Link(At("elsewhere/secret.yaml"), model + "claims.yaml");
  Link(At("secret"), model + "weights.gguf");
  Link(At("secret"), model + "tokenizer_config.json");
  Link(At("elsewhere"), "named/more");
  Link("nowhere", model + "adapter_config.json");
  ASSERT_EQ(::mkfifo(At(model + "COPYING").c_str(), 0600), 0);
  const std::string said = Imported(At("named"));
  EXPECT_THAT(said, Not(HasSubstr("SECRET")));
  EXPECT_THAT(said, HasSubstr("record local/bot"));
  for (const char* file :
       {"LICENSE", "README.md", "claims.yaml", "weights.gguf", "tokenizer_config.json"}) {
    EXPECT_THAT(said, HasSubstr(absl::StrCat(file, ": is a link to"))) << file;
  }
  EXPECT_THAT(said, HasSubstr("COPYING: is a FIFO"));
  EXPECT_THAT(said, HasSubstr("adapter_config.json: No such file"));
  EXPECT_THAT(said, HasSubstr("1 links to folders were not followed"));
  // One that stays within is read.
  Write(model + "texts/mit", "SECRET but inside");
  fs::remove(At(model + "LICENSE"));
  Link("texts/mit", model + "LICENSE");
  EXPECT_THAT(Imported(At("named")), HasSubstr("SECRET but inside"));
}

TEST_F(Links, OfAPackAreRefused) {
  Link(At("elsewhere/secret.yaml"), "named/pack.yaml");
  EXPECT_THAT(std::string(FindYamlFiles({At("named")}).status().message()),
              HasSubstr("pack.yaml: is a link to"));
  EXPECT_FALSE(FindYamlFiles({At("named/pack.yaml")}).ok());
  fs::remove(At("named/pack.yaml"));
  Write("named/inner/pack.yaml", "");
  Link("inner/pack.yaml", "named/again.yaml");
  EXPECT_EQ(FindYamlFiles({At("named")})->size(), 2u);
}

}  // namespace
}  // namespace lineage
