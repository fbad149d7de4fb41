// Errors between the engine and gRPC: code, message, and details (google.rpc.ErrorInfo, BadRequest,
// RetryInfo).
#ifndef LINEAGE_SERVICE_WIRE_STATUS_H_
#define LINEAGE_SERVICE_WIRE_STATUS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/catalog/claim_checks.h"

namespace grpc {
class Status;
}

namespace lineage {

// The domain of every ErrorInfo.
inline constexpr const char* kErrorDomain = "lineage";

// `violations` become a BadRequest; `retry_after`, if positive, a RetryInfo. Trailers are small
// (8 KiB in many clients), so that long messages and lists are cut, and say so.
[[nodiscard]] grpc::Status ToGrpc(const absl::Status& status,
                                  const std::vector<FieldProblem>& violations = {},
                                  absl::Duration retry_after = absl::ZeroDuration());

// Back: with the Reason, and the violations in the message.
[[nodiscard]] absl::Status FromGrpc(const grpc::Status& status);

// INVALID_ARGUMENT that names the first problem.
[[nodiscard]] absl::Status InvalidFields(const std::vector<FieldProblem>& problems);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_WIRE_STATUS_H_
