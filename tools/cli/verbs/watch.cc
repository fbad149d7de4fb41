#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "tools/cli/json.h"
#include "tools/cli/print/commit.h"
#include "tools/cli/print/text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

void PrintEvent(const WatchEvent& event, Output* output) {
  output->Line(absl::StrCat("revision ", event.change.commit.revision, "  ",
                            TimeText(event.change.commit.time), "  ",
                            EscapeForTerminal(event.change.commit.author),
                            event.change.commit.note.empty()
                                ? ""
                                : absl::StrCat("  ", EscapeForTerminal(event.change.commit.note))));
  for (const Artifact& artifact : event.change.artifacts) {
    output->Wrapped("  * ", 4, 6, absl::StrCat(artifact.id, " is a ", Name(artifact.kind)));
  }
  for (const Claim& claim : event.change.claims) {
    output->Wrapped("  + ", 4, 6,
                    absl::StrCat(claim.number, " ", claim.subject, ": ", StatementText(claim),
                                 " — ", SourceText(claim)));
  }
  for (const auto& [claim, reason] : event.change.retracted) {
    output->Wrapped(
        "  - ", 4, 6,
        absl::StrCat(claim.number, " ", claim.subject, ": ", StatementText(claim), " — ", reason));
  }
  const auto word = [](const std::optional<Verdict>& verdict) {
    return verdict ? std::string(Name(*verdict)) : std::string("unknown");
  };
  for (const VerdictChange& change : event.change.verdicts) {
    output->Wrapped(
        "  > ", 4, 6,
        absl::StrCat(change.artifact, " ", Name(change.component), " ", Name(change.right), ": ",
                     word(change.before), " -> ", word(change.after)));
  }
  if (!event.change.verdicts_complete) {
    output->Line("  > INCOMPLETE: the comparison was cut short by a limit");
  }
  if (!event.token.empty()) output->Line(absl::StrCat("  token ", event.token));
  output->stream().flush();
}

Json EventJson(const WatchEvent& event) {
  Json json = CommitToJson(event.change.commit, event.token);
  json["artifacts"] = Json::array();
  for (const Artifact& artifact : event.change.artifacts) {
    json["artifacts"].push_back({{"id", artifact.id}, {"kind", std::string(Name(artifact.kind))}});
  }
  json["claims"] = Json::array();
  for (const Claim& claim : event.change.claims)
    json["claims"].push_back(RecordedClaimToJson(claim));
  json["retracted"] = Json::array();
  for (const auto& [claim, reason] : event.change.retracted) {
    json["retracted"].push_back({{"claim", RecordedClaimToJson(claim)}, {"reason", reason}});
  }
  json["verdict_changes"] = Json::array();
  const auto word = [](const std::optional<Verdict>& verdict) {
    return verdict ? Json(std::string(Name(*verdict))) : Json();
  };
  for (const VerdictChange& change : event.change.verdicts) {
    json["verdict_changes"].push_back({{"artifact", change.artifact},
                                       {"component", std::string(Name(change.component))},
                                       {"right", std::string(Name(change.right))},
                                       {"before", word(change.before)},
                                       {"after", word(change.after)}});
  }
  json["verdicts_complete"] = event.change.verdicts_complete;
  return json;
}

class WatchVerb final : public Verb {
 public:
  WatchVerb()
      : Verb({.name = "watch",
              .summary = "Follow what is written, as it is written",
              .group = VerbGroup::kKeep,
              .needs = Needs::kQuestion,
              .formats = ListFormats(),
              .examples = {{"watch mpt-7b-instruct --verdicts",
                            "what is said about it or what it is made from, and what that changes"},
                           {"watch --after 7 --count 1 -o json",
                            "the first revision after the seventh"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifacts_, "Only what concerns these")->expected(0, 1000);
    app->add_option("--after", after_,
                    "Start after this revision: a token (--server), or a number (a local store)");
    app->add_flag("--verdicts", verdicts_, "Show the verdicts that changed");
    app->add_option("--count", count_, "Stop after so many revisions")->check(CLI::PositiveNumber);
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    WatchOptions options;
    options.after = after_;
    options.artifacts = artifacts_;
    options.verdicts = verdicts_;
    options.question = run.question;
    int left = count_ > 0 ? count_ : -1;
    RETURN_IF_ERROR(run.answers->Watch(options, [&](const WatchEvent& event) {
      if (run.output.table()) {
        PrintEvent(event, &run.output);
      } else {  // one document a line: a stream has no end to close a list at
        run.output.stream() << DumpJson(EventJson(event), -1) << "\n" << std::flush;
      }
      return run.output.stream().good() && --left != 0;
    }));
    return kExitYes;
  }

 private:
  std::vector<std::string> artifacts_;
  std::string after_;
  bool verdicts_ = false;
  int count_ = 0;  // none: never
};

}  // namespace

std::unique_ptr<Verb> MakeWatchVerb() { return std::make_unique<WatchVerb>(); }

}  // namespace lineage
