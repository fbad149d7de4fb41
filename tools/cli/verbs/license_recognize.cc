#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/input_file.h"
#include "engine/base/status_macros.h"
#include "engine/catalog/archive.h"
#include "engine/license/license_table.h"
#include "engine/license/license_text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kCandidatesShown = 5;

// The licence that it is, or the nearest one.
std::string MatchText(const std::vector<TextMatch>& matches, const LicenseTable& table) {
  if (matches.empty()) return "no licence of the catalogue";
  const std::string& nearest = table.Get(matches[0].license).id;
  if (matches[0].same) return nearest;
  return absl::StrFormat("no licence of the catalogue; nearest %s (%.2f), but %s", nearest,
                         matches[0].score, matches[0].difference);
}

Json Candidates(const std::vector<TextMatch>& matches, const LicenseTable& table) {
  Json candidates = Json::array();
  for (const TextMatch& match : matches) {
    if (candidates.size() == kCandidatesShown) break;
    Json candidate = {{"license", table.Get(match.license).id},
                      {"resemblance", match.score},
                      {"same", match.same}};
    if (!match.difference.empty()) candidate["difference"] = match.difference;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

class LicenseRecognizeVerb final : public Verb {
 public:
  LicenseRecognizeVerb()
      : Verb({.name = "license recognize",
              .summary = "Which licence a text is",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kAnswers,
              .formats = DocumentFormats(),
              .examples = {{"license recognize LICENSE",
                            "the licence, or the nearest one and how the text differs from it"}}}) {
  }

  void Declare(CLI::App* app) override {
    app->add_option("FILE", files_, "Files of text")->required()->expected(1, 1000);
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    // Texts are known to the catalogue of this program, whoever is asked.
    ASSIGN_OR_RETURN(Catalog catalog, LoadBuiltinCatalog());
    const LicenseTable table(std::make_shared<const Catalog>(std::move(catalog)));
    Json list = Json::array();
    bool all = true;
    for (const std::string& path : files_) {
      ASSIGN_OR_RETURN(const std::string text, ReadNamedFile(path));
      const std::vector<TextMatch> matches = RecognizeText(text, table);
      const bool found = !matches.empty() && matches[0].same;
      all = all && found;
      if (run.output.table()) {
        run.output.Wrapped("", 0, 4, absl::StrCat(path, ": ", MatchText(matches, table)));
      }
      list.push_back({{"file", path},
                      {"license", found ? Json(table.Get(matches[0].license).id) : Json()},
                      {"candidates", Candidates(matches, table)}});
    }
    if (!run.output.table()) run.output.Document(list);
    return all ? kExitYes : run.Gate(kExitOpen);
  }

 private:
  std::vector<std::string> files_;
};

}  // namespace

std::unique_ptr<Verb> MakeLicenseRecognizeVerb() {
  return std::make_unique<LicenseRecognizeVerb>();
}

}  // namespace lineage
