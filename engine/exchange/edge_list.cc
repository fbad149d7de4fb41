#include "engine/exchange/edge_list.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/exchange/claims_file.h"

namespace lineage {
namespace {

constexpr std::size_t kLongestRow = std::size_t{1} << 20;
constexpr std::size_t kMostFields = 1000;

const std::map<std::string, std::vector<std::string>>& Spellings() {
  static const auto* const kSpellings = new std::map<std::string, std::vector<std::string>>{
      {"child", {"child", "model", "artifact", "subject", "id", "target", "downstream"}},
      {"parent", {"parent", "base", "base_model", "upstream", "source", "base-model"}},
      {"relation", {"relation", "relationship", "edge", "type"}},
      {"license", {"license", "licence"}},
      {"kind", {"kind"}},
      {"said", {"said", "date"}},
      {"by", {"by", "author"}},
      {"document", {"document", "url"}},
      {"where", {"where", "section"}}};
  return *kSpellings;
}

struct Row {
  std::vector<std::string> fields;
  int line = 0;
  std::string problem;  // not empty: it cannot be used
};

// Reads one record; quoted fields may hold separators, quotes and line ends.
class RowReader {
 public:
  explicit RowReader(std::istream& in) : in_(*in.rdbuf()) {}

  void SetSeparator(char separator) { separator_ = separator; }

  bool Next(Row* row) {
    *row = Row();
    row->line = ++line_;
    if (Peek() == kEnd) return false;
    std::string field;
    bool quoted = false;
    std::size_t size = 0;
    const auto add = [&] {
      if (row->fields.size() < kMostFields) {
        row->fields.push_back(std::move(field));
      } else {
        row->problem = "the row has too many fields";
      }
      field.clear();
    };
    for (int c = in_.sbumpc();; c = in_.sbumpc()) {
      if (c == kEnd) {
        if (quoted) row->problem = "a quote is not closed";
        break;
      }
      if (++size > kLongestRow) {
        row->problem = "the row is longer than 1 MiB";
        if (c == '\n' && !quoted) break;
        continue;
      }
      const char letter = static_cast<char>(c);
      if (quoted) {
        if (letter == '\n') ++line_;
        if (letter != '"') {
          field.push_back(letter);
        } else if (Peek() == '"') {
          field.push_back('"');
          in_.sbumpc();
        } else {
          quoted = false;
        }
      } else if (letter == '"' && field.empty()) {
        quoted = true;
      } else if (letter == separator_) {
        add();
      } else if (letter == '\n') {
        break;
      } else if (letter != '\r' || Peek() != '\n') {
        field.push_back(letter);
      }
    }
    add();
    return true;
  }

 private:
  static constexpr int kEnd = std::char_traits<char>::eof();
  int Peek() { return in_.sgetc(); }

  std::streambuf& in_;
  char separator_ = ',';
  int line_ = 0;
};

using Columns = std::map<std::string, std::size_t>;

absl::StatusOr<Columns> FindColumns(const std::vector<std::string>& names,
                                    const ImportContext& context) {
  Columns columns;
  for (const auto& [what, column] : context.columns) {
    if (Spellings().count(what) == 0) {
      std::vector<std::string> known;
      for (const auto& [name, unused] : Spellings()) known.push_back(name);
      return absl::InvalidArgumentError(absl::StrCat("there is no column \"",
                                                     EscapeForTerminal(what), "\" to be mapped; ",
                                                     absl::StrJoin(known, ", "), " are known"));
    }
    std::size_t number = 0;
    if (absl::SimpleAtoi(column, &number)) {
      if (number == 0 || number > names.size()) {
        return absl::InvalidArgumentError(absl::StrCat(
            context.file, ": there is no column ", number, "; the first row has ", names.size()));
      }
      columns[what] = number - 1;
      continue;
    }
    const auto it = std::find(names.begin(), names.end(), column);
    if (it == names.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat(context.file, ": there is no column \"", EscapeForTerminal(column),
                       "\"; the first row has ", EscapeForTerminal(absl::StrJoin(names, ", "))));
    }
    columns[what] = static_cast<std::size_t>(it - names.begin());
  }
  for (const auto& [what, spellings] : Spellings()) {
    for (const std::string& spelling : spellings) {
      for (std::size_t i = 0; i < names.size() && columns.count(what) == 0; ++i) {
        if (absl::AsciiStrToLower(absl::StripAsciiWhitespace(names[i])) == spelling) {
          columns[what] = i;
        }
      }
    }
  }
  if (columns.count("child") == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(context.file, ": no column tells which artifact a row is about; name one ",
                     "\"child\", or say --column child=NAME (the first row has ",
                     EscapeForTerminal(absl::StrJoin(names, ", ").substr(0, 500)), ")"));
  }
  return columns;
}

}  // namespace

absl::Status ImportEdgeList(std::istream& in, const ImportContext& context, ImportSink* sink) {
  RowReader reader(in);
  Row row;
  // What separates is seen in the first line.
  std::string first;
  if (!reader.Next(&row)) return absl::OkStatus();
  if (row.fields.size() == 1 && absl::StrContains(row.fields[0], '\t')) {
    std::vector<std::string> fields;
    for (const absl::string_view field : absl::StrSplit(row.fields[0], '\t')) {
      fields.emplace_back(field);
    }
    row.fields = std::move(fields);
    reader.SetSeparator('\t');
  }
  if (!row.fields.empty()) {
    absl::string_view name = row.fields[0];
    absl::ConsumePrefix(&name, "\xEF\xBB\xBF");
    row.fields[0] = std::string(name);
  }
  const bool by_number =
      !context.columns.empty() &&
      std::all_of(context.columns.begin(), context.columns.end(), [](const auto& column) {
        std::size_t number = 0;
        return absl::SimpleAtoi(column.second, &number);
      });
  ASSIGN_OR_RETURN(
      const Columns columns,
      FindColumns(by_number ? std::vector<std::string>(row.fields.size()) : row.fields, context));
  RecordBuilder record(context, sink);
  const auto at = [&](const char* what) {
    const auto it = columns.find(what);
    return it == columns.end() || it->second >= row.fields.size()
               ? absl::string_view()
               : absl::StripAsciiWhitespace(row.fields[it->second]);
  };
  for (bool more = by_number || reader.Next(&row); more; more = reader.Next(&row)) {
    record.SetLine(row.line);
    const auto skip = [&](absl::string_view why) {
      record.Note(ImportNote::Kind::kSkipped, absl::StrCat("skipped: ", why));
    };
    if (!row.problem.empty()) {
      skip(row.problem);
      continue;
    }
    if (row.fields.size() == 1 && row.fields[0].empty()) continue;
    std::optional<Relation> relation;
    if (const absl::string_view word = at("relation"); !word.empty()) {
      relation = FindByName<Relation>(word);
      if (!relation) relation = HubRelation(word);
      if (!relation) {
        skip(absl::StrCat("\"", EscapeForTerminal(word.substr(0, 100)), "\" is no relation",
                          DidYouMean(word.substr(0, 100), AllNames<Relation>())));
        continue;
      }
    }
    std::optional<ArtifactKind> kind;
    if (const absl::string_view word = at("kind"); !word.empty()) {
      kind = FindByName<ArtifactKind>(word);
      if (!kind || *kind == ArtifactKind::kUnresolved) {
        skip(absl::StrCat("\"", EscapeForTerminal(word.substr(0, 100)), "\" is no kind",
                          DidYouMean(word.substr(0, 100), AllNames<ArtifactKind>())));
        continue;
      }
    }
    const std::optional<Upstream> child = ParseHubName(at("child"), kind == ArtifactKind::kDataset);
    if (!child) {
      skip(absl::StrCat("\"", EscapeForTerminal(at("child").substr(0, 200)), "\" is no id"));
      continue;
    }
    if (!kind) {
      kind = absl::StartsWith(child->id, "datasets/")   ? ArtifactKind::kDataset
             : absl::StartsWith(child->id, "services/") ? ArtifactKind::kService
             : absl::StartsWith(child->id, "code/")     ? ArtifactKind::kCode
                                                        : ArtifactKind::kCheckpoint;
    }
    if (!record.Begin(child->id, *kind, row.line)) continue;
    Date said = context.today;
    if (const absl::string_view day = at("said"); !day.empty()) {
      const absl::StatusOr<Date> date = Date::ParseLenient(day.substr(0, 10));
      if (!date.ok()) {
        skip(date.status().message());
        continue;
      }
      said = *date;
    }
    const absl::string_view by = at("by");
    const absl::string_view document = at("document");
    record.SetSource(
        SourceKind::kCurated, by.empty() ? "edge list" : std::string(by), said,
        document.empty() ? absl::StrCat("edge list ", context.file) : std::string(document));
    const std::string where = at("where").empty() ? std::string("row") : std::string(at("where"));
    if (const absl::string_view license = at("license"); !license.empty()) {
      record.AddLicense({std::string(license)}, {}, {}, where);
    }
    if (const absl::string_view parent = at("parent"); !parent.empty()) {
      const bool inferred = !relation;
      if (!relation) relation = RelationByWords({std::string(LastSegment(child->id))});
      if (!relation && absl::StartsWith(parent, "datasets/")) {
        relation =
            *kind == ArtifactKind::kDataset ? Relation::kDerivedFromDataset : Relation::kTrainedOn;
      }
      record.AddUpstream(parent, relation.value_or(Relation::kFinetunedFrom), inferred, where);
    }
    RETURN_IF_ERROR(record.FinishPart());
  }
  ImportRecord all;
  all.documents.push_back(FileDocument(context.file));
  return sink->Accept(std::move(all));
}

}  // namespace lineage
