#include "service/server/state.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <thread>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/digest.h"
#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "engine/store/token.h"
#include "service/server/log.h"
#include "service/wire/status.h"

namespace lineage {
namespace {

std::size_t WorkersFor(const ServerOptions& options) {
  if (options.workers > 0) return static_cast<std::size_t>(options.workers);
  return std::max(2u, std::thread::hardware_concurrency());
}

std::string BytesOf(uint64_t number) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (8 * i));
  return bytes;
}
uint64_t NumberAt(absl::string_view bytes, std::size_t at) {
  uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;)
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

std::string HeaderOf(const grpc::CallbackServerContext& context, const char* name) {
  const auto it = context.client_metadata().find(name);
  if (it == context.client_metadata().end()) return "";
  return std::string(it->second.data(), it->second.size());
}

// A unary call under way; ends it, wherever that happens.
class UnaryCall {
 public:
  UnaryCall(ServerState* state, const char* method, ServerState::Work w)
      : work(std::move(w)), state_(*state), method_(method) {}

  void Finish(const absl::Status& status, absl::Duration retry_after = absl::ZeroDuration()) {
    const grpc::Status out = ToGrpc(status, call.violations, retry_after);
    state_.Record(method_, call, out, began_);
    --state_.in_flight;
    work.finish(out);
  }

  Call call;
  const ServerState::Work work;

 private:
  ServerState& state_;
  const char* method_;
  const absl::Time began_ = absl::Now();
};

}  // namespace

ServerState::ServerState(ServerOptions opts, std::unique_ptr<KnowledgeBase> kb,
                         std::unique_ptr<Access> acc)
    : options(std::move(opts)),
      base(std::move(kb)),
      access(std::move(acc)),
      workers(WorkersFor(options)),
      published_micros(absl::ToUnixMicros(absl::Now())) {}

std::string ServerState::RequestId(absl::string_view chosen) {
  const bool plain =
      std::all_of(chosen.begin(), chosen.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!chosen.empty() && chosen.size() <= 128 && plain) return std::string(chosen);
  // Tells requests apart; nobody need be unable to guess it.
  static thread_local absl::BitGen random;
  return absl::StrCat(absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
}

std::string ServerState::RequestId(const grpc::CallbackServerContext& context) {
  return RequestId(HeaderOf(context, "x-request-id"));
}

Incoming ServerState::IncomingOf(const grpc::CallbackServerContext& context) {
  Incoming incoming;
  incoming.authorization = HeaderOf(context, "authorization");
  if (const auto auth = context.auth_context(); auth != nullptr && auth->IsPeerAuthenticated()) {
    for (const auto& name : auth->FindPropertyValues("x509_common_name")) {
      incoming.common_names.emplace_back(name.data(), name.size());
    }
  }
  incoming.request_id = RequestId(context);
  incoming.deadline = DeadlineOf(context);
  incoming.cancelled = [&context] { return context.IsCancelled(); };
  return incoming;
}

absl::Time ServerState::DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

absl::Status ServerState::Busy(absl::string_view what) {
  return WithReason(absl::ResourceExhaustedError(
                        absl::StrCat("the server is busy (", what, "): try again in a moment")),
                    Reason::kOverloaded);
}

absl::StatusOr<Caller> ServerState::Admit(const grpc::CallbackServerContext& context,
                                          Role needed) const {
  return Admit(IncomingOf(context), needed);
}

absl::StatusOr<Caller> ServerState::Admit(const Incoming& incoming, Role needed) const {
  if (access->open()) return access->Authenticate("", {});
  ASSIGN_OR_RETURN(Caller caller,
                   access->Authenticate(incoming.authorization, incoming.common_names));
  if (caller.role < needed) {
    return absl::PermissionDeniedError(absl::StrCat("this needs the role ", Name(needed), "; ",
                                                    caller.name, " is a ", Name(caller.role)));
  }
  return caller;
}

void ServerState::Answer(Incoming incoming, const char* method, Role needed, Work work) {
  auto unary = std::make_shared<UnaryCall>(this, method, std::move(work));
  const int now_in_flight = ++in_flight;
  unary->call.request_id = incoming.request_id;
  absl::StatusOr<Caller> caller = Admit(incoming, needed);
  if (!caller.ok()) return unary->Finish(caller.status());
  unary->call.caller = *std::move(caller);
  if (now_in_flight > static_cast<int>(options.limits.requests)) {
    return unary->Finish(Busy("requests"), kRetryAfter);
  }
  const absl::Duration most =
      needed == Role::kReader ? options.limits.read_time : options.limits.write_time;
  unary->call.stop.deadline = std::min(incoming.deadline, absl::Now() + most);
  unary->call.stop.cancelled = [cancelled = std::move(incoming.cancelled), this] {
    return aborting || cancelled();
  };
  const auto answer = [unary] {
    // Nobody may wait for it any more.
    unary->Finish(unary->call.stop.Requested()
                      ? absl::DeadlineExceededError("the deadline passed while the request waited")
                      : unary->work.answer(&unary->call));
  };
  if (unary->work.place() == Where::kInline) return answer();
  if (++queued > static_cast<int>(options.limits.queue)) {
    --queued;
    return unary->Finish(Busy("queue"), kRetryAfter);
  }
  boost::asio::post(workers, [this, answer] {
    --queued;
    answer();
  });
}

bool ServerState::IsQuick(const std::string& artifact, const pb::QueryOptions& asked) const {
  constexpr std::size_t kSmall = 4096;  // bytes
  if (asked.has_hypothesis() || asked.has_consistency() || asked.at_revision() != 0 ||
      asked.with_theories() || artifact.size() > kSmall || asked.ByteSizeLong() > kSmall) {
    return false;
  }
  SnapshotKey key;
  key.as_of = Date::Today();
  if (!asked.as_of().empty()) {
    const absl::StatusOr<Date> day = Date::Parse(asked.as_of());
    if (!day.ok()) return true;  // told at once
    key.as_of = *day;
  }
  key.claims_policy = FromPb<ClaimsPolicy>(asked.claims_policy()).value_or(ClaimsPolicy::kRanked);
  return base->Current()->IsQuick(artifact, key);
}

absl::StatusOr<std::shared_ptr<const Engine>> ServerState::EngineFor(
    const pb::Consistency& consistency) const {
  const std::shared_ptr<const Engine> current = base->Current();
  const bool exactly = consistency.requirement_case() == pb::Consistency::kExactly;
  if (consistency.requirement_case() == pb::Consistency::REQUIREMENT_NOT_SET) return current;
  ASSIGN_OR_RETURN(const Revision revision,
                   ReadToken(base->store().Identity(),
                             exactly ? consistency.exactly() : consistency.at_least()));
  if (exactly || revision > current->revision()) return base->At(revision);
  return current;
}

std::string ServerState::TokenOf(Revision revision) const {
  const std::lock_guard<std::mutex> lock(token_mutex_);
  if (last_token_.first != revision || last_token_.second.empty()) {
    last_token_ = {revision, MakeToken(base->store().Identity(), revision)};
  }
  return last_token_.second;
}

absl::StatusOr<Question> ServerState::QuestionFrom(const pb::QueryOptions& query_options,
                                                   Call* call) const {
  Question question = ReadQuestion(query_options, "options", &call->violations);
  RETURN_IF_ERROR(InvalidFields(call->violations));
  question.query.stop = call->stop;
  return question;
}

void ServerState::Record(const char* method, const Call& call, const grpc::Status& status,
                         absl::Time began) const {
  const absl::Duration took = absl::Now() - began;
  metrics.Request(method, status.error_code(), took);
  const bool failed = status.error_code() == grpc::StatusCode::INTERNAL ||
                      status.error_code() == grpc::StatusCode::DATA_LOSS ||
                      status.error_code() == grpc::StatusCode::UNKNOWN;
  const LogLevel level = failed ? LogLevel::kError : LogLevel::kDebug;
  if (!IsLogged(level)) return;
  LogFields fields = {{"method", method},
                      {"request_id", call.request_id},
                      {"caller", call.caller.name},
                      {"code", absl::StrCat(status.error_code())},
                      {"micros", absl::StrCat(absl::ToInt64Microseconds(took))}};
  if (!status.ok()) fields.emplace_back("message", status.error_message());
  Log(level, "request", fields);
}

std::string SealCursor(const StoreIdentity& identity, absl::string_view arguments,
                       const PageCursor& cursor) {
  return Seal(identity, "page",
              absl::StrCat(Sha256(arguments).substr(0, 16), BytesOf(identity.epoch),
                           BytesOf(cursor.revision),
                           BytesOf(static_cast<uint64_t>(static_cast<int64_t>(cursor.day.days()))),
                           BytesOf(cursor.position), BytesOf(cursor.skip)));
}

absl::StatusOr<PageCursor> UnsealCursor(const StoreIdentity& identity, absl::string_view arguments,
                                        absl::string_view token) {
  ASSIGN_OR_RETURN(const std::string bytes, Unseal(identity, "page", token));
  if (bytes.size() != 16 + 5 * 8 || bytes.substr(0, 16) != Sha256(arguments).substr(0, 16)) {
    return WithReason(absl::InvalidArgumentError(
                          "page_token: belongs to another request; only page_size may change from "
                          "page to page"),
                      Reason::kPageTokenMismatch);
  }
  if (NumberAt(bytes, 16) != identity.epoch) {
    return WithReason(absl::FailedPreconditionError(
                          "page_token: the store was restored since; start from the first page"),
                      Reason::kTokenExpiredEpoch);
  }
  return PageCursor{NumberAt(bytes, 24), Date::FromDays(static_cast<int32_t>(NumberAt(bytes, 32))),
                    NumberAt(bytes, 40), NumberAt(bytes, 48)};
}

std::string SameBytes(const google::protobuf::MessageLite& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    static_cast<void>(message.SerializeToCodedStream(&out));
  }
  return bytes;
}

absl::StatusOr<std::size_t> PageSize(int32_t asked, const Limits& limits) {
  if (asked < 0) return absl::InvalidArgumentError("page_size: must not be negative");
  if (asked == 0) return std::min<std::size_t>(100, limits.page);
  return std::min<std::size_t>(static_cast<std::size_t>(asked), limits.page);
}

}  // namespace lineage
