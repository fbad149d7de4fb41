#include "engine/openness/freedoms.h"

#include "absl/strings/str_cat.h"

namespace lineage {

const Because* StrictestUncontested(const std::vector<Because>& proof) {
  const Because* strictest = nullptr;
  Verdict verdict = Verdict::kPermitted;
  for (const Because& because : proof) {
    if (because.contested || because.verdict >= verdict) continue;
    verdict = because.verdict;
    strictest = &because;
  }
  return strictest;
}

std::string WithholdingText(const Because& because) {
  return absl::StrCat(
      Name(because.right), " ", Name(because.verdict), ": ",
      because.license.empty()
          ? "undeclared"
          : absl::StrCat(because.license,
                         because.section.empty() ? "" : absl::StrCat(" §", because.section)),
      because.path.empty() ? "" : absl::StrCat(" of ", because.origin));
}

}  // namespace lineage
