// Civil dates and intervals of days. No time zones: a day is a day in the source that names it.
#ifndef LINEAGE_ENGINE_BASE_DATE_H_
#define LINEAGE_ENGINE_BASE_DATE_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lineage {

// A day, counted from 1970-01-01. Ordered. `Date::Min()` and `Date::Max()` stand for open ends.
class Date {
 public:
  constexpr Date() = default;

  static constexpr Date Min() { return Date(std::numeric_limits<int32_t>::min()); }
  static constexpr Date Max() { return Date(std::numeric_limits<int32_t>::max()); }
  static constexpr Date FromDays(int32_t days) { return Date(days); }
  // Today by the system's clock, in UTC.
  static Date Today();

  // Parses "YYYY-MM-DD", years 1000 to 9999. Errors: INVALID_ARGUMENT.
  static absl::StatusOr<Date> Parse(absl::string_view text);
  // Parses "YYYY-MM-DD", "YYYY-MM" or "YYYY"; what is missing is read as the first. Errors:
  // INVALID_ARGUMENT.
  static absl::StatusOr<Date> ParseLenient(absl::string_view text);

  [[nodiscard]] constexpr int32_t days() const { return days_; }
  [[nodiscard]] constexpr bool open() const { return *this == Min() || *this == Max(); }
  // "YYYY-MM-DD"; an open end is the empty string.
  [[nodiscard]] std::string ToString() const;

  friend constexpr auto operator<=>(Date, Date) = default;

 private:
  explicit constexpr Date(int32_t days) : days_(days) {}
  int32_t days_ = 0;
};

// Days from `from` (inclusive) to `until` (exclusive).
struct Interval {
  Date from = Date::Min();
  Date until = Date::Max();

  [[nodiscard]] constexpr bool Contains(Date day) const { return from <= day && day < until; }
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_DATE_H_
