// How the daemon stands up to load, beside a minimal server of the same build and kind (the
// "echo") that answers with as many bytes and does no work. Rounds alternate, so that both see the
// same machine; medians of the rounds are printed, and their ratio.
//
//   grpc_load unary LINEAGED     answers a second and their latencies, at 1, 8, 64 in flight
//   grpc_load stream LINEAGED    messages and hits a second of a large StreamSearch
//   grpc_load overload LINEAGED  three times the load that saturates it: what is still answered,
//                                how the rest is refused, what it costs, and how soon it is over
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lineage/v1/permission_service.grpc.pb.h"
#include "service/server/arena_messages.h"

extern char** environ;

namespace {

namespace pb = lineage::v1;
using Clock = std::chrono::steady_clock;

// The ceiling: the same service, messages and allocation, and no work.
class Echo final : public pb::PermissionService::CallbackService {
 public:
  Echo(pb::GetEffectivePermissionsResponse answer, pb::StreamSearchResponse message)
      : answer_(std::move(answer)), message_(std::move(message)) {
    SetMessageAllocatorFor_GetEffectivePermissions(lineage::InArena());
  }
  grpc::ServerUnaryReactor* GetEffectivePermissions(
      grpc::CallbackServerContext* context, const pb::GetEffectivePermissionsRequest*,
      pb::GetEffectivePermissionsResponse* response) override {
    *response = answer_;
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  // The same message as often as page_size says.
  grpc::ServerWriteReactor<pb::StreamSearchResponse>* StreamSearch(
      grpc::CallbackServerContext*, const pb::StreamSearchRequest* request) override {
    return new Stream(&message_, request->search().page_size());
  }

 private:
  class Stream final : public grpc::ServerWriteReactor<pb::StreamSearchResponse> {
   public:
    Stream(const pb::StreamSearchResponse* message, int count) : message_(*message), left_(count) {
      OnWriteDone(true);
    }
    void OnWriteDone(bool ok) override {
      if (!ok || left_-- == 0) return Finish(grpc::Status::OK);
      StartWrite(&message_);
    }
    void OnDone() override { delete this; }

   private:
    const pb::StreamSearchResponse& message_;
    int left_;
  };

  const pb::GetEffectivePermissionsResponse answer_;
  const pb::StreamSearchResponse message_;
};

struct Figures {
  double per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
};

// Keeps `in_flight` calls under way for `seconds`.
class Load {
 public:
  Load(pb::PermissionService::Stub* stub, int in_flight, double seconds)
      : stub_(*stub),
        in_flight_(in_flight),
        end_(Clock::now() + std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6))) {
    request_.set_artifact("mosaicml/mpt-7b-instruct");
    request_.mutable_options()->set_as_of("2026-11-01");
  }

  Figures Run() {
    const auto begun = Clock::now();
    left_ = in_flight_;
    for (int i = 0; i < in_flight_; ++i) Next(new Slot);
    while (left_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double took = std::chrono::duration<double>(Clock::now() - begun).count();
    std::sort(micros_.begin(), micros_.end());
    Figures figures;
    if (failed_ > 0) std::cerr << failed_ << " calls failed\n";
    if (micros_.empty()) return figures;
    figures.per_second = static_cast<double>(micros_.size()) / took;
    figures.p50_us = micros_[micros_.size() / 2];
    figures.p99_us = micros_[micros_.size() * 99 / 100];
    return figures;
  }

 private:
  struct Slot {
    std::unique_ptr<grpc::ClientContext> context;
    pb::GetEffectivePermissionsResponse response;
    Clock::time_point begun;
  };

  void Next(Slot* slot) {
    slot->context = std::make_unique<grpc::ClientContext>();
    slot->begun = Clock::now();
    stub_.async()->GetEffectivePermissions(
        slot->context.get(), &request_, &slot->response, [this, slot](const grpc::Status& status) {
          const auto now = Clock::now();
          {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (status.ok()) {
              micros_.push_back(
                  std::chrono::duration<float, std::micro>(now - slot->begun).count());
            } else {
              ++failed_;
            }
          }
          if (now < end_ && status.ok()) {
            Next(slot);
          } else {
            delete slot;
            --left_;
          }
        });
  }

  pb::PermissionService::Stub& stub_;
  const int in_flight_;
  const Clock::time_point end_;
  pb::GetEffectivePermissionsRequest request_;
  std::mutex mutex_;
  std::vector<float> micros_;
  int failed_ = 0;
  std::atomic<int> left_{0};
};

Figures Median(std::vector<Figures> all) {
  std::sort(all.begin(), all.end(),
            [](const Figures& a, const Figures& b) { return a.per_second < b.per_second; });
  return all[all.size() / 2];
}

// A child process that writes its port to a file.
class Child {
 public:
  Child(std::vector<std::string> words, std::string port_file) : port_file_(std::move(port_file)) {
    std::filesystem::remove(port_file_);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (posix_spawn(&pid_, argv[0], nullptr, nullptr, argv.data(), environ) != 0) std::abort();
  }
  ~Child() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string Target() const {
    std::string port;
    for (int i = 0; i < 3000 && port.empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      std::ifstream(port_file_) >> port;
    }
    return "127.0.0.1:" + port;
  }

 private:
  std::string port_file_;
  pid_t pid_ = -1;
};

int ServeEcho(const std::string& folder) {
  pb::GetEffectivePermissionsResponse answer;
  pb::StreamSearchResponse message;
  std::ifstream answer_in(folder + "/answer", std::ios::binary);
  std::ifstream message_in(folder + "/message", std::ios::binary);
  if (!answer.ParseFromIstream(&answer_in) || !message.ParseFromIstream(&message_in)) return 1;
  Echo echo(answer, message);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const auto server = builder.BuildAndStart();
  const std::string port_file = folder + "/echo";
  std::ofstream(port_file + ".new") << port << "\n";
  std::filesystem::rename(port_file + ".new", port_file);
  server->Wait();
  return 0;
}

std::unique_ptr<pb::PermissionService::Stub> StubOf(const Child& server) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
  arguments.SetMaxReceiveMessageSize(64 << 20);
  return pb::PermissionService::NewStub(grpc::CreateCustomChannel(
      server.Target(), grpc::InsecureChannelCredentials(), arguments));
}

[[noreturn]] void Fail(const grpc::Status& status) {
  std::cerr << "grpc_load: " << status.error_message() << "\n";
  std::exit(1);
}

// The daemon, and an echo that answers as it does.
struct Pair {
  std::string folder;
  std::unique_ptr<Child> daemon;
  std::unique_ptr<Child> echo;
  std::unique_ptr<pb::PermissionService::Stub> ours;
  std::unique_ptr<pb::PermissionService::Stub> ceiling;
  std::size_t answer_bytes = 0;
  std::size_t message_bytes = 0;

  Pair(const std::string& self, const std::string& lineaged, const std::string& store)
      : folder(std::filesystem::temp_directory_path() /
               ("grpc_load-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder);
    daemon = std::make_unique<Child>(
        std::vector<std::string>{lineaged, "--store", store, "--listen", "127.0.0.1:0",
                                 "--port-file", folder + "/daemon", "--log-level", "warning"},
        folder + "/daemon");
    ours = StubOf(*daemon);
    pb::GetEffectivePermissionsRequest request;
    request.set_artifact("mosaicml/mpt-7b-instruct");
    pb::GetEffectivePermissionsResponse answer;
    grpc::ClientContext context;
    if (const auto status = ours->GetEffectivePermissions(&context, request, &answer);
        !status.ok()) {
      Fail(status);
    }
    answer_bytes = answer.ByteSizeLong();
    std::ofstream(folder + "/answer", std::ios::binary) << answer.SerializeAsString();
    pb::StreamSearchResponse message;
    grpc::ClientContext stream_context;
    pb::StreamSearchRequest all;
    all.mutable_search()->set_page_size(1000);
    const auto reader = ours->StreamSearch(&stream_context, all);
    if (!reader->Read(&message)) Fail(reader->Finish());
    stream_context.TryCancel();
    static_cast<void>(reader->Finish());
    message_bytes = message.ByteSizeLong();
    std::ofstream(folder + "/message", std::ios::binary) << message.SerializeAsString();
    echo = std::make_unique<Child>(std::vector<std::string>{self, "--echo", folder},
                                   folder + "/echo");
    ceiling = StubOf(*echo);
  }
  ~Pair() {
    echo.reset();
    daemon.reset();
    std::filesystem::remove_all(folder);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
};

void Unary(Pair* pair, double seconds, int rounds) {
  std::printf("answer: %zu bytes; %d rounds of %.1f s each, alternating; medians\n",
              pair->answer_bytes, rounds, seconds);
  std::printf("%-10s %12s %9s %9s   %12s %9s %9s   %6s\n", "in flight", "daemon /s", "p50 us",
              "p99 us", "echo /s", "p50 us", "p99 us", "ratio");
  for (const int in_flight : {1, 8, 64}) {
    std::vector<Figures> ours;
    std::vector<Figures> ceiling;
    Load(pair->ours.get(), in_flight, 0.3).Run();
    Load(pair->ceiling.get(), in_flight, 0.3).Run();
    for (int round = 0; round < rounds; ++round) {
      ours.push_back(Load(pair->ours.get(), in_flight, seconds).Run());
      ceiling.push_back(Load(pair->ceiling.get(), in_flight, seconds).Run());
    }
    const Figures a = Median(ours);
    const Figures b = Median(ceiling);
    std::printf("%-10d %12.0f %9.0f %9.0f   %12.0f %9.0f %9.0f   %5.0f%%\n", in_flight,
                a.per_second, a.p50_us, a.p99_us, b.per_second, b.p50_us, b.p99_us,
                100 * a.per_second / b.per_second);
  }
}

struct Streamed {
  double seconds = 0;
  double messages = 0;
  double hits = 0;
};

Streamed Drain(pb::PermissionService::Stub* stub, const pb::StreamSearchRequest& request) {
  Streamed streamed;
  const auto begun = Clock::now();
  grpc::ClientContext context;
  const auto reader = stub->StreamSearch(&context, request);
  pb::StreamSearchResponse message;
  while (reader->Read(&message)) {
    ++streamed.messages;
    streamed.hits += message.hits_size();
  }
  if (const auto status = reader->Finish(); !status.ok()) Fail(status);
  streamed.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  return streamed;
}

void Stream(Pair* pair, int rounds) {
  pb::StreamSearchRequest all;
  all.mutable_search()->set_page_size(1000);
  const Streamed once = Drain(pair->ours.get(), all);
  pb::StreamSearchRequest echoed;
  echoed.mutable_search()->set_page_size(static_cast<int>(once.messages));
  std::vector<double> ours;
  std::vector<double> ceiling;
  for (int round = 0; round < rounds; ++round) {
    ours.push_back(Drain(pair->ours.get(), all).seconds);
    ceiling.push_back(Drain(pair->ceiling.get(), echoed).seconds);
  }
  std::sort(ours.begin(), ours.end());
  std::sort(ceiling.begin(), ceiling.end());
  const double a = ours[ours.size() / 2];
  const double b = ceiling[ceiling.size() / 2];
  std::printf("StreamSearch of %.0f hits in %.0f messages (the first: %zu bytes); medians of %d\n",
              once.hits, once.messages, pair->message_bytes, rounds);
  std::printf("%-8s %12s %12s %9s\n", "", "messages/s", "hits/s", "seconds");
  std::printf("%-8s %12.0f %12.0f %9.3f\n", "daemon", once.messages / a, once.hits / a, a);
  std::printf("%-8s %12.0f %12s %9.3f\n", "echo", once.messages / b, "", b);
  std::printf("ratio    %11.0f%%\n", 100 * b / a);
}

// Questions that keep a worker busy for some milliseconds, sent at a rate whatever comes back.
class Flood {
 public:
  Flood(const Child& daemon, double rate, double seconds)
      : rate_(rate), seconds_(seconds) {
    for (int i = 0; i < 16; ++i) stubs_.push_back(StubOf(daemon));
    for (int i = 0; i < 200; ++i) {
      pb::CheckRequest* check = request_.add_checks();
      check->set_artifact("mosaicml/mpt-7b-instruct");
      check->add_rights(pb::RIGHT_COMMERCIAL_USE);
    }
  }

  struct Result {
    double answered_per_second = 0;
    double refused_per_second = 0;
    double answered_p99_ms = 0;
    double refused_p99_ms = 0;
    std::size_t refused_without_hint = 0;
    std::size_t failed = 0;  // otherwise
  };

  // At the rate; or, if it is 0, `closed` calls at any time.
  Result Run(int closed = 0) {
    const auto begun = Clock::now();
    end_ = begun + std::chrono::microseconds(static_cast<int64_t>(seconds_ * 1e6));
    if (rate_ > 0) {
      const auto gap = std::chrono::nanoseconds(static_cast<int64_t>(1e9 / rate_));
      std::size_t sent = 0;
      for (auto next = begun; next < end_; next += gap) {
        std::this_thread::sleep_until(next);
        Send(stubs_[sent++ % stubs_.size()].get(), false);
      }
    } else {
      for (int i = 0; i < closed; ++i) {
        Send(stubs_[static_cast<std::size_t>(i) % stubs_.size()].get(), true);
      }
    }
    while (left_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double took = std::chrono::duration<double>(Clock::now() - begun).count();
    Result result = result_;
    result.answered_per_second = static_cast<double>(answered_ms_.size()) / took;
    result.refused_per_second = static_cast<double>(refused_ms_.size()) / took;
    result.answered_p99_ms = P99(&answered_ms_);
    result.refused_p99_ms = P99(&refused_ms_);
    return result;
  }

 private:
  struct Slot {
    grpc::ClientContext context;
    pb::BatchCheckResponse response;
    Clock::time_point begun = Clock::now();
  };

  static double P99(std::vector<double>* values) {
    if (values->empty()) return 0;
    std::sort(values->begin(), values->end());
    return (*values)[values->size() * 99 / 100];
  }

  static bool HasHint(const grpc::Status& status) {
    google::rpc::Status details;
    google::rpc::RetryInfo retry;
    if (!details.ParseFromString(status.error_details())) return false;
    return std::any_of(details.details().begin(), details.details().end(),
                       [&](const auto& detail) { return detail.UnpackTo(&retry); });
  }

  void Send(pb::PermissionService::Stub* stub, bool again) {
    ++left_;
    auto* slot = new Slot;
    slot->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
    stub->async()->BatchCheck(
        &slot->context, &request_, &slot->response,
        [this, stub, again, slot](const grpc::Status& status) {
          const auto now = Clock::now();
          const double ms = std::chrono::duration<double, std::milli>(now - slot->begun).count();
          delete slot;
          {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (status.ok()) {
              answered_ms_.push_back(ms);
            } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
              refused_ms_.push_back(ms);
              if (!HasHint(status)) ++result_.refused_without_hint;
            } else {
              ++result_.failed;
            }
          }
          if (again && now < end_) Send(stub, true);
          --left_;
        });
  }

  const double rate_;
  const double seconds_;
  Clock::time_point end_;
  std::vector<std::unique_ptr<pb::PermissionService::Stub>> stubs_;
  pb::BatchCheckRequest request_;
  std::atomic<int> left_{0};
  std::mutex mutex_;  // guards what follows
  std::vector<double> answered_ms_;
  std::vector<double> refused_ms_;
  Result result_;
};

// "VmHWM" or "VmRSS" of a process, in MiB.
double MemoryOf(pid_t pid, const std::string& which) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(which + ":", 0) == 0) return std::atof(line.c_str() + which.size() + 1) / 1024;
  }
  return 0;
}

void Overload(Pair* pair, double seconds) {
  const auto print = [](const char* what, const Flood::Result& r) {
    std::printf("%-22s %11.0f %13.1f %11.0f %13.1f %9zu %8zu\n", what, r.answered_per_second,
                r.answered_p99_ms, r.refused_per_second, r.refused_p99_ms, r.refused_without_hint,
                r.failed);
  };
  std::printf("%-22s %11s %13s %11s %13s %9s %8s\n", "batches of 200 checks", "answered/s",
              "p99 ms", "refused/s", "p99 ms", "no hint", "failed");
  Flood(*pair->daemon, 0, 1).Run(8);
  const Flood::Result peak = Flood(*pair->daemon, 0, seconds).Run(8);
  print("peak (8 in flight)", peak);
  const double before = MemoryOf(pair->daemon->pid(), "VmRSS");
  const Flood::Result over = Flood(*pair->daemon, 3 * peak.answered_per_second, seconds).Run();
  print("three times the peak", over);
  // A second at a time, until the half of the peak is answered as fast as it was.
  const auto ended = Clock::now();
  double recovered = 0;
  for (int i = 0; i < 20; ++i) {
    const Flood::Result after = Flood(*pair->daemon, peak.answered_per_second / 2, 1).Run();
    recovered = std::chrono::duration<double>(Clock::now() - ended).count();
    if (after.refused_per_second == 0 && after.failed == 0 &&
        after.answered_p99_ms <= 2 * peak.answered_p99_ms) {
      print("half the peak, after", after);
      break;
    }
  }
  std::printf("goodput %.0f%% of the peak; recovered within %.1f s; resident %.0f MiB before, at "
              "most %.0f MiB\n",
              100 * over.answered_per_second / peak.answered_per_second, recovered, before,
              MemoryOf(pair->daemon->pid(), "VmHWM"));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--echo") return ServeEcho(argv[2]);
  CLI::App app("How the daemon stands up to load");
  app.require_subcommand(1);
  std::string lineaged;
  std::string store = "memory";
  double seconds = 3;
  int rounds = 5;
  for (const char* name : {"unary", "stream", "overload"}) {
    CLI::App* mode = app.add_subcommand(name);
    mode->add_option("lineaged", lineaged, "the daemon")->required();
    mode->add_option("--store", store, "its store (default: memory)");
    mode->add_option("--seconds", seconds, "of a round");
    mode->add_option("--rounds", rounds, "how often");
  }
  CLI11_PARSE(app, argc, argv);
  Pair pair(argv[0], lineaged, store);
  if (app.got_subcommand("unary")) Unary(&pair, seconds, rounds);
  if (app.got_subcommand("stream")) Stream(&pair, rounds);
  if (app.got_subcommand("overload")) Overload(&pair, seconds);
  return 0;
}
