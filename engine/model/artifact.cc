#include "engine/model/artifact.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace lineage {

absl::string_view OrganizationOf(absl::string_view artifact_id) {
  for (const absl::string_view prefix : {"datasets/", "services/", "code/"}) {
    if (absl::ConsumePrefix(&artifact_id, prefix)) break;
  }
  const std::size_t slash = artifact_id.find('/');
  return slash == absl::string_view::npos ? absl::string_view() : artifact_id.substr(0, slash);
}

absl::string_view LastSegment(absl::string_view artifact_id) {
  const std::size_t slash = artifact_id.rfind('/');
  return slash == absl::string_view::npos ? artifact_id : artifact_id.substr(slash + 1);
}

std::string PackageUrl(const Artifact& artifact) {
  switch (artifact.kind) {
    case ArtifactKind::kCheckpoint:
    case ArtifactKind::kDataset:
      return absl::StrCat("pkg:huggingface/", artifact.id);
    case ArtifactKind::kCode: {
      absl::string_view path = artifact.id;
      return absl::ConsumePrefix(&path, "code/") ? absl::StrCat("pkg:github/", path) : "";
    }
    default:
      return "";
  }
}

}  // namespace lineage
