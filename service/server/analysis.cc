#include "service/server/analysis.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "engine/comparison.h"
#include "engine/headroom.h"
#include "engine/notice.h"
#include "engine/repair.h"
#include "engine/search/search.h"
#include "engine/store/token.h"
#include "service/server/answer_stream.h"
#include "service/wire/convert_analysis.h"
#include "service/wire/status.h"

namespace lineage {
namespace {

constexpr int kMostCompared = 1000;
constexpr int kImpactsByDefault = 1000;
constexpr int kMostImpacts = 20'000;
constexpr int kMostRepairSets = 1000;

// The engine and the question that `request` asks about one artifact.
struct Asked {
  std::shared_ptr<const Engine> engine;
  Question question;
};

template <typename Request>
absl::StatusOr<Asked> Ask(const ServerState& state, const Request& request, Call* call) {
  RETURN_IF_ERROR(RequireArtifact(request.artifact(), call));
  Asked asked;
  ASSIGN_OR_RETURN(asked.engine, state.EngineFor(request.options().consistency()));
  ASSIGN_OR_RETURN(asked.question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(asked.question.component, ComponentFrom(request.component(), call));
  return asked;
}

absl::StatusOr<int> Bounded(const char* field, int asked, int otherwise, int most, Call* call) {
  if (asked < 0 || asked > most) {
    call->violations.push_back(
        {field, absl::StrCat("is ", asked, "; 0 to ", most, " are allowed")});
    return InvalidFields(call->violations);
  }
  return asked == 0 ? otherwise : asked;
}

}  // namespace

absl::StatusOr<std::optional<Component>> ComponentFrom(pb::Component component, Call* call) {
  if (component == pb::COMPONENT_UNSPECIFIED) return std::nullopt;
  const auto known = FromPb<Component>(component);
  if (known) return known;
  call->violations.push_back({"component", "has an unknown value"});
  return InvalidFields(call->violations);
}

absl::StatusOr<RightSet> RightsFrom(const google::protobuf::RepeatedField<int>& rights,
                                    bool required, Call* call) {
  RightSet set;
  for (const int number : rights) {
    if (const auto right = FromPb<Right>(number)) {
      set.Add(*right);
    } else {
      call->violations.push_back({"rights", absl::StrCat("has the unknown value ", number)});
    }
  }
  if (required && rights.empty()) call->violations.push_back({"rights", "is missing"});
  RETURN_IF_ERROR(InvalidFields(call->violations));
  return rights.empty() ? RightSet::All() : set;
}

absl::Status RequireArtifact(const std::string& artifact, Call* call) {
  if (!artifact.empty()) return absl::OkStatus();
  call->violations.push_back({"artifact", "is missing"});
  return InvalidFields(call->violations);
}

namespace {

// A search, begun or to be gone on with.
struct OpenSearch {
  std::string arguments;
  PageCursor cursor;
  std::size_t page_size = 0;
  std::string revision_token;
  std::unique_ptr<SearchRun> run;
};

absl::StatusOr<OpenSearch> BeginSearch(const ServerState& state, const pb::SearchRequest& request,
                                       Call* call) {
  OpenSearch search;
  search.arguments = PageArguments("Search", request);
  ASSIGN_OR_RETURN(Question question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(question.query.rights, RightsFrom(request.rights(), false, call));
  ASSIGN_OR_RETURN(search.page_size, PageSize(request.page_size(), state.options.limits));
  std::shared_ptr<const Engine> engine;
  PageCursor& cursor = search.cursor;
  if (request.page_token().empty()) {
    ASSIGN_OR_RETURN(engine, state.EngineFor(request.options().consistency()));
    cursor.revision = engine->revision();
    cursor.day = question.key.as_of;
  } else {
    ASSIGN_OR_RETURN(cursor, UnsealCursor(state.base->store().Identity(), search.arguments,
                                          request.page_token()));
    ASSIGN_OR_RETURN(engine, state.base->At(cursor.revision));
    question.key.as_of = cursor.day;
  }
  search.revision_token = state.TokenOf(engine->revision());
  ASSIGN_OR_RETURN(search.run, engine->BeginSearch(request.filter(), question,
                                                   static_cast<uint32_t>(cursor.position)));
  return search;
}

// The next page. True if it was the last.
template <typename Response>
bool NextPage(const ServerState& state, OpenSearch* search, Response* response, bool* complete) {
  const SearchPage page = search->run->Next(search->page_size);
  for (const SearchHit& hit : page.hits) ToPb(hit, response->add_hits());
  if (page.next) {
    search->cursor.position = *page.next;
    response->set_next_page_token(
        SealCursor(state.base->store().Identity(), search->arguments, search->cursor));
  }
  response->set_revision_token(search->revision_token);
  *complete = page.complete;
  return !page.next;
}

class SearchStream final : public AnswerStream<pb::StreamSearchResponse> {
 public:
  SearchStream(ServerState* state, Incoming incoming, const pb::StreamSearchRequest& request)
      : AnswerStream(state, std::move(incoming), "PermissionService.StreamSearch"),
        request_(request) {}

 private:
  absl::Status Make(pb::StreamSearchResponse* message, bool* last) override {
    if (search_.run == nullptr) {
      ASSIGN_OR_RETURN(search_, BeginSearch(state(), request_.search(), call()));
    }
    bool complete = true;
    *last = NextPage(state(), &search_, message, &complete);
    return absl::OkStatus();
  }

  const pb::StreamSearchRequest& request_;
  OpenSearch search_;
};

}  // namespace

absl::Status AnswerSearch(const ServerState& state, const pb::SearchRequest& request,
                          pb::SearchResponse* response, Call* call) {
  ASSIGN_OR_RETURN(OpenSearch search, BeginSearch(state, request, call));
  bool complete = true;
  static_cast<void>(NextPage(state, &search, response, &complete));
  response->set_complete(complete);
  return absl::OkStatus();
}

std::shared_ptr<AnswerSource> OpenStreamSearch(ServerState* state, Incoming incoming,
                                               const pb::StreamSearchRequest& request) {
  return std::make_shared<SearchStream>(state, std::move(incoming), request);
}

absl::Status AnswerCompare(const ServerState& state, const pb::CompareRequest& request,
                           pb::CompareResponse* response, Call* call) {
  if (request.artifacts_size() > kMostCompared) {
    return WithReason(
        absl::InvalidArgumentError(absl::StrCat("artifacts: ", request.artifacts_size(),
                                                " are more than the limit of ", kMostCompared)),
        Reason::kLimitExceeded);
  }
  for (const auto* side : {&request.before(), &request.after()}) {
    if (!side->has_consistency()) continue;
    call->violations.push_back(
        {side == &request.before() ? "before.consistency" : "after.consistency",
         "must not be set: use that of the request"});
    return InvalidFields(call->violations);
  }
  const StoreIdentity identity = state.base->store().Identity();
  const std::string arguments = PageArguments("Compare", request);
  ASSIGN_OR_RETURN(Question before, state.QuestionFrom(request.before(), call));
  ASSIGN_OR_RETURN(Question after, state.QuestionFrom(request.after(), call));
  ASSIGN_OR_RETURN(before.query.rights, RightsFrom(request.rights(), false, call));
  ASSIGN_OR_RETURN(before.component, ComponentFrom(request.component(), call));
  after.query.rights = before.query.rights;
  after.component = before.component;
  ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size(), state.options.limits));
  std::shared_ptr<const Engine> engine;
  PageCursor cursor;
  if (request.page_token().empty()) {
    ASSIGN_OR_RETURN(engine, state.EngineFor(request.consistency()));
    cursor.revision = engine->revision();
    cursor.day = Date::Today();
  } else {
    ASSIGN_OR_RETURN(cursor, UnsealCursor(identity, arguments, request.page_token()));
    ASSIGN_OR_RETURN(engine, state.base->At(cursor.revision));
    // A comparison that runs over midnight stays with the day on which it began.
    if (request.before().as_of().empty()) before.key.as_of = cursor.day;
    if (request.after().as_of().empty()) after.key.as_of = cursor.day;
  }
  std::optional<std::size_t> position = cursor.position;
  ASSIGN_OR_RETURN(const std::vector<Difference> differences,
                   Compare(*engine, {request.artifacts().begin(), request.artifacts().end()},
                           before, after, size, &position));
  for (const Difference& difference : differences) ToPb(difference, response->add_differences());
  if (position) {
    cursor.position = *position;
    response->set_next_page_token(SealCursor(identity, arguments, cursor));
  }
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status AnswerImpact(const ServerState& state, const pb::AnalyzeImpactRequest& request,
                          pb::AnalyzeImpactResponse* response, Call* call) {
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.options().consistency()));
  ASSIGN_OR_RETURN(Question question, state.QuestionFrom(request.options(), call));
  ASSIGN_OR_RETURN(question.query.rights, RightsFrom(request.rights(), false, call));
  ASSIGN_OR_RETURN(const int most, Bounded("max_changes", request.max_changes(), kImpactsByDefault,
                                           kMostImpacts, call));
  Impact impact;
  if (request.since().empty()) {
    ASSIGN_OR_RETURN(impact, AnalyzeImpact(*engine, question));
  } else {
    ASSIGN_OR_RETURN(const Revision since,
                     ReadToken(state.base->store().Identity(), request.since()));
    if (since > engine->revision()) return state.base->At(since).status();
    ASSIGN_OR_RETURN(impact, ImpactSince(*engine, since, question));
  }
  response->set_change_count(static_cast<int64_t>(impact.changes.size()));
  response->set_complete(impact.complete);
  for (const VerdictChange& change : impact.changes) {
    if (response->changes_size() == most) break;
    ToPb(change, response->add_changes());
  }
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status AnswerRepairs(const ServerState& state, const pb::SuggestRepairsRequest& request,
                           pb::SuggestRepairsResponse* response, Call* call) {
  ASSIGN_OR_RETURN(Asked asked, Ask(state, request, call));
  ASSIGN_OR_RETURN(asked.question.query.rights, RightsFrom(request.rights(), true, call));
  RepairOptions options;
  ASSIGN_OR_RETURN(const int sets,
                   Bounded("max_sets", request.max_sets(), static_cast<int>(options.max_sets),
                           kMostRepairSets, call));
  options.max_sets = static_cast<std::size_t>(sets);
  if (request.accept() != pb::VERDICT_UNSPECIFIED) {
    const auto accept = FromPb<Verdict>(request.accept());
    if (!accept || *accept < Verdict::kConditional) {
      call->violations.push_back({"accept", "is neither permitted nor conditional"});
      return InvalidFields(call->violations);
    }
    options.accept = *accept;
  }
  for (const pb::ReplacementCost& cost : request.costs()) {
    options.costs.emplace_back(cost.pattern(), cost.cost());
  }
  ASSIGN_OR_RETURN(const RepairPlan plan,
                   Repair(*asked.engine, request.artifact(), asked.question, options));
  ToPb(plan, response);
  response->set_revision_token(state.TokenOf(asked.engine->revision()));
  return absl::OkStatus();
}

absl::Status AnswerSuggestions(const ServerState& state, const pb::SuggestLicensesRequest& request,
                               pb::SuggestLicensesResponse* response, Call* call) {
  ASSIGN_OR_RETURN(const Asked asked, Ask(state, request, call));
  ASSIGN_OR_RETURN(const Suggestions suggestions,
                   SuggestLicensesFor(*asked.engine, request.artifact(), asked.question));
  ToPb(suggestions, response);
  response->set_revision_token(state.TokenOf(asked.engine->revision()));
  return absl::OkStatus();
}

absl::Status AnswerLicenses(const ServerState& state, const pb::CompareLicensesRequest& request,
                            pb::CompareLicensesResponse* response, Call* call) {
  if (request.a().empty()) call->violations.push_back({"a", "is missing"});
  if (request.b().empty()) call->violations.push_back({"b", "is missing"});
  std::optional<CompareStep> step = CompareStep::kFineTune;
  if (request.step() != pb::COMPARE_STEP_UNSPECIFIED) step = FromPb<CompareStep>(request.step());
  if (!step) call->violations.push_back({"step", "has an unknown value"});
  RETURN_IF_ERROR(InvalidFields(call->violations));
  ASSIGN_OR_RETURN(const LicensePair pair,
                   CompareLicenses(*state.base->Current(), request.a(), request.b(), *step));
  ToPb(pair, response);
  response->set_step(ToPb<pb::CompareStep>(*step));
  return absl::OkStatus();
}

absl::Status AnswerHeadroom(const ServerState& state, const pb::GetHeadroomRequest& request,
                            pb::GetHeadroomResponse* response, Call* call) {
  ASSIGN_OR_RETURN(Asked asked, Ask(state, request, call));
  ASSIGN_OR_RETURN(asked.question.query.rights, RightsFrom(request.rights(), true, call));
  ASSIGN_OR_RETURN(const std::vector<Headroom> headrooms,
                   HeadroomOf(*asked.engine, request.artifact(), asked.question));
  for (const Headroom& headroom : headrooms) ToPb(headroom, response->add_headrooms());
  response->set_revision_token(state.TokenOf(asked.engine->revision()));
  return absl::OkStatus();
}

absl::StatusOr<std::pair<Notice, std::string>> NoticeOf(const ServerState& state,
                                                        const pb::GetNoticeRequest& request,
                                                        Call* call) {
  ASSIGN_OR_RETURN(const Asked asked, Ask(state, request, call));
  ASSIGN_OR_RETURN(Notice notice, NoticeFor(*asked.engine, request.artifact(), asked.question));
  return std::pair(std::move(notice), state.TokenOf(asked.engine->revision()));
}

absl::Status AnswerNotice(const ServerState& state, const pb::GetNoticeRequest& request,
                          pb::GetNoticeResponse* response, Call* call) {
  ASSIGN_OR_RETURN(const auto notice, NoticeOf(state, request, call));
  ToPb(notice.first, response->mutable_notice());
  response->set_revision_token(notice.second);
  return absl::OkStatus();
}

absl::StatusOr<std::pair<GraphView, std::string>> GraphOf(const ServerState& state,
                                                          const pb::ExportGraphRequest& request,
                                                          Call* call) {
  ASSIGN_OR_RETURN(const auto engine, state.EngineFor(request.options().consistency()));
  ASSIGN_OR_RETURN(Question question, state.QuestionFrom(request.options(), call));
  question.component = FromPb<Component>(request.component());
  Engine::GraphOptions options;
  if (request.has_up()) options.up = request.up();
  if (request.has_down()) options.down = request.down();
  if (request.max_nodes() < 0 || options.up < 0 || options.down < 0) {
    return absl::InvalidArgumentError("up, down, max_nodes: must not be negative");
  }
  if (request.max_nodes() > 0) {
    options.max_nodes = std::min<std::size_t>(static_cast<std::size_t>(request.max_nodes()),
                                              state.options.limits.graph_nodes);
  }
  options.right = FromPb<Right>(request.right()).value_or(options.right);
  ASSIGN_OR_RETURN(GraphView view, engine->Graph(request.artifact(), question, options));
  return std::pair(std::move(view), state.TokenOf(engine->revision()));
}

absl::Status AnswerAiAct(const ServerState& state, const pb::AssessAiActRequest& request,
                         pb::AssessAiActResponse* response, Call* call) {
  RETURN_IF_ERROR(RequireArtifact(request.artifact(), call));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Engine> engine,
                   state.EngineFor(request.options().consistency()));
  ASSIGN_OR_RETURN(const Question question, state.QuestionFrom(request.options(), call));
  AiActActor actor = AiActActor::kMaker;
  if (request.actor() != pb::AI_ACT_ACTOR_UNSPECIFIED) {
    const auto asked = FromPb<AiActActor>(request.actor());
    if (!asked) call->violations.push_back({"actor", "has an unknown value"});
    actor = asked.value_or(actor);
  }
  RETURN_IF_ERROR(InvalidFields(call->violations));
  ASSIGN_OR_RETURN(const AiActAssessment assessment,
                   engine->AssessAiAct(request.artifact(), question, actor));
  ToPb(assessment, response);
  response->set_revision_token(state.TokenOf(engine->revision()));
  return absl::OkStatus();
}

absl::Status AnswerOpenness(const ServerState& state, const pb::AssessOpennessRequest& request,
                            pb::AssessOpennessResponse* response, Call* call) {
  ASSIGN_OR_RETURN(const Asked asked, Ask(state, request, call));
  OpennessDefinitions definitions;
  for (const int number : request.definitions()) {
    if (const auto definition = FromPb<OpennessDefinition>(number)) {
      definitions.Add(*definition);
    } else {
      call->violations.push_back({"definitions", "has an unknown value"});
    }
  }
  RETURN_IF_ERROR(InvalidFields(call->violations));
  ASSIGN_OR_RETURN(const OpennessAssessment assessment,
                   asked.engine->AssessOpenness(request.artifact(), asked.question, definitions));
  ToPb(assessment, response);
  response->set_revision_token(state.TokenOf(asked.engine->revision()));
  return absl::OkStatus();
}

}  // namespace lineage
