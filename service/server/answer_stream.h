// Answers that are streamed: limits, workers and back-pressure around the making of messages.
#ifndef LINEAGE_SERVICE_SERVER_ANSWER_STREAM_H_
#define LINEAGE_SERVICE_SERVER_ANSWER_STREAM_H_

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/time/clock.h"
#include "engine/base/reason.h"
#include "service/server/answer_source.h"
#include "service/server/state.h"
#include "service/wire/status.h"

namespace lineage {

// One stream. The next message is made while the last one is written, and no further: a reader that
// is slow costs two messages, and one that takes nothing for too long is let go.
template <typename Message>
class AnswerStream : public AnswerSource,
                     public std::enable_shared_from_this<AnswerStream<Message>> {
 public:
  AnswerStream(ServerState* state, Incoming incoming, const char* method)
      : state_(*state), incoming_(std::move(incoming)), method_(method), timer_(state->workers) {}

  void Begin(AnswerOutlet* outlet) override {
    outlet_ = outlet;
    const int now_in_flight = ++state_.in_flight;
    call_.request_id = incoming_.request_id;
    call_.stop.deadline = incoming_.deadline;
    call_.stop.cancelled = [this] {
      return state_.aborting || incoming_.cancelled() || absl::Now() > make_until_;
    };
    absl::StatusOr<Caller> caller = state_.Admit(incoming_, Role::kReader);
    if (!caller.ok()) return Refuse(caller.status(), absl::ZeroDuration());
    call_.caller = *std::move(caller);
    if (now_in_flight > static_cast<int>(state_.options.limits.requests)) {
      return Refuse(ServerState::Busy("requests"), ServerState::kRetryAfter);
    }
    if (state_.queued >= static_cast<int>(state_.options.limits.queue)) {
      return Refuse(ServerState::Busy("queue"), ServerState::kRetryAfter);
    }
    Watch();
    Advance();
  }

  void Written(bool ok) override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      writing_ = false;
      if (!ok) {
        end_ = absl::CancelledError("the caller is gone");
      } else if ((!last_ || made_) &&  // there is more
                 absl::Now() - writing_since_ > state_.options.limits.watch_stall) {
        end_ = WithReason(
            absl::ResourceExhaustedError(
                "too slow: nothing was read for too long; go on from the last page token"),
            Reason::kSlowReader);
      }
    }
    Advance();
  }
  void Cancelled() override {}  // seen by who makes, and by the next write
  void Done() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    done_ = true;
    timer_.cancel();
  }

 protected:
  // Makes the next message into an empty one, and sets `last` with the last. By a worker, never two
  // at a time. It has the time of one read, then `call()->stop` asks it to come to an end.
  virtual absl::Status Make(Message* message, bool* last) = 0;

  [[nodiscard]] ServerState& state() const { return state_; }
  [[nodiscard]] Call* call() { return &call_; }

 private:
  void Refuse(const absl::Status& status, absl::Duration retry) {
    finished_ = true;
    End(status, retry);
  }

  // Does what there is to do.
  void Advance() {
    const auto self = this->shared_from_this();
    const Message* write = nullptr;
    bool make = false;
    bool finish = false;
    absl::Status end;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (finished_) return;
      if (end_.ok() && made_ && !writing_) {
        made_ = false;
        writing_ = true;
        writing_since_ = absl::Now();
        front_ = 1 - front_;
        write = &messages_[front_];
      }
      if (end_.ok() && !last_ && !made_ && !making_) making_ = make = true;
      finished_ = finish = !writing_ && !making_ && (!end_.ok() || (last_ && !made_));
      end = end_;
    }
    if (write != nullptr) outlet_->Write(*write);
    if (make) boost::asio::post(state_.workers, [self] { self->MakeNext(); });
    if (finish) End(end, absl::ZeroDuration());
  }

  void MakeNext() {
    make_until_ = absl::Now() + state_.options.limits.read_time;
    Message* const message = &messages_[1 - front_];  // stays the back one while it is made
    message->Clear();
    bool last = false;
    const absl::Status status = Make(message, &last);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      making_ = false;
      made_ = status.ok();
      last_ = last;
      if (end_.ok()) end_ = status;
    }
    Advance();
  }

  // Looks now and then whether the reader still takes something.
  void Watch() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (done_) return;
    timer_.expires_after(absl::ToChronoMilliseconds(state_.options.limits.watch_stall));
    timer_.async_wait([weak = this->weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (error || self == nullptr) return;
      {
        const std::lock_guard<std::mutex> watch_lock(self->mutex_);
        if (self->done_) return;
        const absl::Duration waits = absl::Now() - self->writing_since_;
        if (self->writing_ && waits > 4 * self->state_.options.limits.watch_stall) {
          self->outlet_->Cut();
          return;
        }
      }
      self->Watch();
    });
  }

  void End(const absl::Status& status, absl::Duration retry_after) {
    const grpc::Status out = ToGrpc(status, call_.violations, retry_after);
    state_.Record(method_, call_, out, began_);
    --state_.in_flight;
    outlet_->End(out);
  }

  ServerState& state_;
  const Incoming incoming_;
  const char* const method_;
  const absl::Time began_ = absl::Now();
  AnswerOutlet* outlet_ = nullptr;  // until Done
  Call call_;
  absl::Time make_until_ = absl::InfiniteFuture();  // of the one who makes
  std::array<Message, 2> messages_;                 // one is written, one is made

  std::mutex mutex_;  // guards what follows
  std::size_t front_ = 0;
  bool making_ = false;
  bool made_ = false;
  bool last_ = false;
  bool writing_ = false;
  bool finished_ = false;
  bool done_ = false;
  absl::Time writing_since_;
  absl::Status end_;
  boost::asio::steady_timer timer_;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_ANSWER_STREAM_H_
