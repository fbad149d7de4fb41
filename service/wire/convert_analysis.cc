#include "service/wire/convert_analysis.h"

#include <utility>

#include "service/wire/fields.h"

namespace lineage {
namespace {

void ToPb(const AnswerSummary& summary, pb::AnswerSummary* out) {
  out->set_license(summary.license);
  out->set_license_class(lineage::ToPb<pb::LicenseClass>(summary.license_class));
  out->set_openness(lineage::ToPb<pb::Openness>(summary.openness));
  out->set_joint_verdict(lineage::ToPb<pb::Verdict>(summary.joint));
  out->set_complete(summary.complete);
}
AnswerSummary ValueOf(const pb::AnswerSummary& m) {
  return {m.license(), Or(m.license_class(), LicenseClass::kUndeclared),
          Or(m.openness(), Openness::kUndeclared), Or(m.joint_verdict(), Verdict::kUndetermined),
          m.complete()};
}

template <typename T, typename Field>
void AddAll(const std::vector<T>& values, Field* field) {
  for (const T& value : values) lineage::ToPb(value, field->Add());
}
template <typename T, typename Field>
std::vector<T> AllOf(const Field& field) {
  std::vector<T> values;
  for (const auto& message : field) values.push_back(lineage::ValueOf(message));
  return values;
}

}  // namespace

void ToPb(const VerdictChange& change, pb::VerdictChange* out) {
  out->set_artifact(change.artifact);
  out->set_component(ToPb<pb::Component>(change.component));
  out->set_right(ToPb<pb::Right>(change.right));
  if (change.before) out->set_before(ToPb<pb::Verdict>(*change.before));
  if (change.after) out->set_after(ToPb<pb::Verdict>(*change.after));
}
VerdictChange ValueOf(const pb::VerdictChange& m) {
  return {m.artifact(), Or(m.component(), Component::kWeights), Or(m.right(), Right::kUse),
          FromPb<Verdict>(m.before()), FromPb<Verdict>(m.after())};
}

void ToPb(const SearchHit& hit, pb::SearchHit* out) {
  out->set_artifact(hit.artifact);
  out->set_kind(ToPb<pb::ArtifactKind>(hit.kind));
  out->set_display_name(hit.name);
  out->set_license(hit.license);
  out->set_license_class(ToPb<pb::LicenseClass>(hit.license_class));
  out->set_openness(ToPb<pb::Openness>(hit.openness));
  for (const Verdict verdict : hit.verdicts) out->add_verdicts(ToPb<pb::Verdict>(verdict));
}
SearchHit ValueOf(const pb::SearchHit& m) {
  SearchHit hit;
  hit.artifact = m.artifact();
  hit.kind = Or(m.kind(), ArtifactKind::kUnresolved);
  hit.name = m.display_name();
  hit.license = m.license();
  hit.license_class = Or(m.license_class(), LicenseClass::kUndeclared);
  hit.openness = Or(m.openness(), Openness::kUndeclared);
  for (const int verdict : m.verdicts())
    hit.verdicts.push_back(Or(verdict, Verdict::kUndetermined));
  return hit;
}

void ToPb(const Difference& d, pb::Difference* out) {
  out->set_artifact(d.artifact);
  out->set_component(ToPb<pb::Component>(d.component));
  if (d.before) ToPb(*d.before, out->mutable_before());
  if (d.after) ToPb(*d.after, out->mutable_after());
  AddAll(d.verdicts, out->mutable_verdicts());
  AddAll(d.findings_gone, out->mutable_findings_gone());
  AddAll(d.findings_new, out->mutable_findings_new());
  AddAll(d.duties_gone, out->mutable_duties_gone());
  AddAll(d.duties_new, out->mutable_duties_new());
  for (const ClaimChange& change : d.claims) {
    pb::ClaimChange* c = out->add_claims();
    ToPb(change.claim, c->mutable_claim());
    c->set_conclusion(change.conclusion);
    if (change.before) c->set_before(ToPb<pb::ClaimStatus>(*change.before));
    if (change.after) c->set_after(ToPb<pb::ClaimStatus>(*change.after));
  }
}

Difference ValueOf(const pb::Difference& m) {
  Difference d;
  d.artifact = m.artifact();
  d.component = Or(m.component(), Component::kWeights);
  if (m.has_before()) d.before = ValueOf(m.before());
  if (m.has_after()) d.after = ValueOf(m.after());
  d.verdicts = AllOf<VerdictChange>(m.verdicts());
  d.findings_gone = AllOf<Finding>(m.findings_gone());
  d.findings_new = AllOf<Finding>(m.findings_new());
  d.duties_gone = AllOf<DutyView>(m.duties_gone());
  d.duties_new = AllOf<DutyView>(m.duties_new());
  for (const pb::ClaimChange& c : m.claims()) {
    d.claims.push_back({ValueOf(c.claim()), c.conclusion(), FromPb<ClaimStatus>(c.before()),
                        FromPb<ClaimStatus>(c.after())});
  }
  return d;
}

void ToPb(const RepairPlan& plan, pb::SuggestRepairsResponse* out) {
  out->set_artifact(plan.artifact);
  out->set_component(ToPb<pb::Component>(plan.component));
  out->set_verdict(ToPb<pb::Verdict>(plan.verdict));
  out->set_passes(plan.passes);
  out->set_possible(plan.possible);
  AddAll(plan.own, out->mutable_own_terms());
  for (const RepairSet& set : plan.sets) {
    pb::RepairSet* s = out->add_sets();
    s->mutable_artifacts()->Add(set.artifacts.begin(), set.artifacts.end());
    s->set_cost(set.cost);
    s->set_verdict(ToPb<pb::Verdict>(set.verdict));
  }
  out->set_cheapest(plan.cheapest);
  out->set_complete(plan.complete);
  for (const Confirmation& confirmation : plan.confirmations) {
    pb::Confirmation* c = out->add_confirmations();
    c->set_kind(ToPb<pb::ConfirmationKind>(confirmation.kind));
    c->set_artifact(confirmation.artifact);
    c->set_license(confirmation.license);
    if (confirmation.kind == ConfirmationKind::kNoEdge) {
      c->set_relation(ToPb<pb::Relation>(confirmation.relation));
    }
    c->set_parent(confirmation.parent);
    c->set_by(confirmation.by);
  }
}

RepairPlan ValueOf(const pb::SuggestRepairsResponse& m) {
  RepairPlan plan;
  plan.artifact = m.artifact();
  plan.component = Or(m.component(), Component::kWeights);
  plan.verdict = Or(m.verdict(), Verdict::kUndetermined);
  plan.passes = m.passes();
  plan.possible = m.possible();
  plan.own = AllOf<Because>(m.own_terms());
  for (const pb::RepairSet& s : m.sets()) {
    plan.sets.push_back({{s.artifacts().begin(), s.artifacts().end()},
                         s.cost(),
                         Or(s.verdict(), Verdict::kUndetermined)});
  }
  plan.cheapest = m.cheapest();
  plan.complete = m.complete();
  for (const pb::Confirmation& c : m.confirmations()) {
    plan.confirmations.push_back({Or(c.kind(), ConfirmationKind::kAnyLicense), c.artifact(),
                                  c.license(), Or(c.relation(), Relation::kBundles), c.parent(),
                                  c.by()});
  }
  return plan;
}

void ToPb(const Headroom& headroom, pb::Headroom* out) {
  out->set_key(ToPb<pb::ContextKey>(headroom.key));
  if (headroom.given) out->set_given(*headroom.given);
  for (const HeadroomRange& range : headroom.ranges) {
    pb::HeadroomRange* r = out->add_ranges();
    r->set_from(range.from);
    r->set_from_included(range.from_included);
    if (range.to) r->set_to(*range.to);
    r->set_to_included(range.to_included);
    r->set_verdict(ToPb<pb::Verdict>(range.verdict));
    if (range.because) ToPb(*range.because, r->mutable_because());
  }
}

Headroom ValueOf(const pb::Headroom& m) {
  Headroom headroom;
  headroom.key = Or(m.key(), ContextKey::kMonthlyActiveUsers);
  if (m.has_given()) headroom.given = m.given();
  for (const pb::HeadroomRange& r : m.ranges()) {
    HeadroomRange range;
    range.from = r.from();
    range.from_included = r.from_included();
    if (r.has_to()) range.to = r.to();
    range.to_included = r.to_included();
    range.verdict = Or(r.verdict(), Verdict::kUndetermined);
    if (r.has_because()) range.because = ValueOf(r.because());
    headroom.ranges.push_back(std::move(range));
  }
  return headroom;
}

void ToPb(const Notice& notice, pb::Notice* out) {
  out->set_artifact(notice.artifact);
  out->set_display_name(notice.name);
  out->set_license(notice.license);
  out->set_as_of(notice.as_of.ToString());
  out->set_stance(ToPb<pb::Stance>(notice.stance));
  out->set_complete(notice.complete);
  for (const NoticeGroup& group : notice.groups) {
    pb::NoticeGroup* g = out->add_groups();
    g->set_artifact(group.artifact);
    g->set_component(ToPb<pb::Component>(group.component));
    g->set_license(group.license);
    g->set_license_name(group.license_name);
    g->set_license_url(group.license_url);
    AddPath(group.path, g->mutable_path());
    AddAll(group.duties, g->mutable_duties());
    g->mutable_use_policy()->Add(group.use_policy.begin(), group.use_policy.end());
    g->set_use_policy_section(group.use_policy_section);
  }
  AddStrings(notice.unknown, out->mutable_unknown());
  AddSet<pb::Right>(notice.rights, out->mutable_rights());
  if (notice.verdict) out->set_verdict(ToPb<pb::Verdict>(*notice.verdict));
  AddAll(notice.because, out->mutable_because());
  ToPb(notice.gate, out->mutable_gate());
  AddAll(notice.findings, out->mutable_findings());
}

Notice ValueOf(const pb::Notice& m) {
  Notice notice;
  notice.artifact = m.artifact();
  notice.name = m.display_name();
  notice.license = m.license();
  if (const auto date = Date::Parse(m.as_of()); date.ok()) notice.as_of = *date;
  notice.stance = Or(m.stance(), Stance::kStandard);
  notice.complete = m.complete();
  for (const pb::NoticeGroup& g : m.groups()) {
    NoticeGroup group;
    group.artifact = g.artifact();
    group.component = Or(g.component(), Component::kWeights);
    group.license = g.license();
    group.license_name = g.license_name();
    group.license_url = g.license_url();
    group.path = PathOf(g.path());
    group.duties = AllOf<DutyView>(g.duties());
    group.use_policy = {g.use_policy().begin(), g.use_policy().end()};
    group.use_policy_section = g.use_policy_section();
    notice.groups.push_back(std::move(group));
  }
  notice.unknown = StringsOf(m.unknown());
  notice.rights = SetOf<Right>(m.rights());
  notice.verdict = FromPb<Verdict>(m.verdict());
  notice.because = AllOf<Because>(m.because());
  notice.gate = ValueOf(m.gate());
  notice.findings = AllOf<Finding>(m.findings());
  return notice;
}

void ToPb(const Suggestions& suggestions, pb::SuggestLicensesResponse* out) {
  out->set_artifact(suggestions.artifact);
  out->set_component(ToPb<pb::Component>(suggestions.component));
  out->set_license(suggestions.license);
  for (const LicenseSuggestion& suggestion : suggestions.suggestions) {
    pb::LicenseSuggestion* s = out->add_suggestions();
    s->set_license(suggestion.license);
    s->set_license_class(ToPb<pb::LicenseClass>(suggestion.license_class));
    for (const DutyKind duty : suggestion.duties) s->add_duties(ToPb<pb::DutyKind>(duty));
  }
  for (const std::vector<std::string>& conflict : suggestions.conflicts) {
    out->add_conflicts()->mutable_artifacts()->Add(conflict.begin(), conflict.end());
  }
  AddAll(suggestions.standing, out->mutable_standing_findings());
  out->set_complete(suggestions.complete);
}

Suggestions ValueOf(const pb::SuggestLicensesResponse& m) {
  Suggestions suggestions;
  suggestions.artifact = m.artifact();
  suggestions.component = Or(m.component(), Component::kWeights);
  suggestions.license = m.license();
  for (const pb::LicenseSuggestion& s : m.suggestions()) {
    LicenseSuggestion suggestion;
    suggestion.license = s.license();
    suggestion.license_class = Or(s.license_class(), LicenseClass::kUndeclared);
    for (const int duty : s.duties()) {
      if (const auto kind = FromPb<DutyKind>(duty)) suggestion.duties.push_back(*kind);
    }
    suggestions.suggestions.push_back(std::move(suggestion));
  }
  for (const pb::ConflictingUpstreams& conflict : m.conflicts()) {
    suggestions.conflicts.emplace_back(conflict.artifacts().begin(), conflict.artifacts().end());
  }
  suggestions.standing = AllOf<Finding>(m.standing_findings());
  suggestions.complete = m.complete();
  return suggestions;
}

void ToPb(const LicensePair& pair, pb::CompareLicensesResponse* out) {
  const auto set = [](const Compatibility& compatibility, pb::Compatibility* message) {
    message->set_answer(ToPb<pb::CompatibilityAnswer>(compatibility.answer));
    message->set_license(compatibility.license);
    message->set_section(compatibility.section);
    message->set_says(compatibility.says);
    message->set_reason(compatibility.reason);
  };
  out->set_a(pair.a);
  out->set_b(pair.b);
  set(pair.a_into_b, out->mutable_a_into_b());
  set(pair.b_into_a, out->mutable_b_into_a());
}

LicensePair ValueOf(const pb::CompareLicensesResponse& m) {
  const auto value = [](const pb::Compatibility& message) {
    return Compatibility{Or(message.answer(), CompatibilityAnswer::kUnknown), message.license(),
                         message.section(), message.says(), message.reason()};
  };
  return {m.a(), m.b(), value(m.a_into_b()), value(m.b_into_a())};
}

void ToPb(const AiActAssessment& assessment, pb::AssessAiActResponse* out) {
  out->set_artifact(assessment.artifact);
  out->set_kind(ToPb<pb::ArtifactKind>(assessment.kind));
  out->set_as_of(assessment.as_of.ToString());
  out->set_revision(assessment.revision);
  out->set_complete(assessment.complete);
  out->set_actor(ToPb<pb::AiActActor>(assessment.actor));
  out->set_role(ToPb<pb::AiActRole>(assessment.role));
  out->set_general_purpose(ToPb<pb::AiActAnswer>(assessment.general_purpose));
  out->set_systemic(ToPb<pb::AiActAnswer>(assessment.systemic));
  out->set_exempt(ToPb<pb::AiActAnswer>(assessment.exempt));
  for (const std::string& reason : assessment.reasons) out->add_reasons(reason);
  for (const AiActDutyAnswer& duty : assessment.duties) {
    pb::AiActDutyAnswer* d = out->add_duties();
    d->set_duty(ToPb<pb::AiActDuty>(duty.duty));
    d->set_status(ToPb<pb::AiActDutyStatus>(duty.status));
    if (duty.from) d->set_from(duty.from->ToString());
    d->set_why(duty.why);
    d->set_asks(std::string(DutyText(duty.duty)));
  }
  for (const AiActFact& fact : assessment.facts) {
    pb::AiActFact* f = out->add_facts();
    f->set_name(fact.name);
    f->set_value(fact.value);
    f->set_why(fact.why);
    if (fact.source) ToPb(*fact.source, f->mutable_claim());
    f->set_missing(fact.missing);
    f->set_settle(fact.settle);
  }
  for (const SummaryField& field : assessment.summary) {
    pb::TrainingSummaryField* f = out->add_summary();
    f->set_section(field.section);
    f->set_field(field.field);
    for (const std::string& line : field.known) f->add_known(line);
    f->set_missing(field.missing);
  }
}

AiActAssessment ValueOf(const pb::AssessAiActResponse& m) {
  AiActAssessment assessment;
  assessment.artifact = m.artifact();
  assessment.kind = Or(m.kind(), ArtifactKind::kUnresolved);
  if (const absl::StatusOr<Date> day = Date::Parse(m.as_of()); day.ok()) assessment.as_of = *day;
  assessment.revision = m.revision();
  assessment.complete = m.complete();
  assessment.actor = Or(m.actor(), AiActActor::kMaker);
  assessment.role = Or(m.role(), AiActRole::kUndetermined);
  assessment.general_purpose = Or(m.general_purpose(), AiActAnswer::kUndetermined);
  assessment.systemic = Or(m.systemic(), AiActAnswer::kUndetermined);
  assessment.exempt = Or(m.exempt(), AiActAnswer::kUndetermined);
  assessment.reasons.assign(m.reasons().begin(), m.reasons().end());
  for (const pb::AiActDutyAnswer& d : m.duties()) {
    const auto duty = FromPb<AiActDuty>(d.duty());
    if (!duty) continue;  // of a newer version
    AiActDutyAnswer answer;
    answer.duty = *duty;
    answer.status = Or(d.status(), AiActDutyStatus::kUndetermined);
    if (const absl::StatusOr<Date> day = Date::Parse(d.from()); day.ok()) answer.from = *day;
    answer.why = d.why();
    assessment.duties.push_back(std::move(answer));
  }
  for (const pb::AiActFact& f : m.facts()) {
    AiActFact fact;
    fact.name = f.name();
    fact.value = f.value();
    fact.why = f.why();
    if (f.has_claim()) fact.source = ValueOf(f.claim());
    fact.missing = f.missing();
    fact.settle = f.settle();
    assessment.facts.push_back(std::move(fact));
  }
  for (const pb::TrainingSummaryField& f : m.summary()) {
    assessment.summary.push_back(
        {f.section(), f.field(), {f.known().begin(), f.known().end()}, f.missing()});
  }
  return assessment;
}

void ToPb(const OpennessAssessment& assessment, pb::AssessOpennessResponse* out) {
  out->set_artifact(assessment.artifact);
  out->set_kind(ToPb<pb::ArtifactKind>(assessment.kind));
  out->set_as_of(assessment.as_of.ToString());
  out->set_revision(assessment.revision);
  out->set_license(assessment.license);
  out->set_license_class(ToPb<pb::LicenseClass>(assessment.license_class));
  out->set_complete(assessment.complete);
  AddAll(assessment.unspecific, out->mutable_unspecific_releases());
  for (const DefinitionAnswer& answer : assessment.answers) {
    pb::DefinitionAnswer* a = out->add_answers();
    a->set_definition(ToPb<pb::OpennessDefinition>(answer.definition));
    a->set_answer(ToPb<pb::OpennessAnswer>(answer.answer));
    a->set_value(answer.value);
    a->set_at_most(answer.at_most);
    for (const OpennessNeed& need : answer.needs) {
      pb::OpennessNeed* n = a->add_needs();
      n->set_needs(need.needs);
      n->set_answer(ToPb<pb::OpennessAnswer>(need.answer));
      n->set_why(need.why);
      if (need.part) n->set_part(ToPb<pb::ModelPart>(*need.part));
      n->set_license(need.license);
      if (need.source) ToPb(*need.source, n->mutable_claim());
      n->set_disputed(need.disputed);
      n->set_settle(need.settle);
      n->set_mof_class(need.mof_class);
    }
    if (answer.limit) {
      a->mutable_limit()->set_base(answer.limit->base);
      a->mutable_limit()->set_value(answer.limit->value);
      AddPath(answer.limit->path, a->mutable_limit()->mutable_path());
    }
  }
}

OpennessAssessment ValueOf(const pb::AssessOpennessResponse& m) {
  OpennessAssessment assessment;
  assessment.artifact = m.artifact();
  assessment.kind = Or(m.kind(), ArtifactKind::kUnresolved);
  if (const absl::StatusOr<Date> day = Date::Parse(m.as_of()); day.ok()) assessment.as_of = *day;
  assessment.revision = m.revision();
  assessment.license = m.license();
  assessment.license_class = Or(m.license_class(), LicenseClass::kUndeclared);
  assessment.complete = m.complete();
  assessment.unspecific = AllOf<Claim>(m.unspecific_releases());
  for (const pb::DefinitionAnswer& a : m.answers()) {
    const auto definition = FromPb<OpennessDefinition>(a.definition());
    if (!definition) continue;  // of a newer version
    DefinitionAnswer answer;
    answer.definition = *definition;
    answer.answer = Or(a.answer(), OpennessAnswer::kUnknown);
    answer.value = a.value();
    answer.at_most = a.at_most();
    for (const pb::OpennessNeed& n : a.needs()) {
      OpennessNeed need;
      need.needs = n.needs();
      need.answer = Or(n.answer(), OpennessAnswer::kUnknown);
      need.why = n.why();
      need.part = FromPb<ModelPart>(n.part());
      need.license = n.license();
      if (n.has_claim()) need.source = ValueOf(n.claim());
      need.disputed = n.disputed();
      need.settle = n.settle();
      need.mof_class = n.mof_class();
      answer.needs.push_back(std::move(need));
    }
    if (a.has_limit()) {
      answer.limit = OpennessLimit{a.limit().base(), a.limit().value(), PathOf(a.limit().path())};
    }
    assessment.answers.push_back(std::move(answer));
  }
  return assessment;
}

}  // namespace lineage
