// Where connections come in. gRPC's own listener stops accepting for good once the process runs out
// of descriptors, and has no bound on connections; so they are accepted here and handed over.
#ifndef LINEAGE_SERVICE_SERVER_CONNECTION_GATE_H_
#define LINEAGE_SERVICE_SERVER_CONNECTION_GATE_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lineage {

// Raises the process's soft limit of descriptors to its hard one, which needs no right. Returns how
// many there may be now. Cost: two system calls.
std::size_t RaiseDescriptorLimit();

// How many connections a process of so many descriptors can hold open: each takes two here, and a
// part stays for the store, imports, metrics and whatever else opens files. At most `wanted`.
[[nodiscard]] std::size_t ConnectionsWithin(std::size_t descriptors, std::size_t wanted);

// A listening socket and the thread that accepts. Thread-safe.
//
// A connection over the bound is accepted and closed at once, so that its caller is told instead of
// waiting; so is one over the half of the bound from one address (of IPv6: one /64 network), so
// that no address by itself can take all. Without descriptors left, connections are refused in the
// same way, and accepted again as soon as there are some.
class ConnectionGate {
 public:
  // Takes over a connection's descriptor.
  using Take = std::function<void(int descriptor)>;

  // Binds and listens: clients can connect, and wait. `address` is "host:port", port 0 for a free
  // one. Errors: INVALID_ARGUMENT (no address); UNAVAILABLE (taken, or not this machine's).
  static absl::StatusOr<std::unique_ptr<ConnectionGate>> Listen(const std::string& address,
                                                                std::size_t most_connections);
  // Ends the thread. Connections that were handed over go on.
  ~ConnectionGate();
  ConnectionGate(const ConnectionGate&) = delete;
  ConnectionGate& operator=(const ConnectionGate&) = delete;

  [[nodiscard]] int port() const { return port_; }
  // Open now.
  [[nodiscard]] std::size_t connections() const { return count_; }

  // Accepts from now on, in a thread of its own. Called once.
  void Open(Take take);

  // Accepts no more; who connects from now on is refused by the system.
  void Close();

  // Ends one connection, named as gRPC names a peer ("ipv4:192.0.2.1:5000"); nothing if there is
  // none.
  void Cut(absl::string_view peer);

  // Connects to itself and waits until that was accepted. Errors: UNAVAILABLE, DEADLINE_EXCEEDED:
  // nobody can come in.
  absl::Status Probe(absl::Duration patience);

 private:
  // An accepted connection. The descriptor is a second one of the same socket: it tells when gRPC
  // has shut the socket down, whose own descriptor may be another file's by then.
  struct Connection {
    int descriptor = -1;
    std::string peer;     // as gRPC names it
    std::string network;  // what is counted as one address
  };

  explicit ConnectionGate(std::size_t most_connections) : most_(most_connections) {}
  absl::Status Bind(const std::string& address);
  void Run();
  void AcceptAll();
  // False if it is over a bound; else it is counted, and handed over.
  bool Admit(int descriptor, const std::string& peer, const std::string& network);
  void Forget(int descriptor);
  // False if there was nobody to refuse, or no descriptor to do it with.
  bool RefuseOneWithReserve();
  void TellRefused();

  const std::size_t most_;
  Take take_;
  std::string target_;  // sockaddr bytes to connect to
  int port_ = 0;
  int listener_ = -1;
  int epoll_ = -1;
  int wake_ = -1;
  int reserve_ = -1;  // given up to accept, and refuse, when there is no other descriptor
  std::thread thread_;
  std::atomic<bool> closing_{false};
  std::atomic<std::size_t> count_{0};

  // Of the thread alone.
  std::size_t refused_ = 0;  // since it was last told
  absl::Time refused_told_ = absl::InfinitePast();

  std::mutex mutex_;  // guards what follows
  absl::flat_hash_map<int, Connection> open_;
  absl::flat_hash_map<std::string, int> by_peer_;
  absl::flat_hash_map<std::string, std::size_t> of_network_;
  std::string probe_;  // the peer that Probe comes as; empty once it was seen
  std::condition_variable probed_;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_CONNECTION_GATE_H_
