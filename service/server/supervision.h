// Whether the process still does what it is for: a look at itself from time to time, told to the
// service manager, and an end where it does not.
#ifndef LINEAGE_SERVICE_SERVER_SUPERVISION_H_
#define LINEAGE_SERVICE_SERVER_SUPERVISION_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lineage {

// Tells the service manager: "READY=1", "STOPPING=1", "WATCHDOG=1" (sd_notify(3), by the socket
// that NOTIFY_SOCKET names). Does nothing without one. Cost: a datagram.
void NotifyManager(absl::string_view state);

// How often the manager wants "WATCHDOG=1" (WATCHDOG_USEC); infinite if it does not.
[[nodiscard]] absl::Duration ManagerPatience();

// Runs `check` every `period` in a thread of its own. After each success `alive` runs; after
// `most_failures` in a row, `dead`, once, with the last one's error. Both run in that thread.
class SelfCheck {
 public:
  struct Actions {
    std::function<absl::Status()> check;
    std::function<void()> alive;
    std::function<void(const absl::Status&)> dead;
  };
  SelfCheck(absl::Duration period, int most_failures, Actions actions);
  // Waits for a check that runs.
  ~SelfCheck();
  SelfCheck(const SelfCheck&) = delete;
  SelfCheck& operator=(const SelfCheck&) = delete;

 private:
  void Run();

  const absl::Duration period_;
  const int most_failures_;
  const Actions actions_;
  std::mutex mutex_;  // guards quit_
  std::condition_variable changed_;
  bool quit_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_SUPERVISION_H_
