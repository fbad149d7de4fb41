#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/base/date.h"
#include "engine/base/text.h"
#include "engine/base/yaml.h"

namespace lineage {
namespace {

TEST(Date, ReadsAndWritesDays) {
  EXPECT_EQ(Date::Parse("2024-02-29")->ToString(), "2024-02-29");
  EXPECT_EQ(Date::Parse("1970-01-01")->days(), 0);
  EXPECT_LT(*Date::Parse("2023-05-30"), *Date::Parse("2023-05-31"));
}

TEST(Date, RefusesWhatIsNoDay) {
  for (const char* text : {"2023-02-29", "2023-13-01", "2023-00-10", "2023-1-1", "23-01-01", "",
                           "2023-01-01T00:00", "abcd-ef-gh", "2023-01"}) {
    EXPECT_FALSE(Date::Parse(text).ok()) << text;
  }
}

TEST(Date, ReadsMonthsAndYearsAsTheirFirstDay) {
  EXPECT_EQ(Date::ParseLenient("2023")->ToString(), "2023-01-01");
  EXPECT_EQ(Date::ParseLenient("2022-02")->ToString(), "2022-02-01");
}

TEST(Interval, HoldsItsFirstDayAndNotItsLast) {
  const Interval interval{*Date::Parse("2023-05-26"), *Date::Parse("2023-05-31")};
  EXPECT_TRUE(interval.Contains(*Date::Parse("2023-05-26")));
  EXPECT_TRUE(interval.Contains(*Date::Parse("2023-05-30")));
  EXPECT_FALSE(interval.Contains(*Date::Parse("2023-05-31")));
  EXPECT_TRUE(Interval().Contains(*Date::Parse("1000-01-01")));
}

TEST(Text, FoldsSpellingsOfOneName) {
  EXPECT_EQ(Fold("Apache License  2.0"), Fold("apache-license_2.0"));
  EXPECT_EQ(Fold(" CC BY-NC 4.0 "), "cc-by-nc-4.0");
  EXPECT_NE(Fold("gpl-3.0"), Fold("gpl-3.0+"));
}

TEST(Text, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(EscapeForTerminal("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(EscapeForTerminal("x\xE2\x80\xAEy"), "x\\u202ey");  // right-to-left override
  EXPECT_EQ(EscapeForTerminal("\xFFz"), "\\xffz");
  EXPECT_EQ(EscapeForTerminal("§4(b) “ok”"), "§4(b) “ok”");
}

TEST(Text, ChecksUtf8) {
  EXPECT_TRUE(IsValidUtf8("π"));
  EXPECT_FALSE(IsValidUtf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(IsValidUtf8("\xE2\x80"));          // cut short
}

TEST(Text, SuggestsNearNames) {
  EXPECT_EQ(NearNames("mpt-7b-instuct", {"mosaicml/mpt-7b-instruct", "tiiuae/falcon-40b"}),
            std::vector<std::string>{"mosaicml/mpt-7b-instruct"});
  EXPECT_TRUE(NearNames("zzzz", {"mosaicml/mpt-7b-instruct"}).empty());
}

TEST(Yaml, ReadsATreeWithPlaces) {
  const absl::StatusOr<YamlNode> root = ParseYaml("a: 1\nb:\n  - x\n  - {c: 'd'}\n", "f.yaml");
  ASSERT_TRUE(root.ok()) << root.status();
  EXPECT_EQ(root->Find("a")->scalar, "1");
  const YamlNode& inner = root->Find("b")->items[1];
  EXPECT_EQ(inner.Find("c")->scalar, "d");
  EXPECT_EQ(inner.line, 4);
}

struct BadYaml {
  const char* name;
  std::string text;
  const char* message;
};

void PrintTo(const BadYaml& bad, std::ostream* out) { *out << bad.name; }

class YamlRefuses : public ::testing::TestWithParam<BadYaml> {};

TEST_P(YamlRefuses, WithAPlaceAndAReason) {
  const absl::StatusOr<YamlNode> root = ParseYaml(GetParam().text, "f.yaml");
  ASSERT_FALSE(root.ok());
  EXPECT_TRUE(absl::IsInvalidArgument(root.status()));
  EXPECT_NE(root.status().message().find("f.yaml"), absl::string_view::npos) << root.status();
  EXPECT_NE(root.status().message().find(GetParam().message), absl::string_view::npos)
      << root.status();
}

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Bad, YamlRefuses,
    ::testing::Values(BadYaml{"Anchor", "a: &x 1\n", "anchors"},
                      BadYaml{"Alias", "a: &x 1\nb: *x\n", "anchors"},
                      BadYaml{"Cycle", "&x [*x]\n", "anchors"},
                      BadYaml{"Bomb", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "anchors"},
                      BadYaml{"Tag", "a: !!python/object x\n", "tags"},
                      BadYaml{"DuplicateKey", "a: 1\na: 2\n", "twice"},
                      BadYaml{"DeepJson", Repeat("[", 100'000), "nested deeper"},
                      BadYaml{"DeepYaml", Repeat("{a: ", 100'000), "nested deeper"},
                      BadYaml{"Nul", std::string("a: \0b\n", 6), "NUL"},
                      BadYaml{"Control", "a: \x01\n", "control"},
                      BadYaml{"BadUtf8", "a: \xFF\xFE\n", "UTF-8"},
                      BadYaml{"TwoDocuments", "a: 1\n---\nb: 2\n", "several"},
                      BadYaml{"Unclosed", "a: [1, 2\n", "well-formed"},
                      BadYaml{"MapAsKey", "{a: 1}: 2\n", "plain word"}),
    [](const auto& test) { return test.param.name; });

TEST(Yaml, AcceptsABomAtTheStartAndCrLf) {
  const absl::StatusOr<YamlNode> root = ParseYaml(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\r\n",
      "f.yaml");
  ASSERT_TRUE(root.ok()) << root.status();
  EXPECT_EQ(root->Find("b")->scalar, "2");
}

TEST(Yaml, RefusesWhatIsTooLarge) {
  YamlLimits limits;
  limits.max_bytes = 10;
  EXPECT_FALSE(ParseYaml("a: 123456789\n", "f.yaml", limits).ok());
}

TEST(ReadFile, RefusesWhatIsNoRegularFile) {
  const std::string folder = ::testing::TempDir();
  EXPECT_TRUE(absl::IsInvalidArgument(ReadFile(folder).status()));
  EXPECT_TRUE(absl::IsNotFound(ReadFile(folder + "/no-such-file").status()));
  const std::string fifo = folder + "/lineage-test-fifo";
  ::unlink(fifo.c_str());
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsInvalidArgument(ReadFile(fifo).status()));  // and does not wait for a writer
  ::unlink(fifo.c_str());
}

}  // namespace
}  // namespace lineage
