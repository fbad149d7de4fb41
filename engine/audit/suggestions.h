// Under which licences could an artifact be released?
#ifndef LINEAGE_ENGINE_AUDIT_SUGGESTIONS_H_
#define LINEAGE_ENGINE_AUDIT_SUGGESTIONS_H_

#include <string>
#include <vector>

#include "engine/graph/snapshot.h"
#include "engine/model/suggestions.h"
#include "engine/permission/query.h"

namespace lineage {

// The licences of the catalogue (reviewed, not proprietary) under which no error-level finding of
// `target` would remain, most open first; expressions of two where no single one will do. The
// target must be declared: its own licence is put aside. Rules: docs/compatibility.md.
// Cost: one evaluation, then a few comparisons a licence.
[[nodiscard]] Suggestions SuggestLicenses(const Snapshot& snapshot, VertexId target,
                                          const Query& query);

// The same as ids alone, most open first; the target may be under any licence. Only single licences.
[[nodiscard]] std::vector<std::string> FittingLicenses(const Snapshot& snapshot, VertexId target,
                                                       const Query& query);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_AUDIT_SUGGESTIONS_H_
