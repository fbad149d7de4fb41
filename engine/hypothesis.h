// What-if: an engine over what is known and what is supposed.
#ifndef LINEAGE_ENGINE_HYPOTHESIS_H_
#define LINEAGE_ENGINE_HYPOTHESIS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/catalog/claim_checks.h"
#include "engine/engine.h"
#include "engine/model/hypothesis.h"

namespace lineage {

// How much of the graph an answer can rest on.
enum class Extent : uint8_t {
  kUpstream,  // what is upstream of the artifacts asked about
  kBoth,      // and what is downstream of them and of what the hypothesis is about
  kAll,
};

struct Supposed {
  std::shared_ptr<const Engine> engine;
  std::vector<std::string> focus;  // the ids that the names asked about mean
};

// An engine that answers about `focus` (names) as if the hypothesis held; answers about anything
// else may be missing from it. Supposed claims are marked so, and so are the hops that rest on
// them. Nothing is written, and concurrent hypotheses do not see each other.
//
// Errors: those of Engine::Resolve for `focus`; INVALID_ARGUMENT (Reason CLAIM_INVALID) naming the
// first problem of the hypothesis. Cost: linear in the part of the graph that `extent` names.
absl::StatusOr<Supposed> Suppose(const Engine& engine, const SnapshotKey& key,
                                 const Hypothesis& hypothesis,
                                 const std::vector<std::string>& focus, Extent extent);

// What is wrong with a hypothesis; fields are named as in the protocol buffers, "claims[0].source".
[[nodiscard]] std::vector<FieldProblem> ProblemsOf(const Engine& engine,
                                                   const Hypothesis& hypothesis);

// The artifacts that a hypothesis says something about: described, subjects of its claims and of
// those it leaves out. In order, without repeats.
[[nodiscard]] std::vector<std::string> SubjectsOf(const Engine& engine,
                                                  const Hypothesis& hypothesis);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_HYPOTHESIS_H_
