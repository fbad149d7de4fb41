#include "service/server/certificates.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/status_macros.h"
#include "service/safety/private_file.h"
#include "service/server/log.h"

namespace lineage {
namespace {

template <typename T, void (*kFree)(T*)>
struct Freer {
  void operator()(T* value) const { kFree(value); }
};
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX, SSL_CTX_free>>;
struct BioFreer {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioFreer>;

Bio BioOf(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// What OpenSSL says last, for who knows it.
std::string OpenSslSays() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "" : absl::StrCat(" (", reason, ")");
}

std::size_t CountOf(absl::string_view text, absl::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
  return count;
}

// True if a block begins and does not end, be it within the line that begins it.
bool IsCutShort(absl::string_view pem) {
  if (CountOf(pem, "-----BEGIN ") != CountOf(pem, "-----END ")) return true;
  const absl::string_view last = absl::StripTrailingAsciiWhitespace(pem);
  return !absl::EndsWith(last, "-----") && absl::StartsWith(last.substr(last.rfind('\n') + 1), "-");
}

// All certificates of a file. One that is cut short is an error: OpenSSL alone would take what
// comes before it.
absl::StatusOr<std::vector<Certificate>> ReadAllCertificates(const std::string& pem,
                                                             const std::string& path) {
  std::vector<Certificate> all;
  const Bio bio = BioOf(pem);
  ERR_clear_error();
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    all.emplace_back(certificate);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string says = OpenSslSays();
  if (all.empty() || !at_end || IsCutShort(pem)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": holds no certificate in PEM format, or one that is cut short",
                     at_end ? "" : says));
  }
  return all;
}

absl::StatusOr<Key> ReadKey(const std::string& pem, const std::string& path) {
  const Bio bio = BioOf(pem);
  // No passphrase: OpenSSL would ask the terminal for it.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  const std::string says = OpenSslSays();
  if (key != nullptr) return key;
  return absl::InvalidArgumentError(absl::StrCat(
      path, ": holds no private key in PEM format without a passphrase, or it is cut short", says));
}

absl::StatusOr<absl::Time> TimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return absl::InvalidArgumentError("no date");
  return absl::FromTM(parts, absl::UTCTimeZone());
}

// Whether a server can use them: by OpenSSL, as gRPC will, so that what it would refuse is known.
absl::Status CheckPair(const std::vector<Certificate>& chain, EVP_PKEY* key,
                       const TlsFiles& files) {
  if (X509_check_private_key(chain[0].get(), key) != 1) {
    ERR_clear_error();
    return absl::FailedPreconditionError(absl::StrCat(
        files.key, ": is not the key of the first certificate in ", files.certificate));
  }
  const Context context(SSL_CTX_new(TLS_server_method()));
  bool good = context != nullptr && SSL_CTX_use_certificate(context.get(), chain[0].get()) == 1 &&
              SSL_CTX_use_PrivateKey(context.get(), key) == 1;
  for (std::size_t i = 1; good && i < chain.size(); ++i) {
    good = SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) == 1;
  }
  const std::string says = OpenSslSays();
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(files.certificate, ": cannot be used by a server", says));
}

absl::Status CheckDates(const X509* certificate, const std::string& path, absl::Time now,
                        absl::Time* not_after) {
  ASSIGN_OR_RETURN(const absl::Time not_before, TimeOf(X509_get0_notBefore(certificate)));
  ASSIGN_OR_RETURN(*not_after, TimeOf(X509_get0_notAfter(certificate)));
  if (now < not_before) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": is valid from ", absl::FormatTime(not_before, absl::UTCTimeZone()),
                     " on, which is not yet: look at the clock"));
  }
  if (now > *not_after) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": expired on ", absl::FormatTime(*not_after, absl::UTCTimeZone()), ": renew it"));
  }
  return absl::OkStatus();
}

// Hands the set in force to gRPC, connection by connection. gRPC's own watcher of files takes what
// it finds and aborts on an empty one; the certificates it was given cannot be changed.
class FromCertificates final : public grpc::ServerCredentials {
 public:
  FromCertificates(const Certificates* certificates, bool ask_clients)
      : certificates_(*certificates) {
    grpc_ssl_server_credentials_options* options =
        grpc_ssl_server_credentials_create_options_using_config_fetcher(
            ask_clients ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                        : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
            &Fetch, this);
    credentials_ = grpc_ssl_server_credentials_create_with_options(options);
  }
  ~FromCertificates() override { grpc_server_credentials_release(credentials_); }
  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  // gRPC asks at each handshake, one at a time, and keeps what it had if there is nothing new.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    auto& me = *static_cast<FromCertificates*>(self);
    uint64_t generation = 0;
    const std::shared_ptr<const CertificateSet> set = me.certificates_.Current(&generation);
    if (generation == me.given_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair = {set->key.c_str(), set->certificates.c_str()};
    // gRPC insists on a CA, though clients that are not asked for a certificate are held to none.
    const std::string& ca = set->client_ca.empty() ? set->certificates : set->client_ca;
    *config = grpc_ssl_server_certificate_config_create(ca.c_str(), &pair, 1);
    me.given_ = generation;
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const Certificates& certificates_;
  grpc_server_credentials* credentials_ = nullptr;
  uint64_t given_ = 0;
};

}  // namespace

absl::StatusOr<CertificateSet> ReadCertificates(const TlsFiles& files, absl::Time now) {
  CertificateSet set;
  ASSIGN_OR_RETURN(PrivateFile certificate, ReadPrivateFile(files.certificate, Privacy::kPublic));
  ASSIGN_OR_RETURN(PrivateFile key_file, ReadPrivateFile(files.key, Privacy::kSecret));
  ASSIGN_OR_RETURN(const std::vector<Certificate> chain,
                   ReadAllCertificates(certificate.text, files.certificate));
  ASSIGN_OR_RETURN(const Key key, ReadKey(key_file.text, files.key));
  RETURN_IF_ERROR(CheckPair(chain, key.get(), files));
  RETURN_IF_ERROR(CheckDates(chain[0].get(), files.certificate, now, &set.not_after));
  if (!files.client_ca.empty()) {
    ASSIGN_OR_RETURN(PrivateFile ca, ReadPrivateFile(files.client_ca, Privacy::kPublic));
    RETURN_IF_ERROR(ReadAllCertificates(ca.text, files.client_ca).status());
    set.client_ca = std::move(ca.text);
  }
  set.certificates = std::move(certificate.text);
  set.key = std::move(key_file.text);
  return set;
}

absl::StatusOr<std::unique_ptr<Certificates>> Certificates::Open(const TlsFiles& files,
                                                                 absl::Duration period) {
  std::unique_ptr<Certificates> certificates(new Certificates(files));
  RETURN_IF_ERROR(certificates->Reload());
  certificates->looker_ = std::thread([c = certificates.get(), period] { c->Look(period); });
  return certificates;
}

Certificates::~Certificates() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (looker_.joinable()) looker_.join();
}

void Certificates::Look(absl::Duration period) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_) {
    wake_.wait_for(lock, absl::ToChronoMilliseconds(period), [this] { return ending_; });
    if (ending_) return;
    lock.unlock();
    static_cast<void>(Reload());
    lock.lock();
  }
}

absl::Status Certificates::Reload() {
  absl::StatusOr<CertificateSet> read = ReadCertificates(files_, absl::Now());
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool first = current_ == nullptr;
  if (!read.ok()) {
    // Once: the files may stay as they are for long.
    if (!first && last_problem_ != read.status().message()) {
      last_problem_ = std::string(read.status().message());
      Log(LogLevel::kError, "certificates not taken up; the last good ones stay",
          {{"result", last_problem_},
           {"last_good_until", absl::FormatTime(current_->not_after, absl::UTCTimeZone())}});
    }
    return read.status();
  }
  const bool mended = !last_problem_.empty();
  last_problem_.clear();
  if (!first && *read == *current_) {
    if (mended) Log(LogLevel::kInfo, "certificates are good again, as before");
    return absl::OkStatus();
  }
  current_ = std::make_shared<const CertificateSet>(*std::move(read));
  ++generation_;
  if (!first) {
    Log(LogLevel::kInfo, "certificates taken up",
        {{"until", absl::FormatTime(current_->not_after, absl::UTCTimeZone())}});
  }
  return absl::OkStatus();
}

std::shared_ptr<grpc::ServerCredentials> Certificates::ForServer() {
  if (given_ == nullptr) {
    given_ = std::make_shared<FromCertificates>(this, !files_.client_ca.empty());
  }
  return given_;
}

std::shared_ptr<const CertificateSet> Certificates::Current(uint64_t* generation) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  *generation = generation_;
  return current_;
}

}  // namespace lineage
