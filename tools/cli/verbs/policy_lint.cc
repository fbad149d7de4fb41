#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/input_file.h"
#include "engine/base/status_macros.h"
#include "tools/cli/policy_judge.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

class PolicyLintVerb final : public Verb {
 public:
  PolicyLintVerb()
      : Verb({.name = "policy lint",
              .summary = "Check policies for mistakes",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kHypothesis,
              .formats = DocumentFormats(),
              .examples = {
                  {"policy lint docs/examples/policy.yaml",
                   "mistakes of form, names that nobody knows, exceptions that have expired"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("FILE", files_, "Policies")->required()->expected(1, 1000);
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::unique_ptr<PolicyJudge> judge, PolicyJudge::Create(run));
    std::vector<Diagnostic> problems;
    for (const std::string& path : files_) {
      ASSIGN_OR_RETURN(const std::string text, ReadNamedFile(path));
      Policy policy;
      if (!ReadPolicy(text, path, judge->licenses(), &policy, &problems)) continue;
      ASSIGN_OR_RETURN(const std::vector<Diagnostic> unknown, judge->UnknownNames(policy, path));
      problems.insert(problems.end(), unknown.begin(), unknown.end());
      for (const PolicyException& exception : policy.exceptions) {
        if (exception.until >= run.question.key.as_of) continue;
        problems.push_back(
            {exception.location, absl::StrCat("the exception for ", exception.artifact,
                                              " expired on ", exception.until.ToString())});
      }
    }
    if (run.output.table()) {
      for (const Diagnostic& problem : problems) run.output.Wrapped("", 0, 4, problem.ToString());
      run.output.Line(absl::StrCat(problems.size(), " problems"));
    } else {
      Json list = Json::array();
      for (const Diagnostic& problem : problems) {
        list.push_back({{"where", problem.where.ToString()}, {"message", problem.message}});
      }
      run.output.Document(list);
    }
    return problems.empty() ? kExitYes : run.Gate(kExitNo);
  }

 private:
  std::vector<std::string> files_;
};

}  // namespace

std::unique_ptr<Verb> MakePolicyLintVerb() { return std::make_unique<PolicyLintVerb>(); }

}  // namespace lineage
