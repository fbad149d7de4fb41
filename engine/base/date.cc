#include "engine/base/date.h"

#include <chrono>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace lineage {
namespace {

namespace chrono = std::chrono;

// Reads exactly `digits` decimal digits, or returns -1.
int Digits(absl::string_view text, std::size_t digits) {
  if (text.size() != digits) return -1;
  int value = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

Date Date::Today() {
  const auto now = chrono::floor<chrono::days>(chrono::system_clock::now());
  return Date(static_cast<int32_t>(now.time_since_epoch().count()));
}

absl::StatusOr<Date> Date::Parse(absl::string_view text) {
  if (text.size() != 10) {
    return absl::InvalidArgumentError(
        absl::StrFormat("\"%s\" is not a date: write YYYY-MM-DD", text.substr(0, 40)));
  }
  return ParseLenient(text);
}

absl::StatusOr<Date> Date::ParseLenient(absl::string_view text) {
  const auto error = [&] {
    return absl::InvalidArgumentError(
        absl::StrFormat("\"%s\" is not a date: write YYYY-MM-DD", text.substr(0, 40)));
  };
  if (text.size() > 10) return error();
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  if (parts.size() > 3) return error();
  const int year = Digits(parts[0], 4);
  const int month = parts.size() > 1 ? Digits(parts[1], 2) : 1;
  const int day = parts.size() > 2 ? Digits(parts[2], 2) : 1;
  if (year < 1000 || month < 1 || day < 1) return error();
  const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return error();
  return Date(static_cast<int32_t>(chrono::sys_days(date).time_since_epoch().count()));
}

std::string Date::ToString() const {
  if (open()) return "";
  const chrono::year_month_day date{chrono::sys_days(chrono::days(days_))};
  return absl::StrFormat("%04d-%02d-%02d", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace lineage
