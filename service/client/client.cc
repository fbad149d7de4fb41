#include "service/client/client.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace lineage {
namespace {

constexpr int kLargestAnswer = 64 << 20;

absl::Status ReadPem(const std::string& path, std::string* text) {
  if (path.empty()) return absl::OkStatus();
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  if (!in) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  *text = std::move(all).str();
  if (!absl::StrContains(*text, "-----BEGIN ")) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is not in PEM format"));
  }
  return absl::OkStatus();
}

bool IsLoopback(absl::string_view target) {
  const absl::string_view host = target.substr(0, target.rfind(':'));
  return host == "localhost" || absl::StartsWith(host, "127.") || host == "[::1]" ||
         absl::StartsWith(target, "unix:");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(const ClientOptions& options) {
  const bool tls = !options.tls_ca.empty() || !options.tls_certificate.empty();
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return absl::InvalidArgumentError("a client certificate and its key go together");
  }
  if (!options.token.empty() && !tls && !IsLoopback(options.target)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "refusing to send a token to ", options.target, " in plain text: set the server's CA"));
  }
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (tls) {
    grpc::SslCredentialsOptions ssl;
    for (const auto& [path, text] : {std::pair{&options.tls_ca, &ssl.pem_root_certs},
                                     std::pair{&options.tls_certificate, &ssl.pem_cert_chain},
                                     std::pair{&options.tls_key, &ssl.pem_private_key}}) {
      absl::Status status = ReadPem(*path, text);
      if (!status.ok()) return status;
    }
    credentials = grpc::SslCredentials(ssl);
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestAnswer);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 64 << 10);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  if (!options.tls_server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls_server_name);
  }
  return std::unique_ptr<Client>(
      new Client(options, grpc::CreateCustomChannel(options.target, credentials, arguments)));
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
