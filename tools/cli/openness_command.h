// openness: whether a model is open, by which definition, and what is missing.
#ifndef LINEAGE_TOOLS_CLI_OPENNESS_COMMAND_H_
#define LINEAGE_TOOLS_CLI_OPENNESS_COMMAND_H_

#include "absl/status/statusor.h"
#include "tools/cli/answers.h"
#include "tools/cli/command_line.h"
#include "tools/cli/output.h"

namespace lineage {

// Exits with 0 if the definition that was asked for is met, 2 if it is not, 3 if that is not known;
// with 0 if none was named.
absl::StatusOr<int> RunOpennessCommand(const CommandLine& command, const Question& question,
                                       Answers* answers, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_OPENNESS_COMMAND_H_
