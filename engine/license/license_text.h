// Recognises a licence by its text, word for word.
//
// The catalogue knows a text as a number for each of its words. Near texts are found by the
// resemblance of documents (Broder, 1997): the share that both have of the runs of three words. Of
// these a text is *the same* only if every word is accounted for: what one has and the other has
// not may be names, copyright lines, headings, numbers of items, the appendix that tells how to
// apply the licence, and nothing else. Likeness cannot tell that: one "not" is enough.
#ifndef LINEAGE_ENGINE_LICENSE_LICENSE_TEXT_H_
#define LINEAGE_ENGINE_LICENSE_LICENSE_TEXT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/license/license_table.h"
#include "engine/model/license.h"

namespace lineage {

// The words of a text, lower case: without HTML and Markdown, comment marks, copyright lines,
// headings and numbers of items. Cost: linear.
[[nodiscard]] std::vector<std::string> LicenseWords(absl::string_view text);

// The text as the catalogue knows it. Cost: O(n log n).
[[nodiscard]] KnownText KnownTextOf(absl::string_view text);

// Of the sets of runs of three words, estimated from sketches; from 0 to 1.
[[nodiscard]] double Resemblance(const KnownText& a, const KnownText& b);

// Nothing if `words` say what `known` says; else where they differ first, for people: what is
// added, left out or otherwise, after which words.
// Cost: O(n d) for d differing words; many differences end it early.
[[nodiscard]] std::optional<std::string> DifferenceFrom(const KnownText& known,
                                                        const std::vector<std::string>& words);

struct TextMatch {
  LicenseIndex license;
  double score = 0;        // Resemblance
  bool same = false;       // says the same, word for word
  std::string difference;  // unless `same`: see DifferenceFrom
};

// The licences whose text is at least half the same: those that say the same, then best first, then
// by id. Cost: O(texts of the catalogue), and DifferenceFrom for the nearest few.
[[nodiscard]] std::vector<TextMatch> RecognizeText(absl::string_view text,
                                                   const LicenseTable& table);

// For the catalogue's `license_texts`: the words in base64, and back (nothing if it is none).
[[nodiscard]] std::string WordsText(const KnownText& text);
[[nodiscard]] std::optional<KnownText> ParseWords(absl::string_view words, uint32_t terms);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_LICENSE_LICENSE_TEXT_H_
