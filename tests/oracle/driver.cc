// Answers cases of the oracle: one JSON document a line in, one a line out. See
// tests/oracle/README.md.
#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "engine/base/status_macros.h"
#include "engine/catalog/loader.h"
#include "engine/engine.h"
#include "engine/suggest.h"

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
  if (const YamlNode* theory = node.Find("theory")) {
    for (const auto& [name, setting] : theory->entries) {
      question.query.theory.Set(FindByName<TheorySwitch>(name.scalar).value(),
                                FindByName<Setting>(setting.scalar).value());
    }
  }
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
    c.attributable_revenue_usd = Number(*context, "attributable-revenue-usd");
    c.established_in = Texts(*context, "established-in");
    if (!Text(*context, "entity").empty()) c.entity = Text(*context, "entity");
    for (const auto& [key, value] : context->entries) {
      if (value.scalar == "yes" || value.scalar == "no") c.facts[key.scalar] = value.scalar == "yes";
    }
  }
  question.query.context.made_it = Text(node, "maker") == "true";
  return question;
}

// Triples of origin, licence and kind.
using Duties = std::set<std::vector<std::string>>;

Json FindingsOf(const Explanation& explanation) {
  std::map<std::string, Severity> worst;
  for (const Finding& finding : explanation.findings) {
    const auto [it, fresh] = worst.emplace(Name(finding.id), finding.severity);
    it->second = std::max(it->second, finding.severity);
  }
  Json findings = Json::array();
  for (const auto& [id, severity] : worst) findings.push_back({id, std::string(Name(severity))});
  return findings;
}

absl::StatusOr<Json> GateAnswer(const Engine& engine, const std::string& artifact,
                                Question question, const YamlNode& gate) {
  question.query.context.use_mode = FindByName<UseMode>(Text(gate, "as"));
  question.query.context.made_it = Text(gate, "maker") == "true";
  ASSIGN_OR_RETURN(const Explanation explanation, engine.Explain(artifact, question));
  if (explanation.gate.findings.empty()) return Json("permitted");
  return Json(question.query.context.made_it ? "prohibited" : "gated");
}

absl::StatusOr<Json> Answer(const Engine& engine, const YamlNode& node) {
  ASSIGN_OR_RETURN(Question question, ReadQuestion(node));
  const std::string artifact = Text(node, "artifact");
  ASSIGN_OR_RETURN(const Explanation joint, engine.Explain(artifact, question));
  Json gate;
  if (const YamlNode* asked = node.Find("gate")) {
    ASSIGN_OR_RETURN(gate, GateAnswer(engine, artifact, question, *asked));
  }
  question.query.rights = RightSet::All();
  ASSIGN_OR_RETURN(const Explanation all, engine.Explain(artifact, question));
  Json answer;
  for (const RightVerdict& verdict : all.verdicts) {
    answer["verdicts"][std::string(Name(verdict.right))] = std::string(Name(verdict.verdict));
    if (verdict.verdict == Verdict::kConditional) {
      std::set<std::string> missing(verdict.missing_facts.begin(), verdict.missing_facts.end());
      for (const ContextKey key : verdict.missing) missing.insert(std::string(Name(key)));
      answer["missing"][std::string(Name(verdict.right))] = missing;
    }
  }
  answer["joint"] = std::string(Name(joint.joint));
  answer["class"] = std::string(Name(all.license_class));
  answer["openness"] = std::string(Name(all.openness));
  if (!answer.contains("missing")) answer["missing"] = Json::object();
  Duties duties;
  Duties contested;
  for (const DutyView& duty : all.duties) {
    (duty.contested ? contested : duties)
        .insert({duty.origin, duty.license, std::string(Name(duty.kind))});
  }
  for (const auto& duty : duties) contested.erase(duty);
  answer["duties"] = duties;
  answer["contested_duties"] = contested;
  answer["findings"] = FindingsOf(all);
  if (!gate.is_null()) answer["gate"] = gate;
  return answer;
}

absl::StatusOr<Json> Compared(const Engine& engine, const YamlNode& node) {
  const CompareStep step =
      FindByName<CompareStep>(Text(node, "step")).value_or(CompareStep::kFineTune);
  ASSIGN_OR_RETURN(const LicensePair pair,
                   CompareLicenses(engine, Text(node, "a"), Text(node, "b"), step));
  return Json(std::string(Name(pair.a_into_b.answer)));
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
  Json reply{{"answers", std::move(answers)}};
  if (const YamlNode* pairs = root.Find("compare")) {
    reply["compared"] = Json::array();
    for (const YamlNode& node : pairs->items) {
      ASSIGN_OR_RETURN(Json answer, Compared(*engine, node));
      reply["compared"].push_back(std::move(answer));
    }
  }
  return reply;
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
