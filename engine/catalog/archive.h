// A catalogue as bytes: made when the binary is built, so that start-up does not parse YAML.
#ifndef LINEAGE_ENGINE_CATALOG_ARCHIVE_H_
#define LINEAGE_ENGINE_CATALOG_ARCHIVE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/model/catalog.h"

namespace lineage {

// The bytes are for the same build only; they are no format to keep.
[[nodiscard]] std::string SaveArchive(const Catalog& catalog);

// Errors: DATA_LOSS if the bytes are not what SaveArchive of this build wrote.
absl::StatusOr<Catalog> LoadArchive(absl::string_view bytes);

// The built-in catalogue. Errors: DATA_LOSS (a broken build). Cost: a few milliseconds.
absl::StatusOr<Catalog> LoadBuiltinCatalog();
// SHA-256 of its bytes, 32 bytes: tells two catalogues apart.
[[nodiscard]] std::string BuiltinCatalogDigest();

}  // namespace lineage

#endif  // LINEAGE_ENGINE_CATALOG_ARCHIVE_H_
