#include "service/server/server.h"

#include <google/protobuf/stubs/logging.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "engine/base/status_macros.h"
#include "service/safety/loopback.h"
#include "service/server/certificates.h"
#include "service/server/connection_gate.h"
#include "service/server/handlers.h"
#include "service/server/http_front.h"
#include "service/server/log.h"
#include "service/server/rpc_table.h"
#include "service/server/state.h"
#include "service/server/supervision.h"
#include "service/server/watch.h"

namespace lineage {
namespace {

// Metrics are plain HTTP, for everybody who reaches the port.
absl::Status CheckMetrics(const ServerOptions& options) {
  if (options.metrics_listen.empty()) return absl::OkStatus();
  const std::optional<LiteralAddress> address = ReadLiteralAddress(options.metrics_listen);
  if (!address) {
    return absl::InvalidArgumentError(
        absl::StrCat("metrics-listen: ", options.metrics_listen,
                     " is no literal address with a port, such as 127.0.0.1:9117 or [::1]:9117"));
  }
  if (address->loopback || options.insecure) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "refusing to serve metrics on ", options.metrics_listen,
      ", which others can reach, in plain text and without access control: listen on 127.0.0.1, or "
      "say --insecure if you mean it"));
}

// Others may reach an address only through TLS and with access control.
absl::Status CheckAddress(const ServerOptions& options, const std::string& address, bool open) {
  const TlsFiles& tls = options.tls;
  if (IsLoopback(address) || options.insecure) return absl::OkStatus();
  if (tls.certificate.empty() || open) {
    return absl::InvalidArgumentError(absl::StrCat(
        "refusing to listen on ", address, ", which others can reach, without ",
        tls.certificate.empty() ? "TLS (tls-certificate, tls-key)" : "",
        tls.certificate.empty() && open ? " and " : "", open ? "access control (access-file)" : "",
        ": set them, listen on 127.0.0.1, or say --insecure if you mean it"));
  }
  return absl::OkStatus();
}

// What a safe set-up needs.
absl::Status CheckSafety(const ServerOptions& options, bool open) {
  const TlsFiles& tls = options.tls;
  if (tls.certificate.empty() != tls.key.empty()) {
    return absl::InvalidArgumentError("tls-certificate and tls-key go together");
  }
  if (!tls.client_ca.empty() && tls.certificate.empty()) {
    return absl::InvalidArgumentError("tls-client-ca needs tls-certificate and tls-key");
  }
  RETURN_IF_ERROR(CheckMetrics(options));
  RETURN_IF_ERROR(CheckAddress(options, options.listen, open));
  return options.http_listen.empty() ? absl::OkStatus()
                                     : CheckAddress(options, options.http_listen, open);
}

// New files are found within this time, or at once on SIGHUP.
constexpr absl::Duration kCertificatePeriod = absl::Seconds(10);

// Reflection is gRPC's own service, so that its callers are checked here. A call that may not go on
// can only be cancelled at this place.
class ReflectionGuard : public grpc::experimental::Interceptor {
 public:
  ReflectionGuard(const Access* access, grpc::experimental::ServerRpcInfo* info)
      : access_(*access), info_(*info) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            grpc::experimental::InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      std::string authorization;
      const auto* metadata = methods->GetRecvInitialMetadata();
      if (const auto it = metadata->find("authorization"); it != metadata->end()) {
        authorization.assign(it->second.data(), it->second.size());
      }
      std::vector<std::string> names;
      if (const auto auth = info_.server_context()->auth_context();
          auth != nullptr && auth->IsPeerAuthenticated()) {
        for (const auto& name : auth->FindPropertyValues("x509_common_name")) {
          names.emplace_back(name.data(), name.size());
        }
      }
      if (!access_.Authenticate(authorization, names).ok()) info_.server_context()->TryCancel();
    }
    methods->Proceed();
  }

 private:
  const Access& access_;
  grpc::experimental::ServerRpcInfo& info_;
};

class ReflectionGuardFactory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit ReflectionGuardFactory(const Access* access) : access_(access) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    if (!absl::StartsWith(info->method(), "/grpc.reflection.")) return nullptr;
    return new ReflectionGuard(access_, info);
  }

 private:
  const Access* access_;
};

// What an answer may wait for when the server asks itself.
constexpr absl::Duration kSelfPatience = absl::Seconds(10);
constexpr int kMostSelfFailures = 3;

// Whether gRPC's own threads answer. `server` runs.
absl::Status AskHealth(grpc::Server* server) {
  grpc::GenericStub stub(server->InProcessChannel({}));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kSelfPatience));
  grpc::CompletionQueue queue;
  const grpc::Slice nothing("");  // a request of the whole server's health has no bytes
  const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check",
                                          grpc::ByteBuffer(&nothing, 1), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, &queue);
  void* tag = nullptr;
  bool ok = false;
  static_cast<void>(queue.Next(&tag, &ok));
  if (status.ok()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("the server does not answer itself: ", status.error_message()));
}

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

// Whom the server waits for, and how long.
void SetConnectionLimits(const Limits& limits, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(static_cast<int>(limits.message_bytes));
  builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, static_cast<int>(limits.metadata_bytes));
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                              static_cast<int>(limits.streams_per_connection));
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, Milliseconds(limits.handshake));
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
                              Milliseconds(limits.connection_idle));
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(limits.connection_age));
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                              Milliseconds(limits.connection_grace));
  grpc::ResourceQuota quota("lineaged");
  quota.Resize(limits.memory_bytes);
  builder->SetResourceQuota(quota);
}

}  // namespace

struct Server::Parts {
  std::unique_ptr<Certificates> certificates;  // outlives the server, which asks it
  std::unique_ptr<ServerState> state;
  std::unique_ptr<WatchHub> hub;
  std::unique_ptr<RpcTable> table;  // outlives the services, which are made of it
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<HttpFront> front;  // outlives the server that asks it
  std::unique_ptr<HttpServer> http;  // may be null
  std::unique_ptr<ConnectionGate> gate;  // hands connections to the acceptor
  std::unique_ptr<SelfCheck> check;      // looks at the gate and the server

  // Listens, and hands what comes in to a server that is to be built.
  absl::Status Listen(const std::shared_ptr<grpc::ServerCredentials>& credentials,
                      grpc::ServerBuilder* builder);
  int port = 0;
  bool stopped = false;
};

absl::Status Server::Parts::Listen(const std::shared_ptr<grpc::ServerCredentials>& credentials,
                                   grpc::ServerBuilder* builder) {
  const std::string& address = state->options.listen;
  if (absl::StartsWith(address, "unix:")) {  // of this machine, behind the file's permissions
    builder->AddListeningPort(address, credentials, &port);
    return absl::OkStatus();
  }
  const std::size_t wanted = state->options.limits.connections;
  const std::size_t descriptors = RaiseDescriptorLimit();
  const std::size_t most = ConnectionsWithin(descriptors, wanted);
  if (most < wanted) {
    Log(LogLevel::kWarning, "fewer connections than max-connections",
        {{"most", absl::StrCat(most)},
         {"descriptors", absl::StrCat(descriptors)},
         {"remedy", "raise the hard limit of descriptors (LimitNOFILE, ulimit -n)"}});
  }
  // A literal address in place of a name: what was found safe is what is listened on.
  const std::optional<LiteralAddress> literal = ReadLiteralAddress(address);
  ASSIGN_OR_RETURN(gate, ConnectionGate::Listen(literal ? literal->ToString() : address, most));
  port = gate->port();
  acceptor = builder->experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, credentials);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options,
                                                      std::unique_ptr<KnowledgeBase> base) {
  std::unique_ptr<Access> access = Access::Open();
  if (!options.access_file.empty()) {
    ASSIGN_OR_RETURN(access, Access::FromFile(options.access_file));
  }
  RETURN_IF_ERROR(CheckSafety(options, access->open()));
  auto parts = std::make_unique<Parts>();
  std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
  if (!options.tls.certificate.empty()) {
    ASSIGN_OR_RETURN(parts->certificates, Certificates::Open(options.tls, kCertificatePeriod));
    credentials = parts->certificates->ForServer();
  }
  parts->state =
      std::make_unique<ServerState>(std::move(options), std::move(base), std::move(access));
  ServerState* state = parts->state.get();
  parts->hub = std::make_unique<WatchHub>();
  state->base->SetListener([state, hub = parts->hub.get()](Revision) {
    state->published_micros = absl::ToUnixMicros(absl::Now());
    hub->Notify();
  });
  parts->table = std::make_unique<RpcTable>(state);
  AddLineageService(parts->table.get());
  AddPermissionService(parts->table.get());
  AddAuditService(parts->table.get());
  AddClaimService(parts->table.get());
  AddWatchService(parts->table.get(), parts->hub.get());
  parts->services = GrpcServicesOf(parts->table.get());

  static const bool kOnce = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    // It would write a line of its own to standard error for whoever sends what is no UTF-8.
    google::protobuf::SetLogHandler(
        [](google::protobuf::LogLevel, const char*, int, const std::string& message) {
          Log(LogLevel::kDebug, "protobuf", {{"message", message}});
        });
    return true;
  }();
  static_cast<void>(kOnce);
  grpc::ServerBuilder builder;
  RETURN_IF_ERROR(parts->Listen(credentials, &builder));
  for (const auto& service : parts->services) builder.RegisterService(service.get());
  SetConnectionLimits(state->options.limits, &builder);
  if (!state->access->open()) {
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> guards;
    guards.push_back(std::make_unique<ReflectionGuardFactory>(state->access.get()));
    builder.experimental().SetInterceptorCreators(std::move(guards));
  }
  parts->server = builder.BuildAndStart();
  if (parts->server == nullptr || parts->port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot serve on ", state->options.listen,
                                               ": the certificates do not fit, or the address is "
                                               "not this machine's"));
  }
  if (parts->gate != nullptr) {
    parts->gate->Open([acceptor = parts->acceptor.get()](int descriptor) {
      grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
      connection.fd = descriptor;
      acceptor->HandleNewConnection(&connection);
    });
  }
  if (!state->options.metrics_listen.empty()) {
    RETURN_IF_ERROR(
        state->metrics.Serve(*ReadLiteralAddress(state->options.metrics_listen), [state] {
          const auto engine = state->base->Current();
          Metrics::Gauges gauges;
          gauges.revision = static_cast<double>(engine->revision());
          gauges.snapshot_age_seconds =
              absl::ToDoubleSeconds(absl::Now() - absl::FromUnixMicros(state->published_micros));
          gauges.artifacts = static_cast<double>(engine->records().artifact_count());
          gauges.claims = static_cast<double>(engine->records().claim_count());
          gauges.queue_depth = state->queued;
          gauges.requests_in_flight = state->in_flight;
          gauges.watches = state->watches;
          return gauges;
        }));
  }
  if (!state->options.http_listen.empty()) {
    parts->front = std::make_unique<HttpFront>(parts->table.get());
    ASSIGN_OR_RETURN(parts->http,
                     StartHttp(parts->front.get(), state->options, parts->certificates.get()));
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { Stop(); }

int Server::port() const { return parts_->port; }
int Server::http_port() const { return parts_->http == nullptr ? 0 : parts_->http->port(); }

absl::Status Server::ReloadAccess() { return parts_->state->access->Reload(); }

absl::Status Server::ReloadCertificates() {
  return parts_->certificates == nullptr ? absl::OkStatus() : parts_->certificates->Reload();
}

absl::Status Server::CheckSelf() {
  if (parts_->gate != nullptr) RETURN_IF_ERROR(parts_->gate->Probe(kSelfPatience));
  return AskHealth(parts_->server.get());
}

void Server::KeepChecked(absl::Duration period, std::function<void()> alive,
                         std::function<void(const absl::Status&)> deaf) {
  SelfCheck::Actions actions;
  actions.check = [this] { return CheckSelf(); };
  actions.alive = std::move(alive);
  actions.dead = [state = parts_->state.get(), deaf = std::move(deaf)](const absl::Status& why) {
    if (!state->stopping) deaf(why);
  };
  parts_->check = std::make_unique<SelfCheck>(period, kMostSelfFailures, std::move(actions));
}

void Server::Stop() {
  if (parts_->stopped) return;
  parts_->stopped = true;
  if (auto* health = parts_->server->GetHealthCheckService()) health->SetServingStatus(false);
  parts_->state->stopping = true;
  parts_->hub->Notify();
  if (parts_->gate != nullptr) parts_->gate->Close();
  parts_->check.reset();  // which the gate's end has freed from waiting
  const absl::Time drained = absl::Now() + parts_->state->options.drain;
  if (parts_->http != nullptr) parts_->http->Drain();
  parts_->server->Shutdown(absl::ToChronoTime(drained));
  if (parts_->http != nullptr) parts_->http->WaitDrained(drained);
  parts_->state->aborting = true;
  if (parts_->http != nullptr) parts_->http->Stop();
  parts_->server->Wait();
  parts_->state->workers.join();
  parts_->state->base->SetListener(nullptr);
}

}  // namespace lineage
