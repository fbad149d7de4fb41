// Which terms from which vertices reach an artifact, and along which shortest path.
#ifndef LINEAGE_ENGINE_PERMISSION_REACH_H_
#define LINEAGE_ENGINE_PERMISSION_REACH_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/graph/snapshot.h"
#include "engine/model/names.h"
#include "engine/permission/query.h"

namespace lineage {

// How a term of a vertex arrives below: by its scope, contested or not; and whether the licence
// class is carried along. The first four are the scopes, in order.
enum class Arrival : uint8_t {
  kWork = 0,
  kDerivative = 1,
  kOutput = 2,
  kTraining = 3,
  kContestedWork = 4,
  kContestedDerivative = 5,
  kClass = 6,
};

template <>
struct EnumNames<Arrival> {
  static constexpr std::array<const char*, 7> value = {
      "work",           "derivative",           "output", "training",
      "contested-work", "contested-derivative", "class"};
};

using ArrivalSet = EnumSet<Arrival>;

[[nodiscard]] constexpr ScopeSet CleanScopes(ArrivalSet arrivals) {
  return ScopeSet::FromBits(arrivals.bits() & 0xF);
}
[[nodiscard]] constexpr ScopeSet ContestedScopes(ArrivalSet arrivals) {
  return ScopeSet::FromBits((arrivals.bits() >> 4) & 0x3);
}

// The part of the graph upstream of one vertex, with all arrivals. A value; valid while the
// snapshot lives.
class Reach {
 public:
  // Searches upward from `target`, breadth first. `cut`, if valid, is a licensor whose terms are
  // asked about: its vertices are reached, but nothing goes on through them, and nothing of it
  // reaches a target of its own. Cost: O(V + E) of what is upstream.
  static Reach Search(const Snapshot& snapshot, VertexId target, const Query& query,
                      LicensorId cut);

  // Vertices in order of discovery, the target first.
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] VertexId vertex(std::size_t i) const { return nodes_[i].vertex; }
  // How terms of vertex(i) arrive at the target; empty for the target itself.
  [[nodiscard]] ArrivalSet arrivals(std::size_t i) const {
    return i == 0 ? ArrivalSet() : nodes_[i].arrivals;
  }
  [[nodiscard]] bool complete() const { return complete_; }

  // How terms of `vertex` arrive at the target; empty for the target itself and for what is not
  // upstream.
  [[nodiscard]] ArrivalSet ArrivalsOf(VertexId vertex) const;

  // The shortest path from the target up to `vertex` for one arrival: edges in order from the
  // target. Among paths of one length the one whose ids come first.
  [[nodiscard]] std::vector<const Edge*> PathOf(VertexId vertex, Arrival arrival) const;

 private:
  // By which edge an arrival was found, and as what it goes on below.
  struct Step {
    const Edge* edge = nullptr;
    uint32_t child = 0;  // in nodes_
    Arrival below = Arrival::kWork;
  };
  struct Node {
    VertexId vertex;
    ArrivalSet arrivals;
    std::array<Step, kEnumSize<Arrival>> steps;
  };
  static constexpr std::size_t kScanned = 12;  // as many nodes are looked through one by one

  // The place of a vertex in nodes_; nodes_.size() if it was not reached.
  [[nodiscard]] std::size_t PlaceOf(VertexId vertex) const;
  std::size_t FindOrAdd(VertexId vertex, std::size_t limit);

  bool complete_ = true;
  std::vector<Node> nodes_;                         // the target first
  absl::flat_hash_map<VertexId, uint32_t> places_;  // if there are more than kScanned
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_REACH_H_
