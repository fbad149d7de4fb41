// Exit statuses; documented in docs/cli.md.
#ifndef LINEAGE_TOOLS_CLI_EXIT_STATUS_H_
#define LINEAGE_TOOLS_CLI_EXIT_STATUS_H_

#include "absl/status/status.h"
#include "engine/model/verdict.h"

namespace lineage {

enum ExitStatus : int {
  kExitYes = 0,
  kExitEngineFailed = 1,
  kExitNo = 2,
  kExitOpen = 3,  // undetermined, conditional or incomplete
  kExitNotFound = 4,
  kExitNotAuthorized = 5,
  kExitUsage = 64,
};

// The exit status that an error maps to.
[[nodiscard]] int ExitStatusFor(const absl::Status& status);
// The exit status that a verdict maps to.
[[nodiscard]] int ExitStatusFor(Verdict verdict, bool complete);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_EXIT_STATUS_H_
