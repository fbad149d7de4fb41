// What searches over one snapshot share: which artifacts have a value, and verdicts that were
// computed already. Built as it is asked for.
#ifndef LINEAGE_ENGINE_SEARCH_SEARCH_INDEX_H_
#define LINEAGE_ENGINE_SEARCH_SEARCH_INDEX_H_

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/graph/snapshot.h"
#include "engine/permission/query.h"

namespace lineage {

// The verdicts and the class of every artifact's primary component under one query.
struct VerdictColumns {
  struct Row {
    std::array<Verdict, kRightCount> alone{};
    LicenseClass license_class = LicenseClass::kUndeclared;
  };
  std::vector<Row> rows;  // by vertex; rows of other components are not filled
  // Vertices by right and verdict, ascending.
  std::array<std::array<std::vector<VertexId>, kEnumSize<Verdict>>, kRightCount> by_verdict;
};

// Thread-safe. The snapshot outlives it.
class SearchIndex {
 public:
  explicit SearchIndex(const Snapshot& snapshot) : snapshot_(snapshot) {}

  // Primary vertices, ascending.
  [[nodiscard]] absl::Span<const VertexId> All();
  [[nodiscard]] absl::Span<const VertexId> OfKind(ArtifactKind kind);
  // By an id of the catalogue that the conclusion mentions; for what is not in it, as written.
  [[nodiscard]] absl::Span<const VertexId> Mentioning(const std::string& license);
  // By the folded name of the organisation.
  [[nodiscard]] absl::Span<const VertexId> OfOrganization(const std::string& organization);

  // The columns of a query, if they were computed already; null if not.
  [[nodiscard]] std::shared_ptr<const VerdictColumns> Find(const Query& query);
  // The same, computed if need be; null if the stop signal came first. The last few are kept. Cost:
  // one evaluation for each artifact, the first time.
  [[nodiscard]] std::shared_ptr<const VerdictColumns> Compute(const Query& query);

 private:
  struct Postings {
    std::vector<VertexId> all;
    std::array<std::vector<VertexId>, kEnumSize<ArtifactKind>> by_kind;
    absl::flat_hash_map<std::string, std::vector<VertexId>> by_license;
    absl::flat_hash_map<std::string, std::vector<VertexId>> by_organization;
  };
  const Postings& Ready();

  const Snapshot& snapshot_;
  std::once_flag built_;
  Postings postings_;
  std::mutex mutex_;  // guards columns_; held while columns are computed
  std::vector<std::pair<Query, std::shared_ptr<const VerdictColumns>>> columns_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_SEARCH_SEARCH_INDEX_H_
