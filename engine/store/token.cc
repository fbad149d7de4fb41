#include "engine/store/token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/digest.h"
#include "engine/base/reason.h"
#include "engine/base/status_macros.h"

namespace lineage {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kMacSize = 16;
constexpr std::size_t kIdSize = 16;

std::string BigEndian(uint64_t number) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (56 - 8 * i));
  return bytes;
}
uint64_t ReadBigEndian(absl::string_view bytes) {
  uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

std::string Mac(const StoreIdentity& identity, absl::string_view purpose,
                absl::string_view payload) {
  return HmacSha256(identity.secret, absl::StrCat(purpose, absl::string_view("\0", 1), payload))
      .substr(0, kMacSize);
}

}  // namespace

std::string Seal(const StoreIdentity& identity, absl::string_view purpose,
                 absl::string_view payload) {
  return absl::WebSafeBase64Escape(absl::StrCat(payload, Mac(identity, purpose, payload)));
}

absl::StatusOr<std::string> Unseal(const StoreIdentity& identity, absl::string_view purpose,
                                   absl::string_view text) {
  const absl::Status malformed =
      WithReason(absl::InvalidArgumentError(absl::StrCat(
                     "the ", purpose,
                     " token is malformed or was tampered with: pass one back as it was given")),
                 Reason::kTokenMalformed);
  std::string bytes;
  if (text.size() > 4096 || !absl::WebSafeBase64Unescape(text, &bytes) || bytes.size() < kMacSize) {
    return malformed;
  }
  const absl::string_view payload = absl::string_view(bytes).substr(0, bytes.size() - kMacSize);
  if (!EqualInConstantTime(Mac(identity, purpose, payload),
                           absl::string_view(bytes).substr(payload.size()))) {
    return malformed;
  }
  return std::string(payload);
}

std::string MakeToken(const StoreIdentity& identity, Revision revision) {
  return Seal(identity, "consistency",
              absl::StrCat(absl::string_view(&kVersion, 1), identity.id, BigEndian(identity.epoch),
                           BigEndian(revision)));
}

absl::StatusOr<Revision> ReadToken(const StoreIdentity& identity, absl::string_view token) {
  // Another store signs with another secret; look whose it is before doubting the signature.
  std::string bytes;
  if (token.size() <= 4096 && absl::WebSafeBase64Unescape(token, &bytes) &&
      bytes.size() == 1 + kIdSize + 16 + kMacSize && bytes[0] == kVersion &&
      absl::string_view(bytes).substr(1, kIdSize) != identity.id) {
    return WithReason(absl::InvalidArgumentError(
                          "the consistency token is of another store: ask the one that gave it"),
                      Reason::kTokenForeign);
  }
  ASSIGN_OR_RETURN(const std::string payload, Unseal(identity, "consistency", token));
  if (payload.size() != 1 + kIdSize + 16 || payload[0] != kVersion) {
    return WithReason(absl::InvalidArgumentError("the consistency token has an unknown version"),
                      Reason::kTokenMalformed);
  }
  const uint64_t epoch = ReadBigEndian(absl::string_view(payload).substr(1 + kIdSize));
  if (epoch != identity.epoch) {
    return WithReason(absl::FailedPreconditionError(absl::StrCat(
                          "the consistency token is of epoch ", epoch,
                          "; the store was restored from a backup since (epoch ", identity.epoch,
                          "): what the token saw may be lost; drop it and read anew")),
                      Reason::kTokenExpiredEpoch);
  }
  return ReadBigEndian(absl::string_view(payload).substr(1 + kIdSize + 8));
}

}  // namespace lineage
