// Openness by a named definition: the parts of a model that somebody publishes, and what an
// assessment says. Source: docs/openness.md.
#ifndef LINEAGE_ENGINE_MODEL_OPENNESS_H_
#define LINEAGE_ENGINE_MODEL_OPENNESS_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/base/date.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/explanation.h"
#include "engine/model/license.h"
#include "engine/model/names.h"

namespace lineage {

// What makes up a model's release: the components of the Model Openness Framework, and the
// information about its training data that the Open Source AI Definition asks for. Values are
// pinned.
enum class ModelPart : uint8_t {
  kModelArchitecture = 0,
  kDataPreprocessingCode = 1,
  kTrainingCode = 2,
  kInferenceCode = 3,
  kEvaluationCode = 4,
  kSupportingLibraries = 5,
  kFinalParameters = 6,
  kIntermediateParameters = 7,
  kDatasets = 8,
  kEvaluationData = 9,
  kSampleOutputs = 10,
  kModelCard = 11,
  kDataCard = 12,
  kTechnicalReport = 13,
  kResearchPaper = 14,
  kEvaluationResults = 15,
  kModelMetadata = 16,
  kDataInformation = 17,
};

template <>
struct EnumNames<ModelPart> {
  static constexpr std::array<const char*, 18> value = {
      "model-architecture", "data-preprocessing-code", "training-code",
      "inference-code",     "evaluation-code",         "supporting-libraries",
      "final-parameters",   "intermediate-parameters", "datasets",
      "evaluation-data",    "sample-outputs",          "model-card",
      "data-card",          "technical-report",        "research-paper",
      "evaluation-results", "model-metadata",          "data-information"};
};

// The component whose licence a part is under where its own claim names none.
[[nodiscard]] constexpr Component ComponentOf(ModelPart part) {
  switch (part) {
    case ModelPart::kModelArchitecture:
    case ModelPart::kDataPreprocessingCode:
    case ModelPart::kTrainingCode:
    case ModelPart::kInferenceCode:
    case ModelPart::kEvaluationCode:
    case ModelPart::kSupportingLibraries:
      return Component::kCode;
    case ModelPart::kFinalParameters:
    case ModelPart::kIntermediateParameters:
    case ModelPart::kModelMetadata:
      return Component::kWeights;
    case ModelPart::kDatasets:
    case ModelPart::kEvaluationData:
      return Component::kData;
    case ModelPart::kSampleOutputs:
    case ModelPart::kModelCard:
    case ModelPart::kDataCard:
    case ModelPart::kTechnicalReport:
    case ModelPart::kResearchPaper:
    case ModelPart::kEvaluationResults:
    case ModelPart::kDataInformation:
      return Component::kDocs;
  }
  return Component::kDocs;
}

// SPDX's word for "there is no licence": the part can be had, and nobody licenses it.
inline constexpr absl::string_view kNoLicense = "NONE";

// The text of a claim kPublishes: "PART" or "PART EXPRESSION".
struct PublishedPart {
  ModelPart part = ModelPart::kModelArchitecture;
  std::string license;  // an expression, kNoLicense, or empty if the claim does not say
};
// Nothing if the text does not begin with a part.
[[nodiscard]] std::optional<PublishedPart> ReadPublishedPart(absl::string_view text);
[[nodiscard]] std::string WritePublishedPart(ModelPart part, absl::string_view license);
// A claim kPublishes in words: "publishes training-code under MIT", "withholds datasets".
[[nodiscard]] std::string PublishedText(const Claim& claim);

// Kleene's three values, so that the minimum is "and", the maximum "or". Values are pinned.
enum class OpennessAnswer : uint8_t { kNo = 0, kUnknown = 1, kYes = 2 };

template <>
struct EnumNames<OpennessAnswer> {
  static constexpr std::array<const char*, 3> value = {"no", "unknown", "yes"};
};

// Values are pinned.
enum class OpennessDefinition : uint8_t {
  kOsiApprovedLicense = 0,  // of the licence alone: whether the OSI approved it
  kOpenWeights = 1,         // the weights can be had, under an open licence
  kOsaid10 = 2,             // the Open Source AI Definition 1.0
  kMof10 = 3,               // the Model Openness Framework 1.0
};

template <>
struct EnumNames<OpennessDefinition> {
  static constexpr std::array<const char*, 4> value = {"osi-approved-license", "open-weights",
                                                       "osaid-1.0", "mof-1.0"};
};

using OpennessDefinitions = EnumSet<OpennessDefinition>;

// One thing that a definition asks for.
struct OpennessNeed {
  std::string needs;  // "training-code under an OSI-approved licence"
  OpennessAnswer answer = OpennessAnswer::kUnknown;
  std::string why;                // one line
  std::optional<ModelPart> part;  // that answers it, or would
  std::string license;            // that the part is under; empty if nobody says
  std::optional<Claim> source;    // who says that the part is published or withheld
  bool disputed = false;          // somebody else says the opposite
  std::string settle;             // a claim that would make it a yes, as --with takes it
  std::string mof_class;          // mof-1.0: the class that asks for it
};

// What holds an answer down: nothing is more open than what it was made from.
struct OpennessLimit {
  std::string base;
  std::string value;  // of the base
  std::vector<Hop> path;
};

struct DefinitionAnswer {
  OpennessDefinition definition = OpennessDefinition::kOsiApprovedLicense;
  OpennessAnswer answer = OpennessAnswer::kUnknown;
  // The answer in the definition's own words: open-weights, restricted-weights, closed; class-I,
  // class-II, class-III, none; else as `answer`.
  std::string value;
  std::string at_most;  // mof-1.0: the best class that is still possible, or none
  std::vector<OpennessNeed> needs;
  std::optional<OpennessLimit> limit;  // set if a base allows no better answer
};

struct OpennessAssessment {
  std::string artifact;
  ArtifactKind kind = ArtifactKind::kCheckpoint;
  Date as_of;
  Revision revision = 0;
  std::string license;                                     // concluded; empty if there is none
  LicenseClass license_class = LicenseClass::kUndeclared;  // as a whole
  bool complete = true;  // false if a limit cut it short; then nothing is a yes
  // Said to be released without saying which parts: these settle nothing.
  std::vector<Claim> unspecific;
  std::vector<DefinitionAnswer> answers;  // in order of the definitions
};

// Whether a definition is about artifacts of this kind: that of a licence is about all, the others
// about models.
[[nodiscard]] bool AppliesTo(OpennessDefinition definition, ArtifactKind kind);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_OPENNESS_H_
