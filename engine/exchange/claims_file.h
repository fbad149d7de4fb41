// The project's own YAML: artifacts and claims (docs/catalog-format.md).
#ifndef LINEAGE_ENGINE_EXCHANGE_CLAIMS_FILE_H_
#define LINEAGE_ENGINE_EXCHANGE_CLAIMS_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "engine/exchange/import.h"

namespace lineage {

// A file is taken whole or not at all: every problem is a note with file:line:column. What an
// earlier version of the file said, and this one does not, no longer holds.
// Errors: those of the sink.
absl::Status ImportClaimsFile(std::string text, const ImportContext& context, ImportSink* sink);

// The document that stands for a file's claims, whatever their sources.
[[nodiscard]] std::string FileDocument(const std::string& file);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_CLAIMS_FILE_H_
