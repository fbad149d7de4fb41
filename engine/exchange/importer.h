// Finds out what a path holds, and reads it.
#ifndef LINEAGE_ENGINE_EXCHANGE_IMPORTER_H_
#define LINEAGE_ENGINE_EXCHANGE_IMPORTER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "engine/base/date.h"
#include "engine/exchange/import.h"

namespace lineage {

// What all files of one path may come to when they are unpacked, unless told otherwise.
inline constexpr uint64_t kMostUnpacked = uint64_t{64} << 30;  // bytes

struct ImportOptions {
  std::optional<ImportFormat> format;          // found out if absent
  std::string id;                              // of the artifact, where the document does not tell
  std::map<std::string, std::string> columns;  // edge lists: what we call it -> the column
  Date today;
  // Whether an artifact of this id is known already: it goes on under its id, even under one that
  // would not be taken today. Nothing is known if absent.
  std::function<bool(absl::string_view id)> known_id;
  // Called now and then with what was read of a file, and its size (0: not known).
  std::function<void(uint64_t done, uint64_t size)> progress;
  uint64_t most_bytes = kMostUnpacked;
  // Set from elsewhere; looked at with every piece that is read (at most 64 KiB), whether there are
  // records in it or not.
  const std::atomic<bool>* cancelled = nullptr;
};

// Reads a file, a folder with all that is below it, or standard input ("-"). `shown` is how
// messages and claims name it. gzip and zstd are unpacked, whatever the file is called.
//
// A folder: each folder below it that holds a model is read as one (its id is org/name from the
// Hub's cache, or the last two folders of the path, else local/name); other files are read by
// themselves, if they have one of the formats. What is not read is counted in a note. Links to
// folders are not followed, links to files only within the bounds of what was named
// (engine/base/input_file.h); each that leads out, and each FIFO or device, is told.
//
// Errors: NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT (no format fits a file that was named
// itself, or a link leads out of where it was named; FIFOs and other special files; a file that
// changed while it was read; a packed file that is damaged: what came before is taken);
// RESOURCE_EXHAUSTED (more than most_bytes); CANCELLED; those of the sink. Bad records and, within
// folders, bad files are noted and the rest goes on.
absl::Status ImportPath(const std::string& path, const std::string& shown,
                        const ImportOptions& options, const LicenseMatcher& licenses,
                        ImportSink* sink);

// How much of a folder's file an import looks at: nothing (nullopt), its name alone (0), or so many
// bytes from its beginning. For who sends folders elsewhere.
[[nodiscard]] std::optional<uint64_t> BytesLookedAt(const std::string& name);

// The same for bytes that are at hand; `name` is the file's, for finding out what it is. Folders'
// files are read one by one (kModelFolder takes a single file for the whole folder).
absl::Status ImportStream(std::istream& in, const std::string& name, const ImportOptions& options,
                          const LicenseMatcher& licenses, ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_IMPORTER_H_
