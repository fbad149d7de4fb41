#include "engine/base/digest.h"
#include "engine/catalog/archive.h"

// Written by the build beside this file's object: the archive's bytes (see CMakeLists.txt).
extern "C" {
extern const char lineage_catalog_begin[];
extern const char lineage_catalog_end[];
}

namespace lineage {
namespace {

absl::string_view Bytes() {
  return {lineage_catalog_begin,
          static_cast<std::size_t>(lineage_catalog_end - lineage_catalog_begin)};
}

}  // namespace

absl::StatusOr<Catalog> LoadBuiltinCatalog() { return LoadArchive(Bytes()); }

std::string BuiltinCatalogDigest() { return Sha256(Bytes()); }

}  // namespace lineage
