// May an artifact be released as it is, under its label? Beside the verdicts. Rules:
// docs/semantics.md, section 7.
#ifndef LINEAGE_ENGINE_AUDIT_GATE_H_
#define LINEAGE_ENGINE_AUDIT_GATE_H_

#include <vector>

#include "engine/graph/snapshot.h"
#include "engine/model/explanation.h"
#include "engine/permission/query.h"

namespace lineage {

// What the question is about: as it says, and as the rights that it asks for imply.
[[nodiscard]] EnumSet<UseMode> UseModesOf(const Query& query);

// Which of these findings gate: prohibited if any does, whatever could be done about it.
[[nodiscard]] Gate GatedBy(const Query& query, const std::vector<Finding>& findings);

// The gate of one vertex, with the licence that it could be released under; `findings` are all
// about it, in the order that the answer gives them. Cost: nothing if none of them gates; else an
// evaluation and a few comparisons a licence.
[[nodiscard]] Gate GateOf(const Snapshot& snapshot, VertexId target, const Query& query,
                          const std::vector<Finding>& findings);

// The worse of a verdict and a gate.
[[nodiscard]] inline Verdict WithGate(Verdict verdict, const Gate& gate) {
  return Stricter(verdict, gate.verdict);
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_AUDIT_GATE_H_
