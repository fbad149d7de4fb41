#include "service/server/rpc_table.h"

#include <grpcpp/impl/codegen/service_type.h>

#include <utility>

namespace lineage {
namespace {

// What the generated services do, from a table.
class TableService final : public grpc::Service {
 public:
  void Add(Rpc* rpc) {
    AddMethod(new grpc::internal::RpcServiceMethod(rpc->path.c_str(), rpc->grpc_type, nullptr));
    MarkMethodCallback(count_++, rpc->grpc_handler.release());
  }

 private:
  int count_ = 0;
};

}  // namespace

const Rpc* RpcTable::Find(absl::string_view path) const {
  const auto it = by_path_.find(path);
  return it == by_path_.end() ? nullptr : it->second;
}

grpc::ServerUnaryReactor* AnswerOverGrpc(ServerState* state, grpc::CallbackServerContext* context,
                                         const Rpc& rpc, std::function<Where()> place,
                                         std::function<absl::Status(Call*)> answer) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  Incoming incoming = ServerState::IncomingOf(*context);
  context->AddInitialMetadata("x-request-id", incoming.request_id);
  state->Answer(std::move(incoming), rpc.name.c_str(), rpc.needed,
                {std::move(place), std::move(answer),
                 [reactor](const grpc::Status& status) { reactor->Finish(status); }});
  return reactor;
}

std::vector<std::unique_ptr<grpc::Service>> GrpcServicesOf(RpcTable* table) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  absl::flat_hash_map<std::string, TableService*> by_name;
  for (const std::unique_ptr<Rpc>& rpc : table->all()) {
    TableService*& service = by_name[rpc->service];
    if (service == nullptr) {
      auto made = std::make_unique<TableService>();
      service = made.get();
      services.push_back(std::move(made));
    }
    service->Add(rpc.get());
  }
  return services;
}

}  // namespace lineage
