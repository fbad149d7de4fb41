#include "service/safety/loopback.h"

#include <arpa/inet.h>

#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace lineage {
namespace {

// Digits only: SimpleAtoi would take spaces and a sign.
std::optional<uint16_t> ReadPort(absl::string_view text) {
  if (text.empty() || text.size() > 5) return std::nullopt;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
  }
  uint32_t port = 0;
  if (!absl::SimpleAtoi(text, &port) || port > 65535) return std::nullopt;
  return static_cast<uint16_t>(port);
}

// "[HOST]:PORT"
std::optional<LiteralAddress> ReadV6(absl::string_view host, uint16_t port) {
  if (!absl::ConsumePrefix(&host, "[") || !absl::ConsumeSuffix(&host, "]")) return std::nullopt;
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, std::string(host).c_str(), &bytes) != 1) return std::nullopt;
  char text[INET6_ADDRSTRLEN];
  if (::inet_ntop(AF_INET6, &bytes, text, sizeof text) == nullptr) return std::nullopt;
  return LiteralAddress{text, port, true,
                        std::memcmp(&bytes, &in6addr_loopback, sizeof bytes) == 0};
}

std::optional<LiteralAddress> ReadV4(absl::string_view host, uint16_t port) {
  in_addr bytes{};
  if (::inet_pton(AF_INET, std::string(host).c_str(), &bytes) != 1) return std::nullopt;
  char text[INET_ADDRSTRLEN];
  if (::inet_ntop(AF_INET, &bytes, text, sizeof text) == nullptr) return std::nullopt;
  return LiteralAddress{text, port, false, (ntohl(bytes.s_addr) >> 24) == 127};
}

}  // namespace

std::string LiteralAddress::ToString() const {
  return v6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

std::optional<LiteralAddress> ReadLiteralAddress(absl::string_view address) {
  // A zero byte would end the text for the system's functions and not for us.
  if (address.find('\0') != absl::string_view::npos) return std::nullopt;
  const bool only_v4 = absl::ConsumePrefix(&address, "ipv4:");
  const bool only_v6 = !only_v4 && absl::ConsumePrefix(&address, "ipv6:");
  const std::size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos) return std::nullopt;
  const std::optional<uint16_t> port = ReadPort(address.substr(colon + 1));
  if (!port) return std::nullopt;
  const absl::string_view host = address.substr(0, colon);
  if (!only_v4 && !only_v6 && absl::EqualsIgnoreCase(host, "localhost")) {
    return ReadV4("127.0.0.1", *port);
  }
  if (!only_v4 && absl::StartsWith(host, "[")) return ReadV6(host, *port);
  return only_v6 ? std::nullopt : ReadV4(host, *port);
}

std::optional<std::string> LoopbackTarget(absl::string_view address) {
  if (absl::StartsWith(address, "unix:")) {
    // "unix://HOST/…" is no path of this machine; "unix:///…" and "unix:…" are.
    absl::string_view path = address.substr(5);
    if (absl::ConsumePrefix(&path, "//") && !absl::StartsWith(path, "/")) return std::nullopt;
    return path.empty() ? std::nullopt : std::optional<std::string>(std::string(address));
  }
  const std::optional<LiteralAddress> literal = ReadLiteralAddress(address);
  if (!literal || !literal->loopback) return std::nullopt;
  return absl::StrCat(literal->v6 ? "ipv6:" : "ipv4:", literal->ToString());
}

}  // namespace lineage
