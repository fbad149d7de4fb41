// Messages and values of comparisons, impacts, repairs, headroom and notices; see convert.h.
#ifndef LINEAGE_SERVICE_WIRE_CONVERT_ANALYSIS_H_
#define LINEAGE_SERVICE_WIRE_CONVERT_ANALYSIS_H_

#include "engine/model/ai_act.h"
#include "engine/model/headroom.h"
#include "engine/model/notice.h"
#include "engine/model/openness.h"
#include "engine/model/repair_plan.h"
#include "engine/repair.h"
#include "engine/suggest.h"
#include "service/wire/convert.h"

namespace lineage {

void ToPb(const VerdictChange& change, pb::VerdictChange* out);
void ToPb(const SearchHit& hit, pb::SearchHit* out);
void ToPb(const Difference& difference, pb::Difference* out);
void ToPb(const RepairPlan& plan, pb::SuggestRepairsResponse* out);
void ToPb(const Headroom& headroom, pb::Headroom* out);
void ToPb(const Notice& notice, pb::Notice* out);
void ToPb(const Suggestions& suggestions, pb::SuggestLicensesResponse* out);
void ToPb(const LicensePair& pair, pb::CompareLicensesResponse* out);
void ToPb(const OpennessAssessment& assessment, pb::AssessOpennessResponse* out);
void ToPb(const AiActAssessment& assessment, pb::AssessAiActResponse* out);

[[nodiscard]] VerdictChange ValueOf(const pb::VerdictChange& message);
[[nodiscard]] SearchHit ValueOf(const pb::SearchHit& message);
[[nodiscard]] Difference ValueOf(const pb::Difference& message);
// But for the rights, which the caller knows.
[[nodiscard]] RepairPlan ValueOf(const pb::SuggestRepairsResponse& message);
[[nodiscard]] Headroom ValueOf(const pb::Headroom& message);
[[nodiscard]] Notice ValueOf(const pb::Notice& message);
[[nodiscard]] Suggestions ValueOf(const pb::SuggestLicensesResponse& message);
[[nodiscard]] LicensePair ValueOf(const pb::CompareLicensesResponse& message);
[[nodiscard]] OpennessAssessment ValueOf(const pb::AssessOpennessResponse& message);
[[nodiscard]] AiActAssessment ValueOf(const pb::AssessAiActResponse& message);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_WIRE_CONVERT_ANALYSIS_H_
