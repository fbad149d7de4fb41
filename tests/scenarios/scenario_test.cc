// Runs tests/scenarios: small graphs in the catalogue's format with the answers that must come out.
// A scenario in `builtin/` has no graph of its own: its questions are put to the built-in
// catalogue.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"
#include "tests/support.h"

namespace lineage {
namespace {

std::vector<std::string> ScenarioFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           absl::StrCat(LINEAGE_TEST_DATA, "/scenarios"))) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Text(const YamlNode& node, absl::string_view key) {
  const YamlNode* value = node.Find(key);
  return value == nullptr ? "" : value->scalar;
}

std::vector<std::string> Texts(const YamlNode& node, absl::string_view key) {
  std::vector<std::string> texts;
  if (const YamlNode* list = node.Find(key)) {
    for (const YamlNode& item : list->items) texts.push_back(item.scalar);
  }
  return texts;
}

// Each key that a question or an expectation may have: a typo must not make a test say nothing.
void CheckKeys(const YamlNode& node, const std::set<std::string>& allowed) {
  for (const auto& [key, value] : node.entries)
    EXPECT_TRUE(allowed.contains(key.scalar)) << "unknown key " << key.scalar;
}

Question ReadQuestion(const YamlNode& node) {
  CheckKeys(node, {"ask", "as_of", "stance", "claims_policy", "undeclared", "adapter", "component",
                   "theory", "context", "together", "expect"});
  Question question =
      testing::QuestionOn(Text(node, "as_of").empty() ? "2026-11-01" : Text(node, "as_of"));
  question.query.stance = FindByName<Stance>(Text(node, "stance")).value_or(Stance::kStandard);
  if (const YamlNode* theory = node.Find("theory")) {
    for (const auto& [name, setting] : theory->entries) {
      question.query.theory.Set(FindByName<TheorySwitch>(name.scalar).value(),
                                FindByName<Setting>(setting.scalar).value());
    }
  }
  question.key.claims_policy =
      FindByName<ClaimsPolicy>(Text(node, "claims_policy")).value_or(ClaimsPolicy::kRanked);
  question.query.undeclared = FindByName<UndeclaredPolicy>(Text(node, "undeclared"))
                                  .value_or(UndeclaredPolicy::kUndetermined);
  question.query.adapter =
      FindByName<AdapterUse>(Text(node, "adapter")).value_or(AdapterUse::kWithBase);
  question.component = FindByName<Component>(Text(node, "component"));
  if (const YamlNode* context = node.Find("context")) {
    CheckKeys(*context, {"purpose", "region", "entity", "mau", "revenue", "as", "modified",
                         "made_it", "facts"});
    Context& c = question.query.context;
    c.purposes = Texts(*context, "purpose");
    c.regions = Texts(*context, "region");
    if (context->Find("entity") != nullptr) c.entity = Text(*context, "entity");
    if (context->Find("mau") != nullptr) c.monthly_active_users = std::stod(Text(*context, "mau"));
    if (context->Find("revenue") != nullptr)
      c.annual_revenue_usd = std::stod(Text(*context, "revenue"));
    c.use_mode = FindByName<UseMode>(Text(*context, "as"));
    c.modified = Text(*context, "modified") == "true";
    c.made_it = Text(*context, "made_it") == "true";
    for (const std::string& fact : Texts(*context, "facts")) {
      const std::pair<std::string, std::string> pair = absl::StrSplit(fact, '=');
      c.facts[pair.first] = pair.second == "yes";
    }
  }
  if (node.Find("together") != nullptr) {
    question.query.rights = {};
    for (const std::string& right : Texts(node, "together"))
      question.query.rights.Add(FindByName<Right>(right).value());
  }
  return question;
}

std::string PathText(const Because& because) {
  std::vector<std::string> hops;
  for (const Hop& hop : because.path)
    hops.push_back(absl::StrCat(Name(hop.relation), " ", hop.artifact));
  return absl::StrJoin(hops, ", ");
}

// `because: {commercial-use: [{license: X, of: Y, path: …, contested: true}]}`: entries that the
// proof must have.
void CheckProof(const Explanation& e, const YamlNode& expected) {
  for (const auto& [key, list] : expected.entries) {
    const auto right = FindByName<Right>(key.scalar);
    ASSERT_TRUE(right.has_value()) << key.scalar;
    const auto verdict = std::find_if(e.verdicts.begin(), e.verdicts.end(),
                                      [&](const RightVerdict& v) { return v.right == *right; });
    ASSERT_NE(verdict, e.verdicts.end());
    for (const YamlNode& item : list.items) {
      CheckKeys(item, {"license", "of", "path", "contested", "verdict", "section"});
      const bool found =
          std::any_of(verdict->because.begin(), verdict->because.end(), [&](const Because& b) {
            return (item.Find("license") == nullptr || b.license == Text(item, "license")) &&
                   (item.Find("of") == nullptr || b.origin == Text(item, "of")) &&
                   (item.Find("section") == nullptr || b.section == Text(item, "section")) &&
                   (item.Find("verdict") == nullptr || Name(b.verdict) == Text(item, "verdict")) &&
                   (item.Find("contested") == nullptr ||
                    (Text(item, "contested") == "true") == b.contested) &&
                   (item.Find("path") == nullptr || PathText(b) == Text(item, "path"));
          });
      std::string got;
      for (const Because& b : verdict->because) {
        absl::StrAppend(&got, "\n  ", b.license, " of ", b.origin, " §", b.section, " ",
                        Name(b.verdict), b.contested ? " contested" : "", " by ", PathText(b));
      }
      EXPECT_TRUE(found) << key.scalar << ": no such reason, line " << item.line << "; got" << got;
    }
  }
}

void CheckDisputed(const Explanation& e, const YamlNode& expected) {
  for (const YamlNode& item : expected.items) {
    EXPECT_TRUE(std::any_of(e.disputed.begin(), e.disputed.end(),
                            [&](const ClaimView& view) {
                              return absl::StrContains(view.conclusion, Text(item, "license")) &&
                                     (Text(item, "kind").empty() ||
                                      Name(view.claim.source.kind) == Text(item, "kind"));
                            }))
        << "nobody disputes with " << Text(item, "license");
  }
}

void Check(const Explanation& e, const YamlNode& expect) {
  CheckKeys(expect, {"verdicts", "joint", "class", "openness", "license", "because", "findings",
                     "no_findings", "duties", "no_duties", "disputed", "upstream", "missing",
                     "openness_by", "limited_by", "settled_by", "disputed_parts"});
  if (const YamlNode* verdicts = expect.Find("verdicts")) {
    for (const auto& [right, verdict] : verdicts->entries) {
      const auto it =
          std::find_if(e.verdicts.begin(), e.verdicts.end(),
                       [&](const RightVerdict& v) { return Name(v.right) == right.scalar; });
      ASSERT_NE(it, e.verdicts.end()) << right.scalar;
      EXPECT_EQ(std::string(Name(it->verdict)), verdict.scalar)
          << right.scalar << ", line " << right.line;
    }
  }
  if (expect.Find("joint") != nullptr) {
    EXPECT_EQ(std::string(Name(e.joint)), Text(expect, "joint")) << "line " << expect.line;
  }
  if (expect.Find("class") != nullptr) {
    EXPECT_EQ(std::string(Name(e.license_class)), Text(expect, "class"));
  }
  if (expect.Find("openness") != nullptr) {
    EXPECT_EQ(std::string(Name(e.openness)), Text(expect, "openness"));
  }
  if (expect.Find("license") != nullptr) {
    EXPECT_EQ(e.license, Text(expect, "license"));
  }
  if (const YamlNode* because = expect.Find("because")) CheckProof(e, *because);
  if (const YamlNode* disputed = expect.Find("disputed")) CheckDisputed(e, *disputed);
  const auto has_finding = [&](const std::string& id) {
    return std::any_of(e.findings.begin(), e.findings.end(),
                       [&](const Finding& f) { return Name(f.id) == id; });
  };
  for (const std::string& id : Texts(expect, "findings"))
    EXPECT_TRUE(has_finding(id)) << "no finding " << id;
  for (const std::string& id : Texts(expect, "no_findings"))
    EXPECT_FALSE(has_finding(id)) << "finding " << id;
  const auto has_duty = [&](const std::string& kind) {
    return std::any_of(e.duties.begin(), e.duties.end(), [&](const DutyView& d) {
      return Name(d.kind) == kind && d.due.value_or(true);
    });
  };
  for (const std::string& kind : Texts(expect, "duties"))
    EXPECT_TRUE(has_duty(kind)) << "no duty " << kind;
  for (const std::string& kind : Texts(expect, "no_duties"))
    EXPECT_FALSE(has_duty(kind)) << "duty " << kind;
  for (const std::string& id : Texts(expect, "upstream")) {
    EXPECT_TRUE(std::any_of(e.upstream.begin(), e.upstream.end(), [&](const UpstreamView& u) {
      return u.artifact == id;
    })) << id;
  }
  if (const YamlNode* missing = expect.Find("missing")) {
    for (const auto& [right, keys] : missing->entries) {
      const auto it =
          std::find_if(e.verdicts.begin(), e.verdicts.end(),
                       [&](const RightVerdict& v) { return Name(v.right) == right.scalar; });
      ASSERT_NE(it, e.verdicts.end());
      std::vector<std::string> got;
      for (const ContextKey key : it->missing) got.push_back(std::string(Name(key)));
      std::vector<std::string> wanted;
      for (const YamlNode& item : keys.items) wanted.push_back(item.scalar);
      EXPECT_EQ(got, wanted) << right.scalar;
    }
  }
}

// `openness_by: {osaid-1.0: yes, mof-1.0: class-III}`: the answer or the value by each definition;
// `limited_by: {osaid-1.0: org/base}`: the base that holds it down, or "nothing";
// `settled_by: {osaid-1.0: [CLAIM…]}`: exactly the claims that would settle what is missing;
// `disputed_parts: [PART…]`: exactly those of which somebody says the opposite.
void CheckOpenness(const OpennessAssessment& assessment, const YamlNode& expect) {
  const auto each = [&](absl::string_view key, const auto& check) {
    const YamlNode* map = expect.Find(key);
    if (map == nullptr) return;
    for (const auto& [name, value] : map->entries) {
      const auto it = std::find_if(
          assessment.answers.begin(), assessment.answers.end(),
          [&](const DefinitionAnswer& a) { return Name(a.definition) == name.scalar; });
      ASSERT_NE(it, assessment.answers.end()) << "no answer by " << name.scalar;
      SCOPED_TRACE(absl::StrCat(key, " ", name.scalar, ", line ", value.line));
      check(*it, value);
    }
  };
  each("openness_by", [](const DefinitionAnswer& answer, const YamlNode& value) {
    if (value.scalar == Name(answer.answer)) return;
    std::string needs;
    for (const OpennessNeed& need : answer.needs) {
      absl::StrAppend(&needs, "\n  ", Name(need.answer), " ", need.needs, ": ", need.why);
    }
    EXPECT_EQ(answer.value, value.scalar) << Name(answer.answer) << needs;
  });
  each("limited_by", [](const DefinitionAnswer& answer, const YamlNode& value) {
    EXPECT_EQ(answer.limit ? answer.limit->base : "nothing", value.scalar);
  });
  each("settled_by", [](const DefinitionAnswer& answer, const YamlNode& value) {
    std::vector<std::string> got;
    for (const OpennessNeed& need : answer.needs) {
      if (need.answer != OpennessAnswer::kYes && !need.settle.empty()) got.push_back(need.settle);
    }
    std::vector<std::string> wanted;
    for (const YamlNode& item : value.items) wanted.push_back(item.scalar);
    EXPECT_EQ(got, wanted);
  });
  if (expect.Find("disputed_parts") != nullptr) {
    std::set<std::string> got;
    for (const DefinitionAnswer& answer : assessment.answers) {
      for (const OpennessNeed& need : answer.needs) {
        if (need.disputed) got.insert(std::string(Name(need.part.value())));
      }
    }
    const std::vector<std::string> wanted = Texts(expect, "disputed_parts");
    EXPECT_EQ(got, std::set<std::string>(wanted.begin(), wanted.end()));
  }
}

class Scenario : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenario, GivesTheExpectedAnswers) {
  const std::string& path = GetParam();
  const absl::StatusOr<std::string> text = ReadFile(path);
  ASSERT_TRUE(text.ok()) << text.status();
  const absl::StatusOr<YamlNode> root = ParseYaml(*text, path);
  ASSERT_TRUE(root.ok()) << root.status();
  std::unique_ptr<Engine> engine;
  if (absl::StrContains(path, "/builtin/")) {
    absl::StatusOr<std::unique_ptr<Engine>> opened = Engine::Open({});
    ASSERT_TRUE(opened.ok()) << opened.status();
    engine = *std::move(opened);
  } else {
    engine = testing::EngineOver(*text);
  }
  const YamlNode* queries = root->Find("queries");
  ASSERT_NE(queries, nullptr);
  ASSERT_FALSE(queries->items.empty());
  for (const YamlNode& node : queries->items) {
    SCOPED_TRACE(absl::StrCat(path, ":", node.line, " ", Text(node, "ask")));
    const absl::StatusOr<Explanation> explanation =
        engine->Explain(Text(node, "ask"), ReadQuestion(node));
    if (!explanation.ok()) {
      ADD_FAILURE() << explanation.status();
      continue;
    }
    const YamlNode* expect = node.Find("expect");
    ASSERT_NE(expect, nullptr);
    Check(*explanation, *expect);
    const absl::StatusOr<OpennessAssessment> assessment =
        engine->AssessOpenness(Text(node, "ask"), ReadQuestion(node), {});
    ASSERT_TRUE(assessment.ok()) << assessment.status();
    CheckOpenness(*assessment, *expect);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files, Scenario, ::testing::ValuesIn(ScenarioFiles()), [](const auto& file) {
      std::string name = std::filesystem::path(file.param).stem().string();
      std::replace_if(
          name.begin(), name.end(),
          [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
      return name;
    });

}  // namespace
}  // namespace lineage
