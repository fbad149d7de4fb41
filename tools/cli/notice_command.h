// notice: what shipping an artifact asks for.
#ifndef LINEAGE_TOOLS_CLI_NOTICE_COMMAND_H_
#define LINEAGE_TOOLS_CLI_NOTICE_COMMAND_H_

#include "absl/status/statusor.h"
#include "tools/cli/answers.h"
#include "tools/cli/command_line.h"
#include "tools/cli/output.h"

namespace lineage {

absl::StatusOr<int> RunNoticeCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_NOTICE_COMMAND_H_
