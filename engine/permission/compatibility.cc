#include "engine/permission/compatibility.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/license/condition.h"
#include "engine/permission/offer.h"
#include "engine/permission/passage.h"

namespace lineage {
namespace {

// How the terms of the part arrive at what is made from it by somebody else.
Arrivals ArrivalsBy(Relation relation) {
  WaySet ways;
  const auto& passages =
      Passages::Of(Stance::kStandard, AdapterUse::kWithBase).Get(relation, false, false, false);
  for (const Form form : {Form::kWork, Form::kDerivative, Form::kOutput, Form::kSource,
                          Form::kTraining, Form::kClass}) {
    for (const Passage& passage : passages) {
      if (passage.above == form) ways.Add(Below(Way{.form = form}, passage, relation));
    }
  }
  return Arrivals(ways.Where([](const Way& way) {
    return way.form != Form::kOutput && way.form != Form::kSource && way.form != Form::kDormant;
  }));
}

std::string ReasonOf(const OfferIssue& issue) {
  const std::string& from = issue.license->id;
  std::vector<std::string> rights;
  for (const Right right : issue.rights) rights.emplace_back(Name(right));
  switch (issue.id) {
    case FindingId::kShareAlikeDropped:
      if (issue.severity == Severity::kError)
        return absl::StrCat(issue.part, " does not satisfy its share-alike");
      return issue.satisfier == nullptr
                 ? absl::StrCat("on whether ", issue.part, " satisfies its share-alike")
                 : absl::StrCat("on ", issue.satisfier->clause.section, ": ",
                                issue.satisfier->clause.says);
    case FindingId::kRestrictionsDropped:
      return absl::StrCat(issue.part, " does not pass its restrictions on");
    case FindingId::kClaimsMoreThanInherited:
      return absl::StrCat(issue.part, " would grant ", absl::StrJoin(rights, ", "),
                          ", which it withholds at least in some cases");
    case FindingId::kForbiddenStep:
      return absl::StrCat(from, " does not allow to modify");
    case FindingId::kNotRedistributable:
      return absl::StrCat(from, " does not allow to redistribute-derivatives");
    case FindingId::kFurtherRestrictions:
      return issue.other != nullptr
                 ? absl::StrCat(from, " lets nobody add terms to copies, and ", issue.part,
                                " adds some")
                 : absl::StrCat(issue.part, " allows no further restrictions, and this is one");
    case FindingId::kLicenseReplaced:
      return issue.severity == Severity::kError
                 ? absl::StrCat("copies go under ", from, " alone, not ", issue.part)
                 : absl::StrCat("each recipient of a copy has it under ", from, ", not ",
                                issue.part);
    case FindingId::kEditionDiffers:
      return absl::StrCat("on whether ", from, " lets its licensees move to ", issue.part);
    default:
      return "no licence satisfies its share-alike";
  }
}

// What says best why: that the step or its result is barred as such, then share-alike.
int OrderOf(FindingId id) {
  switch (id) {
    case FindingId::kForbiddenStep:
      return 0;
    case FindingId::kNotRedistributable:
      return 1;
    case FindingId::kShareAlikeDropped:
      return 2;
    case FindingId::kRestrictionsDropped:
      return 3;
    case FindingId::kClaimsMoreThanInherited:
      return 4;
    case FindingId::kFurtherRestrictions:
      return 5;
    case FindingId::kLicenseReplaced:
      return 6;
    default:
      return 7;
  }
}

class Pair {
 public:
  Pair(const LicenseTable& licenses, const BoundExpression& from, const BoundExpression& to,
       CompareStep step, VendorGrant grant)
      : licenses_(licenses),
        from_(from),
        to_(to),
        grant_(grant),
        arrivals_(ArrivalsBy(RelationOf(step))),
        nobody_(licenses.size()),
        worth_(licenses, Context(), UndeclaredPolicy::kUndetermined),
        check_(&worth_, nobody_) {}

  Compatibility Decide() {
    const Held held{&from_, &arrivals_, false};
    std::vector<OfferIssue> issues = check_.Check(&to_, {&held, 1});
    std::stable_sort(issues.begin(), issues.end(), [](const OfferIssue& a, const OfferIssue& b) {
      return std::pair(b.severity, OrderOf(a.id)) < std::pair(a.severity, OrderOf(b.id));
    });
    if (!issues.empty() && issues[0].severity == Severity::kError)
      return Decided(CompatibilityAnswer::kNo, issues[0]);
    if (const BoundExpression* open = Unreviewed()) return Unknown(*open);
    Compatibility rights = Rights();
    if (rights.answer == CompatibilityAnswer::kUnknown) return rights;
    for (const OfferIssue& issue : issues) {
      if (issue.severity == Severity::kWarning)
        return Decided(CompatibilityAnswer::kDepends, issue);
    }
    if (rights.answer != CompatibilityAnswer::kYes) return rights;
    const License* agreement = AnothersAgreement(licenses_, to_, {&from_}, "");
    if (agreement != nullptr && grant_ == VendorGrant::kMissing) {
      return {CompatibilityAnswer::kDepends, agreement->id, "", "",
              absl::StrCat("on who offers it: ", agreement->only_licensor, " alone can grant ",
                           agreement->id)};
    }
    return Contested();
  }

 private:
  static Compatibility Decided(CompatibilityAnswer answer, const OfferIssue& issue) {
    return {answer, issue.license->id, issue.clause->section, issue.clause->says, ReasonOf(issue)};
  }

  [[nodiscard]] const License* Get(const BoundExpression& leaf) const {
    return leaf.license.valid() ? &licenses_.Get(leaf.license) : nullptr;
  }
  [[nodiscard]] bool IsReviewed(const BoundExpression& leaf) const {
    const License* license = Get(leaf);
    return license != nullptr && license->basis != Basis::kNone;
  }
  [[nodiscard]] Compatibility Unknown(const BoundExpression& leaf) const {
    const License* license = Get(leaf);
    return {CompatibilityAnswer::kUnknown, license ? license->id : leaf.as_written, "", "",
            license ? absl::StrCat(license->id, " is generic or nobody has reviewed its text")
                    : absl::StrCat("the catalogue does not know ", leaf.as_written)};
  }

  // A licence that decides and that nobody has reviewed: any of `to`, and what one would choose of
  // `from`.
  const BoundExpression* Unreviewed() {
    const BoundExpression* open = nullptr;
    ForEachLeaf(to_, [&](const BoundExpression& leaf) {
      if (open == nullptr && !IsReviewed(leaf)) open = &leaf;
    });
    for (const BoundExpression* leaf : Chosen(RightSet::All()).leaves) {
      if (open == nullptr && !IsReviewed(*leaf)) open = leaf;
    }
    return open;
  }

  Choice Chosen(RightSet rights) {
    return worth_.Choose(from_, rights, [&](const BoundExpression&) -> const WaySet& {
      return arrivals_.general;
    });
  }

  // Yes; with what is contested about it, if anything is.
  Compatibility Contested() {
    Compatibility result;
    for (const BoundExpression* leaf : Chosen(RightSet::All()).leaves) {
      const License* license = Get(*leaf);
      if (license == nullptr) continue;
      for (const Duty& duty : license->duties) {
        const bool demands =
            duty.kind == DutyKind::kShareAlike || duty.kind == DutyKind::kPassOnRestrictions;
        if (!demands || worth_.DutyWays(*leaf, duty, arrivals_.general, true).empty()) continue;
        result.license = license->id;
        result.section = duty.clause.section;
        result.says = duty.clause.says;
        result.reason = absl::StrCat("whether its ", Name(duty.kind),
                                     " binds what is trained on it is contested");
        return result;
      }
    }
    return result;
  }

  // What `to` permits may be open or hang on something.
  Compatibility Rights() {
    const WaySet own = OwnArrivals().general;
    const auto own_ways = [&](const BoundExpression&) -> const WaySet& { return own; };
    Compatibility result;
    // Of a choice one branch has to do for all that `to` permits together.
    RightSet together;
    for (const Right right : EnumValues<Right>()) {
      RightSet more = together;
      more.Add(right);
      if (worth_.Choose(to_, more, own_ways).verdict == Verdict::kPermitted) together = more;
    }
    const Choice joint = Chosen(together);
    for (const Right right : EnumValues<Right>()) {
      const Verdict offered = worth_.Choose(to_, {right}, own_ways).verdict;
      if (offered != Verdict::kPermitted && offered != Verdict::kConditional) continue;
      const Choice choice = together.Has(right) ? Narrowed(joint, right) : Chosen({right});
      // Conditions on both sides are compared by the rules.
      if (offered == Verdict::kConditional && choice.verdict != Verdict::kUndetermined) continue;
      const CompatibilityAnswer answer =
          choice.verdict == Verdict::kPermitted      ? CompatibilityAnswer::kYes
          : choice.verdict == Verdict::kUndetermined ? CompatibilityAnswer::kUnknown
                                                     : CompatibilityAnswer::kDepends;
      if (answer >= result.answer) continue;
      result.answer = answer;
      result.reason = answer == CompatibilityAnswer::kUnknown
                          ? absl::StrCat("it is open what becomes of ", Name(right))
                      : choice.verdict == Verdict::kProhibited
                          ? absl::StrCat("on the part: ", Name(right), " is not for it")
                          : absl::StrCat("on what decides about ", Name(right));
      Cite(choice, right, &result);
    }
    return result;
  }

  // What a choice is worth for one right.
  Choice Narrowed(const Choice& choice, Right right) {
    Choice narrowed{Verdict::kPermitted, choice.leaves};
    for (const BoundExpression* leaf : choice.leaves) {
      narrowed.verdict = Stricter(narrowed.verdict, worth_.OfLeaf(*leaf, arrivals_.general, right));
    }
    return narrowed;
  }

  void Cite(const Choice& choice, Right right, Compatibility* result) {
    for (const BoundExpression* leaf : choice.leaves) {
      const License* license = Get(*leaf);
      if (license == nullptr) continue;
      for (const Grant& grant : license->grants) {
        for (const Way way : arrivals_.general) {
          const Verdict worth = worth_.Of(*license, grant, way, nullptr);
          const bool speaks = ArrivesBy(grant.scopes, way);
          if (!speaks || worth != choice.verdict ||
              !Answers(*license, grant.rights, ValueOf(grant, Context(), nullptr), way, right)) {
            continue;
          }
          result->license = license->id;
          result->section = grant.clause.section;
          result->says = grant.clause.says;
          if (!grant.when.text.empty()) absl::StrAppend(&result->reason, ": ", grant.when.text);
          if (way.contested)
            absl::StrAppend(&result->reason, "; whether it binds what is trained on it is contested");
          return;
        }
      }
    }
  }

  const LicenseTable& licenses_;
  const BoundExpression& from_;
  const BoundExpression& to_;
  const VendorGrant grant_;
  const Arrivals arrivals_;
  const std::vector<LicensorId> nobody_;  // the makers differ: nobody's terms are cut
  LicenseWorth worth_;
  OfferCheck check_;
};

}  // namespace

Compatibility CompatibilityOf(const LicenseTable& licenses, const BoundExpression& from,
                              const BoundExpression& to, CompareStep step, VendorGrant grant) {
  return Pair(licenses, from, to, step, grant).Decide();
}

}  // namespace lineage
