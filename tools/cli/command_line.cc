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
#include "engine/exchange/import.h"
#include "engine/model/ai_act.h"
#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/openness.h"
#include "engine/model/verdict.h"
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

void AddRelations(CLI::App* verb, CommandLine* c) {
  verb->add_option("--relation", c->relations, "Follow only these relations")
      ->delimiter(',')
      ->check(OneOf<Relation>());
}

void AddWalk(CLI::App* verb, CommandLine* c) {
  AddOperand(verb, c, "ARTIFACT", "An artifact", 1, 1);
  verb->add_option("--depth", c->depth, "At most so many edges away")
      ->check(CLI::NonNegativeNumber);
  verb->add_option("--limit", c->limit, "At most so many artifacts")->check(CLI::PositiveNumber);
  AddRelations(verb, c);
}

void AddClaimVerbs(CLI::App* app, CommandLine* c) {
  CLI::App* claim = AddVerb(app, c, "claim", "Write and read claims");
  claim->require_subcommand(1);
  CLI::App* add = AddVerb(claim, c, "add", "Write one claim with its source");
  AddOperand(add, c, "ARTIFACT", "Whom the claim is about: a name, or a new id with --kind", 1, 1);
  const char* const statement = "Statement (exactly one)";
  add->add_option("--license", c->license, "Its licence: an SPDX expression")->group(statement);
  add->add_option("--license-as-found", c->license_as_found,
                  "What a source wrote that fits no licence")
      ->group(statement);
  add->add_option("--edge", c->edges, "RELATION=PARENT, such as finetuned_from=mosaicml/mpt-7b")
      ->group(statement);
  add->add_option("--licensor", c->licensor, "Who grants the licence")->group(statement);
  add->add_option("--alias", c->alias, "Another name")->group(statement);
  add->add_option("--remark", c->remark, "Anything else that a source says")->group(statement);
  add->add_option("--contents", c->contents,
                  "Of a data set: own, or others if they are not its collector's to license")
      ->check(CLI::IsMember({"own", "others"}))
      ->group(statement);
  add->add_option("--releases", c->releases, "Parts that are released: weights,code,data,docs")
      ->delimiter(',')
      ->check(OneOf<Component>())
      ->group(statement);
  add->add_option("--publishes", c->publishes,
                  "Parts that anybody can have, such as training-code; with --license, under that")
      ->delimiter(',')
      ->check(OneOf<ModelPart>())
      ->group(statement);
  add->add_option("--withholds", c->withholds, "Parts that nobody outside can have")
      ->delimiter(',')
      ->check(OneOf<ModelPart>())
      ->group(statement);
  add->add_option(
         "--states", c->states,
         "FACT=VALUE that a rule outside the licences turns on, such as training-flop=3.8e25")
      ->delimiter(',')
      ->group(statement);
  const char* const source = "Source";
  add->add_option("--source-kind", c->source_kind, "What kind of source says so")
      ->check(OneOf<SourceKind>())
      ->capture_default_str()
      ->group(source);
  add->add_option("--by", c->by, "Who says so")->required()->group(source);
  add->add_option("--said", c->said, "On what day: YYYY-MM-DD, YYYY-MM or YYYY (today)")
      ->group(source);
  add->add_option("--document", c->document, "Where: title or URL")->required()->group(source);
  add->add_option("--where", c->where, "Line or section")->group(source);
  add->add_option("--quote", c->quote, "A short quotation")->group(source);
  add->add_option("--kind", c->kind, "Describe a new artifact: model, checkpoint, dataset, …")
      ->check(OneOf<ArtifactKind>());
  add->add_option("--from", c->from, "First day on which it holds");
  add->add_option("--until", c->until, "First day on which it no longer holds");
  add->add_option("--made", c->made, "With --edge: the day of the derivation");
  add->add_flag("--denies", c->denies, "With --edge: the source says that there is no such edge");
  add->add_flag("--inferred", c->inferred, "Drawn, not stated");
  CLI::App* import = AddVerb(claim, c, "import", "Write the claims of YAML files, all or nothing");
  AddOperand(import, c, "PATH", "Files or folders", 1, 1'000'000);
  CLI::App* retract = AddVerb(claim, c, "retract", "Take claims back");
  AddOperand(retract, c, "NUMBER", "Numbers of claims (see: claim list)", 1, 10'000);
  retract->add_option("--reason", c->reason, "Why")->required();
  for (CLI::App* verb : {add, import, retract}) {
    verb->add_option("--request-id", c->request_id, "A name of yours, so that repeating is safe");
  }
  for (CLI::App* verb : {add, import}) verb->add_option("--note", c->note, "For people");
  CLI::App* list = AddVerb(claim, c, "list", "Claims with their numbers");
  AddOperand(list, c, "ARTIFACT", "Only about this artifact", 0, 1);
  list->add_flag("--retracted", c->retracted, "Retracted claims too");
  CLI::App* watch = AddVerb(app, c, "watch", "Follow what is written, as it is written");
  AddOperand(watch, c, "ARTIFACT", "Only what concerns these", 0, 1000);
  watch->add_option("--after", c->after,
                    "Start after this revision: a token (--server), or a number (a local store)");
  watch->add_flag("--verdicts", c->verdicts, "Tell the verdicts that changed");
  watch->add_option("--count", c->count, "Stop after so many revisions")
      ->check(CLI::PositiveNumber);
}

void AddStoreVerbs(CLI::App* app, CommandLine* c) {
  CLI::App* store = AddVerb(app, c, "store", "The store on this machine");
  store->require_subcommand(1);
  AddVerb(store, c, "verify", "Check the chain of hashes from the first write to the last");
  AddVerb(store, c, "stats", "Its size and state");
  AddVerb(store, c, "upgrade", "Make it, or bring it to this version and catalogue");
  AddOperand(AddVerb(store, c, "backup", "Copy it while it is in use"), c, "FILE", "A new file", 1,
             1);
  AddOperand(AddVerb(store, c, "restore", "Put a backup in its place"), c, "FILE", "A backup", 1,
             1);
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
  CLI::App* openness = AddVerb(app.get(), c, "openness",
                               "Whether a model is open, by which definition, and what is missing");
  AddOperand(openness, c, "ARTIFACT", "An artifact", 1, 1);
  openness
      ->add_option("--definition", c->definitions,
                   "Only by this definition, which then decides the exit status")
      ->delimiter(',')
      ->check(OneOf<OpennessDefinition>());
  CLI::App* ai_act = AddVerb(app.get(), c, "ai-act",
                             "Whose model it is under the EU AI Act, what is owed, since when");
  AddOperand(ai_act, c, "ARTIFACT", "A model", 1, 1);
  ai_act
      ->add_option("--actor", c->actor, "Its maker (default), or a user: who runs or integrates it")
      ->check(OneOf<AiActActor>());
  ai_act->add_flag("--readiness", c->readiness,
                   "Also what is known for the public summary of training content");
  CLI::App* search =
      AddVerb(app.get(), c, "search",
              "Artifacts that a filter fits: 'kind = model AND commercial-use = permitted'");
  AddOperand(search, c, "FILTER", "AIP-160; the words are joined (docs/search.md)", 0, 10'000);
  search->add_option("--for", c->rights, "Tell the verdicts of these rights (commercial-use)");
  search->add_option("--limit", c->limit, "At most so many hits")->check(CLI::Range(1, 1'000'000));
  AddOperand(AddVerb(app.get(), c, "suggest",
                     "Licences under which an artifact could be released without an error"),
             c, "ARTIFACT", "An artifact", 1, 1);
  CLI::App* repair =
      AddVerb(app.get(), c, "repair", "The fewest upstreams to replace so that a check passes");
  AddOperand(repair, c, "ARTIFACT", "An artifact", 1, 1);
  repair->add_option("--for", c->rights, "Rights that have to hold together")->required();
  repair->add_option("--accept", c->accept, "The verdict to reach")
      ->check(CLI::IsMember({"permitted", "conditional"}));
  repair->add_option("--cost", c->costs, "PATTERN=N: replacing what fits costs N instead of 1");
  repair->add_option("--limit", c->limit, "List at most so many sets")->check(CLI::Range(1, 1000));
  AddOperand(
      AddVerb(app.get(), c, "show", "An artifact: its parts, licences, neighbours and claims"), c,
      "ARTIFACT", "An artifact", 1, 1);
  AddWalk(AddVerb(app.get(), c, "upstream", "What an artifact was made from"), c);
  AddWalk(AddVerb(app.get(), c, "downstream", "What was made from an artifact"), c);
  CLI::App* path = AddVerb(app.get(), c, "path", "How one artifact derives from another");
  AddOperand(path, c, "A B", "Two artifacts", 2, 2);
  AddRelations(path, c);
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
  CLI::App* audit =
      AddVerb(app.get(), c, "audit", "Findings about the named artifacts, or about all");
  AddOperand(audit, c, "ARTIFACT", "Artifacts (all)", 0, 1'000'000);
  audit->add_option("--severity", c->severity, "Only findings at least this severe")
      ->check(OneOf<Severity>());

  CLI::App* exports =
      AddVerb(app.get(), c, "export", "Artifacts and claims as YAML, JSON, CSV, CycloneDX or SPDX");
  AddOperand(exports, c, "ARTIFACT", "Artifacts, with all that is upstream of them (everything)", 0,
             1'000'000);
  exports->add_option("--up", c->up, "Levels upstream")->check(CLI::NonNegativeNumber);
  exports->add_option("--down", c->down, "Levels downstream")->check(CLI::NonNegativeNumber);
  exports->add_option("--what", c->what, "For csv: edges, nodes or verdicts")
      ->check(CLI::IsMember({"edges", "nodes", "verdicts"}));
  CLI::App* notice =
      AddVerb(app.get(), c, "notice", "What shipping an artifact asks for (-o markdown)");
  AddOperand(notice, c, "ARTIFACT", "An artifact", 1, 1);
  notice->add_option(
      "--texts", c->texts,
      "Append the licences' texts, first from this folder: files named by id, such as MIT.txt");
  notice->add_flag("--with-texts", c->with_texts,
                   "Append the licences' texts that are installed with this program");

  CLI::App* policy = AddVerb(app.get(), c, "policy", "Policies: check the file, run its tests");
  policy->require_subcommand(1);
  AddOperand(AddVerb(policy, c, "lint", "Check policies for mistakes"), c, "FILE", "Policies", 1,
             1000);
  AddOperand(AddVerb(policy, c, "test", "Run the tests that stand in policies"), c, "FILE",
             "Policies", 1, 1000);

  CLI::App* import = AddVerb(app.get(), c, "import",
                             "Take hub dumps, model folders, SBOMs, recipes … into the store");
  AddOperand(import, c, "PATH", "Files or folders; - is standard input", 1, 1'000'000);
  import->add_option("--format", c->import_format, "What the files are (found out)")
      ->check(OneOf<ImportFormat>());
  import->add_option("--id", c->id, "The artifact, where the document does not name it");
  import->add_option("--column", c->columns,
                     "For tables: child=NAME, parent=NAME, license=NUMBER …");
  import->add_flag("-a,--all", c->all, "List everything that was skipped or kept as found");
  import->add_flag("--dry-run", c->dry_run, "Tell what would be written, and write nothing");
  import->add_flag("--strict", c->strict, "Stop at the first record that cannot be taken");
  AddClaimVerbs(app.get(), c);
  AddStoreVerbs(app.get(), c);
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
