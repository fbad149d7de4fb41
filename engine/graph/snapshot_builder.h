// Turns claims into a snapshot. Used by Snapshot::Build only.
#ifndef LINEAGE_ENGINE_GRAPH_SNAPSHOT_BUILDER_H_
#define LINEAGE_ENGINE_GRAPH_SNAPSHOT_BUILDER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/graph/snapshot.h"

namespace lineage {

class SnapshotBuilder {
 public:
  SnapshotBuilder(std::shared_ptr<const Catalog> catalog,
                  std::shared_ptr<const LicenseTable> licenses, const SnapshotKey& key);
  std::unique_ptr<const Snapshot> Build();

 private:
  void IndexArtifacts();
  void AddVertices();
  void ConcludeLicenses();
  void ConcludeLicensors();
  void AddEdges();
  void IndexEdges();
  void FindCycles();
  void ResolveCopies();

  LicensorId Intern(const std::string& name);

  std::unique_ptr<Snapshot> snapshot_;
  absl::flat_hash_map<std::string, LicensorId> licensors_;
};

// The conclusion from `candidates` (valid licence claims of one component). Source:
// docs/semantics.md, section 2.
[[nodiscard]] Conclusion ConcludeFrom(const Catalog& catalog, const LicenseTable& licenses,
                                      ClaimsPolicy policy, std::vector<ClaimIndex> candidates);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_SNAPSHOT_BUILDER_H_
