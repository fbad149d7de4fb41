// Artifacts of the built-in catalogue by the names that people say: tests/data/spoken_names.tsv.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/yaml.h"
#include "engine/engine.h"

namespace lineage {
namespace {

// What a name is taken for, or else what is suggested first.
std::vector<std::string> Meant(const Engine& engine, absl::string_view name) {
  const absl::StatusOr<std::string> id = engine.Resolve(name);
  if (id.ok()) return {*id};
  std::string message(id.status().message());
  for (const absl::string_view lead : {"did you mean ", "may mean "}) {
    const std::size_t at = message.find(std::string(lead));
    if (at == std::string::npos) continue;
    const std::string list = message.substr(at + lead.size());
    std::vector<std::string> ids =
        lead[0] == 'd'
            ? absl::StrSplit(list.substr(0, list.find('?')), " or ")
            : std::vector<std::string>(absl::StrSplit(list.substr(0, list.find(": ")), ", "));
    if (ids.size() > 3) ids.resize(3);
    return ids;
  }
  return {};
}

TEST(SpokenNames, AreResolvedOrSuggested) {
  const auto engine = Engine::Open({});
  ASSERT_TRUE(engine.ok()) << engine.status();
  int rows = 0;
  const absl::StatusOr<std::string> text =
      ReadFile(std::string(LINEAGE_TEST_DATA) + "/data/spoken_names.tsv");
  ASSERT_TRUE(text.ok()) << text.status();
  for (const absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    if (line[0] == '#') continue;
    const std::vector<std::string> row = absl::StrSplit(line, '\t');
    ASSERT_EQ(row.size(), 2U) << line;
    const std::vector<std::string> wanted = absl::StrSplit(row[1], ' ');
    const std::vector<std::string> meant = Meant(**engine, row[0]);
    const bool found = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& id) {
      return std::find(meant.begin(), meant.end(), id) != meant.end();
    });
    ++rows;
    EXPECT_TRUE(found) << row[0] << " means " << row[1] << "\n  and is taken for "
                       << (meant.empty() ? "nothing" : absl::StrJoin(meant, ", "));
  }
  EXPECT_GE(rows, 120);
}

}  // namespace
}  // namespace lineage
