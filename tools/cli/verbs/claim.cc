#include "tools/cli/verb.h"

namespace lineage {

std::unique_ptr<Verb> MakeClaimVerb() {
  return VerbFamily("claim", "Write and read claims", VerbGroup::kKeep);
}

}  // namespace lineage
