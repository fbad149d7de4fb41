// Finds artifacts by what people call them.
#ifndef LINEAGE_ENGINE_GRAPH_NAME_INDEX_H_
#define LINEAGE_ENGINE_GRAPH_NAME_INDEX_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/records/records.h"

namespace lineage {

// The id that `name` means: exact id, package URL, alias, unique last path segment, each first as
// written and then without regard to case. A revision ("@…") after the name is ignored. Errors:
// NOT_FOUND with near names (among the first 100,000 artifacts); FAILED_PRECONDITION if several
// artifacts match, listing them. Cost: O(matches).
[[nodiscard]] absl::StatusOr<std::string> ResolveName(const Records& records,
                                                      absl::string_view name);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_NAME_INDEX_H_
