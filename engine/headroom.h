// Up to where a check passes: how much room the numbers in the conditions leave.
#ifndef LINEAGE_ENGINE_HEADROOM_H_
#define LINEAGE_ENGINE_HEADROOM_H_

#include <vector>

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/model/headroom.h"

namespace lineage {

// For each number that a condition on the question's rights asks about: the verdict of the rights
// together over its whole range, all else being as the question says. Empty if no number matters.
//
// Errors: those of Engine::Explain. Cost: two evaluations for each number in a condition.
absl::StatusOr<std::vector<Headroom>> HeadroomOf(const Engine& engine, absl::string_view artifact,
                                                 const Question& question);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_HEADROOM_H_
