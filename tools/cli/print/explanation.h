// An explanation as text for people: every right with its reasons, or one verdict for some rights.
#ifndef LINEAGE_TOOLS_CLI_PRINT_EXPLANATION_H_
#define LINEAGE_TOOLS_CLI_PRINT_EXPLANATION_H_

#include <vector>

#include "engine/model/explanation.h"
#include "engine/model/headroom.h"
#include "tools/cli/output.h"

namespace lineage {

// `context`: what was said about who asks. With `all`: every term of each proof, and every duty in
// full.
void PrintWhy(const Explanation& explanation, const Context& context, bool all, Output* output);
// `headrooms` may be null: not asked for.
void PrintCheck(const Explanation& explanation, const Context& context,
                const std::vector<Headroom>* headrooms, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_EXPLANATION_H_
