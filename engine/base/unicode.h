// Which characters may stand in ids and in text for people, by ICU.
#ifndef LINEAGE_ENGINE_BASE_UNICODE_H_
#define LINEAGE_ENGINE_BASE_UNICODE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace lineage {

inline constexpr uint32_t kInvalidCodePoint = 0xFFFFFFFF;

// The code point at byte `*i` of UTF-8, which is advanced past it; where the bytes are none, past
// one byte, and kInvalidCodePoint.
[[nodiscard]] uint32_t NextCodePoint(absl::string_view text, std::size_t* i);

// What is wrong with the characters of an id, such as "holds U+00AD SOFT HYPHEN (character 9):
// leave it out"; empty if nothing is. The one allow-list for ids, wherever they come from:
//
//   - visible ASCII; beyond it the letters, marks and digits that UTS #39 recommends for
//     identifiers (which has no spaces, invisible, unassigned, private or compatibility
//     characters);
//   - in normal form C, so that what looks the same is the same;
//   - in each part between slashes one script, or Latin beside Chinese, Japanese or Korean (the
//     level "highly restrictive" of UTS #39);
//   - no part that other letters than Latin ones make look like an ASCII word.
//
// Cost: ids of ASCII one pass over the bytes; others some microseconds a part.
[[nodiscard]] std::string IdCharacterProblem(absl::string_view id);

// The same for text that people read (names, notes, remarks, quotes): no controls but tab and
// newline, no bidirectional controls, no noncharacters, valid UTF-8. Cost: one pass.
[[nodiscard]] std::string TextCharacterProblem(absl::string_view text);

// True if `c` shows nothing of itself, or changes how others are shown, or breaks lines: controls,
// bidirectional controls, noncharacters, line and paragraph separators, and what is ignorable by
// default but the variation selectors, which emoji have.
[[nodiscard]] bool IsUnseen(uint32_t c);

// JSON (or YAML whose scalars are written as JSON's) with what IsUnseen in its strings as escapes:
// the same value, safe to show. `json` is what a serialiser wrote: newlines between values stay.
// Cost: one pass.
enum class EscapesOf : uint8_t { kJson, kYaml };  // \ud83d\ude00 or \U0001f600
[[nodiscard]] std::string EscapeUnseen(std::string json, EscapesOf escapes = EscapesOf::kJson);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_UNICODE_H_
