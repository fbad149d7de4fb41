#include "engine/exchange/spdx.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/exchange/document.h"

namespace lineage {
namespace {

constexpr int kDeepestLicense = 8;
constexpr int kFarthestContainer = 16;

struct Package {
  std::string id;
  std::string name;
  bool data = false;
  std::string place;
  Date said;
  std::vector<std::pair<std::string, std::vector<std::string>>> licenses;  // where, expressions
  std::vector<std::pair<std::string, std::string>> texts;                  // where, text
  struct Edge {
    std::string parent;
    Relation relation;
    bool inferred;
    std::string where;
  };
  std::vector<Edge> edges;
};

std::string HubIdIn(const std::vector<absl::string_view>& names, bool data) {
  for (const absl::string_view name : names) {
    if (!absl::StartsWith(name, "pkg:huggingface/") && !absl::StrContains(name, "huggingface.co/"))
      continue;
    if (const std::optional<Upstream> hub = ParseHubName(name, data)) return hub->id;
  }
  return "";
}

std::string LocalId(absl::string_view name, bool data) {
  return absl::StrCat(data ? "datasets/local/" : "local/", Slug(name));
}

Relation DescentOf(const std::string& child, bool data) {
  if (data) return Relation::kDerivedFromDataset;
  return RelationByWords({std::string(LastSegment(child))}).value_or(Relation::kFinetunedFrom);
}

absl::Status Write(const Package& package, const std::string& by, const std::string& document,
                   const ImportContext& context, ImportSink* sink) {
  RecordBuilder record(context, sink);
  if (!record.Begin(package.id, package.data ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint,
                    0)) {
    return absl::OkStatus();
  }
  record.SetName(package.name);
  record.SetSource(SourceKind::kCurated, by, package.said, document);
  for (const auto& [where, expressions] : package.licenses) {
    record.AddLicense(expressions, {}, {}, where);
  }
  for (const auto& [where, text] : package.texts) record.AddLicenseText(text, where);
  for (const Package::Edge& edge : package.edges) {
    record.AddEdge(edge.parent, edge.relation, edge.inferred, edge.where);
  }
  return record.Finish();
}

void NoteOthers(const std::map<std::string, std::size_t>& others, const ImportContext& context,
                ImportSink* sink) {
  if (others.empty()) return;
  sink->Note(
      Skipped({context.file, 0, 0},
              absl::StrCat("not taken, as neither models nor data: ",
                           absl::StrJoin(others, ", ", [](std::string* out, const auto& kind) {
                             absl::StrAppend(out, kind.second, " ", kind.first);
                           }))));
}

class Spdx3 {
 public:
  Spdx3(const YamlNode& root, const ImportContext& context, ImportSink* sink)
      : root_(root), context_(context), sink_(*sink) {}

  absl::Status Import() {
    Index();
    std::map<std::string, std::size_t> others;
    for (const YamlNode* element : elements_) {
      const absl::string_view type = TypeOf(*element);
      const bool data = type == "dataset_DatasetPackage";
      if (!data && type != "ai_AIPackage") {
        if (absl::EndsWith(type, "_Package")) ++others[std::string(type)];
        continue;
      }
      Package package;
      package.data = data;
      package.name = std::string(TextAt(*element, "name"));
      package.place = std::string(KeyOf(*element));
      package.id = IdOf(*element, data);
      package.said = SaidBy(*element);
      place_.emplace(package.place, packages_.size());
      packages_.push_back(std::move(package));
    }
    for (const YamlNode* element : elements_) {
      if (absl::EndsWith(TypeOf(*element), "Relationship")) Relate(*element);
    }
    const std::string document = absl::StrCat("SPDX document ", document_);
    for (const Package& package : packages_) {
      RETURN_IF_ERROR(Write(package, by_, document, context_, &sink_));
    }
    NoteOthers(others, context_, &sink_);
    return absl::OkStatus();
  }

 private:
  static absl::string_view TypeOf(const YamlNode& element) {
    const absl::string_view type = TextAt(element, "type");
    return type.empty() ? TextAt(element, "@type") : type;
  }
  static absl::string_view KeyOf(const YamlNode& element) {
    const absl::string_view id = TextAt(element, "spdxId");
    return id.empty() ? TextAt(element, "@id") : id;
  }

  void Index() {
    document_ = context_.file;
    by_ = "SPDX document";
    const std::vector<const YamlNode*> graph = ItemsAt(root_, "@graph");
    elements_ = graph.empty() ? std::vector<const YamlNode*>{&root_} : graph;
    for (const YamlNode* element : elements_) {
      if (!element->IsMap()) continue;
      by_key_.emplace(KeyOf(*element), element);
      if (TypeOf(*element) == "SpdxDocument") document_ = std::string(KeyOf(*element));
      if (TypeOf(*element) == "Relationship" &&
          TextAt(*element, "relationshipType") == "contains") {
        for (const std::string& part : TextsAt(*element, "to")) {
          container_.emplace(part, TextAt(*element, "from"));
        }
      }
    }
    for (const YamlNode* element : elements_) {
      if (TypeOf(*element) != "CreationInfo") continue;
      for (const std::string& who : TextsAt(*element, "createdBy")) {
        const auto it = by_key_.find(who);
        if (it == by_key_.end() || TextAt(*it->second, "name").empty()) continue;
        by_ = std::string(TextAt(*it->second, "name"));
        return;
      }
    }
  }

  Date SaidBy(const YamlNode& element) const {
    const YamlNode* info = element.Find("creationInfo");
    if (info != nullptr && info->IsScalar()) {
      const auto it = by_key_.find(info->scalar);
      info = it == by_key_.end() ? nullptr : it->second;
    }
    return info == nullptr ? context_.today : DayOr(TextAt(*info, "created"), context_.today);
  }

  static std::string IdOf(const YamlNode& element, bool data) {
    std::vector<absl::string_view> names = {TextAt(element, "software_packageUrl"),
                                            TextAt(element, "software_downloadLocation"),
                                            TextAt(element, "software_homePage"), KeyOf(element)};
    for (const YamlNode* identifier : ItemsAt(element, "externalIdentifier")) {
      names.push_back(TextAt(*identifier, "identifier"));
    }
    const std::string hub = HubIdIn(names, data);
    const absl::string_view name = TextAt(element, "name");
    return hub.empty() ? LocalId(name.empty() ? KeyOf(element) : name, data) : hub;
  }

  // The model or data set that is, or holds, the element; null if there is none.
  Package* PackageOf(std::string key) {
    for (int i = 0; i < kFarthestContainer; ++i) {
      const auto it = place_.find(key);
      if (it != place_.end()) return &packages_[it->second];
      const auto up = container_.find(key);
      if (up == container_.end()) return nullptr;
      key = up->second;
    }
    return nullptr;
  }

  void Relate(const YamlNode& element) {
    const std::string type(TextAt(element, "relationshipType"));
    const std::string from(TextAt(element, "from"));
    const std::vector<std::string> to = TextsAt(element, "to");
    if (type == "hasDeclaredLicense" || type == "hasConcludedLicense") {
      const auto it = place_.find(from);
      if (it == place_.end()) return;
      Package& package = packages_[it->second];
      std::vector<std::string> expressions;
      for (const std::string& license : to) {
        std::string text;
        const std::string expression = ExpressionOf(license, 0, &text);
        if (!expression.empty()) expressions.push_back(expression);
        if (!text.empty()) package.texts.emplace_back(type, text);
      }
      if (!expressions.empty()) package.licenses.emplace_back(type, expressions);
      return;
    }
    const bool reversed = type == "ancestorOf";
    for (const std::string& other : to) {
      Package* child = PackageOf(reversed ? other : from);
      Package* parent = PackageOf(reversed ? from : other);
      const std::string& named = reversed ? from : other;
      Relation relation = Relation::kTrainedOn;
      bool inferred = false;
      if (type == "trainedOn") {
        relation = Relation::kTrainedOn;
      } else if (type == "descendantOf" || type == "ancestorOf") {
        if (child != nullptr) relation = DescentOf(child->id, child->data);
        inferred = true;
      } else if (type == "copiedTo" || type == "expandedFromArchive") {
        std::swap(child, parent);
        relation = Relation::kConvertedFrom;
        inferred = true;
      } else {
        continue;
      }
      if (child == nullptr || child == parent) continue;
      std::string id =
          parent != nullptr ? parent->id : LocalId(named, relation == Relation::kTrainedOn);
      // A document may name what it does not describe.
      if (parent == nullptr) {
        const std::string hub = HubIdIn({named}, relation == Relation::kTrainedOn);
        if (!hub.empty()) id = hub;
      }
      if (child->id != id) child->edges.push_back({std::move(id), relation, inferred, type});
    }
  }

  // The expression that an element of licensing stands for; a custom licence without a name gives
  // its text instead.
  std::string ExpressionOf(const std::string& key, int depth, std::string* text) const {
    if (depth > kDeepestLicense || absl::EndsWith(key, "NoAssertion") ||
        absl::EndsWith(key, "NoneLicense") || absl::EndsWith(key, "NoAssertionLicense")) {
      return "";
    }
    const auto it = by_key_.find(key);
    if (it == by_key_.end()) return key;
    const YamlNode& element = *it->second;
    if (const absl::string_view expression = TextAt(element, "simplelicensing_licenseExpression");
        !expression.empty()) {
      return std::string(expression);
    }
    const absl::string_view type = TypeOf(element);
    if (absl::EndsWith(type, "LicenseSet")) {
      std::vector<std::string> members;
      for (const std::string& member : TextsAt(element, "expandedlicensing_member")) {
        const std::string one = ExpressionOf(member, depth + 1, text);
        if (!one.empty()) members.push_back(absl::StrCat("(", one, ")"));
      }
      return absl::StrJoin(members, absl::StrContains(type, "Disjunctive") ? " OR " : " AND ");
    }
    if (const absl::string_view name = TextAt(element, "name"); !name.empty()) {
      return std::string(name);
    }
    *text = std::string(TextAt(element, "simplelicensing_licenseText"));
    return text->empty() ? key : "";
  }

  const YamlNode& root_;
  const ImportContext& context_;
  ImportSink& sink_;
  std::string document_;
  std::string by_;
  std::vector<const YamlNode*> elements_;
  std::map<std::string, const YamlNode*> by_key_;
  std::map<std::string, std::string> container_;  // part -> the first thing that contains it
  std::vector<Package> packages_;
  std::map<std::string, std::size_t> place_;
};

absl::Status ImportSpdx2(const YamlNode& root, const ImportContext& context, ImportSink* sink) {
  const absl::string_view version = TextAt(root, "spdxVersion");
  if (version != "SPDX-2.2" && version != "SPDX-2.3") {
    return absl::InvalidArgumentError(
        absl::StrCat(context.file, ": ", version, ": SPDX-2.2, SPDX-2.3 and 3.0 are read"));
  }
  const YamlNode* creation = root.Find("creationInfo");
  const Date said =
      creation == nullptr ? context.today : DayOr(TextAt(*creation, "created"), context.today);
  std::string by = "SPDX document";
  if (creation != nullptr) {
    for (const std::string& creator : TextsAt(*creation, "creators")) {
      if (!absl::StartsWith(creator, "Tool:")) by = creator;
    }
  }
  struct Relationship {
    std::string child;
    std::string parent;
    std::string type;
  };
  std::vector<Relationship> relationships;
  std::set<std::string> related;
  for (const YamlNode* item : ItemsAt(root, "relationships")) {
    Relationship one{std::string(TextAt(*item, "spdxElementId")),
                     std::string(TextAt(*item, "relatedSpdxElement")),
                     std::string(TextAt(*item, "relationshipType"))};
    if (one.type == "ANCESTOR_OF") {
      std::swap(one.child, one.parent);
      one.type = "DESCENDANT_OF";
    }
    if (one.type == "DATA_FILE_OF") {
      std::swap(one.child, one.parent);
    }
    if (one.type != "DESCENDANT_OF" && one.type != "COPY_OF" && one.type != "DATA_FILE_OF") {
      continue;
    }
    related.insert(one.child);
    related.insert(one.parent);
    relationships.push_back(std::move(one));
  }
  std::set<std::string> data_sets;
  for (const Relationship& one : relationships) {
    if (one.type == "DATA_FILE_OF") data_sets.insert(one.parent);
  }
  std::vector<Package> packages;
  std::map<std::string, std::size_t> place;
  std::map<std::string, std::size_t> others;
  for (const YamlNode* item : ItemsAt(root, "packages")) {
    const std::string key(TextAt(*item, "SPDXID"));
    std::vector<absl::string_view> names = {TextAt(*item, "downloadLocation"),
                                            TextAt(*item, "homepage")};
    for (const YamlNode* reference : ItemsAt(*item, "externalRefs")) {
      names.push_back(TextAt(*reference, "referenceLocator"));
    }
    const bool data = data_sets.count(key) != 0 ||
                      std::any_of(names.begin(), names.end(), [](absl::string_view name) {
                        return absl::StrContains(name, "huggingface.co/datasets/") ||
                               absl::StartsWith(name, "pkg:huggingface/datasets/");
                      });
    const std::string hub = HubIdIn(names, data);
    if (hub.empty() && related.count(key) == 0) {
      ++others["packages"];
      continue;
    }
    Package package;
    package.data = data;
    package.name = std::string(TextAt(*item, "name"));
    package.id = hub.empty() ? LocalId(package.name.empty() ? key : package.name, data) : hub;
    package.said = said;
    for (const char* field : {"licenseDeclared", "licenseConcluded"}) {
      const absl::string_view license = TextAt(*item, field);
      if (license.empty() || license == "NOASSERTION" || license == "NONE") continue;
      package.licenses.emplace_back(field, std::vector<std::string>{std::string(license)});
    }
    place.emplace(key, packages.size());
    packages.push_back(std::move(package));
  }
  for (const Relationship& one : relationships) {
    const auto child = place.find(one.child);
    if (child == place.end()) continue;
    Package& package = packages[child->second];
    const auto parent = place.find(one.parent);
    const Relation relation = one.type == "COPY_OF"        ? Relation::kConvertedFrom
                              : one.type == "DATA_FILE_OF" ? Relation::kTrainedOn
                                                           : DescentOf(package.id, package.data);
    std::string id = parent == place.end() ? LocalId(one.parent, relation == Relation::kTrainedOn)
                                           : packages[parent->second].id;
    if (id != package.id) package.edges.push_back({std::move(id), relation, true, one.type});
  }
  const absl::string_view space = TextAt(root, "documentNamespace");
  const std::string document = absl::StrCat("SPDX document ", space.empty() ? context.file : space);
  for (const Package& package : packages) {
    RETURN_IF_ERROR(Write(package, by, document, context, sink));
  }
  NoteOthers(others, context, sink);
  return absl::OkStatus();
}

}  // namespace

absl::Status ImportSpdx(const YamlNode& root, const ImportContext& context, ImportSink* sink) {
  if (root.Find("spdxVersion") != nullptr) return ImportSpdx2(root, context, sink);
  const YamlNode* terms = root.Find("@context");
  const absl::string_view version = TextOf(terms);
  if (!absl::StrContains(version, "spdx.org/rdf/3.")) {
    return absl::InvalidArgumentError(
        absl::StrCat(context.file,
                     ": no SPDX document: its @context is not SPDX 3's, and it has no "
                     "spdxVersion"));
  }
  return Spdx3(root, context, sink).Import();
}

}  // namespace lineage
