#include "tools/cli/policy_command.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/base/input_file.h"
#include "engine/base/pattern.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/archive.h"
#include "engine/license/license_table.h"
#include "engine/model/not_examined.h"
#include "engine/policy/policy.h"
#include "tools/cli/json.h"

#ifndef LINEAGE_VERSION
#define LINEAGE_VERSION "unknown"
#endif

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// Of a search for what a pattern fits: more is as good as found.
constexpr std::size_t kMostHits = 1000;

Ink InkFor(PolicyOutcome outcome) {
  return outcome == PolicyOutcome::kPass   ? Ink::kGood
         : outcome == PolicyOutcome::kOpen ? Ink::kOpen
                                           : Ink::kBad;
}

class PolicyRunner {
 public:
  PolicyRunner(const CommandLine& c, const Question& question, Answers* answers, Output* output,
               std::ostream& err)
      : c_(c), question_(question), answers_(*answers), output_(*output), err_(err) {}

  absl::StatusOr<int> Run() {
    Catalog catalog;
    ASSIGN_OR_RETURN(catalog.licenses, answers_.Licenses());
    licenses_ = std::make_unique<LicenseTable>(std::make_shared<const Catalog>(std::move(catalog)));
    if (c_.verb == "policy lint") return Lint();
    if (c_.verb == "policy test") return Test();
    return Check();
  }

 private:
  absl::StatusOr<Policy> Load(const std::string& path) {
    ASSIGN_OR_RETURN(const std::string text, ReadNamedFile(path));
    Policy policy;
    std::vector<Diagnostic> problems;
    if (!ReadPolicy(text, path, *licenses_, &policy, &problems)) return ToStatus(problems);
    return policy;
  }

  // Whether an artifact is known that a name or pattern fits.
  absl::StatusOr<bool> Fits(const std::string& pattern) {
    // The search knows '*' alone: what it finds is held against the pattern itself.
    const std::string filter = absl::StrCat(
        "id = \"", absl::StrReplaceAll(WithStarsOnly(pattern), {{"\\", "\\\\"}, {"\"", "\\\""}}),
        "\"");
    bool more = false;
    ASSIGN_OR_RETURN(const std::vector<SearchHit> hits,
                     answers_.Search(filter, question_, kMostHits, &more));
    const bool found = std::any_of(hits.begin(), hits.end(), [&](const SearchHit& hit) {
      return MatchesPattern(pattern, hit.artifact);
    });
    return found || more;
  }

  // What is wrong with a policy beside its form: names that nobody knows.
  absl::StatusOr<std::vector<Diagnostic>> Unknown(const Policy& policy, const std::string& path) {
    ASSIGN_OR_RETURN(
        std::vector<Diagnostic> problems,
        UnmatchedUpstreams(policy, [&](const std::string& pattern) { return Fits(pattern); }));
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
  [[nodiscard]] Question QuestionOf(const Policy& policy) const {
    Question question = question_;
    question.key.claims_policy = policy.claims;
    question.query.stance = policy.stance;
    question.query.theory = policy.theory;
    question.query.undeclared = policy.undeclared;
    question.query.context = policy.context;
    if (!policy.rights.empty()) question.query.rights = policy.rights;
    return question;
  }

  absl::StatusOr<PolicyResult> Judge(const Policy& policy, const std::string& artifact) {
    ASSIGN_OR_RETURN(const Explanation explanation, answers_.Explain(artifact, QuestionOf(policy)));
    return Evaluate(policy, explanation, *licenses_, question_.key.as_of);
  }

  absl::StatusOr<int> Lint() {
    std::vector<Diagnostic> problems;
    for (const std::string& path : c_.operands) {
      ASSIGN_OR_RETURN(const std::string text, ReadNamedFile(path));
      Policy policy;
      if (!ReadPolicy(text, path, *licenses_, &policy, &problems)) continue;
      ASSIGN_OR_RETURN(const std::vector<Diagnostic> unknown, Unknown(policy, path));
      problems.insert(problems.end(), unknown.begin(), unknown.end());
      for (const PolicyException& exception : policy.exceptions) {
        if (exception.until >= question_.key.as_of) continue;
        problems.push_back(
            {exception.location, absl::StrCat("the exception for ", exception.artifact,
                                              " expired on ", exception.until.ToString())});
      }
    }
    if (output_.table()) {
      for (const Diagnostic& problem : problems) output_.Wrapped("", 0, 4, problem.ToString());
      output_.Line(absl::StrCat(problems.size(), " problems"));
    } else {
      Json list = Json::array();
      for (const Diagnostic& problem : problems) {
        list.push_back({{"where", problem.where.ToString()}, {"message", problem.message}});
      }
      output_.Document(list);
    }
    return problems.empty() || c_.no_fail ? kExitYes : kExitNo;
  }

  absl::StatusOr<int> Test() {
    std::size_t run = 0;
    std::vector<std::string> failures;
    for (const std::string& path : c_.operands) {
      ASSIGN_OR_RETURN(const Policy policy, Load(path));
      ASSIGN_OR_RETURN(const std::vector<Diagnostic> unknown, Unknown(policy, path));
      RETURN_IF_ERROR(ToStatus(unknown));
      if (policy.tests.empty()) failures.push_back(absl::StrCat(path, ": has no tests"));
      for (const PolicyTest& test : policy.tests) {
        ++run;
        const absl::StatusOr<PolicyResult> result = Judge(policy, test.artifact);
        if (!result.ok()) {
          failures.push_back(
              absl::StrCat(test.location.ToString(), ": ", result.status().message()));
          continue;
        }
        std::vector<std::string> broken;
        for (const Violation& violation : result->violations) {
          if (violation.exception == nullptr) broken.push_back(violation.rule);
        }
        if (result->outcome != test.expect) {
          failures.push_back(absl::StrCat(
              test.location.ToString(), ": ", result->artifact, " was expected to ",
              Name(test.expect), ", and the outcome is ", Name(result->outcome),
              broken.empty() ? "" : absl::StrCat(" (", absl::StrJoin(broken, ", "), ")")));
          continue;
        }
        for (const std::string& rule : test.because) {
          if (std::find(broken.begin(), broken.end(), rule) != broken.end()) continue;
          failures.push_back(absl::StrCat(
              test.location.ToString(), ": ", result->artifact, " was expected to break ", rule,
              "; it breaks ", broken.empty() ? "nothing" : absl::StrJoin(broken, ", ")));
        }
      }
    }
    if (output_.table()) {
      for (const std::string& failure : failures) output_.Wrapped("", 0, 4, failure);
      output_.Line(absl::StrCat(run, " tests, ", failures.size(), " failures"));
    } else {
      output_.Document(Json{{"version", kJsonVersion}, {"tests", run}, {"failures", failures}});
    }
    return failures.empty() || c_.no_fail ? kExitYes : kExitNo;
  }

  absl::StatusOr<int> Check() {
    if (!c_.rights.empty()) {
      return absl::InvalidArgumentError("--for and --policy exclude each other");
    }
    if (c_.strict) {
      return absl::InvalidArgumentError(
          "--strict goes with --for; a policy says itself which findings count");
    }
    ASSIGN_OR_RETURN(const Policy policy, Load(c_.policy));
    std::vector<std::string> artifacts;
    for (const std::string& operand : c_.operands) {
      std::error_code error;
      if (!std::filesystem::exists(operand, error)) {
        artifacts.push_back(operand);
        continue;
      }
      ImportRequest request;
      request.inputs = {{operand, operand}};
      request.options.today = question_.key.as_of;
      ImportSummary summary;
      std::vector<std::string> found;
      RETURN_IF_ERROR(answers_.Overlay(request, &summary, &found));
      for (const ImportNote& note : summary.notes) {
        const std::string place = note.where.ToString();
        err_ << "lineage-cli: " << place << (place.empty() ? "" : ": ")
             << EscapeForTerminal(note.message) << "\n";
      }
      if (found.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat(operand, ": holds no model or data set that could be read"));
      }
      artifacts.insert(artifacts.end(), found.begin(), found.end());
    }
    // Now that what was named is known: it may have brought what a pattern fits.
    ASSIGN_OR_RETURN(const std::vector<Diagnostic> unknown, Unknown(policy, c_.policy));
    RETURN_IF_ERROR(ToStatus(unknown));
    std::vector<PolicyResult> results;
    for (const std::string& artifact : artifacts) {
      ASSIGN_OR_RETURN(PolicyResult result, Judge(policy, artifact));
      results.push_back(std::move(result));
    }
    std::vector<ReportItem> items;
    PolicyOutcome worst = PolicyOutcome::kPass;
    for (const PolicyResult& result : results) {
      worst = std::max(worst, result.outcome);
      for (const Violation& v : result.violations) {
        if (v.exception != nullptr) continue;
        items.push_back({v.rule, v.severity, result.artifact, v.message, v.remedy, v.path,
                         v.license, v.section});
      }
    }
    if (output_.table()) {
      Print(policy, results);
    } else if (!WriteReport(items, &output_)) {
      output_.Document(ToJson(policy, results));
    }
    if (c_.no_fail) return kExitYes;
    return worst == PolicyOutcome::kPass   ? kExitYes
           : worst == PolicyOutcome::kOpen ? kExitOpen
                                           : kExitNo;
  }

  void Print(const Policy& policy, const std::vector<PolicyResult>& results) {
    std::map<PolicyOutcome, int> counts;
    for (const PolicyResult& result : results) {
      ++counts[result.outcome];
      output_.Line(absl::StrCat(output_.Paint(Pad(Name(result.outcome), 5), InkFor(result.outcome)),
                                " ", EscapeForTerminal(result.artifact)));
      for (const Violation& v : result.violations) {
        const std::string lead = absl::StrCat("  ", Pad(Name(v.severity), 8), " ");
        std::string text = absl::StrCat(v.rule, ": ", v.message);
        if (!v.path.empty()) absl::StrAppend(&text, " — through ", PathText(v.path));
        if (!v.license.empty() && v.rule == "rights") {
          absl::StrAppend(&text, " — ", v.license,
                          v.section.empty() ? "" : absl::StrCat(" section ", v.section));
        }
        if (v.exception != nullptr) {
          absl::StrAppend(&text, " — excepted until ", v.exception->until.ToString(), ": ",
                          v.exception->reason);
        } else if (v.expired) {
          absl::StrAppend(&text, " — an exception has expired");
        } else if (!v.remedy.empty()) {
          absl::StrAppend(&text, " — ", v.remedy);
        }
        output_.Wrapped(lead, 11, 11, text);
      }
    }
    output_.Line(absl::StrCat("policy ", EscapeForTerminal(policy.name), ": ",
                              counts[PolicyOutcome::kPass], " pass, ", counts[PolicyOutcome::kOpen],
                              " open, ", counts[PolicyOutcome::kFail], " fail. ", kDisclaimer));
  }

  static Json ToJson(const Policy& policy, const std::vector<PolicyResult>& results) {
    Json list = Json::array();
    for (const PolicyResult& result : results) {
      Json violations = Json::array();
      for (const Violation& v : result.violations) {
        Json path = Json::array();
        for (const Hop& hop : v.path) {
          path.push_back(
              {{"relation", std::string(Name(hop.relation))}, {"artifact", hop.artifact}});
        }
        Json one = {{"rule", v.rule},       {"severity", std::string(Name(v.severity))},
                    {"open", v.open},       {"message", v.message},
                    {"remedy", v.remedy},   {"path", std::move(path)},
                    {"license", v.license}, {"section", v.section}};
        if (v.exception != nullptr) {
          one["exception"] = {{"until", v.exception->until.ToString()},
                              {"reason", v.exception->reason}};
        }
        violations.push_back(std::move(one));
      }
      list.push_back({{"artifact", result.artifact},
                      {"outcome", std::string(Name(result.outcome))},
                      {"violations", std::move(violations)}});
    }
    return {{"version", kJsonVersion}, {"policy", policy.name}, {"results", std::move(list)}};
  }

  const CommandLine& c_;
  const Question& question_;
  Answers& answers_;
  Output& output_;
  std::ostream& err_;
  std::unique_ptr<LicenseTable> licenses_;
};

}  // namespace

absl::StatusOr<int> RunPolicyCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output, std::ostream& err) {
  return PolicyRunner(command, question, answers, output, err).Run();
}

bool WriteReport(absl::Span<const ReportItem> items, Output* output) {
  switch (output->format()) {
    case Format::kSarif:
      output->stream() << DumpJson(SarifDocument(items, LINEAGE_VERSION), 2) << "\n";
      return true;
    case Format::kJunit:
      output->stream() << JUnitDocument(items);
      return true;
    case Format::kGithub:
      output->stream() << GithubAnnotations(items);
      return true;
    default:
      return false;
  }
}

}  // namespace lineage
