#include <string>
#include <vector>

#include "engine/base/status_macros.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/print/walk.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

class PathVerb final : public Verb {
 public:
  PathVerb()
      : Verb({.name = "path",
              .summary = "How one artifact derives from another",
              .group = VerbGroup::kLookAround,
              .needs = Needs::kHypothesis,
              .formats = ListFormats(),
              .examples = {{"path mpt-7b-instruct databricks-dolly-15k",
                            "the shortest derivation, edge by edge"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("A", from_, "An artifact")->required();
    app->add_option("B", to_, "What it may have been made from")->required();
    app->add_option("--relation", relations_, "Follow only these relations")
        ->delimiter(',')
        ->check(OneOf<Relation>());
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const WalkView view, run.answers->Path(from_, to_, run.question,
                                                            ValuesOfWords<Relation>(relations_)));
    PrintWalk(view, &run.output);
    return view.steps.empty() ? run.Gate(kExitNo) : kExitYes;
  }

 private:
  std::string from_;
  std::string to_;
  std::vector<std::string> relations_;
};

}  // namespace

std::unique_ptr<Verb> MakePathVerb() { return std::make_unique<PathVerb>(); }

}  // namespace lineage
