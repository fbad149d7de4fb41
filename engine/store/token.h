// Consistency tokens: opaque text that stands for "this store, at this revision".
#ifndef LINEAGE_ENGINE_STORE_TOKEN_H_
#define LINEAGE_ENGINE_STORE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/store/store.h"

namespace lineage {

// The token of `revision`. Signed with the store's secret: tokens cannot be made up.
[[nodiscard]] std::string MakeToken(const StoreIdentity& identity, Revision revision);

// The revision that a token stands for. Errors (each with a Reason, see engine/base/reason.h):
// INVALID_ARGUMENT: not a token or tampered with (TOKEN_MALFORMED), of another store
// (TOKEN_FOREIGN); FAILED_PRECONDITION: of before a restore (TOKEN_EXPIRED_EPOCH).
absl::StatusOr<Revision> ReadToken(const StoreIdentity& identity, absl::string_view token);

// Signs `payload` for `purpose`, as URL-safe text; and reads it back. Errors: INVALID_ARGUMENT.
[[nodiscard]] std::string Seal(const StoreIdentity& identity, absl::string_view purpose,
                               absl::string_view payload);
absl::StatusOr<std::string> Unseal(const StoreIdentity& identity, absl::string_view purpose,
                                   absl::string_view text);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_STORE_TOKEN_H_
