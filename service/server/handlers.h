// The services: each puts its RPCs into the table.
#ifndef LINEAGE_SERVICE_SERVER_HANDLERS_H_
#define LINEAGE_SERVICE_SERVER_HANDLERS_H_

namespace lineage {

class RpcTable;
class WatchHub;

void AddLineageService(RpcTable* table);
void AddPermissionService(RpcTable* table);
void AddAuditService(RpcTable* table);
void AddClaimService(RpcTable* table);
void AddWatchService(RpcTable* table, WatchHub* hub);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_HANDLERS_H_
