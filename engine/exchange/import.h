// What importers share: documents come in, artifacts with claims go out, and nothing is dropped in
// silence.
#ifndef LINEAGE_ENGINE_EXCHANGE_IMPORT_H_
#define LINEAGE_ENGINE_EXCHANGE_IMPORT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/base/date.h"
#include "engine/base/yaml.h"
#include "engine/license/license_matcher.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/names.h"

namespace lineage {

// What can be read. Values are pinned: they reach the wire.
enum class ImportFormat : uint8_t {
  kHubJson = 0,
  kModelCard = 1,
  kModelFolder = 2,
  kMergekit = 3,
  kGguf = 4,
  kCycloneDx = 5,
  kSpdx = 6,
  kCroissant = 7,
  kModelOpenness = 8,
  kOpennessProject = 9,
  kClaims = 10,
  kEdgeList = 11,
};

template <>
struct EnumNames<ImportFormat> {
  static constexpr std::array<const char*, 12> value = {
      "hub-json", "model-card", "model-folder",   "mergekit",         "gguf",   "cyclonedx",
      "spdx",     "croissant",  "model-openness", "openness-project", "claims", "edge-list"};
};

// One artifact and what a document says of it. Parents that no record describes become placeholders
// in the graph.
struct ImportRecord {
  // Empty id: the claims are about artifacts that others describe.
  Artifact artifact;
  std::vector<Claim> claims;
  // What the record is the whole of: claims in the store whose source is one of these documents and
  // that the record does not make again no longer hold. Empty: nothing is closed.
  std::vector<std::string> documents;
};

// Something that a reader of the summary has to know. Values are pinned.
struct ImportNote {
  enum class Kind : uint8_t {
    kSkipped = 0,   // a record or a part of one was not taken; `message` says why
    kUnmapped = 1,  // kept as found: a licence or a name that fits nothing
    kInferred = 2,  // taken, by an inference that somebody should look at
    kStanding = 3,  // claims that the documents no longer make, and that stay: another wrote them
  };
  Kind kind = Kind::kSkipped;
  Location where;
  std::string message;
};

// A note of what was not taken.
[[nodiscard]] ImportNote Skipped(Location where, absl::string_view message);

template <>
struct EnumNames<ImportNote::Kind> {
  static constexpr std::array<const char*, 4> value = {"skipped", "unmapped", "inferred",
                                                       "standing"};
};

class ImportSink {
 public:
  virtual ~ImportSink() = default;
  // Not OK ends the import with this status.
  virtual absl::Status Accept(ImportRecord record) = 0;
  virtual void Note(ImportNote note) = 0;
};

// What an importer needs to know beside the document.
struct ImportContext {
  std::string file;  // as the user named it; for messages and for the claims' locations
  Date today;        // when it was said, where the document does not tell
  std::string id;  // the artifact that the document is about, where it does not tell; may be empty
  std::map<std::string, std::string> columns;  // edge lists: what we call it -> the column
  const LicenseMatcher* licenses = nullptr;
  std::function<bool(absl::string_view id)> known_id;  // as in ImportOptions
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_IMPORT_H_
