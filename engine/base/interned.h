// Values kept once and told by number.
#ifndef LINEAGE_ENGINE_BASE_INTERNED_H_
#define LINEAGE_ENGINE_BASE_INTERNED_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/hash/hash.h"
#include "engine/base/id_table.h"
#include "engine/base/persistent_vector.h"

namespace lineage {

// Copies share what they have in common. One thread at a time adds to those that come from one
// another; any number read ones that nobody adds to.
template <typename T>
class Interned {
 public:
  Interned() = default;
  explicit Interned(PersistentVector<T> values) : values_(std::move(values)) {}

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  const T& operator[](uint32_t number) const { return values_[number]; }
  [[nodiscard]] const PersistentVector<T>& values() const { return values_; }

  // The number of a value. Cost: O(1).
  uint32_t Add(const T& value) {
    if (index_ == nullptr || index_->full()) Index();
    const uint64_t hash = absl::HashOf(value);
    uint32_t found = kNone;
    index_->ForEach(hash, [&](uint32_t number) {  // of another copy, if it is past the end
      if (number < values_.size() && values_[number] == value) found = number;
      return found != kNone;
    });
    if (found != kNone) return found;
    found = static_cast<uint32_t>(values_.size());
    values_.push_back(value);
    index_->Add(hash, found);
    return found;
  }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};

  void Index() {
    index_ = std::make_shared<IdTable>(values_.size() * 2 + 8);
    for (uint32_t i = 0; i < values_.size(); ++i) index_->Add(absl::HashOf(values_[i]), i);
  }

  PersistentVector<T> values_;
  std::shared_ptr<IdTable> index_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_INTERNED_H_
