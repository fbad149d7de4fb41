#include "tools/cli/walk_verb.h"

namespace lineage {

std::unique_ptr<Verb> MakeUpstreamVerb() {
  return WalkVerb(
      {.name = "upstream",
       .summary = "What an artifact was made from",
       .group = VerbGroup::kLookAround,
       .needs = Needs::kHypothesis,
       .formats = ListFormats(),
       .examples = {{"upstream mpt-7b-instruct", "everything that it derives from, step by step"},
                    {"upstream mpt-7b-instruct --depth 1 -o csv",
                     "its parents, as a table for a spreadsheet"}}},
      Direction::kUpstream);
}

}  // namespace lineage
