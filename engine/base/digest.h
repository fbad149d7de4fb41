// SHA-256 over typed fields: every field carries its length, so that no two records hash alike by
// shifting bytes.
#ifndef LINEAGE_ENGINE_BASE_DIGEST_H_
#define LINEAGE_ENGINE_BASE_DIGEST_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace lineage {

class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  Digest& Text(absl::string_view text);
  Digest& Number(int64_t number);
  // 32 bytes. The object is spent.
  [[nodiscard]] std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] std::string Sha256(absl::string_view bytes);
[[nodiscard]] std::string HmacSha256(absl::string_view key, absl::string_view message);
// Compares without telling by the time it takes where the two differ.
[[nodiscard]] bool EqualInConstantTime(absl::string_view a, absl::string_view b);
// `count` bytes of the system's cryptographic generator.
[[nodiscard]] std::string RandomBytes(std::size_t count);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_DIGEST_H_
