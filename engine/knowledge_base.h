// The living knowledge: a store, and the engine over what it holds.
#ifndef LINEAGE_ENGINE_KNOWLEDGE_BASE_H_
#define LINEAGE_ENGINE_KNOWLEDGE_BASE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/catalog/claim_checks.h"
#include "engine/engine.h"
#include "engine/graph/snapshot_builder.h"
#include "engine/image.h"
#include "engine/store/materializer.h"
#include "engine/store/store.h"

namespace lineage {

// A record of a batch that cannot be taken.
struct BatchProblem {
  enum class Part : uint8_t { kArtifact, kClaim, kRetraction };
  Part part = Part::kClaim;
  std::size_t index = 0;  // within the batch's list, from 0
  FieldProblem problem;

  // "claims[3].source.by".
  [[nodiscard]] std::string Field() const;
};

struct KnowledgeBaseOptions {
  bool builtin = true;  // the store has the built-in catalogue's artifacts and claims
  // From so many records on that are not in it, an image is written beside a store on disk: when
  // the base is closed, and in the meantime whenever they are an eighth of all. 0: never read nor
  // written.
  std::size_t image_records = 20'000;
  // Told what became of an image: "read", "not read" (with the reason), "written", "not written".
  // By any thread.
  std::function<void(absl::string_view event, const absl::Status& status)> on_image;
};

// Thread-safe. Readers take an engine, which never changes, and never wait for a write.
class KnowledgeBase {
 public:
  // Writes the image that is due.
  ~KnowledgeBase();
  KnowledgeBase(const KnowledgeBase&) = delete;
  KnowledgeBase& operator=(const KnowledgeBase&) = delete;

  // Takes over the store's image and reads what was written since, or reads the whole store. If the
  // binary's catalogue is newer than the one in the store, its difference is written as a revision
  // of its own (or, if the store is open for reading only, laid over it in memory): claims of
  // others are never touched. Errors: those of the store; DATA_LOSS.
  static absl::StatusOr<std::unique_ptr<KnowledgeBase>> Open(std::unique_ptr<Store> store,
                                                             const KnowledgeBaseOptions& options);

  // The engine over the last revision.
  [[nodiscard]] std::shared_ptr<const Engine> Current() const;
  [[nodiscard]] Revision revision() const;

  // The engine over an earlier revision; the last few are kept. Errors: OUT_OF_RANGE (Reason
  // TOKEN_FUTURE) if it is not committed yet. Cost: a replay of the store the first time.
  absl::StatusOr<std::shared_ptr<const Engine>> At(Revision revision);

  // Checks a batch, commits it and publishes the next engine: when this returns, Current() has it.
  // If `problems` is filled, nothing was written. Errors: INVALID_ARGUMENT (Reason CLAIM_INVALID)
  // with problems; those of Store::Append. Cost: linear in what changes, the durable commit, and
  // nothing of what is known.
  absl::StatusOr<Commit> Apply(const Batch& batch, std::vector<BatchProblem>* problems);

  // The problems of a batch against what is known, without writing.
  [[nodiscard]] std::vector<BatchProblem> Check(const Batch& batch) const;

  // Commits a batch that was checked (ProblemsOf) without publishing it: for many batches in a row,
  // with Refresh at the end. Errors: those of Store::Append.
  absl::StatusOr<Commit> AppendUnpublished(const Batch& batch);

  // Takes over what was written to the store since: by AppendUnpublished, or by another process.
  absl::Status Refresh();

  // The changes after `after`, up to and including `until`.
  absl::StatusOr<std::vector<Change>> Changes(Revision after, Revision until);

  // Called after each publication with the new revision, in order, by the writing thread: must
  // return soon. Set before the first Apply.
  void SetListener(std::function<void(Revision)> listener);

  [[nodiscard]] Store& store() { return *store_; }

 private:
  KnowledgeBase(std::unique_ptr<Store> store, KnowledgeBaseOptions options);
  // Errors: why there is no image that serves.
  absl::Status TakeOverImage();
  absl::Status Take(const Change& change);
  [[nodiscard]] StoreImage ToImage() const;
  void WriteImage(StoreImage image);
  void WriteImageIfDue();
  absl::Status CatchUp();
  absl::Status AddCatalog(const Catalog& builtin);
  void Publish();
  void Remember(std::shared_ptr<const Engine> engine);

  const std::unique_ptr<Store> store_;
  const KnowledgeBaseOptions options_;
  std::shared_ptr<const LicenseTable> licenses_;  // with the vocabulary

  std::mutex write_mutex_;  // held by the one writer; guards what follows
  std::unique_ptr<Materializer> materializer_;
  std::unique_ptr<SnapshotBuilder> builder_;      // of today's graph
  std::shared_ptr<const VerdictTable> verdicts_;  // of the builder's graph
  Revision base_revision_ = 0;                    // of the store
  std::string catalog_note_;                      // of the last revision of a catalogue
  std::size_t unsaved_ = 0;                       // records that are in no image
  bool overlaid_ = false;                         // a newer catalogue lies over it, in memory
  std::function<void(Revision)> listener_;

  mutable std::mutex current_mutex_;  // held for the time of a pointer's copy
  std::shared_ptr<const Engine> current_;

  std::thread image_writer_;  // guarded by write_mutex_
  std::atomic<bool> writing_image_{false};

  // An earlier revision that is kept; null if it is not.
  std::shared_ptr<const Engine> FindPast(Revision revision);
  std::mutex replay_mutex_;  // held while an earlier revision is replayed; before past_mutex_
  std::mutex past_mutex_;    // guards past_
  std::vector<std::shared_ptr<const Engine>> past_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_KNOWLEDGE_BASE_H_
