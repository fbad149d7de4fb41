#include "engine/license/license_matcher.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/license/expression.h"

namespace lineage {
namespace {

constexpr std::size_t kLongest = 4096;
constexpr std::size_t kLongestSimilar = 200;  // a sentence is no name
constexpr std::size_t kShortWord = 3;
constexpr std::size_t kTypoFrom = 5;
constexpr double kTypo = 0.9;  // what a word with one wrong letter is worth
constexpr double kWorthNaming = 0.5;
constexpr std::size_t kCandidates = 3;

constexpr std::array<const char*, 12> kNoise = {"license", "licence", "licensed", "licenced",
                                                "the",     "under",   "v",        "version",
                                                "ver",     "terms",   "a",        "agreement"};

// "https://www.Example.org/a/" -> "example.org/a": what two spellings of an address share.
std::string AddressOf(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
  absl::string_view rest = lower;
  if (!absl::ConsumePrefix(&rest, "https://") && !absl::ConsumePrefix(&rest, "http://")) return "";
  absl::ConsumePrefix(&rest, "www.");
  rest = rest.substr(0, rest.find_first_of("?#"));
  for (bool more = true; more;) {
    more = false;
    for (const char* end : {"/", "/legalcode", "/legalcode.txt", "/legalcode.en", "/deed.en",
                            "/deed", ".html", ".txt", ".php", ".json"}) {
      more = absl::ConsumeSuffix(&rest, end) || more;
    }
  }
  return std::string(rest);
}

bool OneLetterApart(absl::string_view a, absl::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t i = 0;
  while (i < a.size() && a[i] == b[i]) ++i;
  if (a.size() < b.size()) return a.substr(i) == b.substr(i + 1);
  if (a.substr(i + 1) == b.substr(i + 1)) return true;
  return i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i] &&
         a.substr(i + 2) == b.substr(i + 2);
}

}  // namespace

LicenseMatcher::Words LicenseMatcher::WordsOf(absl::string_view text) {
  Words result;
  const std::string lower = absl::AsciiStrToLower(text);
  for (std::size_t i = 0; i < lower.size();) {
    const auto at = [&](std::size_t k) { return static_cast<unsigned char>(lower[k]); };
    std::size_t end = i;
    if (absl::ascii_isdigit(at(i))) {
      while (end < lower.size() &&
             (absl::ascii_isdigit(at(end)) ||
              (lower[end] == '.' && end + 1 < lower.size() && absl::ascii_isdigit(at(end + 1))))) {
        ++end;
      }
      absl::string_view number(lower.data() + i, end - i);
      while (absl::ConsumeSuffix(&number, ".0")) {
      }
      result.numbers.emplace_back(number);
    } else if (absl::ascii_isalpha(at(i)) || at(i) >= 0x80) {
      while (end < lower.size() && (absl::ascii_isalpha(at(end)) || at(end) >= 0x80)) ++end;
      std::string word = lower.substr(i, end - i);
      if (std::find(kNoise.begin(), kNoise.end(), word) == kNoise.end()) {
        result.words.push_back(std::move(word));
      }
    } else if (lower[i] == '+') {
      result.words.push_back("+");  // "or later" is part of the name
      end = i + 1;
    } else {
      end = i + 1;
    }
    i = end;
  }
  std::sort(result.words.begin(), result.words.end());
  std::sort(result.numbers.begin(), result.numbers.end());
  return result;
}

double LicenseMatcher::Similarity(const Words& a, const Words& b) {
  if (a.numbers != b.numbers) return 0;
  std::vector<std::string> rest = b.words;
  double shared = static_cast<double>(a.numbers.size());
  std::vector<std::string> open;
  for (const std::string& word : a.words) {
    const auto it = std::find(rest.begin(), rest.end(), word);
    if (it == rest.end()) {
      open.push_back(word);
    } else {
      rest.erase(it);
      shared += 1;
    }
  }
  for (const std::string& word : open) {
    if (word.size() <= kShortWord) return 0;
    if (word.size() < kTypoFrom) continue;
    const auto it = std::find_if(rest.begin(), rest.end(), [&](const std::string& other) {
      return other.size() >= kTypoFrom && OneLetterApart(word, other);
    });
    if (it == rest.end()) continue;
    rest.erase(it);
    shared += kTypo;
  }
  const bool short_rest = std::any_of(
      rest.begin(), rest.end(), [](const std::string& word) { return word.size() <= kShortWord; });
  if (short_rest) return 0;
  const auto all =
      static_cast<double>(a.words.size() + a.numbers.size() + b.words.size() + b.numbers.size());
  return all == 0 ? 0 : 2 * shared / all;
}

LicenseMatcher::LicenseMatcher(const LicenseTable& table) : table_(table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    const LicenseIndex index(i);
    const License& license = table.Get(index);
    std::vector<std::string> names = license.aliases;
    names.insert(names.end(), license.hub_tags.begin(), license.hub_tags.end());
    names.push_back(license.id);
    names.push_back(license.name);
    absl::string_view bare = license.id;
    if (absl::ConsumePrefix(&bare, "LicenseRef-")) names.emplace_back(bare);
    for (const std::string& name : names) {
      Words words = WordsOf(name);
      if (words.words.empty() && words.numbers.empty()) continue;
      const auto [it, fresh] = by_words_.try_emplace(
          absl::StrCat(absl::StrJoin(words.words, " "), "|", absl::StrJoin(words.numbers, " ")),
          index);
      if (!fresh && it->second != index) it->second = LicenseIndex();
      names_.push_back({std::move(words), index});
    }
    // A page that several versions share tells nothing.
    const auto add_address = [&](absl::string_view address) {
      const std::string key = AddressOf(address);
      if (key.empty()) return;
      const auto [it, fresh] = by_address_.try_emplace(key, index);
      if (!fresh && it->second != index) it->second = LicenseIndex();
    };
    add_address(license.url);
    add_address(absl::StrCat("https://spdx.org/licenses/", license.id));
    add_address(absl::StrCat("https://opensource.org/licenses/", license.id));
    add_address(absl::StrCat("https://choosealicense.com/licenses/", license.id));
  }
}

LicenseMatch LicenseMatcher::MatchPart(absl::string_view text) const {
  LicenseMatch match;
  text = absl::StripAsciiWhitespace(text);
  if (text.empty() || text.size() > kLongest) return match;
  const auto take = [&](LicenseMatch::How how, std::string expression) {
    match.how = how;
    match.expression = std::move(expression);
    match.score = 1;
    return match;
  };
  if (const std::optional<LicenseIndex> found = table_.Find(text)) {
    return take(LicenseMatch::How::kName, table_.Get(*found).id);
  }
  if (Expression::Parse(text).ok()) {
    const BoundExpression bound = table_.Bind(text);
    bool known = true;
    ForEachLeaf(bound, [&](const BoundExpression& leaf) {
      known = known && leaf.license.valid() &&
              (leaf.exception_as_written.empty() || leaf.exception.valid());
    });
    if (known) return take(LicenseMatch::How::kName, bound.text);
  }
  if (const std::string address = AddressOf(text); !address.empty()) {
    const auto it = by_address_.find(address);
    if (it != by_address_.end() && it->second.valid()) {
      return take(LicenseMatch::How::kAddress, table_.Get(it->second).id);
    }
    return match;
  }
  if (text.size() > kLongestSimilar) return match;
  const Words words = WordsOf(text);
  const auto it = by_words_.find(
      absl::StrCat(absl::StrJoin(words.words, " "), "|", absl::StrJoin(words.numbers, " ")));
  if (it != by_words_.end() && it->second.valid()) {
    return take(LicenseMatch::How::kWords, table_.Get(it->second).id);
  }
  // What it may mean: a name counts less if its numbers differ, and is never taken then.
  absl::flat_hash_map<LicenseIndex, double> scores;
  double best = 0;
  for (const Name& name : names_) {
    double score = Similarity(words, name.words);
    if (score > best) best = score;
    if (score == 0 && !words.words.empty()) {
      score = 0.8 * Similarity({words.words, {}}, {name.words.words, {}});
    }
    double& kept = scores[name.license];
    kept = std::max(kept, score);
  }
  for (const auto& [license, score] : scores) {
    if (score >= kWorthNaming) match.candidates.push_back({table_.Get(license).id, score});
  }
  std::sort(match.candidates.begin(), match.candidates.end(), [](const auto& a, const auto& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
  const bool clear =
      match.candidates.size() == 1 ||
      (match.candidates.size() > 1 && match.candidates[0].score > match.candidates[1].score);
  if (best >= kSimilarFrom && clear) {
    LicenseMatch taken = take(LicenseMatch::How::kSimilar, match.candidates[0].id);
    taken.score = best;
    taken.candidates.clear();
    return taken;
  }
  if (match.candidates.size() > kCandidates) match.candidates.resize(kCandidates);
  return match;
}

bool LicenseMatcher::MatchParts(absl::string_view text, absl::string_view word,
                                absl::string_view operation, LicenseMatch* match) const {
  const std::string lower = absl::AsciiStrToLower(text);
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t at = lower.find(word.data(), 0, word.size()); at != std::string::npos;
       at = lower.find(word.data(), from, word.size())) {
    parts.emplace_back(text.substr(from, at - from));
    from = at + word.size();
  }
  if (parts.empty()) return false;
  parts.emplace_back(text.substr(from));
  LicenseMatch whole;
  whole.how = LicenseMatch::How::kWords;
  whole.score = 1;
  std::vector<std::string> expressions;
  for (const std::string& part : parts) {
    const LicenseMatch one = MatchPart(part);
    if (one.how == LicenseMatch::How::kNone) return false;
    whole.score = std::min(whole.score, one.score);
    if (one.how == LicenseMatch::How::kSimilar) whole.how = one.how;
    const bool nested = absl::StrContains(one.expression, " OR ");
    expressions.push_back(nested ? absl::StrCat("(", one.expression, ")") : one.expression);
  }
  whole.expression = table_.Bind(absl::StrJoin(expressions, operation)).text;
  *match = std::move(whole);
  return true;
}

LicenseMatch LicenseMatcher::Match(absl::string_view text) const {
  LicenseMatch match = MatchPart(text);
  if (match.how != LicenseMatch::How::kNone || text.size() > kLongestSimilar) return match;
  if (MatchParts(text, " and ", " AND ", &match) || MatchParts(text, " & ", " AND ", &match) ||
      MatchParts(text, " or ", " OR ", &match)) {
    match.candidates.clear();
    return match;
  }
  if (!match.candidates.empty()) return match;
  // Two names side by side: which of both holds for what is not said, so both are candidates.
  for (const absl::string_view part : absl::StrSplit(text, absl::ByAnyChar(",;/()"))) {
    const LicenseMatch one = MatchPart(part);
    if (one.how != LicenseMatch::How::kNone && match.candidates.size() < kCandidates) {
      match.candidates.push_back({one.expression, one.score});
    }
  }
  return match;
}

}  // namespace lineage
