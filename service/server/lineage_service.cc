#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/base/status_macros.h"
#include "lineage/v1/lineage_service.grpc.pb.h"
#include "service/server/answer_stream.h"
#include "service/server/arena_messages.h"
#include "service/server/handlers.h"
#include "service/server/state.h"
#include "service/wire/status.h"

#ifndef LINEAGE_VERSION
#define LINEAGE_VERSION "unknown"
#endif

namespace lineage {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

constexpr std::size_t kStepsPerMessage = 500;

absl::StatusOr<RelationSet> RelationsFrom(const google::protobuf::RepeatedField<int>& relations,
                                          Call* call) {
  if (relations.empty()) return RelationSet::All();
  RelationSet set;
  for (const int number : relations) {
    if (const auto relation = FromPb<Relation>(number)) {
      set.Add(*relation);
    } else {
      call->violations.push_back({"relations", absl::StrCat("has the unknown value ", number)});
    }
  }
  RETURN_IF_ERROR(InvalidFields(call->violations));
  return set;
}

// Streams a walk that is computed as a whole.
class WalkStream final : public AnswerStream<pb::TraverseResponse> {
 public:
  WalkStream(ServerState* state, CallbackServerContext* context, const pb::TraverseRequest* request)
      : AnswerStream(state, context, "LineageService.Traverse"), request_(*request) {}

 private:
  absl::Status Make(pb::TraverseResponse* message, bool* last) override {
    if (token_.empty()) RETURN_IF_ERROR(Compute());
    message->set_start(view_.start);
    const std::size_t end = std::min(view_.steps.size(), next_ + kStepsPerMessage);
    for (; next_ < end; ++next_) ToPb(view_.steps[next_], message->add_steps());
    *last = next_ == view_.steps.size();
    if (*last) {
      message->set_complete(view_.complete);
      message->set_revision_token(token_);
    }
    return absl::OkStatus();
  }

  absl::Status Compute() {
    ASSIGN_OR_RETURN(const auto engine, state().EngineFor(request_.options().consistency()));
    ASSIGN_OR_RETURN(const Question question, state().QuestionFrom(request_.options(), call()));
    TraversalOptions options;
    const bool up = request_.direction() == pb::DIRECTION_UPSTREAM;
    if (!up && request_.direction() != pb::DIRECTION_DOWNSTREAM) {
      call()->violations.push_back({"direction", "is missing"});
      return InvalidFields(call()->violations);
    }
    options.direction = up ? Direction::kUpstream : Direction::kDownstream;
    if (request_.has_max_depth()) {
      if (request_.max_depth() < 0) return absl::InvalidArgumentError("max_depth: is negative");
      options.max_depth = request_.max_depth();
    }
    if (request_.max_artifacts() < 0) {
      return absl::InvalidArgumentError("max_artifacts: is negative");
    }
    options.max_vertices =
        request_.max_artifacts() == 0
            ? 1000
            : std::min<std::size_t>(static_cast<std::size_t>(request_.max_artifacts()),
                                    state().options.limits.walk_artifacts);
    ASSIGN_OR_RETURN(options.relations, RelationsFrom(request_.relations(), call()));
    options.stop = call()->stop;
    ASSIGN_OR_RETURN(view_, engine->Walk(request_.artifact(), question, options));
    token_ = state().TokenOf(engine->revision());
    return absl::OkStatus();
  }

  const pb::TraverseRequest& request_;
  WalkView view_;
  std::string token_;  // empty before it is computed
  std::size_t next_ = 0;
};

class LineageServiceImpl final : public pb::LineageService::CallbackService {
 public:
  explicit LineageServiceImpl(ServerState* state) : state_(*state) {
    SetMessageAllocatorFor_GetArtifact(InArena());
    SetMessageAllocatorFor_ListArtifacts(InArena());
    SetMessageAllocatorFor_FindPath(InArena());
    SetMessageAllocatorFor_ExportGraph(InArena());
  }

  ServerUnaryReactor* GetArtifact(CallbackServerContext* context,
                                  const pb::GetArtifactRequest* request,
                                  pb::GetArtifactResponse* response) override {
    return state_.Unary(
        context, "LineageService.GetArtifact", Role::kReader, state_.PlaceOf(*request),
        [=, this](Call* call) -> absl::Status {
          ASSIGN_OR_RETURN(const auto engine, state_.EngineFor(request->options().consistency()));
          ASSIGN_OR_RETURN(const Question question, state_.QuestionFrom(request->options(), call));
          ASSIGN_OR_RETURN(const ArtifactView view, engine->Show(request->artifact(), question));
          ToPb(view, response);
          response->set_revision_token(state_.TokenOf(engine->revision()));
          return absl::OkStatus();
        });
  }

  ServerUnaryReactor* ListArtifacts(CallbackServerContext* context,
                                    const pb::ListArtifactsRequest* request,
                                    pb::ListArtifactsResponse* response) override {
    return state_.Unary(context, "LineageService.ListArtifacts", Role::kReader, Where::kWorker,
                        [=, this](Call* call) { return ListArtifacts(*request, response, call); });
  }

  ServerUnaryReactor* ResolveArtifact(CallbackServerContext* context,
                                      const pb::ResolveArtifactRequest* request,
                                      pb::ResolveArtifactResponse* response) override {
    return state_.Unary(
        context, "LineageService.ResolveArtifact", Role::kReader, Where::kWorker,
        [=, this](Call*) -> absl::Status {
          ASSIGN_OR_RETURN(const auto engine, state_.EngineFor(request->consistency()));
          ASSIGN_OR_RETURN(*response->mutable_artifact(), engine->Resolve(request->name()));
          response->set_revision_token(state_.TokenOf(engine->revision()));
          return absl::OkStatus();
        });
  }

  ServerUnaryReactor* GetLicense(CallbackServerContext* context,
                                 const pb::GetLicenseRequest* request,
                                 pb::GetLicenseResponse* response) override {
    return state_.Unary(context, "LineageService.GetLicense", Role::kReader, Where::kInline,
                        [=, this](Call*) -> absl::Status {
                          ASSIGN_OR_RETURN(const License license,
                                           state_.base->Current()->FindLicense(request->license()));
                          ToPb(license, response->mutable_license());
                          return absl::OkStatus();
                        });
  }

  ServerUnaryReactor* ListLicenses(CallbackServerContext* context,
                                   const pb::ListLicensesRequest* request,
                                   pb::ListLicensesResponse* response) override {
    return state_.Unary(context, "LineageService.ListLicenses", Role::kReader, Where::kInline,
                        [=, this](Call*) -> absl::Status {
                          const StoreIdentity identity = state_.base->store().Identity();
                          const std::string arguments = PageArguments("ListLicenses", *request);
                          PageCursor cursor;
                          if (!request->page_token().empty()) {
                            ASSIGN_OR_RETURN(
                                cursor, UnsealCursor(identity, arguments, request->page_token()));
                          }
                          ASSIGN_OR_RETURN(const std::size_t size,
                                           PageSize(request->page_size(), state_.options.limits));
                          const std::vector<License> licenses = state_.base->Current()->Licenses();
                          std::size_t i = cursor.position;
                          for (; i < licenses.size() && i < cursor.position + size; ++i) {
                            ToPb(licenses[i], response->add_licenses());
                          }
                          if (i < licenses.size()) {
                            cursor.position = i;
                            response->set_next_page_token(SealCursor(identity, arguments, cursor));
                          }
                          return absl::OkStatus();
                        });
  }

  ServerUnaryReactor* ListExceptions(CallbackServerContext* context,
                                     const pb::ListExceptionsRequest*,
                                     pb::ListExceptionsResponse* response) override {
    return state_.Unary(
        context, "LineageService.ListExceptions", Role::kReader, Where::kInline, [=, this](Call*) {
          const auto engine = state_.base->Current();
          for (const LicenseException& exception : engine->licenses().catalog().exceptions) {
            ToPb(exception, response->add_exceptions());
          }
          return absl::OkStatus();
        });
  }

  ServerUnaryReactor* GetVocabulary(CallbackServerContext* context, const pb::GetVocabularyRequest*,
                                    pb::GetVocabularyResponse* response) override {
    return state_.Unary(context, "LineageService.GetVocabulary", Role::kReader, Where::kInline,
                        [=, this](Call*) {
                          const auto engine = state_.base->Current();
                          const Vocabulary& vocabulary = engine->vocabulary();
                          for (const Purpose& purpose : vocabulary.purposes) {
                            pb::Purpose* p = response->add_purposes();
                            p->set_id(purpose.id);
                            p->set_says(purpose.says);
                            p->set_harmful(purpose.harmful);
                          }
                          for (const std::string& entity : vocabulary.entities) {
                            response->add_entities(entity);
                          }
                          for (const Fact& fact : vocabulary.facts) {
                            pb::Fact* f = response->add_facts();
                            f->set_id(fact.id);
                            f->set_says(fact.says);
                          }
                          return absl::OkStatus();
                        });
  }

  grpc::ServerWriteReactor<pb::TraverseResponse>* Traverse(
      CallbackServerContext* context, const pb::TraverseRequest* request) override {
    return std::make_shared<WalkStream>(&state_, context, request)->Begin();
  }

  ServerUnaryReactor* FindPath(CallbackServerContext* context, const pb::FindPathRequest* request,
                               pb::FindPathResponse* response) override {
    return state_.Unary(
        context, "LineageService.FindPath", Role::kReader, Where::kWorker,
        [=, this](Call* call) -> absl::Status {
          ASSIGN_OR_RETURN(const auto engine, state_.EngineFor(request->options().consistency()));
          ASSIGN_OR_RETURN(const Question question, state_.QuestionFrom(request->options(), call));
          ASSIGN_OR_RETURN(const RelationSet relations, RelationsFrom(request->relations(), call));
          ASSIGN_OR_RETURN(const WalkView view,
                           engine->Path(request->from(), request->to(), question, relations));
          response->set_start(view.start);
          for (const WalkStep& step : view.steps) ToPb(step, response->add_steps());
          response->set_revision_token(state_.TokenOf(engine->revision()));
          return absl::OkStatus();
        });
  }

  ServerUnaryReactor* ExportGraph(CallbackServerContext* context,
                                  const pb::ExportGraphRequest* request,
                                  pb::ExportGraphResponse* response) override {
    return state_.Unary(
        context, "LineageService.ExportGraph", Role::kReader, Where::kWorker,
        [=, this](Call* call) -> absl::Status {
          ASSIGN_OR_RETURN(const auto engine, state_.EngineFor(request->options().consistency()));
          ASSIGN_OR_RETURN(Question question, state_.QuestionFrom(request->options(), call));
          question.component = FromPb<Component>(request->component());
          Engine::GraphOptions options;
          if (request->has_up()) options.up = request->up();
          if (request->has_down()) options.down = request->down();
          if (request->max_nodes() < 0 || options.up < 0 || options.down < 0) {
            return absl::InvalidArgumentError("up, down, max_nodes: must not be negative");
          }
          if (request->max_nodes() > 0) {
            options.max_nodes = std::min<std::size_t>(
                static_cast<std::size_t>(request->max_nodes()), state_.options.limits.graph_nodes);
          }
          options.right = FromPb<Right>(request->right()).value_or(options.right);
          ASSIGN_OR_RETURN(const GraphView view,
                           engine->Graph(request->artifact(), question, options));
          ToPb(view, response);
          response->set_revision_token(state_.TokenOf(engine->revision()));
          return absl::OkStatus();
        });
  }

  ServerUnaryReactor* GetServerInfo(CallbackServerContext* context, const pb::GetServerInfoRequest*,
                                    pb::GetServerInfoResponse* response) override {
    return state_.Unary(context, "LineageService.GetServerInfo", Role::kReader, Where::kInline,
                        [=, this](Call*) {
                          const auto engine = state_.base->Current();
                          const Catalog& catalog = engine->licenses().catalog();
                          response->set_version(LINEAGE_VERSION);
                          response->set_licenses(catalog.licenses.size());
                          response->set_artifacts(engine->records().artifact_count());
                          response->set_claims(engine->records().claim_count());
                          response->set_revision(engine->revision());
                          response->set_catalog_edition(catalog.vocabulary.edition);
                          response->set_revision_token(state_.TokenOf(engine->revision()));
                          return absl::OkStatus();
                        });
  }

 private:
  absl::Status ListArtifacts(const pb::ListArtifactsRequest& request,
                             pb::ListArtifactsResponse* response, Call* call) {
    const StoreIdentity identity = state_.base->store().Identity();
    const std::string arguments = PageArguments("ListArtifacts", request);
    ASSIGN_OR_RETURN(std::shared_ptr<const Engine> engine, state_.EngineFor(request.consistency()));
    PageCursor cursor;
    if (!request.page_token().empty()) {
      ASSIGN_OR_RETURN(cursor, UnsealCursor(identity, arguments, request.page_token()));
      ASSIGN_OR_RETURN(engine, state_.base->At(cursor.revision));
    }
    cursor.revision = engine->revision();
    ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size(), state_.options.limits));
    if (request.kind() != pb::ARTIFACT_KIND_UNSPECIFIED && !FromPb<ArtifactKind>(request.kind())) {
      call->violations.push_back({"kind", "has an unknown value"});
      return InvalidFields(call->violations);
    }
    const Records& records = engine->records();
    std::size_t i = cursor.position;
    for (; i < records.artifact_count() && response->artifacts_size() < static_cast<int>(size);
         ++i) {
      const ArtifactIndex artifact(i);
      if (request.kind() == pb::ARTIFACT_KIND_UNSPECIFIED ||
          records.Row(artifact).kind == FromPb<ArtifactKind>(request.kind())) {
        ToPb(records.Get(artifact), response->add_artifacts());
      }
    }
    if (i < records.artifact_count()) {
      cursor.position = i;
      response->set_next_page_token(SealCursor(identity, arguments, cursor));
    }
    response->set_revision_token(state_.TokenOf(engine->revision()));
    return absl::OkStatus();
  }

  ServerState& state_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeLineageService(ServerState* state) {
  return std::make_unique<LineageServiceImpl>(state);
}

}  // namespace lineage
