// Answers as text for people.
#ifndef LINEAGE_TOOLS_CLI_TABLES_H_
#define LINEAGE_TOOLS_CLI_TABLES_H_

#include <vector>

#include "engine/model/catalog.h"
#include "engine/model/explanation.h"
#include "engine/model/views.h"
#include "tools/cli/output.h"

namespace lineage {

void PrintWhy(const Explanation& explanation, bool all, Output* output);
void PrintCheck(const Explanation& explanation, const Context& context, Output* output);
void PrintShow(const ArtifactView& view, Output* output);
void PrintWalk(const WalkView& view, Output* output);
void PrintFindings(const std::vector<Finding>& findings, Output* output);
void PrintLicense(const License& license, Output* output);
void PrintLicenses(const std::vector<License>& licenses, Output* output);
void PrintComparison(const License& left, const License& right, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_TABLES_H_
