#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "tools/cli/json.h"
#include "tools/cli/print/text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

void Print(const Claim& claim, Output* output) {
  output->Wrapped(
      Pad(absl::StrCat(claim.number), 8), 8, 8,
      absl::StrCat(
          claim.subject, ": ", StatementText(claim), " — ", SourceText(claim), ": ",
          claim.source.document,
          claim.retracted != 0 ? absl::StrCat(" [retracted at ", claim.retracted, "]") : ""));
}

class ClaimListVerb final : public Verb {
 public:
  ClaimListVerb()
      : Verb({.name = "claim list",
              .summary = "Claims with their numbers",
              .group = VerbGroup::kKeep,
              .needs = Needs::kAnswers,
              .formats = ListFormats(),
              .examples = {{"claim list mpt-7b-instruct", "what is said about one artifact"},
                           {"claim list --retracted -o csv", "everything that was ever said"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "Only about this artifact");
    app->add_flag("--retracted", retracted_, "Retracted claims too");
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const std::vector<Claim> claims, run.answers->Claims(artifact_, retracted_));
    if (run.output.table()) {
      for (const Claim& claim : claims) Print(claim, &run.output);
      return kExitYes;
    }
    Json list = Json::array();
    for (const Claim& claim : claims) list.push_back(RecordedClaimToJson(claim));
    run.output.Document(list);
    return kExitYes;
  }

 private:
  std::string artifact_;
  bool retracted_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeClaimListVerb() { return std::make_unique<ClaimListVerb>(); }

}  // namespace lineage
