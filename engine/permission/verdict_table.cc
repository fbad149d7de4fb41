#include "engine/permission/verdict_table.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/hash/hash.h"
#include "engine/base/status_macros.h"
#include "engine/graph/marks.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/offer_of.h"
#include "engine/permission/passage.h"

namespace lineage {
namespace {

constexpr uint32_t kNoSet = ~uint32_t{0};
constexpr uint32_t kNothing = 0;  // the number of the empty set, and of no forms

// What the lack of a licence is told by, in place of an expression.
constexpr uint32_t kLack = 0;

// The forms that something has at one vertex, by stance: what it can become further down, and how it
// binds there.
using StanceForms = std::array<WaySet, kStanceCount>;

// One thing that a vertex inherits or says: a licence (or a choice among several), by whom.
struct Entry {
  uint32_t expression = kLack;  // in Inheritance
  uint32_t licensor = 0;        // LicensorId whose terms these are; None: nobody
  uint32_t place = 0;           // of a choice: the vertex that makes it, else 0
  uint32_t forms = kNothing;    // in Inheritance

  [[nodiscard]] auto key() const { return std::tuple(expression, place, licensor); }
  friend bool operator==(const Entry&, const Entry&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Entry& entry) {
    return H::combine(std::move(h), entry.expression, entry.licensor, entry.place, entry.forms);
  }
};

// Where a set's entries stand.
struct SetPlace {
  uint32_t first = 0;
  uint32_t size = 0;
};

void SaveExpression(const BoundExpression& expression, std::string* out) {
  const auto number = [&](uint32_t value) {
    out->append(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  const auto text = [&](const std::string& value) {
    number(static_cast<uint32_t>(value.size()));
    out->append(value);
  };
  number(static_cast<uint32_t>(expression.op));
  number(expression.license.value());
  number(expression.or_later ? 1 : 0);
  number(expression.exception.value());
  text(expression.as_written);
  text(expression.exception_as_written);
  text(expression.text);
  number(static_cast<uint32_t>(expression.operands.size()));
  for (const BoundExpression& operand : expression.operands) SaveExpression(operand, out);
}

// Reads what SaveExpression wrote; false if it is cut short or refers to what is not there.
class ExpressionReader {
 public:
  ExpressionReader(absl::string_view bytes, const LicenseTable& licenses)
      : bytes_(bytes), licenses_(licenses) {}

  bool Read(BoundExpression* expression, int depth = 0) {
    uint32_t op = 0;
    uint32_t license = 0;
    uint32_t later = 0;
    uint32_t exception = 0;
    uint32_t count = 0;
    if (depth > 64 || !Number(&op) || op > 2 || !Number(&license) || !Number(&later) ||
        !Number(&exception) || !Text(&expression->as_written) ||
        !Text(&expression->exception_as_written) || !Text(&expression->text) || !Number(&count) ||
        count > bytes_.size()) {
      return false;
    }
    expression->op = static_cast<Expression::Op>(op);
    expression->license = LicenseIndex(license);
    expression->or_later = later != 0;
    expression->exception = ExceptionIndex(exception);
    if (expression->license.valid() && license >= licenses_.size()) return false;
    if (expression->exception.valid() && exception >= licenses_.catalog().exceptions.size())
      return false;
    for (uint32_t i = 0; i < count; ++i) {
      if (!Read(&expression->operands.emplace_back(), depth + 1)) return false;
    }
    return true;
  }
  [[nodiscard]] bool AtEnd() const { return bytes_.empty(); }

 private:
  bool Number(uint32_t* value) {
    if (bytes_.size() < sizeof(*value)) return false;
    std::memcpy(value, bytes_.data(), sizeof(*value));
    bytes_.remove_prefix(sizeof(*value));
    return true;
  }
  bool Text(std::string* value) {
    uint32_t size = 0;
    if (!Number(&size) || bytes_.size() < size) return false;
    *value = std::string(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return true;
  }

  absl::string_view bytes_;
  const LicenseTable& licenses_;
};

}  // namespace

// What is inherited anywhere, each thing once: expressions, forms, and sets of entries. Used by one
// thread at a time, but for saving, which may happen beside.
class VerdictTable::Inheritance {
 public:
  Inheritance() {
    expressions_.emplace_back();  // kLack
    forms_.emplace_back();        // kNothing
    forms_by_value_.emplace(StanceForms(), kNothing);
    sets_.push_back({0, 0});
    set_by_hash_[absl::HashOf(absl::Span<const Entry>())].push_back(kNothing);
  }

  [[nodiscard]] const BoundExpression& expression(uint32_t number) const {
    return expressions_[number];
  }
  [[nodiscard]] const StanceForms& forms(uint32_t number) const { return forms_[number]; }
  [[nodiscard]] absl::Span<const Entry> set(uint32_t number) const {
    return absl::MakeConstSpan(entries_).subspan(sets_[number].first, sets_[number].size);
  }

  uint32_t NumberOf(const BoundExpression& expression) {
    std::string key;
    SaveExpression(expression, &key);
    const auto it = expression_by_key_.find(key);
    if (it != expression_by_key_.end()) return it->second;
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto number = static_cast<uint32_t>(expressions_.size());
    expressions_.push_back(expression);
    expression_by_key_.emplace(std::move(key), number);
    return number;
  }
  uint32_t NumberOf(const StanceForms& forms) {
    const auto it = forms_by_value_.find(forms);
    if (it != forms_by_value_.end()) return it->second;
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto number = static_cast<uint32_t>(forms_.size());
    forms_.push_back(forms);
    forms_by_value_.emplace(forms, number);
    return number;
  }
  // `entries`: in order of key, each key once.
  uint32_t NumberOf(const std::vector<Entry>& entries) {
    std::vector<uint32_t>& same = set_by_hash_[absl::HashOf(absl::MakeConstSpan(entries))];
    for (const uint32_t number : same) {
      if (set(number) == absl::MakeConstSpan(entries)) return number;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto number = static_cast<uint32_t>(sets_.size());
    sets_.push_back({static_cast<uint32_t>(entries_.size()), static_cast<uint32_t>(entries.size())});
    entries_.insert(entries_.end(), entries.begin(), entries.end());
    same.push_back(number);
    return number;
  }
  [[nodiscard]] std::size_t set_count() const { return sets_.size(); }

  // Both together.
  uint32_t Union(uint32_t a, uint32_t b) {
    if (a == b || b == kNothing) return a;
    if (a == kNothing) return b;
    const auto [known, fresh] = unions_.try_emplace(std::minmax(a, b), kNothing);
    if (!fresh) return known->second;
    std::vector<Entry> joined;
    const absl::Span<const Entry> x = set(a);
    const absl::Span<const Entry> y = set(b);
    for (std::size_t i = 0, j = 0; i < x.size() || j < y.size();) {
      if (j == y.size() || (i < x.size() && x[i].key() < y[j].key())) {
        joined.push_back(x[i++]);
      } else if (i == x.size() || y[j].key() < x[i].key()) {
        joined.push_back(y[j++]);
      } else {
        Entry both = x[i++];
        both.forms = UnionOfForms(both.forms, y[j++].forms);
        joined.push_back(both);
      }
    }
    const uint32_t number = NumberOf(joined);
    return unions_[std::minmax(a, b)] = number;
  }
  uint32_t UnionOfForms(uint32_t a, uint32_t b) {
    if (a == b) return a;
    StanceForms both = forms(a);
    for (std::size_t s = 0; s < kStanceCount; ++s) both[s].Add(forms(b)[s]);
    return NumberOf(both);
  }

  // Forgets what was only remembered to be quicker, if it is much.
  void Trim() {
    if (unions_.size() > kMostRemembered) unions_.clear();
  }

  void Save(ImageWriter* image) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::string bytes;
    for (std::size_t e = 1; e < expressions_.size(); ++e) SaveExpression(expressions_[e], &bytes);
    image->Add("expressions-inherited", bytes);
    std::vector<uint16_t> codes;
    for (const StanceForms& forms : forms_) {
      for (const WaySet& ways : forms) {
        codes.push_back(static_cast<uint16_t>(ways.size()));
        const absl::Span<const uint16_t> some = ways.codes();
        codes.insert(codes.end(), some.begin(), some.end());
      }
    }
    image->Add<uint16_t>("forms", codes);
    image->Add<Entry>("entries", entries_);
    image->Add<SetPlace>("sets", sets_);
  }
  static absl::StatusOr<std::shared_ptr<Inheritance>> Load(const ImageReader& image,
                                                           const LicenseTable& licenses) {
    const auto damaged = [] {
      return absl::DataLossError("the image's inherited licences are damaged");
    };
    auto all = std::make_shared<Inheritance>();
    ASSIGN_OR_RETURN(const absl::string_view bytes, image.Text("expressions-inherited"));
    ExpressionReader reader(bytes, licenses);
    while (!reader.AtEnd()) {
      BoundExpression expression;
      if (!reader.Read(&expression)) return damaged();
      static_cast<void>(all->NumberOf(expression));
    }
    ASSIGN_OR_RETURN(const absl::Span<const uint16_t> codes, image.Array<const uint16_t>("forms"));
    std::size_t at = 0;
    for (std::size_t number = 0; at < codes.size(); ++number) {
      StanceForms forms;
      for (WaySet& ways : forms) {
        if (at >= codes.size() || at + codes[at] >= codes.size()) return damaged();
        for (const uint16_t code : codes.subspan(at + 1, codes[at])) ways.AddCode(code);
        at += codes[at] + std::size_t{1};
      }
      if (all->NumberOf(forms) != number) return damaged();
    }
    ASSIGN_OR_RETURN(const absl::Span<const Entry> entries, image.Array<const Entry>("entries"));
    ASSIGN_OR_RETURN(const absl::Span<const SetPlace> sets, image.Array<const SetPlace>("sets"));
    for (std::size_t number = 0; number < sets.size(); ++number) {
      if (sets[number].first > entries.size() ||
          sets[number].size > entries.size() - sets[number].first) {
        return damaged();
      }
      const auto some = entries.subspan(sets[number].first, sets[number].size);
      for (const Entry& entry : some) {
        if (entry.expression >= all->expressions_.size() || entry.forms >= all->forms_.size())
          return damaged();
      }
      if (all->NumberOf(std::vector<Entry>(some.begin(), some.end())) != number) return damaged();
    }
    return all;
  }

 private:
  static constexpr std::size_t kMostRemembered = 1U << 20U;

  mutable std::mutex mutex_;  // of what Save reads
  std::deque<BoundExpression> expressions_;
  std::deque<StanceForms> forms_;
  std::vector<Entry> entries_;
  std::vector<SetPlace> sets_;
  absl::flat_hash_map<std::string, uint32_t> expression_by_key_;
  absl::flat_hash_map<StanceForms, uint32_t> forms_by_value_;
  absl::flat_hash_map<std::size_t, std::vector<uint32_t>> set_by_hash_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint32_t> unions_;
};

// The computing of one table. In one thread.
class VerdictSweep {
 public:
  explicit VerdictSweep(VerdictTable* table)
      : table_(*table),
        s_(*table->snapshot_),
        all_(*table->inheritance_),
        passages_{&Passages::Of(Stance::kCautious, table->query_.adapter),
                  &Passages::Of(Stance::kStandard, table->query_.adapter),
                  &Passages::Of(Stance::kPermissive, table->query_.adapter)},
        worth_(s_.licenses(), table->query_.context, table->query_.undeclared),
        check_(&worth_, s_.vendors()),
        terms_(s_) {}

  // What a vertex inherits, if it was computed.
  [[nodiscard]] uint32_t Find(VertexId vertex) const {
    return vertex.value() < Snapshot::kFirstPart
               ? table_.sets_[vertex.value()]
               : table_.part_sets_[vertex.value() - Snapshot::kFirstPart];
  }
  void Put(VertexId vertex, uint32_t set) {
    if (vertex.value() < Snapshot::kFirstPart) {
      table_.sets_.Mutable(vertex.value()) = set;
    } else {
      table_.part_sets_.Mutable(vertex.value() - Snapshot::kFirstPart) = set;
    }
  }

  // What a vertex inherits; computed, with what it needs, if it was not.
  uint32_t Ensure(VertexId vertex) {
    if (Find(vertex) != kNoSet) return Find(vertex);
    std::vector<VertexId> open = {vertex};
    while (!open.empty()) {
      const VertexId at = open.back();
      if (Find(at) != kNoSet) {
        open.pop_back();
        continue;
      }
      const std::size_t before = open.size();
      const uint32_t cycle = s_.Get(at).cycle;
      ForEachOfUnit(at, [&](VertexId member) {
        for (const Edge& edge : s_.Upstream(member)) {
          const bool inside = cycle != 0 && s_.Get(edge.parent).cycle == cycle;
          if (!inside && Conveys(edge) && Find(edge.parent) == kNoSet) open.push_back(edge.parent);
        }
      });
      if (open.size() > before) continue;
      Compute(at);
      open.pop_back();
    }
    return Find(vertex);
  }

  // Computes what a vertex inherits anew, with its whole unit if it lies on a cycle; the parents'
  // have to be there. True if it, or a member's, is another than before.
  bool Compute(VertexId vertex) {
    if (s_.Get(vertex).cycle == 0) {
      const uint32_t before = Find(vertex);
      const uint32_t set = Inherited(vertex);
      if (set != before) Put(vertex, set);
      return set != before;
    }
    std::vector<VertexId> members;
    std::vector<uint32_t> before;
    ForEachOfUnit(vertex, [&](VertexId member) {
      members.push_back(member);
      before.push_back(Find(member));
      Put(member, kNothing);
    });
    for (bool grows = true; grows;) {
      grows = false;
      for (const VertexId member : members) {
        const uint32_t set = all_.Union(Find(member), Inherited(member));
        grows |= set != Find(member);
        Put(member, set);
      }
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (Find(members[i]) != before[i]) return true;
    }
    return false;
  }

  // Calls `visit` with the members of a vertex's cycle; with the vertex alone if it is on none.
  template <typename Visit>
  void ForEachOfUnit(VertexId vertex, const Visit& visit) {
    const uint32_t cycle = s_.Get(vertex).cycle;
    if (cycle == 0) return visit(vertex);
    std::vector<VertexId>& members = units_[cycle];
    if (members.empty()) {
      members.push_back(vertex);
      Marks marks(s_.vertex_count());
      marks.Set(s_.Dense(vertex), 0);
      for (std::size_t at = 0; at < members.size(); ++at) {
        for (const Edge& edge : s_.Upstream(members[at])) {
          if (s_.Get(edge.parent).cycle != cycle || marks.Has(s_.Dense(edge.parent))) continue;
          marks.Set(s_.Dense(edge.parent), 0);
          members.push_back(edge.parent);
        }
      }
      std::sort(members.begin(), members.end());
    }
    for (const VertexId member : members) visit(member);
  }

  [[nodiscard]] bool Conveys(const Edge& edge) const {
    return passages_[0]->Conveys(edge.relation) || edge.in_cycle;
  }

  // The number of a vertex's row; the sets of its parents have to be there.
  uint32_t RowOf(VertexId vertex) {
    if (s_.Get(vertex).cycle != 0) return Evaluated(vertex);
    uint32_t inherited = Find(vertex);
    if (inherited == kNoSet) inherited = Inherited(vertex);
    const uint32_t own = Spoken(vertex, nullptr);
    const auto [known, fresh] = rows_.try_emplace(std::pair(own, inherited), 0);
    if (!fresh) return known->second;
    const uint32_t row = table_.row_values_.Add(Rows(vertex, own, inherited));
    return rows_[std::pair(own, inherited)] = row;
  }

  [[nodiscard]] std::size_t evaluated() const { return evaluated_; }

 private:
  // What comes to a vertex over all its edges.
  uint32_t Inherited(VertexId vertex) {
    uint32_t set = kNothing;
    for (const Edge& edge : s_.Upstream(vertex)) {
      if (Conveys(edge)) set = all_.Union(set, Passed(edge));
    }
    return set;
  }

  uint32_t Passed(const Edge& edge) {
    const BoundExpression* terms = terms_.Of(edge);
    const uint32_t whole = all_.Union(Find(edge.parent), Spoken(edge.parent, terms));
    const LicensorId child = s_.Get(edge.child).licensor.id;
    const LicensorId parent = s_.Get(edge.parent).licensor.id;
    const bool same = child.valid() && child == parent;
    // Whose terms end here; the same for all that have none of them.
    LicensorId cut = child;
    const auto entries = all_.set(whole);
    if (!cut.valid() || std::none_of(entries.begin(), entries.end(), [&](const Entry& entry) {
          return entry.licensor == cut.value();
        })) {
      cut = LicensorId::None();
    }
    const uint32_t how = static_cast<uint32_t>(edge.relation) << 2U |
                         (edge.in_cycle ? 2U : 0U) | (same ? 1U : 0U);
    const auto key = std::tuple(whole, how, cut.value());
    const auto known = passed_.find(key);
    if (known != passed_.end()) return known->second;
    std::vector<Entry> below;
    for (Entry entry : std::vector<Entry>(entries.begin(), entries.end())) {
      if (cut.valid() && entry.licensor == cut.value()) continue;
      entry.forms = FormsBelow(entry.forms, edge, same, how);
      if (entry.forms != kNothing) below.push_back(entry);
    }
    return passed_[key] = all_.NumberOf(below);
  }

  uint32_t FormsBelow(uint32_t forms, const Edge& edge, bool same, uint32_t how) {
    const auto known = forms_below_.find(std::pair(forms, how));
    if (known != forms_below_.end()) return known->second;
    StanceForms below;
    for (std::size_t s = 0; s < kStanceCount; ++s) {
      const auto& passages =
          passages_[s]->Get(edge.relation, edge.in_cycle, same, /*of_weights=*/false);
      for (const Way above : all_.forms(forms)[s]) {
        for (const Passage& passage : passages) {
          if (passage.above == above.form) below[s].Add(Below(above, passage, edge.relation));
        }
      }
    }
    return forms_below_[std::pair(forms, how)] = all_.NumberOf(below);
  }

  // What is said at a vertex, by its conclusion or by the licence of an edge.
  uint32_t Spoken(VertexId vertex, const BoundExpression* terms) {
    const Conclusion& conclusion = s_.Get(vertex).conclusion;
    std::vector<Entry> entries;
    switch (conclusion.kind) {
      case Conclusion::Kind::kDeclared:
      case Conclusion::Kind::kTaken: {
        const auto origins = s_.OriginsOf(vertex);
        if (origins.size() == 1 && terms == nullptr) {
          // The same for all that are under one licence and nobody's else.
          const ExpressionId expression = s_.Get(origins[0]).conclusion.expression;
          const LicensorId whose = s_.TermLicensor(origins[0], LicenseIndex::None());
          const auto known = spoken_.find(std::pair(expression, whose));
          if (known != spoken_.end()) return known->second;
          const bool choice =
              AddSpoken(s_.Get(expression), origins[0], /*by_edge=*/false, &entries);
          const uint32_t set = NumberOf(&entries);
          if (!choice) spoken_[std::pair(expression, whose)] = set;
          return set;
        }
        for (const VertexId origin : origins) {
          AddSpoken(terms != nullptr ? *terms : s_.ExpressionOf(origin), origin, terms != nullptr,
                    &entries);
        }
        break;
      }
      case Conclusion::Kind::kUndeclared:
      case Conclusion::Kind::kUnresolved: {
        Entry lack;
        lack.licensor = s_.TermLicensor(vertex, LicenseIndex::None()).value();
        lack.forms = SpokenForms(false, true);
        entries.push_back(lack);
        break;
      }
    }
    return NumberOf(&entries);
  }

  uint32_t NumberOf(std::vector<Entry>* entries) {
    std::sort(entries->begin(), entries->end(),
              [](const Entry& a, const Entry& b) { return a.key() < b.key(); });
    entries->erase(std::unique(entries->begin(), entries->end()), entries->end());
    return all_.NumberOf(*entries);
  }

  // Adds each part of an AND by itself, and each choice by all licensors of its branches. True if
  // there is a choice.
  bool AddSpoken(const BoundExpression& expression, VertexId origin, bool by_edge,
                 std::vector<Entry>* entries) {
    if (expression.op == Expression::Op::kAnd) {
      bool choice = false;
      for (const BoundExpression& operand : expression.operands)
        choice |= AddSpoken(operand, origin, by_edge, entries);
      return choice;
    }
    const bool choice = HasChoice(expression);
    Entry entry;
    entry.expression = all_.NumberOf(expression);
    // Choices by the licences of edges are other choices than those by conclusions.
    if (choice) entry.place = (static_cast<uint32_t>(s_.Dense(origin)) + 1) * 2 + (by_edge ? 1 : 0);
    const auto add = [&](LicensorId licensor, bool licensed, bool sources) {
      entry.licensor = licensor.value();
      entry.forms = SpokenForms(licensed, sources);
      entries->push_back(entry);
    };
    bool any_sources = false;
    bool general = false;
    std::vector<LicensorId> vendors;
    ForEachLeaf(expression, [&](const BoundExpression& leaf) {
      if (!leaf.license.valid() || MayCountModels(s_.licenses().Get(leaf.license)))
        any_sources = true;
      const LicensorId vendor =
          leaf.license.valid() ? s_.VendorOf(leaf.license) : LicensorId::None();
      if (vendor.valid()) {
        vendors.push_back(vendor);
      } else {
        general = true;
      }
    });
    const LicensorId whose = s_.TermLicensor(origin, LicenseIndex::None());
    if (general) add(whose, true, any_sources);
    for (const LicensorId vendor : vendors) {
      if (!general || vendor != whose) add(vendor, true, any_sources);
    }
    return choice;
  }

  // The forms in which terms begin.
  uint32_t SpokenForms(bool licensed, bool sources) {
    StanceForms forms;
    for (WaySet& ways : forms) {
      for (const Form form : {Form::kWork, Form::kDerivative, Form::kClass})
        ways.Add(Way{.form = form});
      if (sources) ways.Add(Way{.form = Form::kSource});
      if (!licensed) continue;
      for (const Form form : {Form::kOutput, Form::kTraining}) ways.Add(Way{.form = form});
    }
    return all_.NumberOf(forms);
  }

  // How forms at a vertex bind it, as the evaluator tells it.
  static WaySet Binding(const WaySet& forms) {
    return forms.Where([](const Way& way) {
      return way.form != Form::kOutput && way.form != Form::kSource && way.form != Form::kDormant;
    });
  }

  // What speaks for or to a vertex: a licence or a choice, with its ways under one stance.
  struct Heard {
    uint32_t number = kLack;
    const BoundExpression* expression = nullptr;  // null: a lack
    Arrivals arrivals;
    bool reaches = false;
  };

  std::vector<Heard> HeardAt(uint32_t own, uint32_t inherited, std::size_t stance) {
    const WaySet own_ways = OwnArrivals().general;
    std::vector<Heard> heard;
    std::vector<std::pair<uint32_t, uint32_t>> keys;  // expression and place
    const auto add = [&](const Entry& entry, bool is_own) {
      const auto key = std::pair(entry.expression, entry.place);
      // Only choices are made together; all else is the minimum in any case.
      std::size_t at = keys.size();
      if (entry.place != 0)
        at = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key) - keys.begin());
      WaySet ways;
      ways.Add(is_own ? own_ways : Binding(all_.forms(entry.forms)[stance]));
      if (ways.empty()) return;
      if (at == keys.size()) {
        keys.push_back(key);
        heard.emplace_back();
        heard.back().number = entry.expression;
        heard.back().expression =
            entry.expression == kLack ? nullptr : &all_.expression(entry.expression);
      }
      Heard& one = heard[at];
      one.reaches |= !is_own && ways.Any([](const Way& way) { return way.form != Form::kClass; });
      AddArrivals(entry, std::move(ways), is_own, &one.arrivals);
    };
    for (const Entry& entry : all_.set(own)) add(entry, true);
    for (const Entry& entry : all_.set(inherited)) add(entry, false);
    return heard;
  }

  // The ways of one licensor's part of a choice; of all of it, where it is spoken by the vertex.
  void AddArrivals(const Entry& entry, WaySet ways, bool own, Arrivals* arrivals) {
    if (entry.expression == kLack || entry.place == 0) return arrivals->general.Add(ways);
    bool general = false;
    ForEachLeaf(all_.expression(entry.expression), [&](const BoundExpression& leaf) {
      const LicensorId vendor =
          leaf.license.valid() ? s_.VendorOf(leaf.license) : LicensorId::None();
      if (!vendor.valid()) {
        general = true;
        return;
      }
      auto there = std::find_if(arrivals->by_vendor.begin(), arrivals->by_vendor.end(),
                                [&](const auto& one) { return one.first == vendor; });
      if (there == arrivals->by_vendor.end()) {
        arrivals->by_vendor.emplace_back(vendor, WaySet());
        there = arrivals->by_vendor.end() - 1;
      }
      if (own || entry.licensor == vendor.value()) there->second.Add(ways);
    });
    if (!general) return;
    const bool vendors_alone =
        std::any_of(arrivals->by_vendor.begin(), arrivals->by_vendor.end(), [&](const auto& one) {
          return one.first.value() == entry.licensor;
        });
    if (own || !vendors_alone || GeneralOf(entry) == entry.licensor) arrivals->general.Add(ways);
  }
  // Whose the terms of no vendor are, in a choice.
  [[nodiscard]] uint32_t GeneralOf(const Entry& entry) const {
    const VertexId origin = s_.VertexAt(entry.place / 2 - 1);
    return s_.TermLicensor(origin, LicenseIndex::None()).value();
  }

  // What an expression says by the ways that it arrives by; the same for very many vertices.
  struct Said {
    std::array<Verdict, kRightCount> alone{};
    EnumSet<DutyKind> duties;
    LicenseClass license_class = LicenseClass::kOpenSource;
  };

  const Said& SaidBy(const Heard& one) {
    const auto [place, is_new] = said_.try_emplace(std::pair(one.number, one.arrivals));
    Said& said = place->second;
    if (!is_new) return said;
    const auto ways_of = [&](const BoundExpression& leaf) -> const WaySet& {
      return one.arrivals.Of(leaf.license.valid() ? s_.VendorOf(leaf.license) : LicensorId::None());
    };
    for (const Right right : EnumValues<Right>()) {
      said.alone[static_cast<std::size_t>(right)] =
          worth_.Choose(*one.expression, {right}, ways_of).verdict;
    }
    for (const BoundExpression* leaf :
         worth_.Choose(*one.expression, RightSet::All(), ways_of).leaves) {
      if (!leaf->license.valid()) continue;
      for (const Duty& duty : s_.licenses().Get(leaf->license).duties) {
        if (!said.duties.Has(duty.kind) &&
            !worth_.DutyWays(*leaf, duty, ways_of(*leaf), false).empty())
          said.duties.Add(duty.kind);
      }
    }
    if (one.arrivals.All().HasClass()) {
      said.license_class =
          ClassOfExpression(s_.licenses(), *one.expression,
                            [&](const BoundExpression& leaf) { return ways_of(leaf).HasClass(); });
    }
    return said;
  }

  StanceRows Rows(VertexId vertex, uint32_t own, uint32_t inherited) {
    StanceRows rows{};
    std::optional<BoundExpression> offer;
    for (std::size_t s = 0; s < kStanceCount; ++s) {
      const std::vector<Heard> heard = HeardAt(own, inherited, s);
      std::array<Verdict, kRightCount> alone{};
      alone.fill(Verdict::kPermitted);
      LicenseClass license_class = LicenseClass::kOpenSource;
      EnumSet<DutyKind> duties;
      bool claims_more = false;
      for (const Heard& one : heard) {
        if (one.expression == nullptr) {
          const Verdict lack = worth_.OfLack(one.arrivals.general, RightSet::All());
          for (Verdict& verdict : alone) verdict = Stricter(verdict, lack);
          if (one.arrivals.general.HasClass()) license_class = LicenseClass::kUndeclared;
          continue;
        }
        const Said& said = SaidBy(one);
        for (std::size_t right = 0; right < kRightCount; ++right)
          alone[right] = Stricter(alone[right], said.alone[right]);
        duties = duties | said.duties;
        license_class = std::max(license_class, said.license_class);
        if (claims_more || !one.reaches) continue;
        if (!offer) offer = OfferOf(s_, vertex);
        if (!offer) continue;
        claims_more = check_.ClaimsMore(*offer, {one.expression, &one.arrivals, false});
      }
      rows[s] = VerdictRow(alone, license_class, duties, claims_more).bits();
    }
    return rows;
  }

  uint32_t Evaluated(VertexId vertex) {
    ++evaluated_;
    StanceRows rows{};
    for (const Stance stance : EnumValues<Stance>()) {
      std::optional<Evaluator>& evaluator = evaluators_[static_cast<std::size_t>(stance)];
      if (!evaluator) {
        Query query = table_.query_;
        query.stance = stance;
        query.rights = RightSet::All();
        evaluator.emplace(s_, query);
      }
      rows[static_cast<std::size_t>(stance)] = RowOf(&*evaluator, evaluator->Evaluate(vertex)).bits();
    }
    return table_.row_values_.Add(rows);
  }

  static VerdictRow RowOf(Evaluator* evaluator, const Evaluation& evaluation) {
    EnumSet<DutyKind> duties;
    ForEachDuty(evaluator, evaluation, RightSet::All(), false,
                [&](const Voice&, const BoundExpression&, const License&, const Duty& duty,
                    const WaySet&) { duties.Add(duty.kind); });
    return {evaluation.alone, evaluation.license_class, duties, ClaimsMore(evaluator, evaluation)};
  }

  VerdictTable& table_;
  const Snapshot& s_;
  VerdictTable::Inheritance& all_;
  const std::array<const Passages*, kStanceCount> passages_;
  LicenseWorth worth_;
  OfferCheck check_;
  EdgeTerms terms_;
  absl::node_hash_map<std::pair<uint32_t, Arrivals>, Said> said_;  // by number of the expression
  absl::flat_hash_map<uint32_t, std::vector<VertexId>> units_;  // by number of the cycle
  absl::flat_hash_map<std::pair<ExpressionId, LicensorId>, uint32_t> spoken_;
  absl::flat_hash_map<std::tuple<uint32_t, uint32_t, uint32_t>, uint32_t> passed_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint32_t> forms_below_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint32_t> rows_;
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
  table->inheritance_ = std::make_shared<Inheritance>();
  const Snapshot& s = *table->snapshot_;
  table->sets_.resize(s.artifact_count(), kNoSet);
  table->part_sets_.resize(s.vertex_count() - s.artifact_count(), kNoSet);
  VerdictSweep sweep(table.get());
  for (std::size_t v = 0; v < s.vertex_count(); ++v) {
    if ((v & 0xFFF) == 0xFFF && stop.Requested()) return nullptr;
    const VertexId id = s.VertexAt(v);
    if (!s.Downstream(id).empty() || s.Get(id).cycle != 0) static_cast<void>(sweep.Ensure(id));
  }
  for (std::size_t v = 0; v < s.artifact_count(); ++v) {
    if ((v & 0xFFF) == 0xFFF && stop.Requested()) return nullptr;
    table->rows_.push_back(sweep.RowOf(VertexId(v)));
  }
  table->inheritance_->Trim();
  table->evaluated_ = sweep.evaluated();
  return table;
}

std::shared_ptr<const VerdictTable> VerdictTable::Updated(
    std::shared_ptr<const Snapshot> snapshot, absl::Span<const VertexId> changed) const {
  auto table = std::shared_ptr<VerdictTable>(new VerdictTable(*this));
  table->snapshot_ = std::move(snapshot);
  table->evaluated_ = 0;
  const Snapshot& s = *table->snapshot_;
  const std::size_t known = table->rows_.size();
  table->rows_.resize(s.artifact_count());
  table->sets_.resize(s.artifact_count(), kNoSet);
  table->part_sets_.resize(s.vertex_count() - s.artifact_count(), kNoSet);
  VerdictSweep sweep(table.get());
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
      if (marks.Has(child) || ClassOf(edge.relation()) == RelationClass::kNone) continue;
      marks.Set(child, kSeen);
      open.emplace_back(edge.child(), 0);
    }
  };
  for (const VertexId vertex : changed) collect(vertex);
  for (std::size_t v = known; v < s.artifact_count(); ++v) collect(VertexId(v));
  std::reverse(order.begin(), order.end());
  for (const VertexId vertex : changed) marks.Set(s.Dense(vertex), kChanged);
  for (std::size_t v = known; v < s.artifact_count(); ++v) marks.Set(v, kChanged);

  absl::flat_hash_map<uint32_t, bool> units;  // whose sets were computed anew, and whether they differ
  for (const VertexId vertex : order) {
    const std::size_t at = s.Dense(vertex);
    const bool primary = vertex.value() < Snapshot::kFirstPart;
    const uint32_t cycle = s.Get(vertex).cycle;
    bool due = marks.Get(at) == kChanged || cycle != 0;
    sweep.ForEachOfUnit(vertex, [&](VertexId member) {
      for (const Edge& edge : s.Upstream(member)) {
        if (!sweep.Conveys(edge)) continue;
        if (cycle == 0 || s.Get(edge.parent).cycle != cycle)
          static_cast<void>(sweep.Ensure(edge.parent));
        due |= marks.Has(s.Dense(edge.parent)) && marks.Get(s.Dense(edge.parent)) != kSeen;
      }
    });
    if (!due) continue;
    if (cycle != 0) {
      // All members at once: what one says reaches all others.
      if (!units.contains(cycle)) {
        static_cast<void>(sweep.Compute(vertex));
        units[cycle] = true;
      }
      if (marks.Get(at) == kSeen) marks.Set(at, kDirty);
    } else if (sweep.Find(vertex) != kNoSet || !s.Downstream(vertex).empty()) {
      // What a copy says may be another's, from above.
      if (sweep.Compute(vertex) || s.Get(vertex).conclusion.kind == Conclusion::Kind::kTaken) {
        if (marks.Get(at) == kSeen) marks.Set(at, kDirty);
      }
    }
    if (primary) {
      const uint32_t row = sweep.RowOf(vertex);
      if (table->rows_[at] != row) table->rows_.Mutable(at) = row;
    }
  }
  table->inheritance_->Trim();
  table->evaluated_ = sweep.evaluated();
  return table;
}

bool VerdictTable::Answers(const Query& query) const {
  Context context = query.context;  // what decides verdicts
  context.use_mode = query_.context.use_mode;
  context.modified = query_.context.modified;
  return query.IsPreset() && query.adapter == query_.adapter &&
         query.undeclared == query_.undeclared && context == query_.context &&
         query.max_vertices >= Query().max_vertices;
}

void VerdictTable::Save(ImageWriter* image) const {
  image->Add("row-values", row_values_.values());
  image->Add("rows", rows_);
  image->Add("sets-of", sets_);
  image->Add("part-sets-of", part_sets_);
  inheritance_->Save(image);
}

absl::StatusOr<std::shared_ptr<const VerdictTable>> VerdictTable::Load(
    const ImageReader& image, std::shared_ptr<const Snapshot> snapshot) {
  auto table = std::shared_ptr<VerdictTable>(new VerdictTable());
  table->snapshot_ = std::move(snapshot);
  ASSIGN_OR_RETURN(auto row_values, image.Vector<StanceRows>("row-values"));
  ASSIGN_OR_RETURN(table->rows_, image.Vector<uint32_t>("rows"));
  ASSIGN_OR_RETURN(table->sets_, image.Vector<uint32_t>("sets-of"));
  ASSIGN_OR_RETURN(table->part_sets_, image.Vector<uint32_t>("part-sets-of"));
  ASSIGN_OR_RETURN(table->inheritance_, Inheritance::Load(image, table->snapshot_->licenses()));
  table->row_values_ = Interned<StanceRows>(std::move(row_values));
  const Snapshot& s = *table->snapshot_;
  if (table->rows_.size() != s.artifact_count() || table->sets_.size() != s.artifact_count() ||
      table->part_sets_.size() != s.vertex_count() - s.artifact_count()) {
    return absl::DataLossError("the image's verdicts do not fit its graph");
  }
  return table;
}

}  // namespace lineage
