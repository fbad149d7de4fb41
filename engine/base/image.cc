#include "engine/base/image.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "absl/strings/str_cat.h"

namespace lineage {
namespace {

constexpr std::array<char, 8> kMagic = {'L', 'I', 'N', 'I', 'M', 'G', '\r', '\n'};
constexpr uint64_t kFormat = 1;  // of the container; what the arrays mean is their owners' affair
constexpr std::size_t kMostSections = 50;
constexpr std::size_t kBuffer = std::size_t{1} << 20U;
constexpr std::size_t kChunk = std::size_t{16} << 20U;

// The first page of a file.
struct Header {
  std::array<char, 8> magic = kMagic;
  uint64_t format = kFormat;
  uint64_t size = 0;  // of the file
  uint64_t count = 0;
  std::array<ImageSection, kMostSections> sections{};
  uint64_t checksum = 0;  // of all before it

  [[nodiscard]] uint64_t Checksum() const { return XXH3_64bits(this, offsetof(Header, checksum)); }
};
static_assert(sizeof(Header) <= ImageWriter::kAlignment && std::is_trivially_copyable_v<Header>);

absl::Status Failed(const std::string& path, int error) {
  return absl::ErrnoToStatus(error, absl::StrCat(path, ": the image of the store"));
}

}  // namespace

// A section's checksum is the hash of its chunks' hashes, so that threads can share the work.
struct ImageWriter::Hash {
  XXH3_state_t state;
  std::size_t bytes = 0;  // of the chunk
  std::vector<uint64_t> chunks;

  Hash() { XXH3_64bits_reset(&state); }
  void Add(const char* data, std::size_t size) {
    while (size > 0) {
      const std::size_t part = std::min(size, kChunk - bytes);
      XXH3_64bits_update(&state, data, part);
      bytes += part;
      data += part;
      size -= part;
      if (bytes == kChunk) Close();
    }
  }
  void Close() {
    if (bytes == 0) return;
    chunks.push_back(XXH3_64bits_digest(&state));
    XXH3_64bits_reset(&state);
    bytes = 0;
  }
  uint64_t Take() {
    Close();
    const uint64_t hash = XXH3_64bits(chunks.data(), chunks.size() * sizeof(uint64_t));
    chunks.clear();
    return hash;
  }
};

ImageWriter::ImageWriter(std::string path)
    : path_(std::move(path)), hash_(std::make_unique<Hash>()) {
  buffer_.reserve(kBuffer);
  file_ = ::open((path_ + ".new").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file_ < 0 || ::lseek(file_, kAlignment, SEEK_SET) < 0) Fail();
}

ImageWriter::~ImageWriter() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink((path_ + ".new").c_str());
}

void ImageWriter::Fail() {
  if (status_.ok()) status_ = Failed(path_, errno);
}

void ImageWriter::Begin(absl::string_view name, std::size_t value_size, std::size_t count) {
  if (!sections_.empty()) End();
  const uint64_t padding = (kAlignment - offset_ % kAlignment) % kAlignment;
  buffer_.insert(buffer_.end(), padding, '\0');
  offset_ += padding;
  ImageSection section;
  name.copy(section.name.data(), section.name.size() - 1);
  section.value_size = value_size;
  section.count = count;
  section.offset = offset_;
  sections_.push_back(section);
}

void ImageWriter::Append(const void* data, std::size_t bytes) {
  const char* from = static_cast<const char*>(data);
  hash_->Add(from, bytes);
  offset_ += bytes;
  buffer_.insert(buffer_.end(), from, from + bytes);
  if (buffer_.size() >= kBuffer) Flush();
}

void ImageWriter::End() {
  sections_.back().bytes = offset_ - sections_.back().offset;
  sections_.back().checksum = hash_->Take();
}

void ImageWriter::Flush() {
  for (std::size_t done = 0; done < buffer_.size() && status_.ok();) {
    const ssize_t written = ::write(file_, buffer_.data() + done, buffer_.size() - done);
    if (written < 0 && errno != EINTR) Fail();
    if (written > 0) done += static_cast<std::size_t>(written);
  }
  buffer_.clear();
}

absl::Status ImageWriter::Finish() {
  if (!sections_.empty()) End();
  Flush();
  Header header;
  header.size = offset_;
  header.count = sections_.size();
  if (sections_.size() > kMostSections) {
    return absl::InternalError("too many arrays for an image");
  }
  std::copy(sections_.begin(), sections_.end(), header.sections.begin());
  header.checksum = header.Checksum();
  if (status_.ok() &&
      (::pwrite(file_, &header, sizeof(header), 0) != static_cast<ssize_t>(sizeof(header)) ||
       ::ftruncate(file_, static_cast<off_t>(offset_)) != 0 || ::fdatasync(file_) != 0)) {
    Fail();
  }
  if (status_.ok() && ::rename((path_ + ".new").c_str(), path_.c_str()) != 0) Fail();
  if (!status_.ok()) return status_;
  ::close(std::exchange(file_, -1));
  // The name itself need not last: without it the image is made again.
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const ImageReader>> ImageReader::Open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Failed(path, errno);
  struct stat about {};
  Header header;
  const bool read = ::fstat(file, &about) == 0 &&
                    ::pread(file, &header, sizeof(header), 0) == ssize_t{sizeof(header)};
  const auto give_up = [&](absl::Status status) {
    ::close(file);
    return status;
  };
  if (!read || header.magic != kMagic) {
    return give_up(absl::DataLossError(absl::StrCat(path, " is no image of a store")));
  }
  if (header.format != kFormat) {
    return give_up(absl::FailedPreconditionError(
        absl::StrCat(path, " has format ", header.format, "; this is for ", kFormat)));
  }
  const auto size = static_cast<uint64_t>(about.st_size);
  if (header.checksum != header.Checksum() || header.size != size || header.count > kMostSections) {
    return give_up(absl::DataLossError(absl::StrCat(path, " is damaged or cut short")));
  }
  auto reader = std::shared_ptr<ImageReader>(new ImageReader());
  reader->path_ = path;
  reader->size_ = size;
  for (std::size_t i = 0; i < header.count; ++i) {
    const ImageSection& section = header.sections[i];
    if (section.offset % ImageWriter::kAlignment != 0 || section.offset > size ||
        section.bytes > size - section.offset || section.name.back() != '\0') {
      return give_up(absl::DataLossError(absl::StrCat(path, " is damaged")));
    }
    reader->sections_[section.name.data()] = section;
  }
  // Private, so that what is added can go into the last pages; nothing of it reaches the file.
  void* memory =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file, 0);
  if (memory == MAP_FAILED) return give_up(Failed(path, errno));
  ::close(file);
  reader->memory_ = std::shared_ptr<void>(memory, [size](void* at) { ::munmap(at, size); });
  return reader;
}

absl::Status ImageReader::Verify() const {
  struct Chunk {
    const char* at;
    std::size_t bytes;
    uint64_t hash = 0;
  };
  std::vector<Chunk> chunks;
  for (const auto& [name, section] : sections_) {
    for (uint64_t done = 0; done < section.bytes; done += kChunk) {
      chunks.push_back({At(section) + done, std::min<uint64_t>(kChunk, section.bytes - done)});
    }
  }
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < chunks.size(); i = next++) {
      char* const at = const_cast<char*>(chunks[i].at);
      static_cast<void>(::madvise(at, chunks[i].bytes, MADV_WILLNEED));
      chunks[i].hash = XXH3_64bits(at, chunks[i].bytes);
      // What nobody asks for need not stay; nothing was written yet.
      static_cast<void>(::madvise(at, chunks[i].bytes, MADV_DONTNEED));
    }
  };
  std::vector<std::thread> others;
  const std::size_t cores = std::min<std::size_t>(std::thread::hardware_concurrency(), 8);
  for (std::size_t i = 1; i < std::min(cores, chunks.size()); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  std::size_t at = 0;
  for (const auto& [name, section] : sections_) {
    std::vector<uint64_t> hashes;
    for (uint64_t done = 0; done < section.bytes; done += kChunk)
      hashes.push_back(chunks[at++].hash);
    if (XXH3_64bits(hashes.data(), hashes.size() * sizeof(uint64_t)) != section.checksum) {
      return absl::DataLossError(absl::StrCat(path_, ": \"", name, "\" is damaged"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::string_view> ImageReader::Text(absl::string_view name) const {
  const absl::StatusOr<absl::Span<char>> array = Array<char>(name);
  if (!array.ok()) return array.status();
  return absl::string_view(array->data(), array->size());
}

const ImageSection* ImageReader::Find(absl::string_view name, std::size_t value_size) const {
  const auto it = sections_.find(name);
  return it == sections_.end() || it->second.value_size != value_size ? nullptr : &it->second;
}

absl::Status ImageReader::NoSuch(absl::string_view name) {
  return absl::DataLossError(absl::StrCat("the image has no array \"", name, "\" of this kind"));
}

}  // namespace lineage
