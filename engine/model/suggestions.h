// What `suggest` answers, as plain values.
#ifndef LINEAGE_ENGINE_MODEL_SUGGESTIONS_H_
#define LINEAGE_ENGINE_MODEL_SUGGESTIONS_H_

#include <string>
#include <vector>

#include "engine/model/explanation.h"

namespace lineage {

struct LicenseSuggestion {
  std::string license;  // an id, or an expression of two
  LicenseClass license_class = LicenseClass::kOpenSource;
  std::vector<DutyKind> duties;  // what it would oblige its licensees to
};

struct Suggestions {
  std::string artifact;
  Component component = Component::kWeights;
  std::string license;  // as it is now; empty if there is none
  bool complete = true;
  std::vector<LicenseSuggestion> suggestions;  // most open first
  std::vector<std::vector<std::string>>
      conflicts;                  // where there are none: smallest sets of upstreams
  std::vector<Finding> standing;  // error-level findings that no licence would end
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_SUGGESTIONS_H_
