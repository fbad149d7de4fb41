#include "tests/faults/fault_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

namespace lineage::testing {
namespace {

constexpr int kSector = 512;

struct Operation {
  enum Kind : uint8_t { kWrite, kTruncate, kSync, kDelete } kind = kWrite;
  std::string file;
  int64_t offset = 0;  // or the new size
  std::string bytes;
};

struct State {
  std::vector<Operation> operations;
  int64_t countdown = 0;  // to the fault; 0: none
  Fault fault = Fault::kNone;
  bool sticky = false;
  bool met = false;
};
State& The() {
  static State* const kState = new State;
  return *kState;
}

// SQLITE_OK, or what the operation under way has to fail with.
int CountDown(bool sync) {
  State& state = The();
  if (state.met && state.sticky) {
    return state.fault == Fault::kDiskFull ? SQLITE_FULL
           : sync                          ? SQLITE_IOERR_FSYNC
                                           : SQLITE_IOERR_WRITE;
  }
  if (state.fault == Fault::kNone || state.met) return SQLITE_OK;
  if (sync != (state.fault == Fault::kSyncFails)) return SQLITE_OK;
  if (--state.countdown > 0) return SQLITE_OK;
  state.met = true;
  return state.fault == Fault::kDiskFull    ? SQLITE_FULL
         : state.fault == Fault::kSyncFails ? SQLITE_IOERR_FSYNC
                                            : SQLITE_IOERR_WRITE;
}

// The system's file follows this one in memory.
struct File {
  sqlite3_file base;
  std::string* name;  // null for temporary files, which are not recorded
};
sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}
void Record(sqlite3_file* file, Operation operation) {
  const std::string* name = reinterpret_cast<File*>(file)->name;
  if (name == nullptr) return;
  operation.file = *name;
  The().operations.push_back(std::move(operation));
}

int Close(sqlite3_file* f) {
  const int code = Real(f)->pMethods->xClose(Real(f));
  delete reinterpret_cast<File*>(f)->name;
  return code;
}
int Read(sqlite3_file* f, void* out, int size, sqlite3_int64 at) {
  return Real(f)->pMethods->xRead(Real(f), out, size, at);
}
int Write(sqlite3_file* f, const void* bytes, int size, sqlite3_int64 at) {
  if (const int code = CountDown(false); code != SQLITE_OK) {
    // What fails may have happened in part.
    if (size > kSector) {
      Real(f)->pMethods->xWrite(Real(f), bytes, kSector, at);
      Record(f, {Operation::kWrite, "", at, std::string(static_cast<const char*>(bytes), kSector)});
    }
    return code;
  }
  Record(f, {Operation::kWrite, "", at,
             std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))});
  return Real(f)->pMethods->xWrite(Real(f), bytes, size, at);
}
int Truncate(sqlite3_file* f, sqlite3_int64 size) {
  Record(f, {Operation::kTruncate, "", size, ""});
  return Real(f)->pMethods->xTruncate(Real(f), size);
}
int Sync(sqlite3_file* f, int) {
  if (const int code = CountDown(true); code != SQLITE_OK) return code;
  Record(f, {Operation::kSync, "", 0, ""});
  return SQLITE_OK;  // the record is the disk: no need to wait for the real one
}
int FileSize(sqlite3_file* f, sqlite3_int64* size) {
  return Real(f)->pMethods->xFileSize(Real(f), size);
}
int Lock(sqlite3_file* f, int level) { return Real(f)->pMethods->xLock(Real(f), level); }
int Unlock(sqlite3_file* f, int level) { return Real(f)->pMethods->xUnlock(Real(f), level); }
int CheckLock(sqlite3_file* f, int* out) {
  return Real(f)->pMethods->xCheckReservedLock(Real(f), out);
}
int Control(sqlite3_file* f, int op, void* arg) {
  return Real(f)->pMethods->xFileControl(Real(f), op, arg);
}
int SectorSize(sqlite3_file*) { return kSector; }
int Characteristics(sqlite3_file*) { return 0; }  // promises nothing: neither order nor atomicity
int ShmMap(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return Real(f)->pMethods->xShmMap(Real(f), page, size, extend, out);
}
int ShmLock(sqlite3_file* f, int offset, int n, int flags) {
  return Real(f)->pMethods->xShmLock(Real(f), offset, n, flags);
}
void ShmBarrier(sqlite3_file* f) { Real(f)->pMethods->xShmBarrier(Real(f)); }
int ShmUnmap(sqlite3_file* f, int remove) { return Real(f)->pMethods->xShmUnmap(Real(f), remove); }

const sqlite3_io_methods kMethods = {
    2,        Close,     Read,    Write,      Truncate,        Sync,   FileSize, Lock,
    Unlock,   CheckLock, Control, SectorSize, Characteristics, ShmMap, ShmLock,  ShmBarrier,
    ShmUnmap, nullptr,   nullptr};

sqlite3_vfs* System() { return sqlite3_vfs_find("unix"); }

int Open(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out_flags) {
  auto* file = reinterpret_cast<File*>(f);
  file->base.pMethods = nullptr;
  file->name = nullptr;
  const int code = System()->xOpen(System(), name, Real(f), flags, out_flags);
  if (code != SQLITE_OK) return code;
  file->base.pMethods = &kMethods;
  if (name != nullptr) file->name = new std::string(name);
  return SQLITE_OK;
}
int Delete(sqlite3_vfs*, const char* name, int sync) {
  The().operations.push_back({Operation::kDelete, name, 0, ""});
  return System()->xDelete(System(), name, sync);
}

// One file as it grows from operations.
void Apply(const Operation& operation, std::string* content) {
  if (operation.kind == Operation::kTruncate) {
    content->resize(static_cast<std::size_t>(operation.offset), '\0');
    return;
  }
  const auto end = static_cast<std::size_t>(operation.offset) + operation.bytes.size();
  if (content->size() < end) content->resize(end, '\0');
  std::memcpy(content->data() + operation.offset, operation.bytes.data(), operation.bytes.size());
}

}  // namespace

void RegisterFaultVfs() {
  static sqlite3_vfs* const kVfs = [] {
    auto* vfs = new sqlite3_vfs(*System());
    vfs->zName = "faulty";
    vfs->pNext = nullptr;
    vfs->szOsFile = static_cast<int>(sizeof(File)) + System()->szOsFile;
    vfs->xOpen = Open;
    vfs->xDelete = Delete;
    sqlite3_vfs_register(vfs, 0);
    return vfs;
  }();
  static_cast<void>(kVfs);
}

void ResetFaultVfs() { The() = State(); }

void FailAt(int64_t n, Fault fault, bool sticky) {
  The().countdown = n;
  The().fault = fault;
  The().sticky = sticky;
  The().met = false;
}

bool FaultWasMet() { return The().met; }

std::size_t Moment() { return The().operations.size(); }

void LosePower(const std::string& from, const std::string& to, std::size_t moment,
               std::mt19937_64* random) {
  namespace fs = std::filesystem;
  fs::remove_all(to);
  fs::create_directories(to);
  const std::vector<Operation>& all = The().operations;
  moment = std::min(moment, all.size());
  // The last sync of each file: what precedes it is safe.
  std::map<std::string, std::size_t> synced;
  for (std::size_t i = 0; i < moment; ++i) {
    if (all[i].kind == Operation::kSync) synced[all[i].file] = i;
    // A deletion is as good as done or not done; the directory is synced with the next commit.
  }
  // How much of the unsynced reaches the disk, this time: nothing, all, or some.
  const int luck = static_cast<int>((*random)() % 4);
  const auto lucky = [&] { return luck == 1 || (luck > 1 && (*random)() % 2 == 0); };
  std::map<std::string, std::string> files;
  for (std::size_t i = 0; i < moment; ++i) {
    const Operation& operation = all[i];
    if (operation.kind == Operation::kSync) continue;
    if (operation.kind == Operation::kDelete) {
      files.erase(operation.file);
      continue;
    }
    const auto it = synced.find(operation.file);
    if (it != synced.end() && i < it->second) {
      Apply(operation, &files[operation.file]);
    } else if (operation.kind == Operation::kTruncate) {
      if (lucky()) Apply(operation, &files[operation.file]);
    } else {
      files[operation.file];  // its name is there
      for (std::size_t at = 0; at < operation.bytes.size(); at += kSector) {
        if (!lucky()) continue;
        Apply({Operation::kWrite, operation.file, operation.offset + static_cast<int64_t>(at),
               operation.bytes.substr(at, kSector)},
              &files[operation.file]);
      }
    }
  }
  for (const auto& [name, content] : files) {
    if (name.rfind(from, 0) != 0) continue;
    std::ofstream(to + name.substr(from.size()), std::ios::binary) << content;
  }
}

}  // namespace lineage::testing
