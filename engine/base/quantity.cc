#include "engine/base/quantity.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/base/text.h"

namespace lineage {

absl::StatusOr<double> ParseQuantity(absl::string_view what, absl::string_view text) {
  double factor = 1;
  absl::string_view digits = text;
  if (!digits.empty()) {
    switch (digits.back()) {
      case 'k':
      case 'K':
        factor = 1e3;
        break;
      case 'm':
      case 'M':
        factor = 1e6;
        break;
      case 'b':
      case 'B':
        factor = 1e9;
        break;
      default:
        break;
    }
    if (factor != 1) digits.remove_suffix(1);
  }
  double value = 0;
  if (digits.empty() || !absl::SimpleAtod(digits, &value)) {
    return absl::InvalidArgumentError(absl::StrCat(what, ": \"", EscapeForTerminal(text),
                                                   "\" is not a number such as 50e6 or 50M"));
  }
  return value * factor;
}

}  // namespace lineage
