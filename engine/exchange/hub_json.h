// Records of the Hub's API: a model or a data set with its tags and its card's metadata.
#ifndef LINEAGE_ENGINE_EXCHANGE_HUB_JSON_H_
#define LINEAGE_ENGINE_EXCHANGE_HUB_JSON_H_

#include <istream>

#include "absl/status/status.h"
#include "engine/exchange/import.h"

namespace lineage {

// Reads one record a line (JSONL), or one document: a record or an array of records. Today's shape
// (`id`, `cardData`, `base_model:…` tags) and that of 2022 (`modelId`, `tags`).
//
// A record becomes: the artifact with its day of creation; a licence claim (what fits no licence is
// kept as found); an edge to every base model, whose relation is inferred as the Hub does where the
// card does not state it; an edge to every data set; an edge from a newer version. A name that is a
// path becomes a placeholder: it is never followed. A bad record is noted with its line, and the
// rest goes on.
//
// Errors: INVALID_ARGUMENT if the document as a whole is no such thing; what the sink returns.
// Cost: linear; memory: one line, at most 16 MiB, or one document, at most 256 MiB.
absl::Status ImportHubJson(std::istream& in, const ImportContext& context, ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_HUB_JSON_H_
