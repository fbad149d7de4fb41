#include <nlohmann/json.hpp>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/digest.h"
#include "engine/exchange/export.h"
#include "engine/model/not_examined.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// A UUID that the content determines (version 8, RFC 9562), so that two runs write the same.
std::string UuidOf(const std::string& content) {
  std::string hex = absl::BytesToHexString(Sha256(content).substr(0, 16));
  hex[12] = '8';
  hex[16] = 'a';
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20, 12));
}

const char* CycloneDxType(ArtifactKind kind) {
  switch (kind) {
    case ArtifactKind::kDataset:
      return "data";
    case ArtifactKind::kService:
      return "platform";
    case ArtifactKind::kCode:
      return "application";
    case ArtifactKind::kModel:
    case ArtifactKind::kCheckpoint:
    case ArtifactKind::kUnresolved:
      return "machine-learning-model";
  }
  return "machine-learning-model";
}

void AddNames(const std::string& id, Json* component) {
  const absl::string_view group = OrganizationOf(id);
  if (!group.empty()) (*component)["group"] = std::string(group);
  (*component)["name"] = std::string(LastSegment(id));
}

bool ConveysWork(Relation relation) {
  const RelationClass relation_class = ClassOf(relation);
  return relation_class == RelationClass::kCopy || relation_class == RelationClass::kInside ||
         relation_class == RelationClass::kAdaptation ||
         relation_class == RelationClass::kAdapter || relation_class == RelationClass::kOutput;
}

// The type of an SPDX relationship from the child to the parent.
const char* SpdxRelation(Relation relation) {
  if (relation == Relation::kTrainedOn) return "trainedOn";
  const RelationClass relation_class = ClassOf(relation);
  if (relation_class == RelationClass::kInside || relation_class == RelationClass::kBeside) {
    return "contains";
  }
  return ConveysWork(relation) ? "descendantOf" : "other";
}

// Percent-encoded for an IRI's path.
std::string Encoded(absl::string_view id) {
  std::string out;
  for (const char c : id) {
    const auto u = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(u) || absl::StrContains("-._~/", absl::string_view(&c, 1))) {
      out.push_back(c);
    } else {
      absl::StrAppend(&out, "%",
                      absl::AsciiStrToUpper(absl::BytesToHexString(absl::string_view(&c, 1))));
    }
  }
  return out;
}

}  // namespace

Json CycloneDxDocument(absl::Span<const BomEntry> entries, const BomHeader& header) {
  absl::flat_hash_set<std::string> present;
  for (const BomEntry& entry : entries) present.insert(entry.artifact.id);
  Json components = Json::array();
  for (const BomEntry& entry : entries) {
    Json component = {{"type", CycloneDxType(entry.artifact.kind)}, {"bom-ref", entry.artifact.id}};
    if (!entry.licensor.empty()) component["supplier"] = {{"name", entry.licensor}};
    AddNames(entry.artifact.id, &component);
    if (!entry.license.empty()) {
      component["licenses"] =
          entry.license_known
              ? Json::array({{{"expression", entry.license}, {"acknowledgement", "concluded"}}})
              : Json::array(
                    {{{"license", {{"name", entry.license}, {"acknowledgement", "declared"}}}}});
    }
    if (!entry.package_url.empty()) component["purl"] = entry.package_url;
    Json ancestors = Json::array();
    Json data = Json::array();
    Json properties = Json::array();
    for (const EdgeView& edge : entry.upstream) {
      if (edge.relation == Relation::kTrainedOn) {
        data.push_back(present.contains(edge.parent)
                           ? Json{{"ref", edge.parent}}
                           : Json{{"type", "dataset"}, {"name", edge.parent}});
      } else if (ConveysWork(edge.relation)) {
        Json ancestor = {{"type", absl::StartsWith(edge.parent, "datasets/")
                                      ? "data"
                                      : "machine-learning-model"}};
        AddNames(edge.parent, &ancestor);
        ancestors.push_back(std::move(ancestor));
      }
      properties.push_back(
          {{"name", absl::StrCat("lineage:", Name(edge.relation))}, {"value", edge.parent}});
    }
    if (!ancestors.empty()) component["pedigree"] = {{"ancestors", std::move(ancestors)}};
    // Only models have model cards; what data was trained on stays a property.
    if (!data.empty() && component["type"] == "machine-learning-model") {
      component["modelCard"] = {{"modelParameters", {{"datasets", std::move(data)}}}};
    }
    for (const RightVerdict& verdict : entry.verdicts) {
      properties.push_back({{"name", absl::StrCat("lineage:verdict:", Name(verdict.right))},
                            {"value", std::string(Name(verdict.verdict))}});
    }
    if (!properties.empty()) component["properties"] = std::move(properties);
    components.push_back(std::move(component));
  }
  const std::string stamp = absl::StrCat(header.as_of.ToString(), "T00:00:00Z");
  const std::string serial = UuidOf(absl::StrCat(
      components.dump(-1, ' ', false, Json::error_handler_t::replace), stamp, Name(header.stance)));
  return {
      {"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
      {"bomFormat", "CycloneDX"},
      {"specVersion", "1.6"},
      {"serialNumber", absl::StrCat("urn:uuid:", serial)},
      {"version", 1},
      {"metadata",
       {{"timestamp", stamp},
        {"tools",
         {{"components", Json::array({{{"type", "application"},
                                       {"name", "lineage-cli"},
                                       {"version", header.version}}})}}},
        {"properties",
         Json::array({{{"name", "lineage:stance"}, {"value", std::string(Name(header.stance))}},
                      {{"name", "lineage:disclaimer"}, {"value", std::string(kDisclaimer)}}})}}},
      {"components", std::move(components)}};
}

Json SpdxDocument(absl::Span<const BomEntry> entries, const BomHeader& header) {
  std::string content = absl::StrCat(header.as_of.ToString(), Name(header.stance));
  for (const BomEntry& entry : entries) absl::StrAppend(&content, "\n", entry.artifact.id);
  const std::string base = absl::StrCat("urn:uuid:", UuidOf(content), "#");
  const auto iri = [&](absl::string_view what, absl::string_view id) {
    return absl::StrCat(base, what, "/", Encoded(id));
  };
  const std::string tool = iri("tool", "lineage-cli");
  Json graph = Json::array();
  graph.push_back({{"type", "CreationInfo"},
                   {"@id", "_:creation"},
                   {"specVersion", "3.0.1"},
                   {"created", absl::StrCat(header.as_of.ToString(), "T00:00:00Z")},
                   {"createdBy", Json::array({tool})}});
  graph.push_back({{"type", "SoftwareAgent"},
                   {"spdxId", tool},
                   {"creationInfo", "_:creation"},
                   {"name", absl::StrCat("lineage-cli ", header.version)}});
  Json roots = Json::array();
  Json elements = Json::array();
  absl::flat_hash_set<std::string> named;
  absl::flat_hash_set<std::string> expressions;
  std::size_t relationships = 0;
  const auto element = [&](const std::string& id, ArtifactKind kind) -> Json& {
    const bool data = kind == ArtifactKind::kDataset || absl::StartsWith(id, "datasets/");
    const bool model = kind == ArtifactKind::kCheckpoint || kind == ArtifactKind::kModel ||
                       (kind == ArtifactKind::kUnresolved && !data);
    named.insert(id);
    elements.push_back({{"type", data    ? "dataset_DatasetPackage"
                                 : model ? "ai_AIPackage"
                                         : "software_Package"},
                        {"spdxId", iri("artifact", id)},
                        {"creationInfo", "_:creation"},
                        {"name", id}});
    if (data) elements.back()["dataset_datasetType"] = Json::array({"noAssertion"});
    return elements.back();
  };
  const auto relate = [&](const std::string& from, const char* type, const std::string& to,
                          const std::string& comment) {
    Json relationship = {{"type", "Relationship"},
                         {"spdxId", iri("relationship", absl::StrCat(relationships++))},
                         {"creationInfo", "_:creation"},
                         {"from", from},
                         {"relationshipType", type},
                         {"to", Json::array({to})}};
    if (!comment.empty()) relationship["comment"] = comment;
    elements.push_back(std::move(relationship));
  };
  for (const BomEntry& entry : entries) {
    roots.push_back(iri("artifact", entry.artifact.id));
    Json& package = element(entry.artifact.id, entry.artifact.kind);
    if (!entry.package_url.empty()) package["software_packageUrl"] = entry.package_url;
    if (entry.artifact.released) {
      package["releaseTime"] = absl::StrCat(entry.artifact.released->ToString(), "T00:00:00Z");
    }
    std::vector<std::string> words;
    for (const RightVerdict& verdict : entry.verdicts) {
      words.push_back(absl::StrCat(Name(verdict.right), ": ", Name(verdict.verdict)));
    }
    if (!words.empty()) {
      package["comment"] = absl::StrCat("Effective permissions, ", Name(header.stance),
                                        " stance (not legal advice): ", absl::StrJoin(words, ", "));
    }
  }
  for (const BomEntry& entry : entries) {
    const std::string from = iri("artifact", entry.artifact.id);
    if (!entry.license.empty()) {
      const std::string license = iri("license", entry.license);
      if (expressions.insert(entry.license).second) {
        // SPDX wants every id of an expression to be one: what was only found is named by a hash.
        const std::string expression =
            entry.license_known
                ? entry.license
                : absl::StrCat("LicenseRef-as-found-",
                               absl::BytesToHexString(Sha256(entry.license).substr(0, 8)));
        Json one = {{"type", "simplelicensing_LicenseExpression"},
                    {"spdxId", license},
                    {"creationInfo", "_:creation"},
                    {"simplelicensing_licenseExpression", expression}};
        if (!entry.license_known) one["comment"] = absl::StrCat("as found: ", entry.license);
        elements.push_back(std::move(one));
      }
      relate(from, "hasConcludedLicense", license, "");
    }
    for (const EdgeView& edge : entry.upstream) {
      if (named.insert(edge.parent).second) {
        element(edge.parent, ArtifactKind::kUnresolved);
      }
      relate(from, SpdxRelation(edge.relation), iri("artifact", edge.parent),
             std::string(Name(edge.relation)));
    }
  }
  graph.push_back({{"type", "SpdxDocument"},
                   {"spdxId", iri("document", "lineage")},
                   {"creationInfo", "_:creation"},
                   {"profileConformance", Json::array({"core", "software", "simpleLicensing"})},
                   {"rootElement", std::move(roots)}});
  for (Json& one : elements) graph.push_back(std::move(one));
  return {{"@context", "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"},
          {"@graph", std::move(graph)}};
}

}  // namespace lineage
