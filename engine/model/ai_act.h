// Whose model it is under the EU AI Act, and what that party has to do: the facts that claims
// state, and the answer. Source: docs/ai-act.md.
#ifndef LINEAGE_ENGINE_MODEL_AI_ACT_H_
#define LINEAGE_ENGINE_MODEL_AI_ACT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/date.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/names.h"

namespace lineage {

// What a claim kFact may say of a model. Values are pinned. docs/ai-act.md, section 1, says what
// each decides.
enum class ModelFact : uint8_t {
  kGeneralPurpose = 0,       // yes or no
  kGenerates = 1,            // language, image, video, other; several joined by '+'
  kTrainingFlop = 2,         // floating-point operations, of all that made the model
  kModificationFlop = 3,     // of the step from its base alone
  kUsageInformation = 4,     // architecture and usage are documented in public: yes or no
  kOpenLicense = 5,          // a reviewer's word about the licence, by Art. 53(2): yes or no
  kMonetised = 6,            // yes or no
  kDesignatedSystemic = 7,   // the Commission listed it under Art. 52(6): yes or no
  kPresumptionRebutted = 8,  // the Commission accepted a rebuttal, Art. 52(3): yes or no
  kCommercialActivity = 9,   // made available in the course of one: yes or no
  kUnionMarket = 10,      // placed on the Union market: yes, no, or excluded by its maker's terms
  kMakerInUnion = 11,     // its maker is established in the Union: yes or no
  kCopyrightPolicy = 12,  // where the policy of Art. 53(1)(c) is published
  kTrainingSummary = 13,  // where the summary of Art. 53(1)(d) is published
  kLatestTrainingData = 14,  // day of the newest training data
};

template <>
struct EnumNames<ModelFact> {
  static constexpr std::array<const char*, 15> value = {
      "general-purpose",      "generates",           "training-flop",       "modification-flop",
      "usage-information",    "open-license",        "monetised",           "designated-systemic",
      "presumption-rebutted", "commercial-activity", "union-market",        "maker-in-union",
      "copyright-policy",     "training-summary",    "latest-training-data"};
};

// The text of a claim kFact: "FACT VALUE".
struct StatedFact {
  ModelFact fact = ModelFact::kGeneralPurpose;
  std::string value;
};
// Nothing if the text does not begin with a fact.
[[nodiscard]] std::optional<StatedFact> ReadStatedFact(absl::string_view text);
[[nodiscard]] std::string WriteStatedFact(ModelFact fact, absl::string_view value);
// What is wrong with a value; empty if nothing is.
[[nodiscard]] std::string FactValueProblem(ModelFact fact, absl::string_view value);
// A claim kFact in words: "states training-flop 3.8e25".
[[nodiscard]] std::string FactText(const Claim& claim);

// Whose step the question is about. Values are pinned.
enum class AiActActor : uint8_t {
  kMaker = 0,  // who released the artifact
  kUser = 1,   // who runs, hosts, passes on or integrates it
};

template <>
struct EnumNames<AiActActor> {
  static constexpr std::array<const char*, 2> value = {"maker", "user"};
};

// Values are pinned.
enum class AiActRole : uint8_t {
  kNeither = 0,
  kProvider = 1,            // Art. 3(3)
  kDownstreamModifier = 2,  // a provider for the modification alone (recital 109)
  kUndetermined = 3,
};

template <>
struct EnumNames<AiActRole> {
  static constexpr std::array<const char*, 4> value = {"neither", "provider", "downstream-modifier",
                                                       "undetermined"};
};

// Values are pinned.
enum class AiActAnswer : uint8_t { kNo = 0, kUndetermined = 1, kYes = 2, kNotApplicable = 3 };

template <>
struct EnumNames<AiActAnswer> {
  static constexpr std::array<const char*, 4> value = {"no", "undetermined", "yes",
                                                       "not-applicable"};
};

// By article and paragraph. Values are pinned.
enum class AiActDuty : uint8_t {
  kNotification = 0,              // 52(1)
  kTechnicalDocumentation = 1,    // 53(1)(a)
  kDownstreamDocumentation = 2,   // 53(1)(b)
  kCopyrightPolicy = 3,           // 53(1)(c)
  kTrainingSummary = 4,           // 53(1)(d)
  kAuthorisedRepresentative = 5,  // 54(1)
  kSystemicRisk = 6,              // 55(1)(a) to (d)
};

template <>
struct EnumNames<AiActDuty> {
  static constexpr std::array<const char*, 7> value = {
      "52(1)", "53(1)(a)", "53(1)(b)", "53(1)(c)", "53(1)(d)", "54(1)", "55(1)"};
};

// What the duty asks for, in one line.
[[nodiscard]] absl::string_view DutyText(AiActDuty duty);

// Values are pinned.
enum class AiActDutyStatus : uint8_t {
  kNotDue = 0,     // does not concern this party
  kFallsAway = 1,  // exempt: Art. 53(2), 54(6)
  kLater = 2,      // not yet, from `from` on
  kUndetermined = 3,
  kDue = 4,
};

template <>
struct EnumNames<AiActDutyStatus> {
  static constexpr std::array<const char*, 5> value = {"not-due", "falls-away", "later",
                                                       "undetermined", "due"};
};

struct AiActDutyAnswer {
  AiActDuty duty = AiActDuty::kNotification;
  AiActDutyStatus status = AiActDutyStatus::kNotDue;
  std::optional<Date> from;  // kLater: the day from which it is due
  std::string why;           // one line, with article and paragraph
};

// A fact as it was taken, or that it is missing.
struct AiActFact {
  std::string name;             // of a ModelFact, or released, weights-public, base-flop
  std::string value;            // empty if unknown
  std::string why;              // on what it rests, or what would settle it
  std::optional<Claim> source;  // who says so; not set if it was computed or nobody says
  bool missing = false;         // unknown, and it could change the answer
  std::string settle;           // missing: a claim that would settle it, as --with takes it
};

// One field of the template for the public summary of training content (Art. 53(1)(d)).
struct SummaryField {
  std::string section;  // of the template
  std::string field;
  std::vector<std::string> known;  // what the graph says, one line each
  std::string missing;             // what the provider has to add; empty if nothing
};

struct AiActAssessment {
  std::string artifact;
  ArtifactKind kind = ArtifactKind::kCheckpoint;
  Date as_of;
  Revision revision = 0;
  bool complete = true;  // false if a limit cut the derivation short
  AiActActor actor = AiActActor::kMaker;
  AiActRole role = AiActRole::kUndetermined;
  AiActAnswer general_purpose = AiActAnswer::kUndetermined;
  AiActAnswer systemic = AiActAnswer::kUndetermined;
  AiActAnswer exempt = AiActAnswer::kUndetermined;  // 53(2), 54(6)
  std::vector<std::string> reasons;                 // for role, systemic, exempt, in this order
  std::vector<AiActDutyAnswer> duties;              // all, in order
  std::vector<AiActFact> facts;                     // in order of the page
  std::vector<SummaryField> summary;                // in order of the template
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_AI_ACT_H_
