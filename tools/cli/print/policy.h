// Artifacts held against a policy, as text, JSON and reports.
#ifndef LINEAGE_TOOLS_CLI_PRINT_POLICY_H_
#define LINEAGE_TOOLS_CLI_PRINT_POLICY_H_

#include <vector>

#include "engine/policy/policy.h"
#include "tools/cli/output.h"

namespace lineage {

// In the format of `output`.
void PrintPolicyResults(const Policy& policy, const std::vector<PolicyResult>& results,
                        Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_POLICY_H_
