// Where and how a command writes: format, colour, width, escaping.
#ifndef LINEAGE_TOOLS_CLI_OUTPUT_H_
#define LINEAGE_TOOLS_CLI_OUTPUT_H_

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/model/explanation.h"
#include "engine/model/names.h"

namespace lineage {

enum class Format : uint8_t {
  kTable,
  kJson,
  kNdjson,
  kYaml,
  kCsv,
  kDot,
  kSvg,
  kPng,
  kPdf,
  kMermaid,
  kGraphml,
  kCyclonedx,
  kSpdx,
  kSarif,
  kJunit,
  kGithub,
  kMarkdown
};

template <>
struct EnumNames<Format> {
  static constexpr std::array<const char*, 17> value = {
      "table",   "json",    "ndjson",    "yaml", "csv",   "dot",   "svg",    "png",     "pdf",
      "mermaid", "graphml", "cyclonedx", "spdx", "sarif", "junit", "github", "markdown"};
};

enum class Ink : uint8_t { kPlain, kBold, kDim, kGood, kMiddling, kOpen, kBad };

// Ink for a verdict: colour is an addition, never the only sign.
[[nodiscard]] Ink InkFor(Verdict verdict);
[[nodiscard]] Ink InkFor(Severity severity);

class Output {
 public:
  Output(std::ostream& out, Format format, bool color, std::size_t width)
      : out_(out), format_(format), color_(color), width_(width) {}

  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] bool table() const { return format_ == Format::kTable; }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::ostream& stream() { return out_; }

  // `text` in ink if colour is on.
  [[nodiscard]] std::string Paint(absl::string_view text, Ink ink) const;
  // A heading.
  void Heading(absl::string_view text);
  // `text`, made safe for a terminal and wrapped to the width; lines after the first begin with
  // `indent` spaces, the first one follows `lead`, which is written as it is and takes `lead_width`
  // columns.
  void Wrapped(absl::string_view lead, std::size_t lead_width, std::size_t indent,
               absl::string_view text);
  void Line(absl::string_view text = "");

  // Writes a document as json, ndjson, yaml or csv. ndjson and csv need an array (or take the array
  // at `list_key`).
  void Document(const nlohmann::ordered_json& document, absl::string_view list_key = "");

 private:
  std::ostream& out_;
  const Format format_;
  const bool color_;
  const std::size_t width_;
};

// The document as text: what shows nothing of itself is escaped, what is not UTF-8 replaced.
// `indent` below 0: on one line.
[[nodiscard]] std::string DumpJson(const nlohmann::ordered_json& document, int indent);

// `text` padded with spaces to `width` columns, counting code points.
[[nodiscard]] std::string Pad(absl::string_view text, std::size_t width);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_OUTPUT_H_
