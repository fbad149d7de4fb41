#include "engine/store/materializer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"

namespace lineage {

absl::Status Materializer::Apply(const Change& change) {
  if (change.commit.revision != revision_ + 1) {
    return absl::DataLossError(
        absl::StrCat("revision ", change.commit.revision, " does not follow ", revision_));
  }
  for (const Artifact& described : change.artifacts) {
    ASSIGN_OR_RETURN(const ArtifactIndex artifact, records_.Describe(described));
    touched_.push_back(artifact);
  }
  for (const Claim& claim : change.claims) {
    if (claim.number != records_.claim_count() + 1) {
      return absl::DataLossError(absl::StrCat("claim ", claim.number, " stands where ",
                                              records_.claim_count() + 1, " should be"));
    }
    ASSIGN_OR_RETURN(const ClaimIndex added, records_.Add(claim, change.commit.revision));
    touched_.push_back(records_.Row(added).subject);
  }
  for (const Retraction& retraction : change.retractions) {
    if (retraction.claim == 0 || retraction.claim > records_.claim_count()) {
      return absl::DataLossError(
          absl::StrCat("the retracted claim ", retraction.claim, " is not there"));
    }
    const ClaimIndex claim(retraction.claim - 1);
    records_.Retract(claim, change.commit.revision);
    touched_.push_back(records_.Row(claim).subject);
  }
  revision_ = change.commit.revision;
  return absl::OkStatus();
}

std::vector<ArtifactIndex> Materializer::TakeTouched() { return std::exchange(touched_, {}); }

}  // namespace lineage
