// A C++ client: a channel with credentials and deadlines, and the services' stubs over it.
//
//   lineage::ClientOptions options;
//   options.target = "localhost:7117";
//   auto client = lineage::Client::Connect(options);
//   auto context = (*client)->NewContext();
//   grpc::Status status = (*client)->permissions().Check(context.get(), request, &response);
#ifndef LINEAGE_SERVICE_CLIENT_CLIENT_H_
#define LINEAGE_SERVICE_CLIENT_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lineage/v1/audit_service.grpc.pb.h"
#include "lineage/v1/claim_service.grpc.pb.h"
#include "lineage/v1/lineage_service.grpc.pb.h"
#include "lineage/v1/permission_service.grpc.pb.h"
#include "lineage/v1/watch_service.grpc.pb.h"

namespace lineage {

struct ClientOptions {
  std::string target = "127.0.0.1:7117";  // host:port
  // TLS is used if any of these files (PEM) is set; `tls_ca` is whom to trust.
  std::string tls_ca;
  std::string tls_certificate;  // of the client, for servers that ask for one
  std::string tls_key;
  std::string tls_server_name;  // expected in the server's certificate, if not the host
  std::string token;            // sent as a bearer token; never in plain text beyond loopback
  absl::Duration timeout = absl::Seconds(10);  // of each unary call
};

// Thread-safe.
class Client {
 public:
  // Makes a channel; the connection is made with the first call, to `target` itself: proxies of the
  // environment are not used. Errors: INVALID_ARGUMENT, NOT_FOUND (files), PERMISSION_DENIED (a key
  // that everybody can read), FAILED_PRECONDITION (a token without TLS, but to a literal address of
  // this machine or to localhost, which means 127.0.0.1).
  static absl::StatusOr<std::unique_ptr<Client>> Connect(const ClientOptions& options);

  // The context of one call: credentials, deadline. Streams have no deadline of their own.
  [[nodiscard]] std::unique_ptr<grpc::ClientContext> NewContext(bool stream = false) const;

  [[nodiscard]] v1::LineageService::StubInterface& lineage() { return *lineage_; }
  [[nodiscard]] v1::PermissionService::StubInterface& permissions() { return *permissions_; }
  [[nodiscard]] v1::AuditService::StubInterface& audit() { return *audit_; }
  [[nodiscard]] v1::ClaimService::StubInterface& claims() { return *claims_; }
  [[nodiscard]] v1::WatchService::StubInterface& watch() { return *watch_; }
  [[nodiscard]] const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  Client(ClientOptions options, std::shared_ptr<grpc::Channel> channel);

  const ClientOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::LineageService::StubInterface> lineage_;
  const std::unique_ptr<v1::PermissionService::StubInterface> permissions_;
  const std::unique_ptr<v1::AuditService::StubInterface> audit_;
  const std::unique_ptr<v1::ClaimService::StubInterface> claims_;
  const std::unique_ptr<v1::WatchService::StubInterface> watch_;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_CLIENT_CLIENT_H_
