// Artifacts held against a policy, for the verbs that do.
#ifndef LINEAGE_TOOLS_CLI_POLICY_JUDGE_H_
#define LINEAGE_TOOLS_CLI_POLICY_JUDGE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/license/license_table.h"
#include "engine/policy/policy.h"
#include "tools/cli/answers.h"
#include "tools/cli/verb.h"

namespace lineage {

class PolicyJudge {
 public:
  // Asks `run` for the licences. It has to outlive the judge.
  static absl::StatusOr<std::unique_ptr<PolicyJudge>> Create(const Invocation& run);

  [[nodiscard]] const LicenseTable& licenses() const { return licenses_; }

  // A policy without mistakes of form. Errors: INVALID_ARGUMENT with file, line and column of each.
  absl::StatusOr<Policy> Load(const std::string& path) const;
  // What is wrong with a policy beside its form: names that nobody knows.
  absl::StatusOr<std::vector<Diagnostic>> UnknownNames(const Policy& policy,
                                                       const std::string& path) const;
  absl::StatusOr<PolicyResult> Judge(const Policy& policy, const std::string& artifact) const;

 private:
  PolicyJudge(const Invocation& run, LicenseTable licenses)
      : question_(run.question), answers_(*run.answers), licenses_(std::move(licenses)) {}

  absl::StatusOr<bool> IsKnown(const std::string& pattern) const;
  [[nodiscard]] Question QuestionOf(const Policy& policy) const;

  const Question& question_;
  Answers& answers_;
  const LicenseTable licenses_;
};

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_POLICY_JUDGE_H_
