#include "engine/store/paths.h"

#include <cstdlib>

namespace lineage {

std::string DefaultStoreDirectory() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/') {
    return std::string(data) + "/lineage";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return std::string(home) + "/.local/share/lineage";
  }
  return "";
}

}  // namespace lineage
