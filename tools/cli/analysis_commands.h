// whatif, impact, diff and repair.
#ifndef LINEAGE_TOOLS_CLI_ANALYSIS_COMMANDS_H_
#define LINEAGE_TOOLS_CLI_ANALYSIS_COMMANDS_H_

#include "absl/status/statusor.h"
#include "tools/cli/answers.h"
#include "tools/cli/command_line.h"
#include "tools/cli/output.h"

namespace lineage {

// Each returns the exit status. The question has the rights that are asked about.
absl::StatusOr<int> RunWhatIfCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output);
absl::StatusOr<int> RunImpactCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output);
absl::StatusOr<int> RunDiffCommand(const CommandLine& command, const Question& question,
                                   Answers* answers, Output* output);
absl::StatusOr<int> RunRepairCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_ANALYSIS_COMMANDS_H_
