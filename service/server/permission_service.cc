#include <utility>

#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "lineage/v1/permission_service.pb.h"
#include "service/server/analysis.h"
#include "service/server/handlers.h"
#include "service/server/rpc_table.h"
#include "service/wire/status.h"

namespace lineage {
namespace {

// Errors: INVALID_ARGUMENT (Reason LIMIT_EXCEEDED).
absl::Status CheckBatch(const ServerState& state, absl::string_view field, int size) {
  const std::size_t most = state.options.limits.batch_checks;
  if (static_cast<std::size_t>(size) <= most) return absl::OkStatus();
  return WithReason(absl::InvalidArgumentError(
                        absl::StrCat(field, ": ", size, " are more than the limit of ", most)),
                    Reason::kLimitExceeded);
}

void ToError(const absl::Status& status, pb::CheckError* error) {
  error->set_code(static_cast<int>(status.code()));
  error->set_message(std::string(status.message()));
  if (const auto reason = ReasonOf(status)) error->set_reason(ReasonName(*reason));
}

absl::Status PermissionsOf(const Engine& engine, const std::string& artifact,
                           const Question& question,
                           pb::GetEffectivePermissionsResponse* response) {
  ASSIGN_OR_RETURN(const PermissionsView view, engine.Permissions(artifact, question));
  response->set_artifact(view.artifact);
  response->set_component(ToPb<pb::Component>(view.component));
  response->set_license(view.license);
  response->set_license_class(ToPb<pb::LicenseClass>(view.license_class));
  response->set_complete(view.complete);
  for (const Right right : EnumValues<Right>()) {
    pb::EffectivePermission* p = response->add_permissions();
    p->set_right(ToPb<pb::Right>(right));
    for (const Stance stance : EnumValues<Stance>()) {
      const Verdict verdict =
          view.verdicts[static_cast<std::size_t>(stance)][static_cast<std::size_t>(right)];
      pb::StanceVerdict* s = p->add_by_stance();
      s->set_stance(ToPb<pb::Stance>(stance));
      s->set_verdict(ToPb<pb::Verdict>(verdict));
      if (stance == question.query.stance) p->set_verdict(ToPb<pb::Verdict>(verdict));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckOne(const ServerState& state, const Engine& engine,
                      const pb::CheckRequest& request, pb::CheckResponse* response, Call* call) {
  RETURN_IF_ERROR(RequireArtifact(request.artifact(), call));
  ASSIGN_OR_RETURN(Question question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(question.component, ComponentFrom(request.component(), call));
  ASSIGN_OR_RETURN(question.query.rights, RightsFrom(request.rights(), true, call));
  ASSIGN_OR_RETURN(const Explanation explanation, engine.Explain(request.artifact(), question));
  response->set_verdict(ToPb<pb::Verdict>(explanation.joint));
  Missing missing;
  for (const Because& because : explanation.joint_because) {
    ToPb(because, response->add_because());
    for (const ContextKey key : because.missing) missing.Add(key);
    for (const std::string& fact : because.missing_facts) missing.AddFact(fact);
  }
  for (const ContextKey key : missing.keys) {
    response->add_missing_context(ToPb<pb::ContextKey>(key));
  }
  response->mutable_missing_facts()->Add(missing.facts.begin(), missing.facts.end());
  ToPb(explanation.gate, response->mutable_gate());
  for (const Finding& finding : explanation.findings) ToPb(finding, response->add_findings());
  for (const DutyView& duty : explanation.duties) ToPb(duty, response->add_duties());
  response->set_choice(explanation.joint_choice);
  response->set_complete(explanation.complete);
  response->set_revision_token(state.TokenOf(engine.revision()));
  return absl::OkStatus();
}

absl::Status GetEffectivePermissions(const ServerState& state,
                                     const pb::GetEffectivePermissionsRequest& request,
                                     pb::GetEffectivePermissionsResponse* response, Call* call) {
  RETURN_IF_ERROR(RequireArtifact(request.artifact(), call));
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.options().consistency()));
  ASSIGN_OR_RETURN(Question question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(question.component, ComponentFrom(request.component(), call));
  RETURN_IF_ERROR(PermissionsOf(*engine, request.artifact(), question, response));
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status BatchGetEffectivePermissions(const ServerState& state,
                                          const pb::BatchGetEffectivePermissionsRequest& request,
                                          pb::BatchGetEffectivePermissionsResponse* response,
                                          Call* call) {
  RETURN_IF_ERROR(CheckBatch(state, "artifacts", request.artifacts_size()));
  if (request.artifacts().empty()) {
    call->violations.push_back({"artifacts", "is missing"});
    return InvalidFields(call->violations);
  }
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.options().consistency()));
  ASSIGN_OR_RETURN(Question question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(question.component, ComponentFrom(request.component(), call));
  for (const std::string& artifact : request.artifacts()) {
    pb::EffectivePermissionsResult* result = response->add_results();
    const absl::Status status =
        call->stop.Requested()
            ? absl::DeadlineExceededError("the deadline passed before this artifact")
            : PermissionsOf(*engine, artifact, question, result->mutable_response());
    if (!status.ok()) ToError(status, result->mutable_error());
  }
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status Explain(const ServerState& state, const pb::ExplainRequest& request,
                     pb::ExplainResponse* response, Call* call) {
  RETURN_IF_ERROR(RequireArtifact(request.artifact(), call));
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.options().consistency()));
  ASSIGN_OR_RETURN(Question question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(question.component, ComponentFrom(request.component(), call));
  ASSIGN_OR_RETURN(question.query.rights, RightsFrom(request.rights(), false, call));
  ASSIGN_OR_RETURN(const Explanation explanation, engine->Explain(request.artifact(), question));
  ToPb(explanation, response->mutable_explanation());
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status Check(const ServerState& state, const pb::CheckRequest& request,
                   pb::CheckResponse* response, Call* call) {
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.options().consistency()));
  return CheckOne(state, *engine, request, response, call);
}

absl::Status BatchCheck(const ServerState& state, const pb::BatchCheckRequest& request,
                        pb::BatchCheckResponse* response, Call* call) {
  RETURN_IF_ERROR(CheckBatch(state, "checks", request.checks_size()));
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.consistency()));
  for (const pb::CheckRequest& check : request.checks()) {
    Call one = *call;
    pb::BatchCheckResult* result = response->add_results();
    absl::Status status;
    if (call->stop.Requested()) {
      status = absl::DeadlineExceededError("the deadline passed before this check");
    } else if (check.options().has_consistency()) {
      status = absl::InvalidArgumentError("options.consistency: set that of the batch");
    } else {
      status = CheckOne(state, *engine, check, result->mutable_response(), &one);
    }
    if (!status.ok()) ToError(status, result->mutable_error());
  }
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

}  // namespace

void AddPermissionService(RpcTable* table) {
  constexpr const char* kService = "PermissionService";
  constexpr Role kReader = Role::kReader;
  constexpr Where kWorker = Where::kWorker;
  table->Unary(kService, "GetEffectivePermissions", kReader, RpcTable::kByArtifact,
               GetEffectivePermissions);
  table->Unary(kService, "BatchGetEffectivePermissions", kReader, kWorker,
               BatchGetEffectivePermissions);
  table->Unary(kService, "Explain", kReader, RpcTable::kByArtifact, Explain);
  table->Unary(kService, "Check", kReader, RpcTable::kByArtifact, Check);
  table->Unary(kService, "BatchCheck", kReader, kWorker, BatchCheck);
  table->Unary(kService, "Search", kReader, kWorker, AnswerSearch);
  table->Stream<pb::StreamSearchRequest, pb::StreamSearchResponse>(
      kService, "StreamSearch",
      [state = &table->state()](Incoming incoming, const pb::StreamSearchRequest& request) {
        return OpenStreamSearch(state, std::move(incoming), request);
      });
  table->Unary(kService, "Compare", kReader, kWorker, AnswerCompare);
  table->Unary(kService, "AnalyzeImpact", kReader, kWorker, AnswerImpact);
  table->Unary(kService, "SuggestRepairs", kReader, kWorker, AnswerRepairs);
  table->Unary(kService, "SuggestLicenses", kReader, kWorker, AnswerSuggestions);
  table->Unary(kService, "CompareLicenses", kReader, kWorker, AnswerLicenses);
  table->Unary(kService, "GetHeadroom", kReader, kWorker, AnswerHeadroom);
  table->Unary(kService, "GetNotice", kReader, kWorker, AnswerNotice);
  table->Unary(kService, "AssessAiAct", kReader, kWorker, AnswerAiAct);
  table->Unary(kService, "AssessOpenness", kReader, kWorker, AnswerOpenness);
}

}  // namespace lineage
