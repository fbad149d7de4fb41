// What each fuzz target does with one input. With libFuzzer (preset fuzz) each is a program of its
// own; the corpora are replayed as ordinary tests too.
#ifndef LINEAGE_TESTS_FUZZ_FUZZ_TARGETS_H_
#define LINEAGE_TESTS_FUZZ_FUZZ_TARGETS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lineage::fuzz {

// Aborts if parsing what an expression prints does not give it back.
void Expression(absl::string_view input);
// Aborts if a strict load both fails and reports nothing, or the reverse.
void Yaml(absl::string_view input);
// Aborts if a date that parses does not print as it was written.
void Date(absl::string_view input);
// Aborts if a condition that parses decides differently the second time.
void Condition(absl::string_view input);

}  // namespace lineage::fuzz

#endif  // LINEAGE_TESTS_FUZZ_FUZZ_TARGETS_H_
