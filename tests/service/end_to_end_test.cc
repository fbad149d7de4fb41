// The real daemon over real sockets.
#include <fcntl.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <regex>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/reason.h"
#include "service/client/client.h"
#include "service/wire/status.h"
#include "tests/service/daemon.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

namespace pb = lineage::v1;
using testing::Daemon;
using testing::TemporaryFolder;

std::unique_ptr<Client> Connected(const Daemon& daemon, const std::string& token = "") {
  ClientOptions options;
  options.target = daemon.target();
  options.token = token;
  options.timeout = absl::Seconds(30);
  auto client = Client::Connect(options);
  EXPECT_TRUE(client.ok()) << client.status();
  return *std::move(client);
}

void FillSource(pb::Claim* claim) {
  claim->mutable_source()->set_kind(pb::SOURCE_KIND_LEGAL_REVIEW);
  claim->mutable_source()->set_by("counsel");
  claim->mutable_source()->set_said("2024-01-01");
  claim->mutable_source()->set_document("a memo");
}

pb::ApplyClaimsRequest LicenseRequest(const std::string& subject, const std::string& license) {
  pb::ApplyClaimsRequest request;
  pb::Artifact* artifact = request.add_artifacts();
  artifact->set_id(subject);
  artifact->set_kind(pb::ARTIFACT_KIND_CHECKPOINT);
  pb::Claim* claim = request.add_claims();
  claim->set_subject(subject);
  claim->mutable_license()->set_expression(license);
  FillSource(claim);
  return request;
}

grpc::Status Apply(Client* client, const pb::ApplyClaimsRequest& request,
                   pb::ApplyClaimsResponse* response) {
  return client->claims().ApplyClaims(client->NewContext().get(), request, response);
}

grpc::Status Explain(Client* client, const std::string& artifact, pb::ExplainResponse* response,
                     const std::string& at_least = "", const std::string& exactly = "") {
  pb::ExplainRequest request;
  request.set_artifact(artifact);
  request.mutable_options()->set_as_of("2026-11-01");
  if (!at_least.empty()) request.mutable_options()->mutable_consistency()->set_at_least(at_least);
  if (!exactly.empty()) request.mutable_options()->mutable_consistency()->set_exactly(exactly);
  return client->permissions().Explain(client->NewContext().get(), request, response);
}

std::string ReasonIn(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "";
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) {
      EXPECT_EQ(info.domain(), "lineage");
      return info.reason();
    }
  }
  return "";
}

std::vector<std::string> FieldsIn(const grpc::Status& status) {
  std::vector<std::string> fields;
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return fields;
  for (const auto& detail : details.details()) {
    google::rpc::BadRequest bad;
    if (!detail.UnpackTo(&bad)) continue;
    for (const auto& violation : bad.field_violations()) fields.push_back(violation.field());
  }
  return fields;
}

class EndToEnd : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Start());
    client_ = Connected(daemon_);
  }
  bool Start(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--store", folder_.path(), "--listen", "127.0.0.1:0"});
    return daemon_.Start(more);
  }
  TemporaryFolder folder_;
  Daemon daemon_{folder_.root()};
  std::unique_ptr<Client> client_;
};

TEST_F(EndToEnd, ReadsItsWritesOverAnotherConnection) {
  pb::ApplyClaimsResponse written;
  ASSERT_TRUE(Apply(client_.get(), LicenseRequest("acme/a", "MIT"), &written).ok());
  EXPECT_EQ(written.commit().revision(), 2u);
  EXPECT_EQ(written.commit().author(), "anonymous");
  const auto other = Connected(daemon_);
  pb::ExplainResponse response;
  const grpc::Status status = Explain(other.get(), "acme/a", &response, written.revision_token());
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.explanation().license(), "MIT");
  EXPECT_EQ(response.explanation().revision(), 2u);
}

TEST_F(EndToEnd, ExactlyReadsThePast) {
  pb::ApplyClaimsResponse first;
  pb::ApplyClaimsResponse second;
  ASSERT_TRUE(Apply(client_.get(), LicenseRequest("acme/a", "MIT"), &first).ok());
  auto request = LicenseRequest("acme/a", "GPL-3.0-only");
  request.mutable_claims(0)->mutable_source()->set_said("2025-01-01");
  ASSERT_TRUE(Apply(client_.get(), request, &second).ok());
  pb::ExplainResponse response;
  ASSERT_TRUE(Explain(client_.get(), "acme/a", &response).ok());
  EXPECT_EQ(response.explanation().license(), "GPL-3.0-only");
  ASSERT_TRUE(Explain(client_.get(), "acme/a", &response, "", first.revision_token()).ok());
  EXPECT_EQ(response.explanation().license(), "MIT");
  EXPECT_EQ(response.revision_token(), first.revision_token());
  ASSERT_TRUE(Explain(client_.get(), "acme/a", &response, first.revision_token()).ok());
  EXPECT_EQ(response.revision_token(), second.revision_token()) << "at_least is the freshest";
}

TEST_F(EndToEnd, RefusesForgedForeignAndFutureTokens) {
  pb::ApplyClaimsResponse written;
  ASSERT_TRUE(Apply(client_.get(), LicenseRequest("acme/a", "MIT"), &written).ok());
  pb::ExplainResponse response;
  std::string forged = written.revision_token();
  forged[40] = forged[40] == 'x' ? 'y' : 'x';
  grpc::Status status = Explain(client_.get(), "acme/a", &response, forged);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "TOKEN_MALFORMED");
  status = Explain(client_.get(), "acme/a", &response, "", std::string(5000, 'A'));
  EXPECT_EQ(ReasonIn(status), "TOKEN_MALFORMED");

  TemporaryFolder elsewhere;
  Daemon other(elsewhere.root());
  ASSERT_TRUE(other.Start({"--store", elsewhere.path(), "--listen", "127.0.0.1:0"}));
  const auto foreign = Connected(other);
  status = Explain(foreign.get(), "mpt-7b", &response, written.revision_token());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "TOKEN_FOREIGN");

  // The future: a token of a write that a copy of the store has not seen.
  daemon_.Signal(SIGTERM);
  std::filesystem::copy(folder_.path(), folder_.root() + "/behind");
  ASSERT_TRUE(Start());
  client_ = Connected(daemon_);
  ASSERT_TRUE(Apply(client_.get(), LicenseRequest("acme/b", "MIT"), &written).ok());
  Daemon behind(folder_.root() + "/x");
  ASSERT_TRUE(behind.Start({"--store", folder_.root() + "/behind", "--listen", "127.0.0.1:0"}));
  const auto late = Connected(behind);
  status = Explain(late.get(), "acme/a", &response, written.revision_token());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(ReasonIn(status), "TOKEN_FUTURE");
}

TEST_F(EndToEnd, RepeatsARequestAndRefusesAnotherUnderItsId) {
  auto request = LicenseRequest("acme/a", "MIT");
  request.set_request_id("7d9e");
  pb::ApplyClaimsResponse first;
  pb::ApplyClaimsResponse again;
  ASSERT_TRUE(Apply(client_.get(), request, &first).ok());
  ASSERT_TRUE(Apply(client_.get(), request, &again).ok());
  EXPECT_TRUE(again.commit().replayed());
  EXPECT_EQ(again.revision_token(), first.revision_token());
  request.mutable_claims(0)->mutable_license()->set_expression("ISC");
  const grpc::Status status = Apply(client_.get(), request, &again);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonIn(status), "REQUEST_ID_REUSED");
}

TEST_F(EndToEnd, NamesEveryBadFieldAndWritesNothing) {
  auto request = LicenseRequest("acme/a", "MIT");
  pb::Claim* bad = request.add_claims();
  bad->set_subject("acme/a");
  FillSource(bad);
  bad->set_valid_from("yesterday");
  bad = request.add_claims();
  bad->set_subject("acme/ a");
  bad->mutable_edge()->set_parent("acme/a");
  bad->mutable_edge()->set_relation(static_cast<pb::Relation>(99));
  pb::ApplyClaimsResponse response;
  const grpc::Status status = Apply(client_.get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "CLAIM_INVALID");
  const std::vector<std::string> fields = FieldsIn(status);
  const std::set<std::string> found(fields.begin(), fields.end());
  for (const char* field :
       {"claims[1].statement", "claims[1].valid_from", "claims[2].subject",
        "claims[2].edge.relation", "claims[2].source.kind", "claims[2].source.by"}) {
    EXPECT_TRUE(found.contains(field)) << field << " is missing";
  }
  pb::GetServerInfoResponse info;
  ASSERT_TRUE(client_->lineage().GetServerInfo(client_->NewContext().get(), {}, &info).ok());
  EXPECT_EQ(info.revision(), 1u);
}

TEST_F(EndToEnd, ValidateOnlyWritesNothing) {
  auto request = LicenseRequest("acme/a", "MIT");
  request.set_validate_only(true);
  pb::ApplyClaimsResponse response;
  EXPECT_TRUE(Apply(client_.get(), request, &response).ok());
  request.mutable_claims(0)->mutable_license()->set_expression("MTI");
  EXPECT_EQ(FieldsIn(Apply(client_.get(), request, &response)),
            std::vector<std::string>{"claims[0].license.expression"});
  pb::ExplainResponse explained;
  EXPECT_EQ(Explain(client_.get(), "acme/a", &explained).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(EndToEnd, HugeErrorsFitIntoTrailers) {
  pb::ApplyClaimsRequest request;
  for (int i = 0; i < 5000; ++i) {
    pb::Claim* claim = request.add_claims();
    claim->set_subject(std::string(300, 'x'));
  }
  pb::ApplyClaimsResponse response;
  // A plain channel, with the limits that other languages have.
  const auto channel = grpc::CreateChannel(daemon_.target(), grpc::InsecureChannelCredentials());
  const auto stub = pb::ClaimService::NewStub(channel);
  grpc::ClientContext context;
  const grpc::Status status = stub->ApplyClaims(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
  ASSERT_FALSE(FieldsIn(status).empty());
  EXPECT_EQ(FieldsIn(status).back(), "…");
}

TEST_F(EndToEnd, PagesAreStableUnderWrites) {
  pb::ListClaimsRequest request;
  request.set_page_size(300);
  std::vector<uint64_t> numbers;
  int writes = 0;
  do {
    pb::ListClaimsResponse response;
    const auto status =
        client_->claims().ListClaims(client_->NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const pb::Claim& claim : response.claims()) numbers.push_back(claim.number());
    request.set_page_token(response.next_page_token());
    pb::ApplyClaimsResponse written;
    ASSERT_TRUE(
        Apply(client_.get(), LicenseRequest(absl::StrCat("acme/", ++writes), "MIT"), &written)
            .ok());
  } while (!request.page_token().empty());
  pb::GetServerInfoResponse info;
  ASSERT_TRUE(client_->lineage().GetServerInfo(client_->NewContext().get(), {}, &info).ok());
  EXPECT_EQ(numbers.size(), info.claims() - static_cast<uint64_t>(writes));
  for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], i + 1);
}

TEST_F(EndToEnd, APageTokenGoesWithItsRequestOnly) {
  pb::ListFindingsRequest request;
  request.set_page_size(10);
  pb::ListFindingsResponse first;
  ASSERT_TRUE(client_->audit().ListFindings(client_->NewContext().get(), request, &first).ok());
  ASSERT_FALSE(first.next_page_token().empty());
  request.set_page_token(first.next_page_token());
  request.set_min_severity(pb::SEVERITY_ERROR);
  pb::ListFindingsResponse response;
  grpc::Status status =
      client_->audit().ListFindings(client_->NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "PAGE_TOKEN_MISMATCH");
  pb::ListLicensesRequest licenses;
  licenses.set_page_token(first.next_page_token());
  pb::ListLicensesResponse unused;
  status = client_->lineage().ListLicenses(client_->NewContext().get(), licenses, &unused);
  EXPECT_EQ(ReasonIn(status), "PAGE_TOKEN_MISMATCH");
}

TEST_F(EndToEnd, FindingsComeOnceWhateverThePageSize) {
  const auto all = [&](int size) {
    pb::ListFindingsRequest request;
    request.set_page_size(size);
    request.mutable_options()->set_as_of("2026-11-01");
    std::vector<std::string> findings;
    do {
      pb::ListFindingsResponse response;
      const auto status =
          client_->audit().ListFindings(client_->NewContext().get(), request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      if (!status.ok()) break;
      EXPECT_LE(response.findings_size(), size);
      for (const auto& finding : response.findings()) {
        findings.push_back(finding.SerializeAsString());
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return findings;
  };
  const auto big = all(1000);
  EXPECT_GT(big.size(), 100u);
  EXPECT_EQ(all(7), big);
}

TEST_F(EndToEnd, CheckExplainBatchAndPermissionsAgree) {
  const std::vector<std::string> artifacts = {"mpt-7b-instruct",  "mpt-7b-chat", "dolly-v2-12b",
                                              "bigscience/bloom", "falcon-40b",  "vicuna-13b-v1.5"};
  pb::BatchCheckRequest batch;
  std::vector<pb::Verdict> verdicts;
  for (const std::string& artifact : artifacts) {
    for (int right = 1; right <= 10; ++right) {
      pb::CheckRequest* check = batch.add_checks();
      check->set_artifact(artifact);
      check->add_rights(static_cast<pb::Right>(right));
    }
    pb::ExplainResponse explained;
    pb::ExplainRequest explain;
    explain.set_artifact(artifact);
    ASSERT_TRUE(
        client_->permissions().Explain(client_->NewContext().get(), explain, &explained).ok());
    pb::GetEffectivePermissionsRequest get;
    get.set_artifact(artifact);
    pb::GetEffectivePermissionsResponse permissions;
    ASSERT_TRUE(client_->permissions()
                    .GetEffectivePermissions(client_->NewContext().get(), get, &permissions)
                    .ok());
    ASSERT_EQ(permissions.permissions_size(), 10);
    for (int i = 0; i < 10; ++i) {
      const auto& verdict = explained.explanation().verdicts(i);
      EXPECT_EQ(verdict.verdict(), permissions.permissions(i).verdict());
      ASSERT_EQ(verdict.by_stance_size(), permissions.permissions(i).by_stance_size());
      for (int s = 0; s < verdict.by_stance_size(); ++s) {
        EXPECT_EQ(verdict.by_stance(s).verdict(),
                  permissions.permissions(i).by_stance(s).verdict());
      }
      verdicts.push_back(verdict.verdict());
    }
  }
  batch.add_checks()->set_artifact("no/such-thing");
  batch.mutable_checks(batch.checks_size() - 1)->add_rights(pb::RIGHT_USE);
  pb::BatchCheckResponse response;
  ASSERT_TRUE(
      client_->permissions().BatchCheck(client_->NewContext().get(), batch, &response).ok());
  ASSERT_EQ(response.results_size(), static_cast<int>(verdicts.size()) + 1);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const auto& check = response.results(static_cast<int>(i)).response();
    EXPECT_EQ(check.verdict(), verdicts[i]) << i;
  }
  EXPECT_EQ(response.results(response.results_size() - 1).error().reason(), "ARTIFACT_NOT_FOUND");
}

TEST_F(EndToEnd, LimitsAreErrorsNotCrashes) {
  pb::BatchCheckRequest batch;
  for (int i = 0; i < 1001; ++i) batch.add_checks();
  pb::BatchCheckResponse checked;
  grpc::Status status =
      client_->permissions().BatchCheck(client_->NewContext().get(), batch, &checked);
  EXPECT_EQ(ReasonIn(status), "LIMIT_EXCEEDED");
  pb::ExplainRequest huge;
  huge.set_artifact(std::string(5 << 20, 'a'));
  pb::ExplainResponse explained;
  status = client_->permissions().Explain(client_->NewContext().get(), huge, &explained);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  pb::ListClaimsRequest list;
  list.set_page_size(-1);
  pb::ListClaimsResponse listed;
  status = client_->claims().ListClaims(client_->NewContext().get(), list, &listed);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  pb::ExplainRequest context;
  context.set_artifact("mpt-7b");
  context.mutable_options()->mutable_context()->set_monthly_active_users(-1);
  status = client_->permissions().Explain(client_->NewContext().get(), context, &explained);
  EXPECT_EQ(FieldsIn(status), std::vector<std::string>{"options.context.monthly_active_users"});
  context.mutable_options()->mutable_context()->set_monthly_active_users(
      std::numeric_limits<double>::quiet_NaN());
  status = client_->permissions().Explain(client_->NewContext().get(), context, &explained);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  pb::TraverseRequest traverse;
  traverse.set_artifact("mpt-7b");
  const auto walk_context = client_->NewContext();
  const auto reader = client_->lineage().Traverse(walk_context.get(), traverse);
  pb::TraverseResponse step;
  EXPECT_FALSE(reader->Read(&step));
  EXPECT_EQ(FieldsIn(reader->Finish()), std::vector<std::string>{"direction"});
}

TEST_F(EndToEnd, WatchMissesNothingAndResumes) {
  constexpr int kWrites = 40;
  pb::GetServerInfoResponse info;
  ASSERT_TRUE(client_->lineage().GetServerInfo(client_->NewContext().get(), {}, &info).ok());
  std::string token = info.revision_token();
  std::thread writer([&] {
    const auto own = Connected(daemon_);
    for (int i = 0; i < kWrites; ++i) {
      pb::ApplyClaimsResponse written;
      EXPECT_TRUE(Apply(own.get(), LicenseRequest(absl::StrCat("acme/", i), "MIT"), &written).ok());
    }
  });
  std::vector<uint64_t> seen;
  while (seen.size() < kWrites) {  // a few revisions at a time, then a new stream
    pb::WatchRequest request;
    request.set_after(token);
    request.set_verdicts(true);
    const auto context = client_->NewContext(/*stream=*/true);
    const auto reader = client_->watch().Watch(context.get(), request);
    pb::WatchResponse response;
    int taken = 0;
    while (taken < 7 && seen.size() < kWrites && reader->Read(&response)) {
      if (response.has_commit()) {
        seen.push_back(response.commit().revision());
        EXPECT_EQ(response.claims_size(), 1);
        EXPECT_EQ(response.verdict_changes_size(), 10) << "a new artifact has ten new verdicts";
        ++taken;
      }
      token = response.revision_token();
    }
    context->TryCancel();
    static_cast<void>(reader->Finish());
  }
  writer.join();
  for (int i = 0; i < kWrites; ++i)
    EXPECT_EQ(seen[static_cast<std::size_t>(i)], 2u + static_cast<uint64_t>(i));
}

TEST_F(EndToEnd, WatchTellsVerdictsDownstream) {
  auto request = LicenseRequest("acme/base", "Apache-2.0");
  pb::Artifact* tuned = request.add_artifacts();
  tuned->set_id("acme/tuned");
  tuned->set_kind(pb::ARTIFACT_KIND_CHECKPOINT);
  pb::Claim* edge = request.add_claims();
  edge->set_subject("acme/tuned");
  edge->mutable_edge()->set_relation(pb::RELATION_FINETUNED_FROM);
  edge->mutable_edge()->set_parent("acme/base");
  FillSource(edge);
  pb::Claim* own = request.add_claims();
  *own = request.claims(0);
  own->set_subject("acme/tuned");
  pb::Claim* licensor = request.add_claims();
  licensor->set_subject("acme/tuned");
  licensor->set_licensor("someone else");
  FillSource(licensor);
  pb::ApplyClaimsResponse written;
  const grpc::Status applied = Apply(client_.get(), request, &written);
  ASSERT_TRUE(applied.ok()) << applied.error_message();

  pb::WatchRequest watch;
  watch.set_after(written.revision_token());
  watch.set_verdicts(true);
  watch.add_artifacts("acme/tuned");
  const auto context = client_->NewContext(/*stream=*/true);
  const auto reader = client_->watch().Watch(context.get(), watch);
  auto relicensed = LicenseRequest("acme/base", "CC-BY-NC-4.0");
  relicensed.mutable_claims(0)->mutable_source()->set_said("2025-06-01");
  ASSERT_TRUE(Apply(client_.get(), relicensed, &written).ok());
  ASSERT_TRUE(Apply(client_.get(), LicenseRequest("acme/unrelated", "MIT"), &written).ok());
  pb::WatchResponse response;
  while (reader->Read(&response) && !response.has_commit()) {
  }
  EXPECT_EQ(response.claims_size(), 1) << "what the wanted artifact was made from concerns it";
  bool commercial = false;
  for (const auto& change : response.verdict_changes()) {
    EXPECT_EQ(change.artifact(), "acme/tuned");
    if (change.right() != pb::RIGHT_COMMERCIAL_USE) continue;
    commercial = true;
    EXPECT_EQ(change.before(), pb::VERDICT_PERMITTED);
    EXPECT_EQ(change.after(), pb::VERDICT_PROHIBITED);
  }
  EXPECT_TRUE(commercial);
  while (reader->Read(&response) && !response.has_commit()) {
  }
  EXPECT_EQ(response.claims_size(), 0) << "unrelated";
  EXPECT_EQ(response.revision_token(), written.revision_token());
  context->TryCancel();
  static_cast<void>(reader->Finish());
}

TEST_F(EndToEnd, StopsGracefullyAndTellsWatches) {
  pb::WatchRequest watch;
  const auto context = client_->NewContext(/*stream=*/true);
  const auto reader = client_->watch().Watch(context.get(), watch);
  pb::WatchResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_FALSE(response.revision_token().empty()) << "a token to resume from comes first";
  std::thread stopper([&] { EXPECT_EQ(daemon_.Signal(SIGTERM), 0); });
  while (reader->Read(&response)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  stopper.join();
}

TEST_F(EndToEnd, ASecondDaemonIsToldWhoHasTheStore) {
  Daemon second(folder_.root() + "/second");
  EXPECT_FALSE(second.Start({"--store", folder_.path(), "--listen", "127.0.0.1:0"}));
  EXPECT_EQ(second.exit_status(), 1);
  EXPECT_TRUE(absl::StrContains(second.Log(), absl::StrCat("process ", daemon_.pid())))
      << second.Log();
}

// A slow reader of a stream that has much to say.
TEST(SlowReader, IsToldSoAndResumes) {
  TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start(
      {"--store", folder.path(), "--listen", "127.0.0.1:0", "--watch-stall-seconds", "0.3"}));
  const auto client = Connected(daemon);
  pb::GetServerInfoResponse info;
  ASSERT_TRUE(client->lineage().GetServerInfo(client->NewContext().get(), {}, &info).ok());
  for (int i = 0; i < 12; ++i) {
    pb::ApplyClaimsRequest request;
    for (int k = 0; k < 500; ++k) {
      pb::Claim* claim = request.add_claims();
      claim->set_subject(absl::StrCat("acme/", i));
      claim->set_remark(std::string(1000, 'r'));
      FillSource(claim);
    }
    pb::ApplyClaimsResponse written;
    ASSERT_TRUE(Apply(client.get(), request, &written).ok());
  }
  // Reads from `token` on until the end or the last revision; checks that none is skipped.
  const auto read = [&](std::string* token, uint64_t* last, int pause_seconds) {
    pb::WatchRequest watch;
    watch.set_after(*token);
    const auto context = client->NewContext(/*stream=*/true);
    const auto reader = client->watch().Watch(context.get(), watch);
    std::this_thread::sleep_for(std::chrono::seconds(pause_seconds));
    pb::WatchResponse response;
    while (*last < 13 && reader->Read(&response)) {
      if (response.revision_token().empty()) continue;
      *token = response.revision_token();
      if (!response.has_commit()) continue;
      EXPECT_EQ(response.commit().revision(), *last + 1) << "skipped";
      *last = response.commit().revision();
    }
    if (*last == 13) context->TryCancel();
    return reader->Finish();
  };
  // However fast the machine fills what may be under way, some pause is too long.
  for (const int pause : {1, 2, 4, 8, 16}) {
    std::string token = info.revision_token();
    uint64_t last = 1;
    const grpc::Status status = read(&token, &last, pause);
    // One that takes nothing for four times as long is cut off, and cannot be told any more.
    const bool told = status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
    if (!told && (last == 13 || status.error_code() != grpc::StatusCode::CANCELLED)) continue;
    if (told) {
      EXPECT_EQ(ReasonIn(status), "SLOW_READER");
    }
    for (int attempt = 0; attempt < 10 && last < 13; ++attempt) read(&token, &last, 0);
    EXPECT_EQ(last, 13u) << "the rest can be had";
    return;
  }
  FAIL() << "a reader that takes nothing for 16 s was not told so";
}

// Access.

class Certificates {
 public:
  // Makes a CA, a server's and a client's certificate with the openssl command.
  explicit Certificates(const std::string& folder) : folder_(folder) {
    std::filesystem::create_directories(folder);
    const std::string cd = "cd '" + folder + "' && ";
    const std::string quiet = " >/dev/null 2>&1";
    ok_ = std::system(
              (cd +
               "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj "
               "/CN=test-ca && "
               "for who in server client; do "
               "openssl req -newkey rsa:2048 -nodes -keyout $who.key -out $who.csr -subj "
               "/CN=$who.example && "
               "printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > ext && "
               "openssl x509 -req -in $who.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
               "-extfile ext -out $who.pem || exit 1; done")
                  .insert(0, "(")
                  .append(")")
                  .append(quiet)
                  .c_str()) == 0;
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::string Path(const std::string& name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
  bool ok_ = false;
};

struct Token {
  std::string secret;
  std::string line;
};

Token MakeToken(const std::string& name, const std::string& role) {
  const std::string command =
      std::string(LINEAGED_BINARY) + " new-token " + name + " " + role + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  char buffer[256];
  while (fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
  pclose(pipe);
  Token token;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(' ') == std::string::npos) token.secret = line;
    if (absl::StartsWith(line, "  - {")) token.line = line + "\n";
  }
  return token;
}

TEST(AccessControl, RefusesToListenUnsafely) {
  TemporaryFolder folder;
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--listen", "0.0.0.0:0"},
        std::vector<std::string>{"--listen", "[::]:0"},
        std::vector<std::string>{"--listen", "127.evil.example:0"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--metrics-listen", "0.0.0.0:0"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--metrics-listen", "[::]:0"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--metrics-listen", "0"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--metrics-listen",
                                 "127.0.0.1:0,0.0.0.0:0"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--metrics-listen",
                                 "127.evil.example:0"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--metrics-listen", "unix:/tmp/x"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--http-listen", "0.0.0.0:0"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--http-listen", "[::]:0"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--http-listen", "127.evil.example:0"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--http-listen", "unix:/tmp/x"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--tls-key", "x"},
        std::vector<std::string>{"--listen", "127.0.0.1:0", "--read-seconds", "no"},
        std::vector<std::string>{"--listne", "127.0.0.1:0"}}) {
    Daemon daemon(folder.root());
    std::vector<std::string> all = flags;
    all.insert(all.end(), {"--store", "memory"});
    EXPECT_FALSE(daemon.Start(all)) << flags[1];
    EXPECT_EQ(daemon.exit_status(), 64) << daemon.Log();
  }
  Daemon daemon(folder.root());
  EXPECT_TRUE(daemon.Start({"--listen", "0.0.0.0:0", "--metrics-listen", "0.0.0.0:0", "--insecure",
                            "--store", "memory"}));
}

TEST(AccessControl, TokensRolesAndRotation) {
  TemporaryFolder folder;
  const Token reader = MakeToken("ci", "reader");
  const Token writer = MakeToken("team", "writer");
  const Token other = MakeToken("others", "writer");
  const Token admin = MakeToken("boss", "admin");
  ASSERT_FALSE(reader.secret.empty());
  const std::string file = folder.root() + "/access.yaml";
  std::ofstream(file) << "tokens:\n" << reader.line << writer.line << other.line << admin.line;
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start({"--store", folder.path(), "--listen", "127.0.0.1:0", "--access-file",
                            file, "--log-level", "debug"}))
      << daemon.Log();
  pb::ExplainResponse response;
  pb::ApplyClaimsResponse written;
  EXPECT_EQ(Explain(Connected(daemon).get(), "mpt-7b", &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Explain(Connected(daemon, "wrong").get(), "mpt-7b", &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  const auto as_reader = Connected(daemon, reader.secret);
  EXPECT_TRUE(Explain(as_reader.get(), "mpt-7b", &response).ok());
  EXPECT_EQ(Apply(as_reader.get(), LicenseRequest("acme/a", "MIT"), &written).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  const auto as_writer = Connected(daemon, writer.secret);
  ASSERT_TRUE(Apply(as_writer.get(), LicenseRequest("acme/a", "MIT"), &written).ok());
  EXPECT_EQ(written.commit().author(), "team");
  const auto retract = [&](const std::string& token, uint64_t claim) {
    pb::RetractClaimsRequest request;
    request.add_claims(claim);
    request.set_reason("why not");
    pb::RetractClaimsResponse retracted;
    const auto client = Connected(daemon, token);
    return client->claims()
        .RetractClaims(client->NewContext().get(), request, &retracted)
        .error_code();
  };
  const uint64_t claim = written.commit().first_claim();
  EXPECT_EQ(retract(other.secret, claim), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(retract(writer.secret, 1), grpc::StatusCode::PERMISSION_DENIED) << "the catalogue's";
  EXPECT_EQ(retract(writer.secret, claim), grpc::StatusCode::OK);
  EXPECT_EQ(retract(admin.secret, 1), grpc::StatusCode::OK);

  // A bad file leaves the old list in force; a good one replaces it.
  std::ofstream(file) << "tokens: [{name: x}]\n";
  daemon.Signal(SIGHUP);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_TRUE(Explain(as_reader.get(), "mpt-7b", &response).ok());
  // A stream that is open when its caller is struck from the list ends.
  const auto watch_context = as_reader->NewContext(/*stream=*/true);
  const auto watch = as_reader->watch().Watch(watch_context.get(), pb::WatchRequest());
  pb::WatchResponse seen;
  ASSERT_TRUE(watch->Read(&seen)) << "the first token comes at once";
  const Token fresh = MakeToken("ci", "reader");
  std::ofstream(file) << "tokens:\n" << fresh.line;
  daemon.Signal(SIGHUP);
  bool rotated = false;
  for (int i = 0; i < 100 && !rotated; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    rotated = Explain(Connected(daemon, fresh.secret).get(), "mpt-7b", &response).ok();
  }
  EXPECT_TRUE(rotated);
  while (watch->Read(&seen)) {
  }
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Explain(as_reader.get(), "mpt-7b", &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  daemon.Signal(SIGTERM);
  for (const Token* token : {&reader, &writer, &other, &admin, &fresh}) {
    EXPECT_FALSE(absl::StrContains(daemon.Log(), token->secret)) << "a secret in the log";
  }
  EXPECT_TRUE(absl::StrContains(daemon.Log(), "\"caller\":\"team\""));
}

TEST(Limits, AWatchTakesAThousandNames) {
  TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start({"--store", folder.path(), "--listen", "127.0.0.1:0"})) << daemon.Log();
  const auto client = Connected(daemon);
  const auto watch = [&](int names) {
    pb::WatchRequest request;
    for (int i = 0; i < names; ++i) request.add_artifacts(absl::StrCat("nobody/knows", i));
    const auto context = client->NewContext(/*stream=*/true);
    const auto reader = client->watch().Watch(context.get(), request);
    pb::WatchResponse first;
    if (reader->Read(&first)) context->TryCancel();
    return reader->Finish();
  };
  EXPECT_EQ(watch(1000).error_code(), grpc::StatusCode::CANCELLED) << "it was open";
  const grpc::Status refused = watch(1001);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(absl::StrContains(refused.error_message(), "1000")) << refused.error_message();
}

// A question about a merge of thousands of parents, supposed by a reader: it ends near the
// deadline, others are answered meanwhile, and a stop takes no longer than the drain.
TEST(Limits, ALongQuestionHoldsUpNobody) {
  TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start({"--store", folder.path(), "--listen", "127.0.0.1:0", "--read-seconds",
                            "1", "--drain-seconds", "1"}))
      << daemon.Log();
  pb::ExplainRequest request;
  request.set_artifact("acme/merge");
  pb::Hypothesis* hypothesis = request.mutable_options()->mutable_hypothesis();
  const auto describe = [&](const std::string& id, const std::string& license) {
    pb::Artifact* artifact = hypothesis->add_artifacts();
    artifact->set_id(id);
    artifact->set_kind(pb::ARTIFACT_KIND_CHECKPOINT);
    pb::Claim claim = LicenseRequest(id, license).claims(0);
    *hypothesis->add_claims() = claim;
  };
  describe("acme/merge", "MIT");
  for (int i = 0; i < 2500; ++i) {
    const std::string parent = absl::StrCat("org", i / 2, "/parent", i);
    describe(parent, i % 2 == 0 ? "CC-BY-SA-4.0" : "llama3.1");
    pb::Claim edge = LicenseRequest("acme/merge", "").claims(0);
    edge.mutable_edge()->set_relation(pb::RELATION_MERGED_FROM);
    edge.mutable_edge()->set_parent(parent);
    *hypothesis->add_claims() = edge;
  }
  std::vector<std::thread> askers;
  std::atomic<int> ended{0};
  for (int i = 0; i < 4; ++i) {
    askers.emplace_back([&] {
      const auto client = Connected(daemon);
      pb::ExplainResponse response;
      const grpc::Status status =
          client->permissions().Explain(client->NewContext().get(), request, &response);
      // An answer that was cut short says so; nothing in it is permitted.
      if (status.ok())
        EXPECT_FALSE(response.explanation().verdicts().empty() &&
                     response.explanation().complete());
      ++ended;
    });
  }
  const auto client = Connected(daemon);
  pb::ExplainResponse small;
  int answered = 0;
  while (ended < 4) {
    if (Explain(client.get(), "mosaicml/mpt-7b", &small).ok()) ++answered;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  for (std::thread& asker : askers) asker.join();
  EXPECT_GT(answered, 0) << "what is small is answered meanwhile";
  daemon.Signal(SIGTERM);
}

TEST(AccessControl, TlsAndClientCertificates) {
  TemporaryFolder folder;
  const Certificates certificates(folder.root() + "/tls");
  ASSERT_TRUE(certificates.ok()) << "needs the openssl command";
  const std::string file = folder.root() + "/access.yaml";
  const Token reader = MakeToken("ci", "reader");
  std::ofstream(file) << "tokens:\n"
                      << reader.line
                      << "certificates:\n  - {common_name: client.example, role: writer}\n";
  Daemon daemon(folder.root());
  const std::vector<std::string> tls = {"--store",           "memory",
                                        "--listen",          "0.0.0.0:0",
                                        "--tls-key",         certificates.Path("server.key"),
                                        "--tls-certificate", certificates.Path("server.pem"),
                                        "--access-file",     file};
  ASSERT_TRUE(daemon.Start(tls)) << daemon.Log();
  const auto connect = [&](bool with_certificate, bool with_tls, const std::string& token) {
    ClientOptions options;
    options.target = absl::StrCat("localhost:", daemon.port());
    options.timeout = absl::Seconds(10);
    options.token = token;
    if (with_tls) options.tls_ca = certificates.Path("ca.pem");
    if (with_certificate) {
      options.tls_certificate = certificates.Path("client.pem");
      options.tls_key = certificates.Path("client.key");
    }
    return *Client::Connect(options);
  };
  pb::ExplainResponse response;
  pb::ApplyClaimsResponse written;
  EXPECT_TRUE(Explain(connect(false, true, reader.secret).get(), "mpt-7b", &response).ok());
  EXPECT_EQ(Explain(connect(false, true, "").get(), "mpt-7b", &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Explain(connect(false, false, "").get(), "mpt-7b", &response).error_code(),
            grpc::StatusCode::UNAVAILABLE)
      << "plain text";
  daemon.Signal(SIGTERM);

  Daemon mutual(folder.root() + "/mutual");
  std::vector<std::string> more = tls;
  more.insert(more.end(), {"--tls-client-ca", certificates.Path("ca.pem")});
  ASSERT_TRUE(mutual.Start(more)) << mutual.Log();
  const auto target = [&](bool with_certificate) {
    ClientOptions options;
    options.target = absl::StrCat("localhost:", mutual.port());
    options.timeout = absl::Seconds(10);
    options.tls_ca = certificates.Path("ca.pem");
    if (with_certificate) {
      options.tls_certificate = certificates.Path("client.pem");
      options.tls_key = certificates.Path("client.key");
    }
    return *Client::Connect(options);
  };
  const grpc::Status with = Apply(target(true).get(), LicenseRequest("acme/a", "MIT"), &written);
  EXPECT_TRUE(with.ok()) << with.error_message();
  EXPECT_EQ(written.commit().author(), "client.example");
  EXPECT_EQ(Explain(target(false).get(), "mpt-7b", &response).error_code(),
            grpc::StatusCode::UNAVAILABLE)
      << "no certificate";
}

// Certificates that change while the daemon runs.
class Rotation : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(old_.ok()) << "needs the openssl command";
    ASSERT_TRUE(new_.ok());
    Install(old_, "server.pem");
    Install(old_, "server.key");
    std::filesystem::copy_file(old_.Path("ca.pem"), Used("ca.pem"));
    ASSERT_TRUE(daemon_.Start({"--store", "memory", "--listen", "127.0.0.1:0", "--tls-key",
                               Used("server.key"), "--tls-certificate", Used("server.pem"),
                               "--tls-client-ca", Used("ca.pem"), "--log-level", "info"}))
        << daemon_.Log();
  }

  [[nodiscard]] std::string Used(const std::string& name) const {
    return folder_.root() + "/" + name;
  }
  static std::string Text(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  void Install(const Certificates& from, const std::string& name) {
    Write(name, Text(from.Path(name)));
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(Used(name)) << text;
    std::filesystem::permissions(Used(name), static_cast<std::filesystem::perms>(0600));
  }

  // A new connection that trusts the CA of `whose`, as a client of the old one's.
  bool Reaches(const Certificates& whose) {
    ClientOptions options;
    options.target = absl::StrCat("localhost:", daemon_.port());
    options.timeout = absl::Seconds(20);
    options.tls_ca = whose.Path("ca.pem");
    options.tls_certificate = old_.Path("client.pem");
    options.tls_key = old_.Path("client.key");
    pb::ExplainResponse response;
    return Explain((*Client::Connect(options)).get(), "mpt-7b", &response).ok();
  }

  static std::size_t Count(const std::string& text, const std::string& word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
    return count;
  }
  // Has the daemon look, and waits until it has.
  void Look() {
    const std::size_t before = Count(daemon_.Log(), "access file read again");
    daemon_.Signal(SIGHUP);
    for (int i = 0; i < 2000 && Count(daemon_.Log(), "access file read again") == before; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  TemporaryFolder folder_;
  const Certificates old_{folder_.root() + "/old"};
  const Certificates new_{folder_.root() + "/new"};
  Daemon daemon_{folder_.root() + "/daemon"};
};

TEST_F(Rotation, WhatDoesNotFitLeavesTheLastGoodPairInForce) {
  ASSERT_TRUE(Reaches(old_));
  const std::string certificate = Text(old_.Path("server.pem"));
  const std::string key = Text(old_.Path("server.key"));
  ASSERT_EQ(std::system(("cd '" + folder_.root() +
                         "/old' && openssl req -x509 -key server.key -not_before 20200101000000Z "
                         "-not_after 20200102000000Z -subj /CN=x -out expired.pem >/dev/null 2>&1 "
                         "|| openssl x509 -req -in server.csr -signkey server.key -days -1 -out "
                         "expired.pem >/dev/null 2>&1")
                            .c_str()),
            0);
  const std::vector<std::tuple<std::string, std::string, std::string>> bad = {
      {"server.pem", "", "empty"},
      {"server.key", "", "empty key"},
      {"ca.pem", "", "empty CA"},
      {"server.pem", certificate.substr(0, certificate.size() / 2), "half"},
      {"server.pem", certificate + certificate.substr(0, 8), "a second one cut at once"},
      {"server.pem", certificate + certificate.substr(0, 400), "a second one cut"},
      {"server.key", key.substr(0, key.size() / 2), "half a key"},
      {"ca.pem", Text(old_.Path("ca.pem")).substr(0, 300), "half a CA"},
      {"server.pem", "no certificate at all\n", "text"},
      {"server.pem", std::string(5000, '\0'), "zeros"},
      {"server.pem", Text(new_.Path("server.pem")), "of another key"},
      {"server.key", Text(new_.Path("server.key")), "of another certificate"},
      {"server.pem", Text(old_.Path("expired.pem")), "expired"},
      {"server.key", Text(old_.Path("server.pem")), "a certificate for a key"}};
  std::size_t told = 0;
  for (const auto& [name, text, what] : bad) {
    const std::string good = Text(Used(name));
    Write(name, text);
    Look();
    EXPECT_TRUE(Reaches(old_)) << what;
    EXPECT_EQ(Count(daemon_.Log(), "certificates not taken up"), ++told) << what;
    Look();
    EXPECT_EQ(Count(daemon_.Log(), "certificates not taken up"), told) << "told once: " << what;
    Write(name, good);
    Look();
  }
  std::filesystem::remove(Used("server.pem"));
  Look();
  EXPECT_TRUE(Reaches(old_)) << "missing";
  EXPECT_EQ(Count(daemon_.Log(), "certificates taken up"), 0u) << daemon_.Log();
  EXPECT_EQ(daemon_.Signal(SIGTERM), 0);
}

TEST_F(Rotation, ANewPairIsUsedOnceItIsWhole) {
  ASSERT_TRUE(Reaches(old_));
  Install(new_, "server.pem");
  Look();
  EXPECT_TRUE(Reaches(old_)) << "the key is still the old one";
  Install(new_, "server.key");
  Look();
  EXPECT_TRUE(Reaches(new_));
  EXPECT_FALSE(Reaches(old_));
  EXPECT_EQ(Count(daemon_.Log(), "certificates taken up"), 1u);
  // And the other way round, without a signal: within a look of the daemon's own.
  Install(old_, "server.key");
  Install(old_, "server.pem");
  for (int i = 0; i < 3000 && Count(daemon_.Log(), "certificates taken up") < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(Reaches(old_));
  EXPECT_FALSE(Reaches(new_));
  EXPECT_EQ(daemon_.Signal(SIGTERM), 0);
}

TEST(AccessControl, AServerDoesNotStartWithAPairThatDoesNotFit) {
  TemporaryFolder folder;
  const Certificates one(folder.root() + "/one");
  const Certificates other(folder.root() + "/other");
  ASSERT_TRUE(one.ok() && other.ok()) << "needs the openssl command";
  Daemon daemon(folder.root());
  EXPECT_FALSE(
      daemon.Start({"--store", "memory", "--listen", "127.0.0.1:0", "--tls-key",
                    other.Path("server.key"), "--tls-certificate", one.Path("server.pem")}));
  EXPECT_TRUE(absl::StrContains(daemon.Log(), "is not the key of the first certificate in"))
      << daemon.Log();
}

TEST(AccessControl, AClientKeepsItsTokenToItself) {
  for (const char* target :
       {"example.org:7117", "127.evil.example:7117", "127.0.0.1.evil.example:7117", "127.1:7117",
        "localhost.evil.example:7117", "ipv4:127.0.0.1:7117,10.0.0.1:7117", "10.0.0.1:7117",
        "dns:///127.0.0.1:7117", "dns://10.0.0.1/localhost:7117", "[::ffff:10.0.0.1]:7117",
        "0.0.0.0:7117", "unix://example.org/socket", ""}) {
    ClientOptions options;
    options.target = target;
    options.token = "secret";
    EXPECT_TRUE(absl::IsFailedPrecondition(Client::Connect(options).status())) << target;
  }
}

// Listens, and keeps what the first to connect says.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  [[nodiscard]] int port() const { return port_; }
  // Whether anybody has connected so far.
  [[nodiscard]] bool Asked() const {
    pollfd waiting{socket_, POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 1;
  }

 private:
  const int socket_;
  int port_ = 0;
};

TEST(AccessControl, AClientUsesNoProxy) {
  TemporaryFolder folder;
  const Certificates certificates(folder.root() + "/tls");
  ASSERT_TRUE(certificates.ok()) << "needs the openssl command";
  const Listener proxy;
  Daemon plain(folder.root() + "/plain");
  Daemon tls(folder.root() + "/tls-daemon");
  ASSERT_TRUE(plain.Start({"--store", "memory", "--listen", "127.0.0.1:0"})) << plain.Log();
  ASSERT_TRUE(tls.Start({"--store", "memory", "--listen", "127.0.0.1:0", "--tls-key",
                         certificates.Path("server.key"), "--tls-certificate",
                         certificates.Path("server.pem")}))
      << tls.Log();
  const std::vector<const char*> names = {"http_proxy", "https_proxy", "grpc_proxy",
                                          "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"};
  const std::string url = absl::StrCat("http://127.0.0.1:", proxy.port());
  for (const char* name : names) ::setenv(name, url.c_str(), 1);
  pb::ExplainResponse response;
  ClientOptions options;
  options.token = "secret";
  for (const std::string host : {"127.0.0.1", "localhost", "LocalHost", "127.0.0.2"}) {
    // Not listened on: refused at once, and no proxy asked all the same.
    options.target = absl::StrCat(host, ":", plain.port());
    const grpc::Status status = Explain((*Client::Connect(options)).get(), "mpt-7b", &response);
    EXPECT_EQ(status.ok(), host != "127.0.0.2") << host << ": " << status.error_message();
  }
  options.tls_ca = certificates.Path("ca.pem");
  options.target = absl::StrCat("localhost:", tls.port());
  EXPECT_TRUE(Explain((*Client::Connect(options)).get(), "mpt-7b", &response).ok());
  for (const char* name : names) ::unsetenv(name);
  EXPECT_FALSE(proxy.Asked());
}

TEST(AccessControl, FilesThatOthersCanUseAreRefused) {
  namespace fs = std::filesystem;
  TemporaryFolder folder;
  const Certificates certificates(folder.root() + "/tls");
  ASSERT_TRUE(certificates.ok()) << "needs the openssl command";
  const std::string access = folder.root() + "/access.yaml";
  std::ofstream(access) << "tokens:\n" << MakeToken("ci", "reader").line;
  const std::vector<std::string> flags = {"--store",           "memory",
                                          "--listen",          "127.0.0.1:0",
                                          "--tls-key",         certificates.Path("server.key"),
                                          "--tls-certificate", certificates.Path("server.pem"),
                                          "--tls-client-ca",   certificates.Path("ca.pem"),
                                          "--access-file",     access};
  const auto may = [](const std::string& path, int mode) {
    fs::permissions(path, static_cast<fs::perms>(mode));
  };
  const std::string key = certificates.Path("server.key");
  may(access, 0600);
  for (const auto& [path, mode] :
       {std::pair{key, 0604}, std::pair{key, 0602},
        std::pair{certificates.Path("server.pem"), 0646},
        std::pair{certificates.Path("ca.pem"), 0646}, std::pair{access, 0602}}) {
    const fs::perms before = fs::status(path).permissions();
    may(path, mode);
    Daemon daemon(absl::StrCat(folder.root(), "/", mode, fs::path(path).filename().string()));
    EXPECT_FALSE(daemon.Start(flags)) << path << " " << mode;
    EXPECT_TRUE(absl::StrContains(daemon.Log(), absl::StrCat(path, ": everybody on this machine")))
        << daemon.Log();
    fs::permissions(path, before);
  }
  // A group may read a key; everybody may read the hashes, with a warning.
  may(key, 0640);
  may(access, 0644);
  Daemon daemon(folder.root() + "/good");
  ASSERT_TRUE(daemon.Start(flags)) << daemon.Log();
  EXPECT_TRUE(absl::StrContains(daemon.Log(), "can read who has access")) << daemon.Log();

  ClientOptions options;
  options.target = daemon.target();
  options.tls_certificate = certificates.Path("client.pem");
  options.tls_key = certificates.Path("client.key");
  may(options.tls_key, 0604);
  EXPECT_TRUE(absl::IsPermissionDenied(Client::Connect(options).status()));
}

TEST(AccessControl, ACrashLeavesNoCoreBehind) {
  TemporaryFolder folder;
  rlimit before{};
  ::getrlimit(RLIMIT_CORE, &before);
  const rlimit all{before.rlim_max, before.rlim_max};
  ::setrlimit(RLIMIT_CORE, &all);
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start({"--store", "memory", "--listen", "127.0.0.1:0"})) << daemon.Log();
  ::setrlimit(RLIMIT_CORE, &before);
  std::ostringstream limits;
  limits << std::ifstream(absl::StrCat("/proc/", daemon.pid(), "/limits")).rdbuf();
  EXPECT_TRUE(std::regex_search(limits.str(), std::regex("Max core file size +0 +0 ")));
  EXPECT_EQ(daemon.Signal(SIGABRT), -SIGABRT);
  EXPECT_FALSE(daemon.dumped_core());
}

// Sends a header and files; gives how the call ended.
grpc::Status ImportFiles(Client* client, const pb::ImportHeader& header,
                         const std::vector<std::pair<std::string, std::string>>& files,
                         pb::ImportDocumentResponse* response) {
  const auto context = client->NewContext(/*stream=*/true);
  const auto writer = client->claims().ImportDocument(context.get(), response);
  pb::ImportDocumentRequest message;
  *message.mutable_header() = header;
  writer->Write(message);
  for (const auto& [name, bytes] : files) {
    message.set_file_name(name);
    writer->Write(message);
    for (std::size_t at = 0; at < bytes.size(); at += 1000) {
      message.set_chunk(bytes.substr(at, 1000));
      if (!writer->Write(message)) break;
    }
  }
  writer->WritesDone();
  return writer->Finish();
}

TEST_F(EndToEnd, AHypothesisIsAnsweredAndNotWritten) {
  pb::CheckRequest request;
  request.set_artifact("mosaicml/mpt-7b-instruct");
  request.add_rights(pb::RIGHT_COMMERCIAL_USE);
  pb::CheckResponse before;
  ASSERT_TRUE(client_->permissions().Check(client_->NewContext().get(), request, &before).ok());
  EXPECT_EQ(before.verdict(), pb::VERDICT_PERMITTED);
  pb::Claim* claim = request.mutable_options()->mutable_hypothesis()->add_claims();
  claim->set_subject("mosaicml/mpt-7b-instruct");
  claim->mutable_edge()->set_relation(pb::RELATION_FINETUNED_FROM);
  claim->mutable_edge()->set_parent("tatsu-lab/alpaca-7b");
  FillSource(claim);
  pb::CheckResponse supposed;
  ASSERT_TRUE(client_->permissions().Check(client_->NewContext().get(), request, &supposed).ok());
  EXPECT_EQ(supposed.verdict(), pb::VERDICT_PROHIBITED);
  ASSERT_GT(supposed.because_size(), 0);
  EXPECT_TRUE(supposed.because(0).path(0).supposed());
  request.clear_options();
  pb::CheckResponse after;
  ASSERT_TRUE(client_->permissions().Check(client_->NewContext().get(), request, &after).ok());
  EXPECT_EQ(after.verdict(), pb::VERDICT_PERMITTED);
  EXPECT_EQ(after.revision_token(), before.revision_token());
}

TEST_F(EndToEnd, ABadHypothesisIsToldFieldByField) {
  pb::ExplainRequest request;
  request.set_artifact("mosaicml/mpt-7b");
  pb::Hypothesis* hypothesis = request.mutable_options()->mutable_hypothesis();
  hypothesis->add_claims()->set_subject("mosaicml/mpt-7b");
  hypothesis->add_artifacts()->set_id("a/b");
  hypothesis->mutable_artifacts(0)->set_kind(static_cast<pb::ArtifactKind>(77));
  pb::ExplainResponse response;
  grpc::Status status =
      client_->permissions().Explain(client_->NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const std::vector<std::string> fields = FieldsIn(status);
  const auto named = [&](const std::string& field) {
    return std::find(fields.begin(), fields.end(), field) != fields.end();
  };
  EXPECT_TRUE(named("options.hypothesis.claims[0].statement")) << fields.size();
  EXPECT_TRUE(named("options.hypothesis.artifacts[0].kind"));
  request.mutable_options()->clear_hypothesis();
  request.mutable_options()->mutable_hypothesis()->add_retracted_claims(999'999);
  status = client_->permissions().Explain(client_->NewContext().get(), request, &response);
  EXPECT_EQ(ReasonIn(status), "CLAIM_INVALID") << status.error_message();
  EXPECT_TRUE(absl::StrContains(status.error_message(), "there is no claim 999999"));
}

TEST_F(EndToEnd, ImpactSinceATokenIsWhatWasWritten) {
  pb::ApplyClaimsResponse written;
  ASSERT_TRUE(Apply(client_.get(), LicenseRequest("acme/base", "MIT"), &written).ok());
  const std::string since = written.revision_token();
  pb::ApplyClaimsRequest change = LicenseRequest("acme/base", "CC-BY-NC-4.0");
  change.mutable_claims(0)->mutable_source()->set_said("2024-05-01");
  ASSERT_TRUE(Apply(client_.get(), change, &written).ok());
  pb::AnalyzeImpactRequest request;
  request.add_rights(pb::RIGHT_COMMERCIAL_USE);
  request.set_since(since);
  pb::AnalyzeImpactResponse response;
  ASSERT_TRUE(
      client_->permissions().AnalyzeImpact(client_->NewContext().get(), request, &response).ok());
  ASSERT_EQ(response.change_count(), 1);
  EXPECT_EQ(response.changes(0).artifact(), "acme/base");
  EXPECT_EQ(response.changes(0).before(), pb::VERDICT_PERMITTED);
  EXPECT_EQ(response.changes(0).after(), pb::VERDICT_PROHIBITED);
  request.set_max_changes(-1);
  grpc::Status status =
      client_->permissions().AnalyzeImpact(client_->NewContext().get(), request, &response);
  EXPECT_EQ(FieldsIn(status), std::vector<std::string>{"max_changes"});
  request.clear_max_changes();
  request.set_since("nonsense");
  status = client_->permissions().AnalyzeImpact(client_->NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  request.clear_since();
  status = client_->permissions().AnalyzeImpact(client_->NewContext().get(), request, &response);
  EXPECT_TRUE(absl::StrContains(status.error_message(), "impact needs a change"));
}

TEST_F(EndToEnd, SearchPagesFitTogetherAndGoWithTheirFilterOnly) {
  pb::SearchRequest request;
  request.set_filter("kind = dataset");
  request.set_page_size(50);
  std::set<std::string> ids;
  std::size_t count = 0;
  std::string token;
  do {
    pb::SearchResponse response;
    const grpc::Status status =
        client_->permissions().Search(client_->NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(response.complete());
    for (const pb::SearchHit& hit : response.hits()) {
      ids.insert(hit.artifact());
      ++count;
    }
    if (!response.next_page_token().empty()) token = response.next_page_token();
    request.set_page_token(response.next_page_token());
    // What is written meanwhile does not move the pages.
    pb::ApplyClaimsResponse written;
    ASSERT_TRUE(
        Apply(client_.get(), LicenseRequest(absl::StrCat("acme/m", count), "MIT"), &written).ok());
  } while (!request.page_token().empty());
  EXPECT_EQ(ids.size(), count);
  EXPECT_GT(count, 100u);
  request.set_page_token(token);
  request.set_filter("kind = model");
  pb::SearchResponse response;
  grpc::Status status =
      client_->permissions().Search(client_->NewContext().get(), request, &response);
  EXPECT_EQ(ReasonIn(status), "PAGE_TOKEN_MISMATCH");
  request.clear_page_token();
  request.set_filter("kind = ");
  status = client_->permissions().Search(client_->NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(absl::StrContains(status.error_message(), "column 8")) << status.error_message();
}

TEST_F(EndToEnd, AStreamOfHitsIsTheirPagesAndGoesOnFromAnyOfThem) {
  pb::SearchRequest pages;
  pages.set_filter("NOT kind = dataset");
  pages.set_page_size(7);
  pages.add_rights(pb::RIGHT_COMMERCIAL_USE);
  pb::StreamSearchRequest request;
  *request.mutable_search() = pages;
  std::vector<std::string> streamed;
  std::vector<std::size_t> counts;
  std::vector<std::string> tokens;
  std::string revision;
  {
    const auto context = client_->NewContext(/*stream=*/true);
    const auto reader = client_->permissions().StreamSearch(context.get(), request);
    pb::StreamSearchResponse response;
    while (reader->Read(&response)) {
      EXPECT_LE(response.hits_size(), 7);
      for (const pb::SearchHit& hit : response.hits()) {
        EXPECT_EQ(hit.verdicts_size(), 1);
        streamed.push_back(hit.artifact());
      }
      counts.push_back(streamed.size());
      tokens.push_back(response.next_page_token());
      if (revision.empty()) revision = response.revision_token();
      EXPECT_EQ(response.revision_token(), revision);
      pb::ApplyClaimsResponse written;  // does not show in a stream that has begun
      ASSERT_TRUE(
          Apply(client_.get(), LicenseRequest(absl::StrCat("acme/", counts.size()), "MIT"), &written)
              .ok());
    }
    const grpc::Status status = reader->Finish();
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  ASSERT_GT(tokens.size(), 10u);
  EXPECT_EQ(tokens.back(), "");
  EXPECT_EQ(std::set<std::string>(streamed.begin(), streamed.end()).size(), streamed.size());
  // What Search pages from there, and what another stream sends, are the rest.
  const std::size_t middle = tokens.size() / 2;
  const std::vector<std::string> rest(streamed.begin() + static_cast<std::ptrdiff_t>(counts[middle]),
                                      streamed.end());
  std::vector<std::string> paged;
  pages.set_page_token(tokens[middle]);
  do {
    pb::SearchResponse page;
    ASSERT_TRUE(client_->permissions().Search(client_->NewContext().get(), pages, &page).ok());
    for (const pb::SearchHit& hit : page.hits()) paged.push_back(hit.artifact());
    pages.set_page_token(page.next_page_token());
  } while (!pages.page_token().empty());
  EXPECT_EQ(paged, rest);
  request.mutable_search()->set_page_token(tokens[middle]);
  const auto context = client_->NewContext(/*stream=*/true);
  const auto reader = client_->permissions().StreamSearch(context.get(), request);
  std::vector<std::string> resumed;
  pb::StreamSearchResponse response;
  while (reader->Read(&response)) {
    for (const pb::SearchHit& hit : response.hits()) resumed.push_back(hit.artifact());
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(resumed, rest);
}

TEST_F(EndToEnd, AStreamOfHitsRefusesWhatSearchRefuses) {
  const auto status_of = [&](const pb::StreamSearchRequest& request) {
    const auto context = client_->NewContext(/*stream=*/true);
    const auto reader = client_->permissions().StreamSearch(context.get(), request);
    pb::StreamSearchResponse response;
    while (reader->Read(&response)) {
    }
    return reader->Finish();
  };
  pb::StreamSearchRequest request;
  EXPECT_TRUE(status_of(request).ok()) << "all artifacts fit an empty filter";
  request.mutable_search()->set_filter("kind = ");
  grpc::Status status = status_of(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(absl::StrContains(status.error_message(), "column 8")) << status.error_message();
  request.mutable_search()->set_filter("kind = model");
  request.mutable_search()->add_rights(static_cast<pb::Right>(99));
  EXPECT_EQ(FieldsIn(status_of(request)), std::vector<std::string>{"rights"});
  request.mutable_search()->clear_rights();
  request.mutable_search()->set_page_token("forged");
  EXPECT_EQ(ReasonIn(status_of(request)), "TOKEN_MALFORMED");
}

TEST(SlowReader, OfAStreamOfHitsIsToldSoAndCostsNobodyElse) {
  TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start(
      {"--store", folder.path(), "--listen", "127.0.0.1:0", "--watch-stall-seconds", "0.3"}));
  const auto client = Connected(daemon);
  for (int i = 0; i < 10; ++i) {
    pb::ApplyClaimsRequest request;
    for (int k = 0; k < 1000; ++k) {
      pb::Artifact* artifact = request.add_artifacts();
      artifact->set_id(absl::StrCat("acme/", i * 1000 + k, std::string(200, 'm')));
      artifact->set_kind(pb::ARTIFACT_KIND_CHECKPOINT);
    }
    pb::ApplyClaimsResponse written;
    const grpc::Status status = Apply(client.get(), request, &written);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  pb::StreamSearchRequest request;
  request.mutable_search()->set_page_size(100);
  for (const int pause : {1, 2, 4, 8, 16}) {
    const auto context = client->NewContext(/*stream=*/true);
    const auto reader = client->permissions().StreamSearch(context.get(), request);
    std::this_thread::sleep_for(std::chrono::seconds(pause));
    const auto other = Connected(daemon);
    pb::ExplainResponse explained;
    EXPECT_TRUE(Explain(other.get(), "mpt-7b", &explained).ok());
    pb::StreamSearchResponse response;
    while (reader->Read(&response)) {
    }
    const grpc::Status status = reader->Finish();
    if (status.ok()) continue;  // this machine can have all of it under way
    if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      EXPECT_EQ(ReasonIn(status), "SLOW_READER");
    } else {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED) << status.error_message();
    }
    return;
  }
  FAIL() << "a reader that takes nothing for 16 s was not let go";
}

TEST_F(EndToEnd, ABatchOfPermissionsIsEachOfThem) {
  pb::BatchGetEffectivePermissionsRequest batch;
  for (const char* artifact : {"mpt-7b", "no/such-model", "mpt-7b-instruct"}) {
    batch.add_artifacts(artifact);
  }
  batch.mutable_options()->set_stance(pb::STANCE_CAUTIOUS);
  pb::BatchGetEffectivePermissionsResponse answers;
  grpc::Status status = client_->permissions().BatchGetEffectivePermissions(
      client_->NewContext().get(), batch, &answers);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(answers.results_size(), 3);
  EXPECT_EQ(answers.results(1).error().reason(), "ARTIFACT_NOT_FOUND");
  for (const int i : {0, 2}) {
    pb::GetEffectivePermissionsRequest one;
    one.set_artifact(batch.artifacts(i));
    *one.mutable_options() = batch.options();
    pb::GetEffectivePermissionsResponse answer;
    ASSERT_TRUE(client_->permissions()
                    .GetEffectivePermissions(client_->NewContext().get(), one, &answer)
                    .ok());
    EXPECT_EQ(answer.revision_token(), answers.revision_token());
    answer.clear_revision_token();
    EXPECT_EQ(answers.results(i).response().SerializeAsString(), answer.SerializeAsString());
  }
  batch.clear_artifacts();
  status = client_->permissions().BatchGetEffectivePermissions(client_->NewContext().get(), batch,
                                                               &answers);
  EXPECT_EQ(FieldsIn(status), std::vector<std::string>{"artifacts"});
  for (int i = 0; i < 1001; ++i) batch.add_artifacts("mpt-7b");
  status = client_->permissions().BatchGetEffectivePermissions(client_->NewContext().get(), batch,
                                                               &answers);
  EXPECT_EQ(ReasonIn(status), "LIMIT_EXCEEDED");
}

TEST_F(EndToEnd, RepairsAndComparisonsRefuseWhatTheyCannotAnswer) {
  pb::SuggestRepairsRequest repair;
  repair.set_artifact("mosaicml/mpt-7b-chat");
  pb::SuggestRepairsResponse plan;
  grpc::Status status =
      client_->permissions().SuggestRepairs(client_->NewContext().get(), repair, &plan);
  EXPECT_EQ(FieldsIn(status), std::vector<std::string>{"rights"});
  repair.add_rights(pb::RIGHT_COMMERCIAL_USE);
  repair.set_accept(pb::VERDICT_PROHIBITED);
  status = client_->permissions().SuggestRepairs(client_->NewContext().get(), repair, &plan);
  EXPECT_EQ(FieldsIn(status), std::vector<std::string>{"accept"});
  pb::CompareRequest compare;
  compare.mutable_before()->mutable_consistency()->set_at_least("x");
  pb::CompareResponse compared;
  status = client_->permissions().Compare(client_->NewContext().get(), compare, &compared);
  EXPECT_EQ(FieldsIn(status), std::vector<std::string>{"before.consistency"});
  pb::CompareLicensesRequest licenses;
  licenses.set_a("MIT");
  pb::CompareLicensesResponse pair;
  status = client_->permissions().CompareLicenses(client_->NewContext().get(), licenses, &pair);
  EXPECT_EQ(FieldsIn(status), std::vector<std::string>{"b"});
  licenses.set_b("((");
  status = client_->permissions().CompareLicenses(client_->NewContext().get(), licenses, &pair);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(EndToEnd, ComparisonsComeInPages) {
  pb::CompareRequest request;
  request.mutable_after()->set_stance(pb::STANCE_CAUTIOUS);
  request.add_rights(pb::RIGHT_COMMERCIAL_USE);
  request.set_page_size(40);
  std::set<std::string> ids;
  std::size_t count = 0;
  for (int page = 0; page < 2; ++page) {
    pb::CompareResponse response;
    const grpc::Status status =
        client_->permissions().Compare(client_->NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.differences_size(), 40);
    for (const pb::Difference& difference : response.differences()) {
      ids.insert(difference.artifact());
      ++count;
    }
    request.set_page_token(response.next_page_token());
    ASSERT_FALSE(request.page_token().empty());
  }
  EXPECT_EQ(ids.size(), count);
}

TEST_F(EndToEnd, ImportDocumentTakesFilesAndFolders) {
  std::string lines;
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&lines, "{\"id\": \"acme/m", i,
                    "\", \"lastModified\": \"2025-01-02\", \"tags\": [\"license:mit\", "
                    "\"base_model:acme/base\"]}\n");
  }
  lines += "{\"id\": \n";
  pb::ImportDocumentResponse first;
  grpc::Status status = ImportFiles(client_.get(), {}, {{"hub.jsonl", lines}}, &first);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(first.record_count(), 100u);
  EXPECT_EQ(first.claim_count(), 200u);
  EXPECT_EQ(first.inferred_count(), 100u);
  EXPECT_EQ(first.note_counts().at("skipped"), 1u);
  ASSERT_EQ(first.notes_size(), 1);
  EXPECT_EQ(first.notes(0).where(), "hub.jsonl:101");
  pb::ExplainResponse explained;
  ASSERT_TRUE(Explain(client_.get(), "acme/m7", &explained, first.revision_token()).ok());
  EXPECT_EQ(explained.explanation().license(), "MIT");
  pb::ImportDocumentResponse again;
  ASSERT_TRUE(ImportFiles(client_.get(), {}, {{"hub.jsonl", lines}}, &again).ok());
  EXPECT_EQ(again.claim_count(), 0u);
  EXPECT_EQ(again.unchanged_count(), 200u);
  EXPECT_TRUE(again.revision_token().empty());
  pb::ImportDocumentResponse folder;
  ASSERT_TRUE(ImportFiles(client_.get(), {},
                          {{"acme/tuned/README.md", "---\nlicense: mit\n---\n"},
                           {"acme/tuned/adapter_config.json",
                            "{\"base_model_name_or_path\": \"acme/base\"}"}},
                          &folder)
                  .ok());
  EXPECT_EQ(folder.record_count(), 1u);
  ASSERT_TRUE(Explain(client_.get(), "acme/tuned", &explained, folder.revision_token()).ok());
}

TEST(Imports, ASenderThatSendsNextToNothingGivesUpItsPlace) {
  const TemporaryFolder folder;
  Daemon daemon(folder.root());
  ASSERT_TRUE(daemon.Start(
      {"--store", "memory", "--listen", "127.0.0.1:0", "--watch-stall-seconds", "0.3"}));
  const auto client = Connected(daemon);
  for (const bool trickles : {false, true}) {
    const auto context = client->NewContext(/*stream=*/true);
    pb::ImportDocumentResponse response;
    const auto writer = client->claims().ImportDocument(context.get(), &response);
    pb::ImportDocumentRequest message;
    message.mutable_header();
    ASSERT_TRUE(writer->Write(message));
    message.set_file_name("hub.jsonl");
    ASSERT_TRUE(writer->Write(message));
    message.set_chunk("\n");
    // Until the server has had enough; a silent sender just waits.
    for (int i = 0; trickles && i < 10'000 && writer->Write(message); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    const grpc::Status status = writer->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED) << status.error_message();
    EXPECT_NE(status.error_message().find("given up"), std::string::npos);
    // The place is free.
    const grpc::Status next = ImportFiles(
        client.get(), {}, {{"x.jsonl", "{\"id\": \"a/b\", \"tags\": []}\n"}}, &response);
    EXPECT_TRUE(next.ok()) << next.error_message();
  }
}

TEST(AccessControl, AnImportOfWhoWasStruckMeanwhileWritesNothing) {
  const TemporaryFolder folder;
  const Token writer = MakeToken("team", "writer");
  const Token reader = MakeToken("ci", "reader");
  const std::string file = folder.root() + "/access.yaml";
  std::ofstream(file) << "tokens:\n" << writer.line << reader.line;
  Daemon daemon(folder.root());
  ASSERT_TRUE(
      daemon.Start({"--store", "memory", "--listen", "127.0.0.1:0", "--access-file", file}));
  const auto client = Connected(daemon, writer.secret);
  const auto context = client->NewContext(/*stream=*/true);
  pb::ImportDocumentResponse response;
  const auto call = client->claims().ImportDocument(context.get(), &response);
  pb::ImportDocumentRequest message;
  message.mutable_header();
  ASSERT_TRUE(call->Write(message));
  message.set_file_name("hub.jsonl");
  ASSERT_TRUE(call->Write(message));
  message.set_chunk("{\"id\": \"acme/a\", \"tags\": []}\n");
  ASSERT_TRUE(call->Write(message));
  std::ofstream(file) << "tokens:\n" << reader.line;
  daemon.Signal(SIGHUP);
  pb::ExplainResponse explained;
  for (int i = 0; i < 1000; ++i) {
    const auto code = Explain(client.get(), "mpt-7b", &explained).error_code();
    if (code == grpc::StatusCode::UNAUTHENTICATED) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  call->WritesDone();
  EXPECT_EQ(call->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Explain(Connected(daemon, reader.secret).get(), "acme/a", &explained).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST(AccessControl, AnImportRetractsNoOtherWritersClaims) {
  const TemporaryFolder folder;
  const Token first = MakeToken("team-a", "writer");
  const Token second = MakeToken("team-b", "writer");
  const Token admin = MakeToken("ops", "admin");
  const std::string file = folder.root() + "/access.yaml";
  std::ofstream(file) << "tokens:\n" << first.line << second.line << admin.line;
  Daemon daemon(folder.root());
  ASSERT_TRUE(
      daemon.Start({"--store", "memory", "--listen", "127.0.0.1:0", "--access-file", file}));
  const auto import = [&](const Token& token, const std::string& name, const std::string& text,
                          const std::string& within = "") {
    pb::ImportHeader header;
    header.set_folder(within);
    pb::ImportDocumentResponse response;
    const grpc::Status status =
        ImportFiles(Connected(daemon, token.secret).get(), header, {{name, text}}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  };
  const auto claims = [](const std::string& id) {
    return absl::StrCat("artifacts:\n- id: ", id,
                        "\n  kind: checkpoint\n  claims:\n  - {license: MIT, source: {kind: press, "
                        "by: x, said: 2024, document: d}}\n");
  };
  import(first, "claims.yaml", claims("team-a/m"));
  for (const Token* token : {&second, &admin}) {
    EXPECT_EQ(import(*token, "claims.yaml", claims("team-b/m")).retracted_count(), 0u);
    EXPECT_EQ(import(*token, "claims.yaml", "claims: []").retracted_count(), 0u);
  }
  import(first, "hub.jsonl", "{\"id\": \"acme/victim\", \"tags\": [\"license:cc-by-nc-4.0\"]}\n");
  const std::string laundered = "{\"id\": \"acme/victim\", \"tags\": [\"license:mit\"]}\n";
  const pb::ImportDocumentResponse other = import(second, "hub.jsonl", laundered);
  EXPECT_EQ(other.retracted_count(), 0u);
  ASSERT_EQ(other.notes_size(), 1);
  EXPECT_EQ(other.notes(0).kind(), pb::ImportNote::KIND_STANDING);
  EXPECT_NE(other.notes(0).message().find("1 claim of team-a"), std::string::npos);
  EXPECT_EQ(import(admin, "hub.jsonl", laundered).retracted_count(), 1u);
  // Of two files of one name and author, the folder tells which is meant.
  import(first, "claims.yaml", claims("team-a/x"), "vision");
  EXPECT_EQ(import(first, "claims.yaml", claims("team-a/m") + "claims: []\n").retracted_count(),
            0u);
}

TEST_F(EndToEnd, ImportDocumentRefusesWhatItCannotTake) {
  pb::ImportDocumentResponse response;
  const auto code = [&](const std::vector<std::pair<std::string, std::string>>& files,
                        const pb::ImportHeader& header = {}) {
    return ImportFiles(client_.get(), header, files, &response).error_code();
  };
  EXPECT_EQ(code({}), grpc::StatusCode::INVALID_ARGUMENT) << "no file";
  for (const char* name : {"../etc/x", "/etc/x", "a//b", "", "a/./b", "a\nb"}) {
    EXPECT_EQ(code({{name, "x"}}), grpc::StatusCode::INVALID_ARGUMENT) << name;
  }
  EXPECT_EQ(code({{"x.bin", "what"}}), grpc::StatusCode::INVALID_ARGUMENT) << "no format";
  EXPECT_EQ(code({{"a.yaml", "claims: []"}, {"a.yaml", "claims: []"}}),
            grpc::StatusCode::INVALID_ARGUMENT)
      << "twice";
  pb::ImportHeader strict;
  strict.set_strict(true);
  EXPECT_EQ(code({{"x.jsonl", "{\"id\": \"a/b\", \"tags\": []}\n{\n"}}, strict),
            grpc::StatusCode::INVALID_ARGUMENT);
  pb::ImportHeader dry;
  dry.set_validate_only(true);
  EXPECT_EQ(code({{"x.jsonl", "{\"id\": \"a/dry\", \"tags\": []}\n"}}, dry), grpc::StatusCode::OK);
  pb::ExplainResponse explained;
  EXPECT_EQ(Explain(client_.get(), "a/dry", &explained).error_code(), grpc::StatusCode::NOT_FOUND);
  // A caller that goes away leaves nothing behind that holds up the next one.
  {
    const auto context = client_->NewContext(/*stream=*/true);
    const auto writer = client_->claims().ImportDocument(context.get(), &response);
    pb::ImportDocumentRequest message;
    message.mutable_header();
    writer->Write(message);
    context->TryCancel();
    EXPECT_FALSE(writer->Finish().ok());
  }
  for (int tries = 0; tries < 100; ++tries) {
    if (code({{"x.yaml", "claims: []"}}) == grpc::StatusCode::OK) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ADD_FAILURE() << "the import that was given up still counts";
}

}  // namespace
}  // namespace lineage
