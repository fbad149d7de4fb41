#include "tools/cli/commands.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/input_file.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/engine.h"
#include "engine/model/not_examined.h"
#include "tools/cli/analysis_commands.h"
#include "tools/cli/answers.h"
#include "tools/cli/diagram.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/hypothesis_flags.h"
#include "tools/cli/json.h"
#include "tools/cli/policy_command.h"
#include "tools/cli/print/explanation.h"
#include "tools/cli/print/headroom.h"
#include "tools/cli/run_verb.h"
#include "tools/cli/tables.h"
#include "tools/cli/terminal.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

absl::StatusOr<RightSet> ParseRights(const std::vector<std::string>& words) {
  RightSet rights;
  for (const std::string& word : words) {
    if (word == "all") {
      rights = RightSet::All();
      continue;
    }
    const auto right = FindByName<Right>(word);
    if (!right) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", EscapeForTerminal(word), "\" is no right", DidYouMean(word, AllNames<Right>()),
          " All: ", absl::StrJoin(AllNames<Right>(), ", ")));
    }
    rights.Add(*right);
  }
  return rights;
}

void PrintNotExamined(Output* output) {
  if (!output->table()) {
    Json json = {{"version", kJsonVersion}, {"not_examined", Json::array()}};
    for (const NotExamined& one : kNotExamined) {
      json["not_examined"].push_back(
          {{"topic", std::string(one.topic)}, {"says", std::string(one.says)}});
    }
    output->Document(json);
    return;
  }
  output->Line("What no answer speaks of:");
  for (const NotExamined& one : kNotExamined) {
    output->Wrapped(absl::StrCat("  ", Pad(one.topic, 25)), 27, 29, one.says);
  }
}

// One run of one verb.
class Runner {
 public:
  Runner(const CommandLine& c, Output* output, std::ostream& err)
      : c_(c), output_(*output), err_(err) {}

  absl::StatusOr<int> Run() {
    RETURN_IF_ERROR(CheckFormat());
    if (c_.knowledge.server.empty()) {
      ASSIGN_OR_RETURN(answers_, OpenLocal(c_.knowledge, /*writing=*/false));
    } else if (!c_.knowledge.catalog_paths.empty() || !c_.knowledge.claims_paths.empty() ||
               c_.knowledge.no_builtin) {
      return absl::InvalidArgumentError(
          "--catalog, --claims and --no-builtin are for local questions; a server has its own "
          "knowledge (write to it with claim import)");
    } else if (!c_.knowledge.store.empty()) {
      return absl::InvalidArgumentError("--store and --server exclude each other");
    } else {
      ASSIGN_OR_RETURN(answers_, OpenRemote(c_.knowledge));
    }
    RETURN_IF_ERROR(ReadQuestion());
    if (c_.verb == "why") return Why();
    if (c_.verb == "check") {
      if (c_.policy.empty()) return Check();
      return RunPolicyCommand(c_, question_, answers_.get(), &output_, err_);
    }
    if (c_.verb == "graph") return Graph();
    if (c_.verb == "search") return Search();
    if (c_.verb == "whatif") {
      RETURN_IF_ERROR(TakeRights(1));
      return RunWhatIfCommand(c_, question_, answers_.get(), &output_);
    }
    if (c_.verb == "impact") {
      RETURN_IF_ERROR(TakeRights(0));
      return RunImpactCommand(c_, question_, answers_.get(), &output_);
    }
    if (c_.verb == "diff") {
      RETURN_IF_ERROR(TakeRightsAskedFor());
      return RunDiffCommand(c_, question_, answers_.get(), &output_);
    }
    if (c_.verb == "repair") {
      RETURN_IF_ERROR(TakeRightsAskedFor());
      return RunRepairCommand(c_, question_, answers_.get(), &output_);
    }
    return absl::InternalError(absl::StrCat("no such verb: ", c_.verb));
  }

 private:
  absl::Status ReadQuestion() {
    ASSIGN_OR_RETURN(question_, c_.question.Read());
    question_.query.theories = c_.theories;
    ASSIGN_OR_RETURN(question_.hypothesis,
                     HypothesisOf(c_.hypothesis, question_.key.as_of, answers_.get(), err_));
    return absl::OkStatus();
  }

  // The operands from `first` on are rights; all if there are none.
  absl::Status TakeRights(std::size_t first) {
    if (c_.operands.size() <= first) return absl::OkStatus();
    ASSIGN_OR_RETURN(
        question_.query.rights,
        ParseRights({c_.operands.begin() + static_cast<std::ptrdiff_t>(first), c_.operands.end()}));
    return absl::OkStatus();
  }

  // --for, if it was given.
  absl::Status TakeRightsAskedFor() {
    if (c_.rights.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(question_.query.rights,
                     ParseRights(absl::StrSplit(c_.rights, ',', absl::SkipWhitespace())));
    if (question_.query.rights.empty()) return absl::InvalidArgumentError("--for names no right");
    return absl::OkStatus();
  }

  absl::Status CheckFormat() const {
    const Format format = output_.format();
    const bool lists = c_.verb == "search" || c_.verb == "impact" || c_.verb == "diff";
    using F = Format;
    std::vector<F> fits = {F::kTable, F::kJson, F::kYaml};
    if (lists) fits.insert(fits.end(), {F::kNdjson, F::kCsv});
    if (c_.verb == "check" && !c_.policy.empty())
      fits.insert(fits.end(), {F::kSarif, F::kJunit, F::kGithub});
    if (c_.verb == "graph") {
      fits = {F::kDot, F::kSvg, F::kPng, F::kPdf, F::kMermaid, F::kGraphml, F::kJson};
    }
    if (std::find(fits.begin(), fits.end(), format) != fits.end()) return absl::OkStatus();
    std::vector<std::string> names;
    for (const F one : fits) names.emplace_back(Name(one));
    return absl::InvalidArgumentError(absl::StrCat("-o ", Name(format), " does not go with ",
                                                   c_.verb, ": use ", absl::StrJoin(names, ", ")));
  }

  absl::StatusOr<int> Why() {
    if (c_.not_examined) {
      PrintNotExamined(&output_);
      return kExitYes;
    }
    if (c_.operands.empty()) return absl::InvalidArgumentError("why of which artifact?");
    RETURN_IF_ERROR(TakeRights(1));
    ASSIGN_OR_RETURN(const Explanation explanation, answers_->Explain(c_.operands[0], question_));
    if (output_.table()) {
      PrintWhy(explanation, question_.query.context, c_.all, &output_);
    } else {
      output_.Document(ToJson(explanation));
    }
    return kExitYes;
  }

  absl::StatusOr<int> Check() {
    if (c_.rights.empty()) {
      return absl::InvalidArgumentError("check needs --for RIGHTS, or --policy FILE");
    }
    if (c_.operands.size() != 1) {
      return absl::InvalidArgumentError("check --for takes one artifact; --policy takes many");
    }
    RETURN_IF_ERROR(TakeRightsAskedFor());
    ASSIGN_OR_RETURN(const Explanation explanation, answers_->Explain(c_.operands[0], question_));
    std::vector<Headroom> headrooms;
    if (c_.headroom) {
      ASSIGN_OR_RETURN(headrooms, answers_->GetHeadroom(c_.operands[0], question_));
    }
    const Context& context = question_.query.context;
    if (output_.table()) {
      PrintCheck(explanation, context, c_.headroom ? &headrooms : nullptr, &output_);
    } else {
      Json json = CheckToJson(explanation, context);
      if (c_.headroom) json["headroom"] = ToJson(headrooms);
      output_.Document(json);
    }
    const bool warned =
        std::any_of(explanation.findings.begin(), explanation.findings.end(),
                    [](const Finding& finding) { return finding.severity >= Severity::kWarning; });
    const int status =
        ExitStatusFor(Stricter(explanation.joint, explanation.gate.verdict), explanation.complete);
    return Gate(status == kExitYes && c_.strict && warned ? kExitOpen : status);
  }

  absl::StatusOr<int> Search() {
    question_.query.rights = {Right::kCommercialUse};
    RETURN_IF_ERROR(TakeRightsAskedFor());
    bool more = false;
    ASSIGN_OR_RETURN(const std::vector<SearchHit> hits,
                     answers_->Search(absl::StrJoin(c_.operands, " "), question_,
                                      static_cast<std::size_t>(c_.limit), &more));
    if (output_.table()) {
      PrintHits(hits, question_.query.rights, &output_);
    } else {
      Json document = {{"version", kJsonVersion}, {"complete", !more}, {"hits", Json::array()}};
      for (const SearchHit& hit : hits) {
        document["hits"].push_back(ToJson(hit, question_.query.rights));
      }
      output_.Document(document, "hits");
    }
    if (more) err_ << "lineage-cli: there are more (--limit)\n";
    return hits.empty() ? Gate(kExitNo) : kExitYes;
  }

  absl::StatusOr<int> Graph() {
    Engine::GraphOptions options;
    options.up = c_.up;
    options.down = c_.down;
    options.max_nodes = static_cast<std::size_t>(c_.max_nodes);
    if (!c_.rights.empty()) {
      ASSIGN_OR_RETURN(const RightSet rights, ParseRights({c_.rights}));
      options.right = rights.Values()[0];
    }
    ASSIGN_OR_RETURN(const GraphView view, answers_->Graph(c_.operands[0], question_, options));
    ASSIGN_OR_RETURN(const std::string picture, Draw(view));
    if (c_.out_file.empty()) {
      output_.stream() << picture;
    } else {
      RETURN_IF_ERROR(WriteNewFile(c_.out_file, picture));
    }
    if (view.omitted > 0)
      err_ << "lineage-cli: " << view.omitted << " artifacts are not drawn (--max-nodes)\n";
    return kExitYes;
  }

  absl::StatusOr<std::string> Draw(const GraphView& view) const {
    const Grouping grouping = c_.group == "organization" ? Grouping::kOrganization
                              : c_.group == "release"    ? Grouping::kRelease
                                                         : Grouping::kNone;
    switch (output_.format()) {
      case Format::kMermaid:
        return ToMermaid(view, grouping);
      case Format::kGraphml:
        return ToGraphMl(view);
      case Format::kJson:
        return ToJson(view).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
      case Format::kDot:
        return ToDot(view, grouping);
      default:
        return RunGraphviz(ToDot(view, grouping), Name(output_.format()));
    }
  }

  // Never follows a link that stands at `path`.
  static absl::Status WriteNewFile(const std::string& path, const std::string& content) {
    std::error_code error;
    if (std::filesystem::is_symlink(path, error)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": is a symbolic link; name the file itself"));
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << content;
    out.close();
    if (!out) return absl::UnavailableError(absl::StrCat(path, ": cannot be written"));
    return absl::OkStatus();
  }

  int Gate(int status) const { return c_.no_fail ? kExitYes : status; }

  const CommandLine& c_;
  Output& output_;
  std::ostream& err_;
  std::unique_ptr<Answers> answers_;
  Question question_;
};

}  // namespace

int RunCommand(const CommandLine& command, const CLI::App& app, std::ostream& out,
               std::ostream& err) {
  if (command.chosen != nullptr) return RunVerb(*command.chosen, command, app, out, err);
  const Format otherwise = command.verb == "graph" ? Format::kDot : Format::kTable;
  const Format format = FindByName<Format>(command.format).value_or(otherwise);
  Output output(out, format, WantsColor(command.color), TerminalWidth());
  absl::StatusOr<int> status = Runner(command, &output, err).Run();
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
