// Folders of models as the Hub's tools write them: cards, configurations, licences, weights.
#ifndef LINEAGE_ENGINE_EXCHANGE_MODEL_FOLDER_H_
#define LINEAGE_ENGINE_EXCHANGE_MODEL_FOLDER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/base/input_file.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

// A file of a folder, by its name within, and where its bytes are.
struct FolderFile {
  std::string name;
  std::string path;
  std::optional<std::string> bytes = std::nullopt;  // if they are at hand already
  const Bounds* bounds = nullptr;                   // else: where links may lead
};

// True if files of this name say what a folder is: config.json, adapter_config.json, …
[[nodiscard]] bool TellsOfModel(absl::string_view name);
// True for LICENSE, LICENCE.txt, COPYING, MODEL_LICENSE.md, USE_POLICY.md …
[[nodiscard]] bool IsLicenseFile(absl::string_view name);

// One folder: about `context.id`. Read, where they are there: README.md (front matter), config.json
// (`_name_or_path`, `quantization_config`), adapter_config.json (`base_model_name_or_path`,
// `revision`), tokenizer_config.json (`name_or_path`), mergekit_config.yml, the headers of *.gguf,
// and licence files, which are recognised by their text. Of several, the file with the better
// source wins, as everywhere. What a configuration names is an inference where the card is silent.
// A bad file is noted, and the rest goes on. Errors: those of the sink.
absl::Status ImportModelFolder(const std::vector<FolderFile>& files, const ImportContext& context,
                               ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_MODEL_FOLDER_H_
