// Licences against tables written from their texts: tests/licenses/*.tsv, one a licence. A reviewer can
// read each row beside the text. The format: docs/catalog-format.md.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/text.h"
#include "engine/catalog/loader.h"
#include "engine/engine.h"
#include "engine/license/condition.h"
#include "engine/permission/worth.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;

// What is asked about, and how the licence's terms arrive there.
std::optional<WaySet> WaysFor(absl::string_view as) {
  const Way from_outputs{.form = Form::kFromOutputs, .change = Alteration::kAdapted};
  if (as == "work") return OwnArrivals().general;
  if (as == "derivative")
    return WaySet{Way{.form = Form::kDerivative, .change = Alteration::kAdapted}};
  if (as == "distilled")
    return WaySet{from_outputs, Way{.form = Form::kMade, .change = Alteration::kAdapted}};
  if (as == "outputs") return WaySet{from_outputs};
  if (as == "trained") {
    return WaySet{from_outputs, Way{.form = Form::kMade,
                                    .perhaps_similar = true,
                                    .change = Alteration::kAdapted}};
  }
  return std::nullopt;
}

// "mau=1000 region=DE purpose=a,b competes-with-licensor=yes", or "-".
absl::StatusOr<Context> ContextOf(absl::string_view text) {
  Context context;
  if (text == "-") return context;
  for (const absl::string_view part : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    const std::vector<std::string> words = absl::StrSplit(pair.second, ',');
    double number = 0;
    const bool numeric = absl::SimpleAtod(pair.second, &number);
    const std::map<std::string, std::optional<double>*> numbers = {
        {"mau", &context.monthly_active_users},
        {"revenue", &context.annual_revenue_usd},
        {"attributable", &context.attributable_revenue_usd},
        {"royalty", &context.share_of_royalty}};
    const auto it = numbers.find(pair.first);
    if (it != numbers.end()) {
      if (!numeric) return absl::InvalidArgumentError(absl::StrCat(part, ": no number"));
      *it->second = number;
    } else if (pair.first == "region") {
      context.regions = words;
    } else if (pair.first == "established") {
      context.established_in = words;
    } else if (pair.first == "purpose") {
      context.purposes = words;
    } else if (pair.first == "entity") {
      context.entity = pair.second;
    } else if (pair.second == "yes" || pair.second == "no") {
      context.facts[pair.first] = pair.second == "yes";
    } else {
      return absl::InvalidArgumentError(absl::StrCat(part, ": no key of a context"));
    }
  }
  return context;
}

class Table {
 public:
  explicit Table(const Engine& engine, const License& license)
      : engine_(engine), license_(license), leaf_(engine.licenses().Bind(license.id)) {}

  // "" if the row holds, else what is wrong.
  std::string Check(const std::vector<std::string>& row) {
    const std::optional<WaySet> ways = WaysFor(row[0]);
    if (!ways) return absl::StrCat("\"", row[0], "\" is nothing to be asked about");
    absl::StatusOr<Context> read = ContextOf(row[2]);
    if (read.ok()) read = engine_.Validate(*std::move(read));
    if (!read.ok()) return std::string(read.status().message());
    LicenseWorth worth(engine_.licenses(), *read, UndeclaredPolicy::kUndetermined);
    if (absl::StartsWith(row[1], "duty:")) return CheckDuty(row, *ways, &worth);
    const std::optional<Right> right = FindByName<Right>(row[1]);
    const std::optional<Verdict> expected = FindByName<Verdict>(row[3]);
    if (!right || !expected) return "no right, or no verdict";
    const Verdict actual = worth.OfLeaf(leaf_, *ways, *right);
    if (actual != *expected) return absl::StrCat("is ", Name(actual));
    if (row[4] == "-") return "";
    std::vector<std::string> sections;
    for (const Grant& grant : license_.grants) {
      for (const Way way : *ways) {
        const Verdict value = ValueOf(grant, worth.context(), nullptr);
        const bool arrives = ArrivesBy(grant.scopes, way);
        if (arrives && Answers(license_, grant.rights, value, way, *right) &&
            worth.Of(license_, grant, way, nullptr) == actual) {
          sections.push_back(grant.clause.section);
        }
      }
    }
    for (const std::string& section : sections) {
      if (Shares(section, row[4])) return "";
    }
    ++cited_otherwise_;
    return "";
  }

  // Rows whose answer holds by clauses that the table does not cite.
  [[nodiscard]] std::size_t cited_otherwise() const { return cited_otherwise_; }

 private:
  std::string CheckDuty(const std::vector<std::string>& row, const WaySet& ways,
                        LicenseWorth* worth) const {
    const std::pair<std::string, std::string> what =
        absl::StrSplit(absl::string_view(row[1]).substr(5), absl::MaxSplits('@', 1));
    const std::optional<DutyKind> kind = FindByName<DutyKind>(what.first);
    const std::optional<Trigger> trigger = FindByName<Trigger>(what.second);
    if (!kind || !trigger || (row[3] != "due" && row[3] != "none")) return "no duty, or no answer";
    // A way with a change is about a modified version.
    const bool modified = ways.Any([](const Way& way) {
      return way.change != Alteration::kExact || way.form == Form::kTraining;
    });
    std::vector<std::string> sections;
    for (const Duty& duty : license_.duties) {
      const bool due = *trigger == Trigger::kModification
                           ? duty.on.Has(*trigger)
                           : IsDue(duty.on, TriggerSet{*trigger}, modified);
      if (duty.kind == *kind && due && !worth->DutyWays(leaf_, duty, ways, false).empty()) {
        sections.push_back(duty.clause.section);
      }
    }
    if (sections.empty() != (row[3] == "none"))
      return sections.empty() ? "is not due" : absl::StrCat("is due by ", sections[0]);
    for (const std::string& section : sections) {
      if (row[4] == "-" || Shares(section, row[4])) return "";
    }
    if (!sections.empty()) ++cited_otherwise_;
    return "";
  }

  // Whether two citations have a section in common: "1.b.v; 2" and "2", "Attachment A 1(a)" and
  // "A 1(a)", "2(a)(1)(A)" and "2(a)(1)(B)".
  static bool Shares(const std::string& a, const std::string& b) {
    constexpr absl::string_view kBetween = " ;,.()/";
    for (absl::string_view x : absl::StrSplit(a, absl::ByAnyChar(kBetween), absl::SkipEmpty())) {
      for (absl::string_view y : absl::StrSplit(b, absl::ByAnyChar(kBetween), absl::SkipEmpty())) {
        if (absl::EqualsIgnoreCase(x, y)) return true;
      }
    }
    return false;
  }

  const Engine& engine_;
  const License& license_;
  const BoundExpression leaf_;
  mutable std::size_t cited_otherwise_ = 0;
};

std::vector<fs::path> Tables() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(LINEAGE_TEST_DATA) / "licenses")) {
    if (entry.path().extension() == ".tsv") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(LicenseTables, HoldEveryRow) {
  const absl::StatusOr<std::unique_ptr<Engine>> opened = Engine::Open({});
  ASSERT_TRUE(opened.ok()) << opened.status();
  const Engine* engine = opened->get();
  std::size_t rows = 0;
  std::size_t cited_otherwise = 0;
  for (const fs::path& file : Tables()) {
    const auto index = engine->licenses().Find(file.stem().string());
    ASSERT_TRUE(index) << file << " names no licence";
    Table table(*engine, engine->licenses().Get(*index));
    const absl::StatusOr<std::string> text = ReadFile(file.string());
    ASSERT_TRUE(text.ok()) << text.status();
    int line = 0;
    for (const absl::string_view written : absl::StrSplit(*text, '\n')) {
      ++line;
      if (written.empty() || written[0] == '#') continue;
      const std::vector<std::string> row = absl::StrSplit(written, '\t');
      ASSERT_EQ(row.size(), 5U) << file << ":" << line << ": " << written;
      if (row[0] == "as") continue;
      ++rows;
      const std::string problem = table.Check(row);
      EXPECT_EQ(problem, "") << file.filename().string() << ":" << line << ": " << written;
    }
    cited_otherwise += table.cited_otherwise();
  }
  EXPECT_GE(rows, 10'000U);
  // A table may cite the heading where the entry cites the item. Let this number only go down.
  EXPECT_LE(cited_otherwise, 657U);
}

}  // namespace
}  // namespace lineage
