#include "tools/cli/local_store.h"

#include <nlohmann/json.hpp>

#include "engine/base/status_macros.h"
#include "engine/store/sqlite_store.h"

namespace lineage {

absl::StatusOr<std::string> LocalStoreFolder(const KnowledgeFlags& flags) {
  if (!flags.server.empty()) {
    return absl::InvalidArgumentError("store is about this machine; run it where the server runs");
  }
  std::string folder = StoreDirectory(flags);
  if (folder.empty()) {
    return absl::InvalidArgumentError("no folder for the store: name one with --store");
  }
  return folder;
}

absl::StatusOr<std::unique_ptr<Store>> OpenLocalStore(const KnowledgeFlags& flags, bool writable) {
  SqliteStoreOptions options;
  ASSIGN_OR_RETURN(options.directory, LocalStoreFolder(flags));
  options.writable = options.create = writable;
  return OpenSqliteStore(options);
}

void PrintDone(const nlohmann::ordered_json& json, const std::string& line, Output* output) {
  if (output->table()) {
    output->Line(line);
  } else {
    output->Document(json);
  }
}

}  // namespace lineage
