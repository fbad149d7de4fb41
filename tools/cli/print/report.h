// Findings and violations in the formats of continuous integration: SARIF, JUnit, GitHub.
#ifndef LINEAGE_TOOLS_CLI_PRINT_REPORT_H_
#define LINEAGE_TOOLS_CLI_PRINT_REPORT_H_

#include "absl/types/span.h"
#include "engine/exchange/export.h"
#include "tools/cli/output.h"

namespace lineage {

// False if the output has another format: then nothing was written.
bool WriteReport(absl::Span<const ReportItem> items, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_PRINT_REPORT_H_
