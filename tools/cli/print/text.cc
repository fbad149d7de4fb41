#include "tools/cli/print/text.h"

#include "absl/strings/str_join.h"
#include "engine/model/ai_act.h"
#include "engine/model/openness.h"

namespace lineage {

std::string ArrowText(const std::vector<Hop>& path) {
  return absl::StrJoin(path, " ", [](std::string* out, const Hop& hop) {
    absl::StrAppend(out, "—", Name(hop.relation), "→ ", hop.artifact,
                    hop.supposed ? " (supposed)" : "");
  });
}

std::string SourceText(const Claim& claim) {
  if (claim.supposed) return "supposed";
  return absl::StrCat(claim.source.by, " (", Name(claim.source.kind), ", ", claim.source.said_text,
                      ")");
}

std::string StatementText(const Claim& claim, absl::string_view license) {
  switch (claim.statement) {
    case StatementKind::kLicense:
      return absl::StrCat("license ", license.empty() ? claim.text : license);
    case StatementKind::kEdge:
      return absl::StrCat(claim.denies ? "not " : "", Name(claim.relation), " ", claim.parent);
    case StatementKind::kReleases:
      return absl::StrCat("releases ", claim.releases.empty() ? "nothing" : Names(claim.releases));
    case StatementKind::kPublishes:
      return PublishedText(claim);
    case StatementKind::kFact:
      return FactText(claim);
    default:
      return absl::StrCat(Name(claim.statement), " ", claim.text);
  }
}

absl::string_view OpennessText(Openness openness) {
  switch (openness) {
    case Openness::kOpenSource:
      return "open licence throughout";
    case Openness::kOpenWeights:
      return "open licence, not all parts said to be released";
    case Openness::kOpenContent:
      return "open content licence";
    case Openness::kRestricted:
      return "restricted";
    case Openness::kUndeclared:
      return "undeclared";
  }
  return "";
}

}  // namespace lineage
