// Writes claims, for the verbs that do.
#ifndef LINEAGE_TOOLS_CLI_WRITE_BATCH_H_
#define LINEAGE_TOOLS_CLI_WRITE_BATCH_H_

#include "absl/status/statusor.h"
#include "engine/store/store.h"
#include "tools/cli/verb.h"

namespace lineage {

// Applies `batch` and prints the revision. Returns the exit status. Errors: INVALID_ARGUMENT with
// the place in the file of each record that is wrong; those of the store or server.
absl::StatusOr<int> WriteBatch(const Batch& batch, Invocation& run);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_WRITE_BATCH_H_
