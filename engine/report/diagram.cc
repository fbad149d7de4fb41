#include "engine/report/diagram.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "engine/base/stop.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"

namespace lineage {
namespace {

// A DOT string. Backslashes are doubled, so that no escape sequence of Graphviz (\N, \G, \l) can
// come from data; ampersands are entities, so that no entity can ("&#27;" would be a control in the
// SVG).
std::string DotQuote(absl::string_view text) {
  std::string out = "\"";
  for (const char c : EscapeForTerminal(text)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
    if (c == '&') out += "amp;";
  }
  out.push_back('"');
  return out;
}

// Joins lines of a label; each is quoted by itself, "\n" is ours.
std::string DotLabel(std::initializer_list<absl::string_view> lines) {
  std::string label;
  for (const absl::string_view line : lines) {
    if (line.empty()) continue;
    const std::string quoted = DotQuote(line);
    absl::StrAppend(&label, label.empty() ? "" : "\\n",
                    absl::string_view(quoted).substr(1, quoted.size() - 2));
  }
  return absl::StrCat("\"", label, "\"");
}

absl::string_view ShapeOf(ArtifactKind kind) {
  switch (kind) {
    case ArtifactKind::kModel:
      return "folder";
    case ArtifactKind::kCheckpoint:
      return "box";
    case ArtifactKind::kDataset:
      return "cylinder";
    case ArtifactKind::kService:
      return "component";
    case ArtifactKind::kCode:
      return "note";
    case ArtifactKind::kUnresolved:
      return "box";
  }
  return "box";
}

constexpr absl::Duration kLongestDrawing = absl::Seconds(30);

struct VerdictStyle {
  absl::string_view fill;
  absl::string_view style;
  int peripheries;
};

VerdictStyle StyleOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPermitted:
      return {"#BFE6DA", "filled", 1};
    case Verdict::kConditional:
      return {"#F8EFA6", "filled", 1};
    case Verdict::kUndetermined:
      return {"#E3E3E3", "filled,dashed", 1};
    case Verdict::kProhibited:
      return {"#F2B98F", "filled", 2};
  }
  return {"#FFFFFF", "filled", 1};
}

absl::string_view EdgeStyleOf(Relation relation) {
  switch (ClassOf(relation)) {
    case RelationClass::kCopy:
    case RelationClass::kInside:
      return "bold";
    case RelationClass::kBeside:
    case RelationClass::kAdaptation:
    case RelationClass::kAdapter:
      return "solid";
    case RelationClass::kOutput:
    case RelationClass::kTraining:
      return "dashed";
    case RelationClass::kNone:
      return "dotted";
  }
  return "solid";
}

// "… 4,211 more".
std::string MoreText(std::size_t omitted) {
  std::string digits = absl::StrCat(omitted);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return absl::StrCat("… ", digits, " more (raise --max-nodes)");
}

// What a node's box is called; empty if it stands by itself.
std::map<std::string, std::vector<std::string>> GroupsOf(const GraphView& view, Grouping grouping) {
  std::map<std::string, std::vector<std::string>> groups;
  if (grouping == Grouping::kOrganization) {
    for (const GraphNode& node : view.nodes) {
      const absl::string_view organization = OrganizationOf(node.id);
      if (!organization.empty()) groups[std::string(organization)].push_back(node.id);
    }
  } else if (grouping == Grouping::kRelease) {
    std::map<std::string, std::string> line;
    for (const GraphEdge& edge : view.edges) {
      if (edge.relation != Relation::kCheckpointOf) continue;
      line.emplace(edge.child, edge.parent);
      line.emplace(edge.parent, edge.parent);
    }
    for (const auto& [node, group] : line) groups[group].push_back(node);
  }
  return groups;
}

std::string XmlText(absl::string_view text) {
  std::string out;
  for (const char c : EscapeForTerminal(text)) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

void AppendLegend(const GraphView& view, std::string* dot) {
  absl::StrAppend(
      dot, "  subgraph cluster_legend {\n    label=",
      DotLabel({absl::StrCat(Name(view.right), ", ", Name(view.stance), " stance, ",
                             view.as_of.ToString()),
                std::string(kDisclaimer)}),
      "; fontsize=10; color=\"#999999\";\n    node [shape=box, fontsize=9, height=0.2];\n");
  std::string previous;
  for (const Verdict verdict : EnumValues<Verdict>()) {
    const VerdictStyle style = StyleOf(verdict);
    const std::string id = absl::StrCat("legend_", Name(verdict));
    absl::StrAppendFormat(
        dot, "    %s [label=\"%s\", fillcolor=\"%s\", style=\"%s\", peripheries=%d];\n", id,
        std::string(Name(verdict)), std::string(style.fill), std::string(style.style),
        style.peripheries);
    if (!previous.empty()) absl::StrAppend(dot, "    ", previous, " -> ", id, " [style=invis];\n");
    previous = id;
  }
  absl::StrAppend(dot, "  }\n");
}

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> fds{};
    if (::pipe2(fds.data(), O_CLOEXEC) == 0) {
      read = fds[0];
      write = fds[1];
    }
  }
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void CloseRead() { Close(&read); }
  void CloseWrite() { Close(&write); }

 private:
  static void Close(int* fd) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
};

void Limit(pid_t process, int resource, rlim_t value) {
  const struct rlimit limit { value, value };
  ::prlimit(process, static_cast<__rlimit_resource>(resource), &limit, nullptr);
}

// Starts Graphviz between two pipes. 0: it could not be started at all. Spawned rather than forked:
// a daemon's memory would be copied page by page, and its threads hold locks.
pid_t StartGraphviz(absl::string_view format, const Pipe& to, const Pipe& from) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to.read, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from.write, STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string program = "dot";
  std::string option = absl::StrCat("-T", format);
  std::array<char*, 3> arguments = {program.data(), option.data(), nullptr};
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, "dot", &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return failed == 0 ? child : 0;
}

// Feeds `input` to the child and collects its output until it closes. False if it was stopped
// first.
bool Exchange(absl::string_view input, Pipe* to, Pipe* from, const Stop& stop,
              std::string* output) {
  constexpr int kLookEveryMillis = 50;
  ::fcntl(to->write, F_SETFL, O_NONBLOCK);
  std::array<char, 65536> buffer{};
  while (true) {
    if (stop.Requested()) return false;
    std::array<pollfd, 2> fds = {pollfd{from->read, POLLIN, 0}, pollfd{to->write, POLLOUT, 0}};
    const int ready = ::poll(fds.data(), to->write >= 0 ? 2 : 1, kLookEveryMillis);
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    if (to->write >= 0 && (fds[1].revents & (POLLOUT | POLLERR)) != 0) {
      const ssize_t n = ::write(to->write, input.data(), input.size());
      if (n > 0) input.remove_prefix(static_cast<std::size_t>(n));
      if (input.empty() || (n < 0 && errno != EAGAIN)) to->CloseWrite();
    }
    if ((fds[0].revents & (POLLIN | POLLHUP)) != 0) {
      const ssize_t n = ::read(from->read, buffer.data(), buffer.size());
      if (n <= 0) return true;
      output->append(buffer.data(), static_cast<std::size_t>(n));
    }
  }
}

}  // namespace

std::string ToDot(const GraphView& view, Grouping grouping) {
  std::string dot =
      "digraph lineage {\n  rankdir=BT;\n  node [fontname=\"Helvetica\", fontsize=11, "
      "margin=\"0.12,0.06\"];\n";
  absl::StrAppend(
      &dot, "  edge [fontname=\"Helvetica\", fontsize=9];\n  graph [fontname=\"Helvetica\"];\n");
  // Nodes are numbered, so that no id from data stands outside a quoted label.
  std::map<std::string, std::string> number;
  for (const GraphNode& node : view.nodes) {
    const std::string id = absl::StrCat("n", number.size());
    number[node.id] = id;
    const VerdictStyle style = StyleOf(node.verdict);
    const std::string kind = absl::StrCat("[", Name(node.kind), "] ", Name(node.verdict));
    absl::StrAppendFormat(
        &dot, "  %s [label=%s, shape=%s, style=\"%s\", fillcolor=\"%s\", peripheries=%d%s];\n", id,
        DotLabel({node.id, kind}), std::string(ShapeOf(node.kind)), std::string(style.style),
        std::string(style.fill), style.peripheries, node.id == view.focus ? ", penwidth=2.5" : "");
    // A licence node of its own for each artifact: one shared by many would pull them into one row.
    absl::StrAppendFormat(
        &dot, "  %s_license [label=%s, shape=plaintext, fontsize=10, fontcolor=\"#0B4F7D\"];\n", id,
        DotLabel({node.license}));
    // Within boxes Graphviz would pull the pair out of one of them.
    if (grouping == Grouping::kNone) {
      absl::StrAppendFormat(&dot, "  { rank=same; %s; %s_license; }\n", id, id);
    }
    absl::StrAppendFormat(
        &dot, "  %s -> %s_license [style=dotted, color=\"#0B4F7D\", arrowhead=none];\n", id, id);
  }
  std::size_t box = 0;
  for (const auto& [name, members] : GroupsOf(view, grouping)) {
    absl::StrAppendFormat(&dot,
                          "  subgraph cluster_%d {\n    label=%s; fontsize=10; style=rounded; "
                          "color=\"#666666\";\n   ",
                          box++, DotLabel({name}));
    for (const std::string& member : members) {
      absl::StrAppend(&dot, " ", number[member], "; ", number[member], "_license;");
    }
    absl::StrAppend(&dot, "\n  }\n");
  }
  for (const GraphEdge& edge : view.edges) {
    absl::StrAppendFormat(&dot, "  %s -> %s [label=\"%s\", style=%s];\n", number[edge.child],
                          number[edge.parent], std::string(Name(edge.relation)),
                          std::string(EdgeStyleOf(edge.relation)));
  }
  if (view.omitted > 0) {
    absl::StrAppendFormat(
        &dot, "  more [label=%s, shape=box, style=\"dashed\"];\n  %s -> more [style=dotted];\n",
        DotLabel({MoreText(view.omitted)}), number[view.focus]);
  }
  AppendLegend(view, &dot);
  absl::StrAppend(&dot, "}\n");
  return dot;
}

std::string ToMermaid(const GraphView& view, Grouping grouping) {
  // Mermaid reads HTML entities in labels; everything that it could take for syntax is written as
  // one.
  const auto quote = [](absl::string_view text) {
    std::string out = "\"";
    for (const char c : EscapeForTerminal(text)) {
      if (absl::string_view("\"'`<>&#;{}[]()|\\").find(c) != absl::string_view::npos) {
        absl::StrAppend(&out, "#", static_cast<int>(c), ";");
      } else {
        out.push_back(c);
      }
    }
    return out + "\"";
  };
  std::string text = "flowchart BT\n";
  std::map<std::string, std::string> number;
  for (const GraphNode& node : view.nodes) {
    const std::string id = absl::StrCat("n", number.size());
    number[node.id] = id;
    const std::string label =
        quote(absl::StrCat(node.id, " — ", node.license, " — ", Name(node.verdict)));
    const bool data = node.kind == ArtifactKind::kDataset;
    absl::StrAppend(&text, "  ", id, data ? "[(" : "[", label, data ? ")]" : "]",
                    ":::", Name(node.verdict), "\n");
  }
  std::size_t box = 0;
  for (const auto& [name, members] : GroupsOf(view, grouping)) {
    absl::StrAppend(&text, "  subgraph box", box++, "[", quote(name), "]\n");
    for (const std::string& member : members) {
      absl::StrAppend(&text, "    ", number[member], "\n");
    }
    absl::StrAppend(&text, "  end\n");
  }
  for (const GraphEdge& edge : view.edges) {
    const bool conveys = ClassOf(edge.relation) != RelationClass::kNone;
    absl::StrAppend(&text, "  ", number[edge.child], conveys ? " -->|" : " -.->|",
                    Name(edge.relation), "| ", number[edge.parent], "\n");
  }
  if (view.omitted > 0) {
    absl::StrAppend(&text, "  more[", quote(MoreText(view.omitted)), "]\n  ", number[view.focus],
                    " -.-> more\n");
  }
  for (const Verdict verdict : EnumValues<Verdict>()) {
    const VerdictStyle style = StyleOf(verdict);
    absl::StrAppend(&text, "  classDef ", Name(verdict), " fill:", style.fill,
                    ",stroke:#333,stroke-width:", style.peripheries == 2 ? "3px" : "1px",
                    verdict == Verdict::kUndetermined ? ",stroke-dasharray:4" : "",
                    ",color:#000\n");
  }
  return text;
}

std::string ToGraphMl(const GraphView& view) {
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml "
      "xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
  for (const char* key : {"id", "kind", "license", "license_class", "verdict"}) {
    absl::StrAppend(&xml, "  <key id=\"", key, "\" for=\"node\" attr.name=\"", key,
                    "\" attr.type=\"string\"/>\n");
  }
  absl::StrAppend(&xml,
                  "  <key id=\"relation\" for=\"edge\" attr.name=\"relation\" "
                  "attr.type=\"string\"/>\n  <key id=\"right\" for=\"graph\" attr.name=\"right\" "
                  "attr.type=\"string\"/>\n  <key id=\"omitted\" for=\"graph\" "
                  "attr.name=\"omitted\" attr.type=\"long\"/>\n  <graph id=\"lineage\" "
                  "edgedefault=\"directed\">\n    <data key=\"right\">",
                  Name(view.right), "</data>\n    <data key=\"omitted\">", view.omitted,
                  "</data>\n");
  std::map<std::string, std::string> number;
  for (const GraphNode& node : view.nodes) {
    const std::string id = absl::StrCat("n", number.size());
    number[node.id] = id;
    absl::StrAppend(&xml, "    <node id=\"", id, "\"><data key=\"id\">", XmlText(node.id),
                    "</data><data key=\"kind\">", Name(node.kind), "</data><data key=\"license\">",
                    XmlText(node.license), "</data><data key=\"license_class\">",
                    Name(node.license_class), "</data><data key=\"verdict\">", Name(node.verdict),
                    "</data></node>\n");
  }
  if (view.omitted > 0) {
    absl::StrAppend(&xml, "    <node id=\"more\"><data key=\"id\">",
                    XmlText(MoreText(view.omitted)), "</data></node>\n");
  }
  for (const GraphEdge& edge : view.edges) {
    absl::StrAppend(&xml, "    <edge source=\"", number[edge.child], "\" target=\"",
                    number[edge.parent], "\"><data key=\"relation\">", Name(edge.relation),
                    "</data></edge>\n");
  }
  return xml + "  </graph>\n</graphml>\n";
}

absl::StatusOr<std::string> RunGraphviz(absl::string_view dot, absl::string_view format) {
  Stop stop;
  stop.deadline = absl::Now() + kLongestDrawing;
  return RunGraphviz(dot, format, stop);
}

absl::StatusOr<std::string> RunGraphviz(absl::string_view dot, absl::string_view format,
                                        const Stop& stop) {
  Pipe to;
  Pipe from;
  if (to.write < 0 || from.write < 0)
    return absl::InternalError(absl::StrCat("pipe: ", std::strerror(errno)));
  ::signal(SIGPIPE, SIG_IGN);
  const absl::Status missing = absl::UnavailableError(
      "Graphviz (dot) is not installed: apt-get install graphviz, or take -o dot");
  const pid_t child = StartGraphviz(format, to, from);
  if (child == 0) return missing;
  Limit(child, RLIMIT_CPU, static_cast<rlim_t>(absl::ToInt64Seconds(kLongestDrawing)) + 1);
  Limit(child, RLIMIT_AS, rlim_t{2} << 30);
  to.CloseRead();
  from.CloseWrite();
  std::string output;
  const bool finished = Exchange(dot, &to, &from, stop, &output);
  if (!finished) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!finished) {
    return absl::DeadlineExceededError(
        "the drawing took too long: draw less (--up, --max-nodes) or take -o dot");
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) return missing;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return absl::InternalError("Graphviz failed; take -o dot and draw it elsewhere");
  }
  return output;
}

}  // namespace lineage
