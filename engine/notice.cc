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
  group->use_policy = license.use_policy;
  group->use_policy_section = license.use_policy_section;
}

}  // namespace

absl::StatusOr<Notice> NoticeFor(const Engine& engine, absl::string_view artifact,
                                 const Question& question) {
  ASSIGN_OR_RETURN(const Explanation explanation, engine.Explain(artifact, question));
  Notice notice;
  notice.artifact = explanation.artifact;
  notice.name = explanation.name;
  notice.license = explanation.license;
  notice.as_of = explanation.as_of;
  notice.stance = explanation.stance;
  notice.complete = explanation.complete;
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
        finding.id == FindingId::kUnresolvedUpstream) {
      notice.unknown.push_back(finding.message);
    }
  }
  return notice;
}

}  // namespace lineage
