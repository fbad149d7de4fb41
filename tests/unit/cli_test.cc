#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support.h"
#include "tools/cli/command_line.h"
#include "tools/cli/commands.h"
#include "tools/cli/diagram.h"

namespace lineage {
namespace {

struct Result {
  int status = 0;
  std::string out;
  std::string err;
};

Result RunCli(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "lineage-cli");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  CommandLine command;
  const auto parser = MakeParser(&command);
  Result result;
  bool done = false;
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  result.status = ParseCommandLine(parser.get(), static_cast<int>(argv.size()), argv.data(), &done);
  result.err = ::testing::internal::GetCapturedStderr();
  result.out = ::testing::internal::GetCapturedStdout();
  if (done) return result;
  std::ostringstream out;
  std::ostringstream err;
  result.status = RunCommand(command, *parser, out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

// A pack with names that try to break out of every output.
std::string HostilePack() {
  const std::string path = absl::StrCat(::testing::TempDir(), "/hostile.yaml");
  std::ofstream(path)
      << "artifacts:\n"
         "  - id: 'evil/\"];x[label=\\N<b>|#;'\n"
         "    kind: checkpoint\n"
         "    name: \"\\e[31mred\\e[0m\"\n"
         "    claims:\n"
         "      - {license_as_found: \"=cmd()|'x'!A1 \\\"quoted\\\"\", source: {kind: press, by: "
         "\"\\e]0;title\\a\", said: 2024-01-01, document: \"javascript:alert(1)\"}}\n";
  return path;
}

TEST(Cli, ExitStatusTellsTheVerdict) {
  const std::string pack = absl::StrCat(::testing::TempDir(), "/pack.yaml");
  std::ofstream(pack)
      << "licenses:\n"
      << testing::LicenseYaml("LicenseRef-t-nc",
                              "commercial-use: {answer: prohibited, section: '1', says: no}")
      << "artifacts:\n  - id: t/x\n    kind: checkpoint\n    claims: [{license: LicenseRef-t-nc, "
      << testing::SourceYaml() << "}]\n"
      << "  - {id: t/y, kind: checkpoint}\n";
  const std::vector<std::string> base = {"--no-builtin", "--catalog", pack};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), base.begin(), base.end());
    return RunCli(more);
  };
  EXPECT_EQ(with({"check", "t/x", "--for", "use"}).status, kExitYes);
  EXPECT_EQ(with({"check", "t/x", "--for", "commercial-use"}).status, kExitNo);
  EXPECT_EQ(with({"check", "t/x", "--for", "commercial-use", "--no-fail"}).status, kExitYes);
  EXPECT_EQ(with({"check", "t/y", "--for", "use"}).status, kExitOpen);
  EXPECT_EQ(with({"check", "t/z", "--for", "use"}).status, kExitNotFound);
  EXPECT_EQ(with({"why", "t/x"}).status, kExitYes);
  EXPECT_EQ(with({"check", "t/x", "--for", "comercial-use"}).status, kExitUsage);
  EXPECT_EQ(with({"path", "t/x", "t/y"}).status, kExitNo);
  EXPECT_EQ(with({"audit"}).status, kExitYes) << "warnings are no errors";
}

TEST(Cli, SuggestsWhatWasMeant) {
  const Result flag = RunCli({"why", "mpt-7b", "--stnace", "cautious"});
  EXPECT_EQ(flag.status, kExitUsage);
  EXPECT_TRUE(absl::StrContains(flag.err, "--stance")) << flag.err;
  EXPECT_EQ(RunCli({"wy", "mpt-7b"}).status, kExitUsage);
  const Result right = RunCli({"check", "mpt-7b", "--for", "comercial-use"});
  EXPECT_TRUE(absl::StrContains(right.err, "commercial-use")) << right.err;
  EXPECT_EQ(RunCli({"why", "mpt-7b", "--purpose", "millitary"}).status, kExitUsage);
  EXPECT_EQ(RunCli({"why", "mpt-7b", "--as-of", "yesterday"}).status, kExitUsage);
  EXPECT_EQ(RunCli({"why", "mpt-7b", "--mau", "many"}).status, kExitUsage);
  EXPECT_EQ(RunCli({"why", "mpt-7b", "-o", "svg"}).status, kExitUsage);
  EXPECT_EQ(RunCli({}).status, kExitUsage);
}

TEST(Cli, JsonHasWhatItPromises) {
  const Result result = RunCli({"why", "mosaicml/mpt-7b-instruct", "-o", "json"});
  ASSERT_EQ(result.status, kExitYes) << result.err;
  const nlohmann::json json = nlohmann::json::parse(result.out);
  for (const char* key : {"artifact", "as_of", "stance", "complete", "class", "verdicts", "claims",
                          "disputed", "findings", "remedies"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  ASSERT_EQ(json["verdicts"].size(), 10u);
  for (const char* key :
       {"right", "verdict", "by_stance", "duties", "missing_context", "because"}) {
    EXPECT_TRUE(json["verdicts"][0].contains(key)) << key;
  }
  for (const char* key : {"license", "section", "term", "path", "source"}) {
    EXPECT_TRUE(json["verdicts"][0]["because"][0].contains(key)) << key;
  }
}

TEST(Cli, CheckAgreesWithWhy) {
  for (const char* artifact : {"mosaicml/mpt-7b-instruct", "lmsys/vicuna-13b-v1.5",
                               "tatsu-lab/alpaca-7b", "bigscience/bloom"}) {
    const nlohmann::json why = nlohmann::json::parse(RunCli({"why", artifact, "-o", "json"}).out);
    for (const auto& verdict : why["verdicts"]) {
      const nlohmann::json check = nlohmann::json::parse(
          RunCli({"check", artifact, "--for", verdict["right"].get<std::string>(), "-o", "json"})
              .out);
      EXPECT_EQ(check["verdict"], verdict["verdict"]) << artifact << " " << verdict["right"];
    }
  }
}

TEST(Cli, EscapesTextFromData) {
  const std::string pack = HostilePack();
  const std::string id = "evil/\"];x[label=\\N<b>|#;";
  for (const char* verb : {"why", "show", "upstream"}) {
    const Result result = RunCli({verb, id, "--no-builtin", "--catalog", pack});
    EXPECT_EQ(result.status, kExitYes) << result.err;
    EXPECT_FALSE(absl::StrContains(result.out, "\x1b")) << verb;
    EXPECT_FALSE(absl::StrContains(result.out, "\a")) << verb;
  }
  const Result dot = RunCli({"graph", id, "--no-builtin", "--catalog", pack});
  ASSERT_EQ(dot.status, kExitYes) << dot.err;
  EXPECT_TRUE(absl::StrContains(dot.out, "evil/\\\"];x[label=\\\\N<b>|#;")) << dot.out;
  EXPECT_FALSE(absl::StrContains(dot.out, "URL=")) << "no links from data";
  const Result mermaid = RunCli({"graph", id, "-o", "mermaid", "--no-builtin", "--catalog", pack});
  EXPECT_FALSE(absl::StrContains(mermaid.out, "evil/\"")) << "the label must not end early";
  EXPECT_FALSE(absl::StrContains(mermaid.out, "<b>"));
  const Result csv = RunCli({"audit", "-o", "csv", "--no-builtin", "--catalog", pack});
  EXPECT_FALSE(absl::StrContains(csv.out, "\n=")) << csv.out;
  EXPECT_FALSE(absl::StrContains(csv.out, ",=")) << csv.out;
}

TEST(Cli, GraphvizDrawsWhatDotSays) {
  const absl::StatusOr<std::string> svg = RunGraphviz("digraph { a -> b }", "svg");
  if (absl::IsUnavailable(svg.status())) GTEST_SKIP() << "Graphviz is not installed";
  ASSERT_TRUE(svg.ok()) << svg.status();
  EXPECT_TRUE(absl::StrContains(*svg, "<svg"));
  EXPECT_FALSE(RunGraphviz("digraph { a -> ", "svg").ok());
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      RunGraphviz("digraph { a -> b }", "svg", absl::ZeroDuration()).status()));
}

TEST(Cli, DoesNotWriteThroughALink) {
  const std::string target = absl::StrCat(::testing::TempDir(), "/lineage-target");
  const std::string link = absl::StrCat(::testing::TempDir(), "/lineage-link");
  std::ofstream(target) << "precious";
  std::filesystem::remove(link);
  std::filesystem::create_symlink(target, link);
  EXPECT_EQ(RunCli({"graph", "mosaicml/mpt-7b", "--to", link}).status, kExitUsage);
  std::stringstream content;
  content << std::ifstream(target).rdbuf();
  EXPECT_EQ(content.str(), "precious");
  EXPECT_EQ(RunCli({"graph", "mosaicml/mpt-7b", "--to", "/dev/full"}).status, kExitEngineFailed);
}

TEST(Cli, GraphSaysWhatItLeavesOut) {
  const Result result = RunCli({"graph", "mosaicml/mpt-7b-instruct", "--max-nodes", "2"});
  ASSERT_EQ(result.status, kExitYes);
  EXPECT_TRUE(absl::StrContains(result.out, " more (raise --max-nodes)"));
  EXPECT_TRUE(absl::StrContains(result.err, "not drawn"));
}

TEST(Cli, LintNamesFileAndLine) {
  const std::string bad = absl::StrCat(::testing::TempDir(), "/bad.yaml");
  std::ofstream(bad) << "artifacts:\n  - {id: o/a, kind: chekpoint}\n";
  const Result result = RunCli({"catalog", "lint", bad});
  EXPECT_EQ(result.status, kExitNo);
  EXPECT_TRUE(absl::StrContains(result.out, "bad.yaml:2:")) << result.out;
  std::ofstream(bad) << "artifacts:\n  - {id: o/a, kind: checkpoint}\n";
  EXPECT_EQ(RunCli({"catalog", "lint", bad}).status, kExitYes);
  EXPECT_EQ(RunCli({"catalog", "lint", "/no/such/file"}).status, kExitNotFound);
}

TEST(Cli, MakesCompletionsAndAManualPage) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Result result = RunCli({"completion", shell});
    EXPECT_EQ(result.status, kExitYes);
    EXPECT_TRUE(absl::StrContains(result.out, "downstream")) << shell;
  }
  EXPECT_EQ(RunCli({"completion", "csh"}).status, kExitUsage);
  EXPECT_TRUE(absl::StrContains(RunCli({"man"}).out, ".TH"));
  EXPECT_TRUE(absl::StrContains(RunCli({"help", "check"}).out, "--for"));
}

}  // namespace
}  // namespace lineage
