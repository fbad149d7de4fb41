#include "engine/change_feed.h"

#include <algorithm>
#include <memory>

#include "engine/base/status_macros.h"
#include "engine/graph/traversal.h"

namespace lineage {
namespace {

// Adds what the artifacts were made from.
void AddUpstream(const Snapshot& snapshot, const absl::flat_hash_set<std::string>& artifacts,
                 absl::flat_hash_set<std::string>* concerned) {
  for (const std::string& id : artifacts) {
    const VertexId start = snapshot.FindVertex(id, std::nullopt);
    if (!start.valid()) continue;
    for (const Visit& visit : Traverse(snapshot, start, {}).visits) {
      concerned->insert(snapshot.ArtifactOf(visit.vertex).id);
    }
  }
}

// True if something that was upstream may no longer be.
bool MayRemoveEdges(const Change& change) {
  return !change.retractions.empty() ||
         std::any_of(change.claims.begin(), change.claims.end(),
                     [](const Claim& claim) { return claim.statement == StatementKind::kEdge; });
}

}  // namespace

absl::StatusOr<ChangeEvent> ReadChange(KnowledgeBase* base, Revision revision,
                                       const ChangeFilter& filter) {
  ASSIGN_OR_RETURN(std::vector<Change> changes, base->Changes(revision - 1, revision));
  if (changes.size() != 1) return absl::DataLossError("a revision is missing from the store");
  Change& change = changes[0];
  ASSIGN_OR_RETURN(const std::shared_ptr<const Engine> after, base->At(revision));
  const bool all = filter.artifacts.empty();
  absl::flat_hash_set<std::string> concerned = filter.artifacts;
  if (!all) {
    // An edge that this revision takes away was upstream before it.
    AddUpstream(*after->At(filter.question.key), filter.artifacts, &concerned);
    if (MayRemoveEdges(change)) {
      ASSIGN_OR_RETURN(const std::shared_ptr<const Engine> before, base->At(revision - 1));
      AddUpstream(*before->At(filter.question.key), filter.artifacts, &concerned);
    }
  }
  const auto wanted = [&](const std::string& id) { return all || concerned.contains(id); };

  ChangeEvent event;
  event.commit = std::move(change.commit);
  std::vector<std::string> subjects;
  for (Artifact& artifact : change.artifacts) {
    subjects.push_back(artifact.id);
    if (wanted(artifact.id)) event.artifacts.push_back(std::move(artifact));
  }
  for (Claim& claim : change.claims) {
    subjects.push_back(claim.subject);
    if (wanted(claim.subject)) event.claims.push_back(std::move(claim));
  }
  for (Retraction& retraction : change.retractions) {
    Claim claim = after->records().Get(ClaimIndex(retraction.claim - 1));
    subjects.push_back(claim.subject);
    if (!wanted(claim.subject)) continue;
    event.retracted.emplace_back(std::move(claim), std::move(retraction.reason));
  }
  if (!filter.verdicts) return event;
  std::sort(subjects.begin(), subjects.end());
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  ASSIGN_OR_RETURN(const std::shared_ptr<const Engine> before, base->At(revision - 1));
  ChangedVerdicts changed =
      CompareVerdicts(*before->At(filter.question.key), *after->At(filter.question.key), subjects,
                      filter.question.query, filter.max_compared);
  event.verdicts_complete = changed.complete;
  for (VerdictChange& verdict : changed.changes) {
    if (all || filter.artifacts.contains(verdict.artifact)) {
      event.verdicts.push_back(std::move(verdict));
    }
  }
  return event;
}

}  // namespace lineage
