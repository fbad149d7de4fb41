#include "tools/cli/print/policy.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/text.h"
#include "engine/exchange/export.h"
#include "engine/model/not_examined.h"
#include "tools/cli/json.h"
#include "tools/cli/print/report.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

Ink InkFor(PolicyOutcome outcome) {
  return outcome == PolicyOutcome::kPass   ? Ink::kGood
         : outcome == PolicyOutcome::kOpen ? Ink::kOpen
                                           : Ink::kBad;
}

void PrintTable(const Policy& policy, const std::vector<PolicyResult>& results, Output* output) {
  std::map<PolicyOutcome, int> counts;
  for (const PolicyResult& result : results) {
    ++counts[result.outcome];
    output->Line(absl::StrCat(output->Paint(Pad(Name(result.outcome), 5), InkFor(result.outcome)),
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
      output->Wrapped(lead, 11, 11, text);
    }
  }
  output->Line(absl::StrCat("policy ", EscapeForTerminal(policy.name), ": ",
                            counts[PolicyOutcome::kPass], " pass, ", counts[PolicyOutcome::kOpen],
                            " open, ", counts[PolicyOutcome::kFail], " fail. ", kDisclaimer));
}

Json ToJson(const Policy& policy, const std::vector<PolicyResult>& results) {
  Json list = Json::array();
  for (const PolicyResult& result : results) {
    Json violations = Json::array();
    for (const Violation& v : result.violations) {
      Json path = Json::array();
      for (const Hop& hop : v.path) {
        path.push_back({{"relation", std::string(Name(hop.relation))}, {"artifact", hop.artifact}});
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

std::vector<ReportItem> ItemsOf(const std::vector<PolicyResult>& results) {
  std::vector<ReportItem> items;
  for (const PolicyResult& result : results) {
    for (const Violation& v : result.violations) {
      if (v.exception != nullptr) continue;
      items.push_back(
          {v.rule, v.severity, result.artifact, v.message, v.remedy, v.path, v.license, v.section});
    }
  }
  return items;
}

}  // namespace

void PrintPolicyResults(const Policy& policy, const std::vector<PolicyResult>& results,
                        Output* output) {
  if (output->table()) {
    PrintTable(policy, results, output);
  } else if (!WriteReport(ItemsOf(results), output)) {
    output->Document(ToJson(policy, results));
  }
}

}  // namespace lineage
