// Finds artifacts by what a filter says of them.
//
// Fields and their meaning: docs/search.md.
#ifndef LINEAGE_ENGINE_SEARCH_SEARCH_H_
#define LINEAGE_ENGINE_SEARCH_SEARCH_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/graph/snapshot.h"
#include "engine/model/search.h"
#include "engine/permission/query.h"
#include "engine/search/filter.h"
#include "engine/search/search_index.h"

namespace lineage {

struct SearchRequest {
  std::string filter;
  Query query;                  // its rights are those that hits tell
  std::size_t max_hits = 1000;  // of this page
  uint32_t first = 0;           // SearchPage::next of the page before
  // The id that a name means, for ancestors and the like.
  std::function<absl::StatusOr<std::string>(absl::string_view)> resolve;
};

// Looks at the artifacts of the most selective part of the filter only, and computes for each no
// more than the rest of the filter asks for. Two pages of one snapshot and filter fit together.
//
// Errors: INVALID_ARGUMENT with the column and near names (grammar, field, value); those of
// `resolve`. Cost: linear in the artifacts that the most selective part names.
absl::StatusOr<SearchPage> Search(SearchIndex* index, const SearchRequest& request);

// The fields, for messages and help.
[[nodiscard]] std::vector<std::string> SearchFields();

}  // namespace lineage

#endif  // LINEAGE_ENGINE_SEARCH_SEARCH_H_
