#include "engine/ai_act/rules.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace lineage {
namespace {

constexpr double kModificationShare = 3;  // guidelines 3.2, point 60: greater than a third

Date Applies() { return AiActApplies(); }
Date TransitionEnds() { return Date::Parse("2027-08-02").value(); }  // Art. 111(3)

AiActAnswer AnswerOf(const std::optional<bool>& known) {
  return !known ? AiActAnswer::kUndetermined : *known ? AiActAnswer::kYes : AiActAnswer::kNo;
}

std::string Flop(double number) { return absl::StrFormat("%.4g FLOP", number); }

class Decider {
 public:
  Decider(const AiActFacts& facts, Date as_of) : f_(facts), as_of_(as_of) {}

  AiActDecision Decide() {
    DecideRole();
    DecideSystemic();
    DecideExempt();
    for (const AiActDuty duty : EnumValues<AiActDuty>()) {
      d_.duties[static_cast<std::size_t>(duty)] = OfDuty(duty);
    }
    return std::move(d_);
  }

 private:
  void Because(std::string reason) { d_.reasons.push_back(std::move(reason)); }

  // By what was said, else as compute indicates.
  std::optional<bool> GeneralPurpose(std::optional<bool> said, std::optional<double> flop) const {
    if (said) return said;
    if (!f_.generates.value_or(false) || !flop) return std::nullopt;
    return IsAbove(*flop, kGeneralPurposeFlop, f_.training_estimated);
  }

  // All compute that made the model.
  std::optional<double> TotalFlop() const {
    if (f_.training_flop || f_.step != AiActStep::kModified) return f_.training_flop;
    if (f_.modification_flop && f_.base_flop) return *f_.modification_flop + *f_.base_flop;
    return std::nullopt;
  }

  // Whether that is above the threshold of Art. 51(2).
  std::optional<bool> AboveThreshold() const {
    const std::optional<double> total = TotalFlop();
    return total ? IsAbove(*total, kSystemicFlop, f_.training_estimated) : std::nullopt;
  }

  void DecideRole() {
    const std::optional<double> total = TotalFlop();
    const std::optional<bool> general = GeneralPurpose(f_.general_purpose, total);
    d_.general_purpose = AnswerOf(general);
    if (f_.step == AiActStep::kUses) return DecideUser();
    if (f_.union_excluded || !f_.union_market.value_or(true)) {
      d_.role = AiActRole::kNeither;
      return Because("not placed on the Union market: Art. 2(1)(a), 3(9)");
    }
    if (!f_.commercial.value_or(true)) {
      d_.role = AiActRole::kNeither;
      return Because(
          "not supplied in the course of a commercial activity: Art. 3(9), 3(10); "
          "recital 109 (a recital is no exemption of its own)");
    }
    if (general == false) {
      d_.role = AiActRole::kNeither;
      return Because(f_.general_purpose
                         ? "no general-purpose model: Art. 3(63)"
                         : absl::StrCat("no general-purpose model is indicated: ", Flop(*total),
                                        " is not greater than 10^23 "
                                        "(guidelines 2.1, point 17)"));
    }
    if (f_.step == AiActStep::kModified) return DecideModifier(general);
    if (!general) return Because("whether it is a general-purpose model is unknown: Art. 3(63)");
    d_.role = AiActRole::kProvider;
    Because(absl::StrCat("made it and places it on the market: Art. 3(3)", Indicated()));
  }

  std::string Indicated() const {
    return f_.general_purpose ? ""
                              : "; general purpose as compute greater than 10^23 indicates "
                                "(guidelines 2.1, point 17)";
  }

  void DecideUser() {
    if (f_.union_excluded && f_.union_market.value_or(true)) {
      return Because(
          "the maker's terms exclude the Union: who integrates the model into a system "
          "for the Union is to be considered its provider (guidelines 3.1.3)");
    }
    d_.role = AiActRole::kNeither;
    Because("neither made nor modified the model: Art. 3(3), 3(68); guidelines 3.1");
  }

  // Whether a modification exceeds a third of what trained the original.
  [[nodiscard]] std::optional<bool> ExceedsThird() const {
    // Multiplied and not divided: exactly a third is not greater.
    const auto more_than_third = [&](double original) {
      return *f_.modification_flop * kModificationShare > original * (1 + 1e-12);
    };
    if (f_.base_flop) return more_than_third(*f_.base_flop);
    // Unknown: the limits stand for it (point 61), by what is known of the original.
    if (f_.designated) return more_than_third(*f_.designated ? kSystemicFlop : kGeneralPurposeFlop);
    if (more_than_third(kSystemicFlop)) return true;
    if (!more_than_third(kGeneralPurposeFlop)) return false;
    return std::nullopt;
  }

  void DecideModifier(const std::optional<bool>& general) {
    const std::string third = absl::StrCat(
        "a third of ",
        f_.base_flop ? Flop(*f_.base_flop)
        : f_.designated.value_or(false)
            ? "10^25, which stands for a systemic original's unknown compute (point 61)"
            : "10^23, which stands for the original's unknown compute (point 61)");
    if (!f_.modification_flop && f_.base_flop && !f_.general_purpose &&
        *f_.base_flop <= kGeneralPurposeFlop) {
      const double least =
          std::max(*f_.base_flop / kModificationShare, kGeneralPurposeFlop - *f_.base_flop);
      return Because(absl::StrCat(
          "the modification's compute is unknown; the original's ", Flop(*f_.base_flop),
          " is not greater than 10^23: compute indicates a general-purpose model, and makes a "
          "provider, only if the modification took more than ",
          Flop(least), " (guidelines 2.1, point 17; 3.2, point 60)"));
    }
    if (!f_.modification_flop) {
      return Because(absl::StrCat("the modification's compute is unknown; more than ", third,
                                  " makes a provider (guidelines 3.2, point 60)"));
    }
    const std::optional<bool> exceeds = ExceedsThird();
    if (!exceeds) {
      return Because(absl::StrCat("modified with ", Flop(*f_.modification_flop),
                                  ", more than a third of 10^23 and not of 10^25: which counts "
                                  "hangs on whether the original is of systemic risk (point 61)"));
    }
    if (!*exceeds) {
      if (general == true && GeneralPurpose(std::nullopt, f_.base_flop) == false) {
        return Because(
            "a small original became a general-purpose model by less than a third of "
            "its compute: the guidelines (3.2) presuppose a general-purpose original, "
            "Art. 3(3) read alone makes the modifier a provider");
      }
      d_.role = AiActRole::kNeither;
      return Because(absl::StrCat("modified with ", Flop(*f_.modification_flop), ", not more than ",
                                  third, ": guidelines 3.2, point 60"));
    }
    if (!general) return Because("whether it is a general-purpose model is unknown: Art. 3(63)");
    d_.role = AiActRole::kDownstreamModifier;
    Because(absl::StrCat("modified with ", Flop(*f_.modification_flop), ", more than ", third,
                         ": guidelines 3.2, point 60; duties are limited to the modification "
                         "(recital 109)",
                         Indicated()));
  }

  void DecideSystemic() {
    const bool rebutted = f_.rebutted.value_or(false);
    if (f_.designated.value_or(false)) {
      d_.systemic = AiActAnswer::kYes;
      return Because("of systemic risk: designated, Art. 51(1)(b)");
    }
    if (d_.general_purpose == AiActAnswer::kNo) {
      d_.systemic = AiActAnswer::kNo;
      return;
    }
    const bool of_original =
        f_.step == AiActStep::kModified && f_.base_flop.value_or(0) > kSystemicFlop;
    const std::optional<bool> above = AboveThreshold();
    if (above == true || of_original) {
      d_.systemic = rebutted ? AiActAnswer::kNo : AiActAnswer::kYes;
      return Because(rebutted ? "the presumption of systemic risk was rebutted: Art. 52(2), 52(3)"
                              : "of systemic risk, as presumed above 10^25: Art. 51(2)");
    }
    if (above == false && f_.designated) {
      d_.systemic = AiActAnswer::kNo;
      return Because("no systemic risk: not above 10^25 and not designated, Art. 51");
    }
    Because("whether it is of systemic risk is unknown: Art. 51");
  }

  void DecideExempt() {
    if (d_.role == AiActRole::kNeither) {
      d_.exempt = AiActAnswer::kNotApplicable;
      return;
    }
    const auto no = [&](absl::string_view why) {
      d_.exempt = AiActAnswer::kNo;
      Because(absl::StrCat("not exempt as open source: ", why));
    };
    if (d_.systemic == AiActAnswer::kYes) return no("of systemic risk (Art. 53(2), 54(6))");
    if (f_.open_license == false)
      return no("no free and open-source licence (Art. 53(2); guidelines 4.2.1)");
    if (f_.weights_public == false) return no("the weights are not public (Art. 53(2))");
    if (f_.usage_information == false) {
      return no(
          "architecture and usage are not documented in public (Art. 53(2); guidelines 4.2.3)");
    }
    if (f_.monetised == true) return no("monetised (recital 103; guidelines 4.2.2)");
    if (f_.open_license && f_.weights_public && f_.usage_information && f_.monetised &&
        d_.systemic == AiActAnswer::kNo) {
      d_.exempt = AiActAnswer::kYes;
      return Because("exempt as open source: Art. 53(2), 54(6)");
    }
    Because("whether the open-source exemption holds is unknown: Art. 53(2), 54(6)");
  }

  // Whether what a duty asks for would be due on the day, role and days left aside.
  AiActDutyAnswer OfDuty(AiActDuty duty) const {
    AiActDutyAnswer answer;
    answer.duty = duty;
    const auto [status, why] = Bound(duty);
    answer.status = status;
    answer.why = why;
    if (status == AiActDutyStatus::kNotDue || status == AiActDutyStatus::kFallsAway) return answer;
    const bool open = status == AiActDutyStatus::kUndetermined;
    const bool early =
        duty == AiActDuty::kNotification || duty == AiActDuty::kAuthorisedRepresentative;
    if (as_of_ < Applies()) {
      answer.status = AiActDutyStatus::kLater;
      answer.from = f_.released && *f_.released >= Applies() ? *f_.released
                    : f_.released                            ? TransitionEnds()
                                                             : std::optional<Date>();
      answer.why = "Chapter V applies from 2 August 2025: Art. 113(b)";
    } else if (!f_.released) {
      if (as_of_ < TransitionEnds()) {
        answer.status = AiActDutyStatus::kUndetermined;
        answer.why = "turns on the day of placing on the market: Art. 111(3)";
      }
    } else if (*f_.released > as_of_) {
      if (!early) {
        answer.status = AiActDutyStatus::kLater;
        answer.from = *f_.released;
        answer.why = "once placed on the market: recital 97";
      }
    } else if (*f_.released < Applies() && as_of_ < TransitionEnds()) {
      answer.status = AiActDutyStatus::kLater;
      answer.from = TransitionEnds();
      answer.why = "placed before 2 August 2025: due by 2 August 2027, Art. 111(3)";
    }
    if (open && answer.status == AiActDutyStatus::kLater) {
      answer.why = absl::StrCat(why, "; ", answer.why);
    }
    if (d_.role == AiActRole::kUndetermined && answer.status == AiActDutyStatus::kDue) {
      answer.status = AiActDutyStatus::kUndetermined;
    }
    if (d_.role == AiActRole::kUndetermined) {
      answer.why = absl::StrCat("if that party is a provider: ", answer.why);
    }
    return answer;
  }

  // Whether the duty binds a party of this role at all.
  std::pair<AiActDutyStatus, std::string> Bound(AiActDuty duty) const {
    using Status = AiActDutyStatus;
    if (d_.role == AiActRole::kNeither) return {Status::kNotDue, "neither provider nor modifier"};
    switch (duty) {
      case AiActDuty::kNotification:
        return OfNotification();
      case AiActDuty::kTechnicalDocumentation:
      case AiActDuty::kDownstreamDocumentation:
        if (d_.exempt == AiActAnswer::kYes) return {Status::kFallsAway, "exempt: Art. 53(2)"};
        if (d_.exempt == AiActAnswer::kNo) return {Status::kDue, "every provider: Art. 53(1)"};
        return {Status::kUndetermined, "falls away if exempt: Art. 53(2)"};
      case AiActDuty::kCopyrightPolicy:
        return {Status::kDue, "every provider, exempt or not: Art. 53(1), 53(2)"};
      case AiActDuty::kTrainingSummary:
        return {Status::kDue, "every provider, exempt or not: Art. 53(1), 53(2)"};
      case AiActDuty::kAuthorisedRepresentative:
        if (f_.maker_in_union == true) return {Status::kNotDue, "established in the Union"};
        if (d_.exempt == AiActAnswer::kYes) return {Status::kFallsAway, "exempt: Art. 54(6)"};
        if (!f_.maker_in_union || d_.exempt == AiActAnswer::kUndetermined) {
          return {Status::kUndetermined,
                  "providers from third countries that are not exempt: "
                  "Art. 54(1), 54(6)"};
        }
        return {Status::kDue, "provider established in a third country: Art. 54(1)"};
      case AiActDuty::kSystemicRisk:
        if (d_.systemic == AiActAnswer::kYes) return {Status::kDue, "of systemic risk: Art. 55(1)"};
        if (d_.systemic == AiActAnswer::kNo) return {Status::kNotDue, "no systemic risk"};
        return {Status::kUndetermined, "if it is of systemic risk: Art. 55(1)"};
    }
    return {Status::kUndetermined, ""};
  }

  std::pair<AiActDutyStatus, std::string> OfNotification() const {
    using Status = AiActDutyStatus;
    const std::optional<bool> above = AboveThreshold();
    if (above == true) return {Status::kDue, "above 10^25: Art. 52(1)"};
    if (f_.step == AiActStep::kModified && d_.systemic == AiActAnswer::kYes) {
      return {Status::kDue, "a modified model of systemic risk: guidelines 3.2.2"};
    }
    if (above == false || d_.systemic == AiActAnswer::kNo) {
      return {Status::kNotDue, "not above 10^25"};
    }
    return {Status::kUndetermined, "if compute is above 10^25: Art. 51(1)(a), 52(1)"};
  }

  const AiActFacts& f_;
  const Date as_of_;
  AiActDecision d_;
};

bool SameAnswer(const AiActDecision& a, const AiActDecision& b) {
  if (a.role != b.role || a.systemic != b.systemic || a.exempt != b.exempt) return false;
  for (std::size_t i = 0; i < a.duties.size(); ++i) {
    if (a.duties[i].status != b.duties[i].status) return false;
  }
  return true;
}

}  // namespace

Date AiActApplies() { return Date::Parse("2025-08-02").value(); }

std::optional<bool> IsAbove(double flop, double limit, bool estimated) {
  if (estimated && flop * 0.7 <= limit && limit <= flop * 1.3) return std::nullopt;
  return flop > limit;
}

AiActDecision DecideAiAct(const AiActFacts& facts, Date as_of) {
  return Decider(facts, as_of).Decide();
}

std::vector<std::string> MissingAiActFacts(const AiActFacts& facts, Date as_of) {
  const AiActDecision now = DecideAiAct(facts, as_of);
  std::vector<std::string> missing;
  // A fact is missing if some value of it, alone, leads to another answer.
  const auto try_all = [&](std::string name, auto member, const auto& values, bool open = false) {
    if (facts.*member && !open) return;
    for (const auto& value : values) {
      AiActFacts other = facts;
      other.*member = value;
      if (open) other.training_estimated = false;
      if (SameAnswer(now, DecideAiAct(other, as_of))) continue;
      missing.push_back(std::move(name));
      return;
    }
  };
  static constexpr bool kBoth[] = {true, false};
  // Below, between and above the limits; of a modification, of the thirds of them too.
  static constexpr double kNumbers[] = {1, 4e22, 2e23, 4e24, 2e25, 1e27};
  const std::vector<Date> days = {Date::Parse("2025-08-01").value(), Applies(),
                                  Date::Parse("9000-01-01").value()};
  try_all("general-purpose", &AiActFacts::general_purpose, kBoth);
  if (!facts.general_purpose) try_all("generates", &AiActFacts::generates, kBoth);
  const bool open = facts.training_flop && facts.training_estimated &&
                    (!IsAbove(*facts.training_flop, kGeneralPurposeFlop, true) ||
                     !IsAbove(*facts.training_flop, kSystemicFlop, true));
  try_all("training-flop", &AiActFacts::training_flop, kNumbers, open);
  if (facts.step == AiActStep::kModified) {
    try_all("modification-flop", &AiActFacts::modification_flop, kNumbers);
    try_all("base-flop", &AiActFacts::base_flop, kNumbers);
  }
  try_all("released", &AiActFacts::released, days);
  try_all("weights-public", &AiActFacts::weights_public, kBoth);
  try_all("usage-information", &AiActFacts::usage_information, kBoth);
  try_all("open-license", &AiActFacts::open_license, kBoth);
  try_all("monetised", &AiActFacts::monetised, kBoth);
  try_all("designated-systemic", &AiActFacts::designated, kBoth);
  if (facts.union_excluded) try_all("union-market", &AiActFacts::union_market, kBoth);
  try_all("maker-in-union", &AiActFacts::maker_in_union, kBoth);
  return missing;
}

}  // namespace lineage
