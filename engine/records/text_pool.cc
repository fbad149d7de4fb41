#include "engine/records/text_pool.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"

namespace lineage {
namespace {

constexpr std::size_t kFewestRecent = 256;
constexpr std::size_t kMostRecent = 65'536;

uint64_t UnitsOf(std::size_t length) {
  return (sizeof(uint32_t) + length + TextPool::kUnit - 1) / TextPool::kUnit;
}

}  // namespace

TextPool::TextPool() : recent_(kFewestRecent, 0) {
  static_cast<void>(AddNew(""));  // 0
}

TextPool::TextPool(std::shared_ptr<void> image)
    : image_(std::move(image)), recent_(kFewestRecent, 0) {}

TextPool::~TextPool() = default;

void TextPool::AddBlock(char* bytes) {
  const std::size_t block = blocks_++;
  Group* group = groups_[block / kGroup].load(std::memory_order_relaxed);
  if (group == nullptr) {
    owned_groups_.push_back(std::make_unique<Group>());
    group = owned_groups_.back().get();
    groups_[block / kGroup].store(group, std::memory_order_release);
  }
  (*group)[block % kGroup].store(bytes, std::memory_order_release);
}

TextId TextPool::AddNew(absl::string_view text) {
  const uint64_t units = UnitsOf(text.size());
  if (next_ + units > blocks_ * kUnitsPerBlock) {
    // One string is never torn: a long one gets as many blocks in a row as it needs.
    const uint64_t count = (units + kUnitsPerBlock - 1) / kUnitsPerBlock;
    if (next_ % kUnitsPerBlock != 0) {  // nothing unwritten reaches an image
      std::memset(At(next_), 0, (kUnitsPerBlock - next_ % kUnitsPerBlock) * kUnit);
    }
    owned_blocks_.push_back(std::make_unique_for_overwrite<char[]>(count * kBlockSize));
    next_ = static_cast<uint32_t>(blocks_ * kUnitsPerBlock);
    for (uint64_t i = 0; i < count; ++i) AddBlock(owned_blocks_.back().get() + i * kBlockSize);
  }
  const TextId id = next_;
  char* at = At(id);
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
  return recent = AddNew(text);
}

void TextPool::Save(absl::string_view name, TextId end, ImageWriter* image) const {
  image->Add(absl::StrCat(name, ".end"), absl::MakeConstSpan(&end, 1));
  const uint64_t blocks = (end + kUnitsPerBlock - 1) / kUnitsPerBlock;
  image->Begin(name, 1, blocks * kBlockSize);
  for (uint64_t block = 0; block < blocks; ++block) {
    const auto first = static_cast<TextId>(block * kUnitsPerBlock);
    const std::size_t bytes = std::min<uint64_t>(end - first, kUnitsPerBlock) * kUnit;
    image->Append(At(first), bytes);
    const std::vector<char> rest(kBlockSize - bytes, 0);  // for what will be added
    image->Append(rest.data(), rest.size());
  }
}

absl::StatusOr<std::shared_ptr<TextPool>> TextPool::Load(absl::string_view name,
                                                         const ImageReader& image) {
  ASSIGN_OR_RETURN(const absl::Span<const TextId> end,
                   image.Array<const TextId>(absl::StrCat(name, ".end")));
  ASSIGN_OR_RETURN(const absl::Span<char> bytes, image.Array<char>(name));
  if (end.size() != 1 || end[0] == 0 || bytes.size() % kBlockSize != 0 ||
      bytes.size() / kUnit < end[0]) {
    return absl::DataLossError(absl::StrCat("the image's \"", name, "\" does not fit its end"));
  }
  auto pool = std::shared_ptr<TextPool>(new TextPool(image.memory()));
  for (std::size_t at = 0; at < bytes.size(); at += kBlockSize) pool->AddBlock(bytes.data() + at);
  pool->next_ = end[0];
  return pool;
}

}  // namespace lineage
