#include "engine/suggest.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/audit/suggestions.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/hypothesis.h"
#include "engine/license/expression.h"
#include "engine/permission/compatibility.h"

namespace lineage {
namespace {

absl::StatusOr<BoundExpression> BindOrFail(const LicenseTable& licenses, absl::string_view text) {
  if (!licenses.Find(text) && !Expression::Parse(text).ok()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", EscapeForTerminal(text.substr(0, 200)),
                                                   "\" is neither a licence nor an SPDX expression",
                                                   DidYouMean(text, licenses.Ids())));
  }
  return licenses.Bind(text);
}

}  // namespace

absl::StatusOr<Suggestions> SuggestLicensesFor(const Engine& engine, absl::string_view artifact,
                                               const Question& question) {
  Query query = question.query;
  ASSIGN_OR_RETURN(query.context, engine.Validate(query.context));
  // As it is, for its name and licence.
  ASSIGN_OR_RETURN(const Explanation now, engine.Explain(artifact, question));
  // Its own licence is put aside by a claim that wins; which licence that states does not matter.
  Hypothesis hypothesis;
  if (question.hypothesis != nullptr) hypothesis = *question.hypothesis;
  Claim claim;
  claim.subject = now.artifact;
  claim.statement = StatementKind::kLicense;
  claim.component = now.component;
  claim.text = "any licence";
  claim.as_found = true;
  claim.source = {SourceKind::kLegalReview, "suggest", question.key.as_of,
                  question.key.as_of.ToString(), "suggest"};
  hypothesis.claims.push_back(std::move(claim));
  SnapshotKey key = question.key;
  ASSIGN_OR_RETURN(const Supposed supposed,
                   Suppose(engine, key, hypothesis, {now.artifact}, Extent::kUpstream));
  const auto snapshot = supposed.engine->At(key);
  Suggestions suggestions =
      SuggestLicenses(*snapshot, snapshot->FindVertex(now.artifact, now.component), query);
  suggestions.license = now.license;
  return suggestions;
}

absl::StatusOr<LicensePair> CompareLicenses(const Engine& engine, absl::string_view a,
                                            absl::string_view b, CompareStep step) {
  const LicenseTable& licenses = engine.licenses();
  ASSIGN_OR_RETURN(const BoundExpression left, BindOrFail(licenses, a));
  ASSIGN_OR_RETURN(const BoundExpression right, BindOrFail(licenses, b));
  return LicensePair{left.text, right.text, CompatibilityOf(licenses, left, right, step),
                     CompatibilityOf(licenses, right, left, step)};
}

}  // namespace lineage
