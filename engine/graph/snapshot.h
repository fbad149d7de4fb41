// The typed graph of concluded claims on one day: immutable, shared by any number of readers.
//
// A vertex is one component of one artifact. Edges lead from the child (downstream) to the parent
// (upstream). The primary vertex of an artifact has the artifact's number, so that an order of ids
// is the order in which artifacts became known.
#ifndef LINEAGE_ENGINE_GRAPH_SNAPSHOT_H_
#define LINEAGE_ENGINE_GRAPH_SNAPSHOT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/base/adjacency.h"
#include "engine/base/date.h"
#include "engine/base/persistent_vector.h"
#include "engine/base/strong_id.h"
#include "engine/license/license_table.h"
#include "engine/model/catalog.h"
#include "engine/model/verdict.h"
#include "engine/records/records.h"

namespace lineage {

struct VertexTag;
using VertexId = StrongId<VertexTag>;
struct LicensorTag;
using LicensorId = StrongId<LicensorTag>;
struct ExpressionTag;
// Equal expressions have equal ids within one snapshot and those made from it.
using ExpressionId = StrongId<ExpressionTag>;

// What the claims about one component come to.
struct Conclusion {
  enum class Kind : uint8_t {
    kDeclared,    // a valid claim states it
    kTaken,       // a copy without a licence of its own: see Snapshot::OriginsOf
    kUndeclared,  // nobody said
    kUnresolved,  // a placeholder
  };
  Kind kind = Kind::kUndeclared;
  bool tied = false;             // claims tie on rank and day, and differ
  bool several_claims = false;   // `claims` is a list, else the claim
  bool several_origins = false;  // `origins` is a list, else the vertex
  ExpressionId expression;       // kDeclared
  uint32_t claims = 0;
  uint32_t origins = 0;
};

// The same, of a day that is not the snapshot's.
struct DatedConclusion {
  Conclusion::Kind kind = Conclusion::Kind::kUndeclared;
  BoundExpression expression;
  std::vector<ClaimIndex> claims;
  bool tied = false;
};

// Who grants the licence.
struct Licensor {
  LicensorId id;  // None: nobody known, equal to nobody
  ClaimIndex claim;
  uint32_t claimed = 0;  // 0: inferred from the organisation in the id
};

struct Vertex {
  ArtifactIndex artifact;
  VertexId next_part;  // another component of the same artifact
  Conclusion conclusion;
  Licensor licensor;
  uint32_t cycle = 0;  // vertices with the same number other than 0 lie on a common cycle
  Component component = Component::kWeights;
  bool primary = true;
  bool contents_of_others = false;  // a data set whose contents are not its collector's to license
  // It has licence claims besides those that its conclusion rests on: edges may convey by another
  // licence (Snapshot::TermsOver).
  bool otherwise_licensed = false;
};

struct Edge {
  VertexId child;  // primary
  VertexId parent;
  ClaimIndex claim;  // the best claim that states it
  Relation relation = Relation::kBundles;
  bool in_cycle = false;  // both ends lie on a common cycle of conveying edges
};

// An edge as its parent sees it.
class ChildEdge {
 public:
  ChildEdge() = default;
  ChildEdge(VertexId child, Relation relation)
      : bits_(child.value() << 5U | static_cast<uint32_t>(relation)) {}
  [[nodiscard]] VertexId child() const { return VertexId(bits_ >> 5U); }
  [[nodiscard]] Relation relation() const { return static_cast<Relation>(bits_ & 31U); }
  friend auto operator<=>(const ChildEdge&, const ChildEdge&) = default;

 private:
  static_assert(kEnumSize<Relation> <= 32, "a relation has five bits here");
  uint32_t bits_ = 0;
};

// Which claims a snapshot is made of.
struct SnapshotKey {
  Date as_of;
  Revision at_revision = ~Revision{0};
  ClaimsPolicy claims_policy = ClaimsPolicy::kRanked;

  friend bool operator==(const SnapshotKey&, const SnapshotKey&) = default;
};

// Thread-safe: everything is const after it was built. Copies share what they have in common.
class Snapshot {
 public:
  // Cost: O(claims log claims).
  static std::shared_ptr<const Snapshot> Build(const Records& records,
                                               std::shared_ptr<const LicenseTable> licenses,
                                               const SnapshotKey& key);
  // Of a catalogue's artifacts and claims, with its licences or with others.
  static std::shared_ptr<const Snapshot> Build(std::shared_ptr<const Catalog> catalog,
                                               const SnapshotKey& key);
  static std::shared_ptr<const Snapshot> Build(const Catalog& catalog,
                                               std::shared_ptr<const LicenseTable> licenses,
                                               const SnapshotKey& key);

  [[nodiscard]] const SnapshotKey& key() const { return key_; }
  // The last day up to the key's, and the first one after it, on which a claim begins or ends to
  // hold: from the one until before the other every day's snapshot is this one.
  [[nodiscard]] Date holds_since() const { return holds_since_; }
  [[nodiscard]] Date holds_until() const { return holds_until_; }
  // True if this snapshot is that of `key`, or like it on another day.
  [[nodiscard]] bool IsLike(const SnapshotKey& key) const {
    return key.at_revision == key_.at_revision && key.claims_policy == key_.claims_policy &&
           (key.as_of == key_.as_of || (holds_since_ <= key.as_of && key.as_of < holds_until_));
  }
  // This snapshot for another day that it holds on.
  [[nodiscard]] std::shared_ptr<const Snapshot> OnDay(Date day) const;

  [[nodiscard]] const Records& records() const { return records_; }
  [[nodiscard]] const LicenseTable& licenses() const { return *licenses_; }

  [[nodiscard]] std::size_t artifact_count() const { return vertices_.size(); }
  [[nodiscard]] std::size_t vertex_count() const { return vertices_.size() + parts_.size(); }
  [[nodiscard]] std::size_t edge_count() const { return edge_count_; }

  // Vertices as 0 … vertex_count() - 1, the primary ones first: for arrays by vertex.
  [[nodiscard]] std::size_t Dense(VertexId id) const {
    return id.value() < kFirstPart ? id.value() : vertices_.size() + (id.value() - kFirstPart);
  }
  [[nodiscard]] VertexId VertexAt(std::size_t dense) const {
    return VertexId(dense < vertices_.size() ? dense : kFirstPart + (dense - vertices_.size()));
  }

  [[nodiscard]] const Vertex& Get(VertexId id) const {
    return id.value() < kFirstPart ? vertices_[id.value()] : parts_[id.value() - kFirstPart];
  }
  [[nodiscard]] Claim Get(ClaimIndex id) const { return records_.Get(id); }
  [[nodiscard]] const ClaimRow& Row(ClaimIndex id) const { return records_.Row(id); }
  [[nodiscard]] Artifact ArtifactOf(VertexId id) const { return records_.Get(Get(id).artifact); }
  [[nodiscard]] std::string IdOf(VertexId id) const {
    return std::string(records_.IdOf(Get(id).artifact));
  }
  [[nodiscard]] ArtifactKind KindOf(VertexId id) const {
    return records_.Row(Get(id).artifact).kind;
  }
  [[nodiscard]] std::string LicensorName(LicensorId id) const {
    return std::string(arena_->Get(licensor_names_[id.value()]));
  }

  [[nodiscard]] const BoundExpression& Get(ExpressionId id) const {
    return *expressions_[id.value()];
  }
  [[nodiscard]] std::size_t expression_count() const { return expressions_.size(); }
  // kDeclared: what is declared.
  [[nodiscard]] const BoundExpression& ExpressionOf(VertexId id) const {
    return Get(Get(id).conclusion.expression);
  }
  // kDeclared: the claims that the conclusion rests on.
  [[nodiscard]] absl::Span<const ClaimIndex> ConcludedFrom(VertexId id) const;
  // The vertices whose expressions are spoken here: itself if declared, those it is a copy of if
  // taken; else none.
  [[nodiscard]] absl::Span<const VertexId> OriginsOf(VertexId id) const;

  // Edges to the parents, in order of (parent's id, component, relation).
  [[nodiscard]] absl::Span<const Edge> Upstream(VertexId child) const {
    if (child.value() >= kFirstPart) return {};
    return upstream_[child.value()];
  }
  // Edges from the children, in order of (child, relation).
  [[nodiscard]] absl::Span<const ChildEdge> Downstream(VertexId parent) const {
    return parent.value() < kFirstPart ? downstream_[parent.value()]
                                       : parts_downstream_[parent.value() - kFirstPart];
  }
  // Asks the cache for a vertex whose edges will be wanted soon.
  void PrefetchUpstream(VertexId child) const {
    if (child.value() < kFirstPart) upstream_.Prefetch(child.value());
  }
  void PrefetchDownstream(VertexId parent) const {
    if (parent.value() < kFirstPart) downstream_.Prefetch(parent.value());
  }
  // The edge that `edge` of Downstream(parent) is.
  [[nodiscard]] const Edge& EdgeOf(VertexId parent, ChildEdge edge) const;

  // The vertex of a component; the primary one without `component`. None if there is no such
  // vertex.
  [[nodiscard]] VertexId FindVertex(absl::string_view artifact_id,
                                    std::optional<Component> component) const;
  [[nodiscard]] VertexId FindVertex(ArtifactIndex artifact,
                                    std::optional<Component> component) const;

  // All claims about an artifact, whenever they hold, ascending.
  [[nodiscard]] ClaimIndexes ClaimsAbout(ArtifactIndex artifact) const {
    return records_.ClaimsAbout(artifact);
  }
  // True if the claim counts on this day and revision.
  [[nodiscard]] bool IsValid(const ClaimRow& claim) const {
    return claim.valid.Contains(key_.as_of) && IsRecorded(claim);
  }
  // True if the claim was known at this revision, and not taken back by then.
  [[nodiscard]] bool IsRecorded(const ClaimRow& claim) const {
    return claim.revision <= key_.at_revision &&
           (claim.retracted == 0 || claim.retracted > key_.at_revision);
  }
  // The licence claims that count for a component on a day, ascending.
  [[nodiscard]] ClaimIndexes LicenseClaims(VertexId vertex, Date day) const;
  // The day of derivation, if the claims that decide about an edge name one, and not after the day
  // asked.
  [[nodiscard]] std::optional<Date> MadeOn(const Edge& edge) const;
  // Under what the parent was, if that was one and the same from the first day on which it was
  // declared to the child's release: what is derived was then derived under it, whenever that was.
  [[nodiscard]] std::optional<DatedConclusion> ConcludedBeforeRelease(const Edge& edge) const;
  // The licence by which an edge conveys, if that is not its parent's conclusion: a grant of the day
  // of derivation that stays, or the terms of the day on which outputs were made. Source:
  // docs/semantics.md, section 2. Cost: the parent's licence claims, where it has several.
  [[nodiscard]] std::optional<BoundExpression> TermsOver(const Edge& edge) const;

  // Who alone can grant a licence; None: anybody.
  [[nodiscard]] LicensorId VendorOf(LicenseIndex license) const {
    return (*vendors_)[license.value()];
  }
  [[nodiscard]] const std::vector<LicensorId>& vendors() const { return *vendors_; }
  // Whose a licence's terms are where `origin` states it; None: nobody known, equal to nobody.
  [[nodiscard]] LicensorId TermLicensor(VertexId origin, LicenseIndex license) const {
    if (license.valid() && VendorOf(license).valid()) return VendorOf(license);
    const Vertex& vertex = Get(origin);
    return vertex.contents_of_others ? LicensorId::None() : vertex.licensor.id;
  }

  // The days on which a licence claim about a component begins or ends to hold, ascending.
  [[nodiscard]] std::vector<Date> LicenseDays(VertexId vertex) const;
  // What the claims about a component would have come to on another day.
  [[nodiscard]] DatedConclusion ConcludeOn(VertexId vertex, Date day) const;

  // Edges that a claim denies or states but that lost against better claims: shown as disputed.
  [[nodiscard]] std::vector<ClaimIndex> LosingEdgeClaims(ArtifactIndex artifact) const;

  // To an image and back, but for the records and licences, which are the same.
  void Save(ImageWriter* image) const;
  static absl::StatusOr<std::shared_ptr<const Snapshot>> Load(
      const ImageReader& image, const Records& records,
      std::shared_ptr<const LicenseTable> licenses);

  // Where the numbers of vertices that are not primary begin.
  static constexpr uint32_t kFirstPart = uint32_t{1} << 27U;

 private:
  friend class SnapshotBuilder;
  Snapshot(const Records& records, std::shared_ptr<const LicenseTable> licenses,
           const SnapshotKey& key);
  Snapshot(const Snapshot&) = default;

  SnapshotKey key_;
  Date holds_since_ = Date::Min();
  Date holds_until_ = Date::Max();
  Records records_;
  std::shared_ptr<const LicenseTable> licenses_;
  PersistentVector<Vertex> vertices_;  // primary, by artifact
  PersistentVector<Vertex> parts_;     // others
  Adjacency<Edge> upstream_;
  Adjacency<ChildEdge> downstream_;
  Adjacency<ChildEdge> parts_downstream_;
  std::size_t edge_count_ = 0;
  PersistentVector<std::shared_ptr<const BoundExpression>> expressions_;
  PersistentVector<TextId> licensor_names_;
  std::shared_ptr<const std::vector<LicensorId>> vendors_;  // by licence
  std::shared_ptr<TextPool> arena_;  // names, and lists of numbers
  TextId arena_end_ = 0;             // of what is ours
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_SNAPSHOT_H_
