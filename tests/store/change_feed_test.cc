// What watching a store shows: all that concerns an artifact, whoever reads it.
#include "engine/change_feed.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/store/memory_store.h"
#include "tests/store/batches.h"
#include "tests/support.h"

namespace lineage {
namespace {

using testing::LicenseClaim;

constexpr const char* kBase = "origin/base";
constexpr const char* kTuned = "acme/tuned";

class ChangeFeed : public ::testing::Test {
 protected:
  void SetUp() override {
    auto base = KnowledgeBase::Open(MakeMemoryStore(), {});
    ASSERT_TRUE(base.ok()) << base.status();
    base_ = *std::move(base);
    Batch batch;
    batch.artifacts = {testing::Checkpoint(kBase), testing::Checkpoint(kTuned)};
    batch.claims = {LicenseClaim(kBase, "MIT"), LicenseClaim(kTuned, "MIT")};
    Claim edge = LicenseClaim(kTuned, "");
    edge.statement = StatementKind::kEdge;
    edge.relation = Relation::kFinetunedFrom;
    edge.parent = kBase;
    batch.claims.push_back(edge);
    Write(batch);
    edge_ = base_->Current()->records().claim_count();
    filter_.artifacts = {kTuned};
    filter_.verdicts = true;
    filter_.question.key.as_of = *Date::Parse("2026-11-01");
  }

  void Write(const Batch& batch) {
    std::vector<BatchProblem> problems;
    const auto commit = base_->Apply(batch, &problems);
    ASSERT_TRUE(commit.ok()) << commit.status();
  }

  ChangeEvent Last() {
    auto event = ReadChange(base_.get(), base_->revision(), filter_);
    EXPECT_TRUE(event.ok()) << event.status();
    return event.ok() ? *std::move(event) : ChangeEvent();
  }

  std::unique_ptr<KnowledgeBase> base_;
  ClaimNumber edge_ = 0;
  ChangeFilter filter_;
};

TEST_F(ChangeFeed, ShowsWhatIsWrittenAboutUpstreamAndTheVerdictsOfTheWanted) {
  Batch batch;
  batch.claims = {LicenseClaim(kBase, "CC-BY-NC-4.0")};
  batch.claims[0].source.kind = SourceKind::kLegalReview;
  Write(batch);
  const ChangeEvent event = Last();
  ASSERT_EQ(event.claims.size(), 1u) << "it was made from what the claim is about";
  EXPECT_EQ(event.claims[0].subject, kBase);
  EXPECT_TRUE(event.verdicts_complete);
  ASSERT_FALSE(event.verdicts.empty());
  for (const VerdictChange& change : event.verdicts) EXPECT_EQ(change.artifact, kTuned);
}

TEST_F(ChangeFeed, LeavesOutWhatDoesNotConcernTheWanted) {
  Batch batch;
  batch.artifacts = {testing::Checkpoint("acme/other")};
  batch.claims = {LicenseClaim("acme/other", "MIT")};
  Write(batch);
  const ChangeEvent event = Last();
  EXPECT_TRUE(event.artifacts.empty());
  EXPECT_TRUE(event.claims.empty());
  EXPECT_TRUE(event.verdicts.empty());
  EXPECT_EQ(event.commit.revision, base_->revision());
  filter_.artifacts.clear();
  EXPECT_EQ(Last().claims.size(), 1u) << "without a filter everything is shown";
}

// What was upstream until this very revision concerns the artifact as well.
TEST_F(ChangeFeed, ShowsWhatLeavesTheUpstreamTogetherWithAnEdge) {
  Batch batch;
  batch.retractions = {{edge_, "mistaken"}};
  batch.claims = {LicenseClaim(kBase, "Apache-2.0")};
  Write(batch);
  const ChangeEvent event = Last();
  ASSERT_EQ(event.retracted.size(), 1u);
  EXPECT_EQ(event.retracted[0].second, "mistaken");
  ASSERT_EQ(event.claims.size(), 1u);
  EXPECT_EQ(event.claims[0].subject, kBase);
}

TEST_F(ChangeFeed, SaysThatARevisionIsNotThere) {
  EXPECT_FALSE(ReadChange(base_.get(), base_->revision() + 1, filter_).ok());
}

}  // namespace
}  // namespace lineage
