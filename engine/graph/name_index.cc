#include "engine/graph/name_index.h"

#include <algorithm>

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

void Insert(absl::flat_hash_map<std::string, std::vector<std::string>>* map, std::string name,
            const std::string& id) {
  std::vector<std::string>& ids = (*map)[std::move(name)];
  // Repetitions that do not follow each other are rare, and left to whoever asks.
  if (ids.empty() || ids.back() != id) ids.push_back(id);
}

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

}  // namespace

NameIndex::NameIndex(const Catalog& catalog) {
  const auto add_alias = [&](const std::string& alias, const std::string& id) {
    Insert(&by_alias_, alias, id);
    Insert(&by_alias_lower_, absl::AsciiStrToLower(alias), id);
  };
  for (const Artifact& artifact : catalog.artifacts) {
    ids_.push_back(artifact.id);
    Insert(&by_id_lower_, absl::AsciiStrToLower(artifact.id), artifact.id);
    const std::string segment(LastSegment(artifact.id));
    Insert(&by_segment_, segment, artifact.id);
    Insert(&by_segment_lower_, absl::AsciiStrToLower(segment), artifact.id);
    for (const std::string& alias : artifact.aliases) add_alias(alias, artifact.id);
  }
  for (const Claim& claim : catalog.claims) {
    if (claim.statement == StatementKind::kAlias && claim.retracted == 0)
      add_alias(claim.text, claim.subject);
  }
  std::sort(ids_.begin(), ids_.end());
}

absl::StatusOr<std::string> NameIndex::Resolve(absl::string_view name) const {
  const std::string wanted = WithoutPackageUrl(name);
  if (std::binary_search(ids_.begin(), ids_.end(), wanted)) return wanted;
  const std::string lower = absl::AsciiStrToLower(wanted);
  const std::pair<const Matches*, const std::string*> steps[] = {{&by_alias_, &wanted},
                                                                 {&by_segment_, &wanted},
                                                                 {&by_id_lower_, &lower},
                                                                 {&by_alias_lower_, &lower},
                                                                 {&by_segment_lower_, &lower}};
  for (const auto& [map, key] : steps) {
    const auto it = map->find(*key);
    if (it == map->end()) continue;
    if (it->second.size() == 1) return it->second[0];
    std::vector<std::string> ids = it->second;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (ids.size() == 1) return ids[0];
    if (ids.size() > kMatchesShown) {
      const std::size_t more = ids.size() - kMatchesShown;
      ids.resize(kMatchesShown);
      ids.push_back(absl::StrCat("and ", more, " more"));
    }
    return WithReason(absl::FailedPreconditionError(
                          absl::StrCat("\"", EscapeForTerminal(name), "\" may mean ",
                                       absl::StrJoin(ids, ", "), ": give the whole id")),
                      Reason::kNameAmbiguous);
  }
  const std::size_t at = wanted.find('@');
  if (at != std::string::npos && at > 0) return Resolve(wanted.substr(0, at));
  const std::string near = DidYouMean(wanted, ids_);
  return WithReason(
      absl::NotFoundError(absl::StrCat(
          "no artifact \"", EscapeForTerminal(name.substr(0, 200)), "\"",
          near.empty() ? "; add it with --claims FILE (docs/catalog-format.md)" : near)),
      Reason::kArtifactNotFound);
}

}  // namespace lineage
