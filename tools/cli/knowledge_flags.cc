#include "tools/cli/knowledge_flags.h"

#include "engine/store/paths.h"

namespace lineage {

void KnowledgeFlags::Declare(CLI::App* app) {
  const char* const group = "Where the knowledge is";
  app->add_option("--catalog", catalog_paths,
                  "Add a pack of licences and artifacts (file or folder)")
      ->group(group);
  app->add_option("--claims", claims_paths, "Add claims (file or folder)")->group(group);
  app->add_flag("--no-builtin", no_builtin, "Start without the built-in catalogue")->group(group);
  app->add_option("--store", store, "Use the store in this folder (~/.local/share/lineage)")
      ->group(group);
  app->add_option("--server", server, "Ask this server: host:port")->group(group);
  app->add_option("--token-file", token_file, "File with the access token for the server")
      ->group(group);
  app->add_option("--tls-ca", tls_ca, "PEM file: whom to trust; turns TLS on")->group(group);
  app->add_option("--tls-certificate", tls_certificate, "PEM file: this client's certificate")
      ->group(group);
  app->add_option("--tls-key", tls_key, "PEM file: its key")->group(group);
}

std::string StoreDirectory(const KnowledgeFlags& flags) {
  if (!flags.store.empty()) return flags.store;
  return flags.no_builtin ? "" : DefaultStoreDirectory();
}

}  // namespace lineage
