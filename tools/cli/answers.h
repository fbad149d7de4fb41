// Where answers come from: this process, or a server. Both give the commands the same answers;
// tests hold them to it (golden.remote). A revision is named by its number here, by a token there.
#ifndef LINEAGE_TOOLS_CLI_ANSWERS_H_
#define LINEAGE_TOOLS_CLI_ANSWERS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/change_feed.h"
#include "engine/engine.h"
#include "engine/import_session.h"
#include "engine/knowledge_base.h"
#include "engine/model/ai_act.h"
#include "engine/model/headroom.h"
#include "engine/model/notice.h"
#include "engine/model/openness.h"
#include "engine/repair.h"
#include "engine/suggest.h"
#include "tools/cli/knowledge_flags.h"

namespace lineage {

// What is being asked.
struct Info {
  std::string version;
  uint64_t licenses = 0;
  uint64_t artifacts = 0;
  uint64_t claims = 0;
  Revision revision = 0;
};

// One revision, as `watch` shows it.
struct WatchEvent {
  ChangeEvent change;
  std::string token;  // resume after it; empty if there are no tokens
};

struct WatchOptions {
  std::string after;
  std::vector<std::string> artifacts;
  bool verdicts = false;
  Question question;
};

// Errors are those of the engine, or of the connection.
class Answers {
 public:
  virtual ~Answers() = default;

  virtual absl::StatusOr<Explanation> Explain(const std::string& artifact,
                                              const Question& question) = 0;
  virtual absl::StatusOr<std::vector<Finding>> Audit(const std::vector<std::string>& artifacts,
                                                     Severity least, const Question& question) = 0;
  virtual absl::StatusOr<ArtifactView> Show(const std::string& artifact,
                                            const Question& question) = 0;
  virtual absl::StatusOr<WalkView> Walk(const std::string& artifact, const Question& question,
                                        const TraversalOptions& options) = 0;
  virtual absl::StatusOr<WalkView> Path(const std::string& from, const std::string& to,
                                        const Question& question, const RelationSet& relations) = 0;
  virtual absl::StatusOr<GraphView> Graph(const std::string& artifact, const Question& question,
                                          const Engine::GraphOptions& options) = 0;
  // Hits in the order in which they became known, at most `most`; `more` is set if there are more.
  virtual absl::StatusOr<std::vector<SearchHit>> Search(const std::string& filter,
                                                        const Question& question, std::size_t most,
                                                        bool* more) = 0;
  // What differs, artifact by artifact; about all artifacts if none is named.
  virtual absl::StatusOr<std::vector<Difference>> Compare(const std::vector<std::string>& artifacts,
                                                          const Question& before,
                                                          const Question& after) = 0;
  // Of the question's hypothesis or, if it is not empty, since a token (or a local revision's
  // number). `count` becomes the number of changes, listed or not.
  virtual absl::StatusOr<Impact> AnalyzeImpact(const Question& question, const std::string& since,
                                               std::size_t most, std::size_t* count) = 0;
  virtual absl::StatusOr<RepairPlan> SuggestRepairs(const std::string& artifact,
                                                    const Question& question,
                                                    const RepairOptions& options) = 0;
  virtual absl::StatusOr<Suggestions> SuggestLicenses(const std::string& artifact,
                                                      const Question& question) = 0;
  virtual absl::StatusOr<LicensePair> CompareLicenses(const std::string& a, const std::string& b,
                                                      CompareStep step) = 0;
  virtual absl::StatusOr<std::vector<Headroom>> GetHeadroom(const std::string& artifact,
                                                            const Question& question) = 0;
  virtual absl::StatusOr<Notice> GetNotice(const std::string& artifact,
                                           const Question& question) = 0;
  virtual absl::StatusOr<AiActAssessment> AssessAiAct(const std::string& artifact,
                                                      const Question& question,
                                                      AiActActor actor) = 0;
  // By all definitions that apply if none is named.
  virtual absl::StatusOr<OpennessAssessment> AssessOpenness(const std::string& artifact,
                                                            const Question& question,
                                                            OpennessDefinitions definitions) = 0;
  virtual absl::StatusOr<License> FindLicense(const std::string& name) = 0;
  // The id that a name means.
  virtual absl::StatusOr<std::string> Resolve(const std::string& name) = 0;
  // In order of id.
  virtual absl::StatusOr<std::vector<License>> Licenses() = 0;
  virtual absl::StatusOr<std::vector<LicenseException>> Exceptions() = 0;
  virtual absl::StatusOr<std::vector<Purpose>> Purposes() = 0;
  virtual absl::StatusOr<std::vector<Fact>> Facts() = 0;
  virtual absl::StatusOr<Info> GetInfo() = 0;

  // All artifacts, in the order in which they became known.
  virtual absl::StatusOr<std::vector<Artifact>> Artifacts() = 0;
  // In order of number; about all artifacts if `artifact` is empty.
  virtual absl::StatusOr<std::vector<Claim>> Claims(const std::string& artifact,
                                                    bool show_retracted) = 0;
  // `token` becomes the consistency token of the write, or stays empty.
  virtual absl::StatusOr<Commit> Apply(const Batch& batch, std::vector<FieldProblem>* problems,
                                       std::string* token) = 0;
  // `summary` is filled in any case.
  virtual absl::Status Import(const ImportRequest& request, ImportSummary* summary) = 0;
  // Reads documents on top of what is known, for this process only: later questions see them.
  // `artifacts` becomes the ids of what they describe, in order.
  virtual absl::Status Overlay(const ImportRequest& request, ImportSummary* summary,
                               std::vector<std::string>* artifacts) = 0;
  // Calls `visit` for each revision until it returns false, or the stream ends.
  virtual absl::Status Watch(const WatchOptions& options,
                             const std::function<bool(const WatchEvent&)>& visit) = 0;
};

// The store of this machine, or without one the built-in catalogue; with the packs of the command
// line. `writing`: the store is made if it is missing, and locked.
absl::StatusOr<std::unique_ptr<Answers>> OpenLocal(const KnowledgeFlags& flags, bool writing);

// A server.
absl::StatusOr<std::unique_ptr<Answers>> OpenRemote(const KnowledgeFlags& flags);

// Who writes, where nobody was authenticated: the system's user.
[[nodiscard]] std::string SystemUser();

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_ANSWERS_H_
