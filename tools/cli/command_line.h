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

  // Operands and the verbs' own flags.
  std::vector<std::string> operands;
  bool all = false;
  std::vector<std::string> relations;
  int depth = 1'000'000;
  int limit = 1000;
  int up = 16;
  int down = 0;
  int max_nodes = 200;
  std::string out_file;
  std::string severity = "note";

  std::string policy;

  // What is supposed, compared, repaired.
  std::string dates;
  std::string revisions;
  std::string stances;
  std::string claims_policies;
  std::string adapters;
  std::string since;
  std::string accept = "permitted";
  std::vector<std::string> costs;
  bool headroom = false;
  std::string texts;
  bool with_texts = false;
  std::string step = "fine-tune";
  std::vector<std::string> definitions;  // of openness; all if empty

  // Exports.
  std::string what = "edges";
  std::string group;

  // Imports.
  std::string id;
  std::string import_format;
  std::vector<std::string> columns;

  // Claims.
  std::string license;
  std::string license_as_found;
  std::vector<std::string> edges;  // relation=parent
  std::string licensor;
  std::string alias;
  std::string remark;
  std::string contents;
  std::vector<std::string> releases;
  std::vector<std::string> publishes;
  std::vector<std::string> states;  // FACT=VALUE
  std::string actor;                // of ai-act
  bool readiness = false;
  bool not_examined = false;
  std::vector<std::string> withholds;
  std::string kind;
  std::string source_kind = "curated";
  std::string by;
  std::string said;
  std::string document;
  std::string where;
  std::string quote;
  std::string from;
  std::string until;
  std::string made;
  bool denies = false;
  bool inferred = false;
  bool retracted = false;
  std::string reason;
  std::string request_id;
  std::string note;
  std::string after;
  bool verdicts = false;
  bool dry_run = false;
  bool strict = false;
  int count = 0;
};

// The parser over `command`; kept so that help, completions and the manual page come from one
// place.
std::unique_ptr<CLI::App> MakeParser(CommandLine* command);

// Parses. Returns kExitYes to go on; else what to exit with (help was printed, or a message on
// stderr). `done` is set if there is nothing left to do.
int ParseCommandLine(CLI::App* app, int argc, char** argv, bool* done);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_COMMAND_LINE_H_
