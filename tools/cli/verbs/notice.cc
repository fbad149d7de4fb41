#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
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
#include "tools/cli/json.h"
#include "tools/cli/license_texts.h"
#include "tools/cli/print/text.h"
#include "tools/cli/verb.h"

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

struct Texts {
  std::vector<std::pair<std::string, std::string>> texts;  // by licence
  Json missing = Json::object();                           // licence: where its text stands
};

class NoticeVerb final : public Verb {
 public:
  NoticeVerb()
      : Verb({.name = "notice",
              .summary = "What shipping an artifact asks for (-o markdown)",
              .group = VerbGroup::kAsk,
              .needs = Needs::kHypothesis,
              .formats = {Format::kTable, Format::kJson, Format::kYaml, Format::kMarkdown},
              .examples = {{"notice dolly-v2-12b",
                            "credit, texts, names and policies, with who asks for each"},
                           {"notice dolly-v2-12b --as share --with-texts -o markdown",
                            "the same as a file to ship, with the licences' texts"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "An artifact")->required();
    app->add_option(
        "--texts", texts_folder_,
        "Append the licences' texts, first from this folder: files named by id, such as MIT.txt");
    app->add_flag("--with-texts", with_texts_,
                  "Append the licences' texts that are installed with this program");
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const Notice notice, run.answers->GetNotice(artifact_, run.question));
    const bool with_texts = with_texts_ || !texts_folder_.empty();
    Texts texts;
    if (with_texts) {
      ASSIGN_OR_RETURN(texts, ReadTexts(notice, run.answers));
    }
    // As `check` exits.
    const int status = run.Gate(
        ExitStatusFor(Stricter(notice.verdict.value_or(Verdict::kPermitted), notice.gate.verdict),
                      notice.complete));
    if (run.output.format() == Format::kJson || run.output.format() == Format::kYaml) {
      Json json = ToJson(notice);
      if (with_texts) {
        json["texts"] = Json::object();
        for (auto& [license, text] : texts.texts) {
          if (!texts.missing.contains(license)) json["texts"][license] = text;
        }
        json["missing_texts"] = texts.missing;
      }
      run.output.Document(json);
      return status;
    }
    const bool markdown = run.output.format() == Format::kMarkdown;
    run.output.stream() << NoticeText(notice, markdown);
    for (const auto& [license, text] : texts.texts)
      run.output.stream() << LicenseTextSection(license, text, markdown);
    return status;
  }

 private:
  // The texts of the licences that have to be included.
  absl::StatusOr<Texts> ReadTexts(const Notice& notice, Answers* answers) const {
    Texts texts;
    for (const NoticeGroup& group : notice.groups) {
      const bool include =
          std::any_of(group.duties.begin(), group.duties.end(),
                      [](const DutyView& duty) { return duty.kind == DutyKind::kIncludeLicense; });
      const bool known = std::any_of(texts.texts.begin(), texts.texts.end(),
                                     [&](const auto& text) { return text.first == group.license; });
      if (!include || known) continue;
      absl::StatusOr<std::string> text = LicenseTextOf(group.license, texts_folder_);
      if (absl::IsNotFound(text.status())) {
        const absl::StatusOr<License> license = answers->FindLicense(group.license);
        const std::string where = license.ok() ? WhereTextStands(*license) : "";
        texts.missing[group.license] = where;
        text = absl::StrCat("[", text.status().message(), where.empty() ? "" : ": ", where,
                            "; put it into a folder of yours as ", group.license,
                            ".txt and name that with --texts]");
      }
      RETURN_IF_ERROR(text.status());
      texts.texts.emplace_back(group.license, *std::move(text));
    }
    return texts;
  }

  std::string artifact_;
  std::string texts_folder_;
  bool with_texts_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeNoticeVerb() { return std::make_unique<NoticeVerb>(); }

}  // namespace lineage
