#include "engine/base/reason.h"

#include <array>

#include "absl/strings/cord.h"

namespace lineage {
namespace {

constexpr const char* kPayload = "lineage/reason";
constexpr std::array<const char*, 13> kNames = {
    "TOKEN_MALFORMED",     "TOKEN_FOREIGN",     "TOKEN_EXPIRED_EPOCH", "TOKEN_FUTURE",
    "PAGE_TOKEN_MISMATCH", "REQUEST_ID_REUSED", "CLAIM_INVALID",       "ARTIFACT_NOT_FOUND",
    "NAME_AMBIGUOUS",      "LIMIT_EXCEEDED",    "OVERLOADED",          "OUTCOME_UNKNOWN",
    "SLOW_READER"};

}  // namespace

const char* ReasonName(Reason reason) { return kNames[static_cast<std::size_t>(reason)]; }

absl::Status WithReason(absl::Status status, Reason reason) {
  status.SetPayload(kPayload, absl::Cord(ReasonName(reason)));
  return status;
}

std::optional<Reason> ReasonOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  if (!payload) return std::nullopt;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (*payload == kNames[i]) return static_cast<Reason>(i);
  }
  return std::nullopt;
}

}  // namespace lineage
