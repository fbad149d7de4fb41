// Answers whether a model is open, by each definition that somebody may mean. Rules:
// docs/semantics.md, section 5.
#ifndef LINEAGE_ENGINE_OPENNESS_ASSESSMENT_H_
#define LINEAGE_ENGINE_OPENNESS_ASSESSMENT_H_

#include "engine/graph/snapshot.h"
#include "engine/model/openness.h"
#include "engine/permission/query.h"

namespace lineage {

// By those of `definitions` that apply to the artifact's kind. `target` is the vertex whose licence
// osi-approved-license is about; all other definitions are about the artifact's primary component.
// Of the query the stance, the use of adapters and the limits count; the context does not.
// `revision` is left to the caller. Never fails.
//
// Cost: an evaluation of the artifact and of each base above it, along copy, inside, adaptation and
// adapter edges.
[[nodiscard]] OpennessAssessment AssessOpenness(const Snapshot& snapshot, VertexId target,
                                                const Query& query,
                                                OpennessDefinitions definitions);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_OPENNESS_ASSESSMENT_H_
