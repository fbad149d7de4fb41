// ai-act: whose model it is under the EU AI Act, what that party owes, and since when.
#ifndef LINEAGE_TOOLS_CLI_AI_ACT_COMMAND_H_
#define LINEAGE_TOOLS_CLI_AI_ACT_COMMAND_H_

#include "absl/status/statusor.h"
#include "tools/cli/answers.h"
#include "tools/cli/command_line.h"
#include "tools/cli/output.h"

namespace lineage {

// Exits with 0 if the role and all duties are known, 3 if one of them is undetermined.
absl::StatusOr<int> RunAiActCommand(const CommandLine& command, const Question& question,
                                    Answers* answers, Output* output);

// Prints what no answer speaks of.
void PrintNotExamined(Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_AI_ACT_COMMAND_H_
