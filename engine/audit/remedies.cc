#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/audit/findings.h"

namespace lineage {
namespace {

absl::string_view FlagFor(ContextKey key) {
  switch (key) {
    case ContextKey::kMonthlyActiveUsers:
      return "--mau N";
    case ContextKey::kAnnualRevenueUsd:
      return "--revenue USD";
    case ContextKey::kShareOfRoyalty:
      return "--royalty SHARE";
    case ContextKey::kRegion:
      return "--region CODE";
    case ContextKey::kPurpose:
      return "--purpose NAME";
    case ContextKey::kEntity:
      return "--entity KIND";
    case ContextKey::kAttributableRevenueUsd:
      return "--attributable-revenue USD";
    case ContextKey::kEstablishedIn:
      return "--established-in CODE";
    case ContextKey::kFact:
      break;
  }
  return "";
}

class RemedyList {
 public:
  void Add(std::string remedy) {
    if (seen_.insert(remedy).second) remedies_.push_back(std::move(remedy));
  }
  std::vector<std::string> Take() { return std::move(remedies_); }

 private:
  absl::flat_hash_set<std::string> seen_;
  std::vector<std::string> remedies_;
};

void AddMissingContext(const Explanation& explanation, RemedyList* list) {
  Missing missing;
  for (const RightVerdict& verdict : explanation.verdicts) {
    for (const ContextKey key : verdict.missing) missing.Add(key);
    for (const std::string& fact : verdict.missing_facts) missing.AddFact(fact);
  }
  if (missing.empty()) return;
  std::vector<std::string> flags;
  for (const ContextKey key : missing.keys) flags.emplace_back(FlagFor(key));
  for (const std::string& fact : missing.facts) flags.push_back(absl::StrCat("--fact ", fact, "=yes|no"));
  list->Add(absl::StrCat("Say what decides the conditions: ", absl::StrJoin(flags, " "), "."));
}

// What the strictest terms leave to be done, for the right that most people ask about first.
void AddForProhibited(const Explanation& explanation, RemedyList* list) {
  for (const RightVerdict& verdict : explanation.verdicts) {
    if (verdict.right != Right::kCommercialUse || verdict.verdict != Verdict::kProhibited) continue;
    std::vector<std::string> sources;
    for (const Because& because : verdict.because) {
      if (because.verdict != Verdict::kProhibited) continue;
      const std::string source = because.license.empty()
                                     ? because.origin
                                     : absl::StrCat(because.origin, " (", because.license, ")");
      if (std::find(sources.begin(), sources.end(), source) == sources.end())
        sources.push_back(source);
    }
    list->Add(absl::StrFormat("For commercial use, get a separate licence for or replace: %s.",
                              absl::StrJoin(sources, "; ")));
  }
}

}  // namespace

std::vector<std::string> RemediesFor(const Explanation& explanation) {
  RemedyList list;
  if (!explanation.complete)
    list.Add("The graph was cut short by a limit: raise it or narrow the question.");
  AddForProhibited(explanation, &list);
  for (const Finding& finding : explanation.findings) {
    if (finding.severity == Severity::kError) list.Add(finding.remedy);
  }
  AddMissingContext(explanation, &list);
  for (const Finding& finding : explanation.findings) {
    if (finding.severity != Severity::kError) list.Add(finding.remedy);
  }
  return list.Take();
}

}  // namespace lineage
