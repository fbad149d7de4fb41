#include "tools/cli/verb.h"

namespace lineage {

std::unique_ptr<Verb> MakeCatalogVerb() {
  return VerbFamily("catalog", "The catalogue's files", VerbGroup::kCatalogue);
}

}  // namespace lineage
