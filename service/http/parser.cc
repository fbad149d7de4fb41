#include "service/http/parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace lineage {
namespace {

namespace http = boost::beast::http;

int StatusOf(const boost::system::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::bad_version) return 505;
  return 400;
}

}  // namespace

struct HttpParser::Reader {
  http::request_parser<http::string_body> parser;
};

HttpParser::HttpParser(std::size_t header_bytes, std::size_t body_bytes)
    : reader_(std::make_unique<Reader>()) {
  reader_->parser.header_limit(static_cast<std::uint32_t>(header_bytes));
  reader_->parser.body_limit(body_bytes);
  reader_->parser.eager(true);
}

HttpParser::~HttpParser() = default;

std::size_t HttpParser::Feed(absl::string_view bytes) {
  auto& parser = reader_->parser;
  std::size_t taken = 0;
  while (taken < bytes.size() && (state_ == State::kHeader || state_ == State::kBody)) {
    const absl::string_view rest = bytes.substr(taken);
    boost::system::error_code error;
    const std::size_t now = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
    taken += now;
    if (state_ == State::kHeader && parser.is_header_done()) {
      state_ = State::kBody;
      CheckHeaders();
    }
    if (state_ == State::kBad) break;
    if (error && error != http::error::need_more) {
      Refuse(StatusOf(error));
    } else if (parser.is_done()) {
      state_ = State::kDone;
    } else if (error == http::error::need_more || now == 0) {
      break;
    }
  }
  return taken;
}

// What Beast leaves to us.
void HttpParser::CheckHeaders() {
  const auto& message = reader_->parser.get();
  const auto hosts = message.equal_range(http::field::host);
  const auto count = std::distance(hosts.first, hosts.second);
  // Two hosts would be one thing for us and another for a proxy before us.
  if (count > 1 || (count == 0 && message.version() >= 11)) Refuse(400);
  const auto expect = message[http::field::expect];
  if (!expect.empty() &&
      !absl::EqualsIgnoreCase(absl::string_view(expect.data(), expect.size()), "100-continue")) {
    Refuse(417);
  }
}

void HttpParser::Refuse(int status) {
  state_ = State::kBad;
  problem_ = status;
}

bool HttpParser::WantsContinue() const {
  const auto& message = reader_->parser.get();
  return state_ == State::kBody && message.version() >= 11 && !message[http::field::expect].empty();
}

HttpRequest HttpParser::Take() {
  HttpRequest request;
  auto message = reader_->parser.release();
  request.version = static_cast<int>(message.version());
  request.keep_alive = message.keep_alive();
  request.method.assign(message.method_string().data(), message.method_string().size());
  request.target.assign(message.target().data(), message.target().size());
  for (const auto& field : message) {
    request.headers.emplace_back(absl::AsciiStrToLower(absl::string_view(
                                     field.name_string().data(), field.name_string().size())),
                                 std::string(field.value().data(), field.value().size()));
  }
  request.body = std::move(message.body());
  return request;
}

}  // namespace lineage
