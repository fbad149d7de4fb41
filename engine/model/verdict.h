// The four verdicts and the stances under which they are computed.
#ifndef LINEAGE_ENGINE_MODEL_VERDICT_H_
#define LINEAGE_ENGINE_MODEL_VERDICT_H_

#include <algorithm>
#include <cstdint>

#include "engine/model/names.h"

namespace lineage {

// Ordered from the strictest. Values are pinned: they reach disk and wire.
enum class Verdict : uint8_t {
  kProhibited = 0,
  kUndetermined = 1,
  kConditional = 2,
  kPermitted = 3
};

template <>
struct EnumNames<Verdict> {
  static constexpr std::array<const char*, 4> value = {"prohibited", "undetermined", "conditional",
                                                       "permitted"};
};

[[nodiscard]] constexpr Verdict Stricter(Verdict a, Verdict b) { return std::min(a, b); }

// The legal theory that decides what an edge conveys. Ordered from the strictest. Values are
// pinned.
enum class Stance : uint8_t { kCautious = 0, kStandard = 1, kPermissive = 2 };

template <>
struct EnumNames<Stance> {
  static constexpr std::array<const char*, 3> value = {"cautious", "standard", "permissive"};
};

// Whether an adapter is asked about together with the base that it needs, or alone.
enum class AdapterUse : uint8_t { kWithBase = 0, kAlone = 1 };

template <>
struct EnumNames<AdapterUse> {
  static constexpr std::array<const char*, 2> value = {"with-base", "alone"};
};

// How the concluded licence is chosen among claims that disagree.
enum class ClaimsPolicy : uint8_t { kRanked = 0, kStrictest = 1 };

template <>
struct EnumNames<ClaimsPolicy> {
  static constexpr std::array<const char*, 2> value = {"ranked", "strictest"};
};

// What an undeclared or unresolved artifact is taken for.
enum class UndeclaredPolicy : uint8_t { kUndetermined = 0, kProhibited = 1 };

template <>
struct EnumNames<UndeclaredPolicy> {
  static constexpr std::array<const char*, 2> value = {"undetermined", "prohibited"};
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_VERDICT_H_
