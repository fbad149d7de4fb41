// An HTTP/1.1 server that nobody can keep busy by waiting: limits on connections, sizes and times
// around a function that answers. TLS or plain text, keep-alive, pipelining, streams, a drained
// stop.
#ifndef LINEAGE_SERVICE_HTTP_SERVER_H_
#define LINEAGE_SERVICE_HTTP_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/http/message.h"
#include "service/safety/loopback.h"

namespace lineage {

struct HttpLimits {
  // At once. One more closes the oldest of those that have not said what they want, or take
  // nothing of what they asked for; if there is none, the new one is closed.
  std::size_t connections = 256;
  std::size_t header_bytes = std::size_t{16} << 10;
  std::size_t body_bytes = std::size_t{4} << 20;
  // Of bodies and answers that are in memory, over all connections. Beyond it requests are refused
  // with 503 until some are gone.
  std::size_t buffered_bytes = std::size_t{256} << 20;
  absl::Duration header_time = absl::Seconds(10);  // from a connection, or a first byte, to all
  absl::Duration body_time = absl::Seconds(30);    // from the headers to all of the body
  absl::Duration idle_time = absl::Seconds(60);    // between two requests of a connection
  absl::Duration write_time = absl::Seconds(30);   // for the client to take 64 KiB of an answer
  int threads = 1;
};

// One request that waits for its answer. Thread-safe. An exchange that is dropped without an answer
// is answered with 500.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;

  [[nodiscard]] virtual const HttpRequest& request() const = 0;

  // Answers, once.
  virtual void Respond(HttpResponse response) = 0;

  // In its place a stream, of any length: the headers, then pieces, one at a time, each after
  // `written` of the one before; then the end, or Cut if it goes wrong. `written(false)`: nobody
  // takes it any more.
  virtual void Begin(HttpResponse head) = 0;
  virtual void Write(std::string bytes, std::function<void(bool ok)> written) = 0;
  virtual void End(std::string bytes) = 0;
  virtual void Cut() = 0;

  // The client has gone, or has closed its side: what was asked need not be answered any more.
  [[nodiscard]] virtual bool gone() const = 0;
  // Called once when it has, or at once if it has already. Must not block.
  virtual void OnGone(std::function<void()> then) = 0;
};

// PEM texts that belong together.
struct HttpCertificates {
  std::string certificates;  // the server's, then its chain
  std::string key;
  std::string client_ca;  // if set, clients must show a certificate that it signed
};

class HttpServer {
 public:
  // Called on a thread of the server, of which there are few: what takes long belongs elsewhere.
  using Handler = std::function<void(std::shared_ptr<HttpExchange>)>;
  // The certificates in force; asked for each connection. `generation` changes with them.
  using CertificateSource =
      std::function<std::shared_ptr<const HttpCertificates>(uint64_t* generation)>;

  // Listens; in plain text if `certificates` is empty. Errors: UNAVAILABLE (the address is taken,
  // or not this machine's).
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const LiteralAddress& address,
                                                           const HttpLimits& limits,
                                                           CertificateSource certificates,
                                                           Handler handler);
  // Every exchange must be gone by then.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // The port, for an address with port 0.
  [[nodiscard]] int port() const;

  // Takes no more connections, and ends each after the answer that is under way. Returns at once.
  void Drain();
  // Waits until all have ended, at most until `deadline`.
  void WaitDrained(absl::Time deadline);
  // Ends what there still is: exchanges find that their client has gone. Then ends the threads.
  void Stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_HTTP_SERVER_H_
