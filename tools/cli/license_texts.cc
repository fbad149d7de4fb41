#include "tools/cli/license_texts.h"

#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/base/input_file.h"
#include "engine/base/status_macros.h"
#include "engine/base/yaml.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestText = std::size_t{16} << 20;

std::optional<fs::path> FileOf(const fs::path& folder, const std::string& id) {
  for (const char* ending : {".txt", "", ".md"}) {
    const fs::path path = folder / absl::StrCat(id, ending);
    std::error_code error;
    // A link or a FIFO, too: what is wrong with it is said when it is opened.
    const fs::file_status status = fs::symlink_status(path, error);
    if (fs::exists(status) && !fs::is_directory(status)) return path;
  }
  return std::nullopt;
}

// The text of `id` in a folder that the user named; nothing if it holds none.
absl::StatusOr<std::optional<std::string>> TextIn(const std::string& folder,
                                                  const std::string& id) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return absl::InvalidArgumentError(absl::StrCat(folder, ": no folder of licence texts"));
  }
  const std::optional<fs::path> file = FileOf(folder, id);
  if (!file) return std::nullopt;
  ASSIGN_OR_RETURN(const Bounds bounds, Bounds::OfFolder(folder, folder));
  ASSIGN_OR_RETURN(InputFile opened, bounds.Open(file->string(), file->string()));
  return opened.ReadAll(kLargestText);
}

// share/lineage/licenses of the installation, or of the build, that this program belongs to.
std::optional<fs::path> OwnFolder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  const fs::path folder = program.parent_path().parent_path() / "share" / "lineage" / "licenses";
  return fs::is_directory(folder, error) ? std::optional<fs::path>(folder) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::string> LicenseTextOf(const std::string& id, const std::string& folder) {
  // An id that is no file name (an expression, a path) has no text.
  if (id.empty() || id.find('/') != std::string::npos || id[0] == '.') {
    return absl::NotFoundError(absl::StrCat("no text of ", id));
  }
  if (!folder.empty()) {
    ASSIGN_OR_RETURN(const std::optional<std::string> text, TextIn(folder, id));
    if (text) return *text;
  }
  if (const std::optional<fs::path> own = OwnFolder()) {
    if (const std::optional<fs::path> file = FileOf(*own, id)) {
      return ReadFile(file->string(), kLargestText);
    }
  }
  return absl::NotFoundError(absl::StrCat("the text of ", id, " is not at hand"));
}

std::string WhereTextStands(const License& license) {
  std::string where;
  if (!license.url.empty()) absl::StrAppend(&where, "read it at ", license.url);
  for (const ReadText& text : license.read_texts) {
    if (!text.parts.Has(LicensePart::kGrant)) continue;
    absl::StrAppend(&where, where.empty() ? "" : "; ", "the text that was encoded: ", text.document,
                    ", SHA-256 ", text.sha256);
  }
  return where;
}

}  // namespace lineage
