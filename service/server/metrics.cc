#include "service/server/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "service/http/server.h"
#include "service/http/target.h"

namespace lineage {
namespace {

const prometheus::Histogram::BucketBoundaries& Buckets() {
  static const auto* const kBuckets = new prometheus::Histogram::BucketBoundaries{
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
      0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
  return *kBuckets;
}

// The gauges, computed when they are collected.
class GaugeSource : public prometheus::Collectable {
 public:
  explicit GaugeSource(std::function<Metrics::Gauges()> gauges) : gauges_(std::move(gauges)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    const Metrics::Gauges now = gauges_();
    const std::vector<std::pair<std::pair<const char*, const char*>, double>> all = {
        {{"lineage_revision", "The last committed revision"}, now.revision},
        {{"lineage_snapshot_age_seconds", "Time since the last revision was published"},
         now.snapshot_age_seconds},
        {{"lineage_artifacts", "Artifacts in the graph"}, now.artifacts},
        {{"lineage_claims", "Claims in the store"}, now.claims},
        {{"lineage_queue_depth", "Requests that wait for a worker"}, now.queue_depth},
        {{"lineage_requests_in_flight", "Requests being answered"}, now.requests_in_flight},
        {{"lineage_watches", "Open watches"}, now.watches}};
    std::vector<prometheus::MetricFamily> families;
    for (const auto& [names, value] : all) {
      prometheus::MetricFamily family;
      family.name = names.first;
      family.help = names.second;
      family.type = prometheus::MetricType::Gauge;
      family.metric.emplace_back();
      family.metric.back().gauge.value = value;
      families.push_back(std::move(family));
    }
    return families;
  }

 private:
  const std::function<Metrics::Gauges()> gauges_;
};

HttpResponse AnswerScrape(const HttpRequest& request, const std::function<std::string()>& text) {
  HttpResponse response;
  response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}};
  const absl::StatusOr<HttpTarget> target = ReadTarget(request.target);
  if (!target.ok()) {
    response.status = 400;
  } else if (target->path != "/metrics") {
    response.status = 404;
  } else if (request.method != "GET" && request.method != "HEAD") {
    response.status = 405;
    response.headers.emplace_back("Allow", "GET, HEAD");
  } else {
    response.body = text();
  }
  return response;
}

}  // namespace

struct Metrics::State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  prometheus::Family<prometheus::Histogram>& latency =
      prometheus::BuildHistogram()
          .Name("lineage_request_seconds")
          .Help("Time from a request's arrival to its answer")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("lineage_requests_total")
          .Help("Requests answered, by method and gRPC code")
          .Register(*registry);
  struct OfMethod {
    prometheus::Histogram* latency = nullptr;
    absl::flat_hash_map<int, prometheus::Counter*> by_code;
  };
  std::mutex mutex;  // guards the map; the metrics themselves are thread-safe
  absl::flat_hash_map<absl::string_view, OfMethod> methods;
  std::shared_ptr<GaugeSource> gauges;
  std::unique_ptr<HttpServer> server;  // reads the others, so that it ends first
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::Request(absl::string_view method, int code, absl::Duration took) {
  prometheus::Histogram* histogram = nullptr;
  prometheus::Counter* counter = nullptr;
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    State::OfMethod& of = state_->methods[method];
    prometheus::Counter*& c = of.by_code[code];
    if (c == nullptr) {
      const std::string name(method);
      if (of.latency == nullptr) of.latency = &state_->latency.Add({{"method", name}}, Buckets());
      c = &state_->requests.Add({{"method", name}, {"code", absl::StrCat(code)}});
    }
    histogram = of.latency;
    counter = c;
  }
  histogram->Observe(absl::ToDoubleSeconds(took));
  counter->Increment();
}

absl::Status Metrics::Serve(const LiteralAddress& address, std::function<Gauges()> gauges) {
  state_->gauges = std::make_shared<GaugeSource>(std::move(gauges));
  const auto answer = [state = state_.get()](std::shared_ptr<HttpExchange> exchange) {
    exchange->Respond(AnswerScrape(exchange->request(), [state] {
      std::vector<prometheus::MetricFamily> families = state->registry->Collect();
      for (prometheus::MetricFamily& family : state->gauges->Collect()) {
        families.push_back(std::move(family));
      }
      return prometheus::TextSerializer().Serialize(families);
    }));
  };
  HttpLimits limits;
  limits.connections = 32;
  limits.header_bytes = 8192;
  limits.body_bytes = 0;
  limits.write_time = absl::Seconds(10);
  ASSIGN_OR_RETURN(state_->server, HttpServer::Start(address, limits, {}, answer));
  return absl::OkStatus();
}

}  // namespace lineage
