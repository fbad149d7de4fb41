#include "tools/cli/tables.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/print/findings.h"
#include "tools/cli/print/text.h"

namespace lineage {
void PrintShow(const ArtifactView& view, Output* output) {
  const Artifact& artifact = view.artifact;
  output->Line(absl::StrCat(
      output->Paint(EscapeForTerminal(artifact.id), Ink::kBold), "  ", Name(artifact.kind),
      artifact.name.empty() ? "" : absl::StrCat(", ", EscapeForTerminal(artifact.name))));
  if (!view.package_url.empty())
    output->Line(absl::StrCat("purl      ", EscapeForTerminal(view.package_url)));
  if (!artifact.aliases.empty())
    output->Wrapped("aliases   ", 10, 10, absl::StrJoin(artifact.aliases, ", "));
  if (artifact.released) output->Line(absl::StrCat("released  ", artifact.released->ToString()));
  if (!view.licensor.empty()) {
    output->Wrapped(
        "licensor  ", 10, 10,
        absl::StrCat(view.licensor, view.licensor_claimed ? "" : " (inferred from the id)"));
  }
  for (const ComponentView& component : view.components) {
    output->Wrapped(Pad(Name(component.component), 10), 10, 10,
                    absl::StrCat(component.license, " (", Name(component.license_class), ")"));
  }
  const auto edges = [&](absl::string_view title, const std::vector<EdgeView>& list, bool up) {
    if (list.empty()) return;
    output->Heading(title);
    constexpr std::size_t kShown = 40;
    for (std::size_t i = 0; i < list.size() && i < kShown; ++i) {
      const EdgeView& edge = list[i];
      output->Wrapped(
          "  ", 2, 4,
          up ? absl::StrCat(Name(edge.relation), " ", edge.parent, " — ", SourceText(edge.claim))
             : absl::StrCat(edge.child, " ", Name(edge.relation), " it — ",
                            SourceText(edge.claim)));
    }
    if (list.size() > kShown)
      output->Line(absl::StrFormat("  … and %d more (-o json)", list.size() - kShown));
  };
  edges("Upstream", view.upstream, true);
  edges("Downstream", view.downstream, false);
  output->Heading("Claims");
  for (const ClaimView& claim : view.claims) {
    if (claim.claim.statement == StatementKind::kEdge) continue;
    const std::string what = StatementText(claim.claim, claim.conclusion);
    output->Wrapped(
        absl::StrCat("  ", Pad(Name(claim.status), 11)), 13, 15,
        absl::StrCat(what, " — ", SourceText(claim.claim), ": ", claim.claim.source.document,
                     claim.claim.where.empty() ? "" : absl::StrCat(", ", claim.claim.where)));
  }
}

void PrintHits(const std::vector<SearchHit>& hits, RightSet rights, Output* output) {
  std::size_t width = 0;
  for (const SearchHit& hit : hits) width = std::max(width, hit.artifact.size());
  width = std::min<std::size_t>(width, 48);
  for (const SearchHit& hit : hits) {
    std::string verdicts;
    std::size_t i = 0;
    for (const Right right : rights.Values()) {
      if (i == hit.verdicts.size()) break;
      const Verdict verdict = hit.verdicts[i++];
      absl::StrAppend(&verdicts, "  ",
                      rights.Values().size() > 1 ? absl::StrCat(Name(right), " ") : "",
                      output->Paint(Name(verdict), InkFor(verdict)));
    }
    output->Line(
        absl::StrCat(output->Paint(Pad(EscapeForTerminal(hit.artifact), width), Ink::kBold), "  ",
                     Pad(Name(hit.kind), 10), "  ", Pad(EscapeForTerminal(hit.license), 26), "  ",
                     Pad(Name(hit.license_class), 14), verdicts));
  }
  output->Line(
      absl::StrCat(hits.size(), hits.size() == 1 ? " artifact. " : " artifacts. ", kDisclaimer));
}

void PrintWalk(const WalkView& view, Output* output) {
  output->Line(output->Paint(EscapeForTerminal(view.start), Ink::kBold));
  for (const WalkStep& step : view.steps) {
    const std::size_t indent = 2 * static_cast<std::size_t>(std::min(step.depth, 20));
    output->Wrapped(
        std::string(indent, ' '), indent, indent + 2,
        absl::StrCat(Name(step.relation), step.depth > 1 ? absl::StrCat(" (", step.from, ")") : "",
                     "  ", step.artifact, "  [", step.license, "]"));
  }
  if (view.steps.empty()) output->Line("  nothing");
  if (!view.complete) output->Line("… cut short by --limit: more follows");
}

void PrintFindings(const std::vector<Finding>& findings, Output* output) {
  PrintFindingList(findings, true, output);
  std::map<Severity, int> count;
  for (const Finding& finding : findings) ++count[finding.severity];
  output->Line(absl::StrFormat("%d errors, %d warnings, %d notes. %s", count[Severity::kError],
                               count[Severity::kWarning], count[Severity::kNote],
                               std::string(kDisclaimer)));
}

void PrintSuggestions(const Suggestions& suggestions, Output* output) {
  output->Line(absl::StrCat(
      output->Paint(EscapeForTerminal(suggestions.artifact), Ink::kBold), "  now ",
      suggestions.license.empty() ? "without a licence" : EscapeForTerminal(suggestions.license),
      suggestions.complete ? "" : "; INCOMPLETE: cut short by a limit"));
  for (const LicenseSuggestion& suggestion : suggestions.suggestions) {
    std::vector<std::string> duties;
    for (const DutyKind duty : suggestion.duties) duties.emplace_back(Name(duty));
    output->Wrapped(absl::StrCat("  ", Pad(suggestion.license, 32), "  ",
                                 Pad(Name(suggestion.license_class), 16)),
                    52, 54, duties.empty() ? "asks for nothing" : absl::StrJoin(duties, ", "));
  }
  if (!suggestions.suggestions.empty()) {
    output->Line("What its upstreams ask for is due besides (lineage-cli notice).");
  }
  if (!suggestions.standing.empty()) {
    output->Line("No licence ends these findings:");
    PrintFindingList(suggestions.standing, false, output);
  }
  if (!suggestions.conflicts.empty()) {
    output->Line("No licence of the catalogue will do. These conflict:");
    for (const std::vector<std::string>& conflict : suggestions.conflicts) {
      output->Wrapped("  - ", 4, 4, absl::StrJoin(conflict, " and "));
    }
  }
  output->Line();
  output->Line(output->Paint(kDisclaimer, Ink::kDim));
}

}  // namespace lineage
