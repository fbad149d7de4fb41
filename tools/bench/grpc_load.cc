// Unary requests per second and latencies of the daemon, beside a minimal echo server of the same
// build and kind, in one run.
//
//   grpc_load LINEAGED [SECONDS] [ROUNDS]
//
// The echo answers with as many bytes as GetEffectivePermissions does. Rounds alternate, so that
// both see the same machine; the medians of the rounds are printed, and their ratio.
#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

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
  explicit Echo(pb::GetEffectivePermissionsResponse answer) : answer_(std::move(answer)) {
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

 private:
  const pb::GetEffectivePermissionsResponse answer_;
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

int ServeEcho(const std::string& answer_file, const std::string& port_file) {
  pb::GetEffectivePermissionsResponse answer;
  std::ifstream in(answer_file, std::ios::binary);
  if (!answer.ParseFromIstream(&in)) return 1;
  Echo echo(answer);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const auto server = builder.BuildAndStart();
  std::ofstream(port_file + ".new") << port << "\n";
  std::filesystem::rename(port_file + ".new", port_file);
  server->Wait();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--echo") return ServeEcho(argv[2], argv[3]);
  if (argc < 2) {
    std::cerr << "usage: grpc_load LINEAGED [SECONDS] [ROUNDS]\n";
    return 64;
  }
  const double seconds = argc > 2 ? std::atof(argv[2]) : 3;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
  const std::string folder =
      std::filesystem::temp_directory_path() / ("grpc_load-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  {
    const Child daemon({argv[1], "--store", "memory", "--listen", "127.0.0.1:0", "--port-file",
                        folder + "/daemon", "--log-level", "warning"},
                       folder + "/daemon");
    const auto stub = pb::PermissionService::NewStub(
        grpc::CreateChannel(daemon.Target(), grpc::InsecureChannelCredentials()));
    pb::GetEffectivePermissionsRequest request;
    request.set_artifact("mosaicml/mpt-7b-instruct");
    pb::GetEffectivePermissionsResponse answer;
    grpc::ClientContext context;
    if (const auto status = stub->GetEffectivePermissions(&context, request, &answer);
        !status.ok()) {
      std::cerr << status.error_message() << "\n";
      return 1;
    }
    std::ofstream(folder + "/answer", std::ios::binary) << answer.SerializeAsString();
    const Child echo({argv[0], "--echo", folder + "/answer", folder + "/echo"}, folder + "/echo");
    const auto echo_stub = pb::PermissionService::NewStub(
        grpc::CreateChannel(echo.Target(), grpc::InsecureChannelCredentials()));
    std::printf("answer: %zu bytes; %d rounds of %.1f s each, alternating; medians\n",
                answer.ByteSizeLong(), rounds, seconds);
    std::printf("%-10s %12s %9s %9s   %12s %9s %9s   %6s\n", "in flight", "daemon /s", "p50 us",
                "p99 us", "echo /s", "p50 us", "p99 us", "ratio");
    for (const int in_flight : {1, 8, 64}) {
      std::vector<Figures> ours;
      std::vector<Figures> ceiling;
      Load(stub.get(), in_flight, 0.3).Run();
      Load(echo_stub.get(), in_flight, 0.3).Run();
      for (int round = 0; round < rounds; ++round) {
        ours.push_back(Load(stub.get(), in_flight, seconds).Run());
        ceiling.push_back(Load(echo_stub.get(), in_flight, seconds).Run());
      }
      const Figures a = Median(ours);
      const Figures b = Median(ceiling);
      std::printf("%-10d %12.0f %9.0f %9.0f   %12.0f %9.0f %9.0f   %5.0f%%\n", in_flight,
                  a.per_second, a.p50_us, a.p99_us, b.per_second, b.p50_us, b.p99_us,
                  100 * a.per_second / b.per_second);
    }
  }
  std::filesystem::remove_all(folder);
  return 0;
}
