// What differs between two answers: two days, two revisions, two stances, or with and without a
// hypothesis; and what a change of the claims changes everywhere.
#ifndef LINEAGE_ENGINE_COMPARISON_H_
#define LINEAGE_ENGINE_COMPARISON_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/model/views.h"

namespace lineage {

// Compares the answers to two questions about each named artifact, from `*cursor` on (0 at first)
// until `max_differences` of them differ, the stop signal is given, or there are no more; then
// `*cursor` is where to go on, or empty at the end. With no name: all artifacts, in order of id.
// Artifacts without a difference are left out. The questions' rights and context count as well.
//
// Errors: those of Engine::Explain, but NOT_FOUND only if neither side knows a named artifact.
// Cost: two explanations an artifact.
absl::StatusOr<std::vector<Difference>> Compare(const Engine& engine,
                                                const std::vector<std::string>& artifacts,
                                                const Question& before, const Question& after,
                                                std::size_t max_differences,
                                                std::optional<std::size_t>* cursor);

// The difference between two explanations of one artifact; either may be missing.
[[nodiscard]] Difference DifferenceOf(const std::optional<Explanation>& before,
                                      const std::optional<Explanation>& after);

// Every verdict that the question's hypothesis changes, by the question's rights, each asked alone.
// Errors: those of Suppose; INVALID_ARGUMENT without a hypothesis. Cost: two evaluations for each
// artifact downstream of what the hypothesis is about.
absl::StatusOr<Impact> AnalyzeImpact(const Engine& engine, const Question& question);

// Every verdict that what was written after revision `since` changed.
absl::StatusOr<Impact> ImpactSince(const Engine& engine, Revision since, const Question& question);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_COMPARISON_H_
