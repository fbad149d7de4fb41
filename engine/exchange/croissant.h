// Croissant: metadata of data sets in JSON-LD (MLCommons, on schema.org's words).
#ifndef LINEAGE_ENGINE_EXCHANGE_CROISSANT_H_
#define LINEAGE_ENGINE_EXCHANGE_CROISSANT_H_

#include "absl/status/status.h"
#include "engine/base/yaml.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

// The data set with its licences and what it is based on (`isBasedOn`). Errors: those of the sink.
absl::Status ImportCroissant(const YamlNode& root, const ImportContext& context, ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_CROISSANT_H_
