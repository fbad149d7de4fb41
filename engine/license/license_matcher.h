// Reads licence names as people write them. Never guesses in silence: it says how it read a name,
// and what else it might mean.
#ifndef LINEAGE_ENGINE_LICENSE_LICENSE_MATCHER_H_
#define LINEAGE_ENGINE_LICENSE_LICENSE_MATCHER_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/license/license_table.h"

namespace lineage {

// From this score on a similar name is taken for the licence's, as an inference.
inline constexpr double kSimilarFrom = 0.9;

struct LicenseMatch {
  enum class How : uint8_t {
    kNone,     // fits nothing: see `candidates`
    kName,     // an id, Hub tag, alias, or an SPDX expression of these
    kAddress,  // the address of the licence's text
    kWords,    // the same words and numbers, without "licence", "version" and the like
    kSimilar,  // nearly the same words, exactly the same numbers: an inference
  };
  struct Candidate {
    std::string id;
    double score = 0;
  };

  How how = How::kNone;
  std::string expression;             // SPDX text; empty for kNone
  double score = 0;                   // 1 but for kSimilar and kNone
  std::vector<Candidate> candidates;  // best first, at most three; kNone only
};

// Immutable; thread-safe. Keeps a reference to the table.
class LicenseMatcher {
 public:
  explicit LicenseMatcher(const LicenseTable& table);

  // Numbers and short words ("2.0", "nc", "sa") must agree exactly. "A and B" and "A or B" are read
  // as SPDX's AND and OR if both sides fit. Text of more than 4,096 bytes fits nothing.
  // Cost: O(1) for a known name, else O(licences).
  [[nodiscard]] LicenseMatch Match(absl::string_view text) const;

  [[nodiscard]] const LicenseTable& table() const { return table_; }

 private:
  struct Words {
    std::vector<std::string> words;    // sorted
    std::vector<std::string> numbers;  // sorted
  };
  struct Name {
    Words words;
    LicenseIndex license;
  };
  static Words WordsOf(absl::string_view text);
  static double Similarity(const Words& a, const Words& b);
  [[nodiscard]] LicenseMatch MatchPart(absl::string_view text) const;
  [[nodiscard]] bool MatchParts(absl::string_view text, absl::string_view word,
                                absl::string_view operation, LicenseMatch* match) const;

  const LicenseTable& table_;
  std::vector<Name> names_;
  absl::flat_hash_map<std::string, LicenseIndex> by_words_;  // None: several licences
  absl::flat_hash_map<std::string, LicenseIndex> by_address_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_LICENSE_LICENSE_MATCHER_H_
