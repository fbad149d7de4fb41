// What searches over one snapshot share: which artifacts have a value, and verdicts that were
// computed already. Built as it is asked for.
#ifndef LINEAGE_ENGINE_SEARCH_SEARCH_INDEX_H_
#define LINEAGE_ENGINE_SEARCH_SEARCH_INDEX_H_

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/graph/snapshot.h"
#include "engine/permission/query.h"
#include "engine/permission/verdict_table.h"

namespace lineage {

// The verdicts and the class of every artifact's primary component under one query. Thread-safe.
class VerdictColumns {
 public:
  struct Row {
    std::array<Verdict, kRightCount> alone{};
    LicenseClass license_class = LicenseClass::kUndeclared;
    bool claims_more = false;  // VerdictRow::claims_more
  };

  VerdictColumns(std::shared_ptr<const VerdictTable> table, Stance stance)
      : table_(std::move(table)), stance_(stance) {}

  [[nodiscard]] Row RowOf(VertexId primary) const;
  // Ascending. Cost: one pass over all artifacts, the first time that a right is asked about.
  [[nodiscard]] absl::Span<const VertexId> With(Right right, Verdict verdict) const;
  // Those that overgrant, ascending. The same cost.
  [[nodiscard]] absl::Span<const VertexId> ClaimingMore() const;

 private:
  using Lists = std::array<std::vector<VertexId>, kEnumSize<Verdict>>;

  const std::shared_ptr<const VerdictTable> table_;
  const Stance stance_;
  mutable std::array<std::once_flag, kRightCount> built_;
  mutable std::array<Lists, kRightCount> lists_;
  mutable std::once_flag claiming_more_built_;
  mutable std::vector<VertexId> claiming_more_;
};

// Thread-safe.
class SearchIndex {
 public:
  // `ready`, if not null, is a table of the snapshot's verdicts.
  explicit SearchIndex(std::shared_ptr<const Snapshot> snapshot,
                       std::shared_ptr<const VerdictTable> ready = nullptr);

  [[nodiscard]] const Snapshot& snapshot() const { return *snapshot_; }
  // Primary vertices, ascending.
  [[nodiscard]] absl::Span<const VertexId> All();
  [[nodiscard]] absl::Span<const VertexId> OfKind(ArtifactKind kind);
  // By an id of the catalogue that the conclusion mentions; for what is not in it, as written.
  [[nodiscard]] absl::Span<const VertexId> Mentioning(const std::string& license);
  // By the folded name of the organisation.
  [[nodiscard]] absl::Span<const VertexId> OfOrganization(const std::string& organization);

  // The columns of a query, if they were computed already; null if not.
  [[nodiscard]] std::shared_ptr<const VerdictColumns> Find(const Query& query);
  // The same, computed if need be; null if the stop signal came first, or the query's limits are
  // tighter than usual. The last few are kept. Cost: one sweep over the graph, the first time.
  [[nodiscard]] std::shared_ptr<const VerdictColumns> Compute(const Query& query);

 private:
  struct Postings {
    std::vector<VertexId> all;
    std::array<std::vector<VertexId>, kEnumSize<ArtifactKind>> by_kind;
    absl::flat_hash_map<std::string, std::vector<VertexId>> by_license;
    absl::flat_hash_map<std::string, std::vector<VertexId>> by_organization;
  };
  const Postings& Ready();

  // The columns of all stances.
  struct Computed {
    std::shared_ptr<const VerdictTable> table;
    std::array<std::shared_ptr<const VerdictColumns>, kEnumSize<Stance>> columns;
  };
  void Keep(std::shared_ptr<const VerdictTable> table);

  const std::shared_ptr<const Snapshot> snapshot_;
  std::once_flag built_;
  Postings postings_;
  std::mutex mutex_;  // guards columns_; held while columns are computed
  std::vector<Computed> columns_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_SEARCH_SEARCH_INDEX_H_
