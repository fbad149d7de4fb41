// What to replace so that a check passes.
#ifndef LINEAGE_ENGINE_REPAIR_H_
#define LINEAGE_ENGINE_REPAIR_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/model/repair_plan.h"

namespace lineage {

struct RepairOptions {
  // The joint verdict of the question's rights that has to be reached.
  Verdict accept = Verdict::kPermitted;
  // What replacing an artifact costs: the first pattern ('*' matches anything) that its id fits;
  // else 1. At least 1.
  std::vector<std::pair<std::string, uint32_t>> costs;
  std::size_t max_sets = 20;
  std::size_t max_evaluations = 20'000;  // past it, the list may not be whole
};

// All cheapest sets of upstream artifacts such that the check passes once each of them is replaced
// by one that permits everything and was made from nothing. Each is verified by evaluating with
// the replacements in place. The artifact itself is never replaced.
//
// Also the single claims that would settle the matter if somebody confirmed them: see
// Confirmation. Source: docs/semantics.md, section 8.
//
// Errors: those of Engine::Explain; INVALID_ARGUMENT (cost below 1). Cost: exponential in the size
// of the sets at worst, bounded by `max_evaluations` and the question's stop signal; past either
// the plan is marked incomplete, and a set that is valid, if perhaps not the cheapest, is given.
absl::StatusOr<RepairPlan> Repair(const Engine& engine, absl::string_view artifact,
                                  const Question& question, const RepairOptions& options);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_REPAIR_H_
