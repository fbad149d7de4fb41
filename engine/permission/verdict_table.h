// The verdicts of all artifacts under all stances, computed together and kept up to date.
//
// One sweep from parents to children: what reaches a vertex is a few words of bits (TermBits).
// Where a licensor's own terms come back to it, they are left out; what OR-expressions and cycles
// touch does not fit into bits, and is left to the Evaluator.
#ifndef LINEAGE_ENGINE_PERMISSION_VERDICT_TABLE_H_
#define LINEAGE_ENGINE_PERMISSION_VERDICT_TABLE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "engine/base/interned.h"
#include "engine/base/persistent_vector.h"
#include "engine/graph/snapshot.h"
#include "engine/permission/query.h"
#include "engine/permission/term_bits.h"

namespace lineage {

// Thread-safe: everything is const after it was made. Copies share what they have in common.
class VerdictTable {
 public:
  // `query` gives adapter use, context and the policy for the undeclared; its stance, rights and
  // limits do not matter. Null if the stop signal came first. Cost: O(V + E), on all cores.
  static std::shared_ptr<const VerdictTable> Build(std::shared_ptr<const Snapshot> snapshot,
                                                   const Query& query);

  // The same for a snapshot made from this one's; `changed` are the vertices whose own terms or
  // upstream edges differ. Gives what Build gives. Cost: linear in what is downstream of them; what
  // changes nothing for those below ends it. One at a time for tables that come from one another.
  [[nodiscard]] std::shared_ptr<const VerdictTable> Updated(
      std::shared_ptr<const Snapshot> snapshot, absl::Span<const VertexId> changed) const;

  // True if answers for `query` can be read from here, whatever its stance.
  [[nodiscard]] bool Answers(const Query& query) const;
  [[nodiscard]] const Snapshot& snapshot() const { return *snapshot_; }

  // Of a primary component.
  [[nodiscard]] VerdictRow Get(VertexId primary, Stance stance) const {
    return VerdictRow(
        row_values_[rows_[primary.value()].value()][static_cast<std::size_t>(stance)]);
  }
  // To an image and back, but for the snapshot; only of the query that asks for nothing special.
  void Save(ImageWriter* image) const;
  static absl::StatusOr<std::shared_ptr<const VerdictTable>> Load(
      const ImageReader& image, std::shared_ptr<const Snapshot> snapshot);

  // How many vertices had to be left to the Evaluator when it was made.
  [[nodiscard]] std::size_t evaluated() const { return evaluated_; }

 private:
  friend class VerdictSweep;

  // What a vertex with children passes on: what reaches it from above, and what is said there.
  struct alignas(64) State {  // two lines of the cache
    StanceTerms above{};
    uint64_t licensor_bits = 0;  // whose terms are here or upstream, by hash, and perhaps others
    uint32_t said = 0;           // in words_
    TextId licensors = 0;        // the same exactly: a list in lists_, or kMany
    uint32_t flags = 0;          // VerdictSweep::StateFlag
    friend bool operator==(const State&, const State&) = default;
  };

  // A number of a row's value, and whether it depends on more than the states of its parents.
  class RowId {
   public:
    RowId() = default;
    RowId(uint32_t value, bool deep) : bits_(value << 1U | (deep ? 1U : 0U)) {}
    [[nodiscard]] uint32_t value() const { return bits_ >> 1U; }
    [[nodiscard]] bool deep() const { return (bits_ & 1U) != 0; }
    friend bool operator==(RowId, RowId) = default;

   private:
    uint32_t bits_ = 0;
  };

  VerdictTable() = default;
  VerdictTable(const VerdictTable&) = default;

  std::shared_ptr<const Snapshot> snapshot_;
  Query query_;
  std::shared_ptr<const TermBits> bits_;
  Interned<TermWords> words_;  // what is said at a vertex; 0: silence
  Interned<StanceRows> row_values_;
  PersistentVector<uint32_t> expressions_;  // by expression: in words_
  PersistentVector<RowId> rows_;            // by primary vertex
  PersistentVector<State> states_;
  PersistentVector<uint32_t> state_of_;  // by primary vertex: in states_; kNoState if it passes
                                         // nothing on
  PersistentVector<uint32_t> part_state_of_;  // by other vertex
  std::shared_ptr<TextPool> lists_;
  TextId lists_end_ = 0;  // of what is ours
  std::size_t evaluated_ = 0;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_VERDICT_TABLE_H_
