#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "service/client/client.h"
#include "service/safety/private_file.h"
#include "service/wire/convert_analysis.h"
#include "service/wire/status.h"
#include "tools/cli/answers.h"
#include "tools/cli/remote_import.h"

namespace lineage {
namespace {

constexpr int kPage = 1000;

class RemoteAnswers final : public Answers {
 public:
  explicit RemoteAnswers(std::unique_ptr<Client> client) : client_(std::move(client)) {}

  absl::StatusOr<Explanation> Explain(const std::string& artifact,
                                      const Question& question) override {
    pb::ExplainRequest request;
    request.set_artifact(artifact);
    if (question.component) request.set_component(ToPb<pb::Component>(*question.component));
    if (!(question.query.rights == RightSet::All())) {
      for (const Right right : question.query.rights.Values()) {
        request.add_rights(ToPb<pb::Right>(right));
      }
    }
    ToPb(question, request.mutable_options());
    pb::ExplainResponse response;
    RETURN_IF_ERROR(
        FromGrpc(client_->permissions().Explain(client_->NewContext().get(), request, &response)));
    return ValueOf(response.explanation());
  }

  absl::StatusOr<std::vector<Finding>> Audit(const std::vector<std::string>& artifacts,
                                             Severity least, const Question& question) override {
    pb::ListFindingsRequest request;
    for (const std::string& artifact : artifacts) request.add_artifacts(artifact);
    request.set_min_severity(ToPb<pb::Severity>(least));
    request.set_page_size(kPage);
    ToPb(question, request.mutable_options());
    std::vector<Finding> findings;
    do {
      pb::ListFindingsResponse response;
      RETURN_IF_ERROR(
          FromGrpc(client_->audit().ListFindings(client_->NewContext().get(), request, &response)));
      for (const pb::Finding& finding : response.findings()) findings.push_back(ValueOf(finding));
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return findings;
  }

  absl::StatusOr<ArtifactView> Show(const std::string& artifact,
                                    const Question& question) override {
    pb::GetArtifactRequest request;
    request.set_artifact(artifact);
    ToPb(question, request.mutable_options());
    pb::GetArtifactResponse response;
    RETURN_IF_ERROR(
        FromGrpc(client_->lineage().GetArtifact(client_->NewContext().get(), request, &response)));
    return ValueOf(response);
  }

  absl::StatusOr<WalkView> Walk(const std::string& artifact, const Question& question,
                                const TraversalOptions& options) override {
    pb::TraverseRequest request;
    request.set_artifact(artifact);
    request.set_direction(options.direction == Direction::kUpstream ? pb::DIRECTION_UPSTREAM
                                                                    : pb::DIRECTION_DOWNSTREAM);
    request.set_max_depth(options.max_depth);
    request.set_max_artifacts(static_cast<int32_t>(options.max_vertices));
    for (const Relation relation : options.relations.Values()) {
      request.add_relations(ToPb<pb::Relation>(relation));
    }
    ToPb(question, request.mutable_options());
    const auto context = client_->NewContext();
    const auto reader = client_->lineage().Traverse(context.get(), request);
    WalkView view;
    pb::TraverseResponse response;
    while (reader->Read(&response)) {
      view.start = response.start();
      for (const pb::Step& step : response.steps()) view.steps.push_back(ValueOf(step));
      view.complete = response.complete();
    }
    RETURN_IF_ERROR(FromGrpc(reader->Finish()));
    return view;
  }

  absl::StatusOr<WalkView> Path(const std::string& from, const std::string& to,
                                const Question& question, const RelationSet& relations) override {
    pb::FindPathRequest request;
    request.set_from(from);
    request.set_to(to);
    for (const Relation relation : relations.Values()) {
      request.add_relations(ToPb<pb::Relation>(relation));
    }
    ToPb(question, request.mutable_options());
    pb::FindPathResponse response;
    RETURN_IF_ERROR(
        FromGrpc(client_->lineage().FindPath(client_->NewContext().get(), request, &response)));
    WalkView view;
    view.start = response.start();
    for (const pb::Step& step : response.steps()) view.steps.push_back(ValueOf(step));
    return view;
  }

  absl::StatusOr<GraphView> Graph(const std::string& artifact, const Question& question,
                                  const Engine::GraphOptions& options) override {
    pb::ExportGraphRequest request;
    request.set_artifact(artifact);
    request.set_up(options.up);
    request.set_down(options.down);
    request.set_max_nodes(static_cast<int32_t>(options.max_nodes));
    request.set_right(ToPb<pb::Right>(options.right));
    if (question.component) request.set_component(ToPb<pb::Component>(*question.component));
    ToPb(question, request.mutable_options());
    pb::ExportGraphResponse response;
    RETURN_IF_ERROR(
        FromGrpc(client_->lineage().ExportGraph(client_->NewContext().get(), request, &response)));
    return ValueOf(response);
  }

  absl::StatusOr<std::vector<SearchHit>> Search(const std::string& filter, const Question& question,
                                                std::size_t most, bool* more) override {
    pb::StreamSearchRequest request;
    pb::SearchRequest& search = *request.mutable_search();
    search.set_filter(filter);
    AddRights(question, &search);
    ToPb(question, search.mutable_options());
    search.set_page_size(static_cast<int32_t>(std::min<std::size_t>(kPage, most)));
    const auto context = client_->NewContext(/*stream=*/true);
    const auto reader = client_->permissions().StreamSearch(context.get(), request);
    std::vector<SearchHit> hits;
    *more = false;
    pb::StreamSearchResponse response;
    while (reader->Read(&response)) {
      for (const pb::SearchHit& hit : response.hits()) hits.push_back(ValueOf(hit));
      *more = !response.next_page_token().empty();
      if (hits.size() >= most) break;
    }
    const bool enough = hits.size() >= most && *more;
    if (enough) context->TryCancel();
    const grpc::Status end = reader->Finish();
    if (!enough) RETURN_IF_ERROR(FromGrpc(end));
    if (hits.size() > most) {
      *more = true;
      hits.resize(most);
    }
    return hits;
  }

  absl::StatusOr<std::vector<Difference>> Compare(const std::vector<std::string>& artifacts,
                                                  const Question& before,
                                                  const Question& after) override {
    pb::CompareRequest request;
    for (const std::string& artifact : artifacts) request.add_artifacts(artifact);
    if (before.component) request.set_component(ToPb<pb::Component>(*before.component));
    AddRights(before, &request);
    ToPb(before, request.mutable_before());
    ToPb(after, request.mutable_after());
    request.set_page_size(kPage);
    std::vector<Difference> differences;
    do {
      pb::CompareResponse response;
      RETURN_IF_ERROR(FromGrpc(
          client_->permissions().Compare(client_->NewContext().get(), request, &response)));
      for (const pb::Difference& d : response.differences()) differences.push_back(ValueOf(d));
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return differences;
  }

  absl::StatusOr<Impact> AnalyzeImpact(const Question& question, const std::string& since,
                                       std::size_t most, std::size_t* count) override {
    pb::AnalyzeImpactRequest request;
    AddRights(question, &request);
    ToPb(question, request.mutable_options());
    request.set_since(since);
    request.set_max_changes(static_cast<int32_t>(most));
    pb::AnalyzeImpactResponse response;
    RETURN_IF_ERROR(FromGrpc(
        client_->permissions().AnalyzeImpact(client_->NewContext().get(), request, &response)));
    Impact impact;
    for (const pb::VerdictChange& change : response.changes()) {
      impact.changes.push_back(ValueOf(change));
    }
    impact.complete = response.complete();
    *count = static_cast<std::size_t>(response.change_count());
    return impact;
  }

  absl::StatusOr<RepairPlan> SuggestRepairs(const std::string& artifact, const Question& question,
                                            const RepairOptions& options) override {
    pb::SuggestRepairsRequest request;
    About(artifact, question, &request);
    AddRights(question, &request);
    request.set_accept(ToPb<pb::Verdict>(options.accept));
    for (const auto& [pattern, cost] : options.costs) {
      pb::ReplacementCost* one = request.add_costs();
      one->set_pattern(pattern);
      one->set_cost(cost);
    }
    request.set_max_sets(static_cast<int32_t>(options.max_sets));
    pb::SuggestRepairsResponse response;
    RETURN_IF_ERROR(FromGrpc(
        client_->permissions().SuggestRepairs(client_->NewContext().get(), request, &response)));
    RepairPlan plan = ValueOf(response);
    plan.rights = question.query.rights;
    return plan;
  }

  absl::StatusOr<Suggestions> SuggestLicenses(const std::string& artifact,
                                              const Question& question) override {
    pb::SuggestLicensesRequest request;
    About(artifact, question, &request);
    pb::SuggestLicensesResponse response;
    RETURN_IF_ERROR(FromGrpc(
        client_->permissions().SuggestLicenses(client_->NewContext().get(), request, &response)));
    return ValueOf(response);
  }

  absl::StatusOr<LicensePair> CompareLicenses(const std::string& a, const std::string& b,
                                              CompareStep step) override {
    pb::CompareLicensesRequest request;
    request.set_a(a);
    request.set_b(b);
    request.set_step(ToPb<pb::CompareStep>(step));
    pb::CompareLicensesResponse response;
    RETURN_IF_ERROR(FromGrpc(
        client_->permissions().CompareLicenses(client_->NewContext().get(), request, &response)));
    return ValueOf(response);
  }

  absl::StatusOr<std::vector<Headroom>> GetHeadroom(const std::string& artifact,
                                                    const Question& question) override {
    pb::GetHeadroomRequest request;
    About(artifact, question, &request);
    AddRights(question, &request);
    pb::GetHeadroomResponse response;
    RETURN_IF_ERROR(FromGrpc(
        client_->permissions().GetHeadroom(client_->NewContext().get(), request, &response)));
    std::vector<Headroom> headrooms;
    for (const pb::Headroom& headroom : response.headrooms()) {
      headrooms.push_back(ValueOf(headroom));
    }
    return headrooms;
  }

  absl::StatusOr<Notice> GetNotice(const std::string& artifact, const Question& question) override {
    pb::GetNoticeRequest request;
    About(artifact, question, &request);
    pb::GetNoticeResponse response;
    RETURN_IF_ERROR(FromGrpc(
        client_->permissions().GetNotice(client_->NewContext().get(), request, &response)));
    return ValueOf(response.notice());
  }

  absl::StatusOr<AiActAssessment> AssessAiAct(const std::string& artifact, const Question& question,
                                              AiActActor actor) override {
    pb::AssessAiActRequest request;
    request.set_artifact(artifact);
    ToPb(question, request.mutable_options());
    request.set_actor(ToPb<pb::AiActActor>(actor));
    pb::AssessAiActResponse response;
    RETURN_IF_ERROR(FromGrpc(
        client_->permissions().AssessAiAct(client_->NewContext().get(), request, &response)));
    return ValueOf(response);
  }

  absl::StatusOr<OpennessAssessment> AssessOpenness(const std::string& artifact,
                                                    const Question& question,
                                                    OpennessDefinitions definitions) override {
    pb::AssessOpennessRequest request;
    About(artifact, question, &request);
    for (const OpennessDefinition definition : definitions) {
      request.add_definitions(ToPb<pb::OpennessDefinition>(definition));
    }
    pb::AssessOpennessResponse response;
    RETURN_IF_ERROR(FromGrpc(
        client_->permissions().AssessOpenness(client_->NewContext().get(), request, &response)));
    return ValueOf(response);
  }

  absl::StatusOr<License> FindLicense(const std::string& name) override {
    pb::GetLicenseRequest request;
    request.set_license(name);
    pb::GetLicenseResponse response;
    RETURN_IF_ERROR(
        FromGrpc(client_->lineage().GetLicense(client_->NewContext().get(), request, &response)));
    return ValueOf(response.license());
  }

  absl::StatusOr<std::string> Resolve(const std::string& name) override {
    pb::ResolveArtifactRequest request;
    request.set_name(name);
    pb::ResolveArtifactResponse response;
    RETURN_IF_ERROR(FromGrpc(
        client_->lineage().ResolveArtifact(client_->NewContext().get(), request, &response)));
    return response.artifact();
  }

  absl::StatusOr<std::vector<License>> Licenses() override {
    pb::ListLicensesRequest request;
    request.set_page_size(kPage);
    std::vector<License> licenses;
    do {
      pb::ListLicensesResponse response;
      RETURN_IF_ERROR(FromGrpc(
          client_->lineage().ListLicenses(client_->NewContext().get(), request, &response)));
      for (const pb::License& license : response.licenses()) licenses.push_back(ValueOf(license));
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return licenses;
  }

  absl::StatusOr<std::vector<LicenseException>> Exceptions() override {
    pb::ListExceptionsResponse response;
    RETURN_IF_ERROR(
        FromGrpc(client_->lineage().ListExceptions(client_->NewContext().get(), {}, &response)));
    std::vector<LicenseException> exceptions;
    for (const pb::LicenseException& one : response.exceptions()) {
      exceptions.push_back(ValueOf(one));
    }
    return exceptions;
  }

  absl::StatusOr<std::vector<Purpose>> Purposes() override {
    ASSIGN_OR_RETURN(const pb::GetVocabularyResponse vocabulary, GetVocabulary());
    std::vector<Purpose> purposes;
    for (const pb::Purpose& p : vocabulary.purposes()) {
      purposes.push_back({p.id(), p.says(), p.harmful()});
    }
    return purposes;
  }

  absl::StatusOr<std::vector<Fact>> Facts() override {
    ASSIGN_OR_RETURN(const pb::GetVocabularyResponse vocabulary, GetVocabulary());
    std::vector<Fact> facts;
    for (const pb::Fact& f : vocabulary.facts()) facts.push_back({f.id(), f.says()});
    return facts;
  }

  absl::StatusOr<Info> GetInfo() override {
    pb::GetServerInfoResponse response;
    RETURN_IF_ERROR(
        FromGrpc(client_->lineage().GetServerInfo(client_->NewContext().get(), {}, &response)));
    return Info{response.version(), response.licenses(), response.artifacts(), response.claims(),
                response.revision()};
  }

  absl::StatusOr<std::vector<Artifact>> Artifacts() override {
    pb::ListArtifactsRequest request;
    request.set_page_size(kPage);
    std::vector<Artifact> artifacts;
    do {
      pb::ListArtifactsResponse response;
      RETURN_IF_ERROR(FromGrpc(
          client_->lineage().ListArtifacts(client_->NewContext().get(), request, &response)));
      for (const pb::Artifact& artifact : response.artifacts()) {
        artifacts.push_back(ValueOf(artifact));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return artifacts;
  }

  absl::StatusOr<std::vector<Claim>> Claims(const std::string& artifact,
                                            bool show_retracted) override {
    pb::ListClaimsRequest request;
    request.set_artifact(artifact);
    request.set_show_retracted(show_retracted);
    request.set_page_size(kPage);
    std::vector<Claim> claims;
    do {
      pb::ListClaimsResponse response;
      RETURN_IF_ERROR(
          FromGrpc(client_->claims().ListClaims(client_->NewContext().get(), request, &response)));
      for (const pb::Claim& claim : response.claims()) claims.push_back(ValueOf(claim));
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return claims;
  }

  absl::Status Import(const ImportRequest& request, ImportSummary* summary) override {
    return ImportRemotely(request, client_.get(), summary);
  }

  absl::Status Overlay(const ImportRequest&, ImportSummary*, std::vector<std::string>*) override {
    return absl::UnimplementedError(
        "a server does not look at files: leave --server out, or import them first");
  }

  absl::StatusOr<Commit> Apply(const Batch& batch, std::vector<FieldProblem>*,
                               std::string* token) override {
    if (!batch.retractions.empty()) {
      pb::RetractClaimsRequest request;
      request.set_request_id(batch.request_id);
      request.set_reason(batch.retractions[0].reason);
      for (const Retraction& retraction : batch.retractions) request.add_claims(retraction.claim);
      pb::RetractClaimsResponse response;
      RETURN_IF_ERROR(FromGrpc(
          client_->claims().RetractClaims(client_->NewContext().get(), request, &response)));
      *token = response.revision_token();
      return ValueOf(response.commit());
    }
    pb::ApplyClaimsRequest request;
    request.set_request_id(batch.request_id);
    request.set_note(batch.note);
    for (const Artifact& artifact : batch.artifacts) ToPb(artifact, request.add_artifacts());
    for (const Claim& claim : batch.claims) ToPb(claim, request.add_claims());
    pb::ApplyClaimsResponse response;
    RETURN_IF_ERROR(
        FromGrpc(client_->claims().ApplyClaims(client_->NewContext().get(), request, &response)));
    *token = response.revision_token();
    return ValueOf(response.commit());
  }

  absl::Status Watch(const WatchOptions& options,
                     const std::function<bool(const WatchEvent&)>& visit) override {
    pb::WatchRequest request;
    request.set_after(options.after);
    for (const std::string& artifact : options.artifacts) request.add_artifacts(artifact);
    request.set_verdicts(options.verdicts);
    ToPb(options.question, request.mutable_options());
    const auto context = client_->NewContext(/*stream=*/true);
    const auto reader = client_->watch().Watch(context.get(), request);
    pb::WatchResponse part;
    WatchEvent event;
    while (reader->Read(&part)) {
      if (!part.has_commit()) continue;  // a heartbeat
      event.change.commit = ValueOf(part.commit());
      for (const pb::Artifact& artifact : part.artifacts()) {
        event.change.artifacts.push_back(ValueOf(artifact));
      }
      for (const pb::Claim& claim : part.claims()) event.change.claims.push_back(ValueOf(claim));
      for (const pb::RetractedClaim& retracted : part.retracted()) {
        event.change.retracted.emplace_back(ValueOf(retracted.claim()), retracted.reason());
      }
      for (const pb::VerdictChange& v : part.verdict_changes()) {
        event.change.verdicts.push_back(
            {v.artifact(), FromPb<Component>(v.component()).value_or(Component::kWeights),
             FromPb<Right>(v.right()).value_or(Right::kUse), FromPb<Verdict>(v.before()),
             FromPb<Verdict>(v.after())});
      }
      if (part.revision_token().empty()) continue;  // more parts come
      event.change.verdicts_complete = part.verdicts_complete();
      event.token = part.revision_token();
      if (!visit(event)) {
        context->TryCancel();
        static_cast<void>(reader->Finish());
        return absl::OkStatus();
      }
      event = WatchEvent();
    }
    return FromGrpc(reader->Finish());
  }

 private:
  absl::StatusOr<pb::GetVocabularyResponse> GetVocabulary() {
    pb::GetVocabularyResponse response;
    RETURN_IF_ERROR(
        FromGrpc(client_->lineage().GetVocabulary(client_->NewContext().get(), {}, &response)));
    return response;
  }
  template <typename Request>
  static void AddRights(const Question& question, Request* request) {
    for (const Right right : question.query.rights.Values()) {
      request->add_rights(ToPb<pb::Right>(right));
    }
  }
  template <typename Request>
  static void About(const std::string& artifact, const Question& question, Request* request) {
    request->set_artifact(artifact);
    if (question.component) request->set_component(ToPb<pb::Component>(*question.component));
    ToPb(question, request->mutable_options());
  }

  const std::unique_ptr<Client> client_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Answers>> OpenRemote(const KnowledgeFlags& flags) {
  ClientOptions options;
  options.target = flags.server;
  options.tls_ca = flags.tls_ca;
  options.tls_certificate = flags.tls_certificate;
  options.tls_key = flags.tls_key;
  options.timeout = absl::Seconds(60);
  if (!flags.token_file.empty()) {
    ASSIGN_OR_RETURN(const PrivateFile file,
                     ReadPrivateFile(flags.token_file, Privacy::kSecret, 4096));
    options.token = std::string(absl::StripAsciiWhitespace(file.text));
    KeepOutOfCoreDumps();
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Client> client, Client::Connect(options));
  return std::make_unique<RemoteAnswers>(std::move(client));
}

}  // namespace lineage
