#include "engine/base/settings.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/base/yaml.h"

namespace lineage {

std::string EnvironmentName(absl::string_view prefix, absl::string_view setting) {
  return absl::StrCat(prefix, absl::AsciiStrToUpper(absl::StrReplaceAll(setting, {{"-", "_"}})));
}

absl::Status LoadSettings(const std::string& path, const std::vector<std::string>& known,
                          absl::string_view prefix) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, path));
  if (!root.IsMap() && !root.IsNull()) {
    return ErrorAt({path, root.line, root.column}, "expected a map of settings");
  }
  for (const auto& [key, value] : root.entries) {
    if (std::find(known.begin(), known.end(), key.scalar) == known.end()) {
      return ErrorAt({path, key.line, key.column},
                     absl::StrCat("unknown setting \"", EscapeForTerminal(key.scalar), "\"",
                                  DidYouMean(key.scalar, known)));
    }
    if (!value.IsScalar()) {
      return ErrorAt({path, value.line, value.column},
                     absl::StrCat("expected text for \"", key.scalar, "\""));
    }
    ::setenv(EnvironmentName(prefix, key.scalar).c_str(), value.scalar.c_str(), /*overwrite=*/0);
  }
  return absl::OkStatus();
}

}  // namespace lineage
