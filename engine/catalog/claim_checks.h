// What a well-formed artifact and claim are, wherever they come from: files, importers, the
// service.
#ifndef LINEAGE_ENGINE_CATALOG_CLAIM_CHECKS_H_
#define LINEAGE_ENGINE_CATALOG_CLAIM_CHECKS_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "engine/license/license_table.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"

namespace lineage {

// What is wrong with one field, for people. `field` is the name in the protocol buffers, such as
// "source.by".
struct FieldProblem {
  std::string field;
  std::string message;
};

// Whether an artifact of this id is known already. What is known goes on under its id, even under
// one that would not be taken today.
using IsKnownId = absl::FunctionRef<bool(absl::string_view id)>;
inline bool NoIdIsKnown(absl::string_view /*id*/) { return false; }

// What is wrong with an artifact's id; empty if nothing is: its length, its characters
// (IdCharacterProblem), and that it is neither a path nor an option of a command line.
[[nodiscard]] std::string IdProblem(absl::string_view id);

// The most bytes of a text in a claim, a note, or the reason of a retraction.
inline constexpr std::size_t kLongestText = 4096;

// What is wrong with text for people of at most `longest` bytes; empty if nothing is
// (TextCharacterProblem).
[[nodiscard]] std::string TextProblem(absl::string_view text, std::size_t longest = kLongestText);

// What is wrong with the text of a licence claim; several lines if several things are, empty if
// nothing is. `ids` are for suggestions (LicenseTable::Ids).
[[nodiscard]] std::vector<std::string> LicenseProblems(absl::string_view text,
                                                       const LicenseTable& table,
                                                       const std::vector<std::string>& ids);

// `known` is what is described under the id already, or null: its id and aliases stay.
[[nodiscard]] std::vector<FieldProblem> ProblemsOf(const Artifact& artifact,
                                                   const Artifact* known = nullptr);
[[nodiscard]] std::vector<FieldProblem> ProblemsOf(const Claim& claim, const LicenseTable& table,
                                                   const std::vector<std::string>& license_ids,
                                                   IsKnownId known = NoIdIsKnown);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_CATALOG_CLAIM_CHECKS_H_
