#include "engine/permission/vertex_cut.h"

// Boost 1.81's edge iterators make g++ 12 see uninitialised optionals that are never read.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <limits>

namespace lineage {
namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using EdgeProperties = boost::property<
    boost::edge_capacity_t, int64_t,
    boost::property<boost::edge_residual_capacity_t, int64_t,
                    boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>;
using VertexProperties =
    boost::property<boost::vertex_color_t, boost::default_color_type,
                    boost::property<boost::vertex_predecessor_t, Traits::edge_descriptor,
                                    boost::property<boost::vertex_distance_t, int64_t>>>;
using Network = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, VertexProperties,
                                      EdgeProperties>;

constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max() / 4;

void Connect(std::size_t from, std::size_t to, int64_t capacity, Network* network) {
  const auto forth = boost::add_edge(from, to, *network).first;
  const auto back = boost::add_edge(to, from, *network).first;
  boost::put(boost::edge_capacity, *network, forth, capacity);
  boost::put(boost::edge_capacity, *network, back, 0);
  boost::put(boost::edge_reverse, *network, forth, back);
  boost::put(boost::edge_reverse, *network, back, forth);
}

}  // namespace

std::optional<std::vector<uint32_t>> MinimumVertexCut(
    const std::vector<uint32_t>& costs, const std::vector<std::pair<uint32_t, uint32_t>>& edges,
    uint32_t from, const std::vector<uint32_t>& targets) {
  if (std::find(targets.begin(), targets.end(), from) != targets.end()) return std::nullopt;
  // Each vertex becomes two, with its cost between them; edges leave the second one.
  const auto in = [](uint32_t vertex) { return 2 * std::size_t{vertex}; };
  const auto out = [](uint32_t vertex) { return 2 * std::size_t{vertex} + 1; };
  const std::size_t sink = 2 * costs.size();
  Network network(sink + 1);
  for (uint32_t v = 0; v < costs.size(); ++v) {
    Connect(in(v), out(v), v == from ? kUnlimited : int64_t{costs[v]}, &network);
  }
  for (const auto& [a, b] : edges) Connect(out(a), in(b), kUnlimited, &network);
  for (const uint32_t target : targets) Connect(out(target), sink, kUnlimited, &network);
  boost::boykov_kolmogorov_max_flow(network, in(from), sink);
  // What the flow leaves reachable from the source is one side of the cut.
  std::vector<bool> reached(sink + 1, false);
  std::vector<std::size_t> open = {in(from)};
  reached[in(from)] = true;
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (const auto edge : boost::make_iterator_range(boost::out_edges(at, network))) {
      const std::size_t to = boost::target(edge, network);
      if (reached[to] || boost::get(boost::edge_residual_capacity, network, edge) == 0) continue;
      reached[to] = true;
      open.push_back(to);
    }
  }
  std::vector<uint32_t> cut;
  for (uint32_t v = 0; v < costs.size(); ++v) {
    if (reached[in(v)] && !reached[out(v)]) cut.push_back(v);
  }
  return cut;
}

}  // namespace lineage
