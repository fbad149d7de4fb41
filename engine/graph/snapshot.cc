#include "engine/graph/snapshot.h"

#include <algorithm>
#include <utility>

#include "engine/graph/snapshot_builder.h"

namespace lineage {
namespace {

template <typename Id>
absl::Span<const Id> ListIn(const TextPool& arena, TextId list) {
  const absl::string_view bytes = arena.Get(list);
  return {reinterpret_cast<const Id*>(bytes.data()), bytes.size() / sizeof(Id)};
}

}  // namespace

Snapshot::Snapshot(const Records& records, std::shared_ptr<const LicenseTable> licenses,
                   const SnapshotKey& key)
    : key_(key),
      records_(records),
      licenses_(std::move(licenses)),
      arena_(std::make_shared<TextPool>()) {}

std::shared_ptr<const Snapshot> Snapshot::Build(const Records& records,
                                                std::shared_ptr<const LicenseTable> licenses,
                                                const SnapshotKey& key) {
  SnapshotBuilder builder(std::move(licenses), key);
  builder.Rebuild(records);
  return builder.Current();
}

std::shared_ptr<const Snapshot> Snapshot::Build(std::shared_ptr<const Catalog> catalog,
                                                const SnapshotKey& key) {
  const Records records(*catalog);
  return Build(records, std::make_shared<const LicenseTable>(std::move(catalog)), key);
}

std::shared_ptr<const Snapshot> Snapshot::Build(const Catalog& catalog,
                                                std::shared_ptr<const LicenseTable> licenses,
                                                const SnapshotKey& key) {
  return Build(Records(catalog), std::move(licenses), key);
}

std::shared_ptr<const Snapshot> Snapshot::OnDay(Date day) const {
  auto other = std::shared_ptr<Snapshot>(new Snapshot(*this));
  other->key_.as_of = day;
  return other;
}

absl::Span<const ClaimIndex> Snapshot::ConcludedFrom(VertexId id) const {
  const Conclusion& conclusion = Get(id).conclusion;
  if (conclusion.kind != Conclusion::Kind::kDeclared) return {};
  if (conclusion.several_claims) return ListIn<ClaimIndex>(*arena_, conclusion.claims);
  return {reinterpret_cast<const ClaimIndex*>(&conclusion.claims), 1};
}

absl::Span<const VertexId> Snapshot::OriginsOf(VertexId id) const {
  const Conclusion& conclusion = Get(id).conclusion;
  if (conclusion.kind != Conclusion::Kind::kDeclared &&
      conclusion.kind != Conclusion::Kind::kTaken) {
    return {};
  }
  if (conclusion.several_origins) return ListIn<VertexId>(*arena_, conclusion.origins);
  return {reinterpret_cast<const VertexId*>(&conclusion.origins), 1};
}

const Edge& Snapshot::EdgeOf(VertexId parent, ChildEdge edge) const {
  const absl::Span<const Edge> upstream = Upstream(edge.child());
  return *std::find_if(upstream.begin(), upstream.end(), [&](const Edge& up) {
    return up.parent == parent && up.relation == edge.relation();
  });
}

VertexId Snapshot::FindVertex(absl::string_view artifact_id,
                              std::optional<Component> component) const {
  const ArtifactIndex artifact = records_.Find(artifact_id);
  return artifact.valid() ? FindVertex(artifact, component) : VertexId::None();
}

VertexId Snapshot::FindVertex(ArtifactIndex artifact, std::optional<Component> component) const {
  VertexId at(artifact.value());
  while (component && at.valid() && Get(at).component != *component) at = Get(at).next_part;
  return at;
}

ClaimIndexes Snapshot::LicenseClaims(VertexId id, Date day) const {
  const Vertex& vertex = Get(id);
  const Component primary = Get(VertexId(vertex.artifact.value())).component;
  ClaimIndexes claims;
  records_.ForEachClaimAbout(vertex.artifact, [&](ClaimIndex index) {
    const ClaimRow& claim = Row(index);
    if (claim.statement == StatementKind::kLicense && claim.valid.Contains(day) &&
        IsRecorded(claim) && claim.component().value_or(primary) == vertex.component) {
      claims.push_back(index);
    }
  });
  return claims;
}

DatedConclusion Snapshot::ConcludeOn(VertexId id, Date day) const {
  const ClaimIndexes candidates = LicenseClaims(id, day);
  DatedConclusion conclusion = ConcludeFrom(records_, *licenses_, key_.claims_policy,
                                            {candidates.begin(), candidates.end()});
  if (KindOf(id) == ArtifactKind::kUnresolved && conclusion.kind == Conclusion::Kind::kUndeclared) {
    conclusion.kind = Conclusion::Kind::kUnresolved;
  }
  return conclusion;
}

std::vector<ClaimIndex> Snapshot::LosingEdgeClaims(ArtifactIndex artifact) const {
  std::vector<ClaimIndex> losing;
  static_cast<void>(SnapshotBuilder::ConcludeEdges(*this, artifact, &losing));
  return losing;
}

}  // namespace lineage
