#include "engine/catalog/claim_checks.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/text.h"
#include "engine/base/unicode.h"
#include "engine/license/expression.h"
#include "engine/model/ai_act.h"
#include "engine/model/openness.h"

namespace lineage {
namespace {

constexpr std::size_t kLongestId = 256;
constexpr std::size_t kMostAliases = 1000;

class Checker {
 public:
  void Text(const char* field, const std::string& text, bool required = false,
            std::size_t longest = kLongestText) {
    if (text.empty()) {
      if (required) Add(field, "is missing");
      return;
    }
    if (std::string problem = TextProblem(text, longest); !problem.empty()) {
      Add(field, std::move(problem));
    }
  }
  void Id(const char* field, const std::string& id, IsKnownId known = NoIdIsKnown) {
    std::string problem = IdProblem(id);
    if (!problem.empty() && !known(id)) Add(field, std::move(problem));
  }
  void Add(const char* field, std::string problem) {
    problems_.push_back({field, std::move(problem)});
  }
  std::vector<FieldProblem> Finish() { return std::move(problems_); }

 private:
  std::vector<FieldProblem> problems_;
};

// A part between slashes that a file system would follow, or none at all.
bool HasPathPart(absl::string_view id) {
  const std::vector<absl::string_view> parts = absl::StrSplit(id, '/');
  return std::any_of(parts.begin(), parts.end(), [](absl::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
}

}  // namespace

std::string IdProblem(absl::string_view id) {
  if (id.empty()) return "an id must not be empty";
  if (id.size() > kLongestId) {
    return absl::StrCat("an id must not be longer than ", kLongestId, " bytes; this one has ",
                        id.size());
  }
  if (const std::string problem = IdCharacterProblem(id); !problem.empty()) {
    return absl::StrFormat("the id \"%s\" %s", EscapeForTerminal(id), problem);
  }
  if (id.front() == '/' || id.back() == '/' || id.front() == '.' || HasPathPart(id)) {
    return absl::StrFormat("\"%s\" is a path, not an id (org/name)", EscapeForTerminal(id));
  }
  if (id.front() == '-') {
    return absl::StrFormat("the id \"%s\" begins with \"-\", as an option does: leave it out",
                           EscapeForTerminal(id));
  }
  return "";
}

std::string TextProblem(absl::string_view text, std::size_t longest) {
  if (text.size() > longest) {
    return absl::StrCat("is ", text.size(), " bytes long; at most ", longest, " are taken");
  }
  return TextCharacterProblem(text);
}

std::vector<std::string> LicenseProblems(absl::string_view text, const LicenseTable& table,
                                         const std::vector<std::string>& ids) {
  static constexpr absl::string_view kHint =
      " (write license_as_found for a string that fits none)";
  std::vector<std::string> problems;
  if (!table.Find(text)) {
    const absl::StatusOr<Expression> expression = Expression::Parse(text);
    if (!expression.ok()) {
      problems.push_back(
          absl::StrFormat("\"%s\" is neither a licence of the catalogue nor an SPDX expression%s%s",
                          EscapeForTerminal(text), DidYouMean(text, ids), std::string(kHint)));
      return problems;
    }
  }
  ForEachLeaf(table.Bind(text), [&](const BoundExpression& leaf) {
    if (!leaf.license.valid()) {
      problems.push_back(absl::StrFormat("no licence \"%s\" in the catalogue%s%s",
                                         EscapeForTerminal(leaf.as_written),
                                         DidYouMean(leaf.as_written, ids), std::string(kHint)));
    }
    if (!leaf.exception_as_written.empty() && !leaf.exception.valid()) {
      problems.push_back(absl::StrFormat("no exception \"%s\" in the catalogue",
                                         EscapeForTerminal(leaf.exception_as_written)));
    }
  });
  return problems;
}

std::vector<FieldProblem> ProblemsOf(const Artifact& artifact, const Artifact* known) {
  const auto stays = [&](absl::string_view name) {
    return known != nullptr &&
           (known->id == name ||
            std::find(known->aliases.begin(), known->aliases.end(), name) != known->aliases.end());
  };
  Checker check;
  check.Id("id", artifact.id, stays);
  check.Text("display_name", artifact.name);
  if (artifact.kind == ArtifactKind::kUnresolved) {
    check.Add("kind", "is missing: say what it is (model, checkpoint, dataset, service, code)");
  }
  if (artifact.aliases.size() > kMostAliases) {
    check.Add("aliases", absl::StrCat("at most ", kMostAliases, " are taken"));
  }
  for (const std::string& alias : artifact.aliases) check.Id("aliases", alias, stays);
  return check.Finish();
}

std::vector<FieldProblem> ProblemsOf(const Claim& claim, const LicenseTable& table,
                                     const std::vector<std::string>& license_ids, IsKnownId known) {
  Checker check;
  check.Id("subject", claim.subject, known);
  check.Text("source.by", claim.source.by, /*required=*/true);
  check.Text("source.document", claim.source.document, /*required=*/true);
  if (claim.source.said_text.empty()) {
    check.Add("source.said", "is missing: on what day was it said (YYYY-MM-DD, YYYY-MM or YYYY)?");
  }
  check.Text("source.where", claim.where);
  check.Text("source.quote", claim.quote);
  if (claim.valid.from >= claim.valid.until) {
    check.Add("valid_until",
              absl::StrFormat("the claim holds from %s until %s: no day at all",
                              claim.valid.from.ToString(), claim.valid.until.ToString()));
  }
  switch (claim.statement) {
    case StatementKind::kEdge:
      check.Id("edge.parent", claim.parent, known);
      check.Text("edge.parent_revision", claim.parent_revision);
      if (claim.parent == claim.subject && !claim.parent.empty()) {
        check.Add("edge.parent", absl::StrCat(EscapeForTerminal(claim.subject), " cannot be ",
                                              Name(claim.relation), " itself"));
      }
      break;
    case StatementKind::kLicense:
      check.Text("license.expression", claim.text, /*required=*/true);
      if (!claim.as_found && !claim.text.empty()) {
        for (std::string& problem : LicenseProblems(claim.text, table, license_ids)) {
          check.Add("license.expression", std::move(problem));
        }
      }
      break;
    case StatementKind::kAlias:
      check.Id("alias", claim.text);
      break;
    case StatementKind::kLicensor:
      check.Text("licensor", claim.text, /*required=*/true);
      break;
    case StatementKind::kContents:
      if (claim.text != "own" && claim.text != "others") {
        check.Add("contents", "is \"own\" or \"others\"");
      }
      break;
    case StatementKind::kRemark:
      check.Text("remark", claim.text, /*required=*/true);
      break;
    case StatementKind::kPublishes: {
      check.Text("published_part.license", claim.text, /*required=*/true);
      const std::optional<PublishedPart> published = ReadPublishedPart(claim.text);
      if (!published) {
        check.Add("published_part.part",
                  absl::StrCat("is none of ", absl::StrJoin(AllNames<ModelPart>(), ", ")));
        break;
      }
      if (claim.denies && !published->license.empty()) {
        check.Add("published_part.license", "goes with a part that is published");
      } else if (!claim.as_found && !published->license.empty() &&
                 published->license != kNoLicense) {
        for (std::string& problem : LicenseProblems(published->license, table, license_ids)) {
          check.Add("published_part.license", std::move(problem));
        }
      }
      break;
    }
    case StatementKind::kFact: {
      check.Text("fact.value", claim.text, /*required=*/true);
      const std::optional<StatedFact> stated = ReadStatedFact(claim.text);
      if (!stated) {
        check.Add("fact.fact",
                  absl::StrCat("is none of ", absl::StrJoin(AllNames<ModelFact>(), ", ")));
      } else if (std::string problem = FactValueProblem(stated->fact, stated->value);
                 !problem.empty()) {
        check.Add("fact.value", std::move(problem));
      }
      break;
    }
    case StatementKind::kReleases:
      break;
  }
  return check.Finish();
}

}  // namespace lineage
