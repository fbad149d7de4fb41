#include "engine/image.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/image.h"
#include "engine/base/status_macros.h"

namespace lineage {
namespace {

std::string TextOf(const ImageKey& key) {
  return absl::StrCat(key.sources, "\n", key.catalog, "\n", absl::BytesToHexString(key.identity.id),
                      "\n", key.identity.epoch, "\n", key.revision, "\n",
                      absl::BytesToHexString(key.hash), "\n", key.note);
}

absl::Status Unfit(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(path, ": ", why));
}

}  // namespace

absl::Status SaveImage(const StoreImage& image, const std::string& path) {
  ImageWriter writer(path);
  writer.Add("key", TextOf(image.key));
  image.records.Save(&writer);
  image.verdicts->snapshot().Save(&writer);
  image.verdicts->Save(&writer);
  return writer.Finish();
}

absl::StatusOr<StoreImage> LoadImage(const std::string& path, const ImageKey& expected,
                                     Store* store, std::shared_ptr<const LicenseTable> licenses) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const ImageReader> reader, ImageReader::Open(path));
  ASSIGN_OR_RETURN(const absl::string_view text, reader->Text("key"));
  const std::vector<std::string> lines = absl::StrSplit(text, absl::MaxSplits('\n', 6));
  StoreImage image;
  image.key = expected;
  if (lines.size() != 7 || !absl::SimpleAtoi(lines[4], &image.key.revision)) {
    return absl::DataLossError(absl::StrCat(path, ": its key is damaged"));
  }
  if (lines[0] != expected.sources) return Unfit(path, "another version of the program wrote it");
  if (lines[1] != expected.catalog) return Unfit(path, "it is of another catalogue");
  image.key.hash = absl::HexStringToBytes(lines[5]);
  image.key.note = lines[6];
  if (TextOf(image.key) != text) return Unfit(path, "it is of another store");
  // The revision itself is read, not only the hash that stands beside it.
  std::string hash;
  RETURN_IF_ERROR(store->Replay(image.key.revision - 1, image.key.revision,
                                [&](const Change& change) -> absl::Status {
                                  hash = change.commit.hash;
                                  return absl::OkStatus();
                                }));
  if (image.key.revision == 0 || hash != image.key.hash) {
    return Unfit(path, "the store has another history");
  }
  RETURN_IF_ERROR(reader->Verify());
  ASSIGN_OR_RETURN(image.records, Records::Load(*reader));
  ASSIGN_OR_RETURN(auto snapshot, Snapshot::Load(*reader, image.records, std::move(licenses)));
  ASSIGN_OR_RETURN(image.verdicts, VerdictTable::Load(*reader, std::move(snapshot)));
  return image;
}

}  // namespace lineage
