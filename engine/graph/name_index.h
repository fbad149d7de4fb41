// Finds artifacts by what people call them.
#ifndef LINEAGE_ENGINE_GRAPH_NAME_INDEX_H_
#define LINEAGE_ENGINE_GRAPH_NAME_INDEX_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/model/catalog.h"

namespace lineage {

// Immutable after construction. Thread-safe.
class NameIndex {
 public:
  explicit NameIndex(const Catalog& catalog);

  // The id that `name` means: exact id, package URL, alias, unique last path segment, each first as
  // written and then without regard to case. A revision ("@…") after the name is ignored. Errors:
  // NOT_FOUND with near names; FAILED_PRECONDITION if several artifacts match, listing them. Cost:
  // O(1); O(names) for the suggestions of an error.
  [[nodiscard]] absl::StatusOr<std::string> Resolve(absl::string_view name) const;

 private:
  using Matches = absl::flat_hash_map<std::string, std::vector<std::string>>;

  std::vector<std::string> ids_;
  Matches by_id_lower_;
  Matches by_alias_;
  Matches by_alias_lower_;
  Matches by_segment_;
  Matches by_segment_lower_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_NAME_INDEX_H_
