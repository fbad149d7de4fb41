#include "engine/import_session.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/status_macros.h"
#include "engine/exchange/claims_file.h"
#include "engine/license/license_table.h"
#include "engine/store/memory_store.h"

namespace lineage {
namespace {

constexpr std::size_t kBatch = 10'000;  // artifacts and claims

// Whose record a claim belongs to: "b supersedes a" is said by the record of a.
bool IsTurned(StatementKind statement, Relation relation) {
  return statement == StatementKind::kEdge && relation == Relation::kSupersedes;
}
const std::string& OwnerOf(const Claim& claim) {
  return IsTurned(claim.statement, claim.relation) ? claim.parent : claim.subject;
}

uint64_t KeyOf(absl::string_view document, absl::string_view owner) {
  return absl::HashOf(document, owner);
}

// The same thing said by the same source: when it was said, and where it stands in which version,
// does not matter.
bool SaysTheSame(const Claim& a, const Claim& b) {
  const bool license = a.statement == StatementKind::kLicense;
  return a.statement == b.statement && a.subject == b.subject && a.text == b.text &&
         a.relation == b.relation && a.parent == b.parent && a.component == b.component &&
         a.releases == b.releases && a.denies == b.denies && a.inferred == b.inferred &&
         a.as_found == b.as_found && a.made == b.made && a.parent_revision == b.parent_revision &&
         a.valid.until == b.valid.until && (license || a.valid.from == b.valid.from) &&
         a.source.kind == b.source.kind && a.source.by == b.source.by &&
         a.source.document == b.source.document && a.quote == b.quote;
}

// Commits batches in a thread of its own, in order, so that reading goes on meanwhile.
class Writer {
 public:
  explicit Writer(KnowledgeBase* base) : base_(*base), thread_([this] { Run(); }) {}
  ~Writer() { Finish().IgnoreError(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Waits while a batch is still on its way. Errors: those of an earlier batch.
  absl::Status Write(Batch batch) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return !next_ || !status_.ok(); });
    RETURN_IF_ERROR(status_);
    next_ = std::move(batch);
    changed_.notify_all();
    return absl::OkStatus();
  }

  absl::Status Finish() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      done_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
    return status_;
  }

  [[nodiscard]] Revision revision() const { return revision_; }  // after Finish

 private:
  void Run() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return next_ || done_; });
      if (!next_ || !status_.ok()) return;
      const Batch batch = *std::exchange(next_, std::nullopt);
      changed_.notify_all();
      lock.unlock();
      const absl::StatusOr<Commit> commit = base_.AppendUnpublished(batch);
      lock.lock();
      if (commit.ok()) {
        revision_ = commit->revision;
      } else {
        status_ = commit.status();
        changed_.notify_all();
      }
    }
  }

  KnowledgeBase& base_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<Batch> next_;
  bool done_ = false;
  absl::Status status_;
  Revision revision_ = 0;
  std::thread thread_;
};

class Session : public ImportSink {
 public:
  // `trail` is the store that the engine's claims are in; null: nobody wrote them.
  Session(KnowledgeBase* base, Store* trail, const Engine& engine, const ImportRequest& request,
          const LicenseTable& licenses, ImportSummary* summary)
      : engine_(engine),
        trail_(trail),
        request_(request),
        licenses_(licenses),
        license_ids_(licenses.Ids()),
        summary_(*summary) {
    if (base != nullptr && !request.dry_run) writer_.emplace(base);
    const Records& records = engine.records();
    for (std::size_t i = 0; i < records.claim_count(); ++i) {
      const ClaimRow& claim = records.Row(ClaimIndex(i));
      if (claim.retracted != 0) continue;
      const ArtifactIndex owner =
          IsTurned(claim.statement, claim.relation) ? claim.parent : claim.subject;
      held_.emplace_back(KeyOf(records.Text(claim.document), records.IdOf(owner)), i);
    }
    std::sort(held_.begin(), held_.end());
    matched_.resize(records.claim_count());
  }

  absl::Status Accept(ImportRecord record) override {
    if (request_.cancelled != nullptr && *request_.cancelled) {
      return absl::CancelledError("interrupted");
    }
    RETURN_IF_ERROR(stop_);
    const std::string id = record.artifact.id;
    if (!id.empty()) {
      ++summary_.records;
      if (record.documents.empty()) Mention(record.artifact.location.file, id);
      if (summary_.described.size() < kMostNotes) summary_.described.push_back(id);
      if (!record.documents.empty() && !whole_.insert(KeyOf(record.documents[0], id)).second) {
        Note({ImportNote::Kind::kSkipped, record.artifact.location,
              absl::StrCat("skipped: ", id, " stands twice; the first is kept")});
        return stop_;
      }
      if (!Describe(std::move(record.artifact))) return stop_;
    }
    for (Claim& claim : record.claims) {
      if (id.empty()) Mention(claim.location.file, OwnerOf(claim));
      Take(std::move(claim));
    }
    for (const std::string& document : record.documents) {
      absl::string_view file = document;
      RETURN_IF_ERROR(id.empty() && absl::ConsumePrefix(&file, "file:") ? CloseFile(file)
                                                                        : Close(document, id));
    }
    RETURN_IF_ERROR(stop_);
    if (batch_.artifacts.size() + batch_.claims.size() + batch_.retractions.size() >= kBatch) {
      return Flush();
    }
    return absl::OkStatus();
  }

  void Note(ImportNote note) override {
    ++summary_.counts[note.kind];
    if (request_.strict && note.kind == ImportNote::Kind::kSkipped && stop_.ok()) {
      const std::string place = note.where.ToString();
      stop_ = absl::InvalidArgumentError(
          absl::StrCat(place, place.empty() ? "" : ": ", note.message, " (--strict)"));
    }
    if (summary_.notes.size() < kMostNotes) summary_.notes.push_back(std::move(note));
  }

  // Writes what is left. `keep` is false if the import failed and the batch is to be dropped.
  absl::Status Finish(bool keep) {
    NoteStanding();
    absl::Status status = keep && stop_.ok() ? Flush() : stop_;
    if (!writer_) return status;
    const absl::Status written = writer_->Finish();
    summary_.revision = writer_->revision();
    return written.ok() ? status : written;
  }

 private:
  // False if it cannot be what it is said to be.
  bool Describe(Artifact artifact) {
    const auto [it, fresh] = kinds_.try_emplace(artifact.id, ArtifactKind::kUnresolved);
    if (fresh) {
      const ArtifactIndex held = engine_.records().Find(artifact.id);
      if (held.valid()) it->second = engine_.records().Row(held).kind;
    }
    if (it->second == artifact.kind ||
        (it->second == ArtifactKind::kModel && artifact.kind == ArtifactKind::kCheckpoint)) {
      const std::optional<Artifact> known =
          fresh ? engine_.FindArtifact(artifact.id) : std::nullopt;
      const bool tells = !known || (known->name != artifact.name && !artifact.name.empty()) ||
                         (artifact.released && known->released != artifact.released) ||
                         !artifact.aliases.empty();
      if (fresh && known && tells && it->second == artifact.kind && NewAlias(artifact)) {
        if (!IsGood(artifact, &*known)) return false;
        batch_.artifacts.push_back(std::move(artifact));
      }
      return true;
    }
    if (it->second != ArtifactKind::kUnresolved) {
      Note({ImportNote::Kind::kSkipped, artifact.location,
            absl::StrCat("skipped: ", artifact.id, " is known as a ", Name(it->second),
                         "; it cannot become a ", Name(artifact.kind))});
      return false;
    }
    it->second = artifact.kind;
    const std::optional<Artifact> known = engine_.FindArtifact(artifact.id);
    if (!IsGood(artifact, known ? &*known : nullptr)) return false;
    ++summary_.artifacts;
    batch_.artifacts.push_back(std::move(artifact));
    return true;
  }

  // False, and a note, if it cannot be taken.
  bool IsGood(const Artifact& artifact, const Artifact* known) {
    const std::vector<FieldProblem> problems = ProblemsOf(artifact, known);
    if (problems.empty()) return true;
    Note({ImportNote::Kind::kSkipped, artifact.location,
          absl::StrCat("skipped: ", problems[0].field, ": ", problems[0].message)});
    return false;
  }

  // What is described already is described again only for an alias that is not known yet.
  bool NewAlias(const Artifact& artifact) const {
    const std::optional<Artifact> known = engine_.FindArtifact(artifact.id);
    return std::any_of(artifact.aliases.begin(), artifact.aliases.end(),
                       [&](const std::string& alias) {
                         return std::find(known->aliases.begin(), known->aliases.end(), alias) ==
                                known->aliases.end();
                       });
  }

  void Take(Claim claim) {
    const uint64_t key = KeyOf(claim.source.document, OwnerOf(claim));
    for (auto it = std::lower_bound(held_.begin(), held_.end(), std::pair(key, uint64_t{0}));
         it != held_.end() && it->first == key; ++it) {
      if (matched_[it->second] ||
          !SaysTheSame(engine_.records().Get(ClaimIndex(it->second)), claim)) {
        continue;
      }
      matched_[it->second] = true;
      ++summary_.unchanged;
      return;
    }
    const std::vector<FieldProblem> problems =
        ProblemsOf(claim, licenses_, license_ids_,
                   [this](absl::string_view id) { return engine_.records().Find(id).valid(); });
    if (!problems.empty()) {
      Note({ImportNote::Kind::kSkipped, claim.location,
            absl::StrCat("skipped a claim about ", claim.subject, ": ", problems[0].field, ": ",
                         problems[0].message)});
      return;
    }
    ++summary_.claims;
    if (claim.inferred) ++summary_.inferred;
    const absl::string_view kind =
        claim.statement == StatementKind::kEdge ? Name(claim.relation) : Name(claim.statement);
    ++by_kind_[kind];
    batch_.claims.push_back(std::move(claim));
  }

  // Who wrote a claim: the commit. Null: it is in no store.
  absl::StatusOr<const Commit*> WriterOf(const ClaimRow& claim) {
    if (trail_ == nullptr || claim.revision > last_) return nullptr;
    const auto [it, fresh] = writers_.try_emplace(claim.revision);
    if (fresh) {
      ASSIGN_OR_RETURN(it->second, trail_->FindCommit(claim.revision));
    }
    return &it->second;
  }

  void Retract(std::size_t i) {
    if (matched_[i]) return;
    matched_[i] = true;
    ++summary_.retracted;
    batch_.retractions.push_back(
        {engine_.records().Row(ClaimIndex(i)).number, "no longer in the imported document"});
  }

  // What the document said about the artifact, and says no more.
  absl::Status Close(const std::string& document, const std::string& id) {
    const uint64_t key = KeyOf(document, id);
    for (auto it = std::lower_bound(held_.begin(), held_.end(), std::pair(key, uint64_t{0}));
         it != held_.end() && it->first == key; ++it) {
      if (matched_[it->second]) continue;
      ASSIGN_OR_RETURN(const Commit* writer,
                       WriterOf(engine_.records().Row(ClaimIndex(it->second))));
      if (writer == nullptr) continue;
      const bool may = request_.retract_others ? writer->origin != Origin::kCatalog
                                               : IsOwn(*writer, request_.author);
      if (may) {
        Retract(it->second);
      } else if (standing_.insert(it->second).second) {
        ++summary_.standing[writer->author];
      }
    }
    return absl::OkStatus();
  }

  // What the author imported from a file of claims of this name, and the file says no more: if it
  // is the same file, for two that speak of nothing in common merely have one name.
  absl::Status CloseFile(absl::string_view file) {
    if (file != mentioning_) mentioned_.clear();
    if (by_file_.empty()) ListFiles();
    const auto known = by_file_.find(file);
    if (known == by_file_.end()) return absl::OkStatus();
    const Records& records = engine_.records();
    std::vector<std::size_t> own;
    bool same = false;
    for (const std::size_t i : known->second) {
      const ClaimRow& claim = records.Row(ClaimIndex(i));
      ASSIGN_OR_RETURN(const Commit* writer, WriterOf(claim));
      if (writer == nullptr || !IsOwn(*writer, request_.author)) continue;
      same = same || mentioned_.contains(records.IdOf(
                         IsTurned(claim.statement, claim.relation) ? claim.parent : claim.subject));
      if (!matched_[i]) own.push_back(i);
    }
    if (same) {
      for (const std::size_t i : own) Retract(i);
    } else if (!own.empty()) {
      NoteOfStanding(
          {std::string(file), 0, 0},
          absl::StrCat(own.size(), " claims that ", request_.author,
                       " imported from another file of this name stand: the two speak of no "
                       "artifact in common. If they are out of date, retract them"));
    }
    return absl::OkStatus();
  }

  // A file that is closed as a whole speaks of an artifact.
  void Mention(const std::string& file, const std::string& id) {
    if (file != mentioning_) {
      mentioning_ = file;
      mentioned_.clear();
    }
    mentioned_.insert(id);
  }

  void ListFiles() {
    const Records& records = engine_.records();
    for (std::size_t i = 0; i < records.claim_count(); ++i) {
      const ClaimRow& claim = records.Row(ClaimIndex(i));
      if (claim.retracted == 0) by_file_[records.Text(claim.file)].push_back(i);
    }
  }

  void NoteStanding() {
    for (const auto& [author, count] : summary_.standing) {
      NoteOfStanding(
          {}, absl::StrCat(count, count == 1 ? " claim of " : " claims of ", author,
                           " that the documents no longer make ", count == 1 ? "stands" : "stand",
                           ": who wrote a claim retracts it, or an admin"));
    }
  }

  void NoteOfStanding(Location where, std::string message) {
    ImportNote note = Skipped(std::move(where), message);
    note.kind = ImportNote::Kind::kStanding;
    Note(std::move(note));
  }

  absl::Status Flush() {
    for (const auto& [kind, count] : by_kind_) summary_.by_kind[std::string(kind)] += count;
    by_kind_.clear();
    Batch batch = std::exchange(batch_, Batch());
    if (batch.empty() || !writer_) return absl::OkStatus();
    batch.origin = Origin::kDocument;
    batch.author = request_.author;
    batch.note = request_.note;
    batch.own_only = !request_.retract_others;
    return writer_->Write(std::move(batch));
  }

  const Engine& engine_;
  Store* const trail_;
  // Of the trail, before this import; what is later is a pack's.
  const Revision last_ = trail_ == nullptr ? 0 : trail_->Head().value_or(0);
  const ImportRequest& request_;
  const LicenseTable& licenses_;
  const std::vector<std::string> license_ids_;
  ImportSummary& summary_;
  std::optional<Writer> writer_;
  Batch batch_;
  absl::Status stop_;
  std::vector<std::pair<uint64_t, uint64_t>> held_;  // key, index of the claim; sorted
  std::vector<bool> matched_;                        // by index: met again, or retracted
  absl::flat_hash_set<uint64_t> standing_;           // by index: counted as left standing
  absl::flat_hash_map<Revision, Commit> writers_;    // as far as they were asked for
  absl::flat_hash_map<absl::string_view, std::vector<std::size_t>> by_file_;  // filled when needed
  std::string mentioning_;                           // the file that is being read, and
  absl::flat_hash_set<std::string> mentioned_;       // what it speaks of
  absl::flat_hash_set<uint64_t> whole_;              // records that were met
  absl::flat_hash_map<std::string, ArtifactKind> kinds_;
  absl::flat_hash_map<absl::string_view, uint64_t> by_kind_;
};

absl::Status Run(KnowledgeBase* base, Store* trail, const Engine& engine,
                 const ImportRequest& request, ImportSummary* summary) {
  const LicenseTable& licenses = engine.licenses();
  const LicenseMatcher matcher(licenses);
  Session session(base, trail, engine, request, licenses, summary);
  absl::Status status;
  for (const ImportInput& input : request.inputs) {
    ImportOptions options = request.options;
    options.known_id = [&engine](absl::string_view id) {
      return engine.records().Find(id).valid();
    };
    options.cancelled = request.cancelled;
    if (request.progress) {
      options.progress = [&](uint64_t bytes, uint64_t size) {
        request.progress({input.shown, bytes, size, summary->records});
      };
    }
    status = ImportPath(input.path, input.shown, options, matcher, &session);
    if (!status.ok()) break;
  }
  // What an interruption or an unreadable file leaves is whole records: they are kept.
  const bool keep = status.ok() || absl::IsCancelled(status) || !request.strict;
  const absl::Status finished = session.Finish(keep);
  return finished.ok() ? status : finished;
}

}  // namespace

absl::Status RunImport(KnowledgeBase* base, const Engine& engine, const ImportRequest& request,
                       ImportSummary* summary) {
  return Run(base, base == nullptr ? nullptr : &base->store(), engine, request, summary);
}

absl::StatusOr<std::shared_ptr<const Engine>> OverlayImport(const Engine& engine,
                                                            const ImportRequest& request,
                                                            ImportSummary* summary,
                                                            std::vector<std::string>* artifacts) {
  // A store in memory holds the difference; what it says is put on top.
  std::unique_ptr<Store> memory = MakeMemoryStore();
  Store* const store = memory.get();
  KnowledgeBaseOptions options;
  options.builtin = false;
  ASSIGN_OR_RETURN(const std::unique_ptr<KnowledgeBase> base,
                   KnowledgeBase::Open(std::move(memory), options));
  // Nothing is retracted: the store in memory holds none of the claims that the engine knows.
  RETURN_IF_ERROR(Run(base.get(), nullptr, engine, request, summary));
  Catalog catalog = engine.ToCatalog();
  absl::flat_hash_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < catalog.artifacts.size(); ++i) {
    known.emplace(catalog.artifacts[i].id, i);
  }
  const auto find = [&](const std::string& id) -> Artifact& {
    const auto [it, fresh] = known.try_emplace(id, catalog.artifacts.size());
    if (fresh) catalog.artifacts.emplace_back().id = id;
    return catalog.artifacts[it->second];
  };
  const Revision revision = engine.revision();
  RETURN_IF_ERROR(store->Replay(0, ~Revision{0}, [&](const Change& change) {
    for (const Artifact& described : change.artifacts) {
      Artifact& artifact = find(described.id);
      if (artifact.kind == ArtifactKind::kUnresolved) artifact = described;
    }
    for (const Claim& claim : change.claims) {
      find(claim.subject);
      if (claim.statement == StatementKind::kEdge) find(claim.parent);
      catalog.claims.push_back(claim);
      catalog.claims.back().number = catalog.claims.size();
      catalog.claims.back().revision = revision;
    }
    return absl::OkStatus();
  }));
  *artifacts = summary->described;
  return std::shared_ptr<const Engine>(Engine::FromCatalog(std::move(catalog), revision));
}

}  // namespace lineage
