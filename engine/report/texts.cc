#include "engine/report/texts.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace lineage {

std::string SectionText(absl::string_view section) {
  if (section.empty() || section == "-") return "";
  return absl::StrCat(section.front() >= '0' && section.front() <= '9' ? " §" : " ", section);
}

std::string ClauseText(absl::string_view license, absl::string_view section) {
  return absl::StrCat(license, SectionText(section));
}

bool HasGate(const Gate& gate) {
  return gate.verdict != Verdict::kPermitted ||
         gate.as.Intersects({UseMode::kShare, UseMode::kSell, UseMode::kService});
}

std::string GateText(const Gate& gate, Verdict verdict) {
  const std::string as = gate.as.empty()
                             ? ""
                             : absl::StrCat(" (",
                                            absl::StrJoin(gate.as.Values(), ", ",
                                                          [](std::string* out, UseMode mode) {
                                                            absl::StrAppend(out, Name(mode));
                                                          }),
                                            ")");
  const absl::string_view still =
      verdict == Verdict::kPermitted ? "" : "; that permits nothing which its terms do not";
  if (gate.verdict == Verdict::kPermitted)
    return absl::StrCat("its label fits what it is made from", as, still);
  if (gate.verdict == Verdict::kConditional) {
    return absl::StrCat("conditional: under ", gate.under, ", not under its label alone", as,
                        still);
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
