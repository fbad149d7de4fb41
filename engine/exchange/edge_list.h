// Tables of edges and licences: CSV (RFC 4180) and TSV.
#ifndef LINEAGE_ENGINE_EXCHANGE_EDGE_LIST_H_
#define LINEAGE_ENGINE_EXCHANGE_EDGE_LIST_H_

#include <istream>

#include "absl/status/status.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

// The first line names the columns: `child` and what is said of it, any of `parent`, `relation`,
// `license`, `kind`, `said`, `by`, `document`, `where`. Other spellings ("model", "base_model",
// "licence" …) are known; `context.columns` maps the rest by name, or, without a line of names, by
// number from 1. A row without a relation is a fine-tune unless the names speak for another
// (inferred). Tabs separate if the first line has one, else commas.
// Errors: INVALID_ARGUMENT (no column for the child, a column that is not there); those of the
// sink. Cost: linear; memory: one row of at most 1 MiB.
absl::Status ImportEdgeList(std::istream& in, const ImportContext& context, ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_EDGE_LIST_H_
