#include "engine/openness/parts.h"

#include <algorithm>
#include <utility>

#include "engine/permission/offer_of.h"

namespace lineage {
namespace {

using Standing = PartState::Standing;

// One claim about one part.
struct Said {
  ClaimIndex claim;
  ModelPart part = ModelPart::kFinalParameters;
  bool withheld = false;
  std::string license;
};

std::vector<Said> ClaimsAboutParts(const Snapshot& snapshot, ArtifactIndex artifact) {
  std::vector<Said> said;
  snapshot.records().ForEachClaimAbout(artifact, [&](ClaimIndex index) {
    const ClaimRow& claim = snapshot.Row(index);
    if (!snapshot.IsValid(claim)) return;
    if (claim.statement == StatementKind::kReleases) {
      const ComponentSet released = ComponentSet::FromBits(claim.releases);
      if (released.empty() || released.Has(Component::kWeights)) {
        said.push_back({index, ModelPart::kFinalParameters, released.empty(), ""});
      }
    } else if (claim.statement == StatementKind::kPublishes) {
      std::optional<PublishedPart> published =
          ReadPublishedPart(snapshot.records().Text(claim.text));
      if (!published) return;  // a part of a newer version
      said.push_back(
          {index, published->part, claim.Is(ClaimRow::kDenies), std::move(published->license)});
    }
  });
  return said;
}

// What is concluded for a component; nothing if nobody licensed it.
std::optional<BoundExpression> ConcludedFor(const Snapshot& snapshot, ArtifactIndex artifact,
                                            Component component) {
  const VertexId vertex = snapshot.FindVertex(artifact, component);
  return vertex.valid() ? OfferOf(snapshot, vertex) : std::nullopt;
}

// The licence that the best of the claims that name one name; several on one rank and day hold
// together.
void TakeLicense(const Snapshot& snapshot, const std::vector<Said>& said, ModelPart part,
                 PartState* state) {
  std::optional<std::pair<int, int64_t>> best;
  for (const Said& one : said) {
    if (one.part != part || one.withheld || one.license.empty()) continue;
    const auto preference = Preference(snapshot.Row(one.claim));
    if (!best || preference < *best) best = preference;
  }
  std::vector<BoundExpression> licenses;
  for (const Said& one : said) {
    const ClaimRow& row = snapshot.Row(one.claim);
    if (one.part != part || one.withheld || one.license.empty() || Preference(row) != *best) {
      continue;
    }
    if (one.license == kNoLicense) {
      state->unlicensed = true;
    } else {
      licenses.push_back(row.Is(ClaimRow::kAsFound) ? LicenseTable::Unknown(one.license)
                                                    : snapshot.licenses().Bind(one.license));
    }
  }
  if (!licenses.empty() && !state->unlicensed) state->license = JoinAll(std::move(licenses));
}

}  // namespace

PartStates StatedParts(const Snapshot& snapshot, ArtifactIndex artifact) {
  const std::vector<Said> said = ClaimsAboutParts(snapshot, artifact);
  PartStates states;
  for (const Said& one : said) {
    PartState& state = states[static_cast<std::size_t>(one.part)];
    const bool first = state.standing == Standing::kUnsaid;
    const Standing standing = one.withheld ? Standing::kWithheld : Standing::kPublished;
    if (!first) {
      state.disputed |= standing != state.standing;
      const auto was = Preference(snapshot.Row(state.claim));
      const auto is = Preference(snapshot.Row(one.claim));
      const bool strictest = snapshot.key().claims_policy == ClaimsPolicy::kStrictest;
      const bool better = strictest && standing != state.standing ? one.withheld
                          : is == was ? state.standing == Standing::kWithheld && !one.withheld
                                      : is < was;
      if (!better) continue;
    }
    state.standing = standing;
    state.claim = one.claim;
  }
  for (const ModelPart part : EnumValues<ModelPart>()) {
    PartState& state = states[static_cast<std::size_t>(part)];
    if (state.standing != Standing::kPublished) continue;
    if (part == ModelPart::kFinalParameters) {
      state.license = ConcludedFor(snapshot, artifact, Component::kWeights);
    }
    if (!state.license) TakeLicense(snapshot, said, part, &state);
    if (!state.license && !state.unlicensed) {
      state.license = ConcludedFor(snapshot, artifact, ComponentOf(part));
    }
  }
  return states;
}

void TakeFromCopied(const std::vector<const PartStates*>& copied, PartStates* parts) {
  for (const ModelPart part : EnumValues<ModelPart>()) {
    PartState& state = (*parts)[static_cast<std::size_t>(part)];
    if (part == ModelPart::kFinalParameters || state.standing != Standing::kUnsaid) continue;
    // The least that any of them says.
    const PartState* taken = nullptr;
    for (const PartStates* states : copied) {
      const PartState& other = At(*states, part);
      const auto worth = [](const PartState& one) {
        return one.standing == Standing::kUnsaid ? 0 : one.standing == Standing::kWithheld ? 1 : 2;
      };
      if (taken == nullptr || worth(other) < worth(*taken)) taken = &other;
    }
    state = *taken;
    if (state.standing != Standing::kPublished) continue;
    std::vector<BoundExpression> licenses;
    bool all = true;
    for (const PartStates* states : copied) {
      const PartState& other = At(*states, part);
      state.unlicensed |= other.unlicensed;
      all = all && other.license.has_value();
      if (other.license) licenses.push_back(*other.license);
    }
    state.license.reset();
    if (all && !state.unlicensed) state.license = JoinAll(std::move(licenses));
  }
}

std::vector<ClaimIndex> UnspecificReleases(const Snapshot& snapshot, ArtifactIndex artifact) {
  std::vector<ClaimIndex> claims;
  snapshot.records().ForEachClaimAbout(artifact, [&](ClaimIndex index) {
    const ClaimRow& claim = snapshot.Row(index);
    const ComponentSet unspecific = {Component::kCode, Component::kData, Component::kDocs};
    if (claim.statement == StatementKind::kReleases && snapshot.IsValid(claim) &&
        ComponentSet::FromBits(claim.releases).Intersects(unspecific)) {
      claims.push_back(index);
    }
  });
  return claims;
}

}  // namespace lineage
