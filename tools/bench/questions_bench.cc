// What the questions cost in-process, over the built-in catalogue: `questions_bench`.
//
// Each benchmark asks one question of many artifacts in turn, and tells the 50th and 99th
// percentile in microseconds beside the mean.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/comparison.h"
#include "engine/headroom.h"
#include "engine/notice.h"
#include "engine/repair.h"
#include "engine/suggest.h"

namespace lineage {
namespace {

const Engine& Builtin() {
  static const auto* const kEngine = new std::unique_ptr<Engine>(*Engine::Open({}));
  return **kEngine;
}

Question MakeQuestion() {
  Question question;
  question.key.as_of = Date::FromDays(20'758);
  question.query.rights = {Right::kCommercialUse, Right::kRedistributeDerivatives};
  return question;
}

std::vector<std::string> Models() {
  std::vector<std::string> ids;
  const Catalog catalog = Builtin().ToCatalog();
  for (const Artifact& artifact : catalog.artifacts) {
    if (artifact.kind == ArtifactKind::kCheckpoint) ids.push_back(artifact.id);
  }
  return ids;
}

// Times `ask` for one artifact after the other.
template <typename Ask>
void Run(benchmark::State& state, const Ask& ask) {
  static const auto* const kIds = new std::vector<std::string>(Models());
  static_cast<void>(Builtin().Explain((*kIds)[0], MakeQuestion()));
  std::vector<double> micros;
  std::size_t next = 0;
  for (auto unused : state) {
    const absl::Time start = absl::Now();
    ask((*kIds)[next++ % kIds->size()]);
    micros.push_back(absl::ToDoubleMicroseconds(absl::Now() - start));
  }
  std::sort(micros.begin(), micros.end());
  state.counters["p50_us"] = micros[micros.size() / 2];
  state.counters["p99_us"] = micros[micros.size() * 99 / 100];
}

std::shared_ptr<const Hypothesis> TunedFrom(const std::string& parent) {
  auto hypothesis = std::make_shared<Hypothesis>();
  Artifact mine;
  mine.id = "acme/mine";
  mine.kind = ArtifactKind::kCheckpoint;
  hypothesis->artifacts = {mine};
  Claim edge;
  edge.subject = mine.id;
  edge.statement = StatementKind::kEdge;
  edge.relation = Relation::kFinetunedFrom;
  edge.parent = parent;
  edge.source = {SourceKind::kLegalReview, "bench", Date::FromDays(20'000), "2024-10-04", "bench"};
  hypothesis->claims = {edge};
  return hypothesis;
}

void BM_Explain(benchmark::State& state) {
  Run(state, [](const std::string& id) {
    benchmark::DoNotOptimize(Builtin().Explain(id, MakeQuestion()));
  });
}
void BM_WhatIf(benchmark::State& state) {
  Run(state, [](const std::string& id) {
    Question question = MakeQuestion();
    question.hypothesis = TunedFrom(id);
    benchmark::DoNotOptimize(Builtin().Explain("acme/mine", question));
  });
}
void BM_Impact(benchmark::State& state) {
  Run(state, [](const std::string& id) {
    Question question = MakeQuestion();
    auto hypothesis = std::make_shared<Hypothesis>();
    Claim claim;
    claim.subject = id;
    claim.statement = StatementKind::kLicense;
    claim.text = "CC-BY-NC-4.0";
    claim.source = {SourceKind::kLegalReview, "bench", question.key.as_of, "2026-11-01", "bench"};
    hypothesis->claims = {claim};
    question.hypothesis = hypothesis;
    benchmark::DoNotOptimize(AnalyzeImpact(Builtin(), question));
  });
}
void BM_Repair(benchmark::State& state) {
  Run(state, [](const std::string& id) {
    benchmark::DoNotOptimize(Repair(Builtin(), id, MakeQuestion(), {}));
  });
}
void BM_Suggest(benchmark::State& state) {
  Run(state, [](const std::string& id) {
    benchmark::DoNotOptimize(SuggestLicensesFor(Builtin(), id, MakeQuestion()));
  });
}
void BM_Headroom(benchmark::State& state) {
  Run(state, [](const std::string& id) {
    benchmark::DoNotOptimize(HeadroomOf(Builtin(), id, MakeQuestion()));
  });
}
void BM_Notice(benchmark::State& state) {
  Run(state, [](const std::string& id) {
    benchmark::DoNotOptimize(NoticeFor(Builtin(), id, MakeQuestion()));
  });
}
void BM_Diff(benchmark::State& state) {
  Run(state, [](const std::string& id) {
    Question before = MakeQuestion();
    before.query.stance = Stance::kCautious;
    std::optional<std::size_t> cursor = 0;
    benchmark::DoNotOptimize(Compare(Builtin(), {id}, before, MakeQuestion(), 10, &cursor));
  });
}
void BM_SearchByAncestor(benchmark::State& state) {
  Run(state, [](const std::string& id) {
    benchmark::DoNotOptimize(Builtin().Search(
        "ancestor = \"" + id + "\" AND commercial-use >= conditional", MakeQuestion(), 1000, 0));
  });
}
void BM_SearchByVerdict(benchmark::State& state) {
  Run(state, [](const std::string&) {
    benchmark::DoNotOptimize(
        Builtin().Search("kind = checkpoint commercial-use = prohibited", MakeQuestion(), 1000, 0));
  });
}
void BM_CompareLicenses(benchmark::State& state) {
  Run(state, [](const std::string&) {
    benchmark::DoNotOptimize(
        CompareLicenses(Builtin(), "Apache-2.0", "GPL-3.0-only", CompareStep::kFineTune));
  });
}

BENCHMARK(BM_Explain);
BENCHMARK(BM_WhatIf);
BENCHMARK(BM_Impact);
BENCHMARK(BM_Repair);
BENCHMARK(BM_Suggest);
BENCHMARK(BM_Headroom);
BENCHMARK(BM_Notice);
BENCHMARK(BM_Diff);
BENCHMARK(BM_SearchByAncestor);
BENCHMARK(BM_SearchByVerdict);
BENCHMARK(BM_CompareLicenses);

}  // namespace
}  // namespace lineage

BENCHMARK_MAIN();
