#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "engine/report/diagram.h"
#include "tests/support.h"
#include "tools/cli/command_line.h"

namespace lineage {
namespace {

struct Result {
  int status = 0;
  std::string out;
  std::string err;
};

Result RunCli(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "lineage-cli");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  CommandLine command_line;
  std::ostringstream out;
  std::ostringstream err;
  const std::optional<int> done =
      command_line.Parse(static_cast<int>(argv.size()), argv.data(), out, err);
  const int status = done ? *done : command_line.Run(out, err);
  return {status, out.str(), err.str()};
}

// A pack with names that try to break out of every output.
std::string HostilePack() {
  const std::string path = absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-hostile.yaml");
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

// A pack with one model that nearly meets the Open Source AI Definition.
std::string NearlyOpenPack() {
  const std::string path = absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-nearly.yaml");
  std::ofstream(path)
      << "sources:\n"
         "  card: {kind: model-card, by: acme, said: 2024-01-01, document: card}\n"
         "artifacts:\n"
         "  - id: acme/m\n"
         "    kind: checkpoint\n"
         "    claims:\n"
         "      - {license: Apache-2.0, source: card}\n"
         "      - {publishes: [final-parameters, inference-code, data-preprocessing-code],"
         " license: Apache-2.0, source: card}\n"
         "      - {publishes: data-card, license: CC-BY-4.0, source: card}\n";
  return path;
}

TEST(Openness, ExitStatusIsTheDefinitionsThatWereAskedFor) {
  const std::string pack = NearlyOpenPack();
  const auto ask = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"openness", "acme/m",  "--catalog",
                                      pack,       "--as-of", "2026-11-01"};
    words.insert(words.end(), more.begin(), more.end());
    return RunCli(words).status;
  };
  EXPECT_EQ(ask({}), kExitYes) << "none was named";
  EXPECT_EQ(ask({"--definition", "open-weights"}), kExitYes);
  EXPECT_EQ(ask({"--definition", "osaid-1.0"}), kExitOpen);
  EXPECT_EQ(ask({"--definition", "open-weights,osaid-1.0"}), kExitOpen) << "the worst counts";
  EXPECT_EQ(ask({"--definition", "osaid-1.0", "--no-fail"}), kExitYes);
  EXPECT_EQ(ask({"--definition", "osaid-1.0", "--with", "acme/m withholds training-code"}),
            kExitNo);
  EXPECT_EQ(ask({"--definition", "open"}), kExitUsage);
  EXPECT_EQ(
      RunCli({"openness", "datasets/databricks/databricks-dolly-15k", "--definition", "osaid-1.0"})
          .status,
      kExitUsage)
      << "it is about models";
}

TEST(Openness, WhatItSaysWouldSettleItDoes) {
  const std::string pack = NearlyOpenPack();
  const Result before = RunCli({"openness", "acme/m", "--catalog", pack, "--definition",
                                "osaid-1.0", "--as-of", "2026-11-01", "-o", "json"});
  const auto document = nlohmann::json::parse(before.out);
  const auto& missing = document.at("definitions").at(0).at("missing");
  ASSERT_EQ(missing.size(), 1u) << before.out;
  const std::string settle = missing.at(0).at("settle");
  EXPECT_EQ(settle, "acme/m publishes training-code, under Apache-2.0");
  for (const std::string& with :
       {settle, std::string("acme/m publishes training-code under MIT")}) {
    EXPECT_EQ(RunCli({"openness", "acme/m", "--catalog", pack, "--definition", "osaid-1.0",
                      "--as-of", "2026-11-01", "--with", with})
                  .status,
              kExitYes)
        << with;
  }
  EXPECT_EQ(RunCli({"openness", "acme/m", "--catalog", pack, "--with", "acme/m under MIT"}).status,
            kExitUsage)
      << "nothing is published before";
  EXPECT_EQ(RunCli({"openness", "acme/m", "--catalog", pack, "--with", "acme/m publishes trainng"})
                .status,
            kExitUsage);
}

// Asks about a model that nobody described before.
nlohmann::json AskAiAct(const std::string& what, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {
      "ai-act", "acme/m", "--with",   absl::StrCat("acme/m ", what), "--as-of", "2027-09-01",
      "-o",     "json",   "--no-fail"};
  words.insert(words.end(), more.begin(), more.end());
  const Result result = RunCli(words);
  EXPECT_EQ(result.status, kExitYes) << result.err;
  const auto document = nlohmann::json::parse(result.out, nullptr, false);
  EXPECT_FALSE(document.is_discarded()) << result.out;
  return document;
}

std::string FactIn(const nlohmann::json& answer, const std::string& fact) {
  for (const auto& one : answer.at("facts")) {
    if (one.at("fact") == fact) return one.at("value").is_null() ? "" : one.at("value");
  }
  return "absent";
}

constexpr const char* kGeneral =
    "is checkpoint, publishes final-parameters, states general-purpose=yes";

TEST(AiAct, TheLicenceIsComputed) {
  const auto open = [&](const std::string& license) {
    return FactIn(AskAiAct(absl::StrCat(kGeneral, ", licensed_under ", license)), "open-license");
  };
  EXPECT_EQ(open("Apache-2.0"), "yes");
  EXPECT_EQ(open("CC-BY-SA-4.0"), "yes") << "identical or comparable terms may be asked for";
  EXPECT_EQ(open("CC-BY-NC-4.0"), "no");
  EXPECT_EQ(open("llama3.1"), "no") << "another licence above a number of users";
  EXPECT_EQ(open("bigscience-openrail-m"), "") << "somebody has to say what its restrictions are";
  EXPECT_EQ(open("CC-BY-ND-4.0"), "no");
  EXPECT_EQ(open("other"), "");
  // What is inherited counts.
  EXPECT_EQ(FactIn(AskAiAct(absl::StrCat(
                       kGeneral, ", licensed_under Apache-2.0, finetuned_from vicuna-7b-v1.3")),
                   "open-license"),
            "no");
  EXPECT_EQ(
      FactIn(AskAiAct(absl::StrCat(kGeneral, " open-license=yes, licensed_under CC-BY-NC-4.0")),
             "open-license"),
      "yes")
      << "a reviewer's word";
}

TEST(AiAct, TheGraphTellsWhoseStepItWas) {
  const auto role = [&](const std::string& what, std::vector<std::string> more = {}) {
    return AskAiAct(absl::StrCat(kGeneral, ", licensed_under Apache-2.0, ", what), std::move(more))
        .at("role")
        .get<std::string>();
  };
  EXPECT_EQ(role("licensor acme"), "provider");
  EXPECT_EQ(role("quantized_from mosaicml/mpt-7b"), "neither") << "a copy of another's model";
  EXPECT_EQ(role("finetuned_from mosaicml/mpt-7b"), "undetermined") << "by how much?";
  EXPECT_EQ(role("finetuned_from mosaicml/mpt-7b, states modification-flop=1e20"), "neither");
  EXPECT_EQ(role("finetuned_from mosaicml/mpt-7b, states modification-flop=5e22"),
            "downstream-modifier");
  EXPECT_EQ(role("finetuned_from mosaicml/mpt-7b, licensor MosaicML"), "provider")
      << "it went on training its own";
  EXPECT_EQ(role("licensor acme", {"--actor", "user"}), "neither");
}

TEST(AiAct, ALicenceThatExcludesTheUnionMakesAnIntegratorAsk) {
  const auto answer = AskAiAct(
      absl::StrCat(kGeneral, ", licensed_under LicenseRef-tencent-hunyuan-large-2024-11-05"),
      {"--actor", "user"});
  EXPECT_EQ(FactIn(answer, "union-market"), "excluded") << answer.dump(1);
  EXPECT_EQ(answer.at("role"), "undetermined");
}

// What the licence of an original excludes, its modifier may place on the Union market all the
// same.
TEST(AiAct, AMakerIsFreeByItsOwnExclusionAlone) {
  const std::string facts = " training-flop=2e25 modification-flop=9e24 designated-systemic=no";
  const std::string excluding = ", licensed_under LicenseRef-tencent-hunyuan-large-2024-11-05";
  const std::string above = ", finetuned_from tencent/Tencent-Hunyuan-Large";
  EXPECT_EQ(AskAiAct(absl::StrCat(kGeneral, facts, excluding)).at("role"), "neither");
  const std::string inherited = absl::StrCat(kGeneral, facts, ", licensed_under Apache-2.0", above);
  EXPECT_EQ(AskAiAct(inherited).at("role"), "downstream-modifier");
  EXPECT_EQ(AskAiAct(inherited, {"--actor", "user"}).at("role"), "undetermined");
}

TEST(AiAct, WhatItSaysWouldSettleItDoes) {
  std::string what = "is checkpoint, licensed_under bigscience-openrail-m";
  // The numbers and the seat are the asker's to say; the rest is as it says itself.
  const std::vector<std::string> known = {"--with", "acme/m states training-flop=6e23"};
  for (int round = 0; round < 20; ++round) {
    const auto answer = AskAiAct(what, known);
    std::string settle;
    for (const auto& fact : answer.at("facts")) {
      if (fact.at("missing") == true && fact.at("fact") != "released") settle = fact.at("settle");
    }
    if (settle.empty()) {
      EXPECT_EQ(answer.at("role"), "provider");
      for (const auto& duty : answer.at("duties")) EXPECT_NE(duty.at("status"), "undetermined");
      return;
    }
    ASSERT_TRUE(absl::StartsWith(settle, "acme/m ")) << settle;
    // It names the words to choose from, and suggests none: the first unless that ends the question.
    const bool designated = absl::StrContains(settle, "designated-systemic");
    const std::size_t choice = settle.find('|');
    if (designated) settle = absl::StrReplaceAll(settle, {{"yes|no", "no"}});
    absl::StrAppend(&what, ", ", settle.substr(7, designated ? std::string::npos : choice - 7));
  }
  FAIL() << "it never ends: " << what;
}

TEST(AiAct, RefusesWhatIsNoFact) {
  const auto ask = [](const std::string& with) {
    return RunCli({"ai-act", "acme/m", "--with", "acme/m is checkpoint, " + with});
  };
  EXPECT_EQ(ask("states colour=blue").status, kExitUsage);
  EXPECT_EQ(ask("states training-flop=lots").status, kExitUsage);
  EXPECT_EQ(ask("states monetised").status, kExitUsage);
  EXPECT_TRUE(absl::StrContains(ask("states monetized=yes").err, "monetised"))
      << "it says what was meant";
  EXPECT_EQ(RunCli({"ai-act", "mpt-7b", "--actor", "owner"}).status, kExitUsage);
}

TEST(Cli, ExitStatusTellsTheVerdict) {
  const std::string pack = absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-pack.yaml");
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
}

TEST(Cli, ABareCommandShowsHelp) {
  const Result bare = RunCli({});
  EXPECT_EQ(bare.status, kExitYes);
  EXPECT_TRUE(absl::StrContains(bare.out, "\nAsk:\n")) << bare.out;
  EXPECT_EQ(bare.err, "");
  const Result family = RunCli({"license"});
  EXPECT_EQ(family.status, kExitYes);
  EXPECT_TRUE(absl::StrContains(family.out, "compare")) << family.out;
  // What is mistyped is no bare command.
  const Result wrong = RunCli({"license", "shw", "MIT"});
  EXPECT_EQ(wrong.status, kExitUsage);
  EXPECT_EQ(wrong.out, "");
  EXPECT_TRUE(absl::StrContains(wrong.err, "no verb \"shw\"; did you mean show?")) << wrong.err;
  EXPECT_EQ(RunCli({"--stnace", "cautious"}).status, kExitUsage);
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
  Stop past;
  past.deadline = absl::Now();
  EXPECT_TRUE(absl::IsDeadlineExceeded(RunGraphviz("digraph { a -> b }", "svg", past).status()));
}

TEST(Cli, ALinkOutOfAFolderIsReadByNoVerb) {
  namespace fs = std::filesystem;
  const std::string root = absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-lineage-links");
  fs::remove_all(root);
  fs::create_directories(root + "/pr/models/bot");
  fs::create_directories(root + "/pr/texts");
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(root + "/" + name) << text;
  };
  write("secret", "AKIAEXAMPLE: 1\n");
  write("pr/models/bot/config.json", R"({"_name_or_path": "mosaicml/mpt-7b"})");
  write("pr/policy.yaml", "policy: p\nrights: [commercial-use]\n");
  for (const char* link : {"pr/models/bot/LICENSE", "pr/models/bot/README.md", "pr/linked.yaml",
                           "pr/texts/Apache-2.0.txt"}) {
    fs::create_symlink(root + "/secret", root + "/" + link);
  }
  const std::string license = root + "/pr/models/bot/LICENSE";
  const std::string linked = root + "/pr/linked.yaml";
  const std::string policy = root + "/pr/policy.yaml";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"check", "--policy", policy, root + "/pr/models"},
           {"check", "--policy", policy, root + "/pr/models", "-o", "github"},
           {"check", "--policy", policy, root + "/pr/models", "-o", "sarif"},
           {"check", "--policy", policy, license},
           {"check", "--policy", linked, root + "/pr/models"},
           {"policy", "lint", linked},
           {"policy", "test", linked},
           {"import", "--dry-run", root + "/pr/models"},
           {"import", "--dry-run", license},
           {"import", "--dry-run", linked},
           {"why", "mosaicml/mpt-7b", "--with", license},
           {"why", "mosaicml/mpt-7b", "--with", root + "/pr/models"},
           {"why", "mosaicml/mpt-7b", "--catalog", linked},
           {"why", "mosaicml/mpt-7b", "--catalog", root + "/pr"},
           {"notice", "mosaicml/mpt-7b", "--texts", root + "/pr/texts"},
           {"license", "show", "Apache-2.0", "--texts", root + "/pr/texts"},
           {"license", "recognize", license},
           {"license", "sketch", "MIT", license},
           {"catalog", "lint", linked},
           {"catalog", "lint", root + "/pr"},
           {"claim", "import", "--dry-run", linked}}) {
    const Result result = RunCli(words);
    EXPECT_FALSE(absl::StrContains(result.out, "AKIAEXAMPLE")) << words[0] << " " << words[1];
    EXPECT_FALSE(absl::StrContains(result.err, "AKIAEXAMPLE")) << words[0] << " " << words[1];
    EXPECT_TRUE(absl::StrContains(absl::StrCat(result.out, result.err), "is a link to") ||
                words[0] == "claim")
        << words[0] << " " << words[1] << "\n"
        << result.out << result.err;
  }
}

TEST(Cli, APolicyThatFitsNothingIsRefused) {
  const std::string path =
      absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-fits-nothing.yaml");
  for (const auto& [yaml, said] : std::vector<std::pair<std::string, std::string>>{
           {"upstreams: {deny: [\"mosaicml/[mpt-7b\"]}", "has a [ without its ]"},
           {"upstreams: {deny: [\"evil/*\"]}", "fits no artifact that is known"},
           {"upstreams: {deny: [\"MosaicML/*\"]}", "fits no artifact that is known"},
           {"upstreams: {deny: [\"mosaicml/mpt-[x]b\"]}", "fits no artifact that is known"},
           {"upstreams: {deny: [\"mosaicml/{mpt-7b,x}\"]}", "fits no artifact that is known"},
           {"rights: [use]\ncontext: {facts: {competes-with-licensr: no}}", "is no fact"},
           {"rights: [use]\ncontext: {purposes: [war]}", "is no purpose"}}) {
    std::ofstream(path) << "policy: p\n" << yaml << "\n";
    const Result lint = RunCli({"policy", "lint", path});
    EXPECT_EQ(lint.status, kExitNo) << yaml;
    std::string flat = lint.out;
    flat.erase(std::remove(flat.begin(), flat.end(), '\n'), flat.end());
    EXPECT_TRUE(absl::StrContains(flat, said)) << flat;
    const Result check = RunCli({"check", "--policy", path, "mosaicml/mpt-7b-instruct"});
    EXPECT_EQ(check.status, kExitUsage) << yaml << check.out << check.err;
    EXPECT_TRUE(absl::StrContains(check.err, said)) << check.err;
  }
  for (const char* good : {"[mosaicml/mpt-7b]", "[\"mosaicml/*\"]", "[\"mosaicml/mpt-[0-9]b\"]",
                           "[\"*/mpt-7?\"]", "[\"evil/*\"], unmatched: [\"evil/*\"]"}) {
    std::ofstream(path) << "policy: p\nupstreams: {deny: " << good << "}\n";
    const Result lint = RunCli({"policy", "lint", path});
    EXPECT_EQ(lint.status, kExitYes) << good << lint.out << lint.err;
    EXPECT_EQ(RunCli({"check", "--policy", path, "mosaicml/mpt-7b-instruct"}).status,
              absl::StrContains(good, "evil") ? kExitYes : kExitNo)
        << good;
  }
}

TEST(Cli, DoesNotWriteThroughALink) {
  const std::string target = absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-lineage-target");
  const std::string link = absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-lineage-link");
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
  const std::string bad = absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-bad.yaml");
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
    EXPECT_TRUE(absl::StrContains(result.out, "chat-assistant")) << "words of --purpose, " << shell;
  }
  EXPECT_EQ(RunCli({"completion", "csh"}).status, kExitUsage);
  EXPECT_TRUE(absl::StrContains(RunCli({"man"}).out, ".TH"));
  EXPECT_TRUE(absl::StrContains(RunCli({"help", "check"}).out, "--for"));
}

// Licences and artifacts for what a question says of the caller, and for the gate.
std::vector<std::string> GatePack() {
  const std::string path = absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-gate.yaml");
  const auto answer = [](const std::string& right, const std::string& when) {
    return absl::StrCat(right, ": {answer: conditional, when: '", when,
                        "', section: '2', says: On a condition.}");
  };
  const auto artifact = [](const std::string& id, const std::string& claims) {
    return absl::StrCat("  - {id: ", id,
                        ", kind: ", absl::StartsWith(id, "datasets/") ? "dataset" : "checkpoint",
                        ", claims: [", claims, "]}\n");
  };
  const auto license = [](const std::string& id, const std::string& kind = "model-card") {
    return absl::StrCat("{license: LicenseRef-t-", id, ", ", testing::SourceYaml(kind), "}");
  };
  const auto edge = [](const std::string& relation, const std::string& parent) {
    return absl::StrCat(", {", relation, ": ", parent, ", ", testing::SourceYaml(), "}");
  };
  std::ofstream(path)
      << "facts:\n  - {id: competes-with-licensor, says: It competes.}\n"
         "  - {id: seen-by-counsel, says: Counsel has seen it.}\n"
         "exceptions:\n  - {id: T-exception, name: T, says: Programs that link are free., "
         "drops_duties: [share-alike], for: linking}\n"
         "licenses:\n"
      << testing::LicenseYaml("LicenseRef-t-open")
      << testing::LicenseYaml("LicenseRef-t-fact",
                              answer("commercial-use", "seen-by-counsel = yes"))
      << testing::LicenseYaml("LicenseRef-t-home", answer("use", "established-in in {DE}"))
      << testing::LicenseYaml("LicenseRef-t-small",
                              answer("use", "attributable-revenue-usd <= 1e6"))
      << testing::LicenseYaml("LicenseRef-t-nc",
                              "commercial-use: {answer: prohibited, section: '1', says: no}")
      << testing::LicenseYaml("LicenseRef-t-sa", "",
                              ", duties: [{duty: share-alike, on: [distribution], satisfied_by: "
                              "[LicenseRef-t-sa], section: '3', says: Share alike.}]")
      << testing::LicenseYaml("LicenseRef-t-vendor",
                              answer("commercial-use", "monthly-active-users <= 700e6"),
                              ", only_licensor: W, duties: [{duty: include-license, on: "
                              "[distribution], section: '3', says: Include it.}, {duty: "
                              "pass-on-restrictions, on: [distribution], section: '4', says: Pass "
                              "it on.}]")
      << "parties:\n  - {name: W, organizations: [w]}\n"
      << "artifacts:\n"
      << artifact("t/base", license("sa")) << artifact("datasets/u/data", license("sa"))
      << artifact("v/child", license("open") + edge("finetuned_from", "t/base"))
      << artifact("v/trained", license("open") + edge("trained_on", "datasets/u/data"))
      << artifact("t/fact", license("fact")) << artifact("t/home", license("home"))
      << artifact("t/small", license("small")) << artifact("w/base", license("vendor"))
      << artifact("v/of-vendor", license("open") + edge("finetuned_from", "w/base"))
      << artifact("t/disputed", license("open", "license-file") + ", " + license("nc"));
  return {"--no-builtin", "--catalog", path, "--as-of", "2026-11-01"};
}

Result RunOnGatePack(std::vector<std::string> arguments) {
  for (const std::string& word : GatePack()) arguments.push_back(word);
  return RunCli(arguments);
}

TEST(CliContext, FactsDecideConditions) {
  const auto check = [](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"check", "t/fact", "--for", "commercial-use"};
    words.insert(words.end(), more.begin(), more.end());
    return RunOnGatePack(words);
  };
  const Result open = check({});
  EXPECT_EQ(open.status, kExitOpen);
  EXPECT_TRUE(absl::StrContains(open.out, "[needs seen-by-counsel]")) << open.out;
  EXPECT_EQ(check({"--fact", "seen-by-counsel=yes"}).status, kExitYes);
  EXPECT_EQ(check({"--fact", "seen-by-counsel=no"}).status, kExitNo);
  EXPECT_EQ(check({"--competes", "no", "--fact", "seen-by-counsel=yes"}).status, kExitYes);
  const Result misspelt = check({"--fact", "sen-by-counsel=yes"});
  EXPECT_EQ(misspelt.status, kExitUsage);
  EXPECT_TRUE(absl::StrContains(misspelt.err, "seen-by-counsel")) << misspelt.err;
  EXPECT_EQ(check({"--fact", "seen-by-counsel"}).status, kExitUsage);
  EXPECT_EQ(check({"--fact", "seen-by-counsel=perhaps"}).status, kExitUsage);
  EXPECT_EQ(check({"--fact", "seen-by-counsel=yes,seen-by-counsel=no"}).status, kExitUsage);
  EXPECT_EQ(check({"--competes", "yes", "--fact", "competes-with-licensor=no"}).status, kExitUsage);
  const nlohmann::json json = nlohmann::json::parse(check({"-o", "json"}).out);
  EXPECT_EQ(json["missing_facts"], nlohmann::json::array({"seen-by-counsel"}));
  EXPECT_EQ(json["because"][0]["missing_facts"], nlohmann::json::array({"seen-by-counsel"}));
  const Result facts = RunOnGatePack({"license", "facts"});
  EXPECT_TRUE(absl::StrContains(facts.out, "Counsel has seen it.")) << facts.out;
}

TEST(CliContext, WhereTheCallerIsEstablishedIsTheRegionUnlessItIsSaid) {
  const auto use = [](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"check", "t/home", "--for", "use"};
    words.insert(words.end(), more.begin(), more.end());
    return RunOnGatePack(words).status;
  };
  EXPECT_EQ(use({}), kExitOpen);
  EXPECT_EQ(use({"--region", "DE"}), kExitYes);
  EXPECT_EQ(use({"--established-in", "DE"}), kExitYes);
  EXPECT_EQ(use({"--region", "DE", "--established-in", "FR"}), kExitNo);
  EXPECT_EQ(use({"--region", "FR", "--established-in", "DE"}), kExitYes);
}

TEST(CliContext, AttributableRevenueIsNotRevenue) {
  const auto use = [](const std::string& flag, const std::string& number) {
    return RunOnGatePack({"check", "t/small", "--for", "use", flag, number}).status;
  };
  EXPECT_EQ(use("--attributable-revenue", "500k"), kExitYes);
  EXPECT_EQ(use("--attributable-revenue", "2M"), kExitNo);
  EXPECT_EQ(use("--revenue", "500k"), kExitOpen);
  EXPECT_EQ(use("--attributable-revenue", "much"), kExitUsage);
}

TEST(CliGate, IsAnAnswerBesideTheVerdict) {
  const std::vector<std::string> share = {"check", "v/child", "--for", "redistribute"};
  const Result other = RunOnGatePack(share);
  EXPECT_EQ(other.status, kExitOpen) << other.out << other.err;
  EXPECT_TRUE(absl::StrContains(other.out, "permitted  redistribute")) << other.out;
  EXPECT_TRUE(absl::StrContains(
      other.out, "release   conditional: under LicenseRef-t-sa, not under its label alone (share)"))
      << other.out;
  EXPECT_TRUE(absl::StrContains(other.out, "share-alike-dropped")) << other.out;
  std::vector<std::string> made = share;
  made.emplace_back("--i-made-it");
  const Result maker = RunOnGatePack(made);
  EXPECT_EQ(maker.status, kExitNo) << maker.out;
  EXPECT_TRUE(absl::StrContains(maker.out, "release   no: release it under LicenseRef-t-sa"))
      << maker.out;
  made.emplace_back("--no-fail");
  EXPECT_EQ(RunOnGatePack(made).status, kExitYes);
  const Result use = RunOnGatePack({"check", "v/child", "--for", "use"});
  EXPECT_EQ(use.status, kExitYes) << use.out;
  EXPECT_FALSE(absl::StrContains(use.out, "release   ")) << use.out;
  EXPECT_EQ(RunOnGatePack({"check", "v/child", "--for", "use", "--as", "sell"}).status, kExitOpen);
  const Result why = RunOnGatePack({"why", "v/child"});
  EXPECT_EQ(why.status, kExitYes);
  EXPECT_FALSE(absl::StrContains(why.out, "release   ")) << "why answers with verdicts alone";
}

// Its vendor has granted the agreement to all who have what it is made from: it holds besides.
TEST(CliGate, ALabelOverAVendorsAgreementLeavesThatAgreement) {
  const std::vector<std::string> share = {"check", "v/of-vendor", "--for", "redistribute"};
  const Result other = RunOnGatePack(share);
  EXPECT_EQ(other.status, kExitOpen) << other.out << other.err;
  EXPECT_TRUE(absl::StrContains(
      other.out, "release   conditional: under LicenseRef-t-vendor, not under its label alone"))
      << other.out;
  std::vector<std::string> made = share;
  made.emplace_back("--i-made-it");
  EXPECT_EQ(RunOnGatePack(made).status, kExitNo);
}

TEST(CliGate, SaysThatAFittingLabelPermitsNothing) {
  const Result result =
      RunOnGatePack({"check", "t/disputed", "--for", "commercial-use,redistribute", "--as", "sell",
                     "--claims-policy", "strictest"});
  EXPECT_EQ(result.status, kExitNo) << result.out;
  EXPECT_TRUE(absl::StrContains(result.out, "that permits nothing which its terms do not"))
      << result.out;
}

TEST(CliContext, StandsInTheAnswer) {
  const Result result = RunOnGatePack({"why", "t/small", "use", "--as", "sell", "--mau", "50M",
                                       "--fact", "seen-by-counsel=yes", "--region", "DE"});
  EXPECT_TRUE(absl::StrContains(result.out,
                                "given     as sell; 50M monthly users; region DE; established in "
                                "DE; seen-by-counsel=yes\n"))
      << result.out;
}

TEST(CliGate, IsInTheJson) {
  const nlohmann::json json = nlohmann::json::parse(
      RunOnGatePack({"check", "v/child", "--for", "redistribute", "-o", "json"}).out);
  EXPECT_EQ(json["verdict"], "permitted");
  EXPECT_EQ(json["gate"]["verdict"], "conditional");
  EXPECT_EQ(json["gate"]["as"], nlohmann::json::array({"share"}));
  EXPECT_EQ(json["gate"]["under"], "LicenseRef-t-sa");
  ASSERT_EQ(json["gate"]["findings"].size(), 1u);
  EXPECT_EQ(json["gate"]["findings"][0]["id"], "share-alike-dropped");
}

TEST(CliGate, StrictTakesWarningsForFailures) {
  std::vector<std::string> words = {"check", "t/disputed", "--for", "commercial-use"};
  const Result lenient = RunOnGatePack(words);
  EXPECT_EQ(lenient.status, kExitYes) << lenient.out << lenient.err;
  EXPECT_TRUE(absl::StrContains(lenient.out, "disputed-license")) << lenient.out;
  words.emplace_back("--strict");
  EXPECT_EQ(RunOnGatePack(words).status, kExitOpen);
}

TEST(CliGate, NoticeBeginsWithItAndExitsAsCheckDoes) {
  const Result share = RunOnGatePack({"notice", "v/child", "--as", "share"});
  EXPECT_EQ(share.status, kExitOpen) << share.out << share.err;
  EXPECT_TRUE(absl::StrContains(share.out, "Verdict: permitted: use, redistribute")) << share.out;
  EXPECT_TRUE(absl::StrContains(share.out, "Release: conditional: under LicenseRef-t-sa"))
      << share.out;
  EXPECT_TRUE(absl::StrContains(share.out, "Licence to release it under")) << "the whole list";
  EXPECT_EQ(RunOnGatePack({"notice", "v/child", "--as", "internal"}).status, kExitYes);
  const Result markdown = RunOnGatePack({"notice", "v/child", "--as", "share", "-o", "markdown"});
  EXPECT_EQ(markdown.status, kExitOpen) << markdown.err;
  const nlohmann::json json = nlohmann::json::parse(
      RunOnGatePack({"notice", "v/child", "--as", "share", "-o", "json"}).out);
  EXPECT_EQ(json["verdict"], "permitted");
  EXPECT_EQ(json["gate"]["under"], "LicenseRef-t-sa");
}

TEST(CliGate, ContestedDutiesStandByThemselves) {
  for (const char* verb : {"why", "notice"}) {
    const Result result = RunOnGatePack({verb, "v/trained"});
    EXPECT_EQ(result.status, kExitYes) << result.out << result.err;
    EXPECT_TRUE(absl::StrContains(result.out, "Contested: ship to be safe")) << result.out;
  }
  const nlohmann::json json =
      nlohmann::json::parse(RunOnGatePack({"why", "v/trained", "-o", "json"}).out);
  ASSERT_EQ(json["duties"].size(), 1u);
  EXPECT_EQ(json["duties"][0]["contested"], true);
}

TEST(CliLicenses, AreComparedByAStep) {
  const auto compare = [](const std::string& step) {
    const Result result = RunOnGatePack({"license", "compare", "LicenseRef-t-sa",
                                         "LicenseRef-t-open", "--step", step, "-o", "json"});
    EXPECT_EQ(result.status, kExitYes) << result.err;
    return nlohmann::json::parse(result.out);
  };
  EXPECT_EQ(compare("fine-tune")["a_into_b"]["answer"], "no");
  EXPECT_EQ(compare("data")["a_into_b"]["answer"], "yes");
  EXPECT_EQ(compare("data")["step"], "data");
  EXPECT_EQ(RunOnGatePack({"license", "compare", "MIT", "MIT", "--step", "guess"}).status,
            kExitUsage);
}

TEST(CliLicenses, ExceptionsAreShown) {
  EXPECT_TRUE(absl::StrContains(RunOnGatePack({"license", "exceptions"}).out, "T-exception"));
  const Result show = RunOnGatePack({"license", "show", "T-exception"});
  EXPECT_EQ(show.status, kExitYes) << show.err;
  EXPECT_TRUE(absl::StrContains(show.out, "what links to or embeds the work")) << show.out;
  EXPECT_EQ(RunOnGatePack({"license", "show", "T-exeption"}).status, kExitNotFound);
}

TEST(CliClaims, SayWhoseTheContentsAre) {
  const Result supposed = RunOnGatePack(
      {"why", "datasets/u/data", "--with", "datasets/u/data contents others", "-o", "json"});
  ASSERT_EQ(supposed.status, kExitYes) << supposed.err;
  EXPECT_TRUE(absl::StrContains(supposed.out, "\"statement\": \"contents\"")) << supposed.out;
  EXPECT_EQ(RunOnGatePack({"why", "t/base", "--with", "t/base contents theirs"}).status,
            kExitUsage);
  EXPECT_EQ(RunOnGatePack({"why", "acme/x", "--with", "acme/x incorporates t/base"}).status,
            kExitYes);
  const std::string store = absl::StrCat(::testing::TempDir(), "/", ::getpid(), "-contents-store");
  std::filesystem::remove_all(store);
  const std::vector<std::string> claim = {"claim",      "add",         "datasets/acme/d", "--kind",
                                          "dataset",    "--contents",  "others",          "--by",
                                          "the author", "--document",  "its README",      "--store",
                                          store,        "--no-builtin"};
  EXPECT_EQ(RunCli(claim).status, kExitYes);
  const Result list = RunCli({"claim", "list", "--store", store, "--no-builtin"});
  EXPECT_TRUE(absl::StrContains(list.out, "contents others")) << list.out << list.err;
}

}  // namespace
}  // namespace lineage
