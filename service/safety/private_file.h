// Files that hold or grant something, read only if others can neither read nor change them.
#ifndef LINEAGE_SERVICE_SAFETY_PRIVATE_FILE_H_
#define LINEAGE_SERVICE_SAFETY_PRIVATE_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace lineage {

// "Others" are all but the file's owner and its group.
enum class Privacy {
  kSecret,  // a key, a token: whoever reads it is who it stands for. Others may not read it.
  kGrants,  // who is let in: names and hashes. Others may read it, with a warning; not write it.
  kPublic,  // certificates. Others may read it, not write it.
};

struct PrivateFile {
  std::string text;
  std::string warning;  // empty: nothing to say
};

// Reads a regular file of at most `max_bytes`; links are followed, and the file that they lead to
// counts. Errors: NOT_FOUND, PERMISSION_DENIED (others can do what they may not: the message says
// which chmod ends it), INVALID_ARGUMENT (no regular file, too large, changed while it was read).
absl::StatusOr<PrivateFile> ReadPrivateFile(const std::string& path, Privacy privacy,
                                            std::size_t max_bytes = std::size_t{1} << 20);

// Keeps the memory of this process, tokens and keys among it, out of core dumps and from other
// processes of the same user. Does nothing in builds with a sanitizer, which look at themselves.
void KeepOutOfCoreDumps();

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SAFETY_PRIVATE_FILE_H_
