#include "tools/cli/output.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "engine/base/text.h"
#include "engine/base/unicode.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

std::size_t Columns(absl::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string Dump(const Json& value) { return DumpJson(value, -1); }

// What a terminal would obey is shown; only newlines and tabs stay what they are.
std::string EscapeLines(absl::string_view text) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n' && text[i] != '\t') continue;
    absl::StrAppend(&out, EscapeForTerminal(text.substr(from, i - from)), text.substr(i, 1));
    from = i + 1;
  }
  return absl::StrCat(out, EscapeForTerminal(text.substr(from)));
}

// A spreadsheet would take it for a formula, or (tab, newline) pass over its first character and
// then do so. The wide forms of the four are taken for them where Chinese or Japanese is set.
bool BeginsFormula(absl::string_view text) {
  if (text.empty()) return false;
  if (absl::StrContains("=+-@\t\n", text.substr(0, 1))) return true;
  return absl::StartsWith(text, "\uff1d") || absl::StartsWith(text, "\uff0b") ||
         absl::StartsWith(text, "\uff0d") || absl::StartsWith(text, "\uff20");
}

// A cell: quoted where needed; what would be a formula gets an apostrophe.
std::string CsvCell(const Json& value) {
  std::string text = value.is_string() ? EscapeLines(value.get<std::string>())
                     : value.is_null() ? ""
                                       : Dump(value);
  if (value.is_string() && BeginsFormula(text)) text.insert(0, "'");
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

void WriteCsv(const Json& list, std::ostream& out) {
  std::vector<std::string> columns;
  for (const Json& row : list) {
    for (const auto& [key, value] : row.items()) {
      if (std::find(columns.begin(), columns.end(), key) == columns.end()) columns.push_back(key);
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    out << (i == 0 ? "" : ",") << CsvCell(columns[i]);
  out << "\n";
  for (const Json& row : list) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      out << (i == 0 ? "" : ",") << (row.contains(columns[i]) ? CsvCell(row[columns[i]]) : "");
    }
    out << "\n";
  }
}

std::string YamlScalar(const Json& value) {
  return EscapeUnseen(value.dump(-1, ' ', false, Json::error_handler_t::replace), EscapesOf::kYaml);
}

// Keys that are words stand as they are, but for those that YAML takes for a value ("no").
std::string YamlKey(const std::string& key) {
  static constexpr std::array<absl::string_view, 9> kValues = {"y",   "n",    "yes",   "no",  "on",
                                                               "off", "true", "false", "null"};
  const auto letter = [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); };
  const bool word =
      !key.empty() && letter(key[0]) && std::all_of(key.begin(), key.end(), [&](char c) {
        return letter(c) || absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_' ||
               c == '-';
      });
  const bool value = std::any_of(kValues.begin(), kValues.end(), [&](absl::string_view one) {
    return absl::EqualsIgnoreCase(one, key);
  });
  return word && !value ? key : YamlScalar(key);
}

// Block YAML; scalars are written as JSON, which YAML can read.
void WriteYaml(const Json& value, std::size_t indent, std::ostream& out) {
  const std::string space(indent, ' ');
  const auto nested = [&](const Json& item) {
    if ((item.is_object() || item.is_array()) && !item.empty()) {
      out << "\n";
      WriteYaml(item, indent + 2, out);
    } else {
      out << " " << YamlScalar(item) << "\n";
    }
  };
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      out << space << YamlKey(key) << ":";
      nested(item);
    }
  } else if (value.is_array()) {
    for (const Json& item : value) {
      out << space << "-";
      nested(item);
    }
  } else {
    out << space << YamlScalar(value) << "\n";
  }
}

}  // namespace

std::string DumpJson(const nlohmann::ordered_json& document, int indent) {
  return EscapeUnseen(document.dump(indent, ' ', false, Json::error_handler_t::replace));
}

Ink InkFor(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPermitted:
      return Ink::kGood;
    case Verdict::kConditional:
      return Ink::kMiddling;
    case Verdict::kUndetermined:
      return Ink::kOpen;
    case Verdict::kProhibited:
      return Ink::kBad;
  }
  return Ink::kPlain;
}

Ink InkFor(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return Ink::kDim;
    case Severity::kWarning:
      return Ink::kMiddling;
    case Severity::kError:
      return Ink::kBad;
  }
  return Ink::kPlain;
}

std::string Pad(absl::string_view text, std::size_t width) {
  const std::size_t columns = Columns(text);
  return absl::StrCat(std::string(text), std::string(columns < width ? width - columns : 0, ' '));
}

std::string Output::Paint(absl::string_view text, Ink ink) const {
  static constexpr std::array<const char*, 7> kCodes = {"", "1", "2", "32", "33", "35", "31"};
  if (!color_ || ink == Ink::kPlain) return std::string(text);
  return absl::StrCat("\x1b[", kCodes[static_cast<std::size_t>(ink)], "m", std::string(text),
                      "\x1b[0m");
}

void Output::Heading(absl::string_view text) { out_ << "\n" << Paint(text, Ink::kBold) << "\n"; }

void Output::Line(absl::string_view text) { out_ << std::string(text) << "\n"; }

void Output::Wrapped(absl::string_view lead, std::size_t lead_width, std::size_t indent,
                     absl::string_view text) {
  std::string line(lead);
  std::size_t column = lead_width;
  bool empty = true;
  for (const absl::string_view raw : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::string word = EscapeForTerminal(raw);
    const std::size_t columns = Columns(word);
    if (!empty && column + 1 + columns > width_) {
      out_ << line << "\n";
      line = std::string(indent, ' ');
      column = indent;
      empty = true;
    }
    absl::StrAppend(&line, empty ? "" : " ", word);
    column += columns + (empty ? 0 : 1);
    empty = false;
  }
  out_ << line << "\n";
}

void Output::Document(const nlohmann::ordered_json& document, absl::string_view list_key) {
  const Json& list = list_key.empty() ? document : document.at(std::string(list_key));
  switch (format_) {
    case Format::kNdjson:
      for (const Json& item : list) out_ << Dump(item) << "\n";
      break;
    case Format::kYaml:
      WriteYaml(document, 0, out_);
      break;
    case Format::kCsv:
      WriteCsv(list, out_);
      break;
    default:
      out_ << DumpJson(document, 2) << "\n";
  }
}

}  // namespace lineage
