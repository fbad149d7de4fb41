// A file of arrays that is mapped into memory and used where it lies.
#ifndef LINEAGE_ENGINE_BASE_IMAGE_H_
#define LINEAGE_ENGINE_BASE_IMAGE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/base/persistent_vector.h"

namespace lineage {

// What stands at the beginning of each array: its name, where it lies and what it must hash to.
struct ImageSection {
  std::array<char, 24> name{};
  uint64_t value_size = 0;
  uint64_t count = 0;   // of values, without what fills up the last page
  uint64_t offset = 0;  // in the file, a multiple of ImageWriter::kAlignment
  uint64_t bytes = 0;
  uint64_t checksum = 0;  // XXH3, 64 bits
};

// Writes an image beside its place, and moves it there when it is whole. The first error ends it:
// what follows does nothing, and Finish returns it.
class ImageWriter {
 public:
  static constexpr uint64_t kAlignment = 4096;

  // Errors: RESOURCE_EXHAUSTED (disk full), PERMISSION_DENIED, UNAVAILABLE.
  explicit ImageWriter(std::string path);
  ~ImageWriter();
  ImageWriter(const ImageWriter&) = delete;
  ImageWriter& operator=(const ImageWriter&) = delete;

  // An array piece by piece: its name (at most 23 bytes), then the bytes of its values.
  void Begin(absl::string_view name, std::size_t value_size, std::size_t count);
  void Append(const void* data, std::size_t bytes);

  template <typename T>
  void Add(absl::string_view name, absl::Span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    Begin(name, sizeof(T), values.size());
    Append(values.data(), values.size() * sizeof(T));
  }
  template <typename T>
  void Add(absl::string_view name, const PersistentVector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    Begin(name, sizeof(T), values.size());
    for (std::size_t p = 0; p < values.page_count(); ++p) {
      Append(values.PageAt(p).data(), sizeof(typename PersistentVector<T>::Page));
    }
  }
  void Add(absl::string_view name, absl::string_view text) {
    Begin(name, 1, text.size());
    Append(text.data(), text.size());
  }

  // Makes it durable under its name.
  absl::Status Finish();

 private:
  struct Hash;

  void End();
  void Flush();
  void Fail();

  const std::string path_;
  int file_ = -1;
  absl::Status status_;
  uint64_t offset_ = kAlignment;
  std::vector<char> buffer_;
  std::vector<ImageSection> sections_;
  std::unique_ptr<Hash> hash_;
};

// Thread-safe. Arrays that were taken from it keep the mapping alive. They may be written to: no
// other process sees it, nor the file. A file that is replaced under its name stays as it was.
class ImageReader {
 public:
  // Errors: NOT_FOUND; DATA_LOSS (cut short, or no image); FAILED_PRECONDITION (of another
  // version of the format); UNAVAILABLE, PERMISSION_DENIED.
  static absl::StatusOr<std::shared_ptr<const ImageReader>> Open(const std::string& path);

  // Compares everything with its checksums, on all cores. Errors: DATA_LOSS.
  [[nodiscard]] absl::Status Verify() const;

  // Errors of all: DATA_LOSS (there is no such array, or of other values).
  template <typename T>
  absl::StatusOr<PersistentVector<T>> Vector(absl::string_view name) const {
    using Page = typename PersistentVector<T>::Page;
    const ImageSection* section = Find(name, sizeof(T));
    constexpr std::size_t kPage = PersistentVector<T>::kPageSize;
    if (section == nullptr ||
        section->bytes != (section->count + kPage - 1) / kPage * sizeof(Page)) {
      return NoSuch(name);
    }
    return PersistentVector<T>(memory_, reinterpret_cast<Page*>(At(*section)), section->count);
  }
  template <typename T>
  absl::StatusOr<absl::Span<T>> Array(absl::string_view name) const {
    const ImageSection* section = Find(name, sizeof(T));
    if (section == nullptr || section->bytes != section->count * sizeof(T)) return NoSuch(name);
    return absl::MakeSpan(reinterpret_cast<T*>(At(*section)), section->count);
  }
  absl::StatusOr<absl::string_view> Text(absl::string_view name) const;

  // What the arrays belong to.
  [[nodiscard]] const std::shared_ptr<void>& memory() const { return memory_; }
  [[nodiscard]] uint64_t size() const { return size_; }

 private:
  ImageReader() = default;
  [[nodiscard]] const ImageSection* Find(absl::string_view name, std::size_t value_size) const;
  [[nodiscard]] char* At(const ImageSection& section) const {
    return static_cast<char*>(memory_.get()) + section.offset;
  }
  static absl::Status NoSuch(absl::string_view name);

  std::string path_;
  std::shared_ptr<void> memory_;
  uint64_t size_ = 0;
  absl::flat_hash_map<std::string, ImageSection> sections_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_IMAGE_H_
