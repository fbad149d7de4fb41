// Texts of licences, from where they stand on this machine.
#ifndef LINEAGE_TOOLS_CLI_LICENSE_TEXTS_H_
#define LINEAGE_TOOLS_CLI_LICENSE_TEXTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/model/license.h"

namespace lineage {

// The text of a licence: from `folder` (files named by id, with or without .txt or .md) if one is
// given, else from share/lineage/licenses beside this program. Errors: NOT_FOUND, telling where it
// stands instead (address, digest of what was read); those of reading a file.
[[nodiscard]] absl::StatusOr<std::string> LicenseTextOf(const std::string& id,
                                                        const std::string& folder);

// Where a text that is not at hand can be found: "read …".
[[nodiscard]] std::string WhereTextStands(const License& license);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_LICENSE_TEXTS_H_
