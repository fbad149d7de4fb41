// Numbers by hash: an open-addressing table that only grows.
#ifndef LINEAGE_ENGINE_BASE_ID_TABLE_H_
#define LINEAGE_ENGINE_BASE_ID_TABLE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace lineage {

// Holds numbers, several of one hash if need be; what they stand for is compared by the caller. One
// thread adds; any number look up meanwhile, and may see what was added since.
class IdTable {
 public:
  explicit IdTable(std::size_t expected = 8) {
    std::size_t capacity = 16;
    while (capacity * 2 < expected * 3 + 3) capacity *= 2;
    slots_ = std::make_unique<std::atomic<uint32_t>[]>(capacity);
    tags_ = std::make_unique<std::atomic<uint8_t>[]>(capacity);
    mask_ = capacity - 1;
  }

  [[nodiscard]] bool full() const { return (size_ + 1) * 3 > (mask_ + 1) * 2; }
  // Not if `full`.
  void Add(uint64_t hash, uint32_t number) {
    std::size_t at = hash & mask_;
    while (slots_[at].load(std::memory_order_relaxed) != 0) at = (at + 1) & mask_;
    tags_[at].store(TagOf(hash), std::memory_order_relaxed);
    slots_[at].store(number + 1, std::memory_order_release);
    ++size_;
  }

  // Calls `visit` with every number of this hash, and perhaps with others, until it returns true.
  template <typename Visit>
  void ForEach(uint64_t hash, const Visit& visit) const {
    const uint8_t tag = TagOf(hash);
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const uint32_t slot = slots_[at].load(std::memory_order_acquire);
      if (slot == 0) return;
      if (tags_[at].load(std::memory_order_relaxed) == tag && visit(slot - 1)) return;
    }
  }

  // Twice as large, with all numbers; `hash_of` tells the hash of each.
  template <typename HashOf>
  [[nodiscard]] std::shared_ptr<IdTable> Grown(const HashOf& hash_of) const {
    auto grown = std::make_shared<IdTable>(size_ * 2 + 8);
    for (std::size_t at = 0; at <= mask_; ++at) {
      const uint32_t slot = slots_[at].load(std::memory_order_relaxed);
      if (slot != 0) grown->Add(hash_of(slot - 1), slot - 1);
    }
    return grown;
  }

 private:
  static uint8_t TagOf(uint64_t hash) { return static_cast<uint8_t>(hash >> 56U); }

  std::unique_ptr<std::atomic<uint32_t>[]> slots_;  // number + 1; 0: empty
  std::unique_ptr<std::atomic<uint8_t>[]> tags_;    // part of the hash, to compare less
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_ID_TABLE_H_
