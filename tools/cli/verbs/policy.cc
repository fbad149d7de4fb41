#include "tools/cli/verb.h"

namespace lineage {

std::unique_ptr<Verb> MakePolicyVerb() {
  return VerbFamily("policy", "Policies: check the file, run its tests", VerbGroup::kCatalogue);
}

}  // namespace lineage
