#include "engine/exchange/claims_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/catalog/loader.h"

namespace lineage {

std::string FileDocument(const std::string& file) { return absl::StrCat("file:", file); }

absl::Status ImportClaimsFile(std::string text, const ImportContext& context, ImportSink* sink) {
  const Catalog& known = context.licenses->table().catalog();
  Catalog base;
  base.licenses = known.licenses;
  base.exceptions = known.exceptions;
  base.vocabulary = known.vocabulary;
  const std::size_t licenses = base.licenses.size();
  LoadOptions options;
  options.lenient = true;  // parents may be known to the store only
  options.known_id = context.known_id;
  CatalogLoader loader(std::move(base), options);
  loader.Add(context.file, std::move(text));
  Catalog catalog;
  std::vector<Diagnostic> problems;
  if (loader.Finish(&catalog, &problems) && catalog.licenses.size() != licenses) {
    problems.push_back({catalog.licenses[licenses].location,
                        "licences are not claims: keep them in a pack (--catalog)"});
  }
  if (!problems.empty()) {
    for (const Diagnostic& problem : problems) {
      sink->Note(
          Skipped(problem.where, absl::StrCat("skipped, with the whole file: ", problem.message)));
    }
    return absl::OkStatus();
  }
  for (Artifact& artifact : catalog.artifacts) {
    if (artifact.kind == ArtifactKind::kUnresolved) continue;
    ImportRecord record;
    record.artifact = std::move(artifact);
    RETURN_IF_ERROR(sink->Accept(std::move(record)));
  }
  ImportRecord all;
  all.claims = std::move(catalog.claims);
  all.documents.push_back(FileDocument(context.file));
  return sink->Accept(std::move(all));
}

}  // namespace lineage
