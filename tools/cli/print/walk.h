// A walk through the graph, as text and as JSON.
#ifndef LINEAGE_TOOLS_CLI_PRINT_WALK_H_
#define LINEAGE_TOOLS_CLI_PRINT_WALK_H_

#include "engine/model/views.h"
#include "tools/cli/output.h"

namespace lineage {

// The steps in the format of `output`.
void PrintWalk(const WalkView& view, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_WALK_H_
