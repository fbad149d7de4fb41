#include "engine/audit/findings.h"

#include <algorithm>
#include <deque>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/text.h"
#include "engine/license/compatibility.h"
#include "engine/license/condition.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/explainer.h"

namespace lineage {
namespace {

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
        evaluator_(snapshot, WithAllRights(query)),
        evaluation_(evaluator_.Evaluate(target)) {}

  std::vector<Finding> Run() {
    CheckOwnLicense();
    CheckGrants();
    CheckInheritedDuties();
    CheckContested();
    CheckClaims();
    CheckParents();
    CheckTrainingSources();
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

  // Expressions that speak for the artifact itself: its own, or those that a copy took.
  std::vector<const BoundExpression*> OwnExpressions() const {
    std::vector<const BoundExpression*> own;
    for (const VertexId origin : snapshot_.OriginsOf(target_)) {
      own.push_back(&snapshot_.ExpressionOf(origin));
    }
    return own;
  }
  template <typename Test>
  bool OwnSatisfies(const Test& test) const {
    const auto own = OwnExpressions();
    return !own.empty() &&
           std::all_of(own.begin(), own.end(), [&](const auto* e) { return HoldsFor(*e, test); });
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

  void CheckGrants() {
    const Overgrant over = OvergrantOf(&evaluator_, evaluation_);
    std::optional<Because> why;
    for (const Right right : EnumValues<Right>()) {
      const bool hard = over.withheld.Has(right);
      if (!hard && !over.conditioned.Has(right)) continue;
      const Verdict above = hard ? Verdict::kProhibited : Verdict::kConditional;
      if (why && !(hard && why->verdict != Verdict::kProhibited)) continue;
      for (Because& because : Prove(&evaluator_, evaluation_, right, {right})) {
        if (because.verdict != above || because.path.empty() || because.contested) continue;
        why = std::move(because);
        break;
      }
    }
    const auto add = [&](RightSet set, Severity severity, absl::string_view verb) {
      if (set.empty()) return;
      std::vector<std::string> rights;
      for (const Right right : set.Values()) rights.emplace_back(Name(right));
      Finding& finding = Add(
          FindingId::kClaimsMoreThanInherited, severity,
          absl::StrFormat(
              "%s grants %s; %s %s %s.", ConclusionText(snapshot_, target_),
              absl::StrJoin(rights, ", "),
              why ? absl::StrCat(why->license, " of ", why->origin) : "an upstream licence", verb,
              rights.size() > 1 ? "them" : "it"),
          why ? absl::StrFormat("Rely on %s instead of the stated licence, or have %s relicensed.",
                                why->license, why->origin)
              : "Rely on the upstream licence instead of the stated one.");
      if (why) {
        finding.path = why->path;
        finding.license = why->license;
        finding.section = why->section;
      }
    };
    add(over.withheld, Severity::kError, "withholds");
    add(over.conditioned, Severity::kWarning, "puts conditions on");
  }

  void CheckInheritedDuties() {
    const std::vector<DutyView> duties = DutiesOf(&evaluator_, evaluation_, RightSet::All());
    std::optional<std::vector<std::string>>
        allowed;  // licences that satisfy all share-alike duties from above
    std::vector<const DutyView*> share_alike;
    std::vector<const DutyView*> pass_on;
    for (const DutyView& duty : duties) {
      if (duty.path.empty() || IsTaken(duty)) continue;  // its own
      if (duty.kind == DutyKind::kShareAlike) {
        share_alike.push_back(&duty);
        CheckShareAlike(duty);
        std::vector<std::string> both;
        if (allowed) {
          std::set_intersection(allowed->begin(), allowed->end(), duty.satisfied_by.begin(),
                                duty.satisfied_by.end(), std::back_inserter(both));
        } else {
          both = duty.satisfied_by;
        }
        allowed = std::move(both);
      } else if (duty.kind == DutyKind::kPassOnRestrictions) {
        pass_on.push_back(&duty);
        CheckPassOn(duty);
      } else if (duty.kind == DutyKind::kNamePrefix) {
        CheckNamePrefix(duty);
      }
    }
    CheckIrreconcilable(allowed, share_alike, pass_on);
  }

  // True if the duty is of the licence that the target, a copy, took: then it is as good as its
  // own.
  bool IsTaken(const DutyView& duty) const {
    const auto origins = snapshot_.OriginsOf(target_);
    return vertex().conclusion.kind == Conclusion::Kind::kTaken &&
           std::find(origins.begin(), origins.end(),
                     snapshot_.FindVertex(duty.origin, duty.component)) != origins.end();
  }

  void CheckShareAlike(const DutyView& duty) {
    // One part of an AND is enough: the others are often about other parts of the work.
    const auto own = OwnExpressions();
    const bool satisfied =
        std::any_of(own.begin(), own.end(), [&](const BoundExpression* expression) {
          return SatisfiesShareAlike(snapshot_.licenses(), *expression, duty.satisfied_by);
        });
    if (satisfied) return;
    Finding& finding =
        Add(FindingId::kShareAlikeDropped, Severity::kError,
            absl::StrFormat("%s of %s asks for share-alike; it is under %s.", duty.license,
                            duty.origin, ConclusionText(snapshot_, target_)),
            absl::StrFormat("Release it under %s, or replace %s.",
                            absl::StrJoin(duty.satisfied_by, " or "), duty.origin));
    Cite(duty, &finding);
  }

  static void Cite(const DutyView& duty, Finding* finding) {
    finding->path = duty.path;
    finding->license = duty.license;
    finding->section = duty.section;
  }

  bool PassesOn(const License& candidate, const DutyView& duty) const {
    return lineage::PassesOn(snapshot_.licenses(), candidate, duty.license, duty.satisfied_by);
  }

  void CheckPassOn(const DutyView& duty) {
    if (OwnSatisfies([&](const BoundExpression& leaf) {
          const License* license = LicenseOf(leaf);
          return license != nullptr && PassesOn(*license, duty);
        })) {
      return;
    }
    Finding& finding =
        Add(FindingId::kRestrictionsDropped, Severity::kError,
            absl::StrFormat("%s of %s asks to pass its restrictions on; %s does not.", duty.license,
                            duty.origin, ConclusionText(snapshot_, target_)),
            absl::StrFormat("Ship it under %s, or with its use restrictions added.", duty.license));
    Cite(duty, &finding);
  }

  void CheckNamePrefix(const DutyView& duty) {
    const Artifact artifact = snapshot_.ArtifactOf(target_);
    if (artifact.kind != ArtifactKind::kModel && artifact.kind != ArtifactKind::kCheckpoint) return;
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
    Cite(duty, &finding);
  }

  void CheckIrreconcilable(const std::optional<std::vector<std::string>>& allowed,
                           const std::vector<const DutyView*>& share_alike,
                           const std::vector<const DutyView*>& pass_on) {
    if (!allowed) return;
    const auto sources = [](const std::vector<const DutyView*>& duties) {
      std::vector<std::string> names;
      for (const DutyView* duty : duties)
        names.push_back(absl::StrCat(duty->license, " of ", duty->origin));
      return absl::StrJoin(names, ", ");
    };
    if (allowed->empty()) {
      Cite(*share_alike[0],
           &Add(FindingId::kIrreconcilableUpstreams, Severity::kError,
                absl::StrCat("No licence satisfies these share-alike duties together: ",
                             sources(share_alike), "."),
                "Drop one of these upstreams, or get a separate licence for it."));
      return;
    }
    const bool carried =
        std::any_of(allowed->begin(), allowed->end(), [&](const std::string& candidate_id) {
          const auto candidate = snapshot_.licenses().Find(candidate_id);
          return candidate &&
                 std::all_of(pass_on.begin(), pass_on.end(), [&](const DutyView* duty) {
                   return PassesOn(snapshot_.licenses().Get(*candidate), *duty);
                 });
        });
    if (carried) return;
    Cite(*pass_on[0], &Add(FindingId::kIrreconcilableUpstreams, Severity::kError,
                           absl::StrCat("Share-alike (", sources(share_alike),
                                        ") leaves no licence that passes on the ",
                                        "restrictions of ", sources(pass_on), "."),
                           "Drop one of these upstreams, or get a separate licence for it."));
  }

  void CheckContested() {
    std::vector<std::string> rights;
    std::optional<Because> first;
    for (const Right right : EnumValues<Right>()) {
      for (Because& because : ProveContested(&evaluator_, evaluation_, right)) {
        if (rights.empty() || rights.back() != Name(right))
          rights.push_back(std::string(Name(right)));
        if (!first) first = std::move(because);
      }
    }
    if (!first) return;
    Finding& finding =
        Add(FindingId::kContestedTrainingData, Severity::kNote,
            absl::StrFormat("Whether %s of %s binds what was trained on it is contested: %s.",
                            first->license, first->origin, absl::StrJoin(rights, ", ")),
            "Settle with counsel which stance you take on training data (--stance), or use a model "
            "trained on other data.");
    finding.path = first->path;
    finding.license = first->license;
    finding.section = first->section;
  }

  // Stale: what a losing claim repeats was once said by a better source, which has since said
  // something else.
  void CheckClaims() {
    std::vector<std::string> sources;
    std::optional<Claim> earlier;
    std::string license;
    for (const ClaimView& view : ClaimViews(snapshot_, target_)) {
      if (view.claim.statement != StatementKind::kLicense ||
          (view.status != ClaimStatus::kOutranked && view.status != ClaimStatus::kSuperseded)) {
        continue;
      }
      std::optional<Claim> better = BetterClaimOf(view);
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

  // A claim of a better source that said what `view` says.
  std::optional<Claim> BetterClaimOf(const ClaimView& view) const {
    for (const ClaimIndex index : snapshot_.ClaimsAbout(vertex().artifact)) {
      const Claim claim = snapshot_.Get(index);
      if (claim.statement == StatementKind::kLicense && claim.component == view.claim.component &&
          RankOf(claim.source.kind) < RankOf(view.claim.source.kind) &&
          claim.source.said <= snapshot_.key().as_of &&
          snapshot_.licenses().Bind(claim.text).text == view.conclusion) {
        return claim;
      }
    }
    return std::nullopt;
  }

  void CheckParents() {
    if (vertex().cycle != 0) {
      Add(FindingId::kDerivationCycle, Severity::kError, "The claims make it its own ancestor.",
          "Find the claim that is wrong (lineage-cli show), and retract or deny it.");
    }
    for (const Edge& edge : snapshot_.Upstream(target_)) {
      const Artifact parent = snapshot_.ArtifactOf(edge.parent);
      const Hop hop{edge.relation, parent.id, snapshot_.Row(edge.claim).Is(ClaimRow::kSupposed)};
      if (parent.kind == ArtifactKind::kUnresolved) {
        Add(FindingId::kUnresolvedUpstream, Severity::kWarning,
            absl::StrFormat("%s %s, which nobody has described.", Name(edge.relation), parent.id),
            absl::StrFormat("Add claims about %s, or import its record.", parent.id))
            .path = {hop};
      }
      const ClaimRow& claim = snapshot_.Row(edge.claim);
      if (!claim.Is(ClaimRow::kHasMade) || ClassOf(edge.relation) == RelationClass::kNone) continue;
      const DatedConclusion then = snapshot_.ConcludeOn(edge.parent, claim.made);
      const Conclusion& now = snapshot_.Get(edge.parent).conclusion;
      if (then.kind == Conclusion::Kind::kDeclared && now.kind == Conclusion::Kind::kDeclared &&
          then.expression.text != snapshot_.ExpressionOf(edge.parent).text) {
        Add(FindingId::kLicenseChangedAfterDerivation, Severity::kNote,
            absl::StrFormat("%s was under %s on %s, when it was derived; it is under %s on %s.",
                            parent.id, then.expression.text, claim.made.ToString(),
                            snapshot_.ExpressionOf(edge.parent).text,
                            snapshot_.key().as_of.ToString()),
            absl::StrFormat("Check which grant you rely on (--as-of %s).", claim.made.ToString()))
            .path = {hop};
      }
    }
  }

  bool IsUnverified(VertexId id) const {
    const Conclusion& conclusion = snapshot_.Get(id).conclusion;
    if (conclusion.kind == Conclusion::Kind::kTaken) return false;
    if (conclusion.kind != Conclusion::Kind::kDeclared) return true;
    return !HoldsFor(snapshot_.ExpressionOf(id), [&](const BoundExpression& leaf) {
      const License* license = LicenseOf(leaf);
      return license != nullptr && license->basis != Basis::kNone;
    });
  }

  // Sources above a training edge that nobody vouches for.
  void CheckTrainingSources() {
    struct State {
      VertexId vertex;
      bool trained;
      std::vector<Hop> path;
    };
    std::deque<State> open = {{target_, false, {}}};
    absl::flat_hash_set<std::pair<VertexId, bool>> seen;
    std::vector<std::string> unverified;
    std::vector<Hop> first_path;
    while (!open.empty()) {
      State state = std::move(open.front());
      open.pop_front();
      for (const Edge& edge : snapshot_.Upstream(state.vertex)) {
        const RelationClass relation_class = ClassOf(edge.relation);
        if (relation_class == RelationClass::kNone || edge.parent == target_) continue;
        const bool trained = state.trained || relation_class == RelationClass::kTraining;
        if (!seen.insert({edge.parent, trained}).second) continue;
        std::vector<Hop> path = state.path;
        path.push_back({edge.relation, snapshot_.IdOf(edge.parent),
                        snapshot_.Row(edge.claim).Is(ClaimRow::kSupposed)});
        if (trained && IsUnverified(edge.parent)) {
          if (unverified.empty()) first_path = path;
          unverified.push_back(snapshot_.IdOf(edge.parent));
        }
        open.push_back({edge.parent, trained, std::move(path)});
      }
    }
    if (unverified.empty()) return;
    std::sort(unverified.begin(), unverified.end());
    unverified.erase(std::unique(unverified.begin(), unverified.end()), unverified.end());
    constexpr std::size_t kShown = 3;
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
  Evaluator evaluator_;
  const Evaluation evaluation_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> FindingsOf(const Snapshot& snapshot, VertexId target, const Query& query) {
  return Audit(snapshot, target, query).Run();
}

}  // namespace lineage
