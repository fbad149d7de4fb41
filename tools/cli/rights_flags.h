// The rights that a verb asks about: operands after its own, or --for. Both mean the same, in every
// verb that takes rights.
#ifndef LINEAGE_TOOLS_CLI_RIGHTS_FLAGS_H_
#define LINEAGE_TOOLS_CLI_RIGHTS_FLAGS_H_

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/model/license.h"

namespace lineage {

class RightsFlags {
 public:
  // The operands RIGHT…, after those declared before, and --for. `purpose`: what is asked of the
  // rights, as help says it: "Rights to explain (all)".
  void Declare(CLI::App* app, const std::string& purpose);
  // --for alone: of a verb whose operands are something else.
  void DeclareFlag(CLI::App* app, const std::string& purpose);
  // Operands that the verb itself found to be rights.
  void Add(std::vector<std::string> operands);

  // Whether none was named.
  [[nodiscard]] bool empty() const { return operands_.empty() && !flag_given(); }
  // All that were named ("all": every right), or `otherwise` if none was. Errors: INVALID_ARGUMENT
  // with the word, what was meant, and all rights.
  [[nodiscard]] absl::StatusOr<RightSet> Read(RightSet otherwise = RightSet::All()) const;

 private:
  [[nodiscard]] bool flag_given() const { return flag_ != nullptr && flag_->count() > 0; }

  std::vector<std::string> operands_;
  std::vector<std::string> words_;  // of --for
  const CLI::Option* flag_ = nullptr;
};

// Whether a word names a right, or all of them.
[[nodiscard]] bool IsRight(const std::string& word);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_RIGHTS_FLAGS_H_
