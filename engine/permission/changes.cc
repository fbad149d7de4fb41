#include "engine/permission/changes.h"

#include <map>
#include <utility>

#include "engine/graph/traversal.h"
#include "engine/permission/evaluator.h"

namespace lineage {
namespace {

using Key = std::pair<std::string, Component>;

// The vertices of `subjects` and all downstream of them.
void Collect(const Snapshot& snapshot, const std::vector<std::string>& subjects, const Query& query,
             std::size_t max_vertices, std::map<Key, bool>* keys, bool* complete) {
  const auto add = [&](VertexId id) {
    keys->emplace(Key{snapshot.IdOf(id), snapshot.Get(id).component}, true);
  };
  for (const std::string& subject : subjects) {
    for (const Component component : EnumValues<Component>()) {
      const VertexId start = snapshot.FindVertex(subject, component);
      if (!start.valid()) continue;
      add(start);
      TraversalOptions options;
      options.direction = Direction::kDownstream;
      options.max_vertices = max_vertices;
      options.stop = query.stop;
      const Traversal traversal = Traverse(snapshot, start, options);
      for (const Visit& visit : traversal.visits) add(visit.vertex);
      if (!traversal.complete) *complete = false;
    }
    if (keys->size() > max_vertices) {
      *complete = false;
      return;
    }
  }
}

}  // namespace

ChangedVerdicts CompareVerdicts(const Snapshot& before, const Snapshot& after,
                                const std::vector<std::string>& subjects, const Query& query,
                                std::size_t max_vertices) {
  ChangedVerdicts result;
  std::map<Key, bool> keys;
  Collect(before, subjects, query, max_vertices, &keys, &result.complete);
  Collect(after, subjects, query, max_vertices, &keys, &result.complete);
  Evaluator old_evaluator(before, query);
  Evaluator new_evaluator(after, query);
  std::size_t done = 0;
  for (const auto& [key, unused] : keys) {
    if (++done > max_vertices || ((done & 0xF) == 0 && query.stop.Requested())) {
      result.complete = false;
      break;
    }
    const VertexId old_vertex = before.FindVertex(key.first, key.second);
    const VertexId new_vertex = after.FindVertex(key.first, key.second);
    std::optional<Evaluation> old_one;
    std::optional<Evaluation> new_one;
    if (old_vertex.valid()) old_one = old_evaluator.Evaluate(old_vertex);
    if (new_vertex.valid()) new_one = new_evaluator.Evaluate(new_vertex);
    for (const Right right : query.rights.Values()) {
      const auto index = static_cast<std::size_t>(right);
      std::optional<Verdict> from;
      std::optional<Verdict> to;
      if (old_one) from = old_one->alone[index];
      if (new_one) to = new_one->alone[index];
      if (from != to) result.changes.push_back({key.first, key.second, right, from, to});
    }
  }
  return result;
}

}  // namespace lineage
