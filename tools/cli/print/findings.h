// Findings as lines of a table.
#ifndef LINEAGE_TOOLS_CLI_PRINT_FINDINGS_H_
#define LINEAGE_TOOLS_CLI_PRINT_FINDINGS_H_

#include <vector>

#include "engine/model/explanation.h"
#include "tools/cli/output.h"

namespace lineage {

// A line each; `with_artifact` if they are about several artifacts.
void PrintFindingList(const std::vector<Finding>& findings, bool with_artifact, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_FINDINGS_H_
