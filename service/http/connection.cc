#include "service/http/connection.h"

#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace lineage {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadAhead = 16384;   // of later requests, while one is answered
constexpr std::size_t kPieceBytes = 65536;  // written at once, within write_time
constexpr std::size_t kLingerBytes = std::size_t{1} << 20;
constexpr absl::Duration kLingerTime = absl::Seconds(2);
constexpr absl::Duration kStallTime = absl::Seconds(1);  // then another may have its place
constexpr int kDeadPeerMillis = 60'000;  // what was sent is not acknowledged for so long

// Peers that vanish without a word are noticed by the system.
void NoticeDeadPeers(int socket) {
  const int on = 1;
  const int idle_seconds = 60;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &kDeadPeerMillis, sizeof kDeadPeerMillis);
}

// The common name of a certificate that was verified, as gRPC tells it.
std::vector<std::string> CommonNamesOf(SSL* ssl) {
  std::vector<std::string> names;
  if (SSL_get_verify_result(ssl) != X509_V_OK) return names;
  const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(ssl),
                                                           X509_free);
  if (certificate == nullptr) return names;
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return names;
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return names;
  names.emplace_back(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return names;
}

bool HasNoBody(int status) { return status == 204 || status == 304; }

bool IsSafeInHeader(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

}  // namespace

// What handlers see of a connection.
class HttpExchangeOver final : public HttpExchange {
 public:
  HttpExchangeOver(std::shared_ptr<HttpConnection> connection, HttpRequest request,
                   std::shared_ptr<HttpCall> call, std::unique_ptr<HttpHeld> held)
      : connection_(std::move(connection)),
        request_(std::move(request)),
        call_(std::move(call)),
        held_(std::move(held)) {}

  ~HttpExchangeOver() override {
    if (begun_.exchange(true)) return;
    HttpResponse response;
    response.status = 500;
    Post([response = std::move(response)](HttpConnection* c) mutable {
      c->SendWhole(std::move(response));
    });
  }

  [[nodiscard]] const HttpRequest& request() const override { return request_; }

  void Respond(HttpResponse response) override {
    if (begun_.exchange(true)) return;
    Post([response = std::move(response)](HttpConnection* c) mutable {
      c->SendWhole(std::move(response));
    });
  }
  void Begin(HttpResponse head) override {
    if (begun_.exchange(true)) return;
    Post([head = std::move(head)](HttpConnection* c) mutable { c->SendHead(std::move(head)); });
  }
  void Write(std::string bytes, std::function<void(bool)> written) override {
    asio::post(connection_->socket_.get_executor(),
               [c = connection_, call = call_, bytes = std::move(bytes),
                written = std::move(written)]() mutable {
                 if (c->call_ != call) {
                   written(false);
                 } else {
                   c->SendPiece(std::move(bytes), std::move(written));
                 }
               });
  }
  void End(std::string bytes) override {
    Post([bytes = std::move(bytes)](HttpConnection* c) mutable { c->SendEnd(std::move(bytes)); });
  }
  void Cut() override {
    begun_ = true;
    Post([](HttpConnection* c) { c->Close(); });
  }

  [[nodiscard]] bool gone() const override { return call_->gone; }
  void OnGone(std::function<void()> then) override {
    {
      const std::lock_guard<std::mutex> lock(call_->mutex);
      if (!call_->gone) {
        call_->on_gone = std::move(then);
        return;
      }
    }
    then();
  }

 private:
  // On the strand, if the connection still waits for this.
  template <typename Do>
  void Post(Do act) {
    asio::post(connection_->socket_.get_executor(),
               [c = connection_, call = call_, act = std::move(act)]() mutable {
                 if (c->call_ == call) act(c.get());
               });
  }

  const std::shared_ptr<HttpConnection> connection_;
  const HttpRequest request_;
  const std::shared_ptr<HttpCall> call_;
  const std::unique_ptr<HttpHeld> held_;
  std::atomic<bool> begun_{false};
};

HttpConnection::HttpConnection(HttpShared* shared, Tcp::socket socket,
                               std::shared_ptr<asio::ssl::context> tls)
    : shared_(*shared),
      socket_(std::move(socket)),
      tls_context_(std::move(tls)),
      timer_(socket_.get_executor()) {
  if (tls_context_ != nullptr) tls_.emplace(socket_, *tls_context_);
}

HttpConnection::~HttpConnection() {
  SetWaiting(false);
  Leave();
}

void HttpConnection::Start() {
  {
    const std::lock_guard<std::mutex> lock(shared_.mutex);
    open_ = shared_.open.insert(shared_.open.end(), weak_from_this());
    is_open_ = true;
  }
  SetWaiting(true);
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == Phase::kClosed) return;
    NoticeDeadPeers(self->socket_.native_handle());
    self->Handshake();
  });
}

void HttpConnection::EndSoon(Ending ending) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), ending] {
    self->keep_alive_ = false;
    const bool answering = self->phase_ == Phase::kAnswer;
    const bool lingering = self->phase_ == Phase::kLinger;
    if (ending == Ending::kNow || (!answering && !lingering) ||
        (ending == Ending::kMakeRoom && (lingering || self->stalled_))) {
      self->Close();
    }
  });
}

void HttpConnection::Handshake() {
  if (!tls_) {
    Enter(Phase::kIdle, shared_.limits.header_time);
    Read();
    return;
  }
  Arm(shared_.limits.header_time);
  tls_->async_handshake(asio::ssl::stream_base::server,
                        [self = shared_from_this()](const ErrorCode& error) {
                          if (self->phase_ == Phase::kClosed) return;
                          if (error) {
                            self->Close();
                            return;
                          }
                          self->common_names_ = CommonNamesOf(self->tls_->native_handle());
                          self->Enter(Phase::kIdle, self->shared_.limits.header_time);
                          self->Read();
                        });
}

// Reads on while a request is answered too: that is how it is noticed that the client has gone.
void HttpConnection::Read() {
  if (reading_ || ended_ || phase_ == Phase::kClosed || ending_tls_) return;
  if (phase_ == Phase::kAnswer && pending_.size() >= kReadAhead) return;
  reading_ = true;
  OnStream([this](auto& stream) {
    stream.async_read_some(
        asio::buffer(read_),
        [self = shared_from_this()](const ErrorCode& e, std::size_t n) { self->OnRead(e, n); });
  });
}

void HttpConnection::OnRead(const ErrorCode& error, std::size_t bytes) {
  reading_ = false;
  if (phase_ == Phase::kClosed) return;
  if (ending_tls_) {
    EndTls();
    return;
  }
  if (error) {
    ended_ = true;
    const bool answering = phase_ == Phase::kAnswer;
    const bool half_closed = error == asio::error::eof;
    // Who has closed one side may still read: what is ready is sent.
    if (answering) Gone();
    if (!answering || !half_closed) Close();
    return;
  }
  if (phase_ == Phase::kLinger) {
    lingered_ += bytes;
    if (lingered_ > kLingerBytes) {
      Close();
      return;
    }
  } else {
    pending_.append(read_.data(), bytes);
    Parse();
  }
  Read();
}

void HttpConnection::Parse() {
  while (!pending_.empty() &&
         (phase_ == Phase::kIdle || phase_ == Phase::kHeader || phase_ == Phase::kBody)) {
    if (phase_ == Phase::kIdle) {
      // An empty line before a request is forgiven (RFC 9112, section 2.2).
      if (absl::StartsWith(pending_, "\r\n")) {
        pending_.erase(0, 2);
        continue;
      }
      parser_ =
          std::make_unique<HttpParser>(shared_.limits.header_bytes, shared_.limits.body_bytes);
      Enter(Phase::kHeader, shared_.limits.header_time);
    }
    const std::size_t taken = parser_->Feed(pending_);
    pending_.erase(0, taken);
    if (parser_->state() == HttpParser::State::kBad) {
      Refuse(parser_->problem());
      return;
    }
    if (parser_->state() == HttpParser::State::kHeader) return;
    if (phase_ == Phase::kHeader) OnHeaders();
    if (phase_ != Phase::kBody) return;  // refused
    held_->Add(taken);
    if (parser_->state() == HttpParser::State::kDone) {
      Ask();
    } else if (taken == 0) {
      return;
    }
  }
}

void HttpConnection::OnHeaders() {
  if (shared_.buffered > shared_.limits.buffered_bytes) {
    Refuse(503);
    return;
  }
  held_ = std::make_unique<HttpHeld>(&shared_);
  Enter(Phase::kBody, shared_.limits.body_time);
  if (parser_->WantsContinue()) Push("HTTP/1.1 100 Continue\r\n\r\n", {}, nullptr);
}

void HttpConnection::Ask() {
  HttpRequest request = parser_->Take();
  parser_.reset();
  request.secure = tls_.has_value();
  request.common_names = common_names_;
  keep_alive_ = request.keep_alive && !shared_.draining;
  head_only_ = request.method == "HEAD";
  chunked_ = request.version >= 11;
  call_ = std::make_shared<HttpCall>();
  Enter(Phase::kAnswer, absl::InfiniteDuration());
  SetWaiting(false);
  shared_.handler(std::make_shared<HttpExchangeOver>(shared_from_this(), std::move(request), call_,
                                                     std::move(held_)));
}

// Says what is wrong with a request that cannot be read, and ends.
void HttpConnection::Refuse(int status) {
  keep_alive_ = head_only_ = false;
  call_ = std::make_shared<HttpCall>();
  Enter(Phase::kAnswer, absl::InfiniteDuration());
  SetWaiting(false);
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}};
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  response.body = absl::StrCat(HttpReason(status), "\n");
  SendWhole(std::move(response));
}

std::string HttpConnection::HeadOf(const HttpResponse& response, absl::string_view framing) const {
  std::string head = absl::StrCat(
      "HTTP/1.1 ", response.status, " ", HttpReason(response.status),
      "\r\nDate: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()),
      "\r\n");
  for (const auto& [name, value] : response.headers) {
    if (IsSafeInHeader(value)) absl::StrAppend(&head, name, ": ", value, "\r\n");
  }
  absl::StrAppend(&head, "Connection: ", keep_alive_ ? "keep-alive" : "close", "\r\n", framing,
                  "\r\n");
  return head;
}

void HttpConnection::SendWhole(HttpResponse response) {
  if (shared_.draining) keep_alive_ = false;
  const std::size_t size =
      response.fixed_body.empty() ? response.body.size() : response.fixed_body.size();
  const bool bodiless = HasNoBody(response.status);
  std::string head =
      HeadOf(response, bodiless ? "" : absl::StrCat("Content-Length: ", size, "\r\n"));
  const auto then = [self = shared_from_this()](bool ok) { self->Answered(ok); };
  if (bodiless || head_only_ || size == 0) {
    Push(std::move(head), {}, then);
  } else if (!response.fixed_body.empty()) {
    Push(std::move(head), {}, nullptr);
    Push({}, response.fixed_body, then);
  } else if (size < kPieceBytes) {
    head += response.body;  // one packet rather than two
    Push(std::move(head), {}, then);
  } else {
    Push(std::move(head), {}, nullptr);
    Push(std::move(response.body), {}, then);
  }
}

void HttpConnection::SendHead(HttpResponse head) {
  if (!chunked_ || shared_.draining) keep_alive_ = false;
  Push(HeadOf(head, chunked_ ? "Transfer-Encoding: chunked\r\n" : ""), {}, nullptr);
}

void HttpConnection::SendPiece(std::string bytes, std::function<void(bool)> then) {
  if (chunked_) bytes = absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
  Push(std::move(bytes), {}, std::move(then));
}

void HttpConnection::SendEnd(std::string bytes) {
  if (chunked_) {
    if (!bytes.empty()) bytes = absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
    bytes += "0\r\n\r\n";
  }
  Push(std::move(bytes), {}, [self = shared_from_this()](bool ok) { self->Answered(ok); });
}

void HttpConnection::Push(std::string bytes, absl::string_view fixed,
                          std::function<void(bool)> then) {
  Piece& piece = out_.emplace_back();
  piece.owned = std::move(bytes);
  piece.rest = fixed.empty() ? absl::string_view(piece.owned) : fixed;
  piece.then = std::move(then);
  piece.held = std::make_unique<HttpHeld>(&shared_);
  piece.held->Add(piece.owned.size());
  WriteNext();
}

void HttpConnection::WriteNext() {
  if (writing_ || out_.empty()) return;
  if (phase_ == Phase::kClosed) {
    FailPieces();
    return;
  }
  writing_ = true;
  if (phase_ == Phase::kAnswer) Arm(std::min(kStallTime, shared_.limits.write_time));
  const absl::string_view now = out_.front().rest.substr(0, kPieceBytes);
  OnStream([&](auto& stream) {
    asio::async_write(
        stream, asio::buffer(now.data(), now.size()),
        [self = shared_from_this()](const ErrorCode& e, std::size_t n) { self->OnWritten(e, n); });
  });
}

void HttpConnection::OnWritten(const ErrorCode& error, std::size_t bytes) {
  writing_ = false;
  if (error || phase_ == Phase::kClosed) {
    Close();
    FailPieces();
    return;
  }
  if (phase_ == Phase::kAnswer) {
    Arm(absl::InfiniteDuration());
    stalled_ = false;
    SetWaiting(false);
  }
  out_.front().rest.remove_prefix(bytes);
  if (out_.front().rest.empty()) {
    const Piece piece = std::move(out_.front());
    out_.pop_front();
    if (piece.then) piece.then(true);
  }
  WriteNext();
}

void HttpConnection::FailPieces() {
  std::deque<Piece> pieces = std::move(out_);
  out_.clear();
  for (const Piece& piece : pieces) {
    if (piece.then) piece.then(false);
  }
}

void HttpConnection::Answered(bool ok) {
  if (phase_ == Phase::kClosed) return;
  call_.reset();
  if (!ok) {
    Close();
  } else if (!keep_alive_ || ended_ || shared_.draining) {
    Linger();
  } else {
    Enter(Phase::kIdle, shared_.limits.idle_time);
    SetWaiting(true);
    Parse();
    Read();
  }
}

// A close while something unread has arrived would make the client's system throw away the answer.
void HttpConnection::Linger() {
  Enter(Phase::kLinger, kLingerTime);
  SetWaiting(true);
  if (ended_) {
    Close();
  } else if (tls_) {
    ending_tls_ = true;
    ErrorCode ignored;
    if (reading_) {
      socket_.cancel(ignored);
    } else {
      EndTls();
    }
  } else {
    ErrorCode ignored;
    socket_.shutdown(Tcp::socket::shutdown_send, ignored);
    Read();
  }
}

void HttpConnection::EndTls() {
  tls_->async_shutdown([self = shared_from_this()](const ErrorCode&) { self->Close(); });
}

void HttpConnection::Close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  SetWaiting(false);
  Leave();
  Arm(absl::InfiniteDuration());
  ErrorCode ignored;
  socket_.close(ignored);
  Gone();
  call_.reset();
  if (!writing_) FailPieces();
}

void HttpConnection::Gone() {
  if (call_ == nullptr) return;
  std::function<void()> then;
  {
    const std::lock_guard<std::mutex> lock(call_->mutex);
    call_->gone = true;
    then = std::move(call_->on_gone);
    call_->on_gone = nullptr;
  }
  if (then) then();
}

void HttpConnection::Enter(Phase phase, absl::Duration time) {
  phase_ = phase;
  Arm(time);
}

void HttpConnection::Arm(absl::Duration time) {
  ++timer_run_;
  if (time == absl::InfiniteDuration()) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(absl::ToChronoMilliseconds(time));
  timer_.async_wait([self = shared_from_this(), run = timer_run_](const ErrorCode& error) {
    if (!error && run == self->timer_run_) self->OnTime();
  });
}

void HttpConnection::OnTime() {
  if (phase_ == Phase::kHeader || phase_ == Phase::kBody) {
    Refuse(408);
    return;
  }
  if (writing_ && phase_ == Phase::kAnswer && !stalled_) {
    stalled_ = true;
    SetWaiting(true);
    Arm(shared_.limits.write_time - std::min(kStallTime, shared_.limits.write_time));
    return;
  }
  if (writing_) {
    // It takes nothing: what is still in the system's buffers would wait for it, too.
    ErrorCode ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  }
  Close();
}

void HttpConnection::SetWaiting(bool waiting) {
  const std::lock_guard<std::mutex> lock(shared_.mutex);
  if (!waiting) {
    LeaveQueue();
  } else if (!is_waiting_) {
    is_waiting_ = true;
    waiting_ = shared_.waiting.insert(shared_.waiting.end(), weak_from_this());
  }
}

void HttpConnection::MakeRoom() {
  LeaveQueue();
  is_leaving_ = true;
  ++shared_.leaving;
}

void HttpConnection::LeaveQueue() {
  if (!is_waiting_) return;
  is_waiting_ = false;
  shared_.waiting.erase(waiting_);
}

void HttpConnection::Leave() {
  const std::lock_guard<std::mutex> lock(shared_.mutex);
  if (!is_open_) return;
  is_open_ = false;
  shared_.open.erase(open_);
  if (is_leaving_) --shared_.leaving;
  if (shared_.open.empty() && shared_.on_empty) shared_.on_empty();
}

}  // namespace lineage
