#include "engine/exchange/document.h"

#include <simdjson.h>

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

constexpr std::size_t kDeepest = 64;

absl::StatusOr<YamlNode> Convert(const simdjson::dom::element& element, absl::string_view file) {
  YamlNode node;
  switch (element.type()) {
    case simdjson::dom::element_type::ARRAY: {
      node.kind = YamlNode::Kind::kSequence;
      for (const simdjson::dom::element item : simdjson::dom::array(element)) {
        ASSIGN_OR_RETURN(YamlNode converted, Convert(item, file));
        node.items.push_back(std::move(converted));
      }
      return node;
    }
    case simdjson::dom::element_type::OBJECT: {
      node.kind = YamlNode::Kind::kMap;
      absl::flat_hash_set<std::string> keys;
      for (const auto field : simdjson::dom::object(element)) {
        YamlEntry entry;
        entry.key.kind = YamlNode::Kind::kScalar;
        entry.key.scalar = std::string(field.key);
        if (!keys.insert(entry.key.scalar).second) {
          return absl::InvalidArgumentError(
              absl::StrCat(file, ": the key \"", EscapeForTerminal(entry.key.scalar.substr(0, 100)),
                           "\" stands twice in one object"));
        }
        ASSIGN_OR_RETURN(entry.value, Convert(field.value, file));
        node.entries.push_back(std::move(entry));
      }
      return node;
    }
    case simdjson::dom::element_type::STRING:
      node.kind = YamlNode::Kind::kScalar;
      node.quoted = true;
      node.scalar = std::string(std::string_view(element));
      return node;
    case simdjson::dom::element_type::NULL_VALUE:
      return node;
    default:
      node.kind = YamlNode::Kind::kScalar;
      node.scalar = simdjson::minify(element);
      return node;
  }
}

}  // namespace

absl::StatusOr<YamlNode> ParseJson(absl::string_view text, absl::string_view file) {
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  simdjson::dom::parser parser;
  if (parser.allocate(std::max<std::size_t>(text.size(), 64), kDeepest) != simdjson::SUCCESS) {
    return absl::ResourceExhaustedError("out of memory");
  }
  simdjson::dom::element element;
  if (const auto error = parser.parse(text.data(), text.size()).get(element);
      error != simdjson::SUCCESS) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": no valid JSON: ", simdjson::error_message(error)));
  }
  return Convert(element, file);
}

absl::StatusOr<std::string> ReadAll(std::istream& in, absl::string_view file) {
  std::string text;
  std::string chunk(1 << 16, '\0');
  while (in) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    text.append(chunk, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kLargestDocument) {
      return absl::InvalidArgumentError(
          absl::StrCat(file, ": a document of more than ", kLargestDocument >> 20, " MiB"));
    }
  }
  if (in.bad()) return absl::UnavailableError(absl::StrCat(file, ": cannot be read"));
  return text;
}

absl::string_view TextOf(const YamlNode* node) {
  return node != nullptr && node->IsScalar() ? absl::string_view(node->scalar)
                                             : absl::string_view();
}

absl::string_view TextAt(const YamlNode& map, absl::string_view key) {
  return TextOf(map.Find(key));
}

std::vector<const YamlNode*> ItemsAt(const YamlNode& map, absl::string_view key) {
  std::vector<const YamlNode*> items;
  const YamlNode* node = map.Find(key);
  if (node == nullptr || node->IsNull()) return items;
  if (!node->IsSequence()) return {node};
  for (const YamlNode& item : node->items) items.push_back(&item);
  return items;
}

std::vector<std::string> TextsAt(const YamlNode& map, absl::string_view key) {
  std::vector<std::string> texts;
  for (const YamlNode* item : ItemsAt(map, key)) {
    if (const absl::string_view text = TextOf(item); !text.empty()) texts.emplace_back(text);
  }
  return texts;
}

const YamlNode* NodeAt(const YamlNode& map, std::initializer_list<absl::string_view> path) {
  const YamlNode* node = &map;
  for (const absl::string_view key : path) {
    node = node->Find(key);
    if (node == nullptr) return nullptr;
  }
  return node;
}

Date DayOr(absl::string_view text, Date otherwise) {
  const absl::StatusOr<Date> date = Date::Parse(text.substr(0, 10));
  return date.ok() ? *date : otherwise;
}

}  // namespace lineage
