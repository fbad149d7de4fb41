// Structured logs: one JSON object a line, on standard error.
#ifndef LINEAGE_SERVICE_SERVER_LOG_H_
#define LINEAGE_SERVICE_SERVER_LOG_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace lineage {

enum class LogLevel : uint8_t { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

using LogFields = std::vector<std::pair<const char*, std::string>>;

// Sets the least level that is written: debug, info, warning, error or off. False if unknown.
bool SetLogLevel(absl::string_view level);

// True if events of this level are written: to spare the making of their fields.
[[nodiscard]] bool IsLogged(LogLevel level);

// Writes `event` with its fields. Never pass a secret: not a token, not a header.
void Log(LogLevel level, absl::string_view event, const LogFields& fields = {});

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_LOG_H_
