#include "engine/exchange/model_card.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/status_macros.h"
#include "engine/exchange/document.h"

namespace lineage {
namespace {

bool IsFence(absl::string_view line) { return absl::StripTrailingAsciiWhitespace(line) == "---"; }

// The next line, with '\n', "\r\n" or '\r' at its end, which is taken off.
bool NextLine(absl::string_view text, std::size_t* at, absl::string_view* line) {
  if (*at >= text.size()) return false;
  const std::size_t end = text.find_first_of("\r\n", *at);
  if (end == absl::string_view::npos) {
    *line = text.substr(*at);
    *at = text.size();
    return true;
  }
  *line = text.substr(*at, end - *at);
  *at = end + 1;
  if (text[end] == '\r' && *at < text.size() && text[*at] == '\n') ++*at;
  return true;
}

}  // namespace

absl::StatusOr<CardMetadata> ReadCardMetadata(absl::string_view text, absl::string_view file) {
  CardMetadata card;
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  std::size_t at = 0;
  absl::string_view line;
  int number = 0;
  bool open = false;
  while (!open && NextLine(text, &at, &line)) {  // blank lines may stand before it
    ++number;
    open = IsFence(line);
    if (!open && !absl::StripAsciiWhitespace(line).empty()) return card;
  }
  if (!open) return card;
  std::string yaml(static_cast<std::size_t>(number), '\n');  // so that lines are the file's
  bool closed = false;
  while (!closed && NextLine(text, &at, &line)) {
    closed = IsFence(line);
    if (!closed) absl::StrAppend(&yaml, line, "\n");
  }
  if (!closed) {
    return absl::InvalidArgumentError(absl::StrCat(
        file, ":", number, ": the front matter has no closing \"---\": the card is cut short"));
  }
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(yaml, file));
  if (root.IsNull()) return card;
  if (!root.IsMap()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":", number + 1, ": the front matter is no map of keys and values"));
  }
  // Front matter of other tools is no card's.
  for (const char* key : {"license",
                          "license_name",
                          "base_model",
                          "datasets",
                          "source_datasets",
                          "tags",
                          "language",
                          "library_name",
                          "pipeline_tag",
                          "task_categories",
                          "size_categories",
                          "pretty_name",
                          "new_version",
                          "model-index",
                          "metrics",
                          "widget",
                          "inference",
                          "thumbnail",
                          "configs",
                          "dataset_info",
                          "annotations_creators",
                          "extra_gated_prompt",
                          "co2_eq_emissions"}) {
    card.found = card.found || root.Find(key) != nullptr;
  }
  if (!card.found) return card;
  CardFacts& facts = card.facts;
  facts.licenses = TextsAt(root, "license");
  facts.license_name = std::string(TextAt(root, "license_name"));
  facts.license_link = std::string(TextAt(root, "license_link"));
  for (const std::string& base : TextsAt(root, "base_model")) facts.AddBase(base, std::nullopt);
  facts.relation = HubRelation(TextAt(root, "base_model_relation"));
  for (const char* key : {"datasets", "source_datasets"}) {
    for (std::string& name : TextsAt(root, key)) facts.datasets.push_back(std::move(name));
  }
  facts.new_version = std::string(TextAt(root, "new_version"));
  facts.library = std::string(TextAt(root, "library_name"));
  for (std::string& tag : TextsAt(root, "tags")) {
    if (!absl::StrContains(tag, ':')) facts.tags.push_back(std::move(tag));
  }
  for (const char* sign : {"task_categories", "size_categories", "source_datasets",
                           "annotations_creators", "dataset_info", "configs"}) {
    facts.dataset = facts.dataset || root.Find(sign) != nullptr;
  }
  card.name = std::string(TextAt(root, "pretty_name"));
  return card;
}

absl::Status ImportModelCard(absl::string_view text, const ImportContext& context,
                             ImportSink* sink) {
  absl::StatusOr<CardMetadata> card = ReadCardMetadata(text, context.file);
  if (!card.ok() || !card->found) {
    sink->Note(Skipped({card.ok() ? context.file : "", 0, 0},
                       card.ok()
                           ? "skipped: the card has no metadata (front matter between \"---\")"
                           : absl::StrCat("skipped: ", card.status().message())));
    return absl::OkStatus();
  }
  RecordBuilder record(context, sink);
  const bool dataset = card->facts.dataset || absl::StartsWith(context.id, "datasets/");
  std::string id = context.id;
  if (dataset && !absl::StartsWith(id, "datasets/")) id = absl::StrCat("datasets/", id);
  card->facts.dataset = dataset;
  if (!record.Begin(id, dataset ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint, 1)) {
    return absl::OkStatus();
  }
  record.SetName(card->name);
  record.SetSource(SourceKind::kModelCard, std::string(OrganizationOf(id)), context.today,
                   absl::StrCat("model card of ", id));
  AddCard(std::move(card->facts), &record);
  return record.Finish();
}

}  // namespace lineage
