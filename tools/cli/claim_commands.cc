#include "tools/cli/claim_commands.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/archive.h"
#include "engine/catalog/claim_checks.h"
#include "engine/catalog/loader.h"
#include "engine/model/openness.h"
#include "engine/store/sqlite_store.h"
#include "tools/cli/hypothesis_flags.h"
#include "tools/cli/json.h"
#include "tools/cli/tables.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

Json CommitJson(const Commit& commit, const std::string& token) {
  Json json = {{"version", kJsonVersion},
               {"revision", commit.revision},
               {"commit_time", TimeText(commit.time)},
               {"author", commit.author},
               {"request_id", commit.request_id},
               {"note", commit.note},
               {"first_claim", commit.first_claim},
               {"claim_count", commit.claim_count},
               {"hash", absl::BytesToHexString(commit.hash)},
               {"replayed", commit.replayed}};
  if (!token.empty()) json["revision_token"] = token;
  return json;
}

std::string WhoText(const Claim& claim) {
  return absl::StrCat(claim.source.by, " (", Name(claim.source.kind), ", ", claim.source.said_text,
                      ")");
}

absl::Status ReadDay(const char* flag, const std::string& text, Date* date) {
  if (text.empty()) return absl::OkStatus();
  const absl::StatusOr<Date> day = Date::Parse(text);
  if (!day.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(flag, ": ", day.status().message()));
  }
  *date = *day;
  return absl::OkStatus();
}

class ClaimRunner {
 public:
  ClaimRunner(const CommandLine& c, Answers* answers, Output* output, std::ostream& err)
      : c_(c), answers_(*answers), output_(*output), err_(err) {}

  absl::StatusOr<int> Add() {
    Batch batch;
    batch.request_id = c_.request_id;
    batch.note = c_.note;
    Claim claim;
    ASSIGN_OR_RETURN(claim.subject, Subject(&batch));
    claim.source.kind = FindByName<SourceKind>(c_.source_kind).value_or(SourceKind::kCurated);
    claim.source.by = c_.by;
    claim.source.document = c_.document;
    claim.source.said_text = c_.said.empty() ? Date::Today().ToString() : c_.said;
    const absl::StatusOr<Date> said = Date::ParseLenient(claim.source.said_text);
    if (!said.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--said: ", said.status().message()));
    }
    claim.source.said = *said;
    claim.where = c_.where;
    claim.quote = c_.quote;
    claim.inferred = c_.inferred;
    claim.component = FindByName<Component>(c_.component);
    RETURN_IF_ERROR(ReadDay("--until", c_.until, &claim.valid.until));
    RETURN_IF_ERROR(ReadStatement(&claim, &batch));
    return Write(batch);
  }

  absl::StatusOr<int> Import() {
    Catalog base;
    ASSIGN_OR_RETURN(base, LoadBuiltinCatalog());
    const std::size_t licenses = base.licenses.size();
    base.artifacts.clear();
    base.claims.clear();
    ASSIGN_OR_RETURN(const std::vector<std::string> files, FindYamlFiles(c_.operands));
    LoadOptions options;
    options.lenient = true;  // parents may be known to the store only
    // So may ids that would not be taken today; who takes the batch knows.
    options.known_id = [](absl::string_view) { return true; };
    CatalogLoader loader(std::move(base), options);
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(std::string text, ReadFile(file));
      loader.Add(file, std::move(text));
    }
    Catalog catalog;
    std::vector<Diagnostic> problems;
    if (!loader.Finish(&catalog, &problems)) return ToStatus(problems);
    if (catalog.licenses.size() != licenses) {
      return ErrorAt(catalog.licenses[licenses].location,
                     "licences are not claims: keep them in a pack (--catalog)");
    }
    Batch batch;
    batch.request_id = c_.request_id;
    batch.note =
        c_.note.empty() ? EscapeForTerminal(absl::StrJoin(files, ", ").substr(0, 1000)) : c_.note;
    for (Artifact& artifact : catalog.artifacts) {
      if (artifact.kind != ArtifactKind::kUnresolved)
        batch.artifacts.push_back(std::move(artifact));
    }
    batch.claims = std::move(catalog.claims);
    return Write(batch);
  }

  absl::StatusOr<int> Retract() {
    Batch batch;
    batch.request_id = c_.request_id;
    for (const std::string& word : c_.operands) {
      Retraction retraction;
      retraction.reason = c_.reason;
      if (!absl::SimpleAtoi(word, &retraction.claim)) {
        return absl::InvalidArgumentError(absl::StrCat(
            "\"", EscapeForTerminal(word), "\" is no number of a claim (see: claim list)"));
      }
      batch.retractions.push_back(std::move(retraction));
    }
    return Write(batch);
  }

  absl::StatusOr<int> List() {
    ASSIGN_OR_RETURN(const std::vector<Claim> claims,
                     answers_.Claims(c_.operands.empty() ? "" : c_.operands[0], c_.retracted));
    if (output_.table()) {
      for (const Claim& claim : claims) PrintClaim(claim);
      return kExitYes;
    }
    Json list = Json::array();
    for (const Claim& claim : claims) list.push_back(RecordedClaimToJson(claim));
    output_.Document(list);
    return kExitYes;
  }

 private:
  // The artifact's id; a new one is described by the batch.
  absl::StatusOr<std::string> Subject(Batch* batch) {
    const std::string& name = c_.operands[0];
    absl::StatusOr<std::string> id = answers_.Resolve(name);
    if (id.ok() && c_.kind.empty()) return id;
    if (!id.ok() && !absl::IsNotFound(id.status())) return id;
    if (c_.kind.empty()) {
      return absl::NotFoundError(
          absl::StrCat(id.status().message(), "\nto describe a new artifact, give --kind"));
    }
    Artifact artifact;
    artifact.id = id.ok() ? *id : name;
    artifact.kind = FindByName<ArtifactKind>(c_.kind).value_or(ArtifactKind::kUnresolved);
    batch->artifacts.push_back(artifact);
    return artifact.id;
  }

  absl::Status ReadStatement(Claim* claim, Batch* batch) {
    // Of a part that is published the licence is no statement of its own.
    const int licenses =
        c_.publishes.empty() ? !c_.license.empty() + !c_.license_as_found.empty() : 0;
    const int statements = licenses + !c_.edges.empty() + !c_.licensor.empty() + !c_.alias.empty() +
                           !c_.remark.empty() + !c_.contents.empty() + !c_.releases.empty() +
                           !c_.publishes.empty() + !c_.withholds.empty() + !c_.states.empty();
    if (statements != 1) {
      return absl::InvalidArgumentError(absl::StrCat(
          "a claim states exactly one of --license, --license-as-found, --edge, --licensor, "
          "--alias, --remark, --contents, --releases, --publishes, --withholds, --states; this one "
          "states ",
          statements));
    }
    RETURN_IF_ERROR(ReadDay("--from", c_.from, &claim->valid.from));
    if ((c_.denies || !c_.made.empty()) && c_.edges.empty()) {
      return absl::InvalidArgumentError("--denies and --made go with --edge");
    }
    if (!c_.publishes.empty() || !c_.withholds.empty()) return ReadParts(*claim, batch);
    if (!c_.states.empty()) return ReadFacts(*claim, batch);
    if (!c_.license.empty() || !c_.license_as_found.empty()) {
      claim->statement = StatementKind::kLicense;
      claim->as_found = c_.license.empty();
      claim->text = claim->as_found ? c_.license_as_found : c_.license;
      if (c_.from.empty()) claim->valid.from = claim->source.said;
    } else if (!c_.licensor.empty()) {
      claim->statement = StatementKind::kLicensor;
      claim->text = c_.licensor;
    } else if (!c_.alias.empty()) {
      claim->statement = StatementKind::kAlias;
      claim->text = c_.alias;
    } else if (!c_.remark.empty()) {
      claim->statement = StatementKind::kRemark;
      claim->text = c_.remark;
    } else if (!c_.contents.empty()) {
      claim->statement = StatementKind::kContents;
      claim->text = c_.contents;
    } else if (!c_.releases.empty()) {
      claim->statement = StatementKind::kReleases;
      for (const std::string& part : c_.releases) {
        claim->releases.Add(FindByName<Component>(part).value_or(Component::kWeights));
      }
    }
    if (c_.edges.empty()) {
      batch->claims.push_back(*claim);
      return absl::OkStatus();
    }
    claim->statement = StatementKind::kEdge;
    claim->denies = c_.denies;
    if (!c_.made.empty()) {
      Date made;
      RETURN_IF_ERROR(ReadDay("--made", c_.made, &made));
      claim->made = made;
    }
    for (const std::string& edge : c_.edges) {
      const std::pair<std::string, std::string> parts =
          absl::StrSplit(edge, absl::MaxSplits('=', 1));
      const auto relation = FindByName<Relation>(parts.first);
      if (!relation || parts.second.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("--edge: \"", EscapeForTerminal(edge), "\" is not RELATION=PARENT",
                         DidYouMean(parts.first, AllNames<Relation>())));
      }
      claim->relation = *relation;
      const absl::StatusOr<std::string> parent = answers_.Resolve(parts.second);
      if (absl::IsFailedPrecondition(parent.status())) return parent.status();
      if (!parent.ok()) {
        err_ << "lineage-cli: nobody describes " << EscapeForTerminal(parts.second)
             << "; it becomes a placeholder\n";
      }
      claim->parent = parent.ok() ? *parent : parts.second;
      batch->claims.push_back(*claim);
    }
    return absl::OkStatus();
  }

  absl::Status ReadFacts(Claim claim, Batch* batch) const {
    claim.statement = StatementKind::kFact;
    claim.component.reset();
    for (const std::string& fact : c_.states) {
      ASSIGN_OR_RETURN(claim.text, ReadFactArgument(fact));
      batch->claims.push_back(claim);
    }
    return absl::OkStatus();
  }

  absl::Status ReadParts(Claim claim, Batch* batch) const {
    if (!c_.license.empty() && !c_.license_as_found.empty()) {
      return absl::InvalidArgumentError("a part has --license or --license-as-found, not both");
    }
    claim.statement = StatementKind::kPublishes;
    claim.denies = c_.publishes.empty();
    claim.component.reset();
    claim.as_found = !c_.license_as_found.empty();
    for (const std::string& name : claim.denies ? c_.withholds : c_.publishes) {
      claim.text =
          WritePublishedPart(FindByName<ModelPart>(name).value_or(ModelPart::kFinalParameters),
                             claim.as_found ? c_.license_as_found : c_.license);
      batch->claims.push_back(claim);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<int> Write(const Batch& batch) {
    if (batch.empty()) return absl::InvalidArgumentError("there is nothing to write");
    std::vector<FieldProblem> problems;
    std::string token;
    const absl::StatusOr<Commit> commit = answers_.Apply(batch, &problems, &token);
    if (!commit.ok()) return Located(batch, commit.status(), problems);
    if (output_.table()) {
      std::vector<std::string> what;
      if (!batch.artifacts.empty())
        what.push_back(absl::StrCat(batch.artifacts.size(), " artifacts described"));
      if (commit->claim_count == 1) {
        what.push_back(absl::StrCat("claim ", commit->first_claim));
      } else if (commit->claim_count > 1) {
        what.push_back(absl::StrCat("claims ", commit->first_claim, " to ",
                                    commit->first_claim + commit->claim_count - 1));
      }
      if (!batch.retractions.empty()) {
        what.push_back(absl::StrCat(batch.retractions.size(), " retracted"));
      }
      output_.Line(absl::StrCat("revision ", commit->revision, ": ", absl::StrJoin(what, ", "),
                                commit->replayed ? " (was written before)" : ""));
      if (!token.empty()) output_.Line(absl::StrCat("token ", token));
    } else {
      output_.Document(CommitJson(*commit, token));
    }
    return kExitYes;
  }

  // Problems of records that came from files, with the place in the file.
  static absl::Status Located(const Batch& batch, const absl::Status& status,
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

  void PrintClaim(const Claim& claim) {
    output_.Wrapped(
        absl::StrCat(Pad(absl::StrCat(claim.number), 8)), 8, 8,
        absl::StrCat(
            claim.subject, ": ", StatementText(claim), " — ", WhoText(claim), ": ",
            claim.source.document,
            claim.retracted != 0 ? absl::StrCat(" [retracted at ", claim.retracted, "]") : ""));
  }

  const CommandLine& c_;
  Answers& answers_;
  Output& output_;
  std::ostream& err_;
};

void PrintEvent(const WatchEvent& event, Output* output) {
  output->Line(absl::StrCat("revision ", event.change.commit.revision, "  ",
                            TimeText(event.change.commit.time), "  ",
                            EscapeForTerminal(event.change.commit.author),
                            event.change.commit.note.empty()
                                ? ""
                                : absl::StrCat("  ", EscapeForTerminal(event.change.commit.note))));
  for (const Artifact& artifact : event.change.artifacts) {
    output->Wrapped("  * ", 4, 6, absl::StrCat(artifact.id, " is a ", Name(artifact.kind)));
  }
  for (const Claim& claim : event.change.claims) {
    output->Wrapped("  + ", 4, 6,
                    absl::StrCat(claim.number, " ", claim.subject, ": ", StatementText(claim),
                                 " — ", WhoText(claim)));
  }
  for (const auto& [claim, reason] : event.change.retracted) {
    output->Wrapped(
        "  - ", 4, 6,
        absl::StrCat(claim.number, " ", claim.subject, ": ", StatementText(claim), " — ", reason));
  }
  const auto word = [](const std::optional<Verdict>& verdict) {
    return verdict ? std::string(Name(*verdict)) : std::string("unknown");
  };
  for (const VerdictChange& change : event.change.verdicts) {
    output->Wrapped(
        "  > ", 4, 6,
        absl::StrCat(change.artifact, " ", Name(change.component), " ", Name(change.right), ": ",
                     word(change.before), " -> ", word(change.after)));
  }
  if (!event.change.verdicts_complete) {
    output->Line("  > INCOMPLETE: the comparison was cut short by a limit");
  }
  if (!event.token.empty()) output->Line(absl::StrCat("  token ", event.token));
  output->stream().flush();
}

Json EventJson(const WatchEvent& event) {
  Json json = CommitJson(event.change.commit, event.token);
  json["artifacts"] = Json::array();
  for (const Artifact& artifact : event.change.artifacts) {
    json["artifacts"].push_back({{"id", artifact.id}, {"kind", std::string(Name(artifact.kind))}});
  }
  json["claims"] = Json::array();
  for (const Claim& claim : event.change.claims)
    json["claims"].push_back(RecordedClaimToJson(claim));
  json["retracted"] = Json::array();
  for (const auto& [claim, reason] : event.change.retracted) {
    json["retracted"].push_back({{"claim", RecordedClaimToJson(claim)}, {"reason", reason}});
  }
  json["verdict_changes"] = Json::array();
  const auto word = [](const std::optional<Verdict>& verdict) {
    return verdict ? Json(std::string(Name(*verdict))) : Json();
  };
  for (const VerdictChange& change : event.change.verdicts) {
    json["verdict_changes"].push_back({{"artifact", change.artifact},
                                       {"component", std::string(Name(change.component))},
                                       {"right", std::string(Name(change.right))},
                                       {"before", word(change.before)},
                                       {"after", word(change.after)}});
  }
  json["verdicts_complete"] = event.change.verdicts_complete;
  return json;
}

// What is wrong with ids that a store holds since before they were refused, in order.
absl::StatusOr<std::vector<std::string>> RefusedIds(Store* store) {
  std::set<std::string> problems;
  const auto look = [&](const std::string& id) {
    if (std::string problem = IdProblem(id); !id.empty() && !problem.empty()) {
      problems.insert(EscapeForTerminal(problem));
    }
  };
  RETURN_IF_ERROR(store->Replay(0, ~Revision{0}, [&](const Change& change) {
    for (const Artifact& artifact : change.artifacts) look(artifact.id);
    for (const Claim& claim : change.claims) {
      look(claim.subject);
      look(claim.parent);
    }
    return absl::OkStatus();
  }));
  return std::vector<std::string>(problems.begin(), problems.end());
}

}  // namespace

absl::StatusOr<int> RunClaimCommand(const CommandLine& command, Answers* answers, Output* output,
                                    std::ostream& err) {
  ClaimRunner runner(command, answers, output, err);
  if (command.verb == "claim add") return runner.Add();
  if (command.verb == "claim import") return runner.Import();
  if (command.verb == "claim retract") return runner.Retract();
  return runner.List();
}

absl::StatusOr<int> RunWatchCommand(const CommandLine& command, const Question& question,
                                    Answers* answers, Output* output) {
  WatchOptions options;
  options.after = command.after;
  options.artifacts = command.operands;
  options.verdicts = command.verdicts;
  options.question = question;
  int left = command.count > 0 ? command.count : -1;
  RETURN_IF_ERROR(answers->Watch(options, [&](const WatchEvent& event) {
    if (output->table()) {
      PrintEvent(event, output);
    } else {  // one document a line: a stream has no end to close a list at
      output->stream() << DumpJson(EventJson(event), -1) << "\n" << std::flush;
    }
    return output->stream().good() && --left != 0;
  }));
  return kExitYes;
}

absl::StatusOr<int> RunStoreCommand(const CommandLine& command, Output* output) {
  if (!command.server.empty()) {
    return absl::InvalidArgumentError("store is about this machine; run it where the server runs");
  }
  const std::string directory = StoreDirectory(command);
  if (directory.empty()) {
    return absl::InvalidArgumentError("no folder for the store: name one with --store");
  }
  const auto print = [&](const Json& json, const std::string& line) {
    if (output->table()) {
      output->Line(line);
    } else {
      output->Document(json);
    }
  };
  if (command.verb == "store backup") {
    RETURN_IF_ERROR(BackUpSqliteStore(directory, command.operands[0]));
    print({{"backup", command.operands[0]}}, absl::StrCat("written: ", command.operands[0]));
    return kExitYes;
  }
  if (command.verb == "store restore") {
    ASSIGN_OR_RETURN(const StoreIdentity identity,
                     RestoreSqliteStore(directory, command.operands[0]));
    print({{"epoch", identity.epoch}},
          absl::StrCat("restored; epoch ", identity.epoch,
                       ": tokens from before are refused. What was there is kept as ", directory,
                       "/store.sqlite.replaced"));
    return kExitYes;
  }
  SqliteStoreOptions options;
  options.directory = directory;
  options.writable = options.create = command.verb == "store upgrade";
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenSqliteStore(options));
  if (command.verb == "store upgrade") {
    ASSIGN_OR_RETURN(const auto base, KnowledgeBase::Open(std::move(store), {}));
    print({{"revision", base->revision()}},
          absl::StrCat(directory, ": revision ", base->revision()));
    return kExitYes;
  }
  if (command.verb == "store verify") {
    ASSIGN_OR_RETURN(const std::string hash, VerifyChain(store.get()));
    ASSIGN_OR_RETURN(const Revision head, store->Head());
    ASSIGN_OR_RETURN(const std::vector<std::string> refused, RefusedIds(store.get()));
    const std::string hex = absl::BytesToHexString(hash);
    Json document = {{"revision", head}, {"hash", hex}};
    std::string line = absl::StrCat("intact: ", head, " revisions; the last hash is ", hex);
    if (!refused.empty()) {
      document["refused_ids"] = refused;
      absl::StrAppend(&line, "\nIds that would not be taken today (they go on being read):");
      for (const std::string& problem : refused) absl::StrAppend(&line, "\n  ", problem);
    }
    print(std::move(document), line);
    return kExitYes;
  }
  ASSIGN_OR_RETURN(const StoreStats stats, store->Stats());
  const StoreIdentity identity = store->Identity();
  const std::string id = absl::BytesToHexString(identity.id);
  if (output->table()) {
    output->Line(absl::StrCat("store        ", directory));
    output->Line(absl::StrCat("id           ", id, ", epoch ", identity.epoch));
    output->Line(absl::StrCat("revision     ", stats.revision));
    output->Line(absl::StrCat("artifacts    ", stats.artifacts, " described"));
    output->Line(
        absl::StrCat("claims       ", stats.claims, ", ", stats.retractions, " retracted"));
    output->Line(absl::StrCat("size         ", stats.bytes, " bytes, ", stats.backend, " schema ",
                              stats.schema_version));
  } else {
    output->Document(Json{{"store", directory},
                          {"id", id},
                          {"epoch", identity.epoch},
                          {"revision", stats.revision},
                          {"artifacts", stats.artifacts},
                          {"claims", stats.claims},
                          {"retractions", stats.retractions},
                          {"bytes", stats.bytes},
                          {"backend", stats.backend},
                          {"schema_version", stats.schema_version}});
  }
  return kExitYes;
}

}  // namespace lineage
