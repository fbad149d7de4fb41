#include "engine/catalog/archive.h"

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/array.hpp>
#include <boost/serialization/optional.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <exception>
#include <optional>
#include <sstream>
#include <streambuf>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

// Which fields there are, once for both directions. Boost finds these by argument-dependent
// look-up.
namespace lineage {

template <typename Archive, typename E>
void SerializeEnum(Archive& ar, E& e) {
  auto raw = static_cast<uint8_t>(e);
  ar& raw;
  e = static_cast<E>(raw);
}
template <typename Archive, typename E>
void SerializeSet(Archive& ar, EnumSet<E>& set) {
  uint32_t bits = set.bits();
  ar& bits;
  set = EnumSet<E>::FromBits(bits);
}
template <typename Archive>
void SerializeDate(Archive& ar, Date& date) {
  int32_t days = date.days();
  ar& days;
  date = Date::FromDays(days);
}
template <typename Archive, typename T, typename Serialize>
void SerializeOptional(Archive& ar, std::optional<T>& value, const Serialize& serialize) {
  bool present = value.has_value();
  ar& present;
  if (!present) {
    value.reset();
    return;
  }
  if (!value) value.emplace();
  serialize(ar, *value);
}

template <typename Archive>
void serialize(Archive& ar, Location& v, unsigned) {
  ar& v.file& v.line& v.column;
}
template <typename Archive>
void serialize(Archive& ar, Condition::Node& v, unsigned) {
  SerializeEnum(ar, v.op);
  ar& v.children;
  SerializeEnum(ar, v.key);
  ar& v.number& v.words;
}
template <typename Archive>
void serialize(Archive& ar, Condition& v, unsigned) {
  ar& v.text& v.nodes;
}
template <typename Archive>
void serialize(Archive& ar, Clause& v, unsigned) {
  ar& v.section& v.says;
}
template <typename Archive>
void serialize(Archive& ar, Grant& v, unsigned) {
  SerializeSet(ar, v.rights);
  SerializeEnum(ar, v.answer);
  ar& v.when;
  SerializeSet(ar, v.scopes);
  ar& v.clause& v.restriction;
}
template <typename Archive>
void serialize(Archive& ar, Satisfier& v, unsigned) {
  ar& v.license;
  SerializeEnum(ar, v.on);
  ar& v.clause;
}
template <typename Archive>
void serialize(Archive& ar, ReadText& v, unsigned) {
  SerializeSet(ar, v.parts);
  ar& v.document& v.sha256;
}
template <typename Archive>
void serialize(Archive& ar, OtherClause& v, unsigned) {
  SerializeEnum(ar, v.kind);
  ar& v.clause;
}
template <typename Archive>
void serialize(Archive& ar, ModelsFromOutputs& v, unsigned) {
  ar& v.similar_only& v.clause;
}
template <typename Archive>
void serialize(Archive& ar, Duty& v, unsigned) {
  SerializeEnum(ar, v.kind);
  SerializeSet(ar, v.on);
  SerializeSet(ar, v.scopes);
  ar& v.value& v.satisfied_by& v.satisfiers& v.contested_in_collections& v.clause;
}
template <typename Archive>
void serialize(Archive& ar, KnownText& v, unsigned) {
  ar& v.words& v.terms& v.shingles& v.sketch;
}
template <typename Archive>
void serialize(Archive& ar, Imposition& v, unsigned) {
  SerializeEnum(ar, v.kind);
  ar& v.clause;
}
template <typename Archive>
void serialize(Archive& ar, FurtherRestrictions& v, unsigned) {
  SerializeSet(ar, v.on);
  SerializeSet(ar, v.allows);
  ar& v.clause;
}
template <typename Archive>
void serialize(Archive& ar, License& v, unsigned) {
  ar& v.id& v.name;
  SerializeEnum(ar, v.license_class);
  ar& v.steward& v.hub_tags& v.aliases& v.url& v.dated& v.osi_approved;
  SerializeEnum(ar, v.basis);
  ar& v.later_versions& v.use_policy_section& v.use_policy& v.grants& v.duties& v.imposes;
  SerializeOptional(ar, v.further_restrictions, [](Archive& a, FurtherRestrictions& f) { a& f; });
  for (Basis& part : v.part_basis) SerializeEnum(ar, part);
  ar& v.read_texts& v.only_licensor& v.edition_of& v.later_editions& v.revocable;
  const auto clause = [](Archive& a, Clause& c) { a& c; };
  SerializeOptional(ar, v.models_from_outputs, [](Archive& a, ModelsFromOutputs& m) { a& m; });
  SerializeOptional(ar, v.formats_are_copies, clause);
  SerializeOptional(ar, v.parts_keep_license, clause);
  SerializeOptional(ar, v.copies_keep_license, clause);
  SerializeOptional(ar, v.not_to_improve_others, clause);
  ar& v.clauses& v.texts& v.location;
}
template <typename Archive>
void serialize(Archive& ar, LicenseException& v, unsigned) {
  ar& v.id& v.name& v.says;
  SerializeSet(ar, v.drops_duties);
  SerializeSet(ar, v.drops_impositions);
  SerializeSet(ar, v.scopes);
  ar& v.for_linking& v.location;
}
template <typename Archive>
void serialize(Archive& ar, Purpose& v, unsigned) {
  ar& v.id& v.says& v.harmful;
}
template <typename Archive>
void serialize(Archive& ar, Fact& v, unsigned) {
  ar& v.id& v.says;
}
template <typename Archive>
void serialize(Archive& ar, RegionGroup& v, unsigned) {
  ar& v.id& v.members;
}
template <typename Archive>
void serialize(Archive& ar, Party& v, unsigned) {
  ar& v.name& v.organizations;
}
template <typename Archive>
void serialize(Archive& ar, Vocabulary& v, unsigned) {
  ar& v.edition& v.purposes& v.regions& v.entities& v.facts& v.parties;
}
template <typename Archive>
void serialize(Archive& ar, Artifact& v, unsigned) {
  ar& v.id;
  SerializeEnum(ar, v.kind);
  ar& v.name& v.aliases;
  SerializeOptional(ar, v.released, [](Archive& a, Date& d) { SerializeDate(a, d); });
  ar& v.location;
}
template <typename Archive>
void serialize(Archive& ar, Source& v, unsigned) {
  SerializeEnum(ar, v.kind);
  ar& v.by;
  SerializeDate(ar, v.said);
  ar& v.said_text& v.document;
}
template <typename Archive>
void serialize(Archive& ar, Claim& v, unsigned) {
  ar& v.subject;
  SerializeEnum(ar, v.statement);
  ar& v.text;
  SerializeEnum(ar, v.relation);
  ar& v.parent;
  SerializeOptional(ar, v.component, [](Archive& a, Component& c) { SerializeEnum(a, c); });
  SerializeSet(ar, v.releases);
  ar& v.denies& v.inferred& v.as_found;
  SerializeOptional(ar, v.made, [](Archive& a, Date& d) { SerializeDate(a, d); });
  ar& v.parent_revision;
  SerializeDate(ar, v.valid.from);
  SerializeDate(ar, v.valid.until);
  ar& v.revision& v.retracted& v.number& v.source& v.where& v.quote& v.location;
}
template <typename Archive>
void serialize(Archive& ar, Catalog& v, unsigned) {
  ar& v.licenses& v.exceptions& v.vocabulary& v.artifacts& v.claims;
}

namespace {

class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(absl::string_view bytes) {
    char* begin =
        const_cast<char*>(bytes.data());  // never written: std::streambuf has no const form
    setg(begin, begin, begin + bytes.size());
  }
};

constexpr unsigned kFlags = boost::archive::no_header | boost::archive::no_codecvt;

}  // namespace

std::string SaveArchive(const Catalog& catalog) {
  std::ostringstream out;
  boost::archive::binary_oarchive archive(out, kFlags);
  archive << catalog;
  return std::move(out).str();
}

absl::StatusOr<Catalog> LoadArchive(absl::string_view bytes) {
  ViewBuffer buffer(bytes);
  Catalog catalog;
  try {
    boost::archive::binary_iarchive archive(buffer, kFlags);
    archive >> catalog;
  } catch (const std::exception& e) {
    return absl::DataLossError(absl::StrCat("the built-in catalogue cannot be read: ", e.what()));
  }
  return catalog;
}

}  // namespace lineage
