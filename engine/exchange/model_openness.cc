#include "engine/exchange/model_openness.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

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
         lower == "unknown" || lower == "n/a" || lower == "pending evaluation" ||
         absl::StrContains(lower, "not include");
}

// The framework's component of that name.
std::optional<ModelPart> PartOf(absl::string_view name) {
  static constexpr std::pair<const char*, ModelPart> kNames[] = {
      {"model architecture", ModelPart::kModelArchitecture},
      {"data preprocessing code", ModelPart::kDataPreprocessingCode},
      {"training code", ModelPart::kTrainingCode},
      {"inference code", ModelPart::kInferenceCode},
      {"evaluation code", ModelPart::kEvaluationCode},
      {"supporting libraries and tools", ModelPart::kSupportingLibraries},
      {"model parameters (final)", ModelPart::kFinalParameters},
      {"model parameters (intermediate)", ModelPart::kIntermediateParameters},
      {"datasets", ModelPart::kDatasets},
      {"evaluation data", ModelPart::kEvaluationData},
      {"sample model outputs", ModelPart::kSampleOutputs},
      {"model card", ModelPart::kModelCard},
      {"data card", ModelPart::kDataCard},
      {"technical report", ModelPart::kTechnicalReport},
      {"research paper", ModelPart::kResearchPaper},
      {"evaluation results", ModelPart::kEvaluationResults},
      {"model metadata", ModelPart::kModelMetadata},
  };
  const std::string lower = absl::AsciiStrToLower(name);
  for (const auto& [known, part] : kNames) {
    if (lower == known) return part;
  }
  return std::nullopt;
}

// The kind of licence that the tool applies to a part without one of its own.
absl::string_view LicenseKeyOf(ModelPart part) {
  switch (ComponentOf(part)) {
    case Component::kCode:
      return "code";
    case Component::kWeights:
    case Component::kData:
      return "data";
    case Component::kDocs:
      return "document";
  }
  return "";
}

// What the record says of one component: that it is published, and under what. Its own licence
// counts, else that of its kind, else the whole's.
void AddPart(const YamlNode& release, const YamlNode& component, RecordBuilder* record) {
  const absl::string_view title = TextAt(component, "name");
  const std::optional<ModelPart> part = PartOf(title);
  if (!part) return;
  record->SetLine(component.line);
  const std::string where = absl::StrCat("release.components: ", title);
  std::string license(absl::StripAsciiWhitespace(TextAt(component, "license")));
  const std::string lower = absl::AsciiStrToLower(license);
  if (lower == "unlicensed") return record->AddPart(*part, kNoLicense, where);
  // The tool's words for what it does not know, and for what is not in the distribution that was
  // looked at: none says whether the component can be had. (Of GPT-2 the final parameters are "not
  // included", which anybody can download.)
  if (lower == "proprietary" || (!lower.empty() && SaysNone(lower))) return;
  if (license.empty()) {
    for (const absl::string_view key : {LicenseKeyOf(*part), absl::string_view("distribution")}) {
      const YamlNode* whole = NodeAt(release, {"license", key, "name"});
      if (license.empty() && !SaysNone(TextOf(whole))) license = std::string(TextOf(whole));
    }
  }
  record->AddPart(*part, license, where);
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
  for (const YamlNode* part : ItemsAt(release, "components")) AddPart(release, *part, &record);
  record.SetLine(release.line);
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
