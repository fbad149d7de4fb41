#include <memory>
#include <string>
#include <vector>

#include "engine/base/status_macros.h"
#include "lineage/v1/audit_service.pb.h"
#include "service/server/handlers.h"
#include "service/server/rpc_table.h"

namespace lineage {
namespace {

absl::Status ListFindings(const ServerState& state, const pb::ListFindingsRequest& request,
                          pb::ListFindingsResponse* response, Call* call) {
  const StoreIdentity identity = state.base->store().Identity();
  const std::string arguments = PageArguments("ListFindings", request);
  ASSIGN_OR_RETURN(Question question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size(), state.options.limits));
  std::shared_ptr<const Engine> engine;
  PageCursor cursor;
  if (request.page_token().empty()) {
    ASSIGN_OR_RETURN(engine, state.EngineFor(request.options().consistency()));
    cursor.revision = engine->revision();
    cursor.day = question.key.as_of;
  } else {
    ASSIGN_OR_RETURN(cursor, UnsealCursor(identity, arguments, request.page_token()));
    ASSIGN_OR_RETURN(engine, state.base->At(cursor.revision));
    question.key.as_of = cursor.day;
  }
  const Severity least = FromPb<Severity>(request.min_severity()).value_or(Severity::kNote);
  const std::vector<std::string> artifacts(request.artifacts().begin(), request.artifacts().end());
  // Whole artifacts are audited; the cursor remembers how many findings of the last one were
  // sent.
  std::optional<std::size_t> position = cursor.position;
  std::size_t skip = cursor.skip;
  while (position && response->findings_size() < static_cast<int>(size)) {
    const std::size_t at = *position;
    std::optional<std::size_t> next = at;
    ASSIGN_OR_RETURN(const std::vector<Finding> found,
                     engine->AuditFrom(artifacts, question, 1, &next));
    // Time ran out on the way: what was found may be few of many. The next page asks again.
    if (position != cursor.position && call->stop.Requested()) break;
    std::size_t seen = 0;
    for (const Finding& finding : found) {
      if (finding.severity < least) continue;
      if (seen++ < skip) continue;
      if (response->findings_size() == static_cast<int>(size)) {
        --seen;
        cursor.position = at;
        cursor.skip = seen;
        response->set_next_page_token(SealCursor(identity, arguments, cursor));
        response->set_revision_token(state.TokenOf(engine->revision()));
        return absl::OkStatus();
      }
      ToPb(finding, response->add_findings());
    }
    skip = 0;
    position = next;
    if (call->stop.Requested()) break;
  }
  if (position) {
    cursor.position = *position;
    cursor.skip = 0;
    response->set_next_page_token(SealCursor(identity, arguments, cursor));
  }
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

}  // namespace

void AddAuditService(RpcTable* table) {
  table->Unary("AuditService", "ListFindings", Role::kReader, Where::kWorker, ListFindings);
}

}  // namespace lineage
