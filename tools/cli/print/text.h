// Words that several verbs print: paths, sources, statements; engine/report/texts.h has those of
// clauses, gates and duties.
#ifndef LINEAGE_TOOLS_CLI_PRINT_TEXT_H_
#define LINEAGE_TOOLS_CLI_PRINT_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "engine/model/claim.h"
#include "engine/model/explanation.h"
#include "engine/model/names.h"
#include "engine/report/texts.h"

namespace lineage {

// Columns of a table with a line for each right.
inline constexpr std::size_t kRightWidth = 26;

// "weights, code".
template <typename E>
std::string Names(EnumSet<E> set) {
  return absl::StrJoin(set.Values(), ", ",
                       [](std::string* out, E e) { absl::StrAppend(out, Name(e)); });
}

// "—finetuned_from→ org/base".
[[nodiscard]] std::string ArrowText(const std::vector<Hop>& path);
// "MosaicML (model-card, 2025-07-23)".
[[nodiscard]] std::string SourceText(const Claim& claim);
// The class of the licences with what is said to be released; never a definition's word.
[[nodiscard]] absl::string_view OpennessText(Openness openness);
// What a claim states, in a few words: "license MIT", "finetuned_from a/b", "publishes datasets".
// `license`: the licence in the catalogue's ids, where that is known.
[[nodiscard]] std::string StatementText(const Claim& claim, absl::string_view license = "");

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_TEXT_H_
