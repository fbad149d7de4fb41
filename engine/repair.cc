#include "engine/repair.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/hypothesis.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/explainer.h"
#include "engine/permission/passage.h"
#include "engine/permission/vertex_cut.h"

namespace lineage {
namespace {

using Ids = std::set<std::string>;

// What stands in for a replaced artifact is under this: everything permitted, nothing asked for.
constexpr const char* kReplacement = "LicenseRef-lineage-replacement";

std::shared_ptr<const LicenseTable> WithReplacement(const LicenseTable& licenses) {
  auto catalog = std::make_shared<Catalog>();
  catalog->licenses = licenses.catalog().licenses;
  catalog->exceptions = licenses.catalog().exceptions;
  catalog->vocabulary = licenses.catalog().vocabulary;
  License replacement;
  replacement.id = kReplacement;
  replacement.license_class = LicenseClass::kOpenSource;
  replacement.basis = Basis::kText;
  Grant everything;
  everything.rights = RightSet::All();
  everything.answer = Answer::kPermitted;
  everything.scopes = ScopeSet::All();
  replacement.grants.push_back(std::move(everything));
  catalog->licenses.push_back(std::move(replacement));
  return std::make_shared<const LicenseTable>(std::move(catalog));
}

// A claim that wins over all others.
Claim LicenseClaim(const std::string& subject, const std::string& text, Component component,
                   Date day) {
  Claim claim;
  claim.subject = subject;
  claim.statement = StatementKind::kLicense;
  claim.text = text;
  claim.component = component;
  claim.source.kind = SourceKind::kLegalReview;
  claim.source.said = day;
  return claim;
}

// What is upstream of the target, and what it would be with changes made to it.
class World {
 public:
  World(const Engine& part, const LicenseTable& licenses, const SnapshotKey& key)
      : licenses_(WithReplacement(licenses)), key_(key) {
    const Records& records = part.records();
    for (std::size_t i = 0; i < records.artifact_count(); ++i) {
      base_.artifacts.push_back(records.Get(ArtifactIndex(i)));
    }
    // Only what decides verdicts, without its words: it is copied for every evaluation.
    for (std::size_t i = 0; i < records.claim_count(); ++i) {
      const Claim claim = records.Get(ClaimIndex(i));
      if (claim.statement == StatementKind::kRemark || claim.statement == StatementKind::kAlias ||
          claim.statement == StatementKind::kReleases ||
          claim.statement == StatementKind::kPublishes || claim.statement == StatementKind::kFact) {
        continue;
      }
      Claim lean = claim;
      lean.quote.clear();
      lean.where.clear();
      lean.source.document.clear();
      base_.claims.push_back(std::move(lean));
    }
  }

  // With `replaced` made from nothing and under no terms, and `added` on top.
  [[nodiscard]] std::shared_ptr<const Snapshot> With(const Ids& replaced,
                                                     const std::vector<Claim>& added) const {
    Catalog catalog;
    catalog.artifacts = base_.artifacts;
    for (const Claim& claim : base_.claims) {
      if (!replaced.contains(claim.subject)) catalog.claims.push_back(claim);
    }
    for (const std::string& id : replaced) {
      for (const Component component : EnumValues<Component>()) {
        catalog.claims.push_back(LicenseClaim(id, kReplacement, component, key_.as_of));
      }
    }
    catalog.claims.insert(catalog.claims.end(), added.begin(), added.end());
    return Snapshot::Build(catalog, licenses_, key_);
  }

  [[nodiscard]] Date day() const { return key_.as_of; }

 private:
  const std::shared_ptr<const LicenseTable> licenses_;
  const SnapshotKey key_;
  Catalog base_;
};

// One evaluation: the verdict, and if it falls short, what one of has to be replaced.
struct Trial {
  Verdict verdict = Verdict::kPermitted;
  bool complete = true;
  std::vector<std::string> witness;  // in order of id; empty: terms of its own are in the way
};

class RepairSearch {
 public:
  RepairSearch(const World& world, std::string target, Component component, const Query& query,
               const RepairOptions& options)
      : world_(world),
        target_(std::move(target)),
        component_(component),
        query_(query),
        options_(options) {}

  void Run(RepairPlan* plan) {
    const Trial now = Try({});
    plan->verdict = now.verdict;
    plan->passes = now.verdict >= options_.accept;
    if (plan->passes) return;
    plan->complete = now.complete;
    if (!now.complete) return;
    Confirm(plan);
    const std::optional<Ids> cut = Cut();
    if (!cut || Try(*cut).verdict < options_.accept) return;  // its own terms are in the way
    plan->possible = true;
    const uint64_t upper = CostOf(*cut);
    const uint64_t lower = LowerBound();
    uint64_t budget = lower;
    while (found_.empty() && !exhausted_) {
      next_budget_ = upper;
      seen_.clear();
      Search({}, 0, budget);
      if (budget >= upper) break;
      if (found_.empty()) budget = std::max(budget + 1, next_budget_);
    }
    plan->complete = !exhausted_ && found_.size() <= options_.max_sets;
    if (found_.empty()) found_.insert(*cut);  // the search was cut short: this one is valid
    plan->cheapest = CostOf(*found_.begin()) == lower || !exhausted_;
    for (const Ids& ids : found_) {
      if (plan->sets.size() == options_.max_sets) break;
      plan->sets.push_back({{ids.begin(), ids.end()}, CostOf(ids), Try(ids).verdict});
    }
  }

 private:
  Trial Try(const Ids& replaced, const std::vector<Claim>& added = {}) {
    ++evaluations_;
    const auto snapshot = world_.With(replaced, added);
    Evaluator evaluator(*snapshot, query_);
    const VertexId target = snapshot->FindVertex(target_, component_);
    const Evaluation evaluation = evaluator.Evaluate(target);
    Trial trial;
    trial.verdict = evaluation.joint;
    trial.complete = evaluation.complete;
    if (trial.verdict >= options_.accept) return trial;
    for (const Voice& voice : evaluation.voices) {
      if (!Fails(&evaluator, voice)) continue;
      trial.witness = WitnessOf(&evaluator, evaluation, voice);
      break;
    }
    return trial;
  }

  bool Fails(Evaluator* evaluator, const Voice& voice) const {
    return evaluator->Choose(voice, query_.rights).verdict < options_.accept;
  }

  // Artifacts, one of which every repair has to hold: they lie on the shortest ways of arrivals
  // that are enough for `voice` to fail.
  std::vector<std::string> WitnessOf(Evaluator* evaluator, const Evaluation& evaluation,
                                     Voice voice) const {
    for (const auto& [vendor, way] : WaysOf(voice)) {
      Voice fewer = voice;
      MutableWays(vendor, &fewer).Remove(way);
      if (Fails(evaluator, fewer)) voice = std::move(fewer);
    }
    const Snapshot& snapshot = evaluator->snapshot();
    Ids witness;
    for (const auto& [vendor, way] : WaysOf(voice)) {
      for (const Edge* edge :
           RouteOf(snapshot, evaluation.target, voice, WaySet{way}, vendor).path) {
        witness.insert(snapshot.IdOf(edge->parent));
        if (edge->in_cycle) AddCycle(snapshot, snapshot.Get(edge->parent).cycle, &witness);
      }
    }
    if (voice.kind == Voice::Kind::kUndeclared) AddCopied(snapshot, voice.origin, &witness);
    witness.erase(target_);
    return {witness.begin(), witness.end()};
  }

  // All ways by which a voice is heard, with the vendor whose agreements they are about.
  static std::vector<std::pair<LicensorId, Way>> WaysOf(const Voice& voice) {
    std::vector<std::pair<LicensorId, Way>> all;
    for (const Way way : voice.arrivals.general) all.emplace_back(LicensorId::None(), way);
    for (const auto& [vendor, ways] : voice.arrivals.by_vendor) {
      for (const Way way : ways) all.emplace_back(vendor, way);
    }
    return all;
  }
  static WaySet& MutableWays(LicensorId vendor, Voice* voice) {
    for (auto& [whose, ways] : voice->arrivals.by_vendor) {
      if (whose == vendor) return ways;
    }
    return voice->arrivals.general;
  }

  // Members of a cycle convey more to each other than their relations alone do: whichever of them
  // is replaced may end that.
  static void AddCycle(const Snapshot& snapshot, uint32_t cycle, Ids* ids) {
    for (std::size_t v = 0; v < snapshot.vertex_count(); ++v) {
      const VertexId id = snapshot.VertexAt(v);
      if (snapshot.Get(id).cycle == cycle) ids->insert(snapshot.IdOf(id));
    }
  }

  // What an undeclared copy would take its licence from, if that had one.
  static void AddCopied(const Snapshot& snapshot, VertexId copy, Ids* ids) {
    std::vector<VertexId> open = {copy};
    while (!open.empty()) {
      const VertexId at = open.back();
      open.pop_back();
      for (const Edge& edge : snapshot.Upstream(at)) {
        if (ClassOf(edge.relation) != RelationClass::kCopy) continue;
        const bool fresh = ids->insert(snapshot.IdOf(edge.parent)).second;
        if (fresh && snapshot.Get(edge.parent).conclusion.kind == Conclusion::Kind::kUndeclared) {
          open.push_back(edge.parent);
        }
      }
    }
  }

  [[nodiscard]] uint32_t CostOf(const std::string& id) const {
    for (const auto& [pattern, cost] : options_.costs) {
      if (MatchesPattern(pattern, id)) return cost;
    }
    return 1;
  }
  [[nodiscard]] uint64_t CostOf(const Ids& ids) const {
    uint64_t cost = 0;
    for (const std::string& id : ids) cost += CostOf(id);
    return cost;
  }

  // A cut of all ways from the target to what fails: valid, though ways that convey nothing are cut
  // as well. Nothing if the target's own terms fail.
  std::optional<Ids> Cut() {
    // An undeclared copy of undeclared things takes the licence of one that is replaced.
    Ids first;
    while (true) {
      const auto snapshot = world_.With(first, {});
      Evaluator evaluator(*snapshot, query_);
      const Evaluation evaluation = evaluator.Evaluate(snapshot->FindVertex(target_, component_));
      const auto own =
          std::find_if(evaluation.voices.begin(), evaluation.voices.end(), [&](const Voice& voice) {
            return voice.origin == evaluation.target && Fails(&evaluator, voice);
          });
      if (own == evaluation.voices.end()) {
        std::optional<Ids> cut = Cut(&evaluator, evaluation);
        if (cut) cut->insert(first.begin(), first.end());
        return cut;
      }
      const std::vector<std::string> witness = WitnessOf(&evaluator, evaluation, *own);
      const auto cheapest = std::min_element(
          witness.begin(), witness.end(),
          [&](const std::string& a, const std::string& b) { return CostOf(a) < CostOf(b); });
      if (cheapest == witness.end()) return std::nullopt;
      first.insert(*cheapest);
    }
  }

  std::optional<Ids> Cut(Evaluator* evaluator, const Evaluation& evaluation) const {
    const Snapshot* const snapshot = &evaluator->snapshot();
    std::map<std::string, uint32_t> number;
    std::vector<std::string> ids;
    std::vector<uint32_t> costs;
    const auto number_of = [&](const std::string& id) {
      const auto [it, fresh] = number.try_emplace(id, static_cast<uint32_t>(ids.size()));
      if (fresh) {
        ids.push_back(id);
        costs.push_back(CostOf(id));
      }
      return it->second;
    };
    const uint32_t from = number_of(target_);
    std::vector<std::pair<uint32_t, uint32_t>> edges;
    for (std::size_t v = 0; v < snapshot->vertex_count(); ++v) {
      for (const Edge& edge : snapshot->Upstream(snapshot->VertexAt(v))) {
        if (!edge.in_cycle && !Passages::Of(query_).Conveys(edge.relation)) {
          continue;
        }
        edges.emplace_back(number_of(snapshot->IdOf(edge.child)),
                           number_of(snapshot->IdOf(edge.parent)));
      }
    }
    std::vector<uint32_t> targets;
    for (const Voice& voice : evaluation.voices) {
      if (Fails(evaluator, voice)) targets.push_back(number_of(snapshot->IdOf(voice.origin)));
    }
    const auto cut = MinimumVertexCut(costs, edges, from, targets);
    if (!cut) return std::nullopt;
    Ids result;
    for (const uint32_t v : *cut) result.insert(ids[v]);
    return result;
  }

  // Ways that share no artifact each need one of their own.
  uint64_t LowerBound() {
    Ids replaced;
    uint64_t bound = 0;
    while (true) {
      const Trial trial = Try(replaced);
      if (trial.verdict >= options_.accept || trial.witness.empty()) return bound;
      uint32_t least = CostOf(trial.witness[0]);
      for (const std::string& id : trial.witness) least = std::min(least, CostOf(id));
      bound += least;
      replaced.insert(trial.witness.begin(), trial.witness.end());
    }
  }

  void Search(const Ids& replaced, uint64_t cost, uint64_t budget) {
    if (found_.size() > options_.max_sets || exhausted_ || !seen_.insert(replaced).second) return;
    if (evaluations_ >= options_.max_evaluations || query_.stop.Requested()) {
      exhausted_ = true;
      return;
    }
    const Trial trial = Try(replaced);
    if (trial.verdict >= options_.accept) {
      found_.insert(replaced);
      return;
    }
    for (const std::string& id : trial.witness) {
      const uint64_t more = cost + CostOf(id);
      if (more > budget) {
        next_budget_ = std::min(next_budget_, more);
        continue;
      }
      Ids next = replaced;
      next.insert(id);
      Search(next, more, budget);
    }
  }

  // Single claims that would make it pass.
  void Confirm(RepairPlan* plan) {
    const auto snapshot = world_.With({}, {});
    Evaluator evaluator(*snapshot, query_);
    const VertexId target = snapshot->FindVertex(target_, component_);
    const Evaluation evaluation = evaluator.Evaluate(target);
    const auto add = [&](Confirmation confirmation, const Claim& claim) {
      if (evaluations_ >= options_.max_evaluations || query_.stop.Requested()) return;
      auto& list = plan->confirmations;
      if (std::find(list.begin(), list.end(), confirmation) != list.end()) return;
      if (Try({}, {claim}).verdict >= options_.accept) list.push_back(std::move(confirmation));
    };
    for (const Voice& voice : evaluation.voices) {
      if (!Fails(&evaluator, voice)) continue;
      ConfirmLicense(*snapshot, voice, add);
      ConfirmEdges(*snapshot, target, voice, add);
    }
  }

  template <typename Add>
  void ConfirmLicense(const Snapshot& snapshot, const Voice& voice, const Add& add) const {
    const std::string id = snapshot.IdOf(voice.origin);
    const Vertex& vertex = snapshot.Get(voice.origin);
    bool open = voice.kind != Voice::Kind::kLicense;
    if (!open) {
      ForEachLeaf(*voice.expression, [&](const BoundExpression& leaf) {
        open |=
            !leaf.license.valid() || snapshot.licenses().Get(leaf.license).basis == Basis::kNone;
      });
    }
    if (open) {
      Confirmation any;
      any.kind = ConfirmationKind::kAnyLicense;
      any.artifact = id;
      add(std::move(any), LicenseClaim(id, kReplacement, vertex.component, world_.day()));
    }
    for (const ClaimIndex index : snapshot.ClaimsAbout(vertex.artifact)) {
      const Claim claim = snapshot.Get(index);
      if (claim.statement != StatementKind::kLicense || !snapshot.IsValid(snapshot.Row(index)) ||
          claim.as_found)
        continue;
      const Component about =
          claim.component.value_or(PrimaryComponent(snapshot.KindOf(voice.origin)));
      const std::string text = snapshot.licenses().Bind(claim.text).text;
      if (about != vertex.component || text == ConclusionText(snapshot, voice.origin)) continue;
      Confirmation license;
      license.kind = ConfirmationKind::kLicense;
      license.artifact = id;
      license.license = text;
      license.by = claim.source.by;
      add(std::move(license), LicenseClaim(id, claim.text, vertex.component, world_.day()));
    }
  }

  // Relations that nobody stated in so many words.
  template <typename Add>
  void ConfirmEdges(const Snapshot& snapshot, VertexId target, const Voice& voice,
                    const Add& add) const {
    for (const auto& [vendor, way] : WaysOf(voice)) {
      for (const Edge* edge : RouteOf(snapshot, target, voice, WaySet{way}, vendor).path) {
        const Claim claim = snapshot.Get(edge->claim);
        if (!claim.inferred && RankOf(claim.source.kind) < RankOf(SourceKind::kCurated)) continue;
        Claim denial = claim;
        denial.denies = true;
        denial.source.kind = SourceKind::kLegalReview;
        denial.source.said = world_.day();
        denial.valid = Interval();
        Confirmation none;
        none.kind = ConfirmationKind::kNoEdge;
        none.artifact = claim.subject;
        none.relation = claim.relation;
        none.parent = claim.parent;
        none.by = claim.source.by;
        add(std::move(none), denial);
      }
    }
  }

  const World& world_;
  const std::string target_;
  const Component component_;
  const Query query_;
  const RepairOptions& options_;
  std::set<Ids> found_;
  std::set<Ids> seen_;
  std::size_t evaluations_ = 0;
  uint64_t next_budget_ = 0;
  bool exhausted_ = false;
};

}  // namespace

absl::StatusOr<RepairPlan> Repair(const Engine& engine, absl::string_view artifact,
                                  const Question& question, const RepairOptions& options) {
  for (const auto& [pattern, cost] : options.costs) {
    if (cost < 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("the cost of ", EscapeForTerminal(pattern), " is below 1"));
    }
  }
  Question plain = question;
  plain.hypothesis = nullptr;
  const Hypothesis nothing;
  ASSIGN_OR_RETURN(
      const Supposed part,
      Suppose(engine, question.key, question.hypothesis ? *question.hypothesis : nothing,
              {std::string(artifact)}, Extent::kUpstream));
  ASSIGN_OR_RETURN(const Explanation explanation, part.engine->Explain(part.focus[0], plain));
  RepairPlan plan;
  plan.artifact = explanation.artifact;
  plan.component = explanation.component;
  plan.rights = plain.query.rights;
  Query query = plain.query;
  ASSIGN_OR_RETURN(query.context, engine.Validate(query.context));
  const World world(*part.engine, engine.licenses(), plain.key);
  RepairSearch(world, plan.artifact, plan.component, query, options).Run(&plan);
  if (!plan.passes && !plan.possible) {
    for (const Because& because : explanation.joint_because) {
      if (because.path.empty() && because.verdict < options.accept) plan.own.push_back(because);
    }
  }
  return plan;
}

}  // namespace lineage
