#include "engine/permission/explainer.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/graph/traversal.h"

namespace lineage {
namespace {

constexpr std::size_t kUpstreamShown = 200;
// Each of these steps may walk a path.
constexpr std::size_t kStepsBetweenLooks = 64;

// True if another branch of an OR would be worth less, or more, for these rights.
bool BranchesDiffer(Evaluator* evaluator, const Voice& voice, const BoundExpression& expression,
                    RightSet rights) {
  if (expression.op == Expression::Op::kLicense) return false;
  const auto verdict_of = [&](const BoundExpression& operand) {
    return evaluator->worth()
        .Choose(operand, rights,
                [&](const BoundExpression& leaf) -> const WaySet& {
                  return evaluator->WaysOf(voice, leaf);
                })
        .verdict;
  };
  for (const BoundExpression& operand : expression.operands) {
    if (expression.op == Expression::Op::kOr &&
        verdict_of(operand) != verdict_of(expression.operands[0])) {
      return true;
    }
    if (BranchesDiffer(evaluator, voice, operand, rights)) return true;
  }
  return false;
}

// What was chosen where an OR left a choice: "MIT of org/model; …"; empty if nothing did. A choice
// above the artifact that changes nothing for these rights is left out.
std::string ChoiceText(Evaluator* evaluator, const Evaluation& evaluation, RightSet rights) {
  const Snapshot& snapshot = evaluator->snapshot();
  std::vector<std::string> parts;
  for (const Voice& voice : evaluation.voices) {
    if (voice.kind != Voice::Kind::kLicense || !HasChoice(*voice.expression)) continue;
    if (!voice.own && !BranchesDiffer(evaluator, voice, *voice.expression, rights)) continue;
    const Choice choice = evaluator->Choose(voice, rights);
    const std::string leaves = absl::StrJoin(
        choice.leaves, " AND ",
        [](std::string* out, const BoundExpression* leaf) { out->append(leaf->text); });
    parts.push_back(voice.own ? leaves : absl::StrCat(leaves, " of ", snapshot.IdOf(voice.origin)));
  }
  return absl::StrJoin(parts, "; ");
}

// The answers under each other setting of each switch, all else as it is.
std::vector<TheoryView> UnderOtherTheories(const Snapshot& snapshot, VertexId target,
                                           const Query& query) {
  std::vector<TheoryView> views;
  for (const TheorySwitch of : EnumValues<TheorySwitch>()) {
    for (const Setting setting : EnumValues<Setting>()) {
      if (query.InForce()[of] == setting) continue;
      Query other = query;
      other.theory.Set(of, setting);
      const Evaluation evaluation = Evaluator(snapshot, other).Evaluate(target);
      TheoryView& view = views.emplace_back();
      view.of = of;
      view.setting = setting;
      view.joint = evaluation.joint;
      for (const Right right : query.rights)
        view.verdicts.push_back(evaluation.alone[static_cast<std::size_t>(right)]);
    }
  }
  return views;
}

Openness OpennessOf(LicenseClass license_class, ArtifactKind kind,
                    const std::optional<ComponentSet>& releases) {
  if (license_class == LicenseClass::kUndeclared) return Openness::kUndeclared;
  if (license_class > LicenseClass::kOpenContent) return Openness::kRestricted;
  if (kind == ArtifactKind::kModel || kind == ArtifactKind::kCheckpoint ||
      kind == ArtifactKind::kUnresolved) {
    const ComponentSet all = {Component::kWeights, Component::kCode, Component::kData};
    return releases && (*releases & all) == all ? Openness::kOpenSource : Openness::kOpenWeights;
  }
  return license_class == LicenseClass::kOpenSource ? Openness::kOpenSource
                                                    : Openness::kOpenContent;
}

// `about` is the vertex whose conclusion the claim counts for; `losing` the claims about edges that
// lost against others, sorted.
ClaimStatus StatusOf(const Snapshot& snapshot, VertexId about, ClaimIndex index,
                     const std::string& text, const std::vector<ClaimIndex>& losing) {
  const ClaimRow& claim = snapshot.Row(index);
  if (claim.revision > snapshot.key().at_revision || snapshot.key().as_of < claim.valid.from) {
    return ClaimStatus::kNotYet;
  }
  if (!snapshot.IsRecorded(claim)) return ClaimStatus::kRetracted;
  if (!snapshot.IsValid(claim)) return ClaimStatus::kExpired;
  if (claim.statement == StatementKind::kEdge) {
    return std::binary_search(losing.begin(), losing.end(), index) ? ClaimStatus::kDenied
                                                                   : ClaimStatus::kStated;
  }
  if (claim.statement != StatementKind::kLicense) return ClaimStatus::kStated;
  const auto concluded = snapshot.ConcludedFrom(about);
  if (std::find(concluded.begin(), concluded.end(), index) != concluded.end())
    return ClaimStatus::kConcluded;
  if (!concluded.empty() && text == snapshot.ExpressionOf(about).text) return ClaimStatus::kAgrees;
  const int best = concluded.empty() ? 0 : RankOf(snapshot.Row(concluded[0]).source_kind);
  return RankOf(claim.source_kind) > best ? ClaimStatus::kOutranked : ClaimStatus::kSuperseded;
}

// Where on its shortest way down the terms of `vertex` meet their licensor again.
VertexId CutAt(const Snapshot& snapshot, const Reach& reach, std::size_t place) {
  const VertexId vertex = reach.vertex(place);
  std::vector<LicensorId> licensors = {snapshot.TermLicensor(vertex, LicenseIndex::None())};
  for (const VertexId origin : snapshot.OriginsOf(vertex)) {
    ForEachLeaf(snapshot.ExpressionOf(origin), [&](const BoundExpression& leaf) {
      licensors.push_back(snapshot.TermLicensor(origin, leaf.license));
    });
  }
  for (const BoundExpression* terms : reach.TermsAt(place)) {
    for (const Way way : reach.WaysOf(vertex, terms)) {
      const std::vector<const Edge*> path = reach.PathOf(vertex, way, terms);
      for (auto edge = path.rbegin(); edge != path.rend(); ++edge) {
        const LicensorId here = snapshot.Get((*edge)->child).licensor.id;
        if (here.valid() && std::find(licensors.begin(), licensors.end(), here) != licensors.end())
          return (*edge)->child;
      }
    }
  }
  return VertexId::None();
}

// Artifacts upstream whose own terms would come down, but for the same-licensor rule.
std::vector<LicensorCut> SameLicensor(const Snapshot& snapshot, const Evaluation& evaluation,
                                      const Stop& stop) {
  std::vector<LicensorCut> cut;
  absl::flat_hash_set<VertexId> heard;
  for (const Voice& voice : evaluation.voices) {
    heard.insert(voice.origin);
    for (const Voice::Speaker& speaker : voice.speakers) heard.insert(speaker.vertex);
  }
  for (std::size_t i = 1; i < evaluation.reaches[0]->size(); ++i) {
    if (i % kStepsBetweenLooks == 0 && stop.Requested()) break;
    const VertexId vertex = evaluation.reaches[0]->vertex(i);
    if (evaluation.reaches[0]->TermsAt(i).empty()) continue;  // nothing of it would arrive
    if (heard.contains(vertex)) continue;
    const VertexId at = CutAt(snapshot, *evaluation.reaches[0], i);
    if (!at.valid()) continue;
    cut.push_back({snapshot.IdOf(vertex), snapshot.IdOf(at),
                   snapshot.LicensorName(snapshot.Get(at).licensor.id)});
  }
  const auto key = [](const LicensorCut& one) { return std::tie(one.artifact, one.at); };
  std::sort(cut.begin(), cut.end(),
            [&](const LicensorCut& a, const LicensorCut& b) { return key(a) < key(b); });
  cut.erase(std::unique(cut.begin(), cut.end(),
                        [&](const LicensorCut& a, const LicensorCut& b) { return key(a) == key(b); }),
            cut.end());
  return cut;
}

// The answer with the base if it was asked about alone, and the other way round; of adapters only.
std::optional<AdapterAnswer> OtherAdapter(const Snapshot& snapshot, VertexId target,
                                          const Query& query) {
  const auto upstream = snapshot.Upstream(target);
  const bool adapter = std::any_of(upstream.begin(), upstream.end(), [](const Edge& edge) {
    return edge.relation == Relation::kAdapterOf;
  });
  if (!adapter) return std::nullopt;
  Query other = query;
  other.adapter = query.adapter == AdapterUse::kAlone ? AdapterUse::kWithBase : AdapterUse::kAlone;
  const Evaluation evaluation = Evaluator(snapshot, other).Evaluate(target);
  AdapterAnswer answer{other.adapter, evaluation.joint, {}};
  for (const Right right : query.rights.Values()) {
    answer.verdicts.push_back(evaluation.alone[static_cast<std::size_t>(right)]);
  }
  return answer;
}

std::vector<UpstreamView> UpstreamOf(const Snapshot& snapshot, VertexId target) {
  TraversalOptions options;
  options.max_vertices = kUpstreamShown;
  absl::flat_hash_map<VertexId, std::vector<Hop>> paths;
  std::vector<UpstreamView> upstream;
  for (const Visit& visit : Traverse(snapshot, target, options).visits) {
    std::vector<Hop> path = paths[visit.from];
    const Edge& edge = EdgeOf(snapshot, visit, Direction::kUpstream);
    path.push_back({visit.relation, snapshot.IdOf(visit.vertex),
                    snapshot.Row(edge.claim).Is(ClaimRow::kSupposed)});
    paths[visit.vertex] = path;
    upstream.push_back(
        {snapshot.IdOf(visit.vertex), ConclusionText(snapshot, visit.vertex), std::move(path)});
  }
  return upstream;
}

void DescribeArtifact(const Snapshot& snapshot, VertexId target, const Stop& stop,
                      Explanation* explanation) {
  const Vertex& vertex = snapshot.Get(target);
  const Artifact artifact = snapshot.ArtifactOf(target);
  explanation->artifact = artifact.id;
  explanation->kind = artifact.kind;
  explanation->component = vertex.component;
  explanation->name = artifact.name.empty() ? std::string(LastSegment(artifact.id)) : artifact.name;
  explanation->package_url = PackageUrl(artifact);
  if (vertex.conclusion.kind == Conclusion::Kind::kDeclared ||
      vertex.conclusion.kind == Conclusion::Kind::kTaken) {
    explanation->license = ConclusionText(snapshot, target);
  }
  if (vertex.conclusion.kind == Conclusion::Kind::kTaken) {
    explanation->license_origin = snapshot.IdOf(snapshot.OriginsOf(target)[0]);
  }
  if (vertex.licensor.id.valid()) {
    explanation->licensor = snapshot.LicensorName(vertex.licensor.id);
    explanation->licensor_claimed = vertex.licensor.claimed;
  }
  explanation->releases = ReleasesOf(snapshot, vertex);
  explanation->claims = ClaimViews(snapshot, target, stop);
  for (const ClaimView& view : explanation->claims) {
    const bool about_this =
        view.claim.statement != StatementKind::kLicense ||
        view.claim.component.value_or(PrimaryComponent(artifact.kind)) == vertex.component;
    if (about_this &&
        (view.status == ClaimStatus::kOutranked || view.status == ClaimStatus::kSuperseded ||
         view.status == ClaimStatus::kDenied)) {
      explanation->disputed.push_back(view);
    }
  }
}

}  // namespace

std::optional<ComponentSet> ReleasesOf(const Snapshot& snapshot, const Vertex& vertex) {
  std::optional<ComponentSet> releases;
  snapshot.records().ForEachClaimAbout(vertex.artifact, [&](ClaimIndex index) {
    const ClaimRow& claim = snapshot.Row(index);
    if (claim.statement != StatementKind::kReleases || !snapshot.IsValid(claim)) return;
    releases = releases.value_or(ComponentSet()) | ComponentSet::FromBits(claim.releases);
  });
  return releases;
}

Openness OpennessOf(const Snapshot& snapshot, VertexId vertex, LicenseClass license_class) {
  return OpennessOf(license_class, snapshot.KindOf(vertex),
                    ReleasesOf(snapshot, snapshot.Get(vertex)));
}

std::string ConclusionText(const Snapshot& snapshot, VertexId id) {
  const Conclusion& conclusion = snapshot.Get(id).conclusion;
  switch (conclusion.kind) {
    case Conclusion::Kind::kDeclared:
      return snapshot.ExpressionOf(id).text;
    case Conclusion::Kind::kTaken: {
      std::vector<BoundExpression> parts;
      for (const VertexId origin : snapshot.OriginsOf(id))
        parts.push_back(snapshot.ExpressionOf(origin));
      return JoinAll(std::move(parts)).text;
    }
    case Conclusion::Kind::kUndeclared:
      return "undeclared";
    case Conclusion::Kind::kUnresolved:
      return "unresolved";
  }
  return "";
}

std::vector<ClaimView> ClaimViews(const Snapshot& snapshot, VertexId id, const Stop& stop) {
  const Vertex& vertex = snapshot.Get(id);
  const Component primary = PrimaryComponent(snapshot.KindOf(id));
  std::vector<ClaimIndex> losing = snapshot.LosingEdgeClaims(vertex.artifact);
  std::sort(losing.begin(), losing.end());
  std::vector<ClaimView> views;
  for (const ClaimIndex index : snapshot.ClaimsAbout(vertex.artifact)) {
    if (views.size() % kStepsBetweenLooks == kStepsBetweenLooks - 1 && stop.Requested()) break;
    ClaimView view;
    view.claim = snapshot.Get(index);
    if (view.claim.statement == StatementKind::kLicense) {
      view.conclusion =
          view.claim.as_found ? view.claim.text : snapshot.licenses().Bind(view.claim.text).text;
    }
    // A claim about another component is judged by that component's conclusion.
    const VertexId about =
        view.claim.statement == StatementKind::kLicense
            ? snapshot.FindVertex(view.claim.subject, view.claim.component.value_or(primary))
            : id;
    view.status = StatusOf(snapshot, about, index, view.conclusion, losing);
    views.push_back(std::move(view));
  }
  std::stable_sort(views.begin(), views.end(), [](const ClaimView& a, const ClaimView& b) {
    const auto key = [](const ClaimView& v) {
      return std::tuple(v.claim.statement, v.status, RankOf(v.claim.source.kind),
                        -int64_t{v.claim.source.said.days()});
    };
    return key(a) < key(b);
  });
  return views;
}

Explanation Explain(const Snapshot& snapshot, VertexId target, const Query& query) {
  Explanation explanation;
  DescribeArtifact(snapshot, target, query.stop, &explanation);
  explanation.as_of = snapshot.key().as_of;
  explanation.stance = query.stance;
  explanation.adapter = query.adapter;

  Evaluator evaluator(snapshot, query);
  const Evaluation evaluation = evaluator.Evaluate(target);
  explanation.complete = evaluation.complete;
  explanation.license_class = evaluation.license_class;
  explanation.openness =
      OpennessOf(evaluation.license_class, explanation.kind, explanation.releases);
  explanation.licensor_cuts = SameLicensor(snapshot, evaluation, query.stop);
  for (const LicensorCut& cut : explanation.licensor_cuts) {
    if (explanation.same_licensor.empty() || explanation.same_licensor.back() != cut.artifact)
      explanation.same_licensor.push_back(cut.artifact);
  }
  explanation.upstream = UpstreamOf(snapshot, target);

  std::array<Evaluation, kEnumSize<Stance>> by_stance;
  for (const Stance stance : EnumValues<Stance>()) {
    if (stance == query.stance) continue;
    by_stance[static_cast<std::size_t>(stance)] =
        Evaluator(snapshot, query.Under(stance)).Evaluate(target);
  }
  explanation.duties = DutiesOf(&evaluator, evaluation, query.rights);
  for (const Right right : query.rights.Values()) {
    if (query.stop.Requested()) break;
    const auto at = static_cast<std::size_t>(right);
    RightVerdict verdict;
    verdict.right = right;
    verdict.verdict = evaluation.alone[at];
    for (const Stance stance : EnumValues<Stance>()) {
      const auto s = static_cast<std::size_t>(stance);
      verdict.by_stance[s] = stance == query.stance ? evaluation.alone[at] : by_stance[s].alone[at];
    }
    verdict.because = Prove(&evaluator, evaluation, right, {right});
    Missing missing;
    for (const Because& because : verdict.because) {
      for (const ContextKey key : because.missing) missing.Add(key);
      for (const std::string& fact : because.missing_facts) missing.AddFact(fact);
    }
    verdict.missing = missing.keys.Values();
    verdict.missing_facts = std::move(missing.facts);
    verdict.choice = ChoiceText(&evaluator, evaluation, {right});
    for (uint32_t i = 0; i < explanation.duties.size(); ++i) verdict.duties.push_back(i);
    explanation.verdicts.push_back(std::move(verdict));
  }
  explanation.joint_rights = query.rights;
  explanation.joint = evaluation.joint;
  explanation.joint_choice = ChoiceText(&evaluator, evaluation, query.rights);
  for (const Stance stance : EnumValues<Stance>()) {
    const auto s = static_cast<std::size_t>(stance);
    explanation.joint_by_stance[s] = stance == query.stance ? evaluation.joint : by_stance[s].joint;
  }
  explanation.theory = query.InForce();
  if (query.theories) explanation.theories = UnderOtherTheories(snapshot, target, query);
  explanation.other_adapter = OtherAdapter(snapshot, target, query);
  for (const Right right : query.rights.Values()) {
    if (query.stop.Requested()) break;
    for (Because& because : Prove(&evaluator, evaluation, right, query.rights)) {
      if (because.verdict != Verdict::kPermitted)
        explanation.joint_because.push_back(std::move(because));
    }
  }
  explanation.complete = explanation.complete && !query.stop.Requested();
  return explanation;
}

}  // namespace lineage
