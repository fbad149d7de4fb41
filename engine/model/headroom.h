// What a number in the context decides, as plain values.
#ifndef LINEAGE_ENGINE_MODEL_HEADROOM_H_
#define LINEAGE_ENGINE_MODEL_HEADROOM_H_

#include <optional>
#include <vector>

#include "engine/model/explanation.h"

namespace lineage {

// A stretch of a number's range with one verdict.
struct HeadroomRange {
  double from = 0;
  bool from_included = true;
  std::optional<double> to;  // empty: without end
  bool to_included = false;
  Verdict verdict = Verdict::kPermitted;
  std::optional<Because> because;  // the strictest term, unless permitted
};

struct Headroom {
  ContextKey key = ContextKey::kMonthlyActiveUsers;
  std::optional<double> given;        // by the question
  std::vector<HeadroomRange> ranges;  // ascending, without gaps
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_HEADROOM_H_
