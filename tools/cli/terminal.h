// The terminal that is printed to.
#ifndef LINEAGE_TOOLS_CLI_TERMINAL_H_
#define LINEAGE_TOOLS_CLI_TERMINAL_H_

#include <cstddef>
#include <string>

namespace lineage {

// Columns to wrap to: COLUMNS if it is sensible, else the terminal's width, else 110.
[[nodiscard]] std::size_t TerminalWidth();

// `color`: auto (a terminal without NO_COLOR), always or never.
[[nodiscard]] bool WantsColor(const std::string& color);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_TERMINAL_H_
