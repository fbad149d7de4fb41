// An SQLite VFS over the system's own that records every write and sync, and fails on demand.
//
// From the record, the disk as a power loss would leave it can be made for any moment: what was
// synced is there; of what was not, any part may be there, sector by sector, in any order.
#ifndef LINEAGE_TESTS_FAULTS_FAULT_VFS_H_
#define LINEAGE_TESTS_FAULTS_FAULT_VFS_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lineage::testing {

enum class Fault : uint8_t { kNone, kWriteFails, kDiskFull, kSyncFails };

// Registers the VFS "faulty" once; use from one thread. All state is the process's.
void RegisterFaultVfs();

// Forgets the record and all faults.
void ResetFaultVfs();

// The `n`-th write or sync from now on (1 is the next) fails, and with `sticky` all after it.
void FailAt(int64_t n, Fault fault, bool sticky);
// Whether the fault was met.
bool FaultWasMet();

// How many operations were recorded so far: a moment.
std::size_t Moment();

// Writes the files as they may be after a power loss right after the first `moment` operations into
// `to` (a new folder); `from` is the folder they were in.
void LosePower(const std::string& from, const std::string& to, std::size_t moment,
               std::mt19937_64* random);

}  // namespace lineage::testing

#endif  // LINEAGE_TESTS_FAULTS_FAULT_VFS_H_
