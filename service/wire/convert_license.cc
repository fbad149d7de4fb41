// Messages and values of licences; see convert.h.
#include <utility>

#include "service/wire/fields.h"

namespace lineage {
namespace {

void ToPb(const Grant& grant, pb::Grant* out) {
  AddSet<pb::Right>(grant.rights, out->mutable_rights());
  out->set_answer(lineage::ToPb<pb::Answer>(grant.answer));
  out->set_when(grant.when.text);
  AddSet<pb::Scope>(grant.scopes, out->mutable_scopes());
  out->set_section(grant.clause.section);
  out->set_says(grant.clause.says);
}
Grant ValueOf(const pb::Grant& m) {
  Grant grant;
  grant.rights = SetOf<Right>(m.rights());
  grant.answer = Or(m.answer(), Answer::kUnreviewed);
  grant.when.text = m.when();
  grant.scopes = SetOf<Scope>(m.scopes());
  grant.clause = {m.section(), m.says()};
  return grant;
}

void ToPb(const Duty& duty, pb::Duty* out) {
  out->set_kind(lineage::ToPb<pb::DutyKind>(duty.kind));
  AddSet<pb::Trigger>(duty.on, out->mutable_triggers());
  AddSet<pb::Scope>(duty.scopes, out->mutable_scopes());
  out->set_value(duty.value);
  AddStrings(duty.satisfied_by, out->mutable_satisfied_by());
  for (const Satisfier& satisfier : duty.satisfiers) {
    pb::Satisfier* s = out->add_satisfiers();
    s->set_license(satisfier.license);
    s->set_on(lineage::ToPb<pb::SatisfiedOn>(satisfier.on));
    s->set_section(satisfier.clause.section);
    s->set_says(satisfier.clause.says);
  }
  out->set_contested_in_collections(duty.contested_in_collections);
  out->set_section(duty.clause.section);
  out->set_says(duty.clause.says);
}
Duty ValueOf(const pb::Duty& m) {
  Duty duty;
  duty.kind = Or(m.kind(), DutyKind::kAttribution);
  duty.on = SetOf<Trigger>(m.triggers());
  duty.scopes = SetOf<Scope>(m.scopes());
  duty.value = m.value();
  duty.satisfied_by = StringsOf(m.satisfied_by());
  for (const pb::Satisfier& s : m.satisfiers()) {
    duty.satisfiers.push_back(
        {s.license(), Or(s.on(), SatisfiedOn::kAlways), {s.section(), s.says()}});
  }
  duty.contested_in_collections = m.contested_in_collections();
  duty.clause = {m.section(), m.says()};
  return duty;
}

// What it asks of works under other licences.
void AddImpositions(const License& license, pb::License* out) {
  for (const Imposition& imposition : license.imposes) {
    pb::Imposition* i = out->add_imposes();
    i->set_kind(ToPb<pb::ImpositionKind>(imposition.kind));
    i->set_section(imposition.clause.section);
    i->set_says(imposition.clause.says);
  }
  if (!license.further_restrictions) return;
  const FurtherRestrictions& further = *license.further_restrictions;
  pb::FurtherRestrictions* f = out->mutable_further_restrictions();
  AddSet<pb::StepKind>(further.on, f->mutable_on());
  AddSet<pb::ImpositionKind>(further.allows, f->mutable_allows());
  f->set_section(further.clause.section);
  f->set_says(further.clause.says);
}
void ReadImpositions(const pb::License& m, License* license) {
  for (const pb::Imposition& i : m.imposes()) {
    license->imposes.push_back(
        {Or(i.kind(), ImpositionKind::kPatentTermination), {i.section(), i.says()}});
  }
  if (!m.has_further_restrictions()) return;
  const pb::FurtherRestrictions& f = m.further_restrictions();
  FurtherRestrictions further;
  // A server of before says nothing of steps, and means both.
  if (!f.on().empty()) further.on = SetOf<StepKind>(f.on());
  further.allows = SetOf<ImpositionKind>(f.allows());
  further.clause = {f.section(), f.says()};
  license->further_restrictions = std::move(further);
}

void ToPb(const Clause& clause, pb::Clause* out) {
  out->set_section(clause.section);
  out->set_says(clause.says);
}
Clause ValueOf(const pb::Clause& m) { return {m.section(), m.says()}; }

// What it says of itself: whose it is, its editions, what it counts among derivatives.
void AddNature(const License& license, pb::License* out) {
  out->set_only_licensor(license.only_licensor);
  out->set_edition_of(license.edition_of);
  AddStrings(license.later_editions, out->mutable_later_editions());
  out->set_revocable(license.revocable);
  if (license.models_from_outputs) {
    pb::ModelsFromOutputs* models = out->mutable_models_from_outputs();
    models->set_similar_only(license.models_from_outputs->similar_only);
    models->set_section(license.models_from_outputs->clause.section);
    models->set_says(license.models_from_outputs->clause.says);
  }
  if (license.formats_are_copies) {
    ToPb(*license.formats_are_copies, out->mutable_formats_are_copies());
  }
  if (license.parts_keep_license) {
    ToPb(*license.parts_keep_license, out->mutable_parts_keep_license());
  }
  if (license.copies_keep_license) {
    ToPb(*license.copies_keep_license, out->mutable_copies_keep_license());
  }
  if (license.not_to_improve_others) {
    ToPb(*license.not_to_improve_others, out->mutable_not_to_improve_others());
  }
  for (const OtherClause& clause : license.clauses) {
    pb::OtherClause* c = out->add_clauses();
    c->set_kind(ToPb<pb::ClauseKind>(clause.kind));
    c->set_section(clause.clause.section);
    c->set_says(clause.clause.says);
  }
}
void ReadNature(const pb::License& m, License* license) {
  license->only_licensor = m.only_licensor();
  license->edition_of = m.edition_of();
  license->later_editions = StringsOf(m.later_editions());
  if (m.has_revocable()) license->revocable = m.revocable();
  if (m.has_models_from_outputs()) {
    const pb::ModelsFromOutputs& models = m.models_from_outputs();
    license->models_from_outputs =
        ModelsFromOutputs{models.similar_only(), {models.section(), models.says()}};
  }
  if (m.has_formats_are_copies()) license->formats_are_copies = ValueOf(m.formats_are_copies());
  if (m.has_parts_keep_license()) license->parts_keep_license = ValueOf(m.parts_keep_license());
  if (m.has_copies_keep_license()) license->copies_keep_license = ValueOf(m.copies_keep_license());
  if (m.has_not_to_improve_others()) {
    license->not_to_improve_others = ValueOf(m.not_to_improve_others());
  }
  for (const pb::OtherClause& c : m.clauses()) {
    if (const auto kind = FromPb<ClauseKind>(c.kind())) {
      license->clauses.push_back({*kind, {c.section(), c.says()}});
    }
  }
}

// What the encoding rests on.
void AddBasis(const License& license, pb::License* out) {
  out->set_basis(ToPb<pb::Basis>(license.basis));
  for (const LicensePart part : EnumValues<LicensePart>()) {
    pb::PartBasis* b = out->add_part_basis();
    b->set_part(ToPb<pb::LicensePart>(part));
    b->set_basis(ToPb<pb::Basis>(license.part_basis[static_cast<std::size_t>(part)]));
  }
  for (const ReadText& text : license.read_texts) {
    pb::ReadText* t = out->add_read_texts();
    AddSet<pb::LicensePart>(text.parts, t->mutable_parts());
    t->set_document(text.document);
    t->set_sha256(text.sha256);
  }
}
void ReadBasis(const pb::License& m, License* license) {
  license->basis = Or(m.basis(), Basis::kNone);
  license->part_basis.fill(license->basis);
  for (const pb::PartBasis& b : m.part_basis()) {
    if (const auto part = FromPb<LicensePart>(b.part())) {
      license->part_basis[static_cast<std::size_t>(*part)] = Or(b.basis(), Basis::kNone);
    }
  }
  for (const pb::ReadText& t : m.read_texts()) {
    license->read_texts.push_back({SetOf<LicensePart>(t.parts()), t.document(), t.sha256()});
  }
}

}  // namespace

void ToPb(const License& license, pb::License* out) {
  out->set_id(license.id);
  out->set_display_name(license.name);
  out->set_license_class(ToPb<pb::LicenseClass>(license.license_class));
  out->set_steward(license.steward);
  AddStrings(license.hub_tags, out->mutable_hub_tags());
  AddStrings(license.aliases, out->mutable_aliases());
  out->set_url(license.url);
  out->set_osi_approved(license.osi_approved);
  AddBasis(license, out);
  AddStrings(license.later_versions, out->mutable_later_versions());
  AddStrings(license.use_policy, out->mutable_use_policy());
  out->set_use_policy_section(license.use_policy_section);
  out->set_dated(license.dated);
  for (const Grant& grant : license.grants) ToPb(grant, out->add_grants());
  for (const Duty& duty : license.duties) ToPb(duty, out->add_duties());
  AddImpositions(license, out);
  AddNature(license, out);
}

License ValueOf(const pb::License& m) {
  License license;
  license.id = m.id();
  license.name = m.display_name();
  license.license_class = Or(m.license_class(), LicenseClass::kUndeclared);
  license.steward = m.steward();
  license.hub_tags = StringsOf(m.hub_tags());
  license.aliases = StringsOf(m.aliases());
  license.url = m.url();
  license.osi_approved = m.osi_approved();
  ReadBasis(m, &license);
  license.later_versions = StringsOf(m.later_versions());
  license.use_policy = StringsOf(m.use_policy());
  license.use_policy_section = m.use_policy_section();
  license.dated = m.dated();
  for (const pb::Grant& grant : m.grants()) license.grants.push_back(ValueOf(grant));
  for (const pb::Duty& duty : m.duties()) license.duties.push_back(ValueOf(duty));
  ReadImpositions(m, &license);
  ReadNature(m, &license);
  return license;
}

void ToPb(const LicenseException& exception, pb::LicenseException* out) {
  out->set_id(exception.id);
  out->set_display_name(exception.name);
  out->set_says(exception.says);
  AddSet<pb::DutyKind>(exception.drops_duties, out->mutable_drops_duties());
  AddSet<pb::Scope>(exception.scopes, out->mutable_scopes());
  AddSet<pb::ImpositionKind>(exception.drops_impositions, out->mutable_drops_impositions());
  out->set_for_linking(exception.for_linking);
}

LicenseException ValueOf(const pb::LicenseException& m) {
  LicenseException exception;
  exception.id = m.id();
  exception.name = m.display_name();
  exception.says = m.says();
  exception.drops_duties = SetOf<DutyKind>(m.drops_duties());
  exception.scopes = SetOf<Scope>(m.scopes());
  exception.drops_impositions = SetOf<ImpositionKind>(m.drops_impositions());
  exception.for_linking = m.for_linking();
  return exception;
}

}  // namespace lineage
