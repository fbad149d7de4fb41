// Flags that hold for every verb.
#ifndef LINEAGE_TOOLS_CLI_GLOBAL_FLAGS_H_
#define LINEAGE_TOOLS_CLI_GLOBAL_FLAGS_H_

#include <CLI/App.hpp>
#include <string>

#include "absl/status/status.h"
#include "tools/cli/hypothesis_flags.h"
#include "tools/cli/knowledge_flags.h"
#include "tools/cli/question_flags.h"

namespace lineage {

struct GlobalFlags {
  std::string format;  // empty: the verb's first
  std::string color = "auto";
  bool no_fail = false;
  QuestionFlags question;
  HypothesisFlags hypothesis;
  KnowledgeFlags knowledge;

  void Declare(CLI::App* app);
};

// Reads the configuration file into the environment, where the parser finds it; what the
// environment holds already wins. Errors: INVALID_ARGUMENT with the place in the file.
absl::Status LoadConfiguration();

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_GLOBAL_FLAGS_H_
