#include "engine/exchange/import.h"

#include <utility>

namespace lineage {

ImportNote Skipped(Location where, absl::string_view message) {
  ImportNote note;
  note.kind = ImportNote::Kind::kSkipped;
  note.where = std::move(where);
  note.message = std::string(message);
  return note;
}

}  // namespace lineage
