// Why something failed, for machines: carried in a Status beside the message for people.
#ifndef LINEAGE_ENGINE_BASE_REASON_H_
#define LINEAGE_ENGINE_BASE_REASON_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"

namespace lineage {

// Reasons are stable names: callers may depend on them. In UPPER_SNAKE_CASE on the wire.
enum class Reason : uint8_t {
  kTokenMalformed,
  kTokenForeign,
  kTokenExpiredEpoch,
  kTokenFuture,
  kPageTokenMismatch,
  kRequestIdReused,
  kClaimInvalid,
  kArtifactNotFound,
  kNameAmbiguous,
  kLimitExceeded,
  kOverloaded,
  kOutcomeUnknown,
  kSlowReader,
};

[[nodiscard]] const char* ReasonName(Reason reason);

[[nodiscard]] absl::Status WithReason(absl::Status status, Reason reason);
[[nodiscard]] std::optional<Reason> ReasonOf(const absl::Status& status);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_REASON_H_
