// Kills the daemon under concurrent writers, again and again, and looks what is left.
//
//   lineage_crash CYCLES [SEED]
//
// Of what was acknowledged nothing may be lost; of a batch all or nothing is there; a request that
// is repeated is the one that was committed; the chain of hashes holds.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "engine/store/sqlite_store.h"
#include "service/client/client.h"
#include "tests/service/daemon.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

namespace pb = lineage::v1;
using Clock = std::chrono::steady_clock;

constexpr int kWriters = 4;
constexpr int kClaims = 3;
constexpr int kCyclesPerStore = 200;  // a new store now and then, so that cycles stay short

int failures = 0;
void Fail(const std::string& message) {
  std::cout << "FAILED: " << message << std::endl;
  ++failures;
}

pb::ApplyClaimsRequest RequestOf(const std::string& id) {
  pb::ApplyClaimsRequest request;
  request.set_request_id(id);
  for (int i = 0; i < kClaims; ++i) {
    pb::Claim* claim = request.add_claims();
    claim->set_subject("acme/" + id);
    claim->set_remark("part " + std::to_string(i));
    claim->mutable_source()->set_kind(pb::SOURCE_KIND_CURATED);
    claim->mutable_source()->set_by("tester");
    claim->mutable_source()->set_said("2024");
    claim->mutable_source()->set_document("a test");
  }
  return request;
}

std::unique_ptr<Client> Connect(const std::string& target) {
  ClientOptions options;
  options.target = target;
  options.timeout = absl::Seconds(30);
  return *Client::Connect(options);
}

int Run(int cycles, uint64_t seed) {
  std::mt19937_64 random(seed);
  uint64_t acknowledged_count = 0;
  uint64_t unknown_count = 0;
  double slowest_start = 0;
  std::unique_ptr<testing::TemporaryFolder> folder;
  std::mutex mutex;
  std::map<std::string, uint64_t> acknowledged;  // request id -> revision
  std::vector<std::string> unknown;              // no answer: may be there or not
  for (int cycle = 0; cycle < cycles && failures < 10; ++cycle) {
    if (cycle % kCyclesPerStore == 0) {
      folder = std::make_unique<testing::TemporaryFolder>();
      acknowledged.clear();
      unknown.clear();
    }
    testing::Daemon daemon(folder->root());
    const auto begun = Clock::now();
    if (!daemon.Start({"--store", folder->path(), "--listen", "127.0.0.1:0", "--no-builtin",
                       "--log-level", "error"})) {
      Fail("the daemon does not start: " + daemon.Log());
      break;
    }
    slowest_start =
        std::max(slowest_start, std::chrono::duration<double>(Clock::now() - begun).count());
    // What a writer who got no answer does: repeats the request under its id.
    {
      const auto client = Connect(daemon.target());
      for (const std::string& id : unknown) {
        pb::ApplyClaimsResponse response;
        const grpc::Status status =
            client->claims().ApplyClaims(client->NewContext().get(), RequestOf(id), &response);
        if (!status.ok()) {
          Fail("repeating " + id + ": " + status.error_message());
          continue;
        }
        acknowledged[id] = response.commit().revision();
      }
      unknown_count += unknown.size();
      unknown.clear();
    }
    std::atomic<bool> stop{false};
    std::vector<std::thread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([&, w] {
        const auto client = Connect(daemon.target());
        for (int i = 0; !stop; ++i) {
          const std::string id =
              std::to_string(cycle) + "-" + std::to_string(w) + "-" + std::to_string(i);
          pb::ApplyClaimsResponse response;
          const grpc::Status status =
              client->claims().ApplyClaims(client->NewContext().get(), RequestOf(id), &response);
          const std::lock_guard<std::mutex> lock(mutex);
          if (status.ok()) {
            acknowledged[id] = response.commit().revision();
            ++acknowledged_count;
          } else {
            unknown.push_back(id);
            return;
          }
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + random() % 40'000));
    daemon.Signal(SIGKILL);
    stop = true;
    for (std::thread& writer : writers) writer.join();

    if (cycle % 10 != 9 && cycle + 1 != cycles) continue;
    SqliteStoreOptions options;
    options.directory = folder->path();
    auto store = OpenSqliteStore(options);
    if (!store.ok()) {
      Fail("the store cannot be opened: " + std::string(store.status().message()));
      break;
    }
    if (const auto chain = VerifyChain(store->get()); !chain.ok()) {
      Fail(std::string(chain.status().message()));
    }
    std::map<std::string, uint64_t> found;
    const absl::Status replayed = (*store)->Replay(0, ~Revision{0}, [&](const Change& change) {
      if (change.claims.size() != kClaims) Fail("half a batch");
      if (!found.emplace(change.commit.request_id, change.commit.revision).second) {
        Fail("written twice: " + change.commit.request_id);
      }
      return absl::OkStatus();
    });
    if (!replayed.ok()) Fail(std::string(replayed.message()));
    for (const auto& [id, revision] : acknowledged) {
      const auto it = found.find(id);
      if (it == found.end()) {
        Fail("lost: " + id);
      } else if (it->second != revision) {
        Fail("moved: " + id);
      }
    }
  }
  std::cout << cycles << " cycles, " << acknowledged_count << " acknowledged batches, "
            << unknown_count << " repeated; slowest start " << slowest_start << " s; " << failures
            << " failures\n";
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace lineage

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: lineage_crash CYCLES [SEED]\n";
    return 64;
  }
  return lineage::Run(std::atoi(argv[1]), argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
}
