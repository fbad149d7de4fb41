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
  Query query;         // its rights are those that hits tell
  uint32_t first = 0;  // SearchPage::next of the page before
  // The id that a name means, for ancestors and the like.
  std::function<absl::StatusOr<std::string>(absl::string_view)> resolve;
};

// A search under way. Looks at the artifacts of the most selective part of the filter only, and
// computes for each no more than the rest of the filter asks for. Pages of one snapshot and filter
// fit together, be they read from one run or from several. For one thread at a time.
class SearchRun {
 public:
  // Errors: INVALID_ARGUMENT with the column and near names (grammar, field, value); those of
  // `resolve`. Cost: linear in the artifacts that the most selective part names.
  static absl::StatusOr<std::unique_ptr<SearchRun>> Begin(std::shared_ptr<SearchIndex> index,
                                                          const SearchRequest& request);
  ~SearchRun();
  SearchRun(const SearchRun&) = delete;
  SearchRun& operator=(const SearchRun&) = delete;

  // The next hits; not after the last page. Cost: linear in the artifacts that it looks at.
  SearchPage Next(std::size_t max_hits);

 private:
  struct State;
  explicit SearchRun(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

// The fields, for messages and help.
[[nodiscard]] std::vector<std::string> SearchFields();

}  // namespace lineage

#endif  // LINEAGE_ENGINE_SEARCH_SEARCH_H_
