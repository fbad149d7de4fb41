// The command line: what was asked, as plain values.
#ifndef LINEAGE_TOOLS_CLI_COMMAND_LINE_H_
#define LINEAGE_TOOLS_CLI_COMMAND_LINE_H_

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tools/cli/exit_status.h"
#include "tools/cli/global_flags.h"
#include "tools/cli/output.h"
#include "tools/cli/verb.h"

namespace lineage {

struct CommandLine : GlobalFlags {
  std::string verb;
  std::vector<std::unique_ptr<Verb>> verbs;
  Verb* chosen = nullptr;  // of those; null if it is another

  bool theories = false;
  std::string rights;  // --for

  std::vector<std::string> operands;
  bool all = false;
  int limit = 1000;
  int up = 16;
  int down = 0;
  int max_nodes = 200;
  std::string out_file;
  std::string policy;
  std::string dates;
  std::string revisions;
  std::string stances;
  std::string claims_policies;
  std::string adapters;
  std::string since;
  std::string accept = "permitted";
  std::vector<std::string> costs;
  bool headroom = false;
  std::string group;
  bool not_examined = false;
  bool strict = false;
};

// The parser over `command`; kept so that help, completions and the manual page come from one
// place.
std::unique_ptr<CLI::App> MakeParser(CommandLine* command);

// Parses. Returns kExitYes to go on; else what to exit with (help was printed, or a message on
// stderr). `done` is set if there is nothing left to do.
int ParseCommandLine(CLI::App* app, int argc, char** argv, bool* done);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_COMMAND_LINE_H_
