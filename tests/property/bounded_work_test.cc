// Every question looks at the stop signal while it works, whatever the graph looks like: between
// two looks, and after the signal was given, there is little work. Work is counted in allocations
// (machines are noisy, counts are not): this binary has an operator new of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/comparison.h"
#include "engine/headroom.h"
#include "engine/notice.h"
#include "engine/repair.h"
#include "engine/suggest.h"
#include "tests/support.h"

namespace {
thread_local uint64_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace lineage {
namespace {

// From one look to the next: some tens of milliseconds of work.
constexpr uint64_t kMostBetweenLooks = 400'000;
// From the signal until the answer: what was begun is put into words.
constexpr uint64_t kMostAfterSignal = 400'000;

struct Shape {
  std::string name;
  std::string subject;
  Catalog catalog;
};

class Builder {
 public:
  Builder() {
    source_.kind = SourceKind::kModelCard;
    source_.by = "somebody";
    source_.said = *Date::Parse("2024-01-01");
    source_.said_text = "2024-01-01";
    source_.document = "a document";
    catalog_ = *LoadBuiltin();
  }

  void Artifact(const std::string& id) {
    lineage::Artifact artifact;
    artifact.id = id;
    artifact.kind = ArtifactKind::kCheckpoint;
    catalog_.artifacts.push_back(std::move(artifact));
  }
  void License(const std::string& id, const std::string& license,
               const std::string& day = "2024-01-01", const std::string& by = "somebody") {
    Claim claim = NewClaim(id, StatementKind::kLicense);
    claim.text = license;
    claim.source.by = by;
    claim.source.said = *Date::Parse(day);
    claim.source.said_text = day;
    claim.valid.from = claim.source.said;
    catalog_.claims.push_back(std::move(claim));
  }
  void Edge(const std::string& child, Relation relation, const std::string& parent) {
    Claim claim = NewClaim(child, StatementKind::kEdge);
    claim.relation = relation;
    claim.parent = parent;
    catalog_.claims.push_back(std::move(claim));
  }
  Catalog Take() { return std::move(catalog_); }

 private:
  // Licences and vocabulary of the catalogue, without its artifacts.
  static absl::StatusOr<Catalog> LoadBuiltin() {
    Catalog catalog = Engine::Open({}).value()->ToCatalog();
    catalog.artifacts.clear();
    catalog.claims.clear();
    return catalog;
  }
  Claim NewClaim(const std::string& subject, StatementKind statement) const {
    Claim claim;
    claim.subject = subject;
    claim.statement = statement;
    claim.source = source_;
    return claim;
  }

  Source source_;
  Catalog catalog_;
};

constexpr const char* kLicenses[] = {"Apache-2.0",   "CC-BY-NC-4.0", "llama3.1",   "CC-BY-SA-4.0",
                                     "GPL-3.0-only", "gemma",        "openrail++", "LicenseRef-x"};

std::string LicenseOf(int i) {
  return kLicenses[static_cast<std::size_t>(i) % std::size(kLicenses)];
}

// One model merged from many, of many makers with two models each.
Shape Star(int parents) {
  Builder builder;
  builder.Artifact("o/star");
  builder.License("o/star", "MIT");
  for (int i = 0; i < parents; ++i) {
    const std::string parent = absl::StrCat("org", i / 2, "/parent", i);
    builder.Artifact(parent);
    builder.License(parent, LicenseOf(i));
    builder.Edge("o/star", Relation::kMergedFrom, parent);
  }
  return {"Star", "o/star", builder.Take()};
}

Shape Chain(int length) {
  Builder builder;
  for (int i = 0; i < length; ++i) {
    const std::string id = absl::StrCat("o", i % 50, "/link", i);
    builder.Artifact(id);
    builder.License(id, LicenseOf(i));
    if (i > 0)
      builder.Edge(absl::StrCat("o", (i - 1) % 50, "/link", i - 1), Relation::kFinetunedFrom, id);
  }
  return {"Chain", "o0/link0", builder.Take()};
}

Shape ManyClaims(int claims) {
  Builder builder;
  builder.Artifact("o/disputed");
  for (int i = 0; i < claims; ++i) {
    builder.License("o/disputed", LicenseOf(i), Date::FromDays(19'000 + i % 700).ToString(),
                    absl::StrCat("somebody", i % 997));
  }
  builder.Artifact("o/child");
  builder.License("o/child", "MIT");
  builder.Edge("o/child", Relation::kFinetunedFrom, "o/disputed");
  return {"ManyClaims", "o/child", builder.Take()};
}

// Layers of models each merged from all of the layer before.
Shape Grid(int layers, int width) {
  Builder builder;
  const auto id = [](int layer, int i) { return absl::StrCat("o", i, "/layer", layer, "-", i); };
  for (int layer = 0; layer < layers; ++layer) {
    for (int i = 0; i < width; ++i) {
      builder.Artifact(id(layer, i));
      builder.License(id(layer, i), LicenseOf(layer + i));
      for (int j = 0; layer > 0 && j < width; ++j) {
        builder.Edge(id(layer - 1, i), Relation::kMergedFrom, id(layer, j));
      }
    }
  }
  return {"Grid", id(0, 0), builder.Take()};
}

Shape DeepExpression(int depth) {
  std::string expression = "MIT";
  for (int i = 0; i < depth; ++i) {
    expression = absl::StrCat("(", expression, i % 2 == 0 ? " AND " : " OR ", LicenseOf(i), ")");
  }
  Builder builder;
  builder.Artifact("o/deep");
  builder.License("o/deep", "MIT");
  builder.Artifact("o/base");
  builder.License("o/base", expression);
  builder.Edge("o/deep", Relation::kFinetunedFrom, "o/base");
  return {"DeepExpression", "o/deep", builder.Take()};
}

using Ask = std::function<void(const Engine&, const std::string&, const Question&)>;

const std::vector<std::pair<std::string, Ask>>& Questions() {
  static const auto* const kAll = new std::vector<std::pair<std::string, Ask>>{
      {"Explain",
       [](const Engine& e, const std::string& id, const Question& q) { (void)e.Explain(id, q); }},
      {"Permissions", [](const Engine& e, const std::string& id,
                         const Question& q) { (void)e.Permissions(id, q); }},
      {"Show",
       [](const Engine& e, const std::string& id, const Question& q) { (void)e.Show(id, q); }},
      {"Audit",
       [](const Engine& e, const std::string& id, const Question& q) { (void)e.Audit({id}, q); }},
      {"AuditAll",
       [](const Engine& e, const std::string&, const Question& q) { (void)e.Audit({}, q); }},
      {"Suggest", [](const Engine& e, const std::string& id,
                     const Question& q) { (void)SuggestLicensesFor(e, id, q); }},
      {"Notice", [](const Engine& e, const std::string& id,
                    const Question& q) { (void)NoticeFor(e, id, q); }},
      {"Openness", [](const Engine& e, const std::string& id,
                      const Question& q) { (void)e.AssessOpenness(id, q, {}); }},
      {"AiAct", [](const Engine& e, const std::string& id,
                   const Question& q) { (void)e.AssessAiAct(id, q, AiActActor::kMaker); }},
      {"Headroom", [](const Engine& e, const std::string& id,
                      const Question& q) { (void)HeadroomOf(e, id, q); }},
      {"Repair", [](const Engine& e, const std::string& id,
                    const Question& q) { (void)Repair(e, id, q, {}); }},
      {"Graph",
       [](const Engine& e, const std::string& id, const Question& q) { (void)e.Graph(id, q, {}); }},
      {"Search",
       [](const Engine& e, const std::string&, const Question& q) {
         (void)e.Search("finding = share-alike-dropped", q, 100, 0);
       }},
  };
  return *kAll;
}

class BoundedWork : public ::testing::TestWithParam<int> {
 protected:
  static const std::vector<Shape>& Shapes() {
    static const auto* const kShapes = [] {
      auto* shapes = new std::vector<Shape>;
      shapes->push_back(Star(800));
      shapes->push_back(Chain(1500));
      shapes->push_back(ManyClaims(2000));
      shapes->push_back(Grid(6, 14));
      shapes->push_back(DeepExpression(60));
      return shapes;
    }();
    return *kShapes;
  }
};

TEST_P(BoundedWork, LooksAtTheStopSignalOftenEnough) {
  const Shape& shape = Shapes()[static_cast<std::size_t>(GetParam())];
  const auto engine = Engine::FromCatalog(shape.catalog);
  Question question = testing::QuestionOn("2026-11-01");
  question.query.rights = {Right::kCommercialUse, Right::kRedistribute};
  static_cast<void>(engine->At(question.key));
  for (const auto& [name, ask] : Questions()) {
    SCOPED_TRACE(absl::StrCat(shape.name, ": ", name));
    uint64_t last = allocations;
    uint64_t most = 0;
    uint64_t looks = 0;
    const uint64_t began = allocations;
    constexpr uint64_t kEnough = 2'000'000;  // of work: then it is told to stop
    question.query.stop.cancelled = [&] {
      most = std::max(most, allocations - last);
      last = allocations;
      ++looks;
      return allocations - began > kEnough;
    };
    ask(*engine, shape.subject, question);
    most = std::max(most, allocations - last);
    EXPECT_LE(most, kMostBetweenLooks)
        << looks << " looks, " << allocations - began << " allocations";

    // Given at once, the signal is heeded at once.
    question.query.stop.cancelled = [] { return true; };
    const uint64_t before = allocations;
    ask(*engine, shape.subject, question);
    EXPECT_LE(allocations - before, kMostAfterSignal);
  }
}

std::string ShapeName(const ::testing::TestParamInfo<int>& shape) {
  constexpr const char* kNames[] = {"Star", "Chain", "ManyClaims", "Grid", "DeepExpression"};
  return kNames[shape.param];
}

INSTANTIATE_TEST_SUITE_P(Shapes, BoundedWork, ::testing::Range(0, 5), ShapeName);

}  // namespace
}  // namespace lineage
