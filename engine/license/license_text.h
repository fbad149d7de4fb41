// Recognises a licence by its text.
//
// Method: resemblance and containment of documents (Broder, 1997). A text is taken as the set of
// its runs of three words ("shingles"); two sets are compared through their smallest hashes. So the
// catalogue can know a text without holding it.
#ifndef LINEAGE_ENGINE_LICENSE_LICENSE_TEXT_H_
#define LINEAGE_ENGINE_LICENSE_LICENSE_TEXT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/license/license_table.h"
#include "engine/model/license.h"

namespace lineage {

// Hashes kept of a text: the estimate of a resemblance of 0.9 is off by 0.02 (one deviation).
inline constexpr std::size_t kSketchSize = 256;
// From this resemblance on, a text is the licence.
inline constexpr double kRecognizedFrom = 0.9;

// Words are runs of letters and digits in lower case; lines with a copyright notice are left out.
// Cost: O(n log n).
[[nodiscard]] TextSketch SketchOf(absl::string_view text);

// Of the sets of shingles; from 0 to 1. Cost: O(kSketchSize).
[[nodiscard]] double Resemblance(const TextSketch& a, const TextSketch& b);

struct TextMatch {
  LicenseIndex license;
  double score = 0;  // Resemblance
};

// The licences whose text is at least half the same, best first, then by id.
// Cost: O(texts of the catalogue).
[[nodiscard]] std::vector<TextMatch> RecognizeText(const TextSketch& sketch,
                                                   const LicenseTable& table);

// The hashes in base64, and back; nothing if the text is no sketch.
[[nodiscard]] std::string SketchText(const TextSketch& sketch);
[[nodiscard]] std::optional<TextSketch> ParseSketch(uint32_t shingles, absl::string_view text);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_LICENSE_LICENSE_TEXT_H_
