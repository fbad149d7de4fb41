// Claims: who says what about an artifact, where, since when.
#ifndef LINEAGE_ENGINE_MODEL_CLAIM_H_
#define LINEAGE_ENGINE_MODEL_CLAIM_H_

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/date.h"
#include "engine/base/strong_id.h"
#include "engine/base/yaml.h"
#include "engine/model/artifact.h"
#include "engine/model/names.h"

namespace lineage {

// Kinds of source. Values are pinned; RankOf tells which counts for more.
enum class SourceKind : uint8_t {
  kLegalReview = 0,
  kLicenseFile = 1,
  kTermsOfService = 2,
  kModelCard = 3,
  kHubTag = 4,
  kAnnouncement = 5,
  kCurated = 6,
  kPress = 7,
  kUnsourced = 8,
};

template <>
struct EnumNames<SourceKind> {
  static constexpr std::array<const char*, 9> value = {
      "legal-review", "license-file", "terms-of-service", "model-card", "hub-tag", "announcement",
      "curated",      "press",        "unsourced"};
};

// 0 is the best. Source: docs/semantics.md, section 2.
[[nodiscard]] constexpr int RankOf(SourceKind kind) {
  switch (kind) {
    case SourceKind::kLegalReview:
      return 0;
    case SourceKind::kLicenseFile:
      return 1;
    case SourceKind::kTermsOfService:
      return 1;
    case SourceKind::kModelCard:
      return 2;
    case SourceKind::kHubTag:
      return 3;
    case SourceKind::kAnnouncement:
      return 4;
    case SourceKind::kCurated:
      return 5;
    case SourceKind::kUnsourced:
      return 6;
    case SourceKind::kPress:
      return 7;
  }
  return 7;
}

struct Source {
  SourceKind kind = SourceKind::kCurated;
  std::string by;         // who says it
  Date said;              // on what day
  std::string said_text;  // the day as written ("2023" where the day is not known)
  std::string document;   // title or URL
};

// What a claim states. Values are pinned.
enum class StatementKind : uint8_t {
  kLicense = 0,
  kEdge = 1,
  kLicensor = 2,
  kReleases = 3,
  kAlias = 4,
  kRemark = 5,
  kContents = 6,   // whether a data set's contents are its collector's own to license
  kPublishes = 7,  // that a part of a model can be had, and under what; or, denied, that it cannot
  kFact = 8,  // what a rule outside the licences turns on (ModelFact): compute, monetisation …
};

template <>
struct EnumNames<StatementKind> {
  static constexpr std::array<const char*, 9> value = {"license",  "edge",      "licensor",
                                                       "releases", "alias",     "remark",
                                                       "contents", "publishes", "fact"};
};

// A number that grows with every write; the built-in catalogue is revision 1.
using Revision = uint64_t;
// A claim's number in its store: 1, 2, 3 … in order of writing. 0: not in a store.
using ClaimNumber = uint64_t;

struct Claim {
  std::string subject;  // artifact id
  StatementKind statement = StatementKind::kRemark;
  // Licence expression, licensor, alias, remark, own/others, a part and what it is under
  // (WritePublishedPart), or a fact and its value (WriteStatedFact).
  std::string text;
  Relation relation = Relation::kBundles;  // kEdge
  std::string parent;                      // kEdge: artifact id
  std::optional<Component> component;      // of the subject (licence) or the parent (edge)
  ComponentSet releases;                   // kReleases
  // kEdge: the source says that there is no such edge. kPublishes: that the part is withheld.
  bool denies = false;
  bool inferred = false;
  bool as_found =
      false;  // the licence in `text` is what the source wrote; nobody mapped it to a licence
  std::optional<Date> made;  // kEdge: day of derivation
  std::string parent_revision;
  Interval valid;
  Revision revision = 1;
  Revision retracted = 0;  // the revision that took it back; 0: none
  ClaimNumber number = 0;
  bool supposed = false;  // part of a question's hypothesis, in no store
  Source source;
  std::string where;  // line or section of the document
  std::string quote;
  Location location;  // where the claim itself is written
};

struct ClaimTag;
using ClaimIndex = StrongId<ClaimTag>;

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_CLAIM_H_
