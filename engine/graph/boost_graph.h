// Boost.Graph's view of a snapshot, so that its algorithms run on it unchanged: it models
// VertexListGraph, IncidenceGraph and BidirectionalGraph (asserted below). Out-edges lead upstream
// (to parents), in-edges downstream. Costs seconds to compile: include it in .cc files only.
//
// What runs on it: strong components, to find cycles (snapshot_builder.cc); the minimum cut of
// repairs runs on Boost's own adjacency list of what is upstream (vertex_cut.cc). The walks of
// traversal.h and the searches of permission/reach.h have loops of their own, which fetch ahead and
// carry more than a vertex; tests/unit/graph_test.cc holds the walks equal to Boost's.
#ifndef LINEAGE_ENGINE_GRAPH_BOOST_GRAPH_H_
#define LINEAGE_ENGINE_GRAPH_BOOST_GRAPH_H_

#include <boost/concept/assert.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/transform_iterator.hpp>
#include <boost/property_map/property_map.hpp>

#include "engine/graph/snapshot.h"

namespace lineage {

// Vertices are 0 … vertex_count() - 1 (Snapshot::Dense).
struct BoostGraph {
  const Snapshot* snapshot = nullptr;

  struct EdgeDescriptor {
    uint32_t child = 0;
    uint32_t parent = 0;
    Relation relation = Relation::kBundles;
    friend bool operator==(const EdgeDescriptor&, const EdgeDescriptor&) = default;
  };
  struct FromEdge {
    const Snapshot* snapshot = nullptr;
    EdgeDescriptor operator()(const Edge& edge) const {
      return {edge.child.value(), static_cast<uint32_t>(snapshot->Dense(edge.parent)),
              edge.relation};
    }
  };
  struct FromChildEdge {
    uint32_t parent = 0;
    EdgeDescriptor operator()(ChildEdge edge) const {
      return {edge.child().value(), parent, edge.relation()};
    }
  };

  using vertex_descriptor = uint32_t;
  using edge_descriptor = EdgeDescriptor;
  using directed_category = boost::bidirectional_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  struct traversal_category : boost::bidirectional_graph_tag, boost::vertex_list_graph_tag {};
  using vertex_iterator = boost::counting_iterator<uint32_t>;
  using out_edge_iterator = boost::transform_iterator<FromEdge, const Edge*>;
  using in_edge_iterator = boost::transform_iterator<FromChildEdge, const ChildEdge*>;
  using edge_iterator = out_edge_iterator;  // there is no list of edges
  using adjacency_iterator = void;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;

  static uint32_t null_vertex() { return ~uint32_t{0}; }

  friend std::pair<vertex_iterator, vertex_iterator> vertices(const BoostGraph& graph) {
    return {vertex_iterator(0),
            vertex_iterator(static_cast<uint32_t>(graph.snapshot->vertex_count()))};
  }
  friend std::size_t num_vertices(const BoostGraph& graph) {
    return graph.snapshot->vertex_count();
  }
  friend std::pair<out_edge_iterator, out_edge_iterator> out_edges(uint32_t v,
                                                                   const BoostGraph& graph) {
    const auto edges = graph.snapshot->Upstream(graph.snapshot->VertexAt(v));
    return {out_edge_iterator(edges.data(), {graph.snapshot}),
            out_edge_iterator(edges.data() + edges.size(), {graph.snapshot})};
  }
  friend std::size_t out_degree(uint32_t v, const BoostGraph& graph) {
    return graph.snapshot->Upstream(graph.snapshot->VertexAt(v)).size();
  }
  friend std::pair<in_edge_iterator, in_edge_iterator> in_edges(uint32_t v,
                                                                const BoostGraph& graph) {
    const auto edges = graph.snapshot->Downstream(graph.snapshot->VertexAt(v));
    return {in_edge_iterator(edges.data(), {v}),
            in_edge_iterator(edges.data() + edges.size(), {v})};
  }
  friend std::size_t in_degree(uint32_t v, const BoostGraph& graph) {
    return graph.snapshot->Downstream(graph.snapshot->VertexAt(v)).size();
  }
  friend std::size_t degree(uint32_t v, const BoostGraph& graph) {
    return out_degree(v, graph) + in_degree(v, graph);
  }
  friend uint32_t source(const EdgeDescriptor& edge, const BoostGraph&) { return edge.child; }
  friend uint32_t target(const EdgeDescriptor& edge, const BoostGraph&) { return edge.parent; }
};

}  // namespace lineage

namespace boost {

template <>
struct property_map<lineage::BoostGraph, vertex_index_t> {
  using type = typed_identity_property_map<uint32_t>;
  using const_type = type;
};
inline typed_identity_property_map<uint32_t> get(vertex_index_t, const lineage::BoostGraph&) {
  return {};
}

}  // namespace boost

namespace lineage {

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<BoostGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<BoostGraph>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<BoostGraph>));

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_BOOST_GRAPH_H_
