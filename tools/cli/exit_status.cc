#include "tools/cli/exit_status.h"

#include "engine/base/reason.h"

namespace lineage {

int ExitStatusFor(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitYes;
    case absl::StatusCode::kNotFound:
      return kExitNotFound;
    case absl::StatusCode::kFailedPrecondition:
      return ReasonOf(status) == Reason::kNameAmbiguous ? kExitNotFound : kExitEngineFailed;
    case absl::StatusCode::kInvalidArgument:
      return kExitUsage;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kExitNotAuthorized;
    default:
      return kExitEngineFailed;
  }
}

int ExitStatusFor(Verdict verdict, bool complete) {
  if (verdict == Verdict::kProhibited) return kExitNo;
  return verdict == Verdict::kPermitted && complete ? kExitYes : kExitOpen;
}

}  // namespace lineage
