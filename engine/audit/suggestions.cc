#include "engine/audit/suggestions.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "engine/audit/findings.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/offer_of.h"

namespace lineage {
namespace {

constexpr std::size_t kLargestConflict = 3;
constexpr std::size_t kMostConflicts = 20;
constexpr std::size_t kMostPairs = 50;

bool IsCandidate(const License& license) {
  return license.basis != Basis::kNone && license.license_class != LicenseClass::kProprietary &&
         license.license_class != LicenseClass::kUndeclared;
}

class Suggester {
 public:
  Suggester(const Snapshot& snapshot, VertexId target, const Query& query)
      : snapshot_(snapshot),
        licenses_(snapshot.licenses()),
        evaluator_(snapshot, WithAllRights(query)),
        evaluation_(evaluator_.Evaluate(target)),
        check_(&evaluator_.worth(), snapshot.vendors(), query.stop) {
    held_ = HeldBy(snapshot, evaluation_, &voices_);
  }

  // Single licences that fit, most open first.
  std::vector<std::string> Fitting() {
    std::vector<LicenseSuggestion> fit;
    for (const BoundExpression& single : Singles()) {
      if (MeetsAll(single)) fit.push_back(Describe(single));
    }
    Sort(&fit);
    std::vector<std::string> ids;
    for (LicenseSuggestion& one : fit) ids.push_back(std::move(one.license));
    return ids;
  }

  Suggestions Run() {
    Suggestions result;
    result.artifact = snapshot_.IdOf(evaluation_.target);
    result.component = snapshot_.Get(evaluation_.target).component;
    result.complete = evaluation_.complete;
    for (Finding& finding : FindingsOf(snapshot_, evaluation_.target, evaluator_.query())) {
      if (finding.severity == Severity::kError && !EndsWithALicense(finding.id)) {
        result.standing.push_back(std::move(finding));
      }
    }
    const std::vector<BoundExpression> singles = Singles();
    if (!result.standing.empty()) {
      const bool irreconcilable =
          std::any_of(result.standing.begin(), result.standing.end(),
                      [](const Finding& f) { return f.id == FindingId::kIrreconcilableUpstreams; });
      if (irreconcilable) result.conflicts = Conflicts(singles);
      return result;
    }
    std::vector<BoundExpression> fit;
    for (const BoundExpression& single : singles) {
      if (MeetsAll(single)) fit.push_back(single);
    }
    if (fit.empty()) fit = Pairs(singles);
    for (const BoundExpression& expression : fit)
      result.suggestions.push_back(Describe(expression));
    Sort(&result.suggestions);
    if (fit.empty()) result.conflicts = Conflicts(singles);
    return result;
  }

 private:
  static void Sort(std::vector<LicenseSuggestion>* suggestions) {
    std::sort(suggestions->begin(), suggestions->end(),
              [](const LicenseSuggestion& a, const LicenseSuggestion& b) {
                return std::tuple(a.license_class, a.duties.size(), a.license) <
                       std::tuple(b.license_class, b.duties.size(), b.license);
              });
  }

  static Query WithAllRights(Query query) {
    query.rights = RightSet::All();
    return query;
  }

  static bool EndsWithALicense(FindingId id) {
    return id == FindingId::kClaimsMoreThanInherited || id == FindingId::kShareAlikeDropped ||
           id == FindingId::kRestrictionsDropped || id == FindingId::kFurtherRestrictions ||
           id == FindingId::kLicenseReplaced;
  }

  [[nodiscard]] bool Stopped() const { return evaluator_.query().stop.Requested(); }
  [[nodiscard]] bool MeetsAll(const BoundExpression& own) { return check_.Fits(own, held_); }
  [[nodiscard]] bool Meets(const BoundExpression& own, std::size_t held) {
    return check_.Fits(own, {&held_[held], 1});
  }

  // An agreement that one vendor alone can grant is no offer of anybody else's, unless the work is
  // under it already.
  [[nodiscard]] bool MayOffer(const License& license) const {
    if (license.only_licensor.empty()) return true;
    const LicensorId licensor = snapshot_.Get(evaluation_.target).licensor.id;
    if (licensor.valid() && snapshot_.LicensorName(licensor) == license.only_licensor) return true;
    return std::any_of(held_.begin(), held_.end(), [&](const Held& held) {
      return HoldsAgreement(licenses_, *held.expression, license);
    });
  }

  [[nodiscard]] std::vector<BoundExpression> Singles() const {
    std::vector<BoundExpression> singles;
    for (const License& license : licenses_.catalog().licenses) {
      if (IsCandidate(license) && MayOffer(license)) singles.push_back(licenses_.Bind(license.id));
    }
    return singles;
  }

  // Two licences together meet what neither does by itself: an AND of parts, or a choice.
  [[nodiscard]] std::vector<BoundExpression> Pairs(const std::vector<BoundExpression>& singles) {
    std::vector<BoundExpression> pairs;
    for (std::size_t i = 0; i < singles.size(); ++i) {
      for (std::size_t j = i + 1; j < singles.size() && pairs.size() < kMostPairs; ++j) {
        if (Stopped()) return pairs;
        for (const char* op : {" AND ", " OR "}) {
          BoundExpression pair = licenses_.Bind(singles[i].text + op + singles[j].text);
          if (MeetsAll(pair)) pairs.push_back(std::move(pair));
        }
      }
    }
    return pairs;
  }

  [[nodiscard]] LicenseSuggestion Describe(const BoundExpression& expression) const {
    LicenseSuggestion suggestion;
    suggestion.license = expression.text;
    suggestion.license_class = ClassOfExpression(licenses_, expression);
    EnumSet<DutyKind> duties;
    ForEachLeaf(expression, [&](const BoundExpression& leaf) {
      for (const Duty& duty : licenses_.Get(leaf.license).duties) duties.Add(duty.kind);
    });
    suggestion.duties = duties.Values();
    return suggestion;
  }

  // The smallest sets of upstreams whose demands no single licence meets.
  [[nodiscard]] std::vector<std::vector<std::string>> Conflicts(
      const std::vector<BoundExpression>& singles) {
    // Which licences each upstream leaves.
    std::vector<std::pair<std::string, std::vector<bool>>> leaves;
    for (std::size_t i = 0; i < held_.size() && !Stopped(); ++i) {
      std::vector<bool> meets;
      for (const BoundExpression& single : singles) meets.push_back(Meets(single, i));
      if (std::find(meets.begin(), meets.end(), false) != meets.end()) {
        leaves.emplace_back(snapshot_.IdOf(voices_[i]->origin), std::move(meets));
      }
    }
    std::vector<std::set<std::size_t>> found;
    std::vector<std::size_t> chosen;
    for (std::size_t size = 1; size <= kLargestConflict; ++size) {
      ChooseConflicts(leaves, size, 0, std::vector<bool>(singles.size(), true), &chosen, &found);
    }
    std::vector<std::vector<std::string>> conflicts;
    for (const std::set<std::size_t>& set : found) {
      std::vector<std::string>& names = conflicts.emplace_back();
      for (const std::size_t i : set) names.push_back(leaves[i].first);
    }
    // Larger than that: all that narrow the choice.
    if (conflicts.empty() && !leaves.empty()) {
      std::vector<std::string>& names = conflicts.emplace_back();
      for (const auto& [origin, meets] : leaves) names.push_back(origin);
    }
    return conflicts;
  }

  void ChooseConflicts(const std::vector<std::pair<std::string, std::vector<bool>>>& leaves,
                       std::size_t size, std::size_t first, const std::vector<bool>& left,
                       std::vector<std::size_t>* chosen,
                       std::vector<std::set<std::size_t>>* found) const {
    if (chosen->size() == size) {
      if (std::find(left.begin(), left.end(), true) != left.end()) return;
      const std::set<std::size_t> set(chosen->begin(), chosen->end());
      const bool minimal = std::none_of(found->begin(), found->end(), [&](const auto& smaller) {
        return std::includes(set.begin(), set.end(), smaller.begin(), smaller.end());
      });
      if (minimal && found->size() < kMostConflicts) found->push_back(set);
      return;
    }
    for (std::size_t i = first; i < leaves.size() && found->size() < kMostConflicts && !Stopped();
         ++i) {
      std::vector<bool> both = left;
      for (std::size_t k = 0; k < both.size(); ++k) both[k] = both[k] && leaves[i].second[k];
      chosen->push_back(i);
      ChooseConflicts(leaves, size, i + 1, both, chosen, found);
      chosen->pop_back();
    }
  }

  const Snapshot& snapshot_;
  const LicenseTable& licenses_;
  Evaluator evaluator_;
  const Evaluation evaluation_;
  OfferCheck check_;
  std::vector<const Voice*> voices_;
  std::vector<Held> held_;
};

}  // namespace

std::vector<std::string> FittingLicenses(const Snapshot& snapshot, VertexId target,
                                         const Query& query) {
  return Suggester(snapshot, target, query).Fitting();
}

Suggestions SuggestLicenses(const Snapshot& snapshot, VertexId target, const Query& query) {
  Suggestions suggestions = Suggester(snapshot, target, query).Run();
  suggestions.complete = suggestions.complete && !query.stop.Requested();
  return suggestions;
}

}  // namespace lineage
