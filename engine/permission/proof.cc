// Proofs and duties: which terms count, and by which path they come.
#include <algorithm>
#include <deque>
#include <tuple>
#include <utility>

#include "engine/license/condition.h"
#include "engine/permission/explainer.h"

namespace lineage {
namespace {

using EdgePath = std::vector<const Edge*>;

// Each of these steps may walk paths.
constexpr std::size_t kStepsBetweenLooks = 64;

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

bool IsShorter(const Snapshot& snapshot, const EdgePath& a, const EdgePath& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(), [&](const Edge* x, const Edge* y) {
        return std::tuple(snapshot.IdOf(x->parent), x->relation) <
               std::tuple(snapshot.IdOf(y->parent), y->relation);
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

// Builds the entries of one proof.
class Prover {
 public:
  Prover(Evaluator* evaluator, const Evaluation& evaluation, Right right)
      : evaluator_(*evaluator),
        snapshot_(evaluator->snapshot()),
        evaluation_(evaluation),
        right_(right) {}

  // `only_contested`: what arrives contested, whatever arrives uncontested as well.
  void AddVoice(const Voice& voice, const Choice& choice, bool grants_too, bool only_contested) {
    if (voice.kind != Voice::Kind::kLicense) {
      if (!only_contested) AddLack(voice, choice.verdict);
      return;
    }
    for (const BoundExpression* leaf : choice.leaves) {
      if (!leaf->license.valid()) {
        if (!only_contested) AddUnknown(voice, *leaf);
        continue;
      }
      const WaySet ways = evaluator_.WaysOf(voice, *leaf).Where([&](const Way& way) {
        return way.contested || !only_contested;
      });
      const License& license = snapshot_.licenses().Get(leaf->license);
      for (const Grant& grant : license.grants) AddGrant(voice, *leaf, license, grant, ways, grants_too);
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
  Because Start(const Voice& voice, const WaySet& ways, LicensorId vendor, Verdict verdict,
                absl::string_view license) {
    const Route route = RouteOf(snapshot_, evaluation_.target, voice, ways, vendor);
    Because because;
    because.right = right_;
    because.verdict = verdict;
    because.license = std::string(license);
    because.scope = ScopeOf(route.way.form);
    because.contested = route.way.contested;
    because.origin = snapshot_.IdOf(voice.origin);
    because.component = snapshot_.Get(voice.origin).component;
    because.path = ToHops(snapshot_, route.path);
    return because;
  }

  WaySet LackWays(const WaySet& ways) const {
    return ways.Where([&](const Way& way) {
      return !way.contested && IsAbout(way, right_) &&
             (way.form == Form::kOwn || way.form == Form::kWork || way.form == Form::kDerivative ||
              way.form == Form::kMade);
    });
  }

  void AddLack(const Voice& voice, Verdict verdict) {
    const WaySet ways = LackWays(voice.arrivals.general);
    if (verdict == Verdict::kPermitted || ways.empty()) return;
    Because because = Start(voice, ways, LicensorId::None(), verdict, "");
    because.says = voice.kind == Voice::Kind::kUnresolved ? "Nobody has described this artifact."
                                                          : "Nobody has stated a licence for it.";
    proof_.push_back(std::move(because));
  }

  void AddUnknown(const Voice& voice, const BoundExpression& leaf) {
    const WaySet ways = LackWays(voice.arrivals.general);
    if (ways.empty()) return;
    Because because =
        Start(voice, ways, LicensorId::None(), Verdict::kUndetermined, leaf.as_written);
    because.says = "The catalogue does not know this licence.";
    because.source = SourceOf(snapshot_, voice.origin, leaf);
    proof_.push_back(std::move(because));
  }

  void AddGrant(const Voice& voice, const BoundExpression& leaf, const License& license,
                const Grant& grant, const WaySet& ways, bool grants_too) {
    const Verdict step = evaluator_.worth().OfStep(grant);
    // The ways by which it is worth least.
    Verdict worth = Verdict::kPermitted;
    WaySet worst;
    bool speaks = false;
    for (const Way way : ways) {
      if (way.form == Form::kMade && !MayCountModels(license)) continue;
      if (!Answers(license, grant.rights, step, way, right_) || !ArrivesBy(grant.scopes, way)) {
        continue;
      }
      const Verdict here = evaluator_.worth().Of(license, grant, way, nullptr);
      speaks |= !way.contested;
      if (here < worth) worst = WaySet();
      worth = std::min(worth, here);
      if (here == worth) worst.Add(way);
    }
    if (worth == Verdict::kPermitted && !(grants_too && speaks)) return;
    Because because = Start(voice, worst, evaluator_.VendorOf(leaf), worth, leaf.text);
    // Of an artifact's own terms most are of the work as well.
    if (because.scope == Scope::kOwn && grant.scopes.Has(Scope::kWork)) because.scope = Scope::kWork;
    because.answer = grant.answer;
    because.section = grant.clause.section;
    because.says = grant.clause.says;
    because.when = grant.when.text;
    if (worth == Verdict::kConditional) {
      Missing missing;
      for (const Way way : worst)
        static_cast<void>(evaluator_.worth().Of(license, grant, way, &missing));
      because.missing = missing.keys.Values();
      because.missing_facts = std::move(missing.facts);
    }
    because.source = SourceOf(snapshot_, voice.origin, leaf);
    proof_.push_back(std::move(because));
  }

  Evaluator& evaluator_;
  const Snapshot& snapshot_;
  const Evaluation& evaluation_;
  const Right right_;
  std::vector<Because> proof_;
};

}  // namespace

Route RouteOf(const Snapshot& snapshot, VertexId target, const Voice& voice, const WaySet& ways,
              LicensorId vendor) {
  std::optional<Route> best;
  const bool clean = ways.Any([](const Way& way) { return !way.contested; });
  const bool by_vendor =
      vendor.valid() && std::any_of(voice.speakers.begin(), voice.speakers.end(),
                                    [&](const Voice::Speaker& s) { return s.vendor == vendor; });
  for (const Voice::Speaker& speaker : voice.speakers) {
    if (speaker.reach != nullptr && by_vendor != speaker.vendor.valid()) continue;
    if (speaker.reach != nullptr && by_vendor && speaker.vendor != vendor) continue;
    for (const Way way : ways) {
      if (way.contested == clean) continue;
      Route route{{}, way};
      if (speaker.reach == nullptr) {
        if (way.form != Form::kOwn) continue;
      } else {
        if (!speaker.reach->WaysOf(speaker.vertex, voice.edge_terms).Has(way)) continue;
        route.path = speaker.reach->PathOf(speaker.vertex, way, voice.edge_terms);
      }
      const EdgePath copy =
          CopyPath(snapshot, speaker.reach == nullptr ? target : speaker.vertex, voice.origin);
      route.path.insert(route.path.end(), copy.begin(), copy.end());
      if (!best || IsShorter(snapshot, route.path, best->path)) best = std::move(route);
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
  std::size_t steps = 0;
  for (const Voice& voice : evaluation.voices) {
    if (++steps % kStepsBetweenLooks == 0 && evaluator->query().stop.Requested()) break;
    limits.AddVoice(voice, evaluator->Choose(voice, asked_with), false, false);
  }
  std::vector<Because> proof = limits.Take();
  if (!proof.empty()) return proof;
  Prover grants(evaluator, evaluation, right);
  for (const Voice& voice : evaluation.voices) {
    if (voice.own) grants.AddVoice(voice, evaluator->Choose(voice, asked_with), true, false);
  }
  return grants.Take();
}

std::vector<Because> ProveContested(Evaluator* evaluator, const Evaluation& evaluation,
                                    Right right) {
  Prover prover(evaluator, evaluation, right);
  std::size_t steps = 0;
  for (const Voice& voice : evaluation.voices) {
    if (++steps % kStepsBetweenLooks == 0 && evaluator->query().stop.Requested()) break;
    if (voice.kind != Voice::Kind::kLicense) continue;
    prover.AddVoice(voice, evaluator->Choose(voice, RightSet::All()), false, true);
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
  for (const bool contested : {false, true}) {
    ForEachDuty(
        evaluator, evaluation, asked_with, contested,
        [&](const Voice& voice, const BoundExpression& leaf, const License& license,
            const Duty& duty, const WaySet& ways) {
          DutyView view;
          view.kind = duty.kind;
          view.on = duty.on;
          view.value = duty.value;
          view.satisfied_by = duty.satisfied_by;
          if (leaf.or_later && duty.kind == DutyKind::kShareAlike) {
            view.satisfied_by.insert(view.satisfied_by.end(), license.later_versions.begin(),
                                     license.later_versions.end());
            std::sort(view.satisfied_by.begin(), view.satisfied_by.end());
            view.satisfied_by.erase(
                std::unique(view.satisfied_by.begin(), view.satisfied_by.end()),
                view.satisfied_by.end());
          }
          view.license = license.id;
          view.section = duty.clause.section;
          view.says = duty.clause.says;
          view.origin = snapshot.IdOf(voice.origin);
          view.component = snapshot.Get(voice.origin).component;
          const LicensorId vendor = evaluator->VendorOf(leaf);
          view.path =
              ToHops(snapshot, RouteOf(snapshot, evaluation.target, voice, ways, vendor).path);
          view.contested = contested;
          // By a path with a change it is about a modified version.
          const bool changed = ways.Any([](const Way& way) {
            return way.change != Alteration::kExact || way.form == Form::kTraining;
          });
          if (context.use_mode) view.due = IsDue(duty.on, acts, context.modified || changed);
          view.if_you_made_it = view.due.value_or(true) && duty.on.Has(Trigger::kModification) &&
                                changed && !context.made_it && !context.modified;
          view.if_similar = license.models_from_outputs &&
                            license.models_from_outputs->similar_only &&
                            !evaluator->worth().similar() && !ways.Any([](const Way& way) {
                              return way.form != Form::kMade || !way.perhaps_similar;
                            });
          view.beside = !ways.empty() && !ways.Any([](const Way& way) {
            return way.place != Place::kBeside;
          });
          // Of a collection's part it may concern the whole: that hangs on the theory.
          if (!contested && view.beside && duty.contested_in_collections &&
              snapshot.KindOf(evaluation.target) == ArtifactKind::kDataset &&
              snapshot.KindOf(voice.origin) == ArtifactKind::kDataset) {
            view.contested = evaluator->worth().database_right() == Setting::kOpen;
            view.beside = evaluator->worth().database_right() == Setting::kNo;
          }
          duties.push_back(std::move(view));
        });
  }
  return duties;
}

}  // namespace lineage
