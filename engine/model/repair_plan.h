// What `repair` answers, as plain values.
#ifndef LINEAGE_ENGINE_MODEL_REPAIR_PLAN_H_
#define LINEAGE_ENGINE_MODEL_REPAIR_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/model/explanation.h"

namespace lineage {

// Artifacts that are enough to replace.
struct RepairSet {
  std::vector<std::string> artifacts;  // in order of id
  uint64_t cost = 0;
  Verdict verdict = Verdict::kPermitted;  // with them replaced

  friend bool operator==(const RepairSet&, const RepairSet&) = default;
};

// What kind of claim would settle it. Values are pinned.
enum class ConfirmationKind : uint8_t {
  kAnyLicense = 0,  // that the artifact is under some licence that permits what is asked
  kLicense = 1,     // that the artifact is under `license`, as somebody says who was outranked
  kNoEdge = 2,      // that it was not made from `parent`, as was inferred
};

template <>
struct EnumNames<ConfirmationKind> {
  static constexpr std::array<const char*, 3> value = {"any-license", "license", "no-edge"};
};

// One claim that, if it were confirmed, would make the check pass.
struct Confirmation {
  ConfirmationKind kind = ConfirmationKind::kAnyLicense;
  std::string artifact;
  std::string license;                     // kLicense
  Relation relation = Relation::kBundles;  // kNoEdge
  std::string parent;                      // kNoEdge
  std::string by;                          // kLicense, kNoEdge: who says so now

  friend bool operator==(const Confirmation&, const Confirmation&) = default;
};

struct RepairPlan {
  std::string artifact;
  Component component = Component::kWeights;
  RightSet rights;
  Verdict verdict = Verdict::kPermitted;  // of the rights together, as things are
  bool passes = false;                    // nothing to repair
  bool possible = false;                  // replacing upstreams can make it pass
  std::vector<Because> own;               // terms of its own in the way, where it is not
  std::vector<RepairSet> sets;            // the cheapest ones, in order
  bool cheapest = true;                   // proved: no cheaper set exists
  bool complete = true;                   // all cheapest sets are listed
  std::vector<Confirmation> confirmations;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_REPAIR_PLAN_H_
