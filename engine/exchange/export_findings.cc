#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/exchange/export.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// XML 1.0 text or attribute: markup is escaped; controls become visible.
std::string Xml(absl::string_view text) {
  std::string out;
  for (const char c : EscapeForTerminal(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

// A workflow command's message, or (`property`) one of its properties.
std::string Github(absl::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

const char* SarifLevel(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "note";
}

std::string ProofOf(const ReportItem& item) {
  std::vector<std::string> parts;
  if (!item.path.empty()) parts.push_back(absl::StrCat("through ", PathText(item.path)));
  if (!item.license.empty()) {
    parts.push_back(
        absl::StrCat("by ", item.license, item.section.empty() ? "" : ", section ", item.section));
  }
  return absl::StrJoin(parts, "; ");
}

}  // namespace

std::string PathText(absl::Span<const Hop> path) {
  return absl::StrJoin(path, ", ", [](std::string* out, const Hop& hop) {
    absl::StrAppend(out, Name(hop.relation), " ", hop.artifact);
  });
}

std::vector<ReportItem> ReportOf(absl::Span<const Finding> findings) {
  std::vector<ReportItem> items;
  for (const Finding& finding : findings) {
    items.push_back({std::string(Name(finding.id)), finding.severity, finding.artifact,
                     finding.message, finding.remedy, finding.path, finding.license,
                     finding.section});
  }
  return items;
}

Json SarifDocument(absl::Span<const ReportItem> items, const std::string& version) {
  std::map<std::string, std::size_t> rules;
  for (const ReportItem& item : items) rules.emplace(item.rule, 0);
  Json rule_list = Json::array();
  for (auto& [id, index] : rules) {
    index = rule_list.size();
    rule_list.push_back({{"id", id}, {"name", id}});
  }
  Json results = Json::array();
  for (const ReportItem& item : items) {
    const std::string proof = ProofOf(item);
    std::string text = item.message;
    if (!proof.empty()) absl::StrAppend(&text, " (", proof, ")");
    if (!item.remedy.empty()) absl::StrAppend(&text, " Remedy: ", item.remedy);
    Json path = Json::array();
    for (const Hop& hop : item.path) {
      path.push_back({{"relation", std::string(Name(hop.relation))}, {"artifact", hop.artifact}});
    }
    results.push_back(
        {{"ruleId", item.rule},
         {"ruleIndex", rules[item.rule]},
         {"level", SarifLevel(item.severity)},
         {"message", {{"text", text}}},
         {"locations",
          Json::array({{{"logicalLocations",
                         Json::array({{{"name", std::string(LastSegment(item.artifact))},
                                       {"fullyQualifiedName", item.artifact},
                                       {"kind", "resource"}}})}}})},
         {"partialFingerprints",
          {{"lineage/v1", absl::BytesToHexString(Sha256(absl::StrCat(
                              item.rule, "\n", item.artifact, "\n", PathText(item.path), "\n",
                              item.license, "\n", item.section)))}}},
         {"properties",
          {{"remedy", item.remedy},
           {"path", std::move(path)},
           {"license", item.license},
           {"section", item.section}}}});
  }
  return {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs",
       Json::array(
           {{{"tool",
              {{"driver",
                {{"name", "lineage-cli"}, {"version", version}, {"rules", std::move(rule_list)}}}}},
             {"results", std::move(results)}}})}};
}

std::string JUnitDocument(absl::Span<const ReportItem> items) {
  const auto failures = std::count_if(items.begin(), items.end(), [](const ReportItem& f) {
    return f.severity != Severity::kNote;
  });
  std::string xml = absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"lineage\" "
      "tests=\"",
      std::max<std::size_t>(items.size(), 1), "\" failures=\"", failures, "\">\n");
  for (const ReportItem& item : items) {
    absl::StrAppend(&xml, "    <testcase classname=\"", Xml(item.artifact), "\" name=\"",
                    Xml(item.rule), "\"");
    const std::string proof = ProofOf(item);
    const std::string body = Xml(absl::StrCat(item.message, proof.empty() ? "" : " (", proof,
                                              proof.empty() ? "" : ")", " Remedy: ", item.remedy));
    if (item.severity == Severity::kNote) {
      absl::StrAppend(&xml, ">\n      <system-out>", body, "</system-out>\n    </testcase>\n");
    } else {
      absl::StrAppend(&xml, ">\n      <failure type=\"", Name(item.severity), "\" message=\"",
                      Xml(item.message), "\">", body, "</failure>\n    </testcase>\n");
    }
  }
  if (items.empty()) {
    xml += "    <testcase classname=\"lineage\" name=\"no findings\"/>\n";
  }
  return xml + "  </testsuite>\n</testsuites>\n";
}

std::string GithubAnnotations(absl::Span<const ReportItem> items) {
  std::string text;
  for (const ReportItem& item : items) {
    const char* level = item.severity == Severity::kError     ? "error"
                        : item.severity == Severity::kWarning ? "warning"
                                                              : "notice";
    const std::string proof = ProofOf(item);
    absl::StrAppend(
        &text, "::", level,
        " title=", Github(EscapeForTerminal(absl::StrCat(item.rule, " ", item.artifact)), true),
        "::",
        Github(EscapeForTerminal(absl::StrCat(item.message, proof.empty() ? "" : " (", proof,
                                              proof.empty() ? "" : ")", " Remedy: ", item.remedy)),
               false),
        "\n");
  }
  return text;
}

}  // namespace lineage
