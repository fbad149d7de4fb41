// The hottest paths over a small graph that is always the same, for counting instructions:
//
//   lineage_hot_paths sweep|update|permissions
//
// Each runs in a function of its own, which callgrind is told to count (compare.py). The graph is
// like the Hub's: half are roots, the rest come from one to three earlier ones, popular ones more
// often.
#include <cstdio>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/catalog/archive.h"
#include "engine/engine.h"
#include "engine/graph/snapshot_builder.h"
#include "engine/permission/verdict_table.h"

using namespace lineage;  // NOLINT(google-build-using-namespace): a program

namespace {

constexpr uint32_t kModels = 2'000;
constexpr uint32_t kAsked = 500;
constexpr uint32_t kWritten = 20;

// The same on every machine.
class Random {
 public:
  uint32_t Below(uint32_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<uint32_t>((state_ >> 33U) % bound);
  }

 private:
  uint64_t state_ = 7;
};

std::string NameOf(uint32_t model) { return absl::StrCat("org-", model % 97, "/model-", model); }

struct Work {
  std::shared_ptr<const LicenseTable> licenses;
  Records records;
  SnapshotKey key{Date::FromDays(20'500), ~Revision{0}, ClaimsPolicy::kRanked};
  std::unique_ptr<SnapshotBuilder> builder;
  std::shared_ptr<const VerdictTable> table;
  std::unique_ptr<Engine> engine;
  Random random;

  Claim EdgeTo(uint32_t child) {
    Claim claim;
    claim.subject = NameOf(child);
    claim.statement = StatementKind::kEdge;
    claim.relation = static_cast<Relation>(random.Below(3));
    const uint32_t popular = random.Below(2) == 0 ? child : 1 + child / 50;
    claim.parent = NameOf(random.Below(popular));
    return claim;
  }

  Work() {
    Catalog catalog = *LoadBuiltinCatalog();
    catalog.artifacts.clear();
    catalog.claims.clear();
    licenses = std::make_shared<const LicenseTable>(std::make_shared<const Catalog>(catalog));
    std::vector<std::string> names;
    for (const License& license : catalog.licenses) {
      if (license.basis != Basis::kNone && names.size() < 60) names.push_back(license.id);
    }
    for (uint32_t model = 0; model < kModels; ++model) {
      Artifact artifact;
      artifact.id = NameOf(model);
      artifact.kind = ArtifactKind::kCheckpoint;
      if (!records.Describe(artifact).ok()) std::abort();
      Claim claim;
      claim.subject = artifact.id;
      claim.statement = StatementKind::kLicense;
      claim.text = names[random.Below(static_cast<uint32_t>(names.size()))];
      if (!records.Add(claim).ok()) std::abort();
      if (model == 0 || random.Below(2) == 0) continue;
      for (uint32_t i = 0; i <= random.Below(8) / 6; ++i) {
        if (!records.Add(EdgeTo(model)).ok()) std::abort();
      }
    }
    builder = std::make_unique<SnapshotBuilder>(licenses, key);
    builder->Rebuild(records);
    table = VerdictTable::Build(builder->Current(), Query());
    engine = Engine::FromRecords(records, licenses, 1, table);
  }
};

}  // namespace

extern "C" {

// The verdicts of all.
[[gnu::noinline]] std::size_t HotPath_sweep(Work* work) {
  return VerdictTable::Build(work->builder->Current(), Query())->evaluated();
}

// Edges added one by one, every verdict right again.
[[gnu::noinline]] std::size_t HotPath_update(Work* work) {
  std::size_t changes = 0;
  for (uint32_t i = 0; i < kWritten; ++i) {
    const auto added = work->records.Add(work->EdgeTo(1 + work->random.Below(kModels - 1)));
    const auto changed =
        work->builder->Update(work->records, {work->records.Row(*added).subject});
    work->table = changed ? work->table->Updated(work->builder->Current(), *changed)
                          : VerdictTable::Build(work->builder->Current(), Query());
    changes += changed ? changed->size() : 0;
  }
  return changes;
}

// One model after the other, by name.
[[gnu::noinline]] std::size_t HotPath_permissions(Work* work) {
  Question question;
  question.key = work->key;
  std::size_t answered = 0;
  for (uint32_t i = 0; i < kAsked; ++i) {
    answered += work->engine->Permissions(NameOf(i * 3 % kModels), question).ok() ? 1 : 0;
  }
  return answered;
}
}

int main(int argc, char** argv) {
  const std::string path = argc == 2 ? argv[1] : "";
  Work work;
  if (path == "sweep") {
    std::printf("%zu left to the evaluator\n", HotPath_sweep(&work));
  } else if (path == "update") {
    std::printf("%zu vertices changed\n", HotPath_update(&work));
  } else if (path == "permissions") {
    std::printf("%zu answered\n", HotPath_permissions(&work));
  } else {
    std::cerr << "usage: lineage_hot_paths sweep|update|permissions\n";
    return 64;
  }
  return 0;
}
