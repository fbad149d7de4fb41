#include "service/http/server.h"

#include <openssl/ssl.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <condition_variable>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "service/http/connection.h"

namespace lineage {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

// After a failed accept (no descriptors left, say): trying again at once would only burn time.
constexpr auto kPauseAfterError = std::chrono::milliseconds(100);

// ALPN: HTTP/1.1, or nothing that the client knows.
int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
                   unsigned int in_size, void*) {
  static const unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, kOurs, sizeof kOurs - 1, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// Nothing if OpenSSL does not take them; who keeps the certificates has checked them.
std::shared_ptr<asio::ssl::context> ContextOf(const HttpCertificates& set) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code error;
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  // No sessions to resume: a certificate that was let in once is looked at again each time.
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(native, 0);
  SSL_CTX_set_alpn_select_cb(native, ChooseProtocol, nullptr);
  context->use_certificate_chain(asio::buffer(set.certificates), error);
  if (!error) {
    context->use_private_key(asio::buffer(set.key), asio::ssl::context::pem, error);
  }
  if (!error && !set.client_ca.empty()) {
    context->add_certificate_authority(asio::buffer(set.client_ca), error);
    context->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  }
  return error ? nullptr : context;
}

}  // namespace

absl::string_view HttpReason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";
  }
}

struct HttpServer::State {
  State(const HttpLimits& limits, CertificateSource source, Handler handler)
      : shared(limits, std::move(handler)), certificates(std::move(source)) {}

  // On the accepting strand.
  void Accept();
  void Take(Tcp::socket socket);
  std::shared_ptr<asio::ssl::context> TlsNow();
  std::vector<std::shared_ptr<HttpConnection>> Open();

  HttpShared shared;
  const CertificateSource certificates;
  asio::io_context context;  // holds the connections; goes before what they share
  asio::strand<asio::io_context::executor_type> accepting = asio::make_strand(context);
  Tcp::acceptor acceptor{accepting};
  asio::steady_timer pause{accepting};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  std::vector<std::thread> threads;
  std::condition_variable empty;  // with shared.mutex
  int port = 0;
  // Of the accepting strand.
  uint64_t generation = 0;
  std::shared_ptr<asio::ssl::context> tls;
};

void HttpServer::State::Accept() {
  acceptor.async_accept(asio::make_strand(context),
                        [this](const error_code& error, Tcp::socket socket) {
                          if (!acceptor.is_open()) return;
                          if (!error) {
                            Take(std::move(socket));
                            Accept();
                            return;
                          }
                          pause.expires_after(kPauseAfterError);
                          pause.async_wait([this](const error_code& stopped) {
                            if (!stopped && acceptor.is_open()) Accept();
                          });
                        });
}

void HttpServer::State::Take(Tcp::socket socket) {
  std::shared_ptr<HttpConnection> oldest;
  {
    const std::lock_guard<std::mutex> lock(shared.mutex);
    if (shared.open.size() - shared.leaving >= shared.limits.connections) {
      // Those that wait for an answer, or take one, are never closed for another.
      if (shared.waiting.empty()) return;
      oldest = shared.waiting.front().lock();
      if (oldest == nullptr) return;
      oldest->MakeRoom();
    }
  }
  if (oldest != nullptr) oldest->EndSoon(HttpConnection::Ending::kMakeRoom);
  std::shared_ptr<asio::ssl::context> now;
  if (certificates) {
    now = TlsNow();
    if (now == nullptr) return;
  }
  std::make_shared<HttpConnection>(&shared, std::move(socket), std::move(now))->Start();
}

std::shared_ptr<asio::ssl::context> HttpServer::State::TlsNow() {
  uint64_t found = 0;
  const std::shared_ptr<const HttpCertificates> set = certificates(&found);
  if (set != nullptr && (tls == nullptr || found != generation)) {
    if (std::shared_ptr<asio::ssl::context> made = ContextOf(*set); made != nullptr) {
      tls = std::move(made);
      generation = found;
    }
  }
  return tls;
}

std::vector<std::shared_ptr<HttpConnection>> HttpServer::State::Open() {
  std::vector<std::shared_ptr<HttpConnection>> all;
  const std::lock_guard<std::mutex> lock(shared.mutex);
  for (const auto& weak : shared.open) {
    if (auto connection = weak.lock()) all.push_back(std::move(connection));
  }
  return all;
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const LiteralAddress& address,
                                                              const HttpLimits& limits,
                                                              CertificateSource certificates,
                                                              Handler handler) {
  auto state = std::make_unique<State>(limits, std::move(certificates), std::move(handler));
  error_code error;
  const Tcp::endpoint endpoint(asio::ip::make_address(address.host, error), address.port);
  if (!error) state->acceptor.open(endpoint.protocol(), error);
  if (!error) state->acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) state->acceptor.bind(endpoint, error);
  if (!error) state->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", address.ToString(), ": ", error.message()));
  }
  state->port = state->acceptor.local_endpoint(error).port();
  state->shared.on_empty = [s = state.get()] { s->empty.notify_all(); };
  asio::post(state->accepting, [s = state.get()] { s->Accept(); });
  for (int i = 0; i < limits.threads; ++i) {
    state->threads.emplace_back([s = state.get()] { s->context.run(); });
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::~HttpServer() { Stop(); }

int HttpServer::port() const { return state_->port; }

void HttpServer::Drain() {
  if (state_->shared.draining.exchange(true)) return;
  asio::post(state_->accepting, [s = state_.get()] {
    error_code ignored;
    s->acceptor.close(ignored);
    s->pause.cancel();
    for (const auto& connection : s->Open()) {
      connection->EndSoon(HttpConnection::Ending::kDrain);
    }
  });
}

void HttpServer::WaitDrained(absl::Time deadline) {
  std::unique_lock<std::mutex> lock(state_->shared.mutex);
  state_->empty.wait_until(lock, absl::ToChronoTime(deadline),
                           [this] { return state_->shared.open.empty(); });
}

void HttpServer::Stop() {
  if (state_->threads.empty()) return;
  Drain();
  asio::post(state_->accepting, [s = state_.get()] {
    for (const auto& connection : s->Open()) {
      connection->EndSoon(HttpConnection::Ending::kNow);
    }
    s->work.reset();
  });
  for (std::thread& thread : state_->threads) thread.join();
  state_->threads.clear();
}

}  // namespace lineage
