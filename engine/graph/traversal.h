// Bounded walks over a snapshot, upstream or downstream.
#ifndef LINEAGE_ENGINE_GRAPH_TRAVERSAL_H_
#define LINEAGE_ENGINE_GRAPH_TRAVERSAL_H_

#include <cstddef>
#include <vector>

#include "engine/base/stop.h"
#include "engine/graph/snapshot.h"

namespace lineage {

enum class Direction : uint8_t { kUpstream = 0, kDownstream = 1 };

using RelationSet = EnumSet<Relation>;

struct TraversalOptions {
  Direction direction = Direction::kUpstream;
  int max_depth = 1'000'000;             // edges from the start, inclusive
  std::size_t max_vertices = 1'000'000;  // visited besides the start, inclusive
  RelationSet relations = RelationSet::All();
  Stop stop;
};

struct Visit {
  VertexId vertex;
  VertexId from;  // the vertex it was found from
  int depth = 0;
  Relation relation = Relation::kBundles;  // of the edge between them
};

struct Traversal {
  // Breadth first, without the start; upstream ties in order of ids, downstream ones in the order
  // in which artifacts became known.
  std::vector<Visit> visits;
  bool complete = true;  // false if a limit other than the depth cut it short
};

// Cost: O(V + E) of what is visited.
[[nodiscard]] Traversal Traverse(const Snapshot& snapshot, VertexId start,
                                 const TraversalOptions& options);

// The edge that a visit of a walk in `direction` was found by.
[[nodiscard]] const Edge& EdgeOf(const Snapshot& snapshot, const Visit& visit, Direction direction);

// The edges of the shortest path from `from` up to `to`; empty if there is none or they are the
// same.
[[nodiscard]] std::vector<const Edge*> ShortestPath(const Snapshot& snapshot, VertexId from,
                                                    VertexId to, const RelationSet& relations);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_TRAVERSAL_H_
