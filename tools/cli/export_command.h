// export: hands knowledge on.
#ifndef LINEAGE_TOOLS_CLI_EXPORT_COMMAND_H_
#define LINEAGE_TOOLS_CLI_EXPORT_COMMAND_H_

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "tools/cli/answers.h"
#include "tools/cli/command_line.h"
#include "tools/cli/output.h"

namespace lineage {

// The named artifacts with all that is upstream of them (or everything) as the project's own YAML
// or JSON, CSV, CycloneDX or SPDX. Returns the exit status.
absl::StatusOr<int> RunExportCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_EXPORT_COMMAND_H_
