// Which parts of a model can be had, and under what, on a snapshot's day.
#ifndef LINEAGE_ENGINE_OPENNESS_PARTS_H_
#define LINEAGE_ENGINE_OPENNESS_PARTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/graph/snapshot.h"
#include "engine/license/license_table.h"
#include "engine/model/openness.h"

namespace lineage {

// What the claims about one part come to.
struct PartState {
  enum class Standing : uint8_t { kUnsaid, kPublished, kWithheld };

  Standing standing = Standing::kUnsaid;
  ClaimIndex claim;         // that decides; None if unsaid
  bool disputed = false;    // another valid claim says the opposite
  bool unlicensed = false;  // published, and said to have no licence
  // Published: what it is under, as far as anybody says.
  std::optional<BoundExpression> license;
};

using PartStates = std::array<PartState, kEnumSize<ModelPart>>;

[[nodiscard]] inline const PartState& At(const PartStates& states, ModelPart part) {
  return states[static_cast<std::size_t>(part)];
}

// By the claims about an artifact itself. Cost: its claims.
[[nodiscard]] PartStates StatedParts(const Snapshot& snapshot, ArtifactIndex artifact);

// Fills in what nobody says about a copy from what it is a copy of (all of them; at least one),
// but for its weights.
void TakeFromCopied(const std::vector<const PartStates*>& copied, PartStates* parts);

// The valid claims that say that code, data or documents are released and not which.
[[nodiscard]] std::vector<ClaimIndex> UnspecificReleases(const Snapshot& snapshot,
                                                         ArtifactIndex artifact);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_OPENNESS_PARTS_H_
