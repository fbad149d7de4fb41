#include "engine/graph/snapshot.h"

#include <algorithm>
#include <utility>

#include "engine/base/status_macros.h"
#include "engine/graph/snapshot_builder.h"

namespace lineage {
namespace {

template <typename Id>
absl::Span<const Id> ListIn(const TextPool& arena, TextId list) {
  const absl::string_view bytes = arena.Get(list);
  return {reinterpret_cast<const Id*>(bytes.data()), bytes.size() / sizeof(Id)};
}

}  // namespace

Snapshot::Snapshot(const Records& records, std::shared_ptr<const LicenseTable> licenses,
                   const SnapshotKey& key)
    : key_(key),
      records_(records),
      licenses_(std::move(licenses)),
      arena_(std::make_shared<TextPool>()) {}

std::shared_ptr<const Snapshot> Snapshot::Build(const Records& records,
                                                std::shared_ptr<const LicenseTable> licenses,
                                                const SnapshotKey& key) {
  SnapshotBuilder builder(std::move(licenses), key);
  builder.Rebuild(records);
  return builder.Current();
}

std::shared_ptr<const Snapshot> Snapshot::Build(std::shared_ptr<const Catalog> catalog,
                                                const SnapshotKey& key) {
  const Records records(*catalog);
  return Build(records, std::make_shared<const LicenseTable>(std::move(catalog)), key);
}

std::shared_ptr<const Snapshot> Snapshot::Build(const Catalog& catalog,
                                                std::shared_ptr<const LicenseTable> licenses,
                                                const SnapshotKey& key) {
  return Build(Records(catalog), std::move(licenses), key);
}

std::shared_ptr<const Snapshot> Snapshot::OnDay(Date day) const {
  auto other = std::shared_ptr<Snapshot>(new Snapshot(*this));
  other->key_.as_of = day;
  return other;
}

absl::Span<const ClaimIndex> Snapshot::ConcludedFrom(VertexId id) const {
  const Conclusion& conclusion = Get(id).conclusion;
  if (conclusion.kind != Conclusion::Kind::kDeclared) return {};
  if (conclusion.several_claims) return ListIn<ClaimIndex>(*arena_, conclusion.claims);
  return {reinterpret_cast<const ClaimIndex*>(&conclusion.claims), 1};
}

absl::Span<const VertexId> Snapshot::OriginsOf(VertexId id) const {
  const Conclusion& conclusion = Get(id).conclusion;
  if (conclusion.kind != Conclusion::Kind::kDeclared &&
      conclusion.kind != Conclusion::Kind::kTaken) {
    return {};
  }
  if (conclusion.several_origins) return ListIn<VertexId>(*arena_, conclusion.origins);
  return {reinterpret_cast<const VertexId*>(&conclusion.origins), 1};
}

const Edge& Snapshot::EdgeOf(VertexId parent, ChildEdge edge) const {
  const absl::Span<const Edge> upstream = Upstream(edge.child());
  return *std::find_if(upstream.begin(), upstream.end(), [&](const Edge& up) {
    return up.parent == parent && up.relation == edge.relation();
  });
}

VertexId Snapshot::FindVertex(absl::string_view artifact_id,
                              std::optional<Component> component) const {
  const ArtifactIndex artifact = records_.Find(artifact_id);
  return artifact.valid() ? FindVertex(artifact, component) : VertexId::None();
}

VertexId Snapshot::FindVertex(ArtifactIndex artifact, std::optional<Component> component) const {
  VertexId at(artifact.value());
  while (component && at.valid() && Get(at).component != *component) at = Get(at).next_part;
  return at;
}

ClaimIndexes Snapshot::LicenseClaims(VertexId id, Date day) const {
  const Vertex& vertex = Get(id);
  const Component primary = Get(VertexId(vertex.artifact.value())).component;
  ClaimIndexes claims;
  records_.ForEachClaimAbout(vertex.artifact, [&](ClaimIndex index) {
    const ClaimRow& claim = Row(index);
    if (claim.statement == StatementKind::kLicense && claim.valid.Contains(day) &&
        IsRecorded(claim) && claim.component().value_or(primary) == vertex.component) {
      claims.push_back(index);
    }
  });
  return claims;
}

DatedConclusion Snapshot::ConcludeOn(VertexId id, Date day) const {
  const ClaimIndexes candidates = LicenseClaims(id, day);
  DatedConclusion conclusion = ConcludeFrom(records_, *licenses_, key_.claims_policy,
                                            {candidates.begin(), candidates.end()});
  if (KindOf(id) == ArtifactKind::kUnresolved && conclusion.kind == Conclusion::Kind::kUndeclared) {
    conclusion.kind = Conclusion::Kind::kUnresolved;
  }
  return conclusion;
}

namespace {

bool IsRevocable(const LicenseTable& licenses, const BoundExpression& expression) {
  bool revocable = false;
  ForEachLeaf(expression, [&](const BoundExpression& leaf) {
    revocable |= !leaf.license.valid() || licenses.Get(leaf.license).revocable;
  });
  return revocable;
}

}  // namespace

std::vector<Date> Snapshot::LicenseDays(VertexId id) const {
  const Vertex& vertex = Get(id);
  const Component primary = Get(VertexId(vertex.artifact.value())).component;
  std::vector<Date> days;
  records_.ForEachClaimAbout(vertex.artifact, [&](ClaimIndex index) {
    const ClaimRow& row = Row(index);
    if (row.statement != StatementKind::kLicense || !IsRecorded(row) ||
        row.component().value_or(primary) != vertex.component) {
      return;
    }
    days.push_back(row.valid.from);
    days.push_back(row.valid.until);
  });
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

std::optional<Date> Snapshot::MadeOn(const Edge& edge) const {
  const ClaimRow& best = Row(edge.claim);
  std::optional<Date> made;
  bool agree = true;
  records_.ForEachClaimAbout(best.subject, [&](ClaimIndex index) {
    const ClaimRow& claim = Row(index);
    if (claim.statement != StatementKind::kEdge || !claim.Is(ClaimRow::kHasMade) ||
        claim.relation != best.relation || claim.parent != best.parent ||
        claim.Is(ClaimRow::kDenies) || claim.said != best.said ||
        RankOf(claim.source_kind) != RankOf(best.source_kind) || !IsValid(claim) ||
        FindVertex(claim.parent, claim.component()) != edge.parent) {
      return;
    }
    agree &= !made || *made == claim.made;
    made = claim.made;
  });
  if (!made || !agree || *made > key_.as_of) return std::nullopt;
  return made;
}

std::optional<DatedConclusion> Snapshot::ConcludedBeforeRelease(const Edge& edge) const {
  const Date released = records_.Row(Get(edge.child).artifact).released;
  if (released == Date::Min() || released > key_.as_of) return std::nullopt;
  std::optional<DatedConclusion> concluded;
  for (const Date day : LicenseDays(edge.parent)) {
    if (day > released) break;
    DatedConclusion then = ConcludeOn(edge.parent, day);
    const bool declared = then.kind == Conclusion::Kind::kDeclared;
    if (!concluded) {
      if (declared) concluded = std::move(then);
    } else if (!declared || then.expression.text != concluded->expression.text) {
      return std::nullopt;
    }
  }
  return concluded;
}

namespace {

// The choice between an older grant and today's licence; nothing if that is today's licence.
std::optional<BoundExpression> Beside(BoundExpression then, const BoundExpression& now) {
  BoundExpression choice = JoinChoice({std::move(then), now});
  if (choice.text == now.text) return std::nullopt;
  return choice;
}

}  // namespace

std::optional<BoundExpression> Snapshot::TermsOver(const Edge& edge) const {
  const Vertex& parent = Get(edge.parent);
  const RelationClass relation_class = ClassOf(edge.relation);
  if (!parent.otherwise_licensed || parent.conclusion.kind != Conclusion::Kind::kDeclared ||
      relation_class == RelationClass::kNone) {
    return std::nullopt;
  }
  const BoundExpression& now = ExpressionOf(edge.parent);
  const std::optional<Date> made = MadeOn(edge);
  if (made) {
    DatedConclusion then = ConcludeOn(edge.parent, *made);
    const bool declared = then.kind == Conclusion::Kind::kDeclared;
    if (declared && then.expression.text == now.text) return std::nullopt;
    if (relation_class != RelationClass::kOutput) {
      if (!declared || IsRevocable(*licenses_, then.expression)) return std::nullopt;
      return Beside(std::move(then.expression), now);
    }
    if (declared) return std::move(then.expression);
  } else if (relation_class != RelationClass::kOutput) {
    std::optional<DatedConclusion> then = ConcludedBeforeRelease(edge);
    if (!then || then->expression.text == now.text || IsRevocable(*licenses_, then->expression))
      return std::nullopt;
    return Beside(std::move(then->expression), now);
  }
  // Every version that outputs may have been made under.
  const Date released = records_.Row(Get(edge.child).artifact).released;
  const Date last = released == Date::Min() ? key_.as_of : std::min(released, key_.as_of);
  std::vector<BoundExpression> versions;
  for (const Date day : LicenseDays(edge.parent)) {
    if (day > last) break;
    DatedConclusion then = ConcludeOn(edge.parent, day);
    if (then.kind == Conclusion::Kind::kDeclared) versions.push_back(std::move(then.expression));
  }
  if (versions.empty()) return std::nullopt;
  BoundExpression all = JoinAll(std::move(versions));
  if (all.text == now.text) return std::nullopt;
  return all;
}

std::vector<ClaimIndex> Snapshot::LosingEdgeClaims(ArtifactIndex artifact) const {
  std::vector<ClaimIndex> losing;
  static_cast<void>(SnapshotBuilder::ConcludeEdges(*this, artifact, &losing));
  return losing;
}

namespace {

// The numbers of a snapshot, as an image keeps them.
struct SnapshotNumbers {
  int64_t as_of = 0;
  int64_t holds_since = 0;
  int64_t holds_until = 0;
  uint64_t at_revision = 0;
  uint64_t claims_policy = 0;
  uint64_t edges = 0;
};

}  // namespace

void Snapshot::Save(ImageWriter* image) const {
  const SnapshotNumbers numbers = {key_.as_of.days(),  holds_since_.days(),
                                   holds_until_.days(), key_.at_revision,
                                   static_cast<uint64_t>(key_.claims_policy), edge_count_};
  image->Add("graph", absl::MakeConstSpan(&numbers, 1));
  image->Add("vertices", vertices_);
  image->Add("parts", parts_);
  upstream_.Save("upstream", image);
  downstream_.Save("downstream", image);
  parts_downstream_.Save("parts-downstream", image);
  image->Add("licensors", licensor_names_);
  arena_->Save("arena", arena_end_, image);
  // An expression is told by claims that it is concluded from; by none if it is nowhere any more.
  std::vector<absl::Span<const ClaimIndex>> claims(expressions_.size());
  for (std::size_t v = 0; v < vertex_count(); ++v) {
    const VertexId id = VertexAt(v);
    const Conclusion& conclusion = Get(id).conclusion;
    if (conclusion.kind == Conclusion::Kind::kDeclared) {
      claims[conclusion.expression.value()] = ConcludedFrom(id);
    }
  }
  std::vector<uint32_t> lists;  // of each: how many, then which
  for (const absl::Span<const ClaimIndex> list : claims) {
    lists.push_back(static_cast<uint32_t>(list.size()));
    for (const ClaimIndex claim : list) lists.push_back(claim.value());
  }
  image->Add<uint32_t>("expressions", lists);
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Snapshot::Load(
    const ImageReader& image, const Records& records,
    std::shared_ptr<const LicenseTable> licenses) {
  ASSIGN_OR_RETURN(const absl::Span<const SnapshotNumbers> numbers,
                   image.Array<const SnapshotNumbers>("graph"));
  if (numbers.size() != 1) return absl::DataLossError("the image's graph has no numbers");
  const SnapshotKey key{Date::FromDays(static_cast<int32_t>(numbers[0].as_of)),
                        numbers[0].at_revision,
                        static_cast<ClaimsPolicy>(numbers[0].claims_policy)};
  auto s = std::shared_ptr<Snapshot>(new Snapshot(records, std::move(licenses), key));
  s->holds_since_ = Date::FromDays(static_cast<int32_t>(numbers[0].holds_since));
  s->holds_until_ = Date::FromDays(static_cast<int32_t>(numbers[0].holds_until));
  s->edge_count_ = numbers[0].edges;
  ASSIGN_OR_RETURN(s->vertices_, image.Vector<Vertex>("vertices"));
  ASSIGN_OR_RETURN(s->parts_, image.Vector<Vertex>("parts"));
  ASSIGN_OR_RETURN(s->upstream_, Adjacency<Edge>::Load("upstream", image));
  ASSIGN_OR_RETURN(s->downstream_, Adjacency<ChildEdge>::Load("downstream", image));
  ASSIGN_OR_RETURN(s->parts_downstream_, Adjacency<ChildEdge>::Load("parts-downstream", image));
  ASSIGN_OR_RETURN(s->licensor_names_, image.Vector<TextId>("licensors"));
  ASSIGN_OR_RETURN(s->arena_, TextPool::Load("arena", image));
  s->arena_end_ = s->arena_->end();
  {
    std::vector<LicensorId> vendors;
    for (const License& license : s->licenses_->catalog().licenses) {
      LicensorId vendor;
      for (std::size_t i = 0; !license.only_licensor.empty() && i < s->licensor_names_.size(); ++i) {
        if (s->arena_->Get(s->licensor_names_[i]) != license.only_licensor) continue;
        vendor = LicensorId(i);
        break;
      }
      vendors.push_back(vendor);
    }
    s->vendors_ = std::make_shared<const std::vector<LicensorId>>(std::move(vendors));
  }
  ASSIGN_OR_RETURN(const absl::Span<const uint32_t> lists,
                   image.Array<const uint32_t>("expressions"));
  for (std::size_t at = 0; at < lists.size(); at += lists[at] + 1) {
    std::vector<ClaimIndex> claims;
    for (std::size_t i = 1; i <= lists[at]; ++i) {
      if (at + i >= lists.size() || lists[at + i] >= records.claim_count()) {
        return absl::DataLossError("the image's expressions do not fit its claims");
      }
      claims.emplace_back(lists[at + i]);
    }
    s->expressions_.push_back(std::make_shared<const BoundExpression>(
        claims.empty() ? LicenseTable::Unknown("") : JoinClaims(records, *s->licenses_, claims)));
  }
  if (s->vertices_.size() != records.artifact_count() ||
      s->upstream_.size() != s->vertices_.size() || s->downstream_.size() != s->vertices_.size() ||
      s->parts_downstream_.size() != s->parts_.size()) {
    return absl::DataLossError("the image's graph does not fit its records");
  }
  return s;
}

}  // namespace lineage
