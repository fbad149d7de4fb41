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

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "engine/base/image.h"
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

  // Asks the cache for where a list stands.
  void Prefetch(std::size_t i) const {
    __builtin_prefetch(pages_[i / kPageSize].get() + i % kPageSize);
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

  void Save(absl::string_view name, ImageWriter* image) const {
    std::vector<uint64_t> begin = {size_, 0};  // then where each page ends, in words
    for (std::size_t p = 0; p < pages_.size(); ++p) {
      begin.push_back(begin.back() + WordsOf(pages_[p].get()));
    }
    image->Add<uint64_t>(absl::StrCat(name, ".begin"), begin);
    image->Begin(name, sizeof(uint32_t), begin.back());
    for (std::size_t p = 0; p < pages_.size(); ++p) {
      image->Append(pages_[p].get(), WordsOf(pages_[p].get()) * sizeof(uint32_t));
    }
  }
  static absl::StatusOr<Adjacency> Load(absl::string_view name, const ImageReader& image) {
    const auto begin = image.Array<const uint64_t>(absl::StrCat(name, ".begin"));
    if (!begin.ok()) return begin.status();
    const auto words = image.Array<const uint32_t>(name);
    if (!words.ok()) return words.status();
    if (begin->size() < 2 || begin->back() != words->size() ||
        (begin->size() - 2) * kPageSize < begin->front()) {
      return absl::DataLossError(absl::StrCat("the image's \"", name, "\" does not fit together"));
    }
    Adjacency lists;
    lists.size_ = begin->front();
    for (std::size_t p = 1; p + 1 < begin->size(); ++p) {
      lists.pages_.push_back(
          std::shared_ptr<const uint32_t[]>(image.memory(), words->data() + (*begin)[p]));
    }
    return lists;
  }

 private:
  static std::size_t WordsOf(const uint32_t* page) {
    return kHeader + page[kPageSize] * (sizeof(T) / sizeof(uint32_t));
  }
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
