// A typed 32-bit index: ids of different things cannot be mixed up.
#ifndef LINEAGE_ENGINE_BASE_STRONG_ID_H_
#define LINEAGE_ENGINE_BASE_STRONG_ID_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <utility>

namespace lineage {

// A value type; default-constructed it is `None()`, which equals no valid id.
template <typename Tag>
class StrongId {
 public:
  constexpr StrongId() = default;
  explicit constexpr StrongId(uint32_t value) : value_(value) {}
  explicit constexpr StrongId(std::size_t value) : value_(static_cast<uint32_t>(value)) {}

  static constexpr StrongId None() { return StrongId(); }

  [[nodiscard]] constexpr uint32_t value() const { return value_; }
  [[nodiscard]] constexpr bool valid() const { return value_ != kNone; }

  friend constexpr auto operator<=>(StrongId, StrongId) = default;

  template <typename H>
  friend H AbslHashValue(H h, StrongId id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  uint32_t value_ = kNone;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_STRONG_ID_H_
