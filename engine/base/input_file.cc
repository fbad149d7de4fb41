#include "engine/base/input_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;

absl::Status SystemError(absl::string_view shown, int error) {
  const std::string message = absl::StrCat(shown, ": ", std::strerror(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(message);
  return absl::PermissionDeniedError(message);
}

absl::StatusOr<std::string> RealPath(const fs::path& path, absl::string_view shown) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return SystemError(shown, error.value());
  return real.string();
}

bool LiesIn(absl::string_view path, absl::string_view root) {
  if (root == "/" || path == root) return true;
  return absl::StartsWith(path, root) && path.size() > root.size() && path[root.size()] == '/';
}

// The folder of a repository in the Hub's cache that has `path` among its snapshots.
std::optional<fs::path> HubRepositoryOf(const fs::path& path) {
  fs::path folder;
  bool repository = false;
  for (const fs::path& part : path) {
    if (repository && part == "snapshots") return folder;
    folder /= part;
    const std::string name = part.string();
    repository = absl::StartsWith(name, "models--") || absl::StartsWith(name, "datasets--") ||
                 absl::StartsWith(name, "spaces--");
  }
  return std::nullopt;
}

absl::Status LeadsOut(absl::string_view shown, absl::string_view real, absl::string_view out_of) {
  return absl::InvalidArgumentError(absl::StrCat(
      shown, ": is a link to ", EscapeForTerminal(real), ", out of ", EscapeForTerminal(out_of),
      ", and is not followed; name what it leads to if that is meant"));
}

// A link stays in the folder that holds it; what is no link does.
absl::Status CheckStep(const fs::path& step, absl::string_view shown) {
  std::error_code ignored;
  if (!fs::is_symlink(step, ignored)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string real, RealPath(step, shown));
  ASSIGN_OR_RETURN(const std::string holder, RealPath(step.parent_path(), shown));
  return LiesIn(real, holder) ? absl::OkStatus() : LeadsOut(shown, real, holder);
}

// What was named as an absolute path without "..", with the links that it has; those that somebody
// else may have put there were looked at, but for the last one.
absl::StatusOr<fs::path> ReadName(const std::string& path, absl::string_view shown) {
  ASSIGN_OR_RETURN(const std::string here, RealPath(".", "the working directory"));
  fs::path whole = (fs::path(here) / path).lexically_normal();
  if (!whole.has_filename() && whole.has_relative_path()) whole = whole.parent_path();  // "models/"
  ASSIGN_OR_RETURN(const std::string real, RealPath(path, shown));
  // "link/../x" is another file to the system than to who reads it.
  ASSIGN_OR_RETURN(const std::string as_written, RealPath(whole, shown));
  if (real != as_written) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown, ": goes back (..) through a link; name ", EscapeForTerminal(real)));
  }
  if (here != "/" && LiesIn(whole.string(), here)) {
    fs::path step = here;
    for (const fs::path& part : whole.lexically_relative(here).parent_path()) {
      step /= part;
      RETURN_IF_ERROR(CheckStep(step, shown));
    }
  }
  return whole;
}

const char* KindOf(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "something else";
}

std::string ByDescriptor(int fd) { return absl::StrCat("/proc/self/fd/", fd); }

}  // namespace

InputFile::~InputFile() {
  if (fd_ >= 0) ::close(fd_);
}

InputFile::InputFile(InputFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      shown_(std::move(other.shown_)),
      before_(other.before_),
      stream_(std::move(other.stream_)) {}

absl::Status InputFile::CheckUnchanged() const {
  struct stat now {};
  const bool same = ::fstat(fd_, &now) == 0 && now.st_size == before_.st_size &&
                    now.st_mtim.tv_sec == before_.st_mtim.tv_sec &&
                    now.st_mtim.tv_nsec == before_.st_mtim.tv_nsec &&
                    now.st_ctim.tv_sec == before_.st_ctim.tv_sec &&
                    now.st_ctim.tv_nsec == before_.st_ctim.tv_nsec;
  if (same) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(shown_, ": changed while it was read; try again"));
}

absl::StatusOr<std::string> InputFile::ReadAll(std::size_t max_bytes) {
  const absl::Status large =
      absl::InvalidArgumentError(absl::StrCat(shown_, ": larger than ", max_bytes, " bytes"));
  if (size() > max_bytes) return large;
  std::string text(size(), '\0');
  stream_.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream_.bad()) return absl::UnavailableError(absl::StrCat(shown_, ": cannot be read"));
  if (static_cast<std::size_t>(stream_.gcount()) != text.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown_, ": changed while it was read; try again"));
  }
  RETURN_IF_ERROR(CheckUnchanged());
  return text;
}

absl::StatusOr<Bounds> Bounds::OfFolder(const std::string& folder, absl::string_view shown) {
  ASSIGN_OR_RETURN(const fs::path named, ReadName(folder, shown));
  RETURN_IF_ERROR(CheckStep(named, shown));
  ASSIGN_OR_RETURN(const std::string real, RealPath(named, shown));
  Bounds bounds;
  bounds.roots_ = {real};
  if (const std::optional<fs::path> repository = HubRepositoryOf(real)) {
    bounds.roots_.push_back((*repository / "blobs").string());
  }
  return bounds;
}

absl::StatusOr<Bounds> Bounds::OfFile(const std::string& file, absl::string_view shown) {
  ASSIGN_OR_RETURN(const fs::path named, ReadName(file, shown));
  Bounds bounds;
  ASSIGN_OR_RETURN(const std::string holder, RealPath(named.parent_path(), shown));
  bounds.roots_ = {holder};
  if (const std::optional<fs::path> repository = HubRepositoryOf(named)) {
    // The repository has to be where it was named itself: else its name would open any folder.
    ASSIGN_OR_RETURN(const Bounds of, OfFolder(repository->string(), shown));
    bounds.roots_.push_back(absl::StrCat(of.roots_[0], "/blobs"));
  }
  return bounds;
}

bool Bounds::Hold(absl::string_view real) const {
  return std::any_of(roots_.begin(), roots_.end(),
                     [&](const std::string& root) { return LiesIn(real, root); });
}

absl::StatusOr<InputFile> Bounds::Open(const std::string& path, absl::string_view shown) const {
  // O_PATH: devices and FIFOs notice nothing.
  const int fd = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) return SystemError(shown, errno);
  InputFile file(fd, std::string(shown));
  if (::fstat(fd, &file.before_) != 0) return SystemError(shown, errno);
  std::error_code error;
  const std::string real = fs::read_symlink(ByDescriptor(fd), error).string();
  if (error) {
    return absl::UnavailableError(
        absl::StrCat(shown, ": where it lies cannot be told: is /proc mounted?"));
  }
  if (!Hold(real)) return LeadsOut(shown, real, roots_[0]);
  if (!S_ISREG(file.before_.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown, ": is ", KindOf(file.before_.st_mode), ", not a regular file"));
  }
  file.stream_.open(ByDescriptor(fd), std::ios::binary);
  if (!file.stream_) return absl::PermissionDeniedError(absl::StrCat(shown, ": cannot be read"));
  return file;
}

absl::StatusOr<InputFile> OpenNamedFile(const std::string& path, absl::string_view shown) {
  ASSIGN_OR_RETURN(const Bounds bounds, Bounds::OfFile(path, shown));
  return bounds.Open(path, shown);
}

absl::StatusOr<std::string> ReadNamedFile(const std::string& path, std::size_t max_bytes) {
  ASSIGN_OR_RETURN(InputFile file, OpenNamedFile(path, path));
  return file.ReadAll(max_bytes);
}

}  // namespace lineage
