// Scripts and pages made from the parser, so that they cannot differ from it.
#ifndef LINEAGE_TOOLS_CLI_COMPLETION_H_
#define LINEAGE_TOOLS_CLI_COMPLETION_H_

#include <CLI/App.hpp>
#include <map>
#include <string>
#include <vector>

namespace lineage {

// For bash, zsh or fish; empty for another shell. `words` are what some options take, by option
// ("--fact"); after one that ends with '=' the words of "--fact=" come.
[[nodiscard]] std::string CompletionScript(
    const CLI::App& app, const std::string& shell,
    const std::map<std::string, std::vector<std::string>>& words);

// In troff.
[[nodiscard]] std::string ManualPage(const CLI::App& app);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_COMPLETION_H_
