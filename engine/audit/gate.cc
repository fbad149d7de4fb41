#include "engine/audit/gate.h"

#include <algorithm>
#include <string>

#include "engine/audit/suggestions.h"
#include "engine/permission/compatibility.h"
#include "engine/permission/offer_of.h"

namespace lineage {
namespace {

bool Gates(const Finding& finding, EnumSet<UseMode> as, bool made_it) {
  if (finding.severity != Severity::kError) return false;
  const bool released = as.Has(UseMode::kShare) || as.Has(UseMode::kSell);
  const bool served = as.Has(UseMode::kService);
  switch (finding.id) {
    case FindingId::kForbiddenStep:
      return true;
    case FindingId::kShareAlikeDropped:
    case FindingId::kRestrictionsDropped:
    case FindingId::kClaimsMoreThanInherited:
    case FindingId::kFurtherRestrictions:
    case FindingId::kLicenseReplaced:
    case FindingId::kIrreconcilableUpstreams:
    case FindingId::kNotRedistributable:
      return released || (served && finding.gates_service);
    case FindingId::kCompetingUse:
      return made_it && (released || served);
    default:
      return false;
  }
}

}  // namespace

EnumSet<UseMode> UseModesOf(const Query& query) {
  EnumSet<UseMode> modes;
  if (query.context.use_mode) modes.Add(*query.context.use_mode);
  if (query.rights.Intersects({Right::kRedistribute, Right::kRedistributeDerivatives}))
    modes.Add(UseMode::kShare);
  if (query.rights.Has(Right::kProvideAsService)) modes.Add(UseMode::kService);
  return modes;
}

Gate GatedBy(const Query& query, const std::vector<Finding>& findings) {
  Gate gate;
  gate.as = UseModesOf(query);
  for (uint32_t i = 0; i < findings.size(); ++i) {
    if (Gates(findings[i], gate.as, query.context.made_it)) gate.findings.push_back(i);
  }
  if (!gate.findings.empty()) gate.verdict = Verdict::kProhibited;
  return gate;
}

Gate GateOf(const Snapshot& snapshot, VertexId target, const Query& query,
            const std::vector<Finding>& findings) {
  Gate gate = GatedBy(query, findings);
  const bool made_it = query.context.made_it;
  // Whether another licence would end all of it.
  const bool only_label = std::all_of(gate.findings.begin(), gate.findings.end(), [&](uint32_t i) {
    const FindingId id = findings[i].id;
    return id != FindingId::kForbiddenStep && id != FindingId::kCompetingUse &&
           id != FindingId::kIrreconcilableUpstreams && id != FindingId::kNotRedistributable;
  });
  if (gate.findings.empty() || !only_label) return gate;
  const std::optional<BoundExpression> label = OfferOf(snapshot, target);
  for (const std::string& license : FittingLicenses(snapshot, target, query)) {
    if (made_it) {
      gate.under = license;
      return gate;
    }
    const BoundExpression under = snapshot.licenses().Bind(license);
    // Of a vendor's agreement only those fit that the work holds already, or its vendor offers.
    if (!label || CompatibilityOf(snapshot.licenses(), *label, under, CompareStep::kFineTune,
                                  VendorGrant::kHeld)
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
