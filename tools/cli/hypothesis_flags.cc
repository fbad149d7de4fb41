#include "tools/cli/hypothesis_flags.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/claim_checks.h"
#include "engine/exchange/importer.h"
#include "engine/license/license_table.h"
#include "engine/model/ai_act.h"
#include "engine/model/openness.h"

namespace lineage {
namespace {

ArtifactKind KindByPrefix(absl::string_view id) {
  if (absl::StartsWith(id, "datasets/")) return ArtifactKind::kDataset;
  if (absl::StartsWith(id, "services/")) return ArtifactKind::kService;
  if (absl::StartsWith(id, "code/")) return ArtifactKind::kCode;
  return ArtifactKind::kCheckpoint;
}

std::vector<std::string> Predicates() {
  std::vector<std::string> names = AllNames<Relation>();
  names.insert(names.end(), {"licensed_under", "licensor", "contents", "is", "releases",
                             "publishes", "withholds", "under", "states", "not"});
  return names;
}

// Reads one --with.
class SpecReader {
 public:
  SpecReader(Date day, Answers* answers, Hypothesis* hypothesis)
      : day_(day), answers_(*answers), hypothesis_(*hypothesis), predicates_(Predicates()) {}

  absl::Status Read(absl::string_view text) {
    for (const absl::string_view clause : absl::StrSplit(text, ',')) {
      std::vector<std::string> words =
          absl::StrSplit(clause, absl::ByAnyChar(" \t\n"), absl::SkipEmpty());
      if (words.empty()) return Error(text, "has an empty part between commas");
      if (!IsPredicate(words[0])) {
        RETURN_IF_ERROR(SetSubject(words[0]));
        words.erase(words.begin());
      }
      if (subject_.empty()) return Error(text, "does not begin with an artifact");
      RETURN_IF_ERROR(ReadClause(text, words));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Error(absl::string_view text, absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat("--with \"", EscapeForTerminal(text), "\": ", what,
                     ". Write: ARTIFACT PREDICATE OBJECT, PREDICATE OBJECT … with the predicates ",
                     absl::StrJoin(predicates_, ", ")));
  }

  bool IsPredicate(const std::string& word) const {
    return std::find(predicates_.begin(), predicates_.end(), word) != predicates_.end();
  }

  Artifact* Described(const std::string& id) {
    for (Artifact& artifact : hypothesis_.artifacts) {
      if (artifact.id == id) return &artifact;
    }
    return nullptr;
  }

  // A known artifact by any of its names, or a new one by its id.
  absl::Status SetSubject(const std::string& name) {
    if (Described(name) != nullptr) {
      subject_ = name;
      return absl::OkStatus();
    }
    const absl::StatusOr<std::string> known = answers_.Resolve(name);
    if (known.ok()) {
      subject_ = *known;
      return absl::OkStatus();
    }
    // A new artifact has an organisation in its id; a single word is more likely a typing mistake.
    if (!absl::IsNotFound(known.status()) || !absl::StrContains(name, '/')) return known.status();
    if (const std::string problem = IdProblem(name); !problem.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("--with: ", problem));
    }
    Artifact artifact;
    artifact.id = name;
    artifact.kind = KindByPrefix(name);
    hypothesis_.artifacts.push_back(std::move(artifact));
    subject_ = name;
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Object(const std::string& name) {
    if (Described(name) != nullptr) return name;
    return answers_.Resolve(name);
  }

  Claim NewClaim(StatementKind statement) const {
    Claim claim;
    claim.subject = subject_;
    claim.statement = statement;
    claim.source.kind = SourceKind::kLegalReview;
    claim.source.by = "what-if";
    claim.source.said = day_;
    claim.source.said_text = day_.ToString();
    claim.source.document = "--with";
    return claim;
  }

  absl::Status ReadClause(absl::string_view text, const std::vector<std::string>& words) {
    if (words.empty()) return Error(text, absl::StrCat("says nothing about ", subject_));
    if (!IsPredicate(words[0])) {
      return Error(text, absl::StrCat("\"", EscapeForTerminal(words[0]), "\" is no predicate",
                                      DidYouMean(words[0], predicates_)));
    }
    const bool denies = words[0] == "not";
    const std::string predicate = denies && words.size() > 1 ? words[1] : words[0];
    const std::size_t first = denies ? 2 : 1;
    if (words.size() <= first) return Error(text, absl::StrCat(predicate, " of what?"));
    std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(first), words.end());
    ASSIGN_OR_RETURN(const Days days, CutDays(text, &rest));
    if (const auto relation = FindByName<Relation>(predicate)) {
      if (rest.size() > 1) return Error(text, absl::StrCat(predicate, " takes one artifact"));
      Claim claim = NewClaim(StatementKind::kEdge);
      claim.relation = *relation;
      claim.made = days.made;
      claim.valid = days.valid;
      claim.denies = denies;
      ASSIGN_OR_RETURN(claim.parent, Object(rest[0]));
      hypothesis_.claims.push_back(std::move(claim));
      return absl::OkStatus();
    }
    if (denies) return Error(text, "\"not\" goes with a relation");
    if (days.made) return Error(text, "\"made\" goes with a relation");
    if (predicate == "is") return ReadKind(text, rest[0]);
    if (predicate == "releases") return ReadReleases(text, rest[0]);
    if (predicate == "publishes" || predicate == "withholds") {
      return ReadParts(text, predicate == "withholds", days.valid, rest);
    }
    if (predicate == "states") {
      for (const std::string& word : rest) {
        Claim claim = NewClaim(StatementKind::kFact);
        claim.valid = days.valid;
        const absl::StatusOr<std::string> fact = ReadFactArgument(word);
        if (!fact.ok()) return Error(text, fact.status().message());
        claim.text = *fact;
        hypothesis_.claims.push_back(std::move(claim));
      }
      return absl::OkStatus();
    }
    if (predicate == "under") return ReadUnder(text, absl::StrJoin(rest, " "));
    const StatementKind statement = predicate == "licensed_under" ? StatementKind::kLicense
                                    : predicate == "contents"     ? StatementKind::kContents
                                                                  : StatementKind::kLicensor;
    Claim claim = NewClaim(statement);
    claim.text = absl::StrJoin(rest, " ");
    claim.valid = days.valid;
    if (statement == StatementKind::kLicense && claim.valid.from == Date::Min())
      claim.valid.from = day_;
    hypothesis_.claims.push_back(std::move(claim));
    return absl::OkStatus();
  }

  struct Days {
    Interval valid;
    std::optional<Date> made;
  };

  // Cuts "from DAY", "until DAY" and "made DAY" off the end of a clause.
  absl::StatusOr<Days> CutDays(absl::string_view text, std::vector<std::string>* words) const {
    Days days;
    while (words->size() >= 3) {
      const std::string& word = (*words)[words->size() - 2];
      if (word != "from" && word != "until" && word != "made") break;
      const absl::StatusOr<Date> day = Date::Parse(words->back());
      if (!day.ok()) {
        return Error(text, absl::StrCat("\"", EscapeForTerminal(words->back()),
                                        "\" is no day (write 2024-05-31)"));
      }
      if (word == "made") {
        days.made = *day;
      } else {
        (word == "from" ? days.valid.from : days.valid.until) = *day;
      }
      words->resize(words->size() - 2);
    }
    if (days.valid.until <= days.valid.from)
      return Error(text, "\"until\" has to be later than \"from\"");
    return days;
  }

  absl::Status ReadKind(absl::string_view text, const std::string& word) {
    const auto kind = FindByName<ArtifactKind>(word);
    if (!kind || *kind == ArtifactKind::kUnresolved) {
      return Error(text, absl::StrCat("\"", EscapeForTerminal(word), "\" is no kind",
                                      DidYouMean(word, AllNames<ArtifactKind>())));
    }
    if (Artifact* described = Described(subject_)) {
      described->kind = *kind;
    } else {
      Artifact artifact;
      artifact.id = subject_;
      artifact.kind = *kind;
      hypothesis_.artifacts.push_back(std::move(artifact));
    }
    return absl::OkStatus();
  }

  absl::Status ReadReleases(absl::string_view text, const std::string& words) {
    Claim claim = NewClaim(StatementKind::kReleases);
    for (const absl::string_view word : absl::StrSplit(words, '+')) {
      const auto component = FindByName<Component>(word);
      if (!component) {
        return Error(text, absl::StrCat("\"", EscapeForTerminal(word), "\" is no part",
                                        DidYouMean(word, AllNames<Component>())));
      }
      claim.releases.Add(*component);
    }
    hypothesis_.claims.push_back(std::move(claim));
    return absl::OkStatus();
  }

  // "training-code", "training-code+inference-code under MIT".
  absl::Status ReadParts(absl::string_view text, bool withheld, const Interval& valid,
                         const std::vector<std::string>& words) {
    first_part_ = hypothesis_.claims.size();
    Claim claim = NewClaim(StatementKind::kPublishes);
    claim.denies = withheld;
    claim.valid = valid;
    for (const absl::string_view word : absl::StrSplit(words[0], '+')) {
      const auto part = FindByName<ModelPart>(word);
      if (!part) {
        return Error(text, absl::StrCat("\"", EscapeForTerminal(word), "\" is no part of a model",
                                        DidYouMean(word, AllNames<ModelPart>())));
      }
      claim.text = WritePublishedPart(*part, "");
      hypothesis_.claims.push_back(claim);
    }
    if (words.size() == 1) return absl::OkStatus();
    if (words[1] != "under" || words.size() == 2) {
      return Error(text, "after the part comes \"under\" and a licence, or nothing");
    }
    return ReadUnder(text, absl::StrJoin(words.begin() + 2, words.end(), " "));
  }

  // The licence of the parts of the last "publishes".
  absl::Status ReadUnder(absl::string_view text, const std::string& license) {
    if (first_part_ >= hypothesis_.claims.size()) {
      return Error(text, "\"under\" goes after \"publishes\"; or write \"licensed_under\"");
    }
    for (std::size_t i = first_part_; i < hypothesis_.claims.size(); ++i) {
      Claim& claim = hypothesis_.claims[i];
      const std::optional<PublishedPart> published = ReadPublishedPart(claim.text);
      if (claim.statement != StatementKind::kPublishes || claim.denies || !published) {
        return Error(text, "\"under\" goes right after \"publishes\"");
      }
      claim.text = WritePublishedPart(published->part, license);
    }
    return absl::OkStatus();
  }

  const Date day_;
  Answers& answers_;
  Hypothesis& hypothesis_;
  const std::vector<std::string> predicates_;
  std::string subject_;
  // Where the claims of the last "publishes" begin; past the end: there was none.
  std::size_t first_part_ = ~std::size_t{0};
};

// Collects what an importer makes of a file.
class HypothesisSink final : public ImportSink {
 public:
  HypothesisSink(Hypothesis* hypothesis, std::ostream& err) : hypothesis_(*hypothesis), err_(err) {}

  absl::Status Accept(ImportRecord record) override {
    if (!record.artifact.id.empty()) hypothesis_.artifacts.push_back(std::move(record.artifact));
    for (Claim& claim : record.claims) hypothesis_.claims.push_back(std::move(claim));
    return absl::OkStatus();
  }
  void Note(ImportNote note) override {
    const std::string place = note.where.ToString();
    err_ << "lineage-cli: " << place << (place.empty() ? "" : ": ")
         << EscapeForTerminal(note.message) << "\n";
  }

 private:
  Hypothesis& hypothesis_;
  std::ostream& err_;
};

absl::Status ReadDocument(const HypothesisFlags& flags, const std::string& path, Date day,
                          Answers* answers, Hypothesis* hypothesis, std::ostream& err) {
  auto catalog = std::make_shared<Catalog>();
  ASSIGN_OR_RETURN(catalog->licenses, answers->Licenses());
  const LicenseTable table(std::move(catalog));
  const LicenseMatcher matcher(table);
  ImportOptions options;
  options.today = day;
  options.id = flags.id;
  HypothesisSink sink(hypothesis, err);
  const std::size_t before = hypothesis->claims.size() + hypothesis->artifacts.size();
  RETURN_IF_ERROR(ImportPath(path, path, options, matcher, &sink));
  if (hypothesis->claims.size() + hypothesis->artifacts.size() > before) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--with ", path, ": nothing could be taken from it"));
}

}  // namespace

void HypothesisFlags::Declare(CLI::App* app) {
  app->add_option("--with", with,
                  "Suppose: \"my/model finetuned_from org/base, licensed_under MIT\", or a file "
                  "that import reads (a recipe, YAML, a card)")
      ->group("Question");
  app->add_option("--id", id, "The artifact that a file of --with is about, where it does not say")
      ->group("Question");
  app->add_option("--without", without, "Suppose these claims away (numbers: see claim list)")
      ->delimiter(',')
      ->group("Question");
}

absl::StatusOr<std::string> ReadFactArgument(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  const auto fact = FindByName<ModelFact>(parts.first);
  if (!fact) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", EscapeForTerminal(parts.first), "\" is no fact",
                     DidYouMean(std::string(parts.first), AllNames<ModelFact>())));
  }
  if (const std::string problem = FactValueProblem(*fact, parts.second); !problem.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(parts.first, "=", EscapeForTerminal(parts.second), ": it ", problem));
  }
  return WriteStatedFact(*fact, parts.second);
}

absl::StatusOr<std::shared_ptr<const Hypothesis>> HypothesisOf(const HypothesisFlags& flags,
                                                               Date day, Answers* answers,
                                                               std::ostream& err) {
  if (flags.empty()) return nullptr;
  auto hypothesis = std::make_shared<Hypothesis>();
  for (const std::string& text : flags.with) {
    std::error_code error;
    if (std::filesystem::exists(text, error)) {
      RETURN_IF_ERROR(ReadDocument(flags, text, day, answers, hypothesis.get(), err));
    } else {
      RETURN_IF_ERROR(SpecReader(day, answers, hypothesis.get()).Read(text));
    }
  }
  hypothesis->retracted = {flags.without.begin(), flags.without.end()};
  return hypothesis;
}

}  // namespace lineage
