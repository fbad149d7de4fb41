// Artifacts, their components, and the relations between them.
#ifndef LINEAGE_ENGINE_MODEL_ARTIFACT_H_
#define LINEAGE_ENGINE_MODEL_ARTIFACT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/date.h"
#include "engine/base/strong_id.h"
#include "engine/base/yaml.h"
#include "engine/model/names.h"

namespace lineage {

// Values are pinned. `kUnresolved` is a placeholder: somebody names it as a parent, nobody
// describes it.
enum class ArtifactKind : uint8_t {
  kModel = 0,
  kCheckpoint = 1,
  kDataset = 2,
  kService = 3,
  kCode = 4,
  kUnresolved = 5,
};

template <>
struct EnumNames<ArtifactKind> {
  static constexpr std::array<const char*, 6> value = {"model",   "checkpoint", "dataset",
                                                       "service", "code",       "unresolved"};
};

// A part of an artifact that can be licensed by itself. Values are pinned.
enum class Component : uint8_t { kWeights = 0, kCode = 1, kData = 2, kDocs = 3 };

template <>
struct EnumNames<Component> {
  static constexpr std::array<const char*, 4> value = {"weights", "code", "data", "docs"};
};

using ComponentSet = EnumSet<Component>;

// The component that questions are about unless another is named.
[[nodiscard]] constexpr Component PrimaryComponent(ArtifactKind kind) {
  if (kind == ArtifactKind::kDataset) return Component::kData;
  if (kind == ArtifactKind::kCode) return Component::kCode;
  return Component::kWeights;
}

// From the child (downstream) to the parent (upstream). Values are pinned.
enum class Relation : uint8_t {
  kQuantizedFrom = 0,
  kConvertedFrom = 1,
  kBundles = 2,
  kFinetunedFrom = 3,
  kContinuedFrom = 4,
  kMergedFrom = 5,
  kPrunedFrom = 6,
  kAdapterOf = 7,
  kDistilledFrom = 8,
  kGeneratedWith = 9,
  kTrainedOn = 10,
  kDerivedFromDataset = 11,
  kReimplements = 12,
  kSharesTokenizerWith = 13,
  kSameArchitectureAs = 14,
  kCheckpointOf = 15,
  kSupersedes = 16,
  kIncorporates = 17,
};

template <>
struct EnumNames<Relation> {
  static constexpr std::array<const char*, 18> value = {"quantized_from",
                                                        "converted_from",
                                                        "bundles",
                                                        "finetuned_from",
                                                        "continued_from",
                                                        "merged_from",
                                                        "pruned_from",
                                                        "adapter_of",
                                                        "distilled_from",
                                                        "generated_with",
                                                        "trained_on",
                                                        "derived_from_dataset",
                                                        "reimplements",
                                                        "shares_tokenizer_with",
                                                        "same_architecture_as",
                                                        "checkpoint_of",
                                                        "supersedes",
                                                        "incorporates"};
};

// `kInside`: a part inside another work; `kBeside`: independent works side by side.
enum class RelationClass : uint8_t {
  kCopy,
  kInside,
  kBeside,
  kAdaptation,
  kAdapter,
  kOutput,
  kTraining,
  kNone
};

template <>
struct EnumNames<RelationClass> {
  static constexpr std::array<const char*, 8> value = {
      "copy", "inside", "beside", "adaptation", "adapter", "output", "training", "none"};
};

// Source: docs/semantics.md, section 1.
[[nodiscard]] constexpr RelationClass ClassOf(Relation relation) {
  switch (relation) {
    case Relation::kQuantizedFrom:
    case Relation::kConvertedFrom:
      return RelationClass::kCopy;
    case Relation::kIncorporates:
      return RelationClass::kInside;
    case Relation::kBundles:
      return RelationClass::kBeside;
    case Relation::kFinetunedFrom:
    case Relation::kContinuedFrom:
    case Relation::kMergedFrom:
    case Relation::kPrunedFrom:
    case Relation::kDerivedFromDataset:
      return RelationClass::kAdaptation;
    case Relation::kAdapterOf:
      return RelationClass::kAdapter;
    case Relation::kDistilledFrom:
    case Relation::kGeneratedWith:
      return RelationClass::kOutput;
    case Relation::kTrainedOn:
      return RelationClass::kTraining;
    case Relation::kReimplements:
    case Relation::kSharesTokenizerWith:
    case Relation::kSameArchitectureAs:
    case Relation::kCheckpointOf:
    case Relation::kSupersedes:
      return RelationClass::kNone;
  }
  return RelationClass::kNone;
}

struct Artifact {
  std::string id;
  ArtifactKind kind = ArtifactKind::kUnresolved;
  std::string name;  // for people; the id's last segment if empty
  std::vector<std::string> aliases;
  std::optional<Date> released;
  Location location;
};

// The organisation in an id ("mosaicml" of "mosaicml/mpt-7b", "allenai" of "datasets/allenai/c4"),
// or empty.
[[nodiscard]] absl::string_view OrganizationOf(absl::string_view artifact_id);
// "mpt-7b" of "mosaicml/mpt-7b".
[[nodiscard]] absl::string_view LastSegment(absl::string_view artifact_id);
// The package URL where the type has one: pkg:huggingface/… for models and data sets, pkg:github/…
// for code; else empty.
[[nodiscard]] std::string PackageUrl(const Artifact& artifact);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_ARTIFACT_H_
