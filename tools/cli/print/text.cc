#include "tools/cli/print/text.h"

#include "absl/strings/str_join.h"
#include "engine/model/ai_act.h"
#include "engine/model/openness.h"

namespace lineage {

std::string SectionText(absl::string_view section) {
  if (section.empty() || section == "-") return "";
  return absl::StrCat(section.front() >= '0' && section.front() <= '9' ? " §" : " ", section);
}

std::string ClauseText(absl::string_view license, absl::string_view section) {
  return absl::StrCat(license, SectionText(section));
}

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

bool HasGate(const Gate& gate) {
  return gate.verdict != Verdict::kPermitted ||
         gate.as.Intersects({UseMode::kShare, UseMode::kSell, UseMode::kService});
}

std::string GateText(const Gate& gate, Verdict verdict) {
  const std::string as = gate.as.empty() ? "" : absl::StrCat(" (", Names(gate.as), ")");
  if (gate.verdict == Verdict::kPermitted) {
    return absl::StrCat(
        "its label fits what it is made from", as,
        verdict == Verdict::kPermitted ? "" : "; that permits nothing which its terms do not");
  }
  if (gate.verdict == Verdict::kConditional) {
    return absl::StrCat("conditional: under ", gate.under, ", not under its label alone", as);
  }
  return absl::StrCat("no", gate.under.empty() ? "" : ": release it under ", gate.under, as);
}

std::string DutyConditions(const DutyView& duty) {
  std::vector<absl::string_view> conditions;
  if (duty.if_you_made_it) conditions.push_back("if you made this step");
  if (duty.if_similar) conditions.push_back("if it performs similarly");
  if (duty.beside) conditions.push_back("for that part alone");
  return absl::StrJoin(conditions, ", ");
}

}  // namespace lineage
