#include "engine/policy/policy.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/license/expression.h"

namespace lineage {
namespace {

bool MatchesAny(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return MatchesPattern(pattern, name); });
}

// "" if the list has nothing against the name, else why.
std::string Against(const PolicyList& list, const std::string& name) {
  if (MatchesAny(list.deny, name)) return "is denied";
  if (!list.allow.empty() && !MatchesAny(list.allow, name)) return "is not among the allowed";
  return "";
}

// Whether the artifact's own work reaches along the path: not through training or history alone.
bool CarriesWork(const std::vector<Hop>& path) {
  return std::all_of(path.begin(), path.end(), [](const Hop& hop) {
    const RelationClass relation = ClassOf(hop.relation);
    return relation != RelationClass::kNone && relation != RelationClass::kTraining;
  });
}

class Evaluation {
 public:
  Evaluation(const Policy& policy, const Explanation& explanation, const LicenseTable& licenses,
             Date today)
      : policy_(policy), e_(explanation), licenses_(licenses), today_(today) {}

  PolicyResult Run() {
    result_.artifact = e_.artifact;
    CheckRights();
    CheckGate();
    CheckLicense(e_.artifact, e_.license, {});
    CheckUpstream(e_.artifact, {});
    for (const UpstreamView& upstream : e_.upstream) {
      CheckUpstream(upstream.artifact, upstream.path);
      if (policy_.training_data || CarriesWork(upstream.path)) {
        const bool none = upstream.license == "undeclared" || upstream.license == "unresolved";
        CheckLicense(upstream.artifact, none ? "" : upstream.license, upstream.path);
      }
    }
    CheckFindings();
    std::stable_sort(result_.violations.begin(), result_.violations.end(),
                     [](const Violation& a, const Violation& b) {
                       const bool a_excused = a.exception != nullptr;
                       const bool b_excused = b.exception != nullptr;
                       if (a_excused != b_excused) return b_excused;
                       if (a.severity != b.severity) return a.severity > b.severity;
                       return !a.open && b.open;
                     });
    for (const Violation& violation : result_.violations) {
      if (violation.exception != nullptr || violation.severity != Severity::kError) continue;
      result_.outcome =
          std::max(result_.outcome, violation.open ? PolicyOutcome::kOpen : PolicyOutcome::kFail);
    }
    return std::move(result_);
  }

 private:
  Severity SeverityOf(PolicyRule rule) const {
    const auto it = policy_.severity.find(rule);
    return it == policy_.severity.end() ? Severity::kError : it->second;
  }

  void Add(Violation violation) {
    for (const PolicyException& exception : policy_.exceptions) {
      if (exception.rule != violation.rule || !MatchesPattern(exception.artifact, e_.artifact))
        continue;
      if (today_ <= exception.until) {
        violation.exception = &exception;
        break;
      }
      violation.expired = true;
    }
    result_.violations.push_back(std::move(violation));
  }

  void CheckRights() {
    if (policy_.rights.empty()) return;
    const auto accepted = [&](Verdict verdict) {
      return std::find(policy_.accept.begin(), policy_.accept.end(), verdict) !=
             policy_.accept.end();
    };
    if (accepted(e_.joint) && e_.complete) return;
    Violation violation;
    violation.rule = std::string(Name(PolicyRule::kRights));
    violation.severity = SeverityOf(PolicyRule::kRights);
    violation.open = e_.joint != Verdict::kProhibited || !e_.complete;
    std::vector<std::string> rights;
    for (const RightVerdict& verdict : e_.verdicts) {
      if (policy_.rights.Has(verdict.right) && !accepted(verdict.verdict)) {
        rights.push_back(absl::StrCat(Name(verdict.right), " is ", Name(verdict.verdict)));
      }
    }
    if (rights.empty()) rights.push_back(absl::StrCat("together they are ", Name(e_.joint)));
    violation.message = absl::StrJoin(rights, ", ");
    if (!e_.complete) violation.message += " (the derivation was cut short)";
    if (!e_.joint_because.empty()) {
      const Because& because = e_.joint_because.front();
      violation.path = because.path;
      violation.license = because.license;
      violation.section = because.section;
      if (!because.says.empty()) absl::StrAppend(&violation.message, ": ", because.says);
    }
    if (!e_.remedies.empty()) violation.remedy = e_.remedies.front();
    Add(std::move(violation));
  }

  void CheckGate() {
    const Gate& gate = e_.gate;
    if (!policy_.gate || gate.verdict == Verdict::kPermitted) return;
    Violation violation;
    violation.rule = std::string(Name(PolicyRule::kGate));
    violation.severity = SeverityOf(PolicyRule::kGate);
    violation.open = gate.verdict == Verdict::kConditional;
    violation.message =
        absl::StrCat("may not be released under its label (", Name(*policy_.gate), ")");
    if (!gate.findings.empty()) {
      const Finding& finding = e_.findings[gate.findings.front()];
      absl::StrAppend(&violation.message, ": ", finding.message);
      violation.remedy = finding.remedy;
      violation.path = finding.path;
      violation.license = finding.license;
      violation.section = finding.section;
    }
    if (!gate.under.empty()) {
      violation.remedy = violation.open ? absl::StrCat("Pass it on under ", gate.under, ".")
                                        : absl::StrCat("Release it under ", gate.under, ".");
    }
    Add(std::move(violation));
  }

  void CheckLicense(const std::string& artifact, const std::string& text,
                    const std::vector<Hop>& path) {
    const BoundExpression bound = text.empty() || !Expression::Parse(text).ok()
                                      ? LicenseTable::Unknown(text)
                                      : licenses_.Bind(text);
    // One licence of a choice is enough.
    std::set<std::string> reasons_class;
    std::set<std::string> reasons_license;
    Judge(bound, text.empty(), &reasons_class, &reasons_license);
    const auto add = [&](PolicyRule rule, const std::set<std::string>& reasons) {
      if (reasons.empty()) return;
      Violation violation;
      violation.rule = std::string(Name(rule));
      violation.severity = SeverityOf(rule);
      violation.message = absl::StrCat(artifact, ": ", absl::StrJoin(reasons, "; "));
      violation.remedy = path.empty()
                             ? "Choose an artifact under another licence, or change the policy."
                             : absl::StrCat("Replace ", artifact, ", or change the policy.");
      violation.path = path;
      violation.license = text;
      Add(std::move(violation));
    };
    add(PolicyRule::kClasses, reasons_class);
    add(PolicyRule::kLicenses, reasons_license);
  }

  void Judge(const BoundExpression& bound, bool undeclared, std::set<std::string>* by_class,
             std::set<std::string>* by_license) const {
    if (bound.op == Expression::Op::kLicense) {
      const bool known = bound.license.valid();
      const std::string id = known ? licenses_.Get(bound.license).id : bound.as_written;
      const std::string_view class_name =
          known ? EnumNames<LicenseClass>::value[static_cast<std::size_t>(
                      licenses_.Get(bound.license).license_class)]
                : "undeclared";
      const std::string shown = undeclared ? "no licence" : id;
      if (const std::string why = Against(policy_.classes, std::string(class_name)); !why.empty()) {
        by_class->insert(
            absl::StrCat(shown, " is of the class ", std::string(class_name), ", which ", why));
      }
      if (undeclared && policy_.licenses.allow.empty()) return;
      if (const std::string why = Against(policy_.licenses, id); !why.empty()) {
        by_license->insert(absl::StrCat(shown, " ", why));
      }
      return;
    }
    const bool choice = bound.op == Expression::Op::kOr;
    std::set<std::string> all_class;
    std::set<std::string> all_license;
    for (const BoundExpression& operand : bound.operands) {
      std::set<std::string> one_class;
      std::set<std::string> one_license;
      Judge(operand, false, &one_class, &one_license);
      if (choice && one_class.empty() && one_license.empty()) return;
      all_class.insert(one_class.begin(), one_class.end());
      all_license.insert(one_license.begin(), one_license.end());
    }
    by_class->insert(all_class.begin(), all_class.end());
    by_license->insert(all_license.begin(), all_license.end());
  }

  void CheckUpstream(const std::string& artifact, const std::vector<Hop>& path) {
    const std::string why = Against(policy_.upstreams, artifact);
    // Only what it is made from has to be among the allowed.
    if (why.empty() || (path.empty() && !MatchesAny(policy_.upstreams.deny, artifact))) return;
    Violation violation;
    violation.rule = std::string(Name(PolicyRule::kUpstreams));
    violation.severity = SeverityOf(PolicyRule::kUpstreams);
    violation.message = absl::StrCat(artifact, " ", why);
    violation.remedy = absl::StrCat("Do without ", artifact, ", or change the policy.");
    violation.path = path;
    Add(std::move(violation));
  }

  void CheckFindings() {
    for (const Finding& finding : e_.findings) {
      const std::string id(Name(finding.id));
      std::optional<Severity> severity = finding.severity;
      if (const auto it = policy_.findings.find(id); it != policy_.findings.end()) {
        severity = it->second;
      } else if (finding.severity == Severity::kNote) {
        continue;
      }
      if (!severity) continue;
      Violation violation;
      violation.rule = id;
      violation.severity = *severity;
      violation.message = finding.message;
      violation.remedy = finding.remedy;
      violation.path = finding.path;
      violation.license = finding.license;
      violation.section = finding.section;
      Add(std::move(violation));
    }
  }

  const Policy& policy_;
  const Explanation& e_;
  const LicenseTable& licenses_;
  const Date today_;
  PolicyResult result_;
};

}  // namespace

std::string FitsNothing(const std::string& name, absl::string_view what) {
  return absl::StrCat("\"", EscapeForTerminal(name), "\" fits no ", what,
                      " that is known: correct it, or list it under `unmatched` too if it is meant "
                      "for what may come");
}

absl::StatusOr<std::vector<Diagnostic>> UnmatchedUpstreams(
    const Policy& policy, const std::function<absl::StatusOr<bool>(const std::string&)>& fits) {
  std::vector<Diagnostic> problems;
  const PolicyList& list = policy.upstreams;
  for (const std::vector<std::string>* names : {&list.allow, &list.deny}) {
    for (const std::string& name : *names) {
      if (std::count(list.unmatched.begin(), list.unmatched.end(), name) != 0) continue;
      ASSIGN_OR_RETURN(const bool found, fits(name));
      if (!found) problems.push_back({list.places.at(name), FitsNothing(name, "artifact")});
    }
  }
  return problems;
}

PolicyResult Evaluate(const Policy& policy, const Explanation& explanation,
                      const LicenseTable& licenses, Date today) {
  return Evaluation(policy, explanation, licenses, today).Run();
}

}  // namespace lineage
