#include "tools/cli/notice_command.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/base/yaml.h"
#include "engine/exchange/export.h"
#include "engine/model/not_examined.h"
#include "tools/cli/commands.h"
#include "tools/cli/json.h"
#include "tools/cli/license_texts.h"
#include "tools/cli/tables.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// Markdown that shows `text` as it is: no links, no markup, no HTML.
std::string Markdown(absl::string_view text) {
  std::string out;
  for (const char c : EscapeForTerminal(text)) {
    if (absl::string_view("\\`*_{}[]()<>#+-.!|~&").find(c) != absl::string_view::npos) {
      out.push_back('\\');
    }
    out.push_back(c);
  }
  return out;
}

// A fence that nothing within `text` ends: longer than any run of backticks.
std::string FenceFor(absl::string_view text) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

// A line of a licence's text: as it is, but for what a terminal would obey. Form feeds and carriage
// returns are how texts are set, and no part of them.
std::string TextLine(absl::string_view line) {
  std::vector<std::string> parts;
  for (const absl::string_view part : absl::StrSplit(line, '\t')) {
    parts.push_back(EscapeForTerminal(absl::StrReplaceAll(part, {{"\f", ""}, {"\r", ""}})));
  }
  return absl::StrJoin(parts, "\t");
}

// One thing to do, with everybody who asks for it.
struct Task {
  std::string what;
  std::vector<std::string> asked_by;
};

void AddTask(std::string what, std::string asked_by, std::vector<Task>* tasks) {
  const auto it = std::find_if(tasks->begin(), tasks->end(),
                               [&](const Task& task) { return task.what == what; });
  std::vector<std::string>& who =
      it != tasks->end() ? it->asked_by : tasks->emplace_back(Task{std::move(what), {}}).asked_by;
  if (std::find(who.begin(), who.end(), asked_by) == who.end()) who.push_back(std::move(asked_by));
}

std::string Section(absl::string_view section) {
  return section.empty() || section == "-" ? "" : absl::StrCat(" ", section);
}

// What a duty comes to, in a heading and a line.
absl::string_view HeadingOf(DutyKind kind) {
  switch (kind) {
    case DutyKind::kAttribution:
      return "Credit";
    case DutyKind::kIncludeLicense:
      return "Licence texts to include";
    case DutyKind::kStateChanges:
      return "Changes to state";
    case DutyKind::kShareAlike:
      return "Licence to release it under";
    case DutyKind::kPassOnRestrictions:
      return "Restrictions to pass on";
    case DutyKind::kDiscloseSource:
      return "Source to provide";
    case DutyKind::kNamePrefix:
      return "Name";
    case DutyKind::kDisplayNotice:
      return "Notices to display";
    case DutyKind::kNoEndorsement:
      return "Names and marks not to use";
    case DutyKind::kNotifyLicensor:
      return "Licensors to notify";
    case DutyKind::kPayRoyalty:
      return "Payments";
  }
  return "";
}

// When it is due, as far as the answer leaves it open.
std::string WhenText(const DutyView& duty) {
  std::vector<std::string> parts;
  if (!duty.due && !duty.on.empty()) {
    std::vector<std::string> triggers;
    for (const Trigger trigger : duty.on.Values()) triggers.emplace_back(Name(trigger));
    parts.push_back(absl::StrCat("on ", absl::StrJoin(triggers, ", ")));
  }
  if (std::string conditions = DutyConditions(duty); !conditions.empty()) {
    parts.push_back(std::move(conditions));
  }
  return parts.empty() ? "" : absl::StrCat(" (", absl::StrJoin(parts, "; "), ")");
}

std::string TaskText(const DutyView& duty, const NoticeGroup& group) {
  switch (duty.kind) {
    case DutyKind::kIncludeLicense:
      return absl::StrCat(group.license, group.license_name.empty() ? "" : ": ", group.license_name,
                          group.license_url.empty() ? "" : ", ", group.license_url);
    case DutyKind::kNamePrefix:
      return absl::StrCat("Begin its name with “", duty.value, "”.");
    case DutyKind::kDisplayNotice:
      return absl::StrCat("“", duty.value, "”");
    case DutyKind::kShareAlike:
      return absl::StrJoin(duty.satisfied_by, " or ");
    case DutyKind::kPassOnRestrictions:
      return absl::StrCat(group.license, Section(group.use_policy_section), ": ",
                          group.use_policy.empty()
                              ? absl::StrCat(duty.says, " Take its own words.")
                              : absl::StrCat("take its own words; in short: ",
                                             absl::StrJoin(group.use_policy, ", ")));
    default:
      return absl::StrCat(duty.value.empty() ? "" : absl::StrCat(duty.value, ": "), duty.says);
  }
}

// Of one kind, from all upstreams; either what is contested or what is not.
std::vector<Task> TasksOf(const Notice& notice, DutyKind kind, bool contested) {
  std::vector<Task> tasks;
  for (const NoticeGroup& group : notice.groups) {
    for (const DutyView& duty : group.duties) {
      if (duty.kind != kind || duty.contested != contested) continue;
      AddTask(absl::StrCat(contested ? absl::StrCat(HeadingOf(kind), ": ") : "",
                           TaskText(duty, group), WhenText(duty)),
              absl::StrCat(group.artifact, " (", group.license, Section(duty.section), ")"),
              &tasks);
    }
  }
  return tasks;
}

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

// Writes the notice as text or Markdown.
class NoticeWriter {
 public:
  NoticeWriter(const Notice& notice, Output* output)
      : notice_(notice), output_(*output), markdown_(output->format() == Format::kMarkdown) {}

  void Write() {
    const std::string title = absl::StrCat("Notices for ", notice_.artifact);
    Line(markdown_ ? absl::StrCat("# ", Escaped(title)) : Escaped(title));
    Line("");
    Line(Escaped(absl::StrCat(notice_.license.empty() ? "No licence is stated"
                                                      : absl::StrCat("Licence: ", notice_.license),
                              ". As of ", notice_.as_of.ToString(), ", ", Name(notice_.stance),
                              " stance. ", kDisclaimer)));
    if (!notice_.complete) {
      Line(Escaped("INCOMPLETE: the derivation was cut short; there may be more."));
    }
    WriteVerdict();
    if (notice_.groups.empty()) {
      Line("");
      Line(Escaped("No terms that are known ask for anything."));
    }
    for (const DutyKind kind : EnumValues<DutyKind>()) WriteTasks(kind);
    WriteContested();
    WritePaths();
    if (!notice_.unknown.empty()) Heading("Not known");
    for (const std::string& message : notice_.unknown) Item(message);
  }

  void WriteText(const std::string& license, const std::string& text) {
    Heading(absl::StrCat("Text of ", license));
    const std::string fence = FenceFor(text);
    if (markdown_) Line(absl::StrCat(fence, "text"));
    for (const absl::string_view line : absl::StrSplit(text, '\n')) Line(TextLine(line));
    if (markdown_) Line(fence);
  }

 private:
  [[nodiscard]] std::string Escaped(absl::string_view text) const {
    return markdown_ ? Markdown(text) : EscapeForTerminal(text);
  }
  void Line(const std::string& text) { output_.stream() << text << "\n"; }
  void Heading(absl::string_view text) {
    Line("");
    Line(markdown_ ? absl::StrCat("## ", Escaped(text)) : Escaped(text));
    if (markdown_) Line("");
  }
  void Item(absl::string_view text) { Line(absl::StrCat("- ", Escaped(text))); }

  // May it be used in this way, and released under its label?
  void WriteVerdict() {
    const Gate& gate = notice_.gate;
    if (!notice_.verdict && !HasGate(gate)) return;
    Line("");
    if (notice_.verdict) {
      std::vector<std::string> rights;
      for (const Right right : notice_.rights) rights.emplace_back(Name(right));
      Item(absl::StrCat("Verdict: ", Name(*notice_.verdict), ": ", absl::StrJoin(rights, ", ")));
    }
    constexpr std::size_t kReasonsShown = 3;
    std::size_t reasons = 0;
    for (const Because& because : notice_.because) {
      if (because.verdict != notice_.verdict || ++reasons > kReasonsShown) continue;
      Item(absl::StrCat(
          Name(because.right), ": ",
          because.license.empty()
              ? because.origin
              : absl::StrCat(ClauseText(because.license, because.section), " of ", because.origin),
          ": ", because.says));
    }
    if (reasons > kReasonsShown) {
      Item(absl::StrCat("and ", reasons - kReasonsShown, " more reasons (see: check)"));
    }
    if (HasGate(gate)) Item(absl::StrCat("Release: ", GateText(gate)));
    for (const Finding& finding : notice_.findings) {
      Item(absl::StrCat(Name(finding.id), ": ", finding.message));
    }
  }

  void WriteTasks(const std::vector<Task>& tasks) {
    for (const Task& task : tasks) {
      Item(absl::StrCat(task.what, " [", absl::StrJoin(task.asked_by, "; "), "]"));
    }
  }
  void WriteTasks(DutyKind kind) {
    const std::vector<Task> tasks = TasksOf(notice_, kind, /*contested=*/false);
    if (!tasks.empty()) Heading(HeadingOf(kind));
    WriteTasks(tasks);
  }
  void WriteContested() {
    bool begun = false;
    for (const DutyKind kind : EnumValues<DutyKind>()) {
      const std::vector<Task> tasks = TasksOf(notice_, kind, /*contested=*/true);
      if (!tasks.empty() && !begun) Heading(kContestedHeading);
      begun |= !tasks.empty();
      WriteTasks(tasks);
    }
  }

  void WritePaths() {
    bool any = false;
    for (const NoticeGroup& group : notice_.groups) {
      if (group.path.empty()) continue;
      if (!any) Heading("How it comes to these");
      any = true;
      Item(absl::StrCat(group.artifact, " (", group.license, "): ", PathText(group.path)));
    }
  }

  const Notice& notice_;
  Output& output_;
  const bool markdown_;
};

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
  NoticeWriter writer(notice, output);
  writer.Write();
  for (const auto& [license, text] : texts) writer.WriteText(license, text);
  return StatusOf(command, notice);
}

}  // namespace lineage
