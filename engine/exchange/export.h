// Documents for others: the project's own claims, SBOMs, findings for CI. Every writer escapes its
// target's syntax; nothing of the data becomes a link, a path or markup.
#ifndef LINEAGE_ENGINE_EXCHANGE_EXPORT_H_
#define LINEAGE_ENGINE_EXCHANGE_EXPORT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/explanation.h"
#include "engine/model/views.h"

namespace lineage {

// The project's own format (docs/catalog-format.md). Importing it into an empty store gives the
// same artifacts and claims; retracted claims and placeholders are left out.
[[nodiscard]] nlohmann::ordered_json ClaimsDocument(absl::Span<const Artifact> artifacts,
                                                    absl::Span<const Claim> claims);

// One artifact of an SBOM.
struct BomEntry {
  Artifact artifact;
  std::string package_url;
  std::string license;        // the concluded expression; empty if there is none
  bool license_known = true;  // false: `license` is what was found, not SPDX
  std::string licensor;
  std::vector<EdgeView> upstream;
  std::vector<RightVerdict> verdicts;  // right and verdict only
};

// What is said of the whole document.
struct BomHeader {
  Date as_of;
  Stance stance = Stance::kStandard;
  std::string version;  // of this program
};

// CycloneDX 1.6 ML-BOM: pedigree, licences, data sets; verdicts, licensors and exact relations as
// properties "lineage:…". Source: the CycloneDX 1.6 JSON schema.
[[nodiscard]] nlohmann::ordered_json CycloneDxDocument(absl::Span<const BomEntry> entries,
                                                       const BomHeader& header);

// SPDX 3.0.1 JSON-LD with the AI and Dataset profiles; verdicts and exact relations as comments.
// Source: the SPDX 3.0.1 model.
[[nodiscard]] nlohmann::ordered_json SpdxDocument(absl::Span<const BomEntry> entries,
                                                  const BomHeader& header);

// One line of a report for CI: a finding, or a breach of a policy.
struct ReportItem {
  std::string rule;
  Severity severity = Severity::kNote;
  std::string artifact;
  std::string message;
  std::string remedy;
  std::vector<Hop> path;
  std::string license;
  std::string section;
};
[[nodiscard]] std::vector<ReportItem> ReportOf(absl::Span<const Finding> findings);

// SARIF 2.1.0: a result an item, with its proof and remedy.
[[nodiscard]] nlohmann::ordered_json SarifDocument(absl::Span<const ReportItem> items,
                                                   const std::string& version);
// JUnit: a test case an item; errors and warnings fail, notes pass. With no item one case passes.
[[nodiscard]] std::string JUnitDocument(absl::Span<const ReportItem> items);
// GitHub's workflow commands, one line an item.
[[nodiscard]] std::string GithubAnnotations(absl::Span<const ReportItem> items);

// "finetuned_from a/b, trained_on datasets/c": a path in one line.
[[nodiscard]] std::string PathText(absl::Span<const Hop> path);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_EXPORT_H_
