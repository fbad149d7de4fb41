#include "engine/graph/name_index.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/base/reason.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

constexpr std::size_t kMatchesShown = 20;
constexpr std::size_t kSuggestedAmong = 100'000;

// pkg:huggingface/org/name@revision -> org/name; pkg:github/org/name -> code/org/name; other names
// stay.
std::string WithoutPackageUrl(absl::string_view name) {
  if (absl::ConsumePrefix(&name, "pkg:huggingface/")) {
    return std::string(name.substr(0, name.find_first_of("@?#")));
  }
  if (absl::ConsumePrefix(&name, "pkg:github/")) {
    return absl::StrCat("code/", name.substr(0, name.find_first_of("@?#")));
  }
  return std::string(name);
}

absl::Status Ambiguous(absl::string_view name, std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
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

absl::StatusOr<std::string> ResolveName(const Records& records, absl::string_view name) {
  const std::string wanted = WithoutPackageUrl(name);
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
    return Ambiguous(name, std::move(ids));
  }
  const std::size_t at = wanted.find('@');
  if (at != std::string::npos && at > 0) return ResolveName(records, wanted.substr(0, at));
  std::vector<std::string> known;
  for (std::size_t i = 0; i < std::min(records.artifact_count(), kSuggestedAmong); ++i) {
    known.emplace_back(records.IdOf(ArtifactIndex(i)));
  }
  std::sort(known.begin(), known.end());
  const std::string near = DidYouMean(wanted, known);
  return WithReason(
      absl::NotFoundError(absl::StrCat(
          "no artifact \"", EscapeForTerminal(name.substr(0, 200)), "\"",
          near.empty() ? "; add it with --claims FILE (docs/catalog-format.md)" : near)),
      Reason::kArtifactNotFound);
}

}  // namespace lineage
