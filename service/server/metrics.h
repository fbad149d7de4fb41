// What the server counts, for Prometheus.
#ifndef LINEAGE_SERVICE_SERVER_METRICS_H_
#define LINEAGE_SERVICE_SERVER_METRICS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/safety/loopback.h"

namespace lineage {

// Thread-safe.
class Metrics {
 public:
  // Values that are read when somebody asks.
  struct Gauges {
    double revision = 0;
    double snapshot_age_seconds = 0;
    double artifacts = 0;
    double claims = 0;
    double queue_depth = 0;
    double requests_in_flight = 0;
    double watches = 0;
  };

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // `method` must stay: a literal.
  void Request(absl::string_view method, int code, absl::Duration took);

  // Serves GET /metrics on `address`, until this goes. Errors: UNAVAILABLE (the address is taken).
  absl::Status Serve(const LiteralAddress& address, std::function<Gauges()> gauges);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_METRICS_H_
