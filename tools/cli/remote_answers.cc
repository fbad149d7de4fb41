#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/input_file.h"
#include "engine/base/status_macros.h"
#include "engine/base/yaml.h"
#include "service/client/client.h"
#include "service/safety/private_file.h"
#include "service/wire/convert_analysis.h"
#include "service/wire/status.h"
#include "tools/cli/answers.h"

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

  // The server reads the documents; it is sent what an import looks at.
  absl::Status Import(const ImportRequest& request, ImportSummary* summary) override {
    const auto context = client_->NewContext(/*stream=*/true);
    pb::ImportDocumentResponse response;
    const auto writer = client_->claims().ImportDocument(context.get(), &response);
    pb::ImportDocumentRequest message;
    pb::ImportHeader* header = message.mutable_header();
    if (request.options.format) {
      header->set_format(ToPb<pb::ImportFormat>(*request.options.format));
    }
    header->set_artifact(request.options.id);
    for (const auto& [what, column] : request.options.columns) {
      (*header->mutable_columns())[what] = column;
    }
    header->set_validate_only(request.dry_run);
    header->set_strict(request.strict);
    header->set_note(request.note);
    if (request.inputs.size() == 1) {
      // A single file is told apart from others of its name by where it lies.
      header->set_folder(std::filesystem::path(request.inputs[0].shown).parent_path().string());
    }
    writer->Write(message);
    absl::Status sent;
    std::vector<ImportNote> notes;
    for (const ImportInput& input : request.inputs) {
      sent = Send(input, request, writer.get(), &notes);
      if (!sent.ok()) break;
    }
    if (!sent.ok()) context->TryCancel();
    writer->WritesDone();
    const absl::Status status = FromGrpc(writer->Finish());
    RETURN_IF_ERROR(sent);
    RETURN_IF_ERROR(status);
    *summary = ValueOf(response);
    if (!notes.empty()) summary->counts[ImportNote::Kind::kSkipped] += notes.size();
    summary->notes.insert(summary->notes.begin(), notes.begin(), notes.end());
    return absl::OkStatus();
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

  using ImportWriter = grpc::ClientWriterInterface<pb::ImportDocumentRequest>;

  static absl::Status SendFile(std::istream& in, const std::string& name, uint64_t most,
                               const ImportRequest& request, ImportWriter* writer) {
    pb::ImportDocumentRequest message;
    message.set_file_name(name);
    bool open = writer->Write(message);
    std::string chunk(std::size_t{1} << 18, '\0');
    for (uint64_t done = 0; open && in && done < most;) {
      if (request.cancelled != nullptr && *request.cancelled) {
        return absl::CancelledError("interrupted; nothing was written");
      }
      in.read(chunk.data(),
              static_cast<std::streamsize>(std::min<uint64_t>(chunk.size(), most - done)));
      if (in.gcount() == 0) break;
      done += static_cast<uint64_t>(in.gcount());
      message.set_chunk(chunk.data(), static_cast<std::size_t>(in.gcount()));
      open = writer->Write(message);
      if (request.progress) request.progress({name, done, 0, 0});
    }
    return absl::OkStatus();  // if the server has ended the call, it says why
  }

  // The same of a file; `name` is how the server calls it.
  static absl::Status SendOpened(InputFile file, const std::string& name, uint64_t most,
                                 const ImportRequest& request, ImportWriter* writer) {
    RETURN_IF_ERROR(SendFile(file.stream(), name, most, request, writer));
    return file.CheckUnchanged();
  }

  // Sends what an import would look at; `notes` tells what was left out.
  static absl::Status Send(const ImportInput& input, const ImportRequest& request,
                           ImportWriter* writer, std::vector<ImportNote>* notes) {
    namespace fs = std::filesystem;
    if (input.path == "-") {
      return SendFile(std::cin, "standard-input", ~uint64_t{0}, request, writer);
    }
    std::error_code error;
    const fs::path root = fs::weakly_canonical(input.path, error);
    if (!fs::exists(root, error)) {
      return absl::NotFoundError(absl::StrCat(input.shown, ": no such file or folder"));
    }
    if (fs::is_directory(root, error)) return SendFolder(input, root, request, writer, notes);
    ASSIGN_OR_RETURN(InputFile file, OpenNamedFile(input.path, input.shown));
    return SendOpened(std::move(file), fs::path(input.path).filename().string(), ~uint64_t{0},
                      request, writer);
  }

  // `root`: the folder without links.
  static absl::Status SendFolder(const ImportInput& input, const std::filesystem::path& root,
                                 const ImportRequest& request, ImportWriter* writer,
                                 std::vector<ImportNote>* notes) {
    namespace fs = std::filesystem;
    ASSIGN_OR_RETURN(const Bounds bounds, Bounds::OfFolder(input.path, input.shown));
    std::vector<fs::path> files;
    std::error_code error;
    fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      std::error_code ignored;
      if (it->path().filename() == ".git") it.disable_recursion_pending();
      if (!it->is_directory(ignored)) files.push_back(it->path());
    }
    if (error) return absl::UnavailableError(absl::StrCat(input.shown, ": ", error.message()));
    std::sort(files.begin(), files.end());
    for (const fs::path& path : files) {
      const std::optional<uint64_t> most = BytesLookedAt(path.filename().string());
      if (!most) continue;
      const std::string within = path.lexically_relative(root).string();
      const std::string name = absl::StrCat(root.filename().string(), "/", within);
      if (*most == 0) {
        std::istringstream nothing;
        if (fs::is_regular_file(path, error)) {
          RETURN_IF_ERROR(SendFile(nothing, name, 0, request, writer));
        }
        continue;
      }
      absl::StatusOr<InputFile> file =
          bounds.Open(path.string(), absl::StrCat(input.shown, "/", within));
      if (file.ok()) {
        RETURN_IF_ERROR(SendOpened(*std::move(file), name, *most, request, writer));
      } else if (request.strict) {
        return file.status();
      } else {
        notes->push_back(Skipped({}, absl::StrCat("skipped: ", file.status().message())));
      }
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<Client> client_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Answers>> OpenRemote(const CommandLine& command) {
  ClientOptions options;
  options.target = command.server;
  options.tls_ca = command.tls_ca;
  options.tls_certificate = command.tls_certificate;
  options.tls_key = command.tls_key;
  options.timeout = absl::Seconds(60);
  if (!command.token_file.empty()) {
    ASSIGN_OR_RETURN(const PrivateFile file,
                     ReadPrivateFile(command.token_file, Privacy::kSecret, 4096));
    options.token = std::string(absl::StripAsciiWhitespace(file.text));
    KeepOutOfCoreDumps();
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Client> client, Client::Connect(options));
  return std::make_unique<RemoteAnswers>(std::move(client));
}

}  // namespace lineage
