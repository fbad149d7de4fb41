// Measures importing at the Hub's scale.
//
//   import_bench make PREFIX OUT.jsonl   writes Hub records for a generated graph: PREFIX.nodes.csv
//   (id,kind,license)
//                                        and PREFIX.edges.csv (child,parent,type), kind 0 data set,
//                                        1 model
//   import_bench parse FILE.jsonl        reads and maps every record, keeps none
//   import_bench store FILE.jsonl DIR    the same into a new durable store in DIR
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/catalog/archive.h"
#include "engine/import_session.h"
#include "engine/store/sqlite_store.h"

namespace lineage {
namespace {

constexpr std::array<const char*, 30> kLicenses = {"apache-2.0",
                                                   "mit",
                                                   "openrail",
                                                   "creativeml-openrail-m",
                                                   "other",
                                                   "llama2",
                                                   "cc-by-nc-4.0",
                                                   "llama3",
                                                   "llama3.1",
                                                   "gemma",
                                                   "cc-by-4.0",
                                                   "cc-by-sa-4.0",
                                                   "afl-3.0",
                                                   "gpl-3.0",
                                                   "llama3.2",
                                                   "unknown",
                                                   "bsd-3-clause",
                                                   "artistic-2.0",
                                                   "bigscience-bloom-rail-1.0",
                                                   "agpl-3.0",
                                                   "cc",
                                                   "openrail++",
                                                   "bigcode-openrail-m",
                                                   "cc-by-nc-sa-4.0",
                                                   "wtfpl",
                                                   "cc0-1.0",
                                                   "unlicense",
                                                   "bigscience-openrail-m",
                                                   "gpl",
                                                   "cc-by-nc-nd-4.0"};
constexpr std::array<const char*, 6> kRelations = {"finetune",  "adapter",  "merge",
                                                   "quantized", "finetune", ""};

std::string NameOf(uint32_t id) {
  return absl::StrCat("org-", id * 2654435761U % 100'003, "/model-", id);
}

int Fail(const std::string& message) {
  std::cerr << "import_bench: " << message << "\n";
  return 1;
}

int Make(const std::string& prefix, const std::string& out_path) {
  std::ifstream nodes(prefix + ".nodes.csv");
  std::ifstream edges(prefix + ".edges.csv");
  if (!nodes || !edges) return Fail("no " + prefix + ".nodes.csv or .edges.csv");
  std::string line;
  std::vector<uint8_t> kinds;
  std::vector<uint8_t> licenses;
  std::getline(nodes, line);
  while (std::getline(nodes, line)) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ',');
    uint32_t kind = 0;
    uint32_t license = 0;
    if (fields.size() != 3 || !absl::SimpleAtoi(fields[1], &kind) ||
        !absl::SimpleAtoi(fields[2], &license)) {
      return Fail("a bad line in the nodes: " + line);
    }
    kinds.push_back(static_cast<uint8_t>(kind));
    licenses.push_back(static_cast<uint8_t>(license));
  }
  std::ofstream out(out_path, std::ios::binary);
  uint32_t next_child = 0;
  uint32_t next_parent = 0;
  uint32_t next_type = 0;
  const auto next_edge = [&] {
    if (!std::getline(edges, line)) return false;
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ',');
    return fields.size() == 3 && absl::SimpleAtoi(fields[0], &next_child) &&
           absl::SimpleAtoi(fields[1], &next_parent) && absl::SimpleAtoi(fields[2], &next_type);
  };
  std::getline(edges, line);
  bool more = next_edge();
  std::string record;
  for (uint32_t id = 0; id < kinds.size(); ++id) {
    if (kinds[id] == 0) continue;
    const char* license = kLicenses[licenses[id] % kLicenses.size()];
    std::string bases;
    std::string base_tags;
    std::string sets;
    std::string set_tags;
    while (more && next_child == id) {
      if (kinds[next_parent] == 0) {
        absl::StrAppend(&sets, sets.empty() ? "" : ", ", "\"data-", next_parent % 977, "/set-",
                        next_parent, "\"");
        absl::StrAppend(&set_tags, "\"dataset:data-", next_parent % 977, "/set-", next_parent,
                        "\", ");
      } else {
        const std::string name = NameOf(next_parent);
        absl::StrAppend(&bases, bases.empty() ? "" : ", ", "\"", name, "\"");
        absl::StrAppend(&base_tags, "\"base_model:", name,
                        "\", \"base_model:", kRelations[next_type % kRelations.size()], ":", name,
                        "\", ");
      }
      more = next_edge();
    }
    record.clear();
    const std::string name = NameOf(id);
    absl::StrAppend(
        &record, "{\"modelId\": \"", name, "\", \"id\": \"", name,
        "\", \"sha\": \"56d4cbbb4d29f4355bab4b9a39ccb717a14ad5ad\", \"lastModified\": "
        "\"2025-03-27 04:01:59+00:00\", \"createdAt\": \"2025-01-20 03:46:07+00:00\", "
        "\"private\": false, \"gated\": false, \"disabled\": false, \"downloads\": ",
        id % 10'007, ", \"likes\": ", id % 101,
        ", \"library_name\": \"transformers\", \"pipeline_tag\": \"text-generation\", \"tags\": "
        "[\"transformers\", \"safetensors\", \"text-generation\", \"conversational\", ",
        set_tags, base_tags, "\"license:", license,
        "\", \"autotrain_compatible\", \"endpoints_compatible\", \"region:us\"], \"cardData\": "
        "{\"license\": \"",
        license, "\", ");
    if (!bases.empty()) absl::StrAppend(&record, "\"base_model\": [", bases, "], ");
    if (!sets.empty()) absl::StrAppend(&record, "\"datasets\": [", sets, "], ");
    absl::StrAppend(&record, "\"library_name\": \"transformers\"}}\n");
    out << record;
  }
  out.flush();
  return out ? 0 : Fail("cannot write " + out_path);
}

class CountingSink : public ImportSink {
 public:
  absl::Status Accept(ImportRecord record) override {
    ++records;
    claims += record.claims.size();
    return absl::OkStatus();
  }
  void Note(ImportNote) override { ++notes; }
  uint64_t records = 0;
  uint64_t claims = 0;
  uint64_t notes = 0;
};

void Report(const char* what, uint64_t records, uint64_t claims, absl::Duration time) {
  const double seconds = absl::ToDoubleSeconds(time);
  std::printf("%s: %llu records, %llu claims, %.1f s, %.0f records/s\n", what,
              static_cast<unsigned long long>(records), static_cast<unsigned long long>(claims),
              seconds, static_cast<double>(records) / seconds);
}

int Parse(const std::string& path) {
  const LicenseTable table(std::make_shared<const Catalog>(*LoadBuiltinCatalog()));
  const LicenseMatcher matcher(table);
  ImportOptions options;
  options.today = Date::Today();
  CountingSink sink;
  const absl::Time start = absl::Now();
  const absl::Status status = ImportPath(path, path, options, matcher, &sink);
  if (!status.ok()) return Fail(std::string(status.message()));
  Report("parsed and mapped", sink.records, sink.claims, absl::Now() - start);
  return 0;
}

int StoreThem(const std::string& path, const std::string& directory) {
  SqliteStoreOptions options;
  options.directory = directory;
  options.writable = options.create = true;
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(options);
  if (!store.ok()) return Fail(std::string(store.status().message()));
  absl::StatusOr<std::unique_ptr<KnowledgeBase>> base = KnowledgeBase::Open(*std::move(store), {});
  if (!base.ok()) return Fail(std::string(base.status().message()));
  ImportRequest request;
  request.inputs = {{path, path}};
  request.options.today = Date::Today();
  request.author = "bench";
  ImportSummary summary;
  const absl::Time start = absl::Now();
  const absl::Status status = RunImport(base->get(), *(*base)->Current(), request, &summary);
  if (!status.ok()) return Fail(std::string(status.message()));
  Report("stored", summary.records, summary.claims, absl::Now() - start);
  return 0;
}

}  // namespace
}  // namespace lineage

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 3 && words[0] == "make") return lineage::Make(words[1], words[2]);
  if (words.size() == 2 && words[0] == "parse") return lineage::Parse(words[1]);
  if (words.size() == 3 && words[0] == "store") return lineage::StoreThem(words[1], words[2]);
  std::cerr << "usage: import_bench make PREFIX OUT | parse FILE | store FILE DIR\n";
  return 64;
}
