// Answers cases of the oracle: one JSON document a line in, one a line out. See
// tests/oracle/README.md.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "engine/audit/findings.h"
#include "engine/base/status_macros.h"
#include "engine/catalog/loader.h"
#include "engine/engine.h"
#include "engine/permission/explainer.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const YamlNode& node, absl::string_view key, absl::string_view otherwise = "") {
  const YamlNode* value = node.Find(key);
  return value == nullptr ? std::string(otherwise) : value->scalar;
}

std::vector<std::string> Texts(const YamlNode& node, absl::string_view key) {
  std::vector<std::string> texts;
  if (const YamlNode* list = node.Find(key)) {
    for (const YamlNode& item : list->items) texts.push_back(item.scalar);
  }
  return texts;
}

std::optional<double> Number(const YamlNode& node, absl::string_view key) {
  double number = 0;
  const YamlNode* value = node.Find(key);
  if (value == nullptr || !absl::SimpleAtod(value->scalar, &number)) return std::nullopt;
  return number;
}

template <typename E>
E Enum(const YamlNode& node, absl::string_view key) {
  return FindByName<E>(Text(node, key)).value_or(static_cast<E>(0));
}

absl::StatusOr<Question> ReadQuestion(const YamlNode& node) {
  Question question;
  ASSIGN_OR_RETURN(question.key.as_of, Date::Parse(Text(node, "as_of")));
  if (!Text(node, "at_revision").empty() &&
      !absl::SimpleAtoi(Text(node, "at_revision"), &question.key.at_revision)) {
    return absl::InvalidArgumentError("at_revision");
  }
  question.key.claims_policy = Enum<ClaimsPolicy>(node, "claims_policy");
  question.query.stance = Enum<Stance>(node, "stance");
  question.query.undeclared = Enum<UndeclaredPolicy>(node, "undeclared");
  question.query.adapter = Enum<AdapterUse>(node, "adapter");
  question.component = FindByName<Component>(Text(node, "component"));
  question.query.rights = {};
  for (const std::string& right : Texts(node, "rights"))
    question.query.rights.Add(FindByName<Right>(right).value());
  if (const YamlNode* context = node.Find("context")) {
    Context& c = question.query.context;
    c.monthly_active_users = Number(*context, "monthly-active-users");
    c.annual_revenue_usd = Number(*context, "annual-revenue-usd");
    c.share_of_royalty = Number(*context, "share-of-royalty");
    c.regions = Texts(*context, "region");
    c.purposes = Texts(*context, "purpose");
    if (!Text(*context, "entity").empty()) c.entity = Text(*context, "entity");
  }
  return question;
}

absl::StatusOr<Json> Answer(const Engine& engine, const YamlNode& node) {
  ASSIGN_OR_RETURN(Question question, ReadQuestion(node));
  const std::string artifact = Text(node, "artifact");
  ASSIGN_OR_RETURN(const Explanation joint, engine.Explain(artifact, question));
  question.query.rights = RightSet::All();
  ASSIGN_OR_RETURN(const Explanation all, engine.Explain(artifact, question));
  Json answer;
  for (const RightVerdict& verdict : all.verdicts) {
    answer["verdicts"][std::string(Name(verdict.right))] = std::string(Name(verdict.verdict));
    if (verdict.verdict == Verdict::kConditional) {
      std::set<std::string> missing;
      for (const ContextKey key : verdict.missing) missing.insert(std::string(Name(key)));
      answer["missing"][std::string(Name(verdict.right))] = missing;
    }
  }
  answer["joint"] = std::string(Name(joint.joint));
  answer["class"] = std::string(Name(all.license_class));
  answer["openness"] = std::string(Name(all.openness));
  if (!answer.contains("missing")) answer["missing"] = Json::object();
  std::set<std::vector<std::string>> duties;
  for (const DutyView& duty : all.duties)
    duties.insert({duty.origin, duty.license, std::string(Name(duty.kind))});
  answer["duties"] = duties;
  std::set<std::string> findings;
  for (const Finding& finding : all.findings) findings.insert(std::string(Name(finding.id)));
  answer["findings"] = findings;
  return answer;
}

absl::StatusOr<Json> Run(const std::string& line) {
  LoadOptions options;
  options.lenient = true;
  CatalogLoader loader({}, options);
  loader.Add("case", line);
  Catalog catalog;
  std::vector<Diagnostic> problems;
  if (!loader.Finish(&catalog, &problems)) return ToStatus(problems);
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(line, "case"));
  const std::unique_ptr<Engine> engine = Engine::FromCatalog(std::move(catalog));
  Json answers = Json::array();
  if (const YamlNode* queries = root.Find("queries")) {
    for (const YamlNode& node : queries->items) {
      ASSIGN_OR_RETURN(Json answer, Answer(*engine, node));
      answers.push_back(std::move(answer));
    }
  }
  return Json{{"answers", std::move(answers)}};
}

}  // namespace
}  // namespace lineage

int main() {
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    const absl::StatusOr<lineage::Json> result = lineage::Run(line);
    const lineage::Json answer =
        result.ok() ? *result : lineage::Json{{"error", std::string(result.status().message())}};
    std::cout << answer.dump(-1, ' ', false, lineage::Json::error_handler_t::replace) << "\n"
              << std::flush;
  }
  return 0;
}
