#include <string>
#include <vector>

#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

class CatalogLintVerb final : public Verb {
 public:
  CatalogLintVerb()
      : Verb(
            {.name = "catalog lint",
             .summary = "Check files of licences, artifacts and claims",
             .group = VerbGroup::kCatalogue,
             .needs = Needs::kNothing,
             .formats = {Format::kTable},
             .examples = {
                 {"catalog lint my/pack.yaml",
                  "file, line and column of each mistake, on top of the built-in catalogue"},
                 {"catalog lint --no-builtin engine/catalog", "a catalogue that stands alone"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("PATH", paths_, "Files or folders")->required()->expected(1, 1'000'000);
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::vector<Diagnostic> problems,
                     LintFiles(paths_, !run.flags.knowledge.no_builtin));
    for (const Diagnostic& problem : problems) {
      run.output.Line(EscapeForTerminal(problem.ToString()));
    }
    if (problems.empty()) {
      run.output.Line("no problems");
      return kExitYes;
    }
    run.err << "lineage-cli: " << problems.size() << " problems\n";
    return run.Gate(kExitNo);
  }

 private:
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Verb> MakeCatalogLintVerb() { return std::make_unique<CatalogLintVerb>(); }

}  // namespace lineage
