// The terms of licences as words of bits, for one query under all stances: to inherit is to mask,
// and to come together is to OR.
#ifndef LINEAGE_ENGINE_PERMISSION_TERM_BITS_H_
#define LINEAGE_ENGINE_PERMISSION_TERM_BITS_H_

#include <array>
#include <cstdint>

#include "engine/license/license_table.h"
#include "engine/model/artifact.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/query.h"

namespace lineage {

// What one artifact's verdicts come to under one stance, in 50 bits.
class VerdictRow {
 public:
  VerdictRow() = default;
  explicit VerdictRow(uint64_t bits) : bits_(bits) {}

  // Where in the bits things stand: rights that are conditional or worse from 0 on, then those that
  // are undetermined or worse, prohibited, then kinds of duties, then a bit for each class that the
  // licence class is worse than, then whether there is an overgrant of what is withheld, and of
  // what is conditioned.
  static constexpr int kUndeterminedAt = 10;
  static constexpr int kProhibitedAt = 20;
  static constexpr int kDutiesAt = 30;
  static constexpr int kClassAt = 41;
  static constexpr int kOvergrantAt = 48;

  // Each right asked alone.
  [[nodiscard]] Verdict VerdictOf(Right right) const {
    const uint64_t at = bits_ >> static_cast<uint32_t>(right);
    return static_cast<Verdict>(3 - (at & 1) - (at >> kUndeterminedAt & 1) -
                                (at >> kProhibitedAt & 1));
  }
  [[nodiscard]] std::array<Verdict, kRightCount> alone() const;
  // As a whole.
  [[nodiscard]] LicenseClass license_class() const;
  // Kinds of duties that bind uncontested, in the choice made for all rights together.
  [[nodiscard]] EnumSet<DutyKind> duties() const {
    return EnumSet<DutyKind>::FromBits(static_cast<uint32_t>(bits_ >> kDutiesAt & 0x7FF));
  }
  // Its own licence permits what a licence above it does not (OvergrantOf).
  [[nodiscard]] bool overgrants() const { return (bits_ >> kOvergrantAt & 3) != 0; }
  friend bool operator==(const VerdictRow&, const VerdictRow&) = default;

 private:
  uint64_t bits_ = 0;
};

namespace term_layout {

// A word holds the terms of one scope:
//   0–9    rights that are conditional or worse
//   10–19  rights that are undetermined or worse
//   20–29  rights that are prohibited
//   30–40  kinds of duties
//   41–50  work, derivative: rights that are prohibited contestedly
//   41–47  output: the licence class is worse than the first, second, …
//   51     work, derivative: share-alike that arrives contested
//   52     work, derivative: nobody declared a licence
//   53     there is a choice among licences: not to be told in bits
constexpr int kUndeterminedAt = VerdictRow::kUndeterminedAt;
constexpr int kProhibitedAt = VerdictRow::kProhibitedAt;
constexpr int kDutiesAt = VerdictRow::kDutiesAt;
constexpr int kClassAt = VerdictRow::kClassAt;
constexpr int kContestedAt = kClassAt;  // in words that have no class
constexpr uint64_t kRights = (uint64_t{1} << kRightCount) - 1;
constexpr uint64_t kClean = (uint64_t{1} << 41U) - 1;
constexpr uint64_t kContestedRights = kRights << kContestedAt;
constexpr uint64_t kShareAlikeContested = uint64_t{1} << 51U;
constexpr uint64_t kContested = kContestedRights | kShareAlikeContested;
constexpr uint64_t kClassBits = uint64_t{0x7F} << kClassAt;
constexpr uint64_t kLack = uint64_t{1} << 52U;
constexpr uint64_t kChoice = uint64_t{1} << 53U;
constexpr auto kClassWord = static_cast<std::size_t>(Scope::kOutput);
constexpr std::size_t kScopes = kEnumSize<Scope>;

constexpr uint64_t VerdictBits(Verdict verdict, uint64_t rights) {
  uint64_t bits = 0;
  if (verdict <= Verdict::kConditional) bits |= rights;
  if (verdict <= Verdict::kUndetermined) bits |= rights << kUndeterminedAt;
  if (verdict == Verdict::kProhibited) bits |= rights << kProhibitedAt;
  return bits;
}

// What clean terms of a word become where an edge contests its scope.
constexpr uint64_t ContestedOf(uint64_t word) {
  const uint64_t share_alike = word >> (kDutiesAt + static_cast<int>(DutyKind::kShareAlike)) & 1;
  return (word >> kProhibitedAt & kRights) << kContestedAt | share_alike << 51U;
}

}  // namespace term_layout

constexpr std::size_t kStanceCount = kEnumSize<Stance>;
using TermWords = std::array<uint64_t, kEnumSize<Scope>>;  // see term_layout
using StanceTerms = std::array<TermWords, kStanceCount>;   // what is passed on
using StanceRows = std::array<uint64_t, kStanceCount>;     // bits of a VerdictRow each

// Thread-safe.
class TermBits {
 public:
  // `query` gives adapter use, context and the policy for the undeclared.
  explicit TermBits(const Query& query);

  // What an expression says where it is spoken, and what silence says.
  [[nodiscard]] TermWords Of(const BoundExpression& expression, const LicenseTable& licenses) const;
  [[nodiscard]] TermWords OfSilence() const;

  // True if edges of a class pass anything on, under any stance.
  [[nodiscard]] bool Passes(RelationClass c) const { return Of(c).passes; }
  // Adds what passes down an edge of what reaches its parent and is said there.
  void Pass(RelationClass c, const StanceTerms& above, const TermWords& said,
            StanceTerms* below) const;

  // Adds what is said at a vertex to what it passes on.
  static void Add(const TermWords& said, TermWords* terms);
  static void Add(const TermWords& said, StanceTerms* terms);

  // False if own and inherited terms hold a choice among licences: bits cannot tell its verdicts.
  [[nodiscard]] static bool Tell(const TermWords& own, const StanceTerms& above);
  // The verdicts. The artifact's own licence speaks by its scope `work` and by its class; `declared`
  // if it is its own, not one that it took.
  [[nodiscard]] StanceRows Rows(const TermWords& own, bool declared,
                                const StanceTerms& above) const;

  // Bits of a row where an artifact's own words permit what those above do not.
  [[nodiscard]] static uint64_t OvergrantBits(uint64_t own, uint64_t above);
  // The same of what the evaluator found.
  [[nodiscard]] static uint64_t RowOf(Evaluator* evaluator, const Evaluation& evaluation);
  // What it found to reach the vertex from above. `Said` gives an origin's words.
  template <typename Said>
  [[nodiscard]] TermWords AboveOf(const Evaluation& evaluation, const Said& said) const;

 private:
  struct Mask {
    StanceTerms keeps{};
    uint32_t contests = 0;  // stances
    bool passes = false;
  };

  [[nodiscard]] const Mask& Of(RelationClass c) const {
    return masks_[static_cast<std::size_t>(c)];
  }
  // What of `said` arrives.
  [[nodiscard]] static TermWords Arriving(const TermWords& said, ArrivalSet arrivals);

  const Query query_;
  const uint64_t lack_;  // what a lack of licences makes of a row
  std::array<Mask, kEnumSize<RelationClass>> masks_;
};

template <typename Said>
TermWords TermBits::AboveOf(const Evaluation& evaluation, const Said& said) const {
  TermWords above{};
  for (const Voice& voice : evaluation.voices) {
    ArrivalSet arrivals;
    for (const Voice::Speaker& speaker : voice.speakers) {
      if (speaker.reach != nullptr) arrivals = arrivals | speaker.arrivals;
    }
    if (arrivals.empty()) continue;
    Add(Arriving(voice.kind == Voice::Kind::kLicense ? said(voice.origin) : OfSilence(), arrivals),
        &above);
  }
  return above;
}

inline void TermBits::Add(const TermWords& said, TermWords* terms) {
  for (std::size_t w = 0; w < said.size(); ++w) (*terms)[w] |= said[w];
}
inline void TermBits::Add(const TermWords& said, StanceTerms* terms) {
  for (TermWords& stance : *terms) Add(said, &stance);
}

inline void TermBits::Pass(RelationClass c, const StanceTerms& above, const TermWords& said,
                           StanceTerms* below) const {
  const Mask& mask = Of(c);
  for (std::size_t stance = 0; stance < kStanceCount; ++stance) {
    for (std::size_t w = 0; w < said.size(); ++w) {
      (*below)[stance][w] |= (above[stance][w] | said[w]) & mask.keeps[stance][w];
    }
  }
  if (mask.contests == 0) return;
  for (std::size_t stance = 0; stance < kStanceCount; ++stance) {
    if ((mask.contests >> stance & 1U) == 0) continue;
    for (const std::size_t w : {0, 1}) {
      (*below)[stance][w] |= term_layout::ContestedOf(above[stance][w] | said[w]);
    }
  }
}

inline bool TermBits::Tell(const TermWords& own, const StanceTerms& above) {
  return ((own[0] | above[0][0] | above[1][0] | above[2][0]) & term_layout::kChoice) == 0;
}

inline uint64_t TermBits::OvergrantBits(uint64_t own, uint64_t above) {
  using namespace term_layout;  // NOLINT(google-build-using-namespace): this is about it
  constexpr uint64_t kNoPatents =
      kRights & ~(uint64_t{1} << static_cast<uint32_t>(Right::kPatentGrant));
  const uint64_t permitted = ~own & kNoPatents;
  const uint64_t withheld = above >> kProhibitedAt & permitted;
  const uint64_t conditioned = above & ~(above >> kUndeterminedAt) & permitted;
  return (uint64_t{withheld != 0} | uint64_t{conditioned != 0} << 1U) << VerdictRow::kOvergrantAt;
}

inline StanceRows TermBits::Rows(const TermWords& own, bool declared,
                                 const StanceTerms& above) const {
  using namespace term_layout;  // NOLINT(google-build-using-namespace): this is about it
  StanceRows rows{};
  for (std::size_t stance = 0; stance < kStanceCount; ++stance) {
    const TermWords& from = above[stance];
    const uint64_t work = own[0] | from[0] | from[1];
    uint64_t bits = (work | from[2] | from[3]) & kClean;
    if (declared) bits |= OvergrantBits(own[0], from[0] | from[1] | from[2] | from[3]);
    bits |= (work & kLack) != 0 ? lack_ : 0;
    const uint64_t contested = from[0] | from[1];
    uint64_t rights = contested >> kContestedAt & kRights;
    if ((contested & kShareAlikeContested) != 0) {
      rights |= uint64_t{1} << static_cast<uint32_t>(Right::kSublicense);
    }
    bits |= VerdictBits(Verdict::kUndetermined, rights);
    rows[stance] = bits | ((own[kClassWord] | from[kClassWord]) & kClassBits);
  }
  return rows;
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_TERM_BITS_H_
