// Reading typed values out of YAML nodes, collecting every problem instead of stopping at the
// first.
#ifndef LINEAGE_ENGINE_CATALOG_READER_H_
#define LINEAGE_ENGINE_CATALOG_READER_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/base/date.h"
#include "engine/base/text.h"
#include "engine/base/yaml.h"
#include "engine/catalog/loader.h"
#include "engine/model/names.h"

namespace lineage {

// One file's nodes and the list that its problems go to. Every Read… reports what is wrong and
// returns a default.
class NodeReader {
 public:
  NodeReader(std::string file, std::vector<Diagnostic>* problems)
      : file_(std::move(file)), problems_(problems) {}

  [[nodiscard]] Location At(const YamlNode& node) const { return {file_, node.line, node.column}; }
  void Problem(const YamlNode& node, absl::string_view message) {
    problems_->push_back({At(node), std::string(message)});
  }

  // Reports keys of `map` that are not in `allowed`. False if `map` is no map.
  bool CheckMap(const YamlNode& map, absl::string_view what,
                std::initializer_list<const char*> allowed);

  [[nodiscard]] std::string ReadString(const YamlNode& node, absl::string_view what);
  // The string at `key`; a missing key is a problem if `required`.
  [[nodiscard]] std::string ReadStringAt(const YamlNode& map, absl::string_view key, bool required);
  [[nodiscard]] bool ReadBoolAt(const YamlNode& map, absl::string_view key);
  // A scalar or a list of scalars, as a list.
  [[nodiscard]] std::vector<std::string> ReadStrings(const YamlNode& node, absl::string_view what);
  [[nodiscard]] std::vector<std::string> ReadStringsAt(const YamlNode& map, absl::string_view key);
  [[nodiscard]] std::optional<Date> ReadDateAt(const YamlNode& map, absl::string_view key);

  template <typename E>
  std::optional<E> ReadEnum(const YamlNode& node, absl::string_view what) {
    const std::string word = ReadString(node, what);
    const std::optional<E> value = FindByName<E>(word);
    if (!value && node.IsScalar()) {
      Problem(node, absl::StrCat("\"", word, "\" is no ", what, DidYouMean(word, AllNames<E>())));
    }
    return value;
  }
  template <typename E>
  std::optional<E> ReadEnumAt(const YamlNode& map, absl::string_view key, bool required) {
    const YamlNode* node = map.Find(key);
    if (node == nullptr) {
      if (required) Problem(map, absl::StrCat("\"", key, "\" is missing"));
      return std::nullopt;
    }
    return ReadEnum<E>(*node, key);
  }
  template <typename E>
  EnumSet<E> ReadEnumSet(const YamlNode& node, absl::string_view what) {
    EnumSet<E> set;
    const auto add = [&](const YamlNode& item) {
      if (const std::optional<E> value = ReadEnum<E>(item, what)) set.Add(*value);
    };
    if (node.IsSequence()) {
      for (const YamlNode& item : node.items) add(item);
    } else {
      add(node);
    }
    return set;
  }

 private:
  std::string file_;
  std::vector<Diagnostic>* problems_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_CATALOG_READER_H_
