#include "engine/audit/findings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/text.h"
#include "engine/license/condition.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/explainer.h"
#include "engine/permission/offer_of.h"

namespace lineage {
namespace {

constexpr std::size_t kStepsBetweenLooks = 256;

// True if `test` holds for what a licensee may choose of `expression`: all of an AND, one of an OR.
template <typename Test>
bool HoldsFor(const BoundExpression& expression, const Test& test) {
  const auto holds = [&](const BoundExpression& operand) { return HoldsFor(operand, test); };
  switch (expression.op) {
    case Expression::Op::kLicense:
      return test(expression);
    case Expression::Op::kAnd:
      return std::all_of(expression.operands.begin(), expression.operands.end(), holds);
    case Expression::Op::kOr:
      return std::any_of(expression.operands.begin(), expression.operands.end(), holds);
  }
  return false;
}

// One audit of one vertex.
class Audit {
 public:
  Audit(const Snapshot& snapshot, VertexId target, const Query& query)
      : snapshot_(snapshot),
        target_(target),
        asked_(query.rights),
        evaluator_(snapshot, WithAllRights(query)),
        evaluation_(evaluator_.Evaluate(target)) {}

  std::vector<Finding> Run() {
    // Who asked for it may have gone: then the findings so far are enough.
    for (void (Audit::*check)() :
         {&Audit::CheckOwnLicense, &Audit::CheckOffer, &Audit::CheckNamePrefixes,
          &Audit::CheckCompeting, &Audit::CheckContested, &Audit::CheckDisputed,
          &Audit::CheckClaims, &Audit::CheckParents, &Audit::CheckTrainingSources}) {
      if (stop().Requested()) break;
      (this->*check)();
    }
    std::sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
      return std::tuple(b.severity, a.id, a.message) < std::tuple(a.severity, b.id, b.message);
    });
    return std::move(findings_);
  }

 private:
  static Query WithAllRights(Query query) {
    query.rights = RightSet::All();
    return query;
  }

  const Stop& stop() const { return evaluator_.query().stop; }
  // Looks at the stop signal now and then.
  bool Stopped(std::size_t step) const {
    return step % kStepsBetweenLooks == 0 && stop().Requested();
  }

  const Vertex& vertex() const { return snapshot_.Get(target_); }
  std::string id() const { return snapshot_.IdOf(target_); }
  bool HasOwnLicense() const { return vertex().conclusion.kind == Conclusion::Kind::kDeclared; }
  const License* LicenseOf(const BoundExpression& leaf) const {
    return leaf.license.valid() ? &snapshot_.licenses().Get(leaf.license) : nullptr;
  }

  Finding& Add(FindingId finding_id, Severity severity, std::string message, std::string remedy) {
    Finding finding;
    finding.id = finding_id;
    finding.severity = severity;
    finding.artifact = id();
    finding.message = std::move(message);
    finding.remedy = std::move(remedy);
    findings_.push_back(std::move(finding));
    return findings_.back();
  }

  void CheckOwnLicense() {
    const Conclusion& conclusion = vertex().conclusion;
    if (conclusion.kind == Conclusion::Kind::kUndeclared ||
        conclusion.kind == Conclusion::Kind::kUnresolved) {
      const auto upstream = snapshot_.Upstream(target_);
      const bool copy = std::any_of(upstream.begin(), upstream.end(), [](const Edge& edge) {
        return ClassOf(edge.relation) == RelationClass::kCopy;
      });
      if (!copy) {
        Add(FindingId::kUndeclaredLicense, Severity::kWarning,
            "Nobody has stated a licence for it.",
            "Ask its licensor for a licence, or add a claim that cites where one is stated.");
      }
    }
    if (conclusion.kind != Conclusion::Kind::kDeclared) return;
    absl::flat_hash_set<std::string> seen;
    ForEachLeaf(snapshot_.ExpressionOf(target_), [&](const BoundExpression& leaf) {
      const License* license = LicenseOf(leaf);
      if ((license == nullptr || license->basis == Basis::kNone) &&
          seen.insert(leaf.as_written).second) {
        Add(FindingId::kUnknownLicense, Severity::kWarning,
            license == nullptr
                ? absl::StrFormat("The licence \"%s\" is not in the catalogue.", leaf.as_written)
                : absl::StrFormat("%s is generic or nobody has reviewed its text.", license->id),
            "Find the text that is meant, encode it in a licence file, and cite it in a claim.")
            .license = leaf.as_written;
      }
      if (!leaf.exception_as_written.empty() && !leaf.exception.valid()) {
        Add(FindingId::kUnknownException, Severity::kNote,
            absl::StrFormat("The exception \"%s\" is not in the catalogue and was not applied.",
                            leaf.exception_as_written),
            "Encode the exception; it can only loosen the answer.");
      }
    });
    if (conclusion.tied) {
      std::vector<std::string> texts;
      for (const ClaimIndex index : snapshot_.ConcludedFrom(target_)) {
        const std::string text(snapshot_.records().Text(snapshot_.Row(index).text));
        if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
      }
      Add(FindingId::kConflictingClaims, Severity::kWarning,
          absl::StrCat("Claims of one rank and day differ: ", absl::StrJoin(texts, ", "),
                       "; all are taken together."),
          "Settle it with a claim of better rank, such as the licence file or your own legal "
          "review.");
    }
  }

  // Rules about what is offered and what is held, of docs/semantics.md, section 7.
  void CheckOffer() {
    std::vector<const Voice*> voices;
    const std::vector<Held> held = HeldBy(snapshot_, evaluation_, &voices);
    const std::optional<BoundExpression> offer = OfferOf(snapshot_, target_);
    OfferCheck check(&evaluator_.worth(), snapshot_.vendors(), stop());
    std::size_t steps = 0;
    for (const OfferIssue& issue : check.Check(offer ? &*offer : nullptr, held)) {
      if (Stopped(++steps)) return;
      AddIssue(issue, *voices[issue.held], offer ? offer->text : "");
    }
    CheckImprovingOthers(held, voices);
    CheckAgreement();
  }

  // All from which something may be conveyed.
  std::vector<VertexId> ConveyingVerticesAbove() const {
    std::vector<VertexId> found;
    std::vector<VertexId> open = {target_};
    absl::flat_hash_set<VertexId> seen = {target_};
    while (!open.empty()) {
      const VertexId at = open.back();
      open.pop_back();
      for (const Edge& edge : snapshot_.Upstream(at)) {
        if (ClassOf(edge.relation) == RelationClass::kNone || !seen.insert(edge.parent).second)
          continue;
        found.push_back(edge.parent);
        open.push_back(edge.parent);
      }
    }
    return found;
  }

  // An agreement that somebody else alone can grant, and nothing above is under it.
  void CheckAgreement() {
    const LicensorId licensor = vertex().licensor.id;
    if (!HasOwnLicense() || !licensor.valid()) return;
    const std::string name(snapshot_.LicensorName(licensor));
    const BoundExpression& own = snapshot_.ExpressionOf(target_);
    if (AnothersAgreement(snapshot_.licenses(), own, {}, name) == nullptr) return;
    std::vector<const BoundExpression*> from;
    for (const VertexId above : ConveyingVerticesAbove()) {
      if (snapshot_.Get(above).conclusion.kind == Conclusion::Kind::kDeclared)
        from.push_back(&snapshot_.ExpressionOf(above));
    }
    const License* agreement = AnothersAgreement(snapshot_.licenses(), own, from, name);
    if (agreement == nullptr) return;
    Add(FindingId::kAnotherVendorsAgreement, Severity::kWarning,
        absl::StrFormat(
            "Only %s can grant %s; this is %s's, and nothing that it is said to be made "
            "from is under that agreement.",
            agreement->only_licensor, agreement->id, name),
        absl::StrFormat("Add the claim that says what of %s it is made from, or find its true "
                        "licence.",
                        agreement->only_licensor))
        .license = agreement->id;
  }

  void AddIssue(const OfferIssue& issue, const Voice& voice, const std::string& offer) {
    const std::string license = issue.license->id;
    const std::string origin = snapshot_.IdOf(voice.origin);
    const std::string source = absl::StrCat(license, " of ", origin);
    std::string message;
    std::string remedy;
    switch (issue.id) {
      case FindingId::kShareAlikeDropped: {
        message = absl::StrFormat("%s asks for share-alike; it is under %s.", source, offer);
        if (issue.part != offer && !issue.part.empty())
          absl::StrAppend(&message, " ", issue.part, " breaks it.");
        if (issue.satisfier != nullptr) {
          absl::StrAppend(&message, " ", issue.satisfier->clause.section, ": ",
                          issue.satisfier->clause.says);
        }
        remedy = absl::StrFormat("Release it under %s, or replace %s.",
                                 absl::StrJoin(issue.duty->satisfied_by, " or "), origin);
        break;
      }
      case FindingId::kRestrictionsDropped:
        message = absl::StrFormat("%s asks to pass its restrictions on; %s does not.", source, offer);
        remedy = absl::StrFormat("Ship it under %s, or with its use restrictions added.", license);
        break;
      case FindingId::kClaimsMoreThanInherited:
        message = absl::StrFormat("%s grants %s; %s withholds %s, at least in some cases.", offer,
                                  Names(issue.rights), source,
                                  issue.rights.Values().size() > 1 ? "them" : "it");
        remedy = absl::StrFormat(
            "Rely on %s as well as on the stated licence, or have %s relicensed.", license, origin);
        if (!issue.ways.Any([](const Way& way) { return way.form != Form::kFromOutputs; })) {
          remedy = absl::StrFormat(
              "Keep to %s yourself, and tell who gets it that its terms on outputs bound its "
              "maker.",
              license);
        }
        break;
      case FindingId::kForbiddenStep:
        message = absl::StrFormat("%s does not allow to modify it, and this was made by doing so.",
                                  source);
        remedy = absl::StrFormat("Do not use it; get a licence from the licensor of %s.", origin);
        break;
      case FindingId::kNotRedistributable:
        message = absl::StrFormat("%s does not allow to pass on what was made from it.", source);
        remedy = absl::StrFormat("Keep it to yourself, or get a licence from the licensor of %s.",
                                 origin);
        break;
      case FindingId::kFurtherRestrictions:
        message = issue.other != nullptr
                      ? absl::StrFormat("%s lets nobody add terms to copies; %s adds some.", source,
                                        issue.part)
                      : absl::StrFormat("%s allows no further restrictions; %s is one.", issue.part,
                                        source);
        remedy = issue.other != nullptr
                     ? absl::StrFormat("Pass the copy on under %s.", license)
                     : absl::StrFormat("Choose another licence than %s, or replace %s.", issue.part,
                                       origin);
        break;
      case FindingId::kLicenseReplaced:
        message = issue.severity == Severity::kError
                      ? absl::StrFormat(
                            "Copies of %s may be passed on under it alone; this copy is "
                            "offered under %s.",
                            source, issue.part)
                      : absl::StrFormat(
                            "Each recipient of a copy has it under %s from its licensor; "
                            "the label %s cannot replace that.",
                            source, issue.part);
        remedy = absl::StrFormat("Pass the copy on under %s.", license);
        break;
      case FindingId::kIrreconcilableUpstreams:
        message = absl::StrFormat(
            "No licence satisfies the share-alike of %s and what else it is made from.", source);
        remedy = "Drop one of these upstreams, or get a separate licence for it.";
        break;
      default:  // kEditionDiffers
        message = absl::StrFormat("%s is another edition of the agreement than %s, which does not "
                                  "let you move to it.",
                                  issue.part, source);
        remedy = absl::StrFormat("State %s.", license);
        break;
    }
    if (issue.severity == Severity::kNote) {
      absl::StrAppend(&message, " Whether it binds those who come after is contested.");
      remedy = absl::StrFormat("Settle with counsel whether %s binds what is made from %s.",
                               license, origin);
    } else if (issue.severity == Severity::kWarning && issue.id != FindingId::kEditionDiffers) {
      const bool similar = issue.ways.Any([](const Way& way) { return way.perhaps_similar; });
      if (similar && issue.license->models_from_outputs &&
          issue.license->models_from_outputs->similar_only) {
        absl::StrAppend(&message, " It does so only if this performs similarly; nobody says.");
      }
    }
    Finding& finding = Add(issue.id, issue.severity, std::move(message), std::move(remedy));
    finding.license = license;
    if (issue.clause != nullptr) finding.section = issue.clause->section;
    finding.gates_service = issue.gates_service;
    finding.path = ToHops(
        snapshot_, RouteOf(snapshot_, target_, voice, issue.ways, evaluator_.VendorOf(*issue.leaf))
                       .path);
  }

  template <typename E>
  static std::string Names(EnumSet<E> set) {
    std::vector<std::string> names;
    for (const E one : set) names.emplace_back(Name(one));
    return absl::StrJoin(names, ", ");
  }

  // The work itself may not be used to improve other models, and here it was merged with one.
  void CheckImprovingOthers(const std::vector<Held>& held,
                            const std::vector<const Voice*>& voices) {
    struct Merged {
      const License* license;
      const Voice* voice;
      WaySet ways;
    };
    std::vector<Merged> merged;
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (Stopped(i)) return;
      for (const BoundExpression* leaf :
           evaluator_.Choose(*voices[i], RightSet::All()).leaves) {
        const License* license = LicenseOf(*leaf);
        const WaySet ways = MergedWays(license, evaluator_.WaysOf(*voices[i], *leaf));
        if (!ways.empty()) merged.push_back({license, voices[i], ways});
      }
    }
    for (std::size_t i = 0; i < merged.size(); ++i) {
      if (Stopped(i)) return;
      const Merged& one = merged[i];
      if (one.license == nullptr || !one.license->not_to_improve_others) continue;
      const WaySet clean = one.ways.Where([&](const Way& way) {
        return !way.contested && (way.form == Form::kDerivative || way.form == Form::kMade);
      });
      const auto other = std::find_if(merged.begin(), merged.end(), [&](const Merged& two) {
        return two.voice->origin != one.voice->origin &&
               two.ways.Any([](const Way& way) { return !way.contested; }) &&
               (two.license == nullptr || !SameAgreement(*two.license, *one.license));
      });
      if (clean.empty() || other == merged.end()) continue;
      const std::string origin = snapshot_.IdOf(one.voice->origin);
      Finding& finding = Add(
          FindingId::kImprovesAnotherModel, Severity::kWarning,
          absl::StrFormat("%s of %s may not be used to improve other models, and it was merged with "
                          "%s. Whether the result is still a derivative of it alone is contested.",
                          one.license->id, origin, snapshot_.IdOf(other->voice->origin)),
          "Settle it with counsel, or do without the merge.");
      finding.license = one.license->id;
      finding.section = one.license->not_to_improve_others->section;
      finding.path = ToHops(snapshot_, RouteOf(snapshot_, target_, *one.voice, clean,
                                               snapshot_.VendorOf(*snapshot_.licenses().Find(
                                                   one.license->id)))
                                           .path);
    }
  }

  // Ways by which a merge brings terms to the licence of the whole.
  [[nodiscard]] WaySet MergedWays(const License* license, const WaySet& ways) {
    return ways.Where([&](const Way& way) {
      if (way.form == Form::kMade && license != nullptr &&
          (!MayCountModels(*license) ||
           (license->models_from_outputs && license->models_from_outputs->similar_only &&
            way.perhaps_similar && evaluator_.worth().similar() == false))) {
        return false;
      }
      // A licence arrives by the terms that it has: without any about outputs it is not in what was
      // made with them. One that nobody knows speaks of the work and what is adapted from it.
      const auto arrives = [&](const auto& term) { return ArrivesBy(term.scopes, way); };
      const bool speaks =
          license == nullptr
              ? way.form == Form::kWork || way.form == Form::kDerivative ||
                    way.form == Form::kMade
              : std::any_of(license->grants.begin(), license->grants.end(), arrives) ||
                    std::any_of(license->duties.begin(), license->duties.end(), arrives);
      return speaks && way.change == Alteration::kMerged && way.form != Form::kClass &&
             way.form != Form::kOwn && way.place != Place::kBeside &&
             !(way.place == Place::kInside && license != nullptr && license->parts_keep_license);
    });
  }

  void CheckNamePrefixes() {
    const Artifact artifact = snapshot_.ArtifactOf(target_);
    if (artifact.kind != ArtifactKind::kModel && artifact.kind != ArtifactKind::kCheckpoint) return;
    for (const DutyView& duty : DutiesOf(&evaluator_, evaluation_, RightSet::All())) {
      if (duty.kind != DutyKind::kNamePrefix || duty.path.empty() || duty.contested || duty.beside)
        continue;
      CheckNamePrefix(artifact, duty);
    }
  }

  void CheckNamePrefix(const Artifact& artifact, const DutyView& duty) {
    const bool copies_only = std::all_of(duty.path.begin(), duty.path.end(), [](const Hop& hop) {
      return ClassOf(hop.relation) == RelationClass::kCopy;
    });
    const std::string prefix = Fold(duty.value);
    const auto begins = [&](absl::string_view name) {
      return absl::StartsWith(Fold(name), prefix);
    };
    if (copies_only || begins(LastSegment(artifact.id)) || begins(artifact.name)) return;
    Finding& finding =
        Add(FindingId::kNamePrefixUnmet, Severity::kWarning,
            absl::StrFormat("%s of %s asks for names that begin with \"%s\".", duty.license,
                            duty.origin, duty.value),
            absl::StrFormat("Distribute it under a name that begins with \"%s\".", duty.value));
    finding.path = duty.path;
    finding.license = duty.license;
    finding.section = duty.section;
  }

  // What the terms of a service say of competing with it: a matter of the one who made the outputs.
  void CheckCompeting() {
    const auto& facts = evaluator_.query().context.facts;
    const auto given = facts.find(kCompetesWithLicensor);
    if (given != facts.end() && !given->second) return;
    Context competing = evaluator_.query().context;
    competing.facts[kCompetesWithLicensor] = true;
    std::optional<Severity> severity;
    std::string message;
    std::optional<Because> cite;
    std::size_t steps = 0;
    for (const Voice& voice : evaluation_.voices) {
      if (Stopped(++steps)) return;
      if (voice.kind != Voice::Kind::kLicense) continue;
      for (const BoundExpression* leaf : evaluator_.Choose(voice, RightSet::All()).leaves) {
        const License* license = LicenseOf(*leaf);
        if (license == nullptr) continue;
        const WaySet ways = evaluator_.WaysOf(voice, *leaf).Where([](const Way& way) {
          return way.form == Form::kFromOutputs;
        });
        if (ways.empty()) continue;
        for (const Grant& grant : license->grants) {
          const bool names = std::any_of(
              grant.when.nodes.begin(), grant.when.nodes.end(), [](const Condition::Node& node) {
                return node.key == ContextKey::kFact && !node.words.empty() &&
                       node.words[0] == kCompetesWithLicensor;
              });
          if (!names || !grant.scopes.Has(Scope::kOutput) ||
              ValueOf(grant, competing, nullptr) != Verdict::kProhibited) {
            continue;
          }
          const bool clean = ways.Any([](const Way& way) { return !way.contested; });
          const Severity here =
              clean && given != facts.end() ? Severity::kError : Severity::kNote;
          if (severity && here <= *severity) continue;
          severity = here;
          const Route route =
              RouteOf(snapshot_, target_, voice, ways, evaluator_.VendorOf(*leaf));
          cite.emplace();
          cite->license = license->id;
          cite->section = grant.clause.section;
          cite->origin = snapshot_.IdOf(voice.origin);
          cite->contested = !clean;
          cite->path = ToHops(snapshot_, route.path);
        }
      }
    }
    if (!severity) return;
    Finding& finding =
        Add(FindingId::kCompetingUse, *severity,
            absl::StrFormat("Outputs of %s may not be used to develop what competes with it (%s).%s",
                            cite->origin, cite->license,
                            cite->contested ? " Whether that binds others than its customer is "
                                              "contested."
                                            : ""),
            "Say whether it competes (--fact competes-with-licensor=yes or no), and settle it with "
            "counsel if it does.");
    finding.path = cite->path;
    finding.license = cite->license;
    finding.section = cite->section;
  }

  void CheckContested() {
    const auto about_training = [](const Way& way) {
      return way.contested && (way.form == Form::kWork || way.form == Form::kDerivative ||
                               way.form == Form::kMade);
    };
    std::vector<std::string> what;
    std::optional<Because> first;
    std::size_t steps = 0;
    for (const Voice& voice : evaluation_.voices) {
      if (Stopped(++steps)) return;
      if (voice.kind != Voice::Kind::kLicense) continue;
      for (const BoundExpression* leaf : evaluator_.Choose(voice, RightSet::All()).leaves) {
        const License* license = LicenseOf(*leaf);
        if (license == nullptr) continue;
        const WaySet ways = evaluator_.WaysOf(voice, *leaf).Where(about_training);
        if (ways.empty()) continue;
        const auto note = [&](const std::string& name, const Clause& clause, const WaySet& by) {
          if (std::find(what.begin(), what.end(), name) == what.end()) what.push_back(name);
          const Route route = RouteOf(snapshot_, target_, voice, by, evaluator_.VendorOf(*leaf));
          std::vector<Hop> path = ToHops(snapshot_, route.path);
          if (first && first->path.size() <= path.size()) return;
          first.emplace();
          first->license = license->id;
          first->section = clause.section;
          first->origin = snapshot_.IdOf(voice.origin);
          first->path = std::move(path);
        };
        for (const Grant& grant : license->grants) {
          for (const Right right : EnumValues<Right>()) {
            const WaySet by = ways.Where([&](const Way& way) {
              return Answers(*license, grant.rights, evaluator_.worth().OfStep(grant), way,
                             right) &&
                     ArrivesBy(grant.scopes, way) &&
                     evaluator_.worth().Of(*license, grant, way, nullptr) ==
                         Verdict::kUndetermined &&
                     !(way.form == Form::kMade && !MayCountModels(*license));
            });
            if (!by.empty()) note(std::string(Name(right)), grant.clause, by);
          }
        }
        for (const Duty& duty : license->duties) {
          if (duty.kind != DutyKind::kShareAlike) continue;
          const WaySet by = evaluator_.worth().DutyWays(*leaf, duty, ways, true);
          if (!by.empty()) note("share-alike", duty.clause, by);
        }
      }
    }
    if (!first) return;
    std::sort(what.begin(), what.end());
    Finding& finding =
        Add(FindingId::kContestedTrainingData, Severity::kNote,
            absl::StrFormat("Whether %s of %s binds what was trained on it is contested: %s.",
                            first->license, first->origin, absl::StrJoin(what, ", ")),
            "Settle with counsel which stance you take on training data (--stance), or use a model "
            "trained on other data.");
    finding.path = first->path;
    finding.license = first->license;
    finding.section = first->section;
  }

  // The party of a source, for telling whose claims are whose.
  std::string PartyOf(const std::string& by) const {
    const std::string name = absl::AsciiStrToLower(by);
    for (const Party& party : snapshot_.licenses().catalog().vocabulary.parties) {
      if (absl::AsciiStrToLower(party.name) == name) return party.name;
      for (const std::string& organization : party.organizations) {
        if (absl::AsciiStrToLower(organization) == name) return party.name;
      }
    }
    return name;
  }

  // When each party last named a licence, and when last another one than that: whose later word
  // withdraws an earlier one.
  class LatestWords {
   public:
    void Add(const std::string& party, const std::string& license, Date said) {
      Words& words = words_[party];
      if (words.license == license) {
        words.said = std::max(words.said, said);
      } else if (said > words.said) {
        words.other = words.said;
        words.said = said;
        words.license = license;
      } else {
        words.other = std::max(words.other, said);
      }
    }
    // The last day on which the party named another licence.
    [[nodiscard]] Date OfAnother(const std::string& party, const std::string& license) const {
      const auto it = words_.find(party);
      if (it == words_.end()) return Date::Min();
      return it->second.license == license ? it->second.other : it->second.said;
    }

   private:
    struct Words {
      std::string license;
      Date said = Date::Min();
      Date other = Date::Min();
    };
    absl::flat_hash_map<std::string, Words> words_;
  };

  // The duties that change under which terms a work may be passed on, as far as an expression asks
  // for them: in a part of an AND, on every branch of an OR.
  EnumSet<DutyKind> AsksFor(const BoundExpression& expression) const {
    constexpr EnumSet<DutyKind> kWeighty = {DutyKind::kShareAlike, DutyKind::kPassOnRestrictions,
                                            DutyKind::kDiscloseSource};
    EnumSet<DutyKind> kinds;
    if (expression.op == Expression::Op::kLicense) {
      if (!expression.license.valid()) return kinds;
      for (const Duty& duty : snapshot_.licenses().Get(expression.license).duties)
        if (kWeighty.Has(duty.kind)) kinds.Add(duty.kind);
      return kinds;
    }
    bool first = true;
    for (const BoundExpression& operand : expression.operands) {
      const EnumSet<DutyKind> of = AsksFor(operand);
      kinds = first ? of : expression.op == Expression::Op::kAnd ? kinds | of : kinds & of;
      first = false;
    }
    return kinds;
  }

  // A claim that lost and is stricter, or asks for more: somebody who should know says otherwise.
  void CheckDisputed() {
    if (!HasOwnLicense() || snapshot_.key().claims_policy == ClaimsPolicy::kStrictest) return;
    constexpr EnumSet<SourceKind> kWeighty = {
        SourceKind::kLicenseFile, SourceKind::kTermsOfService, SourceKind::kModelCard,
        SourceKind::kHubTag,      SourceKind::kAnnouncement,   SourceKind::kCurated,
        SourceKind::kUnsourced,   SourceKind::kLegalReview};
    const WaySet own = OwnArrivals().general;
    const auto ways = [&](const BoundExpression&) -> const WaySet& { return own; };
    const BoundExpression& concluded = snapshot_.ExpressionOf(target_);
    std::vector<std::string> sources;
    RightSet stricter;
    EnumSet<DutyKind> more;
    const EnumSet<DutyKind> asked_for = AsksFor(concluded);
    const bool duties_matter = asked_.Intersects(
        {Right::kRedistribute, Right::kRedistributeDerivatives, Right::kProvideAsService});
    std::string license;
    const ClaimIndexes claims = snapshot_.LicenseClaims(target_, snapshot_.key().as_of);
    const auto bind = [&](const Claim& claim) {
      return claim.as_found ? LicenseTable::Unknown(claim.text)
                            : snapshot_.licenses().Bind(claim.text);
    };
    LatestWords latest;
    std::size_t steps = 0;
    for (const ClaimIndex index : claims) {
      if (Stopped(++steps)) return;
      const Claim claim = snapshot_.Get(index);
      latest.Add(PartyOf(claim.source.by), bind(claim).text, claim.source.said);
    }
    const auto concluded_from = snapshot_.ConcludedFrom(target_);
    for (const ClaimIndex index : claims) {
      if (Stopped(++steps)) return;
      if (std::find(concluded_from.begin(), concluded_from.end(), index) != concluded_from.end())
        continue;
      const Claim claim = snapshot_.Get(index);
      const BoundExpression bound = bind(claim);
      if (!kWeighty.Has(claim.source.kind) || bound.text == concluded.text) continue;
      if (latest.OfAnother(PartyOf(claim.source.by), bound.text) > claim.source.said) continue;
      RightSet here;
      for (const Right right : asked_) {
        if (evaluator_.worth().Choose(bound, {right}, ways).verdict <
            evaluator_.worth().Choose(concluded, {right}, ways).verdict) {
          here.Add(right);
        }
      }
      EnumSet<DutyKind> asks;
      if (duties_matter)
        asks = EnumSet<DutyKind>::FromBits(AsksFor(bound).bits() & ~asked_for.bits());
      if (here.empty() && asks.empty()) continue;
      stricter = stricter | here;
      more = more | asks;
      if (license.empty()) license = bound.text;
      sources.push_back(absl::StrCat(bound.text, " (", claim.source.by, ", ",
                                     Name(claim.source.kind), ", ", claim.source.said_text, ")"));
    }
    if (sources.empty()) return;
    std::sort(sources.begin(), sources.end());
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
    std::vector<std::string> would;
    if (!stricter.empty()) would.push_back(absl::StrCat("be stricter on ", Names(stricter)));
    if (!more.empty()) would.push_back(absl::StrCat("ask for ", Names(more)));
    Add(FindingId::kDisputedLicense, Severity::kWarning,
        absl::StrFormat("%s is disputed: %s. That would %s.", concluded.text,
                        absl::StrJoin(sources, "; "), absl::StrJoin(would, ", and ")),
        "Settle which licence holds with its licensor, or by your own legal review.")
        .license = license;
  }

  // Stale: what a losing claim repeats was once said by a better source, which has since said
  // something else.
  void CheckClaims() {
    std::vector<std::string> sources;
    std::optional<Claim> earlier;
    std::string license;
    const ClaimsByLicense all = LicenseClaims();
    std::size_t steps = 0;
    for (const ClaimView& view : ClaimViews(snapshot_, target_, stop())) {
      if (Stopped(++steps)) return;
      if (view.claim.statement != StatementKind::kLicense ||
          (view.status != ClaimStatus::kOutranked && view.status != ClaimStatus::kSuperseded)) {
        continue;
      }
      std::optional<Claim> better = BetterClaimOf(view, all);
      if (!better || (earlier && license != view.conclusion)) continue;
      earlier = std::move(better);
      license = view.conclusion;
      sources.push_back(absl::StrCat(view.claim.source.by, " (", view.claim.source.said_text, ")"));
    }
    if (!earlier) return;
    const std::string names = absl::StrJoin(sources, ", ");
    Add(FindingId::kStaleClaim, Severity::kNote,
        absl::StrFormat("%s repeats %s, which %s said on %s and no longer says.", names, license,
                        earlier->source.by, earlier->source.said_text),
        absl::StrFormat("Do not rely on %s for the licence.", names))
        .license = license;
  }

  // Claims by the component and the licence that they name, so that a better one that said the same
  // is found at once.
  using ClaimsByLicense =
      absl::flat_hash_map<std::pair<std::optional<Component>, std::string>, std::vector<Claim>>;

  ClaimsByLicense LicenseClaims() const {
    ClaimsByLicense all;
    std::size_t steps = 0;
    for (const ClaimIndex index : snapshot_.ClaimsAbout(vertex().artifact)) {
      if (Stopped(++steps)) break;
      Claim claim = snapshot_.Get(index);
      if (claim.statement != StatementKind::kLicense || claim.source.said > snapshot_.key().as_of) {
        continue;
      }
      std::vector<Claim>& same = all[{claim.component, snapshot_.licenses().Bind(claim.text).text}];
      // Of one rank the first is enough.
      const bool known = std::any_of(same.begin(), same.end(), [&](const Claim& one) {
        return RankOf(one.source.kind) == RankOf(claim.source.kind);
      });
      if (!known) same.push_back(std::move(claim));
    }
    return all;
  }

  // A claim of a better source that said what `view` says.
  static std::optional<Claim> BetterClaimOf(const ClaimView& view, const ClaimsByLicense& all) {
    const auto it = all.find({view.claim.component, view.conclusion});
    if (it == all.end()) return std::nullopt;
    for (const Claim& claim : it->second) {
      if (RankOf(claim.source.kind) < RankOf(view.claim.source.kind)) return claim;
    }
    return std::nullopt;
  }

  void CheckParents() {
    if (vertex().cycle != 0) {
      Add(FindingId::kDerivationCycle, Severity::kError, "The claims make it its own ancestor.",
          "Find the claim that is wrong (lineage-cli show), and retract or deny it.");
    }
    std::size_t steps = 0;
    for (const Edge& edge : snapshot_.Upstream(target_)) {
      if (Stopped(++steps)) return;
      const Artifact parent = snapshot_.ArtifactOf(edge.parent);
      const Hop hop{edge.relation, parent.id, snapshot_.Row(edge.claim).Is(ClaimRow::kSupposed)};
      if (parent.kind == ArtifactKind::kUnresolved) {
        Add(FindingId::kUnresolvedUpstream, Severity::kWarning,
            absl::StrFormat("%s %s, which nobody has described.", Name(edge.relation), parent.id),
            absl::StrFormat("Add claims about %s, or import its record.", parent.id))
            .path = {hop};
      }
      if (ClassOf(edge.relation) == RelationClass::kNone) continue;
      CheckUnknownParent(edge, hop);
      CheckChangedLicense(edge, hop);
    }
  }

  void CheckUnknownParent(const Edge& edge, const Hop& hop) {
    const RelationClass relation_class = ClassOf(edge.relation);
    if (relation_class != RelationClass::kCopy && relation_class != RelationClass::kInside &&
        relation_class != RelationClass::kAdaptation && relation_class != RelationClass::kAdapter) {
      return;
    }
    const Conclusion::Kind kind = snapshot_.Get(edge.parent).conclusion.kind;
    if (kind == Conclusion::Kind::kUnresolved) return;  // a finding of its own
    const auto origins = snapshot_.OriginsOf(edge.parent);
    const bool known =
        !origins.empty() && std::all_of(origins.begin(), origins.end(), [&](VertexId origin) {
          return IsReviewed(snapshot_.ExpressionOf(origin));
        });
    if (known) return;
    Finding& finding =
        Add(FindingId::kUnknownUpstreamLicense, Severity::kWarning,
            kind == Conclusion::Kind::kUndeclared
                ? absl::StrFormat("%s %s, for which nobody has stated a licence.",
                                  Name(edge.relation), hop.artifact)
                : absl::StrFormat("%s %s, whose licence nobody has reviewed: %s.",
                                  Name(edge.relation), hop.artifact,
                                  ConclusionText(snapshot_, edge.parent)),
            absl::StrFormat("Find the licence of %s, and add a claim that cites it.",
                            hop.artifact));
    finding.path = {hop};
  }

  void CheckChangedLicense(const Edge& edge, const Hop& hop) {
    const Conclusion& now = snapshot_.Get(edge.parent).conclusion;
    if (now.kind != Conclusion::Kind::kDeclared) return;
    const std::string& text = snapshot_.ExpressionOf(edge.parent).text;
    const std::string today = snapshot_.key().as_of.ToString();
    if (const std::optional<Date> made = snapshot_.MadeOn(edge)) {
      const DatedConclusion then = snapshot_.ConcludeOn(edge.parent, *made);
      if (then.kind != Conclusion::Kind::kDeclared || then.expression.text == text) return;
      const std::optional<BoundExpression> terms = snapshot_.TermsOver(edge);
      std::string message =
          absl::StrFormat("%s was under %s on %s, when it was derived; it is under %s on %s.",
                          hop.artifact, then.expression.text, made->ToString(), text, today);
      if (ClassOf(edge.relation) == RelationClass::kOutput) {
        absl::StrAppend(&message, " Outputs are made under the terms of their day.");
      } else if (terms) {
        absl::StrAppend(&message, " A grant once made stays: either may be relied on.");
      }
      Add(FindingId::kLicenseChangedAfterDerivation, Severity::kNote, std::move(message),
          absl::StrFormat("Check which grant you rely on (--as-of %s).", made->ToString()))
          .path = {hop};
      return;
    }
    // Nobody says when, but the day of release may prove under what it was made.
    if (const std::optional<DatedConclusion> proven = snapshot_.ConcludedBeforeRelease(edge);
        proven && ClassOf(edge.relation) != RelationClass::kOutput) {
      if (proven->expression.text == text) return;
      const bool stays = snapshot_.TermsOver(edge).has_value();
      Add(FindingId::kLicenseChangedAfterDerivation, Severity::kNote,
          absl::StrFormat(
              "%s was under %s until after %s, when this was released; it is under %s on "
              "%s.%s",
              hop.artifact, proven->expression.text,
              snapshot_.records().Row(vertex().artifact).released.ToString(), text, today,
              stays ? " A grant once made stays: either may be relied on." : ""),
          "Add the day of derivation (made) to the claim.")
          .path = {hop};
      return;
    }
    // What it was under before.
    std::string before;
    for (const Date day : snapshot_.LicenseDays(edge.parent)) {
      if (day >= snapshot_.key().as_of) break;
      const DatedConclusion then = snapshot_.ConcludeOn(edge.parent, day);
      if (then.kind == Conclusion::Kind::kDeclared && then.expression.text != text)
        before = then.expression.text;
    }
    if (before.empty()) return;
    Add(FindingId::kLicenseChangedAfterDerivation, Severity::kNote,
        absl::StrFormat("%s was under %s before; it is under %s on %s. Nobody says when this was "
                        "derived: %s counts.",
                        hop.artifact, before, text, today,
                        ClassOf(edge.relation) == RelationClass::kOutput ? "every version" : text),
        "Add the day of derivation (made) to the claim.")
        .path = {hop};
  }

  // True if at least what a licensee may choose is reviewed.
  bool IsReviewed(const BoundExpression& expression) const {
    return HoldsFor(expression, [&](const BoundExpression& leaf) {
      const License* license = LicenseOf(leaf);
      return license != nullptr && license->basis != Basis::kNone;
    });
  }

  bool IsUnverified(VertexId id) const {
    const Conclusion& conclusion = snapshot_.Get(id).conclusion;
    if (conclusion.kind == Conclusion::Kind::kTaken) return false;
    if (conclusion.kind != Conclusion::Kind::kDeclared) return true;
    return !IsReviewed(snapshot_.ExpressionOf(id));
  }

  // Sources above a training edge that nobody vouches for.
  void CheckTrainingSources() {
    struct State {
      VertexId vertex;
      bool trained;
      std::size_t from;  // the state below
      const Edge* edge;  // by which it was found; null: the artifact itself
    };
    std::vector<State> states = {{target_, false, 0, nullptr}};
    const auto path_of = [&](std::size_t at) {
      std::vector<Hop> path;
      for (; states[at].edge != nullptr; at = states[at].from) {
        const Edge& edge = *states[at].edge;
        path.push_back({edge.relation, snapshot_.IdOf(edge.parent),
                        snapshot_.Row(edge.claim).Is(ClaimRow::kSupposed)});
      }
      std::reverse(path.begin(), path.end());
      return path;
    };
    absl::flat_hash_set<std::pair<VertexId, bool>> seen;
    std::vector<std::string> unverified;  // the nearest first
    absl::flat_hash_set<std::string> named;
    std::vector<Hop> first_path;
    for (std::size_t at = 0; at < states.size(); ++at) {
      if (Stopped(at)) return;
      for (const Edge& edge : snapshot_.Upstream(states[at].vertex)) {
        const RelationClass relation_class = ClassOf(edge.relation);
        if (relation_class == RelationClass::kNone) continue;
        const bool trained = states[at].trained || relation_class == RelationClass::kTraining;
        if (!seen.insert({edge.parent, trained}).second) continue;
        states.push_back({edge.parent, trained, at, &edge});
        if (trained && edge.parent != target_ && IsUnverified(edge.parent)) {
          if (unverified.empty()) first_path = path_of(states.size() - 1);
          std::string id = snapshot_.IdOf(edge.parent);
          if (named.insert(id).second) unverified.push_back(std::move(id));
        }
      }
    }
    if (unverified.empty()) return;
    constexpr std::size_t kShown = 6;
    const std::string more = unverified.size() > kShown
                                 ? absl::StrFormat(" and %d more", unverified.size() - kShown)
                                 : "";
    const std::size_t shown = std::min(kShown, unverified.size());
    Add(FindingId::kUnverifiedTrainingData, Severity::kNote,
        absl::StrFormat("No reviewed licence is known for training sources: %s%s.",
                        absl::StrJoin(absl::MakeConstSpan(unverified).subspan(0, shown), ", "),
                        more),
        "If you take the cautious stance, find the licences of the training sources and add "
        "claims.")
        .path = first_path;
  }

  const Snapshot& snapshot_;
  const VertexId target_;
  const RightSet asked_;
  Evaluator evaluator_;
  const Evaluation evaluation_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> FindingsOf(const Snapshot& snapshot, VertexId target, const Query& query) {
  return Audit(snapshot, target, query).Run();
}

}  // namespace lineage
