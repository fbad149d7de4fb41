// The verbs that write and follow: claim, watch, store.
#ifndef LINEAGE_TOOLS_CLI_CLAIM_COMMANDS_H_
#define LINEAGE_TOOLS_CLI_CLAIM_COMMANDS_H_

#include <ostream>

#include "absl/status/statusor.h"
#include "tools/cli/answers.h"
#include "tools/cli/command_line.h"
#include "tools/cli/output.h"

namespace lineage {

// Each returns the exit status.
absl::StatusOr<int> RunClaimCommand(const CommandLine& command, Answers* answers, Output* output,
                                    std::ostream& err);
absl::StatusOr<int> RunWatchCommand(const CommandLine& command, const Question& question,
                                    Answers* answers, Output* output);
absl::StatusOr<int> RunStoreCommand(const CommandLine& command, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_CLAIM_COMMANDS_H_
