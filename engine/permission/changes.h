// What a change of the claims changed in the answers.
#ifndef LINEAGE_ENGINE_PERMISSION_CHANGES_H_
#define LINEAGE_ENGINE_PERMISSION_CHANGES_H_

#include <string>
#include <vector>

#include "engine/graph/snapshot.h"
#include "engine/model/views.h"
#include "engine/permission/query.h"

namespace lineage {

struct ChangedVerdicts {
  std::vector<VerdictChange> changes;  // in order of artifact, component, right
  bool complete = true;                // false if a limit or the stop signal cut it short
};

// Compares the verdicts before and after, each right asked alone, for `subjects` (ids) and all that
// derives from them. Cost: two evaluations for each of these.
[[nodiscard]] ChangedVerdicts CompareVerdicts(const Snapshot& before, const Snapshot& after,
                                              const std::vector<std::string>& subjects,
                                              const Query& query, std::size_t max_vertices);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_CHANGES_H_
