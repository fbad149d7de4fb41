#include "engine/exchange/gguf.h"

#include <array>
#include <cstring>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"

namespace lineage {
namespace {

constexpr uint64_t kMostKeys = 1'000'000;
constexpr uint64_t kLongestKey = 65'535;
constexpr uint64_t kLongestText = uint64_t{1} << 20;  // longer ones are passed over
constexpr uint64_t kLongestList = 100'000'000;
constexpr std::size_t kMostKept = 10'000;
constexpr int kDeepest = 4;

enum Type : uint32_t {
  kUint8 = 0,
  kInt8 = 1,
  kUint16 = 2,
  kInt16 = 3,
  kUint32 = 4,
  kInt32 = 5,
  kFloat32 = 6,
  kBool = 7,
  kString = 8,
  kArray = 9,
  kUint64 = 10,
  kInt64 = 11,
  kFloat64 = 12,
};

// Size of a value of fixed size; 0 for the others.
std::size_t SizeOf(uint32_t type) {
  switch (type) {
    case kUint8:
    case kInt8:
    case kBool:
      return 1;
    case kUint16:
    case kInt16:
      return 2;
    case kUint32:
    case kInt32:
    case kFloat32:
      return 4;
    case kUint64:
    case kInt64:
    case kFloat64:
      return 8;
    default:
      return 0;
  }
}

class HeaderReader {
 public:
  HeaderReader(std::istream& in, const std::string& file) : in_(in), file_(file) {}

  absl::StatusOr<GgufHeader> Read() {
    std::array<char, 4> magic{};
    RETURN_IF_ERROR(Bytes(magic.data(), magic.size()));
    if (std::string_view(magic.data(), 4) != "GGUF") return Error("is no GGUF file");
    ASSIGN_OR_RETURN(const uint64_t version, Number(4));
    if (version < 1 || version > 3) {
      return Error(absl::StrCat("GGUF version ", version, " is not known; 1 to 3 are"));
    }
    wide_ = version == 1 ? 4 : 8;
    RETURN_IF_ERROR(Number(wide_).status());  // tensors
    ASSIGN_OR_RETURN(const uint64_t keys, Number(wide_));
    if (keys > kMostKeys) return Error(absl::StrCat("claims to hold ", keys, " keys"));
    for (uint64_t i = 0; i < keys; ++i) {
      ASSIGN_OR_RETURN(const std::optional<std::string> key, Text(kLongestKey));
      if (!key) return Error("a key is too long");
      ASSIGN_OR_RETURN(const uint64_t type, Number(4));
      RETURN_IF_ERROR(Value(*key, static_cast<uint32_t>(type)));
    }
    return std::move(header_);
  }

 private:
  [[nodiscard]] absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(file_, ": ", what));
  }

  absl::Status Bytes(char* to, std::size_t count) {
    in_.read(to, static_cast<std::streamsize>(count));
    if (static_cast<std::size_t>(in_.gcount()) != count) {
      return Error("the header is cut short");
    }
    return absl::OkStatus();
  }

  absl::Status Skip(uint64_t count) {
    in_.ignore(static_cast<std::streamsize>(count));
    if (static_cast<uint64_t>(in_.gcount()) != count) return Error("the header is cut short");
    return absl::OkStatus();
  }

  absl::StatusOr<uint64_t> Number(std::size_t size) {
    std::array<char, 8> bytes{};
    RETURN_IF_ERROR(Bytes(bytes.data(), size));
    uint64_t number = 0;
    for (std::size_t i = size; i-- > 0;) {
      number = number << 8U | static_cast<unsigned char>(bytes[i]);
    }
    return number;
  }

  // Nothing if it is longer than `longest`: it is passed over.
  absl::StatusOr<std::optional<std::string>> Text(uint64_t longest) {
    ASSIGN_OR_RETURN(const uint64_t size, Number(wide_));
    if (size > (uint64_t{1} << 40)) return Error("a text has a size that cannot be");
    if (size > longest) {
      RETURN_IF_ERROR(Skip(size));
      return std::optional<std::string>();
    }
    std::string text(size, '\0');
    RETURN_IF_ERROR(Bytes(text.data(), text.size()));
    return std::optional<std::string>(std::move(text));
  }

  absl::Status Value(const std::string& key, uint32_t type) {
    const bool wanted = absl::StartsWith(key, "general.");
    if (type == kString) {
      ASSIGN_OR_RETURN(std::optional<std::string> text, Text(wanted ? kLongestText : 0));
      if (wanted && text && header_.values.size() < kMostKept) {
        header_.values[key] = std::move(*text);
      }
      return absl::OkStatus();
    }
    if (type == kArray) return List(wanted ? &header_.lists[key] : nullptr, 0);
    const std::size_t size = SizeOf(type);
    if (size == 0) return Error(absl::StrCat("type ", type, " is not known"));
    ASSIGN_OR_RETURN(const uint64_t number, Number(size));
    if (wanted && type != kFloat32 && type != kFloat64) header_.values[key] = absl::StrCat(number);
    return absl::OkStatus();
  }

  absl::Status List(std::vector<std::string>* keep, int depth) {
    if (depth > kDeepest) return Error("lists are nested too deeply");
    ASSIGN_OR_RETURN(const uint64_t type, Number(4));
    ASSIGN_OR_RETURN(const uint64_t count, Number(wide_));
    if (count > kLongestList) return Error(absl::StrCat("claims to hold a list of ", count));
    if (const std::size_t size = SizeOf(static_cast<uint32_t>(type)); size != 0) {
      return Skip(count * size);
    }
    for (uint64_t i = 0; i < count; ++i) {
      if (type == kString) {
        const bool room = keep != nullptr && keep->size() < kMostKept;
        ASSIGN_OR_RETURN(std::optional<std::string> text, Text(room ? kLongestText : 0));
        if (room && text) keep->push_back(std::move(*text));
      } else if (type == kArray) {
        RETURN_IF_ERROR(List(nullptr, depth + 1));
      } else {
        return Error(absl::StrCat("type ", type, " is not known"));
      }
    }
    return absl::OkStatus();
  }

  std::istream& in_;
  const std::string& file_;
  std::size_t wide_ = 8;
  GgufHeader header_;
};

std::string At(const GgufHeader& header, const std::string& key) {
  const auto it = header.values.find(key);
  return it == header.values.end() ? "" : it->second;
}

// "general.base_model.0.repo_url", else its organisation and name.
std::string NameAt(const GgufHeader& header, const std::string& prefix) {
  for (const char* key : {".huggingface.repository", ".repo_url", ".url"}) {
    if (std::string address = At(header, prefix + key); !address.empty()) return address;
  }
  const std::string name = At(header, prefix + ".name");
  const std::string organization = At(header, prefix + ".organization");
  if (name.empty() || organization.empty()) return name;
  return absl::StrCat(Slug(organization), "/", Slug(name));
}

// 0 and 1 are plain floats, 32 is bfloat16: the same weights in another container.
bool IsPlain(absl::string_view file_type) {
  return file_type == "0" || file_type == "1" || file_type == "32";
}

}  // namespace

absl::StatusOr<GgufHeader> ReadGgufHeader(std::istream& in, const std::string& file) {
  return HeaderReader(in, file).Read();
}

void AddGguf(const GgufHeader& header, RecordBuilder* record) {
  if (const std::string license = At(header, "general.license"); !license.empty()) {
    record->AddLicense({license}, At(header, "general.license.name"),
                       At(header, "general.license.link"), "general.license");
  }
  const std::string source = NameAt(header, "general.source");
  if (!source.empty()) {
    record->AddUpstream(source,
                        IsPlain(At(header, "general.file_type")) ? Relation::kConvertedFrom
                                                                 : Relation::kQuantizedFrom,
                        /*inferred=*/false, "general.source");
  }
  uint64_t count = 0;
  if (!absl::SimpleAtoi(At(header, "general.base_model.count"), &count)) count = 0;
  for (uint64_t i = 0; i < std::min<uint64_t>(count, kMostKept); ++i) {
    // The base of the model that was converted: this file is made out of it as well.
    record->AddUpstream(NameAt(header, absl::StrCat("general.base_model.", i)),
                        count > 1 ? Relation::kMergedFrom : Relation::kFinetunedFrom,
                        /*inferred=*/true, absl::StrCat("general.base_model.", i));
  }
  if (!absl::SimpleAtoi(At(header, "general.dataset.count"), &count)) count = 0;
  for (uint64_t i = 0; i < std::min<uint64_t>(count, kMostKept); ++i) {
    record->AddUpstream(NameAt(header, absl::StrCat("general.dataset.", i)), Relation::kTrainedOn,
                        /*inferred=*/false, absl::StrCat("general.dataset.", i));
  }
  if (const auto it = header.lists.find("general.datasets"); it != header.lists.end()) {
    for (const std::string& name : it->second) {
      record->AddUpstream(name, Relation::kTrainedOn, /*inferred=*/false, "general.datasets");
    }
  }
}

absl::Status ImportGguf(std::istream& in, const ImportContext& context, ImportSink* sink) {
  const absl::StatusOr<GgufHeader> header = ReadGgufHeader(in, context.file);
  if (!header.ok()) {
    sink->Note(Skipped({}, absl::StrCat("skipped: ", header.status().message())));
    return absl::OkStatus();
  }
  RecordBuilder record(context, sink);
  if (!record.Begin(context.id, ArtifactKind::kCheckpoint, 0)) return absl::OkStatus();
  record.SetName(At(*header, "general.name"));
  record.SetSource(SourceKind::kModelCard, std::string(OrganizationOf(context.id)), context.today,
                   absl::StrCat("GGUF header of ", context.id));
  AddGguf(*header, &record);
  return record.Finish();
}

}  // namespace lineage
