// An HTTP request and an answer to it, as plain values.
#ifndef LINEAGE_SERVICE_HTTP_MESSAGE_H_
#define LINEAGE_SERVICE_HTTP_MESSAGE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace lineage {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;
  std::string target;   // as it was sent; http/target.h reads it
  HttpHeaders headers;  // names in lower case, in the order in which they were sent
  std::string body;
  int version = 11;  // 10 or 11: of HTTP/1.0, HTTP/1.1
  bool keep_alive = false;

  // Of the connection.
  bool secure = false;                    // TLS
  std::vector<std::string> common_names;  // of a client certificate that was verified

  // The value of a header, empty if there is none. Of several the first. `name` is in lower case.
  [[nodiscard]] absl::string_view Header(absl::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;  // without Content-Length, Connection and the like: the server's affair
  std::string body;
  // In place of `body`, bytes that stay as long as the program.
  absl::string_view fixed_body;
};

// The usual words for a status; empty for one that is not used here.
[[nodiscard]] absl::string_view HttpReason(int status);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_HTTP_MESSAGE_H_
