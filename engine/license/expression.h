// SPDX licence expressions: A AND (B OR C) WITH E, A+, LicenseRef-x.
#ifndef LINEAGE_ENGINE_LICENSE_EXPRESSION_H_
#define LINEAGE_ENGINE_LICENSE_EXPRESSION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lineage {

// A parsed expression; ids are as written, not looked up. A value type.
//
// Grammar: SPDX 2.3 Annex D. Operators are read in any case, AND binds tighter than OR, WITH
// tightest.
struct Expression {
  enum class Op { kLicense, kAnd, kOr };

  Op op = Op::kLicense;
  std::string license;    // kLicense: the id, without a "+"
  bool or_later = false;  // kLicense: written with "+"
  std::string exception;  // kLicense: after WITH
  std::vector<Expression> operands;

  // Errors: INVALID_ARGUMENT with the column. Longer than 4,096 characters or deeper than 64 is
  // refused.
  static absl::StatusOr<Expression> Parse(absl::string_view text);

  // A single id.
  static Expression License(absl::string_view id);
  // Canonical AND or OR of `operands` (at least one): flattened, sorted by text, without repeats.
  static Expression Join(Op op, std::vector<Expression> operands);

  // Canonical form: A AND B and B AND A become equal. Meaning is unchanged.
  [[nodiscard]] Expression Canonical() const;
  // SPDX text with no more parentheses than needed. Parse(ToString()) gives an equal expression.
  [[nodiscard]] std::string ToString() const;

  friend bool operator==(const Expression&, const Expression&) = default;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_LICENSE_EXPRESSION_H_
