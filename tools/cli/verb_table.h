// All verbs. The table is generated from the files in verbs/ (tools/cli/verb_table.cmake): the verb
// of `license_show.cc` is made by `MakeLicenseShowVerb()`, which that file defines.
#ifndef LINEAGE_TOOLS_CLI_VERB_TABLE_H_
#define LINEAGE_TOOLS_CLI_VERB_TABLE_H_

#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tools/cli/verb.h"

namespace lineage {

struct VerbFile {
  absl::string_view name;  // "license_show"
  std::unique_ptr<Verb> (*make)();
};

// In order of name.
[[nodiscard]] absl::Span<const VerbFile> VerbFiles();

// A verb of each file, as help lists them: by group, then by name, a family before its verbs.
[[nodiscard]] std::vector<std::unique_ptr<Verb>> MakeVerbs();

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_VERB_TABLE_H_
