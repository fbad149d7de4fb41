// Which enum of the protos is which of the engine: the one list. A value's number on the wire is
// its number here plus one, since 0 there says that a field is not set; a test holds numbers and
// names to that.
#ifndef LINEAGE_SERVICE_WIRE_ENUMS_H_
#define LINEAGE_SERVICE_WIRE_ENUMS_H_

#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>

#include "engine/exchange/import.h"
#include "engine/model/ai_act.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/compatibility.h"
#include "engine/model/condition.h"
#include "engine/model/explanation.h"
#include "engine/model/license.h"
#include "engine/model/names.h"
#include "engine/model/openness.h"
#include "engine/model/repair_plan.h"
#include "engine/model/theory.h"
#include "engine/model/verdict.h"
#include "lineage/v1/analysis.pb.h"
#include "lineage/v1/artifact.pb.h"
#include "lineage/v1/claim_service.pb.h"
#include "lineage/v1/explanation.pb.h"
#include "lineage/v1/license.pb.h"
#include "lineage/v1/terms.pb.h"

namespace lineage {

namespace pb = ::lineage::v1;

template <typename P, typename E>
struct WireEnum {
  using Proto = P;
  using Value = E;
};

using WireEnums = std::tuple<
    WireEnum<pb::AdapterUse, AdapterUse>, WireEnum<pb::AiActActor, AiActActor>,
    WireEnum<pb::AiActAnswer, AiActAnswer>, WireEnum<pb::AiActDuty, AiActDuty>,
    WireEnum<pb::AiActDutyStatus, AiActDutyStatus>, WireEnum<pb::AiActRole, AiActRole>,
    WireEnum<pb::Answer, Answer>, WireEnum<pb::ArtifactKind, ArtifactKind>,
    WireEnum<pb::Basis, Basis>, WireEnum<pb::ClaimStatus, ClaimStatus>,
    WireEnum<pb::ClaimsPolicy, ClaimsPolicy>, WireEnum<pb::ClauseKind, ClauseKind>,
    WireEnum<pb::CompareStep, CompareStep>, WireEnum<pb::CompatibilityAnswer, CompatibilityAnswer>,
    WireEnum<pb::Component, Component>, WireEnum<pb::ConfirmationKind, ConfirmationKind>,
    WireEnum<pb::ContextKey, ContextKey>, WireEnum<pb::DutyKind, DutyKind>,
    WireEnum<pb::ImportFormat, ImportFormat>, WireEnum<pb::ImportNote_Kind, ImportNote::Kind>,
    WireEnum<pb::ImpositionKind, ImpositionKind>, WireEnum<pb::LicenseClass, LicenseClass>,
    WireEnum<pb::LicensePart, LicensePart>, WireEnum<pb::ModelFact, ModelFact>,
    WireEnum<pb::ModelPart, ModelPart>, WireEnum<pb::Openness, Openness>,
    WireEnum<pb::OpennessAnswer, OpennessAnswer>,
    WireEnum<pb::OpennessDefinition, OpennessDefinition>, WireEnum<pb::Relation, Relation>,
    WireEnum<pb::Right, Right>, WireEnum<pb::SatisfiedOn, SatisfiedOn>, WireEnum<pb::Scope, Scope>,
    WireEnum<pb::Severity, Severity>, WireEnum<pb::SourceKind, SourceKind>,
    WireEnum<pb::Stance, Stance>, WireEnum<pb::StepKind, StepKind>,
    WireEnum<pb::TheorySetting, Setting>, WireEnum<pb::TheorySwitch, TheorySwitch>,
    WireEnum<pb::Trigger, Trigger>, WireEnum<pb::UndeclaredPolicy, UndeclaredPolicy>,
    WireEnum<pb::UseMode, UseMode>, WireEnum<pb::Verdict, Verdict>>;

namespace internal_wire {

template <typename P, typename E, typename List>
inline constexpr bool kListed = false;
template <typename P, typename E, typename... Pairs>
inline constexpr bool kListed<P, E, std::tuple<Pairs...>> =
    (std::is_same_v<WireEnum<P, E>, Pairs> || ...);

}  // namespace internal_wire

template <typename P, typename E>
[[nodiscard]] P ToPb(E e) {
  static_assert(internal_wire::kListed<P, E, WireEnums>, "add the pair to WireEnums");
  return static_cast<P>(static_cast<int>(e) + 1);
}
// Empty if not set, or a number of a newer version.
template <typename E, typename P>
[[nodiscard]] std::optional<E> FromPb(P p) {
  if constexpr (std::is_enum_v<P>) {
    static_assert(internal_wire::kListed<P, E, WireEnums>, "add the pair to WireEnums");
  }
  const int value = static_cast<int>(p) - 1;
  if (value < 0 || value >= static_cast<int>(kEnumSize<E>)) return std::nullopt;
  return static_cast<E>(value);
}

}  // namespace lineage

#endif  // LINEAGE_SERVICE_WIRE_ENUMS_H_
