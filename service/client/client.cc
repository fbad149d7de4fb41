#include "service/client/client.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "service/safety/loopback.h"
#include "service/safety/private_file.h"

namespace lineage {
namespace {

constexpr int kLargestAnswer = 64 << 20;

absl::Status ReadPem(const std::string& path, Privacy privacy, std::string* text) {
  if (path.empty()) return absl::OkStatus();
  absl::StatusOr<PrivateFile> file = ReadPrivateFile(path, privacy);
  if (!file.ok()) return file.status();
  *text = std::move(file->text);
  if (!absl::StrContains(*text, "-----BEGIN ")) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is not in PEM format"));
  }
  return absl::OkStatus();
}

absl::Status ReadCredentials(const ClientOptions& options, grpc::SslCredentialsOptions* ssl) {
  absl::Status status = ReadPem(options.tls_ca, Privacy::kPublic, &ssl->pem_root_certs);
  if (!status.ok()) return status;
  status = ReadPem(options.tls_certificate, Privacy::kPublic, &ssl->pem_cert_chain);
  if (!status.ok()) return status;
  return ReadPem(options.tls_key, Privacy::kSecret, &ssl->pem_private_key);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(const ClientOptions& options) {
  const bool tls = !options.tls_ca.empty() || !options.tls_certificate.empty();
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return absl::InvalidArgumentError("a client certificate and its key go together");
  }
  // Without TLS a literal address takes the place of the name: what was tested is what is used.
  const std::optional<std::string> loopback = LoopbackTarget(options.target);
  if (!options.token.empty() && !tls && !loopback) {
    return absl::FailedPreconditionError(
        absl::StrCat("refusing to send a token to ", options.target,
                     " in plain text: set the server's CA, or name a literal address of this "
                     "machine with its port, such as 127.0.0.1:7117"));
  }
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (tls) {
    grpc::SslCredentialsOptions ssl;
    if (absl::Status status = ReadCredentials(options, &ssl); !status.ok()) return status;
    credentials = grpc::SslCredentials(ssl);
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestAnswer);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 64 << 10);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  // http_proxy and its kin are set for the web; a proxy would see all that is sent in plain text.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (!options.tls_server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls_server_name);
  }
  return std::unique_ptr<Client>(new Client(
      options, grpc::CreateCustomChannel(tls ? options.target : loopback.value_or(options.target),
                                         credentials, arguments)));
}

Client::Client(ClientOptions options, std::shared_ptr<grpc::Channel> channel)
    : options_(std::move(options)),
      channel_(std::move(channel)),
      lineage_(v1::LineageService::NewStub(channel_)),
      permissions_(v1::PermissionService::NewStub(channel_)),
      audit_(v1::AuditService::NewStub(channel_)),
      claims_(v1::ClaimService::NewStub(channel_)),
      watch_(v1::WatchService::NewStub(channel_)) {}

std::unique_ptr<grpc::ClientContext> Client::NewContext(bool stream) const {
  auto context = std::make_unique<grpc::ClientContext>();
  if (!stream) context->set_deadline(absl::ToChronoTime(absl::Now() + options_.timeout));
  if (!options_.token.empty()) {
    context->AddMetadata("authorization", absl::StrCat("Bearer ", options_.token));
  }
  return context;
}

}  // namespace lineage
