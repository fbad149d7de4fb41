// A licence as data: terms, each with the clause of the text that it comes from.
#ifndef LINEAGE_ENGINE_MODEL_LICENSE_H_
#define LINEAGE_ENGINE_MODEL_LICENSE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/strong_id.h"
#include "engine/base/yaml.h"
#include "engine/model/condition.h"
#include "engine/model/names.h"

namespace lineage {

// What may be done. Values are pinned.
enum class Right : uint8_t {
  kUse = 0,
  kCommercialUse = 1,
  kModify = 2,
  kRedistribute = 3,
  kRedistributeDerivatives = 4,
  kSublicense = 5,
  kProvideAsService = 6,
  kUseOutputs = 7,
  kTrainOnOutputs = 8,
  kPatentGrant = 9,
};

template <>
struct EnumNames<Right> {
  static constexpr std::array<const char*, 10> value = {"use",
                                                        "commercial-use",
                                                        "modify",
                                                        "redistribute",
                                                        "redistribute-derivatives",
                                                        "sublicense",
                                                        "provide-as-service",
                                                        "use-outputs",
                                                        "train-on-outputs",
                                                        "patent-grant"};
};

using RightSet = EnumSet<Right>;
inline constexpr std::size_t kRightCount = kEnumSize<Right>;

// What a term is attached to. Values are pinned.
enum class Scope : uint8_t { kWork = 0, kDerivative = 1, kOutput = 2, kTraining = 3 };

template <>
struct EnumNames<Scope> {
  static constexpr std::array<const char*, 4> value = {"work", "derivative", "output", "training"};
};

using ScopeSet = EnumSet<Scope>;

// What a licence says of a right. `kUndetermined`: the text leaves it open; `kSilent`: the text
// does not speak of it; `kUnreviewed`: nobody has read the text for it. All three are worth the
// verdict undetermined.
enum class Answer : uint8_t {
  kPermitted,
  kConditional,
  kUndetermined,
  kSilent,
  kUnreviewed,
  kProhibited
};

template <>
struct EnumNames<Answer> {
  static constexpr std::array<const char*, 6> value = {"permitted", "conditional", "undetermined",
                                                       "silent",    "unreviewed",  "prohibited"};
};

// Where in a licence a term stands, and what it says in one line.
struct Clause {
  std::string section;
  std::string says;
};

// An answer to some rights.
struct Grant {
  RightSet rights;
  Answer answer = Answer::kUnreviewed;
  Condition when;  // kConditional only
  ScopeSet scopes;
  Clause clause;
  bool restriction = false;  // one of `restrictions`, on top of the answers in `rights`
};

// Values are pinned.
enum class DutyKind : uint8_t {
  kAttribution = 0,
  kIncludeLicense = 1,
  kStateChanges = 2,
  kShareAlike = 3,
  kPassOnRestrictions = 4,
  kDiscloseSource = 5,
  kNamePrefix = 6,
  kDisplayNotice = 7,
  kNoEndorsement = 8,
  kNotifyLicensor = 9,
  kPayRoyalty = 10,
};

template <>
struct EnumNames<DutyKind> {
  static constexpr std::array<const char*, 11> value = {
      "attribution",          "include-license", "state-changes", "share-alike",
      "pass-on-restrictions", "disclose-source", "name-prefix",   "display-notice",
      "no-endorsement",       "notify-licensor", "pay-royalty"};
};

// What makes a duty due.
enum class Trigger : uint8_t { kUse = 0, kDistribution = 1, kService = 2, kModification = 3 };

template <>
struct EnumNames<Trigger> {
  static constexpr std::array<const char*, 4> value = {"use", "distribution", "service",
                                                       "modification"};
};

using TriggerSet = EnumSet<Trigger>;

struct Duty {
  DutyKind kind = DutyKind::kAttribution;
  TriggerSet on;
  ScopeSet scopes;
  std::string value;  // the prefix, notice or rate
  std::vector<std::string>
      satisfied_by;  // licence ids, sorted; share-alike and pass-on-restrictions
  Clause clause;
};

// What a licence asks for that a copyleft licence may count as a further restriction. Values are
// pinned.
enum class ImpositionKind : uint8_t {
  kPatentTermination = 0,  // who claims patents loses the licence
  kAdvertising = 1,        // a sentence in advertising
  kAcknowledgment = 2,     // a sentence in the documentation or on screen
  kChoiceOfLaw = 3,        // a law or court
};

template <>
struct EnumNames<ImpositionKind> {
  static constexpr std::array<const char*, 4> value = {"patent-termination", "advertising",
                                                       "acknowledgment", "choice-of-law"};
};

struct Imposition {
  ImpositionKind kind = ImpositionKind::kPatentTermination;
  Clause clause;
};

// A licence that lets nobody add restrictions to works under it, but for those it allows.
struct FurtherRestrictions {
  EnumSet<ImpositionKind> allows;
  Clause clause;
};

// From open to closed. Values are pinned.
enum class LicenseClass : uint8_t {
  kOpenSource = 0,
  kOpenContent = 1,
  kResponsibleAi = 2,
  kCommunity = 3,
  kNonCommercial = 4,
  kNoDerivatives = 5,
  kProprietary = 6,
  kUndeclared = 7,
};

template <>
struct EnumNames<LicenseClass> {
  static constexpr std::array<const char*, 8> value = {
      "open-source",    "open-content",   "responsible-ai", "community",
      "non-commercial", "no-derivatives", "proprietary",    "undeclared"};
};

// How the terms were encoded: from the text, from knowledge of it without checking line by line, or
// not at all.
enum class Basis : uint8_t { kText = 0, kSummary = 1, kNone = 2 };

template <>
struct EnumNames<Basis> {
  static constexpr std::array<const char*, 3> value = {"text", "summary", "none"};
};

// A licence's text without the text: the smallest hashes of its runs of three words.
struct TextSketch {
  uint32_t shingles = 0;         // distinct runs of three words
  std::vector<uint32_t> hashes;  // the smallest, ascending; all of them if the text is short
};

struct License {
  std::string id;  // SPDX id, else LicenseRef-…
  std::string name;
  LicenseClass license_class = LicenseClass::kUndeclared;
  std::string steward;
  std::vector<std::string> hub_tags;
  std::vector<std::string> aliases;
  std::string url;
  std::string dated;
  bool osi_approved = false;
  Basis basis = Basis::kNone;
  std::vector<std::string> later_versions;
  std::string use_policy_section;
  std::vector<std::string> use_policy;  // purposes that it restricts, sorted
  std::vector<Grant> grants;
  std::vector<Duty> duties;
  std::vector<Imposition> imposes;
  std::optional<FurtherRestrictions> further_restrictions;  // nullopt: it does not mind
  std::vector<TextSketch> texts;
  Location location;
};

struct LicenseTag;
using LicenseIndex = StrongId<LicenseTag>;

// An exception to a licence (SPDX's WITH).
struct LicenseException {
  std::string id;
  std::string name;
  std::string says;
  EnumSet<DutyKind> drops_duties;
  ScopeSet scopes;
  Location location;
};

struct ExceptionTag;
using ExceptionIndex = StrongId<ExceptionTag>;

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_LICENSE_H_
