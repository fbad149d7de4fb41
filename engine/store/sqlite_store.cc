#include "engine/store/sqlite_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "engine/base/digest.h"
#include "engine/base/status_macros.h"
#include "engine/store/sqlite_database.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kApplicationId = 0x4c4e4752;  // "LNGR"
constexpr const char* kFile = "store.sqlite";

// Migration n takes the schema from version n to n + 1. Never edit one that was released: add one.
constexpr std::array<const char*, 1> kMigrations = {R"sql(
CREATE TABLE identity(
  only INTEGER PRIMARY KEY CHECK (only = 1),
  store_id BLOB NOT NULL, epoch INTEGER NOT NULL, secret BLOB NOT NULL) STRICT;
CREATE TABLE revision(
  revision INTEGER PRIMARY KEY,
  committed_at INTEGER NOT NULL,  -- microseconds since 1970, UTC
  origin INTEGER NOT NULL, author TEXT NOT NULL, request_id TEXT, note TEXT NOT NULL,
  first_claim INTEGER NOT NULL, claim_count INTEGER NOT NULL,
  content_digest BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX revision_request ON revision(request_id) WHERE request_id IS NOT NULL;
CREATE TABLE artifact(
  entry INTEGER PRIMARY KEY, revision INTEGER NOT NULL REFERENCES revision,
  id TEXT NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL,
  aliases TEXT NOT NULL,  -- one a line
  released INTEGER,       -- days since 1970
  file TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL) STRICT;
CREATE INDEX artifact_revision ON artifact(revision);
CREATE TABLE claim(
  claim INTEGER PRIMARY KEY, revision INTEGER NOT NULL REFERENCES revision,
  subject TEXT NOT NULL, statement INTEGER NOT NULL, text TEXT NOT NULL,
  relation INTEGER NOT NULL, parent TEXT NOT NULL, component INTEGER, releases INTEGER NOT NULL,
  denies INTEGER NOT NULL, inferred INTEGER NOT NULL, as_found INTEGER NOT NULL,
  made INTEGER, parent_revision TEXT NOT NULL,
  valid_from INTEGER, valid_until INTEGER,  -- days since 1970; NULL: open
  source_kind INTEGER NOT NULL, source_by TEXT NOT NULL, source_said INTEGER NOT NULL,
  source_said_text TEXT NOT NULL, source_document TEXT NOT NULL,
  locus TEXT NOT NULL, quote TEXT NOT NULL,
  file TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL) STRICT;
CREATE INDEX claim_revision ON claim(revision);
CREATE TABLE retraction(
  claim INTEGER PRIMARY KEY REFERENCES claim, revision INTEGER NOT NULL REFERENCES revision,
  place INTEGER NOT NULL,  -- within its revision
  reason TEXT NOT NULL) STRICT;
CREATE INDEX retraction_revision ON retraction(revision, place);
-- Append-only: no edit slips in by mistake. Deliberate tampering is what the chain of hashes shows.
CREATE TRIGGER revision_keep BEFORE UPDATE ON revision BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER revision_stay BEFORE DELETE ON revision BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER artifact_keep BEFORE UPDATE ON artifact BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER artifact_stay BEFORE DELETE ON artifact BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER claim_keep BEFORE UPDATE ON claim BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER claim_stay BEFORE DELETE ON claim BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER retraction_keep BEFORE UPDATE ON retraction BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER retraction_stay BEFORE DELETE ON retraction BEGIN SELECT RAISE(ABORT, 'append-only'); END;
)sql"};
constexpr auto kSchemaVersion = static_cast<int64_t>(kMigrations.size());

std::string PathOf(const std::string& directory) { return absl::StrCat(directory, "/", kFile); }

absl::Status SystemError(absl::string_view what, int error) {
  const std::string message = absl::StrCat(what, ": ", std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(message);
  if (error == EACCES || error == EPERM || error == EROFS)
    return absl::PermissionDeniedError(message);
  if (error == ENOSPC || error == EDQUOT) return absl::ResourceExhaustedError(message);
  return absl::UnavailableError(message);
}

absl::Status SyncDirectory(const std::string& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError(directory, errno);
  const int result = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  return result == 0 ? absl::OkStatus() : SystemError(directory, error);
}

// An empty file that only its owner may read.
absl::Status CreatePrivate(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return SystemError(path, errno);
  ::close(fd);
  return absl::OkStatus();
}

// What root puts into somebody else's folder stays that user's.
void KeepOwner(const std::string& directory, const std::string& file) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(directory.c_str(), &owner) != 0) return;
  if (::chown(file.c_str(), owner.st_uid, owner.st_gid) != 0) {
    // Whoever owns the folder will be told when the store is opened.
  }
}

// The right to write, held by one process at a time; the file says who has it.
class WriterLock {
 public:
  static absl::StatusOr<std::unique_ptr<WriterLock>> Take(const std::string& directory,
                                                          absl::Duration timeout) {
    const std::string path = absl::StrCat(directory, "/lock");
    const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
    int fd = ::open(path.c_str(), flags | O_CREAT | O_EXCL, 0600);
    const bool made = fd >= 0;
    if (fd < 0 && errno == EEXIST) fd = ::open(path.c_str(), flags);
    if (fd < 0) return SystemError(path, errno);
    auto lock = std::unique_ptr<WriterLock>(new WriterLock(fd, made));
    const absl::Time deadline = absl::Now() + timeout;
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) return SystemError(path, errno);
      if (absl::Now() >= deadline) {
        const std::string who = ReadText(fd);
        return absl::FailedPreconditionError(absl::StrCat(
            "the store ", directory, " is being written by another process (",
            who.empty() ? "unknown" : who,
            "): write through it (--server) or stop it first; reading is possible meanwhile"));
      }
      absl::SleepFor(absl::Milliseconds(20));
    }
    if (!made) lock->unused_ = absl::EndsWith(ReadText(fd), kMaking);
    return lock;
  }
  // True if no store was ever complete beside it: it is new, or the making was interrupted.
  [[nodiscard]] bool unused() const { return unused_; }
  // From here on until Made, an interruption leaves a folder without a store, and that is all
  // right.
  void Making() {
    Say(kMaking);
    ::fsync(fd_);
  }
  void Made() { Say(""); }
  // What a lock that somebody holds, or has left behind, says; nothing if there is none.
  static absl::StatusOr<std::string> Peek(const std::string& directory) {
    const std::string path = absl::StrCat(directory, "/lock");
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return SystemError(path, errno);
    std::string text = ReadText(fd);
    ::close(fd);
    return text;
  }
  static constexpr absl::string_view kMaking = ", making the store";
  ~WriterLock() { ::close(fd_); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  WriterLock(int fd, bool unused) : fd_(fd), unused_(unused) {}
  static std::string ReadText(int fd) {
    std::array<char, 128> text{};
    const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }
  void Say(absl::string_view what) const {
    const std::string text = absl::StrCat("process ", ::getpid(), what);
    if (::ftruncate(fd_, 0) != 0 ||
        ::pwrite(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
      // The name is a courtesy to whoever waits; the lock holds without it.
    }
  }
  int fd_;
  bool unused_;
};

absl::Status Configure(Database* database, bool writable) {
  RETURN_IF_ERROR(database->Run("PRAGMA trusted_schema = OFF"));
  if (!writable) return database->Run("PRAGMA query_only = ON");
  RETURN_IF_ERROR(database->Run("PRAGMA journal_mode = WAL"));
  RETURN_IF_ERROR(database->Run("PRAGMA synchronous = FULL"));
  return database->Run("PRAGMA foreign_keys = ON");
}

// OK if the file is a store that this version can use, or (version 0) nothing yet.
absl::StatusOr<int64_t> CheckSchema(Database* database, const std::string& path) {
  ASSIGN_OR_RETURN(const int64_t application, database->Number("PRAGMA application_id"));
  ASSIGN_OR_RETURN(const int64_t version, database->Number("PRAGMA user_version"));
  ASSIGN_OR_RETURN(const int64_t tables, database->Number("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return 0;
  if (application == kApplicationId && version <= 0) {
    return absl::DataLossError(absl::StrCat(
        path,
        ": is damaged: its schema has no version. Restore a backup (lineage-cli store restore)"));
  }
  if (application != kApplicationId) {
    return absl::DataLossError(absl::StrCat(path, ": an SQLite file, but no lineage store"));
  }
  if (version > kSchemaVersion) {
    return absl::FailedPreconditionError(absl::StrCat(path, ": made by a newer version (schema ",
                                                      version, ", this one knows ", kSchemaVersion,
                                                      "): upgrade"));
  }
  return version;
}

absl::Status Migrate(Database* database, int64_t version) {
  if (version == kSchemaVersion) return absl::OkStatus();
  RETURN_IF_ERROR(database->Run("BEGIN IMMEDIATE"));
  const auto all = [&]() -> absl::Status {
    for (; version < kSchemaVersion; ++version) {
      RETURN_IF_ERROR(database->Run(kMigrations[static_cast<std::size_t>(version)]));
      if (version > 0) continue;
      ASSIGN_OR_RETURN(
          Statement insert,
          database->Prepare("INSERT INTO identity(only, store_id, epoch, secret) VALUES(1,?,1,?)"));
      const std::string id = RandomBytes(16);
      const std::string secret = RandomBytes(32);
      RETURN_IF_ERROR(insert.BindBlob(id).BindBlob(secret).Run());
      RETURN_IF_ERROR(
          database->Run(absl::StrCat("PRAGMA application_id = ", kApplicationId).c_str()));
    }
    RETURN_IF_ERROR(database->Run(absl::StrCat("PRAGMA user_version = ", kSchemaVersion).c_str()));
    return database->Run("COMMIT");
  };
  absl::Status status = all();
  if (!status.ok()) database->Run("ROLLBACK").IgnoreError();
  return status;
}

absl::StatusOr<StoreIdentity> ReadIdentity(Database* database) {
  ASSIGN_OR_RETURN(Statement select,
                   database->Prepare("SELECT store_id, epoch, secret FROM identity"));
  ASSIGN_OR_RETURN(const bool row, select.Step());
  if (!row) return absl::DataLossError("the store has lost its identity: restore a backup");
  return StoreIdentity{select.Text(0), static_cast<uint64_t>(select.Int(1)), select.Text(2)};
}

std::optional<int64_t> DaysOrNull(Date date) {
  return date.open() ? std::nullopt : std::optional<int64_t>(date.days());
}
Date DateOr(const Statement& row, int column, Date otherwise) {
  return row.IsNull(column) ? otherwise : Date::FromDays(static_cast<int32_t>(row.Int(column)));
}

constexpr const char* kSelectRevisions =
    "SELECT revision, committed_at, origin, author, request_id, note, first_claim, claim_count, "
    "hash, content_digest FROM revision ";

Commit CommitOf(const Statement& row) {
  Commit commit;
  commit.revision = static_cast<Revision>(row.Int(0));
  commit.time = absl::FromUnixMicros(row.Int(1));
  commit.origin = static_cast<Origin>(row.Int(2));
  commit.author = row.Text(3);
  commit.request_id = row.Text(4);
  commit.note = row.Text(5);
  commit.first_claim = static_cast<ClaimNumber>(row.Int(6));
  commit.claim_count = static_cast<uint64_t>(row.Int(7));
  commit.hash = row.Text(8);
  return commit;
}

template <typename E>
absl::StatusOr<E> EnumAt(const Statement& row, int column) {
  const int64_t value = row.Int(column);
  if (value < 0 || value >= static_cast<int64_t>(kEnumSize<E>)) {
    return absl::DataLossError(absl::StrCat("the store holds ", value, " where one of ",
                                            kEnumSize<E>, " values is expected"));
  }
  return static_cast<E>(value);
}

absl::StatusOr<Artifact> ArtifactAt(const Statement& row) {
  Artifact artifact;
  artifact.id = row.Text(1);
  ASSIGN_OR_RETURN(artifact.kind, EnumAt<ArtifactKind>(row, 2));
  artifact.name = row.Text(3);
  if (const std::string aliases = row.Text(4); !aliases.empty()) {
    artifact.aliases = absl::StrSplit(aliases, '\n');
  }
  if (!row.IsNull(5)) artifact.released = Date::FromDays(static_cast<int32_t>(row.Int(5)));
  artifact.location = {row.Text(6), static_cast<int>(row.Int(7)), static_cast<int>(row.Int(8))};
  return artifact;
}

absl::StatusOr<Claim> ClaimAt(const Statement& row) {
  Claim claim;
  claim.number = static_cast<ClaimNumber>(row.Int(0));
  claim.revision = static_cast<Revision>(row.Int(1));
  claim.subject = row.Text(2);
  ASSIGN_OR_RETURN(claim.statement, EnumAt<StatementKind>(row, 3));
  claim.text = row.Text(4);
  ASSIGN_OR_RETURN(claim.relation, EnumAt<Relation>(row, 5));
  claim.parent = row.Text(6);
  if (!row.IsNull(7)) {
    ASSIGN_OR_RETURN(claim.component, EnumAt<Component>(row, 7));
  }
  claim.releases = ComponentSet::FromBits(static_cast<uint32_t>(row.Int(8)));
  claim.denies = row.Int(9) != 0;
  claim.inferred = row.Int(10) != 0;
  claim.as_found = row.Int(11) != 0;
  if (!row.IsNull(12)) claim.made = Date::FromDays(static_cast<int32_t>(row.Int(12)));
  claim.parent_revision = row.Text(13);
  claim.valid = {DateOr(row, 14, Date::Min()), DateOr(row, 15, Date::Max())};
  ASSIGN_OR_RETURN(claim.source.kind, EnumAt<SourceKind>(row, 16));
  claim.source.by = row.Text(17);
  claim.source.said = Date::FromDays(static_cast<int32_t>(row.Int(18)));
  claim.source.said_text = row.Text(19);
  claim.source.document = row.Text(20);
  claim.where = row.Text(21);
  claim.quote = row.Text(22);
  claim.location = {row.Text(23), static_cast<int>(row.Int(24)), static_cast<int>(row.Int(25))};
  return claim;
}

// Reads changes in order, each compared with the hash it carries: no damaged byte gets further.
class LogReader {
 public:
  // The changes after `after`, up to `until` or the head. The transaction is the caller's.
  static absl::StatusOr<LogReader> Begin(Database* database, Revision after, Revision until) {
    after = std::min(after, kNewest);
    until = std::min(until, kNewest);
    std::string hash;
    if (after > 0) {
      ASSIGN_OR_RETURN(Statement before,
                       database->Prepare("SELECT hash FROM revision WHERE revision = ?"));
      before.Bind(static_cast<int64_t>(after));
      ASSIGN_OR_RETURN(const bool found, before.Step());
      if (found) hash = before.Text(0);
    }
    ASSIGN_OR_RETURN(Statement revisions,
                     database->Prepare(absl::StrCat(kSelectRevisions,
                                                    "WHERE revision > ? AND revision <= ? "
                                                    "ORDER BY 1")
                                           .c_str()));
    ASSIGN_OR_RETURN(Statement artifacts,
                     database->Prepare("SELECT entry, id, kind, name, aliases, released, file, "
                                       "line, col FROM artifact WHERE revision = ? "
                                       "ORDER BY entry"));
    ASSIGN_OR_RETURN(
        Statement claims,
        database->Prepare(
            "SELECT claim, revision, subject, statement, text, relation, parent, component, "
            "releases, denies, inferred, as_found, made, parent_revision, valid_from, valid_until, "
            "source_kind, source_by, source_said, source_said_text, source_document, locus, quote, "
            "file, line, col FROM claim WHERE revision = ? ORDER BY claim"));
    ASSIGN_OR_RETURN(Statement retractions,
                     database->Prepare("SELECT claim, reason FROM retraction WHERE revision = ? "
                                       "ORDER BY place"));
    ASSIGN_OR_RETURN(Statement request,
                     database->Prepare("SELECT revision FROM revision WHERE request_id = ?"));
    revisions.Bind(static_cast<int64_t>(after)).Bind(static_cast<int64_t>(until));
    return LogReader(database, until, ChainCheck(after, std::move(hash)), std::move(revisions),
                     std::move(artifacts), std::move(claims), std::move(retractions),
                     std::move(request));
  }

  // None at the end. Errors: DATA_LOSS.
  absl::StatusOr<std::optional<Change>> Next() {
    ASSIGN_OR_RETURN(const bool more, revisions_.Step());
    if (!more) {
      RETURN_IF_ERROR(CheckEnd());
      return std::nullopt;
    }
    Change change;
    change.commit = CommitOf(revisions_);
    const auto revision = static_cast<int64_t>(change.commit.revision);
    RETURN_IF_ERROR(Each(&artifacts_, revision, [&](const Statement& row) -> absl::Status {
      ASSIGN_OR_RETURN(Artifact artifact, ArtifactAt(row));
      change.artifacts.push_back(std::move(artifact));
      return absl::OkStatus();
    }));
    RETURN_IF_ERROR(Each(&claims_, revision, [&](const Statement& row) -> absl::Status {
      ASSIGN_OR_RETURN(Claim claim, ClaimAt(row));
      change.claims.push_back(std::move(claim));
      return absl::OkStatus();
    }));
    RETURN_IF_ERROR(Each(&retractions_, revision, [&](const Statement& row) -> absl::Status {
      change.retractions.push_back({static_cast<ClaimNumber>(row.Int(0)), row.Text(1)});
      return absl::OkStatus();
    }));
    RETURN_IF_ERROR(chain_.Add(change));
    if (!change.commit.request_id.empty()) RETURN_IF_ERROR(CheckRequest(change.commit));
    return change;
  }

 private:
  LogReader(Database* database, Revision until, ChainCheck chain, Statement revisions,
            Statement artifacts, Statement claims, Statement retractions, Statement request)
      : database_(database),
        until_(until),
        chain_(std::move(chain)),
        revisions_(std::move(revisions)),
        artifacts_(std::move(artifacts)),
        claims_(std::move(claims)),
        retractions_(std::move(retractions)),
        request_(std::move(request)) {}

  template <typename Visit>
  static absl::Status Each(Statement* statement, int64_t revision, const Visit& visit) {
    statement->Reset();
    statement->Bind(revision);
    while (true) {
      ASSIGN_OR_RETURN(const bool row, statement->Step());
      if (!row) break;
      RETURN_IF_ERROR(visit(*statement));
    }
    statement->Reset();
    return absl::OkStatus();
  }

  // The index by request ids is what recognises a repetition: nothing else would miss an entry.
  absl::Status CheckRequest(const Commit& commit) {
    request_.Reset();
    request_.Bind(commit.request_id);
    ASSIGN_OR_RETURN(const bool found, request_.Step());
    const bool fits = found && request_.Int(0) == static_cast<int64_t>(commit.revision);
    request_.Reset();
    if (fits) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("the store is damaged: its index does not find the request of revision ",
                     commit.revision, ". Restore a backup (lineage-cli store restore FILE)"));
  }

  // A log that has lost its end still has records of it.
  absl::Status CheckEnd() {
    if (until_ < kNewest) return absl::OkStatus();
    for (const char* table : {"artifact", "claim", "retraction"}) {
      ASSIGN_OR_RETURN(const int64_t last,
                       database_->Number(
                           absl::StrCat("SELECT coalesce(max(revision), 0) FROM ", table).c_str()));
      if (last < 0 || static_cast<Revision>(last) > chain_.last()) {
        return absl::DataLossError(absl::StrCat(
            "the store is damaged: there are records of revision ", last, ", and the log ends at ",
            chain_.last(), ". Restore a backup (lineage-cli store restore FILE)"));
      }
    }
    return absl::OkStatus();
  }

  static constexpr auto kNewest = static_cast<Revision>(std::numeric_limits<int64_t>::max());

  Database* database_;
  Revision until_;
  ChainCheck chain_;
  Statement revisions_;
  Statement artifacts_;
  Statement claims_;
  Statement retractions_;
  Statement request_;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(SqliteStoreOptions options, std::unique_ptr<WriterLock> lock)
      : options_(std::move(options)), lock_(std::move(lock)) {}

  absl::Status Init() {
    ASSIGN_OR_RETURN(database_, Connect());
    if (options_.writable) {
      RETURN_IF_ERROR(SettleLog(/*after_failed_sync=*/false));
      RETURN_IF_ERROR(PrepareWriting());
    }
    ASSIGN_OR_RETURN(identity_, ReadIdentity(&database_));
    return absl::OkStatus();
  }

  StoreIdentity Identity() const override { return identity_; }
  bool writable() const override { return options_.writable; }
  std::string ImagePath() const override { return options_.directory + "/store.image"; }

  absl::StatusOr<Revision> Head() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    RETURN_IF_ERROR(ReopenIfBroken());
    return HeadLocked();
  }

  absl::StatusOr<Commit> Append(const Batch& batch) override {
    if (!options_.writable) {
      return absl::FailedPreconditionError("the store was opened for reading");
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    RETURN_IF_ERROR(ReopenIfBroken());
    if (!write_) RETURN_IF_ERROR(PrepareWriting());
    RETURN_IF_ERROR(write_->begin.Run());
    bool done = false;
    absl::StatusOr<Commit> commit = Write(batch, &done);
    if (!commit.ok() || done) {
      database_.Run("ROLLBACK").IgnoreError();
      write_.reset();  // a failed statement may be left in the middle
      RETURN_IF_ERROR(PrepareWriting());
      return commit;
    }
    if (absl::Status status = write_->commit.Run(); !status.ok()) {
      // The log may hold the whole batch although the sync failed: only opening it anew tells.
      broken_ = true;
      if (absl::IsResourceExhausted(status)) return status;
      return absl::AbortedError(
          absl::StrCat("whether the batch was committed is unknown; repeat it with the same "
                       "request_id: ",
                       status.message()));
    }
    return commit;
  }

  absl::StatusOr<Commit> FindCommit(Revision revision) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    RETURN_IF_ERROR(ReopenIfBroken());
    ASSIGN_OR_RETURN(
        Statement row,
        database_.Prepare(absl::StrCat(kSelectRevisions, "WHERE revision = ?").c_str()));
    row.Bind(static_cast<int64_t>(revision));
    ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return absl::NotFoundError(absl::StrCat("no revision ", revision));
    return CommitOf(row);
  }

  absl::Status Replay(Revision after, Revision until,
                      const std::function<absl::Status(Change)>& visit) override {
    // A connection of its own, so that nobody waits for a long replay.
    ASSIGN_OR_RETURN(Database reader, Open(/*writable=*/false));
    RETURN_IF_ERROR(reader.Run("BEGIN"));
    ASSIGN_OR_RETURN(LogReader log, LogReader::Begin(&reader, after, until));
    while (true) {
      ASSIGN_OR_RETURN(std::optional<Change> change, log.Next());
      if (!change) return absl::OkStatus();
      RETURN_IF_ERROR(visit(*std::move(change)));
    }
  }

  absl::StatusOr<StoreStats> Stats() override {
    ASSIGN_OR_RETURN(Database reader, Open(/*writable=*/false));
    RETURN_IF_ERROR(reader.Run("BEGIN"));
    StoreStats stats;
    stats.backend = "sqlite";
    const auto number = [&](const char* sql, uint64_t* out) -> absl::Status {
      ASSIGN_OR_RETURN(const int64_t value, reader.Number(sql));
      *out = static_cast<uint64_t>(value);
      return absl::OkStatus();
    };
    uint64_t version = 0;
    RETURN_IF_ERROR(number("SELECT coalesce(max(revision), 0) FROM revision", &stats.revision));
    RETURN_IF_ERROR(number("SELECT count(DISTINCT id) FROM artifact", &stats.artifacts));
    RETURN_IF_ERROR(number("SELECT count(*) FROM claim", &stats.claims));
    RETURN_IF_ERROR(number("SELECT count(*) FROM retraction", &stats.retractions));
    RETURN_IF_ERROR(number("PRAGMA user_version", &version));
    stats.schema_version = static_cast<int>(version);
    for (const char* suffix : {"", "-wal"}) {
      std::error_code error;
      const auto size = fs::file_size(PathOf(options_.directory) + suffix, error);
      if (!error) stats.bytes += size;
    }
    return stats;
  }

 private:
  [[nodiscard]] absl::StatusOr<Database> Open(bool writable) const {
    ASSIGN_OR_RETURN(Database database,
                     Database::Open(PathOf(options_.directory),
                                    SQLITE_OPEN_READWRITE |
                                        (writable && options_.create ? SQLITE_OPEN_CREATE : 0),
                                    options_.vfs));
    RETURN_IF_ERROR(Configure(&database, writable));
    return database;
  }

  [[nodiscard]] absl::StatusOr<Database> Connect() const {
    const std::string path = PathOf(options_.directory);
    ASSIGN_OR_RETURN(Database database, Open(options_.writable));
    ASSIGN_OR_RETURN(const int64_t version, CheckSchema(&database, path));
    if (version == kSchemaVersion) return database;
    if (!options_.writable) {
      if (version == 0) return absl::NotFoundError(absl::StrCat(path, ": an empty store"));
      return absl::FailedPreconditionError(
          absl::StrCat(path, ": schema ", version, " has to be brought to ", kSchemaVersion,
                       ": open it for writing once (lineage-cli store upgrade)"));
    }
    RETURN_IF_ERROR(Migrate(&database, version));
    return database;
  }

  // What a crash or a failed sync left in the log may be visible and not yet on the disk: whoever
  // repeats his request would be told that it is committed. So it is copied into the database and
  // synced before anything else.
  absl::Status SettleLog(bool after_failed_sync) {
    ASSIGN_OR_RETURN(const int64_t busy, database_.Number("PRAGMA wal_checkpoint(TRUNCATE)"));
    if (busy == 0) return absl::OkStatus();
    if (after_failed_sync) {
      return absl::UnavailableError("the store recovers from a failed write: try again");
    }
    // A reader elsewhere holds the log; a commit syncs all that precedes it.
    return database_.Run("UPDATE identity SET epoch = epoch");
  }

  absl::Status ReopenIfBroken() {
    if (!broken_) return absl::OkStatus();
    write_.reset();
    database_ = Database();
    ASSIGN_OR_RETURN(database_, Connect());
    RETURN_IF_ERROR(SettleLog(/*after_failed_sync=*/true));
    RETURN_IF_ERROR(PrepareWriting());
    broken_ = false;
    return absl::OkStatus();
  }

  absl::StatusOr<Revision> HeadLocked() {
    if (write_) {
      ASSIGN_OR_RETURN(const Tail tail, ReadTail());
      return tail.revision;
    }
    ASSIGN_OR_RETURN(const int64_t head,
                     database_.Number("SELECT coalesce(max(revision), 0) FROM revision"));
    return static_cast<Revision>(head);
  }

  // What the next revision follows.
  struct Tail {
    Revision revision = 0;
    std::string hash;
    int64_t committed_at = 0;
    ClaimNumber claims = 0;
  };

  absl::StatusOr<Tail> ReadTail() {
    Tail tail;
    Statement& row = write_->tail;
    row.Reset();
    ASSIGN_OR_RETURN(const bool any, row.Step());
    if (any) {
      tail = {static_cast<Revision>(row.Int(0)), row.Text(1), row.Int(2),
              static_cast<ClaimNumber>(row.Int(3))};
    }
    row.Reset();
    return tail;
  }

  // What a write takes, prepared once.
  struct Writing {
    Statement begin;
    Statement commit;
    Statement tail;
    Statement revision;
    Statement artifact;
    Statement claim;
    Statement retraction;
    Statement target;  // of a retraction
  };

  absl::Status PrepareWriting() {
    write_.reset();
    ASSIGN_OR_RETURN(Statement begin, database_.Prepare("BEGIN IMMEDIATE"));
    ASSIGN_OR_RETURN(Statement commit, database_.Prepare("COMMIT"));
    ASSIGN_OR_RETURN(Statement tail,
                     database_.Prepare("SELECT revision, hash, committed_at, (SELECT "
                                       "coalesce(max(claim), 0) FROM claim) FROM revision "
                                       "ORDER BY revision DESC LIMIT 1"));
    ASSIGN_OR_RETURN(Statement revision,
                     database_.Prepare(
                         "INSERT INTO revision(revision, committed_at, origin, author, request_id, "
                         "note, first_claim, claim_count, content_digest, hash) "
                         "VALUES(?,?,?,?,nullif(?,''),?,?,?,?,?)"));
    ASSIGN_OR_RETURN(Statement artifact,
                     database_.Prepare("INSERT INTO artifact(revision, id, kind, name, aliases, "
                                       "released, file, line, col) VALUES(?,?,?,?,?,?,?,?,?)"));
    ASSIGN_OR_RETURN(
        Statement claim,
        database_.Prepare(
            "INSERT INTO claim(claim, revision, subject, statement, text, relation, parent, "
            "component, releases, denies, inferred, as_found, made, parent_revision, valid_from, "
            "valid_until, source_kind, source_by, source_said, source_said_text, source_document, "
            "locus, quote, file, line, col) "
            "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
    ASSIGN_OR_RETURN(Statement retraction,
                     database_.Prepare(
                         "INSERT INTO retraction(claim, revision, place, reason) VALUES(?,?,?,?)"));
    ASSIGN_OR_RETURN(Statement target,
                     database_.Prepare("SELECT c.revision, coalesce(r.revision, 0), v.origin, "
                                       "v.author FROM claim c JOIN revision v USING (revision) "
                                       "LEFT JOIN retraction r ON r.claim = c.claim "
                                       "WHERE c.claim = ?"));
    write_.emplace(Writing{std::move(begin), std::move(commit), std::move(tail),
                           std::move(revision), std::move(artifact), std::move(claim),
                           std::move(retraction), std::move(target)});
    return absl::OkStatus();
  }

  // Errors: DATA_LOSS if the digest of a revision's content is not the one that stands there.
  absl::Status CheckContent(Revision revision, absl::string_view content) {
    ASSIGN_OR_RETURN(LogReader log, LogReader::Begin(&database_, revision - 1, revision));
    ASSIGN_OR_RETURN(std::optional<Change> change, log.Next());
    Batch batch;
    if (change) {
      batch.artifacts = std::move(change->artifacts);
      batch.claims = std::move(change->claims);
      batch.retractions = std::move(change->retractions);
    }
    if (ContentDigest(batch) == content) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("the store is damaged: the digest of revision ", revision,
                     " does not fit. Restore a backup (lineage-cli store restore FILE)"));
  }

  // Everything between BEGIN and COMMIT. `done` is set if there is nothing to commit.
  absl::StatusOr<Commit> Write(const Batch& batch, bool* done) {
    if (!batch.request_id.empty()) {
      ASSIGN_OR_RETURN(
          Statement known,
          database_.Prepare(absl::StrCat(kSelectRevisions, "WHERE request_id = ?").c_str()));
      known.Bind(batch.request_id);
      ASSIGN_OR_RETURN(const bool row, known.Step());
      if (row) {
        *done = true;
        const Commit before = CommitOf(known);
        absl::StatusOr<Commit> commit = RepeatedCommit(before, known.Text(9), batch);
        // Before a writer is told that he asked for something else, what he asked for is read.
        if (!commit.ok()) RETURN_IF_ERROR(CheckContent(before.revision, known.Text(9)));
        return commit;
      }
    }
    ASSIGN_OR_RETURN(const Tail tail, ReadTail());
    Change change;
    Commit& commit = change.commit;
    commit.revision = tail.revision + 1;
    // The clock may go back; the log never does.
    commit.time =
        absl::FromUnixMicros(std::max(absl::ToUnixMicros(absl::Now()), tail.committed_at));
    commit.origin = batch.origin;
    commit.author = batch.author;
    commit.request_id = batch.request_id;
    commit.note = batch.note;
    commit.claim_count = batch.claims.size();
    if (!batch.claims.empty()) commit.first_claim = tail.claims + 1;
    change.artifacts = batch.artifacts;
    change.claims = batch.claims;
    change.retractions = batch.retractions;
    commit.hash = ChainHash(tail.hash, change);

    const std::string content = ContentDigest(batch);
    const auto revision = static_cast<int64_t>(commit.revision);
    RETURN_IF_ERROR(write_->revision.Bind(revision)
                        .Bind(absl::ToUnixMicros(commit.time))
                        .Bind(static_cast<int64_t>(commit.origin))
                        .Bind(commit.author)
                        .Bind(commit.request_id)
                        .Bind(commit.note)
                        .Bind(static_cast<int64_t>(commit.first_claim))
                        .Bind(static_cast<int64_t>(commit.claim_count))
                        .BindBlob(content)
                        .BindBlob(commit.hash)
                        .Run());
    for (const Artifact& artifact : batch.artifacts) {
      const std::string aliases = absl::StrJoin(artifact.aliases, "\n");
      RETURN_IF_ERROR(
          write_->artifact.Bind(revision)
              .Bind(artifact.id)
              .Bind(static_cast<int64_t>(artifact.kind))
              .Bind(artifact.name)
              .Bind(aliases)
              .BindOptional(artifact.released ? DaysOrNull(*artifact.released) : std::nullopt)
              .Bind(artifact.location.file)
              .Bind(int64_t{artifact.location.line})
              .Bind(int64_t{artifact.location.column})
              .Run());
    }
    auto number = static_cast<int64_t>(commit.first_claim);
    for (const Claim& claim : batch.claims) {
      RETURN_IF_ERROR(
          write_->claim.Bind(number++)
              .Bind(revision)
              .Bind(claim.subject)
              .Bind(static_cast<int64_t>(claim.statement))
              .Bind(claim.text)
              .Bind(static_cast<int64_t>(claim.relation))
              .Bind(claim.parent)
              .BindOptional(claim.component
                                ? std::optional<int64_t>(static_cast<int64_t>(*claim.component))
                                : std::nullopt)
              .Bind(int64_t{claim.releases.bits()})
              .Bind(int64_t{claim.denies})
              .Bind(int64_t{claim.inferred})
              .Bind(int64_t{claim.as_found})
              .BindOptional(claim.made ? DaysOrNull(*claim.made) : std::nullopt)
              .Bind(claim.parent_revision)
              .BindOptional(DaysOrNull(claim.valid.from))
              .BindOptional(DaysOrNull(claim.valid.until))
              .Bind(static_cast<int64_t>(claim.source.kind))
              .Bind(claim.source.by)
              .Bind(int64_t{claim.source.said.days()})
              .Bind(claim.source.said_text)
              .Bind(claim.source.document)
              .Bind(claim.where)
              .Bind(claim.quote)
              .Bind(claim.location.file)
              .Bind(int64_t{claim.location.line})
              .Bind(int64_t{claim.location.column})
              .Run());
    }
    int64_t place = 0;
    for (const Retraction& retraction : batch.retractions) {
      RETURN_IF_ERROR(Retract(batch, retraction, commit, place++));
    }
    return commit;
  }

  absl::Status Retract(const Batch& batch, const Retraction& retraction, const Commit& commit,
                       int64_t place) {
    Statement& known = write_->target;
    known.Reset();
    known.Bind(static_cast<int64_t>(retraction.claim));
    ASSIGN_OR_RETURN(const bool row, known.Step());
    Commit written;
    RetractionTarget target;
    if (row && known.Int(0) != static_cast<int64_t>(commit.revision)) {
      written.origin = static_cast<Origin>(known.Int(2));
      written.author = known.Text(3);
      target = {&written, static_cast<Revision>(known.Int(1))};
    }
    known.Reset();
    RETURN_IF_ERROR(CheckRetraction(batch, retraction.claim, target));
    return write_->retraction.Bind(static_cast<int64_t>(retraction.claim))
        .Bind(static_cast<int64_t>(commit.revision))
        .Bind(place)
        .Bind(retraction.reason)
        .Run();
  }

  const SqliteStoreOptions options_;
  std::unique_ptr<WriterLock> lock_;  // null if opened for reading
  std::mutex mutex_;                  // guards what follows
  Database database_;
  std::optional<Writing> write_;
  bool broken_ = false;
  StoreIdentity identity_;
};

// Copies the pages of `from` into the new file `path`, synced.
absl::Status CopyDatabase(Database* from, const std::string& path) {
  RETURN_IF_ERROR(CreatePrivate(path));
  ASSIGN_OR_RETURN(Database to,
                   Database::Open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, ""));
  RETURN_IF_ERROR(to.Run("PRAGMA synchronous = FULL"));
  sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from->get(), "main");
  if (backup == nullptr) return SqliteError(to.get(), sqlite3_errcode(to.get()), path);
  const int step = sqlite3_backup_step(backup, -1);
  const int finish = sqlite3_backup_finish(backup);
  if (step != SQLITE_DONE) return SqliteError(nullptr, step, path);
  if (finish != SQLITE_OK) return SqliteError(nullptr, finish, path);
  // One file without a log beside it.
  return to.Run("PRAGMA journal_mode = DELETE");
}

}  // namespace

namespace {

// True if the file of a store is there. An empty one is what a crash leaves while a store is made,
// or what is left of a store.
bool FileExists(const std::string& directory) {
  std::error_code error;
  return fs::file_size(PathOf(directory), error) > 0 && !error;
}

// What is left of a store whose file is not there; empty if there never was one.
std::string RelicsIn(const std::string& directory) {
  std::vector<std::string> found;
  std::error_code error;
  for (const char* name : {"store.image", "store.sqlite.replaced", "restoring"}) {
    if (fs::exists(absl::StrCat(directory, "/", name), error)) found.emplace_back(name);
  }
  const absl::StatusOr<std::string> lock = WriterLock::Peek(directory);
  if (lock.ok() && !absl::EndsWith(*lock, WriterLock::kMaking)) found.emplace_back("lock");
  return absl::StrJoin(found, ", ");
}

absl::Status StoreIsGone(const std::string& directory, absl::string_view relics) {
  return absl::DataLossError(absl::StrCat(
      directory, ": there was a store here, and its file ", kFile, " is missing or empty (", relics,
      " is left): put it back, mount the right folder, or restore a backup (lineage-cli store "
      "restore FILE). To begin anew, empty the folder"));
}

}  // namespace

bool SqliteStoreExists(const std::string& directory) {
  return FileExists(directory) || !RelicsIn(directory).empty();
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteStoreOptions& options) {
  if (options.writable && options.create) {
    std::error_code error;
    fs::create_directories(options.directory, error);
    if (error) return SystemError(options.directory, error.value());
  }
  if (!(options.writable && options.create) && !FileExists(options.directory)) {
    const std::string relics = RelicsIn(options.directory);
    if (!relics.empty()) return StoreIsGone(options.directory, relics);
    return absl::NotFoundError(absl::StrCat(options.directory, ": there is no store"));
  }
  std::unique_ptr<WriterLock> lock;
  WriterLock* making = nullptr;
  if (options.writable) {
    // Looked for before there is a lock of our own; another process may make the store meanwhile.
    const std::string relics = RelicsIn(options.directory);
    ASSIGN_OR_RETURN(lock, WriterLock::Take(options.directory, options.lock_timeout));
    if (!FileExists(options.directory)) {
      if (!lock->unused() || (!relics.empty() && relics != "lock")) {
        return StoreIsGone(options.directory, relics.empty() ? "lock" : relics);
      }
      making = lock.get();
      making->Making();
      // The file holds the secret that signs tokens: it is nobody else's to read.
      std::error_code error;
      if (!fs::exists(PathOf(options.directory), error)) {
        RETURN_IF_ERROR(CreatePrivate(PathOf(options.directory)));
      }
    } else {
      lock->Made();
    }
  }
  auto store = std::make_unique<SqliteStore>(options, std::move(lock));
  RETURN_IF_ERROR(store->Init());
  if (making != nullptr) {
    RETURN_IF_ERROR(SyncDirectory(options.directory));
    making->Made();
  }
  return store;
}

absl::Status BackUpSqliteStore(const std::string& directory, const std::string& path) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) {
    return absl::AlreadyExistsError(absl::StrCat(path, ": is there already; name a new file"));
  }
  SqliteStoreOptions options;
  options.directory = directory;
  ASSIGN_OR_RETURN(const auto unused, OpenSqliteStore(options));  // checks that it is a store
  ASSIGN_OR_RETURN(Database from, Database::Open(PathOf(directory), SQLITE_OPEN_READWRITE, ""));
  const std::string partial = absl::StrCat(path, ".partial");
  fs::remove(partial, error);
  if (absl::Status status = CopyDatabase(&from, partial); !status.ok()) {
    fs::remove(partial, error);
    return status;
  }
  fs::rename(partial, path, error);
  if (error) return SystemError(path, error.value());
  const std::string parent = fs::path(path).parent_path().string();
  return SyncDirectory(parent.empty() ? "." : parent);
}

namespace {

// Copies a backup into the folder `work` and verifies it there. Gives its identity.
absl::StatusOr<StoreIdentity> CopyVerified(const std::string& path, const std::string& work) {
  {
    ASSIGN_OR_RETURN(Database from, Database::Open(path, SQLITE_OPEN_READONLY, ""));
    ASSIGN_OR_RETURN(const int64_t version, CheckSchema(&from, path));
    if (version == 0) return absl::DataLossError(absl::StrCat(path, ": no lineage store"));
    RETURN_IF_ERROR(CopyDatabase(&from, PathOf(work)));
  }
  SqliteStoreOptions options;
  options.directory = work;
  options.writable = true;
  ASSIGN_OR_RETURN(const auto store, OpenSqliteStore(options));
  ASSIGN_OR_RETURN(const std::string head, VerifyChain(store.get()));
  return store->Identity();
}

// Brings what is in the store's log into its file, so that the file is whole without the log. A
// store that is too damaged for that is left as it is.
void EmptyLog(const std::string& directory) {
  absl::StatusOr<Database> old = Database::Open(PathOf(directory), SQLITE_OPEN_READWRITE, "");
  if (old.ok()) old->Number("PRAGMA wal_checkpoint(TRUNCATE)").IgnoreError();
}

// Gives the store's file the name store.sqlite.replaced besides its own, with what is left of its
// log: a log must never meet another file.
absl::Status KeepReplaced(const std::string& directory) {
  const std::string place = PathOf(directory);
  const std::string kept = absl::StrCat(place, ".replaced");
  const std::string another = absl::StrCat(kept, ".new");
  std::error_code error;
  fs::remove(another, error);
  fs::create_hard_link(place, another, error);
  if (error) fs::copy_file(place, another, error);  // a file system without links
  if (error) return SystemError(another, error.value());
  for (const char* suffix : {"-wal", "-shm"}) fs::remove(kept + suffix, error);
  fs::rename(another, kept, error);
  if (error) return SystemError(kept, error.value());
  for (const char* suffix : {"-wal", "-shm"}) {
    if (!fs::exists(place + suffix, error)) continue;
    fs::rename(place + suffix, kept + suffix, error);
    if (error) return SystemError(place + suffix, error.value());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StoreIdentity> RestoreSqliteStore(const std::string& directory,
                                                 const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return absl::NotFoundError(absl::StrCat(path, ": no such file"));
  fs::create_directories(directory, error);
  if (error) return SystemError(directory, error.value());
  ASSIGN_OR_RETURN(const auto lock, WriterLock::Take(directory, absl::ZeroDuration()));
  const std::string place = PathOf(directory);
  lock->Made();
  // The copy is made and checked in a folder of its own, then renamed over what is there: at no
  // moment is there no store.
  const std::string work = absl::StrCat(directory, "/restoring");
  fs::remove_all(work, error);
  fs::create_directories(work, error);
  if (error) return SystemError(work, error.value());
  ASSIGN_OR_RETURN(StoreIdentity identity, CopyVerified(path, work));
  if (FileExists(directory)) {
    SqliteStoreOptions options;
    options.directory = directory;
    if (const auto old = OpenSqliteStore(options);
        old.ok() && (*old)->Identity().id == identity.id) {
      identity.epoch = std::max(identity.epoch, (*old)->Identity().epoch);
    }
  }
  ++identity.epoch;
  {
    ASSIGN_OR_RETURN(Database copy, Database::Open(PathOf(work), SQLITE_OPEN_READWRITE, ""));
    RETURN_IF_ERROR(copy.Run(absl::StrCat("UPDATE identity SET epoch = ", identity.epoch).c_str()));
    RETURN_IF_ERROR(copy.Run("PRAGMA wal_checkpoint(TRUNCATE)"));
    RETURN_IF_ERROR(copy.Run("PRAGMA journal_mode = DELETE"));
  }
  if (FileExists(directory)) {
    EmptyLog(directory);
    RETURN_IF_ERROR(KeepReplaced(directory));
  }
  KeepOwner(directory, PathOf(work));
  fs::rename(PathOf(work), place, error);
  if (error) return SystemError(place, error.value());
  fs::remove_all(work, error);
  RETURN_IF_ERROR(SyncDirectory(directory));
  return identity;
}

}  // namespace lineage
