// Answers as text for people.
#ifndef LINEAGE_TOOLS_CLI_TABLES_H_
#define LINEAGE_TOOLS_CLI_TABLES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/model/catalog.h"
#include "engine/model/explanation.h"
#include "engine/model/headroom.h"
#include "engine/model/search.h"
#include "engine/model/suggestions.h"
#include "engine/model/views.h"
#include "engine/suggest.h"
#include "tools/cli/output.h"

namespace lineage {

// "MIT §2" for a number, "MIT Attachment A" for words.
[[nodiscard]] std::string ClauseText(absl::string_view license, absl::string_view section);

void PrintWhy(const Explanation& explanation, bool all, Output* output);
// `headrooms` may be null: not asked for.
void PrintCheck(const Explanation& explanation, const Context& context,
                const std::vector<Headroom>* headrooms, Output* output);
void PrintShow(const ArtifactView& view, Output* output);
void PrintHits(const std::vector<SearchHit>& hits, RightSet rights, Output* output);
void PrintWalk(const WalkView& view, Output* output);
void PrintFindings(const std::vector<Finding>& findings, Output* output);
void PrintLicense(const License& license, Output* output);
void PrintLicenses(const std::vector<License>& licenses, Output* output);
// May one go into the other, both ways.
void PrintPair(const LicensePair& pair, Output* output);
void PrintSuggestions(const Suggestions& suggestions, Output* output);
void PrintComparison(const License& left, const License& right, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_TABLES_H_
