#include "engine/catalog/license_reader.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "engine/license/condition.h"

namespace lineage {
namespace {

constexpr ScopeSet kDefaultScopes = {Scope::kWork, Scope::kDerivative};
// Rights about what is adapted (docs/semantics.md, section 3).
constexpr RightSet kAdapting = {Right::kModify, Right::kRedistributeDerivatives};

ScopeSet ReadScopes(const YamlNode& map, ScopeSet otherwise, NodeReader* reader) {
  const YamlNode* node = map.Find("scopes");
  return node == nullptr ? otherwise : reader->ReadEnumSet<Scope>(*node, "scope");
}

Clause ReadClause(const YamlNode& map, NodeReader* reader) {
  return {reader->ReadStringAt(map, "section", true), reader->ReadStringAt(map, "says", true)};
}

Condition ReadCondition(const YamlNode& map, const Vocabulary& vocabulary, const License& license,
                        NodeReader* reader) {
  const std::string text = reader->ReadStringAt(map, "when", true);
  if (text.empty()) return {};
  absl::StatusOr<Condition> condition = ParseCondition(text, vocabulary, license.use_policy);
  if (condition.ok()) return *std::move(condition);
  reader->Problem(*map.Find("when"), condition.status().message());
  return {};
}

// One entry of `rights`.
Grant ReadGrant(const YamlNode& node, Right right, const Vocabulary& vocabulary,
                const License& license, NodeReader* reader) {
  Grant grant;
  grant.rights.Add(right);
  if (!reader->CheckMap(node, absl::StrCat("the answer to ", Name(right)),
                        {"answer", "when", "scopes", "section", "says"})) {
    return grant;
  }
  grant.answer = reader->ReadEnumAt<Answer>(node, "answer", true).value_or(Answer::kUnreviewed);
  if (grant.answer == Answer::kConditional) {
    grant.when = ReadCondition(node, vocabulary, license, reader);
  } else if (node.Find("when") != nullptr) {
    reader->Problem(*node.Find("when"), "\"when\" goes with \"answer: conditional\" only");
  }
  grant.scopes = ReadScopes(node, kDefaultScopes, reader);
  if (kAdapting.Has(right) && grant.scopes.Has(Scope::kWork)) {
    grant.scopes.Add(Scope::kDerivative);
  }
  // What nobody reviewed has no clause to cite.
  if (grant.answer != Answer::kUnreviewed) {
    grant.clause = ReadClause(node, reader);
  } else {
    grant.clause = {reader->ReadStringAt(node, "section", false),
                    reader->ReadStringAt(node, "says", false)};
  }
  return grant;
}

Grant Unreviewed(Right right) {
  Grant grant;
  grant.rights = {right};
  grant.scopes = kDefaultScopes;
  grant.clause = {"", "Nobody has reviewed the text."};
  return grant;
}

void ReadRights(const YamlNode& rights, const Vocabulary& vocabulary, bool all_required,
                License* license, NodeReader* reader) {
  if (rights.IsScalar() && rights.scalar == "unreviewed") {
    license->grants.clear();
    for (const Right right : EnumValues<Right>()) license->grants.push_back(Unreviewed(right));
    return;
  }
  if (!rights.IsMap()) {
    reader->Problem(rights, "expected the ten rights, or the word unreviewed");
    return;
  }
  for (const auto& [key, value] : rights.entries) {
    const std::optional<Right> right = reader->ReadEnum<Right>(key, "right");
    if (!right) continue;
    // What the entry gives replaces what a licence that it is based on gave for the same right.
    license->grants.erase(std::remove_if(license->grants.begin(), license->grants.end(),
                                         [&](const Grant& grant) {
                                           return !grant.restriction &&
                                                  grant.rights == RightSet{*right};
                                         }),
                          license->grants.end());
    if (value.IsSequence()) {
      for (const YamlNode& item : value.items) {
        license->grants.push_back(ReadGrant(item, *right, vocabulary, *license, reader));
      }
    } else {
      license->grants.push_back(ReadGrant(value, *right, vocabulary, *license, reader));
    }
  }
  if (!all_required) return;
  for (const Right right : EnumValues<Right>()) {
    const bool answered =
        std::any_of(license->grants.begin(), license->grants.end(), [&](const Grant& grant) {
          return !grant.restriction && grant.rights == RightSet{right} &&
                 (grant.scopes.Has(Scope::kWork) || grant.scopes.Has(Scope::kOwn));
        });
    if (!answered) {
      reader->Problem(rights, absl::StrCat("the right \"", Name(right),
                                           "\" has no answer of scope work or own: give one (",
                                           "`unreviewed` if nobody has read the text for it)"));
    }
  }
}

void ReadRestrictions(const YamlNode& restrictions, const Vocabulary& vocabulary, License* license,
                      NodeReader* reader) {
  if (!restrictions.IsSequence()) {
    reader->Problem(restrictions, "expected a list of restrictions");
    return;
  }
  for (const YamlNode& node : restrictions.items) {
    if (!reader->CheckMap(node, "a restriction", {"when", "rights", "scopes", "section", "says"}))
      continue;
    Grant grant;
    grant.answer = Answer::kConditional;
    grant.restriction = true;
    grant.when = ReadCondition(node, vocabulary, *license, reader);
    if (const YamlNode* rights = node.Find("rights")) {
      grant.rights = reader->ReadEnumSet<Right>(*rights, "right");
    } else {
      reader->Problem(node, "\"rights\" is missing");
    }
    grant.scopes = ReadScopes(node, kDefaultScopes, reader);
    grant.clause = ReadClause(node, reader);
    // What is said of adapting the work is about what is adapted from it as well.
    const RightSet adapting = grant.rights & kAdapting;
    if (grant.scopes.Has(Scope::kWork) && !grant.scopes.Has(Scope::kDerivative) &&
        !adapting.empty()) {
      Grant also = grant;
      also.rights = adapting;
      also.scopes.Add(Scope::kDerivative);
      license->grants.push_back(std::move(also));
      grant.rights = RightSet::FromBits(grant.rights.bits() & ~adapting.bits());
    }
    if (!grant.rights.empty()) license->grants.push_back(std::move(grant));
  }
}

// `satisfied_by`: ids, or maps that say under what condition or by which clause.
void ReadSatisfiers(const YamlNode& node, Duty* duty, NodeReader* reader) {
  const YamlNode* list = node.Find("satisfied_by");
  if (list == nullptr) return;
  const auto read = [&](const YamlNode& item) {
    if (!item.IsMap()) {
      duty->satisfied_by.push_back(reader->ReadString(item, "satisfied_by"));
      return;
    }
    if (!reader->CheckMap(item, "an item of satisfied_by", {"license", "on", "section", "says"}))
      return;
    Satisfier satisfier;
    satisfier.license = reader->ReadStringAt(item, "license", true);
    satisfier.on = reader->ReadEnumAt<SatisfiedOn>(item, "on", false).value_or(SatisfiedOn::kAlways);
    satisfier.clause = ReadClause(item, reader);
    if (satisfier.on == SatisfiedOn::kAlways) duty->satisfied_by.push_back(satisfier.license);
    duty->satisfiers.push_back(std::move(satisfier));
  };
  if (list->IsSequence()) {
    for (const YamlNode& item : list->items) read(item);
  } else {
    read(*list);
  }
}

void ReadDuties(const YamlNode& duties, License* license, NodeReader* reader) {
  if (!duties.IsSequence()) {
    reader->Problem(duties, "expected a list of duties");
    return;
  }
  for (const YamlNode& node : duties.items) {
    if (!reader->CheckMap(node, "a duty",
                          {"duty", "on", "scopes", "value", "satisfied_by", "in_collections",
                           "section", "says"})) {
      continue;
    }
    Duty duty;
    const std::optional<DutyKind> kind = reader->ReadEnumAt<DutyKind>(node, "duty", true);
    if (!kind) continue;
    duty.kind = *kind;
    if (const YamlNode* on = node.Find("on")) {
      duty.on = reader->ReadEnumSet<Trigger>(*on, "trigger");
    } else {
      reader->Problem(node, "\"on\" is missing: what makes the duty due?");
    }
    duty.scopes = ReadScopes(node, kDefaultScopes, reader);
    const bool needs_value = *kind == DutyKind::kNamePrefix || *kind == DutyKind::kDisplayNotice ||
                             *kind == DutyKind::kPayRoyalty;
    duty.value = reader->ReadStringAt(node, "value", needs_value);
    ReadSatisfiers(node, &duty, reader);
    if (const YamlNode* collections = node.Find("in_collections")) {
      const std::string word = reader->ReadString(*collections, "in_collections");
      duty.contested_in_collections = word == "contested";
      if (!word.empty() && word != "contested") {
        reader->Problem(*collections, "expected \"contested\", or no \"in_collections\" at all");
      }
    }
    if (*kind == DutyKind::kShareAlike && duty.satisfied_by.empty() && duty.satisfiers.empty()) {
      reader->Problem(node,
                      "a share-alike duty needs \"satisfied_by\": the licences that satisfy it");
    }
    duty.clause = ReadClause(node, reader);
    license->duties.push_back(std::move(duty));
  }
}

std::optional<Clause> ReadClauseAt(const YamlNode& map, const char* key, NodeReader* reader) {
  const YamlNode* node = map.Find(key);
  if (node == nullptr || !reader->CheckMap(*node, key, {"section", "says"})) return std::nullopt;
  return ReadClause(*node, reader);
}

// One word for all parts, or one for each.
void ReadBasis(const YamlNode& basis, License* license, NodeReader* reader) {
  if (basis.IsMap()) {
    if (!reader->CheckMap(basis, "basis", {"grant", "duties", "policy", "limits"})) return;
    for (const LicensePart part : EnumValues<LicensePart>()) {
      const auto value = reader->ReadEnumAt<Basis>(basis, Name(part), false);
      license->part_basis[static_cast<std::size_t>(part)] = value.value_or(Basis::kText);
    }
  } else if (const auto value = reader->ReadEnum<Basis>(basis, "basis")) {
    license->part_basis.fill(*value);
  }
  // What a licence grants decides whether it was reviewed at all.
  license->basis = license->part_basis[static_cast<std::size_t>(LicensePart::kGrant)];
  if (license->basis == Basis::kNone) return;
  for (const Basis part : license->part_basis) license->basis = std::max(license->basis, part);
  license->basis = std::min(license->basis, Basis::kSummary);
}

void ReadTextsRead(const YamlNode& texts, License* license, NodeReader* reader) {
  license->read_texts.clear();
  if (!texts.IsSequence()) {
    reader->Problem(texts, "expected a list of texts that were read");
    return;
  }
  for (const YamlNode& node : texts.items) {
    if (!reader->CheckMap(node, "a text that was read", {"parts", "document", "sha256"})) continue;
    ReadText text;
    if (const YamlNode* parts = node.Find("parts")) {
      text.parts = reader->ReadEnumSet<LicensePart>(*parts, "part");
    } else {
      reader->Problem(node, "\"parts\" is missing: what was encoded from the text?");
    }
    text.document = reader->ReadStringAt(node, "document", true);
    text.sha256 = reader->ReadStringAt(node, "sha256", true);
    if (text.sha256.size() != 64 ||
        text.sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
      reader->Problem(node, "\"sha256\" is the text's SHA-256 as 64 hexadecimal digits");
    }
    license->read_texts.push_back(std::move(text));
  }
}

void ReadOtherClauses(const YamlNode& clauses, License* license, NodeReader* reader) {
  license->clauses.clear();
  if (!clauses.IsSequence()) {
    reader->Problem(clauses, "expected a list of clauses");
    return;
  }
  for (const YamlNode& node : clauses.items) {
    if (!reader->CheckMap(node, "a clause", {"clause", "section", "says"})) continue;
    const auto kind = reader->ReadEnumAt<ClauseKind>(node, "clause", true);
    if (kind) license->clauses.push_back({*kind, ReadClause(node, reader)});
  }
}

void ReadImpositions(const YamlNode& list, License* license, NodeReader* reader) {
  if (!list.IsSequence()) {
    reader->Problem(list, "expected a list of what the licence imposes");
    return;
  }
  for (const YamlNode& node : list.items) {
    if (!reader->CheckMap(node, "an imposition", {"imposes", "section", "says"})) continue;
    const auto kind = reader->ReadEnumAt<ImpositionKind>(node, "imposes", true);
    if (kind) license->imposes.push_back({*kind, ReadClause(node, reader)});
  }
}

}  // namespace

void ReadVocabulary(const YamlNode& root, NodeReader* reader, Vocabulary* vocabulary) {
  if (root.Find("edition") != nullptr) {
    if (const std::optional<Date> edition = reader->ReadDateAt(root, "edition")) {
      vocabulary->edition = edition->ToString();
    }
  }
  if (const YamlNode* purposes = root.Find("purposes")) {
    for (const YamlNode& node : purposes->items) {
      if (!reader->CheckMap(node, "a purpose", {"id", "says", "harmful"})) continue;
      vocabulary->purposes.push_back({reader->ReadStringAt(node, "id", true),
                                      reader->ReadStringAt(node, "says", true),
                                      reader->ReadBoolAt(node, "harmful")});
    }
  }
  if (const YamlNode* regions = root.Find("regions")) {
    for (const YamlNode& node : regions->items) {
      if (!reader->CheckMap(node, "a region", {"id", "says", "members"})) continue;
      RegionGroup group{reader->ReadStringAt(node, "id", true),
                        reader->ReadStringsAt(node, "members")};
      for (const std::string& code : group.members) {
        if (!IsCountryCode(code))
          reader->Problem(node, absl::StrCat("\"", code, "\" is no ISO 3166 code"));
      }
      vocabulary->regions.push_back(std::move(group));
    }
  }
  if (const YamlNode* entities = root.Find("entities")) {
    for (std::string& entity : reader->ReadStrings(*entities, "entities")) {
      vocabulary->entities.push_back(std::move(entity));
    }
  }
  if (const YamlNode* facts = root.Find("facts")) {
    for (const YamlNode& node : facts->items) {
      if (!reader->CheckMap(node, "a fact", {"id", "says"})) continue;
      vocabulary->facts.push_back(
          {reader->ReadStringAt(node, "id", true), reader->ReadStringAt(node, "says", true)});
    }
  }
  if (const YamlNode* parties = root.Find("parties")) {
    for (const YamlNode& node : parties->items) {
      if (!reader->CheckMap(node, "a party", {"name", "organizations"})) continue;
      vocabulary->parties.push_back(
          {reader->ReadStringAt(node, "name", true), reader->ReadStringsAt(node, "organizations")});
    }
  }
}

// Silence is no bar to what somebody else grants, but of an agreement that one party alone can
// grant nobody else grants anything (docs/semantics.md, section 3).
void ScopeSilence(License* license) {
  for (Grant& grant : license->grants) {
    const bool says_how = grant.rights == RightSet{Right::kSublicense} ||
                          grant.rights == RightSet{Right::kPatentGrant};
    const bool answers = grant.answer == Answer::kPermitted ||
                         grant.answer == Answer::kConditional ||
                         grant.answer == Answer::kProhibited;
    if (!says_how || answers) continue;
    grant.scopes = license->only_licensor.empty() ? ScopeSet{Scope::kOwn} : kDefaultScopes;
  }
}

License ReadLicense(const YamlNode& node, const License* base, const Vocabulary& vocabulary,
                    NodeReader* reader) {
  License license;
  reader->CheckMap(node, "a licence",
                   {"id",
                    "name",
                    "class",
                    "steward",
                    "hub",
                    "aliases",
                    "url",
                    "dated",
                    "osi_approved",
                    "basis",
                    "later_versions",
                    "use_policy",
                    "rights",
                    "restrictions",
                    "duties",
                    "imposes",
                    "further_restrictions",
                    "based_on",
                    "only_licensor",
                    "edition_of",
                    "later_editions",
                    "revocable",
                    "models_from_outputs",
                    "formats_are_copies",
                    "parts_keep_license",
                    "copies_keep_license",
                    "not_to_improve_others",
                    "clauses",
                    "texts"});
  if (base != nullptr) license = *base;
  license.id = reader->ReadStringAt(node, "id", true);
  license.name = reader->ReadStringAt(node, "name", true);
  license.hub_tags = reader->ReadStringsAt(node, "hub");
  license.aliases = reader->ReadStringsAt(node, "aliases");
  license.url = reader->ReadStringAt(node, "url", false);
  license.dated = reader->ReadStringAt(node, "dated", false);
  if (base == nullptr || node.Find("osi_approved") != nullptr) {
    license.osi_approved = reader->ReadBoolAt(node, "osi_approved");
  }
  license.later_versions = reader->ReadStringsAt(node, "later_versions");
  license.later_editions = reader->ReadStringsAt(node, "later_editions");
  if (node.Find("only_licensor") != nullptr)
    license.only_licensor = reader->ReadStringAt(node, "only_licensor", true);
  if (node.Find("edition_of") != nullptr)
    license.edition_of = reader->ReadStringAt(node, "edition_of", true);
  if (node.Find("revocable") != nullptr) {
    license.revocable = reader->ReadBoolAt(node, "revocable");
  } else if (base == nullptr || node.Find("osi_approved") != nullptr) {
    license.revocable = !license.osi_approved;
  }
  license.location = reader->At(node);
  // An entry that is based on something unknown has that problem, and no others that follow from
  // it.
  const bool required = base == nullptr && node.Find("based_on") == nullptr;
  if (const auto value = reader->ReadEnumAt<LicenseClass>(node, "class", required))
    license.license_class = *value;
  if (const YamlNode* basis = node.Find("basis")) {
    ReadBasis(*basis, &license, reader);
  } else if (required) {
    reader->Problem(node, "\"basis\" is missing");
  }
  if (const YamlNode* texts = node.Find("texts")) ReadTextsRead(*texts, &license, reader);
  if (const YamlNode* clauses = node.Find("clauses")) ReadOtherClauses(*clauses, &license, reader);
  for (const auto& [key, field] :
       {std::pair("formats_are_copies", &License::formats_are_copies),
        std::pair("parts_keep_license", &License::parts_keep_license),
        std::pair("copies_keep_license", &License::copies_keep_license),
        std::pair("not_to_improve_others", &License::not_to_improve_others)}) {
    if (node.Find(key) != nullptr) license.*field = ReadClauseAt(node, key, reader);
  }
  if (const YamlNode* models = node.Find("models_from_outputs");
      models != nullptr &&
      reader->CheckMap(*models, "models_from_outputs", {"limit", "section", "says"})) {
    license.models_from_outputs.emplace();
    const std::string limit = reader->ReadStringAt(*models, "limit", false);
    if (!limit.empty() && limit != "similar") {
      reader->Problem(*models, "\"limit\" is \"similar\" or left out");
    }
    license.models_from_outputs->similar_only = limit == "similar";
    license.models_from_outputs->clause = ReadClause(*models, reader);
  }
  if (required || node.Find("steward") != nullptr)
    license.steward = reader->ReadStringAt(node, "steward", false);

  if (const YamlNode* policy = node.Find("use_policy");
      policy != nullptr && reader->CheckMap(*policy, "use_policy", {"section", "purposes"})) {
    license.use_policy_section = reader->ReadStringAt(*policy, "section", true);
    license.use_policy = reader->ReadStringsAt(*policy, "purposes");
    for (const std::string& purpose : license.use_policy) {
      std::vector<std::string> known;
      for (const Purpose& p : vocabulary.purposes) known.push_back(p.id);
      if (std::find(known.begin(), known.end(), purpose) == known.end()) {
        reader->Problem(*policy, absl::StrFormat("\"%s\" is no purpose of the vocabulary%s",
                                                 purpose, DidYouMean(purpose, known)));
      }
    }
    std::sort(license.use_policy.begin(), license.use_policy.end());
  }
  if (const YamlNode* restrictions = node.Find("restrictions");
      restrictions != nullptr && base != nullptr) {
    license.grants.erase(std::remove_if(license.grants.begin(), license.grants.end(),
                                        [](const Grant& grant) { return grant.restriction; }),
                         license.grants.end());
  }
  if (const YamlNode* rights = node.Find("rights")) {
    ReadRights(*rights, vocabulary, /*all_required=*/required, &license, reader);
  } else if (required) {
    reader->Problem(node, "\"rights\" is missing");
  }
  if (const YamlNode* restrictions = node.Find("restrictions")) {
    ReadRestrictions(*restrictions, vocabulary, &license, reader);
  }
  if (const YamlNode* imposes = node.Find("imposes")) {
    license.imposes.clear();
    ReadImpositions(*imposes, &license, reader);
  }
  if (const YamlNode* further = node.Find("further_restrictions");
      further != nullptr &&
      reader->CheckMap(*further, "further_restrictions", {"on", "allows", "section", "says"})) {
    license.further_restrictions.emplace();
    if (const YamlNode* on = further->Find("on")) {
      license.further_restrictions->on = reader->ReadEnumSet<StepKind>(*on, "step");
    }
    if (const YamlNode* allows = further->Find("allows")) {
      license.further_restrictions->allows =
          reader->ReadEnumSet<ImpositionKind>(*allows, "imposition");
    }
    license.further_restrictions->clause = ReadClause(*further, reader);
  }
  if (const YamlNode* duties = node.Find("duties")) {
    license.duties.clear();
    ReadDuties(*duties, &license, reader);
  }
  ScopeSilence(&license);
  return license;
}

LicenseException ReadException(const YamlNode& node, NodeReader* reader) {
  LicenseException exception;
  reader->CheckMap(node, "an exception", {"id", "name", "says", "drops_duties", "drops_impositions", "scopes", "for"});
  exception.id = reader->ReadStringAt(node, "id", true);
  exception.name = reader->ReadStringAt(node, "name", true);
  exception.says = reader->ReadStringAt(node, "says", true);
  if (const YamlNode* drops = node.Find("drops_duties")) {
    exception.drops_duties = reader->ReadEnumSet<DutyKind>(*drops, "duty");
  }
  if (const YamlNode* drops = node.Find("drops_impositions")) {
    exception.drops_impositions = reader->ReadEnumSet<ImpositionKind>(*drops, "imposition");
  }
  if (const YamlNode* frees = node.Find("for")) {
    exception.for_linking = true;
    if (reader->ReadString(*frees, "for") != "linking") {
      reader->Problem(*frees, "\"for\" is \"linking\" or left out");
    }
  }
  exception.scopes = ReadScopes(node, {Scope::kDerivative}, reader);
  exception.location = reader->At(node);
  return exception;
}

}  // namespace lineage
