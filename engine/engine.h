// The façade: open the knowledge, ask questions. Everything outside engine/ goes through here.
#ifndef LINEAGE_ENGINE_ENGINE_H_
#define LINEAGE_ENGINE_ENGINE_H_

#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/catalog/loader.h"
#include "engine/graph/name_index.h"
#include "engine/graph/snapshot.h"
#include "engine/graph/traversal.h"
#include "engine/model/ai_act.h"
#include "engine/model/explanation.h"
#include "engine/model/hypothesis.h"
#include "engine/model/openness.h"
#include "engine/model/search.h"
#include "engine/model/views.h"
#include "engine/permission/query.h"
#include "engine/permission/verdict_table.h"

namespace lineage {

class SearchIndex;
class SearchRun;

struct EngineOptions {
  bool builtin = true;                     // start from the built-in catalogue
  std::vector<std::string> catalog_paths;  // packs: files or folders of YAML
  std::vector<std::string>
      claims_paths;  // the same, kept apart so that each gets a revision of its own
};

// What an answer is computed from: which claims, under which theory, for whom.
struct Question {
  SnapshotKey key;
  Query query;
  std::optional<Component> component;  // the primary one if absent
  // What is supposed to hold besides; null: nothing. Every question can be asked with one.
  std::shared_ptr<const Hypothesis> hypothesis;
};

// Immutable knowledge; thread-safe.
class Engine {
 public:
  ~Engine();
  // Errors: INVALID_ARGUMENT with every problem's file:line:column; NOT_FOUND for a path; DATA_LOSS
  // for a broken build.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(const EngineOptions& options);
  // The packs of `options` laid over another engine's knowledge.
  static absl::StatusOr<std::unique_ptr<Engine>> OpenOver(const Engine& engine,
                                                          const EngineOptions& options);
  // Over a catalogue that is already in memory.
  static std::unique_ptr<Engine> FromCatalog(Catalog catalog);
  // The same at a revision that is later than that of every claim.
  static std::unique_ptr<Engine> FromCatalog(Catalog catalog, Revision revision);
  // Over records that are in memory; `today`, if not null, are their graph and verdicts of its day.
  static std::unique_ptr<Engine> FromRecords(Records records,
                                             std::shared_ptr<const LicenseTable> licenses,
                                             Revision revision,
                                             std::shared_ptr<const VerdictTable> today);

  // A part of `engine`'s knowledge, with its licences, at its revision.
  static std::unique_ptr<Engine> Excerpt(const Engine& engine, Catalog part);

  // All artifacts and claims.
  [[nodiscard]] const Records& records() const { return records_; }
  [[nodiscard]] const LicenseTable& licenses() const { return *licenses_; }
  [[nodiscard]] const Vocabulary& vocabulary() const { return licenses_->catalog().vocabulary; }
  // Licences, vocabulary, artifacts and claims as plain values. Cost: a copy of everything.
  [[nodiscard]] Catalog ToCatalog() const;
  [[nodiscard]] Revision revision() const { return revision_; }
  // The artifact with exactly this id.
  [[nodiscard]] std::optional<Artifact> FindArtifact(absl::string_view id) const;
  // All licences, in order of id.
  [[nodiscard]] std::vector<License> Licenses() const;

  // The graph of one day; the last few are kept. Cost: O(claims log claims) the first time.
  [[nodiscard]] std::shared_ptr<const Snapshot> At(const SnapshotKey& key) const;

  // The id that a name means. Errors: NOT_FOUND, FAILED_PRECONDITION (ambiguous).
  [[nodiscard]] absl::StatusOr<std::string> Resolve(absl::string_view name) const;
  // The same without looking for near names: cheap for unknown names too.
  [[nodiscard]] absl::StatusOr<std::string> ResolveExactly(absl::string_view name) const;
  // True if a question about the artifact with this id is answered in about a millisecond: the
  // graph of `key` is at hand, and neither is much upstream of it nor are there many claims about
  // what is. Cost: bounded.
  [[nodiscard]] bool IsQuick(absl::string_view id, const SnapshotKey& key) const;

  // Checks the context of a question against the vocabulary, and expands region groups. Errors:
  // INVALID_ARGUMENT.
  [[nodiscard]] absl::StatusOr<Context> Validate(const Context& context) const;

  // `why` and `check`: verdicts with proofs, findings and remedies. Names are resolved.
  // Errors: NOT_FOUND, FAILED_PRECONDITION (ambiguous name), INVALID_ARGUMENT (context).
  [[nodiscard]] absl::StatusOr<Explanation> Explain(absl::string_view artifact,
                                                    const Question& question) const;

  // Whose model the artifact is under the EU AI Act, and the duties of that party; the artifact's
  // primary component is meant. Errors: as Explain; INVALID_ARGUMENT for a data set or code.
  [[nodiscard]] absl::StatusOr<AiActAssessment> AssessAiAct(absl::string_view artifact,
                                                            const Question& question,
                                                            AiActActor actor) const;

  // Whether the artifact is open, by each of `definitions` that applies to its kind (none: all that
  // do). Errors: as Explain; INVALID_ARGUMENT for one that is named and does not apply.
  [[nodiscard]] absl::StatusOr<OpennessAssessment> AssessOpenness(
      absl::string_view artifact, const Question& question, OpennessDefinitions definitions) const;

  // Verdicts for every right under every stance, without proofs. Errors: as Explain.
  [[nodiscard]] absl::StatusOr<PermissionsView> Permissions(absl::string_view artifact,
                                                            const Question& question) const;

  // Findings about the named artifacts, or about all. Errors: as Explain.
  [[nodiscard]] absl::StatusOr<std::vector<Finding>> Audit(
      const std::vector<std::string>& artifacts, const Question& question) const;

  // The same piece by piece: from `*cursor` on (0 at first), the findings of whole artifacts until
  // there are `max_findings`, the stop signal is given, or there are no more; then `*cursor` is
  // where to go on, or empty at the end. One artifact may take it beyond `max_findings`.
  [[nodiscard]] absl::StatusOr<std::vector<Finding>> AuditFrom(
      const std::vector<std::string>& artifacts, const Question& question, std::size_t max_findings,
      std::optional<std::size_t>* cursor) const;

  // All claims about an artifact (by its exact id), in order of number; empty if it is not known.
  [[nodiscard]] std::vector<Claim> ClaimsAbout(absl::string_view id) const;

  [[nodiscard]] absl::StatusOr<ArtifactView> Show(absl::string_view artifact,
                                                  const Question& question) const;
  [[nodiscard]] absl::StatusOr<WalkView> Walk(absl::string_view artifact, const Question& question,
                                              const TraversalOptions& options) const;
  // The shortest path from `from` up to `to`, or, if there is none, from `to` up to `from`; no
  // steps if neither.
  [[nodiscard]] absl::StatusOr<WalkView> Path(absl::string_view from, absl::string_view to,
                                              const Question& question,
                                              const RelationSet& relations) const;

  struct GraphOptions {
    int up = 16;
    int down = 0;
    std::size_t max_nodes = 200;
    Right right = Right::kCommercialUse;
  };
  // The artifacts that a filter (AIP-160; docs/search.md) fits, in the order in which they
  // became known: a page of at most `max_hits` from `first` on (0, then SearchPage::next). Hits
  // tell the verdicts of the question's rights. Errors: INVALID_ARGUMENT with the column; those of
  // names in the filter.
  [[nodiscard]] absl::StatusOr<SearchPage> Search(absl::string_view filter,
                                                  const Question& question, std::size_t max_hits,
                                                  uint32_t first) const;

  // The same, to be read page by page (engine/search/search.h). The run outlives the engine.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<SearchRun>> BeginSearch(absl::string_view filter,
                                                                       const Question& question,
                                                                       uint32_t first) const;

  // The neighbourhood of an artifact, to be drawn; nodes beyond the limit are counted.
  [[nodiscard]] absl::StatusOr<GraphView> Graph(absl::string_view artifact,
                                                const Question& question,
                                                const GraphOptions& options) const;

  // Errors: NOT_FOUND with near names.
  [[nodiscard]] absl::StatusOr<License> FindLicense(absl::string_view name) const;

 private:
  Engine(Records records, std::shared_ptr<const LicenseTable> licenses, Revision revision);
  static absl::StatusOr<std::unique_ptr<Engine>> FromPacks(Catalog catalog, Revision revision,
                                                           const EngineOptions& options);
  // What `ask` answers, with an engine that supposes what the question supposes, the question
  // without its hypothesis, and the ids of `names`.
  template <typename Ask>
  [[nodiscard]] auto Supposing(const Question& question, const std::vector<std::string>& names,
                               bool downstream_too, const Ask& ask) const;
  [[nodiscard]] absl::StatusOr<VertexId> FindVertex(const Snapshot& snapshot,
                                                    absl::string_view artifact,
                                                    std::optional<Component> component) const;

  const Records records_;
  Revision revision_ = 0;
  const std::shared_ptr<const LicenseTable> licenses_;
  [[nodiscard]] std::shared_ptr<SearchIndex> IndexOf(const SnapshotKey& key) const;
  struct Built {
    SnapshotKey key;
    std::shared_future<std::shared_ptr<const Snapshot>> snapshot;
  };
  // The verdicts of `key` if they are there already and tell `query`; else null.
  [[nodiscard]] const VerdictTable* TableOf(const SnapshotKey& key, const Query& query) const;
  std::shared_ptr<const VerdictTable> today_;
  mutable std::mutex mutex_;  // guards snapshots_; never held while one is built
  mutable std::vector<Built> snapshots_;
  mutable std::vector<std::shared_ptr<SearchIndex>> indexes_;  // the same
};

// Reads and checks files against the built-in catalogue, as `catalog lint` does. With no problem
// the list is empty. Errors: NOT_FOUND, INVALID_ARGUMENT for what cannot be read at all.
absl::StatusOr<std::vector<Diagnostic>> LintFiles(const std::vector<std::string>& paths,
                                                  bool on_top_of_builtin);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_ENGINE_H_
