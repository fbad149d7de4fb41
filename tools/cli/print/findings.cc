#include "tools/cli/print/findings.h"

#include "absl/strings/str_cat.h"

namespace lineage {

void PrintFindingList(const std::vector<Finding>& findings, bool with_artifact, Output* output) {
  for (const Finding& finding : findings) {
    const std::string severity = Pad(Name(finding.severity), 8);
    std::string text = absl::StrCat(with_artifact ? absl::StrCat(finding.artifact, ": ") : "",
                                    Name(finding.id), ": ", finding.message);
    output->Wrapped(absl::StrCat("  ", output->Paint(severity, InkFor(finding.severity))), 10, 10,
                    text);
  }
}

}  // namespace lineage
