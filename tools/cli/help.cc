#include "tools/cli/help.h"

#include <CLI/Formatter.hpp>
#include <sstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "tools/cli/output.h"
#include "tools/cli/terminal.h"

namespace lineage {
namespace {

constexpr std::size_t kNameWidth = 28;

// `text` wrapped to the terminal.
std::string Wrapped(const std::string& text) {
  std::ostringstream out;
  Output(out, Format::kTable, /*color=*/false, TerminalWidth()).Wrapped("", 0, 0, text);
  return out.str();
}

// A name, and what it is, in two columns; a name that is too long has a line of its own.
std::string Row(absl::string_view name, const std::string& text) {
  std::ostringstream out;
  Output output(out, Format::kTable, /*color=*/false, TerminalWidth());
  std::string lead = absl::StrCat("  ", name);
  if (lead.size() + 2 > kNameWidth) {
    output.Line(lead);
    lead.clear();
  }
  output.Wrapped(Pad(lead, kNameWidth), kNameWidth, kNameWidth, text);
  return out.str();
}

// "TEXT:{a,b}" has the type TEXT and the values a and b; "INT:INT in [1 - 20]" has only a type.
struct OptionType {
  std::string type;
  std::string values;
};

OptionType TypeOf(const CLI::Option& option) {
  const std::string full = option.get_type_name();
  const std::size_t colon = full.find(':');
  OptionType type{full.substr(0, colon), ""};
  if (type.type == "INT" || type.type == "UINT") type.type = "N";
  const std::size_t open = full.find('{');
  if (open != std::string::npos && full.back() == '}') {
    type.type = "WORD";
    type.values = absl::StrReplaceAll(full.substr(open + 1, full.size() - open - 2), {{",", ", "}});
  }
  return type;
}

class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() {
    label("SUBCOMMAND", "VERB");
    label("Positionals", "Operands");
  }

  // Verbs come before flags: there are more of these than fit on a screen.
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    const std::string text =
        absl::StrCat(Wrapped(app->get_description()), "\n", make_usage(app, std::move(name)),
                     make_positionals(app), make_subcommands(app, mode), make_groups(app, mode),
                     make_footer(app));
    return absl::StrReplaceAll(text, {{"\n\n\n", "\n\n"}});
  }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    std::string text = absl::StrCat("\n", group, ":\n");
    for (const CLI::Option* option : options) {
      absl::StrAppend(&text, make_option(option, is_positional));
    }
    return text;
  }

  std::string make_footer(const CLI::App* app) const override {
    if (app->get_footer().empty()) return "";
    std::string text = "\n";
    for (const absl::string_view line : absl::StrSplit(app->get_footer(), '\n')) {
      // What is indented is to be copied, or stands under it.
      const bool as_it_is = line.empty() || absl::StartsWith(line, "  ");
      absl::StrAppend(&text, as_it_is ? absl::StrCat(line, "\n") : Wrapped(std::string(line)));
    }
    return text;
  }

  std::string make_option_usage(const CLI::Option* option) const override {
    const std::string name =
        absl::StrCat(make_option_name(option, true), option->get_expected_max() > 1 ? "…" : "");
    return option->get_required() ? name : absl::StrCat("[", name, "]");
  }

  // A family with its verbs.
  std::string make_subcommand(const CLI::App* app) const override {
    const std::vector<const CLI::App*> verbs =
        app->get_subcommands([](const CLI::App*) { return true; });
    std::string text = app->get_description();
    if (!verbs.empty()) {
      const auto name = [](std::string* out, const CLI::App* verb) {
        out->append(verb->get_name());
      };
      absl::StrAppend(&text, ": ", absl::StrJoin(verbs, ", ", name));
    }
    return Row(app->get_name(), text);
  }

  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    const OptionType type = TypeOf(*option);
    std::string name = make_option_name(option, is_positional);
    std::string text = option->get_description();
    if (!type.values.empty()) absl::StrAppend(&text, ": ", type.values);
    if (!is_positional && option->get_type_size() != 0) {
      absl::StrAppend(&name, " ", type.type);
      const std::string value = option->get_default_str();
      if (!value.empty() && value != "[]") absl::StrAppend(&text, " [", value, "]");
      if (option->get_required()) absl::StrAppend(&text, " (required)");
    }
    if (!option->get_envname().empty()) absl::StrAppend(&text, " (", option->get_envname(), ")");
    return Row(name, text);
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> MakeHelpFormatter() {
  return std::make_shared<HelpFormatter>();
}

std::string FullName(const CLI::App& app) {
  return app.get_parent() == nullptr
             ? app.get_name()
             : absl::StrCat(FullName(*app.get_parent()), " ", app.get_name());
}

std::string HelpText(const CLI::App& app) {
  return app.get_formatter()->make_help(&app, FullName(app), CLI::AppFormatMode::Normal);
}

std::string ProgramFooter() {
  return "In brackets: what holds if nothing is said. In parentheses: the environment's name for "
         "it.\n"
         "Names: a hub id (mosaicml/mpt-7b-instruct), a package URL, an alias, or a unique last "
         "part "
         "(mpt-7b-instruct).\n"
         "Exit status: 0 yes, 1 failure, 2 no, 3 undetermined or conditional, 4 not found, 5 not "
         "authorised, 64 usage.\n"
         "Examples, and the flags of a verb: lineage-cli help VERB. Begin with: lineage-cli why "
         "mpt-7b-instruct\nNot legal advice.";
}

std::string VerbFooter(const VerbInfo& info) {
  std::string text = "Examples:\n";
  for (const Example& example : info.examples) {
    absl::StrAppend(&text, "  lineage-cli ", example.arguments, "\n      ", example.shows, "\n");
  }
  const auto name = [](std::string* out, Format format) { absl::StrAppend(out, Name(format)); };
  absl::StrAppend(&text, "\nPrints (-o): ", absl::StrJoin(info.formats, ", ", name), ".\n");
  if (info.needs >= Needs::kQuestion) {
    absl::StrAppend(&text, "Besides: the flags of a question",
                    info.needs == Needs::kHypothesis ? " with --with and --without" : "",
                    ", and those about you; see lineage-cli --help");
  } else {
    absl::StrAppend(&text, "Flags of every verb: see lineage-cli --help");
  }
  return text;
}

}  // namespace lineage
