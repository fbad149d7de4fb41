// Words that several verbs print: clauses, paths, sources, statements, gates.
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

namespace lineage {

// Columns of a table with a line for each right.
inline constexpr std::size_t kRightWidth = 26;

inline constexpr absl::string_view kContestedHeading = "Contested: ship to be safe";

// "weights, code".
template <typename E>
std::string Names(EnumSet<E> set) {
  return absl::StrJoin(set.Values(), ", ",
                       [](std::string* out, E e) { absl::StrAppend(out, Name(e)); });
}

// " §4(b)" for a number, " Attachment A" for words.
[[nodiscard]] std::string SectionText(absl::string_view section);
// "MIT §2" for a number, "MIT Attachment A" for words.
[[nodiscard]] std::string ClauseText(absl::string_view license, absl::string_view section);

// "—finetuned_from→ org/base".
[[nodiscard]] std::string ArrowText(const std::vector<Hop>& path);
// "MosaicML (model-card, 2025-07-23)".
[[nodiscard]] std::string SourceText(const Claim& claim);
// The class of the licences with what is said to be released; never a definition's word.
[[nodiscard]] absl::string_view OpennessText(Openness openness);
// What a claim states, in a few words: "license MIT", "finetuned_from a/b", "publishes datasets".
// `license`: the licence in the catalogue's ids, where that is known.
[[nodiscard]] std::string StatementText(const Claim& claim, absl::string_view license = "");

// Whether there is anything to say of a gate: a release was asked about, or is held back.
[[nodiscard]] bool HasGate(const Gate& gate);
// What a gate says, in a line: "no: release it under MIT". `verdict`: on the rights that were
// asked.
[[nodiscard]] std::string GateText(const Gate& gate, Verdict verdict);
// When a duty is due, as far as the answer leaves it open: "if you made this step"; empty if it
// does not.
[[nodiscard]] std::string DutyConditions(const DutyView& duty);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_TEXT_H_
