#include "engine/base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace lineage {
namespace {

std::array<char, 8> LittleEndian(uint64_t number) {
  std::array<char, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(number >> (8 * i));
  return bytes;
}

}  // namespace

// Records are many short fields: gathered, they cost the hash and not the calls.
struct Digest::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::array<char, 4096> gathered{};
  std::size_t size = 0;
  ~State() { EVP_MD_CTX_free(context); }

  void Add(const char* bytes, std::size_t count) {
    if (count > gathered.size() - size) Flush();
    if (count > gathered.size()) {
      EVP_DigestUpdate(context, bytes, count);
      return;
    }
    if (count > 0) std::memcpy(gathered.data() + size, bytes, count);
    size += count;
  }
  void Flush() {
    EVP_DigestUpdate(context, gathered.data(), size);
    size = 0;
  }
};

Digest::Digest() : state_(std::make_unique<State>()) {
  // OpenSSL fails here only without memory or without its own provider.
  if (EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) std::abort();
}
Digest::~Digest() = default;

Digest& Digest::Text(absl::string_view text) {
  Number(static_cast<int64_t>(text.size()));
  state_->Add(text.data(), text.size());
  return *this;
}

Digest& Digest::Number(int64_t number) {
  const auto bytes = LittleEndian(static_cast<uint64_t>(number));
  state_->Add(bytes.data(), bytes.size());
  return *this;
}

std::string Digest::Finish() {
  state_->Flush();
  std::string hash(32, '\0');
  EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(hash.data()), nullptr);
  return hash;
}

std::string Sha256(absl::string_view bytes) {
  std::string hash(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()), nullptr,
             EVP_sha256(), nullptr);
  return hash;
}

std::string HmacSha256(absl::string_view key, absl::string_view message) {
  std::string mac(32, '\0');
  unsigned int size = 32;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &size);
  return mac;
}

bool EqualInConstantTime(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    std::abort();  // no randomness: a guessable secret would be worse
  }
  return bytes;
}

}  // namespace lineage
