#include "engine/permission/reach.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "engine/permission/conveyance.h"

namespace lineage {
namespace {

constexpr std::array<Arrival, 4> kClean = {Arrival::kWork, Arrival::kDerivative, Arrival::kOutput,
                                           Arrival::kTraining};

// The scope that `arrival` is about; not for kClass.
Scope ScopeOf(Arrival arrival) {
  const auto value = static_cast<uint8_t>(arrival);
  return static_cast<Scope>(value < 4 ? value : value - 4);
}

Arrival Contested(Scope scope) {
  return scope == Scope::kWork ? Arrival::kContestedWork : Arrival::kContestedDerivative;
}

}  // namespace

std::size_t Reach::PlaceOf(VertexId vertex) const {
  if (nodes_.size() > kScanned) {
    const auto it = places_.find(vertex);
    return it == places_.end() ? nodes_.size() : it->second;
  }
  std::size_t at = 0;
  while (at < nodes_.size() && nodes_[at].vertex != vertex) ++at;
  return at;
}

// nodes_.size() if there are `limit` already.
std::size_t Reach::FindOrAdd(VertexId vertex, std::size_t limit) {
  const std::size_t place = PlaceOf(vertex);
  if (place < nodes_.size() || place >= limit) return place;
  nodes_.emplace_back().vertex = vertex;
  if (nodes_.size() == kScanned + 1) {
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      places_[nodes_[i].vertex] = static_cast<uint32_t>(i);
  } else if (nodes_.size() > kScanned) {
    places_[vertex] = static_cast<uint32_t>(place);
  }
  return place;
}

Reach Reach::Search(const Snapshot& snapshot, VertexId target, const Query& query, LicensorId cut) {
  Reach reach;
  Node& root = reach.nodes_.emplace_back();
  root.vertex = target;
  for (const Arrival arrival : kClean) root.arrivals.Add(arrival);
  root.arrivals.Add(Arrival::kClass);
  if (cut.valid() && snapshot.Get(target).licensor.id == cut) return reach;

  // Going up from (node, arrival): what a term of the parent must be to arrive below as `arrival`.
  struct State {
    uint32_t node;
    Arrival arrival;
  };
  absl::InlinedVector<State, 32> open;
  for (const Arrival arrival : root.arrivals) open.push_back({0, arrival});
  const std::size_t limit =
      query.max_vertices < ~std::size_t{0} ? query.max_vertices + 1 : query.max_vertices;
  for (std::size_t at = 0; at < open.size(); ++at) {
    const State state = open[at];
    if ((at & 0x3FF) == 0x3FF && query.stop.Requested()) {
      reach.complete_ = false;
      break;
    }
    for (const Edge& edge : snapshot.Upstream(reach.nodes_[state.node].vertex)) {
      const Conveyance conveyance =
          ConveyanceOf(ClassOf(edge.relation), query.stance, query.adapter, edge.in_cycle);
      ArrivalSet above;
      if (state.arrival == Arrival::kClass) {
        if (conveyance.carries_class) above.Add(Arrival::kClass);
      } else {
        const Scope scope = ScopeOf(state.arrival);
        if (conveyance.conveys.Has(scope)) above.Add(state.arrival);
        if (conveyance.contests.Has(scope)) above.Add(Contested(scope));
      }
      if (above.empty()) continue;
      const std::size_t place = reach.FindOrAdd(edge.parent, limit);
      if (place == reach.nodes_.size()) {
        reach.complete_ = false;
        continue;
      }
      Node& node = reach.nodes_[place];
      for (const Arrival arrival : above) {
        if (node.arrivals.Has(arrival)) continue;
        node.arrivals.Add(arrival);
        node.steps[static_cast<std::size_t>(arrival)] = {&edge, state.node, state.arrival};
        if (!cut.valid() || snapshot.Get(edge.parent).licensor.id != cut) {
          open.push_back({static_cast<uint32_t>(place), arrival});
        }
      }
    }
  }
  return reach;
}

ArrivalSet Reach::ArrivalsOf(VertexId vertex) const {
  const std::size_t place = PlaceOf(vertex);
  return place == nodes_.size() ? ArrivalSet() : arrivals(place);
}

std::vector<const Edge*> Reach::PathOf(VertexId vertex, Arrival arrival) const {
  std::vector<const Edge*> path;
  // In a cycle the way may lead through the target itself; only the states that the search began
  // with have no edge.
  std::size_t place = PlaceOf(vertex);
  while (true) {
    const Step& step = nodes_[place].steps[static_cast<std::size_t>(arrival)];
    if (step.edge == nullptr) break;
    path.push_back(step.edge);
    place = step.child;
    arrival = step.below;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace lineage
