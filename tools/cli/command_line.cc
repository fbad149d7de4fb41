#include "tools/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/text.h"
#include "tools/cli/exit_status.h"
#include "tools/cli/help.h"
#include "tools/cli/run_verb.h"
#include "tools/cli/verb_table.h"

namespace lineage {
namespace {

// Where the command line ended: the verb that was named, a family, or the program.
const CLI::App& Innermost(const CLI::App& app) {
  const std::vector<CLI::App*> named = app.get_subcommands();
  return named.empty() ? app : Innermost(*named.front());
}

std::vector<const CLI::App*> VerbsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

CLI::App* FamilyOf(CLI::App* parser, const std::string& name) {
  const std::vector<CLI::App*> found =
      parser->get_subcommands([&](CLI::App* app) { return app->get_name() == name; });
  // A family without a file is for a test to report, not for every run to end at.
  return found.empty() ? parser->add_subcommand(name) : found.front();
}

// Every flag that a mistyped one may have meant.
void CollectFlags(const CLI::App& app, std::vector<std::string>* names) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names->push_back(absl::StrCat("--", name));
  }
  for (const CLI::App* verb : VerbsOf(app)) CollectFlags(*verb, names);
}

// What is wrong, with what was meant as far as that can be guessed.
std::string MistakeText(const CLI::App& parser, const CLI::App& innermost,
                        const CLI::ParseError& error) {
  const std::vector<std::string> unexpected = parser.remaining(/*recurse=*/true);
  if (!VerbsOf(innermost).empty() && !unexpected.empty()) {  // a verb is missing
    const std::string& word = unexpected.front();
    std::vector<std::string> names;
    for (const CLI::App* verb : VerbsOf(innermost)) names.push_back(verb->get_name());
    if (!absl::StartsWith(word, "-")) {
      return absl::StrCat("no verb \"", word, "\"", DidYouMean(word, names));
    }
  }
  std::string text = error.what();
  std::vector<std::string> flags;
  CollectFlags(parser, &flags);
  for (const std::string& word : unexpected) {
    if (absl::StartsWith(word, "-") && std::count(flags.begin(), flags.end(), word) == 0) {
      absl::StrAppend(&text, DidYouMean(word, flags));
    }
  }
  return text;
}

}  // namespace

CommandLine::CommandLine()
    : verbs_(MakeVerbs()),
      parser_(
          "What may a model be used for, and why: licences, traced through what it was made from.",
          "lineage-cli") {
  parser_.require_subcommand(1);
  parser_.fallthrough();
  parser_.formatter(MakeHelpFormatter());
  parser_.option_defaults()->always_capture_default();
  parser_.footer(ProgramFooter());
  flags_.Declare(&parser_);
  for (const std::unique_ptr<Verb>& verb : verbs_) Declare(verb.get());
}

void CommandLine::Declare(Verb* verb) {
  const VerbInfo& info = verb->info();
  CLI::App* parent = &parser_;
  std::string word = info.name;
  if (const std::size_t space = word.find(' '); space != std::string::npos) {
    parent = FamilyOf(&parser_, word.substr(0, space));
    word = word.substr(space + 1);
  }
  CLI::App* app = parent->add_subcommand(word, info.summary);
  app->group(info.hidden ? "" : std::string(parent == &parser_ ? Name(info.group) : "Verbs"));
  if (verb->is_family()) {
    app->require_subcommand(1);
    app->footer("");
    return;
  }
  verb->Declare(app);
  app->footer(VerbFooter(info));
  app->callback([this, verb] { chosen_ = verb; });
}

std::optional<int> CommandLine::Parse(int argc, const char* const* argv, std::ostream& out,
                                      std::ostream& err) {
  if (const absl::Status status = LoadConfiguration(); !status.ok()) {
    err << "lineage-cli: " << status.message() << "\n";
    return kExitUsage;
  }
  try {
    parser_.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    out << HelpText(Innermost(parser_));
    return kExitYes;
  } catch (const CLI::ParseError& error) {
    const CLI::App& innermost = Innermost(parser_);
    const bool names_no_verb = !VerbsOf(innermost).empty();
    if (names_no_verb && parser_.remaining_size(/*recurse=*/true) == 0 &&
        dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
      out << HelpText(innermost);  // nothing is mistyped: there is only more to be said
      return kExitYes;
    }
    err << "lineage-cli: " << EscapeForTerminal(MistakeText(parser_, innermost, error))
        << "\nTry: " << FullName(innermost) << " --help\n";
    return kExitUsage;
  }
}

int CommandLine::Run(std::ostream& out, std::ostream& err) {
  return RunVerb(*chosen_, flags_, parser_, out, err);
}

}  // namespace lineage
