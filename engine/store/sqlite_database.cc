#include "engine/store/sqlite_database.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"

namespace lineage {

absl::Status SqliteError(sqlite3* db, int code, absl::string_view doing) {
  const std::string what =
      absl::StrCat(doing, ": ", db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code),
                   " (SQLite ", code, ")");
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return absl::OkStatus();
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(
          absl::StrCat("the disk is full: nothing was written; make room and repeat (", what, ")"));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(
          absl::StrCat("the store is damaged or is no store: restore a backup (", what, ")"));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(absl::StrCat("the store is busy: try again (", what, ")"));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::PermissionDeniedError(absl::StrCat("the store cannot be written (", what, ")"));
    case SQLITE_CANTOPEN:
      return absl::UnavailableError(absl::StrCat("the store cannot be opened (", what, ")"));
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError(absl::StrCat("out of memory (", what, ")"));
    case SQLITE_IOERR:
      return absl::UnavailableError(
          absl::StrCat("the store's disk failed to read or write (", what, ")"));
    case SQLITE_CONSTRAINT:
      return absl::FailedPreconditionError(what);
    default:
      return absl::InternalError(what);
  }
}

absl::StatusOr<Database> Database::Open(const std::string& path, int flags,
                                        const std::string& vfs) {
  Database database;
  const int code = sqlite3_open_v2(path.c_str(), &database.db_, flags | SQLITE_OPEN_NOMUTEX,
                                   vfs.empty() ? nullptr : vfs.c_str());
  if (code != SQLITE_OK) return SqliteError(database.db_, code, path);
  sqlite3_extended_result_codes(database.db_, 1);
  sqlite3_busy_timeout(database.db_, 5000);
  return database;
}

Database::~Database() { sqlite3_close_v2(db_); }
Database::Database(Database&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
Database& Database::operator=(Database&& other) noexcept {
  std::swap(db_, other.db_);
  return *this;
}

absl::Status Database::Run(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return SqliteError(db_, code, sql);
  return absl::OkStatus();
}

absl::StatusOr<Statement> Database::Prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code == SQLITE_ERROR) {
    // Our statements fit the schema: then it is not what it was.
    return absl::DataLossError(absl::StrCat("the store's schema is damaged: restore a backup (",
                                            sqlite3_errmsg(db_), ")"));
  }
  if (code != SQLITE_OK) return SqliteError(db_, code, sql);
  return Statement(db_, statement);
}

absl::StatusOr<int64_t> Database::Number(const char* sql) {
  ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  ASSIGN_OR_RETURN(const bool row, statement.Step());
  return row ? statement.Int(0) : 0;
}

Statement& Statement::Bind(int64_t number) {
  sqlite3_bind_int64(statement_, next_++, number);
  return *this;
}
Statement& Statement::Bind(absl::string_view text) {
  // A null pointer would bind NULL.
  sqlite3_bind_text64(statement_, next_++, text.empty() ? "" : text.data(), text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}
Statement& Statement::BindBlob(absl::string_view bytes) {
  sqlite3_bind_blob64(statement_, next_++, bytes.empty() ? "" : bytes.data(), bytes.size(),
                      SQLITE_STATIC);
  return *this;
}
Statement& Statement::BindOptional(std::optional<int64_t> number) {
  if (number) return Bind(*number);
  sqlite3_bind_null(statement_, next_++);
  return *this;
}

absl::StatusOr<bool> Statement::Step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return SqliteError(db_, code, sqlite3_sql(statement_));
}

absl::Status Statement::Run() {
  absl::StatusOr<bool> row = Step();
  Reset();
  return row.status();
}

void Statement::Reset() {
  sqlite3_reset(statement_);
  next_ = 1;
}

std::string Statement::Text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

}  // namespace lineage
