#include "engine/permission/reach.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/permission/passage.h"

namespace lineage {
namespace {

// How a term spoken at a vertex arrives if what comes from there has to be in the form `pending`;
// nothing if terms are never spoken in that form.
std::optional<Way> SpokenAs(Way pending) {
  switch (pending.form) {
    case Form::kWork:
    case Form::kDerivative:
    case Form::kTraining:
    case Form::kClass:
      return pending;
    case Form::kOutput:
      pending.form = Form::kFromOutputs;
      return pending;
    case Form::kSource:
      pending.form = Form::kMade;
      return pending;
    case Form::kOwn:
    case Form::kMade:
    case Form::kFromOutputs:
    case Form::kDormant:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

const BoundExpression* EdgeTerms::Find(const Edge& edge) {
  const auto [known, fresh] = by_edge_.try_emplace(&edge, nullptr);
  if (!fresh) return known->second;
  std::optional<BoundExpression> terms = snapshot_.TermsOver(edge);
  if (!terms) return nullptr;
  std::unique_ptr<const BoundExpression>& one = by_text_[terms->text];
  if (one == nullptr) one = std::make_unique<const BoundExpression>(*std::move(terms));
  return known->second = one.get();
}

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

Reach Reach::Search(const Snapshot& snapshot, VertexId target, const Query& query, LicensorId cut,
                    EdgeTerms* terms) {
  Reach reach;
  Node& root = reach.nodes_.emplace_back();
  root.vertex = target;
  if (cut.valid() && snapshot.Get(target).licensor.id == cut) return reach;

  struct Open {
    uint32_t node;
    uint16_t code;
  };
  absl::InlinedVector<Open, 32> open;
  for (const Form form : {Form::kWork, Form::kDerivative, Form::kMade, Form::kFromOutputs,
                          Form::kTraining, Form::kClass}) {
    const uint16_t code = Way{.form = form}.code();
    root.states.push_back({code, {}});
    open.push_back({0, code});
  }
  const Passages& passages = Passages::Of(query);
  const std::size_t limit =
      query.max_vertices < ~std::size_t{0} ? query.max_vertices + 1 : query.max_vertices;
  for (std::size_t at = 0; at < open.size(); ++at) {
    const Open state = open[at];
    const Way below = Way::FromCode(state.code);
    const VertexId child = reach.nodes_[state.node].vertex;
    const LicensorId child_licensor = snapshot.Get(child).licensor.id;
    if ((at & 0x3FF) == 0x3FF && query.stop.Requested()) {
      reach.complete_ = false;
      break;
    }
    for (const Edge& edge : snapshot.Upstream(child)) {
      const LicensorId licensor = snapshot.Get(edge.parent).licensor.id;
      const bool same = licensor.valid() && licensor == child_licensor;
      std::size_t place = reach.nodes_.size() + 1;  // not asked for yet
      const bool weights = snapshot.Get(edge.parent).component == Component::kWeights;
      for (const Passage& passage : passages.Get(edge.relation, edge.in_cycle, same, weights)) {
        if (passage.below != below.form) continue;
        if (place > reach.nodes_.size()) place = reach.FindOrAdd(edge.parent, limit);
        if (place == reach.nodes_.size()) {
          reach.complete_ = false;
          break;
        }
        Node& node = reach.nodes_[place];
        const Way above = Above(below, passage, edge.relation);
        const Step step{&edge, state.node, state.code};
        if (const std::optional<Way> way = SpokenAs(above)) {
          const Heard heard{way->code(), terms->Of(edge)};
          const bool known = std::any_of(
              node.arrived.begin(), node.arrived.end(), [&](const Arrived& other) {
                return other.heard.code == heard.code && other.heard.terms == heard.terms;
              });
          if (!known) node.arrived.push_back({heard, step});
        }
        const uint16_t code = above.code();
        if (std::any_of(node.states.begin(), node.states.end(),
                        [&](const State& other) { return other.code == code; })) {
          continue;
        }
        node.states.push_back({code, step});
        if (!cut.valid() || licensor != cut) open.push_back({static_cast<uint32_t>(place), code});
      }
    }
  }
  return reach;
}

absl::InlinedVector<const BoundExpression*, 2> Reach::TermsAt(std::size_t i) const {
  absl::InlinedVector<const BoundExpression*, 2> all;
  for (const Arrived& arrived : nodes_[i].arrived) {
    if (std::find(all.begin(), all.end(), arrived.heard.terms) == all.end())
      all.push_back(arrived.heard.terms);
  }
  return all;
}

WaySet Reach::WaysOf(VertexId vertex, const BoundExpression* terms) const {
  WaySet ways;
  const std::size_t place = PlaceOf(vertex);
  if (place == nodes_.size()) return ways;
  for (const Arrived& arrived : nodes_[place].arrived) {
    if (arrived.heard.terms == terms) ways.AddCode(arrived.heard.code);
  }
  return ways;
}

std::vector<const Edge*> Reach::PathOf(VertexId vertex, Way way,
                                       const BoundExpression* terms) const {
  std::vector<const Edge*> path;
  const std::size_t place = PlaceOf(vertex);
  if (place == nodes_.size()) return path;
  const uint16_t code = way.code();
  const auto& arrived = nodes_[place].arrived;
  const auto last = std::find_if(arrived.begin(), arrived.end(), [&](const Arrived& other) {
    return other.heard.code == code && other.heard.terms == terms;
  });
  if (last == arrived.end()) return path;
  // In a cycle the way may lead through the target itself; only the states that the search began
  // with have no edge.
  Step step = last->step;
  while (step.edge != nullptr) {
    path.push_back(step.edge);
    const auto& states = nodes_[step.child].states;
    step = std::find_if(states.begin(), states.end(),
                        [&](const State& state) { return state.code == step.below; })
               ->step;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace lineage
