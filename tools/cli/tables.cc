#include "tools/cli/tables.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/print/findings.h"
#include "tools/cli/print/text.h"

namespace lineage {
void PrintHits(const std::vector<SearchHit>& hits, RightSet rights, Output* output) {
  std::size_t width = 0;
  for (const SearchHit& hit : hits) width = std::max(width, hit.artifact.size());
  width = std::min<std::size_t>(width, 48);
  for (const SearchHit& hit : hits) {
    std::string verdicts;
    std::size_t i = 0;
    for (const Right right : rights.Values()) {
      if (i == hit.verdicts.size()) break;
      const Verdict verdict = hit.verdicts[i++];
      absl::StrAppend(&verdicts, "  ",
                      rights.Values().size() > 1 ? absl::StrCat(Name(right), " ") : "",
                      output->Paint(Name(verdict), InkFor(verdict)));
    }
    output->Line(
        absl::StrCat(output->Paint(Pad(EscapeForTerminal(hit.artifact), width), Ink::kBold), "  ",
                     Pad(Name(hit.kind), 10), "  ", Pad(EscapeForTerminal(hit.license), 26), "  ",
                     Pad(Name(hit.license_class), 14), verdicts));
  }
  output->Line(
      absl::StrCat(hits.size(), hits.size() == 1 ? " artifact. " : " artifacts. ", kDisclaimer));
}

}  // namespace lineage
