// Importers: what real and hostile documents become.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/catalog/archive.h"
#include "engine/catalog/claim_checks.h"
#include "engine/exchange/importer.h"
#include "engine/exchange/model_folder.h"
#include "engine/license/license_matcher.h"
#include "engine/license/license_text.h"

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
const LicenseMatcher& Matcher() {
  static const auto* const kMatcher = new LicenseMatcher(Licenses());
  return *kMatcher;
}

ImportOptions Options() {
  ImportOptions options;
  options.today = *Date::Parse("2026-01-01");
  return options;
}

// Whatever a document holds, what importers make of it is well-formed.
void ExpectWellFormed(const Collector& collector) {
  static const std::vector<std::string> ids = Licenses().Ids();
  for (const ImportRecord& record : collector.records) {
    if (!record.artifact.id.empty()) {
      for (const FieldProblem& p : ProblemsOf(record.artifact)) ADD_FAILURE() << p.message;
    }
    for (const Claim& claim : record.claims) {
      for (const FieldProblem& p : ProblemsOf(claim, Licenses(), ids)) {
        ADD_FAILURE() << claim.subject << ": " << p.field << ": " << p.message;
      }
    }
  }
}

Collector ImportFile(const std::string& name, const std::string& text,
                     ImportOptions options = Options()) {
  std::istringstream in(text);
  Collector collector;
  const absl::Status status = ImportStream(in, name, options, Matcher(), &collector);
  EXPECT_TRUE(status.ok()) << status;
  ExpectWellFormed(collector);
  return collector;
}

Collector Import(const std::string& text) {
  ImportOptions options = Options();
  options.format = ImportFormat::kHubJson;
  return ImportFile("hub.jsonl", text, options);
}

absl::Status Refusal(const std::string& name, const std::string& text) {
  std::istringstream in(text);
  Collector collector;
  return ImportStream(in, name, Options(), Matcher(), &collector);
}

// A record's claims in short: "license MIT", "finetuned_from a/b", with "?" if inferred.
std::vector<std::string> Short(const ImportRecord& record) {
  std::vector<std::string> words;
  for (const Claim& claim : record.claims) {
    std::string word = claim.statement == StatementKind::kEdge
                           ? absl::StrCat(Name(claim.relation), " ", claim.parent)
                           : absl::StrCat(Name(claim.statement), " ", claim.text);
    if (!claim.parent_revision.empty()) absl::StrAppend(&word, " @", claim.parent_revision);
    if (claim.component) absl::StrAppend(&word, " [", Name(*claim.component), "]");
    if (claim.inferred) word += "?";
    if (claim.as_found) word += " (as found)";
    words.push_back(std::move(word));
  }
  return words;
}
using Words = std::vector<std::string>;

TEST(HubJson, TodaysShape) {
  const Collector c = Import(R"({"id": "acme/tuned", "createdAt": "2025-03-07 08:10:34+00:00",
 "lastModified": "2025-03-08T08:11:53.000Z", "sha": "56d4cbbb4d29f4355bab", "gated": "manual",
 "tags": ["peft", "base_model:meta-llama/Llama-2-7b-hf",
 "base_model:adapter:meta-llama/Llama-2-7b-hf", "dataset:tatsu-lab/alpaca", "license:llama2"],
 "cardData": {"license": "llama2", "base_model": "meta-llama/Llama-2-7b-hf", "datasets": ["tatsu-lab/alpaca"]}}
)");
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(c.records[0].artifact.kind, ArtifactKind::kCheckpoint);
  EXPECT_EQ(c.records[0].artifact.released->ToString(), "2025-03-07");
  EXPECT_EQ(Short(c.records[0]),
            (Words{"license LicenseRef-llama-2", "adapter_of meta-llama/Llama-2-7b-hf?",
                   "trained_on datasets/tatsu-lab/alpaca",
                   "remark gated: access is given on request (manual)"}));
  EXPECT_EQ(c.records[0].claims[0].source.said_text, "2025-03-08");
  EXPECT_EQ(c.records[0].claims[0].valid.from.ToString(), "2025-03-08");
  EXPECT_EQ(c.records[0].claims[0].source.by, "acme");
  EXPECT_EQ(c.records[0].claims[0].where, "tags: license, revision 56d4cbbb4d29");
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
  EXPECT_EQ(
      relation("a/x", R"("baseModels": {"relation": "quantized", "models": [{"id": "b/y"}]})"),
      "quantized_from b/y?");
  EXPECT_EQ(relation("a/x", R"("cardData": {"base_model": "b/y@v1.2"})"),
            "finetuned_from b/y @v1.2?");
  EXPECT_EQ(relation("a/x", R"("cardData": {"base_model": "https://huggingface.co/b/y/tree/v2"})"),
            "finetuned_from b/y @v2?");
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
  EXPECT_EQ(license(R"("license": "apachee-2.0")"), "license Apache-2.0?") << "by likeness";
  EXPECT_EQ(license(R"("license": "apache-3.0")"), "license apache-3.0 (as found)") << "no guess";
  EXPECT_EQ(license(R"("license": 7)"), "");
  const Collector linked = Import(
      R"x({"id": "a/x", "cardData": {"license": "other", "license_link": "javascript:alert(1)"}})x");
  EXPECT_EQ(linked.records[0].claims[0].quote, "link: javascript:alert(1)") << "text only";
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
    EXPECT_TRUE(absl::StartsWith(c.records[0].claims[0].parent, "unresolved/a/x/")) << path;
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
                                        "{\"id\": \"a/x\", \"id\": \"a/y\"}\n",           // 13
                                        "{\"id\": \"a/last\"}");                          // 14
  const Collector c = Import(text);
  std::vector<std::string> ids;
  for (const ImportRecord& record : c.records) ids.push_back(record.artifact.id);
  EXPECT_EQ(ids, (Words{"a/first", "a/old", "a/last"}));
  std::vector<int> lines;
  for (const ImportNote& note : c.notes) {
    EXPECT_EQ(note.kind, ImportNote::Kind::kSkipped);
    lines.push_back(note.where.line);
  }
  EXPECT_EQ(lines, (std::vector<int>{2, 3, 4, 5, 6, 7, 8, 9, 11, 13}));
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

TEST(Matcher, ReadsNamesAsPeopleWriteThem) {
  const auto read = [](const char* text) { return Matcher().Match(text).expression; };
  EXPECT_EQ(read("Apache License, Version 2.0"), "Apache-2.0");
  EXPECT_EQ(read("The MIT License"), "MIT");
  EXPECT_EQ(read("cc by-sa 4.0"), "CC-BY-SA-4.0");
  EXPECT_EQ(read("GPL-3.0+"), "GPL-3.0-or-later");
  EXPECT_EQ(read("https://creativecommons.org/licenses/by/4.0/"), "CC-BY-4.0");
  EXPECT_EQ(read("http://www.creativecommons.org/licenses/by/4.0/legalcode"), "CC-BY-4.0");
  EXPECT_EQ(read("https://spdx.org/licenses/MIT.html"), "MIT");
  EXPECT_EQ(read("MIT or Apache 2.0"), "Apache-2.0 OR MIT");
  EXPECT_EQ(read("Apache 2.0 and CC BY 4.0"), "Apache-2.0 AND CC-BY-4.0");
}

TEST(Matcher, NeverGuesses) {
  for (const char* text :
       {"apache", "apache 3.0", "cc-by-nc", "gpl", "llama", "llama 9", "bsd", "mti", "",
        "the usual", "free for research", "https://example.org/licence", "CC BY XX 4.0",
        "Apache 2.0, MIT", "MIT (code), CC BY 4.0 (weights)"}) {
    const LicenseMatch match = Matcher().Match(text);
    const bool generic = absl::StrContains(match.expression, "LicenseRef-");
    EXPECT_TRUE(match.how == LicenseMatch::How::kNone || generic)
        << text << ": " << match.expression;
  }
  const LicenseMatch two = Matcher().Match("MIT (code), CC BY 4.0 (weights)");
  ASSERT_EQ(two.candidates.size(), 2u);
  EXPECT_EQ(two.candidates[0].id, "MIT");
  const LicenseMatch typo = Matcher().Match("aapche 2.0");
  EXPECT_EQ(typo.how, LicenseMatch::How::kSimilar);
  EXPECT_EQ(typo.expression, "Apache-2.0");
  EXPECT_LT(typo.score, 1);
  EXPECT_FALSE(Matcher().Match("apache 3.0").candidates.empty());
}

// Which licence a text is; "" if none.
std::string Recognized(const std::string& text) {
  const std::vector<TextMatch> matches = RecognizeText(text, Licenses());
  return matches.empty() || !matches[0].same ? "" : Licenses().Get(matches[0].license).id;
}

std::string SystemText(const std::string& name) {
  std::ifstream in("/usr/share/common-licenses/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

constexpr absl::string_view kMit = R"(MIT License

Copyright (c) 2026 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
)";

TEST(LicenseText, SurvivesBeingWrittenDown) {
  const KnownText known = KnownTextOf(kMit);
  const std::optional<KnownText> again = ParseWords(WordsText(known), known.terms);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->words, known.words);
  EXPECT_EQ(again->sketch, known.sketch);
  EXPECT_FALSE(ParseWords("not base64!", 0));
  EXPECT_FALSE(ParseWords(WordsText(known), static_cast<uint32_t>(known.words.size()) + 1));
  EXPECT_EQ(Resemblance(known, KnownTextOf("")), 0.0);
}

TEST(LicenseText, IsTheSameInWhatPeopleMakeOfIt) {
  const std::string mit(kMit);
  EXPECT_EQ(Recognized(mit), "MIT");
  const std::map<std::string, std::string> variants = {
      {"another title", absl::StrReplaceAll(mit, {{"MIT License", "# The MIT License (MIT)"}})},
      {"no title", mit.substr(mit.find("Permission"))},
      {"two holders",
       absl::StrReplaceAll(mit, {{"Somebody", "A, Inc.\nCopyright © 2020-2026 B and others"}})},
      {"reflowed", absl::StrReplaceAll(mit, {{"\n", "\r\n"}})},
      {"comment", " * " + absl::StrReplaceAll(mit, {{"\n", "\n * "}})},
      {"html",
       "<!DOCTYPE html><html><head><title>MIT License</title><style>p {}</style></head>"
       "<body><p>" +
           absl::StrReplaceAll(mit, {{"\n\n", "</p>\n<p>"}, {"\"", "&quot;"}}) +
           "</p></body></html>"},
      {"typographic", absl::StrReplaceAll(mit, {{"\"Software\"", "“Software”"}})},
      {"hyphen", absl::StrReplaceAll(mit, {{"NONINFRINGEMENT", "NON-INFRINGEMENT"}})},
      {"a name", absl::StrReplaceAll(mit, {{"THE\nAUTHORS OR COPYRIGHT HOLDERS", "ACME LLC"}})},
      {"tagged", "SPDX-License-Identifier: MIT\n" + mit},
  };
  for (const auto& [what, text] : variants) EXPECT_EQ(Recognized(text), "MIT") << what;
}

// Each of these is nearly all MIT, and says something else.
TEST(LicenseText, IsAnotherWithOneWordMoreOrLess) {
  const std::string mit(kMit);
  const std::map<std::string, std::string> others = {
      {"negated", absl::StrReplaceAll(mit, {{"hereby granted", "hereby NOT granted"}})},
      {"purpose", absl::StrReplaceAll(mit, {{"to deal\n", "to deal for evaluation\n"}})},
      {"no sale", absl::StrReplaceAll(mit, {{", and/or sell\ncopies", "\ncopies"}})},
      {"a right less", absl::StrReplaceAll(mit, {{"merge, ", ""}})},
      {"another right", absl::StrReplaceAll(mit, {{"sublicense", "translate"}})},
      {"another thing",
       absl::StrReplaceAll(mit, {{"in the Software without", "in the Binaries without"}})},
      {"one condition of two", absl::StrReplaceAll(mit, {{"notice and this", "notice or this"}})},
      {"a sentence", mit + "\nThe Software may not be used to train machine learning models.\n"},
      {"in the copyright line",
       absl::StrReplaceAll(mit, {{"2026 Somebody", "2026 Somebody. Not for commercial use."}})},
      {"as a heading", "# MIT License, research only\n" + mit},
      {"another licence besides", mit + "\nBinaries are licensed under the GPL.\n"},
      {"no disclaimer", mit.substr(0, mit.find("THE SOFTWARE IS"))},
      {"html hides nothing", "<p>" + mit + "</p><p>No commercial use.</p>"},
  };
  for (const auto& [what, text] : others) EXPECT_EQ(Recognized(text), "") << what;
  const std::vector<TextMatch> negated = RecognizeText(others.at("negated"), Licenses());
  ASSERT_FALSE(negated.empty());
  EXPECT_EQ(negated[0].difference, "it adds after \"permission is hereby\": \"not\"");
}

TEST(LicenseText, TheSystemsOwnTexts) {
  if (SystemText("Apache-2.0").empty()) GTEST_SKIP() << "no licence texts on this system";
  for (const auto& [file, id] :
       {std::pair("Apache-2.0", "Apache-2.0"), std::pair("GPL-3", "GPL-3.0-only"),
        std::pair("MPL-2.0", "MPL-2.0"), std::pair("CC0-1.0", "CC0-1.0"),
        std::pair("BSD", "BSD-3-Clause"), std::pair("LGPL-2.1", "LGPL-2.1-only")}) {
    EXPECT_EQ(Recognized(SystemText(file)), id) << file;
  }
  const std::string apache = SystemText("Apache-2.0");
  EXPECT_EQ(Recognized(apache.substr(0, apache.find("APPENDIX"))), "Apache-2.0");
  EXPECT_EQ(Recognized(apache.substr(0, apache.size() / 2)), "");
  EXPECT_EQ(Recognized(apache + "\nThe Work may not be used for military purposes.\n"), "");
  EXPECT_EQ(Recognized(absl::StrReplaceAll(apache, {{"irrevocable", "revocable"}})), "");
}

TEST(ModelCard, FrontMatter) {
  const Collector c = ImportFile("acme-model.md",
                                 "---\r\nlicense: mit\r\nbase_model:\r\n- org/base\r\ndatasets: "
                                 "[squad]\r\n---\r\n\r\n# A model\r\n---\r\nlicense: gpl\r\n");
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(c.records[0].artifact.id, "local/acme-model");
  EXPECT_EQ(Short(c.records[0]),
            (Words{"license MIT", "finetuned_from org/base?", "trained_on datasets/squad"}));
}

TEST(ModelCard, BadOnesAreTold) {
  for (const char* text :
       {"---\nlicense: mit\n", "---\n[]\n---\n", "---\n{{card_data}}\n---\n", "# no metadata\n",
        "---\na: &x 1\nb: *x\n---\n", "---\na: 1\na: 2\n---\n", "---\n---\n", ""}) {
    const Collector c = ImportFile("x.md", text);
    EXPECT_TRUE(c.records.empty()) << text;
    ASSERT_EQ(c.notes.size(), 1u) << text;
    EXPECT_EQ(c.notes[0].kind, ImportNote::Kind::kSkipped) << text;
  }
}

Collector Folder(const std::vector<FolderFile>& files, const std::string& id = "acme/model") {
  Collector collector;
  ImportContext context;
  context.file = "folder";
  context.today = *Date::Parse("2026-01-01");
  context.id = id;
  context.licenses = &Matcher();
  EXPECT_TRUE(ImportModelFolder(files, context, &collector).ok());
  ExpectWellFormed(collector);
  return collector;
}

TEST(ModelFolder, AnAdapter) {
  const Collector c =
      Folder({{"adapter_config.json", "",
               R"({"base_model_name_or_path": "meta-llama/Llama-2-7b-hf", "revision": "abc"})"},
              {"README.md", "", "---\nlicense: other\nlicense_name: Llama2\n---\n"}});
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(Short(c.records[0]),
            (Words{"license LicenseRef-llama-2", "adapter_of meta-llama/Llama-2-7b-hf @abc"}));
  EXPECT_EQ(c.records[0].documents,
            (Words{"README.md of acme/model", "adapter_config.json of acme/model"}));
}

TEST(ModelFolder, WhatAConfigurationNames) {
  EXPECT_EQ(Short(Folder({{"config.json", "", R"({"_name_or_path": "org/base"})"}}).records[0]),
            (Words{"finetuned_from org/base?"}));
  EXPECT_EQ(Short(Folder({{"config.json", "", R"({"_name_or_path": "acme/model"})"}}).records[0]),
            Words{});
  EXPECT_EQ(Short(Folder({{"config.json", "", R"({"_name_or_path": "/home/me/x"})"}}).records[0]),
            (Words{"remark was saved from the path /home/me/x"}));
  EXPECT_EQ(Short(Folder({{"config.json", "", R"({"_name_or_path": "org/base"})"},
                          {"README.md", "", "---\nbase_model: org/other\n---\n"}})
                      .records[0]),
            (Words{"finetuned_from org/other?"}))
      << "the card is the better source";
  EXPECT_EQ(Short(Folder({{"adapter_config.json", "", R"({"base_model_name_or_path": "../base"})"}})
                      .records[0]),
            (Words{"adapter_of unresolved/acme/model/base"}));
  const Collector bad = Folder({{"config.json", "", "{\"a\": "}, {"LICENSE", "", "MIT"}});
  EXPECT_EQ(Short(bad.records[0]), (Words{"license MIT"}));
  EXPECT_EQ(bad.notes.size(), 1u);
}

TEST(ModelFolder, AnUnknownLicenceTextIsKeptAsFound) {
  std::string text = "ACME LICENCE\nYou may look at the model.\n";
  const Collector c = Folder({{"LICENSE", "", text}});
  EXPECT_EQ(Short(c.records[0]), (Words{"license the text of LICENSE of acme/model (as found)"}));
  EXPECT_EQ(c.records[0].claims[0].source.kind, SourceKind::kLicenseFile);
  EXPECT_EQ(c.notes.size(), 1u);
}

TEST(Mergekit, EveryModelThatGivesWeights) {
  ImportOptions options = Options();
  options.id = "acme/merge";
  const Collector c = ImportFile("recipe.yaml",
                                 "merge_method: ties\nbase_model: org/base\nmodels:\n"
                                 "  - model: org/a\n    parameters: {weight: 0.5}\n"
                                 "  - model: org/b+org/lora\nslices:\n  - sources:\n"
                                 "      - model: {model: {path: org/c, revision: v1}}\n"
                                 "        layer_range: [0, 8]\n      - model: ./local\n"
                                 "tokenizer_source: org/a\ndtype: bfloat16\n",
                                 options);
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(Short(c.records[0]),
            (Words{"merged_from org/base", "merged_from org/a", "merged_from org/b",
                   "merged_from org/lora", "merged_from org/c @v1",
                   "merged_from unresolved/acme/merge/local", "shares_tokenizer_with org/a"}));
}

// A GGUF file in memory.
class GgufWriter {
 public:
  explicit GgufWriter(uint64_t keys) {
    bytes_ = "GGUF";
    Number(3, 4);
    Number(0, 8);
    Number(keys, 8);
  }
  GgufWriter& Text(const std::string& key, const std::string& value) {
    String(key);
    Number(8, 4);
    String(value);
    return *this;
  }
  GgufWriter& Uint32(const std::string& key, uint64_t value) {
    String(key);
    Number(4, 4);
    Number(value, 4);
    return *this;
  }
  GgufWriter& Texts(const std::string& key, const std::vector<std::string>& values) {
    String(key);
    Number(9, 4);
    Number(8, 4);
    Number(values.size(), 8);
    for (const std::string& value : values) String(value);
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void Number(uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_.push_back(static_cast<char>(value >> (8 * i)));
  }
  void String(const std::string& text) {
    Number(text.size(), 8);
    bytes_ += text;
  }
  std::string bytes_;
};

TEST(Gguf, Header) {
  const std::string bytes =
      GgufWriter(9)
          .Texts("tokenizer.ggml.tokens", {"a", std::string(70'000, 'b'), "c"})
          .Text("general.license", "llama3.1")
          .Uint32("general.file_type", 15)
          .Text("general.source.repo_url", "https://huggingface.co/org/tuned")
          .Uint32("general.base_model.count", 1)
          .Text("general.base_model.0.repo_url", "https://huggingface.co/org/base")
          .Uint32("general.dataset.count", 1)
          .Text("general.dataset.0.name", "squad v2")
          .Texts("general.datasets", {"org/data"})
          .bytes();
  const Collector c = ImportFile("model-Q4_K_M.gguf", bytes + std::string(100'000, 'w'));
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(
      Short(c.records[0]),
      (Words{"license LicenseRef-llama-3.1", "quantized_from org/tuned", "finetuned_from org/base?",
             "trained_on unresolved/local/model-Q4_K_M/squad-v2", "trained_on datasets/org/data"}));
  for (const std::size_t cut :
       {std::size_t{4}, std::size_t{20}, std::size_t{60}, bytes.size() - 1}) {
    const Collector broken = ImportFile("x.gguf", bytes.substr(0, cut));
    EXPECT_TRUE(broken.records.empty());
    EXPECT_EQ(broken.notes.size(), 1u);
  }
  const Collector huge = ImportFile("x.gguf", GgufWriter(~uint64_t{0}).bytes());
  EXPECT_TRUE(huge.records.empty());
}

TEST(CycloneDx, ModelsDataPedigreeAndLicences) {
  const Collector c = ImportFile("bom.json", R"({
    "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:1",
    "metadata": {"timestamp": "2025-05-06T07:08:09Z", "supplier": {"name": "Acme Inc"}},
    "components": [
      {"type": "machine-learning-model", "bom-ref": "m", "name": "tuned", "group": "acme",
       "purl": "pkg:huggingface/acme/tuned@abc",
       "licenses": [{"license": {"id": "Apache-2.0"}}],
       "pedigree": {"ancestors": [{"type": "machine-learning-model", "name": "base",
                                   "purl": "pkg:huggingface/org/base"}]},
       "modelCard": {"modelParameters": {"datasets": [{"ref": "d"}, {"name": "Web crawl"}]}}},
      {"type": "data", "bom-ref": "d", "name": "my data",
       "licenses": [{"expression": "CC-BY-4.0 OR MIT", "acknowledgement": "concluded"}]},
      {"type": "library", "name": "numpy"}]})");
  ASSERT_EQ(c.records.size(), 2u);
  EXPECT_EQ(c.records[0].artifact.id, "acme/tuned");
  EXPECT_EQ(Short(c.records[0]), (Words{"license Apache-2.0", "finetuned_from org/base?",
                                        "trained_on datasets/local/my-data",
                                        "trained_on unresolved/acme/tuned/Web-crawl"}));
  EXPECT_EQ(c.records[0].claims[0].source.by, "Acme Inc");
  EXPECT_EQ(c.records[0].claims[0].source.said_text, "2025-05-06");
  EXPECT_EQ(c.records[1].artifact.id, "datasets/local/my-data");
  EXPECT_EQ(Short(c.records[1]), (Words{"license CC-BY-4.0 OR MIT"}));
  EXPECT_EQ(c.notes.size(), 2u) << "the unresolved data set and the library";
  EXPECT_TRUE(absl::StrContains(
      Refusal("b.json", R"({"bomFormat": "CycloneDX", "specVersion": "1.3"})").message(), "1.5"));
}

TEST(Spdx, ThreeAndTwo) {
  const Collector three = ImportFile("sbom.spdx3.json", R"({
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
    {"type": "CreationInfo", "@id": "_:c", "created": "2024-05-31T00:00:00Z", "createdBy": ["urn:p"]},
    {"type": "Person", "spdxId": "urn:p", "name": "Jo"},
    {"type": "ai_AIPackage", "spdxId": "urn:m", "name": "My model", "creationInfo": "_:c"},
    {"type": "ai_AIPackage", "spdxId": "urn:b", "name": "base", "creationInfo": "_:c",
     "software_downloadLocation": "https://huggingface.co/org/base"},
    {"type": "dataset_DatasetPackage", "spdxId": "urn:d", "name": "data", "creationInfo": "_:c"},
    {"type": "software_File", "spdxId": "urn:f", "name": "weights"},
    {"type": "Relationship", "relationshipType": "contains", "from": "urn:m", "to": ["urn:f"]},
    {"type": "Relationship", "relationshipType": "trainedOn", "from": "urn:f", "to": ["urn:d"]},
    {"type": "Relationship", "relationshipType": "descendantOf", "from": "urn:m", "to": ["urn:b"]},
    {"type": "Relationship", "relationshipType": "hasDeclaredLicense", "from": "urn:m",
     "to": ["https://spdx.org/licenses/MIT"]}]})");
  ASSERT_EQ(three.records.size(), 3u);
  EXPECT_EQ(three.records[0].artifact.id, "local/My-model");
  EXPECT_EQ(Short(three.records[0]),
            (Words{"license MIT", "trained_on datasets/local/data", "finetuned_from org/base?"}));
  EXPECT_EQ(three.records[0].claims[0].source.by, "Jo");
  const Collector two = ImportFile("sbom.json", R"({"spdxVersion": "SPDX-2.3",
    "documentNamespace": "urn:doc", "creationInfo": {"created": "2024-01-02T00:00:00Z"},
    "packages": [{"SPDXID": "SPDXRef-a", "name": "tuned", "licenseDeclared": "Apache-2.0",
      "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:huggingface/acme/tuned"}]},
      {"SPDXID": "SPDXRef-b", "name": "base", "licenseConcluded": "NOASSERTION"},
      {"SPDXID": "SPDXRef-c", "name": "numpy"}],
    "relationships": [{"spdxElementId": "SPDXRef-a", "relatedSpdxElement": "SPDXRef-b",
      "relationshipType": "DESCENDANT_OF"}]})");
  ASSERT_EQ(two.records.size(), 2u);
  EXPECT_EQ(Short(two.records[0]), (Words{"license Apache-2.0", "finetuned_from local/base?"}));
  EXPECT_FALSE(Refusal("x.json", R"({"spdxVersion": "SPDX-1.2"})").ok());
}

TEST(Croissant, DataSet) {
  const Collector c = ImportFile("croissant.json", R"({
    "@context": {"sc": "https://schema.org/"}, "@type": "sc:Dataset",
    "conformsTo": "http://mlcommons.org/croissant/1.0", "name": "my set",
    "url": "https://huggingface.co/datasets/acme/set", "datePublished": "2024-02-03",
    "license": "https://creativecommons.org/licenses/by/4.0/", "creator": {"name": "Acme"},
    "isBasedOn": "https://huggingface.co/datasets/org/raw"})");
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(c.records[0].artifact.id, "datasets/acme/set");
  EXPECT_EQ(Short(c.records[0]),
            (Words{"license CC-BY-4.0", "derived_from_dataset datasets/org/raw"}));
}

TEST(ModelOpenness, ComponentsWithLicencesOfTheirOwn) {
  const Collector c = ImportFile("Amber.yml",
                                 "framework: {name: 'Model Openness Framework'}\nrelease:\n"
                                 "  name: Amber\n  producer: LLM360\n  date: '2025-05-22'\n"
                                 "  origin: Llama\n"
                                 "  huggingface: 'https://huggingface.co/LLM360/Amber'\n"
                                 "  license: {distribution: {name: Apache-2.0}}\n  components:\n"
                                 "    - {name: 'Model parameters (Final)'}\n"
                                 "    - {name: 'Training code', license: MIT}\n"
                                 "    - {name: 'Inference code', license: Apache-2.0}\n"
                                 "    - {name: Datasets, license: unlicensed}\n");
  ASSERT_EQ(c.records.size(), 1u);
  EXPECT_EQ(c.records[0].artifact.id, "LLM360/Amber");
  EXPECT_EQ(Short(c.records[0]),
            (Words{"license Apache-2.0", "license Apache-2.0 AND MIT [code]", "releases ",
                   "remark the tool found no licence for Datasets: unlicensed",
                   "publishes final-parameters Apache-2.0", "publishes training-code MIT",
                   "publishes inference-code Apache-2.0", "publishes datasets NONE",
                   "finetuned_from unresolved/LLM360/Amber/Llama?"}));
}

TEST(ModelOpenness, PartsWithTheLicenceThatTheToolApplies) {
  const Collector c = ImportFile(
      "Own.yml",
      "framework: {name: 'Model Openness Framework'}\nrelease:\n"
      "  name: Own\n  producer: Acme\n  date: '2025-05-22'\n"
      "  license: {distribution: {name: Apache-2.0}, code: {name: MIT}, document: {name: ''}}\n"
      "  components:\n"
      "    - {name: 'Model parameters (Final)'}\n"
      "    - {name: 'Training code'}\n"
      "    - {name: 'Model card'}\n"
      "    - {name: 'Research paper', license: 'some words of our own'}\n"
      "    - {name: 'Data card', license: unlicensed}\n"
      "    - {name: 'Evaluation data', license: Undisclosed}\n"
      "    - {name: 'Evaluation code', license: 'Component not included'}\n");
  ASSERT_EQ(c.records.size(), 1u);
  Words parts;
  for (const std::string& word : Short(c.records[0])) {
    if (absl::StartsWith(word, "publishes ")) parts.push_back(word);
  }
  EXPECT_EQ(parts, (Words{"publishes final-parameters Apache-2.0", "publishes training-code MIT",
                          "publishes model-card Apache-2.0",
                          "publishes research-paper some words of our own (as found)",
                          "publishes data-card NONE"}));
  for (const Claim& claim : c.records[0].claims) {
    EXPECT_FALSE(claim.denies) << "what a record leaves out is not withheld";
  }
}

TEST(EdgeList, HeadersAndMappings) {
  const Collector named = ImportFile("edges.csv",
                                     "\xEF\xBB\xBFmodel,base_model,relation,licence,said\r\n"
                                     "a/x,b/y,quantized_from,\"MIT\",2024-05-06\r\n"
                                     "a/z,b/y,nonsense,,\r\n"
                                     "\"a/q\"\"\",b/y,,,\r\n"
                                     "a/w,b/y,,,\n");
  ASSERT_EQ(named.records.size(), 4u) << "three rows and the end of the file";
  EXPECT_EQ(Short(named.records[0]), (Words{"license MIT", "quantized_from b/y"}));
  EXPECT_EQ(Short(named.records[2]), (Words{"finetuned_from b/y?"}));
  ASSERT_EQ(named.notes.size(), 1u);
  EXPECT_EQ(named.notes[0].where.line, 3);
  ImportOptions options = Options();
  options.columns = {{"child", "2"}, {"license", "4"}};
  const Collector numbered = ImportFile("mapping.csv", "repo,org/m,url,mit\n", options);
  EXPECT_EQ(Short(numbered.records[0]), (Words{"license MIT"}));
  options.columns = {{"child", "Model"}, {"parent", "Made from"}};
  EXPECT_EQ(Short(ImportFile("x.tsv", "Model\tMade from\na/x\tb/y\n", options).records[0]),
            (Words{"finetuned_from b/y?"}));
  EXPECT_FALSE(Refusal("x.csv", "foo,bar\n1,2\n").ok());
}

TEST(Importer, FindsOutWhatAFileIs) {
  EXPECT_EQ(ImportFile("x.json", R"([{"id": "a/x", "tags": []}])").records.size(), 1u);
  EXPECT_EQ(ImportFile("x.yaml", "claims: []\n").records.size(), 1u) << "the end of the file";
  for (const auto& [name, text] :
       {std::pair("x.json", "{\"foo\": 1}"), std::pair("x.yaml", "foo: 1\n"),
        std::pair("x.json", ""), std::pair("x.bin", "\x01\x02")}) {
    const absl::Status status = Refusal(name, text);
    EXPECT_FALSE(status.ok()) << name;
    EXPECT_TRUE(absl::StrContains(status.message(), "--format")) << status;
  }
  EXPECT_TRUE(absl::IsNotFound(ImportPath("/no/such", "/no/such", Options(), Matcher(),
                                          std::make_unique<Collector>().get())));
  EXPECT_FALSE(ImportPath("/dev/null", "/dev/null", Options(), Matcher(),
                          std::make_unique<Collector>().get())
                   .ok());
}

TEST(Importer, UnpacksAndTellsOfDamage) {
  // gzip of {"id": "a/x", "tags": []}
  const std::string packed(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xab\x56\xca\x4c\x51\xb2\x52\x50\x4a\xd4"
      "\xaf\x50\xd2\x51\x50\x2a\x49\x4c\x2f\x06\x72\xa3\x63\x6b\x01\x51\x0d\xa7\x32\x19"
      "\x00\x00\x00",
      43);
  EXPECT_EQ(ImportFile("x.jsonl.gz", packed).records.size(), 1u);
  EXPECT_FALSE(Refusal("x.jsonl.gz", packed.substr(0, 30)).ok());
}

// Real documents, where they are at hand.
TEST(Importer, RealDocuments) {
  const char* folder = std::getenv("LINEAGE_SHARED_DATA");
  const std::string root = folder != nullptr ? folder : LINEAGE_TEST_DATA "/../../shared/data";
  if (!std::ifstream(root + "/hub/models-2022-sample.jsonl")) {
    GTEST_SKIP() << "no real data in " << root << " (set LINEAGE_SHARED_DATA)";
  }
  const auto import = [&](const std::string& path) {
    Collector collector;
    const absl::Status status =
        ImportPath(root + "/" + path, path, Options(), Matcher(), &collector);
    EXPECT_TRUE(status.ok()) << status;
    ExpectWellFormed(collector);
    return collector;
  };
  EXPECT_EQ(import("hub/models-2022-sample.jsonl").records.size(),
            747u);  // one id is 300 characters long
  const Collector family = import("hub/models-2025-family-tree.jsonl");
  EXPECT_EQ(family.records.size(), 42u);
  int edges = 0;
  for (const ImportRecord& record : family.records) {
    for (const std::string& word : Short(record))
      edges += absl::StrContains(word, "_from ") ? 1 : 0;
  }
  EXPECT_EQ(edges, 42);
  EXPECT_EQ(import("hub/card-fixtures").records.size(), 5u);
  EXPECT_EQ(import("model-openness-tool/models").records.size(), 273u);
  EXPECT_EQ(import("opening-up-chatgpt/projects").records.size(), 48u);
  EXPECT_EQ(import("bom/spdx-examples").records.size(), 6u);
  EXPECT_EQ(import("bom/cyclonedx").records.size(), 4u);
  ImportOptions options = Options();
  options.columns = {{"child", "2"}, {"license", "4"}};
  Collector table;
  EXPECT_TRUE(
      ImportPath(root + "/peatmoss/mapping.csv", "mapping.csv", options, Matcher(), &table).ok());
  EXPECT_GT(table.records.size(), 20'000u);
}

}  // namespace
}  // namespace lineage
