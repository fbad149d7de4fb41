// Parsing and deciding of conditions such as "monthly-active-users <= 700e6 and region not in
// {EU}".
#ifndef LINEAGE_ENGINE_LICENSE_CONDITION_H_
#define LINEAGE_ENGINE_LICENSE_CONDITION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/model/catalog.h"
#include "engine/model/condition.h"
#include "engine/model/verdict.h"

namespace lineage {

// Parses a condition. `use_policy` is what the word `use-policy` stands for; words are checked
// against `vocabulary`, and region groups are expanded to their members. Errors: INVALID_ARGUMENT
// with the column and near names. Longer than 4,096 characters or deeper than 32 is refused.
absl::StatusOr<Condition> ParseCondition(absl::string_view text, const Vocabulary& vocabulary,
                                         absl::Span<const std::string> use_policy);

enum class Truth : uint8_t { kFalse = 0, kUnknown = 1, kTrue = 2 };

// Decides `condition` in `context` by Kleene's logic; keys that are missing and could matter are
// added to `missing` (may be null). An empty condition is true. Cost: linear in the condition.
[[nodiscard]] Truth Decide(const Condition& condition, const Context& context,
                           Missing* missing);

// What an answer is worth in a context. Missing keys are added to `missing` (may be null) if the
// value is conditional.
[[nodiscard]] Verdict ValueOf(const Grant& grant, const Context& context,
                              Missing* missing);

// Checks what a caller says about itself against the vocabulary: known purposes, regions (codes or
// groups; groups are expanded), entity; numbers finite and not negative; share-of-royalty at
// most 1. Errors: INVALID_ARGUMENT with near names.
absl::StatusOr<Context> ValidateContext(Context context, const Vocabulary& vocabulary);

// True for the ISO 3166-1 alpha-2 codes in use.
[[nodiscard]] bool IsCountryCode(absl::string_view code);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_LICENSE_CONDITION_H_
