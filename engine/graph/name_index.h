// Finds artifacts by what people call them.
#ifndef LINEAGE_ENGINE_GRAPH_NAME_INDEX_H_
#define LINEAGE_ENGINE_GRAPH_NAME_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/records/records.h"

namespace lineage {

// Whether an error tells what may have been meant: that looks at every artifact's name.
enum class NameHints : uint8_t { kGive, kSkip };

// How much is made from an artifact; what is used more is suggested first.
using Weight = std::function<std::size_t(absl::string_view id)>;

// The id that `name` means: exact id, Hub address, package URL, alias, unique last path segment,
// each first as written and then without regard to case; then the one last segment with the same
// letters and digits ("Llama 2 7B"); then the data set of this name, without "datasets/". A
// revision ("@…", "/tree/…") after the name is ignored. With kSkip the same letters are not looked
// for either. Errors: NOT_FOUND with near names (among the first 100,000 artifacts): those that
// begin with it, then those with a word that does, by `weight` if given, else those that are spelt
// nearly so; FAILED_PRECONDITION if several artifacts match, listing them. Cost: O(matches); for an
// unknown name O(artifacts), and `weight` for a hundred of them.
[[nodiscard]] absl::StatusOr<std::string> ResolveName(const Records& records,
                                                      absl::string_view name,
                                                      const Weight& weight = nullptr,
                                                      NameHints hints = NameHints::kGive);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_NAME_INDEX_H_
