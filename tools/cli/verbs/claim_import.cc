#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/base/yaml.h"
#include "engine/catalog/archive.h"
#include "engine/catalog/loader.h"
#include "tools/cli/verb.h"
#include "tools/cli/write_batch.h"

namespace lineage {
namespace {

class ClaimImportVerb final : public Verb {
 public:
  ClaimImportVerb()
      : Verb({.name = "claim import",
              .summary = "Write the claims of YAML files, all or nothing",
              .group = VerbGroup::kKeep,
              .needs = Needs::kWriting,
              .formats = DocumentFormats(),
              .examples = {{"claim import reviews/ --note \"counsel, October\"",
                            "claims in the catalogue's format, as one revision"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("PATH", paths_, "Files or folders")->required()->expected(1, 1'000'000);
    app->add_option("--request-id", request_id_, "A name of yours, so that repeating is safe");
    app->add_option("--note", note_, "For people");
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    Catalog base;
    ASSIGN_OR_RETURN(base, LoadBuiltinCatalog());
    const std::size_t licenses = base.licenses.size();
    base.artifacts.clear();
    base.claims.clear();
    ASSIGN_OR_RETURN(const std::vector<std::string> files, FindYamlFiles(paths_));
    LoadOptions options;
    options.lenient = true;  // parents may be known to the store only
    // So may ids that would not be taken today; who takes the batch knows.
    options.known_id = [](absl::string_view) { return true; };
    CatalogLoader loader(std::move(base), options);
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(std::string text, ReadFile(file));
      loader.Add(file, std::move(text));
    }
    Catalog catalog;
    std::vector<Diagnostic> problems;
    if (!loader.Finish(&catalog, &problems)) return ToStatus(problems);
    if (catalog.licenses.size() != licenses) {
      return ErrorAt(catalog.licenses[licenses].location,
                     "licences are not claims: keep them in a pack (--catalog)");
    }
    Batch batch;
    batch.request_id = request_id_;
    batch.note =
        note_.empty() ? EscapeForTerminal(absl::StrJoin(files, ", ").substr(0, 1000)) : note_;
    for (Artifact& artifact : catalog.artifacts) {
      if (artifact.kind != ArtifactKind::kUnresolved)
        batch.artifacts.push_back(std::move(artifact));
    }
    batch.claims = std::move(catalog.claims);
    return WriteBatch(batch, run);
  }

 private:
  std::vector<std::string> paths_;
  std::string request_id_;
  std::string note_;
};

}  // namespace

std::unique_ptr<Verb> MakeClaimImportVerb() { return std::make_unique<ClaimImportVerb>(); }

}  // namespace lineage
