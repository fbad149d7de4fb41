#include "tools/cli/global_flags.h"

#include <cstdlib>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/settings.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/output.h"

namespace lineage {
namespace {

// Settings that the environment and the configuration file may hold.
const std::vector<std::string>& SettingNames() {
  static const auto* const kNames = new std::vector<std::string>{
      "stance", "theory", "claims-policy", "undeclared", "adapter", "color",           "catalog",
      "claims", "store",  "server",        "token-file", "tls-ca",  "tls-certificate", "tls-key"};
  return *kNames;
}

}  // namespace

void GlobalFlags::Declare(CLI::App* app) {
  app->add_option("-o,--output", format, "Format; help VERB lists what a verb prints")
      ->check(OneOf<Format>());
  app->add_option("--color", color, "Colour")->check(CLI::IsMember({"auto", "always", "never"}));
  app->add_flag("--no-fail", no_fail, "Exit with 0 whatever the verdict or findings");
  question.Declare(app);
  hypothesis.Declare(app);
  knowledge.Declare(app);
  for (const std::string& name : SettingNames()) {
    app->get_option(absl::StrCat("--", name))->envname(EnvironmentName("LINEAGE_", name));
  }
}

absl::Status LoadConfiguration() {
  std::string path;
  if (const char* set = std::getenv("LINEAGE_CONFIG"); set != nullptr) {
    path = set;
  } else if (const char* config = std::getenv("XDG_CONFIG_HOME");
             config != nullptr && *config != '\0') {
    path = absl::StrCat(config, "/lineage/config.yaml");
  } else if (const char* home = std::getenv("HOME"); home != nullptr) {
    path = absl::StrCat(home, "/.config/lineage/config.yaml");
  }
  if (path.empty()) return absl::OkStatus();
  const absl::Status status = LoadSettings(path, SettingNames(), "LINEAGE_");
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

}  // namespace lineage
