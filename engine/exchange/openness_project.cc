#include "engine/exchange/openness_project.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/exchange/document.h"

namespace lineage {
namespace {

bool SaysNothing(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
  for (const char* word : {"", "unspecified", "unknown", "unclear", "various", "na", "n/a", "none",
                           "purposely left ambiguous", "mixed"}) {
    if (lower == word) return true;
  }
  return absl::StartsWith(lower, "various");
}

}  // namespace

bool IsOpennessProject(const YamlNode& root) {
  const YamlNode* project = root.IsMap() ? root.Find("project") : nullptr;
  return project != nullptr && project->Find("llmbase") != nullptr;
}

absl::Status ImportOpennessProject(const YamlNode& root, const ImportContext& context,
                                   ImportSink* sink) {
  const YamlNode& project = *root.Find("project");
  const absl::string_view name = TextAt(project, "name");
  std::optional<Upstream> hub;
  for (const char* part : {"rlweights", "llmweights", "project", "modelcard"}) {
    const absl::string_view link = TextOf(NodeAt(root, {part, "link"}));
    if (!hub && absl::StrContains(link, "huggingface.co/")) hub = ParseHubName(link);
    // The page of an organisation is no model, and a model's base is another model.
    if (hub && (!absl::StrContains(hub->id, "/") || absl::string_view(part) == "llmweights")) {
      hub.reset();
    }
  }
  const absl::string_view organization = TextOf(NodeAt(root, {"org", "name"}));
  std::string id = context.id;
  if (hub) {
    id = hub->id;
  } else if (!name.empty()) {
    id = absl::StrCat(organization.empty() ? "local" : Slug(organization), "/", Slug(name));
  }
  RecordBuilder record(context, sink);
  if (!record.Begin(id, ArtifactKind::kCheckpoint, project.line)) return absl::OkStatus();
  record.SetName(name);
  record.SetSource(SourceKind::kCurated, "openness tracker", context.today,
                   absl::StrCat("openness project ", name.empty() ? id : std::string(name)));
  if (const absl::string_view license = TextAt(project, "license"); !SaysNothing(license)) {
    record.SetLine(project.Find("license")->line);
    record.AddLicense({std::string(absl::StripAsciiWhitespace(license))}, {}, {},
                      "project.license");
  }
  const YamlNode* base = project.Find("llmbase");
  record.SetLine(base->line);
  if (absl::StrContains(TextOf(base), "(own)")) {
    record.AddRemark(absl::StrCat("made from its makers' own base, ", TextOf(base)),
                     "project.llmbase");
  } else if (!SaysNothing(TextOf(base))) {
    for (const absl::string_view one : absl::StrSplit(TextOf(base), '&')) {
      record.AddDescribed(one, Relation::kFinetunedFrom, /*inferred=*/false, "project.llmbase");
    }
  } else if (!TextOf(base).empty()) {
    record.AddRemark(absl::StrCat("its base model is given as \"", TextOf(base), "\""),
                     "project.llmbase");
  }
  if (const YamlNode* data = project.Find("rlbase"); !SaysNothing(TextOf(data))) {
    record.SetLine(data->line);
    for (const absl::string_view one :
         absl::StrSplit(TextOf(data), absl::ByAnyChar(",+&"), absl::SkipWhitespace())) {
      record.AddDescribed(one, Relation::kTrainedOn, /*inferred=*/false, "project.rlbase");
    }
  }
  ComponentSet released;
  const auto open = [&](const char* part) {
    return TextOf(NodeAt(root, {part, "class"})) == "open";
  };
  if (open("rlweights")) released.Add(Component::kWeights);
  if (open("opencode")) released.Add(Component::kCode);
  if (open("llmdata") && open("rldata")) released.Add(Component::kData);
  if (open("code")) released.Add(Component::kDocs);
  record.SetLine(project.line);
  record.AddReleases(released, "rlweights, opencode, llmdata, rldata, code");
  // What is open there is there to be had; what is "partial" or "closed" may be so for another
  // reason, and of code the project does not say which. It names no licences.
  const auto part = [&](const char* field, ModelPart published) {
    if (open(field)) record.AddPart(published, "", field);
  };
  part("rlweights", ModelPart::kFinalParameters);
  part("modelcard", ModelPart::kModelCard);
  part("datasheet", ModelPart::kDataCard);
  part("preprint", ModelPart::kTechnicalReport);
  part("paper", ModelPart::kResearchPaper);
  if (released.Has(Component::kData)) {
    record.AddPart(ModelPart::kDatasets, "", "llmdata, rldata");
  }
  return record.Finish();
}

}  // namespace lineage
