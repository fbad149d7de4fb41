#include "tools/cli/print/difference.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/model/openness.h"
#include "tools/cli/json.h"
#include "tools/cli/print/text.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

std::string Colored(const std::optional<Verdict>& verdict, const Output& output) {
  return output.Paint(VerdictText(verdict), verdict ? InkFor(*verdict) : Ink::kDim);
}

std::string StatementText(const ClaimChange& change) {
  if (change.claim.statement == StatementKind::kLicense) {
    return absl::StrCat("licensed under ", change.conclusion);
  }
  return lineage::StatementText(change.claim);
}

std::string WhoText(const Claim& claim) {
  if (claim.supposed) return "supposed";
  return absl::StrCat(claim.source.by, ", ", Name(claim.source.kind), ", ", claim.source.said_text);
}

void PrintSummaries(const Difference& d, Output* output) {
  const auto line = [&](absl::string_view what, std::string before, std::string after) {
    if (before == after) return;
    output->Wrapped(absl::StrCat("  ", Pad(what, 24)), 26, 28, absl::StrCat(before, " → ", after));
  };
  const auto text = [](const std::optional<AnswerSummary>& summary, const auto& of) {
    return summary ? std::string(of(*summary)) : "not known";
  };
  const auto both = [&](absl::string_view what, const auto& of) {
    line(what, text(d.before, of), text(d.after, of));
  };
  both("licence", [](const AnswerSummary& s) { return s.license; });
  both("class as a whole", [](const AnswerSummary& s) { return Name(s.license_class); });
  both("licence and parts", [](const AnswerSummary& s) { return OpennessText(s.openness); });
  both("complete", [](const AnswerSummary& s) { return s.complete ? "yes" : "no"; });
}

Json OptionalName(const std::optional<Verdict>& verdict) {
  return verdict ? Json(std::string(Name(*verdict))) : Json();
}

Json ToJson(const std::optional<AnswerSummary>& summary) {
  if (!summary) return {};
  return {{"license", summary->license},
          {"class", std::string(Name(summary->license_class))},
          {"openness", std::string(Name(summary->openness))},
          {"joint_verdict", std::string(Name(summary->joint))},
          {"complete", summary->complete}};
}

template <typename T>
Json ListOf(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(ToJson(value));
  return list;
}

}  // namespace

std::string VerdictText(const std::optional<Verdict>& verdict) {
  return verdict ? std::string(Name(*verdict)) : "not known";
}

void PrintDifference(const Difference& d, Output* output) {
  PrintSummaries(d, output);
  for (const VerdictChange& change : d.verdicts) {
    output->Line(absl::StrCat("  ", Pad(Name(change.right), 24), Colored(change.before, *output),
                              " → ", Colored(change.after, *output)));
  }
  const auto duties = [&](const std::vector<DutyView>& list, absl::string_view sign) {
    std::vector<std::string> seen;
    for (const DutyView& duty : list) {
      std::string text =
          absl::StrCat(Name(duty.kind), duty.value.empty() ? "" : " “", duty.value,
                       duty.value.empty() ? "" : "”", ", ", ClauseText(duty.license, duty.section),
                       " of ", duty.origin, duty.contested ? ", contested" : "");
      if (std::find(seen.begin(), seen.end(), text) != seen.end()) continue;
      output->Wrapped(absl::StrCat("  ", sign, " duty     "), 13, 15, text);
      seen.push_back(std::move(text));
    }
  };
  duties(d.duties_gone, "-");
  duties(d.duties_new, "+");
  const auto findings = [&](const std::vector<Finding>& list, absl::string_view sign) {
    for (const Finding& finding : list) {
      output->Wrapped(
          absl::StrCat("  ", sign, " ",
                       output->Paint(Pad(Name(finding.severity), 9), InkFor(finding.severity))),
          13, 15, absl::StrCat(Name(finding.id), ": ", finding.message));
    }
  };
  findings(d.findings_gone, "-");
  findings(d.findings_new, "+");
  for (const ClaimChange& change : d.claims) {
    const std::string became = !change.before  ? absl::StrCat("+ claim    ")
                               : !change.after ? absl::StrCat("- claim    ")
                                               : absl::StrCat("~ claim    ");
    std::string text = absl::StrCat(StatementText(change), " (", WhoText(change.claim), ")");
    if (change.before && change.after) {
      absl::StrAppend(&text, ": ", Name(*change.before), " → ", Name(*change.after));
    } else {
      absl::StrAppend(&text, ": ", Name(change.after ? *change.after : *change.before));
    }
    output->Wrapped(absl::StrCat("  ", became), 13, 15, text);
  }
}

Json ToJson(const VerdictChange& change) {
  return {{"artifact", change.artifact},
          {"component", std::string(Name(change.component))},
          {"right", std::string(Name(change.right))},
          {"before", OptionalName(change.before)},
          {"after", OptionalName(change.after)}};
}

Json ToJson(const Difference& d) {
  Json json = {{"artifact", d.artifact},
               {"component", std::string(Name(d.component))},
               {"before", ToJson(d.before)},
               {"after", ToJson(d.after)},
               {"verdicts", ListOf(d.verdicts)},
               {"findings_gone", ListOf(d.findings_gone)},
               {"findings_new", ListOf(d.findings_new)},
               {"duties_gone", ListOf(d.duties_gone)},
               {"duties_new", ListOf(d.duties_new)},
               {"claims", Json::array()}};
  for (const ClaimChange& change : d.claims) {
    Json claim = RecordedClaimToJson(change.claim);
    claim["supposed"] = change.claim.supposed;
    claim["before"] = change.before ? Json(std::string(Name(*change.before))) : Json();
    claim["after"] = change.after ? Json(std::string(Name(*change.after))) : Json();
    json["claims"].push_back(std::move(claim));
  }
  return json;
}

void PrintBecauseShort(const Because& because, Output* output) {
  std::string text =
      because.license.empty()
          ? because.says
          : absl::StrCat(ClauseText(because.license, because.section), ": ", because.says);
  for (const Hop& hop : because.path) {
    absl::StrAppend(&text, " —", Name(hop.relation), "→ ", hop.artifact,
                    hop.supposed ? " (supposed)" : "");
  }
  output->Wrapped(absl::StrCat("  ", Pad(Name(because.right), 24)), 26, 28, text);
}

}  // namespace lineage
