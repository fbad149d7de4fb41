#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/ai_act/assessment.h"
#include "engine/audit/findings.h"
#include "engine/audit/gate.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/archive.h"
#include "engine/hypothesis.h"
#include "engine/license/condition.h"
#include "engine/openness/assessment.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/explainer.h"
#include "engine/search/search.h"

namespace lineage {
namespace {

constexpr std::size_t kSnapshotsKept = 4;
// More is the same to who looks for a name.
constexpr std::size_t kCountedDescendants = 300;

// Adds the YAML at `path` to `catalog`.
absl::Status AddPack(const std::string& path, Revision revision, Catalog* catalog) {
  ASSIGN_OR_RETURN(const std::vector<std::string> files, FindYamlFiles({path}));
  LoadOptions options;
  options.revision = revision;
  CatalogLoader loader(*catalog, options);
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(std::string text, ReadFile(file));
    loader.Add(file, std::move(text));
  }
  std::vector<Diagnostic> problems;
  if (!loader.Finish(catalog, &problems)) return ToStatus(problems);
  return absl::OkStatus();
}

Revision LatestOf(const Catalog& catalog, Revision revision) {
  for (const Claim& claim : catalog.claims) revision = std::max(revision, claim.revision);
  return revision;
}

EdgeView ViewOf(const Snapshot& snapshot, const Edge& edge) {
  return {snapshot.IdOf(edge.child), edge.relation, snapshot.IdOf(edge.parent),
          snapshot.Get(edge.claim)};
}

WalkStep StepTo(const Snapshot& snapshot, VertexId to, VertexId from, Relation relation,
                int depth) {
  const Artifact artifact = snapshot.ArtifactOf(to);
  return {artifact.id, artifact.kind,       depth,
          relation,    snapshot.IdOf(from), ConclusionText(snapshot, to)};
}

LicenseClass ClassOfVertex(const Snapshot& snapshot, VertexId id) {
  LicenseClass result = LicenseClass::kOpenSource;
  const auto origins = snapshot.OriginsOf(id);
  if (origins.empty()) return LicenseClass::kUndeclared;
  for (const VertexId origin : origins) {
    result =
        std::max(result, ClassOfExpression(snapshot.licenses(), snapshot.ExpressionOf(origin)));
  }
  return result;
}

// The claims about an artifact, at most so many.
std::size_t CountClaims(const Records& records, ArtifactIndex artifact, std::size_t most) {
  std::size_t count = 0;
  for (ClaimIndex at = records.Row(artifact).first_claim; at.valid() && count < most;
       at = records.Row(at).next) {
    ++count;
  }
  return count;
}

}  // namespace

Engine::~Engine() = default;

Engine::Engine(Records records, std::shared_ptr<const LicenseTable> licenses, Revision revision)
    : records_(std::move(records)), revision_(revision), licenses_(std::move(licenses)) {}

Catalog Engine::ToCatalog() const {
  Catalog catalog = licenses_->catalog();
  for (std::size_t i = 0; i < records_.artifact_count(); ++i) {
    catalog.artifacts.push_back(records_.Get(ArtifactIndex(i)));
  }
  for (std::size_t i = 0; i < records_.claim_count(); ++i) {
    catalog.claims.push_back(records_.Get(ClaimIndex(i)));
  }
  return catalog;
}

std::vector<License> Engine::Licenses() const {
  std::vector<License> licenses = licenses_->catalog().licenses;
  std::sort(licenses.begin(), licenses.end(),
            [](const License& a, const License& b) { return a.id < b.id; });
  return licenses;
}

std::optional<Artifact> Engine::FindArtifact(absl::string_view id) const {
  const ArtifactIndex artifact = records_.Find(id);
  return artifact.valid() ? std::optional(records_.Get(artifact)) : std::nullopt;
}

std::unique_ptr<Engine> Engine::FromCatalog(Catalog catalog) {
  return FromCatalog(std::move(catalog), 0);
}

std::unique_ptr<Engine> Engine::FromCatalog(Catalog catalog, Revision revision) {
  Records records(catalog);
  revision = LatestOf(catalog, revision);
  catalog.artifacts.clear();
  catalog.claims.clear();
  return FromRecords(
      std::move(records),
      std::make_shared<const LicenseTable>(std::make_shared<const Catalog>(std::move(catalog))),
      revision, nullptr);
}

std::unique_ptr<Engine> Engine::FromRecords(Records records,
                                            std::shared_ptr<const LicenseTable> licenses,
                                            Revision revision,
                                            std::shared_ptr<const VerdictTable> today) {
  auto engine =
      std::unique_ptr<Engine>(new Engine(std::move(records), std::move(licenses), revision));
  if (today != nullptr) {
    std::promise<std::shared_ptr<const Snapshot>> ready;
    // The table keeps its snapshot.
    ready.set_value(std::shared_ptr<const Snapshot>(today, &today->snapshot()));
    engine->snapshots_.push_back({today->snapshot().key(), ready.get_future().share()});
    engine->today_ = std::move(today);
  }
  return engine;
}

std::unique_ptr<Engine> Engine::Excerpt(const Engine& engine, Catalog part) {
  return FromRecords(Records(part), engine.licenses_, LatestOf(part, engine.revision_), nullptr);
}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(const EngineOptions& options) {
  Catalog catalog;
  if (options.builtin) {
    ASSIGN_OR_RETURN(catalog, LoadBuiltinCatalog());
  }
  return FromPacks(std::move(catalog), 1, options);
}

absl::StatusOr<std::unique_ptr<Engine>> Engine::OpenOver(const Engine& engine,
                                                         const EngineOptions& options) {
  return FromPacks(engine.ToCatalog(), engine.revision(), options);
}

absl::StatusOr<std::unique_ptr<Engine>> Engine::FromPacks(Catalog catalog, Revision revision,
                                                          const EngineOptions& options) {
  for (const auto* paths : {&options.catalog_paths, &options.claims_paths}) {
    for (const std::string& path : *paths) RETURN_IF_ERROR(AddPack(path, ++revision, &catalog));
  }
  // Numbered as a store would.
  for (std::size_t i = 0; i < catalog.claims.size(); ++i) catalog.claims[i].number = i + 1;
  return FromCatalog(std::move(catalog), revision);
}

std::shared_ptr<const Snapshot> Engine::At(const SnapshotKey& key) const {
  std::promise<std::shared_ptr<const Snapshot>> promise;
  std::shared_ptr<const Snapshot> like;
  {
    std::unique_lock<std::mutex> lock(mutex_);
    const auto it = std::find_if(snapshots_.begin(), snapshots_.end(),
                                 [&](const Built& built) { return built.key == key; });
    if (it != snapshots_.end()) {
      std::rotate(it, it + 1, snapshots_.end());  // the last used stays longest
      const auto snapshot = snapshots_.back().snapshot;
      lock.unlock();
      return snapshot.get();  // waits if another thread is building it
    }
    // Another day on which nothing differs?
    for (const Built& other : snapshots_) {
      const bool ready =
          other.snapshot.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
      if (ready && other.snapshot.get()->IsLike(key)) like = other.snapshot.get();
    }
    if (snapshots_.size() == kSnapshotsKept) snapshots_.erase(snapshots_.begin());
    snapshots_.push_back({key, promise.get_future().share()});
  }
  std::shared_ptr<const Snapshot> built =
      like != nullptr ? like->OnDay(key.as_of) : Snapshot::Build(records_, licenses_, key);
  promise.set_value(built);
  return built;
}

const VerdictTable* Engine::TableOf(const SnapshotKey& key, const Query& query) const {
  const bool told = today_ != nullptr && today_->Answers(query) && today_->snapshot().IsLike(key);
  return told ? today_.get() : nullptr;
}

absl::StatusOr<Context> Engine::Validate(const Context& context) const {
  return ValidateContext(context, vocabulary());
}

template <typename Ask>
auto Engine::Supposing(const Question& question, const std::vector<std::string>& names,
                       bool downstream_too, const Ask& ask) const {
  using Result = decltype(ask(*this, question, names));
  Question plain = question;
  plain.hypothesis = nullptr;
  const Extent extent = names.empty()    ? Extent::kAll
                        : downstream_too ? Extent::kBoth
                                         : Extent::kUpstream;
  const absl::StatusOr<Supposed> supposed =
      Suppose(*this, question.key, *question.hypothesis, names, extent);
  if (!supposed.ok()) return Result(supposed.status());
  return ask(*supposed->engine, plain, supposed->focus);
}

absl::StatusOr<std::string> Engine::Resolve(absl::string_view name) const {
  // Only an unknown name asks for weights.
  std::shared_ptr<const Snapshot> snapshot;
  return ResolveName(records_, name, [&](absl::string_view id) -> std::size_t {
    if (snapshot == nullptr) snapshot = At(SnapshotKey{.as_of = Date::Today()});
    const VertexId vertex = snapshot->FindVertex(id, std::nullopt);
    if (!vertex.valid()) return 0;
    TraversalOptions options;
    options.direction = Direction::kDownstream;
    options.max_vertices = kCountedDescendants;
    return Traverse(*snapshot, vertex, options).visits.size();
  });
}

absl::StatusOr<std::string> Engine::ResolveExactly(absl::string_view name) const {
  return ResolveName(records_, name, nullptr, NameHints::kSkip);
}

bool Engine::IsQuick(absl::string_view id, const SnapshotKey& key) const {
  constexpr std::size_t kFewVertices = 256;
  constexpr std::size_t kFewClaims = 1024;
  std::shared_ptr<const Snapshot> snapshot;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const Built& built : snapshots_) {
      if (built.key == key &&
          built.snapshot.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
        snapshot = built.snapshot.get();
      }
    }
  }
  if (snapshot == nullptr) return false;
  const VertexId start = snapshot->FindVertex(id, std::nullopt);
  if (!start.valid()) return false;
  TraversalOptions options;
  options.max_vertices = kFewVertices;
  const Traversal upstream = Traverse(*snapshot, start, options);
  if (!upstream.complete) return false;
  std::size_t claims = CountClaims(records_, snapshot->Get(start).artifact, kFewClaims);
  for (const Visit& visit : upstream.visits) {
    if (claims >= kFewClaims) return false;
    claims += CountClaims(records_, snapshot->Get(visit.vertex).artifact, kFewClaims - claims);
  }
  return claims < kFewClaims;
}

absl::StatusOr<VertexId> Engine::FindVertex(const Snapshot& snapshot, absl::string_view artifact,
                                            std::optional<Component> component) const {
  ASSIGN_OR_RETURN(const std::string id, Resolve(artifact));
  const VertexId vertex = snapshot.FindVertex(id, component);
  if (vertex.valid()) return vertex;
  return absl::NotFoundError(
      absl::StrCat("no claim speaks of the ", component ? Name(*component) : "", " of ", id));
}

absl::StatusOr<Explanation> Engine::Explain(absl::string_view artifact,
                                            const Question& question) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, {std::string(artifact)}, false,
                     [](const Engine& engine, const Question& plain, const auto& ids) {
                       return engine.Explain(ids[0], plain);
                     });
  }
  Query query = question.query;
  ASSIGN_OR_RETURN(query.context, Validate(query.context));
  const std::shared_ptr<const Snapshot> snapshot = At(question.key);
  ASSIGN_OR_RETURN(const VertexId vertex, FindVertex(*snapshot, artifact, question.component));
  Explanation explanation = lineage::Explain(*snapshot, vertex, query);
  explanation.revision = std::min(revision_, question.key.at_revision);
  explanation.findings = FindingsOf(*snapshot, vertex, query);
  explanation.gate = GateOf(*snapshot, vertex, query, explanation.findings);
  explanation.remedies = RemediesFor(explanation);
  return explanation;
}

absl::StatusOr<AiActAssessment> Engine::AssessAiAct(absl::string_view artifact,
                                                    const Question& question,
                                                    AiActActor actor) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, {std::string(artifact)}, false,
                     [&](const Engine& engine, const Question& plain, const auto& ids) {
                       return engine.AssessAiAct(ids[0], plain, actor);
                     });
  }
  const std::shared_ptr<const Snapshot> snapshot = At(question.key);
  ASSIGN_OR_RETURN(const VertexId vertex, FindVertex(*snapshot, artifact, std::nullopt));
  if (!AiActAppliesTo(snapshot->KindOf(vertex))) {
    return absl::InvalidArgumentError(absl::StrCat("Chapter V of the AI Act is about models; ",
                                                   snapshot->IdOf(vertex), " is a ",
                                                   Name(snapshot->KindOf(vertex))));
  }
  AiActAssessment assessment = lineage::AssessAiAct(*snapshot, vertex, question.query, actor);
  assessment.revision = std::min(revision_, question.key.at_revision);
  return assessment;
}

absl::StatusOr<OpennessAssessment> Engine::AssessOpenness(absl::string_view artifact,
                                                          const Question& question,
                                                          OpennessDefinitions definitions) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, {std::string(artifact)}, false,
                     [&](const Engine& engine, const Question& plain, const auto& ids) {
                       return engine.AssessOpenness(ids[0], plain, definitions);
                     });
  }
  const std::shared_ptr<const Snapshot> snapshot = At(question.key);
  ASSIGN_OR_RETURN(const VertexId vertex, FindVertex(*snapshot, artifact, question.component));
  const ArtifactKind kind = snapshot->KindOf(vertex);
  for (const OpennessDefinition definition : definitions) {
    if (AppliesTo(definition, kind)) continue;
    return absl::InvalidArgumentError(absl::StrCat(Name(definition), " is about models; ",
                                                   snapshot->IdOf(vertex), " is a ", Name(kind)));
  }
  if (definitions.empty()) definitions = OpennessDefinitions::All();
  OpennessAssessment assessment =
      lineage::AssessOpenness(*snapshot, vertex, question.query, definitions);
  assessment.revision = std::min(revision_, question.key.at_revision);
  return assessment;
}

absl::StatusOr<PermissionsView> Engine::Permissions(absl::string_view artifact,
                                                    const Question& question) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, {std::string(artifact)}, false,
                     [](const Engine& engine, const Question& plain, const auto& ids) {
                       return engine.Permissions(ids[0], plain);
                     });
  }
  Query query = question.query;
  ASSIGN_OR_RETURN(query.context, Validate(query.context));
  const std::shared_ptr<const Snapshot> snapshot = At(question.key);
  ASSIGN_OR_RETURN(const VertexId vertex, FindVertex(*snapshot, artifact, question.component));
  PermissionsView view;
  view.artifact = snapshot->IdOf(vertex);
  view.component = snapshot->Get(vertex).component;
  view.license_class = ClassOfVertex(*snapshot, vertex);
  if (!snapshot->OriginsOf(vertex).empty()) {
    view.license = ConclusionText(*snapshot, vertex);
  }
  const VerdictTable* table =
      snapshot->Get(vertex).primary ? TableOf(question.key, query) : nullptr;
  for (const Stance stance : EnumValues<Stance>()) {
    if (table != nullptr) {
      view.verdicts[static_cast<std::size_t>(stance)] = table->Get(vertex, stance).alone();
      continue;
    }
    const Evaluation evaluation = Evaluator(*snapshot, query.Under(stance)).Evaluate(vertex);
    view.verdicts[static_cast<std::size_t>(stance)] = evaluation.alone;
    view.complete = view.complete && evaluation.complete;
  }
  return view;
}

absl::StatusOr<std::vector<Finding>> Engine::Audit(const std::vector<std::string>& artifacts,
                                                   const Question& question) const {
  std::vector<Finding> findings;
  std::optional<std::size_t> cursor = 0;
  while (cursor && !question.query.stop.Requested()) {
    ASSIGN_OR_RETURN(std::vector<Finding> some,
                     AuditFrom(artifacts, question, ~std::size_t{0}, &cursor));
    std::move(some.begin(), some.end(), std::back_inserter(findings));
  }
  return findings;
}

absl::StatusOr<std::vector<Finding>> Engine::AuditFrom(const std::vector<std::string>& artifacts,
                                                       const Question& question,
                                                       std::size_t max_findings,
                                                       std::optional<std::size_t>* cursor) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, artifacts, false,
                     [&](const Engine& engine, const Question& plain, const auto& ids) {
                       return engine.AuditFrom(ids, plain, max_findings, cursor);
                     });
  }
  Query query = question.query;
  ASSIGN_OR_RETURN(query.context, Validate(query.context));
  const std::shared_ptr<const Snapshot> snapshot = At(question.key);
  std::vector<Finding> findings;
  const std::size_t count = artifacts.empty() ? snapshot->artifact_count() : artifacts.size();
  std::size_t next = cursor->value_or(count);
  for (const std::size_t first = next; next < count; ++next) {
    if (findings.size() >= max_findings || (next != first && query.stop.Requested())) break;
    VertexId target(static_cast<uint32_t>(next));
    if (!artifacts.empty()) {
      ASSIGN_OR_RETURN(target, FindVertex(*snapshot, artifacts[next], question.component));
    }
    std::vector<Finding> some = FindingsOf(*snapshot, target, query);
    // Cut short: its findings may be few of many. Who goes on from the cursor gets them whole.
    if (next != first && query.stop.Requested()) break;
    std::move(some.begin(), some.end(), std::back_inserter(findings));
  }
  *cursor = next < count ? std::optional<std::size_t>(next) : std::nullopt;
  return findings;
}

std::vector<Claim> Engine::ClaimsAbout(absl::string_view id) const {
  std::vector<Claim> claims;
  const ArtifactIndex artifact = records_.Find(id);
  if (!artifact.valid()) return claims;
  records_.ForEachClaimAbout(artifact,
                             [&](ClaimIndex index) { claims.push_back(records_.Get(index)); });
  return claims;
}

absl::StatusOr<ArtifactView> Engine::Show(absl::string_view artifact,
                                          const Question& question) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, {std::string(artifact)}, true,
                     [](const Engine& engine, const Question& plain, const auto& ids) {
                       return engine.Show(ids[0], plain);
                     });
  }
  const std::shared_ptr<const Snapshot> snapshot = At(question.key);
  ASSIGN_OR_RETURN(const VertexId vertex, FindVertex(*snapshot, artifact, std::nullopt));
  ArtifactView view;
  view.artifact = snapshot->ArtifactOf(vertex);
  view.package_url = PackageUrl(view.artifact);
  const Licensor& licensor = snapshot->Get(vertex).licensor;
  if (licensor.id.valid()) view.licensor = snapshot->LicensorName(licensor.id);
  view.licensor_claimed = licensor.claimed;
  for (const Component component : EnumValues<Component>()) {
    const VertexId part = snapshot->FindVertex(view.artifact.id, component);
    if (!part.valid()) continue;
    view.components.push_back(
        {component, ConclusionText(*snapshot, part), ClassOfVertex(*snapshot, part)});
    for (const ChildEdge edge : snapshot->Downstream(part)) {
      view.downstream.push_back(ViewOf(*snapshot, snapshot->EdgeOf(part, edge)));
    }
  }
  for (const Edge& edge : snapshot->Upstream(vertex))
    view.upstream.push_back(ViewOf(*snapshot, edge));
  view.claims = ClaimViews(*snapshot, vertex, question.query.stop);
  return view;
}

absl::StatusOr<WalkView> Engine::Walk(absl::string_view artifact, const Question& question,
                                      const TraversalOptions& options) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, {std::string(artifact)}, options.direction == Direction::kDownstream,
                     [&](const Engine& engine, const Question& plain, const auto& ids) {
                       return engine.Walk(ids[0], plain, options);
                     });
  }
  const std::shared_ptr<const Snapshot> snapshot = At(question.key);
  ASSIGN_OR_RETURN(const VertexId start, FindVertex(*snapshot, artifact, std::nullopt));
  WalkView view;
  view.start = snapshot->IdOf(start);
  const Traversal traversal = Traverse(*snapshot, start, options);
  view.complete = traversal.complete;
  for (const Visit& visit : traversal.visits) {
    view.steps.push_back(StepTo(*snapshot, visit.vertex, visit.from, visit.relation, visit.depth));
  }
  return view;
}

absl::StatusOr<WalkView> Engine::Path(absl::string_view from, absl::string_view to,
                                      const Question& question,
                                      const RelationSet& relations) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, {std::string(from), std::string(to)}, false,
                     [&](const Engine& engine, const Question& plain, const auto& ids) {
                       return engine.Path(ids[0], ids[1], plain, relations);
                     });
  }
  const std::shared_ptr<const Snapshot> snapshot = At(question.key);
  ASSIGN_OR_RETURN(VertexId start, FindVertex(*snapshot, from, std::nullopt));
  ASSIGN_OR_RETURN(VertexId end, FindVertex(*snapshot, to, std::nullopt));
  std::vector<const Edge*> path = ShortestPath(*snapshot, start, end, relations);
  if (path.empty()) {
    path = ShortestPath(*snapshot, end, start, relations);
    if (!path.empty()) std::swap(start, end);
  }
  WalkView view;
  view.start = snapshot->IdOf(start);
  int depth = 0;
  for (const Edge* edge : path) {
    view.steps.push_back(StepTo(*snapshot, edge->parent, edge->child, edge->relation, ++depth));
  }
  return view;
}

std::shared_ptr<SearchIndex> Engine::IndexOf(const SnapshotKey& key) const {
  const std::shared_ptr<const Snapshot> snapshot = At(key);
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto it = std::find_if(indexes_.begin(), indexes_.end(), [&](const auto& index) {
    return &index->snapshot() == snapshot.get();
  });
  if (it != indexes_.end()) return *it;
  if (indexes_.size() == kSnapshotsKept) indexes_.erase(indexes_.begin());
  const bool ready = today_ != nullptr && &today_->snapshot() == snapshot.get();
  indexes_.push_back(std::make_shared<SearchIndex>(snapshot, ready ? today_ : nullptr));
  return indexes_.back();
}

absl::StatusOr<SearchPage> Engine::Search(absl::string_view filter, const Question& question,
                                          std::size_t max_hits, uint32_t first) const {
  ASSIGN_OR_RETURN(const std::unique_ptr<SearchRun> run, BeginSearch(filter, question, first));
  return run->Next(max_hits);
}

absl::StatusOr<std::unique_ptr<SearchRun>> Engine::BeginSearch(absl::string_view filter,
                                                               const Question& question,
                                                               uint32_t first) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, {}, true,
                     [&](const Engine& engine, const Question& plain, const auto&) {
                       return engine.BeginSearch(filter, plain, first);
                     });
  }
  SearchRequest request;
  request.filter = std::string(filter);
  request.query = question.query;
  ASSIGN_OR_RETURN(request.query.context, Validate(request.query.context));
  request.first = first;
  request.resolve = [this](absl::string_view name) { return Resolve(name); };
  return SearchRun::Begin(IndexOf(question.key), request);
}

absl::StatusOr<GraphView> Engine::Graph(absl::string_view artifact, const Question& question,
                                        const GraphOptions& options) const {
  if (question.hypothesis != nullptr) {
    return Supposing(question, {std::string(artifact)}, options.down > 0,
                     [&](const Engine& engine, const Question& plain, const auto& ids) {
                       return engine.Graph(ids[0], plain, options);
                     });
  }
  Query query = question.query;
  ASSIGN_OR_RETURN(query.context, Validate(query.context));
  const std::shared_ptr<const Snapshot> snapshot = At(question.key);
  ASSIGN_OR_RETURN(const VertexId focus, FindVertex(*snapshot, artifact, question.component));
  std::vector<Visit> visits = {{focus, focus, 0, Relation::kBundles}};
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    TraversalOptions walk;
    walk.direction = direction;
    walk.max_depth = direction == Direction::kUpstream ? options.up : options.down;
    if (walk.max_depth <= 0) continue;
    const Traversal traversal = Traverse(*snapshot, focus, walk);
    visits.insert(visits.end(), traversal.visits.begin(), traversal.visits.end());
  }
  // The nearest are kept.
  std::stable_sort(visits.begin(), visits.end(),
                   [](const Visit& a, const Visit& b) { return a.depth < b.depth; });
  std::set<VertexId> shown;
  std::set<VertexId> all;
  for (const Visit& visit : visits) {
    all.insert(visit.vertex);
    if (shown.size() < std::max<std::size_t>(options.max_nodes, 1)) shown.insert(visit.vertex);
  }
  GraphView view;
  view.focus = snapshot->IdOf(focus);
  view.right = options.right;
  view.stance = query.stance;
  view.as_of = question.key.as_of;
  view.omitted = all.size() - shown.size();
  Evaluator evaluator(*snapshot, query);
  std::vector<VertexId> in_order(shown.begin(), shown.end());
  std::sort(in_order.begin(), in_order.end(), [&](VertexId a, VertexId b) {
    const auto key = [&](VertexId id) {
      return std::pair(snapshot->records().IdOf(snapshot->Get(id).artifact),
                       snapshot->Get(id).component);
    };
    return key(a) < key(b);
  });
  for (const VertexId id : in_order) {
    const Artifact node = snapshot->ArtifactOf(id);
    view.nodes.push_back({node.id, node.kind,
                          node.name.empty() ? std::string(LastSegment(node.id)) : node.name,
                          ConclusionText(*snapshot, id), ClassOfVertex(*snapshot, id),
                          evaluator.Evaluate(id).alone[static_cast<std::size_t>(options.right)]});
    for (const Edge& edge : snapshot->Upstream(id)) {
      if (shown.contains(edge.parent)) {
        view.edges.push_back({node.id, snapshot->IdOf(edge.parent), edge.relation});
      }
    }
  }
  return view;
}

absl::StatusOr<License> Engine::FindLicense(absl::string_view name) const {
  if (const auto found = licenses_->Find(name)) return licenses_->Get(*found);
  return absl::NotFoundError(absl::StrCat("no licence \"", EscapeForTerminal(name.substr(0, 200)),
                                          "\" in the catalogue",
                                          DidYouMean(name, licenses_->Ids())));
}

absl::StatusOr<std::vector<Diagnostic>> LintFiles(const std::vector<std::string>& paths,
                                                  bool on_top_of_builtin) {
  Catalog base;
  if (on_top_of_builtin) {
    ASSIGN_OR_RETURN(base, LoadBuiltinCatalog());
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> files, FindYamlFiles(paths));
  CatalogLoader loader(std::move(base));
  std::vector<Diagnostic> problems;
  for (const std::string& file : files) {
    absl::StatusOr<std::string> text = ReadFile(file);
    if (text.ok()) {
      loader.Add(file, *std::move(text));
    } else {
      problems.push_back({Location{}, std::string(text.status().message())});
    }
  }
  Catalog catalog;
  if (loader.Finish(&catalog, &problems)) {
    const std::vector<Diagnostic> unread = ReviewProblems(catalog, files);
    problems.insert(problems.end(), unread.begin(), unread.end());
  }
  return problems;
}

}  // namespace lineage
