// Projects of the openness tracker of instruction-tuned systems: base model, tuning data, and how
// open each part is.
#ifndef LINEAGE_ENGINE_EXCHANGE_OPENNESS_PROJECT_H_
#define LINEAGE_ENGINE_EXCHANGE_OPENNESS_PROJECT_H_

#include "absl/status/status.h"
#include "engine/base/yaml.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

[[nodiscard]] bool IsOpennessProject(const YamlNode& root);

// Upstreams are free text there ("LLaMA 13B"): they become unresolved ones. Errors: those of the
// sink.
absl::Status ImportOpennessProject(const YamlNode& root, const ImportContext& context,
                                   ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_OPENNESS_PROJECT_H_
