#include "engine/permission/offer.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/license/condition.h"
#include "engine/permission/contexts.h"

namespace lineage {
namespace {

constexpr TriggerSet kService = {Trigger::kService};

bool Lists(const std::vector<std::string>& sorted, const std::string& id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

// Whether `leaf`, which is under `license` "or later", may be taken under `other`.
bool IsLater(const BoundExpression& leaf, const License& license, const License& other) {
  return leaf.or_later && std::find(license.later_versions.begin(), license.later_versions.end(),
                                    other.id) != license.later_versions.end();
}

bool HasDuty(const License& license, DutyKind kind) {
  return std::any_of(license.duties.begin(), license.duties.end(),
                     [&](const Duty& duty) { return duty.kind == kind; });
}

// Under this licence hosting a work is distributing it.
bool HostingIsDistribution(const License& license) {
  constexpr EnumSet<DutyKind> kConveying = {DutyKind::kIncludeLicense,
                                            DutyKind::kPassOnRestrictions, DutyKind::kShareAlike,
                                            DutyKind::kDiscloseSource};
  return std::any_of(license.duties.begin(), license.duties.end(), [&](const Duty& duty) {
    return kConveying.Has(duty.kind) && duty.on.Intersects(kService);
  });
}

const std::string& FamilyOf(const License& license) {
  return license.edition_of.empty() ? license.id : license.edition_of;
}

// Terms of an artifact's own licence for one right.
template <typename Visit>
void ForEachOwn(const License& license, Right right, const Visit& visit) {
  for (const Grant& grant : license.grants) {
    if (grant.rights.Has(right) && (grant.scopes.Has(Scope::kOwn) || grant.scopes.Has(Scope::kWork)))
      visit(grant);
  }
}

Verdict OwnValue(const License& license, Right right, const Context& context, Missing* missing) {
  Verdict value = Verdict::kPermitted;
  ForEachOwn(license, right, [&](const Grant& grant) {
    value = Stricter(value, ValueOf(grant, context, missing));
  });
  return value;
}

// Whether something is worth a verdict, where keys of the context may be missing.
Truth Is(Verdict verdict, Verdict value) {
  if (value == Verdict::kConditional) return Truth::kUnknown;
  return value == verdict ? Truth::kTrue : Truth::kFalse;
}

// Whether an artifact's own licence withholds a right; other terms of it may be open.
Truth Withholds(const License& license, Right right, const Context& context, Missing* missing) {
  Truth truth = Truth::kFalse;
  ForEachOwn(license, right, [&](const Grant& grant) {
    truth = std::max(truth, Is(Verdict::kProhibited, ValueOf(grant, context, missing)));
  });
  return truth;
}

bool IsMade(const Way& way) { return way.form == Form::kMade; }
// The same work in another format, and nothing else.
bool IsMereCopy(const Way& way) {
  return way.change == Alteration::kFormat && way.place == Place::kNone;
}
bool CarriesWork(const Way& way) {
  return way.form == Form::kWork || way.form == Form::kDerivative || way.form == Form::kMade;
}

}  // namespace

bool SameAgreement(const License& a, const License& b) { return FamilyOf(a) == FamilyOf(b); }

bool HoldsAgreement(const LicenseTable& licenses, const BoundExpression& held,
                    const License& license) {
  bool holds = false;
  ForEachLeaf(held, [&](const BoundExpression& leaf) {
    holds |= leaf.license.valid() && SameAgreement(licenses.Get(leaf.license), license);
  });
  return holds;
}

const License* AnothersAgreement(const LicenseTable& licenses, const BoundExpression& offer,
                                 absl::Span<const BoundExpression* const> from,
                                 absl::string_view offerer) {
  const License* found = nullptr;
  ForEachLeaf(offer, [&](const BoundExpression& part) {
    if (found != nullptr || !part.license.valid()) return;
    const License& license = licenses.Get(part.license);
    if (!license.only_licensor.empty() && license.only_licensor != offerer &&
        std::none_of(from.begin(), from.end(), [&](const BoundExpression* one) {
          return HoldsAgreement(licenses, *one, license);
        })) {
      found = &license;
    }
  });
  return found;
}

OfferCheck::Making OfferCheck::MakingOf(const WaySet& ways) {
  if (!ways.Any([](const Way& way) { return way.change != Alteration::kMerged; }))
    return Making::kMerged;
  return ways.Any(IsMereCopy) ? Making::kCopied : Making::kAdapted;
}

OfferCheck::Level OfferCheck::LevelOf(SatisfiedOn on, Making making) {
  switch (on) {
    case SatisfiedOn::kAlways:
      return Level::kMet;
    case SatisfiedOn::kAdaptation:
      return making == Making::kCopied ? Level::kBroken : Level::kMet;
    case SatisfiedOn::kMerge:
      return making == Making::kMerged    ? Level::kMet
             : making == Making::kAdapted ? Level::kWarning
                                          : Level::kBroken;
    case SatisfiedOn::kCombine:  // nothing is combined with a mere copy
      return making == Making::kCopied ? Level::kBroken : Level::kWarning;
    case SatisfiedOn::kNotice:
      break;
  }
  return Level::kWarning;
}

OfferCheck::Edition OfferCheck::EditionOf(const License& from, const License& part) {
  if (from.id == part.id || FamilyOf(from) != FamilyOf(part)) return Edition::kNone;
  const std::string& family = FamilyOf(from);
  const bool moves = std::find(from.later_editions.begin(), from.later_editions.end(), part.id) !=
                     from.later_editions.end();
  return part.id == family || from.id == family || moves ? Edition::kSame : Edition::kOther;
}

// Ways that make demands on the licence of the whole.
WaySet OfferCheck::Counting(const License& license, const WaySet& ways) {
  return ways.Where([&](const Way& way) {
    return way.form != Form::kClass && way.form != Form::kOwn && way.place != Place::kBeside &&
           !(way.place == Place::kInside && license.parts_keep_license) &&
           !(way.form == Form::kMade && !MayCountModels(license));
  });
}

std::optional<Severity> OfferCheck::SeverityOf(const License& license, const WaySet& ways) const {
  std::optional<Severity> severity;
  for (const Way way : ways) {
    Severity here = Severity::kError;
    const bool hangs = IsMade(way) && way.perhaps_similar && license.models_from_outputs &&
                       license.models_from_outputs->similar_only;
    if (hangs && worth_.similar() == false) continue;
    if (way.contested) {
      if (!IsMade(way) && way.form != Form::kFromOutputs) continue;
      here = Severity::kNote;
    } else if (hangs && !worth_.similar()) {
      here = Severity::kWarning;
    }
    severity = std::max(severity.value_or(here), here);
  }
  return severity;
}

template <typename Visit>
OfferCheck::Met OfferCheck::Join(const BoundExpression& offer, const Visit& visit) {
  if (offer.op == Expression::Op::kLicense) {
    Met met = visit(offer);
    met.part = offer.text;
    return met;
  }
  Met result = Join(offer.operands[0], visit);
  for (std::size_t i = 1; i < offer.operands.size(); ++i) {
    Met next = Join(offer.operands[i], visit);
    // One part of an AND is enough; a recipient may take any branch of an OR.
    const bool better = next.level < result.level;
    const bool worse = next.level > result.level;
    if (offer.op == Expression::Op::kAnd ? better : worse) result = std::move(next);
  }
  return result;
}

OfferCheck::Met OfferCheck::ShareAlikePart(const BoundExpression& part, const BoundExpression& leaf,
                                           const Duty& duty, Making making) const {
  const License* whole = Get(part);
  if (whole == nullptr || whole->basis == Basis::kNone) return {Level::kWarning, {}, nullptr};
  const License& from = licenses().Get(leaf.license);
  const auto level_of = [&](const License& one) -> Met {
    const Edition edition = EditionOf(from, one);
    if (one.id == from.id || edition == Edition::kSame || IsLater(leaf, from, one) ||
        Lists(duty.satisfied_by, one.id)) {
      return {};
    }
    Met met{Level::kBroken, {}, nullptr};
    for (const Satisfier& satisfier : duty.satisfiers) {
      if (satisfier.license != one.id) continue;
      const Level level = LevelOf(satisfier.on, making);
      if (level < met.level) met = {level, {}, &satisfier};
    }
    return met;
  };
  Met met = level_of(*whole);
  // Whoever takes it under "or later" may take a later version.
  if (part.or_later) {
    for (const std::string& version : whole->later_versions) {
      const auto found = licenses().Find(version);
      Met later = found ? level_of(licenses().Get(*found)) : Met{Level::kBroken, {}, nullptr};
      if (later.level > met.level) met = std::move(later);
    }
  }
  if (met.level != Level::kMet && EditionOf(from, *whole) == Edition::kOther)
    met.level = Level::kOtherEdition;
  // An exception lets recipients do more than the licence that the part came under.
  if (!part.exception_as_written.empty() &&
      part.exception_as_written != leaf.exception_as_written) {
    met.level = std::max(met.level, part.exception.valid() ? Level::kBroken : Level::kWarning);
  }
  return met;
}

// Whether a licence has a duty of this kind, but for what its exception drops.
bool OfferCheck::Asks(const BoundExpression& leaf, DutyKind kind) const {
  const License& license = licenses().Get(leaf.license);
  const LicenseException* exception =
      leaf.exception.valid() ? &licenses().Get(leaf.exception) : nullptr;
  return std::any_of(license.duties.begin(), license.duties.end(), [&](const Duty& duty) {
    const bool dropped = exception != nullptr && !exception->for_linking &&
                         exception->drops_duties.Has(kind) &&
                         (duty.scopes.bits() & ~exception->scopes.bits()) == 0;
    return duty.kind == kind && !dropped;
  });
}

// What a licensee chooses of what is held, for all rights together.
Choice OfferCheck::Chosen(const Held& held) {
  return worth_.Choose(
      *held.expression, RightSet::All(),
      [&](const BoundExpression& leaf) -> const WaySet& { return WaysOf(held, leaf); });
}

// A work under `part`, merged, may be offered under `whole`.
bool OfferCheck::CanGoInto(const BoundExpression& part, const BoundExpression& whole) {
  const Arrivals merged(WaySet{Way{.form = Form::kDerivative, .change = Alteration::kMerged}});
  // A matter of the texts alone: nothing is said.
  LicenseWorth neutral(licenses(), Context(), UndeclaredPolicy::kUndetermined);
  OfferCheck check(&neutral, vendors_);
  std::vector<OfferIssue> issues;
  const Held held{&part, &merged, false};
  for (const BoundExpression* leaf : check.Chosen(held).leaves) {
    if (leaf->license.valid()) check.CheckLeaf(&whole, 0, held, *leaf, &issues);
  }
  check.CheckGrants(whole, 0, held, &issues);
  return std::none_of(issues.begin(), issues.end(), [](const OfferIssue& issue) {
    return issue.severity == Severity::kError;
  });
}

OfferCheck::Met OfferCheck::ShareAlike(const BoundExpression& offer, const BoundExpression& leaf,
                                       const Duty& duty, Making making) {
  if (offer.op == Expression::Op::kLicense) {
    Met met = ShareAlikePart(offer, leaf, duty, making);
    met.part = offer.text;
    return met;
  }
  std::vector<Met> all;
  for (const BoundExpression& operand : offer.operands)
    all.push_back(ShareAlike(operand, leaf, duty, making));
  const auto by_level = [](const Met& a, const Met& b) { return a.level < b.level; };
  if (offer.op == Expression::Op::kOr) return *std::max_element(all.begin(), all.end(), by_level);
  // One part meets it, and the others have to be able to go into that one.
  Met best{Level::kBroken, offer.text, nullptr};
  for (std::size_t k = 0; k < all.size(); ++k) {
    Met met = all[k];
    for (std::size_t n = 0; n < all.size() && met.level < Level::kBroken; ++n) {
      if (n == k) continue;
      if (!CanGoInto(offer.operands[n], offer.operands[k])) met = {Level::kBroken, offer.operands[n].text, nullptr};
    }
    if (k == 0 || met.level < best.level) best = std::move(met);
  }
  return best;
}

OfferCheck::Met OfferCheck::PassesOn(const BoundExpression& offer, const License& license,
                                     const Duty& duty) const {
  return Join(offer, [&](const BoundExpression& part) -> Met {
    const License* whole = Get(part);
    if (whole == nullptr || whole->basis == Basis::kNone) return {Level::kWarning, {}, nullptr};
    const Edition edition = EditionOf(license, *whole);
    if (whole->id == license.id || edition == Edition::kSame || Lists(duty.satisfied_by, whole->id))
      return {Level::kMet, {}, nullptr};
    const bool alike = whole->only_licensor.empty() && !license.use_policy.empty() &&
                       HasDuty(*whole, DutyKind::kPassOnRestrictions) &&
                       std::includes(whole->use_policy.begin(), whole->use_policy.end(),
                                     license.use_policy.begin(), license.use_policy.end());
    if (alike) return {Level::kMet, {}, nullptr};
    return {edition == Edition::kOther ? Level::kOtherEdition : Level::kBroken, {}, nullptr};
  });
}

namespace {

// A rule that is broken by `severity` at worst, as far as it is.
void AddIssue(OfferIssue issue, int level, std::optional<Severity> severity,
              std::vector<OfferIssue>* issues) {
  if (level == 0 || !severity) return;
  issue.severity = *severity;
  if (level < 3) issue.severity = std::min(issue.severity, Severity::kWarning);
  if (level == 2) issue.id = FindingId::kEditionDiffers;
  issues->push_back(std::move(issue));
}

}  // namespace

OfferIssue OfferCheck::IssueOf(OfferIssue issue, const Duty& duty, const WaySet& ways,
                               const Met& met) {
  issue.id = duty.kind == DutyKind::kShareAlike ? FindingId::kShareAlikeDropped
                                                : FindingId::kRestrictionsDropped;
  issue.duty = &duty;
  issue.clause = &duty.clause;
  issue.ways = ways;
  issue.part = met.part;
  issue.satisfier = met.satisfier;
  issue.gates_service = duty.on.Intersects(kService);
  return issue;
}

void OfferCheck::CheckLeaf(const BoundExpression* offer, std::size_t index, const Held& held,
                           const BoundExpression& leaf, std::vector<OfferIssue>* issues) {
  const License& license = licenses().Get(leaf.license);
  const WaySet& arriving = WaysOf(held, leaf);
  const WaySet counting = Counting(license, arriving);
  OfferIssue base;
  base.held = index;
  base.leaf = &leaf;
  base.license = &license;

  for (const Duty& duty : license.duties) {
    const bool share_alike = duty.kind == DutyKind::kShareAlike;
    if (offer == nullptr || (!share_alike && duty.kind != DutyKind::kPassOnRestrictions)) continue;
    WaySet ways = worth_.DutyWays(leaf, duty, counting, false);
    ways.Add(worth_.DutyWays(leaf, duty, counting, true));
    std::optional<Severity> severity = SeverityOf(license, ways);
    if (severity) {
      // The ways that decide: the cleanest there are.
      const WaySet deciding =
          ways.Where([&](const Way& way) { return SeverityOf(license, WaySet{way}) == severity; });
      const Met met = share_alike ? ShareAlike(*offer, leaf, duty, MakingOf(deciding))
                                  : PassesOn(*offer, license, duty);
      AddIssue(IssueOf(base, duty, deciding, met), static_cast<int>(met.level), severity, issues);
    }
    if (!share_alike || !held.data_in_data || !duty.contested_in_collections ||
        worth_.database_right() == Setting::kNo) {
      continue;
    }
    // Whether what a collection holds side by side is used in a substantial part hangs on the
    // theory; where that is open, it is for any edition.
    const WaySet beside = worth_.DutyWays(leaf, duty, arriving, false).Where([](const Way& way) {
      return way.place == Place::kBeside;
    });
    const bool told = std::any_of(issues->begin(), issues->end(), [&](const OfferIssue& issue) {
      return issue.duty == &duty && issue.held == index &&
             issue.id == FindingId::kShareAlikeDropped;
    });
    if (beside.empty() || (told && worth_.database_right() != Setting::kYes)) continue;
    const Met met = ShareAlike(*offer, leaf, duty, MakingOf(beside));
    if (worth_.database_right() == Setting::kYes) {
      AddIssue(IssueOf(base, duty, beside, met), static_cast<int>(met.level),
               SeverityOf(license, beside), issues);
    } else if (met.level != Level::kMet) {
      AddIssue(IssueOf(base, duty, beside, met), static_cast<int>(Level::kBroken), Severity::kNote,
               issues);
    }
  }

  for (const Grant& grant : license.grants) {
    const bool redistribution =
        grant.rights.Has(Right::kRedistributeDerivatives) && grant.answer == Answer::kProhibited;
    const bool modification = grant.rights.Has(Right::kModify);
    if (!redistribution && !modification) continue;
    const WaySet ways = counting.Where(
        [&](const Way& way) { return IsAdaptation(license, way) && ArrivesBy(grant.scopes, way); });
    if (redistribution) {
      const WaySet adapted =
          ways.Where([](const Way& way) { return way.adapted() || IsMade(way); });
      OfferIssue issue = base;
      issue.id = FindingId::kNotRedistributable;
      issue.clause = &grant.clause;
      issue.ways = adapted;
      issue.gates_service = HostingIsDistribution(license);
      AddIssue(std::move(issue), 3, SeverityOf(license, adapted), issues);
    }
    if (modification && worth_.OfStep(grant) == Verdict::kProhibited) {
      // An exception covers the step of which nothing is left but to share the result.
      const WaySet steps = ways.Where([](const Way& way) { return !way.sharing_only; });
      OfferIssue issue = base;
      issue.id = FindingId::kForbiddenStep;
      issue.clause = &grant.clause;
      issue.ways = steps;
      issue.gates_service = true;
      AddIssue(std::move(issue), 3, SeverityOf(license, steps), issues);
    }
  }
  if (offer == nullptr) return;
  CheckCopies(*offer, leaf, license, counting, base, issues);
  CheckReplaced(*offer, leaf, license, counting, base, issues);
  CheckImpositions(*offer, leaf, license, counting, base, issues);
}

// Nobody may add terms to copies.
void OfferCheck::CheckCopies(const BoundExpression& offer, const BoundExpression& leaf,
                             const License& license, const WaySet& counting, OfferIssue issue,
                             std::vector<OfferIssue>* issues) {
  if (!license.further_restrictions || !license.further_restrictions->on.Has(StepKind::kCopy) ||
      !license.formats_are_copies) {
    return;
  }
  issue.ways = counting.Where(
      [](const Way& way) { return CarriesWork(way) && !way.contested && IsMereCopy(way); });
  if (issue.ways.empty()) return;
  Met worst;
  ForEachLeaf(offer, [&](const BoundExpression& part) {
    const License* whole = Get(part);
    if (whole == nullptr || whole->id == license.id ||
        EditionOf(license, *whole) == Edition::kSame) {
      return;
    }
    bool adds = false;
    // Share-alike asks for its own licence, whatever L asks for.
    adds |= Asks(part, DutyKind::kShareAlike);
    adds |= Asks(part, DutyKind::kPassOnRestrictions) && !Asks(leaf, DutyKind::kPassOnRestrictions);
    for (const Right right : EnumValues<Right>()) {
      if (adds || right == Right::kSublicense || right == Right::kPatentGrant) continue;
      Contexts contexts;
      for (const License* one : {&license, whole}) {
        ForEachOwn(*one, right, [&](const Grant& grant) { contexts.Add(grant.when); });
      }
      adds = contexts.Any([&](const Context& context, Missing* missing) {
        return std::min(Is(Verdict::kPermitted, OwnValue(license, right, context, missing)),
                        Withholds(*whole, right, context, missing));
      });
    }
    const Level level = !adds ? Level::kMet
                        : EditionOf(license, *whole) == Edition::kOther ? Level::kOtherEdition
                                                                        : Level::kBroken;
    if (level > worst.level) worst = {level, part.text, nullptr};
  });
  issue.id = FindingId::kFurtherRestrictions;
  issue.clause = &license.further_restrictions->clause;
  issue.part = worst.part;
  issue.other = &leaf;
  issue.gates_service = HostingIsDistribution(license);
  AddIssue(std::move(issue), static_cast<int>(worst.level), Severity::kError, issues);
}

// Whoever passes a copy on has no licence of their own to give, unless they may sublicense.
void OfferCheck::CheckReplaced(const BoundExpression& offer, const BoundExpression& leaf,
                               const License& license, const WaySet& counting, OfferIssue issue,
                               std::vector<OfferIssue>* issues) {
  if (!license.formats_are_copies) return;
  const Clause* clause = license.copies_keep_license ? &*license.copies_keep_license : nullptr;
  if (clause == nullptr) {
    ForEachOwn(license, Right::kSublicense, [&](const Grant& grant) {
      if (grant.answer == Answer::kProhibited) clause = &grant.clause;
    });
  }
  if (clause == nullptr) return;
  issue.ways = counting.Where(
      [](const Way& way) { return CarriesWork(way) && !way.contested && IsMereCopy(way); });
  if (issue.ways.empty()) return;
  const Met met = Join(offer, [&](const BoundExpression& part) -> Met {
    const License* whole = Get(part);
    if (whole == nullptr || whole->basis == Basis::kNone) return {Level::kWarning, {}, nullptr};
    if (whole->id == license.id || IsLater(leaf, license, *whole)) return {};
    switch (EditionOf(license, *whole)) {
      case Edition::kSame:
        return {};
      case Edition::kOther:
        return {Level::kOtherEdition, {}, nullptr};
      case Edition::kNone:
        break;
    }
    return {Level::kBroken, {}, nullptr};
  });
  issue.id = FindingId::kLicenseReplaced;
  issue.clause = clause;
  issue.part = met.part;
  issue.other = &leaf;
  issue.gates_service = HostingIsDistribution(license);
  AddIssue(std::move(issue), static_cast<int>(met.level),
           license.copies_keep_license ? Severity::kError : Severity::kWarning, issues);
}

// A licence that lets nobody add restrictions takes in nothing that imposes one.
void OfferCheck::CheckImpositions(const BoundExpression& offer, const BoundExpression& leaf,
                                  const License& license, const WaySet& counting, OfferIssue issue,
                                  std::vector<OfferIssue>* issues) {
  if (license.imposes.empty()) return;
  issue.ways = counting.Where(CarriesWork);
  const std::optional<Severity> severity = SeverityOf(license, issue.ways);
  if (!severity) return;
  // The ways that decide: the cleanest there are.
  issue.ways = issue.ways.Where(
      [&](const Way& way) { return SeverityOf(license, WaySet{way}) == severity; });
  const LicenseException* exception =
      leaf.exception.valid() ? &licenses().Get(leaf.exception) : nullptr;
  const bool freed = exception != nullptr && !issue.ways.Any([&](const Way& way) {
    return !FreedByException(licenses(), leaf, way);
  });
  const Imposition* imposed = nullptr;
  const Met met = Join(offer, [&](const BoundExpression& part) -> Met {
    const License* whole = Get(part);
    if (whole == nullptr || !whole->further_restrictions ||
        !whole->further_restrictions->on.Has(StepKind::kAdaptation) ||
        SameAgreement(*whole, license)) {
      return {};
    }
    for (const Duty& duty : license.duties) {
      if (duty.kind != DutyKind::kShareAlike) continue;
      const bool named =
          Lists(duty.satisfied_by, whole->id) || IsLater(leaf, license, *whole) ||
          std::any_of(duty.satisfiers.begin(), duty.satisfiers.end(),
                      [&](const Satisfier& one) { return one.license == whole->id; });
      if (named) return {};
    }
    for (const Imposition& imposition : license.imposes) {
      if (whole->further_restrictions->allows.Has(imposition.kind)) continue;
      if (freed && exception->drops_impositions.Has(imposition.kind)) continue;
      imposed = &imposition;
      return {Level::kBroken, {}, nullptr};
    }
    return {};
  });
  if (met.level == Level::kMet) return;
  issue.id = FindingId::kFurtherRestrictions;
  issue.clause = &imposed->clause;
  issue.part = met.part;
  issue.gates_service = HostingIsDistribution(license);
  AddIssue(std::move(issue), static_cast<int>(met.level), severity, issues);
}

namespace {

// Rule C for rights that are offered together: conditions on both sides.
class Comparison {
 public:
  // Parts of the offer that grant no more than a licence from above, by that licence.
  using Excluded =
      std::set<std::pair<const BoundExpression* /*leaf*/, const BoundExpression* /*part*/>>;

  Comparison(const LicenseTable& licenses, const BoundExpression& offer,
             const BoundExpression& held, RightSet rights, const Excluded& excluded)
      : licenses_(licenses), offer_(offer), held_(held), rights_(rights), excluded_(excluded) {}

  // `ways_of(leaf)`: the ways of a leaf of `held` that count here.
  template <typename WaysOf>
  bool OffersMore(const WaysOf& ways_of) {
    Contexts contexts;
    bool may = false;  // something may be withheld at all
    ForEachLeaf(held_, [&](const BoundExpression& leaf) {
      if (!leaf.license.valid()) return;
      const License& license = licenses_.Get(leaf.license);
      const WaySet ways = ways_of(leaf);
      for (const Grant& grant : license.grants) {
        if (grant.answer != Answer::kProhibited && grant.answer != Answer::kConditional) continue;
        // A context is that of a recipient: nobody says in which the step was made.
        const Verdict step = ValueOf(grant, Context(), nullptr);
        for (const Right right : rights_) {
          const bool answers = ways.Any([&](const Way& way) {
            return Answers(license, grant.rights, step, way, right) && ArrivesBy(grant.scopes, way);
          });
          if (!answers) continue;
          withheld_[&leaf].push_back({&grant, right});
          contexts.Add(grant.when);
          may |= MayPermit(leaf, offer_, right);
        }
      }
    });
    if (!may) return false;
    ForEachLeaf(offer_, [&](const BoundExpression& part) {
      if (!part.license.valid()) return;
      for (const Right right : rights_) {
        ForEachOwn(licenses_.Get(part.license), right,
                   [&](const Grant& grant) { contexts.Add(grant.when); });
      }
    });
    return contexts.Any(
        [&](const Context& context, Missing* missing) { return Exceeds(held_, context, missing); });
  }

  [[nodiscard]] const Grant* FirstGrant(const BoundExpression** leaf) const {
    const Grant* best = nullptr;
    ForEachLeaf(held_, [&](const BoundExpression& one) {
      const auto it = withheld_.find(&one);
      if (it == withheld_.end()) return;
      for (const auto& [grant, right] : it->second) {
        if (!MayPermit(one, offer_, right)) continue;
        // An outright prohibition says it best.
        const bool better = best == nullptr || (best->answer != Answer::kProhibited &&
                                                grant->answer == Answer::kProhibited);
        if (!better) continue;
        best = grant;
        *leaf = &one;
      }
    });
    return best;
  }

  // Those that some branch may withhold.
  [[nodiscard]] RightSet Withheld() const {
    RightSet rights;
    for (const auto& [leaf, grants] : withheld_) {
      for (const auto& [grant, right] : grants) {
        if (MayPermit(*leaf, offer_, right)) rights.Add(right);
      }
    }
    return rights;
  }

 private:
  [[nodiscard]] bool MayPermit(const BoundExpression& leaf, const BoundExpression& part,
                               Right right) const {
    if (part.op == Expression::Op::kLicense) {
      if (!part.license.valid() || excluded_.contains({&leaf, &part})) return false;
      bool may = true;
      ForEachOwn(licenses_.Get(part.license), right, [&](const Grant& grant) {
        may &= grant.answer == Answer::kPermitted || grant.answer == Answer::kConditional;
      });
      return may;
    }
    const auto test = [&](const BoundExpression& operand) {
      return MayPermit(leaf, operand, right);
    };
    return part.op == Expression::Op::kAnd
               ? std::all_of(part.operands.begin(), part.operands.end(), test)
               : std::any_of(part.operands.begin(), part.operands.end(), test);
  }
  [[nodiscard]] Truth Permits(const BoundExpression& leaf, const BoundExpression& part, Right right,
                              const Context& context, Missing* missing) const {
    if (part.op == Expression::Op::kLicense) {
      if (!part.license.valid() || excluded_.contains({&leaf, &part})) return Truth::kFalse;
      return Is(Verdict::kPermitted,
                OwnValue(licenses_.Get(part.license), right, context, missing));
    }
    const bool conjunction = part.op == Expression::Op::kAnd;
    Truth truth = conjunction ? Truth::kTrue : Truth::kFalse;
    for (const BoundExpression& operand : part.operands) {
      const Truth next = Permits(leaf, operand, right, context, missing);
      truth = conjunction ? std::min(truth, next) : std::max(truth, next);
    }
    return truth;
  }
  // Whether more is offered than `held` grants. A licensee may take any branch of a choice.
  [[nodiscard]] Truth Exceeds(const BoundExpression& held, const Context& context,
                              Missing* missing) const {
    if (held.op == Expression::Op::kLicense) {
      const auto it = withheld_.find(&held);
      if (it == withheld_.end()) return Truth::kFalse;
      Truth exceeds = Truth::kFalse;
      for (const auto& [grant, right] : it->second) {
        if (exceeds == Truth::kTrue) break;
        const Truth withheld = Is(Verdict::kProhibited, ValueOf(*grant, context, missing));
        if (withheld <= exceeds) continue;
        exceeds =
            std::max(exceeds, std::min(withheld, Permits(held, offer_, right, context, missing)));
      }
      return exceeds;
    }
    const bool conjunction = held.op == Expression::Op::kAnd;
    Truth truth = conjunction ? Truth::kFalse : Truth::kTrue;
    for (const BoundExpression& operand : held.operands) {
      const Truth next = Exceeds(operand, context, missing);
      truth = conjunction ? std::max(truth, next) : std::min(truth, next);
    }
    return truth;
  }

  const LicenseTable& licenses_;
  const BoundExpression& offer_;
  const BoundExpression& held_;
  const RightSet rights_;
  const Excluded& excluded_;
  std::map<const BoundExpression*, std::vector<std::pair<const Grant*, Right>>> withheld_;
};

}  // namespace

void OfferCheck::CheckGrants(const BoundExpression& offer, std::size_t index, const Held& held,
                             std::vector<OfferIssue>* issues) {
  // Parts of the offer that are editions of an agreement held.
  Comparison::Excluded same;
  Comparison::Excluded editions;
  ForEachLeaf(*held.expression, [&](const BoundExpression& leaf) {
    const License* license = Get(leaf);
    if (license == nullptr) return;
    ForEachLeaf(offer, [&](const BoundExpression& part) {
      const License* whole = Get(part);
      if (whole == nullptr) return;
      const Edition edition = EditionOf(*license, *whole);
      if (edition != Edition::kNone) editions.insert({&leaf, &part});
      if (edition == Edition::kSame) same.insert({&leaf, &part});
    });
  });
  std::map<std::pair<FindingId, Severity>, OfferIssue> found;
  // Each right alone; then, where a choice is held, all together: one branch has to grant them all.
  std::vector<std::pair<RightSet, const BoundExpression*>> asked;
  for (const Right right : EnumValues<Right>()) asked.emplace_back(RightSet{right}, &offer);
  if (HasChoice(*held.expression)) {
    if (offer.op == Expression::Op::kOr) {
      for (const BoundExpression& branch : offer.operands)
        asked.emplace_back(RightSet::All(), &branch);
    } else {
      asked.emplace_back(RightSet::All(), &offer);
    }
  }
  for (const auto& [rights, branch] : asked) {
    for (const Severity severity : {Severity::kError, Severity::kWarning, Severity::kNote}) {
      const auto ways_of = [&](const BoundExpression& leaf) {
        const License& license = licenses().Get(leaf.license);
        return Counting(license, WaysOf(held, leaf)).Where([&](const Way& way) {
          std::optional<Severity> here = SeverityOf(license, WaySet{way});
          // A contract about outputs binds its parties; what is made with them carries no part of
          // the work, so that a licence for it claims nothing of that.
          if (here && way.form == Form::kFromOutputs) here = std::min(*here, Severity::kWarning);
          return here && *here >= severity;
        });
      };
      const bool together = rights.Values().size() > 1;
      if (together && found.contains({FindingId::kClaimsMoreThanInherited, severity})) break;
      Comparison comparison(licenses(), *branch, *held.expression, rights, same);
      if (!comparison.OffersMore(ways_of)) continue;
      OfferIssue issue;
      issue.id = FindingId::kClaimsMoreThanInherited;
      issue.severity = severity;
      if (editions.size() > same.size()) {
        Comparison without(licenses(), *branch, *held.expression, rights, editions);
        if (!without.OffersMore(ways_of)) {
          issue.id = FindingId::kEditionDiffers;
          issue.severity = std::min(severity, Severity::kWarning);
        }
      }
      const BoundExpression* leaf = nullptr;
      const Grant* grant = comparison.FirstGrant(&leaf);
      issue.held = index;
      issue.leaf = leaf;
      issue.license = &licenses().Get(leaf->license);
      issue.clause = &grant->clause;
      issue.ways = ways_of(*leaf);
      issue.part = offer.text;
      ForEachLeaf(*held.expression, [&](const BoundExpression& one) {
        const License* other = Get(one);
        issue.gates_service |= other != nullptr && HostingIsDistribution(*other);
      });
      // Rights that are told together.
      OfferIssue& told =
          found.try_emplace(std::pair(issue.id, issue.severity), issue).first->second;
      told.rights = told.rights | (together ? comparison.Withheld() : rights);
      break;
    }
  }
  // Where more is offered by any edition, which one it is does not matter.
  const bool more = std::any_of(found.begin(), found.end(), [](const auto& one) {
    return one.first.first == FindingId::kClaimsMoreThanInherited;
  });
  for (auto& [key, issue] : found) {
    if (!more || key.first != FindingId::kEditionDiffers) issues->push_back(std::move(issue));
  }
}

bool OfferCheck::ClaimsMore(const BoundExpression& offer, const Held& held) {
  std::string key = absl::StrCat(offer.text, "\n", held.expression->text, "\n",
                                 absl::StrJoin(held.arrivals->general.codes(), ","));
  for (const auto& [vendor, ways] : held.arrivals->by_vendor) {
    absl::StrAppend(&key, "\n", vendor.value(), ":", absl::StrJoin(ways.codes(), ","));
  }
  const auto [place, is_new] = claims_more_.try_emplace(std::move(key), false);
  if (!is_new) return place->second;
  std::vector<OfferIssue> issues;
  CheckGrants(offer, 0, held, &issues);
  place->second = std::any_of(issues.begin(), issues.end(), [](const OfferIssue& issue) {
    return issue.id == FindingId::kClaimsMoreThanInherited;
  });
  return place->second;
}

void OfferCheck::CheckIrreconcilable(absl::Span<const Held> held,
                                     std::vector<OfferIssue>* issues) {
  std::set<std::string> candidates;
  std::optional<OfferIssue> first;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (stop_.Requested()) return;
    for (const BoundExpression* leaf : Chosen(held[i]).leaves) {
      if (!leaf->license.valid()) continue;
      const License& license = licenses().Get(leaf->license);
      for (const Duty& duty : license.duties) {
        if (duty.kind != DutyKind::kShareAlike) continue;
        const WaySet ways =
            worth_.DutyWays(*leaf, duty, Counting(license, WaysOf(held[i], *leaf)), false);
        if (SeverityOf(license, ways) != Severity::kError) continue;
        candidates.insert(license.id);
        candidates.insert(duty.satisfied_by.begin(), duty.satisfied_by.end());
        for (const Satisfier& satisfier : duty.satisfiers) candidates.insert(satisfier.license);
        if (leaf->or_later)
          candidates.insert(license.later_versions.begin(), license.later_versions.end());
        if (first) {
          first->gates_service |= HostingIsDistribution(license);
          continue;
        }
        first.emplace();
        first->id = FindingId::kIrreconcilableUpstreams;
        first->held = i;
        first->leaf = leaf;
        first->license = &license;
        first->duty = &duty;
        first->clause = &duty.clause;
        first->ways = ways;
        first->gates_service = HostingIsDistribution(license);
      }
    }
  }
  if (!first) return;
  for (const std::string& candidate : candidates) {
    if (stop_.Requested()) return;
    const BoundExpression offer = licenses().Bind(candidate);
    if (offer.license.valid() && Fits(offer, held)) return;
  }
  issues->push_back(*std::move(first));
}

bool OfferCheck::Fits(const BoundExpression& offer, absl::Span<const Held> held) {
  std::vector<OfferIssue> issues;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (stop_.Requested()) return false;  // one step may compare many contexts
    issues.clear();
    for (const BoundExpression* leaf : Chosen(held[i]).leaves) {
      if (leaf->license.valid()) CheckLeaf(&offer, i, held[i], *leaf, &issues);
    }
    CheckGrants(offer, i, held[i], &issues);
    const bool broken = std::any_of(issues.begin(), issues.end(), [](const OfferIssue& issue) {
      return issue.severity == Severity::kError && issue.id != FindingId::kForbiddenStep &&
             issue.id != FindingId::kNotRedistributable;
    });
    if (broken) return false;
  }
  return true;
}

std::vector<OfferIssue> OfferCheck::Check(const BoundExpression* offer,
                                          absl::Span<const Held> held) {
  std::vector<OfferIssue> issues;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (stop_.Requested()) break;
    for (const BoundExpression* leaf : Chosen(held[i]).leaves) {
      if (leaf->license.valid()) CheckLeaf(offer, i, held[i], *leaf, &issues);
    }
    if (offer != nullptr) CheckGrants(*offer, i, held[i], &issues);
  }
  CheckIrreconcilable(held, &issues);
  std::stable_sort(issues.begin(), issues.end(), [](const OfferIssue& a, const OfferIssue& b) {
    return a.severity > b.severity;
  });
  return issues;
}

}  // namespace lineage
