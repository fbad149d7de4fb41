#include "engine/search/search_index.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "engine/permission/evaluator.h"

namespace lineage {
namespace {

constexpr std::size_t kColumnsKept = 4;

bool IsSame(const Query& a, const Query& b) {
  return a.stance == b.stance && a.adapter == b.adapter && a.undeclared == b.undeclared &&
         a.context == b.context && a.max_vertices == b.max_vertices;
}

absl::Span<const VertexId> At(
    const absl::flat_hash_map<std::string, std::vector<VertexId>>& postings,
    const std::string& key) {
  const auto it = postings.find(key);
  if (it == postings.end()) return {};
  return it->second;
}

}  // namespace

const SearchIndex::Postings& SearchIndex::Ready() {
  std::call_once(built_, [this] {
    for (std::size_t v = 0; v < snapshot_.vertex_count(); ++v) {
      const VertexId id(v);
      const Vertex& vertex = snapshot_.Get(id);
      if (!vertex.primary) continue;
      const Artifact& artifact = snapshot_.ArtifactOf(id);
      postings_.all.push_back(id);
      postings_.by_kind[static_cast<std::size_t>(artifact.kind)].push_back(id);
      postings_.by_organization[absl::AsciiStrToLower(OrganizationOf(artifact.id))].push_back(id);
      for (const VertexId origin : vertex.conclusion.origins) {
        ForEachLeaf(snapshot_.Get(origin).conclusion.expression, [&](const BoundExpression& leaf) {
          const std::string& name =
              leaf.license.valid() ? snapshot_.licenses().Get(leaf.license).id : leaf.as_written;
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
  for (const auto& [key, columns] : columns_) {
    if (IsSame(key, query)) return columns;
  }
  return nullptr;
}

std::shared_ptr<const VerdictColumns> SearchIndex::Compute(const Query& query) {
  const absl::Span<const VertexId> all = All();
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [key, columns] : columns_) {
    if (IsSame(key, query)) return columns;
  }
  auto columns = std::make_shared<VerdictColumns>();
  columns->rows.resize(snapshot_.vertex_count());
  Evaluator evaluator(snapshot_, query);
  std::size_t done = 0;
  for (const VertexId id : all) {
    if ((++done & 0x3F) == 0 && query.stop.Requested()) return nullptr;
    const Evaluation evaluation = evaluator.Evaluate(id);
    columns->rows[id.value()] = {evaluation.alone, evaluation.license_class};
    for (std::size_t right = 0; right < kRightCount; ++right) {
      columns->by_verdict[right][static_cast<std::size_t>(evaluation.alone[right])].push_back(id);
    }
  }
  if (query.stop.Requested()) return nullptr;  // its last evaluations may have been cut short
  if (columns_.size() == kColumnsKept) columns_.erase(columns_.begin());
  Query key = query;
  key.stop = Stop();
  columns_.emplace_back(std::move(key), columns);
  return columns;
}

}  // namespace lineage
