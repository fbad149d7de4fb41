#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "tools/cli/json.h"
#include "tools/cli/policy_judge.h"
#include "tools/cli/print/explanation.h"
#include "tools/cli/print/headroom.h"
#include "tools/cli/print/policy.h"
#include "tools/cli/rights_flags.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Format> Formats(bool policy) {
  std::vector<Format> formats = DocumentFormats();
  if (policy) formats.insert(formats.end(), {Format::kSarif, Format::kJunit, Format::kGithub});
  return formats;
}

class CheckVerb final : public Verb {
 public:
  CheckVerb()
      : Verb({.name = "check",
              .summary = "One verdict for rights asked together, and whether it may be released "
                         "under its label; the exit status gates CI",
              .group = VerbGroup::kAsk,
              .needs = Needs::kHypothesis,
              .formats = Formats(/*policy=*/true),
              .examples = {
                  {"check mpt-7b-instruct commercial-use redistribute",
                   "may it be sold and passed on?"},
                  {"check vicuna-13b-v1.5 --for commercial-use --mau 50e6 --as sell --headroom",
                   "for you, and up to how many users it passes"},
                  {"check --policy docs/examples/policy.yaml mpt-7b-instruct alpaca-7b",
                   "artifacts, folders of models and recipes against your organisation's "
                   "policy"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option(
           "ARTIFACT", operands_,
           "An artifact, then the rights; with --policy artifacts, folders and files to import")
        ->required()
        ->expected(1, 1'000'000);
    rights_.DeclareFlag(app, "The rights, separated by commas");
    app->add_option("--policy", policy_, "Hold the artifacts against this policy");
    app->add_flag("--headroom", headroom_, "Show up to where it passes: users, revenue, royalties");
    app->add_flag("--strict", strict_, "Warnings do not pass either");
  }

  [[nodiscard]] std::vector<Format> formats() const override { return Formats(!policy_.empty()); }

  absl::StatusOr<int> Run(Invocation& run) override {
    return policy_.empty() ? CheckRights(run) : CheckPolicy(run);
  }

 private:
  absl::StatusOr<int> CheckRights(Invocation& run) {
    rights_.Add({operands_.begin() + 1, operands_.end()});
    if (rights_.empty()) {
      return absl::InvalidArgumentError(
          "check needs rights, after the artifact or as --for RIGHTS; or --policy FILE");
    }
    Question question = run.question;
    const absl::StatusOr<RightSet> rights = rights_.Read();
    if (!rights.ok() && operands_.size() > 1) {
      return absl::InvalidArgumentError(
          absl::StrCat(rights.status().message(), "\nTo check several artifacts, use --policy."));
    }
    ASSIGN_OR_RETURN(question.query.rights, rights);
    const std::string& artifact = operands_[0];
    ASSIGN_OR_RETURN(const Explanation explanation, run.answers->Explain(artifact, question));
    std::vector<Headroom> headrooms;
    if (headroom_) {
      ASSIGN_OR_RETURN(headrooms, run.answers->GetHeadroom(artifact, question));
    }
    const Context& context = question.query.context;
    if (run.output.table()) {
      PrintCheck(explanation, context, headroom_ ? &headrooms : nullptr, &run.output);
    } else {
      Json json = CheckToJson(explanation, context);
      if (headroom_) json["headroom"] = ToJson(headrooms);
      run.output.Document(json);
    }
    const bool warned =
        std::any_of(explanation.findings.begin(), explanation.findings.end(),
                    [](const Finding& finding) { return finding.severity >= Severity::kWarning; });
    const int status =
        ExitStatusFor(Stricter(explanation.joint, explanation.gate.verdict), explanation.complete);
    return run.Gate(status == kExitYes && strict_ && warned ? kExitOpen : status);
  }

  absl::StatusOr<int> CheckPolicy(Invocation& run) {
    if (!rights_.empty()) {
      return absl::InvalidArgumentError("--for and --policy exclude each other");
    }
    if (strict_) {
      return absl::InvalidArgumentError(
          "--strict goes with --for; a policy says itself which findings count");
    }
    ASSIGN_OR_RETURN(const std::unique_ptr<PolicyJudge> judge, PolicyJudge::Create(run));
    ASSIGN_OR_RETURN(const Policy policy, judge->Load(policy_));
    ASSIGN_OR_RETURN(const std::vector<std::string> artifacts, ReadOperands(run));
    // Now that what was named is known: it may have brought what a pattern fits.
    ASSIGN_OR_RETURN(const std::vector<Diagnostic> unknown, judge->UnknownNames(policy, policy_));
    RETURN_IF_ERROR(ToStatus(unknown));
    std::vector<PolicyResult> results;
    PolicyOutcome worst = PolicyOutcome::kPass;
    for (const std::string& artifact : artifacts) {
      ASSIGN_OR_RETURN(PolicyResult result, judge->Judge(policy, artifact));
      worst = std::max(worst, result.outcome);
      results.push_back(std::move(result));
    }
    PrintPolicyResults(policy, results, &run.output);
    if (worst == PolicyOutcome::kPass) return kExitYes;
    return run.Gate(worst == PolicyOutcome::kOpen ? kExitOpen : kExitNo);
  }

  // The artifacts that are named, and those that files and folders describe: later questions see
  // these.
  absl::StatusOr<std::vector<std::string>> ReadOperands(Invocation& run) const {
    std::vector<std::string> artifacts;
    for (const std::string& operand : operands_) {
      std::error_code error;
      if (!std::filesystem::exists(operand, error)) {
        artifacts.push_back(operand);
        continue;
      }
      ImportRequest request;
      request.inputs = {{operand, operand}};
      request.options.today = run.question.key.as_of;
      ImportSummary summary;
      std::vector<std::string> found;
      RETURN_IF_ERROR(run.answers->Overlay(request, &summary, &found));
      for (const ImportNote& note : summary.notes) {
        const std::string place = note.where.ToString();
        run.err << "lineage-cli: " << place << (place.empty() ? "" : ": ")
                << EscapeForTerminal(note.message) << "\n";
      }
      if (found.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat(operand, ": holds no model or data set that could be read"));
      }
      artifacts.insert(artifacts.end(), found.begin(), found.end());
    }
    return artifacts;
  }

  std::vector<std::string> operands_;
  RightsFlags rights_;
  std::string policy_;
  bool headroom_ = false;
  bool strict_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeCheckVerb() { return std::make_unique<CheckVerb>(); }

}  // namespace lineage
