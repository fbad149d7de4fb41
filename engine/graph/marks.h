// Which vertices a walk has seen: forgotten at once, for the cost of a counter.
#ifndef LINEAGE_ENGINE_GRAPH_MARKS_H_
#define LINEAGE_ENGINE_GRAPH_MARKS_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace lineage {

// A number for each of the vertices that a walk has seen, by dense id. Taken from the thread's
// store and given back, so that nothing is cleared or allocated for a walk: a value counts only if
// it was set since.
class Marks {
 public:
  explicit Marks(std::size_t size) : lease_(Take()) {
    if (lease_->stamps.size() < size) {
      lease_->stamps.resize(size, 0);
      lease_->values.resize(size, 0);
    }
    if (++lease_->epoch == 0) {  // after four billion walks
      std::fill(lease_->stamps.begin(), lease_->stamps.end(), 0);
      lease_->epoch = 1;
    }
  }
  ~Marks() { Store().push_back(std::move(lease_)); }
  Marks(const Marks&) = delete;
  Marks& operator=(const Marks&) = delete;

  [[nodiscard]] bool Has(std::size_t vertex) const {
    return lease_->stamps[vertex] == lease_->epoch;
  }
  [[nodiscard]] uint32_t Get(std::size_t vertex) const { return lease_->values[vertex]; }
  // Asks the cache for where a mark stands.
  void Prefetch(std::size_t vertex) const { __builtin_prefetch(&lease_->stamps[vertex]); }
  // Marks it without a number: one place in memory instead of two.
  void Add(std::size_t vertex) { lease_->stamps[vertex] = lease_->epoch; }
  void Set(std::size_t vertex, uint32_t value) {
    lease_->stamps[vertex] = lease_->epoch;
    lease_->values[vertex] = value;
  }

 private:
  struct Lease {
    std::vector<uint32_t> stamps;
    std::vector<uint32_t> values;
    uint32_t epoch = 0;
  };
  // Walks within walks take further ones.
  static std::vector<std::unique_ptr<Lease>>& Store() {
    thread_local std::vector<std::unique_ptr<Lease>> store;
    return store;
  }
  static std::unique_ptr<Lease> Take() {
    auto& store = Store();
    if (store.empty()) return std::make_unique<Lease>();
    std::unique_ptr<Lease> lease = std::move(store.back());
    store.pop_back();
    return lease;
  }

  std::unique_ptr<Lease> lease_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_GRAPH_MARKS_H_
