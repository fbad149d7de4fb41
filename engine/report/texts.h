// Parts of sentences that several reports have in common.
#ifndef LINEAGE_ENGINE_REPORT_TEXTS_H_
#define LINEAGE_ENGINE_REPORT_TEXTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/model/explanation.h"

namespace lineage {

// " §4(b)" for a number, " Attachment A" for words, empty for none: to stand after a licence.
[[nodiscard]] std::string SectionText(absl::string_view section);
// "MIT §2" for a number, "MIT Attachment A" for words.
[[nodiscard]] std::string ClauseText(absl::string_view license, absl::string_view section);
// Whether there is anything to say of a gate: a release was asked about, or is held back.
[[nodiscard]] bool HasGate(const Gate& gate);
// What a gate says beside a verdict, in a line: "no: release it under MIT".
[[nodiscard]] std::string GateText(const Gate& gate, Verdict verdict);
// When a duty is due, as far as the answer leaves it open: "if you made this step"; empty if it
// does not.
[[nodiscard]] std::string DutyConditions(const DutyView& duty);
inline constexpr absl::string_view kContestedHeading = "Contested: ship to be safe";

}  // namespace lineage

#endif  // LINEAGE_ENGINE_REPORT_TEXTS_H_
