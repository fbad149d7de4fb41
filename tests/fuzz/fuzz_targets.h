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

// Each importer. Aborts if one makes a claim or an artifact that is not well-formed.
void HubJson(absl::string_view input);
void ModelCard(absl::string_view input);
void ModelFolder(absl::string_view input);
void Mergekit(absl::string_view input);
void Gguf(absl::string_view input);
void CycloneDx(absl::string_view input);
void Spdx(absl::string_view input);
void Croissant(absl::string_view input);
void ModelOpenness(absl::string_view input);
void OpennessProject(absl::string_view input);
void ClaimsFile(absl::string_view input);
void EdgeList(absl::string_view input);
// The same with the format found out, and unpacked.
void AnyDocument(absl::string_view input);
// Aborts if a licence's name is read as something that the catalogue does not have.
void LicenseName(absl::string_view input);
// Aborts if a sketch does not survive being written.
void LicenseText(absl::string_view input);

// Aborts if a filter is refused without a reason.
void SearchFilter(absl::string_view input);

// Requests over HTTP, to all that answers them (http_target.cc, which links the server). Aborts if
// one is read otherwise in pieces, is not answered once, or with an inner error, no JSON where JSON is
// said, or a broken header.
void Http(absl::string_view input);

}  // namespace lineage::fuzz

#endif  // LINEAGE_TESTS_FUZZ_FUZZ_TARGETS_H_
