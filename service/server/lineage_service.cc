#include <algorithm>
#include <memory>
#include <utility>

#include "engine/base/status_macros.h"
#include "lineage/v1/lineage_service.pb.h"
#include "service/server/analysis.h"
#include "service/server/answer_stream.h"
#include "service/server/handlers.h"
#include "service/server/rpc_table.h"
#include "service/wire/status.h"

#ifndef LINEAGE_VERSION
#define LINEAGE_VERSION "unknown"
#endif

namespace lineage {
namespace {

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
  WalkStream(ServerState* state, Incoming incoming, const pb::TraverseRequest& request)
      : AnswerStream(state, std::move(incoming), "LineageService.Traverse"), request_(request) {}

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

absl::Status GetArtifact(const ServerState& state, const pb::GetArtifactRequest& request,
                         pb::GetArtifactResponse* response, Call* call) {
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.options().consistency()));
  ASSIGN_OR_RETURN(const Question question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(const ArtifactView view, engine->Show(request.artifact(), question));
  ToPb(view, response);
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status ResolveArtifact(const ServerState& state, const pb::ResolveArtifactRequest& request,
                             pb::ResolveArtifactResponse* response, Call*) {
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.consistency()));
  ASSIGN_OR_RETURN(*response->mutable_artifact(), engine->Resolve(request.name()));
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status GetLicense(const ServerState& state, const pb::GetLicenseRequest& request,
                        pb::GetLicenseResponse* response, Call*) {
  ASSIGN_OR_RETURN(const License license, state.base->Current()->FindLicense(request.license()));
  ToPb(license, response->mutable_license());
  return absl::OkStatus();
}

absl::Status ListLicenses(const ServerState& state, const pb::ListLicensesRequest& request,
                          pb::ListLicensesResponse* response, Call*) {
  const StoreIdentity identity = state.base->store().Identity();
  const std::string arguments = PageArguments("ListLicenses", request);
  PageCursor cursor;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(cursor, UnsealCursor(identity, arguments, request.page_token()));
  }
  ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size(), state.options.limits));
  const std::vector<License> licenses = state.base->Current()->Licenses();
  std::size_t i = cursor.position;
  for (; i < licenses.size() && i < cursor.position + size; ++i) {
    ToPb(licenses[i], response->add_licenses());
  }
  if (i < licenses.size()) {
    cursor.position = i;
    response->set_next_page_token(SealCursor(identity, arguments, cursor));
  }
  return absl::OkStatus();
}

absl::Status ListExceptions(const ServerState& state, const pb::ListExceptionsRequest&,
                            pb::ListExceptionsResponse* response, Call*) {
  const auto engine = state.base->Current();
  for (const LicenseException& exception : engine->licenses().catalog().exceptions) {
    ToPb(exception, response->add_exceptions());
  }
  return absl::OkStatus();
}

absl::Status GetVocabulary(const ServerState& state, const pb::GetVocabularyRequest&,
                           pb::GetVocabularyResponse* response, Call*) {
  const auto engine = state.base->Current();
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
}

absl::Status FindPath(const ServerState& state, const pb::FindPathRequest& request,
                      pb::FindPathResponse* response, Call* call) {
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.options().consistency()));
  ASSIGN_OR_RETURN(const Question question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(const RelationSet relations, RelationsFrom(request.relations(), call));
  ASSIGN_OR_RETURN(const WalkView view,
                   engine->Path(request.from(), request.to(), question, relations));
  response->set_start(view.start);
  for (const WalkStep& step : view.steps) ToPb(step, response->add_steps());
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status ExportGraph(const ServerState& state, const pb::ExportGraphRequest& request,
                         pb::ExportGraphResponse* response, Call* call) {
  ASSIGN_OR_RETURN(const auto graph, GraphOf(state, request, call));
  ToPb(graph.first, response);
  response->set_revision_token(graph.second);
  return absl::OkStatus();
}

absl::Status GetServerInfo(const ServerState& state, const pb::GetServerInfoRequest&,
                           pb::GetServerInfoResponse* response, Call*) {
  const auto engine = state.base->Current();
  const Catalog& catalog = engine->licenses().catalog();
  response->set_version(LINEAGE_VERSION);
  response->set_licenses(catalog.licenses.size());
  response->set_artifacts(engine->records().artifact_count());
  response->set_claims(engine->records().claim_count());
  response->set_revision(engine->revision());
  response->set_catalog_edition(catalog.vocabulary.edition);
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status ListArtifacts(const ServerState& state, const pb::ListArtifactsRequest& request,
                           pb::ListArtifactsResponse* response, Call* call) {
  const StoreIdentity identity = state.base->store().Identity();
  const std::string arguments = PageArguments("ListArtifacts", request);
  ASSIGN_OR_RETURN(std::shared_ptr<const Engine> engine, state.EngineFor(request.consistency()));
  PageCursor cursor;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(cursor, UnsealCursor(identity, arguments, request.page_token()));
    ASSIGN_OR_RETURN(engine, state.base->At(cursor.revision));
  }
  cursor.revision = engine->revision();
  ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size(), state.options.limits));
  if (request.kind() != pb::ARTIFACT_KIND_UNSPECIFIED && !FromPb<ArtifactKind>(request.kind())) {
    call->violations.push_back({"kind", "has an unknown value"});
    return InvalidFields(call->violations);
  }
  const Records& records = engine->records();
  std::size_t i = cursor.position;
  for (; i < records.artifact_count() && response->artifacts_size() < static_cast<int>(size); ++i) {
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
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

}  // namespace

void AddLineageService(RpcTable* table) {
  constexpr const char* kService = "LineageService";
  constexpr Role kReader = Role::kReader;
  table->Unary(kService, "GetArtifact", kReader, RpcTable::kByArtifact, GetArtifact);
  table->Unary(kService, "ListArtifacts", kReader, Where::kWorker, ListArtifacts);
  table->Unary(kService, "ResolveArtifact", kReader, Where::kWorker, ResolveArtifact);
  table->Unary(kService, "GetLicense", kReader, Where::kInline, GetLicense);
  table->Unary(kService, "ListLicenses", kReader, Where::kInline, ListLicenses);
  table->Unary(kService, "ListExceptions", kReader, Where::kInline, ListExceptions);
  table->Unary(kService, "GetVocabulary", kReader, Where::kInline, GetVocabulary);
  table->Stream<pb::TraverseRequest, pb::TraverseResponse>(
      kService, "Traverse",
      [state = &table->state()](Incoming incoming, const pb::TraverseRequest& request) {
        return std::make_shared<WalkStream>(state, std::move(incoming), request);
      });
  table->Unary(kService, "FindPath", kReader, Where::kWorker, FindPath);
  table->Unary(kService, "ExportGraph", kReader, Where::kWorker, ExportGraph);
  table->Unary(kService, "GetServerInfo", kReader, Where::kInline, GetServerInfo);
}

}  // namespace lineage
