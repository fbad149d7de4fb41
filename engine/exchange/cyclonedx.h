// CycloneDX 1.5 to 1.7, JSON: machine-learning models and data in a bill of materials.
#ifndef LINEAGE_ENGINE_EXCHANGE_CYCLONEDX_H_
#define LINEAGE_ENGINE_EXCHANGE_CYCLONEDX_H_

#include "absl/status/status.h"
#include "engine/base/yaml.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

// Components of the types machine-learning-model and data, nested ones too, become artifacts: their
// licences (ids, names, expressions, texts), their pedigree (ancestors, descendants; variants as a
// remark) and their model cards' data sets. Components of other types are counted in a note.
// Errors: INVALID_ARGUMENT (a version that is not read); those of the sink.
absl::Status ImportCycloneDx(const YamlNode& root, const ImportContext& context, ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_CYCLONEDX_H_
