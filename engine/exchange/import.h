// What importers share: documents come in, artifacts with claims go out, and nothing is dropped in
// silence.
#ifndef LINEAGE_ENGINE_EXCHANGE_IMPORT_H_
#define LINEAGE_ENGINE_EXCHANGE_IMPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/base/date.h"
#include "engine/base/yaml.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/names.h"

namespace lineage {

// One artifact and what a document says of it. Parents that no record describes become placeholders
// in the graph.
struct ImportRecord {
  Artifact artifact;
  std::vector<Claim> claims;  // about the artifact; "supersedes" is about the newer one
};

// Something that a reader of the summary has to know.
struct ImportNote {
  enum class Kind : uint8_t {
    kSkipped = 0,   // a record or a part of one was not taken; `message` says why
    kUnmapped = 1,  // kept as found: a licence or a name that fits nothing
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
  std::string file;  // as the user named it; for messages and for the claims' locations
  Date today;        // when it was said, where the document does not tell
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_IMPORT_H_
