// Documents of a bounded size as trees, whatever their syntax.
#ifndef LINEAGE_ENGINE_EXCHANGE_DOCUMENT_H_
#define LINEAGE_ENGINE_EXCHANGE_DOCUMENT_H_

#include <initializer_list>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/date.h"
#include "engine/base/yaml.h"

namespace lineage {

// What is not read record by record may be this large.
inline constexpr std::size_t kLargestDocument = std::size_t{64} << 20;

// JSON as a tree without lines. Errors: INVALID_ARGUMENT (no JSON, deeper than 64, duplicate keys).
absl::StatusOr<YamlNode> ParseJson(absl::string_view text, absl::string_view file);

// The rest of a stream. Errors: INVALID_ARGUMENT if it is larger than kLargestDocument;
// UNAVAILABLE.
absl::StatusOr<std::string> ReadAll(std::istream& in, absl::string_view file);

// Reading without complaint: what is missing or of another shape is empty.
[[nodiscard]] absl::string_view TextOf(const YamlNode* node);
[[nodiscard]] absl::string_view TextAt(const YamlNode& map, absl::string_view key);
// A scalar, or the scalars of a list.
[[nodiscard]] std::vector<std::string> TextsAt(const YamlNode& map, absl::string_view key);
[[nodiscard]] const YamlNode* NodeAt(const YamlNode& map,
                                     std::initializer_list<absl::string_view> path);
// The items of the list at `key`, or the one thing that stands there instead; empty if nothing.
[[nodiscard]] std::vector<const YamlNode*> ItemsAt(const YamlNode& map, absl::string_view key);
// The day of "2022-02-07T09:14:52.000Z", or `otherwise`.
[[nodiscard]] Date DayOr(absl::string_view text, Date otherwise);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_DOCUMENT_H_
