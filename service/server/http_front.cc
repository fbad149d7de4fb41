#include "service/server/http_front.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/status_macros.h"
#include "service/http/target.h"
#include "service/safety/loopback.h"
#include "service/server/connect.h"
#include "service/server/pages.h"
#include "service/server/web_files.h"
#include "service/wire/status.h"

namespace lineage {
namespace {

// What browsers are told with every answer. The page brings its own, wider policy.
constexpr const char* kDataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

// The host without its port, in lower case.
std::string HostOf(absl::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  if (colon != absl::string_view::npos && authority.find(']', colon) == absl::string_view::npos) {
    authority = authority.substr(0, colon);
  }
  return absl::AsciiStrToLower(authority);
}

bool IsLoopbackHost(absl::string_view authority) {
  return IsLoopback(absl::StrCat(HostOf(authority), ":1"));
}

// "https://a.example" of the list "https://a.example, https://b.example".
bool IsListed(absl::string_view origin, absl::string_view list) {
  for (const absl::string_view one : absl::StrSplit(list, ',', absl::SkipWhitespace())) {
    if (absl::StripAsciiWhitespace(one) == origin) return true;
  }
  return false;
}

// A page of this server itself asks.
bool IsOwn(absl::string_view origin, absl::string_view host) {
  for (const absl::string_view scheme : {"http://", "https://"}) {
    absl::string_view rest = origin;
    if (absl::ConsumePrefix(&rest, scheme)) return !host.empty() && rest == host;
  }
  return false;
}

void Safeguard(HttpHeaders* headers) {
  headers->emplace_back("X-Content-Type-Options", "nosniff");
  headers->emplace_back("Referrer-Policy", "no-referrer");
  headers->emplace_back("X-Frame-Options", "DENY");
}

}  // namespace

void HttpFront::Answer(std::shared_ptr<HttpExchange> exchange) const {
  HttpHeaders also;
  Safeguard(&also);
  HttpResponse refused = CheckHost(exchange->request());
  if (refused.status == 0) refused = CheckOrigin(exchange->request(), &also);
  if (refused.status == 0) {
    AnswerPath(exchange, also);
    return;
  }
  refused.headers.insert(refused.headers.end(), also.begin(), also.end());
  exchange->Respond(std::move(refused));
}

void HttpFront::AnswerPath(const std::shared_ptr<HttpExchange>& exchange,
                           const HttpHeaders& also) const {
  const HttpRequest& request = exchange->request();
  const auto respond = [&](HttpResponse response) {
    response.headers.insert(response.headers.end(), also.begin(), also.end());
    exchange->Respond(std::move(response));
  };
  const absl::StatusOr<HttpTarget> target = ReadTarget(request.target);
  if (!target.ok()) return respond(ConnectError(ToGrpc(target.status())));
  const std::string& path = target->path;
  if (path == "/healthz" || path == "/readyz") return respond(Health(path));
  HttpHeaders data = also;
  data.emplace_back("Content-Security-Policy", kDataPolicy);
  if (absl::StartsWith(path, "/lineage.v1.")) {
    data.emplace_back("Cache-Control", "no-store");
    if (const Rpc* rpc = table_.Find(path)) {
      return AnswerConnect(&state_, *rpc, exchange, data);
    }
    HttpResponse response =
        ConnectError({grpc::StatusCode::UNIMPLEMENTED, absl::StrCat("there is no RPC ", path)});
    response.status = 404;
    return respond(std::move(response));
  }
  if (absl::StartsWith(path, "/v1/")) return AnswerPage(&table_, *target, exchange, data);
  respond(AnswerWebFile(request, path));
}

HttpResponse HttpFront::Health(absl::string_view path) const {
  HttpResponse response;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  const bool ready = path == "/healthz" || !state_.stopping;
  response.status = ready ? 200 : 503;
  response.body = ready ? "ok\n" : "the server shuts down\n";
  return response;
}

// Without access control whoever reaches this port is an admin. So is a page in a browser on this
// machine, if a name of its maker's leads here (DNS rebinding); such a page sends that name.
HttpResponse HttpFront::CheckHost(const HttpRequest& request) const {
  HttpResponse none;
  none.status = 0;
  if (!state_.access->open() || state_.options.insecure) return none;
  const absl::string_view host = request.Header("host");
  if ((host.empty() && request.version < 11) || IsLoopbackHost(host)) return none;
  HttpResponse response = ConnectError(
      {grpc::StatusCode::PERMISSION_DENIED,
       "Host: without an access file only this machine is served, under 127.0.0.1, [::1] or "
       "localhost"});
  response.status = 421;
  return response;
}

HttpResponse HttpFront::CheckOrigin(const HttpRequest& request, HttpHeaders* also) const {
  HttpResponse response;
  response.status = 0;
  const absl::string_view origin = request.Header("origin");
  const bool listed = !origin.empty() && IsListed(origin, state_.options.http_cors_origins);
  if (!state_.options.http_cors_origins.empty()) also->emplace_back("Vary", "Origin");
  if (listed) {
    also->emplace_back("Access-Control-Allow-Origin", std::string(origin));
    also->emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id");
  } else {
    also->emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  }
  const bool allowed = origin.empty() || listed || IsOwn(origin, request.Header("host"));
  if (request.method == "OPTIONS") {
    response.status = 204;
    response.headers.emplace_back("Allow", "GET, HEAD, POST, OPTIONS");
    if (listed) {
      response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST");
      response.headers.emplace_back(
          "Access-Control-Allow-Headers",
          "Authorization, Connect-Protocol-Version, Connect-Timeout-Ms, Content-Type, "
          "If-None-Match, X-Request-Id");
      response.headers.emplace_back("Access-Control-Max-Age", "600");
    }
  } else if (!allowed && request.method != "GET" && request.method != "HEAD") {
    response = ConnectError({grpc::StatusCode::PERMISSION_DENIED,
                             "Origin: pages of other servers may not ask; see http-cors-origins"});
  }
  return response;
}

absl::StatusOr<std::unique_ptr<HttpServer>> StartHttp(const HttpFront* front,
                                                      const ServerOptions& options,
                                                      const Certificates* certificates) {
  const std::optional<LiteralAddress> address = ReadLiteralAddress(options.http_listen);
  if (!address) {
    return absl::InvalidArgumentError(
        absl::StrCat("http-listen: ", options.http_listen,
                     " is no literal address with a port, such as 127.0.0.1:7118 or [::1]:7118"));
  }
  HttpLimits limits;
  limits.connections = options.limits.http_connections;
  limits.header_bytes = options.limits.metadata_bytes;
  limits.body_bytes = options.limits.message_bytes;
  limits.buffered_bytes = options.limits.memory_bytes / 2;
  limits.header_time = options.limits.http_request_time;
  limits.body_time = 3 * options.limits.http_request_time;
  limits.write_time = options.limits.watch_stall;
  limits.threads = 2;
  HttpServer::CertificateSource source;
  if (certificates != nullptr) {
    source = [certificates](uint64_t* generation) {
      const std::shared_ptr<const CertificateSet> set = certificates->Current(generation);
      return std::make_shared<const HttpCertificates>(
          HttpCertificates{set->certificates, set->key, set->client_ca});
    };
  }
  return HttpServer::Start(
      *address, limits, std::move(source),
      [front](std::shared_ptr<HttpExchange> exchange) { front->Answer(std::move(exchange)); });
}

}  // namespace lineage
