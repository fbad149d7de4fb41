// What all handlers share: knowledge, access, limits, workers, counters; and how a call is begun
// and ended.
#ifndef LINEAGE_SERVICE_SERVER_STATE_H_
#define LINEAGE_SERVICE_SERVER_STATE_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/knowledge_base.h"
#include "lineage/v1/query.pb.h"
#include "service/server/access.h"
#include "service/server/metrics.h"
#include "service/server/options.h"
#include "service/wire/convert.h"

namespace lineage {

// A call as it arrives, by whatever transport. Nothing of it is believed yet.
struct Incoming {
  std::string authorization;              // the header's value, or empty
  std::vector<std::string> common_names;  // of a client certificate that the transport verified
  std::string request_id;                 // from ServerState::RequestId
  absl::Time deadline = absl::InfiniteFuture();
  // The caller is gone. Thread-safe, and good for as long as the call lasts.
  std::function<bool()> cancelled;
};

// One request being answered.
struct Call {
  Caller caller;
  std::string request_id;  // the client's x-request-id, or made here; goes back and into the log
  Stop stop;
  std::vector<FieldProblem> violations;  // to be sent with an INVALID_ARGUMENT
};

// Where a handler runs: what is quick, in the transport's own thread; what may take long or waits
// for the disk, in a worker.
enum class Where : uint8_t { kInline, kWorker };

class ServerState {
 public:
  ServerState(ServerOptions options, std::unique_ptr<KnowledgeBase> base,
              std::unique_ptr<Access> access);

  const ServerOptions options;
  const std::unique_ptr<KnowledgeBase> base;
  const std::unique_ptr<Access> access;
  mutable Metrics metrics;
  boost::asio::thread_pool workers;
  std::atomic<int> in_flight{0};
  std::atomic<int> queued{0};
  std::atomic<int> watches{0};
  std::atomic<int> imports{0};
  std::atomic<bool> stopping{false};
  std::atomic<bool> aborting{false};         // the drain is over: what still runs gives up
  std::atomic<int64_t> published_micros{0};  // when the last revision was published

  // Who calls. Errors: UNAUTHENTICATED, PERMISSION_DENIED.
  absl::StatusOr<Caller> Admit(const Incoming& incoming, Role needed) const;
  absl::StatusOr<Caller> Admit(const grpc::CallbackServerContext& context, Role needed) const;

  // Answers one unary call, the one way for all transports: access, limits, deadline, log and
  // metrics around `work`.
  struct Work {
    // Asked once the caller may come in, before `answer`.
    std::function<Where()> place;
    // Makes the answer. A transport turns its own bytes into a request here, if they are many.
    std::function<absl::Status(Call*)> answer;
    // Sends it. Called once, on any thread, and last.
    std::function<void(const grpc::Status&)> finish;
  };
  void Answer(Incoming incoming, const char* method, Role needed, Work work);

  // Where a question about one artifact is answered: in the transport's own thread if that takes
  // about a millisecond, else in a worker. What cannot be told at once (a name that is no id,
  // another day, a hypothesis, a large request) goes to a worker. Cost: bounded.
  template <typename Request>
  [[nodiscard]] Where PlaceOf(const Request& request) const {
    return IsQuick(request.artifact(), request.options()) ? Where::kInline : Where::kWorker;
  }
  [[nodiscard]] bool IsQuick(const std::string& artifact, const pb::QueryOptions& asked) const;

  // The engine that `consistency` asks for. Errors: those of tokens.
  absl::StatusOr<std::shared_ptr<const Engine>> EngineFor(const pb::Consistency& consistency) const;
  // The token of a revision; the last one made is kept.
  [[nodiscard]] std::string TokenOf(Revision revision) const;
  // A question from its options, stopping with the call. Errors: INVALID_ARGUMENT, with the call's
  // violations.
  absl::StatusOr<Question> QuestionFrom(const pb::QueryOptions& options, Call* call) const;

  // Ends a call: log and metrics. For streams, which end by themselves.
  void Record(const char* method, const Call& call, const grpc::Status& status,
              absl::Time began) const;
  // The name of a call: what its caller chose, if that is short and plain, or a new one.
  static std::string RequestId(absl::string_view chosen);
  static std::string RequestId(const grpc::CallbackServerContext& context);
  // A call over gRPC. `context` has to last as long as what this gives.
  static Incoming IncomingOf(const grpc::CallbackServerContext& context);
  // The deadline that the client gave.
  static absl::Time DeadlineOf(const grpc::CallbackServerContext& context);

  // What a call is refused with when too much of `what` is under way; and when it may come back.
  static absl::Status Busy(absl::string_view what);
  static constexpr absl::Duration kRetryAfter = absl::Milliseconds(200);

 private:
  mutable std::mutex token_mutex_;
  mutable std::pair<Revision, std::string> last_token_;  // empty before the first
};

// Cursors of lists: bound to a method, the request's arguments and a revision.
struct PageCursor {
  Revision revision = 0;
  Date day;  // the day that the first page was computed for
  uint64_t position = 0;
  uint64_t skip = 0;  // within the position
};

// `arguments` is the request without its page fields, serialised. Errors of reading:
// INVALID_ARGUMENT (PAGE_TOKEN_MISMATCH, TOKEN_MALFORMED).
[[nodiscard]] std::string SealCursor(const StoreIdentity& identity, absl::string_view arguments,
                                     const PageCursor& cursor);
absl::StatusOr<PageCursor> UnsealCursor(const StoreIdentity& identity, absl::string_view arguments,
                                        absl::string_view token);

// A message as bytes: the same for equal messages, maps among their fields or not.
[[nodiscard]] std::string SameBytes(const google::protobuf::MessageLite& message);

// The request as it must stay from page to page.
template <typename Request>
std::string PageArguments(const char* method, Request request) {
  request.clear_page_size();
  request.clear_page_token();
  return absl::StrCat(method, "\n", SameBytes(request));
}

// The number of entries of a page. Errors: INVALID_ARGUMENT for a negative one.
absl::StatusOr<std::size_t> PageSize(int32_t asked, const Limits& limits);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_STATE_H_
