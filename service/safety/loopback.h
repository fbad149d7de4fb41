// Which addresses cannot leave this machine. One test for both ends: whether a token may be sent
// in plain text, and whether a port may be opened without TLS and access control.
#ifndef LINEAGE_SERVICE_SAFETY_LOOPBACK_H_
#define LINEAGE_SERVICE_SAFETY_LOOPBACK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace lineage {

// The same address as gRPC takes it without asking a name service ("ipv4:127.0.0.1:7117",
// "ipv6:[::1]:7117", "unix:/run/lineage"), if it is one of this machine for certain; else nothing.
// Use what this gives, not what was passed in: then what was tested is what is used.
//
// Taken, with a port from 0 to 65535: a literal address of 127.0.0.0/8, with four numbers; [::1] in
// any spelling; these with "ipv4:" or "ipv6:" before them; "localhost", in any case, which means
// 127.0.0.1 whatever a name service says of it; and, without a port, "unix:" and a path.
// Not taken, among others: names that begin with 127., short forms (127.1), lists, IPv4 within
// IPv6, zones.
[[nodiscard]] std::optional<std::string> LoopbackTarget(absl::string_view address);

[[nodiscard]] inline bool IsLoopback(absl::string_view address) {
  return LoopbackTarget(address).has_value();
}

// The host and port of an address that is a literal one, or localhost, with a port: any machine's.
struct LiteralAddress {
  std::string host;  // as inet_ntop writes it, without brackets
  uint16_t port = 0;
  bool v6 = false;
  bool loopback = false;

  // "127.0.0.1:7117", "[::1]:7117": as a server listens on it.
  [[nodiscard]] std::string ToString() const;
};
[[nodiscard]] std::optional<LiteralAddress> ReadLiteralAddress(absl::string_view address);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SAFETY_LOOPBACK_H_
