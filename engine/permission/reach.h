// Which terms from which vertices reach an artifact, and along which shortest path.
#ifndef LINEAGE_ENGINE_PERMISSION_REACH_H_
#define LINEAGE_ENGINE_PERMISSION_REACH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "engine/graph/snapshot.h"
#include "engine/permission/query.h"
#include "engine/permission/way.h"

namespace lineage {

// The licences by which edges convey, where that is not the parent's conclusion (docs/semantics.md,
// section 2). Equal expressions are one object, which lives as long as this. For one thread.
class EdgeTerms {
 public:
  explicit EdgeTerms(const Snapshot& snapshot) : snapshot_(snapshot) {}

  // Null: the parent's conclusion.
  const BoundExpression* Of(const Edge& edge) {
    if (!snapshot_.Get(edge.parent).otherwise_licensed) return nullptr;
    return Find(edge);
  }

 private:
  const BoundExpression* Find(const Edge& edge);

  const Snapshot& snapshot_;
  absl::flat_hash_map<std::string, std::unique_ptr<const BoundExpression>> by_text_;
  absl::flat_hash_map<const Edge*, const BoundExpression*> by_edge_;
};

// The part of the graph upstream of one vertex, with all ways. A value; valid while the snapshot
// and the edges' terms live.
class Reach {
 public:
  // How what a vertex says arrives, and by which licence it speaks on that way.
  struct Heard {
    uint16_t code = 0;                       // of the way
    const BoundExpression* terms = nullptr;  // null: its conclusion
  };

  // Searches upward from `target`, breadth first. `cut`, if valid, is a licensor whose terms are
  // asked about: its vertices are reached, but nothing goes on through them, and nothing of it
  // reaches a target of its own. Cost: O(V + E) of what is upstream.
  static Reach Search(const Snapshot& snapshot, VertexId target, const Query& query,
                      LicensorId cut, EdgeTerms* terms);

  // Vertices in order of discovery, the target first.
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] VertexId vertex(std::size_t i) const { return nodes_[i].vertex; }
  [[nodiscard]] bool complete() const { return complete_; }

  // The licences by which vertex(i) is heard: null for its conclusion. Mostly one.
  [[nodiscard]] absl::InlinedVector<const BoundExpression*, 2> TermsAt(std::size_t i) const;
  // How what `vertex` says by `terms` arrives at the target; empty for what is not upstream.
  [[nodiscard]] WaySet WaysOf(VertexId vertex, const BoundExpression* terms) const;

  // The shortest path from the target up to `vertex` for one way: edges in order from the target.
  // Among paths of one length the one whose ids come first.
  [[nodiscard]] std::vector<const Edge*> PathOf(VertexId vertex, Way way,
                                                const BoundExpression* terms) const;

 private:
  // By which edge something was found, and from what it goes on below.
  struct Step {
    const Edge* edge = nullptr;
    uint32_t child = 0;  // in nodes_
    uint16_t below = 0;  // state at the child
  };
  // What a term of the vertex, or coming through it, has to be to arrive so.
  struct State {
    uint16_t code = 0;
    Step step;
  };
  struct Arrived {
    Heard heard;
    Step step;
  };
  struct Node {
    VertexId vertex;
    absl::InlinedVector<State, 6> states;
    absl::InlinedVector<Arrived, 4> arrived;
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
