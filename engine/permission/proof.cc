// Proofs and duties: which terms count, and by which path they come.
#include <algorithm>
#include <deque>
#include <tuple>
#include <utility>

#include "engine/license/condition.h"
#include "engine/permission/explainer.h"

namespace lineage {
namespace {

constexpr ScopeSet kLackScopes = {Scope::kWork, Scope::kDerivative};

using EdgePath = std::vector<const Edge*>;

// From a copy up to the vertex whose licence it took.
EdgePath CopyPath(const Snapshot& snapshot, VertexId copy, VertexId origin) {
  absl::flat_hash_map<VertexId, const Edge*> found_by;
  std::deque<VertexId> open = {copy};
  while (!open.empty() && !found_by.contains(origin) && copy != origin) {
    const VertexId at = open.front();
    open.pop_front();
    for (const Edge& edge : snapshot.Upstream(at)) {
      if (ClassOf(edge.relation) != RelationClass::kCopy || edge.parent == copy) continue;
      const Conclusion::Kind kind = snapshot.Get(edge.parent).conclusion.kind;
      if (edge.parent != origin && kind != Conclusion::Kind::kUndeclared &&
          kind != Conclusion::Kind::kTaken)
        continue;
      if (found_by.try_emplace(edge.parent, &edge).second) open.push_back(edge.parent);
    }
  }
  EdgePath path;
  for (VertexId at = origin; at != copy;) {
    const Edge* edge = found_by.at(at);
    path.push_back(edge);
    at = edge->child;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

bool IsShorter(const EdgePath& a, const EdgePath& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(), [](const Edge* x, const Edge* y) {
        return std::pair(x->parent, x->relation) < std::pair(y->parent, y->relation);
      });
}

// The claim that put `leaf` into the conclusion of `origin`.
std::optional<Claim> SourceOf(const Snapshot& snapshot, VertexId origin,
                              const BoundExpression& leaf) {
  const absl::Span<const ClaimIndex> claims = snapshot.ConcludedFrom(origin);
  if (claims.size() == 1) return snapshot.Get(claims[0]);
  for (const ClaimIndex index : claims) {
    const Claim claim = snapshot.Get(index);
    const BoundExpression bound =
        claim.as_found ? LicenseTable::Unknown(claim.text) : snapshot.licenses().Bind(claim.text);
    bool holds = false;
    ForEachLeaf(bound, [&](const BoundExpression& other) { holds |= other.text == leaf.text; });
    if (holds) return claim;
  }
  return std::nullopt;
}

// `modification` beside other triggers narrows them: due when a modified version is distributed,
// served or used.
bool IsDue(TriggerSet on, TriggerSet acts, bool modified) {
  const TriggerSet others =
      TriggerSet::FromBits(on.bits() & ~TriggerSet{Trigger::kModification}.bits());
  return (others.empty() || others.Intersects(acts)) &&
         (!on.Has(Trigger::kModification) || modified);
}

// Builds the entries of one proof.
class Prover {
 public:
  Prover(Evaluator* evaluator, const Evaluation& evaluation, Right right)
      : evaluator_(*evaluator),
        snapshot_(evaluator->snapshot()),
        evaluation_(evaluation),
        right_(right) {}

  void AddVoice(const Voice& voice, const Choice& choice, bool grants_too) {
    if (voice.kind != Voice::Kind::kLicense) return AddLack(voice, choice.verdict);
    for (const BoundExpression* leaf : choice.leaves) {
      if (!leaf->license.valid()) {
        AddUnknown(voice, *leaf);
        continue;
      }
      const License& license = snapshot_.licenses().Get(leaf->license);
      for (const Grant& grant : license.grants) {
        if (grant.rights.Has(right_)) AddGrant(voice, *leaf, grant, grants_too);
      }
      if (right_ == Right::kSublicense) AddContestedShareAlike(voice, *leaf, license);
    }
  }

  std::vector<Because> Take() {
    std::stable_sort(proof_.begin(), proof_.end(), [](const Because& a, const Because& b) {
      return std::tuple(a.verdict, a.path.size(), a.origin, a.license) <
             std::tuple(b.verdict, b.path.size(), b.origin, b.license);
    });
    return std::move(proof_);
  }

 private:
  Because Start(const Voice& voice, ScopeSet scopes, Verdict verdict, absl::string_view license) {
    const Route route = RouteOf(snapshot_, evaluation_.target, voice, scopes);
    Because because;
    because.right = right_;
    because.verdict = verdict;
    because.license = std::string(license);
    because.scope = route.scope;
    because.contested = route.contested;
    because.origin = snapshot_.IdOf(voice.origin);
    because.component = snapshot_.Get(voice.origin).component;
    because.path = ToHops(snapshot_, route.path);
    return because;
  }

  void AddLack(const Voice& voice, Verdict verdict) {
    if (verdict == Verdict::kPermitted) return;
    Because because = Start(voice, kLackScopes, verdict, "");
    because.says = voice.kind == Voice::Kind::kUnresolved ? "Nobody has described this artifact."
                                                          : "Nobody has stated a licence for it.";
    proof_.push_back(std::move(because));
  }

  void AddUnknown(const Voice& voice, const BoundExpression& leaf) {
    if (!CleanScopes(voice.arrivals).Intersects(kLackScopes)) return;
    Because because = Start(voice, kLackScopes, Verdict::kUndetermined, leaf.as_written);
    because.says = "The catalogue does not know this licence.";
    because.source = SourceOf(snapshot_, voice.origin, leaf);
    proof_.push_back(std::move(because));
  }

  void AddGrant(const Voice& voice, const BoundExpression& leaf, const Grant& grant,
                bool grants_too) {
    EnumSet<ContextKey> missing;
    const Verdict worth =
        WorthOf(ValueOf(grant, evaluator_.query().context, &missing), grant.scopes, voice.arrivals);
    const bool speaks = CleanScopes(voice.arrivals).Intersects(grant.scopes);
    if (worth == Verdict::kPermitted && !(grants_too && speaks)) return;
    Because because = Start(voice, grant.scopes, worth, leaf.text);
    because.answer = grant.answer;
    because.section = grant.clause.section;
    because.says = grant.clause.says;
    because.when = grant.when.text;
    if (worth == Verdict::kConditional) because.missing = missing.Values();
    because.source = SourceOf(snapshot_, voice.origin, leaf);
    proof_.push_back(std::move(because));
  }

  void AddContestedShareAlike(const Voice& voice, const BoundExpression& leaf,
                              const License& license) {
    for (const Duty& duty : license.duties) {
      const ScopeSet scopes = DutyScopes(snapshot_.licenses(), leaf, duty);
      if (duty.kind != DutyKind::kShareAlike || !ContestedScopes(voice.arrivals).Intersects(scopes))
        continue;
      // A clean arrival of the same duty has its own path; this entry is about the contested one.
      Voice contested = voice;
      contested.arrivals = ArrivalSet::FromBits(contested.arrivals.bits() & 0x30);
      Because because = Start(contested, scopes, Verdict::kUndetermined, leaf.text);
      because.answer = Answer::kUndetermined;
      because.section = duty.clause.section;
      because.says = duty.clause.says;
      because.source = SourceOf(snapshot_, voice.origin, leaf);
      proof_.push_back(std::move(because));
    }
  }

  Evaluator& evaluator_;
  const Snapshot& snapshot_;
  const Evaluation& evaluation_;
  const Right right_;
  std::vector<Because> proof_;
};

}  // namespace

Route RouteOf(const Snapshot& snapshot, VertexId target, const Voice& voice, ScopeSet scopes) {
  std::optional<Route> best;
  const bool clean = CleanScopes(voice.arrivals).Intersects(scopes);
  for (const Voice::Speaker& speaker : voice.speakers) {
    for (const Scope scope : scopes) {
      const bool arrives = clean ? CleanScopes(speaker.arrivals).Has(scope)
                                 : ContestedScopes(speaker.arrivals).Has(scope);
      if (!arrives) continue;
      Route route{{}, scope, !clean};
      if (speaker.reach != nullptr) {
        const auto arrival = static_cast<Arrival>(static_cast<uint8_t>(scope) + (clean ? 0 : 4));
        route.path = speaker.reach->PathOf(speaker.vertex, arrival);
      }
      const EdgePath copy =
          CopyPath(snapshot, speaker.reach == nullptr ? target : speaker.vertex, voice.origin);
      route.path.insert(route.path.end(), copy.begin(), copy.end());
      if (!best || IsShorter(route.path, best->path)) best = std::move(route);
    }
  }
  return best.value_or(Route{});
}

std::vector<Hop> ToHops(const Snapshot& snapshot, const std::vector<const Edge*>& path) {
  std::vector<Hop> hops;
  for (const Edge* edge : path)
    hops.push_back({edge->relation, snapshot.IdOf(edge->parent),
                    snapshot.Row(edge->claim).Is(ClaimRow::kSupposed)});
  return hops;
}

std::vector<Because> Prove(Evaluator* evaluator, const Evaluation& evaluation, Right right,
                           RightSet asked_with) {
  Prover limits(evaluator, evaluation, right);
  for (const Voice& voice : evaluation.voices) {
    limits.AddVoice(voice, evaluator->Choose(voice, asked_with), /*grants_too=*/false);
  }
  std::vector<Because> proof = limits.Take();
  if (!proof.empty()) return proof;
  Prover grants(evaluator, evaluation, right);
  for (const Voice& voice : evaluation.voices) {
    if (voice.own)
      grants.AddVoice(voice, evaluator->Choose(voice, asked_with), /*grants_too=*/true);
  }
  return grants.Take();
}

std::vector<Because> ProveContested(Evaluator* evaluator, const Evaluation& evaluation,
                                    Right right) {
  Prover prover(evaluator, evaluation, right);
  for (const Voice& voice : evaluation.voices) {
    const Choice choice = evaluator->Choose(voice, RightSet::All());
    Voice contested = voice;
    contested.arrivals = ArrivalSet::FromBits(voice.arrivals.bits() & 0x30);
    if (voice.kind == Voice::Kind::kLicense && !contested.arrivals.empty()) {
      prover.AddVoice(contested, choice, /*grants_too=*/false);
    }
  }
  return prover.Take();
}

std::vector<DutyView> DutiesOf(Evaluator* evaluator, const Evaluation& evaluation,
                               RightSet asked_with) {
  const Snapshot& snapshot = evaluator->snapshot();
  const Context& context = evaluator->query().context;
  TriggerSet acts;
  if (context.use_mode) {
    acts.Add(Trigger::kUse);
    if (*context.use_mode == UseMode::kShare || *context.use_mode == UseMode::kSell)
      acts.Add(Trigger::kDistribution);
    if (*context.use_mode == UseMode::kService) acts.Add(Trigger::kService);
  }
  std::vector<DutyView> duties;
  ForEachDuty(
      evaluator, evaluation, asked_with,
      [&](const Voice& voice, const BoundExpression& leaf, const License& license, const Duty& duty,
          ScopeSet scopes) {
        DutyView view;
        view.kind = duty.kind;
        view.on = duty.on;
        view.value = duty.value;
        view.satisfied_by = duty.satisfied_by;
        if (leaf.or_later && duty.kind == DutyKind::kShareAlike) {
          view.satisfied_by.insert(view.satisfied_by.end(), license.later_versions.begin(),
                                   license.later_versions.end());
          std::sort(view.satisfied_by.begin(), view.satisfied_by.end());
          view.satisfied_by.erase(std::unique(view.satisfied_by.begin(), view.satisfied_by.end()),
                                  view.satisfied_by.end());
        }
        view.license = license.id;
        view.section = duty.clause.section;
        view.says = duty.clause.says;
        view.origin = snapshot.IdOf(voice.origin);
        view.component = snapshot.Get(voice.origin).component;
        view.path = ToHops(snapshot, RouteOf(snapshot, evaluation.target, voice, scopes).path);
        if (context.use_mode) view.due = IsDue(duty.on, acts, context.modified);
        duties.push_back(std::move(view));
      });
  return duties;
}

}  // namespace lineage
