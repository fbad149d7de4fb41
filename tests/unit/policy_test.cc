// Policies: what they say of an artifact, and what is wrong with their files.
#include "engine/policy/policy.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/pattern.h"
#include "engine/catalog/archive.h"
#include "engine/engine.h"
#include "tests/support.h"

namespace lineage {
namespace {

const Engine& Builtin() {
  static const Engine* const kEngine = Engine::FromCatalog(*LoadBuiltinCatalog()).release();
  return *kEngine;
}
const LicenseTable& Licenses() { return Builtin().licenses(); }

Policy Read(const std::string& yaml) {
  Policy policy;
  std::vector<Diagnostic> problems;
  EXPECT_TRUE(ReadPolicy(yaml, "p.yaml", Licenses(), &policy, &problems))
      << ToStatus(problems).message();
  return policy;
}

PolicyResult Judge(const Policy& policy, const std::string& artifact,
                   const std::string& day = "2026-11-01") {
  Question question;
  question.key.as_of = *Date::Parse(day);
  question.key.claims_policy = policy.claims;
  question.query.stance = policy.stance;
  question.query.undeclared = policy.undeclared;
  question.query.context = policy.context;
  if (!policy.rights.empty()) question.query.rights = policy.rights;
  const absl::StatusOr<Explanation> explanation = Builtin().Explain(artifact, question);
  EXPECT_TRUE(explanation.ok()) << explanation.status();
  return Evaluate(policy, *explanation, Licenses(), question.key.as_of);
}

std::string First(const PolicyResult& result) {
  return result.violations.empty() ? "" : result.violations[0].rule;
}

TEST(PolicyRules, Rights) {
  const Policy policy = Read("policy: p\nrights: [commercial-use]\nfindings: {}\n");
  EXPECT_EQ(Judge(policy, "mosaicml/mpt-7b").outcome, PolicyOutcome::kPass);
  const PolicyResult chat = Judge(policy, "mosaicml/mpt-7b-chat");
  EXPECT_EQ(chat.outcome, PolicyOutcome::kFail);
  EXPECT_EQ(First(chat), "rights");
  EXPECT_EQ(Judge(policy, "bigscience/bloom").outcome, PolicyOutcome::kOpen) << "conditional";
  const Policy lenient =
      Read("policy: p\nrights: [commercial-use]\naccept: [permitted, conditional]\n");
  EXPECT_EQ(Judge(lenient, "bigscience/bloom").outcome, PolicyOutcome::kPass);
}

TEST(PolicyRules, ClassesAndLicencesReachUpstreamButNotTrainingData) {
  const Policy classes = Read("policy: p\nclasses: {deny: [non-commercial]}\n");
  const PolicyResult alpaca = Judge(classes, "tatsu-lab/alpaca-7b");
  EXPECT_EQ(alpaca.outcome, PolicyOutcome::kFail);
  bool upstream = false;
  for (const Violation& v : alpaca.violations) upstream = upstream || !v.path.empty();
  EXPECT_TRUE(upstream) << "LLaMA's own licence counts";
  const std::string share_alike = "licenses: {deny: [\"CC-BY-SA-*\"]}\n";
  EXPECT_EQ(Judge(Read("policy: p\n" + share_alike), "databricks/dolly-v2-12b").outcome,
            PolicyOutcome::kPass);
  EXPECT_EQ(Judge(Read("policy: p\ntraining_data: true\n" + share_alike), "databricks/dolly-v2-12b")
                .outcome,
            PolicyOutcome::kFail);
  EXPECT_EQ(Judge(Read("policy: p\nlicenses: {allow: [mit]}\n"), "mosaicml/mpt-7b").outcome,
            PolicyOutcome::kFail);
  EXPECT_EQ(Judge(Read("policy: p\nlicenses: {allow: [apache-2.0]}\n"), "mosaicml/mpt-7b").outcome,
            PolicyOutcome::kPass);
}

TEST(PolicyRules, UpstreamsFindingsAndSeverities) {
  EXPECT_EQ(
      Judge(Read("policy: p\nupstreams: {deny: [\"services/openai/*\"]}\n"), "tatsu-lab/alpaca-7b")
          .outcome,
      PolicyOutcome::kFail);
  const std::string deny = "classes: {deny: [non-commercial]}\n";
  const PolicyResult warned =
      Judge(Read("policy: p\n" + deny + "severity: {classes: warning}\n"), "mosaicml/mpt-7b-chat");
  EXPECT_EQ(warned.outcome, PolicyOutcome::kPass);
  EXPECT_EQ(First(warned), "classes");
  const PolicyResult strict = Judge(Read("policy: p\nfindings: {contested-training-data: error}\n"),
                                    "mosaicml/mpt-7b-chat");
  EXPECT_EQ(strict.outcome, PolicyOutcome::kFail);
  EXPECT_EQ(First(strict), "contested-training-data");
}

TEST(PolicyRules, ExceptionsExpire) {
  const Policy policy = Read(
      "policy: p\nclasses: {deny: [non-commercial]}\nexceptions:\n- {artifact: \"mosaicml/*\", "
      "rule: "
      "classes, until: 2026-06-30, reason: cleared}\n");
  const PolicyResult before = Judge(policy, "mosaicml/mpt-7b-chat", "2026-06-30");
  EXPECT_EQ(before.outcome, PolicyOutcome::kPass);
  ASSERT_NE(before.violations[0].exception, nullptr);
  EXPECT_EQ(before.violations[0].exception->reason, "cleared");
  const PolicyResult after = Judge(policy, "mosaicml/mpt-7b-chat", "2026-07-01");
  EXPECT_EQ(after.outcome, PolicyOutcome::kFail);
  EXPECT_TRUE(after.violations[0].expired);
  EXPECT_EQ(Judge(policy, "tatsu-lab/alpaca-7b", "2026-06-30").outcome, PolicyOutcome::kFail);
}

TEST(Pattern, WhatItsWriterDidNotMeanIsTold) {
  for (const char* good : {"*", "acme/*", "acme/m-?b", "acme/m-[0-9]b", "[!a]*", "[^a]*", "[]x]*",
                           "[a-]", "[-a]", "[a-c0-9]", "a-b", "a!b", "a\\b"}) {
    EXPECT_EQ(PatternProblem(good), "") << good;
  }
  for (const char* bad : {"", "[", "acme/[m", "acme/m]", "[]", "[!]", "[a", "[a-", "a[b]c[",
                          "[z-a]", "[[:alpha:]]", "[a[b]", "]["}) {
    EXPECT_NE(PatternProblem(bad), "") << bad;
  }
  EXPECT_EQ(WithStarsOnly("a?b[c-d]e*"), "a*b*e*");
}

TEST(PolicyFiles, WhatWouldDenyNothingIsRefused) {
  const auto problem = [](const std::string& yaml) {
    Policy policy;
    std::vector<Diagnostic> problems;
    EXPECT_FALSE(ReadPolicy("policy: p\n" + yaml, "p.yaml", Licenses(), &policy, &problems))
        << yaml;
    return problems.empty() ? "" : problems[0].ToString();
  };
  for (const auto& [yaml, said] : std::vector<std::pair<std::string, std::string>>{
           {"upstreams: {deny: [\"mosaicml/[mpt-7b\"]}", "p.yaml:2:20: the pattern"},
           {"upstreams: {deny: [\"\"]}", "is empty"},
           {"upstreams: {deny: [[mosaicml/mpt-7b]]}", "expected text"},
           {"upstreams: {deny: []}", "an empty list says nothing"},
           {"upstreams: {allow: []}", "an empty list says nothing"},
           {"upstreams: {deny: mosaicml/mpt-7b}", "expected a list"},
           {"upstreams: {denied: [a/b]}", "denied"},
           {"licenses: {deny: [\"AGPL-[3\"]}", "has a [ without its ]"},
           {"licenses: {deny: [\"AGLP-*\"]}", "fits no licence that is known"},
           {"licenses: {deny: [\"AGPL-?\"]}", "fits no licence that is known"},
           {"licenses: {deny: [MIT], unmatched: [Apache-2.0]}", "neither under allow nor"},
           {"classes: {deny: [\"non-*\"]}", "is no class"},
           {"classes: {deny: [\"\"]}", "is no class"},
           {"rights: [\"\"]", "is no right"},
           {"rights: [use]\ngate: \"\"", "is no gate"},
           {"rights: [use]\nexceptions: [{artifact: \"a[\", rule: rights, until: 2027-01-01, "
            "reason: "
            "r}]",
            "has a [ without its ]"},
           {"rights: [use]\nrights: [commercial-use]", "rights"}}) {
    EXPECT_TRUE(absl::StrContains(problem(yaml), said)) << yaml << "\n" << problem(yaml);
  }
  Read("policy: p\nlicenses: {deny: [\"LicenseRef-new-*\"], unmatched: [\"LicenseRef-new-*\"]}\n");
}

TEST(PolicyFiles, UpstreamsThatFitNothingAreTold) {
  const Policy policy = Read(
      "policy: p\nupstreams:\n  deny: [known/*, gone/*, \"later/*\"]\n  allow: [a/b]\n"
      "  unmatched: [\"later/*\"]\n");
  std::vector<std::string> asked;
  const auto problems = UnmatchedUpstreams(policy, [&](const std::string& pattern) {
    asked.push_back(pattern);
    return absl::StatusOr<bool>(pattern == "known/*");
  });
  ASSERT_TRUE(problems.ok());
  EXPECT_EQ(asked, (std::vector<std::string>{"a/b", "known/*", "gone/*"}));
  ASSERT_EQ(problems->size(), 2u);
  EXPECT_EQ((*problems)[1].where.ToString(), "p.yaml:3:19");
  EXPECT_FALSE(UnmatchedUpstreams(policy, [](const std::string&) {
                 return absl::StatusOr<bool>(absl::UnavailableError("no answer"));
               }).ok());
}

TEST(PolicyFiles, EveryMistakeIsToldWithItsPlace) {
  const auto problem = [](const std::string& yaml) {
    Policy policy;
    std::vector<Diagnostic> problems;
    EXPECT_FALSE(ReadPolicy(yaml, "p.yaml", Licenses(), &policy, &problems)) << yaml;
    return problems.empty() ? "" : problems[0].ToString();
  };
  const std::string good = "policy: p\nrights: [use]\n";
  EXPECT_TRUE(absl::StrContains(problem("policy: p\n"), "asks for nothing"));
  EXPECT_TRUE(absl::StrContains(problem("policy: p\nrights: [comercial-use]\n"),
                                "p.yaml:2:10: \"comercial-use\" is no right; did you mean"));
  EXPECT_TRUE(
      absl::StrContains(problem(good + "licenses: {deny: [Apache-2.1]}\n"), "did you mean Apache"));
  EXPECT_TRUE(absl::StrContains(problem(good + "classes: {deny: [opensource]}\n"), "class"));
  EXPECT_TRUE(absl::StrContains(problem(good + "context: {monthly-active-users: -1}\n"), "number"));
  EXPECT_TRUE(absl::StrContains(
      problem(good + "exceptions: [{artifact: a, rule: rights, reason: r}]\n"), "until"));
  EXPECT_TRUE(absl::StrContains(
      problem(good + "exceptions: [{artifact: a, rule: rihgts, until: 2027-01-01, reason: r}]\n"),
      "did you mean rights"));
  EXPECT_TRUE(
      absl::StrContains(problem(good + "tests: [{artifact: a, expect: maybe}]\n"), "maybe"));
  EXPECT_TRUE(absl::StrContains(problem("- not\n- a map\n"), "p.yaml:1:1"));
  EXPECT_TRUE(absl::StrContains(problem("a: &x 1\n"), "anchor"));
}

TEST(PolicyRules, TheGate) {
  const auto engine = testing::EngineOver(absl::StrCat(
      "licenses:\n", testing::LicenseYaml("LicenseRef-t-open"),
      testing::LicenseYaml("LicenseRef-t-sa", "",
                           ", duties: [{duty: share-alike, on: [distribution], "
                           "satisfied_by: [LicenseRef-t-sa], section: '3', says: s}]"),
      "artifacts:\n  - {id: t/base, kind: checkpoint, claims: [{license: "
      "LicenseRef-t-sa, ",
      testing::SourceYaml(),
      "}]}\n  - {id: v/child, kind: checkpoint, claims: [{license: LicenseRef-t-open, ",
      testing::SourceYaml(), "}, {finetuned_from: t/base, ", testing::SourceYaml(), "}]}\n"));
  const auto judge = [&](const std::string& yaml) {
    Policy policy;
    std::vector<Diagnostic> problems;
    EXPECT_TRUE(ReadPolicy(yaml, "p.yaml", engine->licenses(), &policy, &problems))
        << ToStatus(problems).message();
    Question question = testing::QuestionOn("2026-11-01");
    question.query.context = policy.context;
    question.query.rights = {Right::kUse};
    const absl::StatusOr<Explanation> explanation = engine->Explain("v/child", question);
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    return Evaluate(policy, *explanation, engine->licenses(), question.key.as_of);
  };
  const std::string ignored = "findings: {share-alike-dropped: ignore}\n";
  const PolicyResult other = judge("policy: p\ngate: share\n" + ignored);
  EXPECT_EQ(other.outcome, PolicyOutcome::kOpen) << "under the other licence it may be passed on";
  ASSERT_EQ(other.violations.size(), 1u);
  EXPECT_EQ(other.violations[0].rule, "gate");
  EXPECT_EQ(other.violations[0].remedy, "Pass it on under LicenseRef-t-sa.");
  EXPECT_EQ(judge("policy: p\ngate: share\ncontext: {made-it: true}\n" + ignored).outcome,
            PolicyOutcome::kFail);
  EXPECT_EQ(judge("policy: p\ngate: internal\n" + ignored).outcome, PolicyOutcome::kPass);
}

TEST(PolicyReading, TheGateAndFacts) {
  const Policy policy = Read(
      "policy: p\ngate: sell\ncontext: {facts: {competes-with-licensor: no}, regions: [DE], "
      "attributable-revenue-usd: 5}\nfindings: {further-restrictions: warning, "
      "disputed-license: error}\n");
  EXPECT_EQ(policy.context.use_mode, UseMode::kSell);
  EXPECT_EQ(policy.context.facts.at("competes-with-licensor"), false);
  EXPECT_EQ(policy.context.established_in, policy.context.regions);
  for (const char* yaml :
       {"policy: p\ngate: share\ncontext: {as: sell}\n", "policy: p\ngate: give\n",
        "policy: p\ngate: share\ncontext: {facts: {x: perhaps}}\n",
        "policy: p\ngate: share\ncontext: {facts: [x]}\n"}) {
    Policy unused;
    std::vector<Diagnostic> problems;
    EXPECT_FALSE(ReadPolicy(yaml, "p.yaml", Licenses(), &unused, &problems)) << yaml;
  }
}

}  // namespace
}  // namespace lineage
