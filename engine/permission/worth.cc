#include "engine/permission/worth.h"

#include <utility>

#include "engine/license/condition.h"

namespace lineage {
namespace {

constexpr uint8_t BitOf(Verdict verdict) {
  return static_cast<uint8_t>(1U << static_cast<unsigned>(verdict));
}

Context WithoutCompeting(Context context) {
  context.facts[kCompetesWithLicensor] = false;
  return context;
}

std::optional<bool> FactOf(const Context& context, const char* fact) {
  const auto it = context.facts.find(fact);
  return it == context.facts.end() ? std::nullopt : std::optional(it->second);
}

// Whether a model counts only if it performs similarly, and nobody can say that it does.
bool HangsOnSimilarity(const License& license, const Way& way) {
  return way.form == Form::kMade && way.perhaps_similar && license.models_from_outputs &&
         license.models_from_outputs->similar_only;
}

// What a value becomes as it arrives; `similar`: what is given of that.
Verdict Arriving(Verdict value, bool contested, bool hangs_on_similarity,
                 std::optional<bool> similar) {
  if (hangs_on_similarity && similar == false) return Verdict::kPermitted;
  if (contested) {
    return value == Verdict::kProhibited ? Verdict::kUndetermined : Verdict::kPermitted;
  }
  if (hangs_on_similarity && !similar && value == Verdict::kProhibited)
    return Verdict::kConditional;
  return value;
}

// Whether the work itself arrives, beyond dispute, for one of these rights: what is not granted of
// it is then reserved.
bool CarriesWork(const WaySet& ways, RightSet rights) {
  return ways.Any([&](const Way& way) {
    return !way.contested && (!way.sharing_only || rights.Intersects(kSharing)) &&
           (way.form == Form::kOwn || way.form == Form::kWork || way.form == Form::kDerivative ||
            way.form == Form::kMade);
  });
}

}  // namespace

bool IsAdaptation(const License& license, const Way& way) {
  switch (way.form) {
    case Form::kMade:
      return true;
    case Form::kWork:
    case Form::kDerivative:
      return way.adapted() || (way.change == Alteration::kFormat && !license.formats_are_copies);
    default:
      return false;
  }
}

bool Answers(const License& license, RightSet rights, Verdict step, const Way& way, Right right) {
  if (!IsAbout(way, right)) return false;
  if (rights.Has(right)) return true;
  if (right == Right::kRedistribute)
    return rights.Has(Right::kRedistributeDerivatives) && IsAdaptation(license, way);
  if (right == Right::kUse)
    return rights.Has(Right::kModify) && step == Verdict::kProhibited && IsAdaptation(license, way);
  return false;
}

bool FreedByException(const LicenseTable& licenses, const BoundExpression& leaf, const Way& way) {
  if (!leaf.exception.valid()) return false;
  return !licenses.Get(leaf.exception).for_linking || way.place != Place::kNone;
}

LicenseWorth::LicenseWorth(const LicenseTable& licenses, const Context& context,
                           UndeclaredPolicy undeclared, Setting database_right)
    : licenses_(licenses),
      context_(context),
      without_competing_(WithoutCompeting(context)),
      step_(context.made_it ? context : Context()),
      step_without_competing_(WithoutCompeting(step_)),
      undeclared_(undeclared),
      database_right_(database_right),
      similar_(FactOf(context, kPerformsSimilarly)) {}

Verdict LicenseWorth::Of(const License& license, const Grant& grant, const Way& way,
                         Missing* missing) const {
  const bool hangs = HangsOnSimilarity(license, way);
  const Verdict value =
      ValueOf(grant, way.contested ? without_competing_ : context_, way.contested ? nullptr : missing);
  const Verdict worth = Arriving(value, way.contested, hangs, similar_);
  if (missing != nullptr && hangs && !similar_ && worth == Verdict::kConditional)
    missing->AddFact(kPerformsSimilarly);
  return worth;
}

Verdict LicenseWorth::OfStep(const Grant& grant) const { return ValueOf(grant, step_, nullptr); }

Verdict LicenseWorth::OfValues(const License& license, uint8_t values, const Way& way) const {
  const bool hangs = HangsOnSimilarity(license, way);
  Verdict worst = Verdict::kPermitted;
  for (const Verdict value : EnumValues<Verdict>()) {
    if ((values & BitOf(value)) != 0)
      worst = Stricter(worst, Arriving(value, way.contested, hangs, similar_));
  }
  return worst;
}

Verdict LicenseWorth::OfLack(const WaySet& ways, RightSet rights) const {
  if (!CarriesWork(ways, rights)) return Verdict::kPermitted;
  return undeclared_ == UndeclaredPolicy::kProhibited ? Verdict::kProhibited
                                                      : Verdict::kUndetermined;
}

Verdict LicenseWorth::OfLeaf(const BoundExpression& leaf, const WaySet& ways, Right right) {
  if (!leaf.license.valid()) {
    return CarriesWork(ways, {right}) ? Verdict::kUndetermined : Verdict::kPermitted;
  }
  const License& license = licenses_.Get(leaf.license);
  const Table& table = TableOf(leaf.license);
  Verdict worst = Verdict::kPermitted;
  for (const Way way : ways) {
    if (way.form == Form::kClass || !IsAbout(way, right)) continue;
    if (way.form == Form::kMade && !MayCountModels(license)) continue;
    const auto& values = way.contested ? table.contested : table.given;
    const auto at = [&](Right one, Scope scope) {
      return values[static_cast<std::size_t>(one)][static_cast<std::size_t>(scope)];
    };
    const Scope scope = ScopeOf(way.form);
    uint8_t here = at(right, scope);
    if (way.form == Form::kOwn) here |= at(right, Scope::kWork);
    if (right == Right::kRedistribute && IsAdaptation(license, way))
      here |= at(Right::kRedistributeDerivatives, scope);
    if (right == Right::kUse && IsAdaptation(license, way))
      here |= (way.contested ? table.forbidden_contested
                             : table.forbidden)[static_cast<std::size_t>(scope)];
    worst = Stricter(worst, OfValues(license, here, way));
  }
  return worst;
}

WaySet LicenseWorth::DutyWays(const BoundExpression& leaf, const Duty& duty, const WaySet& ways,
                              bool contested) const {
  const License& license = licenses_.Get(leaf.license);
  const LicenseException* exception =
      leaf.exception.valid() ? &licenses_.Get(leaf.exception) : nullptr;
  return ways.Where([&](const Way& way) {
    if (way.form == Form::kClass || way.contested != contested) return false;
    if (way.form == Form::kMade && !MayCountModels(license)) return false;
    if (HangsOnSimilarity(license, way) && similar_ == false) return false;
    if (way.sharing_only && !duty.on.Has(Trigger::kDistribution)) return false;
    for (const Scope scope : duty.scopes) {
      if (!ArrivesBy(scope, way)) continue;
      const bool dropped = exception != nullptr && exception->drops_duties.Has(duty.kind) &&
                           exception->scopes.Has(scope) && FreedByException(licenses_, leaf, way);
      if (!dropped) return true;
    }
    return false;
  });
}

bool IsDue(TriggerSet on, TriggerSet acts, bool modified) {
  const TriggerSet others =
      TriggerSet::FromBits(on.bits() & ~TriggerSet{Trigger::kModification}.bits());
  return (others.empty() || others.Intersects(acts)) &&
         (!on.Has(Trigger::kModification) || modified);
}

const LicenseWorth::Table& LicenseWorth::TableOf(LicenseIndex license) {
  std::unique_ptr<const Table>& cached = tables_[license];
  if (cached == nullptr) {
    auto table = std::make_unique<Table>();
    for (const Grant& grant : licenses_.Get(license).grants) {
      const uint8_t given = BitOf(ValueOf(grant, context_, nullptr));
      const uint8_t contested = BitOf(ValueOf(grant, without_competing_, nullptr));
      for (const Right right : grant.rights) {
        for (const Scope scope : grant.scopes) {
          const auto r = static_cast<std::size_t>(right);
          const auto s = static_cast<std::size_t>(scope);
          table->given[r][s] |= given;
          table->contested[r][s] |= contested;
        }
      }
      if (!grant.rights.Has(Right::kModify)) continue;
      constexpr uint8_t kForbids = BitOf(Verdict::kProhibited);
      const uint8_t step = BitOf(OfStep(grant));
      const uint8_t step_contested = BitOf(ValueOf(grant, step_without_competing_, nullptr));
      for (const Scope scope : grant.scopes) {
        const auto s = static_cast<std::size_t>(scope);
        table->forbidden[s] |= static_cast<uint8_t>(step & kForbids);
        table->forbidden_contested[s] |= static_cast<uint8_t>(step_contested & kForbids);
      }
    }
    cached = std::move(table);
  }
  return *cached;
}

}  // namespace lineage
