#include "engine/store/memory_store.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/digest.h"
#include "engine/base/status_macros.h"

namespace lineage {
namespace {

class MemoryStore final : public Store {
 public:
  MemoryStore() : identity_{RandomBytes(16), 1, RandomBytes(32)} {}

  StoreIdentity Identity() const override { return identity_; }

  absl::StatusOr<Revision> Head() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return changes_.size();
  }

  absl::StatusOr<Commit> Append(const Batch& batch) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const auto it = requests_.find(batch.request_id);
        !batch.request_id.empty() && it != requests_.end()) {
      return RepeatedCommit(changes_[it->second.revision - 1]->commit, it->second.content, batch);
    }
    absl::flat_hash_map<ClaimNumber, Revision> now;
    for (const Retraction& retraction : batch.retractions) {
      const auto before = retracted_.find(retraction.claim);
      const auto again = now.find(retraction.claim);
      RETURN_IF_ERROR(
          CheckRetraction(batch, retraction.claim,
                          {WriterOf(retraction.claim), before != retracted_.end() ? before->second
                                                       : again != now.end()       ? again->second
                                                                                  : 0}));
      now[retraction.claim] = changes_.size() + 1;
    }
    auto change = std::make_shared<Change>();
    change->artifacts = batch.artifacts;
    change->claims = batch.claims;
    change->retractions = batch.retractions;
    Commit& commit = change->commit;
    commit.revision = changes_.size() + 1;
    commit.time = absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
    if (!changes_.empty()) commit.time = std::max(commit.time, changes_.back()->commit.time);
    commit.origin = batch.origin;
    commit.author = batch.author;
    commit.request_id = batch.request_id;
    commit.note = batch.note;
    commit.claim_count = batch.claims.size();
    commit.first_claim = batch.claims.empty() ? 0 : claims_ + 1;
    commit.hash = ChainHash(changes_.empty() ? "" : changes_.back()->commit.hash, *change);
    for (Claim& claim : change->claims) {
      claim.number = ++claims_;
      claim.revision = commit.revision;
    }
    retracted_.insert(now.begin(), now.end());
    for (const Artifact& artifact : batch.artifacts) artifacts_.insert(artifact.id);
    if (!batch.request_id.empty()) {
      requests_[batch.request_id] = {commit.revision, ContentDigest(batch)};
    }
    if (commit.claim_count > 0) firsts_.emplace_back(commit.first_claim, commit.revision);
    changes_.push_back(std::move(change));
    return changes_.back()->commit;
  }

  absl::StatusOr<Commit> FindCommit(Revision revision) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (revision == 0 || revision > changes_.size()) {
      return absl::NotFoundError(absl::StrCat("no revision ", revision));
    }
    return changes_[revision - 1]->commit;
  }

  absl::Status Replay(Revision after, Revision until,
                      const std::function<absl::Status(Change)>& visit) override {
    for (Revision revision = after; revision < until; ++revision) {
      std::shared_ptr<const Change> change;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (revision >= changes_.size()) break;
        change = changes_[revision];
      }
      RETURN_IF_ERROR(visit(*change));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<StoreStats> Stats() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    StoreStats stats;
    stats.backend = "memory";
    stats.revision = changes_.size();
    stats.artifacts = artifacts_.size();
    stats.claims = claims_;
    stats.retractions = retracted_.size();
    return stats;
  }

 private:
  // The commit of a claim; null if there is no such claim. Called with mutex_ held.
  [[nodiscard]] const Commit* WriterOf(ClaimNumber claim) const {
    if (claim == 0 || claim > claims_) return nullptr;
    const auto after =
        std::upper_bound(firsts_.begin(), firsts_.end(), std::pair(claim, ~Revision{0}));
    return &changes_[(after - 1)->second - 1]->commit;
  }

  struct Request {
    Revision revision = 0;
    std::string content;
  };

  const StoreIdentity identity_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<const Change>> changes_;
  // The first claim of each revision that has any; ascending.
  std::vector<std::pair<ClaimNumber, Revision>> firsts_;
  absl::flat_hash_map<std::string, Request> requests_;
  absl::flat_hash_map<ClaimNumber, Revision> retracted_;  // when
  absl::flat_hash_set<std::string> artifacts_;
  ClaimNumber claims_ = 0;
};

}  // namespace

std::unique_ptr<Store> MakeMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace lineage
