// A licence as data: terms, each with the clause of the text that it comes from.
#ifndef LINEAGE_ENGINE_MODEL_LICENSE_H_
#define LINEAGE_ENGINE_MODEL_LICENSE_H_

#include <array>
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

// What a term is attached to: the work and its copies, what is adapted from it, what is made with
// its outputs, what is trained on it, or the artifact under the licence alone. Values are pinned.
enum class Scope : uint8_t { kWork = 0, kDerivative = 1, kOutput = 2, kTraining = 3, kOwn = 4 };

template <>
struct EnumNames<Scope> {
  static constexpr std::array<const char*, 5> value = {"work", "derivative", "output", "training",
                                                       "own"};
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

// Under what condition a licence satisfies another one's share-alike.
enum class SatisfiedOn : uint8_t {
  kAlways = 0,
  kMerge = 1,       // if the part is merged with a work under it
  kCombine = 2,     // the texts allow both to be combined, each part keeping its licence
  kNotice = 3,      // if a notice in the work allows it
  kAdaptation = 4,  // if the part is adapted or merged; not for mere copies
};

template <>
struct EnumNames<SatisfiedOn> {
  static constexpr std::array<const char*, 5> value = {"always", "merge", "combine", "notice",
                                                       "adaptation"};
};

struct Satisfier {
  std::string license;
  SatisfiedOn on = SatisfiedOn::kAlways;
  Clause clause;  // may be empty for the licence itself
};

struct Duty {
  DutyKind kind = DutyKind::kAttribution;
  TriggerSet on;
  ScopeSet scopes;
  std::string value;  // the prefix, rate, or the words of a notice
  std::vector<std::string>
      satisfied_by;  // licence ids that always do, sorted; share-alike and pass-on-restrictions
  std::vector<Satisfier> satisfiers;  // share-alike: those that are more than an id
  bool contested_in_collections = false;
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

// What somebody else's step makes of a work, as far as further restrictions go.
enum class StepKind : uint8_t { kCopy = 0, kAdaptation = 1 };

template <>
struct EnumNames<StepKind> {
  static constexpr std::array<const char*, 2> value = {"copy", "adaptation"};
};

// A licence that lets nobody add restrictions to copies, or to works adapted from it, but for those
// it allows.
struct FurtherRestrictions {
  EnumSet<StepKind> on = EnumSet<StepKind>::All();
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

// Which part of a licence an encoding rests on a text for.
enum class LicensePart : uint8_t { kGrant = 0, kDuties = 1, kPolicy = 2, kLimits = 3 };

template <>
struct EnumNames<LicensePart> {
  static constexpr std::array<const char*, 4> value = {"grant", "duties", "policy", "limits"};
};

// A text that was read for an encoding.
struct ReadText {
  EnumSet<LicensePart> parts;
  std::string document;
  std::string sha256;  // 64 hexadecimal digits
};

// What a text has besides rights and duties, and a firm asks first.
enum class ClauseKind : uint8_t {
  kGoverningLaw = 0,
  kForum = 1,
  kTermination = 2,
  kRevocability = 3,
  kUpdates = 4,
  kIndemnity = 5,
  kPatentRetaliation = 6,
  kExport = 7,
  kDataProtection = 8,
  kAcceptance = 9,
};

template <>
struct EnumNames<ClauseKind> {
  static constexpr std::array<const char*, 10> value = {
      "governing-law", "forum",  "termination",        "revocability", "updates",
      "indemnity",     "patent-retaliation", "export", "data-protection", "acceptance"};
};

struct OtherClause {
  ClauseKind kind = ClauseKind::kGoverningLaw;
  Clause clause;
};

// A text that counts models made from a model's outputs among its derivatives.
struct ModelsFromOutputs {
  bool similar_only = false;  // only those that are to perform similarly
  Clause clause;
};

// A licence's text without the text: a number for each of its words, in order.
struct KnownText {
  std::vector<uint16_t> words;
  uint32_t terms = 0;  // its terms end after so many words: the rest is no term (how to apply it)
  uint32_t shingles = 0;         // distinct runs of three words
  std::vector<uint32_t>
      sketch;  // the smallest of their hashes, ascending; all if the text is short
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
  Basis basis = Basis::kNone;                                  // the worst of the parts
  std::array<Basis, kEnumSize<LicensePart>> part_basis{};      // by part
  std::vector<ReadText> read_texts;
  std::vector<std::string> later_versions;
  std::string only_licensor;                // a party that alone can grant it; empty: anybody
  std::string edition_of;                   // the agreement without a day; empty: none
  std::vector<std::string> later_editions;  // that the text lets the licensee move to
  bool revocable = true;
  std::optional<ModelsFromOutputs> models_from_outputs;
  std::optional<Clause> formats_are_copies;
  std::optional<Clause> parts_keep_license;
  std::optional<Clause> copies_keep_license;  // may be passed on under this licence alone
  std::optional<Clause> not_to_improve_others;
  std::vector<OtherClause> clauses;
  std::string use_policy_section;
  std::vector<std::string> use_policy;  // purposes that it restricts, sorted
  std::vector<Grant> grants;
  std::vector<Duty> duties;
  std::vector<Imposition> imposes;
  std::optional<FurtherRestrictions> further_restrictions;  // nullopt: it does not mind
  std::vector<KnownText> texts;
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
  EnumSet<ImpositionKind> drops_impositions;
  ScopeSet scopes;
  bool for_linking = false;  // frees what links to or embeds the work, not what adapts it
  Location location;
};

struct ExceptionTag;
using ExceptionIndex = StrongId<ExceptionTag>;

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_LICENSE_H_
