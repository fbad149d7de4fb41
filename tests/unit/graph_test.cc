#include <gtest/gtest.h>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/pending/queue.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/catalog/archive.h"
#include "engine/graph/boost_graph.h"
#include "engine/graph/name_index.h"
#include "engine/graph/traversal.h"
#include "tests/support.h"

namespace lineage {
namespace {

using testing::LicenseYaml;
using testing::SourceYaml;

std::shared_ptr<const Snapshot> SnapshotOf(const std::string& yaml,
                                           const std::string& day = "2024-06-01",
                                           ClaimsPolicy policy = ClaimsPolicy::kRanked) {
  SnapshotKey key;
  key.as_of = *Date::Parse(day);
  key.claims_policy = policy;
  return Snapshot::Build(std::make_shared<Catalog>(testing::LoadOrFail(yaml)), key);
}

std::string Concluded(const Snapshot& snapshot, const std::string& id) {
  const VertexId vertex = snapshot.FindVertex(id, std::nullopt);
  const Conclusion& conclusion = snapshot.Get(vertex).conclusion;
  return conclusion.kind == Conclusion::Kind::kDeclared ? snapshot.ExpressionOf(vertex).text : "-";
}

std::string OneArtifact(const std::string& claims) {
  return "licenses:\n" + LicenseYaml("MIT") + LicenseYaml("ISC") +
         "artifacts:\n  - id: o/a\n    kind: checkpoint\n    claims:\n" + claims;
}

std::string LicenseClaim(const std::string& license, const std::string& kind,
                         const std::string& said, const std::string& more = "") {
  return "      - {license: " + license + ", " + more + SourceYaml(kind, said) + "}\n";
}

TEST(Conclusion, TakesTheBestRank) {
  const auto snapshot = SnapshotOf(OneArtifact(LicenseClaim("MIT", "press", "2024-05-01") +
                                               LicenseClaim("ISC", "hub-tag", "2023-01-01")));
  EXPECT_EQ(Concluded(*snapshot, "o/a"), "ISC");
}

TEST(Conclusion, RanksAllKindsOfSourcesInOrder) {
  const std::vector<std::string> kinds = {"legal-review", "license-file", "model-card", "hub-tag",
                                          "announcement", "curated",      "press"};
  for (std::size_t i = 0; i + 1 < kinds.size(); ++i) {
    const auto snapshot = SnapshotOf(OneArtifact(LicenseClaim("MIT", kinds[i + 1], "2024-05-01") +
                                                 LicenseClaim("ISC", kinds[i], "2020-01-01")));
    EXPECT_EQ(Concluded(*snapshot, "o/a"), "ISC") << kinds[i] << " against " << kinds[i + 1];
  }
}

TEST(Conclusion, TakesTheLatestOnOneRank) {
  const auto snapshot = SnapshotOf(OneArtifact(LicenseClaim("MIT", "hub-tag", "2023-01-01") +
                                               LicenseClaim("ISC", "hub-tag", "2024-01-01")));
  EXPECT_EQ(Concluded(*snapshot, "o/a"), "ISC");
  EXPECT_EQ(Concluded(*SnapshotOf(OneArtifact(LicenseClaim("MIT", "hub-tag", "2023-01-01") +
                                              LicenseClaim("ISC", "hub-tag", "2024-01-01")),
                                  "2023-06-01"),
                      "o/a"),
            "MIT");
}

TEST(Conclusion, TakesBothOnATieAndSaysSo) {
  const auto snapshot = SnapshotOf(OneArtifact(LicenseClaim("MIT", "hub-tag", "2024-01-01") +
                                               LicenseClaim("ISC", "hub-tag", "2024-01-01")));
  EXPECT_EQ(Concluded(*snapshot, "o/a"), "ISC AND MIT");
  EXPECT_TRUE(snapshot->Get(snapshot->FindVertex("o/a", std::nullopt)).conclusion.tied);
}

TEST(Conclusion, StrictestPolicyTakesAllClaims) {
  const std::string yaml = OneArtifact(LicenseClaim("MIT", "press", "2024-01-01") +
                                       LicenseClaim("ISC", "hub-tag", "2023-01-01"));
  EXPECT_EQ(Concluded(*SnapshotOf(yaml, "2024-06-01", ClaimsPolicy::kStrictest), "o/a"),
            "ISC AND MIT");
}

TEST(Conclusion, HoldsFromTheFirstDayUntilTheLastExclusive) {
  const std::string yaml =
      OneArtifact(LicenseClaim("MIT", "license-file", "2023-05-26", "until: 2023-05-31, ") +
                  LicenseClaim("ISC", "model-card", "2023-05-31"));
  EXPECT_EQ(Concluded(*SnapshotOf(yaml, "2023-05-25"), "o/a"), "-");
  EXPECT_EQ(Concluded(*SnapshotOf(yaml, "2023-05-28"), "o/a"), "MIT");
  EXPECT_EQ(Concluded(*SnapshotOf(yaml, "2023-05-31"), "o/a"), "ISC");
}

std::string Chain(int length) {
  std::string yaml = "artifacts:\n";
  for (int i = 0; i < length; ++i) yaml += absl::StrCat("  - {id: o/v", i, ", kind: checkpoint}\n");
  yaml += "claims:\n";
  for (int i = 0; i + 1 < length; ++i) {
    yaml += absl::StrCat("  - {subject: o/v", i, ", finetuned_from: o/v", i + 1, ", ", SourceYaml(),
                         "}\n");
  }
  return yaml;
}

TEST(Traversal, IsBoundedByDepthAndCount) {
  const auto snapshot = SnapshotOf(Chain(10));
  const VertexId start = snapshot->FindVertex("o/v0", std::nullopt);
  TraversalOptions options;
  EXPECT_EQ(Traverse(*snapshot, start, options).visits.size(), 9u);
  options.max_depth = 3;
  EXPECT_EQ(Traverse(*snapshot, start, options).visits.size(), 3u);
  EXPECT_TRUE(Traverse(*snapshot, start, options).complete);
  options.max_depth = 100;
  options.max_vertices = 4;
  const Traversal cut = Traverse(*snapshot, start, options);
  EXPECT_EQ(cut.visits.size(), 4u);
  EXPECT_FALSE(cut.complete);
}

TEST(Traversal, GoesBothWaysAndFindsPaths) {
  const auto snapshot = SnapshotOf(Chain(5));
  TraversalOptions options;
  options.direction = Direction::kDownstream;
  EXPECT_EQ(Traverse(*snapshot, snapshot->FindVertex("o/v4", std::nullopt), options).visits.size(),
            4u);
  EXPECT_EQ(ShortestPath(*snapshot, snapshot->FindVertex("o/v1", std::nullopt),
                         snapshot->FindVertex("o/v4", std::nullopt), RelationSet::All())
                .size(),
            3u);
  EXPECT_TRUE(ShortestPath(*snapshot, snapshot->FindVertex("o/v4", std::nullopt),
                           snapshot->FindVertex("o/v1", std::nullopt), RelationSet::All())
                  .empty());
}

// The library's algorithms over the same graph: every artifact of the catalogue, both ways.
TEST(Traversal, VisitsWhatBoostsBreadthFirstSearchVisits) {
  const auto catalog = std::make_shared<Catalog>(*LoadBuiltinCatalog());
  SnapshotKey key;
  key.as_of = *Date::Parse("2026-11-01");
  const auto snapshot = Snapshot::Build(catalog, key);
  const BoostGraph graph{snapshot.get()};
  ASSERT_GT(num_vertices(graph), 1000u);
  const auto depths = [&](const auto& walked, uint32_t start) {
    std::vector<int> depth(num_vertices(graph), -1);
    depth[start] = 0;
    std::vector<boost::default_color_type> colors(num_vertices(graph), boost::white_color);
    boost::queue<uint32_t> queue;
    boost::breadth_first_visit(
        walked, start, queue,
        boost::make_bfs_visitor(boost::record_distances(depth.data(), boost::on_tree_edge())),
        boost::make_iterator_property_map(colors.begin(), boost::identity_property_map()));
    return depth;
  };
  std::size_t visited = 0;
  for (uint32_t start = 0; start < num_vertices(graph); start += 11) {
    for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
      TraversalOptions options;
      options.direction = direction;
      const Traversal walk = Traverse(*snapshot, snapshot->VertexAt(start), options);
      std::vector<int> got(num_vertices(graph), -1);
      got[start] = 0;
      for (const Visit& visit : walk.visits) got[snapshot->Dense(visit.vertex)] = visit.depth;
      const std::vector<int> want = direction == Direction::kUpstream
                                        ? depths(graph, start)
                                        : depths(boost::make_reverse_graph(graph), start);
      EXPECT_EQ(got, want) << snapshot->IdOf(snapshot->VertexAt(start));
      visited += walk.visits.size();
    }
  }
  EXPECT_GT(visited, 1000u) << "the walks are worth comparing";
}

TEST(Edges, ADenialOfBetterRankRemovesTheEdge) {
  const std::string yaml =
      "artifacts:\n  - {id: o/a, kind: checkpoint}\n  - {id: o/b, kind: checkpoint}\nclaims:\n"
      "  - {subject: o/a, finetuned_from: o/b, " +
      SourceYaml("press") + "}\n";
  EXPECT_EQ(SnapshotOf(yaml)->edge_count(), 1u);
  EXPECT_EQ(SnapshotOf(yaml + "  - {subject: o/a, finetuned_from: o/b, denies: true, " +
                       SourceYaml("model-card") + "}\n")
                ->edge_count(),
            0u);
  EXPECT_EQ(SnapshotOf(yaml + "  - {subject: o/a, finetuned_from: o/b, denies: true, " +
                       SourceYaml("press") + "}\n")
                ->edge_count(),
            1u)
      << "on a tie the edge stays";
}

TEST(Licensor, IsInferredFromTheOrganisationOrItsParty) {
  const std::string yaml =
      "parties: [{name: Meta, organizations: [meta-llama, facebook]}]\nartifacts:\n"
      "  - {id: meta-llama/x, kind: checkpoint}\n  - {id: datasets/facebook/y, kind: dataset}\n  - "
      "{id: datasets/c4, kind: dataset}\n";
  const auto snapshot = SnapshotOf(yaml);
  const auto licensor = [&](const char* id) {
    return snapshot->Get(snapshot->FindVertex(id, std::nullopt)).licensor;
  };
  EXPECT_EQ(licensor("meta-llama/x").id, licensor("datasets/facebook/y").id);
  EXPECT_FALSE(licensor("meta-llama/x").claimed);
  EXPECT_FALSE(licensor("datasets/c4").id.valid());
}

TEST(Cycles, AreFoundOverConveyingEdgesOnly) {
  const std::string yaml =
      "artifacts:\n  - {id: o/a, kind: checkpoint}\n  - {id: o/b, kind: checkpoint}\n  - {id: o/c, "
      "kind: checkpoint}\nclaims:\n"
      "  - {subject: o/a, finetuned_from: o/b, " +
      SourceYaml() +
      "}\n"
      "  - {subject: o/b, finetuned_from: o/a, " +
      SourceYaml() +
      "}\n"
      "  - {subject: o/b, finetuned_from: o/c, " +
      SourceYaml() +
      "}\n"
      "  - {subject: o/c, same_architecture_as: o/b, " +
      SourceYaml() + "}\n";
  const auto snapshot = SnapshotOf(yaml);
  const auto cycle = [&](const char* id) {
    return snapshot->Get(snapshot->FindVertex(id, std::nullopt)).cycle;
  };
  EXPECT_NE(cycle("o/a"), 0u);
  EXPECT_EQ(cycle("o/a"), cycle("o/b"));
  EXPECT_EQ(cycle("o/c"), 0u);
}

TEST(Names, ResolveInTheDocumentedOrder) {
  const Records records(testing::LoadOrFail(
      "artifacts:\n  - {id: org/model-7b, kind: checkpoint, aliases: [old/model]}\n  - {id: "
      "other/Model-7B, kind: checkpoint}\n"
      "  - {id: org/solo, kind: checkpoint}\n  - {id: code/org/tool, kind: code}\n"));
  EXPECT_EQ(*ResolveName(records, "org/model-7b"), "org/model-7b");
  EXPECT_EQ(*ResolveName(records, "pkg:huggingface/org/model-7b@abc123"), "org/model-7b");
  EXPECT_EQ(*ResolveName(records, "pkg:github/org/tool"), "code/org/tool");
  EXPECT_EQ(*ResolveName(records, "old/model"), "org/model-7b");
  EXPECT_EQ(*ResolveName(records, "solo"), "org/solo");
  EXPECT_EQ(*ResolveName(records, "SOLO"), "org/solo");
  EXPECT_EQ(*ResolveName(records, "model-7b"), "org/model-7b")
      << "as written before without regard to case";
  EXPECT_EQ(*ResolveName(records, "org/solo@main"), "org/solo");
  const absl::StatusOr<std::string> ambiguous = ResolveName(records, "MODEL-7B");
  EXPECT_TRUE(absl::IsFailedPrecondition(ambiguous.status()));
  EXPECT_TRUE(absl::StrContains(ambiguous.status().message(), "other/Model-7B"));
  const absl::StatusOr<std::string> unknown = ResolveName(records, "org/sol0");
  EXPECT_TRUE(absl::IsNotFound(unknown.status()));
  EXPECT_TRUE(absl::StrContains(unknown.status().message(), "org/solo"));
}

TEST(Names, AreTakenAsPeopleWriteThem) {
  const Records records(testing::LoadOrFail(
      "artifacts:\n  - {id: meta/Llama-2-7b, kind: checkpoint}\n  - {id: meta/Llama-2-7b-hf, kind: "
      "checkpoint}\n  - {id: some/Chinese-Llama-2-13b, kind: checkpoint}\n"
      "  - {id: meta/Llama-2-13b, kind: checkpoint}\n  - {id: Qwen/QwQ, kind: checkpoint}\n"
      "  - {id: datasets/org/data, kind: dataset}\n"));
  EXPECT_EQ(*ResolveName(records, "Llama 2 7B"), "meta/Llama-2-7b");
  EXPECT_EQ(*ResolveName(records, "llama2_7b_hf"), "meta/Llama-2-7b-hf");
  for (const char* address :
       {"https://huggingface.co/meta/Llama-2-7b", "HTTPS://HuggingFace.co/meta/llama-2-7b/",
        "hf.co/meta/Llama-2-7b/tree/main", "https://huggingface.co/meta/Llama-2-7b/blob/main/x?y#z",
        "pkg:HuggingFace/meta%2FLlama-2-7b@abc"}) {
    EXPECT_EQ(*ResolveName(records, address), "meta/Llama-2-7b") << address;
  }
  EXPECT_EQ(*ResolveName(records, "https://huggingface.co/datasets/org/data"), "datasets/org/data");
  const auto suggested = [&](const char* name, const Weight& weight) {
    const absl::StatusOr<std::string> unknown = ResolveName(records, name, weight);
    EXPECT_TRUE(absl::IsNotFound(unknown.status())) << name;
    return std::string(unknown.status().message());
  };
  const Weight weight = [](absl::string_view id) -> std::size_t {
    return id == "meta/Llama-2-13b" ? 9 : id == "some/Chinese-Llama-2-13b" ? 99 : 1;
  };
  EXPECT_TRUE(
      absl::EndsWith(suggested("llama2", weight),
                     "did you mean meta/Llama-2-13b or meta/Llama-2-7b or meta/Llama-2-7b-hf?"));
  EXPECT_TRUE(absl::EndsWith(suggested("llama2", nullptr),
                             "did you mean meta/Llama-2-7b or meta/Llama-2-13b or "
                             "meta/Llama-2-7b-hf?"));
  EXPECT_TRUE(absl::StrContains(suggested("qwe", weight), "Qwen/QwQ"));
}

// On the Hub thousands share a name; each version of the records knows its own.
TEST(Names, NamesakesAreManyAndEachVersionKnowsItsOwn) {
  Records records;
  const auto describe = [](Records* in, const std::string& id) {
    Artifact artifact;
    artifact.id = id;
    artifact.kind = ArtifactKind::kCheckpoint;
    ASSERT_TRUE(in->Describe(artifact).ok());
  };
  std::vector<Records> versions;
  for (int i = 0; i < 3'000; ++i) {
    describe(&records, absl::StrCat("org-", i, "/", i % 2 == 0 ? "ppo-lander" : "PPO-Lander"));
    if (i % 1'000 == 0) versions.push_back(records);
  }
  EXPECT_EQ(records.FindBySegmentIgnoringCase("Ppo-Lander").size(), 3'000u);
  EXPECT_TRUE(records.FindBySegmentIgnoringCase("ppo").empty());
  for (std::size_t v = 0; v < versions.size(); ++v) {
    const auto found = versions[v].FindBySegmentIgnoringCase("ppo-lander");
    ASSERT_EQ(found.size(), v * 1'000 + 1);
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], ArtifactIndex(i));
  }
}

}  // namespace
}  // namespace lineage
