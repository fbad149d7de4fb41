// The services, over what they share.
#ifndef LINEAGE_SERVICE_SERVER_HANDLERS_H_
#define LINEAGE_SERVICE_SERVER_HANDLERS_H_

#include <memory>

namespace grpc {
class Service;
}

namespace lineage {

class ServerState;
class WatchHub;

[[nodiscard]] std::unique_ptr<grpc::Service> MakeLineageService(ServerState* state);
[[nodiscard]] std::unique_ptr<grpc::Service> MakePermissionService(ServerState* state);
[[nodiscard]] std::unique_ptr<grpc::Service> MakeAuditService(ServerState* state);
[[nodiscard]] std::unique_ptr<grpc::Service> MakeClaimService(ServerState* state);
[[nodiscard]] std::unique_ptr<grpc::Service> MakeWatchService(ServerState* state, WatchHub* hub);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_HANDLERS_H_
