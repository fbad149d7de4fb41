#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/json.h"
#include "tools/cli/rights_flags.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

void Print(const std::vector<SearchHit>& hits, RightSet rights, Output* output) {
  std::size_t width = 0;
  for (const SearchHit& hit : hits) width = std::max(width, hit.artifact.size());
  width = std::min<std::size_t>(width, 48);
  for (const SearchHit& hit : hits) {
    std::string verdicts;
    std::size_t i = 0;
    for (const Right right : rights.Values()) {
      if (i == hit.verdicts.size()) break;
      const Verdict verdict = hit.verdicts[i++];
      absl::StrAppend(&verdicts, "  ",
                      rights.Values().size() > 1 ? absl::StrCat(Name(right), " ") : "",
                      output->Paint(Name(verdict), InkFor(verdict)));
    }
    output->Line(
        absl::StrCat(output->Paint(Pad(EscapeForTerminal(hit.artifact), width), Ink::kBold), "  ",
                     Pad(Name(hit.kind), 10), "  ", Pad(EscapeForTerminal(hit.license), 26), "  ",
                     Pad(Name(hit.license_class), 14), verdicts));
  }
  output->Line(
      absl::StrCat(hits.size(), hits.size() == 1 ? " artifact. " : " artifacts. ", kDisclaimer));
}

class SearchVerb final : public Verb {
 public:
  SearchVerb()
      : Verb({.name = "search",
              .summary =
                  "Artifacts that a filter fits: 'kind = model AND commercial-use = permitted'",
              .group = VerbGroup::kLookAround,
              .needs = Needs::kHypothesis,
              .formats = ListFormats(),
              .examples = {{"search 'kind = checkpoint AND commercial-use = permitted' --limit 10",
                            "what may be sold"},
                           {"search 'ancestor = mpt-7b' --for modify,redistribute -o csv",
                            "everything made from one model, with two verdicts each"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("FILTER", filter_, "AIP-160; the words are joined (docs/search.md)")
        ->expected(0, 10'000);
    // The operands are the filter.
    rights_.DeclareFlag(app, "Show the verdicts of these rights (commercial-use)");
    app->add_option("--limit", limit_, "At most so many hits")->check(CLI::Range(1, 1'000'000));
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    Question question = run.question;
    ASSIGN_OR_RETURN(question.query.rights, rights_.Read({Right::kCommercialUse}));
    bool more = false;
    ASSIGN_OR_RETURN(const std::vector<SearchHit> hits,
                     run.answers->Search(absl::StrJoin(filter_, " "), question, limit_, &more));
    if (run.output.table()) {
      Print(hits, question.query.rights, &run.output);
    } else {
      Json document = {{"version", kJsonVersion}, {"complete", !more}, {"hits", Json::array()}};
      for (const SearchHit& hit : hits) {
        document["hits"].push_back(ToJson(hit, question.query.rights));
      }
      run.output.Document(document, "hits");
    }
    if (more) run.err << "lineage-cli: there are more (--limit)\n";
    return hits.empty() ? run.Gate(kExitNo) : kExitYes;
  }

 private:
  std::vector<std::string> filter_;
  RightsFlags rights_;
  std::size_t limit_ = 1000;
};

}  // namespace

std::unique_ptr<Verb> MakeSearchVerb() { return std::make_unique<SearchVerb>(); }

}  // namespace lineage
