// What a well-formed artifact and claim are, wherever they come from: files, importers, the
// service.
#ifndef LINEAGE_ENGINE_CATALOG_CLAIM_CHECKS_H_
#define LINEAGE_ENGINE_CATALOG_CLAIM_CHECKS_H_

#include <string>
#include <vector>

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

// What is wrong with an artifact's id; empty if nothing is.
[[nodiscard]] std::string IdProblem(absl::string_view id);

// What is wrong with the text of a licence claim; several lines if several things are, empty if
// nothing is. `ids` are for suggestions (LicenseTable::Ids).
[[nodiscard]] std::vector<std::string> LicenseProblems(absl::string_view text,
                                                       const LicenseTable& table,
                                                       const std::vector<std::string>& ids);

[[nodiscard]] std::vector<FieldProblem> ProblemsOf(const Artifact& artifact);
[[nodiscard]] std::vector<FieldProblem> ProblemsOf(const Claim& claim, const LicenseTable& table,
                                                   const std::vector<std::string>& license_ids);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_CATALOG_CLAIM_CHECKS_H_
