#include "tools/cli/completion.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

class ManVerb final : public Verb {
 public:
  ManVerb()
      : Verb({.name = "man",
              .summary = "The manual page, in troff",
              .group = VerbGroup::kProgram,
              .needs = Needs::kNothing,
              .formats = {Format::kTable},
              .examples = {{"man", "for a file in share/man/man1"}},
              .hidden = true}) {}

  absl::StatusOr<int> Run(Invocation& run) override {
    run.output.stream() << ManualPage(run.parser);
    return kExitYes;
  }
};

}  // namespace

std::unique_ptr<Verb> MakeManVerb() { return std::make_unique<ManVerb>(); }

}  // namespace lineage
