#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/pattern.h"
#include "engine/base/text.h"
#include "engine/catalog/reader.h"
#include "engine/policy/policy.h"

namespace lineage {
namespace {

class PolicyReader {
 public:
  PolicyReader(const std::string& file, const LicenseTable& licenses,
               std::vector<Diagnostic>* problems)
      : reader_(file, problems), problems_(*problems), licenses_(licenses) {}

  Policy Read(const YamlNode& root) {
    Policy policy;
    if (!reader_.CheckMap(root, "a policy",
                          {"policy", "rights", "accept", "gate", "context", "stance", "theory",
                           "undeclared", "claims", "classes", "licenses", "upstreams",
                           "training_data", "findings", "severity", "exceptions", "tests"})) {
      return policy;
    }
    policy.name = reader_.ReadStringAt(root, "policy", true);
    if (const YamlNode* node = root.Find("rights")) {
      policy.rights = reader_.ReadEnumSet<Right>(*node, "right");
    }
    if (const YamlNode* node = root.Find("accept")) {
      policy.accept.clear();
      for (const YamlNode& item : node->items) {
        if (const auto verdict = reader_.ReadEnum<Verdict>(item, "verdict")) {
          policy.accept.push_back(*verdict);
        }
      }
      if (policy.accept.empty()) reader_.Problem(*node, "expected a list of verdicts");
    }
    if (const YamlNode* node = root.Find("context")) ReadContext(*node, &policy.context);
    ReadGate(root, &policy);
    policy.stance = reader_.ReadEnumAt<Stance>(root, "stance", false).value_or(policy.stance);
    if (const YamlNode* node = root.Find("theory")) ReadTheory(*node, &policy.theory);
    policy.undeclared =
        reader_.ReadEnumAt<UndeclaredPolicy>(root, "undeclared", false).value_or(policy.undeclared);
    policy.claims = reader_.ReadEnumAt<ClaimsPolicy>(root, "claims", false).value_or(policy.claims);
    policy.training_data = reader_.ReadBoolAt(root, "training_data");
    ReadList(root, "classes", &policy.classes, [&](const YamlNode& item) {
      return reader_.ReadEnum<LicenseClass>(item, "class of licences").has_value();
    });
    ReadList(root, "licenses", &policy.licenses,
             [&](const YamlNode& item) { return CheckLicense(item); });
    CheckLicensePatterns(policy.licenses);
    ReadList(root, "upstreams", &policy.upstreams, [&](const YamlNode& item) {
      CheckPattern(item, reader_.ReadString(item, "an artifact"));
      return item.IsScalar();
    });
    ReadSeverities(root, &policy);
    ReadExceptions(root, &policy);
    ReadTests(root, &policy);
    const bool asks = !policy.rights.empty() || policy.gate || !policy.classes.allow.empty() ||
                      !policy.classes.deny.empty() || !policy.licenses.allow.empty() ||
                      !policy.licenses.deny.empty() || !policy.upstreams.allow.empty() ||
                      !policy.upstreams.deny.empty() || !policy.findings.empty();
    if (!asks) {
      reader_.Problem(root,
                      "the policy asks for nothing: give rights, a gate, classes, licenses, "
                      "upstreams or findings");
    }
    return policy;
  }

 private:
  bool CheckLicense(const YamlNode& item) {
    const std::string name = reader_.ReadString(item, "a licence");
    if (!CheckPattern(item, name)) return item.IsScalar();
    if (name.find_first_of("*?[") != name.npos || licenses_.Find(name)) return true;
    reader_.Problem(item,
                    absl::StrFormat("no licence \"%s\" in the catalogue%s", EscapeForTerminal(name),
                                    DidYouMean(name, licenses_.Ids())));
    return true;
  }

  // A pattern that is not what it looks like would fit nothing, and so deny nothing.
  bool CheckPattern(const YamlNode& item, const std::string& pattern) {
    const std::string problem = item.IsScalar() ? PatternProblem(pattern) : "";
    if (!problem.empty()) {
      reader_.Problem(item,
                      absl::StrCat("the pattern \"", EscapeForTerminal(pattern), "\" ", problem));
    }
    return item.IsScalar() && problem.empty();
  }

  // Licences are known to the catalogue, so that a pattern that fits none is a mistake.
  void CheckLicensePatterns(const PolicyList& list) {
    const std::vector<std::string> ids = licenses_.Ids();
    for (const auto& [pattern, place] : list.places) {
      if (pattern.find_first_of("*?[") == pattern.npos) continue;
      const bool expected = std::count(list.unmatched.begin(), list.unmatched.end(), pattern) != 0;
      const bool fits = std::any_of(ids.begin(), ids.end(), [&, &p = pattern](const auto& id) {
        return MatchesPattern(p, id);
      });
      if (!fits && !expected) {
        problems_.push_back({place, FitsNothing(pattern, "licence")});
      }
    }
  }

  // `unmatched` says something of the names beside it, and of nothing else.
  void CheckUnmatched(const YamlNode& node, const PolicyList& list) {
    for (const std::string& name : list.unmatched) {
      const bool listed = std::count(list.allow.begin(), list.allow.end(), name) != 0 ||
                          std::count(list.deny.begin(), list.deny.end(), name) != 0;
      if (listed) continue;
      reader_.Problem(node, absl::StrCat("\"", EscapeForTerminal(name),
                                         "\" stands under `unmatched`, and neither under allow nor "
                                         "under deny"));
    }
  }

  template <typename Check>
  void ReadList(const YamlNode& root, const char* key, PolicyList* list, const Check& check) {
    const YamlNode* node = root.Find(key);
    if (node == nullptr || !reader_.CheckMap(*node, key, {"allow", "deny", "unmatched"})) return;
    for (const auto& [side, names] :
         {std::pair("allow", &list->allow), std::pair("deny", &list->deny),
          std::pair("unmatched", &list->unmatched)}) {
      const YamlNode* items = node->Find(side);
      if (items == nullptr) continue;
      if (!items->IsSequence()) {
        reader_.Problem(*items, absl::StrCat("expected a list of ", key));
        continue;
      }
      if (items->items.empty()) {
        reader_.Problem(*items, absl::StrCat("an empty list says nothing: leave ", side, " out"));
      }
      for (const YamlNode& item : items->items) {
        if (!check(item)) continue;
        std::string name = item.scalar;
        if (absl::string_view(key) == "licenses") {
          if (const auto found = licenses_.Find(name)) name = licenses_.Get(*found).id;
        }
        list->places.emplace(name, reader_.At(item));
        names->push_back(std::move(name));
      }
    }
    CheckUnmatched(*node, *list);
  }

  void ReadNumber(const YamlNode& map, const char* key, std::optional<double>* number) {
    const YamlNode* node = map.Find(key);
    if (node == nullptr) return;
    double value = 0;
    if (!absl::SimpleAtod(node->scalar, &value) || !(value >= 0) || value > 1e18) {
      reader_.Problem(
          *node, absl::StrCat("\"", EscapeForTerminal(node->scalar), "\" is no number from 0 on"));
      return;
    }
    *number = value;
  }

  void ReadTheory(const YamlNode& node, TheoryChanges* theory) {
    if (!node.IsMap())
      return reader_.Problem(node, "expected switches of the theory and their settings");
    for (const auto& [key, value] : node.entries) {
      const auto of = reader_.ReadEnum<TheorySwitch>(key, "switch of the theory");
      const auto setting = reader_.ReadEnum<Setting>(value, "setting");
      if (of && setting) theory->Set(*of, *setting);
    }
  }

  void ReadContext(const YamlNode& node, Context* context) {
    if (!reader_.CheckMap(node, "context",
                          {"as", "modified", "made-it", "monthly-active-users",
                           "annual-revenue-usd", "attributable-revenue-usd", "share-of-royalty",
                           "regions", "established-in", "purposes", "entity", "facts"})) {
      return;
    }
    context->use_mode = reader_.ReadEnumAt<UseMode>(node, "as", false);
    context->modified = reader_.ReadBoolAt(node, "modified");
    context->made_it = reader_.ReadBoolAt(node, "made-it");
    ReadNumber(node, "monthly-active-users", &context->monthly_active_users);
    ReadNumber(node, "annual-revenue-usd", &context->annual_revenue_usd);
    ReadNumber(node, "attributable-revenue-usd", &context->attributable_revenue_usd);
    ReadNumber(node, "share-of-royalty", &context->share_of_royalty);
    context->regions = reader_.ReadStringsAt(node, "regions");
    context->established_in = node.Find("established-in") == nullptr
                                  ? context->regions
                                  : reader_.ReadStringsAt(node, "established-in");
    ReadFacts(node, context);
    context->purposes = reader_.ReadStringsAt(node, "purposes");
    const std::string entity = reader_.ReadStringAt(node, "entity", false);
    if (!entity.empty()) context->entity = entity;
  }

  // `facts: {competes-with-licensor: no}`. The vocabulary's names are checked when it is asked.
  void ReadFacts(const YamlNode& context_node, Context* context) {
    const YamlNode* facts = context_node.Find("facts");
    if (facts == nullptr) return;
    if (!facts->IsMap()) {
      reader_.Problem(*facts, "expected a map from facts to yes or no");
      return;
    }
    for (const auto& [key, value] : facts->entries) {
      if (value.scalar == "yes" || value.scalar == "no") {
        context->facts[key.scalar] = value.scalar == "yes";
      } else {
        reader_.Problem(value, "expected yes or no");
      }
    }
  }

  void ReadGate(const YamlNode& root, Policy* policy) {
    policy->gate = reader_.ReadEnumAt<UseMode>(root, "gate", false);
    if (!policy->gate) return;
    if (policy->context.use_mode.value_or(*policy->gate) != *policy->gate) {
      reader_.Problem(*root.Find("gate"), "the gate and `as` in the context name different uses");
    }
    policy->context.use_mode = policy->gate;
  }

  void ReadSeverities(const YamlNode& root, Policy* policy) {
    if (const YamlNode* node = root.Find("findings")) {
      if (!node->IsMap()) {
        reader_.Problem(*node, "expected a map from findings to error, warning, note or ignore");
      } else {
        for (const auto& [key, value] : node->entries) {
          static_cast<void>(reader_.ReadEnum<FindingId>(key, "finding"));
          if (value.scalar == "ignore") {
            policy->findings[key.scalar] = std::nullopt;
          } else if (const auto severity = reader_.ReadEnum<Severity>(value, "severity")) {
            policy->findings[key.scalar] = *severity;
          }
        }
      }
    }
    const YamlNode* node = root.Find("severity");
    if (node == nullptr) return;
    if (!node->IsMap()) {
      reader_.Problem(*node, "expected a map from rules to severities");
      return;
    }
    for (const auto& [key, value] : node->entries) {
      const auto rule = reader_.ReadEnum<PolicyRule>(key, "rule");
      const auto severity = reader_.ReadEnum<Severity>(value, "severity");
      if (rule && severity) policy->severity[*rule] = *severity;
    }
  }

  void CheckRule(const YamlNode& node, absl::string_view name) {
    if (FindByName<PolicyRule>(name) || FindByName<FindingId>(name)) return;
    std::vector<std::string> names = AllNames<PolicyRule>();
    for (std::string& id : AllNames<FindingId>()) names.push_back(std::move(id));
    reader_.Problem(
        node, absl::StrCat("\"", EscapeForTerminal(name), "\" is neither a rule nor a finding",
                           DidYouMean(name, names)));
  }

  void ReadExceptions(const YamlNode& root, Policy* policy) {
    const YamlNode* list = root.Find("exceptions");
    if (list == nullptr) return;
    if (!list->IsSequence()) reader_.Problem(*list, "expected a list of exceptions");
    for (const YamlNode& node : list->items) {
      if (!reader_.CheckMap(node, "an exception", {"artifact", "rule", "until", "reason"})) {
        continue;
      }
      PolicyException exception;
      exception.location = reader_.At(node);
      exception.artifact = reader_.ReadStringAt(node, "artifact", true);
      exception.rule = reader_.ReadStringAt(node, "rule", true);
      exception.reason = reader_.ReadStringAt(node, "reason", true);
      if (node.Find("rule") != nullptr) CheckRule(*node.Find("rule"), exception.rule);
      if (const YamlNode* artifact = node.Find("artifact")) {
        CheckPattern(*artifact, exception.artifact);
      }
      const std::optional<Date> until = reader_.ReadDateAt(node, "until");
      if (node.Find("until") == nullptr) {
        reader_.Problem(node, "\"until\" is missing: no exception holds for ever");
      }
      exception.until = until.value_or(Date());
      policy->exceptions.push_back(std::move(exception));
    }
  }

  void ReadTests(const YamlNode& root, Policy* policy) {
    const YamlNode* list = root.Find("tests");
    if (list == nullptr) return;
    if (!list->IsSequence()) reader_.Problem(*list, "expected a list of tests");
    for (const YamlNode& node : list->items) {
      if (!reader_.CheckMap(node, "a test", {"artifact", "expect", "because"})) continue;
      PolicyTest test;
      test.location = reader_.At(node);
      test.artifact = reader_.ReadStringAt(node, "artifact", true);
      test.expect =
          reader_.ReadEnumAt<PolicyOutcome>(node, "expect", true).value_or(PolicyOutcome::kPass);
      test.because = reader_.ReadStringsAt(node, "because");
      for (const std::string& rule : test.because) CheckRule(*node.Find("because"), rule);
      policy->tests.push_back(std::move(test));
    }
  }

  NodeReader reader_;
  std::vector<Diagnostic>& problems_;
  const LicenseTable& licenses_;
};

}  // namespace

bool ReadPolicy(absl::string_view text, absl::string_view file, const LicenseTable& licenses,
                Policy* policy, std::vector<Diagnostic>* problems) {
  const std::size_t before = problems->size();
  const absl::StatusOr<YamlNode> root = ParseYaml(text, file);
  if (!root.ok()) {
    problems->push_back({Location{}, std::string(root.status().message())});
    return false;
  }
  Policy read = PolicyReader(std::string(file), licenses, problems).Read(*root);
  if (problems->size() != before) return false;
  *policy = std::move(read);
  return true;
}

}  // namespace lineage
