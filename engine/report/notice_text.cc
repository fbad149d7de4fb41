#include "engine/report/notice_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "engine/base/text.h"
#include "engine/exchange/export.h"
#include "engine/model/not_examined.h"
#include "engine/report/texts.h"

namespace lineage {
namespace {

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
      return absl::StrCat(group.license, Section(duty.section), ": ",
                          "copy them from the text, word for word. ", duty.says);
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

// Writes the notice as text or Markdown.
class NoticeWriter {
 public:
  NoticeWriter(const Notice& notice, bool markdown) : notice_(notice), markdown_(markdown) {}

  std::string Write() {
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
    return std::move(out_);
  }

  std::string WriteText(const std::string& license, const std::string& text) {
    Heading(absl::StrCat("Text of ", license));
    const std::string fence = FenceFor(text);
    if (markdown_) Line(absl::StrCat(fence, "text"));
    for (const absl::string_view line : absl::StrSplit(text, '\n')) Line(TextLine(line));
    if (markdown_) Line(fence);
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string Escaped(absl::string_view text) const {
    return markdown_ ? Markdown(text) : EscapeForTerminal(text);
  }
  void Line(const std::string& text) { absl::StrAppend(&out_, text, "\n"); }
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
    if (HasGate(gate)) {
      Item(absl::StrCat("Release: ",
                        GateText(gate, notice_.verdict.value_or(Verdict::kPermitted))));
    }
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
  const bool markdown_;
  std::string out_;
};

}  // namespace

std::string NoticeText(const Notice& notice, bool markdown) {
  return NoticeWriter(notice, markdown).Write();
}

std::string LicenseTextSection(const std::string& license, const std::string& text, bool markdown) {
  return NoticeWriter(Notice(), markdown).WriteText(license, text);
}

}  // namespace lineage
