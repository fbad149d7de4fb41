// Answers as JSON: stable, versioned, snake_case as in the protocol buffers; described in
// docs/json.md.
#ifndef LINEAGE_TOOLS_CLI_JSON_H_
#define LINEAGE_TOOLS_CLI_JSON_H_

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "engine/model/catalog.h"
#include "engine/model/compatibility.h"
#include "engine/model/explanation.h"
#include "engine/model/search.h"
#include "engine/model/suggestions.h"
#include "engine/model/views.h"

namespace lineage {

inline constexpr int kJsonVersion = 1;

[[nodiscard]] nlohmann::ordered_json ToJson(const Explanation& explanation);
// What `check` answers: the joint verdict, the terms in its way and the duties.
[[nodiscard]] nlohmann::ordered_json CheckToJson(const Explanation& explanation,
                                                 const Context& context);
[[nodiscard]] nlohmann::ordered_json ToJson(const Finding& finding);
// `findings` are those that the gate's indexes are about.
[[nodiscard]] nlohmann::ordered_json GateToJson(const Gate& gate,
                                                const std::vector<Finding>& findings);
[[nodiscard]] nlohmann::ordered_json ToJson(const Because& because);
[[nodiscard]] nlohmann::ordered_json ToJson(const DutyView& duty);
[[nodiscard]] nlohmann::ordered_json ToJson(const ArtifactView& view);
[[nodiscard]] nlohmann::ordered_json ToJson(const WalkView& view);
// `rights` are those that the hit has verdicts for.
[[nodiscard]] nlohmann::ordered_json ToJson(const SearchHit& hit, RightSet rights);
[[nodiscard]] nlohmann::ordered_json ToJson(const GraphView& view);
[[nodiscard]] nlohmann::ordered_json ToJson(const License& license);
[[nodiscard]] nlohmann::ordered_json ToJson(const LicenseException& exception);
[[nodiscard]] nlohmann::ordered_json ToJson(const Compatibility& compatibility);
[[nodiscard]] nlohmann::ordered_json ToJson(const Suggestions& suggestions);
// Who says a claim, and where.
[[nodiscard]] nlohmann::ordered_json SourceToJson(const Claim& claim);
[[nodiscard]] nlohmann::ordered_json PathToJson(const std::vector<Hop>& path);
// A claim as it was recorded, with its number.
[[nodiscard]] nlohmann::ordered_json RecordedClaimToJson(const Claim& claim);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_JSON_H_
