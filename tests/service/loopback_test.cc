// What counts as an address of this machine, for the client and for the server.
#include "service/safety/loopback.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace lineage {
namespace {

TEST(Loopback, IsWhatCannotLeaveThisMachine) {
  for (const auto& [address, target] : std::vector<std::pair<std::string, std::string>>{
           {"127.0.0.1:7117", "ipv4:127.0.0.1:7117"},
           {"127.255.3.4:0", "ipv4:127.255.3.4:0"},
           {"ipv4:127.0.0.1:7117", "ipv4:127.0.0.1:7117"},
           {"[::1]:7117", "ipv6:[::1]:7117"},
           {"[0:0:0:0:0:0:0:1]:65535", "ipv6:[::1]:65535"},
           {"ipv6:[::1]:7117", "ipv6:[::1]:7117"},
           {"localhost:7117", "ipv4:127.0.0.1:7117"},
           {"LOCALHOST:7117", "ipv4:127.0.0.1:7117"},
           {"unix:/run/lineage", "unix:/run/lineage"},
           {"unix:///run/lineage", "unix:///run/lineage"},
           {"unix:socket", "unix:socket"}}) {
    EXPECT_EQ(LoopbackTarget(address).value_or("none"), target) << address;
  }
}

TEST(Loopback, IsNothingElse) {
  const std::string zero("127.0.0.1\0.evil.example:7117", 28);
  for (const std::string& address : std::vector<std::string>{
           "", ":", ":7117", "127.0.0.1", "localhost", "[::1]", "::1", "127.0.0.1:", "127.0.0.1:x",
           "127.0.0.1: 7117", "127.0.0.1:+7117", "127.0.0.1:65536", "127.0.0.1:999999999999",
           // Names, and what resolvers read as other numbers.
           "127.evil.example:7117", "127.0.0.1.evil.example:7117", "127.0.0.1.:7117",
           "localhost.:7117", "localhost.evil.example:7117", "evil.localhost:7117", "127.1:7117",
           "127.0.0.01:7117", "0127.0.0.1:7117", "0x7f.0.0.1:7117", "2130706433:7117",
           "127.0.0.256:7117", " 127.0.0.1:7117", "127.0.0.1 :7117", zero,
           // Other machines', and all of this one's.
           "0.0.0.0:7117", "[::]:7117", "*:7117", "10.0.0.1:7117", "128.0.0.1:7117", "[::2]:7117",
           "[::ffff:127.0.0.1]:7117", "[::127.0.0.1]:7117", "[fe80::1%lo]:7117", "[::1%lo]:7117",
           // Shapes that mean something to gRPC.
           "ipv4:127.0.0.1:1,10.0.0.1:1", "ipv4:10.0.0.1:1", "ipv4:[::1]:1", "ipv6:127.0.0.1:1",
           "ipv4:localhost:1", "ipv4:ipv4:127.0.0.1:1", "ipv4:///127.0.0.1:1", "IPV4:127.0.0.1:1",
           "dns:127.0.0.1:1", "dns:///localhost:1", "dns://10.0.0.1/localhost:1",
           "http://127.0.0.1:1", "xds:///127.0.0.1:1", "vsock:2:1", "user@127.0.0.1:1",
           "127.0.0.1:1@evil.example:1", "127.0.0.1:1/evil:1", "unix:", "unix://",
           "unix://evil.example/socket", "UNIX:/run/lineage"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

TEST(Loopback, LiteralAddressesAreReadAsTheyStand) {
  const auto any = ReadLiteralAddress("0.0.0.0:9117");
  ASSERT_TRUE(any);
  EXPECT_EQ(any->host, "0.0.0.0");
  EXPECT_EQ(any->port, 9117);
  EXPECT_FALSE(any->loopback);
  const auto six = ReadLiteralAddress("[2001:DB8::0:1]:80");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "2001:db8::1");
  EXPECT_TRUE(six->v6);
  EXPECT_FALSE(ReadLiteralAddress("example.org:80"));
}

}  // namespace
}  // namespace lineage
