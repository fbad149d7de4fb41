// When a long computation gives up: at a deadline, or because nobody waits for it any more.
#ifndef LINEAGE_ENGINE_BASE_STOP_H_
#define LINEAGE_ENGINE_BASE_STOP_H_

#include <functional>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace lineage {

struct Stop {
  absl::Time deadline = absl::InfiniteFuture();
  std::function<bool()> cancelled;  // asked from time to time, by the computing thread

  [[nodiscard]] bool Requested() const {
    return (deadline != absl::InfiniteFuture() && absl::Now() > deadline) ||
           (cancelled && cancelled());
  }
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_STOP_H_
