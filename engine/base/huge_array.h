// Room for millions of values that are written once, in order or not.
#ifndef LINEAGE_ENGINE_BASE_HUGE_ARRAY_H_
#define LINEAGE_ENGINE_BASE_HUGE_ARRAY_H_

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

#include "engine/base/persistent_vector.h"

namespace lineage {

// In large pages of memory, if the system has them: a first touch costs a fault for 2 MiB instead
// of 4 KiB, and a random read seldom a walk of the page table. Values are not initialised.
template <typename T>
class HugeArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  explicit HugeArray(std::size_t capacity)
      : capacity_((capacity + kUnit - 1) / kUnit * kUnit),
        owner_(Allocate(capacity_ * sizeof(T)), std::free) {}

  T* data() { return static_cast<T*>(owner_.get()); }
  [[nodiscard]] const T* data() const { return static_cast<const T*>(owner_.get()); }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }

  // The first `size` values, without copying.
  [[nodiscard]] PersistentVector<T> Share(std::size_t size) {
    std::fill(data() + size, data() + (size + kUnit - 1) / kUnit * kUnit, T());
    return PersistentVector<T>(owner_,
                               reinterpret_cast<typename PersistentVector<T>::Page*>(data()), size);
  }

 private:
  static constexpr std::size_t kUnit = PersistentVector<T>::kPageSize;
  static constexpr std::size_t kLarge = std::size_t{1} << 21U;

  static void* Allocate(std::size_t bytes) {
    if (bytes == 0) return nullptr;
    const bool large = bytes >= kLarge;
    const std::size_t alignment = large ? kLarge : 64;
    void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc();
    if (large) static_cast<void>(madvise(memory, bytes, MADV_HUGEPAGE));  // a wish
    return memory;
  }

  std::size_t capacity_;
  std::shared_ptr<void> owner_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_HUGE_ARRAY_H_
