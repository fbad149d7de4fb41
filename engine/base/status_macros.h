// Early return on a bad Status.
#ifndef LINEAGE_ENGINE_BASE_STATUS_MACROS_H_
#define LINEAGE_ENGINE_BASE_STATUS_MACROS_H_

#include "absl/status/status.h"

#define LINEAGE_CONCAT_INNER_(a, b) a##b
#define LINEAGE_CONCAT_(a, b) LINEAGE_CONCAT_INNER_(a, b)

// Returns from the enclosing function if `expression`, a Status, is not OK.
#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (absl::Status lineage_status_ = (expression); !lineage_status_.ok()) \
      return lineage_status_;                                               \
  } while (false)

// Assigns the value of `expression`, a StatusOr, to `lhs`, or returns its status.
#define ASSIGN_OR_RETURN(lhs, expression) \
  ASSIGN_OR_RETURN_IMPL_(LINEAGE_CONCAT_(lineage_or_, __LINE__), lhs, expression)
#define ASSIGN_OR_RETURN_IMPL_(or_value, lhs, expression) \
  auto or_value = (expression);                           \
  if (!or_value.ok()) return or_value.status();           \
  lhs = std::move(or_value).value()

#endif  // LINEAGE_ENGINE_BASE_STATUS_MACROS_H_
