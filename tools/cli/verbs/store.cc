#include "tools/cli/verb.h"

namespace lineage {

std::unique_ptr<Verb> MakeStoreVerb() {
  return VerbFamily("store", "The store on this machine", VerbGroup::kKeep);
}

}  // namespace lineage
