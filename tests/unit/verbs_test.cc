// What holds for every verb of the table: whoever adds one is told here what was forgotten.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tools/cli/command_line.h"
#include "tools/cli/verb_table.h"

namespace lineage {
namespace {

struct Result {
  int status = 0;
  std::string out;
  std::string err;
};

Result RunCli(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"lineage-cli"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  CommandLine command_line;
  std::ostringstream out;
  std::ostringstream err;
  const std::optional<int> done =
      command_line.Parse(static_cast<int>(argv.size()), argv.data(), out, err);
  const int status = done ? *done : command_line.Run(out, err);
  return {status, out.str(), err.str()};
}

// The words of an example, as a shell would split them.
std::vector<std::string> WordsOf(const std::string& text) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0 ? c == quote : c == '\'' || c == '"') {
      quote = quote == 0 ? c : 0;
    } else if (c == ' ' && quote == 0) {
      in_word = false;
      continue;
    } else {
      if (!in_word) words.emplace_back();
      in_word = true;
      words.back().push_back(c);
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
  }
  EXPECT_EQ(quote, 0) << "a quote is not closed: " << text;
  return words;
}

std::string ReadManual() {
  std::stringstream text;
  text << std::ifstream(absl::StrCat(LINEAGE_TEST_DATA, "/../docs/cli.md")).rdbuf();
  return text.str();
}

// The rows of the tables in docs/cli.md: by verb, the heading above and the cells.
struct Row {
  std::string heading;
  std::string formats;
};

std::map<std::string, Row> ManualRows() {
  std::map<std::string, Row> rows;
  std::string heading;
  for (const absl::string_view line : absl::StrSplit(ReadManual(), '\n')) {
    if (absl::StartsWith(line, "### ")) heading = std::string(absl::StripPrefix(line, "### "));
    if (!absl::StartsWith(line, "| `")) continue;
    // A bar in a cell is written \|.
    const std::string plain = absl::StrReplaceAll(line, {{"\\|", "/"}});
    const std::vector<std::string> cells = absl::StrSplit(plain, '|');
    const std::vector<std::string> quoted = absl::StrSplit(cells[1], '`');
    if (cells.size() != 5 || quoted.size() < 2) continue;
    // The verb is in small letters; operands and flags follow.
    std::vector<std::string> name;
    for (const absl::string_view word : absl::StrSplit(quoted[1], ' ')) {
      const bool verb = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return c == '-' || absl::ascii_islower(static_cast<unsigned char>(c));
      });
      if (!verb || absl::StartsWith(word, "-")) break;
      name.emplace_back(word);
    }
    rows[absl::StrJoin(name, " ")] = {heading, std::string(absl::StripAsciiWhitespace(cells[3]))};
  }
  return rows;
}

// "list, sarif": the words of the column -o; `document` and `list` are defined above the tables.
std::vector<Format> FormatsIn(const std::string& cell) {
  std::vector<Format> formats;
  for (const absl::string_view word : absl::StrSplit(cell, ", ", absl::SkipEmpty())) {
    const std::vector<Format> more = word == "document" ? DocumentFormats()
                                     : word == "list"   ? ListFormats()
                                                        : std::vector<Format>();
    formats.insert(formats.end(), more.begin(), more.end());
    if (const auto one = FindByName<Format>(word)) formats.push_back(*one);
  }
  return formats;
}

TEST(Verbs, AreCalledAsTheirFilesAre) {
  std::set<std::string> names;
  for (const VerbFile& file : VerbFiles()) {
    const std::string name = file.make()->info().name;
    EXPECT_EQ(std::string(file.name), absl::StrReplaceAll(name, {{" ", "_"}, {"-", "_"}})) << name;
    EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
  }
  EXPECT_GT(names.size(), 40u);
  for (const std::string& name : names) {
    const std::vector<std::string> words = absl::StrSplit(name, ' ');
    EXPECT_LE(words.size(), 2u) << name;
    if (words.size() != 2) continue;
    EXPECT_TRUE(names.contains(words[0])) << name << " has no family";
  }
}

TEST(Verbs, HaveHelp) {
  for (const VerbFile& file : VerbFiles()) {
    const std::unique_ptr<Verb> verb = file.make();
    const VerbInfo& info = verb->info();
    ASSERT_FALSE(info.summary.empty()) << info.name;
    EXPECT_NE(info.summary.back(), '.') << info.name << ": a summary is no sentence";
    std::vector<std::string> words = absl::StrSplit(info.name, ' ');
    words.emplace_back("--help");
    const Result help = RunCli(words);
    EXPECT_EQ(help.status, kExitYes) << info.name << help.err;
    EXPECT_TRUE(absl::StrContains(help.out, "Usage: lineage-cli " + info.name)) << help.out;
    if (verb->is_family()) continue;
    EXPECT_FALSE(info.examples.empty()) << info.name << " has no example";
    EXPECT_TRUE(absl::StrContains(help.out, "Prints (-o): ")) << info.name;
    for (const Example& example : info.examples) {
      EXPECT_TRUE(absl::StrContains(help.out, example.arguments)) << info.name;
      EXPECT_FALSE(example.shows.empty()) << example.arguments;
    }
    words.pop_back();
    words.insert(words.begin(), "help");
    EXPECT_EQ(RunCli(words).out, help.out) << "help VERB and VERB --help differ";
  }
}

TEST(Verbs, HaveExamplesThatParse) {
  for (const VerbFile& file : VerbFiles()) {
    const std::unique_ptr<Verb> verb = file.make();
    for (const Example& example : verb->info().examples) {
      const std::vector<std::string> words = WordsOf(example.arguments);
      std::vector<const char*> argv = {"lineage-cli"};
      for (const std::string& word : words) argv.push_back(word.c_str());
      CommandLine command_line;
      std::ostringstream out;
      std::ostringstream err;
      const auto done = command_line.Parse(static_cast<int>(argv.size()), argv.data(), out, err);
      ASSERT_EQ(done, std::nullopt) << example.arguments << "\n" << err.str();
      EXPECT_EQ(command_line.chosen()->info().name, verb->info().name) << example.arguments;
    }
  }
}

// Examples that ask nothing but the built-in catalogue are asked: a name that is gone, or a flag
// that is refused, would mislead whoever tries them.
TEST(Verbs, HaveExamplesThatAnswer) {
  int asked = 0;
  for (const VerbFile& file : VerbFiles()) {
    const std::unique_ptr<Verb> verb = file.make();
    if (verb->info().needs < Needs::kAnswers || verb->info().name == "watch") continue;
    for (const Example& example : verb->info().examples) {
      // Files and revisions of the reader's own; Graphviz.
      const auto has = [&](const char* what) { return absl::StrContains(example.arguments, what); };
      if (has("LICENSE") || has(".yaml") || has("--since") || has("--text") || has("svg")) continue;
      std::vector<std::string> words = WordsOf(example.arguments);
      words.insert(words.end(), {"--store", "", "--as-of", "2026-11-01"});
      const Result result = RunCli(words);
      EXPECT_TRUE(result.status == kExitYes || result.status == kExitNo ||
                  result.status == kExitOpen)
          << example.arguments << ": " << result.status << " " << result.err;
      EXPECT_NE(result.out, "") << example.arguments;
      ++asked;
    }
  }
  EXPECT_GT(asked, 25);
}

TEST(Verbs, StandInTheManualWithTheirFormats) {
  const std::map<std::string, Row> rows = ManualRows();
  std::set<std::string> names;
  for (const VerbFile& file : VerbFiles()) {
    const std::unique_ptr<Verb> verb = file.make();
    const VerbInfo& info = verb->info();
    if (verb->is_family() || info.hidden) continue;
    names.insert(info.name);
    const auto row = rows.find(info.name);
    ASSERT_NE(row, rows.end()) << info.name << " has no row in docs/cli.md";
    const auto family = info.name.substr(0, info.name.find(' '));
    EXPECT_EQ(row->second.heading, Name(info.group)) << info.name;
    EXPECT_EQ(FormatsIn(row->second.formats), info.formats)
        << info.name << ": docs/cli.md says it prints " << row->second.formats;
  }
  for (const auto& [name, row] : rows) {
    EXPECT_TRUE(row.heading.empty() || names.contains(name))
        << "docs/cli.md has a row for " << name << ", which is no verb";
  }
}

TEST(Verbs, RefuseFormatsThatTheyDoNotPrint) {
  EXPECT_EQ(RunCli({"check", "mpt-7b", "use", "-o", "sarif"}).status, kExitUsage);
  EXPECT_TRUE(absl::StrContains(RunCli({"export", "-o", "table"}).err,
                                "-o table does not go with export: use yaml, json, csv, "
                                "cyclonedx, spdx"));
  EXPECT_EQ(RunCli({"completion", "bash", "-o", "json"}).status, kExitUsage);
}

TEST(Verbs, RefuseAHypothesisThatTheyWouldNotLookAt) {
  for (const char* verb : {"version", "export", "claim list", "license list", "store stats"}) {
    std::vector<std::string> words = absl::StrSplit(verb, ' ');
    words.insert(words.end(), {"--with", "mpt-7b licensed_under MIT"});
    const Result result = RunCli(words);
    EXPECT_EQ(result.status, kExitUsage) << verb;
    EXPECT_TRUE(absl::StrContains(result.err, "--with and --without do not go with")) << result.err;
  }
}

TEST(Rights, StandAsOperandsOrInFor) {
  const std::vector<std::vector<std::string>> questions = {
      {"why", "mpt-7b-chat"},
      {"check", "mpt-7b-chat"},
      {"repair", "mpt-7b-chat"},
      {"graph", "mpt-7b-chat"},
      {"whatif", "mpt-7b-chat", "--with", "mpt-7b-chat licensed_under MIT"},
      {"impact", "--with", "mpt-7b-chat licensed_under MIT"},
      {"diff", "mpt-7b-chat", "--stances", "cautious..permissive"}};
  for (const std::vector<std::string>& question : questions) {
    const auto ask = [&](const std::vector<std::string>& before,
                         const std::vector<std::string>& after) {
      std::vector<std::string> words = {question[0]};
      words.insert(words.end(), {"--as-of", "2026-11-01", "-o", "json"});
      words.insert(words.end(), before.begin(), before.end());
      words.insert(words.end(), question.begin() + 1, question.end());
      words.insert(words.end(), after.begin(), after.end());
      return RunCli(words);
    };
    const std::string verb = question[0];
    // Before the artifact too: --for takes one word.
    const Result flag = ask({"--for", "commercial-use"}, {});
    EXPECT_NE(flag.status, kExitUsage) << verb << flag.err;
    EXPECT_EQ(ask({}, {"--for", "commercial-use"}).out, flag.out) << verb;
    EXPECT_NE(ask({}, {"--for", "distill"}).out, flag.out) << verb << " does not look at the right";
    const bool trailing = question.size() == 2 || verb == "diff";
    const std::vector<std::string> operand = {"commercial-use"};
    if (trailing) {
      EXPECT_EQ(ask({}, operand).out, flag.out) << verb;
    }
    const Result wrong = ask({}, {"--for", "comercial-use"});
    EXPECT_EQ(wrong.status, kExitUsage) << verb;
    EXPECT_TRUE(absl::StrContains(wrong.err, "commercial-use")) << wrong.err;
    if (verb != "graph") {
      EXPECT_EQ(ask({}, {"--for", "use,modify"}).out,
                ask({}, {"--for", "use", "--for", "modify"}).out)
          << verb;
    }
  }
  EXPECT_EQ(RunCli({"whatif", "mpt-7b-chat", "use", "--as-of", "2026-11-01", "--with",
                    "mpt-7b-chat licensed_under MIT"})
                .out,
            RunCli({"whatif", "mpt-7b-chat", "--for", "use", "--as-of", "2026-11-01", "--with",
                    "mpt-7b-chat licensed_under MIT"})
                .out);
  EXPECT_EQ(RunCli({"repair", "mpt-7b-chat"}).status, kExitUsage);
  EXPECT_EQ(RunCli({"check", "mpt-7b-chat"}).status, kExitUsage);
  EXPECT_EQ(RunCli({"graph", "mpt-7b-chat", "use", "modify"}).status, kExitUsage);
  EXPECT_EQ(RunCli({"why", "mpt-7b-chat", "--for", ","}).status, kExitUsage);
}

}  // namespace
}  // namespace lineage
