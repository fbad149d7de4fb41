// Claims that nobody made: the "if" of a what-if.
#ifndef LINEAGE_ENGINE_MODEL_HYPOTHESIS_H_
#define LINEAGE_ENGINE_MODEL_HYPOTHESIS_H_

#include <vector>

#include "engine/model/artifact.h"
#include "engine/model/claim.h"

namespace lineage {

// Laid over what is known while one question is answered; nothing of it is written.
struct Hypothesis {
  std::vector<Artifact> artifacts;     // described: new ones, or placeholders
  std::vector<Claim> claims;           // on top of those that are known
  std::vector<ClaimNumber> retracted;  // known claims that are left out

  [[nodiscard]] bool empty() const {
    return artifacts.empty() && claims.empty() && retracted.empty();
  }
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_HYPOTHESIS_H_
