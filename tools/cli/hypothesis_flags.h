// --with and --without: what a question supposes. Flags that hold for every verb.
#ifndef LINEAGE_TOOLS_CLI_HYPOTHESIS_FLAGS_H_
#define LINEAGE_TOOLS_CLI_HYPOTHESIS_FLAGS_H_

#include <CLI/App.hpp>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/model/hypothesis.h"
#include "tools/cli/answers.h"

namespace lineage {

struct HypothesisFlags {
  std::vector<std::string> with;
  std::vector<uint64_t> without;
  std::string id;  // of what a file of --with is about

  void Declare(CLI::App* app);
  [[nodiscard]] bool empty() const { return with.empty() && without.empty(); }
};

// Null if nothing is supposed. A --with that names a file is read as `import` would read it; else
// it is "SUBJECT PREDICATE OBJECT, PREDICATE OBJECT, …" with the predicates
//   a relation ("finetuned_from"), "not" and a relation, "licensed_under", "licensor", "is" (a
//   kind), "releases" (components joined by '+'), "publishes" and "withholds" (parts of a model
//   joined by '+'), "under" (what the parts just said to be published are under), "states"
//   (FACT=VALUE, as many as one likes).
// Supposed claims have the rank of a legal review, from the question's day on. What a file holds
// that could not be taken goes to `err`.
//
// Errors: INVALID_ARGUMENT with the text and what was expected; NOT_FOUND, FAILED_PRECONDITION of
// names.
absl::StatusOr<std::shared_ptr<const Hypothesis>> HypothesisOf(const HypothesisFlags& flags,
                                                               Date day, Answers* answers,
                                                               std::ostream& err);

// The text of a claim kFact from "FACT=VALUE". Errors: INVALID_ARGUMENT.
absl::StatusOr<std::string> ReadFactArgument(absl::string_view text);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_HYPOTHESIS_FLAGS_H_
