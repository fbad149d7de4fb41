// The offer and what is held, of one artifact in the graph (permission/offer.h).
#ifndef LINEAGE_ENGINE_PERMISSION_OFFER_OF_H_
#define LINEAGE_ENGINE_PERMISSION_OFFER_OF_H_

#include <optional>
#include <vector>

#include "engine/permission/evaluator.h"
#include "engine/permission/offer.h"

namespace lineage {

// What is held from above: every licence that reaches the target, the one that a copy took among
// them; `voices` gets, if it is not null, whose each is.
[[nodiscard]] std::vector<Held> HeldBy(const Snapshot& snapshot, const Evaluation& evaluation,
                                       std::vector<const Voice*>* voices);

// The licence that the target is offered under, declared or taken; nothing if there is none.
[[nodiscard]] std::optional<BoundExpression> OfferOf(const Snapshot& snapshot, VertexId target);

// True if its own licence permits what a licence above it withholds, as an error or less.
[[nodiscard]] bool ClaimsMore(Evaluator* evaluator, const Evaluation& evaluation);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_OFFER_OF_H_
