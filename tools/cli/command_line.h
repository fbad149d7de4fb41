// The command line: what was asked, as plain values.
#ifndef LINEAGE_TOOLS_CLI_COMMAND_LINE_H_
#define LINEAGE_TOOLS_CLI_COMMAND_LINE_H_

#include <CLI/App.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/cli/output.h"

namespace lineage {

// Exit statuses; documented in docs/cli.md.
enum ExitStatus : int {
  kExitYes = 0,
  kExitEngineFailed = 1,
  kExitNo = 2,
  kExitOpen = 3,  // undetermined, conditional or incomplete
  kExitNotFound = 4,
  kExitNotAuthorized = 5,
  kExitUsage = 64,
};

struct CommandLine {
  std::string verb;

  // For every verb.
  std::string format;  // empty: the verb's default
  std::string color = "auto";
  std::vector<std::string> catalog_paths;
  std::vector<std::string> claims_paths;
  bool no_builtin = false;
  bool no_fail = false;

  // The question.
  std::string as_of;
  std::string at_revision;
  std::string stance = "standard";
  std::vector<std::string> theory;  // SWITCH=SETTING
  bool theories = false;
  std::string claims_policy = "ranked";
  std::string undeclared = "undetermined";
  std::string adapter = "with-base";
  std::string component;
  std::string rights;  // --for
  std::string mau;
  std::string revenue;
  std::string attributable_revenue;
  std::string royalty;
  std::vector<std::string> regions;
  std::vector<std::string> established_in;
  std::vector<std::string> purposes;
  std::string entity;
  std::string use_mode;
  std::vector<std::string> facts;  // NAME=yes, NAME=no
  std::string competes;            // yes, no
  bool modified = false;
  bool made_it = false;

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

  // Where the knowledge is.
  std::string store;
  std::string server;
  std::string token_file;
  std::string tls_ca;
  std::string tls_certificate;
  std::string tls_key;

  std::string policy;

  // What is supposed, compared, repaired.
  std::vector<std::string> with;
  std::vector<uint64_t> without;
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

// Scripts and pages made from the parser. `words` are what some options take, by option ("--fact");
// after one that ends with '=' the words of "--fact=" come.
[[nodiscard]] std::string CompletionScript(
    const CLI::App& app, const std::string& shell,
    const std::map<std::string, std::vector<std::string>>& words);
[[nodiscard]] std::string ManualPage(const CLI::App& app);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_COMMAND_LINE_H_
