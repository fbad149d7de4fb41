// What a request asks for: the path and the query of its target, decoded once and checked.
#ifndef LINEAGE_SERVICE_HTTP_TARGET_H_
#define LINEAGE_SERVICE_HTTP_TARGET_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lineage {

struct HttpTarget {
  // Begins with a slash; percent-encoding is undone, so that an encoded slash is a slash. It is a
  // name, never a path of the file system.
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

// `target` is as it stands in the request line: "/v1/why/acme%2Fbot?for=commercial_use", or with
// the scheme and host before it, as proxies send it. Errors: INVALID_ARGUMENT (no path, a broken
// escape, "." or ".." between slashes, control characters, no UTF-8).
absl::StatusOr<HttpTarget> ReadTarget(absl::string_view target);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_HTTP_TARGET_H_
