// Claims on disk: an append-only log of batches. Every batch makes a revision; nothing is ever
// edited or removed, and a retraction is a record of its own.
//
// What any backend promises (tests/store/store_test.cc holds each to that):
//   - Append is atomic and durable: when it returns OK the batch survives a crash and a power loss;
//     when it returns an error none of it is there, but for kOutcomeUnknown below.
//   - Revisions are 1, 2, 3 …, in order of commitment. What Replay says of a revision never
//   changes.
//   - Readers never wait for the writer.
#ifndef LINEAGE_ENGINE_STORE_STORE_H_
#define LINEAGE_ENGINE_STORE_STORE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"

namespace lineage {

// Where a batch comes from. Values are pinned: they reach the disk.
enum class Origin : uint8_t {
  kCatalog = 0,   // the catalogue of the binary, written when a store is made or a binary is newer
  kClaims = 1,    // written by somebody
  kDocument = 2,  // drawn from a document by an importer
};

template <>
struct EnumNames<Origin> {
  static constexpr std::array<const char*, 3> value = {"catalog", "claims", "document"};
};

struct Retraction {
  ClaimNumber claim = 0;
  std::string reason;
};

// One batch. Artifacts are descriptions: a later one may resolve a placeholder and add aliases.
struct Batch {
  Origin origin = Origin::kClaims;
  std::string author;      // who writes: an authenticated name, or the system's user
  std::string request_id;  // chosen by the writer, so that a repetition is recognised; may be empty
  std::string note;        // for people, such as the document's name or the catalogue's version
  bool own_only = false;   // refuse to retract what another author wrote
  std::vector<Artifact> artifacts;
  std::vector<Claim> claims;  // number and revision are given by the store
  std::vector<Retraction> retractions;

  [[nodiscard]] bool empty() const {
    return artifacts.empty() && claims.empty() && retractions.empty();
  }
};

// What a commitment recorded.
struct Commit {
  Revision revision = 0;
  absl::Time time;
  Origin origin = Origin::kClaims;
  std::string author;
  std::string request_id;
  std::string note;
  std::string hash;  // SHA-256, 32 bytes: over the previous revision's hash and this batch
  ClaimNumber first_claim = 0;  // the numbers of its claims follow each other; 0 if it has none
  uint64_t claim_count = 0;
  bool replayed = false;  // Append only: this request had been committed before
};

// One revision with its records, in the order in which they were written.
struct Change {
  Commit commit;
  std::vector<Artifact> artifacts;
  std::vector<Claim> claims;
  std::vector<Retraction> retractions;
};

// Which store this is. A restored store gets another epoch, so that tokens of a lost future are
// recognised.
struct StoreIdentity {
  std::string id;      // 16 random bytes
  uint64_t epoch = 1;  // grows with every restore
  std::string secret;  // 32 random bytes; signs tokens, never shown
};

struct StoreStats {
  Revision revision = 0;
  uint64_t artifacts = 0;
  uint64_t claims = 0;
  uint64_t retractions = 0;
  uint64_t bytes = 0;  // on disk
  int schema_version = 0;
  std::string backend;
};

// Thread-safe. Errors of every function: DATA_LOSS (damaged), RESOURCE_EXHAUSTED (disk full),
// UNAVAILABLE (I/O error, busy).
class Store {
 public:
  virtual ~Store() = default;

  [[nodiscard]] virtual StoreIdentity Identity() const = 0;
  // The last committed revision; 0 for an empty store.
  virtual absl::StatusOr<Revision> Head() = 0;

  // Commits a batch. A `request_id` that was seen before returns that commit, marked `replayed`, if
  // the batch is the same. Errors: ALREADY_EXISTS (a request id with another batch);
  // NOT_FOUND, FAILED_PRECONDITION (a retraction of a claim that is not there, or is retracted);
  // PERMISSION_DENIED (`own_only`, and a claim that another author wrote);
  // FAILED_PRECONDITION (opened for reading); ABORTED (the outcome is unknown: repeat the request).
  virtual absl::StatusOr<Commit> Append(const Batch& batch) = 0;

  // What a revision recorded, without its records. Errors: NOT_FOUND.
  virtual absl::StatusOr<Commit> FindCommit(Revision revision) = 0;

  // Calls `visit` with every change after `after` up to and including `until` (or the head), in
  // order. Stops at the first error that `visit` returns, and returns it. A store on disk compares
  // each change with the hash it carries first: what is visited is what was written, or it is
  // DATA_LOSS. Cost: linear in what is visited; memory: one change.
  virtual absl::Status Replay(Revision after, Revision until,
                              const std::function<absl::Status(Change)>& visit) = 0;

  virtual absl::StatusOr<StoreStats> Stats() = 0;

  // True if it was opened for writing.
  [[nodiscard]] virtual bool writable() const { return true; }
  // Where an image of what is in memory may lie; empty: nowhere.
  [[nodiscard]] virtual std::string ImagePath() const { return ""; }
};

// True if `author` wrote the commit's claims. What catalogues wrote is nobody's own, whatever a
// writer is called.
[[nodiscard]] bool IsOwn(const Commit& commit, absl::string_view author);

// The rules of Append, for those who implement it.
//
// A request id that `before` was committed under, with a batch of the digest `content`: that
// commit, marked. Errors: ALREADY_EXISTS.
absl::StatusOr<Commit> RepeatedCommit(Commit before, absl::string_view content, const Batch& batch);
// What is known of a claim that is to be retracted; `written` is null if there is none.
struct RetractionTarget {
  const Commit* written = nullptr;
  Revision retracted = 0;  // 0: it stands
};
// Errors: NOT_FOUND, FAILED_PRECONDITION, PERMISSION_DENIED.
absl::Status CheckRetraction(const Batch& batch, ClaimNumber claim, const RetractionTarget& target);

// The digest of a batch's content, whoever writes it and when: what makes two requests the same.
[[nodiscard]] std::string ContentDigest(const Batch& batch);
// The hash of a change in the chain.
[[nodiscard]] std::string ChainHash(absl::string_view previous, const Change& change);

// Compares changes with the hashes that they carry, in order.
class ChainCheck {
 public:
  ChainCheck() = default;  // from the first revision
  // Goes on after the revision `last`, whose hash is `hash`.
  ChainCheck(Revision last, std::string hash) : last_(last), hash_(std::move(hash)) {}

  // Errors: DATA_LOSS, saying what to do. Cost: a SHA-256 over the change.
  absl::Status Add(const Change& change);

  [[nodiscard]] Revision last() const { return last_; }
  [[nodiscard]] const std::string& hash() const { return hash_; }  // of `last`

 private:
  Revision last_ = 0;
  std::string hash_;
};

// Walks the chain from the first revision and recomputes every hash. Returns the hash of the head.
// Errors: DATA_LOSS naming the first revision that does not fit.
absl::StatusOr<std::string> VerifyChain(Store* store);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_STORE_STORE_H_
