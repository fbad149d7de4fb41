// May a work made from something under one licence be released under another? Decided from the
// terms of both. Rules: docs/compatibility.md.
#ifndef LINEAGE_ENGINE_LICENSE_COMPATIBILITY_H_
#define LINEAGE_ENGINE_LICENSE_COMPATIBILITY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/license/license_table.h"
#include "engine/model/compatibility.h"

namespace lineage {

// May a work that contains, or was adapted from, a part under `from` be released as a whole under
// `to`? One direction only. Of a choice (OR) in `from` the best branch is taken, and of one in `to`
// every branch has to be allowed; an AND needs all its parts on either side.
// Cost: linear in the terms.
[[nodiscard]] Compatibility CompatibilityOf(const LicenseTable& licenses,
                                            const BoundExpression& from, const BoundExpression& to);

// True if one licence of `expression` is among those that satisfy a share-alike duty: the parts of
// an AND are often about other parts of the work. `satisfied_by` is sorted.
[[nodiscard]] bool SatisfiesShareAlike(const LicenseTable& licenses,
                                       const BoundExpression& expression,
                                       const std::vector<std::string>& satisfied_by);

// True if `candidate` hands on the restrictions of `origin`, whose duty names `satisfied_by`: it is
// that licence, one of those, or restricts the same purposes and passes them on.
[[nodiscard]] bool PassesOn(const LicenseTable& licenses, const License& candidate,
                            absl::string_view origin, const std::vector<std::string>& satisfied_by);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_LICENSE_COMPATIBILITY_H_
