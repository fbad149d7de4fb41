// Files that somebody named, or that lie in a folder that somebody named; nothing that a link among
// them leads to elsewhere. Folders come from strangers (a pull request, a download): a link in one
// must not make this program print what its user can read.
#ifndef LINEAGE_ENGINE_BASE_INPUT_FILE_H_
#define LINEAGE_ENGINE_BASE_INPUT_FILE_H_

#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lineage {

// A regular file, opened for reading. Movable.
class InputFile {
 public:
  ~InputFile();
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  InputFile(const InputFile&) = delete;

  [[nodiscard]] std::istream& stream() { return stream_; }
  [[nodiscard]] uint64_t size() const { return static_cast<uint64_t>(before_.st_size); }

  // After reading. INVALID_ARGUMENT if the file changed since it was opened.
  [[nodiscard]] absl::Status CheckUnchanged() const;

  // All of it. Errors: INVALID_ARGUMENT (larger than that, changed meanwhile), UNAVAILABLE.
  absl::StatusOr<std::string> ReadAll(std::size_t max_bytes);

 private:
  friend class Bounds;
  InputFile(int fd, std::string shown) : fd_(fd), shown_(std::move(shown)) {}

  int fd_;  // names the file; reading is by `stream_`
  std::string shown_;
  struct stat before_ {};
  std::ifstream stream_;
};

// Where files that are read may lie, whatever links lead to them.
class Bounds {
 public:
  // Of a folder that was named: all below it. A snapshot of the Hub's cache
  // (models--ORG--NAME/snapshots/…) has the blobs beside it, too, since its files are links to
  // them.
  //
  // Of a file that was named: the folder that holds it, and the Hub's blobs as above.
  //
  // What is named may be a link itself, as may each folder on the way to it from the working
  // directory, if it stays in the folder that holds the link: else whoever wrote the link would
  // choose what is read. Above the working directory, and on the way to what lies elsewhere, links
  // are the system's, and followed.
  //
  // Errors: NOT_FOUND; INVALID_ARGUMENT (a link leads out; the message says where to, so that the
  // user can name that). `shown` is how messages call it.
  static absl::StatusOr<Bounds> OfFolder(const std::string& folder, absl::string_view shown);
  static absl::StatusOr<Bounds> OfFile(const std::string& file, absl::string_view shown);

  // Opens a file and makes sure of where it lies: of what was opened, not of its name, so that a
  // link that is exchanged meanwhile changes nothing. Errors: NOT_FOUND, PERMISSION_DENIED;
  // INVALID_ARGUMENT (no regular file; out of bounds).
  absl::StatusOr<InputFile> Open(const std::string& path, absl::string_view shown) const;

 private:
  [[nodiscard]] bool Hold(absl::string_view real) const;

  std::vector<std::string> roots_;  // absolute, without links
};

// A file that was named itself. Errors: those of OfFile, Open and ReadAll.
absl::StatusOr<InputFile> OpenNamedFile(const std::string& path, absl::string_view shown);
absl::StatusOr<std::string> ReadNamedFile(const std::string& path,
                                          std::size_t max_bytes = std::size_t{64} << 20);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_INPUT_FILE_H_
