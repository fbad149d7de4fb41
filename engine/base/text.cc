#include "engine/base/text.h"

#include <fnmatch.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/unicode.h"

namespace lineage {
namespace {

// Levenshtein distance, given up (returns limit + 1) once it exceeds `limit`.
std::size_t Distance(absl::string_view a, absl::string_view b, std::size_t limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > limit) return limit + 1;
  std::vector<std::size_t> row(a.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t j = 1; j <= b.size(); ++j) {
    std::size_t diagonal = row[0];
    row[0] = j;
    std::size_t best = row[0];
    for (std::size_t i = 1; i <= a.size(); ++i) {
      const std::size_t cost = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[i];
      row[i] = std::min({cost, row[i] + 1, row[i - 1] + 1});
      best = std::min(best, row[i]);
    }
    if (best > limit) return limit + 1;
  }
  return row[a.size()];
}

}  // namespace

std::string Fold(absl::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (const char c : absl::StripAsciiWhitespace(text)) {
    const auto u = static_cast<unsigned char>(c);
    if (absl::ascii_isspace(u) || c == '-' || c == '_') {
      if (!folded.empty() && folded.back() != '-') folded.push_back('-');
    } else {
      folded.push_back(absl::ascii_tolower(u));
    }
  }
  return folded;
}

bool IsValidUtf8(absl::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (NextCodePoint(text, &i) == kInvalidCodePoint) return false;
  }
  return true;
}

std::string EscapeForTerminal(absl::string_view text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 127; });
  if (plain) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const uint32_t c = NextCodePoint(text, &i);
    if (c == kInvalidCodePoint) {
      out += absl::StrFormat("\\x%02x", static_cast<uint8_t>(text[start]));
    } else if (IsUnseen(c)) {
      out += c < 0x100     ? absl::StrFormat("\\x%02x", c)
             : c < 0x10000 ? absl::StrFormat("\\u%04x", c)
                           : absl::StrFormat("\\U%08x", c);
    } else {
      out.append(text.data() + start, i - start);
    }
  }
  return out;
}

std::vector<std::string> NearNames(absl::string_view text, absl::Span<const std::string> names,
                                   std::size_t limit) {
  const std::string wanted = Fold(text.substr(0, 200));
  const std::size_t threshold = std::max<std::size_t>(1, (wanted.size() + 2) / 4);
  std::vector<std::pair<std::size_t, const std::string*>> near;
  for (const std::string& name : names) {
    const std::string folded = Fold(name);
    std::size_t distance = Distance(wanted, folded, threshold);
    // A part of the name, such as its last segment, counts as near too.
    if (distance > threshold && wanted.size() >= 3 && absl::StrContains(folded, wanted)) {
      distance = threshold;
    }
    if (distance > threshold) {
      const std::size_t slash = folded.rfind('/');
      if (slash != std::string::npos) {
        distance = Distance(wanted, absl::string_view(folded).substr(slash + 1), threshold);
      }
    }
    if (distance <= threshold) near.emplace_back(distance, &name);
  }
  std::sort(near.begin(), near.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first, *a.second) < std::pair(b.first, *b.second);
  });
  std::vector<std::string> result;
  for (const auto& [distance, name] : near) {
    if (result.size() == limit) break;
    if (result.empty() || result.back() != *name) result.push_back(*name);
  }
  return result;
}

std::string DidYouMean(absl::string_view text, absl::Span<const std::string> names) {
  const std::vector<std::string> near = NearNames(text, names);
  if (near.empty()) return "";
  return absl::StrFormat("; did you mean %s?", absl::StrJoin(near, " or "));
}

bool MatchesPattern(const std::string& pattern, const std::string& name) {
  return ::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

}  // namespace lineage
