// The store on this machine, for the verbs that look after it.
#ifndef LINEAGE_TOOLS_CLI_LOCAL_STORE_H_
#define LINEAGE_TOOLS_CLI_LOCAL_STORE_H_

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "engine/store/store.h"
#include "tools/cli/knowledge_flags.h"
#include "tools/cli/output.h"

namespace lineage {

// The store's folder. Errors: INVALID_ARGUMENT if a server is meant, or no folder can be found.
absl::StatusOr<std::string> LocalStoreFolder(const KnowledgeFlags& flags);

// The store itself. `writable`: it is made if it is missing, and locked.
absl::StatusOr<std::unique_ptr<Store>> OpenLocalStore(const KnowledgeFlags& flags, bool writable);

// What was done: `line` in a table, else `json`.
void PrintDone(const nlohmann::ordered_json& json, const std::string& line, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_LOCAL_STORE_H_
