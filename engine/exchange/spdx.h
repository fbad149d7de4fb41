// SPDX 3.0 (JSON-LD, AI and Dataset profiles) and SPDX 2.3 (JSON).
#ifndef LINEAGE_ENGINE_EXCHANGE_SPDX_H_
#define LINEAGE_ENGINE_EXCHANGE_SPDX_H_

#include "absl/status/status.h"
#include "engine/base/yaml.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

// 3.0: ai_AIPackage and dataset_DatasetPackage become artifacts; so do 2.3's packages with an
// address on the Hub or a relationship of descent. Relationships between files are taken for those
// of the packages that contain them. Other elements are counted in a note.
// Errors: INVALID_ARGUMENT (a version that is not read); those of the sink.
absl::Status ImportSpdx(const YamlNode& root, const ImportContext& context, ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_SPDX_H_
