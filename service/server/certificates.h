// The server's certificate, its key and the CA of its clients: read, checked, and only then used.
#ifndef LINEAGE_SERVICE_SERVER_CERTIFICATES_H_
#define LINEAGE_SERVICE_SERVER_CERTIFICATES_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/server/options.h"

namespace grpc {
class ServerCredentials;
}

namespace lineage {

// PEM texts that were found to belong together.
struct CertificateSet {
  std::string certificates;  // the server's, then its chain
  std::string key;
  std::string client_ca;  // empty: clients show no certificate
  absl::Time not_after;   // of the server's certificate

  bool operator==(const CertificateSet& other) const {
    return certificates == other.certificates && key == other.key && client_ca == other.client_ca;
  }
};

// Reads the files and checks that all of each is well-formed, that the key belongs to the
// certificate, that OpenSSL takes both for a server, and that the certificate is valid `now`.
// Errors: those of the files; INVALID_ARGUMENT, FAILED_PRECONDITION (of another key, expired, not
// yet valid); each names the file.
absl::StatusOr<CertificateSet> ReadCertificates(const TlsFiles& files, absl::Time now);

// Keeps the last good set and hands it to each new connection. Thread-safe.
class Certificates {
 public:
  // Reads once; then a thread looks for new files every `period`. What is bad is logged once, and
  // the last good set stays; so is what is taken up. Errors: those of ReadCertificates.
  static absl::StatusOr<std::unique_ptr<Certificates>> Open(const TlsFiles& files,
                                                            absl::Duration period);
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  // Looks for new files now. Not OK: they were not taken up, and why.
  absl::Status Reload();

  // For the port of one server, which this object has to outlive.
  [[nodiscard]] std::shared_ptr<grpc::ServerCredentials> ForServer();

  // The set in force, and how often there was another one.
  [[nodiscard]] std::shared_ptr<const CertificateSet> Current(uint64_t* generation) const;

 private:
  explicit Certificates(const TlsFiles& files) : files_(files) {}
  void Look(absl::Duration period);

  const TlsFiles files_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool ending_ = false;
  std::shared_ptr<const CertificateSet> current_;
  uint64_t generation_ = 0;
  std::string last_problem_;
  std::shared_ptr<grpc::ServerCredentials> given_;  // gRPC keeps a bare pointer to it
  std::thread looker_;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_CERTIFICATES_H_
