#include "tools/cli/print/walk.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/text.h"
#include "tools/cli/json.h"

namespace lineage {

void PrintWalk(const WalkView& view, Output* output) {
  if (!output->table()) {
    output->Document(ToJson(view), "steps");
    return;
  }
  output->Line(output->Paint(EscapeForTerminal(view.start), Ink::kBold));
  for (const WalkStep& step : view.steps) {
    const std::size_t indent = 2 * static_cast<std::size_t>(std::min(step.depth, 20));
    output->Wrapped(
        std::string(indent, ' '), indent, indent + 2,
        absl::StrCat(Name(step.relation), step.depth > 1 ? absl::StrCat(" (", step.from, ")") : "",
                     "  ", step.artifact, "  [", step.license, "]"));
  }
  if (view.steps.empty()) output->Line("  nothing");
  if (!view.complete) output->Line("… cut short by --limit: more follows");
}

}  // namespace lineage
