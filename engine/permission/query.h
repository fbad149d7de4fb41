// A question about effective permissions.
#ifndef LINEAGE_ENGINE_PERMISSION_QUERY_H_
#define LINEAGE_ENGINE_PERMISSION_QUERY_H_

#include <cstddef>

#include "engine/base/stop.h"
#include "engine/model/condition.h"
#include "engine/model/license.h"
#include "engine/model/theory.h"
#include "engine/model/verdict.h"

namespace lineage {

struct Query {
  RightSet rights = RightSet::All();  // asked together; each is answered alone as well
  Stance stance = Stance::kStandard;
  TheoryChanges theory;  // switches set otherwise than the stance does
  bool theories =
      false;  // explain under each setting of each switch as well; no verdict hangs on it
  AdapterUse adapter = AdapterUse::kWithBase;
  UndeclaredPolicy undeclared = UndeclaredPolicy::kUndetermined;
  Context context;  // validated (see ValidateContext)

  // Limits; past either the answer is marked incomplete, and nothing is permitted.
  std::size_t max_vertices = 1'000'000;  // upstream vertices visited, inclusive
  Stop stop;

  // The same question under a stance; changes of the theory are of the one that is asked for.
  [[nodiscard]] Query Under(Stance other) const {
    Query query = *this;
    query.stance = other;
    if (other != stance) query.theory = {};
    return query;
  }
  [[nodiscard]] Theory InForce() const { return theory.On(stance); }
  // True if the stance is asked as it is.
  [[nodiscard]] bool IsPreset() const { return InForce() == Theory::Of(stance); }
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_QUERY_H_
