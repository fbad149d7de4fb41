#include "engine/search/search_index.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace lineage {
namespace {

constexpr std::size_t kColumnsKept = 4;

absl::Span<const VertexId> At(
    const absl::flat_hash_map<std::string, std::vector<VertexId>>& postings,
    const std::string& key) {
  const auto it = postings.find(key);
  if (it == postings.end()) return {};
  return it->second;
}

}  // namespace

SearchIndex::SearchIndex(std::shared_ptr<const Snapshot> snapshot,
                         std::shared_ptr<const VerdictTable> ready)
    : snapshot_(std::move(snapshot)) {
  if (ready != nullptr) Keep(std::move(ready));
}

const SearchIndex::Postings& SearchIndex::Ready() {
  std::call_once(built_, [this] {
    for (std::size_t v = 0; v < snapshot_->artifact_count(); ++v) {
      const VertexId id(v);
      postings_.all.push_back(id);
      postings_.by_kind[static_cast<std::size_t>(snapshot_->KindOf(id))].push_back(id);
      postings_
          .by_organization[absl::AsciiStrToLower(
              OrganizationOf(snapshot_->records().IdOf(ArtifactIndex(v))))]
          .push_back(id);
      for (const VertexId origin : snapshot_->OriginsOf(id)) {
        ForEachLeaf(snapshot_->ExpressionOf(origin), [&](const BoundExpression& leaf) {
          const std::string& name =
              leaf.license.valid() ? snapshot_->licenses().Get(leaf.license).id : leaf.as_written;
          std::vector<VertexId>& list = postings_.by_license[name];
          if (list.empty() || list.back() != id) list.push_back(id);
        });
      }
    }
  });
  return postings_;
}

absl::Span<const VertexId> SearchIndex::All() { return Ready().all; }

absl::Span<const VertexId> SearchIndex::OfKind(ArtifactKind kind) {
  return Ready().by_kind[static_cast<std::size_t>(kind)];
}

absl::Span<const VertexId> SearchIndex::Mentioning(const std::string& license) {
  return At(Ready().by_license, license);
}

absl::Span<const VertexId> SearchIndex::OfOrganization(const std::string& organization) {
  return At(Ready().by_organization, organization);
}

std::shared_ptr<const VerdictColumns> SearchIndex::Find(const Query& query) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const Computed& computed : columns_) {
    if (computed.table->Answers(query)) {
      return computed.columns[static_cast<std::size_t>(query.stance)];
    }
  }
  return nullptr;
}

void SearchIndex::Keep(std::shared_ptr<const VerdictTable> table) {
  Computed computed;
  for (const Stance stance : EnumValues<Stance>()) {
    computed.columns[static_cast<std::size_t>(stance)] =
        std::make_shared<const VerdictColumns>(table, stance);
  }
  computed.table = std::move(table);
  if (columns_.size() == kColumnsKept) columns_.erase(columns_.begin());
  columns_.push_back(std::move(computed));
}

std::shared_ptr<const VerdictColumns> SearchIndex::Compute(const Query& query) {
  if (query.max_vertices < Query().max_vertices) return nullptr;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto at = static_cast<std::size_t>(query.stance);
  for (const Computed& computed : columns_) {
    if (computed.table->Answers(query)) return computed.columns[at];
  }
  std::shared_ptr<const VerdictTable> table = VerdictTable::Build(snapshot_, query);
  if (table == nullptr) return nullptr;
  Keep(std::move(table));
  return columns_.back().columns[at];
}

VerdictColumns::Row VerdictColumns::RowOf(VertexId primary) const {
  const VerdictRow told = table_->Get(primary, stance_);
  return {told.alone(), told.license_class(), told.claims_more()};
}

absl::Span<const VertexId> VerdictColumns::ClaimingMore() const {
  std::call_once(claiming_more_built_, [&] {
    for (std::size_t v = 0; v < table_->snapshot().artifact_count(); ++v) {
      if (table_->Get(VertexId(v), stance_).claims_more()) claiming_more_.emplace_back(v);
    }
  });
  return claiming_more_;
}

absl::Span<const VertexId> VerdictColumns::With(Right right, Verdict verdict) const {
  const auto at = static_cast<std::size_t>(right);
  std::call_once(built_[at], [&] {
    for (std::size_t v = 0; v < table_->snapshot().artifact_count(); ++v) {
      const VertexId id(v);
      const Verdict told = table_->Get(id, stance_).VerdictOf(right);
      lists_[at][static_cast<std::size_t>(told)].push_back(id);
    }
  });
  return lists_[at][static_cast<std::size_t>(verdict)];
}

}  // namespace lineage
