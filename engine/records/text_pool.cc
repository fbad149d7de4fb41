#include "engine/records/text_pool.h"

#include <algorithm>
#include <cstring>

#include "absl/hash/hash.h"

namespace lineage {
namespace {

constexpr std::size_t kFewestRecent = 256;
constexpr std::size_t kMostRecent = 65'536;

uint64_t UnitsOf(std::size_t length) {
  return (sizeof(uint32_t) + length + TextPool::kUnit - 1) / TextPool::kUnit;
}

}  // namespace

TextPool::TextPool() : recent_(kFewestRecent, 0) {
  static_cast<void>(Append(""));  // 0
}

TextPool::~TextPool() = default;

const char* TextPool::At(TextId id) const {
  const std::size_t block = id / kUnitsPerBlock;
  const Group* group = groups_[block / kGroup].load(std::memory_order_acquire);
  return (*group)[block % kGroup].load(std::memory_order_acquire) +
         (id % kUnitsPerBlock) * kUnit;
}

absl::string_view TextPool::Get(TextId id) const {
  const char* at = At(id);
  uint32_t length = 0;
  std::memcpy(&length, at, sizeof(length));
  return {at + sizeof(length), length};
}

void TextPool::SetBlock(std::size_t block, const char* bytes) {
  Group* group = groups_[block / kGroup].load(std::memory_order_relaxed);
  if (group == nullptr) {
    owned_groups_.push_back(std::make_unique<Group>());
    group = owned_groups_.back().get();
    groups_[block / kGroup].store(group, std::memory_order_release);
  }
  (*group)[block % kGroup].store(bytes, std::memory_order_release);
}

TextId TextPool::Append(absl::string_view text) {
  const uint64_t units = UnitsOf(text.size());
  const uint64_t left = current_ == nullptr ? 0 : kUnitsPerBlock - next_ % kUnitsPerBlock;
  const bool fits = current_ != nullptr && units <= left && next_ < blocks_ * kUnitsPerBlock;
  if (!fits) {
    // One string is never torn: a long one gets as many blocks in a row as it needs.
    const uint64_t count = (units + kUnitsPerBlock - 1) / kUnitsPerBlock;
    owned_blocks_.push_back(std::make_unique_for_overwrite<char[]>(count * kBlockSize));
    current_ = owned_blocks_.back().get();
    next_ = static_cast<uint32_t>(blocks_ * kUnitsPerBlock);
    for (uint64_t i = 0; i < count; ++i) SetBlock(blocks_++, current_ + i * kBlockSize);
    if (count > 1) current_ += (count - 1) * kBlockSize;
  }
  const TextId id = next_;
  char* at = const_cast<char*>(At(id));  // NOLINT: our own block
  const auto length = static_cast<uint32_t>(text.size());
  std::memcpy(at, &length, sizeof(length));
  std::memcpy(at + sizeof(length), text.data(), text.size());
  next_ += static_cast<uint32_t>(units);
  return id;
}

TextId TextPool::Add(absl::string_view text) {
  if (text.empty()) return 0;
  if (next_ / 16 > recent_.size() && recent_.size() < kMostRecent) {
    recent_.assign(recent_.size() * 4, 0);
  }
  TextId& recent = recent_[absl::HashOf(text) & (recent_.size() - 1)];
  if (recent != 0 && Get(recent) == text) return recent;
  return recent = Append(text);
}

std::vector<absl::string_view> TextPool::Blocks() const {
  std::vector<absl::string_view> blocks;
  for (std::size_t b = 0; b < blocks_; ++b) {
    const uint64_t begin = b * kBlockSize;
    if (begin >= size()) break;
    blocks.emplace_back(At(static_cast<TextId>(b * kUnitsPerBlock)),
                        std::min(kBlockSize, size() - begin));
  }
  return blocks;
}

std::shared_ptr<TextPool> TextPool::Over(std::shared_ptr<const void> owner,
                                         absl::string_view bytes) {
  auto pool = std::make_shared<TextPool>();
  pool->owned_blocks_.clear();
  pool->current_ = nullptr;
  pool->blocks_ = 0;
  pool->owner_ = std::move(owner);
  for (uint64_t at = 0; at < bytes.size(); at += kBlockSize) {
    pool->SetBlock(pool->blocks_++, bytes.data() + at);
  }
  // What is added goes into blocks of its own: the bytes given are never written to.
  pool->next_ = static_cast<uint32_t>(pool->blocks_ * kUnitsPerBlock);
  return pool;
}

}  // namespace lineage
