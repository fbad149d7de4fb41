#include "service/server/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/base/unicode.h"

namespace lineage {
namespace {

spdlog::logger& Logger() {
  static spdlog::logger* const kLogger = [] {
    auto* logger =
        new spdlog::logger("lineaged", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    logger->flush_on(spdlog::level::info);
    return logger;
  }();
  return *kLogger;
}

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

bool SetLogLevel(absl::string_view level) {
  for (const auto& [name, value] :
       {std::pair{"debug", spdlog::level::debug}, std::pair{"info", spdlog::level::info},
        std::pair{"warning", spdlog::level::warn}, std::pair{"error", spdlog::level::err},
        std::pair{"off", spdlog::level::off}}) {
    if (level != name) continue;
    Logger().set_level(value);
    return true;
  }
  return false;
}

bool IsLogged(LogLevel level) { return Logger().should_log(LevelOf(level)); }

void Log(LogLevel level, absl::string_view event, const LogFields& fields) {
  const spdlog::level::level_enum at = LevelOf(level);
  if (!Logger().should_log(at)) return;
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = std::string(spdlog::level::to_string_view(at).data());
  line["event"] = std::string(event);
  for (const auto& [name, value] : fields) line[name] = value;
  // What others sent may be read on a terminal.
  Logger().log(at, "{}",
               EscapeUnseen(line.dump(-1, ' ', false,
                                      nlohmann::ordered_json::error_handler_t::replace)));
}

}  // namespace lineage
