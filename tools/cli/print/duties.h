// Duties as lines of a table.
#ifndef LINEAGE_TOOLS_CLI_PRINT_DUTIES_H_
#define LINEAGE_TOOLS_CLI_PRINT_DUTIES_H_

#include <vector>

#include "engine/model/explanation.h"
#include "tools/cli/output.h"

namespace lineage {

// A line for each licence, or with `full` one for each duty. What is contested stands apart.
void PrintDuties(const std::vector<DutyView>& duties, bool full, bool contested_in_full,
                 Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_DUTIES_H_
