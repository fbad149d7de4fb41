// Boost.Graph's view of a snapshot: a compressed-sparse-row graph whose vertex and edge numbers are
// the snapshot's. Costs seconds to compile: include it in .cc files only.
#ifndef LINEAGE_ENGINE_GRAPH_BOOST_GRAPH_H_
#define LINEAGE_ENGINE_GRAPH_BOOST_GRAPH_H_

#include <boost/graph/compressed_sparse_row_graph.hpp>

#include "engine/graph/snapshot.h"

namespace lineage {

// Out-edges lead upstream (to parents), in-edges downstream.
struct Snapshot::BoostGraph {
  using Csr = boost::compressed_sparse_row_graph<boost::bidirectionalS, boost::no_property,
                                                 boost::no_property, boost::no_property, uint32_t,
                                                 uint32_t>;
  Csr csr;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_BOOST_GRAPH_H_
