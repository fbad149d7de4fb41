// The verdicts of all artifacts under all stances, computed together and kept up to date.
//
// One sweep from parents to children: what reaches a vertex is a few words of bits, what an edge
// conveys is a mask, and what comes together is an OR. Where a licensor's own terms come back to it
// they are summed up anew without them; what OR-expressions and cycles touch does not fit into
// bits, and is left to the Evaluator.
#ifndef LINEAGE_ENGINE_PERMISSION_VERDICT_TABLE_H_
#define LINEAGE_ENGINE_PERMISSION_VERDICT_TABLE_H_

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "engine/base/persistent_vector.h"
#include "engine/graph/snapshot.h"
#include "engine/permission/query.h"

namespace lineage {

// Thread-safe: everything is const after it was made. Copies share what they have in common.
class VerdictTable {
 public:
  // What is told of one artifact's primary component under one stance, in 48 bits.
  class Row {
   public:
    Row() = default;
    explicit Row(uint64_t bits) : bits_(bits) {}

    // Where in the bits things stand: rights that are conditional or worse from 0 on, then those
    // that are undetermined or worse, prohibited, then kinds of duties, then a bit for each class
    // that the licence class is worse than.
    static constexpr int kUndeterminedAt = 10;
    static constexpr int kProhibitedAt = 20;
    static constexpr int kDutiesAt = 30;
    static constexpr int kClassAt = 41;

    // Each right asked alone.
    [[nodiscard]] Verdict VerdictOf(Right right) const {
      const uint64_t at = bits_ >> static_cast<uint32_t>(right);
      return static_cast<Verdict>(3 - (at & 1) - (at >> kUndeterminedAt & 1) -
                                  (at >> kProhibitedAt & 1));
    }
    [[nodiscard]] std::array<Verdict, kRightCount> alone() const {
      std::array<Verdict, kRightCount> verdicts{};
      for (const Right right : EnumValues<Right>()) {
        verdicts[static_cast<std::size_t>(right)] = VerdictOf(right);
      }
      return verdicts;
    }
    // As a whole.
    [[nodiscard]] LicenseClass license_class() const {
      return static_cast<LicenseClass>(std::popcount(bits_ >> kClassAt & 0x7F));
    }
    // Kinds of duties that bind uncontested, in the choice made for all rights together.
    [[nodiscard]] EnumSet<DutyKind> duties() const {
      return EnumSet<DutyKind>::FromBits(static_cast<uint32_t>(bits_ >> kDutiesAt & 0x7FF));
    }
    friend bool operator==(const Row&, const Row&) = default;

   private:
    uint64_t bits_ = 0;
  };

  // `query` gives adapter use, context and the policy for the undeclared; its stance, rights and
  // limits do not matter. Null if the stop signal came first. Cost: O(V + E), on all cores.
  static std::shared_ptr<const VerdictTable> Build(std::shared_ptr<const Snapshot> snapshot,
                                                   const Query& query);

  // The same for a snapshot made from this one's; `changed` are the vertices whose own terms or
  // upstream edges differ. Gives what Build gives. Cost: linear in what is downstream of them.
  [[nodiscard]] std::shared_ptr<const VerdictTable> Updated(
      std::shared_ptr<const Snapshot> snapshot, absl::Span<const VertexId> changed) const;

  // True if answers for `query` can be read from here, whatever its stance.
  [[nodiscard]] bool Answers(const Query& query) const;
  [[nodiscard]] const Snapshot& snapshot() const { return *snapshot_; }

  [[nodiscard]] Row Get(VertexId primary, Stance stance) const {
    return Row(rows_[primary.value()][static_cast<std::size_t>(stance)]);
  }
  // How many vertices had to be left to the Evaluator when it was made.
  [[nodiscard]] std::size_t evaluated() const { return evaluated_; }

 private:
  friend class VerdictSweep;
  static constexpr std::size_t kStances = kEnumSize<Stance>;
  // One word a scope; see the .cc file.
  using Terms = std::array<uint64_t, kEnumSize<Scope>>;
  // What a vertex with children passes on.
  struct State {
    std::array<Terms, kStances> terms{};
    std::array<uint64_t, 4> licensors{};  // a bit for each whose terms are upstream, or here
    std::shared_ptr<const std::vector<LicensorId>> exact;  // the same, ascending; null: too many
    bool own_above = false;                                // its own licensor's terms are upstream
  };
  using Rows = std::array<uint64_t, kStances>;

  VerdictTable() = default;
  VerdictTable(const VerdictTable&) = default;

  std::shared_ptr<const Snapshot> snapshot_;
  Query query_;
  PersistentVector<Terms> expressions_;  // by expression
  PersistentVector<Rows> rows_;          // by primary vertex
  PersistentVector<State> states_;
  PersistentVector<uint32_t> state_of_;       // by primary vertex; kNoState if it passes nothing on
  PersistentVector<uint32_t> part_state_of_;  // by other vertex
  std::size_t evaluated_ = 0;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_VERDICT_TABLE_H_
