// Starts the real daemon on a free port, and stops or kills it.
#ifndef LINEAGE_TESTS_SERVICE_DAEMON_H_
#define LINEAGE_TESTS_SERVICE_DAEMON_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace lineage::testing {

class Daemon {
 public:
  // `folder` gets the port file and the log.
  explicit Daemon(std::string folder) : folder_(std::move(folder)) {}
  ~Daemon() { Signal(SIGKILL); }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // True once it answers; false if it ended instead.
  bool Start(const std::vector<std::string>& flags, int wait_seconds = 60) {
    std::filesystem::create_directories(folder_);
    const std::string port_file = folder_ + "/port";
    std::filesystem::remove(port_file);
    std::vector<std::string> words = {LINEAGED_BINARY, "--port-file", port_file};
    words.insert(words.end(), flags.begin(), flags.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, (folder_ + "/log").c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int failed = posix_spawn(&pid_, LINEAGED_BINARY, &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return false;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(wait_seconds);
    while (std::chrono::steady_clock::now() < end) {
      if (std::filesystem::exists(port_file)) {
        std::ifstream(port_file) >> port_;
        return true;
      }
      if (waitpid(pid_, &status_, WNOHANG) == pid_) {
        pid_ = -1;
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  // Sends a signal and, if it is to end the daemon, waits. Returns the exit status, or minus the
  // signal that ended it.
  int Signal(int signal) {
    if (pid_ <= 0) return 0;
    kill(pid_, signal);
    if (signal == SIGHUP) return 0;
    waitpid(pid_, &status_, 0);
    pid_ = -1;
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
  }

  // The exit status after Start returned false.
  [[nodiscard]] int exit_status() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }
  // After Signal: whether the system was asked to write a core dump.
  [[nodiscard]] bool dumped_core() const { return WIFSIGNALED(status_) && WCOREDUMP(status_); }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int pid() const { return pid_; }
  [[nodiscard]] std::string target() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string Log() const {
    std::ostringstream text;
    text << std::ifstream(folder_ + "/log").rdbuf();
    return text.str();
  }

 private:
  const std::string folder_;
  pid_t pid_ = -1;
  int status_ = 0;
  int port_ = 0;
};

}  // namespace lineage::testing

#endif  // LINEAGE_TESTS_SERVICE_DAEMON_H_
