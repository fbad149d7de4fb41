#include "tools/cli/walk_verb.h"

namespace lineage {

std::unique_ptr<Verb> MakeDownstreamVerb() {
  return WalkVerb(
      {.name = "downstream",
       .summary = "What was made from an artifact",
       .group = VerbGroup::kLookAround,
       .needs = Needs::kHypothesis,
       .formats = ListFormats(),
       .examples = {{"downstream mpt-7b --relation finetuned_from", "its fine-tunes, and theirs"}}},
      Direction::kDownstream);
}

}  // namespace lineage
