// What `search` answers, as plain values.
#ifndef LINEAGE_ENGINE_MODEL_SEARCH_H_
#define LINEAGE_ENGINE_MODEL_SEARCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/explanation.h"

namespace lineage {

struct SearchHit {
  std::string artifact;
  ArtifactKind kind = ArtifactKind::kUnresolved;
  std::string name;
  std::string license;  // concluded, or "undeclared", "unresolved"
  LicenseClass license_class = LicenseClass::kUndeclared;  // as a whole
  Openness openness = Openness::kUndeclared;
  std::vector<Verdict> verdicts;  // of the question's rights, in order

  friend bool operator==(const SearchHit&, const SearchHit&) = default;
};

struct SearchPage {
  std::vector<SearchHit> hits;   // in the order in which they became known
  std::optional<uint32_t> next;  // where to go on; empty after the last page
  bool complete = true;          // false: the stop signal cut it short (then `next` is set)
  // What it cost: artifacts that were looked at, and evaluations that had to be made.
  std::size_t looked_at = 0;
  std::size_t evaluated = 0;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_SEARCH_H_
