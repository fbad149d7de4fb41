#include "engine/permission/contexts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"

namespace lineage {
namespace {

constexpr std::size_t kMostSteps = 200'000;

// Each number, and one on either side of it.
std::vector<double> PointsOf(ContextKey key, const std::set<double>& numbers) {
  const bool share = key == ContextKey::kShareOfRoyalty;
  std::vector<double> points;
  double last = 0;
  for (const double number : numbers) {
    if (share && number > 1) break;
    if (number > last) points.push_back((last + number) / 2);
    points.push_back(number);
    last = number;
  }
  if (!share) points.push_back(2 * last + 1);
  if (share && last < 1) points.push_back(1);
  return points;
}

// One word of each kind that the sets tell apart, and one that none of them names.
std::vector<std::string> WordsOf(const std::vector<std::vector<std::string>>& sets) {
  std::map<absl::string_view, std::vector<bool>> kind_of;  // which sets hold the word
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (const std::string& word : sets[i]) {
      std::vector<bool>& kind = kind_of[word];
      kind.resize(sets.size());
      kind[i] = true;
    }
  }
  std::set<std::vector<bool>> kinds;
  std::vector<std::string> all = {"another"};
  for (const auto& [word, kind] : kind_of) {
    if (kinds.insert(kind).second) all.emplace_back(word);
  }
  return all;
}

}  // namespace

void Contexts::Add(const Condition& condition) {
  for (const Condition::Node& node : condition.nodes) {
    if (node.op == Condition::Op::kAnd || node.op == Condition::Op::kOr) continue;
    if (IsNumeric(node.key)) {
      numbers_[node.key].insert(node.number);
    } else if (node.key == ContextKey::kFact) {
      facts_.insert(node.words[0]);
    } else {
      auto& sets = sets_[node.key];
      if (std::find(sets.begin(), sets.end(), node.words) == sets.end())
        sets.push_back(node.words);
    }
  }
}

namespace {

// One key and the ways to give it a value.
struct Key {
  ContextKey key;
  std::string fact;  // if it is one
  std::vector<std::function<void(Context*)>> values;
  bool given = false;

  [[nodiscard]] bool IsIn(const Missing& missing) const {
    return key == ContextKey::kFact
               ? std::binary_search(missing.facts.begin(), missing.facts.end(), fact)
               : missing.keys.Has(key);
  }
};

// Depth first: a key is given a value only while the answer hangs on it.
class Search {
 public:
  Search(std::vector<Key> keys, const Contexts::Test& holds)
      : keys_(std::move(keys)), holds_(holds) {}

  bool From(const Context& context) {
    if (++steps_ > kMostSteps) return true;
    Missing missing;
    const Truth truth = holds_(context, &missing);
    if (truth != Truth::kUnknown) return truth == Truth::kTrue;
    const auto key = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const Key& one) { return !one.given && one.IsIn(missing); });
    if (key == keys_.end()) return false;
    key->given = true;
    const bool found = std::any_of(key->values.begin(), key->values.end(), [&](const auto& set) {
      Context next = context;
      set(&next);
      return From(next);
    });
    key->given = false;
    return found;
  }

 private:
  std::vector<Key> keys_;
  const Contexts::Test& holds_;
  std::size_t steps_ = 0;
};

}  // namespace

bool Contexts::Any(const Test& holds) const {
  Context context;
  context.facts[kCompetesWithLicensor] = false;
  context.facts[kPerformsSimilarly] = true;
  Missing unused;
  const Truth known = holds(context, &unused);
  if (known != Truth::kUnknown) return known == Truth::kTrue;
  // Words first: they decide the most.
  std::vector<Key> keys;
  for (const auto& [key, sets] : sets_) {
    Key& one = keys.emplace_back(Key{key, {}, {}});
    for (const std::string& word : WordsOf(sets)) {
      one.values.emplace_back([key = key, word](Context* c) {
        if (key == ContextKey::kRegion) c->regions = {word};
        if (key == ContextKey::kEstablishedIn) c->established_in = {word};
        if (key == ContextKey::kPurpose) c->purposes = {word};
        if (key == ContextKey::kEntity) c->entity = word;
      });
    }
  }
  for (const auto& [key, numbers] : numbers_) {
    Key& one = keys.emplace_back(Key{key, {}, {}});
    for (const double number : PointsOf(key, numbers)) {
      one.values.emplace_back([key = key, number](Context* c) { c->*NumberField(key) = number; });
    }
  }
  for (const std::string& fact : facts_) {
    if (context.facts.contains(fact)) continue;
    Key& one = keys.emplace_back(Key{ContextKey::kFact, fact, {}});
    for (const bool value : {true, false}) {
      one.values.emplace_back([fact, value](Context* c) { c->facts[fact] = value; });
    }
  }
  return Search(std::move(keys), holds).From(context);
}

}  // namespace lineage
