// The page and the other files that are built into the program.
#ifndef LINEAGE_SERVICE_SERVER_WEB_FILES_H_
#define LINEAGE_SERVICE_SERVER_WEB_FILES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "service/http/message.h"

namespace lineage {

// "/" and what lies under "/ui/" is index.html, whose own script reads the address; files under
// "/assets/" carry a digest in their names and never change. A name fits a file that was built in,
// letter for letter, or nothing: no file system is asked.
[[nodiscard]] HttpResponse AnswerWebFile(const HttpRequest& request, absl::string_view path);

// A file that was built in, such as "/openapi.json"; empty if there is none.
[[nodiscard]] absl::string_view WebFile(absl::string_view path);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_WEB_FILES_H_
