#include "tools/cli/help.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

class HelpVerb final : public Verb {
 public:
  HelpVerb()
      : Verb({.name = "help",
              .summary = "Help on a verb",
              .group = VerbGroup::kProgram,
              .needs = Needs::kNothing,
              .formats = {Format::kTable},
              .examples = {{"help", "all verbs, and the flags that hold for each"},
                           {"help license show", "one verb, with its flags and examples"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("VERB", words_, "A verb")->expected(0, 2);
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    const CLI::App* app = &run.parser;
    for (const std::string& word : words_) {
      const auto verbs = app->get_subcommands([](const CLI::App*) { return true; });
      const auto it = std::find_if(verbs.begin(), verbs.end(),
                                   [&](const CLI::App* verb) { return verb->get_name() == word; });
      if (it == verbs.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat("no verb \"", EscapeForTerminal(word), "\""));
      }
      app = *it;
    }
    run.output.stream() << HelpText(*app);
    return kExitYes;
  }

 private:
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Verb> MakeHelpVerb() { return std::make_unique<HelpVerb>(); }

}  // namespace lineage
