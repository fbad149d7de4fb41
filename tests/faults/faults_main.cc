// Breaks the disk and the memory under the store, and looks what is left.
//
//   lineage_faults power N [SEED]    N power losses at random moments
//   lineage_faults errors            the n-th write or sync fails, n = 1 … until all is well
//   lineage_faults memory            the n-th allocation of SQLite fails, n = 1 … until all is well
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>

#include "engine/store/sqlite_store.h"
#include "tests/faults/fault_vfs.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

using testing::Fault;

constexpr std::size_t kClaimsPerBatch = 3;

int failures = 0;
void Fail(const std::string& message) {
  std::cout << "FAILED: " << message << std::endl;
  ++failures;
}

Batch BatchOf(int n) {
  Batch batch;
  batch.author = "tester";
  batch.request_id = "r" + std::to_string(n);
  for (std::size_t i = 0; i < kClaimsPerBatch; ++i) {
    Claim claim = testing::LicenseClaim("acme/" + std::to_string(n), "MIT");
    claim.quote = std::string(static_cast<std::size_t>(n * 37 % 900), 'q');
    batch.claims.push_back(claim);
  }
  return batch;
}

SqliteStoreOptions Options(const std::string& folder, bool faulty) {
  SqliteStoreOptions options;
  options.directory = folder;
  options.writable = options.create = true;
  options.lock_timeout = absl::ZeroDuration();
  if (faulty) options.vfs = "faulty";
  return options;
}

// The store must open, be whole, and hold the first `acknowledged` batches; at most `written` were
// ever begun.
void Inspect(const std::string& folder, Revision acknowledged, Revision written,
             const std::string& what) {
  auto store = OpenSqliteStore(Options(folder, false));
  if (!store.ok()) {
    Fail(what + ": cannot be opened: " + std::string(store.status().message()));
    return;
  }
  if (const auto chain = VerifyChain(store->get()); !chain.ok()) {
    Fail(what + ": " + std::string(chain.status().message()));
  }
  const auto head = (*store)->Head();
  if (!head.ok() || *head < acknowledged) {
    Fail(what + ": an acknowledged batch is lost: " + std::to_string(head.value_or(0)) + " of " +
         std::to_string(acknowledged));
  } else if (*head > written) {
    Fail(what + ": more than was written");
  }
  const absl::Status whole = (*store)->Replay(0, ~Revision{0}, [&](const Change& change) {
    if (change.claims.size() != kClaimsPerBatch) Fail(what + ": half a batch");
    if (change.commit.request_id != "r" + std::to_string(change.commit.revision)) {
      Fail(what + ": batches out of order");
    }
    return absl::OkStatus();
  });
  if (!whole.ok()) Fail(what + ": " + std::string(whole.message()));
  // It can be written to, and repeats what it knows.
  for (Revision next = acknowledged + 1; next <= written + 1; ++next) {
    const auto commit = (*store)->Append(BatchOf(static_cast<int>(next)));
    if (!commit.ok() || commit->revision != next) Fail(what + ": cannot go on");
  }
}

int Power(int64_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  const testing::TemporaryFolder folder;
  const std::string lost = folder.root() + "/lost";
  int64_t done = 0;
  for (int round = 0; done < count; ++round) {
    // A workload long enough for checkpoints, reopened in the middle.
    testing::ResetFaultVfs();
    std::filesystem::remove_all(folder.path());
    std::vector<std::size_t> acknowledged_at;  // the moment at which each batch was acknowledged
    std::vector<std::size_t> begun_at;
    const int batches = 40 + static_cast<int>(random() % 60);
    for (int part = 0; part < 2; ++part) {
      auto store = OpenSqliteStore(Options(folder.path(), true));
      if (!store.ok()) {
        Fail("the workload: " + std::string(store.status().message()));
        return 1;
      }
      for (int i = 0; i < batches / 2; ++i) {
        begun_at.push_back(testing::Moment());
        const auto commit = (*store)->Append(BatchOf(static_cast<int>(acknowledged_at.size()) + 1));
        if (!commit.ok()) Fail("the workload: " + std::string(commit.status().message()));
        acknowledged_at.push_back(testing::Moment());
      }
    }
    const std::size_t end = testing::Moment();
    for (int i = 0; i < 500 && done < count; ++i, ++done) {
      const std::size_t moment = random() % (end + 1);
      testing::LosePower(folder.path(), lost, moment, &random);
      Revision acknowledged = 0;
      Revision begun = 0;
      for (const std::size_t at : acknowledged_at) acknowledged += at <= moment ? 1 : 0;
      for (const std::size_t at : begun_at) begun += at < moment ? 1 : 0;
      const int before = failures;
      Inspect(lost, acknowledged, begun,
              "seed " + std::to_string(seed) + ", round " + std::to_string(round) + ", moment " +
                  std::to_string(moment) + " of " + std::to_string(end));
      if (failures > before + 10) return 1;
    }
  }
  std::cout << done << " power losses, " << failures << " failures\n";
  return failures == 0 ? 0 : 1;
}

// Runs a small workload under a fault. Returns how many batches were acknowledged and begun.
void Workload(const std::string& folder, Revision* acknowledged, Revision* begun) {
  *acknowledged = *begun = 0;
  auto store = OpenSqliteStore(Options(folder, true));
  if (!store.ok()) {
    if (store.status().message().empty()) Fail("an error without a message");
    return;
  }
  for (int n = 1; n <= 12; ++n) {
    *begun = static_cast<Revision>(n);
    // As a careful writer does: repeats what failed, under the same name.
    absl::StatusOr<Commit> commit;
    for (int attempt = 0; attempt < 3; ++attempt) {
      commit = (*store)->Append(BatchOf(n));
      if (commit.ok()) break;
      if (commit.status().message().empty()) Fail("an error without a message");
    }
    if (!commit.ok()) return;
    if (commit->revision != static_cast<Revision>(n)) Fail("a batch was written twice");
    *acknowledged = static_cast<Revision>(n);
  }
}

int Errors() {
  int64_t cases = 0;
  std::mt19937_64 random(1);
  for (const Fault fault : {Fault::kWriteFails, Fault::kDiskFull, Fault::kSyncFails}) {
    for (const bool sticky : {false, true}) {
      for (int64_t n = 1;; ++n) {
        const testing::TemporaryFolder folder;
        testing::ResetFaultVfs();
        testing::FailAt(n, fault, sticky);
        Revision acknowledged = 0;
        Revision begun = 0;
        Workload(folder.path(), &acknowledged, &begun);
        const bool met = testing::FaultWasMet();
        const std::string what = "fault " + std::to_string(static_cast<int>(fault)) +
                                 (sticky ? " for good" : " once") + " at " + std::to_string(n);
        const std::size_t moment = testing::Moment();
        testing::FailAt(0, Fault::kNone, false);
        // And the power goes as well.
        testing::LosePower(folder.path(), folder.root() + "/lost", moment, &random);
        Inspect(folder.root() + "/lost", acknowledged, begun, what + ", then no power");
        if (std::filesystem::exists(folder.path() + "/store.sqlite")) {
          Inspect(folder.path(), acknowledged, begun, what);
        }
        ++cases;
        if (!met) {
          if (acknowledged != 12) Fail(what + ": failed without a fault");
          break;
        }
        if (!sticky && acknowledged != 12 && fault != Fault::kWriteFails && n > 60) {
          Fail(what + ": did not recover from one fault");
        }
      }
    }
  }
  std::cout << cases << " faults, " << failures << " failures\n";
  return failures == 0 ? 0 : 1;
}

// SQLite's allocator, failing once on demand.
sqlite3_mem_methods real_memory;
int64_t memory_countdown = 0;
bool memory_met = false;
bool MemoryFails() {
  if (memory_countdown == 0 || --memory_countdown > 0) return false;
  memory_met = true;
  return true;
}
void* FailingMalloc(int size) { return MemoryFails() ? nullptr : real_memory.xMalloc(size); }
void* FailingRealloc(void* old, int size) {
  return MemoryFails() ? nullptr : real_memory.xRealloc(old, size);
}

int Memory() {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
  sqlite3_mem_methods failing = real_memory;
  failing.xMalloc = FailingMalloc;
  failing.xRealloc = FailingRealloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
  testing::RegisterFaultVfs();
  int64_t cases = 0;
  for (int64_t n = 1;; n += 1 + n / 50) {  // closely at first, then in larger steps
    const testing::TemporaryFolder folder;
    testing::ResetFaultVfs();
    memory_met = false;
    memory_countdown = n;
    Revision acknowledged = 0;
    Revision begun = 0;
    Workload(folder.path(), &acknowledged, &begun);
    memory_countdown = 0;
    if (std::filesystem::exists(folder.path() + "/store.sqlite")) {
      Inspect(folder.path(), acknowledged, begun, "allocation " + std::to_string(n));
    }
    ++cases;
    if (!memory_met) break;
  }
  std::cout << cases << " failed allocations, " << failures << " failures\n";
  return failures == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "memory") return Memory();
  testing::RegisterFaultVfs();
  if (what == "errors") return Errors();
  if (what == "power" && argc > 2) {
    return Power(std::atoll(argv[2]), argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1);
  }
  std::cerr << "usage: lineage_faults power N [SEED] | errors | memory\n";
  return 64;
}

}  // namespace
}  // namespace lineage

int main(int argc, char** argv) { return lineage::Main(argc, argv); }
