#include <grpcpp/grpcpp.h>

#include <utility>

#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "lineage/v1/permission_service.grpc.pb.h"
#include "service/server/analysis.h"
#include "service/server/arena_messages.h"
#include "service/server/handlers.h"
#include "service/server/state.h"
#include "service/wire/status.h"

namespace lineage {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

class PermissionServiceImpl final : public pb::PermissionService::CallbackService {
 public:
  explicit PermissionServiceImpl(ServerState* state) : state_(*state) {
    SetMessageAllocatorFor_GetEffectivePermissions(InArena());
    SetMessageAllocatorFor_BatchGetEffectivePermissions(InArena());
    SetMessageAllocatorFor_Explain(InArena());
    SetMessageAllocatorFor_Check(InArena());
    SetMessageAllocatorFor_BatchCheck(InArena());
    SetMessageAllocatorFor_Search(InArena());
    SetMessageAllocatorFor_Compare(InArena());
    SetMessageAllocatorFor_AnalyzeImpact(InArena());
    SetMessageAllocatorFor_GetNotice(InArena());
  }

  ServerUnaryReactor* GetEffectivePermissions(
      CallbackServerContext* context, const pb::GetEffectivePermissionsRequest* request,
      pb::GetEffectivePermissionsResponse* response) override {
    return state_.Unary(
        context, "PermissionService.GetEffectivePermissions", Role::kReader,
        state_.PlaceOf(*request), [=, this](Call* call) -> absl::Status {
          RETURN_IF_ERROR(RequireArtifact(request->artifact(), call));
          ASSIGN_OR_RETURN(const auto engine, state_.EngineFor(request->options().consistency()));
          ASSIGN_OR_RETURN(Question question, state_.QuestionFrom(request->options(), call));
          ASSIGN_OR_RETURN(question.component, ComponentFrom(request->component(), call));
          RETURN_IF_ERROR(PermissionsOf(*engine, request->artifact(), question, response));
          response->set_revision_token(state_.TokenOf(engine->revision()));
          return absl::OkStatus();
        });
  }

  ServerUnaryReactor* BatchGetEffectivePermissions(
      CallbackServerContext* context, const pb::BatchGetEffectivePermissionsRequest* request,
      pb::BatchGetEffectivePermissionsResponse* response) override {
    return state_.Unary(
        context, "PermissionService.BatchGetEffectivePermissions", Role::kReader, Where::kWorker,
        [=, this](Call* call) -> absl::Status {
          RETURN_IF_ERROR(CheckBatch("artifacts", request->artifacts_size()));
          if (request->artifacts().empty()) {
            call->violations.push_back({"artifacts", "is missing"});
            return InvalidFields(call->violations);
          }
          ASSIGN_OR_RETURN(const auto engine, state_.EngineFor(request->options().consistency()));
          ASSIGN_OR_RETURN(Question question, state_.QuestionFrom(request->options(), call));
          ASSIGN_OR_RETURN(question.component, ComponentFrom(request->component(), call));
          for (const std::string& artifact : request->artifacts()) {
            pb::EffectivePermissionsResult* result = response->add_results();
            const absl::Status status =
                call->stop.Requested()
                    ? absl::DeadlineExceededError("the deadline passed before this artifact")
                    : PermissionsOf(*engine, artifact, question, result->mutable_response());
            if (!status.ok()) ToError(status, result->mutable_error());
          }
          response->set_revision_token(state_.TokenOf(engine->revision()));
          return absl::OkStatus();
        });
  }

  ServerUnaryReactor* Explain(CallbackServerContext* context, const pb::ExplainRequest* request,
                              pb::ExplainResponse* response) override {
    return state_.Unary(
        context, "PermissionService.Explain", Role::kReader, state_.PlaceOf(*request),
        [=, this](Call* call) -> absl::Status {
          RETURN_IF_ERROR(RequireArtifact(request->artifact(), call));
          ASSIGN_OR_RETURN(const auto engine, state_.EngineFor(request->options().consistency()));
          ASSIGN_OR_RETURN(Question question, state_.QuestionFrom(request->options(), call));
          ASSIGN_OR_RETURN(question.component, ComponentFrom(request->component(), call));
          ASSIGN_OR_RETURN(question.query.rights, RightsFrom(request->rights(), false, call));
          ASSIGN_OR_RETURN(const Explanation explanation,
                           engine->Explain(request->artifact(), question));
          ToPb(explanation, response->mutable_explanation());
          response->set_revision_token(state_.TokenOf(engine->revision()));
          return absl::OkStatus();
        });
  }

  ServerUnaryReactor* Check(CallbackServerContext* context, const pb::CheckRequest* request,
                            pb::CheckResponse* response) override {
    return state_.Unary(context, "PermissionService.Check", Role::kReader, state_.PlaceOf(*request),
                        [=, this](Call* call) -> absl::Status {
                          ASSIGN_OR_RETURN(const auto engine,
                                           state_.EngineFor(request->options().consistency()));
                          return CheckOne(*engine, *request, response, call);
                        });
  }

  ServerUnaryReactor* BatchCheck(CallbackServerContext* context,
                                 const pb::BatchCheckRequest* request,
                                 pb::BatchCheckResponse* response) override {
    return state_.Unary(
        context, "PermissionService.BatchCheck", Role::kReader, Where::kWorker,
        [=, this](Call* call) -> absl::Status {
          RETURN_IF_ERROR(CheckBatch("checks", request->checks_size()));
          ASSIGN_OR_RETURN(const auto engine, state_.EngineFor(request->consistency()));
          for (const pb::CheckRequest& check : request->checks()) {
            Call one = *call;
            pb::BatchCheckResult* result = response->add_results();
            absl::Status status;
            if (call->stop.Requested()) {
              status = absl::DeadlineExceededError("the deadline passed before this check");
            } else if (check.options().has_consistency()) {
              status = absl::InvalidArgumentError("options.consistency: set that of the batch");
            } else {
              status = CheckOne(*engine, check, result->mutable_response(), &one);
            }
            if (!status.ok()) ToError(status, result->mutable_error());
          }
          response->set_revision_token(state_.TokenOf(engine->revision()));
          return absl::OkStatus();
        });
  }

  ServerUnaryReactor* Search(CallbackServerContext* context, const pb::SearchRequest* request,
                             pb::SearchResponse* response) override {
    return state_.Unary(
        context, "PermissionService.Search", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerSearch(state_, *request, response, call); });
  }

  grpc::ServerWriteReactor<pb::StreamSearchResponse>* StreamSearch(
      CallbackServerContext* context, const pb::StreamSearchRequest* request) override {
    return AnswerStreamSearch(&state_, context, request);
  }

  ServerUnaryReactor* Compare(CallbackServerContext* context, const pb::CompareRequest* request,
                              pb::CompareResponse* response) override {
    return state_.Unary(
        context, "PermissionService.Compare", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerCompare(state_, *request, response, call); });
  }

  ServerUnaryReactor* AnalyzeImpact(CallbackServerContext* context,
                                    const pb::AnalyzeImpactRequest* request,
                                    pb::AnalyzeImpactResponse* response) override {
    return state_.Unary(
        context, "PermissionService.AnalyzeImpact", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerImpact(state_, *request, response, call); });
  }

  ServerUnaryReactor* SuggestRepairs(CallbackServerContext* context,
                                     const pb::SuggestRepairsRequest* request,
                                     pb::SuggestRepairsResponse* response) override {
    return state_.Unary(
        context, "PermissionService.SuggestRepairs", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerRepairs(state_, *request, response, call); });
  }

  ServerUnaryReactor* SuggestLicenses(CallbackServerContext* context,
                                      const pb::SuggestLicensesRequest* request,
                                      pb::SuggestLicensesResponse* response) override {
    return state_.Unary(
        context, "PermissionService.SuggestLicenses", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerSuggestions(state_, *request, response, call); });
  }

  ServerUnaryReactor* CompareLicenses(CallbackServerContext* context,
                                      const pb::CompareLicensesRequest* request,
                                      pb::CompareLicensesResponse* response) override {
    return state_.Unary(
        context, "PermissionService.CompareLicenses", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerLicenses(state_, *request, response, call); });
  }

  ServerUnaryReactor* GetHeadroom(CallbackServerContext* context,
                                  const pb::GetHeadroomRequest* request,
                                  pb::GetHeadroomResponse* response) override {
    return state_.Unary(
        context, "PermissionService.GetHeadroom", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerHeadroom(state_, *request, response, call); });
  }

  ServerUnaryReactor* GetNotice(CallbackServerContext* context, const pb::GetNoticeRequest* request,
                                pb::GetNoticeResponse* response) override {
    return state_.Unary(
        context, "PermissionService.GetNotice", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerNotice(state_, *request, response, call); });
  }

  ServerUnaryReactor* AssessAiAct(CallbackServerContext* context,
                                  const pb::AssessAiActRequest* request,
                                  pb::AssessAiActResponse* response) override {
    return state_.Unary(
        context, "PermissionService.AssessAiAct", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerAiAct(state_, *request, response, call); });
  }

  ServerUnaryReactor* AssessOpenness(CallbackServerContext* context,
                                     const pb::AssessOpennessRequest* request,
                                     pb::AssessOpennessResponse* response) override {
    return state_.Unary(
        context, "PermissionService.AssessOpenness", Role::kReader, Where::kWorker,
        [=, this](Call* call) { return AnswerOpenness(state_, *request, response, call); });
  }

 private:
  // Errors: INVALID_ARGUMENT (Reason LIMIT_EXCEEDED).
  [[nodiscard]] absl::Status CheckBatch(absl::string_view field, int size) const {
    const std::size_t most = state_.options.limits.batch_checks;
    if (static_cast<std::size_t>(size) <= most) return absl::OkStatus();
    return WithReason(absl::InvalidArgumentError(
                          absl::StrCat(field, ": ", size, " are more than the limit of ", most)),
                      Reason::kLimitExceeded);
  }

  static void ToError(const absl::Status& status, pb::CheckError* error) {
    error->set_code(static_cast<int>(status.code()));
    error->set_message(std::string(status.message()));
    if (const auto reason = ReasonOf(status)) error->set_reason(ReasonName(*reason));
  }

  static absl::Status PermissionsOf(const Engine& engine, const std::string& artifact,
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

  absl::Status CheckOne(const Engine& engine, const pb::CheckRequest& request,
                        pb::CheckResponse* response, Call* call) {
    RETURN_IF_ERROR(RequireArtifact(request.artifact(), call));
    ASSIGN_OR_RETURN(Question question, state_.QuestionFrom(request.options(), call));
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
    response->set_revision_token(state_.TokenOf(engine.revision()));
    return absl::OkStatus();
  }

  ServerState& state_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePermissionService(ServerState* state) {
  return std::make_unique<PermissionServiceImpl>(state);
}

}  // namespace lineage
