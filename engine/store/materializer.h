// What a log of changes comes to: artifacts and claims as the engine reads them.
#ifndef LINEAGE_ENGINE_STORE_MATERIALIZER_H_
#define LINEAGE_ENGINE_STORE_MATERIALIZER_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "engine/model/catalog.h"
#include "engine/store/store.h"

namespace lineage {

// Folds changes into a catalogue, in order. Claim n of the store is claim n - 1 of the catalogue.
class Materializer {
 public:
  // `base` gives licences, exceptions and vocabulary; its artifacts and claims are dropped.
  explicit Materializer(Catalog base);

  // Errors: DATA_LOSS if the change does not follow the last one. Cost: linear in the change.
  absl::Status Apply(const Change& change);

  [[nodiscard]] const Catalog& catalog() const { return catalog_; }
  [[nodiscard]] Revision revision() const { return revision_; }

 private:
  std::size_t FindOrAdd(const std::string& id, const Location& location);

  Catalog catalog_;
  Revision revision_ = 0;
  absl::flat_hash_map<std::string, std::size_t> artifact_by_id_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_STORE_MATERIALIZER_H_
