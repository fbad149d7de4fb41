// Where the knowledge is: flags that hold for every verb.
#ifndef LINEAGE_TOOLS_CLI_KNOWLEDGE_FLAGS_H_
#define LINEAGE_TOOLS_CLI_KNOWLEDGE_FLAGS_H_

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace lineage {

struct KnowledgeFlags {
  std::vector<std::string> catalog_paths;
  std::vector<std::string> claims_paths;
  bool no_builtin = false;
  std::string store;
  std::string server;
  std::string token_file;
  std::string tls_ca;
  std::string tls_certificate;
  std::string tls_key;

  void Declare(CLI::App* app);
};

// The folder of the store that the flags mean; empty if there is none to be found.
[[nodiscard]] std::string StoreDirectory(const KnowledgeFlags& flags);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_KNOWLEDGE_FLAGS_H_
