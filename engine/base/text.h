// Small text helpers: folding of names, near names, escaping of text that comes from data.
#ifndef LINEAGE_ENGINE_BASE_TEXT_H_
#define LINEAGE_ENGINE_BASE_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace lineage {

// Lower case, with runs of space, '-' and '_' folded into one '-': "Apache License 2.0" ->
// "apache-license-2.0".
[[nodiscard]] std::string Fold(absl::string_view text);

// True if `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] bool IsValidUtf8(absl::string_view text);

// Text from data made safe for a terminal and for one line of any format: what IsUnseen
// (engine/base/unicode.h: controls, ANSI escapes among them, bidirectional controls, noncharacters,
// breaks of lines) and invalid UTF-8 become visible escapes such as \x1b, \u202e or \U000e0041.
// What comes out is valid UTF-8 that XML 1.0 can hold.
[[nodiscard]] std::string EscapeForTerminal(absl::string_view text);

// True if `name` fits `pattern`, in which '*' stands for anything, '?' for one character.
[[nodiscard]] bool MatchesPattern(const std::string& pattern, const std::string& name);

// Up to `limit` of `names` that are near `text`, nearest first, ties in order of the alphabet;
// "near" grows with the length. Cost: O(|names| * |text|).
[[nodiscard]] std::vector<std::string> NearNames(absl::string_view text,
                                                 absl::Span<const std::string> names,
                                                 std::size_t limit = 3);

// "; did you mean a or b?" for NearNames, or nothing.
[[nodiscard]] std::string DidYouMean(absl::string_view text, absl::Span<const std::string> names);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_TEXT_H_
