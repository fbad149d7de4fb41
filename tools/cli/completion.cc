#include "tools/cli/completion.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace lineage {
namespace {

std::vector<const CLI::App*> Verbs(const CLI::App& app) {
  std::vector<const CLI::App*> verbs;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!verb->get_group().empty()) verbs.push_back(verb);
  }
  return verbs;
}

std::string VerbNames(const CLI::App& app) {
  return absl::StrJoin(Verbs(app), " ", [](std::string* out, const CLI::App* verb) {
    out->append(verb->get_name());
  });
}

std::vector<std::string> Flags(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back(absl::StrCat("--", name));
  }
  return flags;
}

// Text in single quotes for a shell.
std::string Quoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

using Words = std::map<std::string, std::vector<std::string>>;

// What may stand after an option that takes words of the vocabulary.
std::string BashWords(const Words& words) {
  std::string script;
  for (const auto& [option, values] : words) {
    const absl::string_view name = absl::StripSuffix(option, "=");
    absl::StrAppend(&script, "  if [[ $", name == option ? "prev" : "after", " == ", name,
                    " ]]; then\n    COMPREPLY=($(compgen -W ", Quoted(absl::StrJoin(values, " ")),
                    " -- \"$cur\"))\n",
                    words.contains(absl::StrCat(option, "=")) ? "    compopt -o nospace\n" : "",
                    "    return\n  fi\n");
  }
  return script;
}

std::string Bash(const CLI::App& app, const Words& values) {
  // The shell splits words at '='.
  std::string script =
      "_lineage_cli() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} after= verb= word\n"
      "  if [[ $cur == = ]]; then\n    cur= after=${COMP_WORDS[COMP_CWORD-2]}\n"
      "  elif [[ $prev == = ]]; then\n    after=${COMP_WORDS[COMP_CWORD-3]}\n  fi\n";
  absl::StrAppend(&script, BashWords(values),
                  "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                  "    case $word in -*) ;; *) verb=$word; break ;; esac\n"
                  "  done\n"
                  "  case $verb in\n");
  for (const CLI::App* verb : Verbs(app)) {
    std::vector<std::string> words = Flags(*verb);
    for (const std::string& flag : Flags(app)) words.push_back(flag);
    for (const CLI::App* inner : Verbs(*verb)) words.push_back(inner->get_name());
    absl::StrAppend(&script, "    ", verb->get_name(), ") COMPREPLY=($(compgen -W ",
                    Quoted(absl::StrJoin(words, " ")), " -- \"$cur\")) ;;\n");
  }
  absl::StrAppend(
      &script, "    *) COMPREPLY=($(compgen -W ",
      Quoted(absl::StrCat(VerbNames(app), " ", absl::StrJoin(Flags(app), " "))),
      " -- \"$cur\")) ;;\n  esac\n}\ncomplete -o default -F _lineage_cli lineage-cli\n");
  return script;
}

std::string Zsh(const CLI::App& app, const Words& values) {
  // zsh runs bash completions through bashcompinit.
  return absl::StrCat("#compdef lineage-cli\nautoload -U +X bashcompinit && bashcompinit\n",
                      Bash(app, values));
}

std::string Fish(const CLI::App& app, const Words& values) {
  std::string script;
  for (const auto& [option, words] : values) {
    if (option.back() == '=') continue;
    std::vector<std::string> all;
    const auto after = values.find(absl::StrCat(option, "="));
    const std::vector<std::string> endings =
        after == values.end() ? std::vector<std::string>{""} : after->second;
    for (const std::string& word : words) {
      for (const std::string& ending : endings) all.push_back(absl::StrCat(word, ending));
    }
    absl::StrAppend(&script, "complete -c lineage-cli -l ", option.substr(2), " -x -a ",
                    Quoted(absl::StrJoin(all, " ")), "\n");
  }
  for (const CLI::App* verb : Verbs(app)) {
    absl::StrAppend(&script, "complete -c lineage-cli -n __fish_use_subcommand -f -a ",
                    verb->get_name(), " -d ", Quoted(verb->get_description()), "\n");
    for (const CLI::App* inner : Verbs(*verb)) {
      absl::StrAppend(&script, "complete -c lineage-cli -n '__fish_seen_subcommand_from ",
                      verb->get_name(), "' -f -a ", inner->get_name(), " -d ",
                      Quoted(inner->get_description()), "\n");
    }
    for (const std::string& flag : Flags(*verb)) {
      absl::StrAppend(&script, "complete -c lineage-cli -n '__fish_seen_subcommand_from ",
                      verb->get_name(), "' -l ", flag.substr(2), "\n");
    }
  }
  for (const std::string& flag : Flags(app))
    absl::StrAppend(&script, "complete -c lineage-cli -l ", flag.substr(2), "\n");
  return script;
}

// Troff: a leading dot or quote would be a request, a backslash an escape, a hyphen a minus in
// flags.
std::string Troff(const std::string& text) {
  std::string out = absl::StrReplaceAll(text, {{"\\", "\\e"}, {"-", "\\-"}});
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return absl::StrReplaceAll(out, {{"\n.", "\n\\&."}});
}

// Flags with their defaults.
void AppendOptions(const CLI::App& app, std::string* page) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty() && option->get_positional()) continue;
    const std::string value = option->get_type_size() == 0 ? "" : option->get_default_str();
    absl::StrAppend(
        page, ".TP\n\\fB", Troff(option->get_name()), "\\fR\n", Troff(option->get_description()),
        value.empty() || value == "[]" ? "" : absl::StrCat(" [", Troff(value), "]"), "\n");
  }
}

std::string OperandNames(const CLI::App& app) {
  std::string names;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty() && option->get_positional())
      absl::StrAppend(&names, " ", option->get_name(true));
  }
  return names;
}

// A verb, or the verbs of a family.
void AppendVerb(const CLI::App& verb, const std::string& family, std::string* page) {
  const std::string name = absl::StrCat(family, verb.get_name());
  const std::vector<const CLI::App*> verbs = Verbs(verb);
  for (const CLI::App* inner : verbs) AppendVerb(*inner, absl::StrCat(name, " "), page);
  if (!verbs.empty()) return;
  absl::StrAppend(page, ".SS ", Troff(name), Troff(OperandNames(verb)), "\n",
                  Troff(verb.get_description()), "\n");
  AppendOptions(verb, page);
  absl::StrAppend(page, ".PP\n.nf\n", Troff(verb.get_footer()), "\n.fi\n");
}

}  // namespace

std::string CompletionScript(const CLI::App& app, const std::string& shell, const Words& words) {
  if (shell == "bash") return Bash(app, words);
  if (shell == "zsh") return Zsh(app, words);
  if (shell == "fish") return Fish(app, words);
  return "";
}

std::string ManualPage(const CLI::App& app) {
  std::string page = absl::StrCat(
      ".TH LINEAGE\\-CLI 1\n.SH NAME\nlineage\\-cli \\- ", Troff(app.get_description()),
      "\n.SH SYNOPSIS\n.B lineage\\-cli\n[OPTIONS] VERB ...\n.SH VERBS\n");
  for (const CLI::App* verb : Verbs(app)) AppendVerb(*verb, "", &page);
  absl::StrAppend(&page, ".SH OPTIONS\n");
  AppendOptions(app, &page);
  absl::StrAppend(&page, ".SH NOTES\n", Troff(app.get_footer()), "\n");
  return page;
}

}  // namespace lineage
