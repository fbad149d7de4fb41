// The command line: the flags that hold for every verb, the verbs with their own, and the one that
// was chosen.
#ifndef LINEAGE_TOOLS_CLI_COMMAND_LINE_H_
#define LINEAGE_TOOLS_CLI_COMMAND_LINE_H_

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "absl/types/span.h"
#include "tools/cli/global_flags.h"
#include "tools/cli/verb.h"

namespace lineage {

class CommandLine {
 public:
  // With every verb of the table (verb_table.h).
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // Parses, once. Returns what to exit with if nothing is left to do: help was printed to `out`, or
  // what is wrong to `err`.
  [[nodiscard]] std::optional<int> Parse(int argc, const char* const* argv, std::ostream& out,
                                         std::ostream& err);

  // Runs the verb that was parsed. Results go to `out`, all else to `err`. Returns the exit status.
  [[nodiscard]] int Run(std::ostream& out, std::ostream& err);

  [[nodiscard]] const CLI::App& parser() const { return parser_; }
  // In the order in which help lists them, families among them.
  [[nodiscard]] absl::Span<const std::unique_ptr<Verb>> verbs() const { return verbs_; }
  // Null before Parse, and if it left nothing to do.
  [[nodiscard]] const Verb* chosen() const { return chosen_; }

 private:
  void Declare(Verb* verb);

  GlobalFlags flags_;
  std::vector<std::unique_ptr<Verb>> verbs_;
  Verb* chosen_ = nullptr;
  CLI::App parser_;  // writes into all of these
};

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_COMMAND_LINE_H_
