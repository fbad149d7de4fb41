#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/base/text.h"
#include "tools/cli/verb.h"
#include "tools/cli/write_batch.h"

namespace lineage {
namespace {

class ClaimRetractVerb final : public Verb {
 public:
  ClaimRetractVerb()
      : Verb({.name = "claim retract",
              .summary = "Take claims back",
              .group = VerbGroup::kKeep,
              .needs = Needs::kWriting,
              .formats = DocumentFormats(),
              .examples = {{"claim retract 1204 --reason \"the card was corrected\"",
                            "it stays in the log, and no longer counts"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("NUMBER", numbers_, "Numbers of claims (see: claim list)")
        ->required()
        ->expected(1, 10'000);
    app->add_option("--reason", reason_, "Why")->required();
    app->add_option("--request-id", request_id_, "A name of yours, so that repeating is safe");
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    Batch batch;
    batch.request_id = request_id_;
    for (const std::string& word : numbers_) {
      Retraction retraction;
      retraction.reason = reason_;
      if (!absl::SimpleAtoi(word, &retraction.claim)) {
        return absl::InvalidArgumentError(absl::StrCat(
            "\"", EscapeForTerminal(word), "\" is no number of a claim (see: claim list)"));
      }
      batch.retractions.push_back(std::move(retraction));
    }
    return WriteBatch(batch, run);
  }

 private:
  std::vector<std::string> numbers_;
  std::string reason_;
  std::string request_id_;
};

}  // namespace

std::unique_ptr<Verb> MakeClaimRetractVerb() { return std::make_unique<ClaimRetractVerb>(); }

}  // namespace lineage
