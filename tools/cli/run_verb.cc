#include "tools/cli/run_verb.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "tools/cli/terminal.h"

namespace lineage {
namespace {

absl::Status CheckFormat(const Verb& verb, Format format) {
  const std::vector<Format> formats = verb.formats();
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return absl::OkStatus();
  const auto name = [](std::string* out, Format one) { absl::StrAppend(out, Name(one)); };
  return absl::InvalidArgumentError(absl::StrCat("-o ", Name(format), " does not go with ",
                                                 verb.info().name, ": use ",
                                                 absl::StrJoin(formats, ", ", name)));
}

absl::StatusOr<std::unique_ptr<Answers>> OpenAnswers(const KnowledgeFlags& flags, bool writing) {
  if (flags.server.empty()) return OpenLocal(flags, writing);
  if (!flags.catalog_paths.empty() || !flags.claims_paths.empty() || flags.no_builtin) {
    return absl::InvalidArgumentError(
        "--catalog, --claims and --no-builtin are for local questions; a server has its own "
        "knowledge (write to it with claim import)");
  }
  if (!flags.store.empty()) {
    return absl::InvalidArgumentError("--store and --server exclude each other");
  }
  return OpenRemote(flags);
}

absl::StatusOr<int> Run(Verb& verb, Invocation& run) {
  RETURN_IF_ERROR(CheckFormat(verb, run.output.format()));
  const Needs needs = verb.needs();
  if (needs < Needs::kHypothesis && !run.flags.hypothesis.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--with and --without do not go with ", verb.info().name));
  }
  if (needs == Needs::kNothing || needs == Needs::kStoreFolder) return verb.Run(run);
  ASSIGN_OR_RETURN(const std::unique_ptr<Answers> answers,
                   OpenAnswers(run.flags.knowledge, needs == Needs::kWriting));
  run.answers = answers.get();
  ASSIGN_OR_RETURN(run.question, run.flags.question.Read());
  ASSIGN_OR_RETURN(
      run.question.hypothesis,
      HypothesisOf(run.flags.hypothesis, run.question.key.as_of, run.answers, run.err));
  return verb.Run(run);
}

}  // namespace

int RunVerb(Verb& verb, const GlobalFlags& flags, const CLI::App& parser, std::ostream& out,
            std::ostream& err) {
  const Format format = FindByName<Format>(flags.format).value_or(verb.info().formats.front());
  Output output(out, format, WantsColor(flags.color), TerminalWidth());
  Invocation run{flags, parser, output, err};
  const absl::StatusOr<int> status = Run(verb, run);
  out.flush();
  if (!status.ok()) {
    for (const absl::string_view line : absl::StrSplit(status.status().message(), '\n')) {
      err << "lineage-cli: " << EscapeForTerminal(line) << "\n";
    }
    return ExitStatusFor(status.status());
  }
  if (!out) {
    err << "lineage-cli: the output cannot be written (is the disk full?)\n";
    return kExitEngineFailed;
  }
  return *status;
}

}  // namespace lineage
