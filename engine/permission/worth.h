// What a licence's terms are worth as they arrive, in one context. Rules: docs/semantics.md,
// sections 3 and 5. Knows no graph: the evaluator, comparisons of licences and suggestions ask it.
#ifndef LINEAGE_ENGINE_PERMISSION_WORTH_H_
#define LINEAGE_ENGINE_PERMISSION_WORTH_H_

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/license/license_table.h"
#include "engine/permission/query.h"
#include "engine/permission/way.h"

namespace lineage {

// A licence taken in one choice, with all that one choice made together.
struct Choice {
  Verdict verdict = Verdict::kPermitted;
  std::vector<const BoundExpression*> leaves;  // in canonical order
};

// The rights to share: what an exception for training never covers.
inline constexpr RightSet kSharing = {Right::kRedistribute, Right::kRedistributeDerivatives,
                                      Right::kSublicense};

// Whether what arrives by `way` is about a right at all.
[[nodiscard]] constexpr bool IsAbout(const Way& way, Right right) {
  return !way.sharing_only || kSharing.Has(right);
}

// True if terms with `scope` arrive by `way`.
[[nodiscard]] constexpr bool ArrivesBy(Scope scope, const Way& way) {
  if (way.form == Form::kClass) return false;
  if (way.form == Form::kOwn) return scope == Scope::kOwn || scope == Scope::kWork;
  return scope == ScopeOf(way.form);
}
// Whether terms of any of these scopes do.
[[nodiscard]] inline bool ArrivesBy(ScopeSet scopes, const Way& way) {
  return std::any_of(scopes.begin(), scopes.end(),
                     [&](Scope scope) { return ArrivesBy(scope, way); });
}

// Whether a licence counts models made from outputs among its derivatives, or may: nobody has read it.
[[nodiscard]] inline bool MayCountModels(const License& license) {
  return license.models_from_outputs.has_value() || license.basis == Basis::kNone;
}

// Whether a duty with the triggers `on` is due for one who does `acts`. `modification` beside other
// triggers narrows them: due when a modified version is distributed, served or used.
[[nodiscard]] bool IsDue(TriggerSet on, TriggerSet acts, bool modified);

// Whether what arrives by `way` is an adaptation under this licence: what it says of adaptations
// then counts for more rights.
[[nodiscard]] bool IsAdaptation(const License& license, const Way& way);

// True if a term that names `rights` answers `right` as it arrives. `step`: what the term says of
// the step by which something was made (LicenseWorth::OfStep).
[[nodiscard]] bool Answers(const License& license, RightSet rights, Verdict step, const Way& way,
                           Right right);

// True if an exception of `leaf` drops what arrives by `way`.
[[nodiscard]] bool FreedByException(const LicenseTable& licenses, const BoundExpression& leaf,
                                    const Way& way);

// For one thread (it remembers what licences are worth in the context).
class LicenseWorth {
 public:
  // `database_right`: that switch of the theory.
  LicenseWorth(const LicenseTable& licenses, const Context& context, UndeclaredPolicy undeclared,
               Setting database_right = Setting::kOpen);

  // What one answer is worth that arrives by `way`. `missing`, if not null, gets what it hangs on.
  [[nodiscard]] Verdict Of(const License& license, const Grant& grant, const Way& way,
                           Missing* missing) const;

  // What an answer to `modify` says of the step by which the artifact was made. The context tells
  // of the asker; where somebody else made the step, nobody says in what context.
  [[nodiscard]] Verdict OfStep(const Grant& grant) const;

  // The choice that a licensee makes of an expression that arrives so, for rights asked together.
  // `ways_of(leaf)` gives the ways by which a leaf's terms arrive.
  template <typename WaysOf>
  [[nodiscard]] Choice Choose(const BoundExpression& expression, RightSet rights,
                              const WaysOf& ways_of);

  // The worth of all terms of one licence for one right.
  [[nodiscard]] Verdict OfLeaf(const BoundExpression& leaf, const WaySet& ways, Right right);
  // Of the lack of a licence.
  [[nodiscard]] Verdict OfLack(const WaySet& ways, RightSet rights) const;

  // The ways by which a duty arrives: uncontested, or contested.
  [[nodiscard]] WaySet DutyWays(const BoundExpression& leaf, const Duty& duty, const WaySet& ways,
                                bool contested) const;

  [[nodiscard]] const LicenseTable& licenses() const { return licenses_; }
  [[nodiscard]] const Context& context() const { return context_; }
  // What is given for the fact `performs-similarly`.
  [[nodiscard]] std::optional<bool> similar() const { return similar_; }
  // Whether a collection uses a substantial part of a data set that it holds.
  [[nodiscard]] Setting database_right() const { return database_right_; }

 private:
  // Of one right and scope: a bit for each verdict that some answer is worth.
  using Values = std::array<uint8_t, kEnumSize<Scope>>;
  struct Table {
    std::array<Values, kRightCount> given{};      // in the context
    std::array<Values, kRightCount> contested{};  // the same of a licensee that does not compete
    Values forbidden{};                           // of `modify`, as far as it forbids the step
    Values forbidden_contested{};                 // the same, contested
  };

  [[nodiscard]] const Table& TableOf(LicenseIndex license);
  [[nodiscard]] Verdict OfValues(const License& license, uint8_t values, const Way& way) const;

  const LicenseTable& licenses_;
  const Context context_;
  const Context without_competing_;
  const Context step_;  // in which the artifact was made
  const Context step_without_competing_;
  const UndeclaredPolicy undeclared_;
  const Setting database_right_;
  const std::optional<bool> similar_;
  absl::flat_hash_map<LicenseIndex, std::unique_ptr<const Table>> tables_;
};

template <typename WaysOf>
Choice LicenseWorth::Choose(const BoundExpression& expression, RightSet rights,
                            const WaysOf& ways_of) {
  Choice result;
  if (expression.op == Expression::Op::kLicense) {
    const WaySet& ways = ways_of(expression);
    result.leaves = {&expression};
    for (const Right right : rights) {
      result.verdict = Stricter(result.verdict, OfLeaf(expression, ways, right));
    }
    return result;
  }
  const auto duties = [&](const Choice& choice) {
    std::size_t count = 0;
    for (auto at = choice.leaves.begin(); at != choice.leaves.end(); ++at) {
      const BoundExpression* leaf = *at;
      const bool counted = std::any_of(choice.leaves.begin(), at, [&](const BoundExpression* one) {
        return one->text == leaf->text;  // a licence that stands in it twice asks once
      });
      if (!leaf->license.valid() || counted) continue;
      for (const Duty& duty : licenses_.Get(leaf->license).duties)
        count += DutyWays(*leaf, duty, ways_of(*leaf), false).empty() ? 0 : 1;
    }
    return count;
  };
  bool first = true;
  for (const BoundExpression& operand : expression.operands) {
    Choice next = Choose(operand, rights, ways_of);
    if (expression.op == Expression::Op::kAnd) {
      result.verdict = Stricter(result.verdict, next.verdict);
      result.leaves.insert(result.leaves.end(), next.leaves.begin(), next.leaves.end());
    } else if (first || next.verdict > result.verdict ||
               (next.verdict == result.verdict && duties(next) < duties(result))) {
      result = std::move(next);
    }
    first = false;
  }
  return result;
}

// The class of an expression: the strictest of an AND, the most open of an OR; `counts(leaf)` is
// false where a licence was cut on its way.
template <typename Counts>
[[nodiscard]] LicenseClass ClassOfExpression(const LicenseTable& licenses,
                                             const BoundExpression& expression,
                                             const Counts& counts) {
  if (expression.op == Expression::Op::kLicense) {
    if (!counts(expression)) return LicenseClass::kOpenSource;
    return expression.license.valid() ? licenses.Get(expression.license).license_class
                                      : LicenseClass::kUndeclared;
  }
  LicenseClass result = ClassOfExpression(licenses, expression.operands[0], counts);
  for (const BoundExpression& operand : expression.operands) {
    const LicenseClass next = ClassOfExpression(licenses, operand, counts);
    result =
        expression.op == Expression::Op::kAnd ? std::max(result, next) : std::min(result, next);
  }
  return result;
}
[[nodiscard]] inline LicenseClass ClassOfExpression(const LicenseTable& licenses,
                                                    const BoundExpression& expression) {
  return ClassOfExpression(licenses, expression, [](const BoundExpression&) { return true; });
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_WORTH_H_
