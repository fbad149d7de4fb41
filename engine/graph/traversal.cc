#include "engine/graph/traversal.h"

#include <algorithm>

#include "engine/graph/marks.h"

namespace lineage {
namespace {

// What an edge looks like from the vertex that the walk comes from.
VertexId Far(const Edge& edge) { return edge.parent; }
VertexId Far(ChildEdge edge) { return edge.child(); }
Relation RelationOf(const Edge& edge) { return edge.relation; }
Relation RelationOf(ChildEdge edge) { return edge.relation(); }

// Breadth first. `next(v)` are the edges out of v in the direction of the walk; `soon(v)` tells that
// they will be asked for.
template <typename Next, typename Soon>
Traversal Run(const Snapshot& snapshot, VertexId start, const TraversalOptions& options,
              const Next& next, const Soon& soon) {
  // How far ahead of the walk the cache is asked for where a vertex's edges stand, for the edges, and
  // for the marks of those at their other ends.
  constexpr std::size_t kPlaces = 24;
  constexpr std::size_t kEdges = 12;
  constexpr std::size_t kMarks = 6;
  Traversal result;
  Marks seen(snapshot.vertex_count());
  seen.Add(snapshot.Dense(start));
  const bool all = options.relations == RelationSet::All();
  const auto expand = [&](VertexId near, int depth) {
    for (const auto& edge : next(near)) {
      if (!all && !options.relations.Has(RelationOf(edge))) continue;
      const std::size_t far = snapshot.Dense(Far(edge));
      if (seen.Has(far)) continue;
      if (result.visits.size() >= options.max_vertices) {
        result.complete = false;
        return false;
      }
      seen.Add(far);
      result.visits.push_back({Far(edge), near, depth + 1, RelationOf(edge)});
    }
    return true;
  };
  bool open = options.max_depth > 0 && expand(start, 0);
  for (std::size_t at = 0; open && at < result.visits.size(); ++at) {
    const Visit visit = result.visits[at];
    const std::size_t last = result.visits.size() - 1;
    if (at + kPlaces <= last) soon(result.visits[at + kPlaces].vertex);
    if (at + kEdges <= last) __builtin_prefetch(next(result.visits[at + kEdges].vertex).data());
    if (at + kMarks <= last) {
      const auto edges = next(result.visits[at + kMarks].vertex);
      for (const auto& edge : edges.first(std::min<std::size_t>(edges.size(), 8))) {
        seen.Prefetch(snapshot.Dense(Far(edge)));
      }
    }
    if (visit.depth >= options.max_depth) break;
    if ((at & 0x3FF) == 0x3FF && options.stop.Requested()) {
      result.complete = false;
      break;
    }
    open = expand(visit.vertex, visit.depth);
  }
  return result;
}

}  // namespace

Traversal Traverse(const Snapshot& snapshot, VertexId start, const TraversalOptions& options) {
  if (options.direction == Direction::kUpstream) {
    return Run(
        snapshot, start, options, [&](VertexId v) { return snapshot.Upstream(v); },
        [&](VertexId v) { snapshot.PrefetchUpstream(v); });
  }
  return Run(
      snapshot, start, options, [&](VertexId v) { return snapshot.Downstream(v); },
      [&](VertexId v) { snapshot.PrefetchDownstream(v); });
}

const Edge& EdgeOf(const Snapshot& snapshot, const Visit& visit, Direction direction) {
  const bool up = direction == Direction::kUpstream;
  const VertexId child = up ? visit.from : visit.vertex;
  const VertexId parent = up ? visit.vertex : visit.from;
  return snapshot.EdgeOf(parent, ChildEdge(child, visit.relation));
}

std::vector<const Edge*> ShortestPath(const Snapshot& snapshot, VertexId from, VertexId to,
                                      const RelationSet& relations) {
  TraversalOptions options;
  options.relations = relations;
  const Traversal traversal = Traverse(snapshot, from, options);
  Marks found(snapshot.vertex_count());
  for (std::size_t i = 0; i < traversal.visits.size(); ++i) {
    found.Set(snapshot.Dense(traversal.visits[i].vertex), static_cast<uint32_t>(i));
  }
  std::vector<const Edge*> path;
  for (VertexId at = to; at != from;) {
    if (!found.Has(snapshot.Dense(at))) return {};
    path.push_back(
        &EdgeOf(snapshot, traversal.visits[found.Get(snapshot.Dense(at))], Direction::kUpstream));
    at = path.back()->child;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace lineage
