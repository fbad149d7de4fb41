#include "engine/license/compatibility.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace lineage {
namespace {

Compatibility Decided(CompatibilityAnswer answer, const License& by, const Clause& clause,
                      std::string reason) {
  return {answer, by.id, clause.section, clause.says, std::move(reason)};
}

bool Listed(const std::vector<std::string>& sorted, const std::string& id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

// Rights whose width is compared. A licensor grants its own patents only, and recipients get the
// part's licence from its own licensor: neither is withheld by the licence of the whole.
RightSet ComparedRights() {
  RightSet rights = RightSet::All();
  return RightSet::FromBits(rights.bits() &
                            ~RightSet{Right::kPatentGrant, Right::kSublicense}.bits());
}

// What a licence says of a right in works made from it; the strictest answer.
const Grant* StrictestGrant(const License& license, Right right, Scope scope) {
  static constexpr Answer kOrder[] = {Answer::kProhibited, Answer::kUnreviewed,
                                      Answer::kUndetermined, Answer::kConditional};
  for (const Answer answer : kOrder) {
    for (const Grant& grant : license.grants) {
      if (grant.answer == answer && grant.rights.Has(right) && grant.scopes.Has(scope))
        return &grant;
    }
  }
  return nullptr;  // permitted, or not spoken of
}

// One licence into another, at most twenty terms each.
class Pair {
 public:
  Pair(const LicenseTable& licenses, const BoundExpression& from, const BoundExpression& to)
      : licenses_(licenses),
        leaf_(from),
        from_(licenses.Get(from.license)),
        to_(licenses.Get(to.license)) {}

  Compatibility Decide() {
    if (from_.id == to_.id) return {};
    if (from_.basis == Basis::kNone || to_.basis == Basis::kNone) {
      const License& open = from_.basis == Basis::kNone ? from_ : to_;
      return {CompatibilityAnswer::kUnknown, open.id, "", "",
              absl::StrCat(open.id, " is generic or nobody has reviewed its text")};
    }
    if (auto decided = MayBeAdapted()) return *decided;
    // A share-alike that names the target decides about everything else as well.
    bool named = false;
    if (auto decided = ShareAlike(&named)) return *decided;
    if (named) return {};
    if (auto decided = Restrictions()) return *decided;
    if (auto decided = NoWider()) return *decided;
    if (auto decided = NothingAdded()) return *decided;
    return {};
  }

 private:
  std::optional<Compatibility> MayBeAdapted() const {
    for (const Right right : {Right::kModify, Right::kRedistributeDerivatives}) {
      const Grant* grant = StrictestGrant(from_, right, Scope::kWork);
      if (grant == nullptr) continue;
      if (grant->answer == Answer::kProhibited) {
        return Decided(CompatibilityAnswer::kNo, from_, grant->clause,
                       absl::StrCat(from_.id, " does not allow to ", Name(right)));
      }
      if (grant->answer != Answer::kConditional) {
        return Decided(CompatibilityAnswer::kUnknown, from_, grant->clause,
                       absl::StrCat("it is open whether ", from_.id, " allows to ", Name(right)));
      }
    }
    return std::nullopt;
  }

  std::optional<Compatibility> ShareAlike(bool* named) const {
    for (const Duty& duty : from_.duties) {
      if (duty.kind != DutyKind::kShareAlike || Dropped(duty)) continue;
      const bool later =
          leaf_.or_later && std::find(from_.later_versions.begin(), from_.later_versions.end(),
                                      to_.id) != from_.later_versions.end();
      if (!Listed(duty.satisfied_by, to_.id) && !later) {
        return Decided(CompatibilityAnswer::kNo, from_, duty.clause,
                       absl::StrCat(to_.id, " does not satisfy its share-alike"));
      }
      *named = true;
    }
    return std::nullopt;
  }

  bool Dropped(const Duty& duty) const {
    if (!leaf_.exception.valid()) return false;
    const LicenseException& exception = licenses_.Get(leaf_.exception);
    return exception.drops_duties.Has(duty.kind) && exception.scopes.Has(Scope::kDerivative);
  }

  std::optional<Compatibility> Restrictions() const {
    for (const Duty& duty : from_.duties) {
      if (duty.kind != DutyKind::kPassOnRestrictions || !duty.scopes.Has(Scope::kDerivative))
        continue;
      if (PassesOn(licenses_, to_, from_.id, duty.satisfied_by)) continue;
      return Decided(CompatibilityAnswer::kNo, from_, duty.clause,
                     absl::StrCat(to_.id, " does not pass its restrictions on"));
    }
    return std::nullopt;
  }

  // Nobody can grant more than was granted.
  std::optional<Compatibility> NoWider() const {
    std::optional<Compatibility> open;
    for (const Right right : ComparedRights().Values()) {
      const Grant* held = StrictestGrant(from_, right, Scope::kDerivative);
      if (held == nullptr) continue;
      const Grant* given = StrictestGrant(to_, right, Scope::kWork);
      if (given != nullptr && given->answer == Answer::kProhibited) continue;
      if (held->answer == Answer::kProhibited) {
        return Decided(CompatibilityAnswer::kNo, from_, held->clause,
                       absl::StrCat(to_.id, " would grant ", Name(right), ", which it withholds"));
      }
      if (held->answer == Answer::kConditional) {
        if (given != nullptr && given->when.text == held->when.text) continue;
        if (given == nullptr) {
          return Decided(CompatibilityAnswer::kNo, from_, held->clause,
                         absl::StrCat(to_.id, " would grant ", Name(right),
                                      " without its condition: ", held->when.text));
        }
        open = Decided(
            CompatibilityAnswer::kDepends, from_, held->clause,
            absl::StrCat("on whether the terms of ", to_.id, " keep to: ", held->when.text));
      } else if (!open) {
        open = Decided(CompatibilityAnswer::kUnknown, from_, held->clause,
                       absl::StrCat("it is open what it says of ", Name(right)));
      }
    }
    return open;
  }

  // Copyleft that takes in what asks for nothing more than it does.
  std::optional<Compatibility> NothingAdded() const {
    if (!to_.further_restrictions) return std::nullopt;
    for (const Imposition& imposition : from_.imposes) {
      if (to_.further_restrictions->allows.Has(imposition.kind)) continue;
      return Decided(CompatibilityAnswer::kNo, from_, imposition.clause,
                     absl::StrCat(to_.id, " ", to_.further_restrictions->clause.section,
                                  " allows no further restrictions, and this is one"));
    }
    return std::nullopt;
  }

  const LicenseTable& licenses_;
  const BoundExpression& leaf_;
  const License& from_;
  const License& to_;
};

Compatibility Unknown(const BoundExpression& leaf) {
  return {CompatibilityAnswer::kUnknown, leaf.as_written, "", "",
          absl::StrCat("the catalogue does not know ", leaf.as_written)};
}

const Compatibility& Worse(const Compatibility& a, const Compatibility& b) {
  return b.answer < a.answer ? b : a;
}
const Compatibility& Better(const Compatibility& a, const Compatibility& b) {
  return b.answer > a.answer ? b : a;
}

// One licence into an expression.
Compatibility LeafInto(const LicenseTable& licenses, const BoundExpression& from,
                       const BoundExpression& to) {
  if (to.op == Expression::Op::kLicense) {
    if (!from.license.valid()) return Unknown(from);
    if (!to.license.valid()) return Unknown(to);
    return Pair(licenses, from, to).Decide();
  }
  Compatibility result = LeafInto(licenses, from, to.operands[0]);
  for (std::size_t i = 1; i < to.operands.size(); ++i) {
    const Compatibility next = LeafInto(licenses, from, to.operands[i]);
    // An AND holds the part if one of its licences does: they are about parts of the whole. A
    // recipient may take either branch of an OR.
    result = to.op == Expression::Op::kAnd ? Better(result, next) : Worse(result, next);
  }
  return result;
}

}  // namespace

Compatibility CompatibilityOf(const LicenseTable& licenses, const BoundExpression& from,
                              const BoundExpression& to) {
  if (from.op == Expression::Op::kLicense) return LeafInto(licenses, from, to);
  Compatibility result = CompatibilityOf(licenses, from.operands[0], to);
  for (std::size_t i = 1; i < from.operands.size(); ++i) {
    const Compatibility next = CompatibilityOf(licenses, from.operands[i], to);
    result = from.op == Expression::Op::kOr ? Better(result, next) : Worse(result, next);
  }
  return result;
}

bool SatisfiesShareAlike(const LicenseTable& licenses, const BoundExpression& expression,
                         const std::vector<std::string>& satisfied_by) {
  bool any = false;
  ForEachLeaf(expression, [&](const BoundExpression& leaf) {
    any |= leaf.license.valid() && Listed(satisfied_by, licenses.Get(leaf.license).id);
  });
  return any;
}

bool PassesOn(const LicenseTable& licenses, const License& candidate, absl::string_view origin,
              const std::vector<std::string>& satisfied_by) {
  if (candidate.id == origin || Listed(satisfied_by, candidate.id)) return true;
  const auto parent = licenses.Find(origin);
  if (!parent) return false;
  const std::vector<std::string>& needed = licenses.Get(*parent).use_policy;
  const bool passes =
      std::any_of(candidate.duties.begin(), candidate.duties.end(),
                  [](const Duty& d) { return d.kind == DutyKind::kPassOnRestrictions; });
  return passes && !needed.empty() &&
         std::includes(candidate.use_policy.begin(), candidate.use_policy.end(), needed.begin(),
                       needed.end());
}

}  // namespace lineage
