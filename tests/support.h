// Shared by the tests: catalogues out of YAML text, questions, and where the test data lies.
#ifndef LINEAGE_TESTS_SUPPORT_H_
#define LINEAGE_TESTS_SUPPORT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/catalog/loader.h"
#include "engine/engine.h"

namespace lineage::testing {

// Loads `yaml`; fails the test with the problems if there are any.
inline Catalog LoadOrFail(const std::string& yaml, bool lenient = true) {
  LoadOptions options;
  options.lenient = lenient;
  CatalogLoader loader({}, options);
  loader.Add("test.yaml", yaml);
  Catalog catalog;
  std::vector<Diagnostic> problems;
  if (!loader.Finish(&catalog, &problems)) ADD_FAILURE() << ToStatus(problems).message();
  return catalog;
}

// The problems of a strict load.
inline std::vector<std::string> ProblemsOf(const std::string& yaml) {
  CatalogLoader loader;
  loader.Add("test.yaml", yaml);
  Catalog catalog;
  std::vector<Diagnostic> problems;
  static_cast<void>(loader.Finish(&catalog, &problems));
  std::vector<std::string> texts;
  for (const Diagnostic& problem : problems) texts.push_back(problem.ToString());
  return texts;
}

inline std::unique_ptr<Engine> EngineOver(const std::string& yaml) {
  return Engine::FromCatalog(LoadOrFail(yaml));
}

inline Question QuestionOn(const std::string& day, Stance stance = Stance::kStandard) {
  Question question;
  question.key.as_of = *Date::Parse(day);
  question.query.stance = stance;
  return question;
}

// A licence in one line of YAML: all rights permitted, but for `changes`, which are further entries
// of `rights`.
inline std::string LicenseYaml(const std::string& id, const std::string& changes = "",
                               const std::string& more = "") {
  std::string rights;
  for (const std::string& right : AllNames<Right>()) {
    if ((" " + changes).find(" " + right + ":") != std::string::npos) continue;
    rights += right + ": {answer: permitted, section: '1', says: ok}, ";
  }
  return "  - {id: " + id + ", name: " + id + ", class: open-source, basis: text, rights: {" +
         rights + changes + "}" + more + "}\n";
}

inline std::string SourceYaml(const std::string& kind = "model-card",
                              const std::string& said = "2024-01-01") {
  return "source: {kind: " + kind + ", by: someone, said: " + said + ", document: a document}";
}

}  // namespace lineage::testing

#endif  // LINEAGE_TESTS_SUPPORT_H_
