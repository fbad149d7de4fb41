// Help: how it is laid out, and what stands in it beside the flags.
#ifndef LINEAGE_TOOLS_CLI_HELP_H_
#define LINEAGE_TOOLS_CLI_HELP_H_

#include <CLI/App.hpp>
#include <memory>
#include <string>

#include "tools/cli/verb.h"

namespace lineage {

// Verbs by group, flags with their values and defaults, wrapped to the terminal. A parser's
// subcommands inherit it if it is set before they are added.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> MakeHelpFormatter();

// Help on the program, a family or a verb.
[[nodiscard]] std::string HelpText(const CLI::App& app);

// "lineage-cli license show".
[[nodiscard]] std::string FullName(const CLI::App& app);

// What stands below the flags: of the program, and of a verb (its examples, what it prints).
[[nodiscard]] std::string ProgramFooter();
[[nodiscard]] std::string VerbFooter(const VerbInfo& info);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_HELP_H_
