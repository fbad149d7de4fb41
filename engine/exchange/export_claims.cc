#include <nlohmann/json.hpp>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "engine/exchange/export.h"
#include "engine/model/ai_act.h"
#include "engine/model/openness.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

void AddText(Json* json, const char* key, const std::string& text) {
  if (!text.empty()) (*json)[key] = text;
}

Json ToJson(const Claim& claim) {
  Json json = Json::object();
  const bool license = claim.statement == StatementKind::kLicense;
  switch (claim.statement) {
    case StatementKind::kLicense:
      json[claim.as_found ? "license_as_found" : "license"] = claim.text;
      break;
    case StatementKind::kEdge:
      json[std::string(Name(claim.relation))] = claim.parent;
      break;
    case StatementKind::kReleases: {
      Json list = Json::array();
      for (const Component component : claim.releases.Values()) {
        list.push_back(std::string(Name(component)));
      }
      json["releases"] = std::move(list);
      break;
    }
    case StatementKind::kFact: {
      const std::optional<StatedFact> stated = ReadStatedFact(claim.text);
      if (stated) json["states"] = {{std::string(Name(stated->fact)), stated->value}};
      break;
    }
    case StatementKind::kPublishes: {
      const PublishedPart published = ReadPublishedPart(claim.text).value_or(PublishedPart());
      json[claim.denies ? "withholds" : "publishes"] = std::string(Name(published.part));
      AddText(&json, claim.as_found ? "license_as_found" : "license", published.license);
      break;
    }
    case StatementKind::kLicensor:
    case StatementKind::kAlias:
    case StatementKind::kRemark:
    case StatementKind::kContents:
      json[std::string(Name(claim.statement))] = claim.text;
      break;
  }
  if (claim.component) json["component"] = std::string(Name(*claim.component));
  if (claim.denies && claim.statement == StatementKind::kEdge) json["denies"] = true;
  if (claim.inferred) json["inferred"] = true;
  if (claim.made) json["made"] = claim.made->ToString();
  AddText(&json, "parent_revision", claim.parent_revision);
  const Date usual = license ? claim.source.said : Date::Min();
  if (claim.valid.from != usual && !claim.valid.from.open()) {
    json["from"] = claim.valid.from.ToString();
  }
  if (!claim.valid.until.open()) json["until"] = claim.valid.until.ToString();
  json["source"] = {{"kind", std::string(Name(claim.source.kind))},
                    {"by", claim.source.by},
                    {"said", claim.source.said_text},
                    {"document", claim.source.document}};
  AddText(&json, "where", claim.where);
  AddText(&json, "quote", claim.quote);
  return json;
}

}  // namespace

Json ClaimsDocument(absl::Span<const Artifact> artifacts, absl::Span<const Claim> claims) {
  absl::flat_hash_map<std::string, Json> about;
  absl::flat_hash_set<std::string> described;
  for (const Artifact& artifact : artifacts) {
    if (artifact.kind != ArtifactKind::kUnresolved) described.insert(artifact.id);
  }
  Json loose = Json::array();
  for (const Claim& claim : claims) {
    if (claim.retracted != 0) continue;
    Json json = ToJson(claim);
    if (described.contains(claim.subject)) {
      about.try_emplace(claim.subject, Json::array()).first->second.push_back(std::move(json));
    } else {
      Json with_subject = {{"subject", claim.subject}};
      with_subject.update(json);
      loose.push_back(std::move(with_subject));
    }
  }
  Json list = Json::array();
  for (const Artifact& artifact : artifacts) {
    if (artifact.kind == ArtifactKind::kUnresolved) continue;
    Json json = {{"id", artifact.id}, {"kind", std::string(Name(artifact.kind))}};
    AddText(&json, "name", artifact.name);
    if (!artifact.aliases.empty()) json["aliases"] = artifact.aliases;
    if (artifact.released) json["released"] = artifact.released->ToString();
    if (const auto it = about.find(artifact.id); it != about.end()) json["claims"] = it->second;
    list.push_back(std::move(json));
  }
  Json document = {{"artifacts", std::move(list)}};
  if (!loose.empty()) document["claims"] = std::move(loose);
  return document;
}

}  // namespace lineage
