// What is served over HTTP: RPCs by the Connect protocol, addresses for people, health, the page.
#ifndef LINEAGE_SERVICE_SERVER_HTTP_FRONT_H_
#define LINEAGE_SERVICE_SERVER_HTTP_FRONT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/http/server.h"
#include "service/server/certificates.h"
#include "service/server/rpc_table.h"

namespace lineage {

// Chooses what answers a request. Knows no sockets. Thread-safe.
class HttpFront {
 public:
  explicit HttpFront(const RpcTable* table) : table_(*table), state_(table->state()) {}

  // Answers, at once or later.
  void Answer(std::shared_ptr<HttpExchange> exchange) const;

 private:
  void AnswerPath(const std::shared_ptr<HttpExchange>& exchange, const HttpHeaders& also) const;
  // Whether a browser may ask from the page it shows; a status of 0 if so. `also` gets what it has
  // to be told.
  HttpResponse CheckOrigin(const HttpRequest& request, HttpHeaders* also) const;
  HttpResponse CheckHost(const HttpRequest& request) const;
  [[nodiscard]] HttpResponse Health(absl::string_view path) const;

  const RpcTable& table_;
  ServerState& state_;
};

// Listens on the options' `http_listen`. `certificates` may be null: plain text. Both have to
// outlive the server. Errors: INVALID_ARGUMENT (no literal address), UNAVAILABLE (the address is
// taken).
absl::StatusOr<std::unique_ptr<HttpServer>> StartHttp(const HttpFront* front,
                                                      const ServerOptions& options,
                                                      const Certificates* certificates);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_HTTP_FRONT_H_
