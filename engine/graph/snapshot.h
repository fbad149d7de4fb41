// The typed graph of concluded claims on one day: immutable, shared by any number of readers.
//
// A vertex is one component of one artifact. Edges lead from the child (downstream) to the parent
// (upstream). Vertices are numbered in order of artifact id, then component, so that an order of
// ids is an order of names.
#ifndef LINEAGE_ENGINE_GRAPH_SNAPSHOT_H_
#define LINEAGE_ENGINE_GRAPH_SNAPSHOT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/base/date.h"
#include "engine/base/strong_id.h"
#include "engine/license/license_table.h"
#include "engine/model/catalog.h"
#include "engine/model/verdict.h"

namespace lineage {

struct VertexTag;
using VertexId = StrongId<VertexTag>;
struct EdgeTag;
using EdgeId = StrongId<EdgeTag>;
struct ArtifactTag;
using ArtifactIndex = StrongId<ArtifactTag>;
struct LicensorTag;
using LicensorId = StrongId<LicensorTag>;

// What the claims about one component come to.
struct Conclusion {
  enum class Kind : uint8_t {
    kDeclared,    // a valid claim states it
    kTaken,       // a copy without a licence of its own: see `origins`
    kUndeclared,  // nobody said
    kUnresolved,  // a placeholder
  };
  Kind kind = Kind::kUndeclared;
  BoundExpression expression;      // kDeclared
  std::vector<ClaimIndex> claims;  // kDeclared: those that the conclusion rests on
  bool tied = false;               // they tie on rank and day, and differ
  std::vector<VertexId>
      origins;  // the vertices whose expressions are spoken here: itself, or those it is a copy of
};

// Who grants the licence.
struct Licensor {
  LicensorId id;         // None: nobody known, equal to nobody
  bool claimed = false;  // else inferred from the organisation in the id
  ClaimIndex claim;
};

struct Vertex {
  ArtifactIndex artifact;
  Component component = Component::kWeights;
  bool primary = true;
  Conclusion conclusion;
  Licensor licensor;
  uint32_t cycle = 0;  // vertices with the same number other than 0 lie on a common cycle
};

struct Edge {
  VertexId child;
  VertexId parent;
  Relation relation = Relation::kBundles;
  bool in_cycle = false;  // both ends lie on a common cycle of conveying edges
  ClaimIndex claim;       // the best claim that states it
};

// Which claims a snapshot is made of.
struct SnapshotKey {
  Date as_of;
  Revision at_revision = ~Revision{0};
  ClaimsPolicy claims_policy = ClaimsPolicy::kRanked;

  friend bool operator==(const SnapshotKey&, const SnapshotKey&) = default;
};

// Thread-safe: everything is const after Build.
class Snapshot {
 public:
  // Cost: O(claims log claims). `catalog` is kept alive.
  static std::shared_ptr<const Snapshot> Build(std::shared_ptr<const Catalog> catalog,
                                               const SnapshotKey& key);
  // The same with licences from elsewhere: `catalog` may be a part that has none of its own.
  static std::shared_ptr<const Snapshot> Build(std::shared_ptr<const Catalog> catalog,
                                               std::shared_ptr<const LicenseTable> licenses,
                                               const SnapshotKey& key);
  ~Snapshot();

  [[nodiscard]] const SnapshotKey& key() const { return key_; }
  [[nodiscard]] const Catalog& catalog() const { return *catalog_; }
  [[nodiscard]] const LicenseTable& licenses() const { return *licenses_; }

  [[nodiscard]] std::size_t vertex_count() const { return vertices_.size(); }
  [[nodiscard]] std::size_t edge_count() const { return edges_.size(); }
  [[nodiscard]] const Vertex& Get(VertexId id) const { return vertices_[id.value()]; }
  [[nodiscard]] const Edge& Get(EdgeId id) const { return edges_[id.value()]; }
  [[nodiscard]] const Claim& Get(ClaimIndex id) const { return catalog_->claims[id.value()]; }
  [[nodiscard]] const Artifact& ArtifactOf(VertexId id) const {
    return catalog_->artifacts[vertices_[id.value()].artifact.value()];
  }
  [[nodiscard]] const std::string& LicensorName(LicensorId id) const {
    return licensor_names_[id.value()];
  }

  // Edges to the parents, in order of (parent, relation).
  [[nodiscard]] absl::Span<const Edge> Upstream(VertexId child) const {
    return absl::MakeConstSpan(edges_).subspan(
        offsets_[child.value()], offsets_[child.value() + 1] - offsets_[child.value()]);
  }
  // Edges from the children, in order of (child, relation).
  [[nodiscard]] absl::Span<const EdgeId> Downstream(VertexId parent) const {
    return absl::MakeConstSpan(downstream_)
        .subspan(downstream_offsets_[parent.value()],
                 downstream_offsets_[parent.value() + 1] - downstream_offsets_[parent.value()]);
  }

  // The vertex of a component; the primary one without `component`. None if there is no such
  // vertex.
  [[nodiscard]] VertexId FindVertex(absl::string_view artifact_id,
                                    std::optional<Component> component) const;

  // All claims about an artifact, whenever they hold, as indexes into catalog().claims.
  [[nodiscard]] absl::Span<const ClaimIndex> ClaimsAbout(ArtifactIndex artifact) const;
  // True if the claim counts on this day and revision.
  [[nodiscard]] bool IsValid(const Claim& claim) const {
    return claim.valid.Contains(key_.as_of) && IsRecorded(claim);
  }
  // True if the claim was known at this revision, and not taken back by then.
  [[nodiscard]] bool IsRecorded(const Claim& claim) const {
    return claim.revision <= key_.at_revision &&
           (claim.retracted == 0 || claim.retracted > key_.at_revision);
  }
  // What the claims about a component would have come to on another day.
  [[nodiscard]] Conclusion ConcludeOn(VertexId vertex, Date day) const;

  // Edges that a claim denies or states but that lost against better claims: shown as disputed.
  [[nodiscard]] absl::Span<const ClaimIndex> LosingEdgeClaims(ArtifactIndex artifact) const;

  // Boost.Graph's view of the same graph, for its algorithms; defined in boost_graph.h.
  struct BoostGraph;
  [[nodiscard]] const BoostGraph& boost_graph() const { return *boost_graph_; }

 private:
  friend class SnapshotBuilder;
  Snapshot();

  SnapshotKey key_;
  std::shared_ptr<const Catalog> catalog_;
  std::shared_ptr<const LicenseTable> licenses_;
  std::vector<Vertex> vertices_;
  std::vector<Edge> edges_;         // sorted by (child, parent, relation)
  std::vector<uint32_t> offsets_;   // of edges_, by child
  std::vector<EdgeId> downstream_;  // sorted by (parent, child, relation)
  std::vector<uint32_t> downstream_offsets_;
  std::vector<std::string> licensor_names_;
  absl::flat_hash_map<std::string, ArtifactIndex> artifact_by_id_;
  std::vector<std::vector<ClaimIndex>> claims_about_;
  std::vector<std::vector<ClaimIndex>> losing_edges_;
  std::vector<std::array<VertexId, kEnumSize<Component>>> vertex_of_;
  std::unique_ptr<const BoostGraph> boost_graph_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_SNAPSHOT_H_
