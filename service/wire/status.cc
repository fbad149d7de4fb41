#include "service/wire/status.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/support/status.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/reason.h"

namespace lineage {
namespace {

constexpr std::size_t kLongestMessage = 1500;
constexpr std::size_t kMostDetailBytes = 3500;

std::string Shortened(absl::string_view text, std::size_t longest) {
  if (text.size() <= longest) return std::string(text);
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // UTF-8
  return absl::StrCat(text.substr(0, end), "…");
}

constexpr Reason kReasons[] = {
    Reason::kTokenMalformed, Reason::kTokenForeign,      Reason::kTokenExpiredEpoch,
    Reason::kTokenFuture,    Reason::kPageTokenMismatch, Reason::kRequestIdReused,
    Reason::kClaimInvalid,   Reason::kArtifactNotFound,  Reason::kNameAmbiguous,
    Reason::kLimitExceeded,  Reason::kOverloaded,        Reason::kOutcomeUnknown,
    Reason::kSlowReader};

}  // namespace

grpc::Status ToGrpc(const absl::Status& status, const std::vector<FieldProblem>& violations,
                    absl::Duration retry_after) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(static_cast<int>(status.code()));
  const std::string message = Shortened(status.message(), kLongestMessage);
  google::rpc::Status details;
  details.set_code(static_cast<int>(code));
  details.set_message(message);
  if (const auto reason = ReasonOf(status)) {
    google::rpc::ErrorInfo info;
    info.set_reason(ReasonName(*reason));
    info.set_domain(kErrorDomain);
    details.add_details()->PackFrom(info);
  }
  if (!violations.empty()) {
    google::rpc::BadRequest bad;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < violations.size(); ++i) {
      const std::string description = Shortened(violations[i].message, 400);
      bytes += violations[i].field.size() + description.size() + 8;
      auto* violation = bad.add_field_violations();
      if (bytes > kMostDetailBytes) {
        violation->set_field("…");
        violation->set_description(absl::StrCat(violations.size() - i, " more"));
        break;
      }
      violation->set_field(violations[i].field);
      violation->set_description(description);
    }
    details.add_details()->PackFrom(bad);
  }
  if (retry_after > absl::ZeroDuration()) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(retry_after));
    retry.mutable_retry_delay()->set_nanos(
        static_cast<int32_t>(absl::ToInt64Nanoseconds(retry_after) % 1'000'000'000));
    details.add_details()->PackFrom(retry);
  }
  return grpc::Status(code, message,
                      details.details_size() > 0 ? details.SerializeAsString() : std::string());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  std::string message = status.error_message();
  google::rpc::Status details;
  std::string reason_name;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      google::rpc::ErrorInfo info;
      google::rpc::BadRequest bad;
      if (detail.UnpackTo(&info)) reason_name = info.reason();
      if (detail.UnpackTo(&bad)) {
        for (const auto& violation : bad.field_violations()) {
          const std::string line = absl::StrCat(violation.field(), ": ", violation.description());
          if (!absl::StrContains(message, line)) absl::StrAppend(&message, "\n", line);
        }
      }
    }
  }
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), message);
  for (const Reason reason : kReasons) {
    if (reason_name == ReasonName(reason)) return WithReason(std::move(result), reason);
  }
  return result;
}

absl::Status InvalidFields(const std::vector<FieldProblem>& problems) {
  if (problems.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      problems[0].field, ": ", problems[0].message,
      problems.size() > 1 ? absl::StrCat(" (and ", problems.size() - 1, " more problems)") : ""));
}

}  // namespace lineage
