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

void PrintHits(const std::vector<SearchHit>& hits, RightSet rights, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_TABLES_H_
