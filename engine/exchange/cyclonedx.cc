#include "engine/exchange/cyclonedx.h"

#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/exchange/document.h"

namespace lineage {
namespace {

bool IsData(const YamlNode& component) {
  const absl::string_view type = TextAt(component, "type");
  return type == "data" || type == "dataset";
}
bool IsModel(const YamlNode& component) {
  return TextAt(component, "type") == "machine-learning-model";
}

// Its id on the Hub, else group/name, else local/name.
std::string IdOf(const YamlNode& component, bool data) {
  std::vector<absl::string_view> names = {TextAt(component, "purl")};
  for (const YamlNode* reference : ItemsAt(component, "externalReferences")) {
    names.push_back(TextAt(*reference, "url"));
  }
  names.push_back(TextOf(NodeAt(component, {"contents", "url"})));
  for (const absl::string_view name : names) {
    if (!absl::StartsWith(name, "pkg:huggingface/") && !absl::StrContains(name, "huggingface.co/"))
      continue;
    if (const std::optional<Upstream> hub = ParseHubName(name, data)) return hub->id;
  }
  const absl::string_view group = TextAt(component, "group");
  return absl::StrCat(data ? "datasets/" : "", group.empty() ? "local" : Slug(group), "/",
                      Slug(TextAt(component, "name")));
}

class Bom {
 public:
  Bom(const YamlNode& root, const ImportContext& context, ImportSink* sink)
      : root_(root), context_(context), sink_(*sink) {}

  absl::Status Import() {
    const absl::string_view version = TextAt(root_, "specVersion");
    if (version != "1.5" && version != "1.6" && version != "1.7") {
      return absl::InvalidArgumentError(absl::StrCat(context_.file, ": CycloneDX ",
                                                     version.empty() ? "of no version" : version,
                                                     ": 1.5, 1.6 and 1.7 are read"));
    }
    const YamlNode* metadata = root_.Find("metadata");
    said_ = context_.today;
    by_ = "CycloneDX BOM";
    if (metadata != nullptr) {
      said_ = DayOr(TextAt(*metadata, "timestamp"), context_.today);
      for (const char* who : {"supplier", "manufacturer", "manufacture"}) {
        if (const absl::string_view name = TextOf(NodeAt(*metadata, {who, "name"}));
            !name.empty()) {
          by_ = std::string(name);
        }
      }
    }
    const absl::string_view serial = TextAt(root_, "serialNumber");
    document_ = absl::StrCat("CycloneDX BOM ", serial.empty() ? context_.file : serial);
    if (metadata != nullptr) Index(metadata->Find("component"), "/metadata/component");
    IndexList(root_, "components", "");
    for (const auto& [component, place] : found_) RETURN_IF_ERROR(Take(*component, place));
    if (!other_.empty()) {
      sink_.Note(Skipped(
          {context_.file, 0, 0},
          absl::StrCat("not taken, as neither models nor data: ",
                       absl::StrJoin(other_, ", ", [](std::string* out, const auto& kind) {
                         absl::StrAppend(out, kind.second, " ",
                                         kind.first.empty() ? "without a type" : kind.first);
                       }))));
    }
    return absl::OkStatus();
  }

 private:
  void IndexList(const YamlNode& parent, absl::string_view key, const std::string& place) {
    std::size_t i = 0;
    for (const YamlNode* component : ItemsAt(parent, key)) {
      Index(component, absl::StrCat(place, "/", key, "/", i++));
    }
  }

  void Index(const YamlNode* component, const std::string& place) {
    if (component == nullptr || !component->IsMap()) return;
    if (IsModel(*component) || IsData(*component)) {
      found_.emplace_back(component, place);
      if (const absl::string_view ref = TextAt(*component, "bom-ref"); !ref.empty()) {
        by_ref_.emplace(ref, component);
      }
    } else {
      ++other_[std::string(TextAt(*component, "type"))];
    }
    IndexList(*component, "components", place);
  }

  absl::Status Take(const YamlNode& component, const std::string& place) {
    const bool data = IsData(component);
    RecordBuilder record(context_, &sink_);
    if (TextAt(component, "name").empty()) {
      sink_.Note(Skipped({context_.file, 0, 0}, absl::StrCat("skipped: ", place, " has no name")));
      return absl::OkStatus();
    }
    if (!record.Begin(IdOf(component, data),
                      data ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint, 0)) {
      return absl::OkStatus();
    }
    record.SetName(TextAt(component, "name"));
    record.SetSource(SourceKind::kCurated, by_, said_, document_);
    AddLicenses(component, place, &record);
    AddPedigree(component, place, data, &record);
    std::size_t i = 0;
    const YamlNode* parameters = NodeAt(component, {"modelCard", "modelParameters"});
    for (const YamlNode* set : parameters == nullptr ? std::vector<const YamlNode*>()
                                                     : ItemsAt(*parameters, "datasets")) {
      const std::string where = absl::StrCat(place, "/modelCard/modelParameters/datasets/", i++);
      const absl::string_view ref = TextAt(*set, "ref");
      const auto known = by_ref_.find(std::string(ref));
      if (known != by_ref_.end()) {
        record.AddEdge(IdOf(*known->second, true), Relation::kTrainedOn, false, where);
      } else if (!ref.empty()) {
        record.AddDescribed(ref, Relation::kTrainedOn, false, where);
      } else if (const absl::string_view url = TextOf(NodeAt(*set, {"contents", "url"}));
                 absl::StrContains(url, "huggingface.co/")) {
        record.AddUpstream(url, Relation::kTrainedOn, false, where);
      } else {
        record.AddDescribed(TextAt(*set, "name"), Relation::kTrainedOn, false, where);
      }
    }
    std::vector<std::pair<std::string, Relation>> children;
    const YamlNode* pedigree = component.Find("pedigree");
    if (pedigree != nullptr) {
      for (const YamlNode* child : ItemsAt(*pedigree, "descendants")) {
        const std::string id = IdOf(*child, data);
        children.emplace_back(id, RelationOf(id, data));
      }
    }
    const std::string parent = record.id();
    RETURN_IF_ERROR(record.Finish());
    for (const auto& [child, relation] : children) {
      RecordBuilder other(context_, &sink_);
      if (!other.Begin(child, data ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint, 0)) {
        continue;
      }
      other.SetSource(SourceKind::kCurated, by_, said_,
                      absl::StrCat(document_, ", descendants of ", parent));
      other.AddEdge(parent, relation, /*inferred=*/true,
                    absl::StrCat(place, "/pedigree/descendants"));
      RETURN_IF_ERROR(other.Finish());
    }
    return absl::OkStatus();
  }

  static Relation RelationOf(const std::string& child, bool data) {
    if (data) return Relation::kDerivedFromDataset;
    return RelationByWords({std::string(LastSegment(child))}).value_or(Relation::kFinetunedFrom);
  }

  static void AddPedigree(const YamlNode& component, const std::string& place, bool data,
                          RecordBuilder* record) {
    const YamlNode* pedigree = component.Find("pedigree");
    if (pedigree == nullptr) return;
    const std::vector<const YamlNode*> ancestors = ItemsAt(*pedigree, "ancestors");
    std::size_t i = 0;
    for (const YamlNode* ancestor : ancestors) {
      Relation relation = RelationOf(record->id(), data);
      if (relation == Relation::kFinetunedFrom && ancestors.size() > 1) {
        relation = Relation::kMergedFrom;
      }
      record->AddEdge(IdOf(*ancestor, data), relation, /*inferred=*/true,
                      absl::StrCat(place, "/pedigree/ancestors/", i++));
    }
    for (const YamlNode* variant : ItemsAt(*pedigree, "variants")) {
      record->AddRemark(absl::StrCat("has a variant, ", IdOf(*variant, data)),
                        absl::StrCat(place, "/pedigree/variants"));
    }
    if (const absl::string_view notes = TextAt(*pedigree, "notes"); !notes.empty()) {
      record->AddRemark(notes, absl::StrCat(place, "/pedigree/notes"));
    }
  }

  static void AddLicenses(const YamlNode& component, const std::string& place,
                          RecordBuilder* record) {
    // "declared" and "concluded" are different statements.
    std::map<std::string, std::vector<std::string>> found;
    std::map<std::string, std::string> links;
    std::size_t i = 0;
    for (const YamlNode* item : ItemsAt(component, "licenses")) {
      const std::string where = absl::StrCat(place, "/licenses/", i++);
      const YamlNode* license = item->Find("license");
      const std::string how(TextAt(license != nullptr ? *license : *item, "acknowledgement"));
      const std::string key =
          how.empty() ? absl::StrCat(place, "/licenses") : absl::StrCat(place, "/licenses, ", how);
      if (const absl::string_view expression = TextAt(*item, "expression"); !expression.empty()) {
        found[key].emplace_back(expression);
        continue;
      }
      if (license == nullptr) continue;
      const absl::string_view url = TextAt(*license, "url");
      absl::string_view name = TextAt(*license, "id");
      if (name.empty()) name = TextAt(*license, "name");
      const YamlNode* text = license->Find("text");
      if (name.empty() && text != nullptr) {
        std::string content(TextAt(*text, "content"));
        if (std::string decoded;
            TextAt(*text, "encoding") == "base64" && absl::Base64Unescape(content, &decoded)) {
          content = std::move(decoded);
        }
        record->AddLicenseText(content, where);
      } else if (!name.empty() || !url.empty()) {
        found[key].emplace_back(name.empty() ? url : name);
        if (!url.empty()) links[key] = std::string(url);
      }
    }
    for (auto& [key, names] : found) record->AddLicense(std::move(names), {}, links[key], key);
  }

  const YamlNode& root_;
  const ImportContext& context_;
  ImportSink& sink_;
  Date said_;
  std::string by_;
  std::string document_;
  std::vector<std::pair<const YamlNode*, std::string>> found_;
  std::map<std::string, const YamlNode*> by_ref_;
  std::map<std::string, std::size_t> other_;
};

}  // namespace

absl::Status ImportCycloneDx(const YamlNode& root, const ImportContext& context, ImportSink* sink) {
  return Bom(root, context, sink).Import();
}

}  // namespace lineage
