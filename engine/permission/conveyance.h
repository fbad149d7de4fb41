// What an edge conveys: the table of docs/semantics.md, section 4, and nothing else.
#ifndef LINEAGE_ENGINE_PERMISSION_CONVEYANCE_H_
#define LINEAGE_ENGINE_PERMISSION_CONVEYANCE_H_

#include "engine/model/artifact.h"
#include "engine/model/license.h"
#include "engine/model/verdict.h"

namespace lineage {

struct Conveyance {
  ScopeSet conveys;
  ScopeSet contests;           // arrives contested, whether or not it is also conveyed
  bool carries_class = false;  // the licence class of the parent counts for the child
};

[[nodiscard]] constexpr Conveyance ConveyanceOf(RelationClass relation_class, Stance stance,
                                                AdapterUse adapter, bool in_cycle) {
  constexpr ScopeSet kWorkAndDerivative = {Scope::kWork, Scope::kDerivative};
  Conveyance result;
  switch (relation_class) {
    case RelationClass::kCopy:
      result = {kWorkAndDerivative, {}, true};
      break;
    case RelationClass::kAdaptation:
      result.conveys =
          stance == Stance::kCautious ? kWorkAndDerivative : ScopeSet{Scope::kDerivative};
      result.carries_class = true;
      break;
    case RelationClass::kAdapter:
      if (adapter == AdapterUse::kWithBase) {
        result = {kWorkAndDerivative, {}, true};
      } else if (stance != Stance::kPermissive) {
        result.conveys = {Scope::kDerivative};
      }
      break;
    case RelationClass::kOutput:
      result.conveys = {Scope::kOutput};
      if (stance == Stance::kCautious) result.conveys.Add(Scope::kDerivative);
      break;
    case RelationClass::kTraining:
      result.conveys = {Scope::kTraining};
      if (stance == Stance::kCautious) result.conveys = result.conveys | kWorkAndDerivative;
      if (stance != Stance::kPermissive) result.contests = kWorkAndDerivative;
      break;
    case RelationClass::kNone:
      return result;
  }
  // Members of a cycle are one unit.
  if (in_cycle) {
    result.conveys = result.conveys | kWorkAndDerivative;
    result.carries_class = true;
  }
  return result;
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_CONVEYANCE_H_
