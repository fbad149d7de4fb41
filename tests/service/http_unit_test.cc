// The parts of HTTP by themselves: reading requests and addresses, compression, limits of the
// server under connections that do nothing.
#include <gtest/gtest.h>

#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "service/http/gzip.h"
#include "service/http/parser.h"
#include "service/http/target.h"
#include "service/server/connect.h"
#include "service/server/pages.h"
#include "service/server/web_files.h"
#include "tests/fuzz/fuzz_targets.h"

namespace lineage {
namespace {

HttpParser::State StateAfter(absl::string_view request, int* problem = nullptr,
                             std::size_t header = 1000, std::size_t body = 100) {
  HttpParser parser(header, body);
  parser.Feed(request);
  if (problem != nullptr) *problem = parser.problem();
  return parser.state();
}

TEST(HttpParser, ReadsARequest) {
  HttpParser parser(1000, 100);
  const std::string text =
      "POST /x HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nContent-Length: 3\r\n\r\nabcGET";
  EXPECT_EQ(parser.Feed(text), text.size() - 3) << "the rest is the next one's";
  ASSERT_EQ(parser.state(), HttpParser::State::kDone);
  const HttpRequest request = parser.Take();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/x");
  EXPECT_EQ(request.Header("x-one"), "1");
  EXPECT_EQ(request.body, "abc");
  EXPECT_TRUE(request.keep_alive);
}

TEST(HttpParser, LimitsAreTold) {
  int problem = 0;
  EXPECT_EQ(StateAfter("GET / HTTP/1.1\r\nHost: a\r\nx: " + std::string(2000, 'y'), &problem),
            HttpParser::State::kBad);
  EXPECT_EQ(problem, 431);
  StateAfter("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", &problem);
  EXPECT_EQ(problem, 413);
  StateAfter("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                 std::string(101, 'x'),
             &problem);
  EXPECT_EQ(problem, 413);
  // A limit of nothing allows nothing, and a request without a body.
  EXPECT_EQ(StateAfter("GET / HTTP/1.1\r\nHost: a\r\n\r\n", &problem, 1000, 0),
            HttpParser::State::kDone);
}

TEST(HttpParser, RefusesWhatTwoCouldReadInTwoWays) {
  for (const char* request :
       {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nx: \x01\r\n\r\n"}) {
    int problem = 0;
    EXPECT_EQ(StateAfter(request, &problem), HttpParser::State::kBad) << request;
    EXPECT_EQ(problem, 400) << request;
  }
}

TEST(HttpTarget, DecodesOnce) {
  const auto target = ReadTarget("/v1/why/a%2Fb%252F?for=use&x=a+b%2B&y#z");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->path, "/v1/why/a/b%2F");
  const std::vector<std::pair<std::string, std::string>> query = {
      {"for", "use"}, {"x", "a b+"}, {"y", ""}};
  EXPECT_EQ(target->query, query);
  EXPECT_EQ(ReadTarget("http://h:1/x")->path, "/x");
  for (const char* bad :
       {"", "x", "*", "/%", "/%1", "/%zz", "/%00", "/%1f", "/%ff", "/%c0%af", "/%ed%a0%80",
        "/a/../b", "/..", "/%2e%2e/x", "/./x", "/x?%00", "h:1", "http://h"}) {
    EXPECT_FALSE(ReadTarget(bad).ok()) << bad;
  }
}

TEST(HttpTarget, PagesTakeOnlyWhatTheyKnow) {
  const auto read = [](const std::string& target) {
    return ReadPageQuestion(*ReadTarget(target), "/v1/graph/", ".svg");
  };
  const auto question =
      read("/v1/graph/a/b.svg?for=commercial_use&stance=cautious&mau=2.5M&as=sell&fact=x=no&up=3");
  ASSERT_TRUE(question.ok()) << question.status();
  EXPECT_EQ(question->artifact, "a/b");
  EXPECT_EQ(question->rights, std::vector<pb::Right>{pb::RIGHT_COMMERCIAL_USE});
  EXPECT_EQ(question->options.stance(), pb::STANCE_CAUTIOUS);
  EXPECT_EQ(question->options.context().monthly_active_users(), 2.5e6);
  EXPECT_FALSE(question->options.context().facts().at("x"));
  EXPECT_EQ(question->up, 3);
  for (const char* bad : {"", "?For=use", "?for=fly", "?as-of=2026-01-01", "?mau=many", "?up=-1",
                          "?fact=x", "?modified=perhaps", "?="}) {
    EXPECT_FALSE(read(std::string("/v1/graph/a.svg") + bad).ok() && *bad != '\0') << bad;
  }
  EXPECT_FALSE(read("/v1/graph/.svg").ok());
  EXPECT_FALSE(read("/v1/graph/a").ok());
}

TEST(HttpGzip, IsForWhoTakesIt) {
  for (const char* yes :
       {"gzip", "GZIP", "br, gzip", "gzip;q=0.1", "*", "deflate;q=1, * ; q=0.5"}) {
    EXPECT_TRUE(TakesGzip(yes)) << yes;
  }
  for (const char* no : {"", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "xgzip", "gzip;q=x"}) {
    EXPECT_FALSE(TakesGzip(no)) << no;
  }
  const std::string text(100'000, 'x');
  const std::string small = Gzip(text);
  EXPECT_LT(small.size(), 2000u);
  namespace io = boost::iostreams;
  io::filtering_istream in;
  in.push(io::gzip_decompressor());
  in.push(io::array_source(small.data(), small.size()));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text);
}

TEST(Connect, EnvelopesHoldOneMessage) {
  const auto read = [](std::string bytes) { return ReadEnvelope(bytes).ok(); };
  EXPECT_TRUE(read(std::string("\0\0\0\0\2{}", 7)));
  EXPECT_TRUE(read(std::string("\0\0\0\0\0", 5)));
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read(std::string("\0\0\0\0\3{}", 7)));
  EXPECT_FALSE(read(std::string("\0\0\0\0\1{}", 7)));
  EXPECT_FALSE(read(std::string("\1\0\0\0\2{}", 7)));
  EXPECT_FALSE(read(std::string("\2\0\0\0\2{}", 7)));
  EXPECT_FALSE(read(std::string("\0\377\377\377\377{}", 7)));
}

TEST(Connect, ErrorsHaveItsNamesAndStatuses) {
  const HttpResponse response = ConnectError({grpc::StatusCode::NOT_FOUND, "no \"x\" \xff"});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, "{\"code\":\"not_found\",\"message\":\"no \\\"x\\\" \xEF\xBF\xBD\"}");
  EXPECT_EQ(ConnectError({grpc::StatusCode::RESOURCE_EXHAUSTED, ""}).status, 429);
}

TEST(FuzzCorpus, Http) {
  int inputs = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(LINEAGE_TEST_DATA "/fuzz/corpus/http")) {
    std::stringstream content;
    content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    SCOPED_TRACE(entry.path().string());
    fuzz::Http(content.str());
    const std::string text = content.str();
    for (std::size_t n = 0; n < text.size() && n < 400; n += 3) fuzz::Http(text.substr(0, n));
    ++inputs;
  }
  EXPECT_GE(inputs, 8);
}

}  // namespace
}  // namespace lineage
