// One connection of the HTTP server. Only server.cc and connection.cc include this.
#ifndef LINEAGE_SERVICE_HTTP_CONNECTION_H_
#define LINEAGE_SERVICE_HTTP_CONNECTION_H_

#include <array>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/http/parser.h"
#include "service/http/server.h"

namespace lineage {

class HttpConnection;

// What the connections of a server share. Outlives them.
struct HttpShared {
  HttpShared(const HttpLimits& l, HttpServer::Handler h) : limits(l), handler(std::move(h)) {}

  const HttpLimits limits;
  const HttpServer::Handler handler;
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> buffered{0};

  std::mutex mutex;  // guards what follows
  std::list<std::weak_ptr<HttpConnection>> open;
  // Those that may be closed for another: they have not said what they want, or do not take what
  // they asked for. In the order in which they came to that.
  std::list<std::weak_ptr<HttpConnection>> waiting;
  std::size_t leaving = 0;         // of the open ones, about to be closed
  std::function<void()> on_empty;  // called under the mutex
};

// Bytes that count against the limit of the server while this is there.
class HttpHeld {
 public:
  explicit HttpHeld(HttpShared* shared) : shared_(*shared) {}
  ~HttpHeld() { shared_.buffered -= bytes_; }
  HttpHeld(const HttpHeld&) = delete;
  HttpHeld& operator=(const HttpHeld&) = delete;
  void Add(std::size_t bytes) {
    bytes_ += bytes;
    shared_.buffered += bytes;
  }

 private:
  HttpShared& shared_;
  std::size_t bytes_ = 0;
};

// What a connection and the exchange that it waits for know of each other.
struct HttpCall {
  std::atomic<bool> gone{false};
  std::mutex mutex;
  std::function<void()> on_gone;
};

// Everything but the constructor and Start runs on the connection's strand, so that nothing is
// locked. It keeps itself while an operation is under way.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Tcp = boost::asio::ip::tcp;
  using ErrorCode = boost::system::error_code;

  // `tls` may be empty: plain text.
  HttpConnection(HttpShared* shared, Tcp::socket socket,
                 std::shared_ptr<boost::asio::ssl::context> tls);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Called once, from any thread.
  void Start();
  // From any thread: ends after the answer that is under way; at once if there is none, and
  // besides ...
  enum class Ending {
    kDrain,     // ... never: an answer that was sent may still arrive
    kMakeRoom,  // ... if the client takes nothing of the answer
    kNow,       // ... always
  };
  void EndSoon(Ending ending);
  // Under the shared mutex: it is about to be closed for another one, and is no longer counted.
  void MakeRoom();

 private:
  friend class HttpExchangeOver;
  enum class Phase {
    kHandshake,
    kIdle,    // nothing of a request is there
    kHeader,  // some of it is
    kBody,
    kAnswer,  // the request is complete
    kLinger,  // the last answer was sent; what comes is thrown away, so that the answer arrives
    kClosed,
  };
  // A piece of an answer that is being written.
  struct Piece {
    std::string owned;
    absl::string_view rest;
    std::function<void(bool)> then;  // may be empty
    std::unique_ptr<HttpHeld> held;
  };

  void Handshake();
  void Read();
  void OnRead(const ErrorCode& error, std::size_t bytes);
  void Parse();
  void OnHeaders();
  void Ask();
  void Refuse(int status);

  // An answer, whole or in pieces.
  void SendWhole(HttpResponse response);
  void SendHead(HttpResponse head);
  void SendPiece(std::string bytes, std::function<void(bool)> then);
  void SendEnd(std::string bytes);
  [[nodiscard]] std::string HeadOf(const HttpResponse& response, absl::string_view framing) const;
  void Push(std::string bytes, absl::string_view fixed, std::function<void(bool)> then);
  void WriteNext();
  void OnWritten(const ErrorCode& error, std::size_t bytes);
  void FailPieces();
  void Answered(bool ok);

  void Linger();
  void EndTls();
  void Close();
  void Gone();
  void Enter(Phase phase, absl::Duration time);
  void Arm(absl::Duration time);
  void OnTime();
  void SetWaiting(bool waiting);
  void LeaveQueue();
  void Leave();

  template <typename Do>
  void OnStream(const Do& act) {
    if (tls_) {
      act(*tls_);
    } else {
      act(socket_);
    }
  }

  HttpShared& shared_;
  Tcp::socket socket_;  // its executor is the strand
  const std::shared_ptr<boost::asio::ssl::context> tls_context_;
  std::optional<boost::asio::ssl::stream<Tcp::socket&>> tls_;
  boost::asio::steady_timer timer_;
  std::array<char, 16384> read_;  // where the operation under way puts what it reads
  std::string pending_;           // read and not taken yet
  std::unique_ptr<HttpParser> parser_;
  std::unique_ptr<HttpHeld> held_;  // of the body
  std::shared_ptr<HttpCall> call_;
  std::vector<std::string> common_names_;
  std::deque<Piece> out_;
  std::list<std::weak_ptr<HttpConnection>>::iterator open_;     // under the shared mutex
  std::list<std::weak_ptr<HttpConnection>>::iterator waiting_;  // the same, if is_waiting_
  uint64_t timer_run_ = 0;
  std::size_t lingered_ = 0;
  Phase phase_ = Phase::kHandshake;
  bool is_open_ = false;
  bool is_waiting_ = false;
  bool is_leaving_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool stalled_ = false;     // the client has taken nothing for a while
  bool ended_ = false;       // the client sends no more
  bool ending_tls_ = false;  // once the read under way has ended
  bool keep_alive_ = false;  // after the request that is being answered
  bool head_only_ = false;   // of the same
  bool chunked_ = false;     // of the same
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_HTTP_CONNECTION_H_
