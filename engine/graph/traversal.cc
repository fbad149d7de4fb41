#include "engine/graph/traversal.h"

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/pending/queue.hpp>

#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "engine/graph/boost_graph.h"

namespace lineage {
namespace {

using Csr = Snapshot::BoostGraph::Csr;

// Colours of the vertices that were seen: nothing is initialised for those that were not.
struct SparseColors {
  using key_type = uint32_t;
  using value_type = boost::default_color_type;
  using reference = value_type;
  using category = boost::read_write_property_map_tag;
  absl::flat_hash_map<uint32_t, value_type>* colors;

  friend value_type get(const SparseColors& map, uint32_t vertex) {
    const auto it = map.colors->find(vertex);
    return it == map.colors->end() ? boost::white_color : it->second;
  }
  friend void put(const SparseColors& map, uint32_t vertex, value_type color) {
    (*map.colors)[vertex] = color;
  }
};

// What is shared by the edge filter (which enforces the limits) and the visitor (which records).
struct Walk {
  const Snapshot& snapshot;
  const TraversalOptions& options;
  absl::flat_hash_map<uint32_t, int> depth;
  Traversal result;

  // True if the walk may follow `edge`; called for every edge out of a vertex that was reached.
  bool Follows(const Edge& edge) {
    if (!options.relations.Has(edge.relation)) return false;
    const bool up = options.direction == Direction::kUpstream;
    const uint32_t near = (up ? edge.child : edge.parent).value();
    const uint32_t far = (up ? edge.parent : edge.child).value();
    const auto at = depth.find(near);
    if (at == depth.end() || at->second >= options.max_depth) return false;
    if (depth.contains(far)) return true;
    if (result.visits.size() >= options.max_vertices ||
        ((result.visits.size() & 0x3FF) == 0x3FF && options.stop.Requested())) {
      result.complete = false;
      return false;
    }
    return true;
  }
};

template <typename Graph>
const Edge& EdgeOf(const Walk& walk, const Graph& graph,
                   const typename boost::graph_traits<Graph>::edge_descriptor& e) {
  return walk.snapshot.Get(EdgeId(static_cast<uint32_t>(boost::get(boost::edge_index, graph, e))));
}

class Recorder : public boost::default_bfs_visitor {
 public:
  Recorder(Walk* walk) : walk_(walk) {}

  template <typename E, typename Graph>
  void tree_edge(const E& e, const Graph& graph) {
    const auto near = static_cast<uint32_t>(boost::source(e, graph));
    const auto far = static_cast<uint32_t>(boost::target(e, graph));
    const int depth = walk_->depth.at(near) + 1;
    walk_->depth[far] = depth;
    walk_->result.visits.push_back({VertexId(far), depth, &EdgeOf(*walk_, graph, e)});
  }

 private:
  Walk* walk_;
};

template <typename Graph>
void Run(const Graph& graph, VertexId start, Walk* walk) {
  const auto follows = [walk, &graph](const auto& e) {
    return walk->Follows(EdgeOf(*walk, graph, e));
  };
  using EdgeDescriptor = typename boost::graph_traits<Graph>::edge_descriptor;
  const boost::filtered_graph filtered(graph, std::function<bool(const EdgeDescriptor&)>(follows));
  absl::flat_hash_map<uint32_t, boost::default_color_type> colors;
  boost::queue<uint32_t> buffer;
  boost::breadth_first_visit(filtered, start.value(), buffer, Recorder(walk),
                             SparseColors{&colors});
}

}  // namespace

Traversal Traverse(const Snapshot& snapshot, VertexId start, const TraversalOptions& options) {
  Walk walk{snapshot, options, {}, {}};
  walk.depth[start.value()] = 0;
  const Csr& csr = snapshot.boost_graph().csr;
  if (options.direction == Direction::kUpstream) {
    Run(csr, start, &walk);
  } else {
    Run(boost::make_reverse_graph(csr), start, &walk);
  }
  return std::move(walk.result);
}

std::vector<const Edge*> ShortestPath(const Snapshot& snapshot, VertexId from, VertexId to,
                                      const RelationSet& relations) {
  TraversalOptions options;
  options.relations = relations;
  absl::flat_hash_map<VertexId, const Edge*> found_by;
  for (const Visit& visit : Traverse(snapshot, from, options).visits)
    found_by[visit.vertex] = visit.via;
  std::vector<const Edge*> path;
  for (VertexId at = to; at != from;) {
    const auto it = found_by.find(at);
    if (it == found_by.end()) return {};
    path.push_back(it->second);
    at = it->second->child;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace lineage
