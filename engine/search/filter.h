// The language of filters: Google's AIP-160.
#ifndef LINEAGE_ENGINE_SEARCH_FILTER_H_
#define LINEAGE_ENGINE_SEARCH_FILTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lineage {

enum class Comparator : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kHas
};

// A parsed filter; names are as written, not looked up. A value type.
//
// Source: the grammar of AIP-160. OR binds tighter than AND; a space between two factors is an AND;
// NOT and a leading '-' negate. Functions are refused: there are none.
struct Filter {
  enum class Op : uint8_t { kAll, kAnd, kOr, kNot, kCompare, kWord };

  Op op = Op::kAll;  // kAll: the empty filter
  std::vector<Filter> operands;
  std::string field;  // kCompare: parts joined by '.', lower case, '_' written as '-'
  Comparator comparator = Comparator::kEqual;
  std::string value;     // kCompare, kWord
  int column = 1;        // of the field or word
  int value_column = 1;  // of the value

  // Errors: INVALID_ARGUMENT with the column (of bytes, from 1). Longer than 8,192 bytes or nested
  // deeper than 64 is refused.
  static absl::StatusOr<Filter> Parse(absl::string_view text);
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_SEARCH_FILTER_H_
