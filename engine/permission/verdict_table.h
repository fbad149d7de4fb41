// The verdicts of all artifacts under all stances, computed together and kept up to date.
//
// One sweep from parents to children. What a vertex inherits is a set of a few entries (a licence,
// whose it is, and the ways by which it arrives under each stance); sets are kept once and told by
// number. What an edge makes of a set, and what a set makes of a licence's verdicts, is computed once
// for each pair that occurs. Only members of a cycle are left to the Evaluator.
#ifndef LINEAGE_ENGINE_PERMISSION_VERDICT_TABLE_H_
#define LINEAGE_ENGINE_PERMISSION_VERDICT_TABLE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "engine/base/interned.h"
#include "engine/base/persistent_vector.h"
#include "engine/graph/snapshot.h"
#include "engine/permission/query.h"
#include "engine/permission/verdict_row.h"

namespace lineage {

inline constexpr std::size_t kStanceCount = kEnumSize<Stance>;
using StanceRows = std::array<uint64_t, kStanceCount>;  // bits of a VerdictRow each

// Thread-safe: everything is const after it was made. Copies share what they have in common.
class VerdictTable {
 public:
  // `query` gives adapter use, context and the policy for the undeclared; its stance, rights and
  // limits do not matter. Null if the stop signal came first. Cost: O(V + E).
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
    return VerdictRow(row_values_[rows_[primary.value()]][static_cast<std::size_t>(stance)]);
  }
  // To an image and back, but for the snapshot; only of the query that asks for nothing special.
  void Save(ImageWriter* image) const;
  static absl::StatusOr<std::shared_ptr<const VerdictTable>> Load(
      const ImageReader& image, std::shared_ptr<const Snapshot> snapshot);

  // How many vertices had to be left to the Evaluator when it was made.
  [[nodiscard]] std::size_t evaluated() const { return evaluated_; }

 private:
  friend class VerdictSweep;
  class Inheritance;  // the sets, and what they are made of

  VerdictTable() = default;
  VerdictTable(const VerdictTable&) = default;

  std::shared_ptr<const Snapshot> snapshot_;
  Query query_;
  Interned<StanceRows> row_values_;
  PersistentVector<uint32_t> rows_;  // by primary vertex: in row_values_
  // What vertices with children inherit: numbers of sets, or kNoSet.
  PersistentVector<uint32_t> sets_;       // by primary vertex
  PersistentVector<uint32_t> part_sets_;  // by other vertex
  std::shared_ptr<Inheritance> inheritance_;
  std::size_t evaluated_ = 0;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_VERDICT_TABLE_H_
