// Runs a verb that was parsed: what it needs, then the verb itself.
#ifndef LINEAGE_TOOLS_CLI_RUN_VERB_H_
#define LINEAGE_TOOLS_CLI_RUN_VERB_H_

#include <CLI/App.hpp>
#include <ostream>

#include "tools/cli/global_flags.h"
#include "tools/cli/verb.h"

namespace lineage {

// Results go to `out`, all else to `err`. Returns the exit status.
int RunVerb(Verb& verb, const GlobalFlags& flags, const CLI::App& parser, std::ostream& out,
            std::ostream& err);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_RUN_VERB_H_
