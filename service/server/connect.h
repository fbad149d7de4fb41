// The Connect protocol (connectrpc.com/docs/protocol) over HTTP: unary RPCs as plain POSTs of JSON
// or Protocol Buffers, streams of answers in envelopes.
#ifndef LINEAGE_SERVICE_SERVER_CONNECT_H_
#define LINEAGE_SERVICE_SERVER_CONNECT_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/http/server.h"
#include "service/server/rpc_table.h"

namespace lineage {

// Answers a request whose path is that of `rpc`: through ServerState::Answer, as gRPC does. `also`
// are headers for the answer.
void AnswerConnect(ServerState* state, const Rpc& rpc, std::shared_ptr<HttpExchange> exchange,
                   const HttpHeaders& also);

// What HTTP knows of a call: its token, client certificate, id, deadline and whether the client has
// gone. Errors: INVALID_ARGUMENT (Connect-Timeout-Ms).
absl::StatusOr<Incoming> IncomingOf(const std::shared_ptr<HttpExchange>& exchange);

// An error in Connect's shape and with its HTTP status: {"code", "message", "details"}.
[[nodiscard]] HttpResponse ConnectError(const grpc::Status& status);
[[nodiscard]] std::string ConnectErrorJson(const grpc::Status& status);

// A message by Protocol Buffers' own mapping to JSON.
[[nodiscard]] std::string MessageToJson(const google::protobuf::Message& message);
// The other way. Errors: INVALID_ARGUMENT (no JSON, unknown fields: what is not understood is not
// passed over).
absl::Status JsonToMessage(const std::string& json, google::protobuf::Message* message);

// Compresses a body if the client takes it and it is large enough to be worth it.
void Compress(const HttpRequest& request, HttpResponse* response);

// The one message in a streamed request's body. Errors: INVALID_ARGUMENT, UNIMPLEMENTED
// (compressed).
absl::StatusOr<absl::string_view> ReadEnvelope(absl::string_view body);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_CONNECT_H_
