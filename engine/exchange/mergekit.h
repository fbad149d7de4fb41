// Merge recipes of mergekit: which models a merge was made of.
#ifndef LINEAGE_ENGINE_EXCHANGE_MERGEKIT_H_
#define LINEAGE_ENGINE_EXCHANGE_MERGEKIT_H_

#include "absl/status/status.h"
#include "engine/base/yaml.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

// True if the document looks like a recipe.
[[nodiscard]] bool IsMergeRecipe(const YamlNode& root);

// Adds an edge to every model that gives weights (`base_model`, `models`, `slices[].sources`,
// `modules`, `experts`), to every adapter that is applied ("model+lora"), and to the model that
// gives the tokenizer.
void AddMergeRecipe(const YamlNode& root, RecordBuilder* record);

// A recipe by itself: about `context.id`. Errors: those of the sink.
absl::Status ImportMergeRecipe(const YamlNode& root, const ImportContext& context,
                               ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_MERGEKIT_H_
