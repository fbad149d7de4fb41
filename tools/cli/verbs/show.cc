#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "tools/cli/json.h"
#include "tools/cli/print/text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

void Print(const ArtifactView& view, Output* output) {
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

class ShowVerb final : public Verb {
 public:
  ShowVerb()
      : Verb({.name = "show",
              .summary = "An artifact: its parts, licences, neighbours and claims",
              .group = VerbGroup::kLookAround,
              .needs = Needs::kHypothesis,
              .formats = DocumentFormats(),
              .examples = {{"show falcon-40b",
                            "what is known of it, who says so, and what became of each claim"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "An artifact")->required();
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const ArtifactView view, run.answers->Show(artifact_, run.question));
    if (run.output.table()) {
      Print(view, &run.output);
    } else {
      run.output.Document(ToJson(view));
    }
    return kExitYes;
  }

 private:
  std::string artifact_;
};

}  // namespace

std::unique_ptr<Verb> MakeShowVerb() { return std::make_unique<ShowVerb>(); }

}  // namespace lineage
