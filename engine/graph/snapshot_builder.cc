#include "engine/graph/snapshot_builder.h"

#include <algorithm>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "engine/graph/boost_graph.h"

namespace lineage {
namespace {

// Smaller is better: rank, then the later day.
std::pair<int, int64_t> Preference(const Claim& claim) {
  return {RankOf(claim.source.kind), -int64_t{claim.source.said.days()}};
}

BoundExpression BindClaim(const LicenseTable& licenses, const Claim& claim) {
  return claim.as_found ? LicenseTable::Unknown(claim.text) : licenses.Bind(claim.text);
}

}  // namespace

Conclusion ConcludeFrom(const Catalog& catalog, const LicenseTable& licenses, ClaimsPolicy policy,
                        std::vector<ClaimIndex> candidates) {
  Conclusion conclusion;
  if (candidates.empty()) return conclusion;
  const auto claim = [&](ClaimIndex index) -> const Claim& {
    return catalog.claims[index.value()];
  };
  auto best = Preference(claim(candidates[0]));
  for (const ClaimIndex index : candidates) best = std::min(best, Preference(claim(index)));
  const auto is_best = [&](ClaimIndex index) { return Preference(claim(index)) == best; };
  if (policy == ClaimsPolicy::kRanked) {
    candidates.erase(std::remove_if(candidates.begin(), candidates.end(), std::not_fn(is_best)),
                     candidates.end());
  }
  std::vector<BoundExpression> parts;
  std::optional<std::string> best_text;
  for (const ClaimIndex index : candidates) {
    parts.push_back(BindClaim(licenses, claim(index)));
    if (!is_best(index)) continue;
    conclusion.tied |= best_text && *best_text != parts.back().text;
    best_text = parts.back().text;
  }
  conclusion.kind = Conclusion::Kind::kDeclared;
  conclusion.expression = JoinAll(std::move(parts));
  conclusion.claims = std::move(candidates);
  return conclusion;
}

SnapshotBuilder::SnapshotBuilder(std::shared_ptr<const Catalog> catalog,
                                 std::shared_ptr<const LicenseTable> licenses,
                                 const SnapshotKey& key)
    : snapshot_(new Snapshot()) {
  snapshot_->key_ = key;
  snapshot_->licenses_ = std::move(licenses);
  snapshot_->catalog_ = std::move(catalog);
}

std::unique_ptr<const Snapshot> SnapshotBuilder::Build() {
  IndexArtifacts();
  AddVertices();
  ConcludeLicenses();
  ConcludeLicensors();
  AddEdges();
  IndexEdges();
  FindCycles();
  ResolveCopies();
  return std::move(snapshot_);
}

void SnapshotBuilder::IndexArtifacts() {
  const Catalog& catalog = *snapshot_->catalog_;
  for (std::size_t i = 0; i < catalog.artifacts.size(); ++i) {
    snapshot_->artifact_by_id_.emplace(catalog.artifacts[i].id, ArtifactIndex(i));
  }
  snapshot_->claims_about_.resize(catalog.artifacts.size());
  snapshot_->losing_edges_.resize(catalog.artifacts.size());
  for (std::size_t i = 0; i < catalog.claims.size(); ++i) {
    const auto it = snapshot_->artifact_by_id_.find(catalog.claims[i].subject);
    if (it != snapshot_->artifact_by_id_.end())
      snapshot_->claims_about_[it->second.value()].push_back(ClaimIndex(i));
  }
}

void SnapshotBuilder::AddVertices() {
  Snapshot& s = *snapshot_;
  const Catalog& catalog = *s.catalog_;
  std::vector<ComponentSet> components(catalog.artifacts.size());
  for (std::size_t i = 0; i < catalog.artifacts.size(); ++i) {
    components[i].Add(PrimaryComponent(catalog.artifacts[i].kind));
  }
  // A component has a vertex if somebody licensed it, or an edge leads to it.
  for (const Claim& claim : catalog.claims) {
    if (!claim.component) continue;
    const bool license = claim.statement == StatementKind::kLicense;
    if (!license && claim.statement != StatementKind::kEdge) continue;
    const auto it = s.artifact_by_id_.find(license ? claim.subject : claim.parent);
    if (it != s.artifact_by_id_.end()) components[it->second.value()].Add(*claim.component);
  }
  std::vector<uint32_t> order(catalog.artifacts.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return catalog.artifacts[a].id < catalog.artifacts[b].id;
  });
  s.vertex_of_.resize(catalog.artifacts.size());
  for (const uint32_t i : order) {
    for (const Component component : components[i].Values()) {
      Vertex vertex;
      vertex.artifact = ArtifactIndex(i);
      vertex.component = component;
      vertex.primary = component == PrimaryComponent(catalog.artifacts[i].kind);
      s.vertex_of_[i][static_cast<std::size_t>(component)] = VertexId(s.vertices_.size());
      s.vertices_.push_back(std::move(vertex));
    }
  }
}

void SnapshotBuilder::ConcludeLicenses() {
  for (std::size_t i = 0; i < snapshot_->vertices_.size(); ++i) {
    snapshot_->vertices_[i].conclusion = snapshot_->ConcludeOn(VertexId(i), snapshot_->key_.as_of);
  }
}

LicensorId SnapshotBuilder::Intern(const std::string& name) {
  const auto [it, fresh] =
      licensors_.try_emplace(name, LicensorId(snapshot_->licensor_names_.size()));
  if (fresh) snapshot_->licensor_names_.push_back(name);
  return it->second;
}

void SnapshotBuilder::ConcludeLicensors() {
  Snapshot& s = *snapshot_;
  absl::flat_hash_map<std::string, std::string> party_of;
  for (const Party& party : s.catalog_->vocabulary.parties) {
    for (const std::string& organization : party.organizations) {
      party_of.try_emplace(absl::AsciiStrToLower(organization), party.name);
    }
  }
  for (Vertex& vertex : s.vertices_) {
    const Claim* best = nullptr;
    for (const ClaimIndex index : s.claims_about_[vertex.artifact.value()]) {
      const Claim& claim = s.Get(index);
      if (claim.statement != StatementKind::kLicensor || !s.IsValid(claim)) continue;
      if (best == nullptr ||
          std::pair(Preference(claim), claim.text) < std::pair(Preference(*best), best->text)) {
        best = &claim;
        vertex.licensor.claim = index;
      }
    }
    if (best != nullptr) {
      vertex.licensor.claimed = true;
      vertex.licensor.id = Intern(best->text);
      continue;
    }
    const std::string organization =
        absl::AsciiStrToLower(OrganizationOf(s.catalog_->artifacts[vertex.artifact.value()].id));
    if (organization.empty()) continue;
    const auto party = party_of.find(organization);
    vertex.licensor.id = Intern(party == party_of.end() ? organization : party->second);
  }
}

void SnapshotBuilder::AddEdges() {
  Snapshot& s = *snapshot_;
  // All claims about one edge compete: statements and denials.
  using EdgeKey = std::tuple<VertexId, VertexId, Relation>;
  std::map<EdgeKey, std::vector<ClaimIndex>> contenders;
  for (std::size_t i = 0; i < s.catalog_->claims.size(); ++i) {
    const Claim& claim = s.catalog_->claims[i];
    if (claim.statement != StatementKind::kEdge || !s.IsValid(claim)) continue;
    const VertexId child = s.FindVertex(claim.subject, std::nullopt);
    const VertexId parent = s.FindVertex(claim.parent, claim.component);
    if (!child.valid() || !parent.valid() || child == parent) continue;
    contenders[{child, parent, claim.relation}].push_back(ClaimIndex(i));
  }
  for (auto& [key, claims] : contenders) {
    // Best first; on a tie a statement wins over a denial (the stricter reading), then the order of
    // the claims.
    std::stable_sort(claims.begin(), claims.end(), [&](ClaimIndex a, ClaimIndex b) {
      const Claim& left = s.Get(a);
      const Claim& right = s.Get(b);
      return std::pair(Preference(left), left.denies) < std::pair(Preference(right), right.denies);
    });
    const bool stated = !s.Get(claims[0]).denies;
    for (const ClaimIndex index : claims) {
      if (s.Get(index).denies == stated) {
        s.losing_edges_[s.Get(std::get<0>(key)).artifact.value()].push_back(index);
      }
    }
    if (!stated) continue;
    s.edges_.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), false, claims[0]});
  }
}

void SnapshotBuilder::IndexEdges() {
  Snapshot& s =
      *snapshot_;  // edges_ are sorted already: the map's order is (child, parent, relation)
  const std::size_t vertices = s.vertices_.size();
  s.offsets_.assign(vertices + 1, 0);
  s.downstream_offsets_.assign(vertices + 1, 0);
  for (const Edge& edge : s.edges_) {
    ++s.offsets_[edge.child.value() + 1];
    ++s.downstream_offsets_[edge.parent.value() + 1];
  }
  for (std::size_t v = 0; v < vertices; ++v) {
    s.offsets_[v + 1] += s.offsets_[v];
    s.downstream_offsets_[v + 1] += s.downstream_offsets_[v];
  }
  std::vector<uint32_t> next(s.downstream_offsets_.begin(), s.downstream_offsets_.end() - 1);
  s.downstream_.resize(s.edges_.size());
  for (std::size_t e = 0; e < s.edges_.size(); ++e) {
    s.downstream_[next[s.edges_[e].parent.value()]++] = EdgeId(e);
  }
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  pairs.reserve(s.edges_.size());
  for (const Edge& edge : s.edges_) pairs.emplace_back(edge.child.value(), edge.parent.value());
  s.boost_graph_.reset(new Snapshot::BoostGraph{
      Snapshot::BoostGraph::Csr(boost::edges_are_unsorted_multi_pass, pairs.begin(), pairs.end(),
                                static_cast<uint32_t>(vertices))});
}

void SnapshotBuilder::FindCycles() {
  Snapshot& s = *snapshot_;
  const auto& csr = s.boost_graph_->csr;
  // Edges keep their order in the CSR graph, so that edge numbers agree.
  const auto conveys = [&](const auto& edge) {
    return ClassOf(s.edges_[boost::get(boost::edge_index, csr, edge)].relation) !=
           RelationClass::kNone;
  };
  const boost::filtered_graph conveying(
      csr, std::function<bool(const Snapshot::BoostGraph::Csr::edge_descriptor&)>(conveys));
  std::vector<uint32_t> component(s.vertices_.size());
  const auto index = boost::get(boost::vertex_index, csr);
  const uint32_t count = boost::strong_components(
      conveying, boost::make_iterator_property_map(component.begin(), index));
  std::vector<uint32_t> size(count, 0);
  for (const uint32_t c : component) ++size[c];
  for (std::size_t v = 0; v < s.vertices_.size(); ++v) {
    if (size[component[v]] > 1) s.vertices_[v].cycle = component[v] + 1;
  }
  for (Edge& edge : s.edges_) {
    const uint32_t cycle = s.Get(edge.child).cycle;
    edge.in_cycle = cycle != 0 && cycle == s.Get(edge.parent).cycle &&
                    ClassOf(edge.relation) != RelationClass::kNone;
  }
}

void SnapshotBuilder::ResolveCopies() {
  Snapshot& s = *snapshot_;
  for (std::size_t v = 0; v < s.vertices_.size(); ++v) {
    Conclusion& conclusion = s.vertices_[v].conclusion;
    if (conclusion.kind == Conclusion::Kind::kDeclared) conclusion.origins = {VertexId(v)};
  }
  // An undeclared copy speaks what the nearest declared vertices above it, through undeclared
  // copies alone, declare.
  for (std::size_t v = 0; v < s.vertices_.size(); ++v) {
    Conclusion& conclusion = s.vertices_[v].conclusion;
    if (conclusion.kind != Conclusion::Kind::kUndeclared) continue;
    absl::flat_hash_set<VertexId> seen = {VertexId(v)};
    std::vector<VertexId> open = {VertexId(v)};
    std::vector<VertexId> origins;
    while (!open.empty()) {
      const VertexId at = open.back();
      open.pop_back();
      for (const Edge& edge : s.Upstream(at)) {
        if (ClassOf(edge.relation) != RelationClass::kCopy || !seen.insert(edge.parent).second)
          continue;
        const Conclusion::Kind kind = s.Get(edge.parent).conclusion.kind;
        if (kind == Conclusion::Kind::kDeclared) origins.push_back(edge.parent);
        // A vertex resolved earlier in this loop has become kTaken; its own copies are looked
        // through all the same.
        if (kind == Conclusion::Kind::kUndeclared || kind == Conclusion::Kind::kTaken)
          open.push_back(edge.parent);
      }
    }
    if (origins.empty()) continue;
    std::sort(origins.begin(), origins.end());
    conclusion.kind = Conclusion::Kind::kTaken;
    conclusion.origins = std::move(origins);
  }
}

}  // namespace lineage
