#include "service/server/supervision.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"

namespace lineage {

void NotifyManager(absl::string_view state) {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t size = std::strlen(path);
  // A path, or a name without a file, which is written with '@' for its zero byte.
  if (size < 2 || size >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) return;
  std::memcpy(address.sun_path, path, size);
  if (path[0] == '@') address.sun_path[0] = '\0';
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
  // A manager that is gone is no reason to stop serving.
  static_cast<void>(::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), length));
  ::close(fd);
}

absl::Duration ManagerPatience() {
  const char* const micros = std::getenv("WATCHDOG_USEC");
  const char* const pid = std::getenv("WATCHDOG_PID");
  int64_t value = 0;
  if (micros == nullptr || !absl::SimpleAtoi(micros, &value) || value <= 0) {
    return absl::InfiniteDuration();
  }
  int64_t whose = 0;  // the variables may be another process's, handed down
  if (pid != nullptr && (!absl::SimpleAtoi(pid, &whose) || whose != ::getpid())) {
    return absl::InfiniteDuration();
  }
  return absl::Microseconds(value);
}

SelfCheck::SelfCheck(absl::Duration period, int most_failures, Actions actions)
    : period_(period),
      most_failures_(most_failures),
      actions_(std::move(actions)),
      thread_([this] { Run(); }) {}

SelfCheck::~SelfCheck() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    quit_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void SelfCheck::Run() {
  int failures = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  while (!quit_) {
    lock.unlock();
    const absl::Status status = actions_.check();
    if (status.ok()) {
      failures = 0;
      actions_.alive();
    } else if (++failures == most_failures_) {
      actions_.dead(status);
    }
    lock.lock();
    changed_.wait_for(lock, absl::ToChronoMilliseconds(period_), [&] { return quit_; });
  }
}

}  // namespace lineage
