#include "engine/exchange/model_openness.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/exchange/document.h"

namespace lineage {
namespace {

// The framework's components, by what their names hold.
Component ComponentOf(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  if (absl::StrContains(lower, "parameters")) return Component::kWeights;
  if (absl::StrContains(lower, "data card") || absl::StrContains(lower, "metadata")) {
    return Component::kDocs;
  }
  if (absl::StrContains(lower, "code") || absl::StrContains(lower, "architecture") ||
      absl::StrContains(lower, "libraries")) {
    return Component::kCode;
  }
  if (absl::StrContains(lower, "dataset") || absl::StrContains(lower, "data") ||
      absl::StrContains(lower, "outputs")) {
    return Component::kData;
  }
  return Component::kDocs;
}

// What the tool writes where there is no licence.
bool SaysNone(absl::string_view license) {
  const std::string lower = absl::AsciiStrToLower(license);
  return lower.empty() || lower == "unlicensed" || lower == "undisclosed" || lower == "none" ||
         lower == "unknown" || lower == "n/a" || lower == "pending evaluation";
}

// True for a licence's id itself; its other names are too often a model's ("Llama").
bool IsLicenseId(absl::string_view text, const LicenseTable& table) {
  const std::optional<LicenseIndex> found = table.Find(text);
  return found && absl::EqualsIgnoreCase(table.Get(*found).id, text);
}

}  // namespace

bool IsModelOpenness(const YamlNode& root) {
  const YamlNode* framework = NodeAt(root, {"framework", "name"});
  return framework != nullptr && absl::StrContains(TextOf(framework), "Openness") &&
         root.Find("release") != nullptr;
}

absl::Status ImportModelOpenness(const YamlNode& root, const ImportContext& context,
                                 ImportSink* sink) {
  const YamlNode& release = *root.Find("release");
  RecordBuilder record(context, sink);
  const absl::string_view name = TextAt(release, "name");
  const absl::string_view producer = TextAt(release, "producer");
  const std::optional<Upstream> hub = ParseHubName(TextAt(release, "huggingface"));
  std::string id = context.id;
  if (hub && absl::StrContains(hub->id, "/")) {
    id = hub->id;
  } else if (!name.empty()) {
    id = absl::StrCat(producer.empty() ? "local" : Slug(producer), "/", Slug(name));
  }
  if (!record.Begin(id, ArtifactKind::kCheckpoint, release.line)) return absl::OkStatus();
  record.SetName(name);
  record.SetSource(SourceKind::kCurated, "Model Openness Tool",
                   DayOr(TextAt(release, "date"), context.today),
                   absl::StrCat("Model Openness Tool, ", name.empty() ? id : std::string(name)));
  // The licences of the whole.
  if (const YamlNode* license = release.Find("license"); license != nullptr && license->IsMap()) {
    for (const auto& [what, value] : license->entries) {
      const absl::string_view text = TextAt(value, "name");
      if (SaysNone(text)) continue;
      std::optional<Component> component;
      if (what.scalar == "code") component = Component::kCode;
      if (what.scalar == "data") component = Component::kData;
      if (what.scalar == "document") component = Component::kDocs;
      record.SetLine(value.line);
      record.AddLicense({std::string(text)}, {}, {}, absl::StrCat("release.license.", what.scalar),
                        component);
    }
  } else if (const absl::string_view text = TextOf(license); !SaysNone(text)) {
    record.AddLicense({std::string(text)}, {}, {}, "release.license");
  }
  std::map<Component, std::vector<std::string>> licenses;
  std::map<Component, std::vector<std::string>> names;
  ComponentSet released;
  std::set<std::string> unstated;
  for (const YamlNode* part : ItemsAt(release, "components")) {
    const absl::string_view title = TextAt(*part, "name");
    const Component component = ComponentOf(title);
    released.Add(component);
    const absl::string_view license = TextAt(*part, "license");
    if (SaysNone(license)) {
      if (!license.empty()) unstated.insert(absl::StrCat(title, ": ", license));
      continue;
    }
    licenses[component].emplace_back(license);
    names[component].emplace_back(title);
  }
  for (auto& [component, found] : licenses) {
    record.SetLine(release.line);
    record.AddLicense(found, {}, {},
                      absl::StrCat("release.components: ", absl::StrJoin(names[component], ", ")),
                      component);
  }
  record.AddReleases(released, "release.components");
  if (!unstated.empty()) {
    record.AddRemark(absl::StrCat("the tool found no licence for ", absl::StrJoin(unstated, "; ")),
                     "release.components");
  }
  const absl::string_view origin = TextAt(release, "origin");
  const std::string whole = absl::StrCat(origin, "-", TextAt(release, "version"));
  if (origin.empty() || absl::EqualsIgnoreCase(origin, name) ||
      absl::EqualsIgnoreCase(whole, name)) {
    // Made from nothing else.
  } else if (IsLicenseId(origin, context.licenses->table())) {
    record.AddRemark(absl::StrCat("release.origin names a licence, \"", origin, "\""),
                     "release.origin");
    record.Note(ImportNote::Kind::kUnmapped,
                absl::StrCat(id, ": release.origin is a licence, \"", origin, "\": no upstream"));
  } else {
    record.AddDescribed(origin, Relation::kFinetunedFrom, /*inferred=*/true, "release.origin");
  }
  return record.Finish();
}

}  // namespace lineage
