// Reads licences, exceptions and vocabulary out of one file's nodes. Used by the loader only.
#ifndef LINEAGE_ENGINE_CATALOG_LICENSE_READER_H_
#define LINEAGE_ENGINE_CATALOG_LICENSE_READER_H_

#include <optional>

#include "engine/catalog/reader.h"
#include "engine/model/catalog.h"

namespace lineage {

// Adds a file's `purposes`, `regions`, `entities` and `parties` to `vocabulary`.
void ReadVocabulary(const YamlNode& root, NodeReader* reader, Vocabulary* vocabulary);

// Reads one entry of `licenses`. `base` is the licence that it is based on, if any.
License ReadLicense(const YamlNode& node, const License* base, const Vocabulary& vocabulary,
                    NodeReader* reader);

// Reads one entry of `exceptions`.
LicenseException ReadException(const YamlNode& node, NodeReader* reader);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_CATALOG_LICENSE_READER_H_
