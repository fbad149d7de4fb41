// What a free licence has to leave to everybody, and the term that withholds most of it.
#ifndef LINEAGE_ENGINE_OPENNESS_FREEDOMS_H_
#define LINEAGE_ENGINE_OPENNESS_FREEDOMS_H_

#include <string>
#include <vector>

#include "engine/model/explanation.h"
#include "engine/model/license.h"

namespace lineage {

// What must be permitted to anybody, for any purpose, so that the four freedoms are granted.
inline constexpr RightSet kFreedoms = {Right::kUse, Right::kCommercialUse, Right::kModify,
                                       Right::kRedistribute, Right::kRedistributeDerivatives};

// The strictest term of a proof that arrives uncontested, the first of several; null if none
// withholds anything.
[[nodiscard]] const Because* StrictestUncontested(const std::vector<Because>& proof);

// "commercial-use prohibited: LicenseRef-x §2 of org/model".
[[nodiscard]] std::string WithholdingText(const Because& because);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_OPENNESS_FREEDOMS_H_
