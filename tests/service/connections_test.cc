// Connections: how many, how long, and what happens when there are too many or the process is deaf.
#include <arpa/inet.h>
#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/client/client.h"
#include "service/server/connection_gate.h"
#include "service/server/supervision.h"
#include "tests/service/daemon.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

namespace pb = lineage::v1;
using testing::Daemon;
using testing::TemporaryFolder;

// Long enough for any machine; nothing waits for it that goes well.
constexpr auto kPatience = std::chrono::seconds(60);

bool Eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// A TCP connection to a port of this machine.
class Socket {
 public:
  explicit Socket(int port, const char* from = "127.0.0.1") {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in own = Address(from, 0);
    sockaddr_in to = Address("127.0.0.1", port);
    connected_ = ::bind(fd_, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0 &&
                 ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    socklen_t size = sizeof own;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&own), &size);
    peer_ = absl::StrCat("ipv4:", from, ":", ntohs(own.sin_port));
  }
  ~Socket() { Close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void Send(const std::string& bytes) const {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // Whether the other side has closed it; what it sends is passed over.
  [[nodiscard]] bool Closed() const {
    char buffer[4096];
    while (true) {
      const ssize_t n = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
      if (n > 0) continue;
      return n == 0 || errno != EAGAIN;
    }
  }
  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] const std::string& peer() const { return peer_; }

 private:
  static sockaddr_in Address(const char* host, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    ::inet_pton(AF_INET, host, &address.sin_addr);
    return address;
  }
  int fd_ = -1;
  bool connected_ = false;
  std::string peer_;
};

// What a gate hands over.
class Taken {
 public:
  ~Taken() {
    for (const int fd : fds_) ::close(fd);
  }
  void Take(int fd) {
    const std::lock_guard<std::mutex> lock(mutex_);
    fds_.push_back(fd);
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return fds_.size();
  }
  // Ends the first one, as gRPC does.
  void EndFirst() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ::shutdown(fds_.front(), SHUT_RDWR);
    ::close(fds_.front());
    fds_.erase(fds_.begin());
  }

 private:
  mutable std::mutex mutex_;
  std::vector<int> fds_;
};

TEST(Connections, HoldsItsBoundAndHalfOfItForOneAddress) {
  Taken taken;
  const auto gate = *ConnectionGate::Listen("127.0.0.1:0", 4);
  gate->Open([&](int fd) { taken.Take(fd); });
  const Socket a1(gate->port());
  const Socket a2(gate->port());
  ASSERT_TRUE(Eventually([&] { return taken.size() == 2; }));
  const Socket a3(gate->port());
  EXPECT_TRUE(a3.connected());
  EXPECT_TRUE(Eventually([&] { return a3.Closed(); })) << "half of four is one address's";
  const Socket b1(gate->port(), "127.0.0.2");
  const Socket b2(gate->port(), "127.0.0.2");
  ASSERT_TRUE(Eventually([&] { return taken.size() == 4; }));
  const Socket c1(gate->port(), "127.0.0.3");
  EXPECT_TRUE(Eventually([&] { return c1.Closed(); })) << "four are open";
  EXPECT_EQ(gate->connections(), 4u);
  EXPECT_FALSE(a1.Closed() || a2.Closed() || b1.Closed() || b2.Closed());

  taken.EndFirst();
  ASSERT_TRUE(Eventually([&] { return gate->connections() == 3; }));
  const Socket c2(gate->port(), "127.0.0.3");
  EXPECT_TRUE(Eventually([&] { return taken.size() == 4; })) << "there is room again";
  EXPECT_FALSE(c2.Closed());
}

TEST(Connections, CutEndsThatConnectionAlone) {
  Taken taken;
  const auto gate = *ConnectionGate::Listen("127.0.0.1:0", 100);
  gate->Open([&](int fd) { taken.Take(fd); });
  const Socket one(gate->port());
  const Socket other(gate->port());
  ASSERT_TRUE(Eventually([&] { return gate->connections() == 2; }));
  gate->Cut("ipv4:127.0.0.1:1");
  gate->Cut(one.peer());
  EXPECT_TRUE(Eventually([&] { return one.Closed() && gate->connections() == 1; }));
  EXPECT_FALSE(other.Closed());
}

TEST(Connections, AProbeSeesWhetherAnybodyAccepts) {
  Taken taken;
  const auto gate = *ConnectionGate::Listen("127.0.0.1:0", 4);
  EXPECT_TRUE(absl::IsDeadlineExceeded(gate->Probe(absl::Milliseconds(50))))
      << "it listens, and nobody accepts";
  gate->Open([&](int fd) { taken.Take(fd); });
  // What waited since is nobody's probe any more.
  ASSERT_TRUE(Eventually([&] { return taken.size() == 1; }));
  taken.EndFirst();
  ASSERT_TRUE(Eventually([&] { return gate->connections() == 0; }));
  EXPECT_TRUE(gate->Probe(absl::Seconds(60)).ok());
  EXPECT_TRUE(gate->Probe(absl::Seconds(60)).ok());
  EXPECT_EQ(gate->connections(), 0u) << "probes are not handed over";
  gate->Close();
  EXPECT_FALSE(gate->Probe(absl::Seconds(60)).ok());
}

TEST(Connections, SaysWhatIsWrongWithAnAddress) {
  const auto gate = *ConnectionGate::Listen("127.0.0.1:0", 4);
  const auto taken = ConnectionGate::Listen(absl::StrCat("127.0.0.1:", gate->port()), 4);
  EXPECT_TRUE(absl::IsUnavailable(taken.status())) << taken.status();
  EXPECT_TRUE(absl::IsUnavailable(ConnectionGate::Listen("192.0.2.1:1", 4).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ConnectionGate::Listen("nothing", 4).status()));
  EXPECT_TRUE(ConnectionGate::Listen("[::]:0", 4).ok());
}

TEST(Connections, LeavesDescriptorsForOthers) {
  EXPECT_EQ(ConnectionsWithin(1024, 10'000), 384u);
  EXPECT_EQ(ConnectionsWithin(64, 10'000), 16u);
  EXPECT_EQ(ConnectionsWithin(65'536, 4096), 4096u);
  EXPECT_EQ(ConnectionsWithin(1, 4096), 1u);
}

TEST(Supervision, IsDeadAfterThreeFailuresInARow) {
  const std::string results = "..x.xx.xxxx.";  // x: a failure
  std::atomic<std::size_t> at{0};
  std::atomic<int> alive{0};
  std::vector<std::size_t> dead;
  std::atomic<bool> done{false};
  {
    SelfCheck::Actions actions;
    actions.check = [&] {
      if (at == results.size()) {
        done = true;
        return absl::OkStatus();
      }
      return results[at++] == 'x' ? absl::UnavailableError("why") : absl::OkStatus();
    };
    actions.alive = [&] { alive += done ? 0 : 1; };
    actions.dead = [&](const absl::Status& why) {
      EXPECT_EQ(why.message(), "why");
      dead.push_back(at);
    };
    const SelfCheck check(absl::Milliseconds(1), 3, std::move(actions));
    EXPECT_TRUE(Eventually([&] { return done.load(); }));
  }
  EXPECT_EQ(alive, 5);
  EXPECT_EQ(dead, std::vector<std::size_t>{10}) << "once, at the third of four";
}

// A service manager's end of sd_notify.
class Manager {
 public:
  explicit Manager(const std::string& path) {
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "300000", 1);
  }
  ~Manager() {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ::close(fd_);
  }
  // The next message; empty if none comes.
  [[nodiscard]] std::string Next() const {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, 60'000) != 1) return "";
    char buffer[256];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    return n < 0 ? "" : std::string(buffer, static_cast<std::size_t>(n));
  }

 private:
  int fd_ = -1;
};

TEST(Supervision, TheManagerHearsOfStartLifeAndStop) {
  const TemporaryFolder folder;
  const Manager manager(folder.root() + "/notify");
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start({"--store", "memory", "--listen", "127.0.0.1:0"})) << daemon.Log();
  EXPECT_EQ(manager.Next(), "READY=1");
  EXPECT_EQ(manager.Next(), "WATCHDOG=1");
  EXPECT_EQ(manager.Next(), "WATCHDOG=1");
  std::thread stopper([&] { EXPECT_EQ(daemon.Signal(SIGTERM), 0); });
  std::string last;
  while ((last = manager.Next()) == "WATCHDOG=1") {
  }
  EXPECT_EQ(last, "STOPPING=1");
  stopper.join();
}

bool Serves(const Daemon& daemon) {
  ClientOptions options;
  options.target = daemon.target();
  options.timeout = absl::Seconds(30);
  const auto client = Client::Connect(options);
  pb::GetServerInfoResponse info;
  return client.ok() &&
         (*client)->lineage().GetServerInfo((*client)->NewContext().get(), {}, &info).ok();
}

void SetDescriptors(int pid, rlim_t soft, rlim_t hard) {
  const rlimit limit{soft, hard};
  ASSERT_EQ(::prlimit(pid, RLIMIT_NOFILE, &limit, nullptr), 0);
}

std::size_t OpenDescriptors(int pid) {
  const std::string folder = absl::StrCat("/proc/", pid, "/fd");
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

TEST(Descriptors, TheSoftLimitIsRaisedAtTheStart) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{256, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  const TemporaryFolder folder;
  Daemon daemon(folder.root());
  const bool started = daemon.Start({"--store", "memory", "--listen", "127.0.0.1:0"});
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(started) << daemon.Log();
  rlimit raised{};
  ASSERT_EQ(::prlimit(daemon.pid(), RLIMIT_NOFILE, nullptr, &raised), 0);
  EXPECT_EQ(raised.rlim_cur, before.rlim_max);
}

// gRPC's own listener does not come back from this.
TEST(Descriptors, WhoComesAfterTheyRanOutIsServed) {
  const TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(
      daemon.Start({"--store", "memory", "--listen", "127.0.0.1:0", "--self-check-seconds", "0"}))
      << daemon.Log();
  const std::size_t own = OpenDescriptors(daemon.pid());
  for (rlim_t round = 0; round < 4; ++round) {  // the last one left may be half of what one takes
    const rlim_t most = own + 14 - round;
    SetDescriptors(daemon.pid(), most, most);
    std::vector<std::unique_ptr<Socket>> many;
    for (int i = 0; i < 100; ++i) many.push_back(std::make_unique<Socket>(daemon.port()));
    // Those for which there was no descriptor are told.
    EXPECT_TRUE(Eventually([&] {
      return std::count_if(many.begin(), many.end(), [](const auto& s) { return s->Closed(); }) >=
             90;
    }));
    many.clear();
    EXPECT_TRUE(Eventually([&] { return Serves(daemon); })) << daemon.Log();
  }
}

TEST(Descriptors, ConnectionsAreRefusedBelowTheLimitAndOthersGoOn) {
  const TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start({"--store", "memory", "--listen", "127.0.0.1:0", "--max-connections",
                            "40", "--handshake-seconds", "600"}))
      << daemon.Log();
  std::vector<std::unique_ptr<Socket>> many;
  for (int i = 0; i < 200; ++i) {
    many.push_back(std::make_unique<Socket>(daemon.port(), "127.0.0.2"));
  }
  EXPECT_TRUE(Eventually([&] {
    return std::count_if(many.begin(), many.end(), [](const auto& s) { return s->Closed(); }) ==
           180;
  }));
  EXPECT_TRUE(Serves(daemon)) << "another address";
  EXPECT_TRUE(Eventually([&] { return absl::StrContains(daemon.Log(), "connections refused"); }));
}

TEST(Descriptors, ADaemonThatNobodyCanReachEndsToBeStartedAgain) {
  const TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start(
      {"--store", "memory", "--listen", "127.0.0.1:0", "--self-check-seconds", "0.05"}));
  ASSERT_TRUE(Serves(daemon));
  SetDescriptors(daemon.pid(), 1, 1);  // nothing can be opened any more
  ASSERT_TRUE(Eventually([&] {
    return absl::StrContains(daemon.Log(), "no descriptor for a connection");
  })) << daemon.Log();
  EXPECT_EQ(daemon.Signal(0), 75);
}

// The first bytes of a client of HTTP/2: preface and empty settings.
std::string Hello() {
  return std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + std::string("\0\0\0\4\0\0\0\0\0", 9);
}

TEST(Connections, SilentOnesAreClosed) {
  const TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(
      daemon.Start({"--store", "memory", "--listen", "127.0.0.1:0", "--handshake-seconds", "0.2"}));
  const Socket silent(daemon.port());
  const Socket half(daemon.port());
  half.Send(Hello().substr(0, 10));
  const Socket greeted(daemon.port());
  greeted.Send(Hello());
  EXPECT_TRUE(Eventually([&] { return silent.Closed(); })) << "says nothing";
  EXPECT_TRUE(Eventually([&] { return half.Closed(); })) << "says half of it";
  EXPECT_FALSE(greeted.Closed());
}

TEST(Connections, IdleOnesAreClosed) {
  const TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start(
      {"--store", "memory", "--listen", "127.0.0.1:0", "--connection-idle-seconds", "0.2"}));
  const Socket idle(daemon.port());
  idle.Send(Hello());
  EXPECT_TRUE(Eventually([&] { return idle.Closed(); })) << "asks nothing";
}

}  // namespace
}  // namespace lineage
