// Runs what the command line asked for.
#ifndef LINEAGE_TOOLS_CLI_COMMANDS_H_
#define LINEAGE_TOOLS_CLI_COMMANDS_H_

#include <CLI/App.hpp>
#include <ostream>

#include "absl/status/status.h"
#include "tools/cli/command_line.h"

namespace lineage {

// Results go to `out`, everything else to `err`. Returns the exit status.
int RunCommand(const CommandLine& command, const CLI::App& app, std::ostream& out,
               std::ostream& err);

// The exit status that an error maps to.
[[nodiscard]] int ExitStatusFor(const absl::Status& status);
// The exit status that a verdict maps to.
[[nodiscard]] int ExitStatusFor(Verdict verdict, bool complete);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_COMMANDS_H_
