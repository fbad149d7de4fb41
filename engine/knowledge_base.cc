#include "engine/knowledge_base.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/archive.h"
#include "engine/license/license_table.h"

namespace lineage {
namespace {

constexpr std::size_t kPastKept = 8;
constexpr const char* kCatalogAuthor = "catalogue";

// "edition 2026-11-24, sha256 …": which catalogue a revision wrote.
std::string NoteOf(const Catalog& builtin, absl::string_view digest) {
  return absl::StrCat("edition ", builtin.vocabulary.edition, ", sha256 ",
                      absl::BytesToHexString(digest));
}
std::string EditionIn(absl::string_view note) {
  const std::vector<std::string> words = absl::StrSplit(note, absl::ByAnyChar(" ,"));
  return words.size() > 1 ? words[1] : "";
}

Batch OneClaim(const Claim& claim) {
  Batch batch;
  batch.claims.push_back(claim);
  return batch;
}

Batch OneArtifact(const Artifact& artifact) {
  Batch batch;
  batch.artifacts.push_back(artifact);
  return batch;
}

}  // namespace

std::string BatchProblem::Field() const {
  const char* list = part == Part::kArtifact ? "artifacts"
                     : part == Part::kClaim  ? "claims"
                                             : "retractions";
  return absl::StrCat(list, "[", index, "]", problem.field.empty() ? "" : ".", problem.field);
}

KnowledgeBase::KnowledgeBase(std::unique_ptr<Store> store, KnowledgeBaseOptions options)
    : store_(std::move(store)), options_(std::move(options)) {}

KnowledgeBase::~KnowledgeBase() {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  if (image_writer_.joinable()) image_writer_.join();
  const bool due = options_.image_records != 0 && unsaved_ >= options_.image_records;
  if (due && !overlaid_ && store_->writable() && !store_->ImagePath().empty()) {
    WriteImage(ToImage());
  }
}

absl::StatusOr<std::unique_ptr<KnowledgeBase>> KnowledgeBase::Open(
    std::unique_ptr<Store> store, const KnowledgeBaseOptions& options) {
  auto base = std::unique_ptr<KnowledgeBase>(new KnowledgeBase(std::move(store), options));
  Catalog builtin;
  if (options.builtin) {
    ASSIGN_OR_RETURN(builtin, LoadBuiltinCatalog());
  }
  Catalog terms;  // what the store does not hold
  terms.licenses = builtin.licenses;
  terms.exceptions = builtin.exceptions;
  terms.vocabulary = builtin.vocabulary;
  base->licenses_ =
      std::make_shared<const LicenseTable>(std::make_shared<const Catalog>(std::move(terms)));
  base->materializer_ = std::make_unique<Materializer>();
  const std::lock_guard<std::mutex> lock(base->write_mutex_);
  if (options.image_records != 0 && !base->store_->ImagePath().empty()) {
    const absl::Status taken = base->TakeOverImage();
    if (options.on_image && !absl::IsNotFound(taken)) {
      options.on_image(taken.ok() ? "read" : "not read", taken);
    }
  }
  RETURN_IF_ERROR(base->CatchUp());
  if (options.builtin) {
    const std::string note = NoteOf(builtin, BuiltinCatalogDigest());
    // An older binary leaves the newer catalogue's claims alone.
    if (note != base->catalog_note_ &&
        EditionIn(base->catalog_note_) <= builtin.vocabulary.edition) {
      RETURN_IF_ERROR(base->AddCatalog(builtin));
    }
  }
  base->Publish();
  return base;
}

absl::Status KnowledgeBase::AddCatalog(const Catalog& builtin) {
  // What the store has from catalogues, and still holds, by content.
  absl::flat_hash_map<std::string, std::vector<ClaimNumber>> held;
  absl::flat_hash_set<std::string> described;
  RETURN_IF_ERROR(store_->Replay(0, ~Revision{0}, [&](const Change& change) {
    for (const Artifact& artifact : change.artifacts) {
      described.insert(ContentDigest(OneArtifact(artifact)));
    }
    if (change.commit.origin != Origin::kCatalog) return absl::OkStatus();
    for (const Claim& claim : change.claims) {
      if (materializer_->records().Row(ClaimIndex(claim.number - 1)).retracted == 0) {
        held[ContentDigest(OneClaim(claim))].push_back(claim.number);
      }
    }
    return absl::OkStatus();
  }));
  Batch batch;
  batch.origin = Origin::kCatalog;
  batch.author = kCatalogAuthor;
  batch.note = NoteOf(builtin, BuiltinCatalogDigest());
  for (const Artifact& artifact : builtin.artifacts) {
    if (!described.contains(ContentDigest(OneArtifact(artifact)))) {
      batch.artifacts.push_back(artifact);
    }
  }
  for (const Claim& claim : builtin.claims) {
    const auto it = held.find(ContentDigest(OneClaim(claim)));
    if (it == held.end() || it->second.empty()) {
      batch.claims.push_back(claim);
    } else {
      it->second.pop_back();
    }
  }
  for (const auto& [content, numbers] : held) {
    for (const ClaimNumber number : numbers) {
      batch.retractions.push_back({number, absl::StrCat("no longer in the catalogue, edition ",
                                                        builtin.vocabulary.edition)});
    }
  }
  std::sort(batch.retractions.begin(), batch.retractions.end(),
            [](const Retraction& a, const Retraction& b) { return a.claim < b.claim; });
  const absl::StatusOr<Commit> commit = store_->Append(batch);
  if (commit.ok()) return CatchUp();
  if (!absl::IsFailedPrecondition(commit.status())) return commit.status();
  // Open for reading only: laid over it in memory.
  Change change;
  change.commit.revision = materializer_->revision() + 1;
  change.artifacts = std::move(batch.artifacts);
  change.claims = std::move(batch.claims);
  change.retractions = std::move(batch.retractions);
  ClaimNumber number = materializer_->records().claim_count();
  for (Claim& claim : change.claims) {
    claim.number = ++number;
    claim.revision = change.commit.revision;
  }
  overlaid_ = true;
  return materializer_->Apply(change);
}

absl::Status KnowledgeBase::TakeOverImage() {
  ImageKey expected;
  expected.sources = SourcesDigest();
  if (options_.builtin) expected.catalog = absl::BytesToHexString(BuiltinCatalogDigest());
  expected.identity = store_->Identity();
  ASSIGN_OR_RETURN(StoreImage image,
                   LoadImage(store_->ImagePath(), expected, store_.get(), licenses_));
  catalog_note_ = image.key.note;
  verdicts_ = image.verdicts;
  const Snapshot& snapshot = verdicts_->snapshot();
  builder_ = std::make_unique<SnapshotBuilder>(licenses_, snapshot.key());
  builder_->Resume(snapshot);
  materializer_ = std::make_unique<Materializer>(std::move(image.records), image.key.revision);
  return absl::OkStatus();
}

// Called with write_mutex_ held.
StoreImage KnowledgeBase::ToImage() const {
  StoreImage image;
  image.key.sources = SourcesDigest();
  if (options_.builtin) image.key.catalog = absl::BytesToHexString(BuiltinCatalogDigest());
  image.key.identity = store_->Identity();
  image.key.revision = base_revision_;
  image.key.note = catalog_note_;
  image.records = materializer_->records();
  image.verdicts = verdicts_;
  return image;
}

void KnowledgeBase::WriteImage(StoreImage image) {
  const absl::StatusOr<Commit> commit = store_->FindCommit(image.key.revision);
  absl::Status status = commit.status();
  if (commit.ok()) {
    image.key.hash = commit->hash;
    status = SaveImage(image, store_->ImagePath());
  }
  if (options_.on_image) options_.on_image(status.ok() ? "written" : "not written", status);
}

// Called with write_mutex_ held, after a publication.
void KnowledgeBase::WriteImageIfDue() {
  const std::size_t all =
      materializer_->records().artifact_count() + materializer_->records().claim_count();
  if (options_.image_records == 0 || unsaved_ < std::max(options_.image_records, all / 8) ||
      overlaid_ || !store_->writable() || store_->ImagePath().empty() || writing_image_) {
    return;
  }
  if (image_writer_.joinable()) image_writer_.join();
  unsaved_ = 0;
  writing_image_ = true;
  image_writer_ = std::thread([this, image = ToImage()]() mutable {
    WriteImage(std::move(image));
    writing_image_ = false;
  });
}

// One change of the store.
absl::Status KnowledgeBase::Take(const Change& change) {
  if (change.commit.origin == Origin::kCatalog) catalog_note_ = change.commit.note;
  unsaved_ += change.artifacts.size() + change.claims.size() + change.retractions.size();
  return materializer_->Apply(change);
}

absl::Status KnowledgeBase::CatchUp() {
  RETURN_IF_ERROR(store_->Replay(materializer_->revision(), ~Revision{0},
                                 [&](const Change& change) { return Take(change); }));
  base_revision_ = materializer_->revision();
  return absl::OkStatus();
}

void KnowledgeBase::Publish() {
  // Readers find today's graph ready.
  const std::vector<ArtifactIndex> touched = materializer_->TakeTouched();
  const SnapshotKey key{Date::Today(), ~Revision{0}, ClaimsPolicy::kRanked};
  if (builder_ != nullptr && builder_->key() != key && builder_->Current()->IsLike(key)) {
    builder_->MoveTo(key.as_of);
  }
  if (builder_ == nullptr || builder_->key() != key) {
    builder_ = std::make_unique<SnapshotBuilder>(licenses_, key);
    builder_->Rebuild(materializer_->records());
    verdicts_ = VerdictTable::Build(builder_->Current(), Query());
  } else {
    const auto changed = builder_->Update(materializer_->records(), touched);
    verdicts_ = changed ? verdicts_->Updated(builder_->Current(), *changed)
                        : VerdictTable::Build(builder_->Current(), Query());
  }
  std::shared_ptr<const Engine> next = Engine::FromRecords(materializer_->records(), licenses_,
                                                           materializer_->revision(), verdicts_);
  std::shared_ptr<const Engine> last;
  {
    const std::lock_guard<std::mutex> lock(current_mutex_);
    last = std::exchange(current_, std::move(next));
  }
  if (last != nullptr) Remember(std::move(last));
  WriteImageIfDue();
}

void KnowledgeBase::Remember(std::shared_ptr<const Engine> engine) {
  const std::lock_guard<std::mutex> lock(past_mutex_);
  if (past_.size() == kPastKept) past_.erase(past_.begin());
  past_.push_back(std::move(engine));
}

std::shared_ptr<const Engine> KnowledgeBase::Current() const {
  const std::lock_guard<std::mutex> lock(current_mutex_);
  return current_;
}

Revision KnowledgeBase::revision() const { return Current()->revision(); }

absl::StatusOr<std::shared_ptr<const Engine>> KnowledgeBase::At(Revision revision) {
  std::shared_ptr<const Engine> current = Current();
  if (revision == current->revision()) return current;
  if (revision > current->revision()) {
    return WithReason(
        absl::OutOfRangeError(absl::StrCat(
            "revision ", revision, " is not committed yet; the last is ", current->revision())),
        Reason::kTokenFuture);
  }
  if (auto known = FindPast(revision)) return known;
  // One replay at a time; writers, who remember what they replace, need not wait for it.
  const std::lock_guard<std::mutex> lock(replay_mutex_);
  if (auto known = FindPast(revision)) return known;
  Materializer materializer;
  RETURN_IF_ERROR(store_->Replay(0, revision,
                                 [&](const Change& change) { return materializer.Apply(change); }));
  std::shared_ptr<const Engine> engine =
      Engine::FromRecords(materializer.records(), licenses_, materializer.revision(), nullptr);
  Remember(engine);
  return engine;
}

std::shared_ptr<const Engine> KnowledgeBase::FindPast(Revision revision) {
  const std::lock_guard<std::mutex> lock(past_mutex_);
  const auto it = std::find_if(past_.begin(), past_.end(),
                               [&](const auto& engine) { return engine->revision() == revision; });
  if (it == past_.end()) return nullptr;
  std::rotate(it, it + 1, past_.end());  // the last used stays longest
  return past_.back();
}

std::vector<BatchProblem> KnowledgeBase::Check(const Batch& batch) const {
  const std::shared_ptr<const Engine> engine = Current();
  std::vector<BatchProblem> problems;
  const auto add = [&](BatchProblem::Part part, std::size_t index,
                       std::vector<FieldProblem> found) {
    for (FieldProblem& problem : found) problems.push_back({part, index, std::move(problem)});
  };
  absl::flat_hash_map<std::string, ArtifactKind> kinds;
  for (std::size_t i = 0; i < batch.artifacts.size(); ++i) {
    const Artifact& artifact = batch.artifacts[i];
    std::vector<FieldProblem> found = ProblemsOf(artifact);
    const ArtifactIndex known = engine->records().Find(artifact.id);
    if (!found.empty() && known.valid()) {  // an id from before it was refused
      const std::optional<Artifact> before = engine->FindArtifact(artifact.id);
      found = ProblemsOf(artifact, before ? &*before : nullptr);
    }
    const ArtifactKind before =
        known.valid() ? engine->records().Row(known).kind : ArtifactKind::kUnresolved;
    const auto [it, fresh] = kinds.try_emplace(artifact.id, before);
    if (it->second == ArtifactKind::kUnresolved) it->second = artifact.kind;
    if (it->second != artifact.kind && artifact.kind != ArtifactKind::kUnresolved) {
      found.push_back({"kind", absl::StrCat(artifact.id, " is known as a ", Name(it->second),
                                            "; it cannot become a ", Name(artifact.kind))});
    }
    add(BatchProblem::Part::kArtifact, i, std::move(found));
  }
  const LicenseTable& table = engine->licenses();
  const std::vector<std::string> ids = table.Ids();
  const Records& records = engine->records();
  const auto known = [&](absl::string_view id) { return records.Find(id).valid(); };
  for (std::size_t i = 0; i < batch.claims.size(); ++i) {
    add(BatchProblem::Part::kClaim, i, ProblemsOf(batch.claims[i], table, ids, known));
  }
  absl::flat_hash_set<ClaimNumber> seen;
  for (std::size_t i = 0; i < batch.retractions.size(); ++i) {
    const ClaimNumber number = batch.retractions[i].claim;
    std::string message;
    if (number == 0 || number > records.claim_count()) {
      message = absl::StrCat("there is no claim ", number);
    } else if (records.Row(ClaimIndex(number - 1)).retracted != 0) {
      message = absl::StrCat("claim ", number, " was retracted already, at revision ",
                             records.Row(ClaimIndex(number - 1)).retracted);
    } else if (!seen.insert(number).second) {
      message = absl::StrCat("claim ", number, " stands twice in the batch");
    }
    if (const std::string problem = TextProblem(batch.retractions[i].reason); !problem.empty()) {
      message = absl::StrCat("the reason ", problem);
    }
    if (!message.empty()) add(BatchProblem::Part::kRetraction, i, {{"claim", std::move(message)}});
  }
  return problems;
}

absl::StatusOr<Commit> KnowledgeBase::Apply(const Batch& batch,
                                            std::vector<BatchProblem>* problems) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  // A write whose outcome was unknown, or a writer elsewhere, may have left us behind.
  ASSIGN_OR_RETURN(const Revision head, store_->Head());
  if (head > materializer_->revision()) {
    RETURN_IF_ERROR(CatchUp());
    Publish();
    if (listener_) listener_(materializer_->revision());
  }
  if (const std::string problem = TextProblem(batch.note); !problem.empty()) {
    return WithReason(
        absl::InvalidArgumentError(absl::StrCat("the note ", problem, "; nothing was written")),
        Reason::kClaimInvalid);
  }
  *problems = Check(batch);
  if (!problems->empty()) {
    // A repetition of a request that was committed is answered as it was: its retractions are done.
    const bool only_retractions =
        std::all_of(problems->begin(), problems->end(), [](const BatchProblem& problem) {
          return problem.part == BatchProblem::Part::kRetraction;
        });
    if (only_retractions && !batch.request_id.empty()) {
      absl::StatusOr<Commit> repeated = store_->Append(batch);
      if (repeated.ok() && repeated->replayed) {
        problems->clear();
        return repeated;
      }
      if (absl::IsAlreadyExists(repeated.status())) {
        problems->clear();
        return WithReason(repeated.status(), Reason::kRequestIdReused);
      }
    }
    return WithReason(
        absl::InvalidArgumentError(absl::StrCat(
            (*problems)[0].Field(), ": ", (*problems)[0].problem.message,
            problems->size() > 1 ? absl::StrCat(" (and ", problems->size() - 1, " more problems)")
                                 : "",
            "; nothing was written")),
        Reason::kClaimInvalid);
  }
  absl::StatusOr<Commit> commit = store_->Append(batch);
  if (absl::IsAlreadyExists(commit.status())) {
    return WithReason(commit.status(), Reason::kRequestIdReused);
  }
  if (absl::IsAborted(commit.status())) return WithReason(commit.status(), Reason::kOutcomeUnknown);
  if (!commit.ok() || commit->replayed) return commit;
  if (commit->revision == materializer_->revision() + 1) {
    // What a replay would tell.
    Change change{*commit, batch.artifacts, batch.claims, batch.retractions};
    for (std::size_t i = 0; i < change.claims.size(); ++i) {
      change.claims[i].number = commit->first_claim + i;
      change.claims[i].revision = commit->revision;
      change.claims[i].retracted = 0;
      change.claims[i].supposed = false;
    }
    RETURN_IF_ERROR(Take(change));
    base_revision_ = commit->revision;
  } else {
    RETURN_IF_ERROR(CatchUp());
  }
  Publish();
  if (listener_) listener_(materializer_->revision());
  return commit;
}

absl::StatusOr<Commit> KnowledgeBase::AppendUnpublished(const Batch& batch) {
  return store_->Append(batch);
}

absl::Status KnowledgeBase::Refresh() {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  ASSIGN_OR_RETURN(const Revision head, store_->Head());
  if (head == base_revision_) return absl::OkStatus();
  if (overlaid_) {  // what lies over the store stands in the way of its next revision
    materializer_ = std::make_unique<Materializer>();
    builder_ = nullptr;
    catalog_note_.clear();
    unsaved_ = 0;
    overlaid_ = false;
  }
  RETURN_IF_ERROR(CatchUp());
  Publish();
  if (listener_) listener_(materializer_->revision());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Change>> KnowledgeBase::Changes(Revision after, Revision until) {
  std::vector<Change> changes;
  RETURN_IF_ERROR(store_->Replay(after, until, [&](Change change) {
    changes.push_back(std::move(change));
    return absl::OkStatus();
  }));
  return changes;
}

void KnowledgeBase::SetListener(std::function<void(Revision)> listener) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  listener_ = std::move(listener);
}

}  // namespace lineage
