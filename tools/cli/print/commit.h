// A write, as JSON.
#ifndef LINEAGE_TOOLS_CLI_PRINT_COMMIT_H_
#define LINEAGE_TOOLS_CLI_PRINT_COMMIT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/time/time.h"
#include "engine/store/store.h"

namespace lineage {

// "2026-11-01T12:00:00Z".
[[nodiscard]] std::string TimeText(absl::Time time);
// `token`: the consistency token of the write; empty if there are no tokens.
[[nodiscard]] nlohmann::ordered_json CommitToJson(const Commit& commit, const std::string& token);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_COMMIT_H_
