#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "engine/knowledge_base.h"
#include "engine/store/memory_store.h"
#include "service/http/parser.h"
#include "service/server/handlers.h"
#include "service/server/http_front.h"
#include "service/server/rpc_table.h"
#include "service/server/watch.h"
#include "tests/fuzz/fuzz_targets.h"

namespace lineage::fuzz {
namespace {

[[noreturn]] void Broken(const std::string& what, const std::string& detail) {
  std::cerr << what << ": " << detail << "\n";
  std::abort();
}

// The whole of what answers, without sockets.
struct Service {
  Service() {
    KnowledgeBaseOptions base_options;
    base_options.builtin = false;
    ServerOptions options;
    options.workers = 1;
    options.limits.read_time = absl::Seconds(1);
    state = std::make_unique<ServerState>(
        options, *KnowledgeBase::Open(MakeMemoryStore(), base_options), Access::Open());
    table = std::make_unique<RpcTable>(state.get());
    AddLineageService(table.get());
    AddPermissionService(table.get());
    AddAuditService(table.get());
    AddClaimService(table.get());
    AddWatchService(table.get(), &hub);
    front = std::make_unique<HttpFront>(table.get());
  }
  ~Service() { state->workers.join(); }

  WatchHub hub;
  std::unique_ptr<ServerState> state;
  std::unique_ptr<RpcTable> table;
  std::unique_ptr<HttpFront> front;
};

// What an exchange came to.
struct Outcome {
  std::mutex mutex;
  std::condition_variable changed;
  int answers = 0;
  bool streamed = false;
  HttpResponse response;
  std::string stream;
};

class Exchange final : public HttpExchange {
 public:
  Exchange(HttpRequest request, std::shared_ptr<Outcome> outcome)
      : request_(std::move(request)), outcome_(std::move(outcome)) {}

  [[nodiscard]] const HttpRequest& request() const override { return request_; }
  void Respond(HttpResponse response) override { Take(std::move(response), true); }
  void Begin(HttpResponse head) override { Take(std::move(head), false); }
  void Write(std::string bytes, std::function<void(bool)> written) override {
    bool more = false;
    {
      const std::lock_guard<std::mutex> lock(outcome_->mutex);
      outcome_->stream += bytes;
      more = outcome_->stream.size() < 100'000;
    }
    // A watch would never end by itself.
    if (!more || absl::EndsWith(request_.target, "/Watch")) Leave();
    written(!gone_);
  }
  void End(std::string bytes) override {
    const std::lock_guard<std::mutex> lock(outcome_->mutex);
    outcome_->stream += bytes;
    ++outcome_->answers;
    outcome_->changed.notify_all();
  }
  void Cut() override { Leave(); }
  [[nodiscard]] bool gone() const override { return gone_; }
  void OnGone(std::function<void()> then) override { on_gone_ = std::move(then); }

 private:
  void Take(HttpResponse response, bool whole) {
    const std::lock_guard<std::mutex> lock(outcome_->mutex);
    outcome_->response = std::move(response);
    outcome_->streamed = !whole;
    outcome_->answers += whole ? 1 : 0;
    outcome_->changed.notify_all();
  }
  void Leave() {
    if (!gone_.exchange(true) && on_gone_) on_gone_();
  }

  const HttpRequest request_;
  const std::shared_ptr<Outcome> outcome_;
  std::atomic<bool> gone_{false};
  std::function<void()> on_gone_;
};

void CheckAnswer(const HttpResponse& response) {
  static const std::set<int> kStatuses = {200, 204, 304, 400, 401, 403, 404, 405, 409,
                                          415, 421, 429, 499, 500, 501, 503, 504};
  if (!kStatuses.contains(response.status)) Broken("status", std::to_string(response.status));
  if (response.status == 500) Broken("an inner error", response.body);
  bool nosniff = false;
  std::string type;
  for (const auto& [name, value] : response.headers) {
    nosniff |= name == "X-Content-Type-Options";
    if (name == "Content-Type") type = value;
    if (value.find_first_of("\r\n") != std::string::npos || value.find('\0') != std::string::npos) {
      Broken("a header with a line end", name);
    }
    if (name == "Content-Encoding") return;
  }
  if (!nosniff) Broken("no nosniff", type);
  if (type == "application/json" && !response.body.empty() &&
      nlohmann::json::parse(response.body, nullptr, false).is_discarded()) {
    Broken("no JSON", response.body);
  }
}

void AnswerOne(HttpRequest request) {
  static Service* const kService = new Service;
  auto outcome = std::make_shared<Outcome>();
  kService->front->Answer(std::make_shared<Exchange>(std::move(request), outcome));
  std::unique_lock<std::mutex> lock(outcome->mutex);
  if (!outcome->changed.wait_for(lock, std::chrono::seconds(60),
                                 [&] { return outcome->answers > 0; })) {
    Broken("no answer", "");
  }
  if (outcome->answers != 1) Broken("answers", std::to_string(outcome->answers));
  CheckAnswer(outcome->response);
}

std::vector<HttpRequest> Read(absl::string_view input, std::size_t step) {
  constexpr std::size_t kMost = 20;
  std::vector<HttpRequest> requests;
  std::string pending;
  HttpParser* parser = nullptr;
  std::unique_ptr<HttpParser> own;
  for (std::size_t at = 0; at < input.size() && requests.size() < kMost; at += step) {
    absl::string_view part = input.substr(at, step);
    pending.append(part.data(), part.size());
    while (!pending.empty() && requests.size() < kMost) {
      if (parser == nullptr) {
        own = std::make_unique<HttpParser>(16384, 65536);
        parser = own.get();
      }
      const std::size_t taken = parser->Feed(pending);
      if (taken > pending.size()) Broken("took more than there was", "");
      pending.erase(0, taken);
      if (parser->state() == HttpParser::State::kBad) return requests;
      if (parser->state() == HttpParser::State::kDone) {
        requests.push_back(parser->Take());
        parser = nullptr;
      } else if (taken == 0) {
        break;
      }
    }
  }
  return requests;
}

}  // namespace

void Http(absl::string_view input) {
  std::vector<HttpRequest> whole = Read(input, input.size() + 1);
  const std::vector<HttpRequest> bytes = Read(input, 1);
  const std::vector<HttpRequest> some = Read(input, 7);
  if (whole.size() != bytes.size() || whole.size() != some.size()) {
    Broken("another number of requests in pieces", std::to_string(whole.size()));
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i].target != bytes[i].target || whole[i].headers != bytes[i].headers ||
        whole[i].body != bytes[i].body || whole[i].body != some[i].body) {
      Broken("another request in pieces", whole[i].target);
    }
  }
  for (HttpRequest& request : whole) AnswerOne(std::move(request));
}

}  // namespace lineage::fuzz
