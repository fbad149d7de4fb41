// Who may do what: bearer tokens and client certificates, with roles.
#ifndef LINEAGE_SERVICE_SERVER_ACCESS_H_
#define LINEAGE_SERVICE_SERVER_ACCESS_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/model/names.h"

namespace lineage {

// Ordered: each may do what those before it may. A writer may retract its own claims, an admin any.
enum class Role : uint8_t { kReader = 0, kWriter = 1, kAdmin = 2 };

template <>
struct EnumNames<Role> {
  static constexpr std::array<const char*, 3> value = {"reader", "writer", "admin"};
};

struct Caller {
  std::string name;
  Role role = Role::kReader;
};

// The access file, YAML:
//
//   tokens:
//     - {name: ci, role: reader, sha256: 9f86d0…}
//   certificates:
//     - {common_name: platform-team, role: writer}
//
// Tokens stand there as hashes only; several may have one name, so that one can be replaced while
// the other still works.
struct AccessList {
  struct Token {
    Caller caller;
    std::string hash;  // 32 bytes
  };
  struct Certificate {
    std::string common_name;
    Role role = Role::kReader;
  };
  std::vector<Token> tokens;
  std::vector<Certificate> certificates;

  // Errors: INVALID_ARGUMENT with file:line:column.
  static absl::StatusOr<AccessList> Parse(absl::string_view text, absl::string_view file);
};

// Thread-safe.
class Access {
 public:
  // Everybody is an admin named "anonymous": for a loopback address only.
  static std::unique_ptr<Access> Open();
  static absl::StatusOr<std::unique_ptr<Access>> FromFile(const std::string& path);

  // Reads the file again; on an error the old list stays.
  absl::Status Reload();

  // `authorization` is the header's value, or empty; `common_names` are those of a verified client
  // certificate. Errors: UNAUTHENTICATED, the same whatever is wrong.
  [[nodiscard]] absl::StatusOr<Caller> Authenticate(
      absl::string_view authorization, const std::vector<std::string>& common_names) const;

  [[nodiscard]] bool open() const { return path_.empty(); }

  // Grows with every Reload that took a new list: who holds a stream open asks again then.
  [[nodiscard]] uint64_t generation() const { return generation_; }

 private:
  std::string path_;
  mutable std::mutex mutex_;
  std::shared_ptr<const AccessList> list_;
  std::atomic<uint64_t> generation_{0};
};

// A new random token, 43 characters, and the hash that stands for it in the file.
struct NewToken {
  std::string token;
  std::string sha256;  // hexadecimal
};
[[nodiscard]] NewToken MakeAccessToken();

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_ACCESS_H_
