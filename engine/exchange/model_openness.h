// The Model Openness Tool's YAML: a model's components, each with its own licence.
#ifndef LINEAGE_ENGINE_EXCHANGE_MODEL_OPENNESS_H_
#define LINEAGE_ENGINE_EXCHANGE_MODEL_OPENNESS_H_

#include "absl/status/status.h"
#include "engine/base/yaml.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

[[nodiscard]] bool IsModelOpenness(const YamlNode& root);

// A record becomes: the model (under its Hub id where it has one), a licence claim for each kind of
// component, what is released, and an unresolved upstream for a free-text origin. The licences of
// the components of one kind hold together. Errors: those of the sink.
absl::Status ImportModelOpenness(const YamlNode& root, const ImportContext& context,
                                 ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_MODEL_OPENNESS_H_
