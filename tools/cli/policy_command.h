// check --policy.
#ifndef LINEAGE_TOOLS_CLI_POLICY_COMMAND_H_
#define LINEAGE_TOOLS_CLI_POLICY_COMMAND_H_

#include <ostream>

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "tools/cli/answers.h"
#include "tools/cli/command_line.h"
#include "tools/cli/output.h"

namespace lineage {

// Returns the exit status: 0 if everything passes, 2 if something fails, else 3.
absl::StatusOr<int> RunPolicyCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output, std::ostream& err);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_POLICY_COMMAND_H_
