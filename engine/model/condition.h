// Conditions on a right, and the context that decides them.
#ifndef LINEAGE_ENGINE_MODEL_CONDITION_H_
#define LINEAGE_ENGINE_MODEL_CONDITION_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/names.h"

namespace lineage {

// What a condition may ask about. Values are pinned.
enum class ContextKey : uint8_t {
  kMonthlyActiveUsers = 0,  // of all the caller's products, in one month
  kAnnualRevenueUsd = 1,    // of the caller, US dollars
  kShareOfRoyalty = 2,      // share of revenue paid to the licensor, 0 to 1
  kRegion = 3,              // ISO 3166-1 alpha-2 codes where it is used
  kPurpose = 4,             // ids of the vocabulary's purposes
  kEntity = 5,              // what kind of entity the caller is
  kAttributableRevenueUsd = 6,  // of what is made with the work, US dollars a year
  kEstablishedIn = 7,           // ISO 3166-1 alpha-2 codes where the caller is established
  kFact = 8,                    // one of the vocabulary's facts, yes or no
};

template <>
struct EnumNames<ContextKey> {
  static constexpr std::array<const char*, 9> value = {"monthly-active-users",
                                                       "annual-revenue-usd",
                                                       "share-of-royalty",
                                                       "region",
                                                       "purpose",
                                                       "entity",
                                                       "attributable-revenue-usd",
                                                       "established-in",
                                                       "fact"};
};

[[nodiscard]] constexpr bool IsNumeric(ContextKey key) {
  return key <= ContextKey::kShareOfRoyalty || key == ContextKey::kAttributableRevenueUsd;
}

// Facts that the calculus itself speaks of (docs/semantics.md, sections 4 and 5).
inline constexpr const char* kCompetesWithLicensor = "competes-with-licensor";
inline constexpr const char* kPerformsSimilarly = "performs-similarly";

// What a condition would need to know.
struct Missing {
  EnumSet<ContextKey> keys;        // but for facts
  std::vector<std::string> facts;  // sorted

  [[nodiscard]] bool empty() const { return keys.empty() && facts.empty(); }
  void Add(ContextKey key) { keys.Add(key); }
  void AddFact(const std::string& fact) {
    const auto place = std::lower_bound(facts.begin(), facts.end(), fact);
    if (place == facts.end() || *place != fact) facts.insert(place, fact);
  }
  void Add(const Missing& other) {
    keys = keys | other.keys;
    for (const std::string& fact : other.facts) AddFact(fact);
  }
  friend bool operator==(const Missing&, const Missing&) = default;
};

// How the artifact is put to use; decides which duties are due.
enum class UseMode : uint8_t { kInternal = 0, kShare = 1, kSell = 2, kService = 3 };

template <>
struct EnumNames<UseMode> {
  static constexpr std::array<const char*, 4> value = {"internal", "share", "sell", "service"};
};

// What the caller says about itself; everything is optional. Regions are codes, never groups.
struct Context {
  std::optional<double> monthly_active_users;
  std::optional<double> annual_revenue_usd;
  std::optional<double> share_of_royalty;
  std::optional<double> attributable_revenue_usd;
  std::vector<std::string> regions;
  std::vector<std::string> established_in;
  std::map<std::string, bool> facts;  // by id of the vocabulary
  std::vector<std::string> purposes;
  std::optional<std::string> entity;
  std::optional<UseMode> use_mode;
  bool modified = false;
  bool made_it = false;  // the caller made the artifact that it asks about

  friend bool operator==(const Context&, const Context&) = default;
};

// Where a context holds the number of a key; null: the key has none.
[[nodiscard]] constexpr std::optional<double> Context::*NumberField(ContextKey key) {
  switch (key) {
    case ContextKey::kMonthlyActiveUsers:
      return &Context::monthly_active_users;
    case ContextKey::kAnnualRevenueUsd:
      return &Context::annual_revenue_usd;
    case ContextKey::kShareOfRoyalty:
      return &Context::share_of_royalty;
    case ContextKey::kAttributableRevenueUsd:
      return &Context::attributable_revenue_usd;
    default:
      return nullptr;
  }
}

// A condition as a tree in one vector: node 0 is the root; an empty vector is "always true".
struct Condition {
  enum class Op : uint8_t {
    kAnd,
    kOr,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kEqual,
    kNotEqual,
    kIn,
    kNotIn
  };
  struct Node {
    Op op = Op::kAnd;
    std::vector<uint32_t> children;  // kAnd, kOr
    ContextKey key = ContextKey::kMonthlyActiveUsers;
    double number = 0;               // numeric comparisons
    std::vector<std::string> words;  // set comparisons: sorted; region groups expanded, use-policy
                                     // replaced by its purposes. kFact: the fact; `number` is 1 for
                                     // yes
  };
  std::string text;  // as written
  std::vector<Node> nodes;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_CONDITION_H_
