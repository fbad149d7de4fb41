#include "service/server/web_files.h"

#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/digest.h"
#include "service/http/gzip.h"

// Written by the build beside this file's object (see CMakeLists.txt and web_files/pack.cc).
extern "C" {
extern const char lineage_web_begin[];
extern const char lineage_web_end[];
}

namespace lineage {
namespace {

// No inline script or style, nothing from elsewhere, no frame around it.
constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

struct File {
  absl::string_view bytes;
  absl::string_view gzip;
  std::string etag;
};

// Reads what pack.cc wrote: for each file its name, its bytes and these compressed, each with its
// length in eight digits before it.
const std::map<absl::string_view, File>& Files() {
  static const auto* const kFiles = [] {
    auto* files = new std::map<absl::string_view, File>;
    absl::string_view rest(lineage_web_begin,
                           static_cast<std::size_t>(lineage_web_end - lineage_web_begin));
    const auto next = [&rest] {
      std::size_t size = 0;
      for (const char digit : rest.substr(0, 8))
        size = size * 10 + static_cast<std::size_t>(digit - '0');
      const absl::string_view part = rest.substr(8, size);
      rest.remove_prefix(8 + size);
      return part;
    };
    while (!rest.empty()) {
      const absl::string_view name = next();
      File file;
      file.bytes = next();
      file.gzip = next();
      file.etag =
          absl::StrCat("W/\"", absl::BytesToHexString(Sha256(file.bytes).substr(0, 8)), "\"");
      (*files)[name] = std::move(file);
    }
    return files;
  }();
  return *kFiles;
}

absl::string_view TypeOf(absl::string_view name) {
  static constexpr std::pair<absl::string_view, absl::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"}};
  for (const auto& [ending, type] : kTypes) {
    if (absl::EndsWith(name, ending)) return type;
  }
  return "application/octet-stream";
}

}  // namespace

absl::string_view WebFile(absl::string_view path) {
  const auto it = Files().find(path);
  return it == Files().end() ? absl::string_view() : it->second.bytes;
}

HttpResponse AnswerWebFile(const HttpRequest& request, absl::string_view path) {
  const bool page = path == "/" || path == "/ui" || absl::StartsWith(path, "/ui/");
  const auto it = Files().find(page ? "/index.html" : path);
  HttpResponse response;
  response.headers = {{"Content-Security-Policy", kPagePolicy}};
  if (it == Files().end()) {
    response.status = 404;
    response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    response.body = "there is nothing at this address\n";
    return response;
  }
  if (request.method != "GET" && request.method != "HEAD") {
    response.status = 405;
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  const File& file = it->second;
  const bool immutable = absl::StartsWith(it->first, "/assets/");
  response.headers.emplace_back("ETag", file.etag);
  response.headers.emplace_back("Cache-Control",
                                immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (absl::StrContains(request.Header("if-none-match"), file.etag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", std::string(TypeOf(it->first)));
  response.fixed_body = file.bytes;
  if (!file.gzip.empty() && TakesGzip(request.Header("accept-encoding"))) {
    response.fixed_body = file.gzip;
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  return response;
}

}  // namespace lineage
