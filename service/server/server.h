// The server: services over a knowledge base, from start to drained stop.
#ifndef LINEAGE_SERVICE_SERVER_SERVER_H_
#define LINEAGE_SERVICE_SERVER_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/knowledge_base.h"
#include "service/server/options.h"

namespace lineage {

class Server {
 public:
  // Listens. Errors: INVALID_ARGUMENT (settings that do not go together, an unsafe address);
  // UNAVAILABLE (the address is taken); those of the access file and the certificates.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options,
                                                       std::unique_ptr<KnowledgeBase> base);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The port that it listens on, for an address that ended in ":0".
  [[nodiscard]] int port() const;
  // The same of HTTP; 0 if it is not served.
  [[nodiscard]] int http_port() const;

  // Reads the access file again. On an error the old one stays in force.
  absl::Status ReloadAccess();

  // Looks for new certificates, and logs what it finds. On an error the last good ones stay.
  absl::Status ReloadCertificates();

  // Connects to its own port and asks its own health, from now on every `period`. After each
  // success `alive` runs, in a thread of the server's; after three failures in a row `deaf`, once.
  void KeepChecked(absl::Duration period, std::function<void()> alive,
                   std::function<void(const absl::Status&)> deaf);

  // Says NOT_SERVING, ends the watches, lets requests finish for at most the drain time, and stops.
  void Stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  absl::Status CheckSelf();
  std::unique_ptr<Parts> parts_;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_SERVER_H_
