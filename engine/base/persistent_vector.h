// A vector whose copies share what they have in common: how a new revision of millions of records
// is published at the cost of what changed.
#ifndef LINEAGE_ENGINE_BASE_PERSISTENT_VECTOR_H_
#define LINEAGE_ENGINE_BASE_PERSISTENT_VECTOR_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace lineage {

// Pages of 64 or, if they are small, 256 values under nodes of 128 pages under a root. Copying costs
// O(1); a first write after a copy one page, one node, and the root: O(size / 8,192). A copy is a
// value of its own: writing to either leaves the other as it was.
// Thread-safe as a value: any number of threads may read and copy one that nobody writes to.
template <typename T>
class PersistentVector {
 public:
  // What a write copies should be little; of big values and counted pointers 64 are enough.
  static constexpr std::size_t kPageShift =
      std::is_trivially_copyable_v<T> && sizeof(T) <= 24 ? 8 : 6;
  static constexpr std::size_t kPageSize = std::size_t{1} << kPageShift;
  using Page = std::array<T, kPageSize>;

  PersistentVector() = default;
  // The first `size` values of pages that stand in a row at `pages`, and belong to `owner`; they
  // are only read.
  PersistentVector(const std::shared_ptr<void>& owner, Page* pages, std::size_t size)
      : size_(size) {
    for (std::size_t p = 0; p * kPageSize < size; ++p) {
      AddPage(p, std::shared_ptr<Page>(owner, pages + p), kNobody);
    }
  }
  // A copy of an array.
  explicit PersistentVector(absl::Span<const T> values) : size_(values.size()) {
    for (std::size_t p = 0; p * kPageSize < size_; ++p) {
      auto page = std::make_shared<Page>();
      const absl::Span<const T> part = values.subspan(p * kPageSize, kPageSize);
      std::copy(part.begin(), part.end(), page->begin());
      AddPage(p, std::move(page), edition_.load(std::memory_order_relaxed));
    }
  }
  PersistentVector(const PersistentVector& other) : root_(other.root_), size_(other.size_) {
    // From now on both copy before they write.
    other.edition_.store(NextEdition(), std::memory_order_relaxed);
  }
  PersistentVector(PersistentVector&& other) noexcept
      : root_(std::move(other.root_)),
        size_(std::exchange(other.size_, 0)),
        edition_(other.edition_.load(std::memory_order_relaxed)) {
    other.edition_.store(NextEdition(), std::memory_order_relaxed);
  }
  PersistentVector& operator=(const PersistentVector& other) {
    if (this != &other) *this = PersistentVector(other);
    return *this;
  }
  PersistentVector& operator=(PersistentVector&& other) noexcept {
    root_ = std::move(other.root_);
    size_ = std::exchange(other.size_, 0);
    edition_.store(other.edition_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    other.edition_.store(NextEdition(), std::memory_order_relaxed);
    return *this;
  }
  ~PersistentVector() = default;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  const T& operator[](std::size_t i) const {
    return (*root_->nodes[i >> kNodeShift]->pages[(i >> kPageShift) & kNodeMask])[i & kPageMask];
  }
  [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }

  // The value to write to. The reference holds until the next copy.
  T& Mutable(std::size_t i) { return MutablePage(i >> kPageShift)[i & kPageMask]; }

  template <typename U = T>
  void push_back(U&& value) {
    if ((size_ & kPageMask) == 0) {
      AddPage(size_ >> kPageShift, std::make_shared<Page>(),
              edition_.load(std::memory_order_relaxed));
    }
    MutablePage(size_ >> kPageShift)[size_ & kPageMask] = std::forward<U>(value);
    ++size_;
  }
  // New values are `value`.
  void resize(std::size_t size, const T& value = T()) {
    while (size_ < size) push_back(value);
  }
  void clear() { *this = PersistentVector(); }

  // The pages in order; values past the end are those of an array's beginning.
  [[nodiscard]] std::size_t page_count() const { return (size_ + kPageMask) >> kPageShift; }
  [[nodiscard]] const Page& PageAt(std::size_t p) const {
    return *root_->nodes[p >> kNodeBits]->pages[p & kNodeMask];
  }
  // One to be written to: by another thread for each page, if need be.
  Page& MutablePage(std::size_t p) {
    Node& node = MutableNode(p >> kNodeBits);
    const uint64_t edition = edition_.load(std::memory_order_relaxed);
    if (node.page_editions[p & kNodeMask] != edition) {
      node.pages[p & kNodeMask] = std::make_shared<Page>(*node.pages[p & kNodeMask]);
      node.page_editions[p & kNodeMask] = edition;
    }
    return *node.pages[p & kNodeMask];
  }

 private:
  static constexpr std::size_t kPageMask = kPageSize - 1;
  static constexpr std::size_t kNodeBits = 7;
  static constexpr std::size_t kNodeSize = std::size_t{1} << kNodeBits;
  static constexpr std::size_t kNodeMask = kNodeSize - 1;
  static constexpr std::size_t kNodeShift = kPageShift + kNodeBits;
  static constexpr uint64_t kNobody = 0;

  // Each is written to in place only by the vector of the same edition.
  struct Node {
    uint64_t edition = kNobody;
    std::array<std::shared_ptr<Page>, kNodeSize> pages;
    std::array<uint64_t, kNodeSize> page_editions{};
  };
  struct Root {
    uint64_t edition = kNobody;
    std::vector<std::shared_ptr<Node>> nodes;
  };

  static uint64_t NextEdition() {
    static std::atomic<uint64_t> next{1};
    return next.fetch_add(1, std::memory_order_relaxed);
  }

  Root& MutableRoot() {
    const uint64_t edition = edition_.load(std::memory_order_relaxed);
    if (root_ == nullptr || root_->edition != edition) {
      root_ = root_ == nullptr ? std::make_shared<Root>() : std::make_shared<Root>(*root_);
      root_->edition = edition;
    }
    return *root_;
  }
  Node& MutableNode(std::size_t n) {
    std::shared_ptr<Node>& node = MutableRoot().nodes[n];
    const uint64_t edition = edition_.load(std::memory_order_relaxed);
    if (node->edition != edition) {
      node = std::make_shared<Node>(*node);
      node->edition = edition;
    }
    return *node;
  }
  void AddPage(std::size_t p, std::shared_ptr<Page> page, uint64_t edition) {
    if ((p & kNodeMask) == 0) {
      MutableRoot().nodes.push_back(std::make_shared<Node>());
      root_->nodes.back()->edition = edition_.load(std::memory_order_relaxed);
    }
    Node& node = MutableNode(p >> kNodeBits);
    node.pages[p & kNodeMask] = std::move(page);
    node.page_editions[p & kNodeMask] = edition;
  }

  std::shared_ptr<Root> root_;
  std::size_t size_ = 0;
  mutable std::atomic<uint64_t> edition_{NextEdition()};
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_PERSISTENT_VECTOR_H_
