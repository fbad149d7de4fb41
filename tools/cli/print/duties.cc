#include "tools/cli/print/duties.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/cli/print/text.h"

namespace lineage {
namespace {

std::string DutyName(const DutyView& duty) {
  return duty.value.empty() ? std::string(Name(duty.kind))
                            : absl::StrCat(Name(duty.kind), " “", duty.value, "”");
}

// Whose a duty is: "MIT of org/model".
std::string DutyOwner(const DutyView& duty) {
  return duty.path.empty() ? duty.license : absl::StrCat(duty.license, " of ", duty.origin);
}

// One line per licence and origin.
void PrintDutiesShort(const std::vector<DutyView>& duties, Output* output) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const DutyView& duty : duties) {
    const std::string who = DutyOwner(duty);
    auto it = std::find_if(lines.begin(), lines.end(),
                           [&](const auto& line) { return line.first == who; });
    if (it == lines.end()) it = lines.insert(it, {who, ""});
    const std::string conditions = DutyConditions(duty);
    absl::StrAppend(&it->second, it->second.empty() ? "" : ", ", DutyName(duty),
                    SectionText(duty.section),
                    conditions.empty() ? "" : absl::StrCat(" (", conditions, ")"));
  }
  for (const auto& [who, what] : lines) output->Wrapped("  ", 2, 4, absl::StrCat(who, ": ", what));
}

void PrintDutiesInFull(const std::vector<DutyView>& duties, Output* output) {
  // The same clause from several upstreams is one thing to do: as it is least conditional.
  const auto clause = [](const DutyView& duty) {
    return absl::StrCat(duty.license, " ", duty.section, " ", Name(duty.kind));
  };
  const auto conditions = [](const DutyView& duty) {
    return duty.if_you_made_it + duty.if_similar + duty.beside;
  };
  std::map<std::string, const DutyView*> shown;
  for (const DutyView& duty : duties) {
    const DutyView*& best = shown[clause(duty)];
    if (best == nullptr || conditions(duty) < conditions(*best)) best = &duty;
  }
  for (const DutyView& duty : duties) {
    if (shown[clause(duty)] != &duty) continue;
    const std::string mark = duty.due.value_or(false) ? "  * " : "  - ";
    const std::string when = DutyConditions(duty);
    output->Wrapped(mark, 4, 6,
                    absl::StrCat(DutyName(duty), " (on ", Names(duty.on), "; ", DutyOwner(duty),
                                 SectionText(duty.section),
                                 when.empty() ? "" : absl::StrCat("; ", when), "): ", duty.says));
  }
}

}  // namespace

void PrintDuties(const std::vector<DutyView>& duties, bool full, bool contested_in_full,
                 Output* output) {
  for (const bool contested : {false, true}) {
    std::vector<DutyView> some;
    for (const DutyView& duty : duties) {
      if (duty.contested == contested) some.push_back(duty);
    }
    if (some.empty()) continue;
    output->Heading(contested ? kContestedHeading : "Duties");
    const bool in_full = contested ? contested_in_full : full;
    in_full ? PrintDutiesInFull(some, output) : PrintDutiesShort(some, output);
  }
}

}  // namespace lineage
