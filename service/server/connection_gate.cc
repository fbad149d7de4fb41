#include "service/server/connection_gate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "engine/base/status_macros.h"
#include "service/server/log.h"

namespace lineage {
namespace {

constexpr int kBacklog = 1024;
constexpr std::size_t kReservedDescriptors = 256;
// So often at most is the log told of connections that were refused.
constexpr absl::Duration kTellPeriod = absl::Seconds(60);
constexpr int kPollMilliseconds = 1000;
// Without descriptors, even to refuse, accepting is tried again after so long.
constexpr int kStarvedMilliseconds = 20;

absl::Status Failed(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

// IPv4 that came through an IPv6 socket is IPv4.
sockaddr_storage Plain(const sockaddr_storage& address) {
  if (address.ss_family != AF_INET6) return address;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return address;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = v6.sin6_port;
  std::memcpy(&v4.sin_addr, v6.sin6_addr.s6_addr + 12, sizeof v4.sin_addr);
  sockaddr_storage plain{};
  std::memcpy(&plain, &v4, sizeof v4);
  return plain;
}

// "ipv4:192.0.2.1:5000", "ipv6:[2001:db8::1]:5000".
std::string PeerOf(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    static_cast<void>(::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text));
    return absl::StrCat("ipv4:", text, ":", ntohs(v4.sin_port));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  static_cast<void>(::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text));
  return absl::StrCat("ipv6:[", text, "]:", ntohs(v6.sin6_port));
}

// What belongs to one holder, as a rule: an IPv4 address, or an IPv6 network of 64 bits.
std::string NetworkOf(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::string bytes(sizeof v4.sin_addr, '\0');
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return bytes;
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), v6.sin6_addr.s6_addr, bytes.size());
  return bytes;
}

// The address bytes to reach a socket that is bound to `bound`: loopback for "every address".
std::string Reaching(sockaddr_storage bound, socklen_t size) {
  if (bound.ss_family == AF_INET) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&bound);
    if (v4->sin_addr.s_addr == htonl(INADDR_ANY)) v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&bound);
    if (IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr)) v6->sin6_addr = in6addr_loopback;
  }
  return {reinterpret_cast<const char*>(&bound), size};
}

int Listening(const addrinfo& address) {
  const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int on = 1;
  const int off = 0;
  // A restart need not wait for connections of the last run; a second daemon is still refused.
  static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  if (address.ai_family == AF_INET6) {
    static_cast<void>(::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off));
  }
  if (::bind(fd, address.ai_addr, address.ai_addrlen) == 0 && ::listen(fd, kBacklog) == 0) {
    return fd;
  }
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

}  // namespace

std::size_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::size_t ConnectionsWithin(std::size_t descriptors, std::size_t wanted) {
  const std::size_t reserved = std::min(kReservedDescriptors, descriptors / 2);
  return std::clamp<std::size_t>((descriptors - reserved) / 2, 1, wanted);
}

absl::StatusOr<std::unique_ptr<ConnectionGate>> ConnectionGate::Listen(
    const std::string& address, std::size_t most_connections) {
  std::unique_ptr<ConnectionGate> gate(new ConnectionGate(most_connections));
  RETURN_IF_ERROR(gate->Bind(address));
  gate->epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  gate->wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  gate->reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (gate->epoll_ < 0 || gate->wake_ < 0 || gate->reserve_ < 0) return Failed("cannot listen");
  for (const int fd : {gate->listener_, gate->wake_}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(gate->epoll_, EPOLL_CTL_ADD, fd, &event) != 0) return Failed("cannot listen");
  }
  return gate;
}

absl::Status ConnectionGate::Bind(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("listen: \"", address, "\" is no address and port, such as 127.0.0.1:7117"));
  }
  std::string host = address.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int wrong = ::getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                  address.substr(colon + 1).c_str(), &hints, &found);
  if (wrong != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("listen: \"", address, "\": ", ::gai_strerror(wrong)));
  }
  const absl::Cleanup free = [found] { ::freeaddrinfo(found); };
  for (const addrinfo* one = found; one != nullptr && listener_ < 0; one = one->ai_next) {
    listener_ = Listening(*one);
  }
  if (listener_ < 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": ",
                                               std::strerror(errno),
                                               "; is another lineaged running, or the address not "
                                               "this machine's?"));
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    return Failed("cannot listen");
  }
  target_ = Reaching(bound, size);
  const std::string peer = PeerOf(bound);
  port_ = std::atoi(peer.c_str() + peer.rfind(':') + 1);
  return absl::OkStatus();
}

ConnectionGate::~ConnectionGate() {
  Close();
  for (const auto& [descriptor, connection] : open_) ::close(descriptor);
  for (const int fd : {epoll_, wake_, reserve_}) {
    if (fd >= 0) ::close(fd);
  }
}

void ConnectionGate::Open(Take take) {
  take_ = std::move(take);
  thread_ = std::thread([this] { Run(); });
}

void ConnectionGate::Close() {
  if (closing_.exchange(true)) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    probed_.notify_all();
  }
  if (thread_.joinable()) {
    const uint64_t one = 1;
    static_cast<void>(!::write(wake_, &one, sizeof one));
    thread_.join();
  }
  if (listener_ >= 0) ::close(listener_);
  listener_ = -1;
}

void ConnectionGate::Run() {
  std::array<epoll_event, 64> events{};
  while (!closing_) {
    const int n = ::epoll_wait(epoll_, events.data(), events.size(), kPollMilliseconds);
    for (int i = 0; i < n; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == wake_ || fd == listener_) continue;
      Forget(fd);  // it was watched for nothing but its end
    }
    if (!closing_) AcceptAll();
    TellRefused();
  }
}

void ConnectionGate::AcceptAll() {
  for (std::size_t i = 0; i < kBacklog && !closing_; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int fd = ::accept4(listener_, reinterpret_cast<sockaddr*>(&address), &size,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE) {
        if (RefuseOneWithReserve()) continue;
        ::poll(nullptr, 0, kStarvedMilliseconds);  // somebody else took the last one
        return;
      }
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return;  // nobody waits, or the system has no memory: the next round asks again
    }
    address = Plain(address);
    if (Admit(fd, PeerOf(address), NetworkOf(address))) continue;
    ++refused_;
    ::close(fd);
  }
}

bool ConnectionGate::Admit(int descriptor, const std::string& peer, const std::string& network) {
  const int watched = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (watched < 0) return false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (peer == probe_) {
      probe_.clear();
      probed_.notify_all();
      ::close(watched);
      ::close(descriptor);
      return true;
    }
    std::size_t& of_network = of_network_[network];
    if (open_.size() >= most_ || of_network >= std::max<std::size_t>(most_ / 2, 1)) {
      if (of_network == 0) of_network_.erase(network);
      ::close(watched);
      return false;
    }
    ++of_network;
    by_peer_[peer] = watched;
    open_.emplace(watched, Connection{watched, peer, network});
    count_ = open_.size();
  }
  const int on = 1;
  static_cast<void>(::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  epoll_event event{};  // without events of its own: hang-ups and errors are always told
  event.data.fd = watched;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, watched, &event) != 0) {
    Forget(watched);
    return false;
  }
  take_(descriptor);
  return true;
}

void ConnectionGate::Forget(int descriptor) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto it = open_.find(descriptor);
  if (it == open_.end()) return;
  if (const auto peer = by_peer_.find(it->second.peer);
      peer != by_peer_.end() && peer->second == descriptor) {
    by_peer_.erase(peer);
  }
  if (const auto network = of_network_.find(it->second.network);
      network != of_network_.end() && --network->second == 0) {
    of_network_.erase(network);
  }
  open_.erase(it);
  count_ = open_.size();
  // Closing alone would not end the watch: the socket has another descriptor.
  static_cast<void>(::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr));
  ::close(descriptor);
}

bool ConnectionGate::RefuseOneWithReserve() {
  if (reserve_ >= 0) ::close(reserve_);
  const int fd = ::accept(listener_, nullptr, nullptr);
  if (fd >= 0) {
    ::close(fd);
    ++refused_;
  }
  reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  return fd >= 0;
}

void ConnectionGate::TellRefused() {
  if (refused_ == 0 || absl::Now() - refused_told_ < kTellPeriod) return;
  Log(LogLevel::kWarning, "connections refused",
      {{"refused", absl::StrCat(refused_)},
       {"open", absl::StrCat(connections())},
       {"most", absl::StrCat(most_)}});
  refused_ = 0;
  refused_told_ = absl::Now();
}

void ConnectionGate::Cut(absl::string_view peer) {
  // gRPC writes brackets as in addresses of the web.
  const std::string name = absl::StrReplaceAll(peer, {{"%5B", "["}, {"%5D", "]"}});
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto it = by_peer_.find(name);
  if (it != by_peer_.end()) static_cast<void>(::shutdown(it->second, SHUT_RDWR));
}

absl::Status ConnectionGate::Probe(absl::Duration patience) {
  const int fd = ::socket(reinterpret_cast<const sockaddr*>(target_.data())->sa_family,
                          SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return Failed("no descriptor for a connection");
  const absl::Cleanup close = [fd] { ::close(fd); };
  std::unique_lock<std::mutex> lock(mutex_);
  // It is known who asks before it can be accepted.
  if (::connect(fd, reinterpret_cast<const sockaddr*>(target_.data()),
                static_cast<socklen_t>(target_.size())) != 0 &&
      errno != EINPROGRESS) {
    return Failed("the listener takes no connection");
  }
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) != 0) return Failed("no address");
  probe_ = PeerOf(Plain(own));
  probed_.wait_for(lock, absl::ToChronoMilliseconds(patience),
                   [&] { return probe_.empty() || closing_; });
  const bool seen = probe_.empty();
  probe_.clear();
  if (seen) return absl::OkStatus();
  if (closing_) return absl::UnavailableError("the listener is closed");
  return absl::DeadlineExceededError(absl::StrCat(
      "a connection to the own port was not accepted within ", absl::FormatDuration(patience)));
}

}  // namespace lineage
