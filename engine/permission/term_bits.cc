#include "engine/permission/term_bits.h"

#include <bit>

#include "engine/license/condition.h"
#include "engine/permission/conveyance.h"

namespace lineage {
namespace {

using namespace term_layout;  // NOLINT(google-build-using-namespace): this file is about it

uint64_t DutyBit(DutyKind kind) { return uint64_t{1} << (kDutiesAt + static_cast<int>(kind)); }

uint64_t ClassBitsOf(LicenseClass license_class) {
  return ((uint64_t{1} << static_cast<uint32_t>(license_class)) - 1) << kClassAt;
}

}  // namespace

std::array<Verdict, kRightCount> VerdictRow::alone() const {
  std::array<Verdict, kRightCount> verdicts{};
  for (const Right right : EnumValues<Right>()) {
    verdicts[static_cast<std::size_t>(right)] = VerdictOf(right);
  }
  return verdicts;
}

LicenseClass VerdictRow::license_class() const {
  return static_cast<LicenseClass>(std::popcount(bits_ >> kClassAt & 0x7F));
}

TermBits::TermBits(const Query& query)
    : query_(query),
      lack_(VerdictBits(query.undeclared == UndeclaredPolicy::kProhibited ? Verdict::kProhibited
                                                                          : Verdict::kUndetermined,
                        kRights)) {
  for (const RelationClass c : EnumValues<RelationClass>()) {
    Mask& mask = masks_[static_cast<std::size_t>(c)];
    for (const Stance stance : EnumValues<Stance>()) {
      const auto at = static_cast<std::size_t>(stance);
      const Conveyance conveyance = ConveyanceOf(c, stance, query.adapter, false);
      const bool any = !conveyance.conveys.empty() || !conveyance.contests.empty();
      mask.passes |= any || conveyance.carries_class;
      for (const Scope scope : EnumValues<Scope>()) {
        const auto w = static_cast<std::size_t>(scope);
        uint64_t& word = mask.keeps[at][w];
        const bool conveys = conveyance.conveys.Has(scope);
        const bool contests = conveyance.contests.Has(scope);
        if (conveys) word |= kClean | kLack;
        if (w < 2 && (conveys || contests)) word |= kContested;
        if (any) word |= kChoice;
        if (contests) mask.contests |= 1U << at;
      }
      if (conveyance.carries_class) mask.keeps[at][kClassWord] |= kClassBits;
    }
  }
}

TermWords TermBits::Of(const BoundExpression& expression, const LicenseTable& licenses) const {
  TermWords terms{};
  ForEachLeaf(expression, [&](const BoundExpression& leaf) {
    if (!leaf.license.valid()) {
      for (const std::size_t w : {0, 1}) terms[w] |= VerdictBits(Verdict::kUndetermined, kRights);
      return;
    }
    const License& license = licenses.Get(leaf.license);
    for (const Grant& grant : license.grants) {
      const Verdict value = ValueOf(grant, query_.context, nullptr);
      for (const Scope scope : grant.scopes) {
        terms[static_cast<std::size_t>(scope)] |= VerdictBits(value, grant.rights.bits());
      }
    }
    for (const Duty& duty : license.duties) {
      for (const Scope scope : DutyScopes(licenses, leaf, duty)) {
        terms[static_cast<std::size_t>(scope)] |= DutyBit(duty.kind);
      }
    }
  });
  terms[kClassWord] |= ClassBitsOf(ClassOfExpression(licenses, expression));
  if (HasChoice(expression)) {
    for (uint64_t& word : terms) word |= kChoice;
  }
  return terms;
}

TermWords TermBits::OfSilence() const {
  return {kLack, kLack, ClassBitsOf(LicenseClass::kUndeclared), 0};
}

uint64_t TermBits::RowOf(Evaluator* evaluator, const Evaluation& evaluation) {
  uint64_t bits = ClassBitsOf(evaluation.license_class);
  for (const Right right : EnumValues<Right>()) {
    bits |= VerdictBits(evaluation.alone[static_cast<std::size_t>(right)],
                        uint64_t{1} << static_cast<uint32_t>(right));
  }
  ForEachDuty(evaluator, evaluation, RightSet::All(),
              [&](const Voice&, const BoundExpression&, const License&, const Duty& duty,
                  ScopeSet) { bits |= DutyBit(duty.kind); });
  const Overgrant over = OvergrantOf(evaluator, evaluation);
  bits |= uint64_t{!over.withheld.empty()} << VerdictRow::kOvergrantAt;
  bits |= uint64_t{!over.conditioned.empty()} << (VerdictRow::kOvergrantAt + 1);
  return bits;
}

TermWords TermBits::Arriving(const TermWords& said, ArrivalSet arrivals) {
  TermWords arriving{};
  for (const Scope scope : EnumValues<Scope>()) {
    const auto w = static_cast<std::size_t>(scope);
    arriving[w] |= said[w] & kChoice;
    if (CleanScopes(arrivals).Has(scope)) arriving[w] |= said[w] & (kClean | kLack);
    if (w < 2 && ContestedScopes(arrivals).Has(scope)) arriving[w] |= ContestedOf(said[w]);
  }
  if (arrivals.Has(Arrival::kClass)) arriving[kClassWord] |= said[kClassWord] & kClassBits;
  return arriving;
}

}  // namespace lineage
