#include "service/server/import.h"

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/claim_checks.h"
#include "engine/import_session.h"
#include "lineage/v1/claim_service.grpc.pb.h"
#include "service/server/state.h"
#include "service/wire/convert.h"
#include "service/wire/status.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;

// A folder that goes when this goes.
class Spool {
 public:
  ~Spool() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Spool() = default;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  absl::Status Make() {
    std::error_code error;
    const fs::path base = fs::temp_directory_path(error);
    std::string pattern = (error ? fs::path("/tmp") : base) / "lineage-import-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) {
      return absl::UnavailableError("no temporary folder for the import: check $TMPDIR");
    }
    path_ = std::move(pattern);
    return absl::OkStatus();
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A path or a folder as a caller names it: one line of text.
bool IsOneLine(absl::string_view text) {
  return TextProblem(text, 1024).empty() && text.find_first_of("\n\t") == absl::string_view::npos;
}

// "acme/tuned/config.json": relative, nothing hidden in it.
absl::Status CheckFileName(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  bool good = !name.empty() && IsOneLine(name);
  for (const std::string& part : parts) {
    good = good && !part.empty() && part != "." && part != ".." && part.size() <= 200;
  }
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("file_name: \"",
                                                 EscapeForTerminal(name.substr(0, 200)),
                                                 "\" is no relative path without \"..\""));
}

class ImportCall final : public grpc::ServerReadReactor<pb::ImportDocumentRequest>,
                         public std::enable_shared_from_this<ImportCall> {
 public:
  ImportCall(ServerState* state, grpc::CallbackServerContext* context,
             pb::ImportDocumentResponse* response)
      : state_(*state), context_(*context), response_(*response) {}

  // Called once, after construction. Lives until the call is done.
  void Begin() {
    self_ = shared_from_this();
    ++state_.in_flight;
    call_.request_id = ServerState::RequestId(context_);
    context_.AddInitialMetadata("x-request-id", call_.request_id);
    absl::StatusOr<Caller> caller = state_.Admit(context_, Role::kWriter);
    if (!caller.ok()) {
      End(caller.status());
      return;
    }
    call_.caller = *std::move(caller);
    counted_ = true;
    absl::Status status;
    if (++state_.imports > static_cast<int>(state_.options.limits.imports)) {
      status = WithReason(
          absl::ResourceExhaustedError("another import is under way: try again when it is done"),
          Reason::kOverloaded);
    } else {
      status = spool_.Make();
    }
    if (!status.ok()) {
      End(status);
      return;
    }
    {
      const std::lock_guard<std::mutex> lock(phase_mutex_);
      WatchSender();
    }
    StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    if (!Enter(ok ? Phase::kTaking : Phase::kTaken)) return;
    if (ok) {
      if (const absl::Status status = Take(); !status.ok()) {
        End(status);
      } else if (Enter(Phase::kReceiving)) {
        StartRead(&message_);
      }
      return;
    }
    absl::Status status = CloseFile();
    if (status.ok() && cancelled_) status = absl::CancelledError("the caller is gone");
    if (status.ok() && files_ == 0) {
      status = absl::InvalidArgumentError(
          "there is no file: send a header, then for each file its name and its bytes");
    }
    // Who was struck from the access list while the files came, or may only read now, writes nothing.
    if (status.ok()) {
      const absl::StatusOr<Caller> caller = state_.Admit(context_, Role::kWriter);
      status = caller.status();
      if (status.ok()) call_.caller = *caller;
    }
    if (!status.ok()) {
      End(status);
      return;
    }
    boost::asio::post(state_.workers, [this] { End(Run()); });
  }

  void OnCancel() override { cancelled_ = true; }
  void OnDone() override {
    {
      const std::lock_guard<std::mutex> lock(phase_mutex_);
      alarm_.reset();
    }
    self_.reset();
  }

 private:
  // What the call does. Receiving may be ended by a sender that sends nothing; then nothing else
  // happens.
  enum class Phase : uint8_t { kReceiving, kTaking, kTaken, kEnded };

  // Goes over to another phase; false if the call was ended meanwhile.
  bool Enter(Phase next) {
    const std::lock_guard<std::mutex> lock(phase_mutex_);
    if (phase_ == Phase::kEnded) return false;
    phase_ = next;
    return true;
  }

  // While it receives, an import holds the one place that there is for imports: whoever sends less
  // than the least within each interval has to give it up. Called with phase_mutex_ held.
  void WatchSender() {
    const std::weak_ptr<ImportCall> weak = weak_from_this();
    alarm_ = std::make_unique<grpc::Alarm>();  // the last one may be what calls
    alarm_->Set(absl::ToChronoTime(absl::Now() + state_.options.limits.watch_stall),
                [weak](bool due) {
                  const std::shared_ptr<ImportCall> call = weak.lock();
                  if (due && call != nullptr) call->CheckSender();
                });
  }

  void CheckSender() {
    const uint64_t received = received_;
    {
      const std::lock_guard<std::mutex> lock(phase_mutex_);
      if (phase_ == Phase::kTaken || phase_ == Phase::kEnded) return;
      const bool enough = received - received_before_ >= state_.options.limits.import_least_bytes;
      received_before_ = received;
      if (enough || phase_ == Phase::kTaking) {
        WatchSender();
        return;
      }
      phase_ = Phase::kEnded;
    }
    End(absl::DeadlineExceededError(absl::StrCat(
        "the import was given up: less than ", state_.options.limits.import_least_bytes,
        " bytes arrived within ", absl::FormatDuration(state_.options.limits.watch_stall),
        "; send it again, without a pause")));
  }

  absl::Status Take() {
    received_ += message_.ByteSizeLong();
    using Content = pb::ImportDocumentRequest::ContentCase;
    switch (message_.content_case()) {
      case Content::kHeader:
        if (headed_) return absl::InvalidArgumentError("header: stands twice");
        headed_ = true;
        header_ = message_.header();
        if (const std::string problem = TextProblem(header_.note()); !problem.empty()) {
          return absl::InvalidArgumentError(absl::StrCat("header.note ", problem));
        }
        if (!IsOneLine(header_.folder())) {
          return absl::InvalidArgumentError(
              "header.folder: at most 1,024 bytes of UTF-8 without control characters");
        }
        return absl::OkStatus();
      case Content::kFileName:
        if (!headed_) return absl::InvalidArgumentError("the first message has to be the header");
        RETURN_IF_ERROR(CloseFile());
        return OpenFile(message_.file_name());
      case Content::kChunk:
        if (!out_.is_open()) return absl::InvalidArgumentError("chunk: belongs to no file");
        bytes_ += message_.chunk().size();
        if (bytes_ > state_.options.limits.import_bytes) {
          return WithReason(
              absl::ResourceExhaustedError(absl::StrCat(
                  "an import is at most ", state_.options.limits.import_bytes, " bytes")),
              Reason::kLimitExceeded);
        }
        out_.write(message_.chunk().data(), static_cast<std::streamsize>(message_.chunk().size()));
        if (!out_) return absl::ResourceExhaustedError("no room in $TMPDIR for the import");
        return absl::OkStatus();
      case Content::CONTENT_NOT_SET:
        break;
    }
    return absl::InvalidArgumentError("content: is not set");
  }

  absl::Status OpenFile(const std::string& name) {
    RETURN_IF_ERROR(CheckFileName(name));
    if (++files_ > state_.options.limits.import_files) {
      return WithReason(
          absl::ResourceExhaustedError(
              absl::StrCat("an import has at most ", state_.options.limits.import_files, " files")),
          Reason::kLimitExceeded);
    }
    const fs::path path = fs::path(spool_.path()) / name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error || fs::exists(path, error)) {
      return absl::InvalidArgumentError(absl::StrCat("file_name: \"", EscapeForTerminal(name),
                                                     "\" stands twice, or is a folder's too"));
    }
    out_.open(path, std::ios::binary);
    if (!out_) return absl::UnavailableError("a file of the import cannot be kept in $TMPDIR");
    single_ = files_ == 1 && !absl::StrContains(name, '/') ? name : "";
    return absl::OkStatus();
  }

  absl::Status CloseFile() {
    if (!out_.is_open()) return absl::OkStatus();
    out_.close();
    if (out_) return absl::OkStatus();
    return absl::ResourceExhaustedError("no room in $TMPDIR for the import");
  }

  absl::Status Run() {
    ImportRequest request;
    // A file by itself has to have a format; within a folder it may be passed over.
    const std::string within = header_.folder().empty() ? "" : absl::StrCat(header_.folder(), "/");
    request.inputs = {single_.empty() ? ImportInput{spool_.path(), "import"}
                                      : ImportInput{absl::StrCat(spool_.path(), "/", single_),
                                                    absl::StrCat(within, single_)}};
    request.options.today = Date::Today();
    request.options.id = header_.artifact();
    request.options.format = FromPb<ImportFormat>(header_.format());
    for (const auto& [what, column] : header_.columns()) request.options.columns[what] = column;
    request.author = call_.caller.name;
    request.retract_others = call_.caller.role >= Role::kAdmin;
    request.note = header_.note().empty() ? "import" : header_.note();
    request.dry_run = header_.validate_only();
    request.strict = header_.strict();
    request.options.most_bytes = state_.options.limits.import_unpacked_bytes;
    request.cancelled = &cancelled_;
    ImportSummary summary;
    const std::shared_ptr<const Engine> engine = state_.base->Current();
    const absl::Status status = RunImport(state_.base.get(), *engine, request, &summary);
    // What was written is published, even if the rest failed.
    const absl::Status refreshed = state_.base->Refresh();
    RETURN_IF_ERROR(status);
    RETURN_IF_ERROR(refreshed);
    ToPb(summary, &response_);
    if (summary.revision != 0) response_.set_revision_token(state_.TokenOf(summary.revision));
    return absl::OkStatus();
  }

  void End(const absl::Status& status) {
    static_cast<void>(Enter(Phase::kEnded));
    const grpc::Status out = ToGrpc(status, call_.violations);
    state_.Record("ClaimService.ImportDocument", call_, out, began_);
    --state_.in_flight;
    if (counted_) --state_.imports;
    Finish(out);
  }

  ServerState& state_;
  grpc::CallbackServerContext& context_;
  pb::ImportDocumentResponse& response_;
  Call call_;
  const absl::Time began_ = absl::Now();
  pb::ImportDocumentRequest message_;
  pb::ImportHeader header_;
  Spool spool_;
  std::ofstream out_;
  std::string single_;  // the only file's name, if it lies in no folder
  std::size_t files_ = 0;
  std::size_t bytes_ = 0;
  bool headed_ = false;
  bool counted_ = false;
  std::atomic<bool> cancelled_{false};
  std::atomic<uint64_t> received_{0};  // bytes of messages
  uint64_t received_before_ = 0;       // at the alarm's last look
  std::mutex phase_mutex_;             // guards what follows
  Phase phase_ = Phase::kReceiving;
  std::unique_ptr<grpc::Alarm> alarm_;
  std::shared_ptr<ImportCall> self_;
};

}  // namespace

grpc::ServerReadReactor<pb::ImportDocumentRequest>* BeginImport(
    ServerState* state, grpc::CallbackServerContext* context,
    pb::ImportDocumentResponse* response) {
  const auto call = std::make_shared<ImportCall>(state, context, response);
  grpc::ServerReadReactor<pb::ImportDocumentRequest>* reactor = call.get();
  call->Begin();
  return reactor;
}

}  // namespace lineage
