// Turns an evaluation into an explanation: verdicts with proofs, duties and claims.
#ifndef LINEAGE_ENGINE_PERMISSION_EXPLAINER_H_
#define LINEAGE_ENGINE_PERMISSION_EXPLAINER_H_

#include <string>
#include <vector>

#include "engine/graph/snapshot.h"
#include "engine/model/explanation.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/query.h"

namespace lineage {

// Explains one vertex: everything but findings and remedies (engine/audit adds these). One verdict
// per right of `query.rights`. Never fails. Cost: three evaluations (one a stance), plus the size
// of the proofs.
[[nodiscard]] Explanation Explain(const Snapshot& snapshot, VertexId target, const Query& query);

// The path of edges as hops of ids.
[[nodiscard]] std::vector<Hop> ToHops(const Snapshot& snapshot,
                                      const std::vector<const Edge*>& path);

// The way by which a term comes from a voice.
struct Route {
  std::vector<const Edge*> path;  // from the target up to the voice's origin
  Way way;
};

// The shortest path by which something comes from `voice` by one of `ways`, uncontested if one of
// them is. `vendor`: who alone can grant the licence, if anybody. Empty if none of them arrives.
[[nodiscard]] Route RouteOf(const Snapshot& snapshot, VertexId target, const Voice& voice,
                            const WaySet& ways, LicensorId vendor);

// The proof of `right` in an evaluation: every term whose value is not permitted, strictest first;
// if all are, the grants of the artifact's own licence. `asked_with` are the rights that the
// licensee's choice is made for.
[[nodiscard]] std::vector<Because> Prove(Evaluator* evaluator, const Evaluation& evaluation,
                                         Right right, RightSet asked_with);

// Only what arrives contested and would turn `right` undetermined, whether or not it arrives
// uncontested as well; under the choice made for all rights together.
[[nodiscard]] std::vector<Because> ProveContested(Evaluator* evaluator,
                                                  const Evaluation& evaluation, Right right);

// All claims about the artifact of `vertex`, with what became of them, best first; at the stop
// signal only those that were looked at until then.
[[nodiscard]] std::vector<ClaimView> ClaimViews(const Snapshot& snapshot, VertexId vertex,
                                                const Stop& stop = {});

// The duties that bind or reach the target, in the choice made for `asked_with`: uncontested ones,
// then those that are contested alone.
[[nodiscard]] std::vector<DutyView> DutiesOf(Evaluator* evaluator, const Evaluation& evaluation,
                                             RightSet asked_with);

// What is said to be released of the artifact; nullopt if nobody says.
[[nodiscard]] std::optional<ComponentSet> ReleasesOf(const Snapshot& snapshot,
                                                     const Vertex& vertex);

// The word for an artifact whose class as a whole is `license_class`. Source: docs/semantics.md,
// section 5.
[[nodiscard]] Openness OpennessOf(const Snapshot& snapshot, VertexId vertex,
                                  LicenseClass license_class);

// What is concluded for one vertex, as text: an expression, "undeclared" or "unresolved".
[[nodiscard]] std::string ConclusionText(const Snapshot& snapshot, VertexId vertex);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_EXPLAINER_H_
