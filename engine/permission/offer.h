// Does the licence that something is offered under fit what it is made from? The one place that
// decides it: findings, comparisons, suggestions and the gate ask here. Rules: docs/semantics.md,
// section 7. Knows no graph.
#ifndef LINEAGE_ENGINE_PERMISSION_OFFER_H_
#define LINEAGE_ENGINE_PERMISSION_OFFER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/base/stop.h"
#include "engine/model/explanation.h"
#include "engine/permission/worth.h"

namespace lineage {

// What is held from one place above: an expression, and how its terms arrive.
struct Held {
  const BoundExpression* expression = nullptr;
  const Arrivals* arrivals = nullptr;
  bool data_in_data = false;  // both that place and what is offered are data sets
};

// One rule broken by one licence from above.
struct OfferIssue {
  FindingId id = FindingId::kClaimsMoreThanInherited;
  Severity severity = Severity::kError;
  std::size_t held = 0;                     // which of those given
  const BoundExpression* leaf = nullptr;    // the licence from above
  const License* license = nullptr;         // the same, as data
  const Duty* duty = nullptr;               // the duty that is not met, if any
  const Clause* clause = nullptr;           // what it says
  WaySet ways;                              // by which that arrives
  RightSet rights;                          // that are offered and not held
  std::string part;                         // the part of the offer that breaks it, if one does
  const Satisfier* satisfier = nullptr;     // under what condition it would be met, if any
  const BoundExpression* other = nullptr;   // the licence whose clause forbids it, if not `leaf`
  bool gates_service = false;               // offering it as a service counts as well
};

// For one thread. `worth` is that of the question's context.
class OfferCheck {
 public:
  // `vendor_of` tells who alone can grant a licence, for ways by vendor.
  using VendorOf = std::vector<LicensorId>;
  // At the stop signal the answers are cut short: who gave it asks it again.
  OfferCheck(LicenseWorth* worth, const VendorOf& vendors, Stop stop = {})
      : worth_(*worth), vendors_(vendors), stop_(std::move(stop)) {}

  // Every rule that `offer` breaks; without an offer those that need none. Errors first.
  // Cost: a few comparisons a licence, more where conditions have to be compared.
  [[nodiscard]] std::vector<OfferIssue> Check(const BoundExpression* offer,
                                              absl::Span<const Held> held);

  // True if no rule is broken as an error.
  [[nodiscard]] bool Fits(const BoundExpression& offer, absl::Span<const Held> held);

  // True if rule C finds something, as an error or less. Answers are kept: the same terms arrive
  // in the same ways at very many artifacts.
  [[nodiscard]] bool ClaimsMore(const BoundExpression& offer, const Held& held);

 private:
  // How well a part of an offer meets what a licence asks, best first.
  enum class Level : uint8_t { kMet, kWarning, kOtherEdition, kBroken };
  struct Met {
    Level level = Level::kMet;
    std::string part;
    const Satisfier* satisfier = nullptr;
  };
  enum class Edition : uint8_t { kNone, kSame, kOther };
  // What was done with a part, by the ways that decide.
  enum class Making : uint8_t { kCopied, kAdapted, kMerged };

  [[nodiscard]] const LicenseTable& licenses() const { return worth_.licenses(); }
  [[nodiscard]] const License* Get(const BoundExpression& leaf) const {
    return leaf.license.valid() ? &licenses().Get(leaf.license) : nullptr;
  }
  [[nodiscard]] const WaySet& WaysOf(const Held& held, const BoundExpression& leaf) const {
    return held.arrivals->Of(leaf.license.valid() ? vendors_[leaf.license.value()]
                                                  : LicensorId::None());
  }
  [[nodiscard]] static Edition EditionOf(const License& from, const License& part);
  [[nodiscard]] static WaySet Counting(const License& license, const WaySet& ways);

  // Calls `visit` with a leaf of the offer for its level, and joins them.
  template <typename Visit>
  [[nodiscard]] static Met Join(const BoundExpression& offer, const Visit& visit);

  [[nodiscard]] Met ShareAlike(const BoundExpression& offer, const BoundExpression& leaf,
                               const Duty& duty, Making making);
  [[nodiscard]] Met ShareAlikePart(const BoundExpression& part, const BoundExpression& leaf,
                                   const Duty& duty, Making making) const;
  [[nodiscard]] static Making MakingOf(const WaySet& ways);
  [[nodiscard]] static Level LevelOf(SatisfiedOn on, Making making);
  [[nodiscard]] Met PassesOn(const BoundExpression& offer, const License& license,
                             const Duty& duty) const;
  [[nodiscard]] bool Asks(const BoundExpression& leaf, DutyKind kind) const;
  [[nodiscard]] Choice Chosen(const Held& held);
  [[nodiscard]] bool CanGoInto(const BoundExpression& part, const BoundExpression& whole);

  // `base`, completed for a duty that is not met.
  [[nodiscard]] static OfferIssue IssueOf(OfferIssue base, const Duty& duty, const WaySet& ways,
                                          const Met& met);
  void CheckLeaf(const BoundExpression* offer, std::size_t index, const Held& held,
                 const BoundExpression& leaf, std::vector<OfferIssue>* issues);
  void CheckGrants(const BoundExpression& offer, std::size_t index, const Held& held,
                   std::vector<OfferIssue>* issues);
  void CheckIrreconcilable(absl::Span<const Held> held, std::vector<OfferIssue>* issues);
  void CheckCopies(const BoundExpression& offer, const BoundExpression& leaf,
                   const License& license, const WaySet& counting, OfferIssue issue,
                   std::vector<OfferIssue>* issues);
  void CheckReplaced(const BoundExpression& offer, const BoundExpression& leaf,
                     const License& license, const WaySet& counting, OfferIssue issue,
                     std::vector<OfferIssue>* issues);
  void CheckImpositions(const BoundExpression& offer, const BoundExpression& leaf,
                        const License& license, const WaySet& counting, OfferIssue issue,
                        std::vector<OfferIssue>* issues);
  // What breaking a rule by these ways alone comes to; nothing if it is not to be told.
  [[nodiscard]] std::optional<Severity> SeverityOf(const License& license,
                                                   const WaySet& ways) const;

  LicenseWorth& worth_;
  const VendorOf& vendors_;
  const Stop stop_;
  absl::flat_hash_map<std::string, bool> claims_more_;  // by offer, held and ways
};

// True if both are one agreement, or editions of one.
[[nodiscard]] bool SameAgreement(const License& a, const License& b);

// True if something held is under the agreement `license`, or an edition of it, in any branch.
[[nodiscard]] bool HoldsAgreement(const LicenseTable& licenses, const BoundExpression& held,
                                  const License& license);

// The agreement in `offer`, if there is one, that one party alone can grant, where `offerer` is not
// that party, and `from` (what it is made from, whatever arrives of it) is not under it.
[[nodiscard]] const License* AnothersAgreement(const LicenseTable& licenses,
                                               const BoundExpression& offer,
                                               absl::Span<const BoundExpression* const> from,
                                               absl::string_view offerer);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_OFFER_H_
