// Compatibility of licences: rules on small licences, well-known pairs, and agreement with the
// lawyers' published matrix.
#include "engine/permission/compatibility.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "engine/catalog/archive.h"
#include "tests/support.h"

namespace lineage {
namespace {

const LicenseTable& Table() {
  static const auto* const kTable =
      new LicenseTable(std::make_shared<const Catalog>(*LoadBuiltinCatalog()));
  return *kTable;
}

Compatibility Ask(const std::string& from, const std::string& to,
                  CompareStep step = CompareStep::kFineTune) {
  return CompatibilityOf(Table(), Table().Bind(from), Table().Bind(to), step);
}

struct Case {
  const char* from;
  const char* to;
  CompatibilityAnswer answer;
  const char* section;  // of the clause that decides; empty: not looked at
  CompareStep step = CompareStep::kFineTune;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.from << " into " << c.to; }

class KnownPair : public ::testing::TestWithParam<Case> {};

TEST_P(KnownPair, IsDecidedByItsClause) {
  const Compatibility result = Ask(GetParam().from, GetParam().to, GetParam().step);
  EXPECT_EQ(result.answer, GetParam().answer)
      << GetParam().from << " -> " << GetParam().to << ": " << result.reason;
  if (*GetParam().section != '\0') {
    EXPECT_EQ(result.section, GetParam().section) << result.reason;
  }
}

constexpr CompatibilityAnswer kYes = CompatibilityAnswer::kYes;
constexpr CompatibilityAnswer kNo = CompatibilityAnswer::kNo;
constexpr CompatibilityAnswer kUnknown = CompatibilityAnswer::kUnknown;
constexpr CompatibilityAnswer kDepends = CompatibilityAnswer::kDepends;

INSTANTIATE_TEST_SUITE_P(
    Licenses, KnownPair,
    ::testing::Values(
        Case{"MIT", "GPL-2.0-only", kYes, ""}, Case{"GPL-2.0-only", "MIT", kNo, "2(b)"},
        Case{"GPL-2.0-only", "GPL-3.0-only", kNo, "2(b)"},
        Case{"GPL-2.0-or-later", "GPL-3.0-only", kYes, ""},
        Case{"GPL-2.0-only", "GPL-2.0-or-later", kNo, ""},
        Case{"Apache-2.0", "GPL-2.0-only", kNo, "3"}, Case{"Apache-2.0", "GPL-3.0-only", kYes, ""},
        Case{"Apache-2.0", "LGPL-2.1-only", kNo, "3"},
        Case{"BSD-4-Clause", "GPL-3.0-only", kNo, "3"},
        Case{"BSD-3-Clause", "AGPL-3.0-only", kYes, ""}, Case{"MPL-2.0", "GPL-2.0-only", kYes, ""},
        Case{"MPL-1.1", "GPL-2.0-only", kNo, ""}, Case{"LGPL-2.1-only", "GPL-3.0-only", kYes, ""},
        Case{"LGPL-3.0-only", "GPL-2.0-only", kNo, ""},
        Case{"GPL-3.0-only", "AGPL-3.0-only", kDepends, ""},
        Case{"AGPL-3.0-only", "GPL-3.0-only", kDepends, ""},
        Case{"GPL-3.0-only", "GPL-3.0-only AND AGPL-3.0-only", kYes, ""},
        Case{"GPL-3.0-only", "GPL-3.0-only AND CC-BY-NC-4.0", kNo, ""},
        Case{"GPL-3.0-only", "GPL-3.0-only OR CC-BY-4.0", kNo, ""}, Case{"EPL-1.0", "GPL-3.0-only", kNo, ""},
        Case{"CDDL-1.0", "GPL-2.0-only", kNo, ""}, Case{"CC-BY-SA-3.0", "CC-BY-SA-4.0", kYes, ""},
        Case{"CC-BY-SA-4.0", "CC-BY-SA-3.0", kNo, ""},
        Case{"CC-BY-SA-4.0", "GPL-3.0-only", kYes, ""},
        Case{"GPL-3.0-only", "CC-BY-SA-4.0", kNo, ""}, Case{"CC-BY-NC-4.0", "MIT", kNo, ""},
        Case{"CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", kYes, ""},
        Case{"CC-BY-ND-4.0", "CC-BY-4.0", kNo, ""}, Case{"CC-BY-4.0", "MIT", kYes, ""},
        Case{"LicenseRef-llama-2", "Apache-2.0", kNo,
             "1.b.iv; acceptable use policy, introduction"},
        Case{"LicenseRef-bigscience-bloom-rail-1.0", "Apache-2.0", kNo, ""},
        Case{"Apache-2.0", "LicenseRef-bigscience-bloom-rail-1.0", kYes, ""},
        Case{"LicenseRef-hub-other", "MIT", kUnknown, ""}, Case{"MIT", "no-such-licence", kUnknown, ""},
        // Expressions.
        Case{"GPL-2.0-only OR MIT", "Apache-2.0", kYes, ""},
        Case{"GPL-2.0-only AND MIT", "Apache-2.0", kNo, ""},
        Case{"GPL-2.0-only", "MIT OR GPL-2.0-only", kNo, ""},
        Case{"GPL-2.0-only", "MIT AND GPL-2.0-only", kYes, ""},
        Case{"GPL-2.0-only WITH Classpath-exception-2.0", "MIT", kNo, ""},
        Case{"GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", kYes, ""},
        Case{"GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0", kNo, ""},
        Case{"MIT", "MIT", kYes, ""}, Case{"BSD-3-Clause", "Apache-2.0", kYes, ""},
        Case{"CC-BY-NC-4.0", "CC-BY-NC-4.0", kYes, ""},
        Case{"CC-BY-ND-4.0", "CC-BY-ND-4.0", kNo, ""},
        Case{"CC-BY-ND-4.0", "CC-BY-ND-4.0", kYes, "", CompareStep::kCopy},
        Case{"CC-BY-4.0", "LicenseRef-bigscience-openrail-m", kYes, ""},
        Case{"CC-BY-4.0", "LicenseRef-bigscience-openrail-m", kNo, "", CompareStep::kCopy},
        Case{"CC-BY-4.0", "GPL-3.0-only", kYes, ""}, Case{"CC-BY-4.0", "CC-BY-NC-4.0", kYes, ""},
        Case{"CC-BY-NC-4.0", "LicenseRef-bigscience-openrail-m", kNo, ""},
        Case{"CC-BY-SA-4.0", "GPL-3.0-or-later", kNo, ""},
        Case{"LicenseRef-llama-2", "LicenseRef-llama-3", kNo, ""},
        Case{"MPL-2.0-no-copyleft-exception", "GPL-3.0-only", kNo, ""},
        Case{"EPL-2.0", "GPL-2.0-only", kDepends, ""}, Case{"MS-PL", "GPL-3.0-only", kNo, ""},
        Case{"LPPL-1.3c", "GPL-3.0-only", kNo, ""},
        Case{"CC-BY-SA-4.0", "Apache-2.0", kYes, "", CompareStep::kBundle},
        Case{"CC-BY-SA-4.0", "Apache-2.0", kYes, "", CompareStep::kData}));

TEST(Compatibility, AgreesWithTheMatrixOfOsadl) {
  std::ifstream in(absl::StrCat(LINEAGE_TEST_DATA, "/compatibility/osadl.txt"));
  ASSERT_TRUE(in);
  std::vector<std::string> parts;
  std::string line;
  // Why each of these differs: docs/compatibility.md.
  std::ifstream documented(absl::StrCat(LINEAGE_TEST_DATA, "/../docs/compatibility.md"));
  std::set<std::string> on_purpose;
  while (std::getline(documented, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, " | ");
    if (cells.size() < 3 || !absl::StartsWith(line, "| `")) continue;
    for (const absl::string_view to : absl::StrSplit(cells[1], ", ")) {
      on_purpose.insert(absl::StrCat(absl::StrReplaceAll(cells[0].substr(2), {{"`", ""}}), " -> ",
                                     absl::StrReplaceAll(to, {{"`", ""}})));
    }
  }
  int decided = 0;
  std::set<std::string> different;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> words = absl::StrSplit(line, ' ');
    // An underscore stands for a space in a name.
    for (std::string& word : words) word = absl::StrReplaceAll(word, {{"_", " "}});
    if (parts.empty()) {
      parts = words;
      continue;
    }
    ASSERT_EQ(words.size(), 2u);
    ASSERT_EQ(words[1].size(), parts.size()) << words[0];
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const char verdict = words[1][i];
      if (verdict != 'Y' && verdict != 'N' && verdict != '=') continue;
      ++decided;
      const CompatibilityAnswer ours = Ask(parts[i], words[0], CompareStep::kMerge).answer;
      const CompatibilityAnswer theirs = verdict == 'N' ? kNo : kYes;
      if (ours != theirs) different.insert(absl::StrCat(parts[i], " -> ", words[0]));
    }
  }
  EXPECT_GT(decided, 1500);
  const double agreement = 1.0 - static_cast<double>(different.size()) / decided;
  EXPECT_GE(agreement, 0.975) << different.size() << " of " << decided << " differ";
  RecordProperty("decided", decided);
  RecordProperty("different", static_cast<int>(different.size()));
  for (const std::string& pair : different) {
    EXPECT_TRUE(on_purpose.contains(pair)) << pair << " differs and is not explained";
  }
  for (const std::string& pair : on_purpose) {
    EXPECT_TRUE(different.contains(pair)) << pair << " is explained and does not differ";
  }
}

}  // namespace
}  // namespace lineage
