// What one revision changed, as those see it who watch: the same for a server and for this
// machine's own store.
#ifndef LINEAGE_ENGINE_CHANGE_FEED_H_
#define LINEAGE_ENGINE_CHANGE_FEED_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/knowledge_base.h"
#include "engine/permission/changes.h"

namespace lineage {

struct ChangeFilter {
  // Ids, or names that nobody describes yet; empty: everything. What is written about anything that
  // one of them was made from, before or after the revision, concerns it as well; changed verdicts
  // are told of these alone.
  absl::flat_hash_set<std::string> artifacts;
  bool verdicts = false;               // compare the verdicts before and after
  Question question;                   // under which; its stop signal bounds the comparison
  std::size_t max_compared = 100'000;  // artifacts, inclusive
};

struct ChangeEvent {
  Commit commit;
  std::vector<Artifact> artifacts;
  std::vector<Claim> claims;
  std::vector<std::pair<Claim, std::string>> retracted;  // with the reason
  std::vector<VerdictChange> verdicts;
  bool verdicts_complete = true;  // false: the comparison was cut short, and there may be more
};

// What `revision` changed. Errors: those of KnowledgeBase::At and Changes; DATA_LOSS if the store
// has lost it. Cost: its records, for a filter what is upstream of its artifacts, for verdicts two
// evaluations for each artifact that derives from what was written about.
[[nodiscard]] absl::StatusOr<ChangeEvent> ReadChange(KnowledgeBase* base, Revision revision,
                                                     const ChangeFilter& filter);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_CHANGE_FEED_H_
