#include "engine/store/materializer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace lineage {

Materializer::Materializer(Catalog base) : catalog_(std::move(base)) {
  catalog_.artifacts.clear();
  catalog_.claims.clear();
}

std::size_t Materializer::FindOrAdd(const std::string& id, const Location& location) {
  const auto [it, fresh] = artifact_by_id_.try_emplace(id, catalog_.artifacts.size());
  if (fresh) {
    Artifact placeholder;
    placeholder.id = id;
    placeholder.location = location;
    catalog_.artifacts.push_back(std::move(placeholder));
  }
  return it->second;
}

absl::Status Materializer::Apply(const Change& change) {
  if (change.commit.revision != revision_ + 1) {
    return absl::DataLossError(
        absl::StrCat("revision ", change.commit.revision, " does not follow ", revision_));
  }
  for (const Artifact& described : change.artifacts) {
    Artifact& known = catalog_.artifacts[FindOrAdd(described.id, described.location)];
    if (described.kind != ArtifactKind::kUnresolved) {
      if (known.kind == ArtifactKind::kUnresolved) known.location = described.location;
      known.kind = described.kind;
    }
    if (!described.name.empty()) known.name = described.name;
    if (described.released) known.released = described.released;
    for (const std::string& alias : described.aliases) {
      if (std::find(known.aliases.begin(), known.aliases.end(), alias) == known.aliases.end()) {
        known.aliases.push_back(alias);
      }
    }
  }
  for (const Claim& claim : change.claims) {
    if (claim.number != catalog_.claims.size() + 1) {
      return absl::DataLossError(absl::StrCat("claim ", claim.number, " stands where ",
                                              catalog_.claims.size() + 1, " should be"));
    }
    FindOrAdd(claim.subject, claim.location);
    if (claim.statement == StatementKind::kEdge) FindOrAdd(claim.parent, claim.location);
    catalog_.claims.push_back(claim);
    catalog_.claims.back().revision = change.commit.revision;
  }
  for (const Retraction& retraction : change.retractions) {
    if (retraction.claim == 0 || retraction.claim > catalog_.claims.size()) {
      return absl::DataLossError(
          absl::StrCat("the retracted claim ", retraction.claim, " is not there"));
    }
    catalog_.claims[retraction.claim - 1].retracted = change.commit.revision;
  }
  revision_ = change.commit.revision;
  return absl::OkStatus();
}

}  // namespace lineage
