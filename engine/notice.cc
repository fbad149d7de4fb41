#include "engine/notice.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "engine/base/status_macros.h"

namespace lineage {
namespace {

void Describe(const Engine& engine, NoticeGroup* group) {
  const auto found = engine.licenses().Find(group->license);
  if (!found) return;
  const License& license = engine.licenses().Get(*found);
  group->license_name = license.name;
  group->license_url = license.url;
  const bool passes_on =
      std::any_of(group->duties.begin(), group->duties.end(),
                  [](const DutyView& duty) { return duty.kind == DutyKind::kPassOnRestrictions; });
  if (!passes_on) return;
  // Of a policy whose text is not at hand the catalogue lists what might be in it: no list to ship.
  if (license.part_basis[static_cast<std::size_t>(LicensePart::kPolicy)] != Basis::kNone)
    group->use_policy = license.use_policy;
  group->use_policy_section = license.use_policy_section;
}

// What it takes to use an artifact in this way.
RightSet RightsFor(UseMode mode, bool modified) {
  RightSet rights = {Right::kUse};
  if (mode == UseMode::kSell) rights.Add(Right::kCommercialUse);
  if (modified) rights.Add(Right::kModify);
  if (mode == UseMode::kService) rights.Add(Right::kProvideAsService);
  if (mode == UseMode::kShare || mode == UseMode::kSell) {
    rights.Add(modified ? Right::kRedistributeDerivatives : Right::kRedistribute);
  }
  return rights;
}

// May it be done at all (`of_rights`: if rights were asked for), and under its label?
void Judge(const Explanation& explanation, bool of_rights, Notice* notice) {
  if (of_rights) {
    notice->rights = explanation.joint_rights;
    notice->verdict = explanation.joint;
    notice->because = explanation.joint_because;
  }
  notice->gate = explanation.gate;
  notice->gate.findings.clear();
  for (const uint32_t finding : explanation.gate.findings) {
    notice->gate.findings.push_back(static_cast<uint32_t>(notice->findings.size()));
    notice->findings.push_back(explanation.findings[finding]);
  }
}

}  // namespace

absl::StatusOr<Notice> NoticeFor(const Engine& engine, absl::string_view artifact,
                                 const Question& question) {
  Question asked = question;
  const Context& context = question.query.context;
  if (context.use_mode && question.query.rights == RightSet::All()) {
    asked.query.rights = RightsFor(*context.use_mode, context.modified);
  }
  ASSIGN_OR_RETURN(const Explanation explanation, engine.Explain(artifact, asked));
  Notice notice;
  notice.artifact = explanation.artifact;
  notice.name = explanation.name;
  notice.license = explanation.license;
  notice.as_of = explanation.as_of;
  notice.stance = explanation.stance;
  notice.complete = explanation.complete;
  Judge(explanation, !(asked.query.rights == RightSet::All()), &notice);
  std::map<std::tuple<bool, std::string, Component, std::string>, NoticeGroup> groups;
  for (const DutyView& duty : explanation.duties) {
    if (duty.due && !*duty.due) continue;
    NoticeGroup& group = groups[{!duty.path.empty(), duty.origin, duty.component, duty.license}];
    group.artifact = duty.origin;
    group.component = duty.component;
    group.license = duty.license;
    group.path = duty.path;
    group.duties.push_back(duty);
  }
  for (auto& [key, group] : groups) {
    Describe(engine, &group);
    notice.groups.push_back(std::move(group));
  }
  for (const Finding& finding : explanation.findings) {
    if (finding.id == FindingId::kUndeclaredLicense || finding.id == FindingId::kUnknownLicense ||
        finding.id == FindingId::kUnknownUpstreamLicense ||
        finding.id == FindingId::kUnresolvedUpstream) {
      notice.unknown.push_back(finding.message);
    }
  }
  return notice;
}

}  // namespace lineage
