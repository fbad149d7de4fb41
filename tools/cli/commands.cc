#include "tools/cli/commands.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/input_file.h"
#include "engine/base/reason.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/archive.h"
#include "engine/engine.h"
#include "engine/exchange/export.h"
#include "engine/license/license_text.h"
#include "tools/cli/ai_act_command.h"
#include "tools/cli/analysis_commands.h"
#include "tools/cli/answers.h"
#include "tools/cli/claim_commands.h"
#include "tools/cli/diagram.h"
#include "tools/cli/export_command.h"
#include "tools/cli/hypothesis_flags.h"
#include "tools/cli/import_command.h"
#include "tools/cli/json.h"
#include "tools/cli/license_texts.h"
#include "tools/cli/notice_command.h"
#include "tools/cli/openness_command.h"
#include "tools/cli/policy_command.h"
#include "tools/cli/tables.h"

#ifndef LINEAGE_VERSION
#define LINEAGE_VERSION "unknown"
#endif

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// A number with an optional exponent ("50e6") or a suffix (50M, 2k, 1.5B).
absl::StatusOr<double> ParseNumber(absl::string_view flag, absl::string_view text) {
  double factor = 1;
  absl::string_view digits = text;
  if (!digits.empty()) {
    switch (digits.back()) {
      case 'k':
      case 'K':
        factor = 1e3;
        break;
      case 'm':
      case 'M':
        factor = 1e6;
        break;
      case 'b':
      case 'B':
        factor = 1e9;
        break;
      default:
        break;
    }
    if (factor != 1) digits.remove_suffix(1);
  }
  double value = 0;
  if (digits.empty() || !absl::SimpleAtod(digits, &value)) {
    return absl::InvalidArgumentError(absl::StrCat(flag, ": \"", EscapeForTerminal(text),
                                                   "\" is not a number such as 50e6 or 50M"));
  }
  return value * factor;
}

absl::Status ReadNumber(absl::string_view flag, const std::string& text,
                        std::optional<double>* number) {
  if (text.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(*number, ParseNumber(flag, text));
  return absl::OkStatus();
}

absl::StatusOr<RightSet> ParseRights(const std::vector<std::string>& words) {
  RightSet rights;
  for (const std::string& word : words) {
    if (word == "all") {
      rights = RightSet::All();
      continue;
    }
    const auto right = FindByName<Right>(word);
    if (!right) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", EscapeForTerminal(word), "\" is no right", DidYouMean(word, AllNames<Right>()),
          " All: ", absl::StrJoin(AllNames<Right>(), ", ")));
    }
    rights.Add(*right);
  }
  return rights;
}

template <typename E>
E Chosen(const std::string& word) {
  return FindByName<E>(word).value_or(static_cast<E>(0));  // the parser has checked it
}

// NAME=yes or NAME=no. Which names there are is the vocabulary's to say.
absl::Status ReadFact(absl::string_view flag, const std::string& text,
                      std::map<std::string, bool>* facts) {
  const std::size_t equals = text.rfind('=');
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (equals == 0 || (value != "yes" && value != "no")) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, ": \"", EscapeForTerminal(text), "\" is not NAME=yes or NAME=no"));
  }
  const auto [fact, inserted] = facts->emplace(text.substr(0, equals), value == "yes");
  if (inserted || fact->second == (value == "yes")) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(flag, ": ", EscapeForTerminal(fact->first), " is said to be yes and no"));
}

absl::Status ReadContext(const CommandLine& c, Context* context) {
  RETURN_IF_ERROR(ReadNumber("--mau", c.mau, &context->monthly_active_users));
  RETURN_IF_ERROR(ReadNumber("--revenue", c.revenue, &context->annual_revenue_usd));
  RETURN_IF_ERROR(ReadNumber("--attributable-revenue", c.attributable_revenue,
                             &context->attributable_revenue_usd));
  RETURN_IF_ERROR(ReadNumber("--royalty", c.royalty, &context->share_of_royalty));
  context->regions = c.regions;
  context->established_in = c.established_in.empty() ? c.regions : c.established_in;
  context->purposes = c.purposes;
  if (!c.entity.empty()) context->entity = c.entity;
  for (const std::string& fact : c.facts) {
    RETURN_IF_ERROR(ReadFact("--fact", fact, &context->facts));
  }
  if (!c.competes.empty()) {
    RETURN_IF_ERROR(ReadFact("--competes", absl::StrCat(kCompetesWithLicensor, "=", c.competes),
                             &context->facts));
  }
  context->use_mode = FindByName<UseMode>(c.use_mode);
  context->modified = c.modified;
  context->made_it = c.made_it;
  return absl::OkStatus();
}

// SWITCH=yes, open or no.
absl::Status ReadTheory(const std::string& text, TheoryChanges* changes) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto of = FindByName<TheorySwitch>(name);
  if (!of) {
    return absl::InvalidArgumentError(absl::StrCat("--theory: \"", EscapeForTerminal(name),
                                                   "\" is no switch",
                                                   DidYouMean(name, AllNames<TheorySwitch>())));
  }
  const auto setting =
      equals == std::string::npos ? std::nullopt : FindByName<Setting>(text.substr(equals + 1));
  if (!setting) {
    return absl::InvalidArgumentError(
        absl::StrCat("--theory: write ", name, "=yes, ", name, "=open or ", name, "=no"));
  }
  if (changes->Get(*of) && *changes->Get(*of) != *setting) {
    return absl::InvalidArgumentError(absl::StrCat("--theory: ", name, " is set twice"));
  }
  changes->Set(*of, *setting);
  return absl::OkStatus();
}

absl::StatusOr<Question> QuestionOf(const CommandLine& c) {
  Question question;
  question.key.as_of = Date::Today();
  if (!c.as_of.empty()) {
    ASSIGN_OR_RETURN(question.key.as_of, Date::Parse(c.as_of));
  }
  if (!c.at_revision.empty() && !absl::SimpleAtoi(c.at_revision, &question.key.at_revision)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--at-revision: \"", EscapeForTerminal(c.at_revision), "\" is no revision"));
  }
  question.key.claims_policy = Chosen<ClaimsPolicy>(c.claims_policy);
  question.query.stance = Chosen<Stance>(c.stance);
  for (const std::string& text : c.theory) {
    RETURN_IF_ERROR(ReadTheory(text, &question.query.theory));
  }
  question.query.theories = c.theories;
  question.query.undeclared = Chosen<UndeclaredPolicy>(c.undeclared);
  question.query.adapter = Chosen<AdapterUse>(c.adapter);
  question.component = FindByName<Component>(c.component);
  RETURN_IF_ERROR(ReadContext(c, &question.query.context));
  return question;
}

RelationSet RelationsOf(const CommandLine& c) {
  if (c.relations.empty()) return RelationSet::All();
  RelationSet relations;
  for (const std::string& word : c.relations) relations.Add(Chosen<Relation>(word));
  return relations;
}

// One run of one verb.
class Runner {
 public:
  Runner(const CommandLine& c, const CLI::App& app, Output* output, std::ostream& err)
      : c_(c), app_(app), output_(*output), err_(err) {}

  absl::StatusOr<int> Run() {
    if (c_.verb == "completion") return Completion();
    if (c_.verb == "help") return Help();
    if (c_.verb == "man") {
      output_.stream() << ManualPage(app_);
      return kExitYes;
    }
    if (c_.verb == "catalog lint") return Lint();
    RETURN_IF_ERROR(CheckFormat());
    if (absl::StartsWith(c_.verb, "store ")) return RunStoreCommand(c_, &output_);
    const bool writing = (c_.verb == "import" && !c_.dry_run) || c_.verb == "claim add" ||
                         c_.verb == "claim import" || c_.verb == "claim retract";
    if (c_.server.empty()) {
      ASSIGN_OR_RETURN(answers_, OpenLocal(c_, writing));
    } else if (!c_.catalog_paths.empty() || !c_.claims_paths.empty() || c_.no_builtin) {
      return absl::InvalidArgumentError(
          "--catalog, --claims and --no-builtin are for local questions; a server has its own "
          "knowledge (write to it with claim import)");
    } else if (!c_.store.empty()) {
      return absl::InvalidArgumentError("--store and --server exclude each other");
    } else {
      ASSIGN_OR_RETURN(answers_, OpenRemote(c_));
    }
    RETURN_IF_ERROR(ReadQuestion());
    if (c_.verb == "import") return RunImportCommand(c_, answers_.get(), &output_, err_);
    if (absl::StartsWith(c_.verb, "claim ")) {
      return RunClaimCommand(c_, answers_.get(), &output_, err_);
    }
    if (c_.verb == "watch") return RunWatchCommand(c_, question_, answers_.get(), &output_);
    if (c_.verb == "why") return Why();
    if (c_.verb == "check" || absl::StartsWith(c_.verb, "policy ")) {
      if (c_.verb == "check" && c_.policy.empty()) return Check();
      return RunPolicyCommand(c_, question_, answers_.get(), &output_, err_);
    }
    if (c_.verb == "show") return Show();
    if (c_.verb == "upstream") return Walk(Direction::kUpstream);
    if (c_.verb == "downstream") return Walk(Direction::kDownstream);
    if (c_.verb == "path") return Path();
    if (c_.verb == "graph") return Graph();
    if (c_.verb == "audit") return Audit();
    if (c_.verb == "export") return RunExportCommand(c_, question_, answers_.get(), &output_);
    if (c_.verb == "notice") return RunNoticeCommand(c_, question_, answers_.get(), &output_);
    if (c_.verb == "ai-act") return RunAiActCommand(c_, question_, answers_.get(), &output_);
    if (c_.verb == "openness") return RunOpennessCommand(c_, question_, answers_.get(), &output_);
    if (c_.verb == "search") return Search();
    if (c_.verb == "suggest") return Suggest();
    if (c_.verb == "whatif") {
      RETURN_IF_ERROR(TakeRights(1));
      return RunWhatIfCommand(c_, question_, answers_.get(), &output_);
    }
    if (c_.verb == "impact") {
      RETURN_IF_ERROR(TakeRights(0));
      return RunImpactCommand(c_, question_, answers_.get(), &output_);
    }
    if (c_.verb == "diff") {
      RETURN_IF_ERROR(TakeRightsAskedFor());
      return RunDiffCommand(c_, question_, answers_.get(), &output_);
    }
    if (c_.verb == "repair") {
      RETURN_IF_ERROR(TakeRightsAskedFor());
      return RunRepairCommand(c_, question_, answers_.get(), &output_);
    }
    if (c_.verb == "license list") return LicenseList();
    if (c_.verb == "license show") return LicenseShow();
    if (c_.verb == "license compare") return LicenseCompare();
    if (c_.verb == "license purposes") return Purposes();
    if (c_.verb == "license facts") return Facts();
    if (c_.verb == "license exceptions") return LicenseExceptions();
    if (c_.verb == "license recognize") return LicenseRecognize();
    if (c_.verb == "license sketch") return LicenseSketch();
    if (c_.verb == "version") return Version();
    return absl::InternalError(absl::StrCat("no such verb: ", c_.verb));
  }

 private:
  absl::Status ReadQuestion() {
    ASSIGN_OR_RETURN(question_, QuestionOf(c_));
    ASSIGN_OR_RETURN(question_.hypothesis,
                     HypothesisOf(c_, question_.key.as_of, answers_.get(), err_));
    const bool asks = c_.verb != "import" && c_.verb != "watch" && c_.verb != "export" &&
                      !absl::StartsWith(c_.verb, "claim ") &&
                      !absl::StartsWith(c_.verb, "license ");
    if (question_.hypothesis == nullptr || asks) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("--with and --without do not go with ", c_.verb));
  }

  // The operands from `first` on are rights; all if there are none.
  absl::Status TakeRights(std::size_t first) {
    if (c_.operands.size() <= first) return absl::OkStatus();
    ASSIGN_OR_RETURN(
        question_.query.rights,
        ParseRights({c_.operands.begin() + static_cast<std::ptrdiff_t>(first), c_.operands.end()}));
    return absl::OkStatus();
  }

  // --for, if it was given.
  absl::Status TakeRightsAskedFor() {
    if (c_.rights.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(question_.query.rights,
                     ParseRights(absl::StrSplit(c_.rights, ',', absl::SkipWhitespace())));
    if (question_.query.rights.empty()) return absl::InvalidArgumentError("--for names no right");
    return absl::OkStatus();
  }

  absl::Status CheckFormat() const {
    const Format format = output_.format();
    const bool lists = c_.verb == "audit" || c_.verb == "upstream" || c_.verb == "downstream" ||
                       c_.verb == "path" || c_.verb == "search" || c_.verb == "impact" ||
                       c_.verb == "suggest" || c_.verb == "diff" || c_.verb == "license list" ||
                       c_.verb == "license purposes" || c_.verb == "license facts" ||
                       c_.verb == "license exceptions" || c_.verb == "claim list" ||
                       c_.verb == "watch";
    using F = Format;
    std::vector<F> fits = {F::kTable, F::kJson, F::kYaml};
    if (lists) fits.insert(fits.end(), {F::kNdjson, F::kCsv});
    if (c_.verb == "audit" || (c_.verb == "check" && !c_.policy.empty()))
      fits.insert(fits.end(), {F::kSarif, F::kJunit, F::kGithub});
    if (c_.verb == "notice") fits.push_back(F::kMarkdown);
    if (c_.verb == "export") fits = {F::kYaml, F::kJson, F::kCsv, F::kCyclonedx, F::kSpdx};
    if (c_.verb == "graph") {
      fits = {F::kDot, F::kSvg, F::kPng, F::kPdf, F::kMermaid, F::kGraphml, F::kJson};
    }
    if (std::find(fits.begin(), fits.end(), format) != fits.end()) return absl::OkStatus();
    std::vector<std::string> names;
    for (const F one : fits) names.emplace_back(Name(one));
    return absl::InvalidArgumentError(absl::StrCat("-o ", Name(format), " does not go with ",
                                                   c_.verb, ": use ", absl::StrJoin(names, ", ")));
  }

  absl::StatusOr<int> Why() {
    if (c_.not_examined) {
      PrintNotExamined(&output_);
      return kExitYes;
    }
    if (c_.operands.empty()) return absl::InvalidArgumentError("why of which artifact?");
    RETURN_IF_ERROR(TakeRights(1));
    ASSIGN_OR_RETURN(const Explanation explanation, answers_->Explain(c_.operands[0], question_));
    if (output_.table()) {
      PrintWhy(explanation, c_.all, &output_);
    } else {
      output_.Document(ToJson(explanation));
    }
    return kExitYes;
  }

  absl::StatusOr<int> Check() {
    if (c_.rights.empty()) {
      return absl::InvalidArgumentError("check needs --for RIGHTS, or --policy FILE");
    }
    if (c_.operands.size() != 1) {
      return absl::InvalidArgumentError("check --for takes one artifact; --policy takes many");
    }
    RETURN_IF_ERROR(TakeRightsAskedFor());
    ASSIGN_OR_RETURN(const Explanation explanation, answers_->Explain(c_.operands[0], question_));
    std::vector<Headroom> headrooms;
    if (c_.headroom) {
      ASSIGN_OR_RETURN(headrooms, answers_->GetHeadroom(c_.operands[0], question_));
    }
    const Context& context = question_.query.context;
    if (output_.table()) {
      PrintCheck(explanation, context, c_.headroom ? &headrooms : nullptr, &output_);
    } else {
      Json json = CheckToJson(explanation, context);
      if (c_.headroom) json["headroom"] = ToJson(headrooms);
      output_.Document(json);
    }
    const bool warned =
        std::any_of(explanation.findings.begin(), explanation.findings.end(),
                    [](const Finding& finding) { return finding.severity >= Severity::kWarning; });
    const int status =
        ExitStatusFor(Stricter(explanation.joint, explanation.gate.verdict), explanation.complete);
    return Gate(status == kExitYes && c_.strict && warned ? kExitOpen : status);
  }

  absl::StatusOr<int> Search() {
    question_.query.rights = {Right::kCommercialUse};
    RETURN_IF_ERROR(TakeRightsAskedFor());
    bool more = false;
    ASSIGN_OR_RETURN(const std::vector<SearchHit> hits,
                     answers_->Search(absl::StrJoin(c_.operands, " "), question_,
                                      static_cast<std::size_t>(c_.limit), &more));
    if (output_.table()) {
      PrintHits(hits, question_.query.rights, &output_);
    } else {
      Json document = {{"version", kJsonVersion}, {"complete", !more}, {"hits", Json::array()}};
      for (const SearchHit& hit : hits) {
        document["hits"].push_back(ToJson(hit, question_.query.rights));
      }
      output_.Document(document, "hits");
    }
    if (more) err_ << "lineage-cli: there are more (--limit)\n";
    return hits.empty() ? Gate(kExitNo) : kExitYes;
  }

  absl::StatusOr<int> Suggest() {
    ASSIGN_OR_RETURN(const Suggestions suggestions,
                     answers_->SuggestLicenses(c_.operands[0], question_));
    if (output_.table()) {
      PrintSuggestions(suggestions, &output_);
    } else {
      output_.Document(ToJson(suggestions), "suggestions");
    }
    if (!suggestions.complete) return Gate(kExitOpen);
    return suggestions.suggestions.empty() ? Gate(kExitNo) : kExitYes;
  }

  absl::StatusOr<int> Show() {
    ASSIGN_OR_RETURN(const ArtifactView view, answers_->Show(c_.operands[0], question_));
    if (output_.table()) {
      PrintShow(view, &output_);
    } else {
      output_.Document(ToJson(view));
    }
    return kExitYes;
  }

  absl::StatusOr<int> Walk(Direction direction) {
    TraversalOptions options;
    options.direction = direction;
    options.max_depth = c_.depth;
    options.max_vertices = static_cast<std::size_t>(c_.limit);
    options.relations = RelationsOf(c_);
    ASSIGN_OR_RETURN(const WalkView view, answers_->Walk(c_.operands[0], question_, options));
    PrintSteps(view);
    return view.complete ? kExitYes : Gate(kExitOpen);
  }

  absl::StatusOr<int> Path() {
    ASSIGN_OR_RETURN(const WalkView view,
                     answers_->Path(c_.operands[0], c_.operands[1], question_, RelationsOf(c_)));
    PrintSteps(view);
    return view.steps.empty() ? Gate(kExitNo) : kExitYes;
  }

  void PrintSteps(const WalkView& view) {
    if (output_.table()) {
      PrintWalk(view, &output_);
    } else {
      output_.Document(ToJson(view), "steps");
    }
  }

  absl::StatusOr<int> Graph() {
    Engine::GraphOptions options;
    options.up = c_.up;
    options.down = c_.down;
    options.max_nodes = static_cast<std::size_t>(c_.max_nodes);
    if (!c_.rights.empty()) {
      ASSIGN_OR_RETURN(const RightSet rights, ParseRights({c_.rights}));
      options.right = rights.Values()[0];
    }
    ASSIGN_OR_RETURN(const GraphView view, answers_->Graph(c_.operands[0], question_, options));
    ASSIGN_OR_RETURN(const std::string picture, Draw(view));
    if (c_.out_file.empty()) {
      output_.stream() << picture;
    } else {
      RETURN_IF_ERROR(WriteNewFile(c_.out_file, picture));
    }
    if (view.omitted > 0)
      err_ << "lineage-cli: " << view.omitted << " artifacts are not drawn (--max-nodes)\n";
    return kExitYes;
  }

  absl::StatusOr<std::string> Draw(const GraphView& view) const {
    const Grouping grouping = c_.group == "organization" ? Grouping::kOrganization
                              : c_.group == "release"    ? Grouping::kRelease
                                                         : Grouping::kNone;
    switch (output_.format()) {
      case Format::kMermaid:
        return ToMermaid(view, grouping);
      case Format::kGraphml:
        return ToGraphMl(view);
      case Format::kJson:
        return DumpJson(ToJson(view), 2) + "\n";
      case Format::kDot:
        return ToDot(view, grouping);
      default:
        return RunGraphviz(ToDot(view, grouping), Name(output_.format()));
    }
  }

  // Never follows a link that stands at `path`.
  static absl::Status WriteNewFile(const std::string& path, const std::string& content) {
    std::error_code error;
    if (std::filesystem::is_symlink(path, error)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": is a symbolic link; name the file itself"));
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << content;
    out.close();
    if (!out) return absl::UnavailableError(absl::StrCat(path, ": cannot be written"));
    return absl::OkStatus();
  }

  absl::StatusOr<int> Audit() {
    ASSIGN_OR_RETURN(const std::vector<Finding> findings,
                     answers_->Audit(c_.operands, Chosen<Severity>(c_.severity), question_));
    if (output_.table()) {
      PrintFindings(findings, &output_);
    } else if (WriteReport(ReportOf(findings), &output_)) {
      // In the format of some CI.
    } else {
      Json list = Json::array();
      for (const Finding& finding : findings) list.push_back(ToJson(finding));
      output_.Document(list);
    }
    const bool errors = std::any_of(findings.begin(), findings.end(), [](const Finding& f) {
      return f.severity == Severity::kError;
    });
    return errors ? Gate(kExitNo) : kExitYes;
  }

  absl::StatusOr<int> LicenseList() {
    ASSIGN_OR_RETURN(const std::vector<License> licenses, answers_->Licenses());
    if (output_.table()) {
      PrintLicenses(licenses, &output_);
      return kExitYes;
    }
    Json list = Json::array();
    for (const License& license : licenses) {
      list.push_back({{"id", license.id},
                      {"name", license.name},
                      {"class", std::string(Name(license.license_class))},
                      {"basis", std::string(Name(license.basis))},
                      {"osi_approved", license.osi_approved},
                      {"hub", absl::StrJoin(license.hub_tags, " ")}});
    }
    output_.Document(list);
    return kExitYes;
  }

  absl::StatusOr<int> LicenseShow() {
    const absl::StatusOr<License> license = answers_->FindLicense(c_.operands[0]);
    if (absl::IsNotFound(license.status())) {
      ASSIGN_OR_RETURN(const std::vector<LicenseException> exceptions, answers_->Exceptions());
      for (const LicenseException& exception : exceptions) {
        if (exception.id == c_.operands[0]) return ShowTerms(exception);
      }
    }
    RETURN_IF_ERROR(license.status());
    if (c_.with_texts || !c_.texts.empty()) return ShowText(*license);
    return ShowTerms(*license);
  }

  absl::StatusOr<int> ShowText(const License& license) {
    const absl::StatusOr<std::string> text = LicenseTextOf(license.id, c_.texts);
    if (absl::IsNotFound(text.status())) {
      const std::string where = WhereTextStands(license);
      return absl::NotFoundError(
          absl::StrCat(text.status().message(), where.empty() ? "" : "; ", where));
    }
    RETURN_IF_ERROR(text.status());
    if (output_.table()) {
      output_.stream() << *text;
    } else {
      output_.Document({{"id", license.id}, {"text", *text}});
    }
    return kExitYes;
  }

  // A licence or an exception.
  template <typename Terms>
  int ShowTerms(const Terms& terms) {
    if (output_.table()) {
      PrintLicense(terms, &output_);
    } else {
      output_.Document(ToJson(terms));
    }
    return kExitYes;
  }

  absl::StatusOr<int> LicenseCompare() {
    const auto step = Chosen<CompareStep>(c_.step);
    ASSIGN_OR_RETURN(const LicensePair pair,
                     answers_->CompareLicenses(c_.operands[0], c_.operands[1], step));
    // Expressions go into each other; side by side stand single licences.
    const absl::StatusOr<License> left = answers_->FindLicense(c_.operands[0]);
    const absl::StatusOr<License> right = answers_->FindLicense(c_.operands[1]);
    const bool both = left.ok() && right.ok();
    if (output_.table()) {
      PrintPair(pair, step, &output_);
      if (both) PrintComparison(*left, *right, &output_);
      return kExitYes;
    }
    Json json = {{"version", kJsonVersion},
                 {"a", pair.a},
                 {"b", pair.b},
                 {"step", std::string(Name(step))},
                 {"a_into_b", ToJson(pair.a_into_b)},
                 {"b_into_a", ToJson(pair.b_into_a)},
                 {"licenses", Json::array()}};
    if (both) json["licenses"] = {ToJson(*left), ToJson(*right)};
    output_.Document(json);
    return kExitYes;
  }

  absl::StatusOr<int> LicenseRecognize() {
    // Texts are known to the catalogue of this program, whoever is asked.
    ASSIGN_OR_RETURN(Catalog catalog, LoadBuiltinCatalog());
    const LicenseTable table(std::make_shared<const Catalog>(std::move(catalog)));
    Json list = Json::array();
    bool all = true;
    for (const std::string& path : c_.operands) {
      ASSIGN_OR_RETURN(const std::string text, ReadNamedFile(path));
      const std::vector<TextMatch> matches = RecognizeText(text, table);
      const bool found = !matches.empty() && matches[0].same;
      all = all && found;
      Json candidates = Json::array();
      std::string line = found ? table.Get(matches[0].license).id : "no licence of the catalogue";
      for (const TextMatch& match : matches) {
        if (candidates.size() == 5) break;
        const std::string& id = table.Get(match.license).id;
        Json candidate = {{"license", id}, {"resemblance", match.score}, {"same", match.same}};
        if (!match.difference.empty()) candidate["difference"] = match.difference;
        candidates.push_back(std::move(candidate));
      }
      if (!found && !matches.empty()) {
        absl::StrAppendFormat(&line, "; nearest %s (%.2f), but %s",
                              table.Get(matches[0].license).id, matches[0].score,
                              matches[0].difference);
      }
      output_.table() ? output_.Wrapped("", 0, 4, absl::StrCat(path, ": ", line)) : void();
      list.push_back({{"file", path},
                      {"license", found ? Json(table.Get(matches[0].license).id) : Json()},
                      {"candidates", candidates}});
    }
    if (!output_.table()) output_.Document(list);
    return all || c_.no_fail ? kExitYes : kExitOpen;
  }

  absl::StatusOr<int> LicenseSketch() {
    ASSIGN_OR_RETURN(const License license, answers_->FindLicense(c_.operands[0]));
    ASSIGN_OR_RETURN(const std::string text, ReadNamedFile(c_.operands[1]));
    const KnownText known = KnownTextOf(text);
    if (known.shingles == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(c_.operands[1], ": holds fewer than three words"));
    }
    output_.stream() << "  - license: " << license.id << "\n    terms: " << known.terms
                     << "\n    words: " << WordsText(known) << "\n";
    return kExitYes;
  }

  absl::StatusOr<int> Purposes() {
    ASSIGN_OR_RETURN(const std::vector<Purpose> purposes, answers_->Purposes());
    Json list = Json::array();
    for (const Purpose& purpose : purposes) {
      if (output_.table()) {
        output_.Wrapped(
            absl::StrCat(Pad(purpose.id, 34), purpose.harmful ? "restricted  " : "harmless    "),
            46, 46, purpose.says);
      }
      list.push_back({{"id", purpose.id}, {"harmful", purpose.harmful}, {"says", purpose.says}});
    }
    if (!output_.table()) output_.Document(list);
    return kExitYes;
  }

  absl::StatusOr<int> Facts() {
    ASSIGN_OR_RETURN(const std::vector<Fact> facts, answers_->Facts());
    Json list = Json::array();
    for (const Fact& fact : facts) {
      if (output_.table()) output_.Wrapped(Pad(fact.id, 34), 34, 34, fact.says);
      list.push_back({{"id", fact.id}, {"says", fact.says}});
    }
    if (!output_.table()) output_.Document(list);
    return kExitYes;
  }

  absl::StatusOr<int> LicenseExceptions() {
    ASSIGN_OR_RETURN(const std::vector<LicenseException> exceptions, answers_->Exceptions());
    Json list = Json::array();
    for (const LicenseException& exception : exceptions) {
      if (output_.table()) output_.Wrapped(Pad(exception.id, 34), 34, 34, exception.says);
      list.push_back(ToJson(exception));
    }
    if (!output_.table()) output_.Document(list);
    return kExitYes;
  }

  absl::StatusOr<int> Version() {
    ASSIGN_OR_RETURN(const Info info, answers_->GetInfo());
    if (output_.table()) {
      output_.Line(absl::StrCat("lineage-cli ", LINEAGE_VERSION));
      if (info.version != LINEAGE_VERSION) output_.Line(absl::StrCat("server: ", info.version));
      output_.Line(absl::StrCat("catalogue: ", info.licenses, " licences, ", info.artifacts,
                                " artifacts, ", info.claims, " claims, revision ", info.revision));
    } else {
      output_.Document(Json{{"version", LINEAGE_VERSION},
                            {"licenses", info.licenses},
                            {"artifacts", info.artifacts},
                            {"claims", info.claims},
                            {"revision", info.revision}});
    }
    return kExitYes;
  }

  absl::StatusOr<int> Lint() {
    ASSIGN_OR_RETURN(const std::vector<Diagnostic> problems,
                     LintFiles(c_.operands, !c_.no_builtin));
    for (const Diagnostic& problem : problems) output_.Line(EscapeForTerminal(problem.ToString()));
    if (problems.empty()) {
      output_.Line("no problems");
      return kExitYes;
    }
    err_ << "lineage-cli: " << problems.size() << " problems\n";
    return Gate(kExitNo);
  }

  absl::StatusOr<int> Completion() {
    ASSIGN_OR_RETURN(const Catalog catalog, LoadBuiltinCatalog());
    std::map<std::string, std::vector<std::string>> words = {{"--fact=", {"yes", "no"}}};
    for (const Purpose& purpose : catalog.vocabulary.purposes) {
      words["--purpose"].push_back(purpose.id);
    }
    for (const Fact& fact : catalog.vocabulary.facts) {
      words["--fact"].push_back(absl::StrCat(fact.id, "="));
    }
    const std::string script = CompletionScript(app_, c_.operands[0], words);
    if (script.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "no completion for \"", EscapeForTerminal(c_.operands[0]), "\": bash, zsh or fish"));
    }
    output_.stream() << script;
    return kExitYes;
  }

  absl::StatusOr<int> Help() {
    const CLI::App* app = &app_;
    for (const std::string& word : c_.operands) {
      const auto verbs = app->get_subcommands([](const CLI::App*) { return true; });
      const auto it = std::find_if(verbs.begin(), verbs.end(),
                                   [&](const CLI::App* v) { return v->get_name() == word; });
      if (it == verbs.end())
        return absl::InvalidArgumentError(
            absl::StrCat("no verb \"", EscapeForTerminal(word), "\""));
      app = *it;
    }
    output_.stream() << app->help();
    return kExitYes;
  }

  int Gate(int status) const { return c_.no_fail ? kExitYes : status; }

  const CommandLine& c_;
  const CLI::App& app_;
  Output& output_;
  std::ostream& err_;
  std::unique_ptr<Answers> answers_;
  Question question_;
};

std::size_t TerminalWidth() {
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr) {
    int width = 0;
    if (absl::SimpleAtoi(columns, &width) && width >= 60 && width <= 400)
      return static_cast<std::size_t>(width);
  }
  winsize size{};
  if (::isatty(STDOUT_FILENO) != 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col >= 60) {
    return std::min<std::size_t>(size.ws_col, 160);
  }
  return 110;
}

bool WantsColor(const std::string& color) {
  if (color == "always") return true;
  if (color == "never") return false;
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace

int ExitStatusFor(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitYes;
    case absl::StatusCode::kNotFound:
      return kExitNotFound;
    case absl::StatusCode::kFailedPrecondition:
      return ReasonOf(status) == Reason::kNameAmbiguous ? kExitNotFound : kExitEngineFailed;
    case absl::StatusCode::kInvalidArgument:
      return kExitUsage;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kExitNotAuthorized;
    default:
      return kExitEngineFailed;
  }
}

int ExitStatusFor(Verdict verdict, bool complete) {
  if (verdict == Verdict::kProhibited) return kExitNo;
  return verdict == Verdict::kPermitted && complete ? kExitYes : kExitOpen;
}

int RunCommand(const CommandLine& command, const CLI::App& app, std::ostream& out,
               std::ostream& err) {
  const Format otherwise = command.verb == "graph"    ? Format::kDot
                           : command.verb == "export" ? Format::kYaml
                                                      : Format::kTable;
  const Format format = FindByName<Format>(command.format).value_or(otherwise);
  Output output(out, format, WantsColor(command.color), TerminalWidth());
  absl::StatusOr<int> status = Runner(command, app, &output, err).Run();
  out.flush();
  if (!status.ok()) {
    for (const absl::string_view line : absl::StrSplit(status.status().message(), '\n')) {
      err << "lineage-cli: " << EscapeForTerminal(line) << "\n";
    }
    return ExitStatusFor(status.status());
  }
  if (!out) {
    err << "lineage-cli: the output cannot be written (is the disk full?)\n";
    return kExitEngineFailed;
  }
  return *status;
}

}  // namespace lineage
