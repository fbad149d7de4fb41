// Addresses for people and for programs without much ado: GET /v1/artifacts/{id}, /v1/why/{id},
// /v1/graph/{id}.svg, /v1/notice/{id}.md. Each is one of the RPCs, asked by an address.
#ifndef LINEAGE_SERVICE_SERVER_PAGES_H_
#define LINEAGE_SERVICE_SERVER_PAGES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lineage/v1/permission_service.pb.h"
#include "service/http/server.h"
#include "service/http/target.h"
#include "service/server/rpc_table.h"

namespace lineage {

// `also` are headers for the answer. The answer has an ETag, which changes with the store's
// revision and with the day.
void AnswerPage(const RpcTable* table, const HttpTarget& target,
                const std::shared_ptr<HttpExchange>& exchange, const HttpHeaders& also);

// What an address asks: the path's part after "/v1/KIND/", and the query.
struct PageQuestion {
  std::string artifact;
  pb::QueryOptions options;
  pb::Component component = pb::COMPONENT_UNSPECIFIED;
  std::vector<pb::Right> rights;  // "for"
  std::optional<int> up;          // of drawings
  std::optional<int> down;
  int max_nodes = 0;
};
// Errors: INVALID_ARGUMENT, for parameters that are not known too: what is not understood is not
// passed over.
absl::StatusOr<PageQuestion> ReadPageQuestion(const HttpTarget& target, absl::string_view prefix,
                                              absl::string_view ending);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_PAGES_H_
