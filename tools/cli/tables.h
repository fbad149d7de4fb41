// Answers as text for people.
#ifndef LINEAGE_TOOLS_CLI_TABLES_H_
#define LINEAGE_TOOLS_CLI_TABLES_H_

#include <vector>

#include "engine/model/explanation.h"
#include "engine/model/search.h"
#include "engine/model/suggestions.h"
#include "engine/model/views.h"
#include "engine/suggest.h"
#include "tools/cli/output.h"

namespace lineage {

void PrintShow(const ArtifactView& view, Output* output);
void PrintHits(const std::vector<SearchHit>& hits, RightSet rights, Output* output);
void PrintWalk(const WalkView& view, Output* output);
void PrintFindings(const std::vector<Finding>& findings, Output* output);
void PrintSuggestions(const Suggestions& suggestions, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_TABLES_H_
