#include "engine/base/unicode.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uset.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace lineage {
namespace {

constexpr UChar32 kAsciiEnd = 0x80;

// The code point at `*i`, which is advanced; below 0 if the bytes are no UTF-8.
UChar32 Next(absl::string_view text, std::size_t* i) {
  const uint32_t c = NextCodePoint(text, i);
  return c == kInvalidCodePoint ? -1 : static_cast<UChar32>(c);
}

// "U+00AD SOFT HYPHEN".
std::string NameOf(UChar32 c) {
  std::array<char, 128> name{};
  UErrorCode status = U_ZERO_ERROR;
  // Controls have no name but this one.
  u_charName(c, U_EXTENDED_CHAR_NAME, name.data(), static_cast<int32_t>(name.size()), &status);
  return absl::StrFormat("U+%04X%s%s", static_cast<uint32_t>(c), U_SUCCESS(status) ? " " : "",
                         U_SUCCESS(status) ? name.data() : "");
}

// "U+00AD SOFT HYPHEN (character 9)"; `text` is cut before the character that is meant.
std::string Place(UChar32 c, absl::string_view before) {
  const auto characters = std::count_if(before.begin(), before.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  });
  return absl::StrCat(NameOf(c), " (character ", characters + 1, ")");
}

std::string NotUtf8(std::size_t byte) {
  return absl::StrCat("is not valid UTF-8 (byte ", byte + 1, ")");
}

bool IsLetterMarkOrDigit(UChar32 c) {
  return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
}

// What ICU's tables say; made once. Without them (a broken installation) nothing but ASCII passes.
class Rules {
 public:
  static const Rules& Get() {
    static const Rules* const rules = new Rules();
    return *rules;
  }

  [[nodiscard]] bool ready() const { return U_SUCCESS(status_) != 0; }

  [[nodiscard]] bool MayStandInIds(UChar32 c) const {
    if (c < kAsciiEnd) return c > ' ' && c < 0x7F;
    return IsLetterMarkOrDigit(c) && uset_contains(recommended_, c) != 0 &&
           u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) == 0;
  }

  // Several scripts that do not belong together.
  [[nodiscard]] bool Mixes(absl::string_view part) const {
    UErrorCode status = U_ZERO_ERROR;
    const int32_t found = uspoof_check2UTF8(checker_, part.data(),
                                            static_cast<int32_t>(part.size()), nullptr, &status);
    return U_FAILURE(status) != 0 || (found & USPOOF_RESTRICTION_LEVEL) != 0;
  }

  // What it looks like, with one of each set of characters that look alike.
  [[nodiscard]] std::string Skeleton(absl::string_view part) const {
    std::string skeleton(part.size() * 8 + 64, '\0');  // a character can become several
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size =
        uspoof_getSkeletonUTF8(checker_, 0, part.data(), static_cast<int32_t>(part.size()),
                               skeleton.data(), static_cast<int32_t>(skeleton.size()), &status);
    skeleton.resize(U_SUCCESS(status) ? static_cast<std::size_t>(size) : 0);
    return skeleton;
  }

  [[nodiscard]] std::vector<UChar> Composed(const std::vector<UChar>& text) const {
    std::vector<UChar> composed(text.size() * 3 + 1);  // NFC grows at most so
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size =
        unorm2_normalize(nfc_, text.data(), static_cast<int32_t>(text.size()), composed.data(),
                         static_cast<int32_t>(composed.size()), &status);
    composed.resize(U_SUCCESS(status) ? static_cast<std::size_t>(size) : 0);
    return composed;
  }

 private:
  Rules() {
    nfc_ = unorm2_getNFCInstance(&status_);
    recommended_ = uspoof_getRecommendedSet(&status_);
    checker_ = uspoof_open(&status_);
    uspoof_setChecks(checker_, USPOOF_RESTRICTION_LEVEL, &status_);
    uspoof_setRestrictionLevel(checker_, USPOOF_HIGHLY_RESTRICTIVE);
  }

  UErrorCode status_ = U_ZERO_ERROR;
  const UNormalizer2* nfc_ = nullptr;
  const USet* recommended_ = nullptr;
  USpoofChecker* checker_ = nullptr;
};

std::string DisallowedProblem(absl::string_view id, const Rules& rules) {
  bool begins = true;  // a part of the id
  for (std::size_t i = 0; i < id.size();) {
    const std::size_t start = i;
    const UChar32 c = Next(id, &i);
    if (c < 0) return NotUtf8(start);
    if (!rules.MayStandInIds(c)) {
      return absl::StrCat("holds ", Place(c, id.substr(0, start)),
                          ": leave it out or write another; ids are made of visible ASCII "
                          "characters, and of letters and digits of other scripts");
    }
    if (begins && (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0) {
      return absl::StrCat("begins a part with ", Place(c, id.substr(0, start)),
                          ", a mark: write the letter that bears it first");
    }
    begins = c == '/';
  }
  return "";
}

std::string NormalFormProblem(absl::string_view id, const Rules& rules) {
  std::vector<UChar> text(id.size());
  int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8(text.data(), static_cast<int32_t>(text.size()), &size, id.data(),
                static_cast<int32_t>(id.size()), &status);
  text.resize(U_SUCCESS(status) ? static_cast<std::size_t>(size) : 0);
  const std::vector<UChar> composed = rules.Composed(text);
  if (composed == text) return "";
  const auto [is, should] =
      std::mismatch(text.begin(), text.end(), composed.begin(), composed.end());
  if (is == text.end() || should == composed.end()) return "is not in Unicode's normal form C";
  UChar32 wanted = 0;
  U16_GET(composed.data(), 0, should - composed.begin(), static_cast<int64_t>(composed.size()),
          wanted);
  const auto units = static_cast<std::size_t>(is - text.begin());
  std::size_t at = 0;
  for (std::size_t unit = 0; unit < units && at < id.size();) unit += U16_LENGTH(Next(id, &at));
  std::size_t after = at;
  const UChar32 written = Next(id, &after);
  return absl::StrCat("is not in Unicode's normal form C: instead of ",
                      Place(written, id.substr(0, at)), " and what follows write ", NameOf(wanted));
}

UScriptCode ScriptOf(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(c, &status);
}

bool HasScript(UScriptCode script) {
  return script != USCRIPT_COMMON && script != USCRIPT_INHERITED;
}

// Where a part changes its script, for people.
std::string MixProblem(absl::string_view id, std::size_t from, absl::string_view part) {
  std::optional<UScriptCode> first;
  for (std::size_t i = 0; i < part.size();) {
    const std::size_t start = i;
    const UChar32 c = Next(part, &i);
    const UScriptCode script = ScriptOf(c);
    if (!HasScript(script)) continue;
    if (!first) first = script;
    if (script == *first) continue;
    return absl::StrCat(
        "mixes ", uscript_getName(*first), " and ", uscript_getName(script),
        " letters, which can look alike, in one part: ", Place(c, id.substr(0, from + start)),
        "; write each part between slashes in one script");
  }
  return "mixes scripts in one part; write each part between slashes in one script";
}

// "сосо" in Cyrillic letters looks like "coco". Latin letters of other languages (ı, æ) are no
// disguise: whoever writes them means them.
std::string DisguiseProblem(absl::string_view id, std::size_t from, absl::string_view part,
                            const Rules& rules) {
  for (std::size_t i = 0; i < part.size();) {
    const std::size_t start = i;
    const UChar32 c = Next(part, &i);
    if (c < kAsciiEnd || ScriptOf(c) == USCRIPT_LATIN) continue;
    const std::string looks = rules.Skeleton(part);
    const bool ascii = std::all_of(looks.begin(), looks.end(), [](char byte) {
      return static_cast<unsigned char>(byte) < kAsciiEnd;
    });
    if (looks.empty() || !ascii) return "";
    return absl::StrCat("has a part that looks like \"", looks, "\" but is written with ",
                        Place(c, id.substr(0, from + start)), ": write it in ASCII");
  }
  return "";
}

}  // namespace

uint32_t NextCodePoint(absl::string_view text, std::size_t* i) {
  const auto byte = [&](std::size_t k) { return static_cast<uint8_t>(text[k]); };
  const uint8_t lead = byte(*i);
  if (lead < 0x80) {
    ++*i;
    return lead;
  }
  int extra = 0;
  uint32_t code = 0;
  uint32_t least = 0;
  if ((lead & 0xE0) == 0xC0) {
    extra = 1, code = lead & 0x1F, least = 0x80;
  } else if ((lead & 0xF0) == 0xE0) {
    extra = 2, code = lead & 0x0F, least = 0x800;
  } else if ((lead & 0xF8) == 0xF0) {
    extra = 3, code = lead & 0x07, least = 0x10000;
  } else {
    ++*i;
    return kInvalidCodePoint;
  }
  if (*i + static_cast<std::size_t>(extra) >= text.size()) {
    ++*i;
    return kInvalidCodePoint;
  }
  for (int k = 1; k <= extra; ++k) {
    const uint8_t next = byte(*i + static_cast<std::size_t>(k));
    if ((next & 0xC0) != 0x80) {
      ++*i;
      return kInvalidCodePoint;
    }
    code = (code << 6) | (next & 0x3F);
  }
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    ++*i;
    return kInvalidCodePoint;
  }
  *i += static_cast<std::size_t>(extra) + 1;
  return code;
}

std::string IdCharacterProblem(absl::string_view id) {
  const bool plain = std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (plain) return "";
  const Rules& rules = Rules::Get();
  if (!rules.ready()) return "is not plain ASCII, and ICU's tables are not installed (libicu)";
  if (std::string problem = DisallowedProblem(id, rules); !problem.empty()) return problem;
  if (std::string problem = NormalFormProblem(id, rules); !problem.empty()) return problem;
  for (const absl::string_view part : absl::StrSplit(id, '/')) {
    const auto from = static_cast<std::size_t>(part.data() - id.data());
    if (rules.Mixes(part)) return MixProblem(id, from, part);
    std::string problem = DisguiseProblem(id, from, part, rules);
    if (!problem.empty()) return problem;
  }
  return "";
}

std::string TextCharacterProblem(absl::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const UChar32 c = Next(text, &i);
    if (c < 0) return NotUtf8(start);
    if (c == '\n' || c == '\t' || (c >= ' ' && c < 0x7F)) continue;
    const char* what = u_charType(c) == U_CONTROL_CHAR ? "a control character"
                       : U_IS_UNICODE_NONCHAR(c)       ? "no character"
                       : u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) != 0
                           ? "which changes the order of what is shown"
                           : nullptr;
    if (what == nullptr) continue;
    return absl::StrCat("holds ", Place(c, text.substr(0, start)), ", ", what, ": leave it out");
  }
  return "";
}

bool IsUnseen(uint32_t code) {
  const auto c = static_cast<UChar32>(code);
  if (c < kAsciiEnd) return c < ' ' || c == 0x7F;
  if (c >= 0xFE00 && c <= 0xFE0F) return false;  // variation selectors
  const int8_t type = u_charType(c);
  return type == U_CONTROL_CHAR || type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR ||
         U_IS_UNICODE_NONCHAR(c) || u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) != 0 ||
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
         (c >= 0xFFF9 && c <= 0xFFFB);  // interlinear annotation
}

std::string EscapeUnseen(std::string json, EscapesOf escapes) {
  // ASCII controls are escaped by the serialiser already, but for this one.
  const bool plain = std::all_of(json.begin(), json.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x7F; });
  if (plain) return json;
  std::string out;
  out.reserve(json.size());
  for (std::size_t i = 0; i < json.size();) {
    const std::size_t start = i;
    const uint32_t c = NextCodePoint(json, &i);
    if (c < 0x7F || c == kInvalidCodePoint || !IsUnseen(c)) {
      out.append(json, start, i - start);
    } else if (c < 0x10000) {
      absl::StrAppendFormat(&out, "\\u%04x", c);
    } else if (escapes == EscapesOf::kYaml) {
      absl::StrAppendFormat(&out, "\\U%08x", c);
    } else {
      const auto point = static_cast<UChar32>(c);
      absl::StrAppendFormat(&out, "\\u%04x\\u%04x", static_cast<uint32_t>(U16_LEAD(point)),
                            static_cast<uint32_t>(U16_TRAIL(point)));
    }
  }
  return out;
}

}  // namespace lineage
