// Licences for an artifact, over the façade.
#ifndef LINEAGE_ENGINE_SUGGEST_H_
#define LINEAGE_ENGINE_SUGGEST_H_

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/model/compatibility.h"
#include "engine/model/suggestions.h"

namespace lineage {

// The licences under which an artifact could be released with no error-level finding, as if the
// user's own legal review had stated them. Errors: those of Engine::Explain.
absl::StatusOr<Suggestions> SuggestLicensesFor(const Engine& engine, absl::string_view artifact,
                                               const Question& question);

// Both directions: a work made by `step` from `a` under `b`, and the other way round. Errors:
// INVALID_ARGUMENT for what is no SPDX expression.
struct LicensePair {
  std::string a;  // in the catalogue's ids
  std::string b;
  Compatibility a_into_b;
  Compatibility b_into_a;
};
absl::StatusOr<LicensePair> CompareLicenses(const Engine& engine, absl::string_view a,
                                            absl::string_view b, CompareStep step);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_SUGGEST_H_
