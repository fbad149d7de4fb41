// May a work made from something under one licence be released under another? Asks the one place that
// decides it (permission/offer.h). Rules: docs/compatibility.md.
#ifndef LINEAGE_ENGINE_PERMISSION_COMPATIBILITY_H_
#define LINEAGE_ENGINE_PERMISSION_COMPATIBILITY_H_

#include "engine/license/license_table.h"
#include "engine/model/artifact.h"
#include "engine/model/compatibility.h"

namespace lineage {

// An agreement that one party alone can grant, in `to`: does the work hold it already, by what it
// is made from besides `from`?
enum class VendorGrant { kMissing, kHeld };

// May what somebody makes by `step` from a part under `from` be released under `to`? One direction
// only; under the standard stance, with nothing said about who asks. Cost: linear in the terms.
[[nodiscard]] Compatibility CompatibilityOf(const LicenseTable& licenses,
                                            const BoundExpression& from, const BoundExpression& to,
                                            CompareStep step,
                                            VendorGrant grant = VendorGrant::kMissing);

// The relation that a step stands for.
[[nodiscard]] constexpr Relation RelationOf(CompareStep step) {
  switch (step) {
    case CompareStep::kFineTune:
      return Relation::kFinetunedFrom;
    case CompareStep::kCopy:
      return Relation::kConvertedFrom;
    case CompareStep::kMerge:
      return Relation::kMergedFrom;
    case CompareStep::kData:
      return Relation::kTrainedOn;
    case CompareStep::kBundle:
      return Relation::kBundles;
  }
  return Relation::kFinetunedFrom;
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_COMPATIBILITY_H_
