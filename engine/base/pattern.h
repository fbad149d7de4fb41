// Whether a pattern means what its writer meant.
#ifndef LINEAGE_ENGINE_BASE_PATTERN_H_
#define LINEAGE_ENGINE_BASE_PATTERN_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lineage {

// What is wrong with a pattern as MatchesPattern reads it ('*', '?', sets such as [a-c0-9] and
// [!a]), or "" if nothing is: nothing stands there, a bracket that has no partner, an empty set, a
// range that runs backwards, a class in a set ([:alpha:]). The system's functions take a set that
// is not closed for letters that stand for themselves, so that it fits nothing. Linear.
[[nodiscard]] std::string PatternProblem(absl::string_view pattern);

// The same pattern with every '?' and set widened to '*'; fits all that `pattern` fits.
[[nodiscard]] std::string WithStarsOnly(absl::string_view pattern);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_PATTERN_H_
