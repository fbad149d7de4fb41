// The header of a GGUF file: metadata as keys and values. Nothing behind it is read.
// Source: the format's description in the ggml project, versions 1 to 3, little-endian.
#ifndef LINEAGE_ENGINE_EXCHANGE_GGUF_H_
#define LINEAGE_ENGINE_EXCHANGE_GGUF_H_

#include <istream>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

struct GgufHeader {
  std::map<std::string, std::string> values;              // scalars of "general.…", as text
  std::map<std::string, std::vector<std::string>> lists;  // lists of strings of "general.…"
};

// Errors: INVALID_ARGUMENT (no GGUF, a version that is not known, cut short, sizes that cannot be).
// Cost: linear in the header; memory: what "general.…" holds, at most 1 MiB a string.
absl::StatusOr<GgufHeader> ReadGgufHeader(std::istream& in, const std::string& file);

// Adds what the header says: licence, data sets, the model it was converted from, and that model's
// bases.
void AddGguf(const GgufHeader& header, RecordBuilder* record);

// A file by itself: about `context.id`. A bad file is noted. Errors: those of the sink.
absl::Status ImportGguf(std::istream& in, const ImportContext& context, ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_GGUF_H_
