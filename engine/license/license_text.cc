#include "engine/license/license_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace lineage {
namespace {

constexpr double kWorthNaming = 0.5;

bool IsCopyrightLine(absl::string_view line) {
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(line).substr(0, 20));
  return absl::StartsWith(lower, "copyright (c)") || absl::StartsWith(lower, "copyright ©") ||
         absl::StartsWith(lower, "(c) ") || absl::StartsWith(lower, "©") ||
         (absl::StartsWith(lower, "copyright ") && lower.size() > 10 &&
          absl::ascii_isdigit(static_cast<unsigned char>(lower[10])));
}

// FNV-1a, then a finalizer that spreads it over all bits.
uint32_t HashOf(absl::string_view a, absl::string_view b, absl::string_view c) {
  uint64_t hash = 14695981039346656037ULL;
  for (const absl::string_view word : {a, b, c}) {
    for (const char letter : word) {
      hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
    }
    hash = (hash ^ 0x20U) * 1099511628211ULL;
  }
  hash ^= hash >> 33U;
  hash *= 0xff51afd7ed558ccdULL;
  hash ^= hash >> 33U;
  return static_cast<uint32_t>(hash);
}

}  // namespace

TextSketch SketchOf(absl::string_view text) {
  std::vector<std::string> words;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (IsCopyrightLine(line)) continue;
    std::string word;
    for (const char letter : line) {
      const auto c = static_cast<unsigned char>(letter);
      if (absl::ascii_isalnum(c) || c >= 0x80) {
        word.push_back(static_cast<char>(absl::ascii_tolower(c)));
      } else if (!word.empty()) {
        words.push_back(std::move(word));
        word.clear();
      }
    }
    if (!word.empty()) words.push_back(std::move(word));
  }
  std::vector<uint32_t> hashes;
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    hashes.push_back(HashOf(words[i], words[i + 1], words[i + 2]));
  }
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  TextSketch sketch;
  sketch.shingles = static_cast<uint32_t>(hashes.size());
  if (hashes.size() > kSketchSize) hashes.resize(kSketchSize);
  sketch.hashes = std::move(hashes);
  return sketch;
}

double Resemblance(const TextSketch& a, const TextSketch& b) {
  // Of the smallest hashes of both together, the share that both have.
  std::size_t seen = 0;
  std::size_t shared = 0;
  auto left = a.hashes.begin();
  auto right = b.hashes.begin();
  while (seen < kSketchSize && (left != a.hashes.end() || right != b.hashes.end())) {
    ++seen;
    if (right == b.hashes.end() || (left != a.hashes.end() && *left < *right)) {
      ++left;
    } else if (left == a.hashes.end() || *right < *left) {
      ++right;
    } else {
      ++shared, ++left, ++right;
    }
  }
  return seen == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(seen);
}

std::vector<TextMatch> RecognizeText(const TextSketch& sketch, const LicenseTable& table) {
  std::vector<TextMatch> matches;
  for (std::size_t i = 0; i < table.size(); ++i) {
    double best = 0;
    for (const TextSketch& text : table.Get(LicenseIndex(i)).texts) {
      best = std::max(best, Resemblance(sketch, text));
    }
    if (best >= kWorthNaming) matches.push_back({LicenseIndex(i), best});
  }
  std::sort(matches.begin(), matches.end(), [&](const TextMatch& a, const TextMatch& b) {
    if (a.score != b.score) return a.score > b.score;
    return table.Get(a.license).id < table.Get(b.license).id;
  });
  return matches;
}

std::string SketchText(const TextSketch& sketch) {
  std::string bytes;
  for (const uint32_t hash : sketch.hashes) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<char>(hash >> shift));
  }
  return absl::Base64Escape(bytes);
}

std::optional<TextSketch> ParseSketch(uint32_t shingles, absl::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || bytes.empty() || bytes.size() % 4 != 0) {
    return std::nullopt;
  }
  TextSketch sketch;
  sketch.shingles = shingles;
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    uint32_t hash = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      hash = hash << 8U | static_cast<unsigned char>(bytes[i + k]);
    }
    if (!sketch.hashes.empty() && hash <= sketch.hashes.back()) return std::nullopt;
    sketch.hashes.push_back(hash);
  }
  if (sketch.hashes.size() != std::min<std::size_t>(shingles, kSketchSize)) return std::nullopt;
  return sketch;
}

}  // namespace lineage
