// Measures the engine at the Hub's scale, beside the bare arrays of the same graph.
//
//   hub_bench memory GRAPH.bin          everything that happens in memory
//   hub_bench verdicts GRAPH.bin        the verdicts of all alone
//   hub_bench store GRAPH.bin DIR       a durable store: start, memory, writes one by one, each
//                                       beside a bare SQLite commit
//
// GRAPH.bin is a generated graph: "LLG1", the numbers of models, data sets, licences and edges (32
// bits each), a mask a licence (64 bits), a licence a node (8 bits), children and parents (32 bits
// each), relations (8 bits: fine-tuned, adapter, merged, quantised, distilled, trained). Nodes are
// data sets, then models in the order of their making. The masks are only for the bare arrays; the
// licences are the catalogue's.
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/catalog/archive.h"
#include "engine/engine.h"
#include "engine/graph/snapshot_builder.h"
#include "engine/knowledge_base.h"
#include "engine/permission/evaluator.h"
#include "engine/store/sqlite_store.h"

namespace lineage {
namespace {

struct Graph {
  uint32_t models = 0;
  uint32_t sets = 0;
  std::vector<uint64_t> masks;
  std::vector<uint8_t> license;
  std::vector<uint32_t> child;
  std::vector<uint32_t> parent;
  std::vector<uint8_t> relation;

  [[nodiscard]] uint32_t nodes() const { return models + sets; }
};

[[noreturn]] void Fail(absl::string_view message) {
  std::cerr << "hub_bench: " << message << "\n";
  std::exit(1);
}

Graph Load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::array<uint32_t, 5> head{};
  in.read(reinterpret_cast<char*>(head.data()), sizeof(head));
  if (!in || head[0] != 0x31474c4cU) Fail(path + " is no generated graph");
  Graph graph;
  graph.models = head[1];
  graph.sets = head[2];
  const auto read = [&](auto* list, std::size_t size) {
    list->resize(size);
    in.read(reinterpret_cast<char*>(list->data()),
            static_cast<std::streamsize>(size * sizeof((*list)[0])));
  };
  read(&graph.masks, head[3]);
  read(&graph.license, graph.nodes());
  read(&graph.child, head[4]);
  read(&graph.parent, head[4]);
  read(&graph.relation, head[4]);
  if (!in) Fail(path + " is cut short");
  return graph;
}

uint32_t RandomModel(const Graph& graph, std::mt19937* random) {
  return graph.sets + static_cast<uint32_t>((*random)() % graph.models);
}

// A seventh of the derived models come from the organisation of their first parent.
std::vector<uint32_t> Organizations(const Graph& graph) {
  std::vector<uint32_t> of(graph.nodes());
  std::vector<uint32_t> first(graph.nodes(), ~uint32_t{0});
  for (std::size_t e = 0; e < graph.child.size(); ++e) {
    if (first[graph.child[e]] == ~uint32_t{0}) first[graph.child[e]] = graph.parent[e];
  }
  for (uint32_t v = 0; v < graph.nodes(); ++v) {
    of[v] = v * 2654435761U % 100'003;
    if (first[v] != ~uint32_t{0} && first[v] >= graph.sets && v % 7 == 0) of[v] = of[first[v]];
  }
  return of;
}

constexpr std::array<Relation, 6> kRelations = {Relation::kFinetunedFrom, Relation::kAdapterOf,
                                                Relation::kMergedFrom,    Relation::kQuantizedFrom,
                                                Relation::kDistilledFrom, Relation::kTrainedOn};

class Claims {
 public:
  Claims(const Graph& graph, const Catalog& catalog)
      : graph_(graph), organizations_(Organizations(graph)) {
    for (const License& license : catalog.licenses) {
      if (license.basis != Basis::kNone && names_.size() < graph.masks.size()) {
        names_.push_back(license.id);
      }
    }
  }
  [[nodiscard]] std::string NameOf(uint32_t v) const {
    return v < graph_.sets ? absl::StrCat("datasets/data-", v % 977, "/set-", v)
                           : absl::StrCat("org-", organizations_[v], "/model-", v);
  }
  [[nodiscard]] Artifact Describe(uint32_t v) const {
    Artifact artifact;
    artifact.id = NameOf(v);
    artifact.kind = v < graph_.sets ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint;
    artifact.location = {"hub.jsonl", static_cast<int>(v), 1};
    return artifact;
  }
  [[nodiscard]] Claim LicenseOf(uint32_t v) const {
    Claim claim = Stated(v);
    claim.statement = StatementKind::kLicense;
    claim.text = names_[graph_.license[v] % names_.size()];
    return claim;
  }
  [[nodiscard]] Claim EdgeOf(uint32_t child, uint32_t parent, Relation relation) const {
    Claim claim = Stated(child);
    claim.statement = StatementKind::kEdge;
    claim.relation = relation;
    claim.parent = NameOf(parent);
    return claim;
  }

 private:
  [[nodiscard]] Claim Stated(uint32_t v) const {
    Claim claim;
    claim.subject = NameOf(v);
    claim.source = {SourceKind::kHubTag, absl::StrCat("org-", organizations_[v]),
                    Date::FromDays(20'000), "2024-10-04",
                    absl::StrCat("hub record of ", claim.subject)};
    claim.where = "cardData";
    claim.location = {"hub.jsonl", static_cast<int>(v), 1};
    return claim;
  }

  const Graph& graph_;
  const std::vector<uint32_t> organizations_;
  std::vector<std::string> names_;
};

double Now() {  // microseconds
  static const auto kBegin = std::chrono::steady_clock::now();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - kBegin)
      .count();
}

// Sorted micro-seconds; what they tell.
struct Times {
  std::vector<double> all;
  void Sort() { std::sort(all.begin(), all.end()); }
  [[nodiscard]] double At(double share) const {
    return all[std::min(all.size() - 1,
                        static_cast<std::size_t>(static_cast<double>(all.size()) * share))];
  }
};

Times Repeat(int times, const std::function<void()>& work) {
  Times result;
  for (int i = 0; i < times; ++i) {
    const double start = Now();
    work();
    result.all.push_back(Now() - start);
  }
  result.Sort();
  return result;
}

void Tell(const std::string& what, const Times& t) {
  absl::PrintF("%-58s p50 %12.2f  p99 %12.2f  max %12.2f us\n", what, t.At(0.5), t.At(0.99),
               t.all.back());
}
void TellRuns(const std::string& what, const Times& t) {
  absl::PrintF("%-58s median %9.3f  min %9.3f  max %9.3f ms\n", what, t.At(0.5) / 1e3,
               t.all[0] / 1e3, t.all.back() / 1e3);
}

double ResidentMiB() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1U << 20U);
}

// The limit: the same graph as bare arrays.
struct Arrays {
  std::vector<uint32_t> up_begin, up, down_begin, down;

  explicit Arrays(const Graph& graph) {
    const auto index = [&](const auto& from, const auto& to, auto* begin, auto* list) {
      begin->assign(graph.nodes() + 1, 0);
      list->resize(from.size());
      for (const uint32_t v : from) ++(*begin)[v + 1];
      for (std::size_t v = 0; v < graph.nodes(); ++v) (*begin)[v + 1] += (*begin)[v];
      std::vector<uint32_t> next(begin->begin(), begin->end() - 1);
      for (std::size_t e = 0; e < from.size(); ++e) (*list)[next[from[e]]++] = to[e];
    };
    index(graph.child, graph.parent, &up_begin, &up);
    index(graph.parent, graph.child, &down_begin, &down);
  }
};

int InMemory(const Graph& graph, bool verdicts_only) {
  const Catalog builtin = *LoadBuiltinCatalog();
  const Claims claims(graph, builtin);
  Catalog base = builtin;
  base.artifacts.clear();
  base.claims.clear();
  const auto licenses = std::make_shared<const LicenseTable>(std::make_shared<const Catalog>(base));
  const double before = ResidentMiB();
  double start = Now();
  Records records;
  std::size_t next_edge = 0;
  for (uint32_t v = 0; v < graph.nodes(); ++v) {
    if (!records.Describe(claims.Describe(v)).ok() || !records.Add(claims.LicenseOf(v)).ok()) {
      Fail("the graph is full");
    }
    for (; next_edge < graph.child.size() && graph.child[next_edge] == v; ++next_edge) {
      static_cast<void>(records.Add(
          claims.EdgeOf(v, graph.parent[next_edge], kRelations[graph.relation[next_edge] % 6])));
    }
  }
  const double size = static_cast<double>(graph.nodes()) + static_cast<double>(graph.child.size());
  absl::PrintF("%u models, %u data sets, %u edges, %u claims\n", graph.models, graph.sets,
               graph.child.size(), records.claim_count());
  absl::PrintF("%-58s %.2f s, %.0f bytes a node and edge\n", "records", (Now() - start) / 1e6,
               (ResidentMiB() - before) * (1U << 20U) / size);

  const SnapshotKey key{Date::FromDays(20'500), ~Revision{0}, ClaimsPolicy::kRanked};
  SnapshotBuilder builder(licenses, key);
  const double held = ResidentMiB();
  start = Now();
  builder.Rebuild(records);
  std::shared_ptr<const Snapshot> snapshot = builder.Current();
  absl::PrintF("%-58s %.2f s, %.0f bytes a node and edge\n", "graph built", (Now() - start) / 1e6,
               (ResidentMiB() - held) * (1U << 20U) / size);

  // One mask of each node, ORed from parents to children: what all verdicts are compared with.
  const Arrays arrays(graph);
  std::vector<uint64_t> effective(graph.nodes());
  const Times mask = Repeat(15, [&] {
    for (uint32_t v = 0; v < graph.nodes(); ++v) {
      uint64_t bits = graph.masks[graph.license[v]];
      for (uint32_t e = arrays.up_begin[v]; e < arrays.up_begin[v + 1]; ++e) {
        bits |= effective[arrays.up[e]];
      }
      effective[v] = bits;
    }
  });
  TellRuns("one mask over bare arrays", mask);
  std::shared_ptr<const VerdictTable> table;
  const Times verdicts = Repeat(verdicts_only ? 25 : 7, [&] { table = VerdictTable::Build(snapshot, Query()); });
  TellRuns("all verdicts, duties and classes in all stances", verdicts);
  absl::PrintF("%-58s %.1f\n", "  times the mask", verdicts.At(0.5) / mask.At(0.5));
  absl::PrintF("%-58s %.2f %%\n", "  left to the evaluator",
               100.0 * static_cast<double>(table->evaluated()) / graph.nodes());

  if (verdicts_only) return 0;

  // Licences that grant more than what they come from: all that do, from what was computed.
  std::vector<uint32_t> weaker;
  const Times bare_audit = Repeat(9, [&] {
    weaker.clear();
    for (uint32_t v = graph.sets; v < graph.nodes(); ++v) {
      if ((effective[v] & ~graph.masks[graph.license[v]]) != 0) weaker.push_back(v);
    }
  });
  TellRuns(absl::StrCat("laundering audit over bare arrays: ", weaker.size()), bare_audit);
  std::vector<VertexId> overgranting;
  const Times audit = Repeat(9, [&] {
    overgranting.clear();
    for (uint32_t v = graph.sets; v < graph.nodes(); ++v) {
      if (table->Get(VertexId(v), Stance::kStandard).claims_more()) overgranting.emplace_back(v);
    }
  });
  TellRuns(absl::StrCat("laundering audit, verdicts given: ", overgranting.size()), audit);
  absl::PrintF("%-58s %.2f\n", "  times the bare arrays", audit.At(0.5) / bare_audit.At(0.5));

  std::mt19937 random(99);
  std::vector<uint32_t> some(20'000);
  for (uint32_t& v : some) v = RandomModel(graph, &random);
  const auto ask = [&](const auto& one) {
    Times times;
    for (const uint32_t v : some) {
      const double from = Now();
      one(v);
      times.all.push_back(Now() - from);
    }
    times.Sort();
    return times;
  };
  const auto engine = Engine::FromRecords(records, licenses, 1, table);
  Question question;
  question.key = key;
  std::vector<std::string> names;
  for (const uint32_t v : some) names.push_back(claims.NameOf(v));
  volatile unsigned sink = 0;
  Tell("effective permissions in all stances, by number", ask([&](uint32_t v) {
         for (const Stance stance : EnumValues<Stance>()) {
           for (const Right right : EnumValues<Right>()) {
             sink = sink + static_cast<unsigned>(table->Get(VertexId(v), stance).VerdictOf(right));
           }
         }
       }));
  std::size_t at = 0;
  Tell("effective permissions in all stances, by name", ask([&](uint32_t) {
         sink = sink + engine->Permissions(names[at++ % names.size()], question).ok();
       }));
  Evaluator evaluator(*snapshot, Query());
  Tell("evaluated, one stance", ask([&](uint32_t v) {
         sink = sink + static_cast<unsigned>(evaluator.Evaluate(VertexId(v)).joint);
       }));
  at = 0;
  some.resize(5'000);
  Tell("full proof with findings, by name",
       ask([&](uint32_t) { sink = sink + engine->Explain(names[at++], question).ok(); }));

  // The ten with the most children.
  std::vector<uint32_t> top(graph.models);
  for (uint32_t i = 0; i < graph.models; ++i) top[i] = graph.sets + i;
  const auto children = [&](uint32_t v) { return arrays.down_begin[v + 1] - arrays.down_begin[v]; };
  std::partial_sort(top.begin(), top.begin() + 10, top.end(),
                    [&](uint32_t a, uint32_t b) { return children(a) > children(b); });
  top.resize(10);
  std::vector<uint32_t> seen(graph.nodes(), 0);
  uint32_t epoch = 0;
  Times bare;
  Times walked;
  for (const uint32_t base_model : top) {
    std::vector<uint32_t> queue;
    bare.all.push_back(Repeat(9, [&] {
                         ++epoch;
                         queue.assign(1, base_model);
                         seen[base_model] = epoch;
                         for (std::size_t i = 0; i < queue.size(); ++i) {
                           for (uint32_t e = arrays.down_begin[queue[i]];
                                e < arrays.down_begin[queue[i] + 1]; ++e) {
                             if (seen[arrays.down[e]] == epoch) continue;
                             seen[arrays.down[e]] = epoch;
                             queue.push_back(arrays.down[e]);
                           }
                         }
                       }).At(0.5));
    std::size_t found = 0;
    TraversalOptions options;
    options.direction = Direction::kDownstream;
    options.max_vertices = graph.nodes();
    walked.all.push_back(Repeat(9, [&] {
                           found = Traverse(*snapshot, VertexId(base_model), options).visits.size();
                         }).At(0.5));
    if (found + 1 != queue.size()) Fail("the walks differ");
  }
  bare.Sort();
  walked.Sort();
  TellRuns("descendants of the ten top models, bare arrays", bare);
  TellRuns("descendants of the ten top models", walked);
  absl::PrintF("%-58s %.2f\n", "  times the bare arrays", walked.At(0.5) / bare.At(0.5));

  // Writes in memory: one claim, and every answer right again.
  const auto write = [&](const Claim& claim) {
    const absl::StatusOr<ClaimIndex> added = records.Add(claim);
    if (!added.ok()) Fail(added.status().message());
    const auto changed = builder.Update(records, {records.Row(*added).subject});
    snapshot = builder.Current();
    table = changed ? table->Updated(snapshot, *changed) : VerdictTable::Build(snapshot, Query());
  };
  Times edges;
  for (int i = 0; i < 3'000; ++i) {
    const uint32_t a = RandomModel(graph, &random);
    const uint32_t b = RandomModel(graph, &random);
    if (a == b) continue;
    const Claim claim = claims.EdgeOf(std::max(a, b), std::min(a, b), Relation::kFinetunedFrom);
    const double from = Now();
    write(claim);
    edges.all.push_back(Now() - from);
  }
  edges.Sort();
  Tell("an edge added, verdicts right again", edges);
  Times relicensed;
  for (const uint32_t base_model : top) {
    Claim claim = claims.LicenseOf(base_model);
    claim.source.kind = SourceKind::kLicenseFile;
    claim.text = claim.text == "MIT" ? "Apache-2.0" : "MIT";
    const double from = Now();
    write(claim);
    relicensed.all.push_back(Now() - from);
  }
  relicensed.Sort();
  TellRuns("a top model relicensed, its descendants right again", relicensed);
  absl::PrintF("%-58s %.0f MiB\n", "resident, with the bare arrays", ResidentMiB());
  return 0;
}

// A bare durable commit in the same folder, with the store's settings.
class BareCommits {
 public:
  explicit BareCommits(const std::string& directory) {
    if (sqlite3_open((directory + "/bare.sqlite").c_str(), &db_) != SQLITE_OK) {
      Fail("no bare database");
    }
    sqlite3_exec(db_,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE claim(claim "
                 "INTEGER PRIMARY KEY, revision INTEGER, subject TEXT, statement INTEGER, text "
                 "TEXT)",
                 nullptr, nullptr, nullptr);
    sqlite3_prepare_v2(db_,
                       "INSERT INTO claim(revision, subject, statement, text) VALUES(?,?,?,?)", -1,
                       &insert_, nullptr);
  }
  ~BareCommits() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }
  BareCommits(const BareCommits&) = delete;
  BareCommits& operator=(const BareCommits&) = delete;

  void Commit(int revision) {
    sqlite3_bind_int(insert_, 1, revision);
    sqlite3_bind_text(insert_, 2, "org-1/model-1", -1, SQLITE_STATIC);
    sqlite3_bind_int(insert_, 3, 1);
    sqlite3_bind_text(insert_, 4, "Apache-2.0", -1, SQLITE_STATIC);
    if (sqlite3_step(insert_) != SQLITE_DONE) Fail("a bare commit failed");
    sqlite3_reset(insert_);
  }

 private:
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

std::unique_ptr<KnowledgeBase> OpenBase(const std::string& directory) {
  SqliteStoreOptions options;
  options.directory = directory;
  options.writable = options.create = true;
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(options);
  if (!store.ok()) Fail(store.status().message());
  absl::StatusOr<std::unique_ptr<KnowledgeBase>> base = KnowledgeBase::Open(*std::move(store), {});
  if (!base.ok()) Fail(base.status().message());
  return *std::move(base);
}

int Durable(const Graph& graph, const std::string& directory) {
  const Claims claims(graph, *LoadBuiltinCatalog());
  std::unique_ptr<KnowledgeBase> base = OpenBase(directory);
  if (base->Current()->records().artifact_count() < graph.nodes()) {
    const double start = Now();
    Batch batch;
    std::size_t next_edge = 0;
    for (uint32_t v = 0; v < graph.nodes(); ++v) {
      batch.artifacts.push_back(claims.Describe(v));
      batch.claims.push_back(claims.LicenseOf(v));
      for (; next_edge < graph.child.size() && graph.child[next_edge] == v; ++next_edge) {
        batch.claims.push_back(
            claims.EdgeOf(v, graph.parent[next_edge], kRelations[graph.relation[next_edge] % 6]));
      }
      if (batch.artifacts.size() < 10'000 && v + 1 < graph.nodes()) continue;
      batch.origin = Origin::kDocument;
      batch.author = "bench";
      if (!base->AppendUnpublished(batch).ok()) Fail("a batch failed");
      batch = Batch();
    }
    absl::PrintF("%-58s %.1f s\n", "written", (Now() - start) / 1e6);
    const double from = Now();
    if (!base->Refresh().ok()) Fail("cannot refresh");
    absl::PrintF("%-58s %.1f s\n", "taken over", (Now() - from) / 1e6);
  }
  base = nullptr;
  const double start = Now();
  base = OpenBase(directory);
  absl::PrintF("%-58s %.2f s, %.0f MiB resident\n", "opened", (Now() - start) / 1e6, ResidentMiB());
  std::mt19937 random(7);
  BareCommits bare_commits(directory);
  Times writes;
  Times bare;
  for (int i = 0; i < 3000; ++i) {
    const uint32_t a = RandomModel(graph, &random);
    const uint32_t b = RandomModel(graph, &random);
    if (a == b) continue;
    Batch batch;
    batch.author = "bench";
    batch.claims = {claims.EdgeOf(std::max(a, b), std::min(a, b), Relation::kFinetunedFrom)};
    std::vector<BatchProblem> problems;
    const double from = Now();
    if (!base->Apply(batch, &problems).ok()) Fail("a write failed");
    writes.all.push_back(Now() - from);
    const double bare_from = Now();
    bare_commits.Commit(i);
    bare.all.push_back(Now() - bare_from);
  }
  writes.Sort();
  bare.Sort();
  Tell("bare SQLite commit", bare);
  Tell("an edge written, durable and visible", writes);
  absl::PrintF("%-58s %.2f\n", "  times the bare commit", writes.At(0.5) / bare.At(0.5));
  absl::PrintF("%-58s %.0f MiB\n", "resident", ResidentMiB());
  return 0;
}

}  // namespace
}  // namespace lineage

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && (words[0] == "memory" || words[0] == "verdicts")) {
    return lineage::InMemory(lineage::Load(words[1]), words[0] == "verdicts");
  }
  if (words.size() == 3 && words[0] == "store") {
    return lineage::Durable(lineage::Load(words[1]), words[2]);
  }
  std::cerr << "usage: hub_bench memory GRAPH.bin | verdicts GRAPH.bin | store GRAPH.bin DIR\n";
  return 64;
}
