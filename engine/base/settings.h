// Configuration files: what they set becomes environment variables that are not set yet, so that
// flags win over the environment, and the environment over the file.
#ifndef LINEAGE_ENGINE_BASE_SETTINGS_H_
#define LINEAGE_ENGINE_BASE_SETTINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lineage {

// "LINEAGE_CLAIMS_POLICY" for prefix "LINEAGE_" and "claims-policy".
[[nodiscard]] std::string EnvironmentName(absl::string_view prefix, absl::string_view setting);

// Reads the YAML map at `path`: settings among `known`, each a scalar. Call it before there are
// threads. Errors: NOT_FOUND; INVALID_ARGUMENT with file:line:column.
absl::Status LoadSettings(const std::string& path, const std::vector<std::string>& known,
                          absl::string_view prefix);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_SETTINGS_H_
