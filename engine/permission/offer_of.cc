#include "engine/permission/offer_of.h"

#include <algorithm>
#include <utility>

namespace lineage {

std::vector<Held> HeldBy(const Snapshot& snapshot, const Evaluation& evaluation,
                         std::vector<const Voice*>* voices) {
  std::vector<Held> held;
  const bool dataset = snapshot.KindOf(evaluation.target) == ArtifactKind::kDataset;
  for (const Voice& voice : evaluation.voices) {
    const bool reaches = voice.arrivals.All().Any(
        [](const Way& way) { return way.form != Form::kOwn && way.form != Form::kClass; });
    if (voice.kind != Voice::Kind::kLicense || !reaches) continue;
    held.push_back({voice.expression, &voice.arrivals,
                    dataset && snapshot.KindOf(voice.origin) == ArtifactKind::kDataset});
    if (voices != nullptr) voices->push_back(&voice);
  }
  return held;
}

std::optional<BoundExpression> OfferOf(const Snapshot& snapshot, VertexId target) {
  const absl::Span<const VertexId> origins = snapshot.OriginsOf(target);
  if (origins.empty()) return std::nullopt;
  std::vector<BoundExpression> parts;
  for (const VertexId origin : origins) parts.push_back(snapshot.ExpressionOf(origin));
  return JoinAll(std::move(parts));
}

bool ClaimsMore(Evaluator* evaluator, const Evaluation& evaluation) {
  const Snapshot& snapshot = evaluator->snapshot();
  const std::vector<Held> held = HeldBy(snapshot, evaluation, nullptr);
  if (held.empty()) return false;
  const std::optional<BoundExpression> offer = OfferOf(snapshot, evaluation.target);
  if (!offer) return false;
  OfferCheck check(&evaluator->worth(), snapshot.vendors());
  return std::any_of(held.begin(), held.end(),
                     [&](const Held& one) { return check.ClaimsMore(*offer, one); });
}

}  // namespace lineage
