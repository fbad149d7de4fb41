// What a log of changes comes to: artifacts and claims as the engine reads them.
#ifndef LINEAGE_ENGINE_STORE_MATERIALIZER_H_
#define LINEAGE_ENGINE_STORE_MATERIALIZER_H_

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "engine/records/records.h"
#include "engine/store/store.h"

namespace lineage {

// Folds changes into records, in order. Claim n of the store is claim n - 1 of the records.
class Materializer {
 public:
  Materializer() = default;
  // Goes on from what all changes up to `revision` came to.
  Materializer(Records records, Revision revision)
      : records_(std::move(records)), revision_(revision) {}

  // Errors: DATA_LOSS if the change does not follow the last one; RESOURCE_EXHAUSTED. Cost: linear
  // in the change.
  absl::Status Apply(const Change& change);

  [[nodiscard]] const Records& records() const { return records_; }
  [[nodiscard]] Revision revision() const { return revision_; }
  // The artifacts that were described, and the subjects of claims that were added or retracted,
  // since this was last asked.
  [[nodiscard]] std::vector<ArtifactIndex> TakeTouched();

 private:
  Records records_;
  Revision revision_ = 0;
  std::vector<ArtifactIndex> touched_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_STORE_MATERIALIZER_H_
