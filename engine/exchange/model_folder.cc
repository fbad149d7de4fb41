#include "engine/exchange/model_folder.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/status_macros.h"
#include "engine/exchange/document.h"
#include "engine/exchange/gguf.h"
#include "engine/exchange/mergekit.h"
#include "engine/exchange/model_card.h"

namespace lineage {
namespace {

constexpr std::size_t kLargestConfig = std::size_t{16} << 20;
constexpr std::size_t kMostGguf = 100;

class Folder {
 public:
  Folder(const std::vector<FolderFile>& files, const ImportContext& context, ImportSink* sink)
      : files_(files), context_(context), sink_(*sink), record_(context, sink) {}

  absl::Status Import() {
    CardMetadata card;
    if (const FolderFile* file = Find("README.md")) {
      absl::StatusOr<std::string> text = Read(*file);
      absl::StatusOr<CardMetadata> read =
          text.ok() ? ReadCardMetadata(*text, Shown(*file)) : text.status();
      if (read.ok()) {
        card = *std::move(read);
      } else {
        Skip(*file, read.status());
      }
    }
    const std::optional<YamlNode> config = ReadConfig("config.json");
    const std::optional<YamlNode> adapter = ReadConfig("adapter_config.json");
    const std::optional<YamlNode> tokenizer = ReadConfig("tokenizer_config.json");
    const bool data = card.facts.dataset || absl::StartsWith(context_.id, "datasets/");
    std::string id = context_.id;
    if (data && !absl::StartsWith(id, "datasets/")) id = absl::StrCat("datasets/", id);
    if (!record_.Begin(id, data ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint, 0)) {
      return absl::OkStatus();
    }
    record_.SetName(card.name);
    card.facts.dataset = data;
    card.facts.adapter = adapter.has_value();
    card.facts.quantized = config && config->Find("quantization_config") != nullptr;
    bool bases = !card.facts.bases.empty();
    if (card.found) {
      Speak("README.md", SourceKind::kModelCard);
      AddCard(std::move(card.facts), &record_);
    }
    if (adapter) {
      Speak("adapter_config.json", SourceKind::kModelCard);
      record_.AddUpstream(TextAt(*adapter, "base_model_name_or_path"), Relation::kAdapterOf,
                          /*inferred=*/false, "base_model_name_or_path",
                          TextAt(*adapter, "revision"));
      bases = bases || !TextAt(*adapter, "base_model_name_or_path").empty();
    }
    bases = AddRecipe() || bases;
    bases = AddHeaders() || bases;
    if (config && !bases) {
      const absl::string_view name = TextAt(*config, "_name_or_path");
      // A path, or the folder's own name, is where the weights lay when they were saved.
      const std::optional<Upstream> base = ParseHubName(name);
      if (base && base->id != id && absl::StrContains(base->id, "/")) {
        Speak("config.json", SourceKind::kModelCard);
        record_.AddUpstream(name,
                            config->Find("quantization_config") != nullptr
                                ? Relation::kQuantizedFrom
                                : Relation::kFinetunedFrom,
                            /*inferred=*/true, "_name_or_path");
      } else if (!base && !name.empty()) {
        Speak("config.json", SourceKind::kModelCard);
        record_.AddRemark(absl::StrCat("was saved from the path ", name), "_name_or_path");
      }
    }
    if (tokenizer) {
      const std::optional<Upstream> from = ParseHubName(TextAt(*tokenizer, "name_or_path"));
      if (from && from->id != id && absl::StrContains(from->id, "/")) {
        Speak("tokenizer_config.json", SourceKind::kModelCard);
        record_.AddEdge(from->id, Relation::kSharesTokenizerWith, /*inferred=*/true,
                        "name_or_path");
      }
    }
    AddLicenseFiles();
    return record_.Finish();
  }

 private:
  const FolderFile* Find(absl::string_view name) const {
    const auto it = std::find_if(files_.begin(), files_.end(), [&](const FolderFile& file) {
      return absl::EqualsIgnoreCase(file.name, name);
    });
    return it == files_.end() ? nullptr : &*it;
  }

  absl::StatusOr<std::string> Read(const FolderFile& file) const {
    if (file.bytes) return *file.bytes;
    ASSIGN_OR_RETURN(InputFile opened, file.bounds->Open(file.path, Shown(file)));
    return opened.ReadAll(kLargestConfig);
  }

  absl::StatusOr<GgufHeader> ReadHeader(const FolderFile& file) const {
    if (file.bytes) {
      std::istringstream held(*file.bytes);
      return ReadGgufHeader(held, Shown(file));
    }
    ASSIGN_OR_RETURN(InputFile opened, file.bounds->Open(file.path, Shown(file)));
    ASSIGN_OR_RETURN(GgufHeader header, ReadGgufHeader(opened.stream(), Shown(file)));
    RETURN_IF_ERROR(opened.CheckUnchanged());
    return header;
  }

  std::string Shown(const FolderFile& file) const {
    return absl::StrCat(context_.file, "/", file.name);
  }

  void Skip(const FolderFile& file, const absl::Status& why) {
    const bool named = absl::StartsWith(why.message(), Shown(file));
    sink_.Note(Skipped({named ? "" : Shown(file), 0, 0}, absl::StrCat("skipped: ", why.message())));
  }

  void Speak(absl::string_view file, SourceKind kind) {
    record_.SetSource(kind, std::string(OrganizationOf(record_.id())), context_.today,
                      absl::StrCat(file, " of ", record_.id()));
  }

  std::optional<YamlNode> ReadConfig(absl::string_view name) {
    const FolderFile* file = Find(name);
    if (file == nullptr) return std::nullopt;
    absl::StatusOr<std::string> text = Read(*file);
    absl::StatusOr<YamlNode> root =
        text.ok() ? ParseJson(*text, Shown(*file)) : absl::StatusOr<YamlNode>(text.status());
    if (root.ok() && !root->IsMap()) {
      root = absl::InvalidArgumentError("is no object");
    }
    if (root.ok()) return *std::move(root);
    Skip(*file, root.status());
    return std::nullopt;
  }

  bool AddRecipe() {
    for (const char* name :
         {"mergekit_config.yml", "mergekit_config.yaml", "mergekit_moe_config.yml"}) {
      const FolderFile* file = Find(name);
      if (file == nullptr) continue;
      absl::StatusOr<std::string> text = Read(*file);
      const absl::StatusOr<YamlNode> root =
          text.ok() ? ParseYaml(*text, Shown(*file)) : absl::StatusOr<YamlNode>(text.status());
      if (!root.ok() || !IsMergeRecipe(*root)) {
        Skip(*file, root.ok() ? absl::InvalidArgumentError("is no merge recipe") : root.status());
        continue;
      }
      Speak(file->name, SourceKind::kModelCard);
      AddMergeRecipe(*root, &record_);
      return true;
    }
    return false;
  }

  bool AddHeaders() {
    bool added = false;
    std::size_t read = 0;
    for (const FolderFile& file : files_) {
      if (!absl::EndsWithIgnoreCase(file.name, ".gguf") || ++read > kMostGguf) continue;
      const absl::StatusOr<GgufHeader> header = ReadHeader(file);
      if (!header.ok()) {
        Skip(file, header.status());
        continue;
      }
      Speak(file.name, SourceKind::kModelCard);
      AddGguf(*header, &record_);
      added = added || header->values.count("general.base_model.count") != 0;
    }
    return added;
  }

  void AddLicenseFiles() {
    for (const FolderFile& file : files_) {
      if (!IsLicenseFile(file.name)) continue;
      const absl::StatusOr<std::string> text = Read(file);
      if (!text.ok()) {
        Skip(file, text.status());
        continue;
      }
      const std::string lower = absl::AsciiStrToLower(file.name);
      std::optional<Component> component;
      if (absl::StrContains(lower, "code")) component = Component::kCode;
      if (absl::StrContains(lower, "data")) component = Component::kData;
      Speak(file.name, SourceKind::kLicenseFile);
      record_.AddLicenseText(*text, "text", component);
    }
  }

  const std::vector<FolderFile>& files_;
  const ImportContext& context_;
  ImportSink& sink_;
  RecordBuilder record_;
};

}  // namespace

bool TellsOfModel(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  return lower == "config.json" || lower == "adapter_config.json" ||
         lower == "mergekit_config.yml" || lower == "mergekit_config.yaml" ||
         lower == "model_index.json" || absl::EndsWith(lower, ".gguf") ||
         absl::EndsWith(lower, ".safetensors");
}

bool IsLicenseFile(absl::string_view name) {
  std::string lower = absl::AsciiStrToLower(name);
  absl::string_view stem = lower;
  for (const char* end : {".txt", ".md", ".rst"}) absl::ConsumeSuffix(&stem, end);
  return absl::StartsWith(stem, "license") || absl::StartsWith(stem, "licence") ||
         stem == "copying" || absl::EndsWith(stem, "_license") || absl::EndsWith(stem, "-license");
}

absl::Status ImportModelFolder(const std::vector<FolderFile>& files, const ImportContext& context,
                               ImportSink* sink) {
  return Folder(files, context, sink).Import();
}

}  // namespace lineage
