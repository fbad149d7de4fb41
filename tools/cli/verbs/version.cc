#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

class VersionVerb final : public Verb {
 public:
  VersionVerb()
      : Verb({.name = "version",
              .summary = "The version, and what the catalogue holds",
              .group = VerbGroup::kProgram,
              .needs = Needs::kAnswers,
              .formats = DocumentFormats(),
              .examples = {
                  {"version", "of this program, and of the server if --server names one"}}}) {}

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const Info info, run.answers->GetInfo());
    if (run.output.table()) {
      run.output.Line(absl::StrCat("lineage-cli ", LINEAGE_VERSION));
      if (info.version != LINEAGE_VERSION) run.output.Line(absl::StrCat("server: ", info.version));
      run.output.Line(absl::StrCat("catalogue: ", info.licenses, " licences, ", info.artifacts,
                                   " artifacts, ", info.claims, " claims, revision ",
                                   info.revision));
    } else {
      run.output.Document(Json{{"version", LINEAGE_VERSION},
                               {"licenses", info.licenses},
                               {"artifacts", info.artifacts},
                               {"claims", info.claims},
                               {"revision", info.revision}});
    }
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeVersionVerb() { return std::make_unique<VersionVerb>(); }

}  // namespace lineage
