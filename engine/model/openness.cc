#include "engine/model/openness.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace lineage {

std::optional<PublishedPart> ReadPublishedPart(absl::string_view text) {
  const std::size_t space = text.find(' ');
  const auto part = FindByName<ModelPart>(text.substr(0, space));
  if (!part) return std::nullopt;
  PublishedPart published;
  published.part = *part;
  if (space != absl::string_view::npos) {
    published.license = std::string(absl::StripAsciiWhitespace(text.substr(space)));
  }
  return published;
}

std::string WritePublishedPart(ModelPart part, absl::string_view license) {
  return absl::StrCat(Name(part), license.empty() ? "" : " ", license);
}

std::string PublishedText(const Claim& claim) {
  const absl::string_view verb = claim.denies ? "withholds " : "publishes ";
  const std::optional<PublishedPart> published = ReadPublishedPart(claim.text);
  if (!published) return absl::StrCat(verb, claim.text);
  return absl::StrCat(verb, Name(published->part),
                      published->license.empty()         ? ""
                      : published->license == kNoLicense ? " without a licence"
                                                         : " under ",
                      published->license == kNoLicense ? "" : published->license);
}

bool AppliesTo(OpennessDefinition definition, ArtifactKind kind) {
  if (definition == OpennessDefinition::kOsiApprovedLicense) return true;
  return kind != ArtifactKind::kDataset && kind != ArtifactKind::kCode;
}

}  // namespace lineage
