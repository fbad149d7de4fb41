#include "tools/cli/rights_flags.h"

#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

constexpr absl::string_view kEveryRight = "all";

}  // namespace

bool IsRight(const std::string& word) {
  return word == kEveryRight || FindByName<Right>(word).has_value();
}

void RightsFlags::Declare(CLI::App* app, const std::string& purpose) {
  app->add_option("RIGHT", operands_, purpose);
  DeclareFlag(app, "The same, separated by commas");
}

void RightsFlags::DeclareFlag(CLI::App* app, const std::string& purpose) {
  // One word a flag: what follows is an operand again.
  flag_ = app->add_option("--for", words_, purpose)->delimiter(',')->allow_extra_args(false);
}

void RightsFlags::Add(std::vector<std::string> operands) {
  operands_.insert(operands_.end(), std::make_move_iterator(operands.begin()),
                   std::make_move_iterator(operands.end()));
}

absl::StatusOr<RightSet> RightsFlags::Read(RightSet otherwise) const {
  if (empty()) return otherwise;
  RightSet rights;
  std::vector<std::string> words = operands_;
  words.insert(words.end(), words_.begin(), words_.end());
  for (const std::string& given : words) {
    const std::string word(absl::StripAsciiWhitespace(given));
    if (word.empty()) continue;
    if (word == kEveryRight) {
      rights = RightSet::All();
      continue;
    }
    const auto right = FindByName<Right>(word);
    if (!right) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", EscapeForTerminal(word), "\" is no right", DidYouMean(word, AllNames<Right>()),
          " All: ", absl::StrJoin(AllNames<Right>(), ", ")));
    }
    rights.Add(*right);
  }
  if (rights.empty()) return absl::InvalidArgumentError("--for names no right");
  return rights;
}

}  // namespace lineage
