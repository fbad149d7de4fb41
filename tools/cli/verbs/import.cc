#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/import_session.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/json.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNotesShown = 20;
constexpr absl::Duration kRedraw = absl::Milliseconds(200);
constexpr int kBarWidth = 30;

std::atomic<bool> interrupted{false};

// While it lives, the first Ctrl-C ends the import in good order; the second one ends the program.
class InterruptGuard {
 public:
  InterruptGuard() {
    interrupted = false;
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, &before_int_);
    ::sigaction(SIGTERM, &action, &before_term_);
  }
  ~InterruptGuard() {
    ::sigaction(SIGINT, &before_int_, nullptr);
    ::sigaction(SIGTERM, &before_term_, nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction before_int_ {};
  struct sigaction before_term_ {};
};

// One line on a terminal, drawn over itself.
class ProgressLine {
 public:
  explicit ProgressLine(std::ostream& err) : err_(err), on_(::isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() {
    if (drawn_) err_ << "\r\x1b[K" << std::flush;
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Draw(const ImportProgress& progress) {
    const absl::Time now = absl::Now();
    if (!on_ || now < next_) return;
    next_ = now + kRedraw;
    drawn_ = true;
    std::string line = "\r\x1b[K";
    if (progress.size > 0) {
      const double share = static_cast<double>(progress.bytes) / static_cast<double>(progress.size);
      const int full = static_cast<int>(share * kBarWidth);
      absl::StrAppend(&line, "[", std::string(static_cast<std::size_t>(full), '#'),
                      std::string(static_cast<std::size_t>(kBarWidth - full), '.'), "] ",
                      static_cast<int>(share * 100), " % ");
    }
    absl::StrAppend(&line, progress.records, " records, ", EscapeForTerminal(progress.file));
    err_ << line.substr(0, 120) << std::flush;
  }

 private:
  std::ostream& err_;
  const bool on_;
  bool drawn_ = false;
  absl::Time next_ = absl::InfinitePast();
};

uint64_t CountOf(const ImportSummary& s, ImportNote::Kind kind) {
  const auto it = s.counts.find(kind);
  return it == s.counts.end() ? 0 : it->second;
}

void Print(const ImportSummary& s, bool all, bool dry_run, Output* output) {
  output->Line(absl::StrCat(s.records, " records: ", s.artifacts, " artifacts described, ",
                            s.claims, " claims ", dry_run ? "to be written" : "written", " (",
                            s.inferred, " inferred), ", s.unchanged, " unchanged, ", s.retracted,
                            " retracted"));
  for (const auto& [kind, count] : s.by_kind) {
    output->Line(absl::StrCat("  ", Pad(kind, 24), count));
  }
  uint64_t notes = 0;
  std::vector<std::string> counts;
  for (const ImportNote::Kind kind : EnumValues<ImportNote::Kind>()) {
    const uint64_t count = CountOf(s, kind);
    notes += count;
    counts.push_back(absl::StrCat(count, kind == ImportNote::Kind::kSkipped    ? " skipped"
                                         : kind == ImportNote::Kind::kUnmapped ? " kept as found"
                                         : kind == ImportNote::Kind::kInferred ? " read by likeness"
                                                                               : " left standing"));
    if (kind == ImportNote::Kind::kStanding && count == 0) counts.pop_back();
  }
  output->Line(absl::StrJoin(counts, ", "));
  uint64_t shown = 0;
  for (const ImportNote& note : s.notes) {
    if (!all && shown == kNotesShown) break;
    ++shown;
    const std::string place = note.where.ToString();
    output->Wrapped("  ", 2, 4, absl::StrCat(place, place.empty() ? "" : ": ", note.message));
  }
  if (shown < notes) {
    output->Line(absl::StrCat("  … and ", notes - shown, " more", all ? "" : " (--all)"));
  }
}

Json ToJson(const ImportSummary& s, bool dry_run) {
  Json json = {{"version", kJsonVersion},
               {"records", s.records},
               {"artifacts", s.artifacts},
               {"claims", s.claims},
               {"inferred", s.inferred},
               {"unchanged", s.unchanged},
               {"retracted", s.retracted},
               {"skipped", CountOf(s, ImportNote::Kind::kSkipped)},
               {"unmapped", CountOf(s, ImportNote::Kind::kUnmapped)},
               {"by_likeness", CountOf(s, ImportNote::Kind::kInferred)},
               {"dry_run", dry_run},
               {"by_kind", Json::object()},
               {"notes", Json::array()}};
  for (const auto& [kind, count] : s.by_kind) json["by_kind"][kind] = count;
  for (const ImportNote& note : s.notes) {
    json["notes"].push_back({{"where", note.where.ToString()},
                             {"kind", std::string(Name(note.kind))},
                             {"message", note.message}});
  }
  return json;
}

struct ImportFlags {
  std::vector<std::string> paths;
  std::string format;
  std::string id;
  std::vector<std::string> columns;
  bool dry_run = false;
  bool strict = false;
};

absl::StatusOr<ImportRequest> RequestOf(const ImportFlags& flags) {
  ImportRequest request;
  for (const std::string& path : flags.paths) {
    // "./claims.yaml" is "claims.yaml", today and when it is imported again.
    std::string shown = std::filesystem::path(path).lexically_normal().string();
    if (shown.size() > 1 && shown.back() == '/') shown.pop_back();
    request.inputs.push_back({path, std::move(shown)});
  }
  request.options.today = Date::Today();
  request.options.id = flags.id;
  if (!flags.format.empty()) {
    request.options.format = FindByName<ImportFormat>(flags.format);
  }
  for (const std::string& column : flags.columns) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(column, absl::MaxSplits('=', 1));
    if (parts.second.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("--column ", EscapeForTerminal(column),
                                                     ": write child=NAME or child=NUMBER"));
    }
    request.options.columns[parts.first] = parts.second;
  }
  request.note = absl::StrCat(
      "import of ", EscapeForTerminal(flags.paths[0].substr(0, 500)),
      flags.paths.size() > 1 ? absl::StrCat(" and ", flags.paths.size() - 1, " more") : "");
  request.dry_run = flags.dry_run;
  request.strict = flags.strict;
  request.cancelled = &interrupted;
  return request;
}

// Writes the difference between what the documents say and what the store has from them: what is
// new is appended, what they no longer say is retracted, what is the same is left.
class ImportVerb final : public Verb {
 public:
  ImportVerb()
      : Verb({.name = "import",
              .summary = "Read hub dumps, model folders, SBOMs, recipes … into the store",
              .group = VerbGroup::kKeep,
              .needs = Needs::kWriting,
              .formats = DocumentFormats(),
              .examples = {
                  {"import models.jsonl.gz", "records of a hub"},
                  {"import my/model --dry-run", "what a folder with weights and a card would add"},
                  {"import parents.csv --column child=0 --column parent=1",
                   "a table of your own"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("PATH", flags_.paths, "Files or folders; - is standard input")
        ->required()
        ->expected(1, 1'000'000);
    app->add_option("--format", flags_.format, "What the files are (found out)")
        ->check(OneOf<ImportFormat>());
    app->add_option("--id", flags_.id, "The artifact, where the document does not name it");
    app->add_option("--column", flags_.columns,
                    "For tables: child=NAME, parent=NAME, license=NUMBER …");
    app->add_flag("-a,--all", all_, "List everything that was skipped or kept as found");
    app->add_flag("--dry-run", flags_.dry_run, "Show what would be written, and write nothing");
    app->add_flag("--strict", flags_.strict, "Stop at the first record that cannot be read");
  }

  [[nodiscard]] Needs needs() const override {
    return flags_.dry_run ? Needs::kAnswers : Needs::kWriting;
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(ImportRequest request, RequestOf(flags_));
    ImportSummary summary;
    absl::Status status;
    {
      const InterruptGuard guard;
      ProgressLine line(run.err);
      request.progress = [&](const ImportProgress& progress) { line.Draw(progress); };
      status = run.answers->Import(request, &summary);
    }
    if (absl::IsCancelled(status)) {
      run.err
          << "lineage-cli: interrupted; " << summary.records
          << " records are in the store. The same command goes on: what is there is recognised.\n";
    } else if (!status.ok() && summary.records > 0) {
      run.err << "lineage-cli: stopped after " << summary.records << " records\n";
    }
    if (!status.ok() && !absl::IsCancelled(status)) return status;
    if (run.output.table()) {
      Print(summary, all_, flags_.dry_run, &run.output);
    } else {
      run.output.Document(ToJson(summary, flags_.dry_run));
    }
    if (absl::IsCancelled(status)) return kExitEngineFailed;
    if (summary.records == 0 && CountOf(summary, ImportNote::Kind::kSkipped) > 0) {
      run.err << "lineage-cli: no record could be taken\n";
      return kExitOpen;
    }
    return kExitYes;
  }

 private:
  ImportFlags flags_;
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeImportVerb() { return std::make_unique<ImportVerb>(); }

}  // namespace lineage
