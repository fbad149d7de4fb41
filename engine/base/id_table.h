// Numbers by hash: an open-addressing table that only grows.
#ifndef LINEAGE_ENGINE_BASE_ID_TABLE_H_
#define LINEAGE_ENGINE_BASE_ID_TABLE_H_

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/base/image.h"

namespace lineage {

// Holds numbers, several of one hash if need be; what they stand for is compared by the caller. One
// thread adds; any number look up meanwhile, and may see what was added since.
class IdTable {
 public:
  explicit IdTable(std::size_t expected = 8) {
    std::size_t capacity = 16;
    while (capacity * 2 < expected * 3 + 3) capacity *= 2;
    slots_.reset(new std::atomic<uint32_t>[capacity]());
    tags_.reset(new std::atomic<uint8_t>[capacity]());
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

  // The numbers below `end`, to an image and back; what comes of it can be added to.
  void Save(absl::string_view name, uint32_t end, ImageWriter* image) const {
    std::vector<uint32_t> slots(mask_ + 1);
    std::vector<uint8_t> tags(mask_ + 1);
    uint64_t size = 0;
    for (std::size_t at = 0; at <= mask_; ++at) {
      // Whoever came later stood behind those that came earlier: nobody misses them.
      const uint32_t slot = slots_[at].load(std::memory_order_acquire);
      if (slot == 0 || slot > end) continue;
      slots[at] = slot;
      tags[at] = tags_[at].load(std::memory_order_relaxed);
      ++size;
    }
    image->Add(absl::StrCat(name, ".size"), absl::MakeConstSpan(&size, 1));
    image->Add<uint32_t>(absl::StrCat(name, ".slots"), slots);
    image->Add<uint8_t>(absl::StrCat(name, ".tags"), tags);
  }
  static absl::StatusOr<std::shared_ptr<IdTable>> Load(absl::string_view name,
                                                       const ImageReader& image) {
    const auto size = image.Array<const uint64_t>(absl::StrCat(name, ".size"));
    const auto slots = image.Array<uint32_t>(absl::StrCat(name, ".slots"));
    const auto tags = image.Array<uint8_t>(absl::StrCat(name, ".tags"));
    for (const absl::Status& status : {size.status(), slots.status(), tags.status()}) {
      if (!status.ok()) return status;
    }
    if (size->size() != 1 || slots->size() != tags->size() || !std::has_single_bit(slots->size()) ||
        size->front() >= slots->size()) {
      return absl::DataLossError(absl::StrCat("the image's \"", name, "\" is no table"));
    }
    auto table = std::make_shared<IdTable>();
    table->slots_ = {image.memory(), reinterpret_cast<std::atomic<uint32_t>*>(slots->data())};
    table->tags_ = {image.memory(), reinterpret_cast<std::atomic<uint8_t>*>(tags->data())};
    table->mask_ = slots->size() - 1;
    table->size_ = size->front();
    return table;
  }

 private:
  static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t) &&
                sizeof(std::atomic<uint8_t>) == sizeof(uint8_t));
  static uint8_t TagOf(uint64_t hash) { return static_cast<uint8_t>(hash >> 56U); }

  std::shared_ptr<std::atomic<uint32_t>[]> slots_;  // number + 1; 0: empty
  std::shared_ptr<std::atomic<uint8_t>[]> tags_;    // part of the hash, to compare less
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_ID_TABLE_H_
