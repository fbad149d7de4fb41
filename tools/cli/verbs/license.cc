#include "tools/cli/verb.h"

namespace lineage {

std::unique_ptr<Verb> MakeLicenseVerb() {
  return VerbFamily("license", "The licences of the catalogue", VerbGroup::kCatalogue);
}

}  // namespace lineage
