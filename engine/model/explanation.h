// Answers as plain values: what `why`, `check` and `audit` say, ready to be printed, sent or
// compared. Nothing here refers to a snapshot.
#ifndef LINEAGE_ENGINE_MODEL_EXPLANATION_H_
#define LINEAGE_ENGINE_MODEL_EXPLANATION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/condition.h"
#include "engine/model/license.h"
#include "engine/model/theory.h"
#include "engine/model/verdict.h"

namespace lineage {

// One step of a path, away from the artifact that was asked about: "… -relation-> artifact".
struct Hop {
  Relation relation = Relation::kBundles;
  std::string artifact;
  bool supposed = false;  // the relation is part of the question's hypothesis

  friend bool operator==(const Hop&, const Hop&) = default;
};

// What became of a claim in the conclusion.
enum class ClaimStatus : uint8_t {
  kConcluded = 0,   // the conclusion rests on it
  kAgrees = 1,      // lost, and says the same
  kOutranked = 2,   // lost to a source of better rank, and says otherwise
  kSuperseded = 3,  // lost to a later statement of the same rank, and says otherwise
  kExpired = 4,     // no longer held on the day asked about
  kNotYet = 5,      // did not hold yet on that day, or was not known at that revision
  kStated = 6,      // not a licence: a relation, licensor, release or remark that counts
  kDenied = 7,      // a relation that lost against better claims, or a denial that did
  kRetracted = 8,   // taken back
};

template <>
struct EnumNames<ClaimStatus> {
  static constexpr std::array<const char*, 9> value = {"concluded",  "agrees",  "outranked",
                                                       "superseded", "expired", "not-yet",
                                                       "stated",     "denied",  "retracted"};
};

struct ClaimView {
  Claim claim;
  std::string conclusion;  // licence claims: the expression in the catalogue's ids
  ClaimStatus status = ClaimStatus::kStated;
};

// One term that counts for a right: the unit of a proof.
struct Because {
  Right right = Right::kUse;
  Verdict verdict = Verdict::kPermitted;  // what the term makes of the right
  Answer answer = Answer::kUnreviewed;
  std::string
      license;  // id, or as written if unknown; empty if the origin is undeclared or unresolved
  std::string section;
  std::string says;
  std::string when;  // the condition, if any
  std::vector<ContextKey> missing;
  std::vector<std::string> missing_facts;  // of the vocabulary
  Scope scope = Scope::kWork;
  bool contested = false;
  std::string origin;                         // artifact whose licence it is
  Component component = Component::kWeights;  // of the origin
  std::vector<Hop> path;  // from the artifact asked about to the origin; empty for its own licence
  std::optional<Claim> source;  // the claim that put the licence there
};

struct DutyView {
  DutyKind kind = DutyKind::kAttribution;
  TriggerSet on;
  std::string value;
  std::vector<std::string> satisfied_by;
  std::string license;
  std::string section;
  std::string says;
  std::string origin;
  Component component = Component::kWeights;  // of the origin
  std::vector<Hop> path;
  std::optional<bool> due;  // unknown without a use mode
  bool contested = false;        // reaches it contested only: ship it to be safe
  bool if_you_made_it = false;   // due of whoever made the step, and the asker did not say so
  bool if_similar = false;       // due if it performs similarly to the model its data came from
  bool beside = false;           // of a part that stands side by side: due for that part alone
};

// The answer with one switch of the theory set otherwise.
struct TheoryView {
  TheorySwitch of = TheorySwitch::kWeightsDerive;
  Setting setting = Setting::kOpen;
  Verdict joint = Verdict::kPermitted;  // of the rights asked, together
  std::vector<Verdict> verdicts;        // of each right asked, in order, by itself
};

struct RightVerdict {
  Right right = Right::kUse;
  Verdict verdict = Verdict::kPermitted;
  std::array<Verdict, kEnumSize<Stance>> by_stance{};
  std::vector<ContextKey> missing;
  std::vector<std::string> missing_facts;
  std::vector<Because> because;  // strictest first
  std::vector<uint32_t> duties;  // indexes into Explanation::duties
  std::string choice;            // which licence was chosen, where an OR left a choice
};

enum class Severity : uint8_t { kNote = 0, kWarning = 1, kError = 2 };

template <>
struct EnumNames<Severity> {
  static constexpr std::array<const char*, 3> value = {"note", "warning", "error"};
};

// A result of the audit. Values are pinned; docs/semantics.md, section 7, says when each is raised.
enum class FindingId : uint8_t {
  kClaimsMoreThanInherited = 0,
  kShareAlikeDropped = 1,
  kRestrictionsDropped = 2,
  kIrreconcilableUpstreams = 3,
  kNamePrefixUnmet = 4,
  kUndeclaredLicense = 5,
  kUnknownLicense = 6,
  kConflictingClaims = 7,
  kStaleClaim = 8,
  kLicenseChangedAfterDerivation = 9,
  kUnresolvedUpstream = 10,
  kDerivationCycle = 11,
  kContestedTrainingData = 12,
  kUnverifiedTrainingData = 13,
  kUnknownException = 14,
  kFurtherRestrictions = 15,
  kForbiddenStep = 16,
  kNotRedistributable = 17,
  kEditionDiffers = 18,
  kImprovesAnotherModel = 19,
  kCompetingUse = 20,
  kUnknownUpstreamLicense = 21,
  kDisputedLicense = 22,
  kLicenseReplaced = 23,
  kAnotherVendorsAgreement = 24,
};

template <>
struct EnumNames<FindingId> {
  static constexpr std::array<const char*, 25> value = {"claims-more-than-inherited",
                                                        "share-alike-dropped",
                                                        "restrictions-dropped",
                                                        "irreconcilable-upstreams",
                                                        "name-prefix-unmet",
                                                        "undeclared-license",
                                                        "unknown-license",
                                                        "conflicting-claims",
                                                        "stale-claim",
                                                        "license-changed-after-derivation",
                                                        "unresolved-upstream",
                                                        "derivation-cycle",
                                                        "contested-training-data",
                                                        "unverified-training-data",
                                                        "unknown-exception",
                                                        "further-restrictions",
                                                        "forbidden-step",
                                                        "not-redistributable",
                                                        "edition-differs",
                                                        "improves-another-model",
                                                        "competing-use",
                                                        "unknown-upstream-license",
                                                        "disputed-license",
                                                        "license-replaced",
                                                        "another-vendors-agreement"};
};

// May it be released under its label? Beside the verdicts, which tell what may be done.
struct Gate {
  Verdict verdict = Verdict::kPermitted;  // never undetermined
  EnumSet<UseMode> as;                    // what it was judged for
  std::vector<uint32_t> findings;         // that gate, as indexes into the answer's findings
  std::string under;                      // the licence that it could be released under, if known
};

// The same-licensor rule, where it was used.
struct LicensorCut {
  std::string artifact;  // whose own terms were cut
  std::string at;        // where
  std::string licensor;  // of both
};

struct Finding {
  FindingId id = FindingId::kUndeclaredLicense;
  Severity severity = Severity::kNote;
  std::string artifact;
  std::string message;    // one line
  std::string remedy;     // one line: what to do
  std::vector<Hop> path;  // to the upstream that causes it, if any
  std::string license;    // whose clause causes it, if any
  std::string section;
  bool gates_service = false;  // offering it as a service is held back as well (docs: the gate)
};

// The words that the project is about; see docs/semantics.md, section 5.
enum class Openness : uint8_t {
  kOpenSource = 0,
  kOpenWeights = 1,
  kOpenContent = 2,
  kRestricted = 3,
  kUndeclared = 4
};

template <>
struct EnumNames<Openness> {
  static constexpr std::array<const char*, 5> value = {"open-source", "open-weights",
                                                       "open-content", "restricted", "undeclared"};
};

// One artifact upstream, for the overview.
struct UpstreamView {
  std::string artifact;
  std::string license;  // concluded, or "undeclared"
  std::vector<Hop> path;
};

// The answer about an adapter used in one way.
struct AdapterAnswer {
  AdapterUse adapter = AdapterUse::kAlone;
  Verdict joint = Verdict::kPermitted;
  std::vector<Verdict> verdicts;  // of the answer's rights, in order
};

struct Explanation {
  std::string artifact;
  ArtifactKind kind = ArtifactKind::kCheckpoint;
  Component component = Component::kWeights;
  std::string name;
  std::string package_url;
  Date as_of;
  Revision revision = 0;
  Stance stance = Stance::kStandard;
  Theory theory;                     // in force: the stance's, with the question's changes
  std::vector<TheoryView> theories;  // where they were asked for: one switch set otherwise each
  AdapterUse adapter = AdapterUse::kWithBase;
  bool complete = true;

  std::string license;         // the concluded expression; empty if there is none
  std::string license_origin;  // of whom, if a copy took its parent's
  LicenseClass license_class = LicenseClass::kUndeclared;
  Openness openness = Openness::kUndeclared;
  std::optional<ComponentSet> releases;  // said to be released; nullopt if nobody said
  std::string licensor;
  bool licensor_claimed = false;
  std::vector<std::string>
      same_licensor;  // artifacts whose own terms were cut by the same-licensor rule
  std::vector<LicensorCut> licensor_cuts;  // the same, with the pair

  RightSet joint_rights;
  Verdict joint = Verdict::kPermitted;
  std::vector<Because>
      joint_because;         // the terms that are not permitted, under the one choice made for all
  std::string joint_choice;  // that choice, where an OR left one
  std::array<Verdict, kEnumSize<Stance>> joint_by_stance{};
  std::optional<AdapterAnswer> other_adapter;  // of an adapter: the answer the other way round
  std::vector<RightVerdict> verdicts;
  std::vector<DutyView> duties;
  std::vector<ClaimView> claims;    // all about this component and the artifact, best first
  std::vector<ClaimView> disputed;  // those that hold on the day and say otherwise
  std::vector<UpstreamView> upstream;
  std::vector<Finding> findings;
  Gate gate;
  std::vector<std::string> remedies;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_EXPLANATION_H_
