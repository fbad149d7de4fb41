// Strings kept once, in an arena that only grows.
#ifndef LINEAGE_ENGINE_RECORDS_TEXT_POOL_H_
#define LINEAGE_ENGINE_RECORDS_TEXT_POOL_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/image.h"

namespace lineage {

// A string in a pool; 0 is the empty one. Equal strings may have different numbers.
using TextId = uint32_t;

// One thread adds, any number read what was added before they were told of it. Holds less than
// 16 GiB; whoever adds keeps to that.
class TextPool {
 public:
  TextPool();
  ~TextPool();
  TextPool(const TextPool&) = delete;
  TextPool& operator=(const TextPool&) = delete;

  // Repetitions of what was added lately share its place. Cost: O(length).
  TextId Add(absl::string_view text);
  // The same without looking for repetitions.
  TextId AddNew(absl::string_view text);
  [[nodiscard]] absl::string_view Get(TextId id) const {
    const char* at = At(id);
    uint32_t length = 0;
    std::memcpy(&length, at, sizeof(length));
    return {at + sizeof(length), length};
  }

  // Where the next string will begin: what is before it does not change.
  [[nodiscard]] TextId end() const { return next_; }

  // What stands before `end`, to an image and back; what comes of it can be added to.
  void Save(absl::string_view name, TextId end, ImageWriter* image) const;
  static absl::StatusOr<std::shared_ptr<TextPool>> Load(absl::string_view name,
                                                        const ImageReader& image);

  // Bytes in use, a multiple of kUnit.
  [[nodiscard]] uint64_t size() const { return uint64_t{next_} * kUnit; }

  static constexpr uint64_t kBlockSize = uint64_t{1} << 20U;
  static constexpr uint64_t kUnit = 4;

 private:
  explicit TextPool(std::shared_ptr<void> image);

  static constexpr uint64_t kUnitsPerBlock = kBlockSize / kUnit;
  static constexpr std::size_t kGroup = 256;  // blocks
  static constexpr std::size_t kGroups = 64;
  using Group = std::array<std::atomic<char*>, kGroup>;

  [[nodiscard]] char* At(TextId id) const {
    const std::size_t block = id / kUnitsPerBlock;
    const Group* group = groups_[block / kGroup].load(std::memory_order_acquire);
    return (*group)[block % kGroup].load(std::memory_order_acquire) + (id % kUnitsPerBlock) * kUnit;
  }
  void AddBlock(char* bytes);

  // Two levels, so that readers never see a table move.
  std::array<std::atomic<Group*>, kGroups> groups_{};
  std::vector<std::unique_ptr<Group>> owned_groups_;
  std::vector<std::unique_ptr<char[]>> owned_blocks_;
  std::shared_ptr<void> image_;  // that the first blocks are in
  std::size_t blocks_ = 0;
  uint32_t next_ = 0;           // unit
  std::vector<TextId> recent_;  // by hash: what repetitions are compared with
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_RECORDS_TEXT_POOL_H_
