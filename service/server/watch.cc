#include "service/server/watch.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <deque>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/clock.h"
#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "engine/change_feed.h"
#include "engine/store/token.h"
#include "lineage/v1/watch_service.pb.h"
#include "service/server/answer_source.h"
#include "service/server/handlers.h"
#include "service/server/rpc_table.h"
#include "service/wire/convert_analysis.h"
#include "service/wire/status.h"

namespace lineage {

namespace {

constexpr std::size_t kRecordsPerMessage = 500;
constexpr absl::Duration kTick = absl::Milliseconds(200);

}  // namespace

// One open stream. It pulls revisions from the store at the reader's own pace, so that a slow
// reader costs one revision of memory and misses nothing. At any time at most one of these is under
// way: a write, or the making of the next messages.
class WatchStream : public AnswerSource, public std::enable_shared_from_this<WatchStream> {
 public:
  WatchStream(ServerState* state, WatchHub* hub, Incoming incoming, const pb::WatchRequest& request)
      : state_(*state), hub_(*hub), incoming_(std::move(incoming)), request_(request) {}

  void Begin(AnswerOutlet* outlet) override {
    outlet_ = outlet;
    ++state_.watches;
    call_.request_id = incoming_.request_id;
    const absl::Status status = Prepare();
    if (!status.ok()) {
      finishing_ = true;
      End(status);
      return;
    }
    hub_.Add(shared_from_this());
    Advance();
  }

  // Goes on, if there is something to do and nothing is under way.
  void Advance() {
    const auto self = shared_from_this();
    std::unique_lock<std::mutex> lock(mutex_);
    if (finishing_ || writing_ || making_) return;
    if (const uint64_t now = state_.access->generation(); now != access_generation_) {
      // The access file was read again: whoever is no longer in it sees nothing more.
      access_generation_ = now;
      const absl::StatusOr<Caller> caller = state_.Admit(incoming_, Role::kReader);
      if (!caller.ok() && end_.ok()) end_ = caller.status();
    }
    if (!end_.ok() || incoming_.cancelled() || state_.stopping) {
      if (end_.ok()) {
        end_ = incoming_.cancelled()
                   ? absl::CancelledError("the caller is gone")
                   : absl::UnavailableError(
                         "the server shuts down; resume from the last token elsewhere or later");
      }
      finishing_ = true;
      lock.unlock();
      End(end_);
      return;
    }
    if (out_.empty() && absl::Now() - last_write_ >= heartbeat_ && next_ > Head()) {
      pb::WatchResponse heartbeat;
      heartbeat.set_revision_token(state_.TokenOf(next_ - 1));
      out_.push_back(std::move(heartbeat));
    }
    if (!out_.empty()) {
      writing_ = true;
      last_write_ = absl::Now();
      lock.unlock();
      outlet_->Write(out_.front());  // nobody else touches the front while `writing_`
      return;
    }
    if (next_ <= Head()) {
      making_ = true;
      lock.unlock();
      boost::asio::post(state_.workers, [self] { self->Make(); });
    }
  }

  // From time to time: heartbeats, and readers that take nothing.
  void Tick() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (writing_ && absl::Now() - last_write_ > 4 * state_.options.limits.watch_stall) {
        outlet_->Cut();
      }
    }
    Advance();
  }

  void Written(bool ok) override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      writing_ = false;
      out_.pop_front();
      if (!ok) {
        end_ = absl::CancelledError("the caller is gone");
      } else if (absl::Now() - last_write_ > state_.options.limits.watch_stall) {
        end_ =
            WithReason(absl::ResourceExhaustedError(
                           "too slow: nothing was read for too long; resume from the last token"),
                       Reason::kSlowReader);
      }
    }
    Advance();
  }
  void Cancelled() override { hub_.Notify(); }
  void Done() override {
    hub_.Remove(shared_from_this());
    --state_.watches;
  }

 private:
  [[nodiscard]] Revision Head() const { return state_.base->revision(); }

  absl::Status Prepare() {
    access_generation_ = state_.access->generation();
    ASSIGN_OR_RETURN(call_.caller, state_.Admit(incoming_, Role::kReader));
    if (state_.watches > static_cast<int>(state_.options.limits.watches)) {
      return WithReason(absl::ResourceExhaustedError("too many open watches: try again later"),
                        Reason::kOverloaded);
    }
    const Revision head = Head();
    next_ = head + 1;
    if (!request_.after().empty()) {
      ASSIGN_OR_RETURN(const Revision after,
                       ReadToken(state_.base->store().Identity(), request_.after()));
      if (after > head) {
        return WithReason(absl::OutOfRangeError("after: this revision is not committed yet"),
                          Reason::kTokenFuture);
      }
      next_ = after + 1;
    }
    if (request_.heartbeat_seconds() < 0 || request_.heartbeat_seconds() > 300) {
      return absl::InvalidArgumentError("heartbeat_seconds: 1 to 300, or 0 for 30");
    }
    heartbeat_ =
        absl::Seconds(request_.heartbeat_seconds() == 0 ? 30 : request_.heartbeat_seconds());
    ASSIGN_OR_RETURN(question_, state_.QuestionFrom(request_.options(), &call_));
    if (question_.hypothesis != nullptr) {
      return absl::InvalidArgumentError(
          "options.hypothesis: a watch is about what is written; use AnalyzeImpact");
    }
    const std::size_t most = state_.options.limits.watched_names;
    if (static_cast<std::size_t>(request_.artifacts_size()) > most) {
      return absl::InvalidArgumentError(
          absl::StrCat("artifacts: has ", request_.artifacts_size(), " names; a watch takes ", most,
                       " at most: open several, or name none to see everything"));
    }
    const auto engine = state_.base->Current();
    ASSIGN_OR_RETURN(question_.query.context, engine->Validate(question_.query.context));
    for (const std::string& name : request_.artifacts()) {
      // An artifact may be written about before anybody else does.
      const absl::StatusOr<std::string> id = engine->ResolveExactly(name);
      if (absl::IsFailedPrecondition(id.status())) return id.status();
      wanted_.insert(id.ok() ? *id : name);
    }
    return absl::OkStatus();
  }

  // Makes the messages of the next revision.
  void Make() {
    std::deque<pb::WatchResponse> made;
    const absl::Status status = MessagesOf(next_, &made);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      making_ = false;
      if (status.ok()) {
        ++next_;
        std::move(made.begin(), made.end(), std::back_inserter(out_));
      } else {
        end_ = status;
      }
    }
    Advance();
  }

  absl::Status MessagesOf(Revision revision, std::deque<pb::WatchResponse>* out) {
    ChangeFilter filter;
    filter.artifacts = wanted_;
    filter.verdicts = request_.verdicts();
    filter.question = question_;
    filter.question.query.stop.deadline = absl::Now() + state_.options.limits.write_time;
    ASSIGN_OR_RETURN(const ChangeEvent event, ReadChange(state_.base.get(), revision, filter));
    std::size_t records = kRecordsPerMessage;
    const auto next = [&]() -> pb::WatchResponse& {
      if (records == kRecordsPerMessage) {
        records = 0;
        out->emplace_back();
        ToPb(event.commit, out->back().mutable_commit());
      }
      ++records;
      return out->back();
    };
    for (const Artifact& artifact : event.artifacts) ToPb(artifact, next().add_artifacts());
    for (const Claim& claim : event.claims) ToPb(claim, next().add_claims());
    for (const auto& [claim, reason] : event.retracted) {
      pb::RetractedClaim* retracted = next().add_retracted();
      ToPb(claim, retracted->mutable_claim());
      retracted->set_reason(reason);
    }
    for (const VerdictChange& verdict : event.verdicts) ToPb(verdict, next().add_verdict_changes());
    if (out->empty()) {
      out->emplace_back();
      ToPb(event.commit, out->back().mutable_commit());
    }
    out->back().set_verdicts_complete(event.verdicts_complete);
    out->back().set_revision_token(state_.TokenOf(revision));
    return absl::OkStatus();
  }

  void End(const absl::Status& status) {
    const grpc::Status out = ToGrpc(status, call_.violations);
    state_.Record("WatchService.Watch", call_, out, began_);
    outlet_->End(out);
  }

  ServerState& state_;
  WatchHub& hub_;
  const Incoming incoming_;
  const pb::WatchRequest request_;
  Call call_;
  const absl::Time began_ = absl::Now();
  Question question_;
  absl::flat_hash_set<std::string> wanted_;
  absl::Duration heartbeat_;
  AnswerOutlet* outlet_ = nullptr;  // until Done

  std::mutex mutex_;                // guards what follows
  uint64_t access_generation_ = 0;  // of the list that the caller was last found in
  Revision next_ = 0;
  std::deque<pb::WatchResponse> out_;
  bool writing_ = false;
  bool making_ = false;
  bool finishing_ = false;
  absl::Status end_;
  absl::Time last_write_ = absl::InfinitePast();  // so that a token comes at once
};

WatchHub::WatchHub() : thread_([this] { Run(); }) {}

WatchHub::~WatchHub() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    quit_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void WatchHub::Add(std::shared_ptr<WatchStream> stream) {
  const std::lock_guard<std::mutex> lock(mutex_);
  streams_.insert(std::move(stream));
}

void WatchHub::Remove(const std::shared_ptr<WatchStream>& stream) {
  const std::lock_guard<std::mutex> lock(mutex_);
  streams_.erase(stream);
}

void WatchHub::Notify() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    notified_ = true;
  }
  changed_.notify_all();
}

void WatchHub::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!quit_) {
    changed_.wait_for(lock, absl::ToChronoMilliseconds(kTick), [&] { return notified_ || quit_; });
    notified_ = false;
    const std::vector<std::shared_ptr<WatchStream>> streams(streams_.begin(), streams_.end());
    lock.unlock();
    for (const auto& stream : streams) stream->Tick();
    lock.lock();
  }
}

void AddWatchService(RpcTable* table, WatchHub* hub) {
  table->Stream<pb::WatchRequest, pb::WatchResponse>(
      "WatchService", "Watch",
      [state = &table->state(), hub](Incoming incoming, const pb::WatchRequest& request) {
        return std::make_shared<WatchStream>(state, hub, std::move(incoming), request);
      });
}

}  // namespace lineage
