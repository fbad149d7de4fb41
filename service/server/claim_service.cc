#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/claim_checks.h"
#include "lineage/v1/claim_service.pb.h"
#include "service/server/handlers.h"
#include "service/server/import.h"
#include "service/server/rpc_table.h"
#include "service/wire/status.h"

namespace lineage {
namespace {

absl::Status CheckRequest(const ServerState& state, const std::string& request_id,
                          const std::string& note, std::size_t records, Call* call) {
  const bool printable = std::all_of(request_id.begin(), request_id.end(),
                                     [](char c) { return c > 0x20 && c < 0x7f; });
  if (request_id.size() > 128 || !printable) {
    call->violations.push_back({"request_id", "at most 128 printable ASCII characters"});
  }
  if (std::string problem = TextProblem(note); !problem.empty()) {
    call->violations.push_back({"note", std::move(problem)});
  }
  RETURN_IF_ERROR(InvalidFields(call->violations));
  if (records == 0) return absl::InvalidArgumentError("the batch is empty");
  if (records > state.options.limits.batch_records) {
    return WithReason(absl::InvalidArgumentError(
                          absl::StrCat("a batch of ", records, " records is over the limit of ",
                                       state.options.limits.batch_records, ": send several")),
                      Reason::kLimitExceeded);
  }
  return absl::OkStatus();
}

// Commits; problems become violations.
absl::StatusOr<Commit> Write(const ServerState& state, Batch batch, bool validate_only,
                             Call* call) {
  batch.author = call->caller.name;
  std::vector<BatchProblem> problems;
  absl::StatusOr<Commit> commit = Commit{};
  if (validate_only) {
    problems = state.base->Check(batch);
    if (!problems.empty()) {
      commit = WithReason(absl::InvalidArgumentError(
                              absl::StrCat(problems[0].Field(), ": ", problems[0].problem.message)),
                          Reason::kClaimInvalid);
    }
  } else {
    commit = state.base->Apply(batch, &problems);
  }
  for (const BatchProblem& problem : problems) {
    call->violations.push_back({problem.Field(), problem.problem.message});
  }
  return commit;
}

absl::Status ApplyClaims(const ServerState& state, const pb::ApplyClaimsRequest& request,
                         pb::ApplyClaimsResponse* response, Call* call) {
  RETURN_IF_ERROR(CheckRequest(state, request.request_id(), request.note(),
                               static_cast<std::size_t>(request.artifacts_size()) +
                                   static_cast<std::size_t>(request.claims_size()),
                               call));
  Batch batch;
  batch.request_id = request.request_id();
  batch.note = request.note();
  std::vector<FieldProblem> problems;
  const auto prefixed = [&](const char* list, int index) {
    for (FieldProblem& problem : problems) {
      call->violations.push_back(
          {absl::StrCat(list, "[", index, "].", problem.field), std::move(problem.message)});
    }
    problems.clear();
  };
  for (int i = 0; i < request.artifacts_size(); ++i) {
    batch.artifacts.push_back(ReadArtifact(request.artifacts(i), &problems));
    prefixed("artifacts", i);
  }
  for (int i = 0; i < request.claims_size(); ++i) {
    batch.claims.push_back(ReadClaim(request.claims(i), &problems));
    prefixed("claims", i);
  }
  if (!call->violations.empty()) {
    // What the engine finds beyond the form is told in the same answer.
    std::set<std::string> told;
    for (const FieldProblem& violation : call->violations) told.insert(violation.field);
    for (const BatchProblem& problem : state.base->Check(batch)) {
      if (told.insert(problem.Field()).second) {
        call->violations.push_back({problem.Field(), problem.problem.message});
      }
    }
    return WithReason(InvalidFields(call->violations), Reason::kClaimInvalid);
  }
  ASSIGN_OR_RETURN(const Commit commit,
                   Write(state, std::move(batch), request.validate_only(), call));
  if (request.validate_only()) return absl::OkStatus();
  ToPb(commit, response->mutable_commit());
  response->set_revision_token(state.TokenOf(commit.revision));
  return absl::OkStatus();
}

absl::Status RetractClaims(const ServerState& state, const pb::RetractClaimsRequest& request,
                           pb::RetractClaimsResponse* response, Call* call) {
  RETURN_IF_ERROR(CheckRequest(state, request.request_id(), request.reason(),
                               static_cast<std::size_t>(request.claims_size()), call));
  if (request.reason().empty()) {
    call->violations.push_back({"reason", "is missing: say why, for those who read the trail"});
    return InvalidFields(call->violations);
  }
  Batch batch;
  batch.request_id = request.request_id();
  // Looked at where it is committed: what was written a moment ago is somebody's too.
  batch.own_only = call->caller.role < Role::kAdmin;
  for (const uint64_t claim : request.claims()) {
    batch.retractions.push_back({claim, request.reason()});
  }
  ASSIGN_OR_RETURN(const Commit commit, Write(state, std::move(batch), false, call));
  ToPb(commit, response->mutable_commit());
  response->set_revision_token(state.TokenOf(commit.revision));
  return absl::OkStatus();
}

absl::Status ListClaims(const ServerState& state, const pb::ListClaimsRequest& request,
                        pb::ListClaimsResponse* response, Call*) {
  const StoreIdentity identity = state.base->store().Identity();
  const std::string arguments = PageArguments("ListClaims", request);
  ASSIGN_OR_RETURN(std::shared_ptr<const Engine> engine, state.EngineFor(request.consistency()));
  PageCursor cursor;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(cursor, UnsealCursor(identity, arguments, request.page_token()));
    ASSIGN_OR_RETURN(engine, state.base->At(cursor.revision));
  }
  cursor.revision = engine->revision();
  ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size(), state.options.limits));
  const Records& records = engine->records();
  ClaimIndexes some;
  if (!request.artifact().empty()) {
    ASSIGN_OR_RETURN(const std::string id, engine->Resolve(request.artifact()));
    some = records.ClaimsAbout(records.Find(id));
  }
  const std::size_t count = request.artifact().empty() ? records.claim_count() : some.size();
  std::size_t i = cursor.position;
  for (; i < count && response->claims_size() < static_cast<int>(size); ++i) {
    const ClaimIndex index = request.artifact().empty() ? ClaimIndex(i) : some[i];
    const ClaimRow& claim = records.Row(index);
    if (claim.revision <= request.after_revision()) continue;
    if (claim.retracted != 0 && !request.show_retracted()) continue;
    ToPb(records.Get(index), response->add_claims());
  }
  if (i < count) {
    cursor.position = i;
    response->set_next_page_token(SealCursor(identity, arguments, cursor));
  }
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

}  // namespace

void AddClaimService(RpcTable* table) {
  constexpr const char* kService = "ClaimService";
  table->Unary(kService, "ApplyClaims", Role::kWriter, Where::kWorker, ApplyClaims);
  table->Unary(kService, "RetractClaims", Role::kWriter, Where::kWorker, RetractClaims);
  table->Unary(kService, "ListClaims", Role::kReader, Where::kWorker, ListClaims);
  table->Upload<pb::ImportDocumentRequest, pb::ImportDocumentResponse>(
      kService, "ImportDocument", Role::kWriter,
      [state = &table->state()](grpc::CallbackServerContext* context,
                                pb::ImportDocumentResponse* response) {
        return BeginImport(state, context, response);
      });
}

}  // namespace lineage
