#include "service/safety/private_file.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace lineage {
namespace {

absl::Status CheckMode(const std::string& path, Privacy privacy, mode_t mode,
                       std::string* warning) {
  if ((mode & S_IWOTH) != 0) {
    return absl::PermissionDeniedError(absl::StrCat(
        path, ": everybody on this machine can change it, so it is not used: chmod o-w ", path));
  }
  if ((mode & S_IROTH) == 0 || privacy == Privacy::kPublic) return absl::OkStatus();
  if (privacy == Privacy::kSecret) {
    return absl::PermissionDeniedError(
        absl::StrCat(path,
                     ": everybody on this machine can read this secret, so it is not used: chmod "
                     "o= ",
                     path, ", and replace the secret if others have accounts here"));
  }
  *warning = absl::StrCat(
      path,
      ": everybody on this machine can read who has access (hashes, no tokens): chmod o= ", path);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PrivateFile> ReadPrivateFile(const std::string& path, Privacy privacy,
                                            std::size_t max_bytes) {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    const std::string message = absl::StrCat(path, ": ", std::strerror(errno));
    if (errno == ENOENT || errno == ENOTDIR) return absl::NotFoundError(message);
    return absl::PermissionDeniedError(message);
  }
  const absl::Cleanup close = [fd] { ::close(fd); };
  struct stat before {};
  if (::fstat(fd, &before) != 0 || !S_ISREG(before.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not a regular file"));
  }
  PrivateFile file;
  if (absl::Status status = CheckMode(path, privacy, before.st_mode, &file.warning); !status.ok()) {
    return status;
  }
  // One byte more than is allowed shows that there is more.
  file.text.resize(max_bytes + 1);
  std::size_t done = 0;
  while (done < file.text.size()) {
    const ssize_t n = ::read(fd, file.text.data() + done, file.text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  if (done > max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": larger than ", max_bytes, " bytes"));
  }
  struct stat after {};
  if (::fstat(fd, &after) != 0 || static_cast<std::size_t>(after.st_size) != done ||
      after.st_mtim.tv_sec != before.st_mtim.tv_sec ||
      after.st_mtim.tv_nsec != before.st_mtim.tv_nsec) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": changed while it was read; try again"));
  }
  file.text.resize(done);
  return file;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
void KeepOutOfCoreDumps() {}
#else
void KeepOutOfCoreDumps() {
  // The limit does not reach dumps that are piped to a program; that the process is not dumpable
  // does. Neither can fail for the process itself.
  const rlimit none{0, 0};
  static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
  static_cast<void>(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}
#endif

}  // namespace lineage
