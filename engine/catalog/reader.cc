#include "engine/catalog/reader.h"

#include <algorithm>

namespace lineage {

bool NodeReader::CheckMap(const YamlNode& map, absl::string_view what,
                          std::initializer_list<const char*> allowed) {
  if (!map.IsMap()) {
    Problem(map, absl::StrCat("expected ", what, " as a map of keys and values"));
    return false;
  }
  const std::vector<std::string> names(allowed.begin(), allowed.end());
  for (const auto& [key, value] : map.entries) {
    if (std::find(names.begin(), names.end(), key.scalar) == names.end()) {
      Problem(key, absl::StrCat("unknown key \"", EscapeForTerminal(key.scalar), "\" in ", what,
                                DidYouMean(key.scalar, names)));
    }
  }
  return true;
}

std::string NodeReader::ReadString(const YamlNode& node, absl::string_view what) {
  if (!node.IsScalar()) {
    Problem(node, absl::StrCat("expected text for ", what));
    return "";
  }
  return node.scalar;
}

std::string NodeReader::ReadStringAt(const YamlNode& map, absl::string_view key, bool required) {
  const YamlNode* node = map.Find(key);
  if (node == nullptr || node->IsNull()) {
    if (required) Problem(node == nullptr ? map : *node, absl::StrCat("\"", key, "\" is missing"));
    return "";
  }
  return ReadString(*node, key);
}

bool NodeReader::ReadBoolAt(const YamlNode& map, absl::string_view key) {
  const YamlNode* node = map.Find(key);
  if (node == nullptr) return false;
  if (node->IsScalar() && (node->scalar == "true" || node->scalar == "false"))
    return node->scalar == "true";
  Problem(*node, absl::StrCat("expected true or false for \"", key, "\""));
  return false;
}

std::vector<std::string> NodeReader::ReadStrings(const YamlNode& node, absl::string_view what) {
  std::vector<std::string> strings;
  if (node.IsSequence()) {
    for (const YamlNode& item : node.items) strings.push_back(ReadString(item, what));
  } else {
    strings.push_back(ReadString(node, what));
  }
  return strings;
}

std::vector<std::string> NodeReader::ReadStringsAt(const YamlNode& map, absl::string_view key) {
  const YamlNode* node = map.Find(key);
  return node == nullptr ? std::vector<std::string>() : ReadStrings(*node, key);
}

std::optional<Date> NodeReader::ReadDateAt(const YamlNode& map, absl::string_view key) {
  const YamlNode* node = map.Find(key);
  if (node == nullptr) return std::nullopt;
  const absl::StatusOr<Date> date = Date::Parse(ReadString(*node, key));
  if (date.ok()) return *date;
  Problem(*node, date.status().message());
  return std::nullopt;
}

}  // namespace lineage
