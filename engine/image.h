// What a knowledge base holds in memory, as a file beside its store: a start takes it over instead
// of reading the whole store. It is never needed, and never trusted where the store says otherwise.
#ifndef LINEAGE_ENGINE_IMAGE_H_
#define LINEAGE_ENGINE_IMAGE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/graph/snapshot.h"
#include "engine/permission/verdict_table.h"
#include "engine/records/records.h"
#include "engine/store/store.h"

namespace lineage {

// What an image is of. It serves only a start for which all but the revision and the note is the
// same, and whose store has this revision with this hash.
struct ImageKey {
  std::string sources;     // SourcesDigest of the program that wrote it
  std::string catalog;     // digest of the built-in licences; empty without them
  StoreIdentity identity;  // id and epoch
  Revision revision = 0;
  std::string hash;  // of the revision in the chain
  std::string note;  // of the last revision that a catalogue wrote
};

struct StoreImage {
  ImageKey key;
  Records records;
  std::shared_ptr<const VerdictTable> verdicts;  // with their graph
};

// Cost: the size of it all, written and synced. Errors: those of ImageWriter.
absl::Status SaveImage(const StoreImage& image, const std::string& path);

// Checks and maps an image; `expected` has all of a key but revision, hash and note. Errors:
// NOT_FOUND; DATA_LOSS; FAILED_PRECONDITION (of another program, catalogue or store). Cost: reads
// the file once for its checksums; little memory stays.
absl::StatusOr<StoreImage> LoadImage(const std::string& path, const ImageKey& expected,
                                     Store* store, std::shared_ptr<const LicenseTable> licenses);

// SHA-256 over the engine's sources: a program with others may lay out or conclude things
// differently.
[[nodiscard]] std::string SourcesDigest();

}  // namespace lineage

#endif  // LINEAGE_ENGINE_IMAGE_H_
