// Runs what the command line asked for.
#ifndef LINEAGE_TOOLS_CLI_COMMANDS_H_
#define LINEAGE_TOOLS_CLI_COMMANDS_H_

#include <CLI/App.hpp>
#include <ostream>

#include "tools/cli/command_line.h"

namespace lineage {

// Results go to `out`, everything else to `err`. Returns the exit status.
int RunCommand(const CommandLine& command, const CLI::App& app, std::ostream& out,
               std::ostream& err);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_COMMANDS_H_
