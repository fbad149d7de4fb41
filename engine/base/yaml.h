// A strict reader of YAML (and so of JSON): a tree in which every node knows where it stands.
//
// Refused, each with file:line:column: anchors, aliases and tags (they allow bombs and cycles),
// duplicate keys, keys that are not scalars, invalid UTF-8, NUL, byte order marks within, nesting
// beyond the limit, several documents.
#ifndef LINEAGE_ENGINE_BASE_YAML_H_
#define LINEAGE_ENGINE_BASE_YAML_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lineage {

// A place in a file; lines and columns count from 1, 0 means unknown.
struct Location {
  std::string file;
  int line = 0;
  int column = 0;

  // "file:line:column", as far as it is known.
  [[nodiscard]] std::string ToString() const;
};

// INVALID_ARGUMENT "file:line:column: message".
absl::Status ErrorAt(const Location& location, absl::string_view message);

struct YamlEntry;

// One node. Maps keep the order of the file. A value type.
class YamlNode {
 public:
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  int line = 0;
  int column = 0;
  bool quoted = false;             // a scalar that was written in quotes
  std::string scalar;              // kScalar
  std::vector<YamlNode> items;     // kSequence
  std::vector<YamlEntry> entries;  // kMap

  [[nodiscard]] bool IsNull() const { return kind == Kind::kNull; }
  [[nodiscard]] bool IsScalar() const { return kind == Kind::kScalar; }
  [[nodiscard]] bool IsSequence() const { return kind == Kind::kSequence; }
  [[nodiscard]] bool IsMap() const { return kind == Kind::kMap; }
  // The value of `key`, or null if this is no map or has no such key.
  [[nodiscard]] const YamlNode* Find(absl::string_view key) const;
};

// One key of a map, a scalar, and its value.
struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

struct YamlLimits {
  std::size_t max_bytes = 64u << 20;  // a larger document is refused
  int max_depth = 64;                 // deeper nesting is refused
};

// Parses one document. `file` is used in messages only. An empty document is a null node.
// Errors: INVALID_ARGUMENT with the place. Cost: linear in the text.
absl::StatusOr<YamlNode> ParseYaml(absl::string_view text, absl::string_view file,
                                   const YamlLimits& limits = {});

// Reads a regular file of at most `max_bytes`. Errors: NOT_FOUND, PERMISSION_DENIED,
// INVALID_ARGUMENT (a directory, FIFO or other special file; too large; changed while it was read).
absl::StatusOr<std::string> ReadFile(const std::string& path, std::size_t max_bytes = 64u << 20);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_BASE_YAML_H_
