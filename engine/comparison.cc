#include "engine/comparison.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/hypothesis.h"
#include "engine/permission/changes.h"

namespace lineage {
namespace {

constexpr std::size_t kMostArtifacts = 1'000'000;

// A claim counts on its day, whether it wins or loses.
bool Counts(ClaimStatus status) {
  return status != ClaimStatus::kExpired && status != ClaimStatus::kNotYet &&
         status != ClaimStatus::kRetracted;
}

// What makes two claims the same one.
using ClaimKey = std::tuple<ClaimNumber, StatementKind, std::string, std::string, Relation, bool,
                            std::string, std::string>;
ClaimKey KeyOf(const Claim& claim) {
  return {claim.number,   claim.statement, claim.text,      claim.parent,
          claim.relation, claim.denies,    claim.source.by, claim.source.document};
}

std::map<ClaimKey, const ClaimView*> CountingClaims(const std::optional<Explanation>& explanation) {
  std::map<ClaimKey, const ClaimView*> claims;
  if (!explanation) return claims;
  for (const ClaimView& view : explanation->claims) {
    if (Counts(view.status)) claims.emplace(KeyOf(view.claim), &view);
  }
  return claims;
}

std::vector<ClaimChange> ChangedClaims(const std::optional<Explanation>& before,
                                       const std::optional<Explanation>& after) {
  const std::map<ClaimKey, const ClaimView*> was = CountingClaims(before);
  const std::map<ClaimKey, const ClaimView*> is = CountingClaims(after);
  std::vector<ClaimChange> changes;
  for (const auto& [key, view] : was) {
    const auto it = is.find(key);
    if (it == is.end()) {
      changes.push_back({view->claim, view->conclusion, view->status, std::nullopt});
    } else if (it->second->status != view->status) {
      changes.push_back({view->claim, view->conclusion, view->status, it->second->status});
    }
  }
  for (const auto& [key, view] : is) {
    if (!was.contains(key)) {
      changes.push_back({view->claim, view->conclusion, std::nullopt, view->status});
    }
  }
  return changes;
}

// Those of `from` that `other` does not have.
template <typename T, typename Key>
std::vector<T> Without(const std::vector<T>& from, const std::vector<T>& other, const Key& key) {
  std::set<decltype(key(from[0]))> held;
  for (const T& value : other) held.insert(key(value));
  std::vector<T> left;
  for (const T& value : from) {
    if (!held.contains(key(value))) left.push_back(value);
  }
  return left;
}

void CompareFindings(const std::vector<Finding>& before, const std::vector<Finding>& after,
                     Difference* difference) {
  const auto key = [](const Finding& finding) { return std::pair(finding.id, finding.message); };
  difference->findings_gone = Without(before, after, key);
  difference->findings_new = Without(after, before, key);
}

void CompareDuties(const std::vector<DutyView>& before, const std::vector<DutyView>& after,
                   Difference* difference) {
  const auto key = [](const DutyView& duty) {
    return std::tuple(duty.kind, duty.license, duty.section, duty.origin, duty.value,
                      duty.due.value_or(true), duty.contested);
  };
  difference->duties_gone = Without(before, after, key);
  difference->duties_new = Without(after, before, key);
}

void CompareRights(const std::optional<Explanation>& before,
                   const std::optional<Explanation>& after, Difference* difference) {
  std::map<Right, std::pair<std::optional<Verdict>, std::optional<Verdict>>> rights;
  if (before) {
    for (const RightVerdict& verdict : before->verdicts)
      rights[verdict.right].first = verdict.verdict;
  }
  if (after) {
    for (const RightVerdict& verdict : after->verdicts)
      rights[verdict.right].second = verdict.verdict;
  }
  for (const auto& [right, verdicts] : rights) {
    if (verdicts.first == verdicts.second) continue;
    difference->verdicts.push_back(
        {difference->artifact, difference->component, right, verdicts.first, verdicts.second});
  }
}

AnswerSummary SummaryOf(const Explanation& explanation) {
  return {explanation.license.empty() ? "undeclared" : explanation.license,
          explanation.license_class, explanation.openness, explanation.joint, explanation.complete};
}

// Not known is an answer of its own; any other error ends the comparison.
absl::StatusOr<std::optional<Explanation>> TryExplain(const Engine& engine, const std::string& name,
                                                      const Question& question) {
  absl::StatusOr<Explanation> explanation = engine.Explain(name, question);
  if (absl::IsNotFound(explanation.status())) return std::optional<Explanation>();
  if (!explanation.ok()) return explanation.status();
  return std::optional<Explanation>(*std::move(explanation));
}

std::vector<std::string> AllIds(const Engine& engine, const Question& before,
                                const Question& after) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < engine.records().artifact_count(); ++i) {
    ids.emplace(engine.records().IdOf(ArtifactIndex(i)));
  }
  for (const Question* question : {&before, &after}) {
    if (question->hypothesis == nullptr) continue;
    for (std::string& id : SubjectsOf(engine, *question->hypothesis)) ids.insert(std::move(id));
  }
  return {ids.begin(), ids.end()};
}

}  // namespace

Difference DifferenceOf(const std::optional<Explanation>& before,
                        const std::optional<Explanation>& after) {
  static const Explanation* const kNothing = new Explanation();
  Difference difference;
  const Explanation& any = after ? *after : before ? *before : *kNothing;
  difference.artifact = any.artifact;
  difference.component = any.component;
  if (before) difference.before = SummaryOf(*before);
  if (after) difference.after = SummaryOf(*after);
  CompareRights(before, after, &difference);
  const Explanation& was = before ? *before : *kNothing;
  const Explanation& is = after ? *after : *kNothing;
  CompareFindings(was.findings, is.findings, &difference);
  CompareDuties(was.duties, is.duties, &difference);
  difference.claims = ChangedClaims(before, after);
  return difference;
}

absl::StatusOr<std::vector<Difference>> Compare(const Engine& engine,
                                                const std::vector<std::string>& artifacts,
                                                const Question& before, const Question& after,
                                                std::size_t max_differences,
                                                std::optional<std::size_t>* cursor) {
  const std::vector<std::string> names =
      artifacts.empty() ? AllIds(engine, before, after) : artifacts;
  std::vector<Difference> differences;
  std::size_t next = cursor->value_or(names.size());
  for (const std::size_t first = next; next < names.size(); ++next) {
    if (differences.size() >= max_differences || (next != first && after.query.stop.Requested())) {
      break;
    }
    ASSIGN_OR_RETURN(const std::optional<Explanation> was, TryExplain(engine, names[next], before));
    ASSIGN_OR_RETURN(const std::optional<Explanation> is, TryExplain(engine, names[next], after));
    if (!was && !is) {
      if (artifacts.empty()) continue;
      return engine.Explain(names[next], after).status();
    }
    Difference difference = DifferenceOf(was, is);
    if (!difference.empty()) differences.push_back(std::move(difference));
  }
  *cursor = next < names.size() ? std::optional<std::size_t>(next) : std::nullopt;
  return differences;
}

absl::StatusOr<Impact> AnalyzeImpact(const Engine& engine, const Question& question) {
  if (question.hypothesis == nullptr || question.hypothesis->empty()) {
    return absl::InvalidArgumentError("impact needs a change: claims to suppose or to leave out");
  }
  Query query = question.query;
  ASSIGN_OR_RETURN(query.context, engine.Validate(query.context));
  ASSIGN_OR_RETURN(const Supposed supposed,
                   Suppose(engine, question.key, *question.hypothesis, {}, Extent::kBoth));
  const auto before = engine.At(question.key);
  const auto after = supposed.engine->At(question.key);
  ChangedVerdicts changed = CompareVerdicts(
      *before, *after, SubjectsOf(engine, *question.hypothesis), query, kMostArtifacts);
  return Impact{std::move(changed.changes), changed.complete};
}

absl::StatusOr<Impact> ImpactSince(const Engine& engine, Revision since, const Question& question) {
  if (question.hypothesis != nullptr) {
    return absl::InvalidArgumentError(
        "impact is either of a hypothesis or of what was written since a revision");
  }
  Query query = question.query;
  ASSIGN_OR_RETURN(query.context, engine.Validate(query.context));
  std::set<std::string> subjects;
  const Records& records = engine.records();
  for (std::size_t i = 0; i < records.claim_count(); ++i) {
    const ClaimRow& claim = records.Row(ClaimIndex(i));
    if (claim.revision > since || claim.retracted > since) {
      subjects.emplace(records.IdOf(claim.subject));
    }
  }
  SnapshotKey earlier = question.key;
  earlier.at_revision = std::min(since, question.key.at_revision);
  ChangedVerdicts changed =
      CompareVerdicts(*engine.At(earlier), *engine.At(question.key),
                      {subjects.begin(), subjects.end()}, query, kMostArtifacts);
  return Impact{std::move(changed.changes), changed.complete};
}

}  // namespace lineage
