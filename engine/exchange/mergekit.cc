#include "engine/exchange/mergekit.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/exchange/document.h"

namespace lineage {
namespace {

// "org/name", "org/name@rev", "org/name+org/lora", or a map with `path` and `revision`, also
// within `model` and `lora`.
void AddModel(const YamlNode* node, absl::string_view where, RecordBuilder* record) {
  if (node == nullptr) return;
  if (node->IsMap()) {
    const YamlNode* model = node->Find("model");
    if (model != nullptr && model->IsMap()) {
      AddModel(model, where, record);
    } else {
      const absl::string_view path = model != nullptr ? TextOf(model) : TextAt(*node, "path");
      record->AddUpstream(path, Relation::kMergedFrom, /*inferred=*/false, where,
                          TextAt(*node, "revision"));
    }
    AddModel(node->Find("lora"), absl::StrCat(where, ".lora"), record);
    return;
  }
  for (const absl::string_view part : absl::StrSplit(TextOf(node), '+', absl::SkipEmpty())) {
    record->AddUpstream(part, Relation::kMergedFrom, /*inferred=*/false, where);
  }
}

void AddModels(const YamlNode& root, const std::string& prefix, RecordBuilder* record) {
  AddModel(root.Find("base_model"), absl::StrCat(prefix, "base_model"), record);
  std::size_t i = 0;
  for (const YamlNode* item : ItemsAt(root, "models")) {
    const YamlNode* model = item->IsMap() ? item->Find("model") : item;
    AddModel(model, absl::StrCat(prefix, "models[", i++, "].model"), record);
  }
  i = 0;
  for (const YamlNode* slice : ItemsAt(root, "slices")) {
    std::size_t k = 0;
    for (const YamlNode* source : ItemsAt(*slice, "sources")) {
      AddModel(source->Find("model"),
               absl::StrCat(prefix, "slices[", i, "].sources[", k++, "].model"), record);
    }
    ++i;
  }
  i = 0;
  for (const YamlNode* expert : ItemsAt(root, "experts")) {
    AddModel(expert->Find("source_model"), absl::StrCat(prefix, "experts[", i++, "].source_model"),
             record);
  }
}

}  // namespace

bool IsMergeRecipe(const YamlNode& root) {
  if (!root.IsMap()) return false;
  if (root.Find("merge_method") != nullptr) return true;
  const bool models = root.Find("models") != nullptr || root.Find("slices") != nullptr ||
                      root.Find("experts") != nullptr || root.Find("modules") != nullptr;
  return models && (root.Find("base_model") != nullptr || root.Find("dtype") != nullptr);
}

void AddMergeRecipe(const YamlNode& root, RecordBuilder* record) {
  AddModels(root, "", record);
  if (const YamlNode* modules = root.Find("modules"); modules != nullptr && modules->IsMap()) {
    for (const auto& [name, module] : modules->entries) {
      AddModels(module, absl::StrCat("modules.", Slug(name.scalar), "."), record);
    }
  }
  const YamlNode* tokenizer = root.Find("tokenizer");
  std::string source(TextAt(root, "tokenizer_source"));
  if (tokenizer != nullptr && source.empty()) source = std::string(TextAt(*tokenizer, "source"));
  // "union" and "base" say how, not from where.
  if (!source.empty() && source != "union" && source != "base") {
    record->AddUpstream(source, Relation::kSharesTokenizerWith, /*inferred=*/false,
                        "tokenizer_source");
  }
}

absl::Status ImportMergeRecipe(const YamlNode& root, const ImportContext& context,
                               ImportSink* sink) {
  RecordBuilder record(context, sink);
  if (!record.Begin(context.id, ArtifactKind::kCheckpoint, root.line)) return absl::OkStatus();
  record.SetSource(SourceKind::kModelCard, std::string(OrganizationOf(context.id)), context.today,
                   absl::StrCat("merge recipe of ", context.id));
  AddMergeRecipe(root, &record);
  return record.Finish();
}

}  // namespace lineage
