// What differs between two answers, as text and as JSON.
#ifndef LINEAGE_TOOLS_CLI_PRINT_DIFFERENCE_H_
#define LINEAGE_TOOLS_CLI_PRINT_DIFFERENCE_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "engine/model/views.h"
#include "tools/cli/output.h"

namespace lineage {

// "not known" if there is none.
[[nodiscard]] std::string VerdictText(const std::optional<Verdict>& verdict);

void PrintDifference(const Difference& difference, Output* output);
// A reason in a line, with its path.
void PrintBecauseShort(const Because& because, Output* output);

[[nodiscard]] nlohmann::ordered_json ToJson(const Difference& difference);
[[nodiscard]] nlohmann::ordered_json ToJson(const VerdictChange& change);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_DIFFERENCE_H_
