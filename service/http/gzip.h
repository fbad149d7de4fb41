// Compression of answers.
#ifndef LINEAGE_SERVICE_HTTP_GZIP_H_
#define LINEAGE_SERVICE_HTTP_GZIP_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lineage {

// Whether an Accept-Encoding takes gzip: named, or by "*", and not with q=0.
[[nodiscard]] bool TakesGzip(absl::string_view accept_encoding);

// `small`: as small as can be, for what is compressed once; else quickly, about 15 ms a MiB of
// JSON.
[[nodiscard]] std::string Gzip(absl::string_view bytes, bool small = false);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_HTTP_GZIP_H_
