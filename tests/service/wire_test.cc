// What goes over the wire is what the engine answers: nothing is lost on the way.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/notice.h"
#include "service/client/client.h"
#include "service/wire/convert_analysis.h"
#include "tests/service/daemon.h"
#include "tests/store/batches.h"

namespace lineage {
namespace {

using testing::Daemon;
using testing::TemporaryFolder;

const Engine& Local() {
  static const Engine* const kEngine = Engine::Open({})->release();
  return *kEngine;
}

// A model of ours, from a share-alike parent, under another licence.
std::shared_ptr<const Hypothesis> Dropped() {
  auto hypothesis = std::make_shared<Hypothesis>();
  Artifact artifact;
  artifact.id = "acme/dropped";
  artifact.kind = ArtifactKind::kCheckpoint;
  hypothesis->artifacts.push_back(artifact);
  Claim claim;
  claim.subject = artifact.id;
  claim.source.kind = SourceKind::kLegalReview;
  claim.source.by = "acme";
  claim.source.said = *Date::Parse("2026-01-01");
  claim.source.said_text = "2026-01-01";
  claim.source.document = "a plan";
  claim.statement = StatementKind::kLicense;
  claim.text = "MIT";
  hypothesis->claims.push_back(claim);
  claim.statement = StatementKind::kEdge;
  claim.text.clear();
  claim.relation = Relation::kFinetunedFrom;
  claim.parent = "mosaicml/mpt-7b-chat";
  hypothesis->claims.push_back(claim);
  return hypothesis;
}

Question AskedOn(const char* day) {
  Question question;
  question.key.as_of = *Date::Parse(day);
  return question;
}

std::string Bytes(const google::protobuf::Message& message) { return message.ShortDebugString(); }

TEST(Wire, KeepsLicencesAndExceptions) {
  for (const License& license : Local().Licenses()) {
    pb::License sent;
    ToPb(license, &sent);
    pb::License again;
    ToPb(ValueOf(sent), &again);
    EXPECT_EQ(Bytes(sent), Bytes(again));
  }
  License license;
  license.id = "LicenseRef-t";
  license.only_licensor = "Acme";
  license.edition_of = "LicenseRef-agreement";
  license.later_editions = {"LicenseRef-u"};
  license.revocable = false;
  license.models_from_outputs = ModelsFromOutputs{true, {"1", "models too"}};
  license.formats_are_copies = Clause{"2", "formats"};
  license.parts_keep_license = Clause{"3", "parts"};
  license.not_to_improve_others = Clause{"4", "others"};
  license.clauses = {{ClauseKind::kForum, {"5", "a court"}}};
  license.part_basis = {Basis::kText, Basis::kSummary, Basis::kNone, Basis::kText};
  license.read_texts = {{{LicensePart::kGrant, LicensePart::kLimits}, "a text", "00"}};
  license.further_restrictions =
      FurtherRestrictions{{StepKind::kAdaptation}, {ImpositionKind::kAdvertising}, {"6", "no"}};
  Duty duty;
  duty.kind = DutyKind::kShareAlike;
  duty.satisfiers = {{"GPL-3.0-only", SatisfiedOn::kCombine, {"7", "both"}}};
  duty.contested_in_collections = true;
  license.duties = {duty};
  pb::License sent;
  ToPb(license, &sent);
  const License back = ValueOf(sent);
  EXPECT_EQ(back.only_licensor, "Acme");
  EXPECT_EQ(back.edition_of, "LicenseRef-agreement");
  EXPECT_FALSE(back.revocable);
  ASSERT_TRUE(back.models_from_outputs);
  EXPECT_TRUE(back.models_from_outputs->similar_only);
  EXPECT_EQ(back.not_to_improve_others->says, "others");
  EXPECT_EQ(back.clauses.at(0).kind, ClauseKind::kForum);
  EXPECT_EQ(back.part_basis, license.part_basis);
  EXPECT_EQ(back.read_texts.at(0).parts, license.read_texts[0].parts);
  EXPECT_EQ(back.further_restrictions->on, license.further_restrictions->on);
  EXPECT_EQ(back.duties.at(0).satisfiers.at(0).on, SatisfiedOn::kCombine);
  EXPECT_TRUE(back.duties.at(0).contested_in_collections);
  for (const LicenseException& exception : Local().licenses().catalog().exceptions) {
    pb::LicenseException sent_exception;
    ToPb(exception, &sent_exception);
    pb::LicenseException again;
    ToPb(ValueOf(sent_exception), &again);
    EXPECT_EQ(Bytes(sent_exception), Bytes(again));
  }
  EXPECT_TRUE(ValueOf(pb::License()).revocable) << "a server of before does not say";
}

TEST(Wire, KeepsPublishedParts) {
  Claim claim;
  claim.subject = "acme/m";
  claim.statement = StatementKind::kPublishes;
  claim.source.kind = SourceKind::kModelCard;
  claim.source.by = "acme";
  claim.source.said_text = "2026-01-01";
  claim.source.said = *Date::Parse("2026-01-01");
  claim.source.document = "card";
  for (const ModelPart part : EnumValues<ModelPart>()) {
    for (const char* license : {"", "NONE", "Apache-2.0 OR MIT"}) {
      claim.text = WritePublishedPart(part, license);
      claim.denies = *license == 0;
      claim.as_found = *license == 'A';
      pb::Claim sent;
      ToPb(claim, &sent);
      EXPECT_EQ(sent.published_part().withheld(), claim.denies);
      std::vector<FieldProblem> problems;
      const Claim back = ReadClaim(sent, &problems);
      EXPECT_TRUE(problems.empty()) << problems[0].message;
      EXPECT_EQ(back.text, claim.text);
      EXPECT_EQ(back.denies, claim.denies);
      EXPECT_EQ(back.as_found, claim.as_found);
    }
  }
  pb::Claim without;
  without.mutable_published_part();
  std::vector<FieldProblem> problems;
  static_cast<void>(ReadClaim(without, &problems));
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].field, "published_part.part");
}

TEST(Wire, KeepsAssessmentsOfOpenness) {
  std::size_t limits = 0;
  for (const char* id : {"mosaicml/mpt-7b-instruct", "allenai/OLMo-7B", "lmsys/vicuna-7b-v1.5",
                         "datasets/databricks/databricks-dolly-15k"}) {
    const auto assessment = Local().AssessOpenness(id, AskedOn("2026-11-01"), {});
    ASSERT_TRUE(assessment.ok()) << assessment.status();
    for (const DefinitionAnswer& answer : assessment->answers) limits += answer.limit ? 1 : 0;
    pb::AssessOpennessResponse sent;
    ToPb(*assessment, &sent);
    pb::AssessOpennessResponse again;
    ToPb(ValueOf(sent), &again);
    EXPECT_EQ(Bytes(sent), Bytes(again));
  }
  EXPECT_GT(limits, 0u);
}

TEST(Wire, KeepsAssessmentsOfTheAiAct) {
  for (const char* id : {"mosaicml/mpt-7b-instruct", "mistralai/Mistral-7B-v0.1"}) {
    for (const AiActActor actor : EnumValues<AiActActor>()) {
      const auto assessment = Local().AssessAiAct(id, AskedOn("2026-11-01"), actor);
      ASSERT_TRUE(assessment.ok()) << assessment.status();
      EXPECT_FALSE(assessment->facts.empty());
      EXPECT_FALSE(assessment->summary.empty());
      pb::AssessAiActResponse sent;
      ToPb(*assessment, &sent);
      pb::AssessAiActResponse again;
      ToPb(ValueOf(sent), &again);
      EXPECT_EQ(Bytes(sent), Bytes(again));
    }
  }
}

TEST(Wire, KeepsTheContext) {
  Question question = AskedOn("2026-11-01");
  Context& context = question.query.context;
  context.attributable_revenue_usd = 3e6;
  context.regions = {"FR"};
  context.established_in = {"DE"};
  context.facts = {{"competes-with-licensor", false}, {"performs-similarly", true}};
  context.use_mode = UseMode::kSell;
  context.made_it = true;
  pb::QueryOptions options;
  ToPb(question, &options);
  std::vector<FieldProblem> problems;
  EXPECT_EQ(ReadQuestion(options, "options", &problems).query.context, context);
  EXPECT_TRUE(problems.empty());
  options.mutable_context()->set_attributable_revenue_usd(-1);
  static_cast<void>(ReadQuestion(options, "options", &problems));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].field, "options.context.attributable_revenue_usd");
}

class Remote : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(daemon_.Start({"--store", folder_.path(), "--listen", "127.0.0.1:0"}));
    ClientOptions options;
    options.target = daemon_.target();
    options.timeout = absl::Seconds(60);
    auto client = Client::Connect(options);
    ASSERT_TRUE(client.ok()) << client.status();
    client_ = *std::move(client);
  }
  // What the daemon answers.
  std::string Explain(const std::string& artifact, const Question& question) {
    pb::ExplainRequest request;
    request.set_artifact(artifact);
    for (const Right right : question.query.rights) request.add_rights(ToPb<pb::Right>(right));
    ToPb(question, request.mutable_options());
    pb::ExplainResponse response;
    const grpc::Status status =
        client_->permissions().Explain(client_->NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return Comparable(response.explanation());
  }
  // What this program answers.
  static std::string Here(const std::string& artifact, const Question& question) {
    const absl::StatusOr<Explanation> explanation = Local().Explain(artifact, question);
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    pb::Explanation message;
    ToPb(*explanation, &message);
    return Comparable(message);
  }
  // But for numbers and revisions of claims, which a store gives.
  static std::string Comparable(pb::Explanation message) {
    message.clear_revision();
    message.clear_claims();
    message.clear_disputed();
    for (pb::RightVerdict& verdict : *message.mutable_verdicts()) {
      for (pb::Because& because : *verdict.mutable_because()) because.clear_claim();
    }
    for (pb::Because& because : *message.mutable_joint_because()) because.clear_claim();
    return Bytes(message);
  }
  TemporaryFolder folder_;
  Daemon daemon_{folder_.root()};
  std::unique_ptr<Client> client_;
};

TEST_F(Remote, AnswersAsLocalWithGateAndDuties) {
  for (const char* artifact : {"mosaicml/mpt-7b-chat", "lmsys/vicuna-13b-v1.5", "acme/dropped"}) {
    for (const bool made_it : {false, true}) {
      Question question = AskedOn("2026-11-01");
      question.query.rights = {Right::kRedistribute};
      question.query.context.made_it = made_it;
      question.hypothesis = Dropped();
      EXPECT_EQ(Explain(artifact, question), Here(artifact, question)) << artifact;
    }
  }
}

TEST_F(Remote, CheckHasTheGateOfExplain) {
  Question question = AskedOn("2026-11-01");
  question.query.rights = {Right::kRedistribute};
  question.hypothesis = Dropped();
  const absl::StatusOr<Explanation> local = Local().Explain("acme/dropped", question);
  ASSERT_TRUE(local.ok()) << local.status();
  EXPECT_NE(local->gate.verdict, Verdict::kPermitted) << "the parent asks for share-alike";
  pb::BatchCheckRequest batch;
  pb::CheckRequest* request = batch.add_checks();
  request->set_artifact("acme/dropped");
  request->add_rights(pb::RIGHT_REDISTRIBUTE);
  ToPb(question, request->mutable_options());
  pb::CheckResponse one;
  ASSERT_TRUE(client_->permissions().Check(client_->NewContext().get(), *request, &one).ok());
  pb::BatchCheckResponse many;
  ASSERT_TRUE(client_->permissions().BatchCheck(client_->NewContext().get(), batch, &many).ok());
  ASSERT_EQ(many.results_size(), 1);
  const std::vector<const pb::CheckResponse*> responses = {&one, &many.results(0).response()};
  for (const pb::CheckResponse* response : responses) {
    const Gate gate = ValueOf(response->gate());
    EXPECT_EQ(gate.verdict, local->gate.verdict);
    EXPECT_EQ(gate.as, local->gate.as);
    EXPECT_EQ(gate.under, local->gate.under);
    ASSERT_EQ(gate.findings, local->gate.findings);
    ASSERT_EQ(response->findings_size(), static_cast<int>(local->findings.size()));
    for (const uint32_t finding : gate.findings) {
      EXPECT_EQ(response->findings(static_cast<int>(finding)).id(),
                Name(local->findings[finding].id));
    }
  }
}

TEST_F(Remote, TakesFactsAsLocalDoes) {
  Question question = AskedOn("2026-11-01");
  question.query.context.facts["no-such-fact"] = true;
  pb::ExplainRequest request;
  request.set_artifact("mosaicml/mpt-7b");
  ToPb(question, request.mutable_options());
  pb::ExplainResponse response;
  const grpc::Status status =
      client_->permissions().Explain(client_->NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(absl::StrContains(status.error_message(), "no-such-fact")) << status.error_message();
  pb::GetVocabularyResponse vocabulary;
  ASSERT_TRUE(client_->lineage().GetVocabulary(client_->NewContext().get(), {}, &vocabulary).ok());
  ASSERT_EQ(vocabulary.facts_size(), static_cast<int>(Local().vocabulary().facts.size()));
  question.query.context.facts.clear();
  for (const pb::Fact& fact : vocabulary.facts()) {
    question.query.context.facts[fact.id()] = false;
  }
  EXPECT_EQ(Explain("lmsys/vicuna-13b-v1.5", question), Here("lmsys/vicuna-13b-v1.5", question));
}

TEST_F(Remote, ComparesLicencesByAStepAsLocalDoes) {
  for (const CompareStep step : EnumValues<CompareStep>()) {
    pb::CompareLicensesRequest request;
    request.set_a("CC-BY-SA-4.0");
    request.set_b("Apache-2.0");
    request.set_step(ToPb<pb::CompareStep>(step));
    pb::CompareLicensesResponse response;
    ASSERT_TRUE(client_->permissions()
                    .CompareLicenses(client_->NewContext().get(), request, &response)
                    .ok());
    EXPECT_EQ(response.step(), request.step());
    const absl::StatusOr<LicensePair> local =
        CompareLicenses(Local(), "CC-BY-SA-4.0", "Apache-2.0", step);
    ASSERT_TRUE(local.ok()) << local.status();
    const LicensePair remote = ValueOf(response);
    EXPECT_EQ(remote.a_into_b, local->a_into_b) << Name(step);
    EXPECT_EQ(remote.b_into_a, local->b_into_a) << Name(step);
  }
  pb::CompareLicensesRequest unknown;
  unknown.set_a("MIT");
  unknown.set_b("MIT");
  unknown.set_step(static_cast<pb::CompareStep>(99));
  pb::CompareLicensesResponse unused;
  EXPECT_EQ(client_->permissions()
                .CompareLicenses(client_->NewContext().get(), unknown, &unused)
                .error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(Remote, GivesTheNoticeThatLocalGives) {
  for (const std::optional<UseMode> mode :
       {std::optional<UseMode>(), std::optional(UseMode::kShare), std::optional(UseMode::kSell)}) {
    Question question = AskedOn("2026-11-01");
    question.query.context.use_mode = mode;
    question.hypothesis = Dropped();
    pb::GetNoticeRequest request;
    request.set_artifact("acme/dropped");
    ToPb(question, request.mutable_options());
    pb::GetNoticeResponse response;
    ASSERT_TRUE(
        client_->permissions().GetNotice(client_->NewContext().get(), request, &response).ok());
    const absl::StatusOr<Notice> local = NoticeFor(Local(), "acme/dropped", question);
    ASSERT_TRUE(local.ok()) << local.status();
    EXPECT_EQ(local->verdict.has_value(), mode.has_value());
    pb::Notice expected;
    ToPb(*local, &expected);
    pb::Notice actual = response.notice();
    for (pb::Notice* notice : {&expected, &actual}) {
      for (pb::Because& because : *notice->mutable_because()) because.clear_claim();
    }
    EXPECT_EQ(Bytes(actual), Bytes(expected));
    pb::Notice again;
    ToPb(ValueOf(response.notice()), &again);
    EXPECT_EQ(Bytes(again), Bytes(response.notice()));
  }
}

// Maps among a request's fields must not make its pages strangers to each other.
TEST_F(Remote, PagesGoOnWhateverTheOrderOfFacts) {
  if (Local().vocabulary().facts.size() < 2) GTEST_SKIP() << "the vocabulary has no two facts";
  pb::SearchRequest request;
  request.set_filter("organization = mosaicml");
  request.set_page_size(1);
  auto* facts = request.mutable_options()->mutable_context()->mutable_facts();
  for (const Fact& fact : Local().vocabulary().facts) (*facts)[fact.id] = true;
  pb::SearchResponse response;
  for (int page = 0; page < 3; ++page) {
    const grpc::Status status =
        client_->permissions().Search(client_->NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    request.set_page_token(response.next_page_token());
  }
}

// "53(1)(a)" and "osaid-1.0" as they stand in names of proto enums.
std::string Shouted(absl::string_view name) {
  std::string word;
  for (const char c : name) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      word += absl::ascii_toupper(static_cast<unsigned char>(c));
    } else if (!word.empty() && word.back() != '_') {
      word += '_';
    }
  }
  while (!word.empty() && word.back() == '_') word.pop_back();
  return word;
}

template <typename Pair>
void ExpectSameValues() {
  const google::protobuf::EnumDescriptor* proto =
      google::protobuf::GetEnumDescriptor<typename Pair::Proto>();
  using Value = typename Pair::Value;
  ASSERT_EQ(static_cast<std::size_t>(proto->value_count()), kEnumSize<Value> + 1) << proto->name();
  const std::string zero = proto->FindValueByNumber(0)->name();
  ASSERT_TRUE(absl::EndsWith(zero, "UNSPECIFIED")) << zero;
  const std::string prefix = zero.substr(0, zero.size() - 11);
  for (const Value value : EnumValues<Value>()) {
    const google::protobuf::EnumValueDescriptor* number =
        proto->FindValueByNumber(static_cast<int>(value) + 1);
    ASSERT_NE(number, nullptr) << proto->name() << ": " << Name(value);
    EXPECT_EQ(number->name(), prefix + Shouted(Name(value)));
  }
}

template <typename... Pairs>
void ExpectSameValuesOf(std::tuple<Pairs...>*) {
  (ExpectSameValues<Pairs>(), ...);
}

// Every value of every enum has its number and its name on the wire, and nothing else has one.
TEST(Wire, EnumsHaveTheSameValuesOnBothSides) {
  ExpectSameValuesOf(static_cast<WireEnums*>(nullptr));
}

}  // namespace
}  // namespace lineage
