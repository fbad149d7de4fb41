// Build step: compiles the catalogue's YAML into the archive that the binary embeds. Fails the
// build on any problem.
//
//   catalog_compiler OUTPUT SOURCE_ROOT PATH…
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/strip.h"
#include "engine/base/yaml.h"
#include "engine/catalog/archive.h"
#include "engine/catalog/loader.h"

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: catalog_compiler OUTPUT SOURCE_ROOT PATH...\n";
    return 64;
  }
  const std::vector<std::string> arguments(argv + 3, argv + argc);
  const absl::StatusOr<std::vector<std::string>> files = lineage::FindYamlFiles(arguments);
  if (!files.ok()) {
    std::cerr << files.status().message() << "\n";
    return 1;
  }
  lineage::CatalogLoader loader;
  const std::string root = std::string(argv[2]) + "/";
  std::vector<std::string> names;
  for (const std::string& path : *files) {
    absl::StatusOr<std::string> text = lineage::ReadFile(path);
    if (!text.ok()) {
      std::cerr << text.status().message() << "\n";
      return 1;
    }
    names.emplace_back(absl::StripPrefix(path, root));
    loader.Add(names.back(), *std::move(text));
  }
  lineage::Catalog catalog;
  std::vector<lineage::Diagnostic> problems;
  if (loader.Finish(&catalog, &problems)) problems = lineage::ReviewProblems(catalog, names);
  if (!problems.empty()) {
    for (const lineage::Diagnostic& problem : problems) std::cerr << problem.ToString() << "\n";
    return 1;
  }
  std::ofstream out(argv[1], std::ios::binary);
  out << lineage::SaveArchive(catalog);
  out.close();
  if (!out) {
    std::cerr << argv[1] << ": cannot be written\n";
    return 1;
  }
  return 0;
}
