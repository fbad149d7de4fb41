// Conditions on a right, and the context that decides them.
#ifndef LINEAGE_ENGINE_MODEL_CONDITION_H_
#define LINEAGE_ENGINE_MODEL_CONDITION_H_

#include <cstdint>
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
};

template <>
struct EnumNames<ContextKey> {
  static constexpr std::array<const char*, 6> value = {"monthly-active-users",
                                                       "annual-revenue-usd",
                                                       "share-of-royalty",
                                                       "region",
                                                       "purpose",
                                                       "entity"};
};

[[nodiscard]] constexpr bool IsNumeric(ContextKey key) {
  return key <= ContextKey::kShareOfRoyalty;
}

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
  std::vector<std::string> regions;
  std::vector<std::string> purposes;
  std::optional<std::string> entity;
  std::optional<UseMode> use_mode;
  bool modified = false;

  friend bool operator==(const Context&, const Context&) = default;
};

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
                                     // replaced by its purposes
  };
  std::string text;  // as written
  std::vector<Node> nodes;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_CONDITION_H_
