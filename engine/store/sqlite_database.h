// A thin layer over SQLite's C interface: statements, and errors as statuses. Used by the SQLite
// store only.
#ifndef LINEAGE_ENGINE_STORE_SQLITE_DATABASE_H_
#define LINEAGE_ENGINE_STORE_SQLITE_DATABASE_H_

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lineage {

// What an SQLite error code is to our callers; `doing` says what was tried.
[[nodiscard]] absl::Status SqliteError(sqlite3* db, int code, absl::string_view doing);

class Statement;

// One connection. Not thread-safe.
class Database {
 public:
  // `flags` are SQLite's SQLITE_OPEN_….
  static absl::StatusOr<Database> Open(const std::string& path, int flags, const std::string& vfs);
  Database() = default;
  ~Database();
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;

  [[nodiscard]] sqlite3* get() const { return db_; }
  // Runs statements that return nothing of interest.
  absl::Status Run(const char* sql);
  absl::StatusOr<Statement> Prepare(const char* sql);
  // The first column of the first row.
  absl::StatusOr<int64_t> Number(const char* sql);

 private:
  sqlite3* db_ = nullptr;
};

// A prepared statement: bind in order, step, read, reset.
class Statement {
 public:
  Statement(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(Statement&& other) noexcept
      : db_(other.db_), statement_(other.statement_), next_(other.next_) {
    other.statement_ = nullptr;
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;

  // Bind the next parameter. Text must stay alive until the statement has run.
  Statement& Bind(int64_t number);
  Statement& Bind(absl::string_view text);
  Statement& BindBlob(absl::string_view bytes);
  Statement& BindOptional(std::optional<int64_t> number);

  // True if there is a row.
  absl::StatusOr<bool> Step();
  // Runs a statement that returns no row, and makes it ready to be bound anew.
  absl::Status Run();
  void Reset();

  [[nodiscard]] int64_t Int(int column) const { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] bool IsNull(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  [[nodiscard]] std::string Text(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  int next_ = 1;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_STORE_SQLITE_DATABASE_H_
