// The one table of what the service answers. Each RPC is a function from a request to a response
// (or to a stream of them) and stands here once; every transport serves what stands here, through
// ServerState::Answer.
#ifndef LINEAGE_SERVICE_SERVER_RPC_TABLE_H_
#define LINEAGE_SERVICE_SERVER_RPC_TABLE_H_

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/server/answer_source.h"
#include "service/server/arena_messages.h"
#include "service/server/state.h"

namespace lineage {

// One RPC, without its types: as a transport that reads messages by their descriptors takes it.
struct Rpc {
  using Message = google::protobuf::Message;

  std::string service;  // "lineage.v1.PermissionService"
  std::string path;     // "/lineage.v1.PermissionService/Check"
  std::string name;     // "PermissionService.Check", for logs and metrics
  Role needed = Role::kReader;
  const Message* request = nullptr;   // an empty one, to make others of
  const Message* response = nullptr;  // the same; of a stream, one of its messages

  // A unary one:
  std::function<Where(const Message&)> place;
  std::function<absl::Status(const Message&, Message*, Call*)> answer;
  // A stream. The request has to stay until the source is done.
  std::function<std::shared_ptr<AnswerSource>(Incoming, const Message&)> open;

  // gRPC's own way to it. One that has only this is served by gRPC alone.
  grpc::internal::RpcMethod::RpcType grpc_type = grpc::internal::RpcMethod::NORMAL_RPC;
  std::unique_ptr<grpc::internal::MethodHandler> grpc_handler;
};

// The parts of the way over gRPC that do not depend on types.
grpc::ServerUnaryReactor* AnswerOverGrpc(ServerState* state, grpc::CallbackServerContext* context,
                                         const Rpc& rpc, std::function<Where()> place,
                                         std::function<absl::Status(Call*)> answer);

// Carries a source's messages to gRPC. Deletes itself.
template <typename Message>
class GrpcOutlet final : public grpc::ServerWriteReactor<Message>, public AnswerOutlet {
 public:
  explicit GrpcOutlet(grpc::CallbackServerContext* context) : context_(*context) {}

  grpc::ServerWriteReactor<Message>* Begin(std::shared_ptr<AnswerSource> source) {
    source_ = std::move(source);
    source_->Begin(this);
    return this;
  }
  void Write(const google::protobuf::Message& message) override {
    this->StartWrite(static_cast<const Message*>(&message));
  }
  void End(const grpc::Status& status) override { this->Finish(status); }
  void Cut() override { context_.TryCancel(); }

  void OnWriteDone(bool ok) override { source_->Written(ok); }
  void OnCancel() override { source_->Cancelled(); }
  void OnDone() override {
    source_->Done();
    delete this;
  }

 private:
  grpc::CallbackServerContext& context_;
  std::shared_ptr<AnswerSource> source_;
};

class RpcTable {
 public:
  explicit RpcTable(ServerState* state) : state_(*state) {}
  RpcTable(const RpcTable&) = delete;
  RpcTable& operator=(const RpcTable&) = delete;

  [[nodiscard]] ServerState& state() const { return state_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Rpc>>& all() const { return rpcs_; }
  // By its path; null if there is none.
  [[nodiscard]] const Rpc* Find(absl::string_view path) const;

  // The body of a unary RPC.
  template <typename Request, typename Response>
  using Body = absl::Status (*)(const ServerState&, const Request&, Response*, Call*);

  // Adds a unary RPC, run where `place` says: a Where, or kByArtifact.
  struct ByArtifact {};  // ServerState::PlaceOf
  static constexpr ByArtifact kByArtifact{};

  template <typename Request, typename Response, typename Place>
  void Unary(const char* service, const char* method, Role needed, Place place,
             Body<Request, Response> body) {
    Rpc& rpc = Add<Request, Response>(service, method, needed);
    rpc.place = [state = &state_, place](const google::protobuf::Message& request) {
      return PlaceOf(*state, static_cast<const Request&>(request), place);
    };
    rpc.answer = [state = &state_, body](const google::protobuf::Message& request,
                                         google::protobuf::Message* response, Call* call) {
      return body(*state, static_cast<const Request&>(request), static_cast<Response*>(response),
                  call);
    };
    auto handler = std::make_unique<grpc::internal::CallbackUnaryHandler<Request, Response>>(
        [state = &state_, r = &rpc, place, body](grpc::CallbackServerContext* context,
                                                 const Request* request, Response* response) {
          return AnswerOverGrpc(
              state, context, *r, [=] { return PlaceOf(*state, *request, place); },
              [=](Call* call) { return body(*state, *request, response, call); });
        });
    handler->SetMessageAllocator(InArena());
    rpc.grpc_handler = std::move(handler);
  }

  // Adds a stream. `open` makes its source; the request stays until the source is done.
  template <typename Request, typename Message>
  void Stream(const char* service, const char* method,
              std::function<std::shared_ptr<AnswerSource>(Incoming, const Request&)> open) {
    Rpc& rpc = Add<Request, Message>(service, method, Role::kReader);
    rpc.open = [open](Incoming incoming, const google::protobuf::Message& request) {
      return open(std::move(incoming), static_cast<const Request&>(request));
    };
    rpc.grpc_type = grpc::internal::RpcMethod::SERVER_STREAMING;
    rpc.grpc_handler =
        std::make_unique<grpc::internal::CallbackServerStreamingHandler<Request, Message>>(
            [open](grpc::CallbackServerContext* context, const Request* request) {
              Incoming incoming = ServerState::IncomingOf(*context);
              context->AddInitialMetadata("x-request-id", incoming.request_id);
              return (new GrpcOutlet<Message>(context))->Begin(open(std::move(incoming), *request));
            });
  }

  // Adds a stream of requests, which gRPC alone serves.
  template <typename Request, typename Response>
  void Upload(
      const char* service, const char* method, Role needed,
      std::function<grpc::ServerReadReactor<Request>*(grpc::CallbackServerContext*, Response*)>
          begin) {
    Rpc& rpc = Add<Request, Response>(service, method, needed);
    rpc.grpc_type = grpc::internal::RpcMethod::CLIENT_STREAMING;
    rpc.grpc_handler =
        std::make_unique<grpc::internal::CallbackClientStreamingHandler<Request, Response>>(begin);
  }

 private:
  template <typename Request, typename Response>
  Rpc& Add(const char* service, const char* method, Role needed) {
    Rpc& rpc = *rpcs_.emplace_back(std::make_unique<Rpc>());
    rpc.service = absl::StrCat("lineage.v1.", service);
    rpc.path = absl::StrCat("/", rpc.service, "/", method);
    rpc.name = absl::StrCat(service, ".", method);
    rpc.needed = needed;
    rpc.request = &Request::default_instance();
    rpc.response = &Response::default_instance();
    by_path_[rpc.path] = &rpc;
    return rpc;
  }
  template <typename Request>
  static Where PlaceOf(const ServerState&, const Request&, Where place) {
    return place;
  }
  template <typename Request>
  static Where PlaceOf(const ServerState& state, const Request& request, ByArtifact) {
    return state.PlaceOf(request);
  }

  ServerState& state_;
  std::vector<std::unique_ptr<Rpc>> rpcs_;
  absl::flat_hash_map<std::string, const Rpc*> by_path_;
};

// The services of a table, for a gRPC server; the table has to outlive them, and gives its handlers
// away here.
[[nodiscard]] std::vector<std::unique_ptr<grpc::Service>> GrpcServicesOf(RpcTable* table);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_RPC_TABLE_H_
