#include "tools/cli/write_batch.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tools/cli/print/commit.h"

namespace lineage {
namespace {

// Problems of records that came from files, with the place in the file.
absl::Status Located(const Batch& batch, const absl::Status& status,
                     const std::vector<FieldProblem>& problems) {
  std::vector<std::string> lines;
  if (problems.empty()) {
    lines = absl::StrSplit(status.message(), '\n');
  } else {
    for (const FieldProblem& problem : problems) {
      lines.push_back(absl::StrCat(problem.field, ": ", problem.message));
    }
  }
  for (std::string& line : lines) {
    absl::string_view rest = line;
    const bool claim = absl::ConsumePrefix(&rest, "claims[");
    if (!claim && !absl::ConsumePrefix(&rest, "artifacts[")) continue;
    std::size_t index = 0;
    if (!absl::SimpleAtoi(rest.substr(0, rest.find(']')), &index)) continue;
    std::string place;
    if (claim && index < batch.claims.size()) place = batch.claims[index].location.ToString();
    if (!claim && index < batch.artifacts.size()) {
      place = batch.artifacts[index].location.ToString();
    }
    if (!place.empty()) line = absl::StrCat(place, ": ", line);
  }
  return absl::Status(status.code(), absl::StrJoin(lines, "\n"));
}

// "revision 7: 1 artifacts described, claims 8 to 9".
std::string RevisionText(const Batch& batch, const Commit& commit) {
  std::vector<std::string> what;
  if (!batch.artifacts.empty()) {
    what.push_back(absl::StrCat(batch.artifacts.size(), " artifacts described"));
  }
  if (commit.claim_count == 1) {
    what.push_back(absl::StrCat("claim ", commit.first_claim));
  } else if (commit.claim_count > 1) {
    what.push_back(absl::StrCat("claims ", commit.first_claim, " to ",
                                commit.first_claim + commit.claim_count - 1));
  }
  if (!batch.retractions.empty()) {
    what.push_back(absl::StrCat(batch.retractions.size(), " retracted"));
  }
  return absl::StrCat("revision ", commit.revision, ": ", absl::StrJoin(what, ", "),
                      commit.replayed ? " (was written before)" : "");
}

}  // namespace

absl::StatusOr<int> WriteBatch(const Batch& batch, Invocation& run) {
  if (batch.empty()) return absl::InvalidArgumentError("there is nothing to write");
  std::vector<FieldProblem> problems;
  std::string token;
  const absl::StatusOr<Commit> commit = run.answers->Apply(batch, &problems, &token);
  if (!commit.ok()) return Located(batch, commit.status(), problems);
  if (run.output.table()) {
    run.output.Line(RevisionText(batch, *commit));
    if (!token.empty()) run.output.Line(absl::StrCat("token ", token));
  } else {
    run.output.Document(CommitToJson(*commit, token));
  }
  return kExitYes;
}

}  // namespace lineage
