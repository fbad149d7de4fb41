#include "engine/permission/reach.h"

#include <algorithm>
#include <deque>

#include "absl/time/clock.h"
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

Reach Reach::Search(const Snapshot& snapshot, VertexId target, const Query& query, LicensorId cut) {
  Reach reach;
  reach.target_ = target;
  reach.order_.push_back(target);
  Node& root = reach.nodes_[target];
  for (const Arrival arrival : kClean) root.arrivals.Add(arrival);
  root.arrivals.Add(Arrival::kClass);
  if (cut.valid() && snapshot.Get(target).licensor.id == cut) return reach;

  // Going up from (vertex, arrival): what a term of the parent must be to arrive below as
  // `arrival`.
  struct State {
    VertexId vertex;
    Arrival arrival;
  };
  std::deque<State> open;
  for (const Arrival arrival : root.arrivals.Values()) open.push_back({target, arrival});
  std::size_t steps = 0;
  while (!open.empty()) {
    const State state = open.front();
    open.pop_front();
    if ((++steps & 0x3FF) == 0 && query.stop.Requested()) {
      reach.complete_ = false;
      break;
    }
    for (const Edge& edge : snapshot.Upstream(state.vertex)) {
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
      const auto [it, fresh] = reach.nodes_.try_emplace(edge.parent);
      if (fresh) {
        if (reach.order_.size() > query.max_vertices) {
          reach.nodes_.erase(it);
          reach.complete_ = false;
          continue;
        }
        reach.order_.push_back(edge.parent);
      }
      Node& node = it->second;
      for (const Arrival arrival : above.Values()) {
        if (node.arrivals.Has(arrival)) continue;
        node.arrivals.Add(arrival);
        node.steps[static_cast<std::size_t>(arrival)] = {&edge, state.arrival};
        if (!cut.valid() || snapshot.Get(edge.parent).licensor.id != cut)
          open.push_back({edge.parent, arrival});
      }
    }
  }
  return reach;
}

ArrivalSet Reach::ArrivalsOf(VertexId vertex) const {
  if (vertex == target_) return {};
  const auto it = nodes_.find(vertex);
  return it == nodes_.end() ? ArrivalSet() : it->second.arrivals;
}

std::vector<const Edge*> Reach::PathOf(VertexId vertex, Arrival arrival) const {
  std::vector<const Edge*> path;
  // In a cycle the way may lead through the target itself; only the states that the search began
  // with have no edge.
  while (true) {
    const Step& step = nodes_.at(vertex).steps[static_cast<std::size_t>(arrival)];
    if (step.edge == nullptr) break;
    path.push_back(step.edge);
    vertex = step.edge->child;
    arrival = step.below;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace lineage
