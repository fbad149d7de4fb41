#include "engine/catalog/archive.h"

// Written by the build beside this file's object: the archive's bytes (see CMakeLists.txt).
extern "C" {
extern const char lineage_catalog_begin[];
extern const char lineage_catalog_end[];
}

namespace lineage {

absl::StatusOr<Catalog> LoadBuiltinCatalog() {
  const auto size = static_cast<std::size_t>(lineage_catalog_end - lineage_catalog_begin);
  return LoadArchive(absl::string_view(lineage_catalog_begin, size));
}

}  // namespace lineage
