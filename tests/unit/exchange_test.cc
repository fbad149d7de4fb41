// Importers: what real and hostile documents become.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/catalog/archive.h"
#include "engine/exchange/hub_json.h"

namespace lineage {
namespace {

class Collector : public ImportSink {
 public:
  absl::Status Accept(ImportRecord record) override {
    records.push_back(std::move(record));
    return absl::OkStatus();
  }
  void Note(ImportNote note) override { notes.push_back(std::move(note)); }
  std::vector<ImportRecord> records;
  std::vector<ImportNote> notes;
};

const LicenseTable& Licenses() {
  static const auto* const kTable =
      new LicenseTable(std::make_shared<const Catalog>(*LoadBuiltinCatalog()));
  return *kTable;
}

Collector Import(const std::string& text) {
  std::istringstream in(text);
  Collector collector;
  const ImportContext context{"hub.jsonl", *Date::Parse("2026-01-01")};
  const absl::Status status = ImportHubJson(in, context, Licenses(), &collector);
  EXPECT_TRUE(status.ok()) << status;
  return collector;
}

// A record's claims in short: "license MIT", "finetuned_from a/b", with "?" if inferred.
std::vector<std::string> Short(const ImportRecord& record) {
  std::vector<std::string> words;
  for (const Claim& claim : record.claims) {
    std::string word = claim.statement == StatementKind::kEdge
                           ? absl::StrCat(Name(claim.relation), " ", claim.parent)
                           : absl::StrCat(Name(claim.statement), " ", claim.text);
    if (claim.inferred) word += "?";
    if (claim.as_found) word += " (as found)";
    words.push_back(std::move(word));
  }
  return words;
}
using Words = std::vector<std::string>;

TEST(HubJson, TodaysShape) {
  const Collector c = Import(R"({"id": "acme/tuned", "createdAt": "2025-03-07 08:10:34+00:00",
 "lastModified": "2025-03-08T08:11:53.000Z", "tags": ["peft", "base_model:meta-llama/Llama-2-7b-hf",
 "base_model:adapter:meta-llama/Llama-2-7b-hf", "dataset:tatsu-lab/alpaca", "license:llama2"],
 "cardData": {"license": "llama2", "base_model": "meta-llama/Llama-2-7b-hf", "datasets": ["tatsu-lab/alpaca"]}}
)");
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(c.records[0].artifact.kind, ArtifactKind::kCheckpoint);
  EXPECT_EQ(c.records[0].artifact.released->ToString(), "2025-03-07");
  EXPECT_EQ(Short(c.records[0]),
            (Words{"license LicenseRef-llama-2", "adapter_of meta-llama/Llama-2-7b-hf?",
                   "trained_on datasets/tatsu-lab/alpaca"}));
  EXPECT_EQ(c.records[0].claims[0].source.said_text, "2025-03-08");
  EXPECT_EQ(c.records[0].claims[0].valid.from.ToString(), "2025-03-08");
  EXPECT_EQ(c.records[0].claims[0].source.by, "acme");
}

TEST(HubJson, TheShapeOf2022) {
  const Collector c = Import(
      R"({"modelId": "acme/bert", "lastModified": "2022-02-07T09:14:52.000Z", "tags": ["pytorch", "license:apache-2.0", "dataset:squad"], "pipeline_tag": null})");
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(Short(c.records[0]), (Words{"license Apache-2.0", "trained_on datasets/squad"}));
}

TEST(HubJson, RelationsAreStatedOrInferred) {
  const auto relation = [](const std::string& id, const std::string& more) {
    const Collector c = Import(absl::StrCat("{\"id\": \"", id, "\", ", more, "}"));
    return c.records.empty() || c.records[0].claims.empty() ? "" : Short(c.records[0])[0];
  };
  EXPECT_EQ(relation("a/x", R"("cardData": {"base_model": "b/y"})"), "finetuned_from b/y?");
  EXPECT_EQ(
      relation("a/x", R"("cardData": {"base_model": "b/y", "base_model_relation": "quantized"})"),
      "quantized_from b/y");
  EXPECT_EQ(relation("a/x-GGUF", R"("cardData": {"base_model": "b/y"})"), "quantized_from b/y?");
  EXPECT_EQ(relation("a/x-7B-AWQ", R"("cardData": {"base_model": "b/y"})"), "quantized_from b/y?");
  EXPECT_EQ(relation("a/hawqs", R"("cardData": {"base_model": "b/y"})"), "finetuned_from b/y?");
  EXPECT_EQ(relation("a/x", R"("library_name": "peft", "cardData": {"base_model": "b/y"})"),
            "adapter_of b/y?");
  EXPECT_EQ(relation("a/x", R"("tags": ["merge"], "cardData": {"base_model": "b/y"})"),
            "merged_from b/y?");
  EXPECT_EQ(relation("a/x", R"("cardData": {"base_model": ["b/y", "b/z"]})"), "merged_from b/y?");
  EXPECT_EQ(relation("a/x", R"("tags": ["base_model:merge:b/y"])"), "merged_from b/y?");
}

TEST(HubJson, DataSets) {
  const Collector c = Import(
      R"({"id": "acme/qa", "tags": ["task_categories:question-answering", "license:cc-by-sa-4.0"], "cardData": {"source_datasets": ["original", "extended|squad"]}})");
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(c.records[0].artifact.id, "datasets/acme/qa");
  EXPECT_EQ(c.records[0].artifact.kind, ArtifactKind::kDataset);
  EXPECT_EQ(Short(c.records[0]),
            (Words{"license CC-BY-SA-4.0", "derived_from_dataset datasets/squad"}));
}

TEST(HubJson, LicencesInTheWild) {
  const auto license = [](const std::string& card) {
    const Collector c = Import(absl::StrCat("{\"id\": \"a/x\", \"cardData\": {", card, "}}"));
    return c.records[0].claims.empty() ? "" : Short(c.records[0])[0];
  };
  EXPECT_EQ(license(R"("license": "apache 2.0")"), "license Apache-2.0");
  EXPECT_EQ(license(R"("license": "APACHE_2.0")"), "license Apache-2.0");
  EXPECT_EQ(license(R"("license": ["mit", "cc-by-4.0"])"), "license CC-BY-4.0 AND MIT");
  EXPECT_EQ(license(R"("license": "other", "license_name": "llama3.1")"),
            "license LicenseRef-llama-3.1");
  EXPECT_EQ(license(R"("license": "other", "license_name": "acme special")"),
            "license acme special (as found)");
  EXPECT_EQ(license(R"("license": "other")"), "license LicenseRef-hub-other");
  EXPECT_EQ(license(R"("license": "apach-2.0")"), "license apach-2.0 (as found)") << "no guess";
  EXPECT_EQ(license(R"("license": 7)"), "");
  const Collector linked = Import(
      R"x({"id": "a/x", "cardData": {"license": "other", "license_link": "javascript:alert(1)"}})x");
  EXPECT_EQ(linked.records[0].claims[0].quote, "license_link: javascript:alert(1)") << "text only";
}

TEST(HubJson, NewerVersions) {
  const Collector c = Import(R"({"id": "a/v1", "cardData": {"new_version": "a/v2"}})");
  ASSERT_EQ(c.records[0].claims.size(), 1u);
  EXPECT_EQ(c.records[0].claims[0].subject, "a/v2");
  EXPECT_EQ(Short(c.records[0])[0], "supersedes a/v1");
}

TEST(HubJson, PathsAreKeptAndNotFollowed) {
  for (const char* path :
       {"../other", "/home/me/llama", "./x", "C:\\\\models\\\\x", "https://x.y/z"}) {
    const Collector c =
        Import(absl::StrCat("{\"id\": \"a/x\", \"cardData\": {\"base_model\": \"", path, "\"}}"));
    ASSERT_EQ(c.records.size(), 1u) << path;
    ASSERT_EQ(c.records[0].claims.size(), 1u) << path;
    EXPECT_EQ(c.records[0].claims[0].statement, StatementKind::kRemark) << path;
    EXPECT_EQ(c.notes.size(), 1u) << path;
  }
  const Collector self = Import(R"({"id": "a/x", "cardData": {"base_model": "a/x"}})");
  EXPECT_TRUE(self.records[0].claims.empty());
  EXPECT_EQ(self.notes.size(), 1u);
}

TEST(HubJson, BadRecordsAreToldAndTheRestGoesOn) {
  std::string deep = "{\"id\": ";
  deep += std::string(100'000, '[') + std::string(100'000, ']') + "}";
  const std::string text = absl::StrCat("{\"id\": \"a/first\"}\n",                        // 1
                                        "{\"id\": \"a/cut\n",                             // 2
                                        deep, "\n",                                       // 3
                                        "[1, 2]\n",                                       // 4
                                        "{\"tags\": []}\n",                               // 5
                                        "{\"id\": \"../../etc/passwd\"}\n",               // 6
                                        "{\"id\": \"a/\xff\"}\n",                         // 7
                                        "{\"id\": \"a/b\\u0000c\"}\n",                    // 8
                                        "{\"id\": \"a/nan\", \"likes\": NaN}\n",          // 9
                                        "\r\n",                                           // 10
                                        "{\"id\": \"a/big\", \"likes\": 1e999}\n",        // 11
                                        "{\"id\": [\"a\"], \"modelId\": \"a/old\"}\r\n",  // 12
                                        "{\"id\": \"a/last\"}");                          // 13
  const Collector c = Import(text);
  std::vector<std::string> ids;
  for (const ImportRecord& record : c.records) ids.push_back(record.artifact.id);
  EXPECT_EQ(ids, (Words{"a/first", "a/old", "a/last"}));
  std::vector<int> lines;
  for (const ImportNote& note : c.notes) {
    EXPECT_EQ(note.kind, ImportNote::Kind::kSkipped);
    lines.push_back(note.where.line);
  }
  EXPECT_EQ(lines, (std::vector<int>{2, 3, 4, 5, 6, 7, 8, 9, 11}));
}

TEST(HubJson, OneDocument) {
  EXPECT_EQ(Import("[\n{\"id\": \"a/x\"},\n {\"id\": \"a/y\"}\n]\n").records.size(), 2u);
  EXPECT_EQ(Import("{\n\"id\": \"a/x\"\n}\n").records.size(), 1u);
  EXPECT_EQ(Import("\xEF\xBB\xBF{\"id\": \"a/x\"}").records.size(), 1u);
  EXPECT_EQ(Import("").records.size(), 0u);
  EXPECT_EQ(Import("{\"id\": \"a/x\"").notes.size(), 1u);
}

TEST(HubJson, ALongLineIsPassedOver) {
  const std::string text = absl::StrCat("{\"id\": \"a/x\"}\n{\"id\": \"",
                                        std::string(17 << 20, 'x'), "\"}\n{\"id\": \"a/z\"}\n");
  const Collector c = Import(text);
  EXPECT_EQ(c.records.size(), 2u);
  ASSERT_EQ(c.notes.size(), 1u);
  EXPECT_EQ(c.notes[0].where.line, 2);
  EXPECT_TRUE(absl::StrContains(c.notes[0].message, "16 MiB"));
}

// Real records, where they are at hand.
TEST(HubJson, RealRecords) {
  const char* folder = std::getenv("LINEAGE_SHARED_DATA");
  const std::string root = folder != nullptr ? folder : LINEAGE_TEST_DATA "/../../shared/data";
  const auto import = [&](const std::string& file) {
    std::ifstream in(root + "/hub/" + file);
    Collector collector;
    EXPECT_TRUE(ImportHubJson(in, {file, *Date::Parse("2026-01-01")}, Licenses(), &collector).ok());
    return collector;
  };
  if (!std::ifstream(root + "/hub/models-2022-sample.jsonl")) {
    GTEST_SKIP() << "no real data in " << root << " (set LINEAGE_SHARED_DATA)";
  }
  EXPECT_EQ(import("models-2022-sample.jsonl").records.size(),
            747u);  // one id holds a bad character
  const Collector family = import("models-2025-family-tree.jsonl");
  EXPECT_EQ(family.records.size(), 42u);
  int edges = 0;
  for (const ImportRecord& record : family.records) {
    for (const std::string& word : Short(record))
      edges += absl::StrContains(word, "_from ") ? 1 : 0;
  }
  EXPECT_EQ(edges, 42);
}

}  // namespace
}  // namespace lineage
