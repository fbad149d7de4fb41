// Where the store of a user lies.
#ifndef LINEAGE_ENGINE_STORE_PATHS_H_
#define LINEAGE_ENGINE_STORE_PATHS_H_

#include <string>

namespace lineage {

// $XDG_DATA_HOME/lineage, else ~/.local/share/lineage; empty if neither is known.
[[nodiscard]] std::string DefaultStoreDirectory();

}  // namespace lineage

#endif  // LINEAGE_ENGINE_STORE_PATHS_H_
