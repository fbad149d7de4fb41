#include "engine/ai_act/assessment.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/ai_act/rules.h"
#include "engine/openness/freedoms.h"
#include "engine/openness/parts.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/explainer.h"
#include "engine/permission/worth.h"

namespace lineage {
namespace {

// A fact as the claims about one artifact have it.
struct Stated {
  std::string value;  // empty: nobody says, or the best sources contradict each other
  std::optional<ClaimIndex> claim;
  bool contradicted = false;
};

// Of the two facts without which there is no provider (docs/ai-act.md, section 2).
constexpr char kAssumedYes[] = "nobody says otherwise; no would leave neither role nor duties";

// "Access, use, modification and distribution" (Art. 53(2)); hosting is a use, and a separate licence
// for it makes the licence no open one (guidelines 4.2.1).
constexpr RightSet kOpenLicenseRights = kFreedoms | RightSet{Right::kProvideAsService};

class Assessor {
 public:
  Assessor(const Snapshot& snapshot, const Query& query) : s_(snapshot), query_(query) {
    query_.rights = kOpenLicenseRights;
    query_.context = {};
    if (!query.context.established_in.empty()) seat_ = query.context.established_in[0];
  }

  AiActAssessment Assess(VertexId target, AiActActor actor) {
    AiActAssessment a;
    a.artifact = s_.IdOf(target);
    a.kind = s_.KindOf(target);
    a.as_of = s_.key().as_of;
    a.actor = actor;
    TakeStep(target, actor);
    TakeFacts(target);
    TakeLicense(target);
    const AiActDecision decision = DecideAiAct(f_, a.as_of);
    a.role = decision.role;
    a.general_purpose = decision.general_purpose;
    a.systemic = decision.systemic;
    a.exempt = decision.exempt;
    a.reasons = std::move(reasons_);
    a.reasons.insert(a.reasons.end(), decision.reasons.begin(), decision.reasons.end());
    a.duties.assign(decision.duties.begin(), decision.duties.end());
    a.facts = std::move(facts_);
    const std::vector<std::string> missing = MissingAiActFacts(f_, a.as_of);
    for (AiActFact& fact : a.facts) {
      fact.missing = std::find(missing.begin(), missing.end(), fact.name) != missing.end();
      if (fact.missing) fact.settle = SettleText(target, fact.name);
    }
    a.summary = SummaryOf(target);
    a.complete = complete_;
    return a;
  }

 private:
  // By rank, then by day, as claims about parts are weighed; several best ones that differ say
  // nothing.
  Stated StateOf(VertexId vertex, ModelFact fact) const {
    Stated stated;
    std::optional<std::pair<int, int64_t>> best;
    s_.records().ForEachClaimAbout(s_.Get(vertex).artifact, [&](ClaimIndex index) {
      const ClaimRow& claim = s_.Row(index);
      if (claim.statement != StatementKind::kFact || !s_.IsValid(claim)) return;
      std::optional<StatedFact> said = ReadStatedFact(s_.records().Text(claim.text));
      if (!said || said->fact != fact) return;
      const auto preference = Preference(claim);
      if (best && *best < preference) return;
      if (best == preference) {
        stated.contradicted |= said->value != stated.value;
        return;
      }
      best = preference;
      stated = {std::move(said->value), index, false};
    });
    if (stated.contradicted) stated.value.clear();
    return stated;
  }

  // The same; of a copy about which nobody says anything, what is said of what it is a copy of.
  Stated StateThroughCopies(VertexId vertex, ModelFact fact) const {
    absl::flat_hash_set<VertexId> seen;
    while (seen.insert(vertex).second) {
      Stated stated = StateOf(vertex, fact);
      if (stated.claim) return stated;
      const Edge* copied = nullptr;
      for (const Edge& edge : s_.Upstream(vertex)) {
        if (ClassOf(edge.relation) == RelationClass::kCopy) copied = &edge;
      }
      if (copied == nullptr) break;
      vertex = copied->parent;
    }
    return {};
  }

  void AddFact(absl::string_view name, std::string value, std::string why,
               std::optional<Claim> source = std::nullopt) {
    AiActFact fact;
    fact.name = std::string(name);
    fact.value = std::move(value);
    fact.why = std::move(why);
    fact.source = std::move(source);
    facts_.push_back(std::move(fact));
  }

  // Takes a fact into the answer's list, and returns its value.
  std::string Take(VertexId vertex, ModelFact fact) {
    const Stated stated = StateThroughCopies(vertex, fact);
    std::optional<Claim> source;
    if (stated.claim) source = s_.Get(*stated.claim);
    std::string why = !stated.claim         ? "nobody says"
                      : stated.contradicted ? "equally good sources contradict each other"
                                            : "";
    if (source && source->subject != s_.IdOf(vertex)) {
      why = absl::StrCat("of what it is a copy of, ", source->subject);
    }
    AddFact(Name(fact), stated.value, std::move(why), std::move(source));
    return stated.value;
  }

  static void Assume(AiActFact* fact) {
    fact->value = "assumed yes";
    fact->why = kAssumedYes;
  }

  static std::optional<bool> YesNo(const std::string& value) {
    if (value == "yes") return true;
    if (value == "no") return false;
    return std::nullopt;
  }

  static std::optional<double> Number(const std::string& value) {
    double number = 0;
    if (value.empty() || !absl::SimpleAtod(value, &number)) return std::nullopt;
    return number;
  }

  void TakeTrainingFlop(VertexId target) {
    f_.training_flop = Number(Take(target, ModelFact::kTrainingFlop));
    AiActFact& fact = facts_.back();
    f_.training_estimated = f_.training_flop && fact.source && fact.source->inferred;
    if (!f_.training_estimated) return;
    const bool near = !IsAbove(*f_.training_flop, kGeneralPurposeFlop, true) ||
                      !IsAbove(*f_.training_flop, kSystemicFlop, true);
    fact.why = near ? "an estimate within 30 % of a limit, about which it decides nothing "
                      "(guidelines A.2)"
                    : "estimated";
  }

  [[nodiscard]] bool SameMaker(VertexId a, VertexId b) const {
    const LicensorId licensor = s_.Get(a).licensor.id;
    return licensor.valid() && licensor == s_.Get(b).licensor.id;
  }

  [[nodiscard]] std::string Maker(VertexId vertex) const {
    const LicensorId licensor = s_.Get(vertex).licensor.id;
    return licensor.valid() ? s_.LicensorName(licensor) : "an unknown party";
  }

  // What the party did: made the model, modified another's, or neither.
  void TakeStep(VertexId target, AiActActor actor) {
    if (actor == AiActActor::kUser) {
      f_.step = AiActStep::kUses;
      return;
    }
    // A copy of one's own model stays that model.
    VertexId vertex = target;
    absl::flat_hash_set<VertexId> seen;
    while (seen.insert(vertex).second) {
      const Edge* copied = nullptr;
      bool adapted = false;
      for (const Edge& edge : s_.Upstream(vertex)) {
        const RelationClass relation = ClassOf(edge.relation);
        if (!AiActAppliesTo(s_.KindOf(edge.parent))) continue;
        if (relation == RelationClass::kCopy) {
          copied = &edge;
        } else if (relation == RelationClass::kAdaptation || relation == RelationClass::kAdapter ||
                   relation == RelationClass::kInside) {
          adapted = true;
          if (SameMaker(vertex, edge.parent)) continue;
          f_.step = AiActStep::kModified;
          bases_.push_back(edge.parent);
          reasons_.push_back(absl::StrCat(Name(edge.relation), " ", s_.IdOf(edge.parent), " of ",
                                          Maker(edge.parent)));
        }
      }
      if (copied == nullptr || adapted) break;
      if (!SameMaker(vertex, copied->parent)) {
        f_.step = AiActStep::kUses;
        reasons_.push_back(absl::StrCat("a copy of ", s_.IdOf(copied->parent), " of ",
                                        Maker(copied->parent),
                                        ", without training: its maker is the provider"));
        return;
      }
      vertex = copied->parent;
    }
  }

  void TakeFacts(VertexId target) {
    f_.general_purpose = YesNo(Take(target, ModelFact::kGeneralPurpose));
    if (const std::string generates = Take(target, ModelFact::kGenerates); !generates.empty()) {
      f_.generates = false;
      for (const absl::string_view word : absl::StrSplit(generates, '+')) {
        if (word != "other") f_.generates = true;
      }
    }
    TakeTrainingFlop(target);
    if (f_.step == AiActStep::kModified) {
      f_.modification_flop = Number(Take(target, ModelFact::kModificationFlop));
      TakeBaseFlop();
    }
    TakeReleased(target);
    TakeWeights(target);
    f_.usage_information = YesNo(Take(target, ModelFact::kUsageInformation));
    TakeOpenLicenseClaim(target);
    f_.monetised = YesNo(Take(target, ModelFact::kMonetised));
    f_.designated = YesNo(Take(target, ModelFact::kDesignatedSystemic));
    for (const VertexId base : bases_) {
      const std::optional<bool> of_base =
          YesNo(StateThroughCopies(base, ModelFact::kDesignatedSystemic).value);
      if (of_base == true) f_.designated = true;
    }
    f_.rebutted = YesNo(Take(target, ModelFact::kPresumptionRebutted));
    f_.commercial = YesNo(Take(target, ModelFact::kCommercialActivity));
    if (!f_.commercial) Assume(&facts_.back());
    const std::string market = Take(target, ModelFact::kUnionMarket);
    if (market.empty()) Assume(&facts_.back());
    f_.union_market = YesNo(market);
    f_.union_excluded = market == "excluded";
    TakeSeat(target);
  }

  // The smallest of the originals: more easily a third of it is exceeded.
  void TakeBaseFlop() {
    std::string why;
    for (const VertexId base : bases_) {
      const Stated stated = StateThroughCopies(base, ModelFact::kTrainingFlop);
      const std::optional<double> flop = Number(stated.value);
      if (!flop) {
        f_.base_flop.reset();
        why = absl::StrCat("nobody says how much trained ", s_.IdOf(base));
        break;
      }
      if (!f_.base_flop || *flop < *f_.base_flop) {
        f_.base_flop = flop;
        why = absl::StrCat("training-flop of ", s_.IdOf(base));
      }
    }
    AddFact("base-flop", f_.base_flop ? absl::StrCat(*f_.base_flop) : "", std::move(why));
  }

  void TakeReleased(VertexId target) {
    const Date released = s_.records().Row(s_.Get(target).artifact).released;
    if (released != Date::Min()) {
      f_.released = released;
      return AddFact("released", released.ToString(),
                     "day of release; taken for that of placing on the market");
    }
    // What somebody spoke of on a day was there by then: enough where that is before the chapter
    // applies.
    const std::optional<ClaimIndex> first = FirstWord(target);
    if (!first || s_.Row(*first).said >= AiActApplies())
      return AddFact("released", "", "nobody says");
    const Claim claim = s_.Get(*first);
    f_.released = claim.source.said;
    AddFact("released", absl::StrCat("by ", claim.source.said_text),
            "no day of release is known; a claim of that day speaks of it", claim);
  }

  // The earliest claim about the artifact's licence or parents that has a whole day.
  [[nodiscard]] std::optional<ClaimIndex> FirstWord(VertexId target) const {
    std::optional<ClaimIndex> first;
    s_.records().ForEachClaimAbout(s_.Get(target).artifact, [&](ClaimIndex index) {
      const ClaimRow& claim = s_.Row(index);
      if (claim.statement != StatementKind::kLicense && claim.statement != StatementKind::kEdge)
        return;
      if (!s_.IsValid(claim) || claim.Is(ClaimRow::kSupposed)) return;
      if (first && s_.Row(*first).said <= claim.said) return;
      if (s_.Get(index).source.said_text != claim.said.ToString()) return;
      first = index;
    });
    return first;
  }

  void TakeWeights(VertexId target) {
    const PartState weights =
        At(StatedParts(s_, s_.Get(target).artifact), ModelPart::kFinalParameters);
    if (weights.standing == PartState::Standing::kPublished) f_.weights_public = true;
    if (weights.standing == PartState::Standing::kWithheld) f_.weights_public = false;
    std::optional<Claim> source;
    if (weights.claim.valid()) source = s_.Get(weights.claim);
    AddFact("weights-public", f_.weights_public ? *f_.weights_public ? "yes" : "no" : "",
            f_.weights_public ? "" : "nobody says whether final-parameters are published",
            std::move(source));
  }

  void TakeSeat(VertexId target) {
    f_.maker_in_union = YesNo(Take(target, ModelFact::kMakerInUnion));
    if (f_.maker_in_union || seat_.empty()) return;
    const auto members = UnionMembers();
    f_.maker_in_union = std::find(members.begin(), members.end(), seat_) != members.end();
    facts_.back().value = *f_.maker_in_union ? "yes" : "no";
    facts_.back().why = absl::StrCat("established in ", seat_, ", as the question says");
  }

  // A reviewer's word; without one TakeLicense computes it.
  void TakeOpenLicenseClaim(VertexId target) {
    f_.open_license = YesNo(Take(target, ModelFact::kOpenLicense));
    open_license_at_ = facts_.size() - 1;
  }

  // What the terms make of the rights that Art. 53(2) names, in one context.
  struct Terms {
    LicenseClass license_class = LicenseClass::kUndeclared;
    std::optional<Because> strictest;  // uncontested; not set: all of the rights are permitted
    std::optional<Because> of_use;     // the same of use alone

    [[nodiscard]] Verdict verdict() const {
      return strictest ? strictest->verdict : Verdict::kPermitted;
    }
    [[nodiscard]] bool BarsUse() const { return of_use && of_use->verdict == Verdict::kProhibited; }
  };

  Terms TermsIn(VertexId target, const Context& context) {
    Query query = query_;
    query.context = context;
    Evaluator evaluator(s_, query);
    const Evaluation evaluation = evaluator.Evaluate(target);
    complete_ = complete_ && evaluation.complete;
    Terms terms;
    terms.license_class = evaluation.license_class;
    for (const Right right : kOpenLicenseRights) {
      const std::vector<Because> proof = Prove(&evaluator, evaluation, right, kOpenLicenseRights);
      const Because* strictest = StrictestUncontested(proof);
      if (strictest == nullptr) continue;
      if (right == Right::kUse) terms.of_use = *strictest;
      if (strictest->verdict < terms.verdict()) terms.strictest = *strictest;
    }
    return terms;
  }

  // docs/ai-act.md, section 4: whether the terms of the weights, and all that is inherited, are
  // those of a free and open-source licence; and whether they keep out of the Union.
  void TakeLicense(VertexId target) {
    const Terms plain = TermsIn(target, {});
    if (!f_.open_license) TakeOpenness(target, plain);
    if (f_.union_market || f_.union_excluded || plain.BarsUse()) return;
    Context in_union;
    in_union.regions = {std::string(UnionMembers()[0])};
    const Terms there = TermsIn(target, in_union);
    if (!there.BarsUse()) return;
    // Who offers it under terms that exclude nobody does not keep it out of the Union, whatever it
    // was made from; who uses it has to ask all the same.
    if (f_.step != AiActStep::kUses && !there.of_use->path.empty()) return;
    f_.union_excluded = true;
    for (AiActFact& fact : facts_) {
      if (fact.name != Name(ModelFact::kUnionMarket)) continue;
      fact.value = "excluded";
      fact.why = absl::StrCat("in the Union ", WithholdingText(*there.of_use));
    }
  }

  void TakeOpenness(VertexId target, const Terms& plain) {
    std::string why = plain.strictest ? WithholdingText(*plain.strictest)
                                      : absl::StrCat("class of all licences as a whole: ",
                                                     Name(plain.license_class));
    if (plain.verdict() == Verdict::kPermitted) {
      if (plain.license_class <= LicenseClass::kOpenContent) f_.open_license = true;
    } else if (plain.verdict() == Verdict::kProhibited) {
      f_.open_license = false;
    } else if (plain.verdict() == Verdict::kConditional) {
      const Terms at_scale = TermsIn(target, AtScale());
      if (at_scale.strictest) {
        why = absl::StrCat("for a large business without the licensor's permission: ",
                           WithholdingText(*at_scale.strictest));
      }
      if (at_scale.verdict() == Verdict::kProhibited) f_.open_license = false;
    }
    if (!complete_) f_.open_license.reset();
    AiActFact& fact = facts_[open_license_at_];
    fact.value = f_.open_license ? *f_.open_license ? "yes" : "no" : "";
    fact.why = absl::StrCat(
        why, f_.open_license || plain.verdict() == Verdict::kUndetermined
                 ? ""
                 : "; a restriction for safety may be allowed: somebody has to say whether it is "
                   "proportionate, objective and non-discriminatory (guidelines 4.2.1)");
  }

  // Somebody with an innocent purpose and a large business: what is withheld from it is withheld
  // for scale, trade or money and not for safety.
  static Context AtScale() {
    Context context;
    context.monthly_active_users = 1e12;
    context.annual_revenue_usd = 1e15;
    context.attributable_revenue_usd = 1e15;
    context.share_of_royalty = 0;
    context.purposes = {"chat-assistant"};
    context.entity = "company";
    context.facts = {{"judged-within-policy", true},
                     {"use-policy-checked", true},
                     {"commercial-licensee", true},
                     {"in-commercial-activity", true},
                     {"used-commercially", true},
                     {"in-production", true},
                     {"offers-model-api", true},
                     {"personal-use", false},
                     {"internal-use-only", false},
                     {"licensor-permission-given", false},
                     {"registered-with-licensor", false},
                     {"received-in-end-user-product", false},
                     {"end-user-of-product", false}};
    return context;
  }

  [[nodiscard]] std::string SettleText(VertexId target, const std::string& name) const {
    const std::string id = s_.IdOf(target);
    if (name == "released") return "the artifact's day of release, in its record";
    if (name == "weights-public") return absl::StrCat(id, " publishes final-parameters");
    if (name == "base-flop") {
      return bases_.empty() ? "" : absl::StrCat(s_.IdOf(bases_[0]), " states training-flop=NUMBER");
    }
    const bool number =
        name == Name(ModelFact::kTrainingFlop) || name == Name(ModelFact::kModificationFlop);
    return absl::StrCat(id, " states ", name, "=",
                        number                                         ? "NUMBER"
                        : name == Name(ModelFact::kGenerates)          ? "language|other|…"
                                                                       : "yes|no");
  }

  // --- the public summary of training content ---

  void AddField(absl::string_view section, absl::string_view field, std::vector<std::string> known,
                absl::string_view missing) {
    summary_.push_back(
        {std::string(section), std::string(field), std::move(known), std::string(missing)});
  }

  [[nodiscard]] std::vector<std::string> KnownFact(VertexId vertex, ModelFact fact) const {
    const Stated stated = StateThroughCopies(vertex, fact);
    if (stated.value.empty()) return {};
    return {stated.value};
  }

  [[nodiscard]] std::string DataLine(const Edge& edge) const {
    const VertexId data = edge.parent;
    return absl::StrCat(s_.IdOf(data), ", ",
                        s_.OriginsOf(data).empty() ? "licence unknown" : ConclusionText(s_, data),
                        s_.Get(data).licensor.id.valid() ? absl::StrCat(", of ", Maker(data)) : "");
  }

  // Everything that the artifact, or what it was made from, was trained on.
  void CollectData(VertexId target, std::vector<std::string>* sets,
                   std::vector<std::string>* synthetic, std::vector<std::string>* bases) {
    std::vector<VertexId> open = {target};
    absl::flat_hash_set<VertexId> seen = {target};
    while (!open.empty()) {
      const VertexId vertex = open.back();
      open.pop_back();
      for (const Edge& edge : s_.Upstream(vertex)) {
        const RelationClass relation = ClassOf(edge.relation);
        if (relation == RelationClass::kNone) continue;
        if (seen.size() >= query_.max_vertices || query_.stop.Requested()) {
          complete_ = false;
          return;
        }
        if (!seen.insert(edge.parent).second) continue;
        if (relation == RelationClass::kOutput) {
          synthetic->push_back(
              absl::StrCat(s_.IdOf(vertex), " ", Name(edge.relation), " ", s_.IdOf(edge.parent)));
          continue;  // what trained the generator is not in the summary of this model
        }
        if (s_.KindOf(edge.parent) == ArtifactKind::kDataset) {
          sets->push_back(DataLine(edge));
        } else if (AiActAppliesTo(s_.KindOf(edge.parent))) {
          bases->push_back(absl::StrCat(Name(edge.relation), " ", s_.IdOf(edge.parent)));
        }
        open.push_back(edge.parent);
      }
    }
  }

  std::vector<SummaryField> SummaryOf(VertexId target) {
    std::vector<std::string> sets;
    std::vector<std::string> synthetic;
    std::vector<std::string> bases;
    CollectData(target, &sets, &synthetic, &bases);
    const std::string section1 = "1. General information";
    const std::string section2 = "2. List of data sources";
    const std::string section3 = "3. Relevant data processing aspects";
    std::vector<std::string> maker;
    if (s_.Get(target).licensor.id.valid()) maker.push_back(Maker(target));
    AddField(section1, "provider", maker, "contact details; the authorised representative, if any");
    AddField(section1, "model and version", {s_.IdOf(target)}, "other names it is offered under");
    AddField(section1, "model dependencies", bases, bases.empty() ? "whether it has any" : "");
    AddField(section1, "placed on the Union market",
             f_.released ? std::vector<std::string>{f_.released->ToString()}
                         : std::vector<std::string>{},
             f_.released ? "whether that day is the day in the Union" : "the day");
    AddField(section1, "modalities, size and kinds of content", {},
             "per modality the range of size and the kinds of content; languages");
    const auto latest = KnownFact(target, ModelFact::kLatestTrainingData);
    AddField(section1, "latest date of training data", latest, latest.empty() ? "the day" : "");
    AddField(section2, "publicly available datasets", sets,
             "large ones not listed here; which of these are public and how they were changed");
    AddField(section2, "private datasets of third parties", {}, "licensed or otherwise obtained");
    AddField(section2, "data crawled and scraped", {},
             "crawlers, period, kinds of sites, the most relevant domain names");
    AddField(section2, "user data", {},
             "whether users' interactions were used, and of which service");
    AddField(section2, "synthetic data", synthetic,
             synthetic.empty() ? "whether there is any, and by which models" : "others");
    AddField(section2, "other sources", {}, "whether there are any");
    const auto policy = KnownFact(target, ModelFact::kCopyrightPolicy);
    AddField(section3, "reservations of rights (Art. 4(3) of Directive 2019/790)", policy,
             policy.empty() ? "measures before and during collection, and the policy of 53(1)(c)"
                            : "measures before and during collection, if the policy does not say");
    AddField(section3, "removal of illegal content", {}, "the measures");
    const auto published = KnownFact(target, ModelFact::kTrainingSummary);
    AddField("Published", "the summary itself", published,
             published.empty() ? "where it is published" : "");
    return std::move(summary_);
  }

  const Snapshot& s_;
  Query query_;
  std::string seat_;  // where the asker is established; empty: not said
  AiActFacts f_;
  std::vector<VertexId> bases_;  // of other makers, that the artifact modifies
  std::vector<AiActFact> facts_;
  std::size_t open_license_at_ = 0;
  std::vector<std::string> reasons_;
  std::vector<SummaryField> summary_;
  bool complete_ = true;
};

}  // namespace

absl::Span<const absl::string_view> UnionMembers() {
  static constexpr absl::string_view kMembers[] = {
      "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
      "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};
  return kMembers;
}

bool AiActAppliesTo(ArtifactKind kind) {
  return kind != ArtifactKind::kDataset && kind != ArtifactKind::kCode;
}

AiActAssessment AssessAiAct(const Snapshot& snapshot, VertexId target, const Query& query,
                            AiActActor actor) {
  return Assessor(snapshot, query).Assess(target, actor);
}

}  // namespace lineage
