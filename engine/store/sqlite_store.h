// The embedded store: one SQLite file in a folder, in write-ahead mode, synced on every commit.
#ifndef LINEAGE_ENGINE_STORE_SQLITE_STORE_H_
#define LINEAGE_ENGINE_STORE_SQLITE_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/store/store.h"

namespace lineage {

struct SqliteStoreOptions {
  std::string directory;
  // Writers are exclusive: one process at a time, from Open to destruction.
  bool writable = false;
  bool create = false;  // make the folder and the store if they are missing
  // How long to wait for another writer before giving up.
  absl::Duration lock_timeout = absl::Seconds(5);
  // The name of a registered SQLite VFS; empty: the default one. Tests fail and tear writes with
  // it.
  std::string vfs;
};

// Errors: NOT_FOUND (no store there); FAILED_PRECONDITION (another process writes to it; made by a
// newer version); DATA_LOSS (not a store, damaged, or gone from beside what belongs to it: an
// image, a lock, a store that was replaced); PERMISSION_DENIED. Damage of records is found by
// Replay.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteStoreOptions& options);

// True if there is a store in the folder, or what is left of one.
[[nodiscard]] bool SqliteStoreExists(const std::string& directory);

// Writes a copy of the store, as of one moment, to the new file `path`; writers may go on.
// Errors: ALREADY_EXISTS (`path` is there); and those of Open.
absl::Status BackUpSqliteStore(const std::string& directory, const std::string& path);

// Puts a copy in the place of the store in `directory` (which may be missing), with a new epoch.
// The copy is verified first; what was there is kept beside it as store.sqlite.replaced (one that
// was kept before goes). At no moment is there no store. Returns the identity. Errors: those of
// Open and VerifyChain; FAILED_PRECONDITION (somebody has the store open for writing).
absl::StatusOr<StoreIdentity> RestoreSqliteStore(const std::string& directory,
                                                 const std::string& path);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_STORE_SQLITE_STORE_H_
