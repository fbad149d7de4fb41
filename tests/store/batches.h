// Small batches, and a folder that goes away; shared by the store's and the service's tests.
#ifndef LINEAGE_TESTS_STORE_BATCHES_H_
#define LINEAGE_TESTS_STORE_BATCHES_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/store/store.h"

namespace lineage::testing {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lineage-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    path_ = root_ + "/store";
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(root_, error);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // A folder inside it that is not there yet.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& root() const { return root_; }

 private:
  std::string root_;
  std::string path_;
};

inline Claim LicenseClaim(const std::string& subject, const std::string& license) {
  Claim claim;
  claim.subject = subject;
  claim.statement = StatementKind::kLicense;
  claim.text = license;
  claim.source.kind = SourceKind::kLegalReview;
  claim.source.by = "counsel";
  claim.source.said = *Date::Parse("2024-01-01");
  claim.source.said_text = "2024-01-01";
  claim.source.document = "a memo";
  claim.valid.from = claim.source.said;
  return claim;
}

inline Batch OneLicense(const std::string& subject, const std::string& license) {
  Batch batch;
  batch.author = "tester";
  batch.claims.push_back(LicenseClaim(subject, license));
  return batch;
}

inline Artifact Checkpoint(const std::string& id) {
  Artifact artifact;
  artifact.id = id;
  artifact.kind = ArtifactKind::kCheckpoint;
  return artifact;
}

inline std::vector<Change> Everything(Store* store) {
  std::vector<Change> changes;
  const absl::Status status = store->Replay(0, ~Revision{0}, [&](Change change) {
    changes.push_back(std::move(change));
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return changes;
}

}  // namespace lineage::testing

#endif  // LINEAGE_TESTS_STORE_BATCHES_H_
