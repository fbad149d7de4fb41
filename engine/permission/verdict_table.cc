#include "engine/permission/verdict_table.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "engine/graph/marks.h"
#include "engine/graph/traversal.h"
#include "engine/license/condition.h"
#include "engine/permission/conveyance.h"
#include "engine/permission/evaluator.h"

namespace lineage {
namespace {

// A word holds the terms of one scope:
//   0–9    rights that are conditional or worse
//   10–19  rights that are undetermined or worse
//   20–29  rights that are prohibited
//   30–40  kinds of duties
//   41–50  work, derivative: rights that are prohibited contestedly
//   41–47  output: the licence class is worse than the first, second, …
//   51     work, derivative: share-alike that arrives contested
//   52     work, derivative: nobody declared a licence
//   53     there is a choice among licences: not to be told in bits
constexpr int kUndeterminedAt = VerdictTable::Row::kUndeterminedAt;
constexpr int kProhibitedAt = VerdictTable::Row::kProhibitedAt;
constexpr int kDutiesAt = VerdictTable::Row::kDutiesAt;
constexpr int kClassAt = VerdictTable::Row::kClassAt;
constexpr int kContestedAt = kClassAt;  // in words that have no class
constexpr uint64_t kRights = (uint64_t{1} << kRightCount) - 1;
constexpr uint64_t kClean = (uint64_t{1} << 41U) - 1;
constexpr uint64_t kContestedRights = kRights << kContestedAt;
constexpr uint64_t kShareAlikeContested = uint64_t{1} << 51U;
constexpr uint64_t kContested = kContestedRights | kShareAlikeContested;
constexpr uint64_t kClassBits = uint64_t{0x7F} << kClassAt;
constexpr uint64_t kLack = uint64_t{1} << 52U;
constexpr uint64_t kChoice = uint64_t{1} << 53U;
constexpr auto kClassWord = static_cast<std::size_t>(Scope::kOutput);
constexpr std::size_t kScopes = kEnumSize<Scope>;
constexpr uint32_t kNoState = ~uint32_t{0};
// Past these a vertex is left to the evaluator.
constexpr int kMostSteps = 20'000;
constexpr std::size_t kMostLeftOut = 8;
// Licensors that are listed one by one.
constexpr std::size_t kMostListed = 512;

uint64_t VerdictBits(Verdict verdict, uint64_t rights) {
  uint64_t bits = 0;
  if (verdict <= Verdict::kConditional) bits |= rights;
  if (verdict <= Verdict::kUndetermined) bits |= rights << kUndeterminedAt;
  if (verdict == Verdict::kProhibited) bits |= rights << kProhibitedAt;
  return bits;
}

uint64_t DutyBit(DutyKind kind) { return uint64_t{1} << (kDutiesAt + static_cast<int>(kind)); }

uint64_t ClassWord(LicenseClass license_class) {
  return ((uint64_t{1} << static_cast<uint32_t>(license_class)) - 1) << kClassAt;
}

// What clean terms of a word become where an edge contests its scope.
uint64_t ContestedOf(uint64_t word) {
  const uint64_t share_alike = word >> (kDutiesAt + static_cast<int>(DutyKind::kShareAlike)) & 1;
  return (word >> kProhibitedAt & kRights) << kContestedAt | share_alike << 51U;
}

// A set of licensors as bits by hash: has all that were put in, and perhaps others.
using Licensors = std::array<uint64_t, 4>;

uint64_t HashOf(LicensorId id) { return id.value() * 0x9E3779B97F4A7C15U >> 56U; }

void Put(LicensorId id, Licensors* set) {
  if (id.valid()) (*set)[HashOf(id) >> 6U] |= uint64_t{1} << (HashOf(id) & 63U);
}
bool MayHave(const Licensors& set, LicensorId id) {
  return id.valid() && (set[HashOf(id) >> 6U] >> (HashOf(id) & 63U) & 1) != 0;
}

}  // namespace

// The computing of one table.
class VerdictSweep {
 public:
  using Terms = VerdictTable::Terms;
  using State = VerdictTable::State;
  using Rows = VerdictTable::Rows;
  static constexpr std::size_t kStances = VerdictTable::kStances;

  explicit VerdictSweep(VerdictTable* table) : table_(*table), s_(*table->snapshot_) {
    for (const RelationClass c : EnumValues<RelationClass>()) {
      for (const Stance stance : EnumValues<Stance>()) {
        const Conveyance conveyance = ConveyanceOf(c, stance, table_.query_.adapter, false);
        Mask& mask = masks_[static_cast<std::size_t>(c)];
        const bool any = !conveyance.conveys.empty() || !conveyance.contests.empty();
        mask.conveys |= any || conveyance.carries_class;
        for (const Scope scope : EnumValues<Scope>()) {
          const auto w = static_cast<std::size_t>(scope);
          uint64_t& word = mask.keeps[static_cast<std::size_t>(stance)][w];
          const bool conveys = conveyance.conveys.Has(scope);
          const bool contests = conveyance.contests.Has(scope);
          if (conveys) word |= kClean | kLack;
          if (w < 2 && (conveys || contests)) word |= kContested;
          if (any) word |= kChoice;
          if (contests) mask.contests |= 1U << static_cast<uint32_t>(stance);
        }
        if (conveyance.carries_class) {
          mask.keeps[static_cast<std::size_t>(stance)][kClassWord] |= kClassBits;
        }
      }
    }
    for (std::size_t e = table_.expressions_.size(); e < s_.expression_count(); ++e) {
      table_.expressions_.push_back(TermsOf(s_.Get(ExpressionId(e))));
    }
    lack_ = {kLack, kLack, ClassWord(LicenseClass::kUndeclared), 0};
  }

  void AddRows() {
    table_.rows_.resize(s_.artifact_count());
    while (table_.state_of_.size() < s_.artifact_count()) table_.state_of_.push_back(kNoState);
    const std::size_t parts = s_.vertex_count() - s_.artifact_count();
    while (table_.part_state_of_.size() < parts) table_.part_state_of_.push_back(kNoState);
  }

  // What `vertex` passes on; computed, with what it needs, if it was not.
  const State& StateOf(VertexId vertex) {
    const uint32_t known = Slot(vertex);
    if (known != kNoState) return table_.states_[known];
    std::vector<VertexId> open = {vertex};
    while (!open.empty()) {
      const VertexId at = open.back();
      if (Slot(at) != kNoState) {
        open.pop_back();
        continue;
      }
      const std::size_t before = open.size();
      if (s_.Get(at).cycle == 0) {
        for (const Edge& edge : s_.Upstream(at)) {
          if (Passes(edge.relation) && Slot(edge.parent) == kNoState) open.push_back(edge.parent);
        }
      }
      if (open.size() > before) continue;
      ComputeState(at);
      open.pop_back();
    }
    return table_.states_[Slot(vertex)];
  }

  void ComputeState(VertexId vertex) {
    State state = OwnWith(vertex, Inherited(vertex));
    state.exact = LicensorsOf(vertex);
    const uint32_t slot = Slot(vertex);
    if (slot != kNoState) {
      table_.states_.Mutable(slot) = state;
      return;
    }
    const auto fresh = static_cast<uint32_t>(table_.states_.size());
    table_.states_.push_back(state);
    if (vertex.value() < Snapshot::kFirstPart) {
      table_.state_of_.Mutable(vertex.value()) = fresh;
    } else {
      table_.part_state_of_.Mutable(vertex.value() - Snapshot::kFirstPart) = fresh;
    }
  }

  [[nodiscard]] bool HasState(VertexId vertex) const { return Slot(vertex) != kNoState; }

  // Needs the states of the parents.
  Rows RowsOf(VertexId vertex, std::array<std::optional<Evaluator>, kStances>* evaluators,
              std::size_t* evaluated) {
    const Terms own = OwnTerms(vertex);
    State above;
    if (!Sum(vertex, &above) || ((own[0] | above.terms[0][0]) & kChoice) != 0) {
      ++*evaluated;
      return Evaluated(vertex, evaluators);
    }
    Rows rows;
    for (std::size_t stance = 0; stance < kStances; ++stance) {
      rows[stance] = Fold(own, above.terms[stance]);
    }
    return rows;
  }

  [[nodiscard]] bool Passes(Relation relation) const {
    return masks_[static_cast<std::size_t>(ClassOf(relation))].conveys;
  }

 private:
  struct Mask {
    std::array<Terms, kStances> keeps{};
    uint32_t contests = 0;  // stances
    bool conveys = false;   // under any stance
  };

  [[nodiscard]] uint32_t Slot(VertexId vertex) const {
    return vertex.value() < Snapshot::kFirstPart
               ? table_.state_of_[vertex.value()]
               : table_.part_state_of_[vertex.value() - Snapshot::kFirstPart];
  }

  Terms TermsOf(const BoundExpression& expression) {
    Terms terms{};
    ForEachLeaf(expression, [&](const BoundExpression& leaf) {
      if (!leaf.license.valid()) {
        for (const std::size_t w : {0, 1}) terms[w] |= VerdictBits(Verdict::kUndetermined, kRights);
        return;
      }
      const License& license = s_.licenses().Get(leaf.license);
      for (const Grant& grant : license.grants) {
        const Verdict value = ValueOf(grant, table_.query_.context, nullptr);
        for (const Scope scope : grant.scopes) {
          terms[static_cast<std::size_t>(scope)] |= VerdictBits(value, grant.rights.bits());
        }
      }
      for (const Duty& duty : license.duties) {
        for (const Scope scope : DutyScopes(s_.licenses(), leaf, duty)) {
          terms[static_cast<std::size_t>(scope)] |= DutyBit(duty.kind);
        }
      }
    });
    terms[kClassWord] |= ClassWord(ClassOfExpression(s_.licenses(), expression));
    if (HasChoice(expression)) {
      for (uint64_t& word : terms) word |= kChoice;
    }
    return terms;
  }

  // Calls `visit` with each expression that a vertex speaks (null: none) and whose it is.
  template <typename Visit>
  void ForEachSpeech(VertexId id, const Visit& visit) const {
    const Vertex& vertex = s_.Get(id);
    switch (vertex.conclusion.kind) {
      case Conclusion::Kind::kDeclared:
        return visit(table_.expressions_[vertex.conclusion.expression.value()], vertex.licensor.id);
      case Conclusion::Kind::kTaken:
        for (const VertexId origin : s_.OriginsOf(id)) {
          const Vertex& speaks = s_.Get(origin);
          visit(table_.expressions_[speaks.conclusion.expression.value()], speaks.licensor.id);
        }
        return;
      default:
        visit(lack_, vertex.licensor.id);
    }
  }

  Terms OwnTerms(VertexId id) const {
    Terms terms{};
    ForEachSpeech(id, [&](const Terms& said, LicensorId) { AddTo(&terms, said); });
    return terms;
  }

  static void AddTo(Terms* terms, const Terms& more) {
    for (std::size_t w = 0; w < kScopes; ++w) (*terms)[w] |= more[w];
  }

  // What of `terms` passes down an edge.
  void Convey(const Mask& mask, const std::array<Terms, kStances>& terms,
              std::array<Terms, kStances>* below) const {
    for (std::size_t stance = 0; stance < kStances; ++stance) {
      const Terms& from = terms[stance];
      Terms& to = (*below)[stance];
      for (std::size_t w = 0; w < kScopes; ++w) to[w] |= from[w] & mask.keeps[stance][w];
    }
    if (mask.contests == 0) return;
    for (std::size_t stance = 0; stance < kStances; ++stance) {
      if ((mask.contests >> stance & 1U) == 0) continue;
      for (const std::size_t w : {0, 1}) (*below)[stance][w] |= ContestedOf(terms[stance][w]);
    }
  }

  // Everybody whose terms are at the vertex or upstream; null if they are too many, or it is on a
  // cycle.
  std::shared_ptr<const std::vector<LicensorId>> LicensorsOf(VertexId id) const {
    if (s_.Get(id).cycle != 0) return nullptr;
    std::vector<LicensorId> all;
    for (const Edge& edge : s_.Upstream(id)) {
      if (!Passes(edge.relation)) continue;
      const auto& more = table_.states_[Slot(edge.parent)].exact;
      if (more == nullptr) return nullptr;
      std::vector<LicensorId> both;
      std::set_union(all.begin(), all.end(), more->begin(), more->end(), std::back_inserter(both));
      all = std::move(both);
    }
    ForEachSpeech(id, [&](const Terms&, LicensorId whose) {
      const auto place = std::lower_bound(all.begin(), all.end(), whose);
      if (whose.valid() && (place == all.end() || *place != whose)) all.insert(place, whose);
    });
    if (all.size() > kMostListed) return nullptr;
    return std::make_shared<const std::vector<LicensorId>>(std::move(all));
  }

  // True if terms of `licensor` are at or above the vertex of a state; if they are many, perhaps.
  static bool Has(const State& state, LicensorId licensor) {
    if (!MayHave(state.licensors, licensor)) return false;
    return state.exact == nullptr ||
           std::binary_search(state.exact->begin(), state.exact->end(), licensor);
  }

  // What reaches a vertex from its parents' states. False if bits cannot tell.
  bool Sum(VertexId id, State* above) const {
    const Vertex& vertex = s_.Get(id);
    if (vertex.cycle != 0) return false;
    for (const Edge& edge : s_.Upstream(id)) {
      const Mask& mask = masks_[static_cast<std::size_t>(ClassOf(edge.relation))];
      if (!mask.conveys) continue;
      const State& state = table_.states_[Slot(edge.parent)];
      for (std::size_t i = 0; i < above->licensors.size(); ++i) {
        above->licensors[i] |= state.licensors[i];
      }
      Convey(mask, state.terms, &above->terms);
    }
    if (!MayHave(above->licensors, vertex.licensor.id)) return true;
    const absl::Span<const Edge> edges = s_.Upstream(id);
    if (std::none_of(edges.begin(), edges.end(), [&](const Edge& edge) {
          return Passes(edge.relation) &&
                 Has(table_.states_[Slot(edge.parent)], vertex.licensor.id);
        })) {
      return true;
    }
    int steps = kMostSteps;
    bool there = false;
    if (!SumWithout(id, {vertex.licensor.id}, &there, &steps, &above->terms)) return false;
    above->own_above = there;
    return true;
  }

  using LicensorList = absl::InlinedVector<LicensorId, 4>;

  // The same without the terms of some licensors, which are perhaps upstream: what comes by way of
  // vertices that may have them above is added up anew. `terms` has the sum with them; `there`
  // tells whether there are any. False after `steps`.
  bool SumWithout(VertexId id, const LicensorList& licensors, bool* there, int* steps,
                  std::array<Terms, kStances>* sum) const {
    const auto left_out = [&](LicensorId whose) {
      return whose.valid() &&
             std::find(licensors.begin(), licensors.end(), whose) != licensors.end();
    };
    const auto may_have = [&](VertexId parent) {
      const State& state = table_.states_[Slot(parent)];
      return std::any_of(licensors.begin(), licensors.end(),
                         [&](LicensorId licensor) { return Has(state, licensor); });
    };
    // Those vertices, parents before children; `id` comes last.
    std::vector<VertexId> order;
    std::vector<std::pair<VertexId, std::size_t>> open = {{id, 0}};
    Marks place(s_.vertex_count());
    while (!open.empty()) {
      auto& [at, next] = open.back();
      const absl::Span<const Edge> edges = s_.Upstream(at);
      if (next == edges.size()) {
        place.Set(s_.Dense(at), static_cast<uint32_t>(order.size()));
        order.push_back(at);
        open.pop_back();
        continue;
      }
      const Edge& edge = edges[next++];
      if (!Passes(edge.relation) || place.Has(s_.Dense(edge.parent)) || !may_have(edge.parent)) {
        continue;
      }
      if (s_.Get(edge.parent).cycle != 0 || --*steps < 0) return false;
      open.emplace_back(edge.parent, 0);
    }
    for (std::size_t i = 0; i + 1 < order.size() && !*there; ++i) {
      ForEachSpeech(order[i], [&](const Terms&, LicensorId whose) { *there |= left_out(whose); });
    }
    if (!*there) return true;
    std::vector<std::array<Terms, kStances>> without(order.size());  // what each passes on
    for (std::size_t i = 0; i < order.size(); ++i) {
      std::array<Terms, kStances>& terms = without[i];
      const Vertex& vertex = s_.Get(order[i]);
      // Its own licensor's are to be left out as well on their way through it.
      const bool nested = i + 1 < order.size() && !left_out(vertex.licensor.id) &&
                          table_.states_[Slot(order[i])].own_above;
      if (nested) {
        LicensorList more = licensors;
        more.push_back(vertex.licensor.id);
        bool any = true;  // to be added up anew in any case
        if (more.size() > kMostLeftOut || !SumWithout(order[i], more, &any, steps, &terms)) {
          return false;
        }
      }
      for (const Edge& edge : s_.Upstream(order[i])) {
        const Mask& mask = masks_[static_cast<std::size_t>(ClassOf(edge.relation))];
        if (nested || !mask.conveys) continue;
        Convey(mask,
               may_have(edge.parent) ? without[place.Get(s_.Dense(edge.parent))]
                                     : table_.states_[Slot(edge.parent)].terms,
               &terms);
      }
      if (i + 1 == order.size()) break;
      ForEachSpeech(order[i], [&](const Terms& said, LicensorId whose) {
        if (left_out(whose)) return;
        for (Terms& stance : terms) AddTo(&stance, said);
      });
    }
    *sum = without.back();
    return true;
  }

  State Inherited(VertexId id) {
    State above;
    if (Sum(id, &above)) return above;
    above = State();
    above.own_above = true;
    for (const Stance stance : EnumValues<Stance>()) {
      const Evaluation evaluation = EvaluatorFor(&evaluators_, stance).Evaluate(id);
      Terms& terms = above.terms[static_cast<std::size_t>(stance)];
      for (const Voice& voice : evaluation.voices) {
        ArrivalSet arrivals;
        for (const Voice::Speaker& speaker : voice.speakers) {
          if (speaker.reach != nullptr) arrivals = arrivals | speaker.arrivals;
        }
        if (arrivals.empty()) continue;
        const Terms& said =
            voice.kind == Voice::Kind::kLicense
                ? table_.expressions_[s_.Get(voice.origin).conclusion.expression.value()]
                : lack_;
        for (const Scope scope : EnumValues<Scope>()) {
          const auto w = static_cast<std::size_t>(scope);
          terms[w] |= said[w] & kChoice;
          if (CleanScopes(arrivals).Has(scope)) terms[w] |= said[w] & (kClean | kLack);
          if (w < 2 && ContestedScopes(arrivals).Has(scope)) terms[w] |= ContestedOf(said[w]);
        }
        if (arrivals.Has(Arrival::kClass)) terms[kClassWord] |= said[kClassWord] & kClassBits;
      }
    }
    // Whoever is upstream under any stance: too many bits only cost time.
    TraversalOptions all;
    all.max_vertices = s_.vertex_count();
    for (const Visit& visit : Traverse(s_, id, all).visits) {
      ForEachSpeech(visit.vertex,
                    [&](const Terms&, LicensorId whose) { Put(whose, &above.licensors); });
    }
    return above;
  }

  State OwnWith(VertexId id, State state) const {
    ForEachSpeech(id, [&](const Terms& said, LicensorId whose) {
      Put(whose, &state.licensors);
      for (Terms& terms : state.terms) AddTo(&terms, said);
    });
    return state;
  }

  // The artifact's own licence speaks by its scope `work` and by its class.
  [[nodiscard]] uint64_t Fold(const Terms& own, const Terms& above) const {
    const uint64_t work = own[0] | above[0] | above[1];
    uint64_t bits = (work | above[2] | above[3]) & kClean;
    if ((work & kLack) != 0) {
      bits |= VerdictBits(table_.query_.undeclared == UndeclaredPolicy::kProhibited
                              ? Verdict::kProhibited
                              : Verdict::kUndetermined,
                          kRights);
    }
    const uint64_t contested = above[0] | above[1];
    uint64_t rights = contested >> kContestedAt & kRights;
    if ((contested & kShareAlikeContested) != 0) {
      rights |= uint64_t{1} << static_cast<uint32_t>(Right::kSublicense);
    }
    bits |= VerdictBits(Verdict::kUndetermined, rights);
    return bits | ((own[kClassWord] | above[kClassWord]) & kClassBits);
  }

  Evaluator& EvaluatorFor(std::array<std::optional<Evaluator>, kStances>* evaluators,
                          Stance stance) const {
    std::optional<Evaluator>& evaluator = (*evaluators)[static_cast<std::size_t>(stance)];
    if (!evaluator) {
      Query query = table_.query_;
      query.stance = stance;
      query.rights = RightSet::All();
      evaluator.emplace(s_, query);
    }
    return *evaluator;
  }

  Rows Evaluated(VertexId id, std::array<std::optional<Evaluator>, kStances>* evaluators) const {
    Rows rows{};
    for (const Stance stance : EnumValues<Stance>()) {
      Evaluator& evaluator = EvaluatorFor(evaluators, stance);
      const Evaluation evaluation = evaluator.Evaluate(id);
      uint64_t bits = ClassWord(evaluation.license_class);
      for (const Right right : EnumValues<Right>()) {
        bits |= VerdictBits(evaluation.alone[static_cast<std::size_t>(right)],
                            uint64_t{1} << static_cast<uint32_t>(right));
      }
      ForEachDuty(&evaluator, evaluation, RightSet::All(),
                  [&](const Voice&, const BoundExpression&, const License&, const Duty& duty,
                      ScopeSet) { bits |= DutyBit(duty.kind); });
      rows[static_cast<std::size_t>(stance)] = bits;
    }
    return rows;
  }

  VerdictTable& table_;
  const Snapshot& s_;
  std::array<Mask, kEnumSize<RelationClass>> masks_;
  Terms lack_{};
  std::array<std::optional<Evaluator>, kStances> evaluators_;  // of the thread of the states
};

std::shared_ptr<const VerdictTable> VerdictTable::Build(std::shared_ptr<const Snapshot> snapshot,
                                                        const Query& query) {
  auto table = std::shared_ptr<VerdictTable>(new VerdictTable());
  table->snapshot_ = std::move(snapshot);
  const Stop stop = query.stop;
  table->query_ = query;
  table->query_.stop = Stop();
  table->query_.max_vertices = Query().max_vertices;
  const Snapshot& s = *table->snapshot_;
  VerdictSweep sweep(table.get());
  sweep.AddRows();
  for (std::size_t v = 0; v < s.vertex_count(); ++v) {
    if ((v & 0xFFF) == 0xFFF && stop.Requested()) return nullptr;
    const VertexId id = s.VertexAt(v);
    if (!s.Downstream(id).empty()) static_cast<void>(sweep.StateOf(id));
  }
  // Rows depend on states only: page by page, on all cores.
  using Page = PersistentVector<Rows>::Page;
  std::vector<Page*> pages;
  for (std::size_t v = 0; v < s.artifact_count(); v += PersistentVector<Rows>::kPageSize) {
    pages.push_back(&table->rows_.MutablePageOf(v));
  }
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> evaluated{0};
  constexpr std::size_t kBatch = 16;
  const auto work = [&] {
    std::array<std::optional<Evaluator>, kStances> evaluators;
    std::size_t count = 0;
    for (std::size_t first = next.fetch_add(kBatch); first < pages.size();
         first = next.fetch_add(kBatch)) {
      if (stop.Requested()) break;
      for (std::size_t p = first; p < std::min(first + kBatch, pages.size()); ++p) {
        const std::size_t begin = p * PersistentVector<Rows>::kPageSize;
        const std::size_t end =
            std::min(begin + PersistentVector<Rows>::kPageSize, s.artifact_count());
        for (std::size_t v = begin; v < end; ++v) {
          (*pages[p])[v - begin] = sweep.RowsOf(VertexId(v), &evaluators, &count);
        }
      }
    }
    evaluated += count;
  };
  std::vector<std::thread> helpers;
  const std::size_t cores = std::min<std::size_t>(std::thread::hardware_concurrency(), 8);
  for (std::size_t i = 1; i < cores && pages.size() > i * kBatch; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  if (stop.Requested()) return nullptr;
  table->evaluated_ = evaluated;
  return table;
}

std::shared_ptr<const VerdictTable> VerdictTable::Updated(
    std::shared_ptr<const Snapshot> snapshot, absl::Span<const VertexId> changed) const {
  auto table = std::shared_ptr<VerdictTable>(new VerdictTable(*this));
  table->snapshot_ = std::move(snapshot);
  table->evaluated_ = 0;
  const Snapshot& s = *table->snapshot_;
  const std::size_t known = table->rows_.size();
  VerdictSweep sweep(table.get());
  sweep.AddRows();
  // Everything downstream, parents before children.
  std::vector<VertexId> order;
  Marks seen(s.vertex_count());
  std::vector<std::pair<VertexId, std::size_t>> open;  // with the next of its children
  const auto collect = [&](VertexId start) {
    if (seen.Has(s.Dense(start))) return;
    seen.Set(s.Dense(start), 0);
    open.emplace_back(start, 0);
    while (!open.empty()) {
      auto& [at, next] = open.back();
      const absl::Span<const ChildEdge> children = s.Downstream(at);
      if (next == children.size()) {
        order.push_back(at);
        open.pop_back();
        continue;
      }
      const ChildEdge edge = children[next++];
      const std::size_t child = s.Dense(edge.child());
      if (seen.Has(child) || !sweep.Passes(edge.relation())) continue;
      seen.Set(child, 0);
      open.emplace_back(edge.child(), 0);
    }
  };
  for (const VertexId vertex : changed) collect(vertex);
  for (std::size_t v = known; v < s.artifact_count(); ++v) collect(VertexId(v));
  std::reverse(order.begin(), order.end());
  std::array<std::optional<Evaluator>, kStances> evaluators;
  for (const VertexId vertex : order) {
    for (const Edge& edge : s.Upstream(vertex)) {
      if (sweep.Passes(edge.relation)) static_cast<void>(sweep.StateOf(edge.parent));
    }
    if (!s.Downstream(vertex).empty() || sweep.HasState(vertex)) sweep.ComputeState(vertex);
    if (vertex.value() < Snapshot::kFirstPart) {
      table->rows_.Mutable(vertex.value()) = sweep.RowsOf(vertex, &evaluators, &table->evaluated_);
    }
  }
  return table;
}

bool VerdictTable::Answers(const Query& query) const {
  return query.adapter == query_.adapter && query.undeclared == query_.undeclared &&
         query.context == query_.context && query.max_vertices >= Query().max_vertices;
}

}  // namespace lineage
