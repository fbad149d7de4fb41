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

std::string ProofOf(const Finding& finding) {
  std::vector<std::string> parts;
  if (!finding.path.empty()) parts.push_back(absl::StrCat("through ", PathText(finding.path)));
  if (!finding.license.empty()) {
    parts.push_back(absl::StrCat("by ", finding.license,
                                 finding.section.empty() ? "" : ", section ", finding.section));
  }
  return absl::StrJoin(parts, "; ");
}

}  // namespace

std::string PathText(absl::Span<const Hop> path) {
  return absl::StrJoin(path, ", ", [](std::string* out, const Hop& hop) {
    absl::StrAppend(out, Name(hop.relation), " ", hop.artifact);
  });
}

Json SarifDocument(absl::Span<const Finding> findings, const std::string& version) {
  std::map<FindingId, std::size_t> rules;
  for (const Finding& finding : findings) rules.emplace(finding.id, 0);
  Json rule_list = Json::array();
  for (auto& [id, index] : rules) {
    index = rule_list.size();
    rule_list.push_back({{"id", std::string(Name(id))}, {"name", std::string(Name(id))}});
  }
  Json results = Json::array();
  for (const Finding& finding : findings) {
    const std::string proof = ProofOf(finding);
    std::string text = finding.message;
    if (!proof.empty()) absl::StrAppend(&text, " (", proof, ")");
    if (!finding.remedy.empty()) absl::StrAppend(&text, " Remedy: ", finding.remedy);
    Json path = Json::array();
    for (const Hop& hop : finding.path) {
      path.push_back({{"relation", std::string(Name(hop.relation))}, {"artifact", hop.artifact}});
    }
    results.push_back(
        {{"ruleId", std::string(Name(finding.id))},
         {"ruleIndex", rules[finding.id]},
         {"level", SarifLevel(finding.severity)},
         {"message", {{"text", text}}},
         {"locations",
          Json::array({{{"logicalLocations",
                         Json::array({{{"name", std::string(LastSegment(finding.artifact))},
                                       {"fullyQualifiedName", finding.artifact},
                                       {"kind", "resource"}}})}}})},
         {"partialFingerprints",
          {{"lineage/v1",
            absl::BytesToHexString(Sha256(absl::StrCat(Name(finding.id), "\n", finding.artifact,
                                                       "\n", PathText(finding.path), "\n",
                                                       finding.license, "\n", finding.section)))}}},
         {"properties",
          {{"remedy", finding.remedy},
           {"path", std::move(path)},
           {"license", finding.license},
           {"section", finding.section}}}});
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

std::string JUnitDocument(absl::Span<const Finding> findings) {
  const auto failures = std::count_if(findings.begin(), findings.end(), [](const Finding& f) {
    return f.severity != Severity::kNote;
  });
  std::string xml = absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"lineage\" "
      "tests=\"",
      std::max<std::size_t>(findings.size(), 1), "\" failures=\"", failures, "\">\n");
  for (const Finding& finding : findings) {
    absl::StrAppend(&xml, "    <testcase classname=\"", Xml(finding.artifact), "\" name=\"",
                    Name(finding.id), "\"");
    const std::string proof = ProofOf(finding);
    const std::string body =
        Xml(absl::StrCat(finding.message, proof.empty() ? "" : " (", proof,
                         proof.empty() ? "" : ")", " Remedy: ", finding.remedy));
    if (finding.severity == Severity::kNote) {
      absl::StrAppend(&xml, ">\n      <system-out>", body, "</system-out>\n    </testcase>\n");
    } else {
      absl::StrAppend(&xml, ">\n      <failure type=\"", Name(finding.severity), "\" message=\"",
                      Xml(finding.message), "\">", body, "</failure>\n    </testcase>\n");
    }
  }
  if (findings.empty()) {
    xml += "    <testcase classname=\"lineage\" name=\"no findings\"/>\n";
  }
  return xml + "  </testsuite>\n</testsuites>\n";
}

std::string GithubAnnotations(absl::Span<const Finding> findings) {
  std::string text;
  for (const Finding& finding : findings) {
    const char* level = finding.severity == Severity::kError     ? "error"
                        : finding.severity == Severity::kWarning ? "warning"
                                                                 : "notice";
    const std::string proof = ProofOf(finding);
    absl::StrAppend(
        &text, "::", level,
        " title=", Github(absl::StrCat(Name(finding.id), " ", finding.artifact), true), "::",
        Github(
            EscapeForTerminal(absl::StrCat(finding.message, proof.empty() ? "" : " (", proof,
                                           proof.empty() ? "" : ")", " Remedy: ", finding.remedy)),
            false),
        "\n");
  }
  return text;
}

}  // namespace lineage
