// Streams of what is written.
#ifndef LINEAGE_SERVICE_SERVER_WATCH_H_
#define LINEAGE_SERVICE_SERVER_WATCH_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace lineage {

class WatchStream;

// Wakes the open streams: when something was written, and from time to time. Thread-safe.
class WatchHub {
 public:
  WatchHub();
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  void Add(std::shared_ptr<WatchStream> stream);
  void Remove(const std::shared_ptr<WatchStream>& stream);
  // Something was written, or the server is stopping.
  void Notify();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::shared_ptr<WatchStream>> streams_;
  bool notified_ = false;
  bool quit_ = false;  // the thread is to end
  std::thread thread_;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_WATCH_H_
