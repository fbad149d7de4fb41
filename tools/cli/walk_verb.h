// What `upstream` and `downstream` have in common.
#ifndef LINEAGE_TOOLS_CLI_WALK_VERB_H_
#define LINEAGE_TOOLS_CLI_WALK_VERB_H_

#include <memory>

#include "engine/model/views.h"
#include "tools/cli/verb.h"

namespace lineage {

// Follows the relations of an artifact in one direction, as far as its flags say.
[[nodiscard]] std::unique_ptr<Verb> WalkVerb(VerbInfo info, Direction direction);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_WALK_VERB_H_
