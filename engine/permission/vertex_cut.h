// The cheapest set of vertices whose removal separates a vertex from others.
#ifndef LINEAGE_ENGINE_PERMISSION_VERTEX_CUT_H_
#define LINEAGE_ENGINE_PERMISSION_VERTEX_CUT_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace lineage {

// Vertices are 0 … costs.size() - 1; edges lead away from `from`, which is never in the cut. A
// target may be in it. Costs are at least 1.
//
// Returns the vertices of a cheapest cut, ascending; nothing if there is none (`from` is a target
// itself). Cost: that of one maximum flow (Boykov-Kolmogorov).
[[nodiscard]] std::optional<std::vector<uint32_t>> MinimumVertexCut(
    const std::vector<uint32_t>& costs, const std::vector<std::pair<uint32_t, uint32_t>>& edges,
    uint32_t from, const std::vector<uint32_t>& targets);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_VERTEX_CUT_H_
