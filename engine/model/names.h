// Enums whose values have public names: one table per enum, used for parsing, printing and
// suggestions.
#ifndef LINEAGE_ENGINE_MODEL_NAMES_H_
#define LINEAGE_ENGINE_MODEL_NAMES_H_

#include <array>
#include <bit>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace lineage {

// Specialised beside each enum: `static constexpr std::array<const char*, N> value`, in the order
// of the enum's values.
template <typename E>
struct EnumNames;

namespace internal_names {

// Whether `value` is an enumerator: compilers print the name of one, and a cast "(E)18" of any
// other number.
template <auto value>
[[nodiscard]] constexpr bool IsEnumerator() {
  absl::string_view text = __PRETTY_FUNCTION__;
  text.remove_suffix(1);  // ']'
  while (text.back() >= '0' && text.back() <= '9') text.remove_suffix(1);
  return text.back() != ')';
}

// The values of E are 0, 1, 2 … and each has a name: forgetting one does not compile.
template <typename E>
[[nodiscard]] constexpr bool IsComplete() {
  constexpr std::size_t size = EnumNames<E>::value.size();
  for (const char* name : EnumNames<E>::value) {
    if (name == nullptr || *name == '\0') return false;
  }
  return []<std::size_t... i>(std::index_sequence<i...>) {
    return (IsEnumerator<static_cast<E>(i)>() && ...) && !IsEnumerator<static_cast<E>(size)>();
  }
  (std::make_index_sequence<size>());
}

}  // namespace internal_names

template <typename E>
inline constexpr std::size_t kEnumSize = [] {
  static_assert(internal_names::IsComplete<E>(),
                "EnumNames has one name for each value of the enum, and these count from 0");
  return EnumNames<E>::value.size();
}();

template <typename E>
[[nodiscard]] constexpr absl::string_view Name(E e) {
  static_assert(kEnumSize<E> > 0);
  return EnumNames<E>::value[static_cast<std::size_t>(e)];
}

template <typename E>
[[nodiscard]] std::optional<E> FindByName(absl::string_view name) {
  for (std::size_t i = 0; i < kEnumSize<E>; ++i) {
    if (name == EnumNames<E>::value[i]) return static_cast<E>(i);
  }
  return std::nullopt;
}

template <typename E>
[[nodiscard]] std::vector<std::string> AllNames() {
  return std::vector<std::string>(EnumNames<E>::value.begin(), EnumNames<E>::value.end());
}

// All values of E, in order: `for (Right right : EnumValues<Right>())`.
template <typename E>
[[nodiscard]] constexpr std::array<E, kEnumSize<E>> EnumValues() {
  std::array<E, kEnumSize<E>> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<E>(i);
  return values;
}

// A set of the values of an enum that has fewer than 32, as bits.
template <typename E>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<E> values) {
    for (const E e : values) Add(e);
  }
  static constexpr EnumSet All() {
    static_assert(kEnumSize<E> < 32, "an EnumSet holds fewer than 32 values");
    return FromBits((uint32_t{1} << kEnumSize<E>)-1);
  }
  static constexpr EnumSet FromBits(uint32_t bits) {
    EnumSet set;
    set.bits_ = bits;
    return set;
  }

  constexpr void Add(E e) { bits_ |= Bit(e); }
  [[nodiscard]] constexpr bool Has(E e) const { return (bits_ & Bit(e)) != 0; }
  [[nodiscard]] constexpr bool Intersects(EnumSet other) const {
    return (bits_ & other.bits_) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr uint32_t bits() const { return bits_; }
  // In order of value, without a copy: `for (Right right : rights)`.
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = E;
    using difference_type = std::ptrdiff_t;
    using pointer = const E*;
    using reference = E;
    constexpr Iterator() = default;
    constexpr explicit Iterator(uint32_t bits) : bits_(bits) {}
    constexpr E operator*() const { return static_cast<E>(std::countr_zero(bits_)); }
    constexpr Iterator& operator++() {
      bits_ &= bits_ - 1;
      return *this;
    }
    constexpr Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend constexpr bool operator==(Iterator, Iterator) = default;

   private:
    uint32_t bits_ = 0;
  };
  [[nodiscard]] constexpr Iterator begin() const { return Iterator(bits_); }
  [[nodiscard]] constexpr Iterator end() const { return Iterator(0); }
  [[nodiscard]] std::vector<E> Values() const {
    std::vector<E> values;
    for (const E e : *this) values.push_back(e);
    return values;
  }
  friend constexpr EnumSet operator|(EnumSet a, EnumSet b) { return FromBits(a.bits_ | b.bits_); }
  friend constexpr EnumSet operator&(EnumSet a, EnumSet b) { return FromBits(a.bits_ & b.bits_); }
  friend constexpr bool operator==(EnumSet, EnumSet) = default;

 private:
  static constexpr uint32_t Bit(E e) { return uint32_t{1} << static_cast<uint32_t>(e); }
  uint32_t bits_ = 0;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_NAMES_H_
