// A store in memory: for tests, and for engines that need no disk.
#ifndef LINEAGE_ENGINE_STORE_MEMORY_STORE_H_
#define LINEAGE_ENGINE_STORE_MEMORY_STORE_H_

#include <memory>

#include "engine/store/store.h"

namespace lineage {

[[nodiscard]] std::unique_ptr<Store> MakeMemoryStore();

}  // namespace lineage

#endif  // LINEAGE_ENGINE_STORE_MEMORY_STORE_H_
