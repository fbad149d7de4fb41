#include "service/server/connect.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/arena.h>
#include <google/protobuf/util/json_util.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "engine/base/status_macros.h"
#include "service/http/gzip.h"
#include "service/wire/status.h"

namespace lineage {
namespace {

using google::protobuf::Arena;
using google::protobuf::Message;
using Json = nlohmann::ordered_json;

// Requests up to this size are read in the transport's thread: some tens of microseconds.
constexpr std::size_t kSmallBody = 4096;
// The same for messages of a stream that are written.
constexpr std::size_t kSmallMessage = 16384;
constexpr std::size_t kWorthCompressing = 1024;
constexpr std::size_t kEnvelope = 5;
constexpr char kEndOfStream = 2;

struct Code {
  const char* name;
  int http;
};

// By gRPC's number; names and statuses are Connect's.
constexpr Code kCodes[] = {{"ok", 200},
                           {"canceled", 499},
                           {"unknown", 500},
                           {"invalid_argument", 400},
                           {"deadline_exceeded", 504},
                           {"not_found", 404},
                           {"already_exists", 409},
                           {"permission_denied", 403},
                           {"resource_exhausted", 429},
                           {"failed_precondition", 400},
                           {"aborted", 409},
                           {"out_of_range", 400},
                           {"unimplemented", 501},
                           {"internal", 500},
                           {"unavailable", 503},
                           {"data_loss", 500},
                           {"unauthenticated", 401}};

const Code& CodeOf(const grpc::Status& status) {
  const auto number = static_cast<std::size_t>(status.error_code());
  return kCodes[number < std::size(kCodes) ? number : 2];
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json ErrorOf(const grpc::Status& status) {
  Json error = {{"code", CodeOf(status).name}, {"message", status.error_message()}};
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return error;
  for (const google::protobuf::Any& any : details.details()) {
    Json detail = {
        {"type", std::string(any.type_url().substr(any.type_url().rfind('/') + 1))},
        {"value", absl::StripSuffix(absl::StripSuffix(absl::Base64Escape(any.value()), "="), "=")}};
    const auto* type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
        detail["type"].get<std::string>());
    if (type != nullptr) {
      const std::unique_ptr<Message> message(
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
      if (any.UnpackTo(message.get())) {
        detail["debug"] = Json::parse(MessageToJson(*message), nullptr, false);
      }
    }
    error["details"].push_back(std::move(detail));
  }
  return error;
}

enum class Codec { kJson, kProto };

// "application/json; charset=utf-8": only UTF-8, in any spelling.
bool IsType(absl::string_view header, absl::string_view type) {
  const std::size_t end = std::min(header.find(';'), header.size());
  if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(header.substr(0, end)), type)) {
    return false;
  }
  const std::string parameters = absl::AsciiStrToLower(header.substr(end));
  return !absl::StrContains(parameters, "charset") || absl::StrContains(parameters, "utf-8");
}

std::optional<Codec> CodecOf(const HttpRequest& request, bool stream) {
  const absl::string_view type = request.Header("content-type");
  const absl::string_view prefix = stream ? "application/connect+" : "application/";
  if (IsType(type, absl::StrCat(prefix, "json"))) return Codec::kJson;
  if (IsType(type, absl::StrCat(prefix, "proto"))) return Codec::kProto;
  return std::nullopt;
}

const char* TypeOf(Codec codec, bool stream) {
  if (stream)
    return codec == Codec::kJson ? "application/connect+json" : "application/connect+proto";
  return codec == Codec::kJson ? "application/json" : "application/proto";
}

absl::Status Decode(Codec codec, absl::string_view bytes, Message* message) {
  if (codec == Codec::kJson) return JsonToMessage(std::string(bytes), message);
  if (message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the body is no ", message->GetDescriptor()->full_name(), " in binary form"));
}

std::string Encode(Codec codec, const Message& message) {
  return codec == Codec::kJson ? MessageToJson(message) : message.SerializeAsString();
}

std::string Envelope(char flags, absl::string_view bytes) {
  std::string out(kEnvelope, flags);
  for (std::size_t i = 1; i < kEnvelope; ++i) {
    out[i] = static_cast<char>(bytes.size() >> (8 * (kEnvelope - 1 - i)));
  }
  absl::StrAppend(&out, bytes);
  return out;
}

// What is wrong with a request before its RPC is looked at; a status of 0: nothing.
HttpResponse ProblemOf(const HttpRequest& request, bool stream) {
  HttpResponse response;
  response.status = 0;
  if (request.method != "POST") {
    response = ConnectError({grpc::StatusCode::UNIMPLEMENTED, "an RPC is asked by POST"});
    response.status = 405;
    response.headers.emplace_back("Allow", "POST");
    return response;
  }
  if (!CodecOf(request, stream)) {
    const std::string types =
        absl::StrCat(TypeOf(Codec::kJson, stream), ", ", TypeOf(Codec::kProto, stream));
    response = ConnectError(
        {grpc::StatusCode::INVALID_ARGUMENT, absl::StrCat("Content-Type: must be one of ", types)});
    response.status = 415;
    response.headers.emplace_back("Accept-Post", types);
    return response;
  }
  const absl::string_view version = request.Header("connect-protocol-version");
  if (!version.empty() && version != "1") {
    return ConnectError({grpc::StatusCode::INVALID_ARGUMENT,
                         "Connect-Protocol-Version: this server speaks version 1"});
  }
  const absl::string_view encoding =
      request.Header(stream ? "connect-content-encoding" : "content-encoding");
  if (!encoding.empty() && encoding != "identity") {
    return ConnectError(
        {grpc::StatusCode::UNIMPLEMENTED, "Content-Encoding: requests are taken uncompressed"});
  }
  return response;
}

// One unary call.
struct UnaryOverHttp {
  std::shared_ptr<HttpExchange> exchange;
  Codec codec = Codec::kJson;
  HttpHeaders also;
  Arena arena;
  Message* request = nullptr;
  Message* response = nullptr;
  bool read = false;
  absl::Status read_status;
  HttpResponse out;

  void Read() {
    if (read) return;
    read = true;
    read_status = Decode(codec, exchange->request().body, request);
  }
};

void AnswerUnary(ServerState* state, const Rpc& rpc, std::shared_ptr<HttpExchange> exchange,
                 Incoming incoming, const HttpHeaders& also) {
  auto unary = std::make_shared<UnaryOverHttp>();
  unary->codec = *CodecOf(exchange->request(), false);
  unary->exchange = std::move(exchange);
  unary->also = also;
  unary->request = rpc.request->New(&unary->arena);
  unary->response = rpc.response->New(&unary->arena);
  ServerState::Work work;
  work.place = [unary, r = &rpc] {
    if (unary->exchange->request().body.size() > kSmallBody) return Where::kWorker;
    unary->Read();
    return unary->read_status.ok() ? r->place(*unary->request) : Where::kInline;
  };
  work.answer = [unary, r = &rpc](Call* call) {
    unary->Read();
    RETURN_IF_ERROR(unary->read_status);
    RETURN_IF_ERROR(r->answer(*unary->request, unary->response, call));
    unary->out.headers = {{"Content-Type", TypeOf(unary->codec, false)}};
    unary->out.body = Encode(unary->codec, *unary->response);
    Compress(unary->exchange->request(), &unary->out);
    return absl::OkStatus();
  };
  work.finish = [unary](const grpc::Status& status) {
    HttpResponse out = status.ok() ? std::move(unary->out) : ConnectError(status);
    out.headers.insert(out.headers.end(), unary->also.begin(), unary->also.end());
    unary->exchange->Respond(std::move(out));
  };
  state->Answer(std::move(incoming), rpc.name.c_str(), rpc.needed, std::move(work));
}

// Carries a source's messages to HTTP. Keeps itself until the end.
class ConnectOutlet final : public AnswerOutlet,
                            public std::enable_shared_from_this<ConnectOutlet> {
 public:
  ConnectOutlet(ServerState* state, const Rpc& rpc, std::shared_ptr<HttpExchange> exchange,
                const HttpHeaders& also)
      : state_(*state),
        exchange_(std::move(exchange)),
        codec_(*CodecOf(exchange_->request(), true)),
        request_(rpc.request->New()) {
    head_.headers = {{"Content-Type", TypeOf(codec_, true)}};
    head_.headers.insert(head_.headers.end(), also.begin(), also.end());
  }

  void Begin(const Rpc& rpc, Incoming incoming) {
    self_ = shared_from_this();
    deadline_ = incoming.deadline;
    incoming.cancelled = [exchange = exchange_, deadline = deadline_] {
      return exchange->gone() || absl::Now() > deadline;
    };
    if (exchange_->request().body.size() <= kSmallBody) {
      Open(rpc, std::move(incoming));
      return;
    }
    // Much to read: only for who may ask, and by a worker.
    absl::Status status = state_.Admit(incoming, rpc.needed).status();
    if (status.ok() && state_.queued >= static_cast<int>(state_.options.limits.queue)) {
      status = ServerState::Busy("queue");
    }
    if (!status.ok()) {
      End(ToGrpc(status));
      return;
    }
    boost::asio::post(state_.workers,
                      [self = self_, r = &rpc, incoming = std::move(incoming)]() mutable {
                        self->Open(*r, std::move(incoming));
                      });
  }

  void Write(const Message& message) override {
    if (message.ByteSizeLong() <= kSmallMessage) {
      Send(message);
    } else {
      boost::asio::post(state_.workers,
                        [self = shared_from_this(), &message] { self->Send(message); });
    }
  }
  void End(const grpc::Status& status) override {
    const auto self = std::move(self_);
    Json end = Json::object();
    if (!status.ok()) end["error"] = ErrorOf(Told(status));
    BeginOnce();
    exchange_->End(Envelope(kEndOfStream, Dump(end)));
    if (source_ != nullptr) source_->Done();
  }
  void Cut() override { exchange_->Cut(); }

 private:
  void Open(const Rpc& rpc, Incoming incoming) {
    const auto self = shared_from_this();
    absl::StatusOr<absl::string_view> body = ReadEnvelope(exchange_->request().body);
    absl::Status status = body.status();
    if (status.ok()) status = Decode(codec_, *body, request_.get());
    if (!status.ok()) {
      End(ToGrpc(status));
      return;
    }
    source_ = rpc.open(std::move(incoming), *request_);
    exchange_->OnGone([weak = weak_from_this()] {
      if (const auto outlet = weak.lock()) outlet->source_->Cancelled();
    });
    source_->Begin(this);
  }
  void BeginOnce() {
    if (begun_) return;
    begun_ = true;
    exchange_->Begin(std::move(head_));
  }
  void Send(const Message& message) {
    BeginOnce();
    exchange_->Write(Envelope(0, Encode(codec_, message)),
                     [self = shared_from_this()](bool ok) { self->source_->Written(ok); });
  }
  // gRPC tells a caller itself that its deadline passed.
  [[nodiscard]] grpc::Status Told(const grpc::Status& status) const {
    if (status.error_code() == grpc::StatusCode::CANCELLED && absl::Now() > deadline_) {
      return {grpc::StatusCode::DEADLINE_EXCEEDED, "the deadline passed"};
    }
    return status;
  }

  ServerState& state_;
  const std::shared_ptr<HttpExchange> exchange_;
  const Codec codec_;
  const std::unique_ptr<Message> request_;
  absl::Time deadline_ = absl::InfiniteFuture();
  std::shared_ptr<AnswerSource> source_;
  std::shared_ptr<ConnectOutlet> self_;  // until End
  HttpResponse head_;
  bool begun_ = false;
};

}  // namespace

std::string MessageToJson(const Message& message) {
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json);
  return status.ok() ? json : "{}";
}

absl::Status JsonToMessage(const std::string& json, Message* message) {
  if (json.empty()) {
    return absl::InvalidArgumentError("the body is empty: send {} for a request without fields");
  }
  const auto status = google::protobuf::util::JsonStringToMessage(json, message);
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the body is no ",
                                                 message->GetDescriptor()->full_name(),
                                                 " as JSON: ", std::string(status.message())));
}

std::string ConnectErrorJson(const grpc::Status& status) { return Dump(ErrorOf(status)); }

HttpResponse ConnectError(const grpc::Status& status) {
  HttpResponse response;
  response.status = CodeOf(status).http;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = ConnectErrorJson(status);
  if (response.status == 429 || response.status == 503) {
    response.headers.emplace_back("Retry-After", "1");
  }
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

void Compress(const HttpRequest& request, HttpResponse* response) {
  response->headers.emplace_back("Vary", "Accept-Encoding");
  if (response->body.size() < kWorthCompressing || !TakesGzip(request.Header("accept-encoding"))) {
    return;
  }
  response->body = Gzip(response->body);
  response->headers.emplace_back("Content-Encoding", "gzip");
}

absl::StatusOr<Incoming> IncomingOf(const std::shared_ptr<HttpExchange>& exchange) {
  const HttpRequest& request = exchange->request();
  Incoming incoming;
  incoming.authorization = std::string(request.Header("authorization"));
  incoming.common_names = request.common_names;
  incoming.request_id = ServerState::RequestId(request.Header("x-request-id"));
  incoming.cancelled = [exchange] { return exchange->gone(); };
  const absl::string_view timeout = request.Header("connect-timeout-ms");
  if (timeout.empty()) return incoming;
  uint64_t millis = 0;
  const bool digits =
      std::all_of(timeout.begin(), timeout.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || timeout.size() > 10 || !absl::SimpleAtoi(timeout, &millis)) {
    return absl::InvalidArgumentError(
        "Connect-Timeout-Ms: must be a number of milliseconds, of at most 10 digits");
  }
  incoming.deadline = absl::Now() + absl::Milliseconds(static_cast<int64_t>(millis));
  return incoming;
}

absl::StatusOr<absl::string_view> ReadEnvelope(absl::string_view body) {
  if (body.size() < kEnvelope) {
    return absl::InvalidArgumentError(
        "the body is no enveloped message: one byte of flags, four of length, then the message");
  }
  if (body[0] == 1) return absl::UnimplementedError("compressed messages are not taken");
  if (body[0] != 0) return absl::InvalidArgumentError("the envelope has unknown flags");
  uint64_t size = 0;
  for (std::size_t i = 1; i < kEnvelope; ++i) {
    size = size << 8 | static_cast<unsigned char>(body[i]);
  }
  if (size != body.size() - kEnvelope) {
    return absl::InvalidArgumentError(
        "the body has to be one enveloped message, as long as its envelope says");
  }
  return body.substr(kEnvelope);
}

void AnswerConnect(ServerState* state, const Rpc& rpc, std::shared_ptr<HttpExchange> exchange,
                   const HttpHeaders& also) {
  const bool stream = static_cast<bool>(rpc.open);
  HttpResponse problem = ProblemOf(exchange->request(), stream);
  absl::StatusOr<Incoming> incoming = IncomingOf(exchange);
  if (problem.status == 0 && !incoming.ok()) problem = ConnectError(ToGrpc(incoming.status()));
  if (problem.status == 0 && !stream && !rpc.answer) {
    problem = ConnectError({grpc::StatusCode::UNIMPLEMENTED,
                            absl::StrCat(rpc.name, " is a stream of requests: use gRPC")});
  }
  if (problem.status != 0) {
    problem.headers.insert(problem.headers.end(), also.begin(), also.end());
    exchange->Respond(std::move(problem));
    return;
  }
  HttpHeaders headers = also;
  headers.emplace_back("X-Request-Id", incoming->request_id);
  if (stream) {
    std::make_shared<ConnectOutlet>(state, rpc, std::move(exchange), headers)
        ->Begin(rpc, *std::move(incoming));
  } else {
    AnswerUnary(state, rpc, std::move(exchange), *std::move(incoming), headers);
  }
}

}  // namespace lineage
