#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/model/openness.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/hypothesis_flags.h"
#include "tools/cli/verb.h"
#include "tools/cli/write_batch.h"

namespace lineage {
namespace {

absl::Status ReadDay(const char* flag, const std::string& text, Date* date) {
  if (text.empty()) return absl::OkStatus();
  const absl::StatusOr<Date> day = Date::Parse(text);
  if (!day.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(flag, ": ", day.status().message()));
  }
  *date = *day;
  return absl::OkStatus();
}

class ClaimAddVerb final : public Verb {
 public:
  ClaimAddVerb()
      : Verb({.name = "claim add",
              .summary = "Write one claim with its source",
              .group = VerbGroup::kKeep,
              .needs = Needs::kWriting,
              .formats = DocumentFormats(),
              .examples = {{"claim add mpt-7b-instruct --license CC-BY-SA-3.0 --by \"our counsel\" "
                            "--source-kind legal-review --document \"memo 7\"",
                            "a licence, as your own review found it"},
                           {"claim add acme/bot --kind checkpoint --edge finetuned_from=mpt-7b "
                            "--by acme --document card",
                            "a new artifact with what it was made from"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_,
                    "Whom the claim is about: a name, or a new id with --kind")
        ->required();
    DeclareStatement(app);
    DeclareSource(app);
    app->add_option("--kind", kind_, "Describe a new artifact: model, checkpoint, dataset, …")
        ->check(OneOf<ArtifactKind>());
    app->add_option("--from", from_, "First day on which it holds");
    app->add_option("--until", until_, "First day on which it no longer holds");
    app->add_option("--made", made_, "With --edge: the day of the derivation");
    app->add_flag("--denies", denies_, "With --edge: the source says that there is no such edge");
    app->add_flag("--inferred", inferred_, "Drawn, not stated");
    app->add_option("--request-id", request_id_, "A name of yours, so that repeating is safe");
    app->add_option("--note", note_, "For people");
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    Batch batch;
    batch.request_id = request_id_;
    batch.note = note_;
    Claim claim;
    ASSIGN_OR_RETURN(claim.subject, Subject(*run.answers, &batch));
    claim.component = FindByName<Component>(run.flags.question.component);
    RETURN_IF_ERROR(ReadSource(&claim));
    RETURN_IF_ERROR(ReadStatement(claim, run, &batch));
    return WriteBatch(batch, run);
  }

 private:
  void DeclareStatement(CLI::App* app) {
    const char* const group = "Statement (exactly one)";
    app->add_option("--license", license_, "Its licence: an SPDX expression")->group(group);
    app->add_option("--license-as-found", license_as_found_,
                    "What a source wrote that fits no licence")
        ->group(group);
    app->add_option("--edge", edges_, "RELATION=PARENT, such as finetuned_from=mosaicml/mpt-7b")
        ->group(group);
    app->add_option("--licensor", licensor_, "Who grants the licence")->group(group);
    app->add_option("--alias", alias_, "Another name")->group(group);
    app->add_option("--remark", remark_, "Anything else that a source says")->group(group);
    app->add_option("--contents", contents_,
                    "Of a data set: own, or others if they are not its collector's to license")
        ->check(CLI::IsMember({"own", "others"}))
        ->group(group);
    app->add_option("--releases", releases_, "Parts that are released, separated by commas")
        ->delimiter(',')
        ->check(OneOf<Component>())
        ->group(group);
    app->add_option(
           "--publishes", publishes_,
           "Parts that anybody can have, such as training-code; with --license, under that")
        ->delimiter(',')
        ->check(OneOf<ModelPart>())
        ->group(group);
    app->add_option("--withholds", withholds_, "Parts that nobody outside can have")
        ->delimiter(',')
        ->check(OneOf<ModelPart>())
        ->group(group);
    app->add_option(
           "--states", states_,
           "FACT=VALUE that a rule outside the licences turns on, such as training-flop=3.8e25")
        ->delimiter(',')
        ->group(group);
  }

  void DeclareSource(CLI::App* app) {
    const char* const group = "Source";
    app->add_option("--source-kind", source_kind_, "What kind of source says so")
        ->check(OneOf<SourceKind>())
        ->group(group);
    app->add_option("--by", by_, "Who says so")->required()->group(group);
    app->add_option("--said", said_, "On what day: YYYY-MM-DD, YYYY-MM or YYYY (today)")
        ->group(group);
    app->add_option("--document", document_, "Where: title or URL")->required()->group(group);
    app->add_option("--where", where_, "Line or section")->group(group);
    app->add_option("--quote", quote_, "A short quotation")->group(group);
  }

  // The artifact's id; a new one is described by the batch.
  absl::StatusOr<std::string> Subject(Answers& answers, Batch* batch) const {
    absl::StatusOr<std::string> id = answers.Resolve(artifact_);
    if (id.ok() && kind_.empty()) return id;
    if (!id.ok() && !absl::IsNotFound(id.status())) return id;
    if (kind_.empty()) {
      return absl::NotFoundError(
          absl::StrCat(id.status().message(), "\nto describe a new artifact, give --kind"));
    }
    Artifact artifact;
    artifact.id = id.ok() ? *id : artifact_;
    artifact.kind = FindByName<ArtifactKind>(kind_).value_or(ArtifactKind::kUnresolved);
    batch->artifacts.push_back(artifact);
    return artifact.id;
  }

  absl::Status ReadSource(Claim* claim) const {
    claim->source.kind = ValueOfWord<SourceKind>(source_kind_);
    claim->source.by = by_;
    claim->source.document = document_;
    claim->source.said_text = said_.empty() ? Date::Today().ToString() : said_;
    const absl::StatusOr<Date> said = Date::ParseLenient(claim->source.said_text);
    if (!said.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--said: ", said.status().message()));
    }
    claim->source.said = *said;
    claim->where = where_;
    claim->quote = quote_;
    claim->inferred = inferred_;
    return ReadDay("--until", until_, &claim->valid.until);
  }

  absl::Status CheckOneStatement() const {
    // Of a part that is published the licence is no statement of its own.
    const int licenses = publishes_.empty() ? !license_.empty() + !license_as_found_.empty() : 0;
    const int statements = licenses + !edges_.empty() + !licensor_.empty() + !alias_.empty() +
                           !remark_.empty() + !contents_.empty() + !releases_.empty() +
                           !publishes_.empty() + !withholds_.empty() + !states_.empty();
    if (statements == 1) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        "a claim states exactly one of --license, --license-as-found, --edge, --licensor, "
        "--alias, --remark, --contents, --releases, --publishes, --withholds, --states; this one "
        "states ",
        statements));
  }

  // `claim` has all but the statement.
  absl::Status ReadStatement(Claim claim, Invocation& run, Batch* batch) const {
    RETURN_IF_ERROR(CheckOneStatement());
    RETURN_IF_ERROR(ReadDay("--from", from_, &claim.valid.from));
    if (!edges_.empty()) return ReadEdges(std::move(claim), run, batch);
    if (denies_ || !made_.empty()) {
      return absl::InvalidArgumentError("--denies and --made go with --edge");
    }
    if (!publishes_.empty() || !withholds_.empty()) return ReadParts(std::move(claim), batch);
    if (!states_.empty()) return ReadFacts(std::move(claim), batch);
    const auto say = [&](StatementKind statement, const std::string& text) {
      claim.statement = statement;
      claim.text = text;
    };
    if (!license_.empty() || !license_as_found_.empty()) {
      claim.as_found = license_.empty();
      say(StatementKind::kLicense, claim.as_found ? license_as_found_ : license_);
      if (from_.empty()) claim.valid.from = claim.source.said;
    } else if (!licensor_.empty()) {
      say(StatementKind::kLicensor, licensor_);
    } else if (!alias_.empty()) {
      say(StatementKind::kAlias, alias_);
    } else if (!remark_.empty()) {
      say(StatementKind::kRemark, remark_);
    } else if (!contents_.empty()) {
      say(StatementKind::kContents, contents_);
    } else {
      claim.statement = StatementKind::kReleases;
      claim.releases = ValuesOfWords<Component>(releases_);
    }
    batch->claims.push_back(std::move(claim));
    return absl::OkStatus();
  }

  absl::Status ReadEdges(Claim claim, Invocation& run, Batch* batch) const {
    claim.statement = StatementKind::kEdge;
    claim.denies = denies_;
    if (!made_.empty()) {
      Date made;
      RETURN_IF_ERROR(ReadDay("--made", made_, &made));
      claim.made = made;
    }
    for (const std::string& edge : edges_) {
      const std::pair<std::string, std::string> parts =
          absl::StrSplit(edge, absl::MaxSplits('=', 1));
      const auto relation = FindByName<Relation>(parts.first);
      if (!relation || parts.second.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("--edge: \"", EscapeForTerminal(edge), "\" is not RELATION=PARENT",
                         DidYouMean(parts.first, AllNames<Relation>())));
      }
      claim.relation = *relation;
      const absl::StatusOr<std::string> parent = run.answers->Resolve(parts.second);
      if (absl::IsFailedPrecondition(parent.status())) return parent.status();
      if (!parent.ok()) {
        run.err << "lineage-cli: nobody describes " << EscapeForTerminal(parts.second)
                << "; it becomes a placeholder\n";
      }
      claim.parent = parent.ok() ? *parent : parts.second;
      batch->claims.push_back(claim);
    }
    return absl::OkStatus();
  }

  absl::Status ReadFacts(Claim claim, Batch* batch) const {
    claim.statement = StatementKind::kFact;
    claim.component.reset();
    for (const std::string& fact : states_) {
      ASSIGN_OR_RETURN(claim.text, ReadFactArgument(fact));
      batch->claims.push_back(claim);
    }
    return absl::OkStatus();
  }

  absl::Status ReadParts(Claim claim, Batch* batch) const {
    if (!license_.empty() && !license_as_found_.empty()) {
      return absl::InvalidArgumentError("a part has --license or --license-as-found, not both");
    }
    claim.statement = StatementKind::kPublishes;
    claim.denies = publishes_.empty();
    claim.component.reset();
    claim.as_found = !license_as_found_.empty();
    for (const std::string& name : claim.denies ? withholds_ : publishes_) {
      claim.text = WritePublishedPart(ValueOfWord<ModelPart>(name),
                                      claim.as_found ? license_as_found_ : license_);
      batch->claims.push_back(claim);
    }
    return absl::OkStatus();
  }

  std::string artifact_;
  std::string kind_;

  // The statement.
  std::string license_;
  std::string license_as_found_;
  std::vector<std::string> edges_;  // RELATION=PARENT
  std::string licensor_;
  std::string alias_;
  std::string remark_;
  std::string contents_;
  std::vector<std::string> releases_;
  std::vector<std::string> publishes_;
  std::vector<std::string> withholds_;
  std::vector<std::string> states_;  // FACT=VALUE
  std::string from_;
  std::string until_;
  std::string made_;
  bool denies_ = false;
  bool inferred_ = false;

  // Its source.
  std::string source_kind_ = "curated";
  std::string by_;
  std::string said_;
  std::string document_;
  std::string where_;
  std::string quote_;

  std::string request_id_;
  std::string note_;
};

}  // namespace

std::unique_ptr<Verb> MakeClaimAddVerb() { return std::make_unique<ClaimAddVerb>(); }

}  // namespace lineage
