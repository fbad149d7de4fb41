// An import into a store: the difference between what documents say and what is known from them.
#ifndef LINEAGE_ENGINE_IMPORT_SESSION_H_
#define LINEAGE_ENGINE_IMPORT_SESSION_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/exchange/importer.h"
#include "engine/knowledge_base.h"

namespace lineage {

// One thing to read.
struct ImportInput {
  std::string path;   // of a file or a folder; "-" is standard input
  std::string shown;  // how messages and claims name it
};

struct ImportProgress {
  std::string file;
  uint64_t bytes = 0;
  uint64_t size = 0;  // 0: not known
  uint64_t records = 0;
};

struct ImportRequest {
  std::vector<ImportInput> inputs;
  ImportOptions options;
  std::string author;
  // Documents with an address of their own retract what anybody wrote from them, but the
  // catalogue's claims; else what `author` wrote.
  bool retract_others = false;
  std::string note;      // kept with every revision
  bool dry_run = false;  // tell what would be written
  bool strict = false;   // stop at the first thing that cannot be taken
  // Set from elsewhere, such as a signal handler: what was read so far is written, and the import
  // ends with CANCELLED.
  const std::atomic<bool>* cancelled = nullptr;
  std::function<void(const ImportProgress&)> progress;
};

struct ImportSummary {
  uint64_t records = 0;
  uint64_t artifacts = 0;  // described anew
  uint64_t claims = 0;     // written
  uint64_t inferred = 0;   // of these
  uint64_t unchanged = 0;
  uint64_t retracted = 0;                   // what the documents no longer say
  // Nor do they say this; it stands because another author wrote it, and is in no count above. By
  // author.
  std::map<std::string, uint64_t> standing;
  std::map<std::string, uint64_t> by_kind;  // written claims, by what they state
  std::map<ImportNote::Kind, uint64_t> counts;
  std::vector<ImportNote> notes;       // the first kMostNotes
  std::vector<std::string> described;  // ids of the records, in order, the first kMostNotes
  Revision revision = 0;               // the last one written; 0 if nothing was
};

inline constexpr std::size_t kMostNotes = 10'000;

// Reads everything and writes the difference, in batches that are whole in themselves: what is new
// is appended, what a document no longer says is retracted, what is the same is left (whenever it
// was said). So running it twice changes nothing, and running it again after an interruption goes
// on. `base` may be null for a dry run over `engine`.
//
// Whose claims are retracted: `author`'s (see also ImportRequest::retract_others). A file of claims
// is the next version of one that the same author imported under the same name, if both speak of
// one artifact at least; else it is another file. What is left standing is told in notes
// (kStanding), one for each author and one for each such file.
//
// `summary` is filled in any case. Errors: those of ImportPath and of the store; CANCELLED;
// INVALID_ARGUMENT (strict). Memory: one batch, and 24 bytes for each claim that is known.
absl::Status RunImport(KnowledgeBase* base, const Engine& engine, const ImportRequest& request,
                       ImportSummary* summary);

// The same in memory: an engine that knows what `engine` knows and what the documents say.
// `artifacts` becomes the ids of what they describe, in order.
absl::StatusOr<std::shared_ptr<const Engine>> OverlayImport(const Engine& engine,
                                                            const ImportRequest& request,
                                                            ImportSummary* summary,
                                                            std::vector<std::string>* artifacts);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_IMPORT_SESSION_H_
