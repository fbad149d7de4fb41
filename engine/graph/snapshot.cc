#include "engine/graph/snapshot.h"

#include <utility>

#include "engine/graph/boost_graph.h"
#include "engine/graph/snapshot_builder.h"

namespace lineage {

Snapshot::Snapshot() = default;
Snapshot::~Snapshot() = default;

std::shared_ptr<const Snapshot> Snapshot::Build(std::shared_ptr<const Catalog> catalog,
                                                const SnapshotKey& key) {
  auto licenses = std::make_shared<const LicenseTable>(catalog);
  return Build(std::move(catalog), std::move(licenses), key);
}

std::shared_ptr<const Snapshot> Snapshot::Build(std::shared_ptr<const Catalog> catalog,
                                                std::shared_ptr<const LicenseTable> licenses,
                                                const SnapshotKey& key) {
  return SnapshotBuilder(std::move(catalog), std::move(licenses), key).Build();
}

VertexId Snapshot::FindVertex(absl::string_view artifact_id,
                              std::optional<Component> component) const {
  const auto it = artifact_by_id_.find(artifact_id);
  if (it == artifact_by_id_.end()) return VertexId::None();
  const Artifact& artifact = catalog_->artifacts[it->second.value()];
  const Component wanted = component.value_or(PrimaryComponent(artifact.kind));
  return vertex_of_[it->second.value()][static_cast<std::size_t>(wanted)];
}

absl::Span<const ClaimIndex> Snapshot::ClaimsAbout(ArtifactIndex artifact) const {
  return claims_about_[artifact.value()];
}

absl::Span<const ClaimIndex> Snapshot::LosingEdgeClaims(ArtifactIndex artifact) const {
  return losing_edges_[artifact.value()];
}

Conclusion Snapshot::ConcludeOn(VertexId id, Date day) const {
  const Vertex& vertex = Get(id);
  const Artifact& artifact = ArtifactOf(id);
  std::vector<ClaimIndex> candidates;
  for (const ClaimIndex index : claims_about_[vertex.artifact.value()]) {
    const Claim& claim = Get(index);
    if (claim.statement == StatementKind::kLicense && claim.valid.Contains(day) &&
        IsRecorded(claim) &&
        claim.component.value_or(PrimaryComponent(artifact.kind)) == vertex.component) {
      candidates.push_back(index);
    }
  }
  Conclusion conclusion =
      ConcludeFrom(*catalog_, *licenses_, key_.claims_policy, std::move(candidates));
  if (artifact.kind == ArtifactKind::kUnresolved &&
      conclusion.kind == Conclusion::Kind::kUndeclared) {
    conclusion.kind = Conclusion::Kind::kUnresolved;
  }
  return conclusion;
}

}  // namespace lineage
