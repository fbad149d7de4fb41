#include "engine/exchange/croissant.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/exchange/document.h"

namespace lineage {
namespace {

// "name" or "sc:name" or "schema:name".
const YamlNode* Word(const YamlNode& map, absl::string_view word) {
  for (const char* prefix : {"", "sc:", "schema:", "https://schema.org/"}) {
    if (const YamlNode* node = map.Find(absl::StrCat(prefix, word)); node != nullptr) return node;
  }
  return nullptr;
}

// The texts of a value: a string, a list, or objects with an address, a name or an id.
std::vector<std::string> Values(const YamlNode* node) {
  std::vector<std::string> values;
  if (node == nullptr) return values;
  if (node->IsSequence()) {
    for (const YamlNode& item : node->items) {
      for (std::string& value : Values(&item)) values.push_back(std::move(value));
    }
  } else if (node->IsMap()) {
    for (const char* word : {"url", "@id", "name"}) {
      const absl::string_view text = TextOf(Word(*node, word));
      if (text.empty()) continue;
      values.emplace_back(text);
      break;
    }
  } else if (!TextOf(node).empty()) {
    values.emplace_back(TextOf(node));
  }
  return values;
}

}  // namespace

absl::Status ImportCroissant(const YamlNode& root, const ImportContext& context, ImportSink* sink) {
  RecordBuilder record(context, sink);
  const absl::string_view name = TextOf(Word(root, "name"));
  std::string id;
  for (const char* word : {"url", "sameAs", "@id", "identifier"}) {
    for (const std::string& address : Values(Word(root, word))) {
      if (!id.empty() || !absl::StrContains(address, "huggingface.co/datasets/")) continue;
      if (const std::optional<Upstream> hub = ParseHubName(address, true)) id = hub->id;
    }
  }
  if (id.empty() && !name.empty()) id = absl::StrCat("datasets/local/", Slug(name));
  if (!record.Begin(id.empty() ? context.id : id, ArtifactKind::kDataset, 0)) {
    return absl::OkStatus();
  }
  std::string by;
  for (const char* word : {"creator", "publisher"}) {
    const YamlNode* who = Word(root, word);
    if (who != nullptr && who->IsSequence() && !who->items.empty()) who = &who->items.front();
    if (who == nullptr || !by.empty()) continue;
    by = std::string(who->IsMap() ? TextOf(Word(*who, "name")) : TextOf(who));
  }
  record.SetName(name);
  const Date said = DayOr(TextOf(Word(root, "dateModified")),
                          DayOr(TextOf(Word(root, "datePublished")), context.today));
  record.SetSource(SourceKind::kModelCard,
                   by.empty() ? std::string(OrganizationOf(record.id())) : by, said,
                   absl::StrCat("Croissant metadata of ", record.id()));
  record.AddLicense(Values(Word(root, "license")), {}, {}, "license");
  for (const std::string& source : Values(Word(root, "isBasedOn"))) {
    record.AddUpstream(source, Relation::kDerivedFromDataset, /*inferred=*/false, "isBasedOn");
  }
  return record.Finish();
}

}  // namespace lineage
