// Reads the catalogue's YAML (docs/catalog-format.md) strictly.
#ifndef LINEAGE_ENGINE_CATALOG_LOADER_H_
#define LINEAGE_ENGINE_CATALOG_LOADER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/base/yaml.h"
#include "engine/model/catalog.h"

namespace lineage {

// One problem in a file, for people: what is wrong, where, what to do.
struct Diagnostic {
  Location where;
  std::string message;

  [[nodiscard]] std::string ToString() const;
};

struct LoadOptions {
  Revision revision = 1;  // recorded in the claims that are read
  // Accepts what a strict file may not hold: parents that nobody describes (they become
  // placeholders), licences that the catalogue does not know, and claims with a revision of their
  // own. For graphs that come from elsewhere.
  bool lenient = false;
  // Whether an artifact of this id is known already: its id is taken as it is. Nothing is known if
  // absent.
  std::function<bool(absl::string_view id)> known_id;
};

// Adds files to a catalogue: all or nothing. Not thread-safe.
//
//   CatalogLoader loader(builtin, options);
//   loader.Add("pack.yaml", text);
//   std::vector<Diagnostic> problems;
//   if (!loader.Finish(&catalog, &problems)) …
class CatalogLoader {
 public:
  // `base` is what the files may refer to; it is part of the result.
  explicit CatalogLoader(Catalog base = {}, LoadOptions options = {});
  ~CatalogLoader();
  CatalogLoader(const CatalogLoader&) = delete;
  CatalogLoader& operator=(const CatalogLoader&) = delete;

  // Remembers one file; it is read in Finish, so that files may refer to each other in any order.
  void Add(std::string file, std::string text);

  // True if there was no problem; then `catalog` is the base plus the files. Else `problems` has
  // all of them, in order of file and line, and `catalog` is untouched. Cost: linear in the text.
  [[nodiscard]] bool Finish(Catalog* catalog, std::vector<Diagnostic>* problems);

 private:
  Catalog base_;
  const LoadOptions options_;
  std::vector<std::pair<std::string, std::string>> files_;
};

// The YAML files named by `paths`: files as they are, folders searched for *.yaml and *.yml,
// sorted. Errors: NOT_FOUND, INVALID_ARGUMENT.
absl::StatusOr<std::vector<std::string>> FindYamlFiles(absl::Span<const std::string> paths);

// What a review of these licences lacks: a part that is said to be encoded from the text (`basis:
// text`) names no document with its SHA-256. Such files load; `catalog lint` and the built-in
// catalogue refuse them. Looks at the licences of these files.
std::vector<Diagnostic> ReviewProblems(const Catalog& catalog, absl::Span<const std::string> files);

// All problems in one Status (INVALID_ARGUMENT), one a line, at most `limit` of them and a count of
// the rest.
absl::Status ToStatus(absl::Span<const Diagnostic> problems, std::size_t limit = 50);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_CATALOG_LOADER_H_
