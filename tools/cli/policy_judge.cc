#include "tools/cli/policy_judge.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/input_file.h"
#include "engine/base/pattern.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/archive.h"

namespace lineage {
namespace {

// Of a search for what a pattern fits: more is as good as found.
constexpr std::size_t kMaxHits = 1000;

}  // namespace

absl::StatusOr<std::unique_ptr<PolicyJudge>> PolicyJudge::Create(const Invocation& run) {
  Catalog catalog;
  ASSIGN_OR_RETURN(catalog.licenses, run.answers->Licenses());
  return std::unique_ptr<PolicyJudge>(
      new PolicyJudge(run, LicenseTable(std::make_shared<const Catalog>(std::move(catalog)))));
}

absl::StatusOr<Policy> PolicyJudge::Load(const std::string& path) const {
  ASSIGN_OR_RETURN(const std::string text, ReadNamedFile(path));
  Policy policy;
  std::vector<Diagnostic> problems;
  if (!ReadPolicy(text, path, licenses_, &policy, &problems)) return ToStatus(problems);
  return policy;
}

// Whether an artifact is known that a name or pattern fits.
absl::StatusOr<bool> PolicyJudge::IsKnown(const std::string& pattern) const {
  // The search knows '*' alone: what it finds is held against the pattern itself.
  const std::string filter = absl::StrCat(
      "id = \"", absl::StrReplaceAll(WithStarsOnly(pattern), {{"\\", "\\\\"}, {"\"", "\\\""}}),
      "\"");
  bool more = false;
  ASSIGN_OR_RETURN(const std::vector<SearchHit> hits,
                   answers_.Search(filter, question_, kMaxHits, &more));
  const bool found = std::any_of(hits.begin(), hits.end(), [&](const SearchHit& hit) {
    return MatchesPattern(pattern, hit.artifact);
  });
  return found || more;
}

absl::StatusOr<std::vector<Diagnostic>> PolicyJudge::UnknownNames(const Policy& policy,
                                                                  const std::string& path) const {
  ASSIGN_OR_RETURN(
      std::vector<Diagnostic> problems,
      UnmatchedUpstreams(policy, [&](const std::string& pattern) { return IsKnown(pattern); }));
  ASSIGN_OR_RETURN(const std::vector<Fact> facts, answers_.Facts());
  ASSIGN_OR_RETURN(const std::vector<Purpose> purposes, answers_.Purposes());
  const auto check = [&](const std::string& name, const auto& known, absl::string_view what) {
    std::vector<std::string> ids;
    for (const auto& one : known) ids.push_back(one.id);
    if (std::count(ids.begin(), ids.end(), name) != 0) return;
    problems.push_back(
        {Location{path, 0, 0}, absl::StrCat("context: \"", EscapeForTerminal(name), "\" is no ",
                                            what, DidYouMean(name, ids))});
  };
  for (const auto& [fact, value] : policy.context.facts) check(fact, facts, "fact");
  for (const std::string& purpose : policy.context.purposes) check(purpose, purposes, "purpose");
  return problems;
}

// The question that a policy asks; the day is the command line's.
Question PolicyJudge::QuestionOf(const Policy& policy) const {
  Question question = question_;
  question.key.claims_policy = policy.claims;
  question.query.stance = policy.stance;
  question.query.theory = policy.theory;
  question.query.undeclared = policy.undeclared;
  question.query.context = policy.context;
  if (!policy.rights.empty()) question.query.rights = policy.rights;
  return question;
}

absl::StatusOr<PolicyResult> PolicyJudge::Judge(const Policy& policy,
                                                const std::string& artifact) const {
  ASSIGN_OR_RETURN(const Explanation explanation, answers_.Explain(artifact, QuestionOf(policy)));
  return Evaluate(policy, explanation, licenses_, question_.key.as_of);
}

}  // namespace lineage
