// Numbers as people write them.
#ifndef LINEAGE_ENGINE_BASE_QUANTITY_H_
#define LINEAGE_ENGINE_BASE_QUANTITY_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lineage {

// A number with an optional exponent ("50e6") or a suffix ("50M", "2k", "1.5B"). Errors:
// INVALID_ARGUMENT, beginning with `what`.
absl::StatusOr<double> ParseQuantity(absl::string_view what, absl::string_view text);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_QUANTITY_H_
