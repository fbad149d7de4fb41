#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/status_macros.h"
#include "engine/catalog/archive.h"
#include "engine/comparison.h"
#include "engine/headroom.h"
#include "engine/notice.h"
#include "engine/permission/changes.h"
#include "engine/store/memory_store.h"
#include "engine/store/paths.h"
#include "engine/store/sqlite_store.h"
#include "tools/cli/answers.h"

#ifndef LINEAGE_VERSION
#define LINEAGE_VERSION "unknown"
#endif

namespace lineage {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(300);

class LocalAnswers final : public Answers {
 public:
  // `base` is null if there is no store: then nothing can be written.
  LocalAnswers(std::shared_ptr<const Engine> engine, std::unique_ptr<KnowledgeBase> base)
      : engine_(std::move(engine)), base_(std::move(base)) {}

  absl::StatusOr<Explanation> Explain(const std::string& artifact,
                                      const Question& question) override {
    return engine_->Explain(artifact, question);
  }
  absl::StatusOr<std::vector<Finding>> Audit(const std::vector<std::string>& artifacts,
                                             Severity least, const Question& question) override {
    ASSIGN_OR_RETURN(std::vector<Finding> findings, engine_->Audit(artifacts, question));
    findings.erase(std::remove_if(findings.begin(), findings.end(),
                                  [&](const Finding& f) { return f.severity < least; }),
                   findings.end());
    return findings;
  }
  absl::StatusOr<ArtifactView> Show(const std::string& artifact,
                                    const Question& question) override {
    return engine_->Show(artifact, question);
  }
  absl::StatusOr<WalkView> Walk(const std::string& artifact, const Question& question,
                                const TraversalOptions& options) override {
    return engine_->Walk(artifact, question, options);
  }
  absl::StatusOr<WalkView> Path(const std::string& from, const std::string& to,
                                const Question& question, const RelationSet& relations) override {
    return engine_->Path(from, to, question, relations);
  }
  absl::StatusOr<GraphView> Graph(const std::string& artifact, const Question& question,
                                  const Engine::GraphOptions& options) override {
    return engine_->Graph(artifact, question, options);
  }
  absl::StatusOr<std::vector<SearchHit>> Search(const std::string& filter, const Question& question,
                                                std::size_t most, bool* more) override {
    ASSIGN_OR_RETURN(SearchPage page, engine_->Search(filter, question, most, 0));
    *more = page.next.has_value();
    return std::move(page.hits);
  }
  absl::StatusOr<std::vector<Difference>> Compare(const std::vector<std::string>& artifacts,
                                                  const Question& before,
                                                  const Question& after) override {
    std::optional<std::size_t> cursor = 0;
    return lineage::Compare(*engine_, artifacts, before, after, ~std::size_t{0}, &cursor);
  }
  absl::StatusOr<Impact> AnalyzeImpact(const Question& question, const std::string& since,
                                       std::size_t most, std::size_t* count) override {
    Impact impact;
    if (since.empty()) {
      ASSIGN_OR_RETURN(impact, lineage::AnalyzeImpact(*engine_, question));
    } else {
      Revision revision = 0;
      if (!absl::SimpleAtoi(since, &revision)) {
        return absl::InvalidArgumentError("--since: a number of a revision, for a local store");
      }
      ASSIGN_OR_RETURN(impact, ImpactSince(*engine_, revision, question));
    }
    *count = impact.changes.size();
    if (impact.changes.size() > most) impact.changes.resize(most);
    return impact;
  }
  absl::StatusOr<RepairPlan> SuggestRepairs(const std::string& artifact, const Question& question,
                                            const RepairOptions& options) override {
    return Repair(*engine_, artifact, question, options);
  }
  absl::StatusOr<Suggestions> SuggestLicenses(const std::string& artifact,
                                              const Question& question) override {
    return SuggestLicensesFor(*engine_, artifact, question);
  }
  absl::StatusOr<LicensePair> CompareLicenses(const std::string& a, const std::string& b,
                                              CompareStep step) override {
    return lineage::CompareLicenses(*engine_, a, b, step);
  }
  absl::StatusOr<std::vector<Headroom>> GetHeadroom(const std::string& artifact,
                                                    const Question& question) override {
    return HeadroomOf(*engine_, artifact, question);
  }
  absl::StatusOr<Notice> GetNotice(const std::string& artifact, const Question& question) override {
    return NoticeFor(*engine_, artifact, question);
  }
  absl::StatusOr<AiActAssessment> AssessAiAct(const std::string& artifact, const Question& question,
                                              AiActActor actor) override {
    return engine_->AssessAiAct(artifact, question, actor);
  }

  absl::StatusOr<OpennessAssessment> AssessOpenness(const std::string& artifact,
                                                    const Question& question,
                                                    OpennessDefinitions definitions) override {
    return engine_->AssessOpenness(artifact, question, definitions);
  }
  absl::StatusOr<License> FindLicense(const std::string& name) override {
    return engine_->FindLicense(name);
  }
  absl::StatusOr<std::string> Resolve(const std::string& name) override {
    return engine_->Resolve(name);
  }
  absl::StatusOr<std::vector<License>> Licenses() override { return engine_->Licenses(); }
  absl::StatusOr<std::vector<LicenseException>> Exceptions() override {
    return engine_->licenses().catalog().exceptions;
  }
  absl::StatusOr<std::vector<Purpose>> Purposes() override {
    return engine_->vocabulary().purposes;
  }
  absl::StatusOr<std::vector<Fact>> Facts() override { return engine_->vocabulary().facts; }
  absl::StatusOr<Info> GetInfo() override {
    const Records& records = engine_->records();
    return Info{LINEAGE_VERSION, engine_->licenses().size(), records.artifact_count(),
                records.claim_count(), engine_->revision()};
  }

  absl::StatusOr<std::vector<Artifact>> Artifacts() override {
    std::vector<Artifact> artifacts;
    for (std::size_t i = 0; i < engine_->records().artifact_count(); ++i) {
      artifacts.push_back(engine_->records().Get(ArtifactIndex(i)));
    }
    return artifacts;
  }

  absl::StatusOr<std::vector<Claim>> Claims(const std::string& artifact,
                                            bool show_retracted) override {
    std::vector<Claim> claims;
    const auto add = [&](const Claim& claim) {
      if (claim.retracted == 0 || show_retracted) claims.push_back(claim);
    };
    if (artifact.empty()) {
      for (std::size_t i = 0; i < engine_->records().claim_count(); ++i) {
        add(engine_->records().Get(ClaimIndex(i)));
      }
    } else {
      ASSIGN_OR_RETURN(const std::string id, engine_->Resolve(artifact));
      for (const Claim& claim : engine_->ClaimsAbout(id)) add(claim);
    }
    return claims;
  }

  absl::Status Import(const ImportRequest& request, ImportSummary* summary) override {
    if (base_ == nullptr && !request.dry_run) {
      return absl::FailedPreconditionError("there is no store to write to");
    }
    ImportRequest signed_request = request;
    signed_request.author = SystemUser();
    return RunImport(base_.get(), *engine_, signed_request, summary);
  }

  absl::Status Overlay(const ImportRequest& request, ImportSummary* summary,
                       std::vector<std::string>* artifacts) override {
    ASSIGN_OR_RETURN(engine_, OverlayImport(*engine_, request, summary, artifacts));
    return absl::OkStatus();
  }

  absl::StatusOr<Commit> Apply(const Batch& batch, std::vector<FieldProblem>* problems,
                               std::string*) override {
    if (base_ == nullptr) return absl::FailedPreconditionError("there is no store to write to");
    Batch signed_batch = batch;
    signed_batch.author = SystemUser();
    std::vector<BatchProblem> found;
    absl::StatusOr<Commit> commit = base_->Apply(signed_batch, &found);
    for (const BatchProblem& problem : found) {
      problems->push_back({problem.Field(), problem.problem.message});
    }
    return commit;
  }

  absl::Status Watch(const WatchOptions& options,
                     const std::function<bool(const WatchEvent&)>& visit) override {
    if (base_ == nullptr) return absl::FailedPreconditionError("there is no store to watch");
    Revision seen = base_->revision();
    if (!options.after.empty() && !absl::SimpleAtoi(options.after, &seen)) {
      return absl::InvalidArgumentError("--after: a number of a revision, for a local store");
    }
    while (true) {
      RETURN_IF_ERROR(base_->Refresh());
      const Revision head = base_->revision();
      for (; seen < head; ++seen) {
        // Names are resolved anew: what nobody described may be described by now.
        ASSIGN_OR_RETURN(const auto after, base_->At(seen + 1));
        ChangeFilter filter;
        for (const std::string& name : options.artifacts) {
          const auto id = after->Resolve(name);
          filter.artifacts.insert(id.ok() ? *id : name);
        }
        filter.verdicts = options.verdicts;
        filter.question = options.question;
        WatchEvent event;
        ASSIGN_OR_RETURN(event.change, ReadChange(base_.get(), seen + 1, filter));
        if (!visit(event)) return absl::OkStatus();
      }
      absl::SleepFor(kPoll);
    }
  }

 private:
  std::shared_ptr<const Engine> engine_;
  const std::unique_ptr<KnowledgeBase> base_;
};

}  // namespace

std::string SystemUser() {
  const passwd* user = ::getpwuid(::geteuid());
  return user != nullptr ? user->pw_name : absl::StrCat("uid ", ::geteuid());
}

absl::StatusOr<std::unique_ptr<Answers>> OpenLocal(const KnowledgeFlags& flags, bool writing) {
  const std::string directory = StoreDirectory(flags);
  const bool exists = !directory.empty() && SqliteStoreExists(directory);
  if (writing && directory.empty()) {
    return absl::InvalidArgumentError("no folder for the store: name one with --store");
  }
  if (!flags.store.empty() && !exists && !writing) {
    return absl::NotFoundError(absl::StrCat(
        flags.store, ": there is no store; import, claim add or store upgrade makes one"));
  }
  if (!exists && !writing) {
    EngineOptions options;
    options.builtin = !flags.no_builtin;
    options.catalog_paths = flags.catalog_paths;
    options.claims_paths = flags.claims_paths;
    ASSIGN_OR_RETURN(std::shared_ptr<const Engine> engine, Engine::Open(options));
    return std::make_unique<LocalAnswers>(std::move(engine), nullptr);
  }
  SqliteStoreOptions options;
  options.directory = directory;
  options.writable = options.create = writing;
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenSqliteStore(options));
  KnowledgeBaseOptions base_options;
  base_options.builtin = !flags.no_builtin;
  ASSIGN_OR_RETURN(std::unique_ptr<KnowledgeBase> base,
                   KnowledgeBase::Open(std::move(store), base_options));
  std::shared_ptr<const Engine> engine = base->Current();
  if (!flags.catalog_paths.empty() || !flags.claims_paths.empty()) {
    EngineOptions packs;
    packs.catalog_paths = flags.catalog_paths;
    packs.claims_paths = flags.claims_paths;
    ASSIGN_OR_RETURN(engine, Engine::OpenOver(*engine, packs));
  }
  return std::make_unique<LocalAnswers>(std::move(engine), std::move(base));
}

}  // namespace lineage
