// Reads --with and --without: what a question supposes.
#ifndef LINEAGE_TOOLS_CLI_HYPOTHESIS_FLAGS_H_
#define LINEAGE_TOOLS_CLI_HYPOTHESIS_FLAGS_H_

#include <memory>
#include <ostream>

#include "absl/status/statusor.h"
#include "engine/model/hypothesis.h"
#include "tools/cli/answers.h"
#include "tools/cli/command_line.h"

namespace lineage {

// Null if nothing is supposed. A --with that names a file is read as `import` would read it; else
// it is "SUBJECT PREDICATE OBJECT, PREDICATE OBJECT, …" with the predicates
//   a relation ("finetuned_from"), "not" and a relation, "licensed_under", "licensor", "is" (a
//   kind), "releases" (components joined by '+'), "publishes" and "withholds" (parts of a model
//   joined by '+'), "under" (what the parts just said to be published are under).
// Supposed claims have the rank of a legal review, from the question's day on. What a file holds
// that could not be taken goes to `err`.
//
// Errors: INVALID_ARGUMENT with the text and what was expected; NOT_FOUND, FAILED_PRECONDITION of
// names.
absl::StatusOr<std::shared_ptr<const Hypothesis>> HypothesisOf(const CommandLine& command, Date day,
                                                               Answers* answers, std::ostream& err);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_HYPOTHESIS_FLAGS_H_
