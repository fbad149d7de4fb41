#include "tests/fuzz/fuzz_targets.h"

#include <cstdlib>
#include <memory>
#include <optional>
#include <sstream>
#include <vector>

#include "engine/base/date.h"
#include "engine/base/text.h"
#include "engine/catalog/archive.h"
#include "engine/catalog/claim_checks.h"
#include "engine/catalog/loader.h"
#include "engine/exchange/importer.h"
#include "engine/license/condition.h"
#include "engine/license/expression.h"
#include "engine/license/license_matcher.h"
#include "engine/license/license_text.h"
#include "engine/search/filter.h"

namespace lineage::fuzz {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

const LicenseMatcher& Matcher() {
  static const auto* const kTable =
      new LicenseTable(std::make_shared<const Catalog>(*LoadBuiltinCatalog()));
  static const auto* const kMatcher = new LicenseMatcher(*kTable);
  return *kMatcher;
}

class CheckingSink : public ImportSink {
 public:
  absl::Status Accept(ImportRecord record) override {
    static const auto* const kIds = new std::vector<std::string>(Matcher().table().Ids());
    if (!record.artifact.id.empty()) Require(ProblemsOf(record.artifact).empty());
    for (const Claim& claim : record.claims) {
      // What a file of claims holds is checked by whoever writes it to the store.
      if (!own_claims) Require(ProblemsOf(claim, Matcher().table(), *kIds).empty());
    }
    return absl::OkStatus();
  }
  void Note(ImportNote note) override { Require(!note.message.empty()); }
  bool own_claims = false;
};

void Import(absl::string_view input, std::optional<ImportFormat> format, const std::string& name) {
  std::istringstream in{std::string(input)};
  ImportOptions options;
  options.today = lineage::Date::FromDays(20'000);
  options.format = format;
  CheckingSink sink;
  sink.own_claims = format == ImportFormat::kClaims;
  const absl::Status status = ImportStream(in, name, options, Matcher(), &sink);
  Require(status.ok() || !status.message().empty());
}

}  // namespace

void HubJson(absl::string_view input) { Import(input, ImportFormat::kHubJson, "fuzz"); }
void ModelCard(absl::string_view input) { Import(input, ImportFormat::kModelCard, "fuzz"); }
void Mergekit(absl::string_view input) { Import(input, ImportFormat::kMergekit, "fuzz"); }
void Gguf(absl::string_view input) { Import(input, ImportFormat::kGguf, "fuzz"); }
void CycloneDx(absl::string_view input) { Import(input, ImportFormat::kCycloneDx, "fuzz"); }
void Spdx(absl::string_view input) { Import(input, ImportFormat::kSpdx, "fuzz"); }
void Croissant(absl::string_view input) { Import(input, ImportFormat::kCroissant, "fuzz"); }
void ModelOpenness(absl::string_view input) { Import(input, ImportFormat::kModelOpenness, "fuzz"); }
void OpennessProject(absl::string_view input) {
  Import(input, ImportFormat::kOpennessProject, "fuzz");
}
void ClaimsFile(absl::string_view input) { Import(input, ImportFormat::kClaims, "fuzz"); }
void EdgeList(absl::string_view input) { Import(input, ImportFormat::kEdgeList, "fuzz"); }

void ModelFolder(absl::string_view input) {
  for (const char* name : {"config.json", "adapter_config.json", "tokenizer_config.json",
                           "README.md", "LICENSE", "mergekit_config.yml"}) {
    Import(input, ImportFormat::kModelFolder, name);
  }
}

void AnyDocument(absl::string_view input) {
  for (const char* name : {"x.json", "x.csv", "x.md"}) Import(input, std::nullopt, name);
}

void LicenseName(absl::string_view input) {
  const LicenseMatch match = Matcher().Match(input);
  Require((match.how == LicenseMatch::How::kNone) == match.expression.empty());
  if (match.expression.empty()) return;
  Require(LicenseProblems(match.expression, Matcher().table(), {}).empty());
  Require(match.score > 0 && match.score <= 1);
}

void LicenseText(absl::string_view input) {
  static_cast<void>(ParseWords(input, 0));
  const KnownText known = KnownTextOf(input);
  if (known.shingles == 0) return;
  const std::optional<KnownText> again = ParseWords(WordsText(known), known.terms);
  Require(again && again->words == known.words && again->sketch == known.sketch);
  Require(Resemblance(known, known) == 1);
  const std::vector<std::string> words = LicenseWords(input);
  Require(!DifferenceFrom(known, words));
  static_cast<void>(DifferenceFrom(KnownTextOf(input.substr(input.size() / 2)), words));
}

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
  Missing missing;
  const Truth truth = Decide(*condition, context, &missing);
  Require(truth == Decide(*condition, context, nullptr));
  Require(missing.empty() || truth == Truth::kUnknown);
}

void SearchFilter(absl::string_view input) {
  const auto filter = Filter::Parse(input);
  Require(filter.ok() || !filter.status().message().empty());
}

}  // namespace lineage::fuzz
