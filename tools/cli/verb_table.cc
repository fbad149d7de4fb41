#include "tools/cli/verb_table.h"

#include <algorithm>
#include <tuple>

namespace lineage {

std::vector<std::unique_ptr<Verb>> MakeVerbs() {
  std::vector<std::unique_ptr<Verb>> verbs;
  for (const VerbFile& file : VerbFiles()) verbs.push_back(file.make());
  std::sort(verbs.begin(), verbs.end(), [](const auto& a, const auto& b) {
    return std::tie(a->info().group, a->info().name) < std::tie(b->info().group, b->info().name);
  });
  return verbs;
}

}  // namespace lineage
