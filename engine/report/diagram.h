// Derivation diagrams: Graphviz DOT, Mermaid, and pictures made by Graphviz.
#ifndef LINEAGE_ENGINE_REPORT_DIAGRAM_H_
#define LINEAGE_ENGINE_REPORT_DIAGRAM_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/stop.h"
#include "engine/model/views.h"

namespace lineage {

// Parents stand above children. Verdicts are shown by a word and a line style as well as by colour
// (Okabe and Ito's palette), so that the drawing reads in black and white. No URL, image or HTML is
// ever emitted from data.
//
// Boxes are drawn around what belongs together: one organisation's artifacts, or one release line's
// checkpoints (by checkpoint_of).
enum class Grouping { kNone, kOrganization, kRelease };
[[nodiscard]] std::string ToDot(const GraphView& view, Grouping grouping = Grouping::kNone);
[[nodiscard]] std::string ToMermaid(const GraphView& view, Grouping grouping = Grouping::kNone);
// GraphML (graphml.graphdrawing.org) with the same facts as attributes.
[[nodiscard]] std::string ToGraphMl(const GraphView& view);

// Runs Graphviz on `dot` as a child process under limits of time and memory, until `stop` asks for
// an end. The child sees standard input and output and nothing else that is open here. `format` is
// svg, png or pdf. Errors: UNAVAILABLE if Graphviz is not installed, DEADLINE_EXCEEDED, INTERNAL if
// it fails.
[[nodiscard]] absl::StatusOr<std::string> RunGraphviz(absl::string_view dot,
                                                      absl::string_view format, const Stop& stop);
// The same for at most half a minute.
[[nodiscard]] absl::StatusOr<std::string> RunGraphviz(absl::string_view dot,
                                                      absl::string_view format);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_REPORT_DIAGRAM_H_
