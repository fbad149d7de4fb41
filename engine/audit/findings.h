// The audit: results that say that something is wrong or unknown, each with its path and a remedy.
// Rules: docs/semantics.md, section 7.
#ifndef LINEAGE_ENGINE_AUDIT_FINDINGS_H_
#define LINEAGE_ENGINE_AUDIT_FINDINGS_H_

#include <string>
#include <vector>

#include "engine/graph/snapshot.h"
#include "engine/model/explanation.h"
#include "engine/permission/query.h"

namespace lineage {

// All findings about one vertex, errors first, then in order of id. Stance, adapter use and context
// are the query's; its rights do not matter. Cost: one evaluation, plus a walk over what is
// upstream.
[[nodiscard]] std::vector<Finding> FindingsOf(const Snapshot& snapshot, VertexId target,
                                              const Query& query);

// What to do about an answer: from its findings, missing context and binding terms, most urgent
// first, without repeats.
[[nodiscard]] std::vector<std::string> RemediesFor(const Explanation& explanation);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_AUDIT_FINDINGS_H_
