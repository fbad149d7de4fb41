#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/model/not_examined.h"
#include "tools/cli/json.h"
#include "tools/cli/print/explanation.h"
#include "tools/cli/rights_flags.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

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

class WhyVerb final : public Verb {
 public:
  WhyVerb()
      : Verb({.name = "why",
              .summary = "What an artifact may be used for, why, who disagrees, what to do",
              .group = VerbGroup::kAsk,
              .needs = Needs::kHypothesis,
              .formats = DocumentFormats(),
              .examples = {{"why mpt-7b-instruct", "a verdict for each right, with its reasons"},
                           {"why mpt-7b-instruct commercial-use --all",
                            "one right, with every term of its proof"},
                           {"why vicuna-13b-v1.5 --mau 50e6 --as sell",
                            "for you: your size, and what you do with it"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "An artifact");
    rights_.Declare(app, "Rights to explain (all)");
    app->add_flag("-a,--all", all_, "Show every term of each proof and every duty in full");
    app->add_flag("--theories", theories_,
                  "Show on which switches of the theory the verdicts turn");
    app->add_flag("--not-examined", not_examined_, "Show what no answer speaks of");
  }

  [[nodiscard]] Needs needs() const override {
    return not_examined_ ? Needs::kNothing : Needs::kHypothesis;
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    if (not_examined_) {
      PrintNotExamined(&run.output);
      return kExitYes;
    }
    if (artifact_.empty()) return absl::InvalidArgumentError("why of which artifact?");
    Question question = run.question;
    question.query.theories = theories_;
    ASSIGN_OR_RETURN(question.query.rights, rights_.Read());
    ASSIGN_OR_RETURN(const Explanation explanation, run.answers->Explain(artifact_, question));
    if (run.output.table()) {
      PrintWhy(explanation, question.query.context, all_, &run.output);
    } else {
      run.output.Document(ToJson(explanation));
    }
    return kExitYes;
  }

 private:
  std::string artifact_;
  RightsFlags rights_;
  bool all_ = false;
  bool theories_ = false;
  bool not_examined_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeWhyVerb() { return std::make_unique<WhyVerb>(); }

}  // namespace lineage
