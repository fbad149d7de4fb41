#include "engine/license/license_text.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace lineage {
namespace {

using Words = std::vector<std::string>;
using WordSet = absl::flat_hash_set<absl::string_view>;

// Hashes kept of a text: the estimate of a resemblance of 0.9 is off by 0.02 (one deviation).
constexpr std::size_t kSketchSize = 256;
constexpr double kWorthNaming = 0.5;
// The nearest texts that are read word by word, and the most words that may differ before it is
// given up. An appendix left out is a few hundred.
constexpr std::size_t kReadClosely = 8;
constexpr int kMostDifferences = 700;
// A name in place of another, in words; a heading or copyright line.
constexpr std::size_t kLongestName = 15;
constexpr std::size_t kLongestHeading = 10;
constexpr std::size_t kLongestCopyright = 40;
// In bytes: "viii", and a tag of HTML with its attributes.
constexpr std::size_t kLongestEnumerator = 4;
constexpr std::size_t kLongestTag = 2001;
// A licence's title stands in its first words.
constexpr std::size_t kTitle = 15;
// Words shown of a difference.
constexpr std::size_t kShown = 12;

// Words that can change what a text grants or asks. Where one is added, it is another text.
const WordSet& OperativeWords() {
  static const auto* const kWords = new WordSet{"not",           "no",          "never",
                                                "nor",           "none",        "cannot",
                                                "neither",       "without",     "except",
                                                "excluding",     "unless",      "only",
                                                "solely",        "exclusively", "may",
                                                "must",          "shall",       "should",
                                                "will",          "would",       "can",
                                                "prohibited",    "prohibits",   "forbidden",
                                                "restricted",    "restriction", "restrictions",
                                                "limited",       "limitation",  "limitations",
                                                "provided",      "provide",     "condition",
                                                "conditions",    "commercial",  "commercially",
                                                "noncommercial", "nonprofit",   "academic",
                                                "research",      "educational", "evaluation",
                                                "personal",      "internal",    "private",
                                                "purpose",       "purposes",    "use",
                                                "used",          "uses",        "using",
                                                "user",          "users",       "distribute",
                                                "distribution",  "distributed", "redistribute",
                                                "modify",        "modified",    "modification",
                                                "modifications", "copy",        "copies",
                                                "copying",       "reproduce",   "sublicense",
                                                "sublicensed",   "sell",        "sold",
                                                "sale",          "train",       "training",
                                                "trained",       "model",       "models",
                                                "military",      "permission",  "permissions",
                                                "permitted",     "permits",     "permit",
                                                "grant",         "grants",      "granted",
                                                "consent",       "approval",    "fee",
                                                "fees",          "royalty",     "royalties",
                                                "pay",           "payment",     "licensed",
                                                "licensee",      "licensor",    "agreement",
                                                "agree",         "subject",     "under",
                                                "terms",         "term",        "revoke",
                                                "revocable",     "terminate",   "termination",
                                                "law",           "laws",        "if",
                                                "when",          "until",       "require",
                                                "required",      "requires",    "comply",
                                                "exception",     "however",     "notwithstanding",
                                                "additional",    "also",        "instead",
                                                "reserved",      "exclusive",   "nonexclusive",
                                                "competing",     "compete",     "employees"};
  return *kWords;
}

// Words that stand for somebody or for a day: a name may take their place …
const WordSet& PartyWords() {
  static const auto* const kWords = new WordSet{
      "holder",       "holders",      "owner",      "owners",  "author",      "authors",
      "contributor",  "contributors", "fullname",   "regents", "university",  "california",
      "berkeley",     "inc",          "foundation", "company", "corporation", "institute",
      "organization", "organisation", "year",       "years",   "yyyy"};
  return *kWords;
}

// … together with these beside them, but not of these alone: "and" is not "or".
const WordSet& JoiningWords() {
  static const auto* const kWords =
      new WordSet{"copyright", "name", "names", "its", "their", "his", "her", "the",
                  "of",        "and",  "or",    "a",   "an",    "by",  "date"};
  return *kWords;
}

// FNV-1a, then a finalizer that spreads it over all bits.
uint64_t Mixed(uint64_t hash) {
  hash ^= hash >> 33U;
  hash *= 0xff51afd7ed558ccdULL;
  return hash ^ hash >> 33U;
}

uint16_t NumberOf(absl::string_view word) {
  uint64_t hash = 14695981039346656037ULL;
  for (const char letter : word) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  }
  return static_cast<uint16_t>(Mixed(hash));
}

bool IsEnumerator(absl::string_view word) {
  if (word.empty() || word.size() > kLongestEnumerator) return false;
  if (word.size() == 1) return true;
  const bool digits = std::all_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  if (digits) return word.size() <= 2;
  return word.find_first_not_of("ivx") == absl::string_view::npos;
}

// Whether numbers of words are of a set; so rarely by chance that it only makes us stricter.
class NumberSet {
 public:
  explicit NumberSet(const WordSet& words) {
    for (const absl::string_view word : words) numbers_.insert(NumberOf(word));
  }
  [[nodiscard]] bool Has(uint16_t number) const { return numbers_.contains(number); }
  void Add(absl::string_view word) { numbers_.insert(NumberOf(word)); }

 private:
  absl::flat_hash_set<uint16_t> numbers_;
};

const NumberSet& Enumerators() {
  static const NumberSet* const kNumbers = [] {
    auto* const numbers = new NumberSet(WordSet{});
    for (char c = 'a'; c <= 'z'; ++c) numbers->Add(std::string(1, c));
    for (int i = 0; i < 100; ++i) numbers->Add(std::to_string(i));
    for (const char* roman : {"ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii", "xiii"}) {
      numbers->Add(roman);
    }
    return numbers;
  }();
  return *kNumbers;
}

const NumberSet& Parties() {
  static const auto* const kNumbers = new NumberSet(PartyWords());
  return *kNumbers;
}

const NumberSet& Joining() {
  static const auto* const kNumbers = new NumberSet(JoiningWords());
  return *kNumbers;
}

const NumberSet& Operatives() {
  static const auto* const kNumbers = new NumberSet(OperativeWords());
  return *kNumbers;
}

bool AnyOperative(const Words& words) {
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return OperativeWords().contains(word); });
}

// --- words

// Tags by their names, so that "<year>" of a template stays.
std::string WithoutMarkup(absl::string_view text) {
  static const auto* const kTags = new WordSet{
      "html",    "head",       "body",   "title",  "meta",   "link", "div",   "span",   "p",
      "br",      "hr",         "a",      "b",      "i",      "u",    "em",    "strong", "ul",
      "ol",      "li",         "h1",     "h2",     "h3",     "h4",   "h5",    "h6",     "pre",
      "code",    "blockquote", "table",  "tr",     "td",     "th",   "tbody", "thead",  "section",
      "article", "main",       "center", "font",   "small",  "sup",  "sub",   "dl",     "dt",
      "dd",      "tt",         "img",    "header", "footer", "nav",  "abbr",  "cite"};
  static const auto* const kLines =
      new WordSet{"p",  "br", "div", "li",    "h1",  "h2", "h3",        "h4",
                  "h5", "h6", "tr",  "title", "pre", "hr", "blockquote"};
  if (text.find('<') == absl::string_view::npos && text.find('&') == absl::string_view::npos) {
    return std::string(text);
  }
  std::string plain;
  plain.reserve(text.size());
  absl::string_view skip_to;  // the end of a <style> or <script>
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '<') {
      if (skip_to.empty()) plain.push_back(text[i]);
      ++i;
      continue;
    }
    // Looked for no further than a tag is long: else a file of '<' costs its square.
    const std::size_t length_of_tag = text.substr(i, kLongestTag).find('>');
    const std::size_t end = i + length_of_tag;
    if (length_of_tag == absl::string_view::npos) {
      if (skip_to.empty()) plain.push_back(text[i]);
      ++i;
      continue;
    }
    const absl::string_view inside = text.substr(i + 1, end - i - 1);
    const bool closing = absl::StartsWith(inside, "/");
    absl::string_view rest = absl::StripPrefix(inside, "/");
    std::size_t length = 0;
    while (length < rest.size() && absl::ascii_isalnum(static_cast<unsigned char>(rest[length]))) {
      ++length;
    }
    const std::string name = absl::AsciiStrToLower(rest.substr(0, length));
    const bool hidden = name == "style" || name == "script";
    if (!skip_to.empty()) {
      if (closing && name == skip_to) skip_to = {};
      i = end + 1;
      continue;
    }
    if (hidden && !closing) {
      skip_to = name == "style" ? "style" : "script";
    } else if (absl::StartsWith(inside, "!") || hidden || kTags->contains(name)) {
      plain.push_back(kLines->contains(name) ? '\n' : ' ');
    } else {
      absl::StrAppend(&plain, text.substr(i, end - i + 1));
    }
    i = end + 1;
  }
  return absl::StrReplaceAll(plain, {{"&quot;", "\""},
                                     {"&amp;", "&"},
                                     {"&lt;", "<"},
                                     {"&gt;", ">"},
                                     {"&nbsp;", " "},
                                     {"&#39;", "'"},
                                     {"&apos;", "'"},
                                     {"&#160;", " "},
                                     {"&copy;", "(c)"},
                                     {"&ldquo;", "\""},
                                     {"&rdquo;", "\""},
                                     {"&lsquo;", "'"},
                                     {"&rsquo;", "'"},
                                     {"&ndash;", "-"},
                                     {"&mdash;", " - "},
                                     {"&sect;", " "}});
}

// Of one line. A hyphen inside a word joins, apostrophes vanish, "(a)" and the like are left out.
Words WordsOfLine(absl::string_view line) {
  Words words;
  std::string word;
  const auto finish = [&] {
    if (word.empty()) return;
    if (word == "licence") word = "license";
    if (word == "licences") word = "licenses";
    if (word != "http" && word != "https" && word != "www") words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    if (c == '(' || c == '[') {
      finish();
      const absl::string_view inside = line.substr(i + 1, kLongestEnumerator + 1);
      const std::size_t end = inside.find(c == '(' ? ')' : ']');
      if (end != absl::string_view::npos &&
          IsEnumerator(absl::AsciiStrToLower(inside.substr(0, end)))) {
        i += end + 1;
      }
    } else if (absl::ascii_isalnum(c)) {
      word.push_back(static_cast<char>(absl::ascii_tolower(c)));
    } else if (c == 0xE2 && i + 2 < line.size() && line[i + 1] == '\x80') {
      // Typographic punctuation (U+2000 to U+203F): apostrophes vanish, hyphens join, the rest
      // divides.
      const auto last = static_cast<unsigned char>(line[i + 2]);
      if (last != 0x98 && last != 0x99 && last != 0x90 && last != 0x91) finish();
      i += 2;
    } else if (c == 0xC2 && i + 1 < line.size()) {
      finish();  // U+0080 to U+00BF: a space, a section sign and the like
      ++i;
    } else if (c >= 0x80) {
      word.push_back(static_cast<char>(c));
    } else if (c == '\'' || (c == '-' && !word.empty() && i + 1 < line.size() &&
                             absl::ascii_isalpha(static_cast<unsigned char>(line[i + 1])))) {
      continue;
    } else {
      finish();
    }
  }
  finish();
  return words;
}

// Comment marks, quotes and bullets before a line, and the number of an item.
absl::string_view WithoutLead(absl::string_view line) {
  while (!line.empty() && line[0] != '(' && line[0] != '<' && line[0] != '[' &&
         static_cast<unsigned char>(line[0]) < 0x80 &&
         !absl::ascii_isalnum(static_cast<unsigned char>(line[0]))) {
    line.remove_prefix(1);
  }
  // "1.", "1.2.3", "a)", "IV."
  std::size_t end = 0;
  while (end < line.size() && (absl::ascii_isalnum(static_cast<unsigned char>(line[end])) ||
                               (line[end] == '.' && end > 0))) {
    ++end;
  }
  const absl::string_view number = line.substr(0, end);
  const bool closed = end < line.size() && line[end] == ')';
  if (number.empty() || (!closed && !absl::StrContains(number, '.'))) return line;
  for (const absl::string_view part : absl::StrSplit(number, '.', absl::SkipEmpty())) {
    if (!IsEnumerator(absl::AsciiStrToLower(part))) return line;
  }
  return line.substr(closed ? end + 1 : end);
}

bool IsCopyrightLine(absl::string_view line, const Words& words) {
  std::string lower = absl::AsciiStrToLower(line.substr(0, 40));
  for (const absl::string_view lead : {"portions ", "parts "}) {
    if (absl::StartsWith(lower, lead)) lower = lower.substr(lead.size());
  }
  const bool begins = absl::StartsWith(lower, "copyright") || absl::StartsWith(lower, "(c)") ||
                      absl::StartsWith(lower, "\xC2\xA9") ||
                      absl::StartsWith(lower, "all rights reserved");
  if (!begins || words.size() > kLongestCopyright) return false;
  const bool year = std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word == "year" || word == "years" || word == "yyyy" ||
           (word.size() == 4 && absl::ascii_isdigit(static_cast<unsigned char>(word[0])) &&
            absl::ascii_isdigit(static_cast<unsigned char>(word[3])));
  });
  const bool sign = absl::StrContains(lower, "(c)") || absl::StrContains(lower, "\xC2\xA9") ||
                    absl::StrContains(lower, "all rights");
  if (!year && !sign) return false;
  return std::none_of(words.begin(), words.end(), [](const std::string& word) {
    return word != "reserved" && OperativeWords().contains(word);
  });
}

// "MIT License", "# Apache License", an address, an SPDX tag: lines that only name the licence.
bool IsHeading(absl::string_view line, const Words& words) {
  if (absl::StartsWithIgnoreCase(line, "SPDX-")) return true;
  if (absl::StartsWith(line, "http") && !absl::StrContains(line, ' ')) return true;
  if (words.size() > kLongestHeading || AnyOperative(words)) return false;
  const absl::string_view end = absl::StripTrailingAsciiWhitespace(line);
  if (!end.empty() && absl::StrContains(",;", end.substr(end.size() - 1))) return false;
  return std::any_of(
             words.begin(), words.end(),
             [](const std::string& word) { return word == "license" || word == "licenses"; }) &&
         std::none_of(words.begin(), words.end(), [](const std::string& word) {
           return word == "this" || word == "is" || word == "you" || word == "your" ||
                  word == "that" || word == "to" || word == "in" || word == "with";
         });
}

struct Read {
  Words words;
  std::size_t terms = 0;  // see KnownText
};

Read ReadWords(absl::string_view text) {
  Read read;
  std::optional<std::size_t> end;
  const std::string plain = WithoutMarkup(absl::StripPrefix(text, "\xEF\xBB\xBF"));
  for (const absl::string_view full : absl::StrSplit(plain, absl::ByAnyChar("\n\r\f"))) {
    const absl::string_view line = WithoutLead(full);
    Words words = WordsOfLine(line);
    if (words.empty() || IsCopyrightLine(line, words) || IsHeading(line, words)) continue;
    read.words.insert(read.words.end(), std::make_move_iterator(words.begin()),
                      std::make_move_iterator(words.end()));
    const std::string lower = absl::AsciiStrToLower(line);
    if (!end && absl::StrContains(lower, "end of") && absl::StrContains(lower, "terms")) {
      end = read.words.size();
    }
  }
  read.terms = end.value_or(read.words.size());
  return read;
}

KnownText WithSketch(std::vector<uint16_t> words, std::size_t terms) {
  KnownText known;
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    const uint64_t run = uint64_t{words[i]} << 32U | uint64_t{words[i + 1]} << 16U | words[i + 2];
    known.sketch.push_back(static_cast<uint32_t>(Mixed((run + 1) * 0x9E3779B97F4A7C15ULL)));
  }
  std::sort(known.sketch.begin(), known.sketch.end());
  known.sketch.erase(std::unique(known.sketch.begin(), known.sketch.end()), known.sketch.end());
  known.shingles = static_cast<uint32_t>(known.sketch.size());
  if (known.sketch.size() > kSketchSize) known.sketch.resize(kSketchSize);
  known.terms = static_cast<uint32_t>(terms);
  known.words = std::move(words);
  return known;
}

std::vector<uint16_t> NumbersOf(const Words& words) {
  std::vector<uint16_t> numbers;
  numbers.reserve(words.size());
  for (const std::string& word : words) numbers.push_back(NumberOf(word));
  return numbers;
}

// --- differences

// A place where two texts differ: words [from, to) of each.
struct Hunk {
  std::size_t known_from;
  std::size_t known_to;
  std::size_t text_from;
  std::size_t text_to;
};

// The shortest script of insertions and deletions (Myers, 1986), as hunks in order; nothing if it
// has more than kMostDifferences steps.
std::optional<std::vector<Hunk>> Differences(const std::vector<uint16_t>& known,
                                             const std::vector<uint16_t>& text) {
  const int n = static_cast<int>(known.size());
  const int m = static_cast<int>(text.size());
  std::vector<std::vector<int>> steps;  // by number of differences: the furthest x by diagonal
  std::vector<int> furthest(2 * kMostDifferences + 3, 0);
  const int middle = kMostDifferences + 1;
  const auto at = [&](int diagonal) -> int& {
    return furthest[static_cast<std::size_t>(middle + diagonal)];
  };
  int found = -1;
  for (int d = 0; d <= kMostDifferences && found < 0; ++d) {
    steps.emplace_back(furthest.begin() + (middle - d - 1 < 0 ? 0 : middle - d - 1),
                       furthest.begin() + middle + d + 2);
    for (int k = -d; k <= d; k += 2) {
      int x = k == -d || (k != d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
      if (d == 0) x = 0;
      int y = x - k;
      while (x < n && y < m && y >= 0 &&
             known[static_cast<std::size_t>(x)] == text[static_cast<std::size_t>(y)]) {
        ++x, ++y;
      }
      at(k) = x;
      if (x >= n && y >= m) {
        found = d;
        break;
      }
    }
  }
  if (found < 0) return std::nullopt;
  std::vector<Hunk> hunks;
  int x = n;
  int y = m;
  for (int d = found; d > 0; --d) {
    const std::vector<int>& before = steps[static_cast<std::size_t>(d)];
    const auto was = [&](int diagonal) {
      return before[static_cast<std::size_t>(diagonal + d + 1)];
    };
    const int k = x - y;
    const bool added = k == -d || (k != d && was(k - 1) < was(k + 1));
    const int from = added ? k + 1 : k - 1;
    const int old_x = was(from);
    const int old_y = old_x - from;
    const Hunk one{
        static_cast<std::size_t>(old_x), static_cast<std::size_t>(added ? old_x : old_x + 1),
        static_cast<std::size_t>(old_y), static_cast<std::size_t>(added ? old_y + 1 : old_y)};
    if (!hunks.empty() && hunks.back().known_from == one.known_to &&
        hunks.back().text_from == one.text_to) {
      hunks.back().known_from = one.known_from;
      hunks.back().text_from = one.text_from;
    } else {
      hunks.push_back(one);
    }
    x = old_x;
    y = old_y;
  }
  std::reverse(hunks.begin(), hunks.end());
  return hunks;
}

// Whether the two say the same in spite of this difference.
bool IsHarmless(const Hunk& hunk, const KnownText& known, const Words& words) {
  const Words added(words.begin() + static_cast<std::ptrdiff_t>(hunk.text_from),
                    words.begin() + static_cast<std::ptrdiff_t>(hunk.text_to));
  const auto all_left_out = [&](const auto& test) {
    for (std::size_t i = hunk.known_from; i < hunk.known_to; ++i) {
      if (!test(known.words[i])) return false;
    }
    return true;
  };
  const bool only_enumerators = std::all_of(added.begin(), added.end(), IsEnumerator);
  if (only_enumerators && added.size() <= 2) {
    if (hunk.known_from >= known.terms) return true;  // the appendix, or a part of it
    if (all_left_out([](uint16_t word) { return Enumerators().Has(word); })) return true;
    if (hunk.known_to <= kTitle &&
        all_left_out([](uint16_t word) { return !Operatives().Has(word); })) {
      return true;
    }
  }
  // A name in place of another.
  const bool somebody =
      std::any_of(known.words.begin() + static_cast<std::ptrdiff_t>(hunk.known_from),
                  known.words.begin() + static_cast<std::ptrdiff_t>(hunk.known_to),
                  [](uint16_t word) { return Parties().Has(word); });
  return somebody && added.size() <= kLongestName && !AnyOperative(added) &&
         all_left_out([](uint16_t word) {
           return Parties().Has(word) || Joining().Has(word) || Enumerators().Has(word);
         });
}

std::string Shown(const Words& words, std::size_t from, std::size_t to) {
  const std::size_t end = std::min(to, from + kShown);
  return absl::StrCat(absl::StrJoin(words.begin() + static_cast<std::ptrdiff_t>(from),
                                    words.begin() + static_cast<std::ptrdiff_t>(end), " "),
                      end < to ? " …" : "");
}

// See DifferenceFrom; `numbers` are the words'.
std::optional<std::string> DifferenceOf(const KnownText& known, const Words& words,
                                        const std::vector<uint16_t>& numbers) {
  const auto hunks = Differences(known.words, numbers);
  if (!hunks) return "it differs in many places";
  for (const Hunk& hunk : *hunks) {
    if (IsHarmless(hunk, known, words)) continue;
    const std::size_t from = hunk.text_from;
    const std::string after =
        from == 0 ? "at its beginning"
                  : absl::StrCat("after \"", Shown(words, from < 6 ? 0 : from - 6, from), "\"");
    const std::size_t missing = hunk.known_to - hunk.known_from;
    if (hunk.text_from == hunk.text_to) {
      return absl::StrCat("it leaves out ", missing, missing == 1 ? " word " : " words ", after);
    }
    return absl::StrCat("it ", missing == 0 ? "adds" : "says otherwise", " ", after, ": \"",
                        Shown(words, from, hunk.text_to), "\"");
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> LicenseWords(absl::string_view text) { return ReadWords(text).words; }

KnownText KnownTextOf(absl::string_view text) {
  const Read read = ReadWords(text);
  return WithSketch(NumbersOf(read.words), read.terms);
}

double Resemblance(const KnownText& a, const KnownText& b) {
  // Of the smallest hashes of both together, the share that both have.
  std::size_t seen = 0;
  std::size_t shared = 0;
  auto left = a.sketch.begin();
  auto right = b.sketch.begin();
  while (seen < kSketchSize && (left != a.sketch.end() || right != b.sketch.end())) {
    ++seen;
    if (right == b.sketch.end() || (left != a.sketch.end() && *left < *right)) {
      ++left;
    } else if (left == a.sketch.end() || *right < *left) {
      ++right;
    } else {
      ++shared, ++left, ++right;
    }
  }
  return seen == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(seen);
}

std::optional<std::string> DifferenceFrom(const KnownText& known,
                                          const std::vector<std::string>& words) {
  return DifferenceOf(known, words, NumbersOf(words));
}

std::vector<TextMatch> RecognizeText(absl::string_view text, const LicenseTable& table) {
  const Read read = ReadWords(text);
  const KnownText given = WithSketch(NumbersOf(read.words), read.terms);
  struct Near {
    LicenseIndex license;
    double score;
    const KnownText* text;
  };
  std::vector<Near> near;
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (const KnownText& known : table.Get(LicenseIndex(i)).texts) {
      const double score = Resemblance(given, known);
      if (score >= kWorthNaming) near.push_back({LicenseIndex(i), score, &known});
    }
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const Near& a, const Near& b) { return a.score > b.score; });
  std::vector<TextMatch> matches;
  for (std::size_t i = 0; i < near.size(); ++i) {
    TextMatch match{near[i].license, near[i].score, false, {}};
    if (i < kReadClosely) {
      std::optional<std::string> difference = DifferenceOf(*near[i].text, read.words, given.words);
      match.same = !difference;
      match.difference = std::move(difference).value_or("");
    }
    const auto it = std::find_if(matches.begin(), matches.end(), [&](const TextMatch& other) {
      return other.license == match.license;
    });
    if (it == matches.end()) {
      matches.push_back(std::move(match));
    } else if (match.same && !it->same) {
      *it = std::move(match);
    }
  }
  std::sort(matches.begin(), matches.end(), [&](const TextMatch& a, const TextMatch& b) {
    if (a.same != b.same) return a.same;
    if (a.score != b.score) return a.score > b.score;
    return table.Get(a.license).id < table.Get(b.license).id;
  });
  return matches;
}

std::string WordsText(const KnownText& text) {
  std::string bytes;
  for (const uint16_t word : text.words) {
    bytes.push_back(static_cast<char>(word >> 8U));
    bytes.push_back(static_cast<char>(word & 0xFFU));
  }
  return absl::Base64Escape(bytes);
}

std::optional<KnownText> ParseWords(absl::string_view words, uint32_t terms) {
  std::string bytes;
  if (!absl::Base64Unescape(words, &bytes) || bytes.size() < 6 || bytes.size() % 2 != 0 ||
      terms > bytes.size() / 2) {
    return std::nullopt;
  }
  std::vector<uint16_t> numbers;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    numbers.push_back(static_cast<uint16_t>(static_cast<unsigned char>(bytes[i]) << 8U |
                                            static_cast<unsigned char>(bytes[i + 1])));
  }
  return WithSketch(std::move(numbers), terms);
}

}  // namespace lineage
