#include "service/http/target.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace lineage {
namespace {

bool IsHex(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }

// Well-formed UTF-8 without control characters.
bool IsPlain(absl::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t n) { return static_cast<unsigned char>(text[n]); };
    const unsigned char c = at(i);
    if (c < 0x20 || c == 0x7f) return false;
    const std::size_t length = c < 0x80                ? 1
                               : c >= 0xC2 && c < 0xE0 ? 2
                               : c >= 0xE0 && c < 0xF0 ? 3
                               : c >= 0xF0 && c < 0xF5 ? 4
                                                       : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t n = 1; n < length; ++n) {
      if ((at(i + n) & 0xC0) != 0x80) return false;
    }
    if ((c == 0xE0 && at(i + 1) < 0xA0) || (c == 0xED && at(i + 1) >= 0xA0) ||
        (c == 0xF0 && at(i + 1) < 0x90) || (c == 0xF4 && at(i + 1) >= 0x90) ||
        (c == 0xC2 && at(i + 1) < 0xA0)) {
      return false;
    }
    i += length;
  }
  return true;
}

absl::StatusOr<std::string> Decode(absl::string_view text, bool form) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && form) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      if (i + 2 >= text.size() || !IsHex(text[i + 1]) || !IsHex(text[i + 2])) {
        return absl::InvalidArgumentError("the address has a % that is no percent-encoding");
      }
      out += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    }
  }
  if (!IsPlain(out)) {
    return absl::InvalidArgumentError("the address has control characters, or is no UTF-8");
  }
  return out;
}

}  // namespace

absl::StatusOr<HttpTarget> ReadTarget(absl::string_view target) {
  for (const absl::string_view scheme : {"http://", "https://"}) {
    if (!absl::StartsWithIgnoreCase(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    target = target.substr(std::min(target.find('/'), target.size()));
    break;
  }
  if (!absl::StartsWith(target, "/")) {
    return absl::InvalidArgumentError("the request line names no path");
  }
  target = target.substr(0, target.find('#'));
  const std::size_t question = target.find('?');
  HttpTarget read;
  absl::StatusOr<std::string> path = Decode(target.substr(0, question), false);
  if (!path.ok()) return path.status();
  read.path = *std::move(path);
  for (const absl::string_view part : absl::StrSplit(absl::string_view(read.path).substr(1), '/')) {
    if (part == "." || part == "..") {
      return absl::InvalidArgumentError("the address has . or .. between slashes");
    }
  }
  if (question == absl::string_view::npos) return read;
  for (const absl::string_view pair :
       absl::StrSplit(target.substr(question + 1), '&', absl::SkipEmpty())) {
    const std::size_t equals = pair.find('=');
    absl::StatusOr<std::string> name = Decode(pair.substr(0, equals), true);
    absl::StatusOr<std::string> value = std::string();
    if (equals != absl::string_view::npos) value = Decode(pair.substr(equals + 1), true);
    if (!name.ok()) return name.status();
    if (!value.ok()) return value.status();
    read.query.emplace_back(*std::move(name), *std::move(value));
  }
  return read;
}

}  // namespace lineage
