#include "tools/cli/walk_verb.h"

#include <string>
#include <utility>
#include <vector>

#include "engine/base/status_macros.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/print/walk.h"

namespace lineage {
namespace {

class Walk final : public Verb {
 public:
  Walk(VerbInfo info, Direction direction) : Verb(std::move(info)), direction_(direction) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "An artifact")->required();
    app->add_option("--depth", depth_, "At most so many edges away")->check(CLI::NonNegativeNumber);
    app->add_option("--limit", limit_, "At most so many artifacts")->check(CLI::PositiveNumber);
    app->add_option("--relation", relations_, "Follow only these relations")
        ->delimiter(',')
        ->check(OneOf<Relation>());
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    TraversalOptions options;
    options.direction = direction_;
    options.max_depth = depth_;
    options.max_vertices = limit_;
    options.relations = ValuesOfWords<Relation>(relations_);
    ASSIGN_OR_RETURN(const WalkView view, run.answers->Walk(artifact_, run.question, options));
    PrintWalk(view, &run.output);
    return view.complete ? kExitYes : run.Gate(kExitOpen);
  }

 private:
  const Direction direction_;
  std::string artifact_;
  int depth_ = 1'000'000;
  std::size_t limit_ = 1000;
  std::vector<std::string> relations_;
};

}  // namespace

std::unique_ptr<Verb> WalkVerb(VerbInfo info, Direction direction) {
  return std::make_unique<Walk>(std::move(info), direction);
}

}  // namespace lineage
