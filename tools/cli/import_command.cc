#include "tools/cli/import_command.h"

#include <sys/stat.h>

#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/archive.h"
#include "engine/exchange/hub_json.h"
#include "tools/cli/json.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRecordsPerBatch = 5000;
constexpr std::size_t kNotesShown = 20;

class Collector : public ImportSink {
 public:
  absl::Status Accept(ImportRecord record) override {
    records.push_back(std::move(record));
    return absl::OkStatus();
  }
  void Note(ImportNote note) override { notes.push_back(std::move(note)); }

  std::vector<ImportRecord> records;
  std::vector<ImportNote> notes;
};

// What a claim says, whenever it was said: an unchanged record with a newer date is unchanged.
std::string KeyOf(Claim claim) {
  claim.source.said = Date();
  claim.source.said_text.clear();
  if (claim.statement == StatementKind::kLicense) claim.valid.from = Date::Min();
  Batch batch;
  batch.claims.push_back(std::move(claim));
  return ContentDigest(batch);
}

absl::Status ReadInto(const std::string& path, const LicenseTable& licenses, Collector* collector) {
  ImportContext context;
  context.file = path;
  context.today = Date::Today();
  if (path == "-") {
    context.file = "standard input";
    return ImportHubJson(std::cin, context, licenses, collector);
  }
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return absl::NotFoundError(absl::StrCat(path, ": no such file"));
  }
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is no regular file"));
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::PermissionDeniedError(absl::StrCat(path, ": cannot be read"));
  return ImportHubJson(in, context, licenses, collector);
}

struct Summary {
  std::size_t records = 0;
  std::size_t artifacts = 0;  // described anew
  std::size_t claims = 0;     // new
  std::size_t inferred = 0;   // of these
  std::size_t unchanged = 0;
  std::size_t retracted = 0;
  std::size_t skipped = 0;
  std::size_t unmapped = 0;
  std::map<std::string, std::size_t> by_kind;  // new claims, by what they state
};

class Importer {
 public:
  Importer(const CommandLine& c, Answers* answers) : c_(c), answers_(*answers) {}

  absl::StatusOr<Summary> Run(Collector* collector) {
    RETURN_IF_ERROR(LearnWhatIsKnown(*collector));
    Batch batch;
    for (ImportRecord& record : collector->records) {
      ++summary_.records;
      RETURN_IF_ERROR(Take(std::move(record), &batch));
      if (batch.artifacts.size() + batch.claims.size() >= kRecordsPerBatch) {
        RETURN_IF_ERROR(Write(&batch));
      }
    }
    RETURN_IF_ERROR(Write(&batch));
    for (const auto& [key, numbers] : held_) {
      for (const ClaimNumber number : numbers) {
        batch.retractions.push_back({number, "no longer in the imported record"});
        if (batch.retractions.size() == kRecordsPerBatch) RETURN_IF_ERROR(Write(&batch));
      }
    }
    RETURN_IF_ERROR(Write(&batch));
    for (const ImportNote& note : collector->notes) {
      ++(note.kind == ImportNote::Kind::kSkipped ? summary_.skipped : summary_.unmapped);
    }
    return summary_;
  }

 private:
  absl::Status LearnWhatIsKnown(const Collector& collector) {
    ASSIGN_OR_RETURN(const std::vector<Artifact> artifacts, answers_.Artifacts());
    for (const Artifact& artifact : artifacts) kinds_.emplace(artifact.id, artifact.kind);
    absl::flat_hash_set<std::string> documents;
    for (const ImportRecord& record : collector.records) {
      for (const Claim& claim : record.claims) documents.insert(claim.source.document);
      documents.insert(absl::StrCat("Hub record ", record.artifact.id));
    }
    ASSIGN_OR_RETURN(const std::vector<Claim> claims, answers_.Claims("", false));
    for (const Claim& claim : claims) {
      if (documents.contains(claim.source.document)) held_[KeyOf(claim)].push_back(claim.number);
    }
    return absl::OkStatus();
  }

  absl::Status Take(ImportRecord record, Batch* batch) {
    const auto [kind, fresh] = kinds_.try_emplace(record.artifact.id, record.artifact.kind);
    if (fresh || kind->second == ArtifactKind::kUnresolved) {
      kind->second = record.artifact.kind;
      ++summary_.artifacts;
      batch->artifacts.push_back(std::move(record.artifact));
    }
    for (Claim& claim : record.claims) {
      const std::string key = KeyOf(claim);
      if (const auto it = held_.find(key); it != held_.end() && !it->second.empty()) {
        it->second.pop_back();
        ++summary_.unchanged;
        continue;
      }
      ++summary_.claims;
      if (claim.inferred) ++summary_.inferred;
      ++summary_.by_kind[std::string(
          claim.statement == StatementKind::kEdge ? Name(claim.relation) : Name(claim.statement))];
      batch->claims.push_back(std::move(claim));
    }
    return absl::OkStatus();
  }

  absl::Status Write(Batch* batch) {
    summary_.retracted += batch->retractions.size();
    if (!batch->empty() && !c_.dry_run) {
      batch->origin = Origin::kDocument;
      batch->note = absl::StrCat(
          "import of ", c_.operands[0].substr(0, 500),
          c_.operands.size() > 1 ? absl::StrCat(" and ", c_.operands.size() - 1, " more") : "");
      std::vector<FieldProblem> problems;
      std::string token;
      RETURN_IF_ERROR(answers_.Apply(*batch, &problems, &token).status());
    }
    *batch = Batch();
    return absl::OkStatus();
  }

  const CommandLine& c_;
  Answers& answers_;
  Summary summary_;
  absl::flat_hash_map<std::string, ArtifactKind> kinds_;
  absl::flat_hash_map<std::string, std::vector<ClaimNumber>> held_;  // by key; not met again yet
};

void Print(const Summary& s, const std::vector<ImportNote>& notes, bool all, bool dry_run,
           Output* output) {
  output->Line(absl::StrCat(s.records, " records: ", s.artifacts, " artifacts described, ",
                            s.claims, " claims ", dry_run ? "to be written" : "written", " (",
                            s.inferred, " inferred), ", s.unchanged, " unchanged, ", s.retracted,
                            " retracted"));
  for (const auto& [kind, count] : s.by_kind) {
    output->Line(absl::StrCat("  ", Pad(kind, 24), count));
  }
  output->Line(absl::StrCat(s.skipped, " skipped, ", s.unmapped, " kept as found"));
  std::size_t shown = 0;
  for (const ImportNote& note : notes) {
    if (!all && shown == kNotesShown) {
      output->Line(absl::StrCat("  … and ", notes.size() - shown, " more (--all)"));
      break;
    }
    ++shown;
    output->Wrapped("  ", 2, 4, absl::StrCat(note.where.ToString(), ": ", note.message));
  }
}

}  // namespace

absl::StatusOr<int> RunImportCommand(const CommandLine& command, Answers* answers, Output* output,
                                     std::ostream& err) {
  ASSIGN_OR_RETURN(Catalog catalog, LoadBuiltinCatalog());
  catalog.artifacts.clear();
  catalog.claims.clear();
  const LicenseTable licenses(std::make_shared<const Catalog>(std::move(catalog)));
  Collector collector;
  for (const std::string& path : command.operands) {
    RETURN_IF_ERROR(ReadInto(path, licenses, &collector));
  }
  if (command.strict) {
    for (const ImportNote& note : collector.notes) {
      if (note.kind != ImportNote::Kind::kSkipped) continue;
      return absl::InvalidArgumentError(absl::StrCat(note.where.ToString(), ": ", note.message,
                                                     "; nothing was written (--strict)"));
    }
  }
  ASSIGN_OR_RETURN(const Summary s, Importer(command, answers).Run(&collector));
  if (output->table()) {
    Print(s, collector.notes, command.all, command.dry_run, output);
  } else {
    Json json = {{"version", kJsonVersion},    {"records", s.records},   {"artifacts", s.artifacts},
                 {"claims", s.claims},         {"inferred", s.inferred}, {"unchanged", s.unchanged},
                 {"retracted", s.retracted},   {"skipped", s.skipped},   {"unmapped", s.unmapped},
                 {"dry_run", command.dry_run}, {"notes", Json::array()}};
    for (const ImportNote& note : collector.notes) {
      json["notes"].push_back(
          {{"where", note.where.ToString()},
           {"kind", note.kind == ImportNote::Kind::kSkipped ? "skipped" : "unmapped"},
           {"message", note.message}});
    }
    output->Document(json);
  }
  if (s.records == 0 && s.skipped > 0) {
    err << "lineage-cli: no record could be taken\n";
    return kExitOpen;
  }
  return kExitYes;
}

}  // namespace lineage
