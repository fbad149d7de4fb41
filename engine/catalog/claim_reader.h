// Reads artifacts, sources and claims out of one file's nodes. Used by the loader only.
#ifndef LINEAGE_ENGINE_CATALOG_CLAIM_READER_H_
#define LINEAGE_ENGINE_CATALOG_CLAIM_READER_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/catalog/reader.h"
#include "engine/model/catalog.h"

namespace lineage {

// Appends a file's `artifacts` (with their claims) and `claims`; names and ids are not looked up
// yet.
void ReadArtifactsAndClaims(const YamlNode& root, const LoadOptions& options, NodeReader* reader,
                            std::vector<Artifact>* artifacts, std::vector<Claim>* claims);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_CATALOG_CLAIM_READER_H_
