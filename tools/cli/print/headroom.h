// Up to which numbers a check passes.
#ifndef LINEAGE_TOOLS_CLI_PRINT_HEADROOM_H_
#define LINEAGE_TOOLS_CLI_PRINT_HEADROOM_H_

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "engine/model/headroom.h"
#include "tools/cli/output.h"

namespace lineage {

void PrintHeadroom(const std::vector<Headroom>& headrooms, Output* output);
[[nodiscard]] nlohmann::ordered_json ToJson(const std::vector<Headroom>& headrooms);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_HEADROOM_H_
