// What importers share: documents come in, artifacts with claims go out, and nothing is dropped in
// silence.
#ifndef LINEAGE_ENGINE_EXCHANGE_IMPORT_H_
#define LINEAGE_ENGINE_EXCHANGE_IMPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/base/date.h"
#include "engine/base/yaml.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/names.h"

namespace lineage {

// The formats that are read.
enum class ImportFormat : uint8_t {
  kHubJson = 0,        // Hub API records: one, an array, or one a line
  kModelCard = 1,      // README.md with front matter, of a model or a data set
  kModelFolder = 2,    // config.json, adapter_config.json, LICENSE … beside each other
  kMergekit = 3,       // a merge recipe
  kGguf = 4,           // the header of a GGUF file
  kCycloneDx = 5,      // 1.5 to 1.7, JSON
  kSpdx = 6,           // 3.0 JSON-LD, 2.3 JSON
  kCroissant = 7,      // JSON-LD
  kModelOpenness = 8,  // Model Openness Tool YAML
  kClaims = 9,         // the project's own YAML
  kEdgeList = 10,      // CSV or TSV
};

template <>
struct EnumNames<ImportFormat> {
  static constexpr std::array<const char*, 11> value = {
      "hub-json", "model-card", "model-folder",   "mergekit", "gguf",     "cyclonedx",
      "spdx",     "croissant",  "model-openness", "claims",   "edge-list"};
};

// One artifact and what a document says of it. The claims' subject is the artifact's id; parents
// that no record describes become placeholders in the graph.
struct ImportRecord {
  Artifact artifact;  // kUnresolved: the document does not tell the kind
  std::vector<Claim> claims;
};

// Something that a reader of the summary has to know.
struct ImportNote {
  enum class Kind : uint8_t {
    kSkipped = 0,   // a record or a part of one was not taken; `message` says why
    kInferred = 1,  // a claim was drawn, not stated
    kUnmapped = 2,  // kept as found: a licence or name that the catalogue does not know
  };
  Kind kind = Kind::kSkipped;
  Location where;
  std::string message;
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
  std::string file;     // as the user named it; goes into claims' locations and sources
  Date today;           // what `said` is where the document has no date of its own
  std::string by;       // who says it, where the document does not tell; else "importer"
  std::string subject;  // the artifact's id where the document does not carry one
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_IMPORT_H_
