// The daemon: reads its settings, opens the store, serves until it is told to stop.
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/base/settings.h"
#include "engine/base/text.h"
#include "engine/knowledge_base.h"
#include "engine/store/memory_store.h"
#include "engine/store/paths.h"
#include "engine/store/sqlite_store.h"
#include "service/safety/private_file.h"
#include "service/server/access.h"
#include "service/server/log.h"
#include "service/server/server.h"
#include "service/server/supervision.h"

#ifndef LINEAGE_VERSION
#define LINEAGE_VERSION "unknown"
#endif

namespace lineage {
namespace {

// After the drain, for what runs to notice.
constexpr absl::Duration kGraceAfterDrain = absl::Seconds(2);

constexpr int kExitFailed = 1;
constexpr int kExitDeaf = 75;  // nobody can come in any more: start it again
constexpr int kExitUsage = 64;

// What flags, environment and file may set.
struct Settings {
  std::string config;
  std::string store;
  std::string log_level = "info";
  std::string port_file;
  std::string http_port_file;
  bool no_builtin = false;
  double read_seconds = 3;
  double write_seconds = 30;
  double drain_seconds = 7;
  double watch_stall_seconds = 30;
  double http_request_seconds = 10;
  double handshake_seconds = 10;
  double connection_idle_seconds = 300;
  double connection_age_seconds = 86'400;
  double self_check_seconds = 10;
  ServerOptions server;
};

std::vector<std::string> SettingNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_envname().empty()) continue;
    names.push_back(option->get_lnames()[0]);
  }
  return names;
}

void AddSettings(CLI::App* app, Settings* s) {
  app->add_option("--config", s->config, "Settings as YAML: the names below, without the dashes")
      ->check(CLI::ExistingFile);
  app->add_option("--store", s->store, "Folder of the store; \"memory\" keeps nothing");
  app->add_option("--listen", s->server.listen, "Address and port")->capture_default_str();
  app->add_option("--tls-certificate", s->server.tls.certificate,
                  "PEM; read again when it changes");
  app->add_option("--tls-key", s->server.tls.key, "PEM; read again when it changes");
  app->add_option("--tls-client-ca", s->server.tls.client_ca,
                  "PEM; clients must show a certificate signed by it");
  app->add_option("--access-file", s->server.access_file,
                  "Tokens and roles, YAML; read again on SIGHUP");
  app->add_flag("--insecure", s->server.insecure,
                "Listen where others can reach, without TLS or access control");
  app->add_option("--metrics-listen", s->server.metrics_listen,
                  "Address and port for Prometheus (none)");
  app->add_option("--http-listen", s->server.http_listen,
                  "Address and port for HTTP, JSON and the page in the browser (none)");
  app->add_option("--http-port-file", s->http_port_file,
                  "Write that port there once the server answers");
  app->add_option(
      "--http-cors-origins", s->server.http_cors_origins,
      "Pages of other servers that may ask: https://a.example,https://b.example (none)");
  app->add_option("--http-request-seconds", s->http_request_seconds,
                  "Time for a client to send the headers of a request; three times that for a body")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app->add_option("--max-http-connections", s->server.limits.http_connections,
                  "Open HTTP connections")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app->add_option("--log-level", s->log_level, "debug, info, warning, error, off")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  app->add_option("--workers", s->server.workers, "Threads for long requests (one a core)")
      ->check(CLI::Range(0, 1024));
  app->add_option("--read-seconds", s->read_seconds, "A read that takes longer is cut short")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  app->add_option("--write-seconds", s->write_seconds, "The same for writes")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  app->add_option("--drain-seconds", s->drain_seconds, "Time for requests to finish at a stop")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  app->add_option("--watch-stall-seconds", s->watch_stall_seconds,
                  "A watch that takes nothing for so long is ended")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app->add_option("--max-requests", s->server.limits.requests, "Requests at once")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app->add_option("--max-queue", s->server.limits.queue, "Requests that wait for a worker")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app->add_option("--max-watches", s->server.limits.watches, "Open watches")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app->add_option("--max-connections", s->server.limits.connections,
                  "Open connections, half of them from one address")
      ->check(CLI::Range(2, 1'000'000))
      ->capture_default_str();
  app->add_option("--handshake-seconds", s->handshake_seconds,
                  "A connection that has not said what it wants by then is closed")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app->add_option("--connection-idle-seconds", s->connection_idle_seconds,
                  "A connection without a request for so long is closed")
      ->check(CLI::Range(0.1, 86'400.0))
      ->capture_default_str();
  app->add_option("--connection-age-seconds", s->connection_age_seconds,
                  "A connection is closed then, streams on it a minute later")
      ->check(CLI::Range(1.0, 2'000'000.0))
      ->capture_default_str();
  app->add_option("--self-check-seconds", s->self_check_seconds,
                  "So often the daemon connects to itself, and ends if it cannot; 0: never")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  app->add_option("--max-message-bytes", s->server.limits.message_bytes, "Size of a request")
      ->check(CLI::Range(1024, 1 << 30))
      ->capture_default_str();
  app->add_flag("--no-builtin", s->no_builtin, "Serve the store without the built-in catalogue");
  app->add_option("--port-file", s->port_file,
                  "Write the port there once the server answers (for --listen …:0)");
  for (CLI::Option* option : app->get_options()) {
    const std::string name = option->get_lnames().empty() ? "" : option->get_lnames()[0];
    if (name == "help" || name == "version" || name == "config" || name.empty()) continue;
    option->envname(EnvironmentName("LINEAGED_", name));
  }
}

int Fail(const absl::Status& status, int exit_status) {
  std::cerr << "lineaged: " << EscapeForTerminal(status.message()) << "\n";
  return exit_status;
}

absl::StatusOr<std::unique_ptr<Store>> OpenStore(const Settings& settings) {
  if (settings.store == "memory") return MakeMemoryStore();
  SqliteStoreOptions options;
  options.directory = settings.store.empty() ? DefaultStoreDirectory() : settings.store;
  if (options.directory.empty()) {
    return absl::InvalidArgumentError("no folder for the store: set --store, or HOME");
  }
  options.writable = options.create = true;
  return OpenSqliteStore(options);
}

int NewTokenCommand(const std::string& name, const std::string& role) {
  const NewToken made = MakeAccessToken();
  std::cerr << "Give this token to " << EscapeForTerminal(name)
            << "; it is not shown again, and not stored:\n";
  std::cout << made.token << "\n";
  std::cerr << "Add this line to `tokens:` in the access file, then send the daemon SIGHUP:\n"
            << "  - {name: \"" << EscapeForTerminal(name) << "\", role: " << role
            << ", sha256: " << made.sha256 << "}\n";
  return 0;
}

// Tells a port to who waits for the file, all of it at once; nothing if no file is named.
absl::Status WritePort(const std::string& path, int port) {
  if (path.empty()) return absl::OkStatus();
  std::ofstream(path + ".new") << port << "\n";
  if (std::rename((path + ".new").c_str(), path.c_str()) == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(path, ": cannot be written"));
}

// Ends the process if `stopped` is not set within so long, and at another signal to stop, whatever
// still runs: the store survives that at any moment.
void EndUnlessStopped(std::shared_ptr<const std::atomic<bool>> stopped, absl::Duration wait,
                      const sigset_t& signals) {
  std::thread([stopped = std::move(stopped), wait, signals] {
    const absl::Time end = absl::Now() + wait;
    while (*stopped || absl::Now() < end) {
      const timespec moment = absl::ToTimespec(absl::Milliseconds(100));
      const int signal = sigtimedwait(&signals, nullptr, &moment);
      if (signal == SIGTERM || signal == SIGINT) break;
    }
    Log(LogLevel::kWarning, "something still runs; ending without it");
    ::_exit(kExitFailed);
  }).detach();
}

void SetTimes(Settings* settings) {
  Limits& limits = settings->server.limits;
  limits.read_time = absl::Seconds(settings->read_seconds);
  limits.write_time = absl::Seconds(settings->write_seconds);
  limits.watch_stall = absl::Seconds(settings->watch_stall_seconds);
  limits.http_request_time = absl::Seconds(settings->http_request_seconds);
  limits.handshake = absl::Seconds(settings->handshake_seconds);
  limits.connection_idle = absl::Seconds(settings->connection_idle_seconds);
  limits.connection_age = absl::Seconds(settings->connection_age_seconds);
  settings->server.drain = absl::Seconds(settings->drain_seconds);
}

// Ends the process when nobody can come in any more; the service manager hears that it is well.
void KeepChecked(const Settings& settings, Server* server) {
  // The manager ends what it does not hear of: three times as often as it asks for.
  absl::Duration period = ManagerPatience() / 3;
  if (settings.self_check_seconds > 0) {
    period = std::min(period, absl::Seconds(settings.self_check_seconds));
  }
  if (period == absl::InfiniteDuration()) return;
  server->KeepChecked(
      period, [] { NotifyManager("WATCHDOG=1"); },
      [](const absl::Status& why) {
        Log(LogLevel::kError, "the listener is deaf; ending, to be started again",
            {{"result", std::string(why.message())}});
        ::_exit(kExitDeaf);
      });
}

void TellServing(const Settings& settings, const Server& server, Revision revision) {
  Log(LogLevel::kInfo, "serving",
      {{"listen", settings.server.listen},
       {"port", absl::StrCat(server.port())},
       {"tls", settings.server.tls.certificate.empty() ? "no" : "yes"},
       {"access", settings.server.access_file.empty() ? "open" : "file"},
       {"store", settings.store.empty() ? DefaultStoreDirectory() : settings.store},
       {"revision", absl::StrCat(revision)},
       {"version", LINEAGE_VERSION}});
}

// Until a signal to stop comes; other signals are served.
void AwaitStop(const sigset_t& signals, Server* server) {
  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) {
      Log(LogLevel::kInfo, "stopping", {{"signal", absl::StrCat(signal)}});
      NotifyManager("STOPPING=1");
      return;
    }
    static_cast<void>(server->ReloadCertificates());  // logs what it finds
    const absl::Status status = server->ReloadAccess();
    Log(status.ok() ? LogLevel::kInfo : LogLevel::kError, "access file read again",
        {{"result", status.ok() ? "ok" : std::string(status.message())}});
  }
}

int Serve(Settings* settings) {
  SetLogLevel(settings->log_level);
  KeepOutOfCoreDumps();
  SetTimes(settings);

  // Every thread inherits this: signals are taken in one place, below.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  absl::StatusOr<std::unique_ptr<Store>> store = OpenStore(*settings);
  if (!store.ok()) return Fail(store.status(), kExitFailed);
  KnowledgeBaseOptions options;
  options.builtin = !settings->no_builtin;
  options.on_image = [](absl::string_view event, const absl::Status& status) {
    Log(status.ok() ? LogLevel::kInfo : LogLevel::kWarning,
        absl::StrCat("image of the store ", event),
        {{"result", status.ok() ? "ok" : std::string(status.message())}});
  };
  auto base = KnowledgeBase::Open(*std::move(store), options);
  if (!base.ok()) return Fail(base.status(), kExitFailed);
  const Revision revision = (*base)->revision();
  auto server = Server::Start(settings->server, *std::move(base));
  if (!server.ok()) {
    return Fail(server.status(),
                absl::IsInvalidArgument(server.status()) ? kExitUsage : kExitFailed);
  }
  TellServing(*settings, **server, revision);
  absl::Status told = WritePort(settings->port_file, (*server)->port());
  if (told.ok()) told = WritePort(settings->http_port_file, (*server)->http_port());
  if (!told.ok()) {
    return Fail(told, kExitFailed);
  }
  NotifyManager("READY=1");
  KeepChecked(*settings, server->get());
  AwaitStop(signals, server->get());
  const auto stopped = std::make_shared<std::atomic<bool>>(false);
  EndUnlessStopped(stopped, settings->server.drain + kGraceAfterDrain, signals);
  (*server)->Stop();
  *stopped = true;  // what follows, the cache file among it, may take its time
  Log(LogLevel::kInfo, "stopped");
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app{"Serves licences, traced through what models were made from, over gRPC and HTTP.",
               "lineaged"};
  Settings settings;
  app.set_version_flag("--version", LINEAGE_VERSION);
  AddSettings(&app, &settings);
  app.footer(
      "Flags win over the environment (LINEAGED_ and the name), the environment over --config "
      "(LINEAGED_CONFIG).\nSIGTERM stops after a drain, SIGHUP reads the access file and the "
      "certificates again.");
  std::string name;
  std::string role;
  CLI::App* new_token = app.add_subcommand("new-token", "Make an access token and its hash");
  new_token->add_option("NAME", name, "Who will use it")->required();
  new_token->add_option("ROLE", role, "reader, writer or admin")
      ->required()
      ->check(CLI::IsMember(AllNames<Role>()));
  // The file has to be known before the flags are read.
  std::string config;
  if (const char* set = std::getenv("LINEAGED_CONFIG"); set != nullptr) config = set;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--config" && i + 1 < argc) config = argv[i + 1];
    if (word.rfind("--config=", 0) == 0) config = word.substr(9);
  }
  if (!config.empty()) {
    const absl::Status status = LoadSettings(config, SettingNames(app), "LINEAGED_");
    if (!status.ok()) return Fail(status, kExitUsage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForVersion& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    std::cerr << "lineaged: " << EscapeForTerminal(e.what()) << "\nTry: lineaged --help\n";
    return kExitUsage;
  }
  if (new_token->parsed()) return NewTokenCommand(name, role);
  return Serve(&settings);
}

}  // namespace
}  // namespace lineage

int main(int argc, char** argv) { return lineage::Main(argc, argv); }
