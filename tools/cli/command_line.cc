#include "tools/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/base/text.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/verb_table.h"

namespace lineage {
namespace {

CLI::App* AddVerb(CLI::App* app, CommandLine* c, const std::string& name, const std::string& help) {
  CLI::App* verb = app->add_subcommand(name, help);
  verb->callback(
      [c, name] { c->verb = c->verb.empty() ? name : absl::StrCat(name, " ", c->verb); });
  return verb;
}

void AddOperand(CLI::App* verb, CommandLine* c, const std::string& name, const std::string& help,
                int least, int most) {
  verb->add_option(name, c->operands, help)->expected(least, most)->required(least > 0);
}

// Every option and verb that a mistyped word may have meant.
void CollectNames(const CLI::App& app, std::vector<std::string>* names) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names->push_back(absl::StrCat("--", name));
  }
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    names->push_back(verb->get_name());
    CollectNames(*verb, names);
  }
}

// Declares a verb of the table under its family.
void DeclareVerb(CLI::App* app, CommandLine* c, Verb* verb) {
  std::string name = verb->info().name;
  if (const std::size_t space = name.find(' '); space != std::string::npos) {
    app = app->get_subcommand(name.substr(0, space));
    name = name.substr(space + 1);
  }
  CLI::App* own = app->add_subcommand(name, verb->info().summary);
  if (verb->info().hidden) own->group("");
  if (verb->is_family()) {
    own->require_subcommand(1);
    return;
  }
  verb->Declare(own);
  own->callback([c, verb] { c->chosen = verb; });
}

}  // namespace

std::unique_ptr<CLI::App> MakeParser(CommandLine* c) {
  auto app = std::make_unique<CLI::App>(
      "What may a model be used for, and why: licences, traced through what it was made from.",
      "lineage-cli");
  app->require_subcommand(1);
  app->fallthrough();
  app->footer(
      "Names: a hub id (mosaicml/mpt-7b-instruct), a package URL, an alias, or a unique last part "
      "(mpt-7b-instruct).\nExit status: 0 yes, 1 failure, 2 no, 3 undetermined or conditional, 4 "
      "not found, "
      "5 not authorised, 64 usage.\nNot legal advice.");
  c->Declare(app.get());

  CLI::App* why = AddVerb(app.get(), c, "why",
                          "What an artifact may be used for, why, who disagrees, what to do");
  AddOperand(why, c, "ARTIFACT RIGHT", "An artifact, then the rights to explain (all)", 0, 11);
  why->add_flag("--not-examined", c->not_examined, "Tell what no answer speaks of");
  why->add_flag("--theories", c->theories,
                "Tell on which switches of the theory the verdicts turn");
  why->add_flag("-a,--all", c->all, "Show every term of each proof and every duty in full");
  CLI::App* check = AddVerb(app.get(), c, "check",
                            "One verdict for rights asked together, and whether it may be released "
                            "under its label; the exit status gates CI");
  AddOperand(check, c, "ARTIFACT", "An artifact; with --policy also folders and files to import", 1,
             1'000'000);
  check->add_option("--for", c->rights,
                    "Rights, separated by commas, such as commercial-use,redistribute");
  check->add_option("--policy", c->policy, "Hold the artifacts against this policy");
  check->add_flag("--headroom", c->headroom,
                  "Tell up to where it passes: users, revenue, royalties");
  check->add_flag("--strict", c->strict, "Warnings do not pass either");
  CLI::App* what_if = AddVerb(app.get(), c, "whatif",
                              "What would change if --with or --without held; nothing is written");
  AddOperand(what_if, c, "ARTIFACT RIGHT", "An artifact, then the rights to compare (all)", 1, 11);
  what_if->add_flag("-a,--all", c->all, "The whole answer as well");
  CLI::App* impact =
      AddVerb(app.get(), c, "impact",
              "Whose verdicts change if --with or --without held, or changed --since");
  AddOperand(impact, c, "RIGHT", "Rights to compare (all)", 0, 10);
  impact->add_option(
      "--since", c->since,
      "What was really written after this: a token (--server), or a revision's number");
  impact->add_option("--limit", c->limit, "List at most so many changes (all are counted)")
      ->check(CLI::Range(1, 20'000));
  CLI::App* diff = AddVerb(app.get(), c, "diff", "What differs between two answers");
  AddOperand(diff, c, "ARTIFACT", "Artifacts (all)", 0, 1000);
  const char* const sides = "Sides (A..B; an empty side is the question's own)";
  diff->add_option("--dates", c->dates, "Two days: 2023-05-28..2023-06-01")->group(sides);
  diff->add_option("--revisions", c->revisions, "Two revisions: 3..7")->group(sides);
  diff->add_option("--stances", c->stances, "Two stances: cautious..permissive")->group(sides);
  diff->add_option("--policies", c->claims_policies, "Two claims policies: ranked..strictest")
      ->group(sides);
  diff->add_option("--adapters", c->adapters, "An adapter: alone..with-base")->group(sides);
  diff->add_option("--for", c->rights, "Compare these rights (all)");
  CLI::App* search =
      AddVerb(app.get(), c, "search",
              "Artifacts that a filter fits: 'kind = model AND commercial-use = permitted'");
  AddOperand(search, c, "FILTER", "AIP-160; the words are joined (docs/search.md)", 0, 10'000);
  search->add_option("--for", c->rights, "Tell the verdicts of these rights (commercial-use)");
  search->add_option("--limit", c->limit, "At most so many hits")->check(CLI::Range(1, 1'000'000));
  CLI::App* repair =
      AddVerb(app.get(), c, "repair", "The fewest upstreams to replace so that a check passes");
  AddOperand(repair, c, "ARTIFACT", "An artifact", 1, 1);
  repair->add_option("--for", c->rights, "Rights that have to hold together")->required();
  repair->add_option("--accept", c->accept, "The verdict to reach")
      ->check(CLI::IsMember({"permitted", "conditional"}));
  repair->add_option("--cost", c->costs, "PATTERN=N: replacing what fits costs N instead of 1");
  repair->add_option("--limit", c->limit, "List at most so many sets")->check(CLI::Range(1, 1000));
  CLI::App* graph = AddVerb(app.get(), c, "graph",
                            "Draw the derivation (DOT; -o svg|png|pdf|mermaid|graphml|json)");
  AddOperand(graph, c, "ARTIFACT", "An artifact", 1, 1);
  graph->add_option("--up", c->up, "Levels upstream")->check(CLI::NonNegativeNumber);
  graph->add_option("--down", c->down, "Levels downstream")->check(CLI::NonNegativeNumber);
  graph->add_option("--max-nodes", c->max_nodes, "Draw at most so many artifacts")
      ->check(CLI::Range(1, 2000));
  graph->add_option("--for", c->rights, "Colour by this right (commercial-use)");
  graph->add_option("--group", c->group, "Draw a box around each organization, or release line")
      ->check(CLI::IsMember({"organization", "release"}));
  graph->add_option("--to", c->out_file, "Write to this file instead of standard output");
  c->verbs = MakeVerbs();
  for (const auto& verb : c->verbs) DeclareVerb(app.get(), c, verb.get());
  return app;
}

int ParseCommandLine(CLI::App* app, int argc, char** argv, bool* done) {
  *done = true;
  if (const absl::Status status = LoadConfiguration(); !status.ok()) {
    std::cerr << "lineage-cli: " << status.message() << "\n";
    return kExitUsage;
  }
  try {
    app->parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    app->exit(e, std::cout, std::cerr);
    return kExitYes;
  } catch (const CLI::ParseError& e) {
    std::cerr << "lineage-cli: " << EscapeForTerminal(e.what());
    std::vector<std::string> names;
    CollectNames(*app, &names);
    for (int i = 1; i < argc && dynamic_cast<const CLI::ExtrasError*>(&e) != nullptr; ++i) {
      const std::string word = argv[i];
      if (absl::StartsWith(word, "-") &&
          std::find(names.begin(), names.end(), word) == names.end()) {
        std::cerr << DidYouMean(word, names);
      }
    }
    if (dynamic_cast<const CLI::RequiredError*>(&e) != nullptr && argc > 1 && argv[1][0] != '-') {
      std::cerr << DidYouMean(argv[1], names);
    }
    std::cerr << "\nTry: lineage-cli --help\n";
    return kExitUsage;
  }
  *done = false;
  return kExitYes;
}

}  // namespace lineage
