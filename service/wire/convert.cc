#include "service/wire/convert.h"

#include <cmath>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/model/ai_act.h"
#include "engine/model/openness.h"
#include "service/wire/fields.h"

namespace lineage {
namespace {

// A date as text, and back. What an old or hostile message holds instead of a date is no date.
Date DateOf(const std::string& text, Date otherwise) {
  if (text.empty()) return otherwise;
  const absl::StatusOr<Date> date = Date::Parse(text);
  return date.ok() ? *date : otherwise;
}
std::optional<Date> OptionalDateOf(const std::string& text) {
  const absl::StatusOr<Date> date = Date::Parse(text);
  if (!date.ok()) return std::nullopt;
  return *date;
}

void ToPb(const ClaimView& view, pb::ClaimView* out) {
  ToPb(view.claim, out->mutable_claim());
  out->set_status(ToPb<pb::ClaimStatus>(view.status));
  out->set_conclusion(view.conclusion);
}
ClaimView ValueOf(const pb::ClaimView& message) {
  return {lineage::ValueOf(message.claim()), message.conclusion(),
          Or(message.status(), ClaimStatus::kStated)};
}

void ToPb(const EdgeView& view, pb::Edge* out) {
  out->set_child(view.child);
  out->set_relation(ToPb<pb::Relation>(view.relation));
  out->set_parent(view.parent);
  ToPb(view.claim, out->mutable_claim());
}
EdgeView ValueOf(const pb::Edge& m) {
  return {m.child(), Or(m.relation(), Relation::kBundles), m.parent(), lineage::ValueOf(m.claim())};
}

void ToPb(const Source& source, const Claim& claim, pb::Source* out) {
  out->set_kind(ToPb<pb::SourceKind>(source.kind));
  out->set_by(source.by);
  out->set_said(source.said_text);
  out->set_document(source.document);
  out->set_where(claim.where);
  out->set_quote(claim.quote);
}

// Collects what is wrong under a field's name.
class FieldReader {
 public:
  explicit FieldReader(std::vector<FieldProblem>* problems) : problems_(*problems) {}

  void Problem(std::string field, std::string message) {
    problems_.push_back({std::move(field), std::move(message)});
  }
  // An enum that may be left unset.
  template <typename E, typename P>
  std::optional<E> Enum(P p, std::string field) {
    const std::optional<E> e = FromPb<E>(p);
    if (!e && static_cast<int>(p) != 0) {
      Problem(std::move(field), absl::StrCat("has the unknown value ", static_cast<int>(p)));
    }
    return e;
  }
  template <typename E, typename P>
  E Required(P p, std::string field) {
    if (static_cast<int>(p) == 0) Problem(field, "is missing");
    return Enum<E>(p, std::move(field)).value_or(static_cast<E>(0));
  }
  Date Day(const std::string& text, Date otherwise, std::string field) {
    if (text.empty()) return otherwise;
    const absl::StatusOr<Date> date = Date::Parse(text);
    if (date.ok()) return *date;
    Problem(std::move(field), std::string(date.status().message()));
    return otherwise;
  }
  std::optional<double> Amount(double amount, std::string field) {
    if (std::isfinite(amount) && amount >= 0) return amount;
    Problem(std::move(field), "is not a number from 0 on");
    return std::nullopt;
  }

 private:
  std::vector<FieldProblem>& problems_;
};

}  // namespace

void AddPath(const std::vector<Hop>& path, google::protobuf::RepeatedPtrField<pb::Hop>* out) {
  for (const Hop& hop : path) {
    pb::Hop* one = out->Add();
    one->set_relation(ToPb<pb::Relation>(hop.relation));
    one->set_artifact(hop.artifact);
    one->set_supposed(hop.supposed);
  }
}

std::vector<Hop> PathOf(const google::protobuf::RepeatedPtrField<pb::Hop>& field) {
  std::vector<Hop> path;
  for (const pb::Hop& hop : field) {
    path.push_back({Or(hop.relation(), Relation::kBundles), hop.artifact(), hop.supposed()});
  }
  return path;
}

Because ValueOf(const pb::Because& m) {
  Because because;
  because.right = Or(m.right(), Right::kUse);
  because.verdict = Or(m.verdict(), Verdict::kUndetermined);
  because.answer = Or(m.answer(), Answer::kUnreviewed);
  because.license = m.license();
  because.section = m.section();
  because.says = m.term();
  because.when = m.when();
  because.missing = EnumsOf<ContextKey>(m.missing_context());
  because.missing_facts = StringsOf(m.missing_facts());
  because.scope = Or(m.scope(), Scope::kWork);
  because.contested = m.contested();
  because.origin = m.artifact();
  because.component = Or(m.component(), Component::kWeights);
  because.path = PathOf(m.path());
  if (m.has_claim()) because.source = ValueOf(m.claim());
  return because;
}

DutyView ValueOf(const pb::DutyNotice& m) {
  DutyView duty;
  duty.kind = Or(m.duty(), DutyKind::kAttribution);
  duty.on = SetOf<Trigger>(m.on());
  duty.value = m.value();
  duty.satisfied_by = StringsOf(m.satisfied_by());
  duty.license = m.license();
  duty.section = m.section();
  duty.says = m.term();
  duty.origin = m.artifact();
  duty.component = Or(m.component(), Component::kWeights);
  duty.path = PathOf(m.path());
  if (m.has_due()) duty.due = m.due();
  duty.contested = m.contested();
  duty.if_you_made_it = m.if_you_made_it();
  duty.if_similar = m.if_similar();
  duty.beside = m.beside();
  return duty;
}

void ToPb(const Artifact& artifact, pb::Artifact* out) {
  out->set_id(artifact.id);
  out->set_kind(ToPb<pb::ArtifactKind>(artifact.kind));
  out->set_display_name(artifact.name);
  AddStrings(artifact.aliases, out->mutable_aliases());
  if (artifact.released) out->set_release_date(artifact.released->ToString());
  out->set_purl(PackageUrl(artifact));
}

Artifact ValueOf(const pb::Artifact& m) {
  Artifact artifact;
  artifact.id = m.id();
  artifact.kind = Or(m.kind(), ArtifactKind::kUnresolved);
  artifact.name = m.display_name();
  artifact.aliases = StringsOf(m.aliases());
  artifact.released = OptionalDateOf(m.release_date());
  return artifact;
}

void ToPb(const Claim& claim, pb::Claim* out) {
  out->set_subject(claim.subject);
  switch (claim.statement) {
    case StatementKind::kLicense: {
      pb::LicenseStatement* license = out->mutable_license();
      license->set_expression(claim.text);
      license->set_as_found(claim.as_found);
      if (claim.component) license->set_component(ToPb<pb::Component>(*claim.component));
      break;
    }
    case StatementKind::kEdge: {
      pb::EdgeStatement* edge = out->mutable_edge();
      edge->set_relation(ToPb<pb::Relation>(claim.relation));
      edge->set_parent(claim.parent);
      if (claim.component) edge->set_component(ToPb<pb::Component>(*claim.component));
      if (claim.made) edge->set_made(claim.made->ToString());
      edge->set_parent_revision(claim.parent_revision);
      edge->set_denies(claim.denies);
      break;
    }
    case StatementKind::kReleases:
      AddSet<pb::Component>(claim.releases, out->mutable_releases()->mutable_components());
      break;
    case StatementKind::kLicensor:
      out->set_licensor(claim.text);
      break;
    case StatementKind::kAlias:
      out->set_alias(claim.text);
      break;
    case StatementKind::kRemark:
      out->set_remark(claim.text);
      break;
    case StatementKind::kContents:
      out->set_contents(claim.text);
      break;
    case StatementKind::kFact: {
      const StatedFact stated = ReadStatedFact(claim.text).value_or(StatedFact());
      out->mutable_fact()->set_fact(ToPb<pb::ModelFact>(stated.fact));
      out->mutable_fact()->set_value(stated.value);
      break;
    }
    case StatementKind::kPublishes: {
      const lineage::PublishedPart published =
          ReadPublishedPart(claim.text).value_or(lineage::PublishedPart());
      pb::PublishedPart* part = out->mutable_published_part();
      part->set_part(ToPb<pb::ModelPart>(published.part));
      part->set_license(published.license);
      part->set_as_found(claim.as_found);
      part->set_withheld(claim.denies);
      break;
    }
  }
  ToPb(claim.source, claim, out->mutable_source());
  out->set_valid_from(claim.valid.from.ToString());
  out->set_valid_until(claim.valid.until.ToString());
  out->set_inferred(claim.inferred);
  out->set_revision(claim.revision);
  out->set_number(claim.number);
  out->set_retracted_revision(claim.retracted);
  out->set_supposed(claim.supposed);
}

Claim ReadClaim(const pb::Claim& m, std::vector<FieldProblem>* problems) {
  FieldReader read(problems);
  Claim claim;
  claim.subject = m.subject();
  Date from = Date::Min();
  switch (m.statement_case()) {
    case pb::Claim::kLicense:
      claim.statement = StatementKind::kLicense;
      claim.text = m.license().expression();
      claim.as_found = m.license().as_found();
      claim.component = read.Enum<Component>(m.license().component(), "license.component");
      break;
    case pb::Claim::kEdge:
      claim.statement = StatementKind::kEdge;
      claim.relation = read.Required<Relation>(m.edge().relation(), "edge.relation");
      claim.parent = m.edge().parent();
      claim.component = read.Enum<Component>(m.edge().component(), "edge.component");
      if (!m.edge().made().empty()) {
        claim.made = read.Day(m.edge().made(), Date::Min(), "edge.made");
      }
      claim.parent_revision = m.edge().parent_revision();
      claim.denies = m.edge().denies();
      break;
    case pb::Claim::kReleases:
      claim.statement = StatementKind::kReleases;
      for (const int component : m.releases().components()) {
        if (const auto e = read.Enum<Component>(component, "releases.components")) {
          claim.releases.Add(*e);
        }
      }
      break;
    case pb::Claim::kLicensor:
      claim.statement = StatementKind::kLicensor;
      claim.text = m.licensor();
      break;
    case pb::Claim::kAlias:
      claim.statement = StatementKind::kAlias;
      claim.text = m.alias();
      break;
    case pb::Claim::kRemark:
      claim.statement = StatementKind::kRemark;
      claim.text = m.remark();
      break;
    case pb::Claim::kContents:
      claim.statement = StatementKind::kContents;
      claim.text = m.contents();
      break;
    case pb::Claim::kPublishedPart: {
      claim.statement = StatementKind::kPublishes;
      const pb::PublishedPart& published = m.published_part();
      claim.text = WritePublishedPart(
          read.Required<ModelPart>(published.part(), "published_part.part"), published.license());
      claim.as_found = published.as_found();
      claim.denies = published.withheld();
      break;
    }
    case pb::Claim::kFact:
      claim.statement = StatementKind::kFact;
      claim.text =
          WriteStatedFact(read.Required<ModelFact>(m.fact().fact(), "fact.fact"), m.fact().value());
      break;
    case pb::Claim::STATEMENT_NOT_SET:
      read.Problem("statement",
                   "is missing: a license, an edge, a licensor, releases, a published part, a "
                   "fact, an alias, a remark or contents");
      break;
  }
  claim.source.kind = read.Required<SourceKind>(m.source().kind(), "source.kind");
  claim.source.by = m.source().by();
  claim.source.document = m.source().document();
  claim.source.said_text = m.source().said();
  if (!m.source().said().empty()) {
    const absl::StatusOr<Date> said = Date::ParseLenient(m.source().said());
    if (said.ok()) {
      claim.source.said = *said;
    } else {
      read.Problem("source.said", std::string(said.status().message()));
    }
  }
  claim.where = m.source().where();
  claim.quote = m.source().quote();
  if (claim.statement == StatementKind::kLicense) from = claim.source.said;
  claim.valid.from = read.Day(m.valid_from(), from, "valid_from");
  claim.valid.until = read.Day(m.valid_until(), Date::Max(), "valid_until");
  claim.inferred = m.inferred();
  return claim;
}

Claim ValueOf(const pb::Claim& m) {
  std::vector<FieldProblem> unused;
  Claim claim = ReadClaim(m, &unused);
  claim.valid.from = DateOf(m.valid_from(), Date::Min());
  claim.revision = m.revision();
  claim.number = m.number();
  claim.retracted = m.retracted_revision();
  claim.supposed = m.supposed();
  return claim;
}

Artifact ReadArtifact(const pb::Artifact& m, std::vector<FieldProblem>* problems) {
  FieldReader read(problems);
  Artifact artifact = ValueOf(m);
  artifact.kind = read.Enum<ArtifactKind>(m.kind(), "kind").value_or(ArtifactKind::kUnresolved);
  if (!m.release_date().empty()) {
    artifact.released = read.Day(m.release_date(), Date::Min(), "release_date");
  }
  return artifact;
}

void ToPb(const Finding& finding, pb::Finding* out) {
  out->set_id(std::string(Name(finding.id)));
  out->set_severity(ToPb<pb::Severity>(finding.severity));
  out->set_artifact(finding.artifact);
  out->set_message(finding.message);
  out->set_remedy(finding.remedy);
  out->set_license(finding.license);
  out->set_section(finding.section);
  AddPath(finding.path, out->mutable_path());
  out->set_gates_service(finding.gates_service);
}

Finding ValueOf(const pb::Finding& m) {
  Finding finding;
  finding.id = FindByName<FindingId>(m.id()).value_or(FindingId::kUndeclaredLicense);
  finding.severity = Or(m.severity(), Severity::kNote);
  finding.artifact = m.artifact();
  finding.message = m.message();
  finding.remedy = m.remedy();
  finding.license = m.license();
  finding.section = m.section();
  finding.path = PathOf(m.path());
  finding.gates_service = m.gates_service();
  return finding;
}

void ToPb(const Gate& gate, pb::Gate* out) {
  out->set_verdict(ToPb<pb::Verdict>(gate.verdict));
  AddSet<pb::UseMode>(gate.as, out->mutable_as());
  out->mutable_findings()->Add(gate.findings.begin(), gate.findings.end());
  out->set_under(gate.under);
}

Gate ValueOf(const pb::Gate& m) {
  return {Or(m.verdict(), Verdict::kPermitted),
          SetOf<UseMode>(m.as()),
          {m.findings().begin(), m.findings().end()},
          m.under()};
}

void ToPb(const Because& because, pb::Because* out) {
  out->set_right(ToPb<pb::Right>(because.right));
  out->set_verdict(ToPb<pb::Verdict>(because.verdict));
  out->set_answer(ToPb<pb::Answer>(because.answer));
  out->set_license(because.license);
  out->set_section(because.section);
  out->set_term(because.says);
  out->set_when(because.when);
  AddEnums<pb::ContextKey>(because.missing, out->mutable_missing_context());
  AddStrings(because.missing_facts, out->mutable_missing_facts());
  out->set_scope(ToPb<pb::Scope>(because.scope));
  out->set_contested(because.contested);
  out->set_artifact(because.origin);
  out->set_component(ToPb<pb::Component>(because.component));
  AddPath(because.path, out->mutable_path());
  if (because.source) ToPb(*because.source, out->mutable_claim());
}

void ToPb(const DutyView& duty, pb::DutyNotice* out) {
  out->set_duty(ToPb<pb::DutyKind>(duty.kind));
  AddSet<pb::Trigger>(duty.on, out->mutable_on());
  out->set_value(duty.value);
  AddStrings(duty.satisfied_by, out->mutable_satisfied_by());
  out->set_license(duty.license);
  out->set_section(duty.section);
  out->set_term(duty.says);
  out->set_artifact(duty.origin);
  out->set_component(ToPb<pb::Component>(duty.component));
  AddPath(duty.path, out->mutable_path());
  if (duty.due) out->set_due(*duty.due);
  out->set_contested(duty.contested);
  out->set_if_you_made_it(duty.if_you_made_it);
  out->set_if_similar(duty.if_similar);
  out->set_beside(duty.beside);
}

namespace {

using ByStance = std::array<Verdict, kEnumSize<Stance>>;
using StanceField = google::protobuf::RepeatedPtrField<pb::StanceVerdict>;

void AddByStance(const ByStance& verdicts, StanceField* field) {
  for (const Stance stance : EnumValues<Stance>()) {
    pb::StanceVerdict* one = field->Add();
    one->set_stance(ToPb<pb::Stance>(stance));
    one->set_verdict(ToPb<pb::Verdict>(verdicts[static_cast<std::size_t>(stance)]));
  }
}
ByStance ByStanceOf(const StanceField& field) {
  ByStance verdicts{};
  for (const pb::StanceVerdict& one : field) {
    if (const auto stance = FromPb<Stance>(one.stance())) {
      verdicts[static_cast<std::size_t>(*stance)] = Or(one.verdict(), Verdict::kUndetermined);
    }
  }
  return verdicts;
}

void ToPb(const RightVerdict& verdict, pb::RightVerdict* out) {
  out->set_right(lineage::ToPb<pb::Right>(verdict.right));
  out->set_verdict(lineage::ToPb<pb::Verdict>(verdict.verdict));
  AddByStance(verdict.by_stance, out->mutable_by_stance());
  AddEnums<pb::ContextKey>(verdict.missing, out->mutable_missing_context());
  AddStrings(verdict.missing_facts, out->mutable_missing_facts());
  for (const Because& because : verdict.because) lineage::ToPb(because, out->add_because());
  out->mutable_duties()->Add(verdict.duties.begin(), verdict.duties.end());
  out->set_choice(verdict.choice);
}

// `duties` is the number of duties in the answer.
RightVerdict ValueOf(const pb::RightVerdict& m, int duties) {
  RightVerdict verdict;
  verdict.right = Or(m.right(), Right::kUse);
  verdict.verdict = Or(m.verdict(), Verdict::kUndetermined);
  verdict.by_stance = ByStanceOf(m.by_stance());
  verdict.missing = EnumsOf<ContextKey>(m.missing_context());
  verdict.missing_facts = StringsOf(m.missing_facts());
  for (const pb::Because& because : m.because()) {
    verdict.because.push_back(lineage::ValueOf(because));
  }
  for (const uint32_t duty : m.duties()) {
    if (duty < static_cast<uint32_t>(duties)) verdict.duties.push_back(duty);
  }
  verdict.choice = m.choice();
  return verdict;
}

void ToPb(const LicensorCut& cut, pb::LicensorCut* out) {
  out->set_artifact(cut.artifact);
  out->set_at(cut.at);
  out->set_licensor(cut.licensor);
}

}  // namespace

namespace {

void ToPb(TheorySwitch of, Setting setting, pb::TheoryChoice* out) {
  out->set_theory_switch(lineage::ToPb<pb::TheorySwitch>(of));
  out->set_setting(lineage::ToPb<pb::TheorySetting>(setting));
}

}  // namespace

void ToPb(const Explanation& e, pb::Explanation* out) {
  out->mutable_artifact()->set_id(e.artifact);
  out->mutable_artifact()->set_kind(ToPb<pb::ArtifactKind>(e.kind));
  out->mutable_artifact()->set_display_name(e.name);
  out->mutable_artifact()->set_purl(e.package_url);
  out->set_component(ToPb<pb::Component>(e.component));
  out->set_as_of(e.as_of.ToString());
  out->set_revision(e.revision);
  out->set_stance(ToPb<pb::Stance>(e.stance));
  out->set_adapter(ToPb<pb::AdapterUse>(e.adapter));
  out->set_complete(e.complete);
  out->set_license(e.license);
  out->set_license_of(e.license_origin);
  out->set_license_class(ToPb<pb::LicenseClass>(e.license_class));
  out->set_openness(ToPb<pb::Openness>(e.openness));
  out->set_releases_known(e.releases.has_value());
  if (e.releases) AddSet<pb::Component>(*e.releases, out->mutable_releases());
  out->set_licensor(e.licensor);
  out->set_licensor_claimed(e.licensor_claimed);
  AddStrings(e.same_licensor, out->mutable_same_licensor());
  AddSet<pb::Right>(e.joint_rights, out->mutable_joint_rights());
  out->set_joint_verdict(ToPb<pb::Verdict>(e.joint));
  for (const Because& because : e.joint_because) ToPb(because, out->add_joint_because());
  out->set_joint_choice(e.joint_choice);
  for (const RightVerdict& verdict : e.verdicts) ToPb(verdict, out->add_verdicts());
  for (const DutyView& duty : e.duties) ToPb(duty, out->add_duties());
  for (const ClaimView& claim : e.claims) ToPb(claim, out->add_claims());
  for (const ClaimView& claim : e.disputed) ToPb(claim, out->add_disputed());
  for (const UpstreamView& view : e.upstream) {
    pb::UpstreamArtifact* u = out->add_upstream();
    u->set_artifact(view.artifact);
    u->set_license(view.license);
    AddPath(view.path, u->mutable_path());
  }
  for (const Finding& finding : e.findings) ToPb(finding, out->add_findings());
  AddStrings(e.remedies, out->mutable_remedies());
  AddByStance(e.joint_by_stance, out->mutable_joint_by_stance());
  for (const TheorySwitch of : EnumValues<TheorySwitch>())
    ToPb(of, e.theory[of], out->add_theory());
  for (const TheoryView& view : e.theories) {
    pb::TheoryAnswer* answer = out->add_theories();
    ToPb(view.of, view.setting, answer->mutable_choice());
    answer->set_joint_verdict(ToPb<pb::Verdict>(view.joint));
    for (const Verdict verdict : view.verdicts) answer->add_verdicts(ToPb<pb::Verdict>(verdict));
  }
  for (const LicensorCut& cut : e.licensor_cuts) ToPb(cut, out->add_licensor_cuts());
  ToPb(e.gate, out->mutable_gate());
  if (e.other_adapter) {
    pb::AdapterAnswer* other = out->mutable_other_adapter();
    other->set_adapter(ToPb<pb::AdapterUse>(e.other_adapter->adapter));
    other->set_joint_verdict(ToPb<pb::Verdict>(e.other_adapter->joint));
    for (const Verdict verdict : e.other_adapter->verdicts) {
      other->add_verdicts(ToPb<pb::Verdict>(verdict));
    }
  }
}

Explanation ValueOf(const pb::Explanation& m) {
  Explanation e;
  e.artifact = m.artifact().id();
  e.kind = Or(m.artifact().kind(), ArtifactKind::kUnresolved);
  e.name = m.artifact().display_name();
  e.package_url = m.artifact().purl();
  e.component = Or(m.component(), Component::kWeights);
  e.as_of = DateOf(m.as_of(), Date::Min());
  e.revision = m.revision();
  e.stance = Or(m.stance(), Stance::kStandard);
  e.adapter = Or(m.adapter(), AdapterUse::kWithBase);
  e.complete = m.complete();
  e.license = m.license();
  e.license_origin = m.license_of();
  e.license_class = Or(m.license_class(), LicenseClass::kUndeclared);
  e.openness = Or(m.openness(), Openness::kUndeclared);
  if (m.releases_known()) e.releases = SetOf<Component>(m.releases());
  e.licensor = m.licensor();
  e.licensor_claimed = m.licensor_claimed();
  e.same_licensor = StringsOf(m.same_licensor());
  e.joint_rights = SetOf<Right>(m.joint_rights());
  e.joint = Or(m.joint_verdict(), Verdict::kUndetermined);
  for (const pb::Because& because : m.joint_because()) e.joint_because.push_back(ValueOf(because));
  e.joint_choice = m.joint_choice();
  for (const pb::RightVerdict& v : m.verdicts()) {
    e.verdicts.push_back(ValueOf(v, m.duties_size()));
  }
  for (const pb::DutyNotice& duty : m.duties()) e.duties.push_back(ValueOf(duty));
  for (const pb::ClaimView& claim : m.claims()) e.claims.push_back(ValueOf(claim));
  for (const pb::ClaimView& claim : m.disputed()) e.disputed.push_back(ValueOf(claim));
  for (const pb::UpstreamArtifact& u : m.upstream()) {
    e.upstream.push_back({u.artifact(), u.license(), PathOf(u.path())});
  }
  for (const pb::Finding& finding : m.findings()) e.findings.push_back(ValueOf(finding));
  e.remedies = StringsOf(m.remedies());
  e.joint_by_stance = ByStanceOf(m.joint_by_stance());
  e.theory = Theory::Of(e.stance);
  for (const pb::TheoryChoice& choice : m.theory()) {
    const auto of = FromPb<TheorySwitch>(choice.theory_switch());
    const auto setting = FromPb<Setting>(choice.setting());
    if (of && setting) e.theory.Set(*of, *setting);
  }
  for (const pb::TheoryAnswer& answer : m.theories()) {
    TheoryView& view = e.theories.emplace_back();
    view.of = Or(answer.choice().theory_switch(), TheorySwitch::kWeightsDerive);
    view.setting = Or(answer.choice().setting(), Setting::kOpen);
    view.joint = Or(answer.joint_verdict(), Verdict::kUndetermined);
    for (const int verdict : answer.verdicts())
      view.verdicts.push_back(Or(verdict, Verdict::kUndetermined));
  }
  for (const pb::LicensorCut& cut : m.licensor_cuts()) {
    e.licensor_cuts.push_back({cut.artifact(), cut.at(), cut.licensor()});
  }
  e.gate = ValueOf(m.gate());
  std::erase_if(e.gate.findings, [&](uint32_t finding) { return finding >= e.findings.size(); });
  if (m.has_other_adapter()) {
    AdapterAnswer other;
    other.adapter = Or(m.other_adapter().adapter(), AdapterUse::kAlone);
    other.joint = Or(m.other_adapter().joint_verdict(), Verdict::kUndetermined);
    for (const int verdict : m.other_adapter().verdicts()) {
      other.verdicts.push_back(Or(verdict, Verdict::kUndetermined));
    }
    e.other_adapter = std::move(other);
  }
  return e;
}

void ToPb(const ArtifactView& view, pb::GetArtifactResponse* out) {
  ToPb(view.artifact, out->mutable_artifact());
  out->mutable_artifact()->set_purl(view.package_url);
  out->set_licensor(view.licensor);
  out->set_licensor_claimed(view.licensor_claimed);
  for (const ComponentView& part : view.components) {
    pb::ComponentLicense* c = out->add_components();
    c->set_component(ToPb<pb::Component>(part.component));
    c->set_license(part.license);
    c->set_license_class(ToPb<pb::LicenseClass>(part.license_class));
  }
  for (const EdgeView& edge : view.upstream) ToPb(edge, out->add_upstream());
  for (const EdgeView& edge : view.downstream) ToPb(edge, out->add_downstream());
  for (const ClaimView& claim : view.claims) ToPb(claim, out->add_claims());
}

ArtifactView ValueOf(const pb::GetArtifactResponse& m) {
  ArtifactView view;
  view.artifact = ValueOf(m.artifact());
  view.package_url = m.artifact().purl();
  view.licensor = m.licensor();
  view.licensor_claimed = m.licensor_claimed();
  for (const pb::ComponentLicense& c : m.components()) {
    view.components.push_back({Or(c.component(), Component::kWeights), c.license(),
                               Or(c.license_class(), LicenseClass::kUndeclared)});
  }
  for (const pb::Edge& edge : m.upstream()) view.upstream.push_back(ValueOf(edge));
  for (const pb::Edge& edge : m.downstream()) view.downstream.push_back(ValueOf(edge));
  for (const pb::ClaimView& claim : m.claims()) view.claims.push_back(ValueOf(claim));
  return view;
}

void ToPb(const WalkStep& step, pb::Step* out) {
  out->set_artifact(step.artifact);
  out->set_kind(ToPb<pb::ArtifactKind>(step.kind));
  out->set_depth(step.depth);
  out->set_relation(ToPb<pb::Relation>(step.relation));
  out->set_from(step.from);
  out->set_license(step.license);
}

WalkStep ValueOf(const pb::Step& m) {
  return {m.artifact(), Or(m.kind(), ArtifactKind::kUnresolved),
          m.depth(),    Or(m.relation(), Relation::kBundles),
          m.from(),     m.license()};
}

void ToPb(const GraphView& view, pb::ExportGraphResponse* out) {
  out->set_focus(view.focus);
  out->set_right(ToPb<pb::Right>(view.right));
  out->set_stance(ToPb<pb::Stance>(view.stance));
  out->set_as_of(view.as_of.ToString());
  out->set_omitted(view.omitted);
  for (const GraphNode& node : view.nodes) {
    pb::GraphNode* n = out->add_nodes();
    n->set_id(node.id);
    n->set_kind(ToPb<pb::ArtifactKind>(node.kind));
    n->set_display_name(node.name);
    n->set_license(node.license);
    n->set_license_class(ToPb<pb::LicenseClass>(node.license_class));
    n->set_verdict(ToPb<pb::Verdict>(node.verdict));
  }
  for (const GraphEdge& edge : view.edges) {
    pb::GraphEdge* e = out->add_edges();
    e->set_child(edge.child);
    e->set_parent(edge.parent);
    e->set_relation(ToPb<pb::Relation>(edge.relation));
  }
}

GraphView ValueOf(const pb::ExportGraphResponse& m) {
  GraphView view;
  view.focus = m.focus();
  view.right = Or(m.right(), Right::kCommercialUse);
  view.stance = Or(m.stance(), Stance::kStandard);
  view.as_of = DateOf(m.as_of(), Date::Min());
  view.omitted = m.omitted();
  for (const pb::GraphNode& n : m.nodes()) {
    view.nodes.push_back({n.id(), Or(n.kind(), ArtifactKind::kUnresolved), n.display_name(),
                          n.license(), Or(n.license_class(), LicenseClass::kUndeclared),
                          Or(n.verdict(), Verdict::kUndetermined)});
  }
  for (const pb::GraphEdge& e : m.edges()) {
    view.edges.push_back({e.child(), e.parent(), Or(e.relation(), Relation::kBundles)});
  }
  return view;
}

void ToPb(const Commit& commit, pb::Commit* out) {
  out->set_revision(commit.revision);
  const int64_t micros = absl::ToUnixMicros(commit.time);
  out->mutable_commit_time()->set_seconds(micros / 1'000'000);
  out->mutable_commit_time()->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
  out->set_author(commit.author);
  out->set_request_id(commit.request_id);
  out->set_first_claim(commit.first_claim);
  out->set_claim_count(commit.claim_count);
  out->set_hash(absl::BytesToHexString(commit.hash));
  out->set_replayed(commit.replayed);
  out->set_note(commit.note);
}

Commit ValueOf(const pb::Commit& m) {
  Commit commit;
  commit.revision = m.revision();
  commit.time =
      absl::FromUnixSeconds(m.commit_time().seconds()) + absl::Nanoseconds(m.commit_time().nanos());
  commit.author = m.author();
  commit.request_id = m.request_id();
  commit.first_claim = m.first_claim();
  commit.claim_count = m.claim_count();
  commit.hash = absl::HexStringToBytes(m.hash());
  commit.replayed = m.replayed();
  commit.note = m.note();
  return commit;
}

void ToPb(const Question& question, pb::QueryOptions* out) {
  out->set_as_of(question.key.as_of.ToString());
  out->set_stance(ToPb<pb::Stance>(question.query.stance));
  for (const TheorySwitch of : EnumValues<TheorySwitch>()) {
    if (const auto setting = question.query.theory.Get(of)) ToPb(of, *setting, out->add_theory());
  }
  out->set_with_theories(question.query.theories);
  out->set_claims_policy(ToPb<pb::ClaimsPolicy>(question.key.claims_policy));
  out->set_undeclared(ToPb<pb::UndeclaredPolicy>(question.query.undeclared));
  out->set_adapter(ToPb<pb::AdapterUse>(question.query.adapter));
  if (question.key.at_revision != ~Revision{0}) out->set_at_revision(question.key.at_revision);
  const Context& context = question.query.context;
  pb::Context* c = out->mutable_context();
  if (context.monthly_active_users) c->set_monthly_active_users(*context.monthly_active_users);
  if (context.annual_revenue_usd) c->set_annual_revenue_usd(*context.annual_revenue_usd);
  if (context.share_of_royalty) c->set_share_of_royalty(*context.share_of_royalty);
  if (context.attributable_revenue_usd) {
    c->set_attributable_revenue_usd(*context.attributable_revenue_usd);
  }
  AddStrings(context.regions, c->mutable_regions());
  AddStrings(context.established_in, c->mutable_established_in());
  AddStrings(context.purposes, c->mutable_purposes());
  c->mutable_facts()->insert(context.facts.begin(), context.facts.end());
  if (context.entity) c->set_entity(*context.entity);
  if (context.use_mode) c->set_use_mode(ToPb<pb::UseMode>(*context.use_mode));
  c->set_modified(context.modified);
  c->set_made_it(context.made_it);
  if (question.hypothesis == nullptr) return;
  pb::Hypothesis* h = out->mutable_hypothesis();
  for (const Artifact& artifact : question.hypothesis->artifacts)
    ToPb(artifact, h->add_artifacts());
  for (const Claim& claim : question.hypothesis->claims) ToPb(claim, h->add_claims());
  for (const ClaimNumber number : question.hypothesis->retracted) h->add_retracted_claims(number);
}

namespace {

std::shared_ptr<const Hypothesis> ReadHypothesis(const pb::Hypothesis& m, const std::string& field,
                                                 std::vector<FieldProblem>* problems) {
  constexpr int kMostArtifacts = 1000;
  constexpr int kMostClaims = 10'000;
  auto hypothesis = std::make_shared<Hypothesis>();
  const auto read = [&](const char* list, int size, int most, const auto& one) {
    if (size > most) {
      problems->push_back({absl::StrCat(field, ".", list),
                           absl::StrCat("has ", size, " entries; at most ", most, " are taken")});
      return;
    }
    for (int i = 0; i < size; ++i) {
      std::vector<FieldProblem> found;
      one(i, &found);
      for (FieldProblem& problem : found) {
        problems->push_back({absl::StrCat(field, ".", list, "[", i, "].", problem.field),
                             std::move(problem.message)});
      }
    }
  };
  read("artifacts", m.artifacts_size(), kMostArtifacts, [&](int i, auto* found) {
    hypothesis->artifacts.push_back(ReadArtifact(m.artifacts(i), found));
  });
  read("claims", m.claims_size(), kMostClaims,
       [&](int i, auto* found) { hypothesis->claims.push_back(ReadClaim(m.claims(i), found)); });
  read("retracted_claims", m.retracted_claims_size(), kMostClaims,
       [&](int i, auto*) { hypothesis->retracted.push_back(m.retracted_claims(i)); });
  return hypothesis;
}

Context ReadContext(const pb::Context& m, const std::string& prefix, FieldReader* read) {
  const auto field = [&](absl::string_view name) { return absl::StrCat(prefix, ".", name); };
  Context context;
  if (m.has_monthly_active_users()) {
    context.monthly_active_users =
        read->Amount(m.monthly_active_users(), field("monthly_active_users"));
  }
  if (m.has_annual_revenue_usd()) {
    context.annual_revenue_usd = read->Amount(m.annual_revenue_usd(), field("annual_revenue_usd"));
  }
  if (m.has_share_of_royalty()) {
    context.share_of_royalty = read->Amount(m.share_of_royalty(), field("share_of_royalty"));
  }
  if (m.has_attributable_revenue_usd()) {
    context.attributable_revenue_usd =
        read->Amount(m.attributable_revenue_usd(), field("attributable_revenue_usd"));
  }
  context.regions = StringsOf(m.regions());
  context.established_in = StringsOf(m.established_in());
  context.facts = {m.facts().begin(), m.facts().end()};
  context.purposes = StringsOf(m.purposes());
  if (m.has_entity()) context.entity = m.entity();
  context.use_mode = read->Enum<UseMode>(m.use_mode(), field("use_mode"));
  context.modified = m.modified();
  context.made_it = m.made_it();
  return context;
}

}  // namespace

Question ReadQuestion(const pb::QueryOptions& m, absl::string_view prefix,
                      std::vector<FieldProblem>* problems) {
  FieldReader read(problems);
  const auto field = [&](absl::string_view name) { return absl::StrCat(prefix, ".", name); };
  Question question;
  question.key.as_of = read.Day(m.as_of(), Date::Today(), field("as_of"));
  question.key.claims_policy = read.Enum<ClaimsPolicy>(m.claims_policy(), field("claims_policy"))
                                   .value_or(ClaimsPolicy::kRanked);
  if (m.at_revision() != 0) question.key.at_revision = m.at_revision();
  Query& query = question.query;
  query.stance = read.Enum<Stance>(m.stance(), field("stance")).value_or(Stance::kStandard);
  for (int i = 0; i < m.theory_size(); ++i) {
    const std::string at = field(absl::StrCat("theory[", i, "]"));
    const auto of = read.Enum<TheorySwitch>(m.theory(i).theory_switch(), at + ".theory_switch");
    const auto setting = read.Enum<Setting>(m.theory(i).setting(), at + ".setting");
    if (!of || !setting) {
      problems->push_back({at, "needs a switch and a setting"});
    } else if (query.theory.Get(*of) && *query.theory.Get(*of) != *setting) {
      problems->push_back({at, absl::StrCat(Name(*of), " is set twice")});
    } else {
      query.theory.Set(*of, *setting);
    }
  }
  query.theories = m.with_theories();
  query.undeclared = read.Enum<UndeclaredPolicy>(m.undeclared(), field("undeclared"))
                         .value_or(UndeclaredPolicy::kUndetermined);
  query.adapter =
      read.Enum<AdapterUse>(m.adapter(), field("adapter")).value_or(AdapterUse::kWithBase);
  query.context = ReadContext(m.context(), field("context"), &read);
  if (m.has_hypothesis()) {
    question.hypothesis = ReadHypothesis(m.hypothesis(), field("hypothesis"), problems);
  }
  return question;
}

void ToPb(const ImportSummary& summary, pb::ImportDocumentResponse* out) {
  constexpr int kNotesSent = 1000;
  out->set_record_count(summary.records);
  out->set_artifact_count(summary.artifacts);
  out->set_claim_count(summary.claims);
  out->set_inferred_count(summary.inferred);
  out->set_unchanged_count(summary.unchanged);
  out->set_retracted_count(summary.retracted);
  for (const auto& [kind, count] : summary.by_kind) (*out->mutable_claims_by_kind())[kind] = count;
  for (const auto& [kind, count] : summary.counts) {
    (*out->mutable_note_counts())[std::string(Name(kind))] = count;
  }
  for (const ImportNote& note : summary.notes) {
    if (out->notes_size() == kNotesSent) break;
    pb::ImportNote* one = out->add_notes();
    one->set_kind(ToPb<pb::ImportNote::Kind>(note.kind));
    one->set_where(note.where.ToString());
    one->set_message(note.message.substr(0, 2000));
  }
}

ImportSummary ValueOf(const pb::ImportDocumentResponse& message) {
  ImportSummary summary;
  summary.records = message.record_count();
  summary.artifacts = message.artifact_count();
  summary.claims = message.claim_count();
  summary.inferred = message.inferred_count();
  summary.unchanged = message.unchanged_count();
  summary.retracted = message.retracted_count();
  for (const auto& [kind, count] : message.claims_by_kind()) summary.by_kind[kind] = count;
  for (const auto& [kind, count] : message.note_counts()) {
    if (const auto known = FindByName<ImportNote::Kind>(kind)) summary.counts[*known] = count;
  }
  for (const pb::ImportNote& note : message.notes()) {
    ImportNote one = Skipped({note.where(), 0, 0}, note.message());
    one.kind = FromPb<ImportNote::Kind>(note.kind()).value_or(one.kind);
    summary.notes.push_back(std::move(one));
  }
  return summary;
}

}  // namespace lineage
