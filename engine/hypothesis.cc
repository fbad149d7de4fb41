#include "engine/hypothesis.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/base/reason.h"
#include "engine/base/status_macros.h"

namespace lineage {
namespace {

// A part of what is known, with a hypothesis laid over it.
class Excerpt {
 public:
  Excerpt(const Engine& engine, const Snapshot& snapshot, const Hypothesis& hypothesis)
      : engine_(engine), snapshot_(snapshot), hypothesis_(hypothesis) {
    for (const ClaimNumber number : hypothesis.retracted) retracted_.insert(number);
    for (const Claim& claim : hypothesis.claims) {
      if (claim.statement == StatementKind::kEdge)
        supposed_parents_[claim.subject].push_back(claim.parent);
    }
  }

  void AddDownstream(const std::string& id) {
    for (const Component component : EnumValues<Component>()) {
      const VertexId start = snapshot_.FindVertex(id, component);
      if (!start.valid()) continue;
      TraversalOptions options;
      options.direction = Direction::kDownstream;
      options.max_vertices = snapshot_.vertex_count();
      for (const Visit& visit : Traverse(snapshot_, start, options).visits) {
        AddUpstream(snapshot_.IdOf(visit.vertex));
      }
    }
  }

  // Every claimed parent is followed, also those that lose: the hypothesis may turn them around.
  void AddUpstream(const std::string& id) {
    std::vector<std::string> open = {id};
    while (!open.empty()) {
      const std::string at = std::move(open.back());
      open.pop_back();
      if (!ids_.insert(at).second) continue;
      for (const ClaimIndex index : ClaimsAbout(at)) {
        const ClaimRow& claim = snapshot_.Row(index);
        if (claim.statement == StatementKind::kEdge) {
          open.emplace_back(snapshot_.records().IdOf(claim.parent));
        }
      }
      const auto it = supposed_parents_.find(at);
      if (it == supposed_parents_.end()) continue;
      open.insert(open.end(), it->second.begin(), it->second.end());
    }
  }

  Catalog Make(Revision revision) {
    Catalog catalog;
    std::vector<ClaimIndex> claims;
    const std::set<std::string> wanted = ids_;
    for (const std::string& id : wanted) {
      AddArtifact(id, &catalog);
      for (const ClaimIndex index : ClaimsAbout(id)) claims.push_back(index);
      AddPartsNamedBelow(id, &claims, &catalog);
    }
    std::sort(claims.begin(), claims.end());
    claims.erase(std::unique(claims.begin(), claims.end()), claims.end());
    for (const ClaimIndex index : claims) {
      if (!retracted_.contains(snapshot_.Row(index).number)) {
        catalog.claims.push_back(snapshot_.Get(index));
      }
    }
    LayOver(revision, &catalog);
    return catalog;
  }

  // The same over everything.
  Catalog MakeWhole(Revision revision) {
    Catalog catalog = engine_.ToCatalog();
    for (std::size_t i = 0; i < catalog.artifacts.size(); ++i) {
      ids_.insert(catalog.artifacts[i].id);
      position_[catalog.artifacts[i].id] = i;
    }
    std::erase_if(catalog.claims,
                  [&](const Claim& claim) { return retracted_.contains(claim.number); });
    LayOver(revision, &catalog);
    return catalog;
  }

 private:
  ClaimIndexes ClaimsAbout(const std::string& id) const {
    const ArtifactIndex artifact = snapshot_.records().Find(id);
    return artifact.valid() ? snapshot_.ClaimsAbout(artifact) : ClaimIndexes();
  }

  Artifact& AddArtifact(const std::string& id, Catalog* catalog) {
    const auto [it, fresh] = position_.try_emplace(id, catalog->artifacts.size());
    if (fresh) {
      catalog->artifacts.push_back(engine_.FindArtifact(id).value_or(Artifact()));
      catalog->artifacts.back().id = id;
    }
    return catalog->artifacts[it->second];
  }

  // A component that only an edge from below names has a vertex because of that edge.
  void AddPartsNamedBelow(const std::string& id, std::vector<ClaimIndex>* claims,
                          Catalog* catalog) {
    for (const Component component : EnumValues<Component>()) {
      const VertexId part = snapshot_.FindVertex(id, component);
      if (!part.valid() || snapshot_.Get(part).primary) continue;
      for (const ChildEdge edge : snapshot_.Downstream(part)) {
        AddArtifact(snapshot_.IdOf(edge.child()), catalog);
        claims->push_back(snapshot_.EdgeOf(part, edge).claim);
      }
    }
  }

  void LayOver(Revision revision, Catalog* catalog) {
    for (const Artifact& described : hypothesis_.artifacts) {
      Artifact& artifact = AddArtifact(described.id, catalog);
      if (artifact.kind == ArtifactKind::kUnresolved) artifact = described;
    }
    for (const Claim& claim : hypothesis_.claims) {
      AddArtifact(claim.subject, catalog);
      if (claim.statement == StatementKind::kEdge) AddArtifact(claim.parent, catalog);
      catalog->claims.push_back(claim);
      catalog->claims.back().revision = revision;
      catalog->claims.back().retracted = 0;
      catalog->claims.back().number = 0;
      catalog->claims.back().supposed = true;
    }
  }

  const Engine& engine_;
  const Snapshot& snapshot_;
  const Hypothesis& hypothesis_;
  absl::flat_hash_set<ClaimNumber> retracted_;
  absl::flat_hash_map<std::string, std::vector<std::string>> supposed_parents_;
  std::set<std::string> ids_;
  absl::flat_hash_map<std::string, std::size_t> position_;
};

void AddProblems(absl::string_view list, std::size_t index, std::vector<FieldProblem> found,
                 std::vector<FieldProblem>* problems) {
  for (FieldProblem& problem : found) {
    problem.field =
        absl::StrCat(list, "[", index, "]", problem.field.empty() ? "" : ".", problem.field);
    problems->push_back(std::move(problem));
  }
}

std::optional<Claim> FindClaim(const Engine& engine, ClaimNumber number) {
  if (number == 0 || number > engine.records().claim_count()) return std::nullopt;
  return engine.records().Get(ClaimIndex(number - 1));
}

// The id of a name that is asked about: a supposed artifact's, or a known one's.
absl::StatusOr<std::string> Resolve(const Engine& engine, const Hypothesis& hypothesis,
                                    const std::string& name) {
  const auto is = [&](const std::string& id) { return id == name; };
  for (const Artifact& artifact : hypothesis.artifacts) {
    if (is(artifact.id)) return name;
  }
  for (const Claim& claim : hypothesis.claims) {
    if (is(claim.subject)) return name;
  }
  return engine.Resolve(name);
}

}  // namespace

std::vector<FieldProblem> ProblemsOf(const Engine& engine, const Hypothesis& hypothesis) {
  std::vector<FieldProblem> problems;
  for (std::size_t i = 0; i < hypothesis.artifacts.size(); ++i) {
    const Artifact& artifact = hypothesis.artifacts[i];
    const std::optional<Artifact> known = engine.FindArtifact(artifact.id);
    std::vector<FieldProblem> found = ProblemsOf(artifact, known ? &*known : nullptr);
    if (known && known->kind != ArtifactKind::kUnresolved &&
        artifact.kind != ArtifactKind::kUnresolved && known->kind != artifact.kind) {
      found.push_back({"kind", absl::StrCat(artifact.id, " is known as a ", Name(known->kind),
                                            "; it cannot become a ", Name(artifact.kind))});
    }
    AddProblems("artifacts", i, std::move(found), &problems);
  }
  const std::vector<std::string> ids = engine.licenses().Ids();
  const auto known = [&](absl::string_view id) { return engine.records().Find(id).valid(); };
  for (std::size_t i = 0; i < hypothesis.claims.size(); ++i) {
    AddProblems("claims", i, ProblemsOf(hypothesis.claims[i], engine.licenses(), ids, known),
                &problems);
  }
  for (std::size_t i = 0; i < hypothesis.retracted.size(); ++i) {
    if (FindClaim(engine, hypothesis.retracted[i])) continue;
    problems.push_back({absl::StrCat("retracted[", i, "]"),
                        absl::StrCat("there is no claim ", hypothesis.retracted[i])});
  }
  return problems;
}

std::vector<std::string> SubjectsOf(const Engine& engine, const Hypothesis& hypothesis) {
  std::set<std::string> subjects;
  for (const Artifact& artifact : hypothesis.artifacts) subjects.insert(artifact.id);
  for (const Claim& claim : hypothesis.claims) subjects.insert(claim.subject);
  for (const ClaimNumber number : hypothesis.retracted) {
    const std::optional<Claim> claim = FindClaim(engine, number);
    if (claim) subjects.insert(claim->subject);
  }
  return {subjects.begin(), subjects.end()};
}

absl::StatusOr<Supposed> Suppose(const Engine& engine, const SnapshotKey& key,
                                 const Hypothesis& hypothesis,
                                 const std::vector<std::string>& focus, Extent extent) {
  const std::vector<FieldProblem> problems = ProblemsOf(engine, hypothesis);
  if (!problems.empty()) {
    return WithReason(absl::InvalidArgumentError(absl::StrCat("the hypothesis: ", problems[0].field,
                                                              ": ", problems[0].message)),
                      Reason::kClaimInvalid);
  }
  Supposed supposed;
  for (const std::string& name : focus) {
    ASSIGN_OR_RETURN(std::string id, Resolve(engine, hypothesis, name));
    supposed.focus.push_back(std::move(id));
  }
  const std::shared_ptr<const Snapshot> snapshot = engine.At(key);
  Excerpt excerpt(engine, *snapshot, hypothesis);
  const Revision revision = std::min(engine.revision(), key.at_revision);
  if (extent == Extent::kAll) {
    supposed.engine = Engine::Excerpt(engine, excerpt.MakeWhole(revision));
    return supposed;
  }
  const std::vector<std::string> subjects = SubjectsOf(engine, hypothesis);
  for (const std::vector<std::string>* ids : {&std::as_const(supposed).focus, &subjects}) {
    for (const std::string& id : *ids) {
      excerpt.AddUpstream(id);
      if (extent == Extent::kBoth) excerpt.AddDownstream(id);
    }
  }
  supposed.engine = Engine::Excerpt(engine, excerpt.Make(revision));
  return supposed;
}

}  // namespace lineage
