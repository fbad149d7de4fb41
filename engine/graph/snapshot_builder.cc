#include "engine/graph/snapshot_builder.h"

#include <algorithm>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <functional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/graph/boost_graph.h"

namespace lineage {
namespace {

using Kind = Conclusion::Kind;

BoundExpression BindClaim(const Records& records, const LicenseTable& licenses,
                          const ClaimRow& claim) {
  const absl::string_view text = records.Text(claim.text);
  return claim.Is(ClaimRow::kAsFound) ? LicenseTable::Unknown(text) : licenses.Bind(text);
}

// Different for different expressions.
std::string KeyOf(const BoundExpression& expression) {
  std::string key = expression.text;
  ForEachLeaf(expression, [&](const BoundExpression& leaf) {
    absl::StrAppend(&key, "\n", leaf.license.valid() ? leaf.license.value() : -1);
  });
  return key;
}

template <typename Id>
TextId AddList(TextPool* arena, absl::Span<const Id> list) {
  return arena->Add({reinterpret_cast<const char*>(list.data()), list.size() * sizeof(Id)});
}

bool Conveys(Relation relation) { return ClassOf(relation) != RelationClass::kNone; }
bool IsCopy(Relation relation) { return ClassOf(relation) == RelationClass::kCopy; }

// What others see of a vertex: its terms and who grants them.
struct Speech {
  Kind kind;
  ExpressionId expression;
  std::vector<VertexId> origins;
  LicensorId licensor;
  bool contents_of_others;
  friend bool operator==(const Speech&, const Speech&) = default;
};

Speech SpeechOf(const Snapshot& snapshot, VertexId id) {
  const Vertex& vertex = snapshot.Get(id);
  const absl::Span<const VertexId> origins = snapshot.OriginsOf(id);
  return {vertex.conclusion.kind,
          vertex.conclusion.expression,
          {origins.begin(), origins.end()},
          vertex.licensor.id,
          vertex.contents_of_others};
}

bool SameEdges(absl::Span<const Edge> a, absl::Span<const Edge> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Edge& x, const Edge& y) {
    return x.parent == y.parent && x.relation == y.relation && x.claim == y.claim;
  });
}

}  // namespace

BoundExpression JoinClaims(const Records& records, const LicenseTable& licenses,
                           absl::Span<const ClaimIndex> claims) {
  std::vector<BoundExpression> parts;
  for (const ClaimIndex claim : claims) {
    parts.push_back(BindClaim(records, licenses, records.Row(claim)));
  }
  return JoinAll(std::move(parts));
}

DatedConclusion ConcludeFrom(const Records& records, const LicenseTable& licenses,
                             ClaimsPolicy policy, std::vector<ClaimIndex> candidates) {
  DatedConclusion conclusion;
  if (candidates.empty()) return conclusion;
  auto best = Preference(records.Row(candidates[0]));
  for (const ClaimIndex index : candidates) best = std::min(best, Preference(records.Row(index)));
  const auto is_best = [&](ClaimIndex index) { return Preference(records.Row(index)) == best; };
  if (policy == ClaimsPolicy::kRanked) {
    candidates.erase(std::remove_if(candidates.begin(), candidates.end(), std::not_fn(is_best)),
                     candidates.end());
  }
  std::vector<BoundExpression> parts;
  std::optional<std::string> best_text;
  for (const ClaimIndex index : candidates) {
    parts.push_back(BindClaim(records, licenses, records.Row(index)));
    if (!is_best(index)) continue;
    conclusion.tied |= best_text && *best_text != parts.back().text;
    best_text = parts.back().text;
  }
  conclusion.kind = Kind::kDeclared;
  conclusion.expression = JoinAll(std::move(parts));
  conclusion.claims = std::move(candidates);
  return conclusion;
}

SnapshotBuilder::SnapshotBuilder(std::shared_ptr<const LicenseTable> licenses,
                                 const SnapshotKey& key)
    : licenses_(std::move(licenses)), key_(key) {
  for (const Party& party : licenses_->catalog().vocabulary.parties) {
    for (const std::string& organization : party.organizations) {
      party_of_.try_emplace(absl::AsciiStrToLower(organization), party.name);
    }
  }
}

std::shared_ptr<const Snapshot> SnapshotBuilder::Current() const {
  snapshot_->arena_end_ = snapshot_->arena_->end();
  return std::shared_ptr<const Snapshot>(new Snapshot(*snapshot_));
}

void SnapshotBuilder::Resume(const Snapshot& snapshot) {
  snapshot_.reset(new Snapshot(snapshot));
  key_ = snapshot.key();
  licensors_.clear();
  expressions_.clear();
  by_claimed_text_.clear();
  by_found_text_.clear();
  for (std::size_t i = 0; i < snapshot.licensor_names_.size(); ++i) {
    licensors_.emplace(snapshot.LicensorName(LicensorId(i)), LicensorId(i));
  }
  for (std::size_t i = 0; i < snapshot.expression_count(); ++i) {
    const BoundExpression& expression = snapshot.Get(ExpressionId(i));
    if (expression.text.empty()) continue;  // stands for one that is nowhere any more
    expressions_.try_emplace(KeyOf(expression), ExpressionId(i));
  }
}

void SnapshotBuilder::MoveTo(Date day) {
  key_.as_of = day;
  snapshot_->key_.as_of = day;
}

Vertex& SnapshotBuilder::Mutable(VertexId id) {
  return id.value() < Snapshot::kFirstPart
             ? snapshot_->vertices_.Mutable(id.value())
             : snapshot_->parts_.Mutable(id.value() - Snapshot::kFirstPart);
}

void SnapshotBuilder::Rebuild(const Records& records) {
  snapshot_.reset(new Snapshot(records, licenses_, key_));
  licensors_.clear();
  expressions_.clear();
  by_claimed_text_.clear();
  by_found_text_.clear();
  // First, so that their numbers are found again.
  auto vendors = std::make_shared<std::vector<LicensorId>>();
  for (const License& license : licenses_->catalog().licenses) {
    vendors->push_back(license.only_licensor.empty() ? LicensorId::None()
                                                     : InternLicensor(license.only_licensor));
  }
  snapshot_->vendors_ = std::move(vendors);

  AddArtifacts();
  for (std::size_t i = 0; i < records.claim_count(); ++i) {
    TakeIn(records.Row(ClaimIndex(i)));
  }
  for (std::size_t i = 0; i < records.artifact_count(); ++i) {
    ConcludeLicenses(ArtifactIndex(i));
    ConcludeLicensor(ArtifactIndex(i));
  }
  IndexAllEdges();
  FindCycles();
  for (std::size_t v = 0; v < snapshot_->vertex_count(); ++v) {
    static_cast<void>(ResolveCopy(snapshot_->VertexAt(v)));
  }
}

void SnapshotBuilder::AddArtifacts() {
  Snapshot& s = *snapshot_;
  for (std::size_t i = s.vertices_.size(); i < s.records_.artifact_count(); ++i) {
    Vertex vertex;
    vertex.artifact = ArtifactIndex(i);
    vertex.component = PrimaryComponent(s.records_.Row(vertex.artifact).kind);
    s.vertices_.push_back(vertex);
  }
  s.upstream_.resize(s.vertices_.size());
  s.downstream_.resize(s.vertices_.size());
}

// A component has a vertex if somebody licensed it, or an edge leads to it, whether or not the
// claim holds today.
void SnapshotBuilder::AddPart(ArtifactIndex artifact, Component component) {
  Snapshot& s = *snapshot_;
  VertexId last;
  for (VertexId at(artifact.value()); at.valid(); at = s.Get(at).next_part) {
    if (s.Get(at).component == component) return;
    last = at;
  }
  Vertex part;
  part.artifact = artifact;
  part.component = component;
  part.primary = false;
  part.licensor = s.Get(VertexId(artifact.value())).licensor;
  part.contents_of_others = s.Get(VertexId(artifact.value())).contents_of_others;
  const VertexId id(std::size_t{Snapshot::kFirstPart} + s.parts_.size());
  s.parts_.push_back(part);
  s.parts_downstream_.resize(s.parts_.size());
  Mutable(last).next_part = id;
  ConcludeLicense(id);
}

// The parts that a claim speaks of, and the days on which it begins and ends to hold.
void SnapshotBuilder::TakeIn(const ClaimRow& claim) {
  const bool license = claim.statement == StatementKind::kLicense;
  if (claim.component() && (license || claim.statement == StatementKind::kEdge)) {
    AddPart(license ? claim.subject : claim.parent, *claim.component());
  }
  const Date made = claim.Is(ClaimRow::kHasMade) ? claim.made : claim.valid.from;
  for (const Date day : {claim.valid.from, claim.valid.until, made}) {
    if (day > snapshot_->key_.as_of) {
      snapshot_->holds_until_ = std::min(snapshot_->holds_until_, day);
    } else {
      snapshot_->holds_since_ = std::max(snapshot_->holds_since_, day);
    }
  }
}

ExpressionId SnapshotBuilder::Intern(BoundExpression expression) {
  const auto [it, fresh] =
      expressions_.try_emplace(KeyOf(expression), ExpressionId(snapshot_->expressions_.size()));
  if (fresh) {
    snapshot_->expressions_.push_back(
        std::make_shared<const BoundExpression>(std::move(expression)));
  }
  return it->second;
}

ExpressionId SnapshotBuilder::ExpressionOf(const ClaimRow& claim) {
  auto& known = claim.Is(ClaimRow::kAsFound) ? by_found_text_ : by_claimed_text_;
  const absl::string_view text = snapshot_->records_.Text(claim.text);
  const auto it = known.find(text);
  if (it != known.end()) return it->second;
  const ExpressionId id =
      Intern(JoinAll({BindClaim(snapshot_->records_, *snapshot_->licenses_, claim)}));
  known.emplace(text, id);
  return id;
}

void SnapshotBuilder::ConcludeLicenses(ArtifactIndex artifact) {
  for (VertexId at(artifact.value()); at.valid(); at = snapshot_->Get(at).next_part) {
    ConcludeLicense(at);
  }
}

void SnapshotBuilder::ConcludeLicense(VertexId id) {
  Snapshot& s = *snapshot_;
  const ClaimIndexes candidates = s.LicenseClaims(id, key_.as_of);
  Conclusion conclusion;
  if (candidates.size() == 1) {
    conclusion.kind = Kind::kDeclared;
    conclusion.expression = ExpressionOf(s.Row(candidates[0]));
    conclusion.claims = candidates[0].value();
  } else if (!candidates.empty()) {
    DatedConclusion joined = ConcludeFrom(s.records_, *s.licenses_, s.key_.claims_policy,
                                          {candidates.begin(), candidates.end()});
    conclusion.kind = Kind::kDeclared;
    conclusion.tied = joined.tied;
    conclusion.expression = Intern(std::move(joined.expression));
    conclusion.several_claims = joined.claims.size() > 1;
    conclusion.claims = conclusion.several_claims
                            ? AddList<ClaimIndex>(s.arena_.get(), joined.claims)
                            : joined.claims[0].value();
  } else if (s.KindOf(id) == ArtifactKind::kUnresolved) {
    conclusion.kind = Kind::kUnresolved;
  }
  if (conclusion.kind == Kind::kDeclared) conclusion.origins = id.value();
  // Any other licence claim about the component, whenever it holds.
  const Component primary = s.Get(VertexId(s.Get(id).artifact.value())).component;
  std::size_t all = 0;
  s.records_.ForEachClaimAbout(s.Get(id).artifact, [&](ClaimIndex index) {
    const ClaimRow& claim = s.Row(index);
    all += claim.statement == StatementKind::kLicense && s.IsRecorded(claim) &&
           claim.component().value_or(primary) == s.Get(id).component;
  });
  Vertex& vertex = Mutable(id);
  vertex.conclusion = conclusion;
  vertex.otherwise_licensed = all > 1;
}

LicensorId SnapshotBuilder::InternLicensor(const std::string& name) {
  const auto [it, fresh] =
      licensors_.try_emplace(name, LicensorId(snapshot_->licensor_names_.size()));
  if (fresh) snapshot_->licensor_names_.push_back(snapshot_->arena_->Add(name));
  return it->second;
}

void SnapshotBuilder::ConcludeLicensor(ArtifactIndex artifact) {
  Snapshot& s = *snapshot_;
  Licensor licensor;
  const ClaimRow* best = nullptr;
  bool of_others = false;
  s.records_.ForEachClaimAbout(artifact, [&](ClaimIndex index) {
    const ClaimRow& claim = s.Row(index);
    of_others |= claim.statement == StatementKind::kContents && s.IsValid(claim) &&
                 s.records_.Text(claim.text) == "others";
    if (claim.statement != StatementKind::kLicensor || !s.IsValid(claim)) return;
    if (best == nullptr || std::pair(Preference(claim), s.records_.Text(claim.text)) <
                               std::pair(Preference(*best), s.records_.Text(best->text))) {
      best = &claim;
      licensor.claim = index;
    }
  });
  if (best != nullptr) {
    licensor.claimed = 1;
    licensor.id = InternLicensor(std::string(s.records_.Text(best->text)));
  } else {
    const std::string organization =
        absl::AsciiStrToLower(OrganizationOf(s.records_.IdOf(artifact)));
    if (!organization.empty()) {
      const auto party = party_of_.find(organization);
      licensor.id = InternLicensor(party == party_of_.end() ? organization : party->second);
    }
  }
  of_others &= s.records_.Row(artifact).kind == ArtifactKind::kDataset;
  for (VertexId at(artifact.value()); at.valid(); at = s.Get(at).next_part) {
    Vertex& vertex = Mutable(at);
    vertex.licensor = licensor;
    vertex.contents_of_others = of_others;
  }
}

std::vector<Edge> SnapshotBuilder::ConcludeEdges(const Snapshot& s, ArtifactIndex artifact,
                                                 std::vector<ClaimIndex>* losing) {
  const VertexId child(artifact.value());
  std::vector<Edge> contenders;
  s.records_.ForEachClaimAbout(artifact, [&](ClaimIndex index) {
    const ClaimRow& claim = s.Row(index);
    if (claim.statement != StatementKind::kEdge || !s.IsValid(claim)) return;
    const VertexId parent = s.FindVertex(claim.parent, claim.component());
    if (!parent.valid() || parent == child) return;
    contenders.push_back({child, parent, index, claim.relation});
  });
  if (contenders.size() > 1) {
    // All claims about one edge compete: statements and denials. Best first; on a tie a statement
    // wins over a denial (the stricter reading), then the order of the claims.
    const auto order = [&](const Edge& edge) {
      const ClaimRow& claim = s.Row(edge.claim);
      return std::tuple(edge.parent, edge.relation, Preference(claim), claim.Is(ClaimRow::kDenies),
                        edge.claim);
    };
    std::sort(contenders.begin(), contenders.end(),
              [&](const Edge& a, const Edge& b) { return order(a) < order(b); });
  }
  std::vector<Edge> edges;
  for (std::size_t first = 0; first < contenders.size();) {
    const bool stated = !s.Row(contenders[first].claim).Is(ClaimRow::kDenies);
    if (stated) edges.push_back(contenders[first]);
    std::size_t at = first;
    for (; at < contenders.size() && contenders[at].parent == contenders[first].parent &&
           contenders[at].relation == contenders[first].relation;
         ++at) {
      if (losing != nullptr && s.Row(contenders[at].claim).Is(ClaimRow::kDenies) == stated) {
        losing->push_back(contenders[at].claim);
      }
    }
    first = at;
  }
  if (edges.size() > 1) {
    const auto order = [&](const Edge& edge) {
      const Vertex& parent = s.Get(edge.parent);
      return std::tuple(s.records_.IdOf(parent.artifact), parent.component, edge.relation);
    };
    std::sort(edges.begin(), edges.end(),
              [&](const Edge& a, const Edge& b) { return order(a) < order(b); });
  }
  return edges;
}

void SnapshotBuilder::IndexAllEdges() {
  Snapshot& s = *snapshot_;
  std::vector<uint32_t> begin(s.vertices_.size() + 1, 0);
  std::vector<Edge> edges;
  std::vector<uint32_t> children(s.vertex_count() + 1, 0);
  for (std::size_t i = 0; i < s.vertices_.size(); ++i) {
    for (const Edge& edge : ConcludeEdges(s, ArtifactIndex(i), nullptr)) {
      edges.push_back(edge);
      ++children[s.Dense(edge.parent) + 1];
    }
    begin[i + 1] = static_cast<uint32_t>(edges.size());
  }
  for (std::size_t v = 0; v < s.vertex_count(); ++v) children[v + 1] += children[v];
  std::vector<uint32_t> next(children.begin(), children.end() - 1);
  std::vector<ChildEdge> downstream(edges.size());
  for (const Edge& edge : edges) {  // in order of children, and of relations to one parent
    downstream[next[s.Dense(edge.parent)]++] = ChildEdge(edge.child, edge.relation);
  }
  s.edge_count_ = edges.size();
  s.upstream_.Assign(begin, edges);
  const absl::Span<const uint32_t> starts = absl::MakeConstSpan(children);
  s.downstream_.Assign(starts.subspan(0, s.vertices_.size() + 1), downstream);
  std::vector<uint32_t> part_starts;
  for (const uint32_t start : starts.subspan(s.vertices_.size())) {
    part_starts.push_back(start - starts[s.vertices_.size()]);
  }
  s.parts_downstream_.Assign(part_starts,
                             absl::MakeConstSpan(downstream).subspan(starts[s.vertices_.size()]));
}

void SnapshotBuilder::FindCycles() {
  Snapshot& s = *snapshot_;
  // What is left when everything without a conveying parent is taken away, again and again, holds
  // all cycles. Nothing, nearly always: first without counting, if parents came before children.
  bool ordered = s.parts_.empty();
  for (std::size_t v = 0; v < s.vertices_.size() && ordered; ++v) {
    for (const Edge& edge : s.upstream_[v])
      ordered &= edge.parent < edge.child || !Conveys(edge.relation);
  }
  std::vector<bool> left(ordered ? 0 : s.vertex_count(), true);
  if (!ordered) {
    std::vector<uint32_t> parents(s.vertex_count(), 0);
    std::vector<uint32_t> open;
    for (std::size_t v = 0; v < s.vertex_count(); ++v) {
      for (const Edge& edge : s.Upstream(s.VertexAt(v)))
        parents[v] += Conveys(edge.relation) ? 1 : 0;
      if (parents[v] == 0) open.push_back(static_cast<uint32_t>(v));
    }
    std::size_t taken = 0;
    for (; taken < open.size(); ++taken) {
      left[open[taken]] = false;
      for (const ChildEdge edge : s.Downstream(s.VertexAt(open[taken]))) {
        if (!Conveys(edge.relation())) continue;
        const std::size_t child = s.Dense(edge.child());
        if (--parents[child] == 0) open.push_back(static_cast<uint32_t>(child));
      }
    }
    ordered = taken == s.vertex_count();
  }
  if (ordered) return;
  const BoostGraph graph{&s};
  const boost::filtered_graph conveying(
      graph, std::function<bool(const BoostGraph::EdgeDescriptor&)>([](const auto& edge) {
        return Conveys(edge.relation);
      }),
      std::function<bool(uint32_t)>([&](uint32_t v) { return left[v]; }));
  std::vector<uint32_t> component(s.vertex_count(), 0);
  const auto index = boost::get(boost::vertex_index, graph);
  const uint32_t count = boost::strong_components(
      conveying, boost::make_iterator_property_map(component.begin(), index));
  std::vector<uint32_t> size(count, 0);
  std::vector<uint32_t> first(count, 0);
  for (std::size_t v = s.vertex_count(); v-- > 0;) {
    if (!left[v]) continue;
    ++size[component[v]];
    first[component[v]] = static_cast<uint32_t>(v) + 1;
  }
  for (std::size_t v = 0; v < s.vertex_count(); ++v) {
    if (left[v] && size[component[v]] > 1) Mutable(s.VertexAt(v)).cycle = first[component[v]];
  }
  for (std::size_t v = 0; v < s.vertices_.size(); ++v) {
    const uint32_t number = s.vertices_[v].cycle;
    if (number == 0) continue;
    const absl::Span<const Edge> edges = s.upstream_[v];
    std::vector<Edge> marked(edges.begin(), edges.end());
    for (Edge& edge : marked) {
      edge.in_cycle = Conveys(edge.relation) && s.Get(edge.parent).cycle == number;
    }
    s.upstream_.Set(v, marked);
  }
}

// An undeclared copy speaks what the nearest declared vertices above it, through undeclared copies
// alone, declare.
bool SnapshotBuilder::ResolveCopy(VertexId id) {
  Snapshot& s = *snapshot_;
  const Kind before = s.Get(id).conclusion.kind;
  if (before != Kind::kUndeclared && before != Kind::kTaken) return false;
  std::vector<VertexId> origins;
  absl::InlinedVector<VertexId, 8> seen = {id};
  for (std::size_t at = 0; at < seen.size(); ++at) {
    for (const Edge& edge : s.Upstream(seen[at])) {
      if (!IsCopy(edge.relation) ||
          std::find(seen.begin(), seen.end(), edge.parent) != seen.end() ||
          std::find(origins.begin(), origins.end(), edge.parent) != origins.end()) {
        continue;
      }
      const Kind kind = s.Get(edge.parent).conclusion.kind;
      if (kind == Kind::kDeclared) origins.push_back(edge.parent);
      if (kind == Kind::kUndeclared || kind == Kind::kTaken) seen.push_back(edge.parent);
    }
  }
  if (origins.size() > 1) {
    const auto order = [&](VertexId origin) {
      const Vertex& vertex = s.Get(origin);
      return std::pair(s.records_.IdOf(vertex.artifact), vertex.component);
    };
    std::sort(origins.begin(), origins.end(),
              [&](VertexId a, VertexId b) { return order(a) < order(b); });
  }
  const absl::Span<const VertexId> old = s.OriginsOf(id);
  if (std::equal(old.begin(), old.end(), origins.begin(), origins.end())) return false;
  Conclusion& conclusion = Mutable(id).conclusion;
  conclusion.kind = origins.empty() ? Kind::kUndeclared : Kind::kTaken;
  conclusion.several_origins = origins.size() > 1;
  conclusion.origins = origins.empty()       ? 0
                       : origins.size() == 1 ? origins[0].value()
                                             : AddList<VertexId>(s.arena_.get(), origins);
  return true;
}

void SnapshotBuilder::ResolveCopiesBelow(VertexId id, std::vector<VertexId>* changed) {
  std::vector<VertexId> open = {id};
  while (!open.empty()) {
    const VertexId at = open.back();
    open.pop_back();
    for (const ChildEdge edge : snapshot_->Downstream(at)) {
      if (!IsCopy(edge.relation()) || !ResolveCopy(edge.child())) continue;
      changed->push_back(edge.child());
      open.push_back(edge.child());
    }
  }
}

bool SnapshotBuilder::IsUpstream(VertexId vertex, VertexId of) const {
  absl::flat_hash_set<VertexId> seen = {of};
  std::vector<VertexId> open = {of};
  while (!open.empty()) {
    const VertexId at = open.back();
    open.pop_back();
    if (at == vertex) return true;
    for (const Edge& edge : snapshot_->Upstream(at)) {
      if (Conveys(edge.relation) && seen.insert(edge.parent).second) open.push_back(edge.parent);
    }
  }
  return false;
}

void SnapshotBuilder::SetUpstream(VertexId child, absl::Span<const Edge> edges) {
  Snapshot& s = *snapshot_;
  const absl::Span<const Edge> list = s.upstream_[child.value()];
  const std::vector<Edge> old(list.begin(), list.end());
  s.upstream_.Set(child.value(), edges);
  s.edge_count_ += edges.size() - old.size();
  const auto has = [](absl::Span<const Edge> all, const Edge& wanted) {
    return std::any_of(all.begin(), all.end(), [&](const Edge& edge) {
      return edge.parent == wanted.parent && edge.relation == wanted.relation;
    });
  };
  const auto change = [&](const Edge& edge, bool add) {
    const bool part = edge.parent.value() >= Snapshot::kFirstPart;
    auto& lists = part ? s.parts_downstream_ : s.downstream_;
    const std::size_t at = edge.parent.value() - (part ? Snapshot::kFirstPart : 0);
    const absl::Span<const ChildEdge> before = lists[at];
    std::vector<ChildEdge> after(before.begin(), before.end());
    const ChildEdge down(child, edge.relation);
    const auto place = std::lower_bound(after.begin(), after.end(), down);
    if (add) {
      after.insert(place, down);
    } else {
      after.erase(place);
    }
    lists.Set(at, after);
  };
  for (const Edge& edge : old) {
    if (!has(edges, edge)) change(edge, false);
  }
  for (const Edge& edge : edges) {
    if (!has(old, edge)) change(edge, true);
  }
}

std::optional<std::vector<VertexId>> SnapshotBuilder::Update(
    const Records& records, absl::Span<const ArtifactIndex> touched_artifacts) {
  Snapshot& s = *snapshot_;
  const std::size_t known = s.vertices_.size();
  const Records before = std::exchange(s.records_, records);
  std::vector<ArtifactIndex> touched(touched_artifacts.begin(), touched_artifacts.end());
  for (std::size_t i = known; i < records.artifact_count(); ++i) touched.emplace_back(i);
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  const auto rebuild = [&]() -> std::optional<std::vector<VertexId>> {
    Rebuild(records);
    return std::nullopt;
  };
  if (touched.size() > known / 4 + 64) return rebuild();
  for (const ArtifactIndex artifact : touched) {
    if (artifact.value() < known && PrimaryComponent(before.Row(artifact).kind) !=
                                        PrimaryComponent(records.Row(artifact).kind)) {
      return rebuild();
    }
  }
  AddArtifacts();
  for (std::size_t i = before.claim_count(); i < records.claim_count(); ++i) {
    TakeIn(records.Row(ClaimIndex(i)));
  }

  std::vector<std::pair<VertexId, Speech>> spoken;
  std::vector<VertexId> changed;
  for (const ArtifactIndex artifact : touched) {
    bool dated = false;
    for (VertexId at(artifact.value()); at.valid(); at = s.Get(at).next_part) {
      spoken.emplace_back(at, SpeechOf(s, at));
      dated |= s.Get(at).otherwise_licensed;
    }
    ConcludeLicenses(artifact);
    ConcludeLicensor(artifact);
    // What it was licensed under on other days, and when it was released, speak over edges as well.
    for (VertexId at(artifact.value()); at.valid(); at = s.Get(at).next_part) {
      dated |= s.Get(at).otherwise_licensed;
    }
    const bool released =
        artifact.value() < known && before.Row(artifact).released != records.Row(artifact).released;
    for (VertexId at(artifact.value()); (dated || released) && at.valid();
         at = s.Get(at).next_part) {
      changed.push_back(at);
    }
  }
  std::vector<VertexId> copies;  // whose copies may have to be resolved anew
  for (const ArtifactIndex artifact : touched) {
    const VertexId child(artifact.value());
    const std::vector<Edge> edges = ConcludeEdges(s, artifact, nullptr);
    if (SameEdges(edges, s.Upstream(child))) continue;
    if (s.Get(child).cycle != 0) return rebuild();
    SetUpstream(child, edges);
    if (std::any_of(edges.begin(), edges.end(), [&](const Edge& edge) {
          return Conveys(edge.relation) && IsUpstream(child, edge.parent);
        })) {
      return rebuild();
    }
    changed.push_back(child);
  }
  for (const auto& [vertex, speech] : spoken) {
    static_cast<void>(ResolveCopy(vertex));
    if (SpeechOf(s, vertex) == speech) continue;
    changed.push_back(vertex);
    copies.push_back(vertex);
  }
  for (const VertexId vertex : copies) ResolveCopiesBelow(vertex, &changed);
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return changed;
}

}  // namespace lineage
