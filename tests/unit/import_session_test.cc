// Imports into a store: the difference is written, twice is once, and nothing is half done.
#include "engine/import_session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/reason.h"
#include "engine/catalog/archive.h"
#include "engine/exchange/export.h"
#include "engine/model/ai_act.h"
#include "engine/store/memory_store.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;
namespace io = boost::iostreams;

class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              absl::StrCat("lineage-import-test-",
                           ::testing::UnitTest::GetInstance()->random_seed(), "-", ::getpid());
    fs::create_directories(folder_);
    base_ = *KnowledgeBase::Open(MakeMemoryStore(), {});
    builtin_ = base_->Current()->records().claim_count();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  absl::Status Import(const std::string& path, ImportSummary* summary,
                      const ImportRequest& more = {}) {
    ImportRequest request = more;
    request.inputs = {{path, shown_}};
    request.options.today = *Date::Parse("2026-01-01");
    if (request.author.empty()) request.author = "tester";
    *summary = ImportSummary();
    const absl::Status status = RunImport(base_.get(), *base_->Current(), request, summary);
    EXPECT_TRUE(base_->Refresh().ok());
    return status;
  }
  ImportSummary ImportOk(const std::string& path) { return ImportAs("tester", path); }
  ImportSummary ImportAs(const std::string& author, const std::string& path, bool admin = false) {
    ImportRequest request;
    request.author = author;
    request.retract_others = admin;
    ImportSummary summary;
    const absl::Status status = Import(path, &summary, request);
    EXPECT_TRUE(status.ok()) << status;
    return summary;
  }
  // The licences that hold of an artifact.
  std::vector<std::string> Licenses(const std::string& id) {
    std::vector<std::string> texts;
    for (const Claim& claim : base_->Current()->ClaimsAbout(id)) {
      if (claim.statement == StatementKind::kLicense && claim.retracted == 0) {
        texts.push_back(claim.text);
      }
    }
    return texts;
  }

  fs::path folder_;
  std::string shown_ = "given";  // how the documents are called
  std::unique_ptr<KnowledgeBase> base_;
  std::size_t builtin_ = 0;
};

TEST_F(ImportTest, TwiceIsOnceAndAChangeIsTheDifference) {
  const std::string path =
      Write("hub.jsonl",
            "{\"id\": \"acme/a\", \"sha\": \"1\", \"tags\": [\"license:mit\", \"dataset:squad\"]}\n"
            "{\"id\": \"acme/b\", \"tags\": [\"license:mit\"]}\n");
  const ImportSummary first = ImportOk(path);
  EXPECT_EQ(first.records, 2u);
  EXPECT_EQ(first.artifacts, 2u);
  EXPECT_EQ(first.claims, 3u);
  const Revision revision = base_->revision();
  const ImportSummary again = ImportOk(path);
  EXPECT_EQ(again.claims, 0u);
  EXPECT_EQ(again.unchanged, 3u);
  EXPECT_EQ(base_->revision(), revision) << "nothing was written";
  // Another version of the record: what it says no more is closed, the other record is left alone.
  Write("hub.jsonl",
        "{\"id\": \"acme/a\", \"sha\": \"2\", \"tags\": [\"license:apache-2.0\", "
        "\"dataset:squad\"]}\n");
  const ImportSummary changed = ImportOk(path);
  EXPECT_EQ(changed.claims, 1u);
  EXPECT_EQ(changed.unchanged, 1u);
  EXPECT_EQ(changed.retracted, 1u);
  EXPECT_EQ(Licenses("acme/a"), std::vector<std::string>{"Apache-2.0"});
  EXPECT_EQ(Licenses("acme/b"), std::vector<std::string>{"MIT"});
}

TEST_F(ImportTest, ADryRunWritesNothing) {
  const std::string path =
      Write("hub.jsonl", "{\"id\": \"acme/a\", \"tags\": [\"license:mit\"]}\n");
  ImportRequest request;
  request.dry_run = true;
  ImportSummary summary;
  ASSERT_TRUE(Import(path, &summary, request).ok());
  EXPECT_EQ(summary.claims, 1u);
  EXPECT_EQ(base_->Current()->records().claim_count(), builtin_);
}

TEST_F(ImportTest, StrictStopsAtTheFirstBadRecord) {
  const std::string path = Write("hub.jsonl",
                                 "{\"id\": \"acme/a\", \"tags\": [\"license:mit\"]}\n{\"id\": \n"
                                 "{\"id\": \"acme/b\", \"tags\": []}\n");
  ImportRequest request;
  request.strict = true;
  ImportSummary summary;
  const absl::Status status = Import(path, &summary, request);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "given:2")) << status;
  EXPECT_EQ(base_->Current()->FindArtifact("acme/a"), std::nullopt) << "the batch was dropped";
}

TEST_F(ImportTest, AnInterruptedImportKeepsWholeRecordsAndGoesOn) {
  std::string text;
  for (int i = 0; i < 500; ++i) {
    absl::StrAppend(&text, "{\"id\": \"acme/m", i, "\", \"tags\": [\"license:mit\"]}\n");
  }
  const std::string path = Write("hub.jsonl", text);
  // Cancelled from the progress report, somewhere within.
  std::atomic<bool> cancelled{false};
  ImportRequest request;
  request.cancelled = &cancelled;
  Write("zz.txt", "");
  ImportSummary summary;
  cancelled = true;
  EXPECT_TRUE(absl::IsCancelled(Import(path, &summary, request)));
  EXPECT_EQ(summary.records, 0u);
  cancelled = false;
  ASSERT_TRUE(Import(path, &summary, request).ok());
  EXPECT_EQ(summary.claims, 500u);
  EXPECT_EQ(ImportOk(path).unchanged, 500u);
}

std::string Packed(const std::string& text) {
  std::string packed;
  io::filtering_ostream out;
  out.push(io::gzip_compressor());
  out.push(io::back_inserter(packed));
  out << text;
  io::close(out);
  return packed;
}

// 64 MiB with a record at each end, in 64 KiB.
std::string PackedNewlines() {
  return Packed("{\"id\": \"acme/a\", \"tags\": [\"license:mit\"]}\n" +
                std::string(std::size_t{64} << 20, '\n') +
                "{\"id\": \"acme/b\", \"tags\": [\"license:mit\"]}\n");
}

TEST_F(ImportTest, ACancelledImportStopsBetweenRecordsToo) {
  // The caller goes after the first record: before the second nothing but the reading asks.
  class Sink : public ImportSink {
   public:
    absl::Status Accept(ImportRecord) override {
      ++records;
      cancelled = true;
      return absl::OkStatus();
    }
    void Note(ImportNote) override {}
    int records = 0;
    std::atomic<bool> cancelled{false};
  } sink;
  ImportOptions options;
  options.cancelled = &sink.cancelled;
  std::istringstream in(PackedNewlines());
  const LicenseMatcher matcher(base_->Current()->licenses());
  EXPECT_TRUE(absl::IsCancelled(ImportStream(in, "hub.jsonl.gz", options, matcher, &sink)));
  EXPECT_EQ(sink.records, 1);
}

TEST_F(ImportTest, WhatAnImportUnpacksToIsBounded) {
  const std::string path = Write("hub.jsonl.gz", PackedNewlines());
  ImportRequest request;
  request.options.most_bytes = 10 << 20;
  ImportSummary summary;
  const absl::Status status = Import(path, &summary, request);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "10485760 bytes")) << status;
  EXPECT_EQ(ReasonOf(status), Reason::kLimitExceeded);
  EXPECT_EQ(summary.records, 1u) << "what came before";
  // All files of a folder count together.
  Write("many/a.jsonl.gz", PackedNewlines());
  Write("many/b.jsonl.gz", PackedNewlines());
  request.options.most_bytes = 100 << 20;
  EXPECT_TRUE(absl::IsResourceExhausted(Import((folder_ / "many").string(), &summary, request)));
  request.options.most_bytes = 200 << 20;
  EXPECT_TRUE(Import((folder_ / "many").string(), &summary, request).ok());
}

TEST_F(ImportTest, APackedFileThatIsCutShortClosesNothing) {
  std::string edges = "child,license\n";
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) absl::StrAppend(&edges, "acme/m", random(), ",mit\n");
  const std::string whole = Packed(edges);
  shown_ = "edges.csv.gz";
  EXPECT_EQ(ImportOk(Write("edges.csv.gz", whole)).claims, 20'000u);
  ImportSummary summary;
  const std::string half = Write("edges.csv.gz", whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(absl::IsInvalidArgument(Import(half, &summary)));
  EXPECT_GT(summary.unchanged, 1000u);
  EXPECT_EQ(summary.retracted, 0u);
}

TEST_F(ImportTest, ARecordThatStandsTwiceIsTakenOnce) {
  const std::string path = Write("hub.jsonl",
                                 "{\"id\": \"acme/a\", \"tags\": [\"license:mit\"]}\n"
                                 "{\"id\": \"acme/a\", \"tags\": [\"license:apache-2.0\"]}\n");
  const ImportSummary summary = ImportOk(path);
  EXPECT_EQ(summary.claims, 1u);
  ASSERT_EQ(summary.notes.size(), 1u);
  EXPECT_TRUE(absl::StrContains(summary.notes[0].message, "stands twice"));
  EXPECT_EQ(Licenses("acme/a"), std::vector<std::string>{"MIT"});
}

TEST_F(ImportTest, AnArtifactKeepsItsKind) {
  ImportOk(Write("a.jsonl", "{\"id\": \"datasets/acme/x\", \"tags\": [\"license:mit\"]}\n"));
  shown_ = "edges.csv";
  const ImportSummary summary =
      ImportOk(Write("edges.csv", "child,kind,license\ndatasets/acme/x,checkpoint,mit\n"));
  EXPECT_EQ(summary.claims, 0u);
  ASSERT_EQ(summary.notes.size(), 1u);
  EXPECT_TRUE(absl::StrContains(summary.notes[0].message, "known as a dataset"));
}

TEST_F(ImportTest, APlaceholderIsFilledLater) {
  ImportOk(Write("a.jsonl", "{\"id\": \"acme/tuned\", \"tags\": [\"base_model:acme/base\"]}\n"));
  EXPECT_EQ(base_->Current()->FindArtifact("acme/base")->kind, ArtifactKind::kUnresolved);
  ImportOk(Write("b.jsonl", "{\"id\": \"acme/base\", \"tags\": [\"license:mit\"]}\n"));
  EXPECT_EQ(base_->Current()->FindArtifact("acme/base")->kind, ArtifactKind::kCheckpoint);
}

TEST_F(ImportTest, AFileOfClaimsClosesWhatItSaysNoMore) {
  const auto file = [](const std::string& claims) {
    return absl::StrCat("artifacts:\n- id: acme/a\n  kind: checkpoint\n  claims:\n", claims);
  };
  const std::string source = "source: {kind: press, by: x, said: 2024, document: d}}\n";
  const std::string path =
      Write("own.yaml", file("  - {license: MIT, " + source + "  - {remark: one, " + source));
  EXPECT_EQ(ImportOk(path).claims, 2u);
  EXPECT_EQ(ImportOk(path).unchanged, 2u);
  Write("own.yaml", file("  - {license: MIT, " + source));
  EXPECT_EQ(ImportOk(path).retracted, 1u);
  Write("own.yaml", "artifacts: [{id: a b, kind: checkpoint}]\n");
  const ImportSummary bad = ImportOk(path);
  EXPECT_EQ(bad.retracted, 0u) << "a file that cannot be read closes nothing";
  EXPECT_EQ(bad.counts.at(ImportNote::Kind::kSkipped), 1u);
}

TEST_F(ImportTest, WhatAnotherAuthorWroteStandsAndIsListed) {
  const std::string path =
      Write("hub.jsonl",
            "{\"id\": \"acme/a\", \"tags\": [\"license:cc-by-nc-4.0\", \"dataset:squad\"]}\n"
            "{\"id\": \"acme/b\", \"tags\": [\"license:mit\"]}\n");
  ImportAs("team-a", path);
  Write("hub.jsonl", "{\"id\": \"acme/a\", \"tags\": [\"license:mit\"]}\n");
  const ImportSummary others = ImportAs("team-b", path);
  EXPECT_EQ(others.retracted, 0u);
  EXPECT_EQ(others.claims, 1u);
  EXPECT_EQ(others.standing, (std::map<std::string, uint64_t>{{"team-a", 2}}));
  ASSERT_EQ(others.counts.at(ImportNote::Kind::kStanding), 1u);
  EXPECT_TRUE(absl::StrContains(others.notes.back().message, "2 claims of team-a"));
  EXPECT_EQ(Licenses("acme/a"), (std::vector<std::string>{"CC-BY-NC-4.0", "MIT"}));
  // Who wrote them takes them back, and what the other wrote stands in turn.
  Write("hub.jsonl", "{\"id\": \"acme/a\", \"tags\": []}\n");
  const ImportSummary own = ImportAs("team-a", path);
  EXPECT_EQ(own.retracted, 2u);
  EXPECT_EQ(own.standing, (std::map<std::string, uint64_t>{{"team-b", 1}}));
  EXPECT_EQ(Licenses("acme/a"), std::vector<std::string>{"MIT"});
  const ImportSummary admin = ImportAs("chief", path, /*admin=*/true);
  EXPECT_EQ(admin.retracted, 1u);
  EXPECT_TRUE(admin.standing.empty());
  EXPECT_EQ(Licenses("acme/a"), std::vector<std::string>{});
  EXPECT_EQ(Licenses("acme/b"), std::vector<std::string>{"MIT"});
}

TEST_F(ImportTest, AListOfEdgesClosesWhatItSaysNoMore) {
  const std::string path =
      Write("edges.csv", "child,license\nacme/a,mit\nacme/a,isc\nacme/b,mit\n");
  EXPECT_EQ(ImportOk(path).claims, 3u);
  Write("edges.csv", "child,license\nacme/a,mit\n");
  EXPECT_EQ(ImportAs("another", path).retracted, 0u);
  EXPECT_EQ(ImportOk(path).retracted, 2u);
}

TEST_F(ImportTest, NoImportRetractsTheCatalogue) {
  // What the document of an import says, written by a catalogue.
  const std::string path =
      Write("hub.jsonl", "{\"id\": \"acme/a\", \"tags\": [\"license:mit\", \"dataset:squad\"]}\n");
  ImportOk(path);
  Batch batch;
  batch.origin = Origin::kCatalog;
  batch.author = "catalogue";
  for (Claim claim : base_->Current()->ClaimsAbout("acme/a")) {
    batch.retractions.push_back({claim.number, "to be the catalogue's"});
    batch.claims.push_back(std::move(claim));
  }
  ASSERT_EQ(batch.claims.size(), 2u);
  std::vector<BatchProblem> problems;
  ASSERT_TRUE(base_->Apply(batch, &problems).ok());
  Write("hub.jsonl", "{\"id\": \"acme/a\", \"tags\": []}\n");
  for (const char* author : {"tester", "catalogue"}) {
    for (const bool admin : {false, true}) {
      const ImportSummary summary = ImportAs(author, path, admin);
      EXPECT_EQ(summary.retracted, 0u) << author;
      EXPECT_EQ(summary.standing, (std::map<std::string, uint64_t>{{"catalogue", 2}}));
    }
  }
}

TEST_F(ImportTest, FilesOfClaimsOfOneNameDoNotCloseEachOther) {
  const auto file = [](const std::string& id, const std::string& license) {
    return absl::StrCat("artifacts:\n- id: ", id,
                        "\n  kind: checkpoint\n  claims:\n  - {license: ", license,
                        ", source: {kind: press, by: x, said: 2024, document: d}}\n");
  };
  shown_ = "claims.yaml";
  ImportAs("team-a", Write("a.yaml", file("team-a/m", "MIT")));
  // Another team's, and nothing but the name in common.
  const ImportSummary other = ImportAs("team-b", Write("b.yaml", file("team-b/m", "MIT")));
  EXPECT_EQ(other.retracted, 0u);
  EXPECT_TRUE(other.notes.empty());
  // Even about the same artifact, and by an admin: the file is its author's.
  EXPECT_EQ(ImportAs("team-b", Write("b.yaml", file("team-a/m", "ISC"))).retracted, 0u);
  EXPECT_EQ(ImportAs("chief", Write("b.yaml", file("team-a/m", "Zlib")), true).retracted, 0u);
  EXPECT_EQ(Licenses("team-a/m"), (std::vector<std::string>{"MIT", "ISC", "Zlib"}));
  // Under one author: another file of the name, which is told; and an empty one.
  for (const std::string& text : {file("third/m", "MIT"), std::string("claims: []\n")}) {
    const ImportSummary summary = ImportAs("team-a", Write("c.yaml", text));
    EXPECT_EQ(summary.retracted, 0u);
    ASSERT_EQ(summary.notes.size(), 1u);
    EXPECT_EQ(summary.notes[0].kind, ImportNote::Kind::kStanding);
  }
  // In another folder it is another file, whatever it speaks of.
  shown_ = "vision/claims.yaml";
  EXPECT_EQ(ImportAs("team-a", Write("d.yaml", file("team-a/m", "ISC"))).retracted, 0u);
  // The next version of the same file; without claims too.
  shown_ = "claims.yaml";
  EXPECT_EQ(ImportAs("team-a", Write("a.yaml", file("team-a/m", "0BSD"))).retracted, 2u)
      << "its own two: of this file, and of the one it was taken for";
  const std::string bare = "artifacts:\n- id: team-a/m\n  kind: checkpoint\n";
  EXPECT_EQ(ImportAs("team-a", Write("a.yaml", bare)).retracted, 1u);
}

TEST_F(ImportTest, AnOverlayOfWhatTheStoreKnowsOtherwise) {
  ImportOk(
      Write("hub.jsonl", "{\"id\": \"acme/a\", \"tags\": [\"license:mit\", \"dataset:squad\"]}\n"));
  ImportRequest request;
  request.inputs = {
      {Write("hub.jsonl", "{\"id\": \"acme/a\", \"tags\": [\"license:mit\"]}\n"), "hub.jsonl"}};
  request.options.today = *Date::Parse("2026-01-01");
  ImportSummary summary;
  std::vector<std::string> ids;
  const auto engine = OverlayImport(*base_->Current(), request, &summary, &ids);
  EXPECT_TRUE(engine.ok()) << engine.status();
  EXPECT_EQ(summary.retracted, 0u);
}

TEST_F(ImportTest, AFolderOfModels) {
  Write("root/acme/tuned/adapter_config.json",
        "{\"base_model_name_or_path\": \"meta-llama/Llama-2-7b-hf\"}");
  Write("root/acme/tuned/README.md", "---\nlicense: mit\n---\n");
  Write("root/models--org--name/snapshots/0a1b/config.json", "{\"_name_or_path\": \"org/base\"}");
  Write("root/datasets/acme/set/README.md", "---\nlicense: cc-by-4.0\ntask_categories: [x]\n---\n");
  Write("root/README.md", "# not a card\n");
  Write("root/acme/tuned/weights.bin", "w");
  const ImportSummary summary = ImportOk((folder_ / "root").string());
  std::vector<std::string> ids = summary.described;
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids, (std::vector<std::string>{"acme/tuned", "datasets/acme/set", "org/name"}));
  EXPECT_EQ(Licenses("datasets/acme/set"), std::vector<std::string>{"CC-BY-4.0"});
  ASSERT_EQ(summary.counts.at(ImportNote::Kind::kSkipped), 1u);
  EXPECT_TRUE(absl::StrContains(summary.notes[0].message, "2 files"));
}

TEST_F(ImportTest, AnOverlayIsSeenAndNotWritten) {
  const std::string path = Write("root/adapter_config.json",
                                 "{\"base_model_name_or_path\": \"meta-llama/Llama-2-7b-hf\"}");
  ImportRequest request;
  request.inputs = {{(folder_ / "root").string(), "root"}};
  request.options.today = *Date::Parse("2026-01-01");
  ImportSummary summary;
  std::vector<std::string> ids;
  const auto engine = OverlayImport(*base_->Current(), request, &summary, &ids);
  ASSERT_TRUE(engine.ok()) << engine.status();
  EXPECT_EQ(ids, std::vector<std::string>{"local/root"});
  Question question;
  question.key.as_of = *Date::Parse("2026-01-01");
  const auto explanation = (*engine)->Explain("local/root", question);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  ASSERT_FALSE(explanation->upstream.empty());
  EXPECT_EQ(base_->Current()->FindArtifact("local/root"), std::nullopt);
}

// Any claims survive being exported and imported.
TEST_F(ImportTest, ExportThenImportGivesTheSame) {
  std::mt19937 random(20261124);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const std::vector<std::string> texts = {"plain",      "with \"quotes\" and \\ backslash",
                                          "two\nlines", "tab\tand: colon # hash",
                                          "- dash",     "{brace}",
                                          "ünïcödé ✓",  "yes",
                                          "2024-01-02", "~",
                                          "'single'",   " leading and trailing "};
  const auto text = [&] {
    return texts[static_cast<std::size_t>(below(static_cast<int>(texts.size())))];
  };
  for (int round = 0; round < 100; ++round) {
    std::vector<Artifact> artifacts;
    std::vector<Claim> claims;
    for (int i = 0; i < 1 + below(5); ++i) {
      Artifact artifact;
      artifact.id = absl::StrCat("org", below(3), "/a", round, "-", i);
      artifact.kind = static_cast<ArtifactKind>(below(5));
      if (below(2) == 0) artifact.name = text();
      if (below(3) == 0) artifact.aliases = {absl::StrCat("alias/", round, "-", i)};
      if (below(3) == 0) artifact.released = Date::FromDays(15'000 + below(5000));
      artifacts.push_back(artifact);
    }
    for (int i = 0; i < below(12); ++i) {
      Claim claim;
      claim.subject =
          artifacts[static_cast<std::size_t>(below(static_cast<int>(artifacts.size())))].id;
      claim.statement =
          static_cast<StatementKind>(below(static_cast<int>(kEnumSize<StatementKind>)));
      claim.source.kind = static_cast<SourceKind>(below(8));
      claim.source.by = text();
      claim.source.document = text();
      claim.source.said = Date::FromDays(18'000 + below(2000));
      claim.source.said_text = claim.source.said.ToString();
      if (below(2) == 0) claim.where = text();
      if (below(2) == 0) claim.quote = text();
      claim.inferred = below(4) == 0;
      if (below(4) == 0) claim.valid.until = Date::FromDays(25'000);
      if (claim.statement == StatementKind::kLicense) {
        claim.as_found = below(2) == 0;
        claim.text = claim.as_found ? text() : "Apache-2.0 OR MIT";
        claim.valid.from = below(2) == 0 ? claim.source.said : Date::FromDays(17'000);
        if (below(2) == 0) claim.component = Component::kCode;
      } else if (claim.statement == StatementKind::kEdge) {
        claim.relation = static_cast<Relation>(below(17));
        claim.parent = absl::StrCat("up/p", below(4));
        claim.denies = below(4) == 0;
        if (below(3) == 0) claim.made = Date::FromDays(19'000);
        if (below(3) == 0) claim.parent_revision = "v1";
      } else if (claim.statement == StatementKind::kReleases) {
        claim.releases = {Component::kWeights, Component::kDocs};
      } else if (claim.statement == StatementKind::kContents) {
        claim.text = "others";
      } else if (claim.statement == StatementKind::kFact) {
        claim.text = WriteStatedFact(ModelFact::kTrainingFlop, absl::StrCat(below(1000), "e20"));
      } else if (claim.statement == StatementKind::kPublishes) {
        claim.denies = below(3) == 0;
        claim.as_found = !claim.denies && below(3) == 0;
        claim.text = WritePublishedPart(static_cast<ModelPart>(below(18)),
                                        claim.denies     ? ""
                                        : claim.as_found ? "some words"
                                        : below(2) == 0  ? "NONE"
                                                         : "Apache-2.0 OR MIT");
      } else {
        claim.text = claim.statement == StatementKind::kAlias ? absl::StrCat("al/", i) : text();
      }
      claims.push_back(claim);
    }
    const nlohmann::ordered_json document = ClaimsDocument(artifacts, claims);
    const auto base = *KnowledgeBase::Open(MakeMemoryStore(), {});
    ImportRequest request;
    request.inputs = {{Write(absl::StrCat("round", round, ".yaml"), document.dump(2)), "x"}};
    request.options.today = Date::FromDays(20'000);
    ImportSummary summary;
    ASSERT_TRUE(RunImport(base.get(), *base->Current(), request, &summary).ok());
    ASSERT_TRUE(base->Refresh().ok());
    ASSERT_TRUE(summary.notes.empty()) << summary.notes[0].message << "\n" << document.dump(2);
    std::vector<Artifact> artifacts_back;
    std::vector<Claim> claims_back;
    const Catalog written = base->Current()->ToCatalog();
    for (const Artifact& artifact : written.artifacts) {
      if (absl::StartsWith(artifact.id, "org")) artifacts_back.push_back(artifact);
    }
    for (const Claim& claim : written.claims) {
      if (claim.number > builtin_) claims_back.push_back(claim);
    }
    EXPECT_EQ(ClaimsDocument(artifacts_back, claims_back), document) << document.dump(2);
    EXPECT_EQ(claims_back.size(), claims.size());
  }
}

}  // namespace
}  // namespace lineage
