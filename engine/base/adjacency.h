// Lists of small values by number, whose copies share what they have in common: the two directions
// of a graph's edges.
#ifndef LINEAGE_ENGINE_BASE_ADJACENCY_H_
#define LINEAGE_ENGINE_BASE_ADJACENCY_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "absl/types/span.h"
#include "engine/base/persistent_vector.h"

namespace lineage {

// Compressed sparse rows in pages of 256 lists: a page is one block, where each list begins and
// then the lists. A list costs O(its page) to replace, and a copy what a PersistentVector costs.
template <typename T>
class Adjacency {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) == alignof(uint32_t));

 public:
  static constexpr std::size_t kPageSize = 256;

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] absl::Span<const T> operator[](std::size_t i) const {
    const uint32_t* page = pages_[i / kPageSize].get();
    const uint32_t* begin = page + i % kPageSize;
    return {reinterpret_cast<const T*>(page + kHeader) + begin[0], begin[1] - begin[0]};
  }

  // New lists are empty.
  void resize(std::size_t size) {
    while (pages_.size() * kPageSize < size) pages_.push_back(EmptyPage());
    size_ = std::max(size_, size);
  }

  void Set(std::size_t i, absl::Span<const T> list) {
    const uint32_t* old = pages_[i / kPageSize].get();
    const std::size_t at = i % kPageSize;
    const std::size_t removed = old[at + 1] - old[at];
    std::shared_ptr<uint32_t[]> page = NewPage(old[kPageSize] - removed + list.size());
    for (std::size_t k = 0; k <= kPageSize; ++k) {
      page[k] = static_cast<uint32_t>(k <= at ? old[k] : old[k] - removed + list.size());
    }
    const T* from = reinterpret_cast<const T*>(old + kHeader);
    T* to = reinterpret_cast<T*>(page.get() + kHeader);
    Copy(from, old[at], to);
    Copy(list.data(), list.size(), to + old[at]);
    Copy(from + old[at + 1], old[kPageSize] - old[at + 1], to + old[at] + list.size());
    pages_.Mutable(i / kPageSize) = std::move(page);
  }

  // Lists 0 … `size` - 1 from one run of items: list i is [begin[i], begin[i + 1]) of it.
  void Assign(absl::Span<const uint32_t> begin, absl::Span<const T> items) {
    pages_.clear();
    size_ = begin.size() - 1;
    for (std::size_t first = 0; first < size_; first += kPageSize) {
      const std::size_t last = std::min(first + kPageSize, size_);
      std::shared_ptr<uint32_t[]> page = NewPage(begin[last] - begin[first]);
      for (std::size_t k = 0; k <= kPageSize; ++k) {
        page[k] = begin[std::min(first + k, last)] - begin[first];
      }
      Copy(items.data() + begin[first], begin[last] - begin[first],
           reinterpret_cast<T*>(page.get() + kHeader));
      pages_.push_back(std::move(page));
    }
  }

 private:
  static constexpr std::size_t kHeader = kPageSize + 1;

  static std::shared_ptr<uint32_t[]> NewPage(std::size_t items) {
    return std::make_shared<uint32_t[]>(kHeader + items * (sizeof(T) / sizeof(uint32_t)));
  }
  static std::shared_ptr<const uint32_t[]> EmptyPage() {
    static const auto* const kEmpty = new std::shared_ptr<const uint32_t[]>(NewPage(0));
    return *kEmpty;
  }
  static void Copy(const T* from, std::size_t count, T* to) {
    if (count != 0) std::memcpy(static_cast<void*>(to), from, count * sizeof(T));
  }

  PersistentVector<std::shared_ptr<const uint32_t[]>> pages_;
  std::size_t size_ = 0;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_ADJACENCY_H_
