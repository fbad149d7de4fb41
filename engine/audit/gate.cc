#include "engine/audit/gate.h"

#include <algorithm>
#include <string>

#include "engine/audit/suggestions.h"
#include "engine/permission/compatibility.h"
#include "engine/permission/offer_of.h"

namespace lineage {
namespace {

bool Gates(const Finding& finding, std::optional<UseMode> as, bool made_it) {
  if (finding.severity != Severity::kError) return false;
  const bool released = as == UseMode::kShare || as == UseMode::kSell;
  switch (finding.id) {
    case FindingId::kForbiddenStep:
      return true;
    case FindingId::kShareAlikeDropped:
    case FindingId::kRestrictionsDropped:
    case FindingId::kClaimsMoreThanInherited:
    case FindingId::kFurtherRestrictions:
    case FindingId::kIrreconcilableUpstreams:
    case FindingId::kNotRedistributable:
      return released || (as == UseMode::kService && finding.gates_service);
    case FindingId::kCompetingUse:
      return made_it && (released || as == UseMode::kService);
    default:
      return false;
  }
}

}  // namespace

std::optional<UseMode> UseModeOf(const Query& query) {
  if (query.context.use_mode) return query.context.use_mode;
  // All rights together are a look at everything, not a plan.
  if (query.rights == RightSet::All()) return std::nullopt;
  if (query.rights.Intersects({Right::kRedistribute, Right::kRedistributeDerivatives}))
    return UseMode::kShare;
  if (query.rights.Has(Right::kProvideAsService)) return UseMode::kService;
  return std::nullopt;
}

Gate GateOf(const Snapshot& snapshot, VertexId target, const Query& query,
            const std::vector<Finding>& findings) {
  Gate gate;
  gate.as = UseModeOf(query);
  const bool made_it = query.context.made_it;
  bool forbidden = false;
  bool only_label = true;  // another licence would end all of it
  for (uint32_t i = 0; i < findings.size(); ++i) {
    if (!Gates(findings[i], gate.as, made_it)) continue;
    gate.findings.push_back(i);
    forbidden |= findings[i].id == FindingId::kForbiddenStep;
    only_label &= findings[i].id != FindingId::kCompetingUse &&
                  findings[i].id != FindingId::kIrreconcilableUpstreams &&
                  findings[i].id != FindingId::kNotRedistributable;
  }
  if (gate.findings.empty()) return gate;
  gate.verdict = Verdict::kProhibited;
  if (forbidden || !only_label) return gate;
  const std::optional<BoundExpression> label = OfferOf(snapshot, target);
  for (const std::string& license : FittingLicenses(snapshot, target, query)) {
    if (made_it) {
      gate.under = license;
      return gate;
    }
    const BoundExpression under = snapshot.licenses().Bind(license);
    if (!label || CompatibilityOf(snapshot.licenses(), *label, under, CompareStep::kFineTune)
                          .answer != CompatibilityAnswer::kYes) {
      continue;
    }
    gate.under = license;
    gate.verdict = Verdict::kConditional;
    return gate;
  }
  return gate;
}

}  // namespace lineage
