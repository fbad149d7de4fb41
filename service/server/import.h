// ClaimService.ImportDocument: takes files in, and runs the import over them.
#ifndef LINEAGE_SERVICE_SERVER_IMPORT_H_
#define LINEAGE_SERVICE_SERVER_IMPORT_H_

namespace grpc {
class CallbackServerContext;
template <class Request>
class ServerReadReactor;
}  // namespace grpc

namespace lineage::v1 {
class ImportDocumentRequest;
class ImportDocumentResponse;
}  // namespace lineage::v1

namespace lineage {

class ServerState;

// The files are kept in a folder of their own under $TMPDIR until the call ends. Deletes itself.
grpc::ServerReadReactor<v1::ImportDocumentRequest>* BeginImport(
    ServerState* state, grpc::CallbackServerContext* context, v1::ImportDocumentResponse* response);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_IMPORT_H_
