// The verb that takes documents of others in: import.
#ifndef LINEAGE_TOOLS_CLI_IMPORT_COMMAND_H_
#define LINEAGE_TOOLS_CLI_IMPORT_COMMAND_H_

#include <ostream>

#include "absl/status/statusor.h"
#include "tools/cli/answers.h"
#include "tools/cli/command_line.h"
#include "tools/cli/output.h"

namespace lineage {

// Writes the difference between what the documents say and what the store has from them: what is
// new is appended, what they no longer say is retracted, what is the same is left. Returns the exit
// status.
absl::StatusOr<int> RunImportCommand(const CommandLine& command, Answers* answers, Output* output,
                                     std::ostream& err);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_IMPORT_COMMAND_H_
