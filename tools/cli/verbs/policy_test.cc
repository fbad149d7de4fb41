#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "tools/cli/json.h"
#include "tools/cli/policy_judge.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// Adds what is otherwise than the test expects.
void RunTest(const PolicyTest& test, const absl::StatusOr<PolicyResult>& result,
             std::vector<std::string>* failures) {
  const std::string where = absl::StrCat(test.location.ToString(), ": ");
  if (!result.ok()) {
    failures->push_back(absl::StrCat(where, result.status().message()));
    return;
  }
  std::vector<std::string> broken;
  for (const Violation& violation : result->violations) {
    if (violation.exception == nullptr) broken.push_back(violation.rule);
  }
  if (result->outcome != test.expect) {
    failures->push_back(
        absl::StrCat(where, result->artifact, " was expected to ", Name(test.expect),
                     ", and the outcome is ", Name(result->outcome),
                     broken.empty() ? "" : absl::StrCat(" (", absl::StrJoin(broken, ", "), ")")));
    return;
  }
  for (const std::string& rule : test.because) {
    if (std::find(broken.begin(), broken.end(), rule) != broken.end()) continue;
    failures->push_back(absl::StrCat(where, result->artifact, " was expected to break ", rule,
                                     "; it breaks ",
                                     broken.empty() ? "nothing" : absl::StrJoin(broken, ", ")));
  }
}

class PolicyTestVerb final : public Verb {
 public:
  PolicyTestVerb()
      : Verb({.name = "policy test",
              .summary = "Run the tests that stand in policies",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kHypothesis,
              .formats = DocumentFormats(),
              .examples = {{"policy test docs/examples/policy.yaml",
                            "whether each artifact passes or fails as the policy expects"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("FILE", files_, "Policies")->required()->expected(1, 1000);
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::unique_ptr<PolicyJudge> judge, PolicyJudge::Create(run));
    std::size_t count = 0;
    std::vector<std::string> failures;
    for (const std::string& path : files_) {
      ASSIGN_OR_RETURN(const Policy policy, judge->Load(path));
      ASSIGN_OR_RETURN(const std::vector<Diagnostic> unknown, judge->UnknownNames(policy, path));
      RETURN_IF_ERROR(ToStatus(unknown));
      if (policy.tests.empty()) failures.push_back(absl::StrCat(path, ": has no tests"));
      for (const PolicyTest& test : policy.tests) {
        ++count;
        RunTest(test, judge->Judge(policy, test.artifact), &failures);
      }
    }
    if (run.output.table()) {
      for (const std::string& failure : failures) run.output.Wrapped("", 0, 4, failure);
      run.output.Line(absl::StrCat(count, " tests, ", failures.size(), " failures"));
    } else {
      run.output.Document(
          Json{{"version", kJsonVersion}, {"tests", count}, {"failures", failures}});
    }
    return failures.empty() ? kExitYes : run.Gate(kExitNo);
  }

 private:
  std::vector<std::string> files_;
};

}  // namespace

std::unique_ptr<Verb> MakePolicyTestVerb() { return std::make_unique<PolicyTestVerb>(); }

}  // namespace lineage
