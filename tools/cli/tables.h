// Answers as text for people.
#ifndef LINEAGE_TOOLS_CLI_TABLES_H_
#define LINEAGE_TOOLS_CLI_TABLES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/model/catalog.h"
#include "engine/model/compatibility.h"
#include "engine/model/explanation.h"
#include "engine/model/headroom.h"
#include "engine/model/search.h"
#include "engine/model/suggestions.h"
#include "engine/model/views.h"
#include "engine/report/texts.h"
#include "engine/suggest.h"
#include "tools/cli/output.h"

namespace lineage {

// "—finetuned_from→ org/base".
[[nodiscard]] std::string ArrowText(const std::vector<Hop>& path);
// "MosaicML (model-card, 2025-07-23)".
[[nodiscard]] std::string SourceText(const Claim& claim);
// The class of the licences with what is said to be released; never a definition's word.
[[nodiscard]] absl::string_view OpennessText(Openness openness);
// What a claim states, in a few words: "license MIT", "finetuned_from a/b", "publishes datasets".
// `license`: the licence in the catalogue's ids, where that is known.
[[nodiscard]] std::string StatementText(const Claim& claim, absl::string_view license = "");

void PrintWhy(const Explanation& explanation, const Context& context, bool all, Output* output);
// `headrooms` may be null: not asked for.
void PrintCheck(const Explanation& explanation, const Context& context,
                const std::vector<Headroom>* headrooms, Output* output);
void PrintShow(const ArtifactView& view, Output* output);
void PrintHits(const std::vector<SearchHit>& hits, RightSet rights, Output* output);
void PrintWalk(const WalkView& view, Output* output);
void PrintFindings(const std::vector<Finding>& findings, Output* output);
void PrintLicense(const License& license, Output* output);
void PrintLicense(const LicenseException& exception, Output* output);
void PrintLicenses(const std::vector<License>& licenses, Output* output);
// May one go into the other, both ways.
void PrintPair(const LicensePair& pair, CompareStep step, Output* output);
void PrintSuggestions(const Suggestions& suggestions, Output* output);
void PrintComparison(const License& left, const License& right, Output* output);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_TABLES_H_
