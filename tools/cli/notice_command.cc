#include "tools/cli/notice_command.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/base/yaml.h"
#include "engine/exchange/export.h"
#include "engine/model/not_examined.h"
#include "engine/report/notice_text.h"
#include "tools/cli/commands.h"
#include "tools/cli/json.h"
#include "tools/cli/license_texts.h"
#include "tools/cli/tables.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Notice& notice) {
  Json json = {{"version", kJsonVersion},
               {"artifact", notice.artifact},
               {"name", notice.name},
               {"license", notice.license.empty() ? Json() : Json(notice.license)},
               {"as_of", notice.as_of.ToString()},
               {"stance", std::string(Name(notice.stance))},
               {"complete", notice.complete},
               {"rights", Json::array()},
               {"verdict", notice.verdict ? Json(std::string(Name(*notice.verdict))) : Json()},
               {"because", Json::array()},
               {"gate", GateToJson(notice.gate, notice.findings)},
               {"groups", Json::array()},
               {"unknown", notice.unknown},
               {"disclaimer", std::string(kDisclaimer)}};
  for (const Right right : notice.rights) json["rights"].push_back(std::string(Name(right)));
  for (const Because& because : notice.because) {
    json["because"].push_back(lineage::ToJson(because));
  }
  for (const NoticeGroup& group : notice.groups) {
    Json duties = Json::array();
    for (const DutyView& duty : group.duties) duties.push_back(lineage::ToJson(duty));
    json["groups"].push_back({{"artifact", group.artifact},
                              {"component", std::string(Name(group.component))},
                              {"license", group.license},
                              {"license_name", group.license_name},
                              {"license_url", group.license_url},
                              {"path", PathText(group.path)},
                              {"use_policy", group.use_policy},
                              {"use_policy_section", group.use_policy_section},
                              {"duties", std::move(duties)}});
  }
  return json;
}

// As `check` exits.
int StatusOf(const CommandLine& command, const Notice& notice) {
  if (command.no_fail) return kExitYes;
  return ExitStatusFor(Stricter(notice.verdict.value_or(Verdict::kPermitted), notice.gate.verdict),
                       notice.complete);
}

}  // namespace

absl::StatusOr<int> RunNoticeCommand(const CommandLine& command, const Question& question,
                                     Answers* answers, Output* output) {
  ASSIGN_OR_RETURN(const Notice notice, answers->GetNotice(command.operands[0], question));
  const bool with_texts = command.with_texts || !command.texts.empty();
  std::vector<std::pair<std::string, std::string>> texts;
  Json missing = Json::object();  // licence: where its text stands
  if (with_texts) {
    for (const NoticeGroup& group : notice.groups) {
      const bool include =
          std::any_of(group.duties.begin(), group.duties.end(),
                      [](const DutyView& duty) { return duty.kind == DutyKind::kIncludeLicense; });
      const bool known = std::any_of(texts.begin(), texts.end(),
                                     [&](const auto& text) { return text.first == group.license; });
      if (!include || known) continue;
      absl::StatusOr<std::string> text = LicenseTextOf(group.license, command.texts);
      if (absl::IsNotFound(text.status())) {
        const absl::StatusOr<License> license = answers->FindLicense(group.license);
        const std::string where = license.ok() ? WhereTextStands(*license) : "";
        missing[group.license] = where;
        text = absl::StrCat("[", text.status().message(), where.empty() ? "" : ": ", where,
                            "; put it into a folder of yours as ", group.license,
                            ".txt and name that with --texts]");
      }
      RETURN_IF_ERROR(text.status());
      texts.emplace_back(group.license, *std::move(text));
    }
  }
  if (output->format() == Format::kJson || output->format() == Format::kYaml) {
    Json json = ToJson(notice);
    if (with_texts) {
      json["texts"] = Json::object();
      for (auto& [license, text] : texts) {
        if (!missing.contains(license)) json["texts"][license] = text;
      }
      json["missing_texts"] = missing;
    }
    output->Document(json);
    return StatusOf(command, notice);
  }
  const bool markdown = output->format() == Format::kMarkdown;
  output->stream() << NoticeText(notice, markdown);
  for (const auto& [license, text] : texts) {
    output->stream() << LicenseTextSection(license, text, markdown);
  }
  return StatusOf(command, notice);
}

}  // namespace lineage
