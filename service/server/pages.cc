#include "service/server/pages.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/digest.h"
#include "engine/base/quantity.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/report/diagram.h"
#include "engine/report/notice_text.h"
#include "lineage/v1/lineage_service.pb.h"
#include "service/server/analysis.h"
#include "service/server/connect.h"
#include "service/wire/enums.h"
#include "service/wire/status.h"

#ifndef LINEAGE_VERSION
#define LINEAGE_VERSION "unknown"
#endif

namespace lineage {
namespace {

using google::protobuf::Message;

// Names are taken with underscores too, as JSON and the command line write them.
template <typename P, typename E>
absl::StatusOr<P> ReadName(absl::string_view parameter, absl::string_view text) {
  const std::string name = absl::StrReplaceAll(text, {{"_", "-"}});
  if (const auto value = FindByName<E>(name)) return ToPb<P>(*value);
  return absl::InvalidArgumentError(absl::StrCat(parameter, ": \"", EscapeForTerminal(text),
                                                 "\" is none of ",
                                                 absl::StrJoin(AllNames<E>(), ", ")));
}

absl::StatusOr<bool> ReadYes(absl::string_view parameter, absl::string_view text) {
  if (text == "yes" || text == "true") return true;
  if (text == "no" || text == "false") return false;
  return absl::InvalidArgumentError(absl::StrCat(parameter, ": write yes or no"));
}

absl::StatusOr<int> ReadCount(absl::string_view parameter, absl::string_view text) {
  int count = 0;
  if (absl::SimpleAtoi(text, &count) && count >= 0) return count;
  return absl::InvalidArgumentError(absl::StrCat(parameter, ": must be a number, 0 or more"));
}

// One parameter of a context. False if it is none.
absl::StatusOr<bool> ReadContextParameter(absl::string_view name, absl::string_view value,
                                          pb::Context* context) {
  const auto number = [&](void (pb::Context::*set)(double)) -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const double quantity, ParseQuantity(name, value));
    (context->*set)(quantity);
    return true;
  };
  if (name == "mau") return number(&pb::Context::set_monthly_active_users);
  if (name == "revenue") return number(&pb::Context::set_annual_revenue_usd);
  if (name == "royalty") return number(&pb::Context::set_share_of_royalty);
  if (name == "attributable_revenue") return number(&pb::Context::set_attributable_revenue_usd);
  const std::vector<absl::string_view> words = absl::StrSplit(value, ',', absl::SkipEmpty());
  if (name == "region") {
    for (const absl::string_view word : words) context->add_regions(std::string(word));
  } else if (name == "established_in") {
    for (const absl::string_view word : words) context->add_established_in(std::string(word));
  } else if (name == "purpose") {
    for (const absl::string_view word : words) context->add_purposes(std::string(word));
  } else if (name == "entity") {
    context->set_entity(std::string(value));
  } else if (name == "as") {
    ASSIGN_OR_RETURN(const pb::UseMode mode, (ReadName<pb::UseMode, UseMode>(name, value)));
    context->set_use_mode(mode);
  } else if (name == "modified") {
    ASSIGN_OR_RETURN(const bool yes, ReadYes(name, value));
    context->set_modified(yes);
  } else if (name == "made_it") {
    ASSIGN_OR_RETURN(const bool yes, ReadYes(name, value));
    context->set_made_it(yes);
  } else if (name == "fact") {
    const std::size_t equals = std::min(value.rfind('='), value.size());
    ASSIGN_OR_RETURN(const bool yes,
                     ReadYes("fact", equals < value.size() ? value.substr(equals + 1) : ""));
    (*context->mutable_facts())[std::string(value.substr(0, equals))] = yes;
  } else {
    return false;
  }
  return true;
}

absl::Status ReadParameter(absl::string_view name, absl::string_view value, PageQuestion* q) {
  pb::QueryOptions& options = q->options;
  if (name == "for") {
    for (const absl::string_view word : absl::StrSplit(value, ',', absl::SkipEmpty())) {
      ASSIGN_OR_RETURN(const pb::Right right, (ReadName<pb::Right, Right>(name, word)));
      q->rights.push_back(right);
    }
  } else if (name == "as_of") {
    options.set_as_of(std::string(value));
  } else if (name == "stance") {
    ASSIGN_OR_RETURN(const pb::Stance stance, (ReadName<pb::Stance, Stance>(name, value)));
    options.set_stance(stance);
  } else if (name == "claims_policy") {
    ASSIGN_OR_RETURN(const pb::ClaimsPolicy policy,
                     (ReadName<pb::ClaimsPolicy, ClaimsPolicy>(name, value)));
    options.set_claims_policy(policy);
  } else if (name == "undeclared") {
    ASSIGN_OR_RETURN(const pb::UndeclaredPolicy policy,
                     (ReadName<pb::UndeclaredPolicy, UndeclaredPolicy>(name, value)));
    options.set_undeclared(policy);
  } else if (name == "adapter") {
    ASSIGN_OR_RETURN(const pb::AdapterUse use, (ReadName<pb::AdapterUse, AdapterUse>(name, value)));
    options.set_adapter(use);
  } else if (name == "component") {
    ASSIGN_OR_RETURN(q->component, (ReadName<pb::Component, Component>(name, value)));
  } else if (name == "up") {
    ASSIGN_OR_RETURN(q->up, ReadCount(name, value));
  } else if (name == "down") {
    ASSIGN_OR_RETURN(q->down, ReadCount(name, value));
  } else if (name == "max_nodes") {
    ASSIGN_OR_RETURN(q->max_nodes, ReadCount(name, value));
  } else {
    ASSIGN_OR_RETURN(const bool known,
                     ReadContextParameter(name, value, options.mutable_context()));
    if (!known) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", EscapeForTerminal(name), "\" is no parameter of this address"));
    }
  }
  return absl::OkStatus();
}

// A request by address: what it asks, and what becomes of the answer.
struct PageCall {
  const Rpc* rpc = nullptr;
  std::shared_ptr<HttpExchange> exchange;
  HttpHeaders also;
  Where where = Where::kWorker;
  // Makes body and type, and gives the token of the answer's revision; empty if the answer was cut
  // short, so that nobody keeps it.
  std::function<absl::StatusOr<std::string>(Call*, HttpResponse*)> make;
  std::string day;  // of the request
  bool unchanged = false;
  HttpResponse out;

  // The same as long as revision, day and program are. Which address it is does not matter.
  [[nodiscard]] std::string TagOf(const std::string& token) const {
    return absl::StrCat(
        "W/\"",
        absl::BytesToHexString(
            Sha256(absl::StrCat(token, "\n", day, "\n", LINEAGE_VERSION)).substr(0, 12)),
        "\"");
  }
};

void AskPage(ServerState* state, std::shared_ptr<PageCall> page, Incoming incoming) {
  ServerState::Work work;
  work.place = [state, page] {
    const std::string now = page->TagOf(state->TokenOf(state->base->Current()->revision()));
    page->unchanged = absl::StrContains(page->exchange->request().Header("if-none-match"), now);
    if (page->unchanged) page->out.headers = {{"ETag", now}};
    return page->unchanged ? Where::kInline : page->where;
  };
  work.answer = [page](Call* call) -> absl::Status {
    if (page->unchanged) {
      page->out.status = 304;
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const std::string token, page->make(call, &page->out));
    if (!token.empty()) page->out.headers.emplace_back("ETag", page->TagOf(token));
    Compress(page->exchange->request(), &page->out);
    return absl::OkStatus();
  };
  work.finish = [page](const grpc::Status& status) {
    HttpResponse out = status.ok() ? std::move(page->out) : ConnectError(status);
    // Kept only by who asked, and only to be asked about again.
    const bool kept = std::any_of(out.headers.begin(), out.headers.end(),
                                  [](const auto& header) { return header.first == "ETag"; });
    out.headers.emplace_back("Cache-Control", kept ? "private, no-cache" : "no-store");
    out.headers.emplace_back("Vary", "Authorization");
    out.headers.insert(out.headers.end(), page->also.begin(), page->also.end());
    page->exchange->Respond(std::move(out));
  };
  state->Answer(std::move(incoming), page->rpc->name.c_str(), page->rpc->needed, std::move(work));
}

// An RPC's answer as JSON.
template <typename Request>
void MakeJson(const Request& request, PageCall* page) {
  auto asked = std::make_shared<Request>(request);
  page->where = page->rpc->place(*asked);
  page->make = [rpc = page->rpc, asked](Call* call,
                                        HttpResponse* out) -> absl::StatusOr<std::string> {
    const std::unique_ptr<Message> response(rpc->response->New());
    RETURN_IF_ERROR(rpc->answer(*asked, response.get(), call));
    out->body = MessageToJson(*response);
    out->headers = {{"Content-Type", "application/json"}};
    if (const auto* why = dynamic_cast<const pb::ExplainResponse*>(response.get())) {
      return why->explanation().complete() ? why->revision_token() : "";
    }
    return static_cast<const pb::GetArtifactResponse*>(response.get())->revision_token();
  };
}

void MakeDrawing(const ServerState* state, const pb::ExportGraphRequest& request, PageCall* page) {
  page->make = [state, request](Call* call, HttpResponse* out) -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const auto graph, GraphOf(*state, request, call));
    ASSIGN_OR_RETURN(out->body, RunGraphviz(ToDot(graph.first), "svg", call->stop));
    out->headers = {{"Content-Type", "image/svg+xml"}};
    return graph.second;
  };
}

void MakeNotice(const ServerState* state, const pb::GetNoticeRequest& request, PageCall* page) {
  page->make = [state, request](Call* call, HttpResponse* out) -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const auto notice, NoticeOf(*state, request, call));
    out->body = NoticeText(notice.first, /*markdown=*/true);
    out->headers = {{"Content-Type", "text/markdown; charset=utf-8"}};
    return notice.first.complete ? notice.second : "";
  };
}

template <typename Request>
Request About(const PageQuestion& question) {
  Request request;
  request.set_artifact(question.artifact);
  *request.mutable_options() = question.options;
  return request;
}

// Reads the address, and sets what makes the answer.
absl::Status Choose(const RpcTable& table, const HttpTarget& target, PageCall* page) {
  const ServerState* state = &table.state();
  if (absl::StartsWith(target.path, "/v1/artifacts/")) {
    ASSIGN_OR_RETURN(const PageQuestion q, ReadPageQuestion(target, "/v1/artifacts/", ""));
    page->rpc = table.Find("/lineage.v1.LineageService/GetArtifact");
    MakeJson(About<pb::GetArtifactRequest>(q), page);
  } else if (absl::StartsWith(target.path, "/v1/why/")) {
    ASSIGN_OR_RETURN(const PageQuestion q, ReadPageQuestion(target, "/v1/why/", ""));
    auto request = About<pb::ExplainRequest>(q);
    request.set_component(q.component);
    for (const pb::Right right : q.rights) request.add_rights(right);
    page->rpc = table.Find("/lineage.v1.PermissionService/Explain");
    MakeJson(request, page);
  } else if (absl::StartsWith(target.path, "/v1/graph/")) {
    ASSIGN_OR_RETURN(const PageQuestion q, ReadPageQuestion(target, "/v1/graph/", ".svg"));
    const auto most = static_cast<int>(state->options.limits.picture_nodes);
    if (q.rights.size() > 1) return absl::InvalidArgumentError("for: one right, please");
    if (q.max_nodes > most) {
      return absl::InvalidArgumentError(absl::StrCat("max_nodes: at most ", most));
    }
    auto request = About<pb::ExportGraphRequest>(q);
    request.set_component(q.component);
    if (!q.rights.empty()) request.set_right(q.rights[0]);
    if (q.up) request.set_up(*q.up);
    if (q.down) request.set_down(*q.down);
    request.set_max_nodes(q.max_nodes);
    page->rpc = table.Find("/lineage.v1.LineageService/ExportGraph");
    MakeDrawing(state, request, page);
  } else if (absl::StartsWith(target.path, "/v1/notice/")) {
    ASSIGN_OR_RETURN(const PageQuestion q, ReadPageQuestion(target, "/v1/notice/", ".md"));
    auto request = About<pb::GetNoticeRequest>(q);
    request.set_component(q.component);
    page->rpc = table.Find("/lineage.v1.PermissionService/GetNotice");
    MakeNotice(state, request, page);
  } else {
    return absl::NotFoundError(
        "there is nothing at this address; see /v1/artifacts/{id}, /v1/why/{id}, "
        "/v1/graph/{id}.svg, /v1/notice/{id}.md");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PageQuestion> ReadPageQuestion(const HttpTarget& target, absl::string_view prefix,
                                              absl::string_view ending) {
  PageQuestion question;
  absl::string_view artifact = target.path;
  absl::ConsumePrefix(&artifact, prefix);
  if (!absl::ConsumeSuffix(&artifact, ending) || artifact.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the address has to be ", prefix, "{id}", ending));
  }
  question.artifact = std::string(artifact);
  for (const auto& [name, value] : target.query) {
    RETURN_IF_ERROR(ReadParameter(name, value, &question));
  }
  return question;
}

void AnswerPage(const RpcTable* table, const HttpTarget& target,
                const std::shared_ptr<HttpExchange>& exchange, const HttpHeaders& also) {
  const auto refuse = [&](HttpResponse response) {
    response.headers.insert(response.headers.end(), also.begin(), also.end());
    exchange->Respond(std::move(response));
  };
  const HttpRequest& request = exchange->request();
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse response =
        ConnectError({grpc::StatusCode::UNIMPLEMENTED, "this address is asked by GET"});
    response.status = 405;
    response.headers.emplace_back("Allow", "GET, HEAD");
    return refuse(std::move(response));
  }
  absl::StatusOr<Incoming> incoming = IncomingOf(exchange);
  auto page = std::make_shared<PageCall>();
  absl::Status status = incoming.status();
  if (status.ok()) status = Choose(*table, target, page.get());
  if (!status.ok()) return refuse(ConnectError(ToGrpc(status)));
  page->exchange = exchange;
  page->also = also;
  page->also.emplace_back("X-Request-Id", incoming->request_id);
  page->day = Date::Today().ToString();
  AskPage(&table->state(), std::move(page), *std::move(incoming));
}

}  // namespace lineage
