// Turns claims into a snapshot, and keeps it up to date.
#ifndef LINEAGE_ENGINE_GRAPH_SNAPSHOT_BUILDER_H_
#define LINEAGE_ENGINE_GRAPH_SNAPSHOT_BUILDER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "engine/graph/snapshot.h"

namespace lineage {

// Used by one thread. What it gave out stays as it was.
class SnapshotBuilder {
 public:
  SnapshotBuilder(std::shared_ptr<const LicenseTable> licenses, const SnapshotKey& key);

  // Cost: O(claims log claims).
  void Rebuild(const Records& records);

  // Takes over records that came out of the last ones by additions and retractions. `touched` are
  // the artifacts that were described, and the subjects of claims that were added or retracted; new
  // artifacts may be left out. Returns the vertices whose own terms or upstream edges changed, in
  // no order; nullopt if all may have (it was rebuilt). The result is what Rebuild gives. Cost:
  // linear in what changes, but for changes of cycles and of a placeholder's main component, which
  // rebuild.
  std::optional<std::vector<VertexId>> Update(const Records& records,
                                              absl::Span<const ArtifactIndex> touched);

  // Goes on from a snapshot, which has the licences and the key of this.
  void Resume(const Snapshot& snapshot);

  // The same for another day, if the last one built is like it (Snapshot::IsLike).
  void MoveTo(Date day);

  // The last one built; not before the first.
  [[nodiscard]] std::shared_ptr<const Snapshot> Current() const;
  [[nodiscard]] const SnapshotKey& key() const { return key_; }

  // The edges from an artifact, in order, as claims conclude them; `losing`, if not null, gets the
  // claims that lost.
  static std::vector<Edge> ConcludeEdges(const Snapshot& snapshot, ArtifactIndex artifact,
                                         std::vector<ClaimIndex>* losing);

 private:
  void AddArtifacts();
  void AddPart(ArtifactIndex artifact, Component component);
  void TakeIn(const ClaimRow& claim);
  void ConcludeLicenses(ArtifactIndex artifact);
  void ConcludeLicense(VertexId vertex);
  void ConcludeLicensor(ArtifactIndex artifact);
  void IndexAllEdges();
  void FindCycles();
  bool ResolveCopy(VertexId vertex);
  void ResolveCopiesBelow(VertexId vertex, std::vector<VertexId>* changed);
  void SetUpstream(VertexId vertex, absl::Span<const Edge> edges);
  [[nodiscard]] bool IsUpstream(VertexId vertex, VertexId of) const;

  ExpressionId Intern(BoundExpression expression);
  ExpressionId ExpressionOf(const ClaimRow& claim);
  LicensorId InternLicensor(const std::string& name);
  Vertex& Mutable(VertexId id);

  const std::shared_ptr<const LicenseTable> licenses_;
  SnapshotKey key_;
  std::unique_ptr<Snapshot> snapshot_;
  absl::flat_hash_map<std::string, std::string> party_of_;  // by organisation, lower case
  absl::flat_hash_map<std::string, LicensorId> licensors_;
  absl::flat_hash_map<std::string, ExpressionId> expressions_;  // by text, unknown ones marked
  absl::flat_hash_map<std::string, ExpressionId> by_claimed_text_;
  absl::flat_hash_map<std::string, ExpressionId> by_found_text_;
};

// What claims say together.
[[nodiscard]] BoundExpression JoinClaims(const Records& records, const LicenseTable& licenses,
                                         absl::Span<const ClaimIndex> claims);

// The conclusion from `candidates` (valid licence claims of one component). Source:
// docs/semantics.md, section 2.
[[nodiscard]] DatedConclusion ConcludeFrom(const Records& records, const LicenseTable& licenses,
                                           ClaimsPolicy policy, std::vector<ClaimIndex> candidates);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_SNAPSHOT_BUILDER_H_
