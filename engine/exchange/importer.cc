#include "engine/exchange/importer.h"

#include <algorithm>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/input_file.h"
#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/exchange/claims_file.h"
#include "engine/exchange/croissant.h"
#include "engine/exchange/cyclonedx.h"
#include "engine/exchange/document.h"
#include "engine/exchange/edge_list.h"
#include "engine/exchange/gguf.h"
#include "engine/exchange/hub_json.h"
#include "engine/exchange/mergekit.h"
#include "engine/exchange/model_card.h"
#include "engine/exchange/model_folder.h"
#include "engine/exchange/model_openness.h"
#include "engine/exchange/openness_project.h"
#include "engine/exchange/spdx.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;
namespace io = boost::iostreams;

constexpr std::size_t kSniffed = std::size_t{1} << 16;
constexpr std::size_t kLargestCard = std::size_t{16} << 20;

// Lower case, without ".gz" and ".zst".
std::string PlainName(absl::string_view name) {
  std::string lower = absl::AsciiStrToLower(name);
  absl::string_view plain = lower;
  while (absl::ConsumeSuffix(&plain, ".gz") || absl::ConsumeSuffix(&plain, ".zst")) {
  }
  return std::string(plain);
}

std::string FileName(absl::string_view path) {
  return std::string(path.substr(path.find_last_of('/') + 1));
}

std::string StemOf(absl::string_view path) {
  const std::string name = FileName(path);
  return name.substr(0, std::max<std::size_t>(name.find('.', 1), 1));
}

// Whether reading one file goes on. A reader that is stopped sees the end of the file; what it
// makes of that goes nowhere.
class Guard {
 public:
  // `unpacked` counts the bytes of all files.
  Guard(const ImportOptions& options, const std::string& file, uint64_t* unpacked)
      : options_(options), file_(file), unpacked_(*unpacked) {}

  // Asked before each piece.
  bool MayRead() {
    if (status_.ok() && options_.cancelled != nullptr && *options_.cancelled) {
      status_ = absl::CancelledError("interrupted");
    }
    return status_.ok();
  }
  // Told of each piece that was unpacked.
  bool Take(uint64_t bytes) {
    unpacked_ += bytes;
    if (status_.ok() && unpacked_ > options_.most_bytes) {
      status_ = WithReason(
          absl::ResourceExhaustedError(absl::StrCat(
              file_, ": an import may unpack to ", options_.most_bytes,
              " bytes at most, and this is more: import it in parts; what came before was taken")),
          Reason::kLimitExceeded);
    }
    return status_.ok();
  }
  void Damaged() {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(absl::StrCat(
        file_, ": the packed file is damaged or cut short; what came before it was taken"));
  }
  [[nodiscard]] const absl::Status& status() const { return status_; }

 private:
  const ImportOptions& options_;
  const std::string file_;
  uint64_t& unpacked_;
  absl::Status status_;
};

// A source of bytes for iostreams: what was sniffed, then the rest.
class Bytes {
 public:
  using char_type = char;
  using category = io::source_tag;
  // `unpacked`: nothing packs these bytes any more.
  Bytes(std::string head, std::istream* rest, bool unpacked, Guard* guard)
      : head_(std::move(head)), rest_(rest), unpacked_(unpacked), guard_(guard) {}
  std::streamsize read(char* to, std::streamsize count) {
    if (!guard_->MayRead()) return -1;
    const std::streamsize size = Next(to, count);
    if (unpacked_ && size < 0 && rest_->bad()) guard_->Damaged();
    if (unpacked_ && size > 0 && !guard_->Take(static_cast<uint64_t>(size))) return -1;
    return size;
  }

 private:
  std::streamsize Next(char* to, std::streamsize count) {
    if (at_ < head_.size()) {
      const std::size_t size =
          std::min<std::size_t>(head_.size() - at_, static_cast<std::size_t>(count));
      head_.copy(to, size, at_);
      at_ += size;
      return static_cast<std::streamsize>(size);
    }
    rest_->read(to, count);
    return rest_->gcount() == 0 ? -1 : rest_->gcount();
  }

  std::string head_;
  std::size_t at_ = 0;
  std::istream* rest_;
  bool unpacked_;
  Guard* guard_;
};

std::string Take(std::istream* in, std::size_t size) {
  std::string text(size, '\0');
  in->read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(in->gcount()));
  return text;
}

// Tells of progress while records go through; after reading was stopped none do.
class GuardedSink : public ImportSink {
 public:
  GuardedSink(ImportSink* sink, const Guard* guard, std::function<void()> tell)
      : sink_(*sink), guard_(*guard), tell_(std::move(tell)) {}
  absl::Status Accept(ImportRecord record) override {
    RETURN_IF_ERROR(guard_.status());
    if (++records_ % 1000 == 0) tell_();
    return sink_.Accept(std::move(record));
  }
  void Note(ImportNote note) override {
    if (guard_.status().ok()) sink_.Note(std::move(note));
  }

 private:
  ImportSink& sink_;
  const Guard& guard_;
  std::function<void()> tell_;
  uint64_t records_ = 0;
};

// What JSON this is, by the words that its format requires near the beginning.
std::optional<ImportFormat> SniffJson(absl::string_view head) {
  if (absl::StrContains(head, "\"bomFormat\"")) return ImportFormat::kCycloneDx;
  if (absl::StrContains(head, "\"spdxVersion\"") || absl::StrContains(head, "spdx.org/rdf/3.")) {
    return ImportFormat::kSpdx;
  }
  if (absl::StrContains(head, "mlcommons.org/croissant") ||
      (absl::StrContains(head, "\"@context\"") && absl::StrContains(head, "schema.org"))) {
    return ImportFormat::kCroissant;
  }
  if (absl::StrContains(head, "\"modelId\"") ||
      (absl::StrContains(head, "\"id\"") &&
       (absl::StrContains(head, "\"tags\"") || absl::StrContains(head, "\"cardData\"")))) {
    return ImportFormat::kHubJson;
  }
  return std::nullopt;
}

std::optional<ImportFormat> FormatOfYaml(const YamlNode& root) {
  if (!root.IsMap()) return std::nullopt;
  if (IsModelOpenness(root)) return ImportFormat::kModelOpenness;
  if (IsOpennessProject(root)) return ImportFormat::kOpennessProject;
  if (IsMergeRecipe(root)) return ImportFormat::kMergekit;
  for (const char* key : {"artifacts", "claims", "sources", "licenses"}) {
    if (root.Find(key) != nullptr) return ImportFormat::kClaims;
  }
  return std::nullopt;
}

bool IsYamlName(absl::string_view plain) {
  return absl::EndsWith(plain, ".yaml") || absl::EndsWith(plain, ".yml");
}
bool IsJsonName(absl::string_view plain) {
  return absl::EndsWith(plain, ".json") || absl::EndsWith(plain, ".jsonl") ||
         absl::EndsWith(plain, ".ndjson") || absl::EndsWith(plain, ".jsonld");
}
bool IsTableName(absl::string_view plain) {
  return absl::EndsWith(plain, ".csv") || absl::EndsWith(plain, ".tsv");
}

class Importer {
 public:
  Importer(const ImportOptions& options, const LicenseMatcher& licenses, ImportSink* sink)
      : options_(options), licenses_(licenses), sink_(*sink) {}

  absl::Status File(const Bounds& bounds, const std::string& path, const std::string& shown) {
    ASSIGN_OR_RETURN(InputFile file, bounds.Open(path, shown));
    RETURN_IF_ERROR(Stream(file.stream(), path, shown, file.size()));
    if (file.CheckUnchanged().ok()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(shown,
                     ": changed while it was read, so that what was taken of it may be of no one "
                     "moment: import it again"));
  }

  absl::Status Stream(std::istream& in, const std::string& path, const std::string& shown,
                      uint64_t size) {
    ImportContext context = ContextFor(shown);
    std::string head = Take(&in, kSniffed);
    const bool gzip = absl::StartsWith(head, "\x1f\x8b");
    const bool zstd = absl::StartsWith(head, "\x28\xb5\x2f\xfd");
    Guard guard(options_, shown, &unpacked_);
    GuardedSink sink(&sink_, &guard, [&] {
      if (!options_.progress) return;
      const std::streamoff at = size == 0 ? -1 : static_cast<std::streamoff>(in.tellg());
      options_.progress(at < 0 ? size : static_cast<uint64_t>(at), size);
    });
    io::filtering_istream packed;
    if (gzip) packed.push(io::gzip_decompressor());
    if (zstd) packed.push(io::zstd_decompressor());
    packed.push(Bytes(std::move(head), &in, /*unpacked=*/false, &guard), 1 << 16);
    absl::Status status = Unpacked(packed, path, context, &guard, &sink);
    if (status.ok() && (gzip || zstd) && packed.bad()) guard.Damaged();
    return guard.status().ok() ? status : guard.status();
  }

  absl::Status Folder(const std::string& root, const std::string& shown) {
    ASSIGN_OR_RETURN(const Bounds bounds, Bounds::OfFolder(root, shown));
    std::size_t others = 0;
    std::size_t links = 0;  // to folders
    // Sorted, so that two runs do the same.
    std::vector<std::string> folders = {""};
    for (std::size_t i = 0; i < folders.size(); ++i) {
      const std::string folder = folders[i];
      if (options_.cancelled != nullptr && *options_.cancelled) {
        return absl::CancelledError("interrupted");
      }
      const std::string path = folder.empty() ? root : absl::StrCat(root, "/", folder);
      std::error_code error;
      std::vector<FolderFile> files;
      std::vector<std::string> below;
      fs::directory_iterator it(path, error);
      for (; !error && it != fs::directory_iterator(); it.increment(error)) {
        const std::string name = it->path().filename().string();
        const std::string within = folder.empty() ? name : absl::StrCat(folder, "/", name);
        std::error_code ignored;
        if (it->is_directory(ignored)) {
          if (it->is_symlink(ignored)) {
            ++links;
          } else if (name != ".git") {
            below.push_back(within);
          }
        } else if (MayBeRead(*it, bounds, absl::StrCat(shown, "/", within), &others)) {
          files.push_back({name, it->path().string(), std::nullopt, &bounds});
        }
      }
      if (error) {
        sink_.Note(Skipped({absl::StrCat(shown, "/", folder), 0, 0},
                           absl::StrCat("skipped: ", error.message())));
        continue;
      }
      std::sort(below.begin(), below.end());
      folders.insert(folders.end(), below.begin(), below.end());
      std::sort(files.begin(), files.end(),
                [](const FolderFile& a, const FolderFile& b) { return a.name < b.name; });
      RETURN_IF_ERROR(OneFolder(root, shown, folder, files, &others));
    }
    if (links > 0) {
      sink_.Note(
          Skipped({shown, 0, 0}, absl::StrCat(links, " links to folders were not followed")));
    }
    if (others > 0) {
      sink_.Note(
          Skipped({shown, 0, 0},
                  absl::StrCat(others, " files are none of the formats, and were not read")));
    }
    return absl::OkStatus();
  }

 private:
  // False, and told, of what is no file of this folder: a link that leads out of it or nowhere, a
  // FIFO, a device. Files that are looked at by name only are not opened for that.
  bool MayBeRead(const fs::directory_entry& entry, const Bounds& bounds, const std::string& shown,
                 std::size_t* others) {
    std::error_code ignored;
    const bool plain = entry.is_regular_file(ignored);
    if (plain && !entry.is_symlink(ignored)) return true;
    const uint64_t most = BytesLookedAt(entry.path().filename().string()).value_or(0);
    if (most == 0) {
      if (!plain) ++*others;
      return plain;
    }
    const absl::Status status = bounds.Open(entry.path().string(), shown).status();
    if (!status.ok()) sink_.Note(Skipped({}, absl::StrCat("skipped: ", status.message())));
    return status.ok();
  }

  ImportContext ContextFor(const std::string& shown) const {
    ImportContext context;
    context.file = shown;
    context.today = options_.today;
    context.id = options_.id;
    context.columns = options_.columns;
    context.licenses = &licenses_;
    context.known_id = options_.known_id;
    return context;
  }

  // The id of what a file or folder holds, if it does not say so itself.
  static std::string IdFromPath(const std::string& root, const std::string& below) {
    std::error_code error;
    const fs::path whole = fs::weakly_canonical(root, error);
    const std::string full =
        below.empty() ? whole.string() : absl::StrCat(whole.string(), "/", below);
    const std::vector<std::string> parts = absl::StrSplit(full, '/', absl::SkipEmpty());
    // The Hub's cache: models--org--name/snapshots/0a1b…
    for (const std::string& part : parts) {
      const std::vector<std::string> words = absl::StrSplit(part, "--");
      if (words.size() >= 2 && (words[0] == "models" || words[0] == "datasets")) {
        const std::vector<std::string> name(words.begin() + 1, words.end());
        return absl::StrCat(words[0] == "datasets" ? "datasets/" : "", absl::StrJoin(name, "/"));
      }
    }
    std::vector<std::string> inner = absl::StrSplit(below, '/', absl::SkipEmpty());
    const auto marker = std::find(inner.begin(), inner.end(), "datasets");
    const bool data = marker != inner.end() && marker + 1 != inner.end();
    if (data) inner.erase(inner.begin(), marker + 1);
    const std::string prefix = data ? "datasets/" : "";
    if (inner.size() >= 2) {
      return absl::StrCat(prefix, Slug(inner[inner.size() - 2]), "/", Slug(inner.back()));
    }
    const std::string name = !inner.empty() ? inner.back() : parts.empty() ? "" : parts.back();
    return absl::StrCat(prefix, "local/", Slug(name));
  }

  // Reads a named file's card, recipe or header: about local/stem unless told.
  static std::string IdOfFile(const ImportContext& context, const std::string& path) {
    return context.id.empty() ? absl::StrCat("local/", Slug(StemOf(path))) : context.id;
  }

  absl::Status OneFolder(const std::string& root, const std::string& shown,
                         const std::string& folder, const std::vector<FolderFile>& files,
                         std::size_t* others) {
    const std::string here = folder.empty() ? shown : absl::StrCat(shown, "/", folder);
    bool model = options_.format == ImportFormat::kModelFolder;
    bool card = false;
    for (const FolderFile& file : files) {
      model = model || TellsOfModel(file.name);
      if (!absl::EqualsIgnoreCase(file.name, "README.md")) continue;
      absl::StatusOr<InputFile> opened = file.bounds->Open(file.path, file.name);
      if (!opened.ok()) continue;
      const absl::StatusOr<std::string> text = opened->ReadAll(kLargestCard);
      if (!text.ok()) continue;
      const absl::StatusOr<CardMetadata> metadata = ReadCardMetadata(*text, file.name);
      // A README of something else has no front matter; a broken card is told of.
      card = metadata.ok() ? metadata->found : absl::StrContains(*text, "license");
    }
    model = model || card;
    ImportContext context = ContextFor(here);
    if (model && (!options_.format || *options_.format == ImportFormat::kModelFolder)) {
      if (context.id.empty() || !folder.empty()) context.id = IdFromPath(root, folder);
      RETURN_IF_ERROR(ImportModelFolder(files, context, &sink_));
    }
    for (const FolderFile& file : files) {
      const std::string plain = PlainName(file.name);
      const bool part = model && (TellsOfModel(file.name) || IsLicenseFile(file.name) ||
                                  plain == "readme.md" || absl::EndsWith(plain, ".json"));
      if (part) continue;
      const bool readable = IsYamlName(plain) || IsJsonName(plain) || IsTableName(plain) ||
                            absl::EndsWith(plain, ".md") || absl::EndsWith(plain, ".gguf");
      const bool forced = options_.format && *options_.format != ImportFormat::kModelFolder;
      if (!readable || (plain == "readme.md" && !forced)) {
        ++*others;
        continue;
      }
      const std::string name = absl::StrCat(here, "/", file.name);
      const absl::Status status = File(*file.bounds, file.path, name);
      if (absl::IsInvalidArgument(status) || absl::IsPermissionDenied(status) ||
          absl::IsNotFound(status)) {
        sink_.Note(Skipped({}, absl::StrCat("skipped: ", status.message())));
      } else if (!status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<ImportFormat> FindFormat(const std::string& plain, absl::string_view head,
                                          const std::string& shown) const {
    if (options_.format) return *options_.format;
    if (absl::StartsWith(head, "GGUF")) return ImportFormat::kGguf;
    if (absl::EndsWith(plain, ".md")) return ImportFormat::kModelCard;
    if (IsTableName(plain)) return ImportFormat::kEdgeList;
    if (TellsOfModel(plain)) return ImportFormat::kModelFolder;
    absl::string_view text = head;
    absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
    text = absl::StripLeadingAsciiWhitespace(text);
    const bool json = !text.empty() && (text[0] == '{' || text[0] == '[');
    if (json && !IsYamlName(plain)) {
      if (const std::optional<ImportFormat> found = SniffJson(text)) return *found;
    } else if (IsYamlName(plain) || (plain == "-" && !text.empty() && !json)) {
      return ImportFormat::kClaims;  // which YAML it is shows once it is parsed
    }
    return absl::InvalidArgumentError(
        absl::StrCat(shown, ": is none of the formats; say which with --format (",
                     absl::StrJoin(AllNames<ImportFormat>(), ", "), ")"));
  }

  absl::Status Unpacked(std::istream& in, const std::string& path, ImportContext context,
                        Guard* guard, ImportSink* sink) {
    std::string head = Take(&in, kSniffed);
    RETURN_IF_ERROR(guard->status());
    if (in.bad()) return absl::InvalidArgumentError(absl::StrCat(context.file, ": is damaged"));
    const std::string plain = PlainName(FileName(path));
    ASSIGN_OR_RETURN(const ImportFormat format, FindFormat(plain, head, context.file));
    io::filtering_istream whole;
    whole.push(Bytes(std::move(head), &in, /*unpacked=*/true, guard), 1 << 16);
    switch (format) {
      case ImportFormat::kHubJson:
        return ImportHubJson(whole, context, sink);
      case ImportFormat::kEdgeList:
        return ImportEdgeList(whole, context, sink);
      case ImportFormat::kGguf:
        context.id = IdOfFile(context, path);
        return ImportGguf(whole, context, sink);
      default:
        break;
    }
    ASSIGN_OR_RETURN(std::string text, ReadAll(whole, context.file));
    RETURN_IF_ERROR(guard->status());  // a part of a document is no document
    if (format == ImportFormat::kModelFolder) {
      context.id = IdOfFile(context, path);
      return ImportModelFolder({{FileName(path), path, std::move(text)}}, context, sink);
    }
    return Document(format, std::move(text), path, std::move(context), sink);
  }

  absl::Status Document(ImportFormat format, std::string text, const std::string& path,
                        ImportContext context, ImportSink* sink) {
    switch (format) {
      case ImportFormat::kModelCard:
        context.id = IdOfFile(context, path);
        return ImportModelCard(text, context, sink);
      case ImportFormat::kCycloneDx:
      case ImportFormat::kSpdx:
      case ImportFormat::kCroissant: {
        ASSIGN_OR_RETURN(const YamlNode root, ParseJson(text, context.file));
        if (format == ImportFormat::kCycloneDx) return ImportCycloneDx(root, context, sink);
        if (format == ImportFormat::kSpdx) return ImportSpdx(root, context, sink);
        context.id = IdOfFile(context, path);
        return ImportCroissant(root, context, sink);
      }
      default:
        break;
    }
    ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, context.file));
    if (!options_.format) {
      const std::optional<ImportFormat> found = FormatOfYaml(root);
      if (!found) {
        return absl::InvalidArgumentError(
            absl::StrCat(context.file, ": YAML of none of the formats; say which with --format"));
      }
      format = *found;
    }
    const absl::Status wrong = absl::InvalidArgumentError(
        absl::StrCat(context.file, ": is not of the format ", Name(format)));
    context.id = IdOfFile(context, path);
    switch (format) {
      case ImportFormat::kMergekit:
        return IsMergeRecipe(root) ? ImportMergeRecipe(root, context, sink) : wrong;
      case ImportFormat::kModelOpenness:
        return IsModelOpenness(root) ? ImportModelOpenness(root, context, sink) : wrong;
      case ImportFormat::kOpennessProject:
        return IsOpennessProject(root) ? ImportOpennessProject(root, context, sink) : wrong;
      default:
        return ImportClaimsFile(std::move(text), context, sink);
    }
  }

  const ImportOptions& options_;
  const LicenseMatcher& licenses_;
  ImportSink& sink_;
  uint64_t unpacked_ = 0;  // bytes of all files so far
};

}  // namespace

absl::Status ImportPath(const std::string& path, const std::string& shown,
                        const ImportOptions& options, const LicenseMatcher& licenses,
                        ImportSink* sink) {
  Importer importer(options, licenses, sink);
  if (path == "-") return importer.Stream(std::cin, "-", "standard input", 0);
  std::error_code error;
  if (fs::is_directory(path, error)) return importer.Folder(path, shown);
  if (!fs::exists(path, error)) {
    return absl::NotFoundError(absl::StrCat(shown, ": no such file or folder"));
  }
  ASSIGN_OR_RETURN(const Bounds bounds, Bounds::OfFile(path, shown));
  return importer.File(bounds, path, shown);
}

std::optional<uint64_t> BytesLookedAt(const std::string& name) {
  constexpr uint64_t kGgufHeader = uint64_t{64} << 20;
  const std::string plain = PlainName(name);
  if (absl::EndsWith(plain, ".gguf")) return kGgufHeader;
  if (absl::EndsWith(plain, ".safetensors")) return 0;  // tells that this is a model's folder
  const bool readable = IsYamlName(plain) || IsJsonName(plain) || IsTableName(plain) ||
                        absl::EndsWith(plain, ".md") || IsLicenseFile(name);
  if (readable) return ~uint64_t{0};
  return std::nullopt;
}

absl::Status ImportStream(std::istream& in, const std::string& name, const ImportOptions& options,
                          const LicenseMatcher& licenses, ImportSink* sink) {
  return Importer(options, licenses, sink).Stream(in, name, name, 0);
}

}  // namespace lineage
