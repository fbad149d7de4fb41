#include "tests/fuzz/fuzz_targets.h"

#include <cstdlib>
#include <vector>

#include "engine/base/date.h"
#include "engine/base/text.h"
#include "engine/catalog/loader.h"
#include "engine/license/condition.h"
#include "engine/license/expression.h"

namespace lineage::fuzz {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

void Expression(absl::string_view input) {
  const absl::StatusOr<lineage::Expression> expression = lineage::Expression::Parse(input);
  if (!expression.ok()) return;
  const lineage::Expression canonical = expression->Canonical();
  const absl::StatusOr<lineage::Expression> again =
      lineage::Expression::Parse(canonical.ToString());
  // What is printed may be longer than what is read; nothing else may go wrong.
  if (!again.ok()) return Require(canonical.ToString().size() > 4096);
  Require(again->Canonical() == canonical);
}

void Yaml(absl::string_view input) {
  LoadOptions options;
  options.lenient = !input.empty() && input.front() == '{';
  CatalogLoader loader({}, options);
  loader.Add("fuzz.yaml", std::string(input));
  Catalog catalog;
  std::vector<Diagnostic> problems;
  const bool loaded = loader.Finish(&catalog, &problems);
  Require(loaded == problems.empty());
  for (const Diagnostic& problem : problems) Require(!problem.message.empty());
}

void Date(absl::string_view input) {
  const absl::StatusOr<lineage::Date> date = lineage::Date::Parse(input);
  if (date.ok()) Require(date->ToString() == input);
  static_cast<void>(lineage::Date::ParseLenient(input));
  Require(IsValidUtf8(EscapeForTerminal(input)));
}

void Condition(absl::string_view input) {
  Vocabulary vocabulary;
  vocabulary.purposes = {{"war", "w", true}, {"chat", "c", false}};
  vocabulary.regions = {{"EU", {"AT", "DE"}}};
  vocabulary.entities = {"academic", "company"};
  const absl::StatusOr<lineage::Condition> condition = ParseCondition(input, vocabulary, {"war"});
  if (!condition.ok()) return;
  Context context;
  context.purposes = {"chat"};
  context.monthly_active_users = 5;
  EnumSet<ContextKey> missing;
  const Truth truth = Decide(*condition, context, &missing);
  Require(truth == Decide(*condition, context, nullptr));
  Require(missing.empty() || truth == Truth::kUnknown);
}

}  // namespace lineage::fuzz
