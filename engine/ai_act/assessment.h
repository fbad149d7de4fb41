// Answers whose model an artifact is under the EU AI Act. Rules: docs/ai-act.md.
#ifndef LINEAGE_ENGINE_AI_ACT_ASSESSMENT_H_
#define LINEAGE_ENGINE_AI_ACT_ASSESSMENT_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/graph/snapshot.h"
#include "engine/model/ai_act.h"
#include "engine/permission/query.h"

namespace lineage {

// About the artifact's primary component, `target`. Of the query the stance, the use of adapters
// and the limits count; the context does not, but for where the asker is established. `revision`
// is left to the caller. Never fails. Cost: at most three evaluations of the artifact, its claims
// and edges and those of its bases, and all data upstream of it up to the query's limit.
[[nodiscard]] AiActAssessment AssessAiAct(const Snapshot& snapshot, VertexId target,
                                          const Query& query, AiActActor actor);

// True for the kinds that Chapter V may speak of: models and what is not described.
[[nodiscard]] bool AiActAppliesTo(ArtifactKind kind);

// ISO 3166-1 alpha-2 codes of the Union's member states; the vocabulary's region EU is the same.
[[nodiscard]] absl::Span<const absl::string_view> UnionMembers();

}  // namespace lineage

#endif  // LINEAGE_ENGINE_AI_ACT_ASSESSMENT_H_
