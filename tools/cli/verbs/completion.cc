#include "tools/cli/completion.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/archive.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

class CompletionVerb final : public Verb {
 public:
  CompletionVerb()
      : Verb({.name = "completion",
              .summary = "A completion script for your shell",
              .group = VerbGroup::kProgram,
              .needs = Needs::kNothing,
              .formats = {Format::kTable},
              .examples = {{"completion bash", "to be read by .bashrc"},
                           {"completion fish", "for a file in .config/fish/completions"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("SHELL", shell_, "bash, zsh or fish")->required();
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const Catalog catalog, LoadBuiltinCatalog());
    std::map<std::string, std::vector<std::string>> words = {{"--fact=", {"yes", "no"}}};
    for (const Purpose& purpose : catalog.vocabulary.purposes) {
      words["--purpose"].push_back(purpose.id);
    }
    for (const Fact& fact : catalog.vocabulary.facts) {
      words["--fact"].push_back(absl::StrCat(fact.id, "="));
    }
    const std::string script = CompletionScript(run.parser, shell_, words);
    if (script.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("no completion for \"", EscapeForTerminal(shell_), "\": bash, zsh or fish"));
    }
    run.output.stream() << script;
    return kExitYes;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Verb> MakeCompletionVerb() { return std::make_unique<CompletionVerb>(); }

}  // namespace lineage
