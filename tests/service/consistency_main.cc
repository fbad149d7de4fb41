// Records a random history of concurrent writes and reads against a server, and checks it against a
// single-threaded model.
//
//   lineage_consistency OPERATIONS [THREADS] [SEED]
//
// The model is the log of acknowledged writes in order of their revisions. Every read says at which
// revision it was answered; it must show just the claims that the log has there, and that revision
// must not be older than any write that was acknowledged before the read began, nor than the token
// that it asked for.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/store/memory_store.h"
#include "service/client/client.h"
#include "service/server/log.h"
#include "service/server/server.h"

namespace lineage {
namespace {

namespace pb = lineage::v1;

constexpr int kArtifacts = 20;

// One finished operation; `begun` and `ended` are drawn from one counter.
struct Operation {
  enum Kind : uint8_t { kApply, kRetract, kRead, kAtLeast, kExactly } kind = kRead;
  uint64_t begun = 0;
  uint64_t ended = 0;
  uint64_t revision = 0;  // made, or answered at
  uint64_t asked = 0;     // of the token
  int artifact = 0;
  uint64_t claim = 0;  // written or retracted
  std::set<uint64_t> seen;
};

std::string IdOf(int artifact) { return absl::StrCat("acme/", artifact); }

// What threads share: tokens and claims that can be asked for.
struct Shared {
  std::atomic<uint64_t> clock{0};
  std::atomic<int64_t> left{0};
  std::mutex mutex;
  std::vector<std::pair<std::string, uint64_t>> tokens;
  std::vector<std::pair<uint64_t, int>> claims;  // not retracted yet, as far as is known
};

class Worker {
 public:
  Worker(Shared* shared, const std::string& target, uint64_t seed)
      : shared_(*shared), random_(seed) {
    ClientOptions options;
    options.target = target;
    options.timeout = absl::Seconds(120);
    client_ = *Client::Connect(options);
  }

  void Run() {
    while (--shared_.left >= 0) {
      Operation operation;
      operation.begun = ++shared_.clock;
      const uint64_t dice = random_() % 1000;
      const bool ok = dice < 20   ? Apply(&operation)
                      : dice < 27 ? Retract(&operation)
                                  : Read(&operation, dice);
      operation.ended = ++shared_.clock;
      if (ok) history.push_back(std::move(operation));
    }
  }

  std::vector<Operation> history;
  std::vector<std::string> errors;

 private:
  void Error(const char* what, const grpc::Status& status) {
    errors.push_back(absl::StrCat(what, ": ", status.error_message()));
  }

  bool Apply(Operation* operation) {
    operation->kind = Operation::kApply;
    operation->artifact = static_cast<int>(random_() % kArtifacts);
    pb::ApplyClaimsRequest request;
    pb::Artifact* artifact = request.add_artifacts();
    artifact->set_id(IdOf(operation->artifact));
    artifact->set_kind(pb::ARTIFACT_KIND_DATASET);
    pb::Claim* claim = request.add_claims();
    claim->set_subject(IdOf(operation->artifact));
    claim->set_remark("seen");
    claim->mutable_source()->set_kind(pb::SOURCE_KIND_CURATED);
    claim->mutable_source()->set_by("tester");
    claim->mutable_source()->set_said("2024");
    claim->mutable_source()->set_document("a test");
    pb::ApplyClaimsResponse response;
    const grpc::Status status =
        client_->claims().ApplyClaims(client_->NewContext().get(), request, &response);
    if (!status.ok()) return Error("apply", status), false;
    operation->revision = response.commit().revision();
    operation->claim = response.commit().first_claim();
    const std::lock_guard<std::mutex> lock(shared_.mutex);
    shared_.tokens.emplace_back(response.revision_token(), operation->revision);
    shared_.claims.emplace_back(operation->claim, operation->artifact);
    return true;
  }

  bool Retract(Operation* operation) {
    operation->kind = Operation::kRetract;
    {
      const std::lock_guard<std::mutex> lock(shared_.mutex);
      if (shared_.claims.empty()) return false;
      const std::size_t i = random_() % shared_.claims.size();
      operation->claim = shared_.claims[i].first;
      operation->artifact = shared_.claims[i].second;
      shared_.claims.erase(shared_.claims.begin() + static_cast<std::ptrdiff_t>(i));
    }
    pb::RetractClaimsRequest request;
    request.add_claims(operation->claim);
    request.set_reason("a test");
    pb::RetractClaimsResponse response;
    const grpc::Status status =
        client_->claims().RetractClaims(client_->NewContext().get(), request, &response);
    if (!status.ok()) return Error("retract", status), false;
    operation->revision = response.commit().revision();
    const std::lock_guard<std::mutex> lock(shared_.mutex);
    shared_.tokens.emplace_back(response.revision_token(), operation->revision);
    return true;
  }

  bool Read(Operation* operation, uint64_t dice) {
    operation->artifact = static_cast<int>(random_() % kArtifacts);
    pb::GetArtifactRequest request;
    request.set_artifact(IdOf(operation->artifact));
    request.mutable_options()->set_as_of("2026-01-01");
    operation->kind = dice < 500   ? Operation::kRead
                      : dice < 950 ? Operation::kAtLeast
                                   : Operation::kExactly;
    if (operation->kind != Operation::kRead) {
      const std::lock_guard<std::mutex> lock(shared_.mutex);
      if (shared_.tokens.empty()) return false;
      // Exactly: among the last ones mostly, as real callers do.
      const std::size_t reach = std::min<std::size_t>(
          shared_.tokens.size(),
          operation->kind == Operation::kExactly && random_() % 20 != 0 ? 6 : 1'000'000);
      const auto& [token, revision] = shared_.tokens[shared_.tokens.size() - 1 - random_() % reach];
      operation->asked = revision;
      auto* consistency = request.mutable_options()->mutable_consistency();
      if (operation->kind == Operation::kExactly) {
        consistency->set_exactly(token);
      } else {
        consistency->set_at_least(token);
      }
    }
    pb::GetArtifactResponse response;
    const grpc::Status status =
        client_->lineage().GetArtifact(client_->NewContext().get(), request, &response);
    if (status.error_code() == grpc::StatusCode::NOT_FOUND) return false;  // nobody wrote of it yet
    if (!status.ok()) return Error("read", status), false;
    for (const pb::ClaimView& view : response.claims()) {
      if (view.claim().retracted_revision() == 0) operation->seen.insert(view.claim().number());
    }
    operation->revision = RevisionOf(response.revision_token());
    return true;
  }

  // Tokens are opaque to callers; this test looks inside to learn the revision.
  static uint64_t RevisionOf(const std::string& token) {
    std::string bytes;
    if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() < 33) return 0;
    uint64_t revision = 0;
    for (std::size_t i = 25; i < 33; ++i) {
      revision = revision << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return revision;
  }

  Shared& shared_;
  std::mt19937_64 random_;
  std::unique_ptr<Client> client_;
};

// The number of violations.
int CheckHistory(std::vector<Operation> history) {
  int violations = 0;
  const auto violation = [&](const Operation& operation, const std::string& what) {
    if (++violations <= 20) {
      std::cout << "VIOLATION: operation " << operation.begun << " on " << IdOf(operation.artifact)
                << " at revision " << operation.revision << ": " << what << std::endl;
    }
  };
  // The model: writes in order of revision, each revision once.
  std::map<uint64_t, const Operation*> log;
  for (const Operation& operation : history) {
    if (operation.kind > Operation::kRetract) continue;
    if (!log.emplace(operation.revision, &operation).second) {
      violation(operation, "two writes have one revision");
    }
  }
  // Claims of every artifact, revision by revision; a read is checked when its revision is current.
  std::stable_sort(history.begin(), history.end(), [](const Operation& a, const Operation& b) {
    if (a.revision != b.revision) return a.revision < b.revision;
    return a.kind <= Operation::kRetract && b.kind > Operation::kRetract;
  });
  std::vector<std::set<uint64_t>> claims(kArtifacts);
  for (const Operation& operation : history) {
    auto& here = claims[static_cast<std::size_t>(operation.artifact)];
    if (operation.kind == Operation::kApply) {
      here.insert(operation.claim);
    } else if (operation.kind == Operation::kRetract) {
      here.erase(operation.claim);
    } else if (operation.seen != here) {
      violation(operation, absl::StrCat("saw ", operation.seen.size(), " claims, the model has ",
                                        here.size()));
    }
    if (operation.kind == Operation::kAtLeast && operation.revision < operation.asked) {
      violation(operation, "older than at_least");
    }
    if (operation.kind == Operation::kExactly && operation.revision != operation.asked) {
      violation(operation, "not exactly");
    }
  }
  // Real time: what begins after an acknowledgement sees it.
  std::sort(history.begin(), history.end(),
            [](const Operation& a, const Operation& b) { return a.begun < b.begun; });
  std::vector<const Operation*> by_end;
  for (const Operation& operation : history) {
    if (operation.kind <= Operation::kRetract) by_end.push_back(&operation);
  }
  std::sort(by_end.begin(), by_end.end(),
            [](const Operation* a, const Operation* b) { return a->ended < b->ended; });
  std::size_t next = 0;
  uint64_t newest = 0;
  for (const Operation& operation : history) {
    for (; next < by_end.size() && by_end[next]->ended < operation.begun; ++next) {
      newest = std::max(newest, by_end[next]->revision);
    }
    if (operation.kind != Operation::kExactly && operation.revision < newest) {
      violation(operation, absl::StrCat("stale: revision ", newest, " was acknowledged before"));
    }
  }
  return violations;
}

int Run(int64_t operations, int threads, uint64_t seed) {
  SetLogLevel("off");
  KnowledgeBaseOptions base_options;
  base_options.builtin = false;
  auto base = KnowledgeBase::Open(MakeMemoryStore(), base_options);
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.limits.queue = options.limits.requests = 10'000;
  options.limits.read_time = options.limits.write_time = absl::Seconds(100);
  auto server = Server::Start(options, *std::move(base));
  if (!server.ok()) {
    std::cout << server.status() << std::endl;
    return 1;
  }
  Shared shared;
  shared.left = operations;
  const std::string target = absl::StrCat("127.0.0.1:", (*server)->port());
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < threads; ++i) {
    workers.push_back(
        std::make_unique<Worker>(&shared, target, seed * 1000 + static_cast<uint64_t>(i)));
  }
  std::vector<std::thread> running;
  for (const auto& worker : workers) running.emplace_back([&] { worker->Run(); });
  for (std::thread& thread : running) thread.join();
  std::vector<Operation> history;
  std::size_t errors = 0;
  for (const auto& worker : workers) {
    errors += worker->errors.size();
    for (std::size_t i = 0; i < worker->errors.size() && i < 3; ++i) {
      std::cout << "ERROR: " << worker->errors[i] << std::endl;
    }
    std::move(worker->history.begin(), worker->history.end(), std::back_inserter(history));
  }
  workers.clear();
  (*server)->Stop();
  std::size_t writes = 0;
  for (const Operation& operation : history)
    writes += operation.kind <= Operation::kRetract ? 1 : 0;
  const int violations = CheckHistory(history);
  std::cout << operations << " operations on " << threads << " threads: " << history.size()
            << " recorded, " << writes << " of them writes, " << errors << " errors, " << violations
            << " violations\n";
  return violations == 0 && errors == 0 && writes > 0 ? 0 : 1;
}

}  // namespace
}  // namespace lineage

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: lineage_consistency OPERATIONS [THREADS] [SEED]\n";
    return 64;
  }
  return lineage::Run(std::atoll(argv[1]), argc > 2 ? std::atoi(argv[2]) : 8,
                      argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1);
}
