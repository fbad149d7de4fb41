#include "tools/cli/json.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_join.h"
#include "engine/model/ai_act.h"
#include "engine/model/not_examined.h"
#include "engine/model/openness.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

template <typename E>
std::string Str(E e) {
  return std::string(Name(e));
}

template <typename E>
Json Names(EnumSet<E> set) {
  Json names = Json::array();
  for (const E e : set.Values()) names.push_back(Str(e));
  return names;
}

template <typename E>
Json Names(const std::vector<E>& values) {
  Json names = Json::array();
  for (const E e : values) names.push_back(Str(e));
  return names;
}

template <typename T>
Json List(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(ToJson(value));
  return list;
}

Json PathJson(const std::vector<Hop>& path) {
  Json list = Json::array();
  for (const Hop& hop : path) {
    Json step = {{"relation", Str(hop.relation)}, {"artifact", hop.artifact}};
    if (hop.supposed) step["supposed"] = true;
    list.push_back(std::move(step));
  }
  return list;
}

Json SourceJson(const Claim& claim) {
  Json json = {{"kind", Str(claim.source.kind)},
               {"by", claim.source.by},
               {"said", claim.source.said_text},
               {"document", claim.source.document},
               {"where", claim.where}};
  if (!claim.quote.empty()) json["quote"] = claim.quote;
  if (claim.supposed) json["supposed"] = true;
  return json;
}

Json BecauseJson(const Because& because) {
  Json json = {{"verdict", Str(because.verdict)},
               {"license", because.license},
               {"section", because.section},
               {"term", because.says},
               {"answer", Str(because.answer)}};
  if (!because.when.empty()) json["when"] = because.when;
  json["scope"] = Str(because.scope);
  json["contested"] = because.contested;
  json["missing_context"] = Names(because.missing);
  json["missing_facts"] = because.missing_facts;
  json["artifact"] = because.origin;
  json["path"] = PathJson(because.path);
  json["source"] = because.source ? SourceJson(*because.source) : Json();
  return json;
}

Json DutyJson(const DutyView& duty) {
  Json json = {{"duty", Str(duty.kind)}, {"on", Names(duty.on)}};
  if (!duty.value.empty()) json["value"] = duty.value;
  if (!duty.satisfied_by.empty()) json["satisfied_by"] = duty.satisfied_by;
  json["license"] = duty.license;
  json["section"] = duty.section;
  json["term"] = duty.says;
  json["artifact"] = duty.origin;
  json["path"] = PathJson(duty.path);
  json["due"] = duty.due ? Json(*duty.due) : Json();
  json["contested"] = duty.contested;
  json["if_you_made_it"] = duty.if_you_made_it;
  json["if_similar"] = duty.if_similar;
  json["beside"] = duty.beside;
  return json;
}

// What a claim states. `conclusion` is the licence in the catalogue's ids.
void AddStatement(const Claim& claim, const std::string& conclusion, Json* json) {
  switch (claim.statement) {
    case StatementKind::kLicense:
      (*json)["license"] = conclusion;
      (*json)["as_written"] = claim.text;
      break;
    case StatementKind::kEdge:
      (*json)["relation"] = Str(claim.relation);
      (*json)["parent"] = claim.parent;
      if (claim.denies) (*json)["denies"] = true;
      if (claim.made) (*json)["made"] = claim.made->ToString();
      break;
    case StatementKind::kReleases:
      (*json)["releases"] = Names(claim.releases);
      break;
    case StatementKind::kFact: {
      const StatedFact stated = ReadStatedFact(claim.text).value_or(StatedFact());
      (*json)["fact"] = Str(stated.fact);
      (*json)["value"] = stated.value;
      break;
    }
    case StatementKind::kPublishes: {
      const PublishedPart published = ReadPublishedPart(claim.text).value_or(PublishedPart());
      (*json)["part"] = Str(published.part);
      (*json)["withheld"] = claim.denies;
      (*json)["license"] = published.license.empty() ? Json() : Json(published.license);
      break;
    }
    default:
      (*json)["text"] = claim.text;
  }
  if (claim.component) (*json)["component"] = Str(*claim.component);
  if (claim.inferred) (*json)["inferred"] = true;
  (*json)["from"] = claim.valid.from.ToString();
  (*json)["until"] = claim.valid.until.ToString();
  (*json)["revision"] = claim.revision;
  (*json)["source"] = SourceJson(claim);
}

Json ClaimJson(const ClaimView& view) {
  Json json = {{"subject", view.claim.subject},
               {"statement", Str(view.claim.statement)},
               {"status", Str(view.status)}};
  AddStatement(view.claim, view.conclusion, &json);
  return json;
}

Json ClaimsJson(const std::vector<ClaimView>& views) {
  Json list = Json::array();
  for (const ClaimView& view : views) list.push_back(ClaimJson(view));
  return list;
}

Json ByStance(const std::array<Verdict, kEnumSize<Stance>>& verdicts) {
  Json json;
  for (const Stance stance : EnumValues<Stance>())
    json[Str(stance)] = Str(verdicts[static_cast<std::size_t>(stance)]);
  return json;
}

Json DutiesJson(const std::vector<DutyView>& duties) {
  Json list = Json::array();
  for (const DutyView& duty : duties) list.push_back(DutyJson(duty));
  return list;
}

Json VerdictJson(const RightVerdict& verdict, const std::vector<DutyView>& duties) {
  Json json = {{"right", Str(verdict.right)},
               {"verdict", Str(verdict.verdict)},
               {"by_stance", ByStance(verdict.by_stance)},
               {"duties", Json::array()},
               {"missing_context", Names(verdict.missing)},
               {"missing_facts", verdict.missing_facts},
               {"because", Json::array()}};
  for (const uint32_t index : verdict.duties) json["duties"].push_back(DutyJson(duties[index]));
  for (const Because& because : verdict.because) json["because"].push_back(BecauseJson(because));
  if (!verdict.choice.empty()) json["choice"] = verdict.choice;
  return json;
}

Json TheoryJson(const Theory& theory) {
  Json json = Json::object();
  for (const TheorySwitch of : EnumValues<TheorySwitch>()) json[Str(of)] = Str(theory[of]);
  return json;
}

// Null where they were not asked for.
Json TheoriesJson(const Explanation& e) {
  if (e.theories.empty()) return nullptr;
  Json list = Json::array();
  for (const TheoryView& view : e.theories) {
    Json verdicts = Json::object();
    for (std::size_t i = 0; i < e.verdicts.size() && i < view.verdicts.size(); ++i)
      verdicts[Str(e.verdicts[i].right)] = Str(view.verdicts[i]);
    list.push_back({{"switch", Str(view.of)},
                    {"setting", Str(view.setting)},
                    {"joint_verdict", Str(view.joint)},
                    {"verdicts", std::move(verdicts)}});
  }
  return list;
}

Json Header(const Explanation& e) {
  return {{"version", kJsonVersion},
          {"artifact", e.artifact},
          {"kind", Str(e.kind)},
          {"component", Str(e.component)},
          {"name", e.name},
          {"purl", e.package_url},
          {"as_of", e.as_of.ToString()},
          {"revision", e.revision},
          {"stance", Str(e.stance)},
          {"theory", TheoryJson(e.theory)},
          {"adapter", Str(e.adapter)},
          {"complete", e.complete},
          {"license", e.license.empty() ? Json() : Json(e.license)},
          {"class", Str(e.license_class)},
          {"openness", Str(e.openness)}};
}

// Of an adapter: the answer the other way round.
void AddOtherAdapter(const Explanation& e, Json* json) {
  if (!e.other_adapter) return;
  Json verdicts;
  for (std::size_t i = 0; i < e.verdicts.size() && i < e.other_adapter->verdicts.size(); ++i) {
    verdicts[Str(e.verdicts[i].right)] = Str(e.other_adapter->verdicts[i]);
  }
  (*json)["other_adapter"] = {{"adapter", Str(e.other_adapter->adapter)},
                              {"verdict", Str(e.other_adapter->joint)},
                              {"verdicts", std::move(verdicts)}};
}

}  // namespace

Json SourceToJson(const Claim& claim) { return SourceJson(claim); }
Json PathToJson(const std::vector<Hop>& path) { return PathJson(path); }

Json ToJson(const Because& because) {
  Json json = BecauseJson(because);
  json["right"] = Str(because.right);
  return json;
}

Json ToJson(const DutyView& duty) { return DutyJson(duty); }

Json ToJson(const Finding& finding) {
  return {{"id", Str(finding.id)},
          {"severity", Str(finding.severity)},
          {"artifact", finding.artifact},
          {"message", finding.message},
          {"remedy", finding.remedy},
          {"license", finding.license},
          {"section", finding.section},
          {"path", PathJson(finding.path)},
          {"gates_service", finding.gates_service}};
}

Json GateToJson(const Gate& gate, const std::vector<Finding>& findings) {
  Json json = {{"verdict", Str(gate.verdict)},
               {"as", Names(gate.as)},
               {"under", gate.under.empty() ? Json() : Json(gate.under)},
               {"findings", Json::array()}};
  for (const uint32_t finding : gate.findings) {
    json["findings"].push_back(ToJson(findings[finding]));
  }
  return json;
}

Json ToJson(const Explanation& e) {
  Json json = Header(e);
  if (!e.license_origin.empty()) json["license_of"] = e.license_origin;
  json["releases"] = e.releases ? Names(*e.releases) : Json();
  json["licensor"] = {{"name", e.licensor}, {"claimed", e.licensor_claimed}};
  json["same_licensor"] = e.same_licensor;
  json["licensor_cuts"] = Json::array();
  for (const LicensorCut& cut : e.licensor_cuts) {
    json["licensor_cuts"].push_back(
        {{"artifact", cut.artifact}, {"at", cut.at}, {"licensor", cut.licensor}});
  }
  json["joint"] = {{"rights", Names(e.joint_rights)}, {"verdict", Str(e.joint)}};
  if (!e.joint_choice.empty()) json["joint"]["choice"] = e.joint_choice;
  json["joint"]["by_stance"] = ByStance(e.joint_by_stance);
  json["theories"] = TheoriesJson(e);
  AddOtherAdapter(e, &json);
  json["verdicts"] = Json::array();
  for (const RightVerdict& verdict : e.verdicts)
    json["verdicts"].push_back(VerdictJson(verdict, e.duties));
  json["duties"] = DutiesJson(e.duties);
  json["claims"] = ClaimsJson(e.claims);
  json["disputed"] = ClaimsJson(e.disputed);
  json["upstream"] = Json::array();
  for (const UpstreamView& view : e.upstream) {
    json["upstream"].push_back(
        {{"artifact", view.artifact}, {"license", view.license}, {"path", PathJson(view.path)}});
  }
  json["findings"] = List(e.findings);
  json["remedies"] = e.remedies;
  json["disclaimer"] = std::string(kDisclaimer);
  return json;
}

Json CheckToJson(const Explanation& e, const Context& context) {
  Json json = Header(e);
  json["rights"] = Names(e.joint_rights);
  json["verdict"] = Str(e.joint);
  json["gate"] = GateToJson(e.gate, e.findings);
  if (context.use_mode) json["as"] = Str(*context.use_mode);
  json["modified"] = context.modified;
  if (!e.joint_choice.empty()) json["choice"] = e.joint_choice;
  json["by_stance"] = ByStance(e.joint_by_stance);
  AddOtherAdapter(e, &json);
  Missing missing;
  json["because"] = Json::array();
  for (const Because& because : e.joint_because) {
    json["because"].push_back(ToJson(because));
    for (const ContextKey key : because.missing) missing.Add(key);
    for (const std::string& fact : because.missing_facts) missing.AddFact(fact);
  }
  json["missing_context"] = Names(missing.keys);
  json["missing_facts"] = missing.facts;
  json["duties"] = DutiesJson(e.duties);
  json["findings"] = List(e.findings);
  json["remedies"] = e.remedies;
  json["disclaimer"] = std::string(kDisclaimer);
  return json;
}

Json ToJson(const ArtifactView& view) {
  const auto edges = [](const std::vector<EdgeView>& list) {
    Json json = Json::array();
    for (const EdgeView& edge : list) {
      json.push_back({{"child", edge.child},
                      {"relation", Str(edge.relation)},
                      {"parent", edge.parent},
                      {"inferred", edge.claim.inferred},
                      {"source", SourceJson(edge.claim)}});
    }
    return json;
  };
  Json json = {
      {"version", kJsonVersion},
      {"artifact", view.artifact.id},
      {"kind", Str(view.artifact.kind)},
      {"name", view.artifact.name},
      {"purl", view.package_url},
      {"aliases", view.artifact.aliases},
      {"released", view.artifact.released ? Json(view.artifact.released->ToString()) : Json()},
      {"licensor", {{"name", view.licensor}, {"claimed", view.licensor_claimed}}},
      {"components", Json::array()}};
  for (const ComponentView& component : view.components) {
    json["components"].push_back({{"component", Str(component.component)},
                                  {"license", component.license},
                                  {"class", Str(component.license_class)}});
  }
  json["upstream"] = edges(view.upstream);
  json["downstream"] = edges(view.downstream);
  json["claims"] = ClaimsJson(view.claims);
  return json;
}

Json ToJson(const SearchHit& hit, RightSet rights) {
  Json json = {{"artifact", hit.artifact},
               {"kind", Str(hit.kind)},
               {"name", hit.name},
               {"license", hit.license},
               {"class", Str(hit.license_class)},
               {"openness", Str(hit.openness)}};
  std::size_t i = 0;
  for (const Right right : rights.Values()) {
    if (i < hit.verdicts.size()) json[Str(right)] = Str(hit.verdicts[i++]);
  }
  return json;
}

Json ToJson(const WalkView& view) {
  Json json = {{"version", kJsonVersion},
               {"start", view.start},
               {"complete", view.complete},
               {"steps", Json::array()}};
  for (const WalkStep& step : view.steps) {
    json["steps"].push_back({{"depth", step.depth},
                             {"from", step.from},
                             {"relation", Str(step.relation)},
                             {"artifact", step.artifact},
                             {"kind", Str(step.kind)},
                             {"license", step.license}});
  }
  return json;
}

Json ToJson(const GraphView& view) {
  Json json = {{"version", kJsonVersion},        {"focus", view.focus},
               {"right", Str(view.right)},       {"stance", Str(view.stance)},
               {"as_of", view.as_of.ToString()}, {"omitted", view.omitted},
               {"nodes", Json::array()},         {"edges", Json::array()}};
  for (const GraphNode& node : view.nodes) {
    json["nodes"].push_back({{"id", node.id},
                             {"kind", Str(node.kind)},
                             {"name", node.name},
                             {"license", node.license},
                             {"class", Str(node.license_class)},
                             {"verdict", Str(node.verdict)}});
  }
  for (const GraphEdge& edge : view.edges) {
    json["edges"].push_back(
        {{"child", edge.child}, {"relation", Str(edge.relation)}, {"parent", edge.parent}});
  }
  return json;
}

Json ToJson(const Compatibility& compatibility) {
  return {{"answer", Str(compatibility.answer)},
          {"license", compatibility.license},
          {"section", compatibility.section},
          {"term", compatibility.says},
          {"reason", compatibility.reason}};
}

Json ToJson(const Suggestions& suggestions) {
  Json json = {{"version", kJsonVersion},
               {"artifact", suggestions.artifact},
               {"component", Str(suggestions.component)},
               {"license", suggestions.license.empty() ? Json() : Json(suggestions.license)},
               {"complete", suggestions.complete},
               {"suggestions", Json::array()},
               {"conflicts", suggestions.conflicts},
               {"standing_findings", List(suggestions.standing)},
               {"disclaimer", std::string(kDisclaimer)}};
  for (const LicenseSuggestion& suggestion : suggestions.suggestions) {
    json["suggestions"].push_back({{"license", suggestion.license},
                                   {"class", Str(suggestion.license_class)},
                                   {"duties", Names(suggestion.duties)}});
  }
  return json;
}

Json RecordedClaimToJson(const Claim& claim) {
  Json json = {
      {"number", claim.number}, {"subject", claim.subject}, {"statement", Str(claim.statement)}};
  AddStatement(claim, claim.text, &json);
  json["retracted_revision"] = claim.retracted == 0 ? Json() : Json(claim.retracted);
  return json;
}

namespace {

Json ClauseJson(const Clause& clause) {
  return {{"section", clause.section}, {"term", clause.says}};
}

Json TermJson(const Grant& grant) {
  Json term = {{"rights", Names(grant.rights)}, {"answer", Str(grant.answer)}};
  if (!grant.when.text.empty()) term["when"] = grant.when.text;
  term["scopes"] = Names(grant.scopes);
  term.update(ClauseJson(grant.clause));
  return term;
}

Json OwnDutyJson(const Duty& duty) {
  Json json = {{"duty", Str(duty.kind)}, {"on", Names(duty.on)}, {"scopes", Names(duty.scopes)}};
  if (!duty.value.empty()) json["value"] = duty.value;
  if (!duty.satisfied_by.empty()) json["satisfied_by"] = duty.satisfied_by;
  for (const Satisfier& satisfier : duty.satisfiers) {
    Json one = {{"license", satisfier.license}, {"on", Str(satisfier.on)}};
    one.update(ClauseJson(satisfier.clause));
    json["satisfiers"].push_back(std::move(one));
  }
  if (duty.contested_in_collections) json["in_collections"] = "contested";
  json.update(ClauseJson(duty.clause));
  return json;
}

// What the encoding rests on.
void AddBasis(const License& license, Json* json) {
  for (const LicensePart part : EnumValues<LicensePart>()) {
    (*json)["basis_by_part"][Str(part)] = Str(license.part_basis[static_cast<std::size_t>(part)]);
  }
  (*json)["texts"] = Json::array();
  for (const ReadText& text : license.read_texts) {
    (*json)["texts"].push_back(
        {{"parts", Names(text.parts)}, {"document", text.document}, {"sha256", text.sha256}});
  }
}

// What it says of works made with it, or under other licences, and what else.
void AddOtherTerms(const License& license, Json* json) {
  if (license.models_from_outputs) {
    (*json)["models_from_outputs"] = {{"similar_only", license.models_from_outputs->similar_only}};
    (*json)["models_from_outputs"].update(ClauseJson(license.models_from_outputs->clause));
  }
  for (const auto& [key, clause] :
       {std::pair("formats_are_copies", &license.formats_are_copies),
        std::pair("parts_keep_license", &license.parts_keep_license),
        std::pair("copies_keep_license", &license.copies_keep_license),
        std::pair("not_to_improve_others", &license.not_to_improve_others)}) {
    if (*clause) (*json)[key] = ClauseJson(**clause);
  }
  for (const Imposition& imposition : license.imposes) {
    Json one = {{"imposes", Str(imposition.kind)}};
    one.update(ClauseJson(imposition.clause));
    (*json)["imposes"].push_back(std::move(one));
  }
  if (license.further_restrictions) {
    const FurtherRestrictions& further = *license.further_restrictions;
    (*json)["further_restrictions"] = {{"on", Names(further.on)},
                                       {"allows", Names(further.allows)}};
    (*json)["further_restrictions"].update(ClauseJson(further.clause));
  }
  (*json)["clauses"] = Json::array();
  for (const OtherClause& clause : license.clauses) {
    Json one = {{"clause", Str(clause.kind)}};
    one.update(ClauseJson(clause.clause));
    (*json)["clauses"].push_back(std::move(one));
  }
}

}  // namespace

Json ToJson(const License& license) {
  Json json = {{"version", kJsonVersion},
               {"id", license.id},
               {"name", license.name},
               {"class", Str(license.license_class)},
               {"steward", license.steward},
               {"hub", license.hub_tags},
               {"aliases", license.aliases},
               {"url", license.url},
               {"dated", license.dated},
               {"osi_approved", license.osi_approved},
               {"basis", Str(license.basis)},
               {"later_versions", license.later_versions},
               {"only_licensor", license.only_licensor},
               {"edition_of", license.edition_of},
               {"later_editions", license.later_editions},
               {"revocable", license.revocable},
               {"use_policy", license.use_policy},
               {"terms", Json::array()},
               {"duties", Json::array()}};
  AddBasis(license, &json);
  for (const Grant& grant : license.grants) json["terms"].push_back(TermJson(grant));
  for (const Duty& duty : license.duties) json["duties"].push_back(OwnDutyJson(duty));
  AddOtherTerms(license, &json);
  return json;
}

Json ToJson(const LicenseException& exception) {
  return {{"version", kJsonVersion},
          {"id", exception.id},
          {"name", exception.name},
          {"says", exception.says},
          {"drops_duties", Names(exception.drops_duties)},
          {"scopes", Names(exception.scopes)},
          {"drops_impositions", Names(exception.drops_impositions)},
          {"for", exception.for_linking ? Json("linking") : Json()}};
}

}  // namespace lineage
