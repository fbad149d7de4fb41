#include "engine/permission/verdict_table.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "engine/base/huge_array.h"
#include "engine/base/status_macros.h"
#include "engine/graph/marks.h"
#include "engine/graph/traversal.h"
#include "engine/permission/evaluator.h"

namespace lineage {
namespace {

constexpr uint32_t kNone = ~uint32_t{0};
// Past these a vertex is left to the evaluator.
constexpr int kMostSteps = 20'000;
constexpr int kMostDepth = 500;
constexpr std::size_t kMostLeftOut = 8;
// Licensors that are listed one by one, and room for the lists.
constexpr std::size_t kMostListed = 512;
constexpr uint64_t kMostListBytes = uint64_t{4} << 30U;
constexpr TextId kMany = ~TextId{0};
// How many walks without some licensors are remembered.
constexpr std::size_t kMostRemembered = 1U << 17U;

uint64_t BitOf(LicensorId id) { return uint64_t{1} << (id.value() * 0x9E3779B97F4A7C15U >> 58U); }

using LicensorSet = absl::InlinedVector<LicensorId, 4>;  // ascending

// Past the end if it is not there.
std::size_t PlaceOf(LicensorId licensor, const LicensorSet& set) {
  return static_cast<std::size_t>(std::find(set.begin(), set.end(), licensor) - set.begin());
}

// Rows and their numbers; forgets what falls on the same place.
class RowCache {
 public:
  explicit RowCache(std::size_t places) : places_(places) {}

  template <typename Number>
  uint32_t Get(const StanceRows& rows, const Number& number) {
    const uint64_t mixed = ((rows[0] * kSpread ^ rows[1]) * kSpread ^ rows[2]) * kSpread;
    Place& place = places_[(mixed >> 32U) & (places_.size() - 1)];
    if (place.number == kNone || place.rows != rows) place = {rows, number()};
    return place.number;
  }

 private:
  static constexpr uint64_t kSpread = 0x9E3779B97F4A7C15U;
  struct Place {
    StanceRows rows{};
    uint32_t number = kNone;
  };
  std::vector<Place> places_;
};

}  // namespace

// The computing of one table: what the threads share.
class VerdictSweep {
 public:
  using State = VerdictTable::State;
  using RowId = VerdictTable::RowId;
  enum StateFlag : uint32_t {
    kOwnAbove = 1,  // its own licensor's terms are upstream
    kUntold = 2,    // bits could not tell what reaches it
    kDeep = 4,      // depends on more than the states of its parents
  };

  class Worker;

  // `whole`: all anew.
  VerdictSweep(VerdictTable* table, bool whole)
      : table_(*table),
        s_(*table->snapshot_),
        whole_(whole),
        slots_(whole ? s_.artifact_count() : 0),
        part_slots_(whole ? s_.vertex_count() - s_.artifact_count() : 0),
        rows_(whole ? s_.artifact_count() : 0),
        states_(whole ? MostStates() : 0) {
    for (std::size_t e = table_.expressions_.size(); e < s_.expression_count(); ++e) {
      table_.expressions_.push_back(
          table_.words_.Add(table_.bits_->Of(s_.Get(ExpressionId(e)), s_.licenses())));
    }
    for (uint32_t w = 0; w < table_.words_.size(); ++w) words_.push_back(table_.words_[w]);
    if (whole) {
      std::fill_n(slots_.data(), s_.artifact_count(), kNone);
      std::fill_n(part_slots_.data(), s_.vertex_count() - s_.artifact_count(), kNone);
    } else {
      table_.rows_.resize(s_.artifact_count());
      table_.state_of_.resize(s_.artifact_count(), kNone);
      table_.part_state_of_.resize(s_.vertex_count() - s_.artifact_count(), kNone);
    }
  }

  [[nodiscard]] const State* Find(VertexId vertex) const {
    if (whole_) {
      const uint32_t slot = vertex.value() < Snapshot::kFirstPart
                                ? slots_[vertex.value()]
                                : part_slots_[vertex.value() - Snapshot::kFirstPart];
      return slot == kNone ? nullptr : &states_[slot];
    }
    const uint32_t slot = vertex.value() < Snapshot::kFirstPart
                              ? table_.state_of_[vertex.value()]
                              : table_.part_state_of_[vertex.value() - Snapshot::kFirstPart];
    return slot == kNone ? nullptr : &table_.states_[slot];
  }

  // The states of a vertex's parents are a miss in the cache each, unless they are asked for before
  // they are needed: far ahead where they stand, then nearer what stands there.
  void AskFor(std::size_t vertex) const {
    if (vertex + kFar >= s_.artifact_count()) return;
    for (const Edge& edge : s_.Upstream(VertexId(vertex + kFar))) {
      if (edge.parent.value() < Snapshot::kFirstPart) {
        __builtin_prefetch(&slots_[edge.parent.value()]);
      }
    }
    for (const Edge& edge : s_.Upstream(VertexId(vertex + kNear))) {
      if (edge.parent.value() >= Snapshot::kFirstPart) continue;
      const uint32_t slot = slots_[edge.parent.value()];
      if (slot == kNone) continue;
      const char* state = reinterpret_cast<const char*>(&states_[slot]);
      __builtin_prefetch(state);
      __builtin_prefetch(state + sizeof(State) - 1);
    }
  }

  void Put(VertexId vertex, const State& state) {
    const bool primary = vertex.value() < Snapshot::kFirstPart;
    if (whole_) {
      uint32_t& slot =
          primary ? slots_[vertex.value()] : part_slots_[vertex.value() - Snapshot::kFirstPart];
      if (slot == kNone) slot = static_cast<uint32_t>(state_count_++);
      states_[slot] = state;
      return;
    }
    PersistentVector<uint32_t>& slots = primary ? table_.state_of_ : table_.part_state_of_;
    const std::size_t at = vertex.value() - (primary ? 0 : Snapshot::kFirstPart);
    if (slots[at] == kNone) {
      slots.Mutable(at) = static_cast<uint32_t>(table_.states_.size());
      table_.states_.push_back(state);
    } else {
      table_.states_.Mutable(slots[at]) = state;
    }
  }

  void PutRow(std::size_t primary, RowId row) { rows_[primary] = row; }

  // By number: a copy of the table's, which threads may read; and the number of two together.
  [[nodiscard]] const TermWords& Words(uint32_t number) const { return words_[number]; }
  // The number of words; in one thread.
  uint32_t NumberOf(const TermWords& words) {
    const uint32_t number = table_.words_.Add(words);
    if (number == words_.size()) words_.push_back(words);
    return number;
  }

  // Moves what was computed anew into the table.
  void Finish() {
    table_.rows_ = rows_.Share(s_.artifact_count());
    table_.states_ = states_.Share(state_count_);
    table_.state_of_ = slots_.Share(s_.artifact_count());
    table_.part_state_of_ = part_slots_.Share(s_.vertex_count() - s_.artifact_count());
  }

 private:
  static constexpr std::size_t kFar = 32;
  static constexpr std::size_t kNear = 16;

  // Those with children, and on cycles.
  [[nodiscard]] std::size_t MostStates() const {
    std::size_t count = 0;
    for (std::size_t v = 0; v < s_.vertex_count(); ++v) {
      count += s_.Downstream(s_.VertexAt(v)).empty() ? 0 : 1;
    }
    return count;
  }

  VerdictTable& table_;
  const Snapshot& s_;
  const bool whole_;
  // If whole.
  HugeArray<uint32_t> slots_;       // by primary vertex
  HugeArray<uint32_t> part_slots_;  // by other vertex
  HugeArray<RowId> rows_;
  HugeArray<State> states_;
  std::size_t state_count_ = 0;

  std::vector<TermWords> words_;  // the table's
  std::mutex mutex_;              // guards row_values_ of the table
};

// One thread's part in it.
class VerdictSweep::Worker {
 public:
  // `work`: about how many vertices.
  Worker(VerdictSweep* sweep, std::size_t work)
      : sweep_(*sweep),
        table_(sweep->table_),
        s_(sweep->s_),
        row_cache_(work > 4096 ? kManyPlaces : kFewPlaces) {}

  // The state of a vertex; computed, with what it needs, if it was not. In one thread.
  void Ensure(VertexId vertex) {
    if (sweep_.Find(vertex) != nullptr) return;
    const absl::Span<const Edge> edges = s_.Upstream(vertex);
    if (s_.Get(vertex).cycle == 0 && std::all_of(edges.begin(), edges.end(), [&](const Edge& edge) {
          return sweep_.Find(edge.parent) != nullptr || !Passes(edge);
        })) {
      sweep_.Put(vertex, StateOf(vertex));
      return;
    }
    std::vector<VertexId> open = {vertex};
    while (!open.empty()) {
      const VertexId at = open.back();
      if (sweep_.Find(at) != nullptr) {
        open.pop_back();
        continue;
      }
      const std::size_t before = open.size();
      if (s_.Get(at).cycle == 0) {
        for (const Edge& edge : s_.Upstream(at)) {
          if (Passes(edge) && sweep_.Find(edge.parent) == nullptr) open.push_back(edge.parent);
        }
      }
      if (open.size() > before) continue;
      sweep_.Put(at, StateOf(at));
      open.pop_back();
    }
  }

  // Needs the states of the parents; in one thread.
  State StateOf(VertexId id) {
    State state;
    const Sum sum = Above(id, &state.above);
    if (!sum.told) AboveByEvaluator(id, &state.above);
    const Vertex& vertex = s_.Get(id);
    state.said = vertex.conclusion.kind == Conclusion::Kind::kDeclared
                     ? WordsOf(vertex)
                     : sweep_.NumberOf(SaidAt(id));
    state.flags = (sum.own ? kOwnAbove : 0U) | (sum.told ? 0U : kUntold) | (sum.deep ? kDeep : 0U);
    FindLicensors(id, &state);
    return state;
  }

  // Needs the states of the parents.
  RowId RowOf(VertexId id) {
    StanceTerms sums{};
    const StanceTerms* above = &sums;
    Sum sum;
    if (const State* state = sweep_.Find(id)) {
      above = &state->above;
      sum.deep = (state->flags & kDeep) != 0;
      sum.told = (state->flags & kUntold) == 0;
    } else {
      sum = Above(id, &sums);
    }
    if (sum.told) {
      const TermWords own = SaidAt(id);
      if (TermBits::Tell(own, *above)) {
        const bool declared = s_.Get(id).conclusion.kind == Conclusion::Kind::kDeclared;
        return {NumberOf(table_.bits_->Rows(own, declared, *above)), sum.deep};
      }
    }
    ++evaluated_;
    StanceRows rows{};
    for (const Stance stance : EnumValues<Stance>()) {
      Evaluator& evaluator = EvaluatorFor(stance);
      rows[static_cast<std::size_t>(stance)] = TermBits::RowOf(&evaluator, evaluator.Evaluate(id));
    }
    return {NumberOf(rows), true};
  }

  [[nodiscard]] bool Passes(const Edge& edge) const {
    return table_.bits_->Passes(ClassOf(edge.relation));
  }
  [[nodiscard]] std::size_t evaluated() const { return evaluated_; }

 private:
  static constexpr std::size_t kManyPlaces = 1U << 15U;
  static constexpr std::size_t kFewPlaces = 1U << 4U;

  // How what reaches a vertex was summed up.
  struct Sum {
    bool own = false;   // terms of its own licensor were left out
    bool deep = false;  // the states of the parents were not enough
    bool told = true;   // false: bits cannot tell
  };

  uint32_t NumberOf(const StanceRows& rows) {
    return row_cache_.Get(rows, [&] {
      const std::lock_guard<std::mutex> lock(sweep_.mutex_);
      return table_.row_values_.Add(rows);
    });
  }

  // Calls `visit` with each expression that a vertex speaks, in words_, and whose it is.
  template <typename Visit>
  void ForEachSpeech(VertexId id, const Visit& visit) const {
    const Vertex& vertex = s_.Get(id);
    switch (vertex.conclusion.kind) {
      case Conclusion::Kind::kDeclared:
        return visit(WordsOf(vertex), vertex.licensor.id);
      case Conclusion::Kind::kTaken:
        for (const VertexId origin : s_.OriginsOf(id)) {
          const Vertex& speaks = s_.Get(origin);
          visit(WordsOf(speaks), speaks.licensor.id);
        }
        return;
      default:
        visit(uint32_t{0}, vertex.licensor.id);
    }
  }
  [[nodiscard]] uint32_t WordsOf(const Vertex& declared) const {
    return table_.expressions_[declared.conclusion.expression.value()];
  }

  // All that is said at a vertex.
  TermWords SaidAt(VertexId id) const {
    const Vertex& vertex = s_.Get(id);
    if (vertex.conclusion.kind == Conclusion::Kind::kDeclared) {
      return sweep_.Words(WordsOf(vertex));
    }
    TermWords all{};
    ForEachSpeech(id, [&](uint32_t said, LicensorId) { TermBits::Add(sweep_.Words(said), &all); });
    return all;
  }

  // True if terms of `licensor` are at or above the vertex of a state; if they are many, perhaps.
  [[nodiscard]] bool Has(const State& state, LicensorId licensor) const {
    if (!licensor.valid() || (state.licensor_bits & BitOf(licensor)) == 0) return false;
    if (state.licensors == kMany) return true;
    const absl::Span<const LicensorId> list = ListOf(state.licensors);
    return std::binary_search(list.begin(), list.end(), licensor);
  }
  [[nodiscard]] absl::Span<const LicensorId> ListOf(TextId list) const {
    const absl::string_view bytes = table_.lists_->Get(list);
    return {reinterpret_cast<const LicensorId*>(bytes.data()), bytes.size() / sizeof(LicensorId)};
  }

  Sum Above(VertexId id, StanceTerms* above) {
    const Vertex& vertex = s_.Get(id);
    if (vertex.cycle != 0) return {true, true, false};
    Sum sum;
    for (const Edge& edge : s_.Upstream(id)) {
      const RelationClass c = ClassOf(edge.relation);
      if (!table_.bits_->Passes(c)) continue;
      const State& parent = *sweep_.Find(edge.parent);
      if (!Has(parent, vertex.licensor.id)) {
        table_.bits_->Pass(c, parent.above, sweep_.Words(parent.said), above);
        continue;
      }
      steps_ = kMostSteps;
      Cut cut;
      if (!Without(edge.parent, {vertex.licensor.id}, 0, &cut)) return {true, true, false};
      sum.own |= cut.there != 0;
      sum.deep |= cut.deep;
      table_.bits_->Pass(c, cut.above, cut.said, above);
    }
    return sum;
  }

  // What a vertex passes on but for the terms of some licensors.
  struct Cut {
    StanceTerms above{};
    TermWords said{};
    uint32_t there = 0;  // which of the licensors have terms here or upstream: bits in their order
    bool deep = false;   // the vertex's state was not enough
  };

  // False if bits cannot tell.
  bool Without(VertexId id, const LicensorSet& licensors, int depth, Cut* cut) {
    const State& state = *sweep_.Find(id);
    const Vertex& vertex = s_.Get(id);
    if (std::none_of(licensors.begin(), licensors.end(),
                     [&](LicensorId licensor) { return Has(state, licensor); })) {
      cut->above = state.above;
      cut->said = sweep_.Words(state.said);
      return true;
    }
    if (vertex.cycle != 0) return false;
    if (licensors.size() == 1 && licensors[0] == vertex.licensor.id) {
      if ((state.flags & kUntold) != 0) return false;
      cut->above = state.above;
      cut->there = (state.flags & kOwnAbove) != 0 ? 1 : 0;
    } else {
      if (!AboveWithout(id, licensors, depth, cut)) return false;
      cut->deep = true;
    }
    ForEachSpeech(id, [&](uint32_t said, LicensorId whose) {
      const std::size_t place = PlaceOf(whose, licensors);
      if (place < licensors.size()) {
        cut->there |= 1U << place;
      } else {
        TermBits::Add(sweep_.Words(said), &cut->said);
      }
    });
    return true;
  }

  bool AboveWithout(VertexId id, const LicensorSet& licensors, int depth, Cut* above) {
    const auto known = without_.find(std::pair(id, licensors));
    if (known != without_.end()) {
      *above = known->second;
      return true;
    }
    const Vertex& vertex = s_.Get(id);
    LicensorSet more = licensors;
    // Its own licensor's terms are left out as well on their way through it.
    const bool own_too = (sweep_.Find(id)->flags & kOwnAbove) != 0 &&
                         PlaceOf(vertex.licensor.id, licensors) == licensors.size();
    const auto place = static_cast<std::size_t>(
        std::lower_bound(more.begin(), more.end(), vertex.licensor.id) - more.begin());
    if (own_too) more.insert(more.begin() + static_cast<std::ptrdiff_t>(place), vertex.licensor.id);
    if (depth > kMostDepth || more.size() > kMostLeftOut) return false;
    for (const Edge& edge : s_.Upstream(id)) {
      if (!Passes(edge)) continue;
      Cut cut;
      if (--steps_ < 0 || !Without(edge.parent, more, depth + 1, &cut)) return false;
      if (own_too) {  // those of `licensors` alone
        const uint32_t before = (1U << place) - 1;
        cut.there = (cut.there & before) | (cut.there >> 1U & ~before);
      }
      above->there |= cut.there;
      table_.bits_->Pass(ClassOf(edge.relation), cut.above, cut.said, &above->above);
    }
    if (without_.size() == kMostRemembered) without_.clear();
    without_[std::pair(id, licensors)] = *above;
    return true;
  }

  // What the evaluator finds upstream.
  void AboveByEvaluator(VertexId id, StanceTerms* above) {
    for (const Stance stance : EnumValues<Stance>()) {
      (*above)[static_cast<std::size_t>(stance)] = table_.bits_->AboveOf(
          EvaluatorFor(stance).Evaluate(id),
          [&](VertexId origin) { return sweep_.Words(WordsOf(s_.Get(origin))); });
    }
  }

  // Whose terms are at a vertex or upstream.
  void FindLicensors(VertexId id, State* state) {
    if (s_.Get(id).cycle != 0) {
      // Whoever is upstream under any stance: too many bits only cost time.
      TraversalOptions whole;
      whole.max_vertices = s_.vertex_count();
      const auto add = [&](uint32_t, LicensorId whose) { state->licensor_bits |= BitOf(whose); };
      for (const Visit& visit : Traverse(s_, id, whole).visits) ForEachSpeech(visit.vertex, add);
      ForEachSpeech(id, add);
      state->licensors = kMany;
      return;
    }
    absl::Span<const LicensorId> all;
    TextId same = 0;  // the list that `all` is, or kMany if it is none
    bool many = false;
    const auto join = [&](absl::Span<const LicensorId> more) {
      joined_[1].clear();
      std::set_union(all.begin(), all.end(), more.begin(), more.end(),
                     std::back_inserter(joined_[1]));
      joined_[0].swap(joined_[1]);
      all = joined_[0];
      same = kMany;
      many |= all.size() > kMostListed;
    };
    for (const Edge& edge : s_.Upstream(id)) {
      if (!Passes(edge)) continue;
      const State& parent = *sweep_.Find(edge.parent);
      state->licensor_bits |= parent.licensor_bits;
      many |= parent.licensors == kMany;
      if (many || parent.licensors == same) continue;
      if (all.empty()) {
        all = ListOf(parent.licensors);
        same = parent.licensors;
      } else {
        join(ListOf(parent.licensors));
      }
    }
    ForEachSpeech(id, [&](uint32_t, LicensorId whose) {
      if (!whose.valid()) return;
      state->licensor_bits |= BitOf(whose);
      if (!many && !std::binary_search(all.begin(), all.end(), whose)) join({&whose, 1});
    });
    const State* before = sweep_.Find(id);
    if (many || table_.lists_->size() > kMostListBytes) {
      state->licensors = kMany;
    } else if (same != kMany) {
      state->licensors = same;
    } else if (before != nullptr && before->licensors != kMany &&
               ListOf(before->licensors) == all) {
      state->licensors = before->licensors;
    } else {
      state->licensors = table_.lists_->AddNew(
          {reinterpret_cast<const char*>(all.data()), all.size() * sizeof(LicensorId)});
    }
  }

  Evaluator& EvaluatorFor(Stance stance) {
    std::optional<Evaluator>& evaluator = evaluators_[static_cast<std::size_t>(stance)];
    if (!evaluator) {
      Query query = table_.query_;
      query.stance = stance;
      query.rights = RightSet::All();
      evaluator.emplace(s_, query);
    }
    return *evaluator;
  }

  VerdictSweep& sweep_;
  VerdictTable& table_;
  const Snapshot& s_;
  RowCache row_cache_;
  int steps_ = 0;
  std::array<std::vector<LicensorId>, 2> joined_;  // room for FindLicensors
  absl::flat_hash_map<std::pair<VertexId, LicensorSet>, Cut> without_;
  std::array<std::optional<Evaluator>, kStanceCount> evaluators_;
  std::size_t evaluated_ = 0;
};

std::shared_ptr<const VerdictTable> VerdictTable::Build(std::shared_ptr<const Snapshot> snapshot,
                                                        const Query& query) {
  auto table = std::shared_ptr<VerdictTable>(new VerdictTable());
  table->snapshot_ = std::move(snapshot);
  const Stop stop = query.stop;
  table->query_ = query;
  table->query_.stop = Stop();
  table->query_.max_vertices = Query().max_vertices;
  table->bits_ = std::make_shared<const TermBits>(table->query_);
  table->words_.Add(table->bits_->OfSilence());
  table->lists_ = std::make_shared<TextPool>();
  const Snapshot& s = *table->snapshot_;
  VerdictSweep sweep(table.get(), true);
  VerdictSweep::Worker first(&sweep, s.vertex_count());
  for (std::size_t v = 0; v < s.vertex_count(); ++v) {
    if ((v & 0xFFF) == 0xFFF && stop.Requested()) return nullptr;
    sweep.AskFor(v);
    const VertexId id = s.VertexAt(v);
    if (!s.Downstream(id).empty()) first.Ensure(id);
  }
  // Rows depend on states only: on all cores.
  std::atomic<std::size_t> next{0};
  constexpr std::size_t kBatch = 4096;
  const auto work = [&](VerdictSweep::Worker* worker) {
    for (std::size_t begin = next.fetch_add(kBatch); begin < s.artifact_count();
         begin = next.fetch_add(kBatch)) {
      if (stop.Requested()) return;
      for (std::size_t v = begin; v < std::min(begin + kBatch, s.artifact_count()); ++v) {
        sweep.AskFor(v);
        sweep.PutRow(v, worker->RowOf(VertexId(v)));
      }
    }
  };
  const std::size_t cores = std::min<std::size_t>(std::thread::hardware_concurrency(), 8);
  std::vector<std::unique_ptr<VerdictSweep::Worker>> others;
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < cores && s.artifact_count() > i * kBatch; ++i) {
    others.push_back(std::make_unique<VerdictSweep::Worker>(&sweep, s.vertex_count()));
    threads.emplace_back(work, others.back().get());
  }
  work(&first);
  for (std::thread& thread : threads) thread.join();
  if (stop.Requested()) return nullptr;
  sweep.Finish();
  table->lists_end_ = table->lists_->end();
  table->evaluated_ = first.evaluated();
  for (const auto& other : others) table->evaluated_ += other->evaluated();
  return table;
}

std::shared_ptr<const VerdictTable> VerdictTable::Updated(
    std::shared_ptr<const Snapshot> snapshot, absl::Span<const VertexId> changed) const {
  auto table = std::shared_ptr<VerdictTable>(new VerdictTable(*this));
  table->snapshot_ = std::move(snapshot);
  table->evaluated_ = 0;
  const Snapshot& s = *table->snapshot_;
  const std::size_t known = table->rows_.size();
  VerdictSweep sweep(table.get(), false);
  // Everything downstream, parents before children.
  enum Mark : uint32_t { kSeen, kChanged, kDirty };
  Marks marks(s.vertex_count());
  std::vector<VertexId> order;
  std::vector<std::pair<VertexId, std::size_t>> open;  // with the next of its children
  const auto collect = [&](VertexId start) {
    if (marks.Has(s.Dense(start))) return;
    marks.Set(s.Dense(start), kSeen);
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
      if (marks.Has(child) || !table->bits_->Passes(ClassOf(edge.relation()))) continue;
      marks.Set(child, kSeen);
      open.emplace_back(edge.child(), 0);
    }
  };
  for (const VertexId vertex : changed) collect(vertex);
  for (std::size_t v = known; v < s.artifact_count(); ++v) collect(VertexId(v));
  std::reverse(order.begin(), order.end());
  for (const VertexId vertex : changed) marks.Set(s.Dense(vertex), kChanged);
  for (std::size_t v = known; v < s.artifact_count(); ++v) marks.Set(v, kChanged);

  VerdictSweep::Worker worker(&sweep, order.size());
  for (const VertexId vertex : order) {
    const std::size_t at = s.Dense(vertex);
    const bool primary = vertex.value() < Snapshot::kFirstPart;
    const State* before = sweep.Find(vertex);
    const bool deep = before != nullptr ? (before->flags & VerdictSweep::kDeep) != 0
                                        : primary && table->rows_[at].deep();
    bool due = deep || marks.Get(at) == kChanged || (primary && table->rows_[at].deep());
    for (const Edge& edge : s.Upstream(vertex)) {
      if (!worker.Passes(edge)) continue;
      worker.Ensure(edge.parent);
      due |= marks.Has(s.Dense(edge.parent)) && marks.Get(s.Dense(edge.parent)) != kSeen;
    }
    if (!due) continue;
    if (before != nullptr || !s.Downstream(vertex).empty()) {
      const State state = worker.StateOf(vertex);
      // What it speaks may be another's, from above.
      if (before == nullptr || state != *before || s.Get(vertex).cycle != 0 ||
          s.Get(vertex).conclusion.kind == Conclusion::Kind::kTaken) {
        if (marks.Get(at) == kSeen) marks.Set(at, kDirty);
        sweep.Put(vertex, state);
      }
    }
    if (primary) {
      const RowId row = worker.RowOf(vertex);
      if (table->rows_[at] != row) table->rows_.Mutable(at) = row;
    }
  }
  table->lists_end_ = table->lists_->end();
  table->evaluated_ = worker.evaluated();
  return table;
}

bool VerdictTable::Answers(const Query& query) const {
  return query.adapter == query_.adapter && query.undeclared == query_.undeclared &&
         query.context == query_.context && query.max_vertices >= Query().max_vertices;
}

void VerdictTable::Save(ImageWriter* image) const {
  image->Add("words", words_.values());
  image->Add("row-values", row_values_.values());
  image->Add("expression-words", expressions_);
  image->Add("rows", rows_);
  image->Add("states", states_);
  image->Add("state-of", state_of_);
  image->Add("part-state-of", part_state_of_);
  lists_->Save("lists", lists_end_, image);
}

absl::StatusOr<std::shared_ptr<const VerdictTable>> VerdictTable::Load(
    const ImageReader& image, std::shared_ptr<const Snapshot> snapshot) {
  auto table = std::shared_ptr<VerdictTable>(new VerdictTable());
  table->snapshot_ = std::move(snapshot);
  table->bits_ = std::make_shared<const TermBits>(table->query_);
  ASSIGN_OR_RETURN(auto words, image.Vector<TermWords>("words"));
  ASSIGN_OR_RETURN(auto row_values, image.Vector<StanceRows>("row-values"));
  ASSIGN_OR_RETURN(table->expressions_, image.Vector<uint32_t>("expression-words"));
  ASSIGN_OR_RETURN(table->rows_, image.Vector<RowId>("rows"));
  ASSIGN_OR_RETURN(table->states_, image.Vector<State>("states"));
  ASSIGN_OR_RETURN(table->state_of_, image.Vector<uint32_t>("state-of"));
  ASSIGN_OR_RETURN(table->part_state_of_, image.Vector<uint32_t>("part-state-of"));
  ASSIGN_OR_RETURN(table->lists_, TextPool::Load("lists", image));
  table->words_ = Interned<TermWords>(std::move(words));
  table->row_values_ = Interned<StanceRows>(std::move(row_values));
  table->lists_end_ = table->lists_->end();
  const Snapshot& s = *table->snapshot_;
  if (table->rows_.size() != s.artifact_count() || table->state_of_.size() != s.artifact_count() ||
      table->part_state_of_.size() != s.vertex_count() - s.artifact_count() ||
      table->expressions_.size() != s.expression_count()) {
    return absl::DataLossError("the image's verdicts do not fit its graph");
  }
  return table;
}

}  // namespace lineage
