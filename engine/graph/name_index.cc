#include "engine/graph/name_index.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/reason.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

constexpr std::size_t kMatchesShown = 20;
constexpr std::size_t kSuggestedAmong = 100'000;

// The nearest names of a kind that are weighed: a word such as "llama" begins thousands.
constexpr std::size_t kWeighed = 100;
constexpr std::size_t kSuggested = 3;

bool ConsumePrefixIgnoringCase(absl::string_view* name, absl::string_view prefix) {
  if (!absl::StartsWithIgnoreCase(*name, prefix)) return false;
  name->remove_prefix(prefix.size());
  return true;
}

// %2F and the like.
std::string WithoutPercent(absl::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      plain += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

// pkg:huggingface/org/name@revision and a page's address on the Hub -> org/name;
// pkg:github/org/name -> code/org/name; other names stay.
std::string WithoutAddress(absl::string_view name) {
  name = absl::StripAsciiWhitespace(name);
  const auto path = [](absl::string_view rest, absl::string_view ends) {
    std::string id = WithoutPercent(rest.substr(0, rest.find_first_of(ends)));
    while (!id.empty() && id.back() == '/') id.pop_back();
    return id;
  };
  if (ConsumePrefixIgnoringCase(&name, "pkg:huggingface/")) return path(name, "@?#");
  if (ConsumePrefixIgnoringCase(&name, "pkg:github/")) {
    return absl::StrCat("code/", path(name, "@?#"));
  }
  const absl::string_view given = name;
  if (!ConsumePrefixIgnoringCase(&name, "https://")) ConsumePrefixIgnoringCase(&name, "http://");
  ConsumePrefixIgnoringCase(&name, "www.");
  if (!ConsumePrefixIgnoringCase(&name, "huggingface.co/") &&
      !ConsumePrefixIgnoringCase(&name, "hf.co/")) {
    return std::string(given);
  }
  std::string id = path(name, "?#");
  for (const absl::string_view page :
       {"/tree/", "/blob/", "/resolve/", "/commit/", "/discussions"}) {
    if (const std::size_t at = id.find(std::string(page)); at != std::string::npos) id.resize(at);
  }
  return id;
}

// Letters and digits alone, lower case: "Llama-2-7b" and "llama 2 7B" are the same.
std::string Squashed(absl::string_view text) {
  std::string squashed;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(u) || u >= 0x80) squashed.push_back(absl::ascii_tolower(u));
  }
  return squashed;
}

// Whether a word of `segment` but the first begins with `squashed`, punctuation apart.
bool HasWordBeginning(absl::string_view segment, absl::string_view squashed) {
  for (std::size_t i = 1; i < segment.size(); ++i) {
    const auto before = static_cast<unsigned char>(segment[i - 1]);
    if (absl::ascii_isalnum(before) || before >= 0x80) continue;
    if (absl::StartsWith(Squashed(segment.substr(i)), squashed)) return true;
  }
  return false;
}

// Whether each word of `words` begins a word of `segment`.
bool HasWordsBeginning(absl::string_view segment, const std::vector<std::string>& words) {
  return words.size() > 1 && std::all_of(words.begin(), words.end(), [&](const std::string& word) {
           return absl::StartsWith(Squashed(segment), word) || HasWordBeginning(segment, word);
         });
}

bool IsPlaceholder(absl::string_view id) { return absl::StartsWith(id, "unresolved/"); }

// What people may mean by a short or differently written name, best first: see the header.
std::vector<std::string> LikelyMeant(const std::vector<std::string>& ids, absl::string_view wanted,
                                     const Weight& weight) {
  const std::string squashed = Squashed(wanted);
  std::vector<std::string> words;
  for (const absl::string_view word : absl::StrSplit(wanted, absl::ByAnyChar(" -_"))) {
    if (std::string one = Squashed(word); !one.empty()) words.push_back(std::move(one));
  }
  if (squashed.size() < 2 || absl::StrContains(wanted, '/')) return {};
  struct Likely {
    int how;  // 0: begins with it; 1: a word does, or all its words do; 2: the organisation does;
              // models before data, code and services
    std::size_t weight;
    const std::string* id;
  };
  std::vector<Likely> likely;
  for (const std::string& id : ids) {
    if (IsPlaceholder(id)) continue;
    const absl::string_view segment = LastSegment(id);
    const bool model = std::count(id.begin(), id.end(), '/') < 2;
    std::optional<int> how;
    if (absl::StartsWith(Squashed(segment), squashed)) {
      how = 0;
    } else if (HasWordBeginning(segment, squashed) || HasWordsBeginning(segment, words)) {
      how = 1;
    } else if (absl::StartsWith(Squashed(id), squashed)) {
      how = 2;
    }
    if (how) likely.push_back({2 * *how + (model ? 0 : 1), 0, &id});
  }
  const auto shorter = [](const Likely& a, const Likely& b) {
    return std::tuple(a.how, a.id->size(), *a.id) < std::tuple(b.how, b.id->size(), *b.id);
  };
  std::sort(likely.begin(), likely.end(), shorter);
  if (weight != nullptr) {
    if (likely.size() > kWeighed) likely.resize(kWeighed);
    for (Likely& one : likely) one.weight = weight(*one.id);
    std::stable_sort(likely.begin(), likely.end(), [](const Likely& a, const Likely& b) {
      return a.how != b.how ? a.how < b.how : a.weight > b.weight;
    });
  }
  std::vector<std::string> meant;
  for (const Likely& one : likely) {
    if (meant.size() < kSuggested) meant.push_back(*one.id);
  }
  return meant;
}

// The only artifact whose last segment has the same letters and digits.
std::optional<std::string> SameLetters(const std::vector<std::string>& ids,
                                       absl::string_view wanted) {
  const std::string squashed = Squashed(wanted);
  if (squashed.size() < 4 || absl::StrContains(wanted, '/')) return std::nullopt;
  std::optional<std::string> found;
  for (const std::string& id : ids) {
    if (IsPlaceholder(id) || Squashed(LastSegment(id)) != squashed) continue;
    if (found) return std::nullopt;
    found = id;
  }
  return found;
}

// What is used most first, else in order of the alphabet.
absl::Status Ambiguous(absl::string_view name, std::vector<std::string> ids, const Weight& weight) {
  std::sort(ids.begin(), ids.end());
  if (weight != nullptr && ids.size() <= kWeighed) {
    std::vector<std::pair<std::size_t, std::string>> weighed;
    for (std::string& id : ids) weighed.emplace_back(weight(id), std::move(id));
    std::stable_sort(weighed.begin(), weighed.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    ids.clear();
    for (auto& [unused, id] : weighed) ids.push_back(std::move(id));
  }
  if (ids.size() > kMatchesShown) {
    const std::size_t more = ids.size() - kMatchesShown;
    ids.resize(kMatchesShown);
    ids.push_back(absl::StrCat("and ", more, " more"));
  }
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat("\"", EscapeForTerminal(name), "\" may mean ",
                                                 absl::StrJoin(ids, ", "), ": give the whole id")),
      Reason::kNameAmbiguous);
}

}  // namespace

absl::StatusOr<std::string> ResolveName(const Records& records, absl::string_view name,
                                        const Weight& weight, NameHints hints) {
  const std::string wanted = WithoutAddress(name);
  if (records.Find(wanted).valid()) return wanted;
  const std::vector<ArtifactIndex> by_id = records.FindByIdIgnoringCase(wanted);
  const std::vector<ArtifactIndex> by_alias = records.FindByAliasIgnoringCase(wanted);
  const std::vector<ArtifactIndex> by_segment = records.FindBySegmentIgnoringCase(wanted);
  const auto has_alias = [&](ArtifactIndex artifact) {
    const std::vector<std::string> aliases = records.AliasesOf(artifact);
    return std::find(aliases.begin(), aliases.end(), wanted) != aliases.end();
  };
  const auto has_segment = [&](ArtifactIndex artifact) {
    return LastSegment(records.IdOf(artifact)) == wanted;
  };
  const auto filtered = [](const std::vector<ArtifactIndex>& all, const auto& test) {
    std::vector<ArtifactIndex> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some), test);
    return some;
  };
  for (const std::vector<ArtifactIndex>& matches :
       {filtered(by_alias, has_alias), filtered(by_segment, has_segment), by_id, by_alias,
        by_segment}) {
    if (matches.empty()) continue;
    std::vector<std::string> ids;
    for (const ArtifactIndex artifact : matches) ids.emplace_back(records.IdOf(artifact));
    if (ids.size() == 1) return ids[0];
    return Ambiguous(name, std::move(ids), weight);
  }
  const std::size_t at = wanted.find('@');
  if (at != std::string::npos && at > 0) {
    return ResolveName(records, wanted.substr(0, at), weight, hints);
  }
  // The Hub's pages leave out what kind of repository it is.
  if (std::count(wanted.begin(), wanted.end(), '/') == 1 &&
      !absl::StartsWith(wanted, "datasets/")) {
    const std::vector<ArtifactIndex> data =
        records.FindByIdIgnoringCase(absl::StrCat("datasets/", wanted));
    if (data.size() == 1) return std::string(records.IdOf(data[0]));
  }
  if (hints == NameHints::kSkip) {
    return WithReason(absl::NotFoundError(absl::StrCat(
                          "no artifact \"", EscapeForTerminal(name.substr(0, 200)), "\"")),
                      Reason::kArtifactNotFound);
  }
  std::vector<std::string> known;
  for (std::size_t i = 0; i < std::min(records.artifact_count(), kSuggestedAmong); ++i) {
    known.emplace_back(records.IdOf(ArtifactIndex(i)));
  }
  std::sort(known.begin(), known.end());
  if (std::optional<std::string> same = SameLetters(known, wanted)) return *std::move(same);
  const std::vector<std::string> likely = LikelyMeant(known, wanted, weight);
  const std::string near =
      likely.empty() ? DidYouMean(wanted, known)
                     : absl::StrCat("; did you mean ", absl::StrJoin(likely, " or "), "?");
  return WithReason(
      absl::NotFoundError(absl::StrCat(
          "no artifact \"", EscapeForTerminal(name.substr(0, 200)), "\"",
          near.empty() ? "; add it with --claims FILE (docs/catalog-format.md)" : near)),
      Reason::kArtifactNotFound);
}

}  // namespace lineage
