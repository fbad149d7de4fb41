#include "engine/exchange/hub_json.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/claim_checks.h"

namespace lineage {
namespace {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;

constexpr std::size_t kLongestLine = std::size_t{16} << 20;
constexpr std::size_t kLargestDocument = std::size_t{256} << 20;
constexpr std::size_t kDeepest = 64;

// The string at `key`; empty if it is missing or no string.
absl::string_view StringAt(const Object& object, const char* key) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return {};
  return {text.data(), text.size()};
}

// The string, or the strings of the list, at `key`.
std::vector<std::string> StringsAt(const Object& object, const char* key) {
  std::vector<std::string> strings;
  Element element;
  if (object[key].get(element) != simdjson::SUCCESS) return strings;
  std::string_view text;
  simdjson::dom::array array;
  if (element.get(text) == simdjson::SUCCESS) {
    if (!text.empty()) strings.emplace_back(text);
  } else if (element.get(array) == simdjson::SUCCESS) {
    for (const Element item : array) {
      if (item.get(text) == simdjson::SUCCESS && !text.empty()) strings.emplace_back(text);
    }
  }
  return strings;
}

// The day of "2022-02-07T09:14:52.000Z" or "2025-03-27 04:01:59+00:00".
std::optional<Date> DayAt(const Object& object, const char* key) {
  const absl::StatusOr<Date> date = Date::Parse(StringAt(object, key).substr(0, 10));
  if (!date.ok()) return std::nullopt;
  return *date;
}

bool HasWord(const std::string& lower, absl::string_view word) {
  for (std::size_t at = lower.find(word.data(), 0, word.size()); at != std::string::npos;
       at = lower.find(word.data(), at + 1, word.size())) {
    const bool starts = at == 0 || !absl::ascii_isalnum(static_cast<unsigned char>(lower[at - 1]));
    const std::size_t end = at + word.size();
    const bool ends =
        end == lower.size() || !absl::ascii_isalpha(static_cast<unsigned char>(lower[end]));
    if (starts && ends) return true;
  }
  return false;
}

// A record's lineage words: tags without a colon, and the library.
struct Signs {
  bool adapter = false;
  bool quantized = false;
  bool merged = false;
};

class RecordReader {
 public:
  RecordReader(const ImportContext& context, const LicenseTable& licenses, ImportSink* sink)
      : context_(context), licenses_(licenses), sink_(*sink) {}

  absl::Status Read(const Element& element, int line) {
    line_ = line;
    Object record;
    if (element.get(record) != simdjson::SUCCESS) return Skip("is no record: expected an object");
    absl::string_view id = StringAt(record, "id");
    if (id.empty()) id = StringAt(record, "modelId");
    if (id.empty()) return Skip("has neither \"id\" nor \"modelId\"");
    const std::vector<std::string> tags = StringsAt(record, "tags");
    const bool dataset = IsDataset(record, tags);
    record_ = ImportRecord();
    record_.artifact.id = dataset ? DatasetId(id) : std::string(id);
    if (const std::string problem = IdProblem(record_.artifact.id); !problem.empty()) {
      return Skip(problem);
    }
    record_.artifact.kind = dataset ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint;
    record_.artifact.released = DayAt(record, "createdAt");
    record_.artifact.location = {context_.file, line_, 0};
    said_ = DayAt(record, "lastModified").value_or(context_.today);
    Object card;
    const bool has_card = record["cardData"].get(card) == simdjson::SUCCESS;
    ReadLicense(has_card ? &card : nullptr, tags);
    ReadBases(record, has_card ? &card : nullptr, tags);
    ReadDatasets(has_card ? &card : nullptr, tags, dataset);
    if (has_card) {
      if (const absl::string_view newer = StringAt(card, "new_version"); !newer.empty()) {
        Claim claim = NewClaim("cardData.new_version");
        if (ResolveParent(newer, "new_version")) {
          claim.subject = std::string(newer);
          AddEdge(std::move(claim), Relation::kSupersedes, record_.artifact.id);
        }
      }
    }
    return sink_.Accept(std::move(record_));
  }

  absl::Status Skip(absl::string_view why) {
    sink_.Note({ImportNote::Kind::kSkipped, Here(), absl::StrCat("skipped: ", why)});
    return absl::OkStatus();
  }
  void SetLine(int line) { line_ = line; }

 private:
  [[nodiscard]] Location Here() const { return {context_.file, line_, 0}; }

  static std::string DatasetId(absl::string_view id) {
    return absl::StartsWith(id, "datasets/") ? std::string(id) : absl::StrCat("datasets/", id);
  }

  static bool IsDataset(const Object& record, const std::vector<std::string>& tags) {
    if (!StringAt(record, "modelId").empty()) return false;
    return std::any_of(tags.begin(), tags.end(), [](const std::string& tag) {
      return absl::StartsWith(tag, "task_categories:") || absl::StartsWith(tag, "size_categories:");
    });
  }

  Claim NewClaim(std::string where) const {
    Claim claim;
    claim.subject = record_.artifact.id;
    claim.source.kind = SourceKind::kHubTag;
    const absl::string_view organization = OrganizationOf(record_.artifact.id);
    claim.source.by = organization.empty() ? "the Hub" : std::string(organization);
    claim.source.said = said_;
    claim.source.said_text = said_.ToString();
    claim.source.document = absl::StrCat("Hub record ", record_.artifact.id);
    claim.where = std::move(where);
    claim.location = Here();
    return claim;
  }

  void Unmapped(const std::string& message) {
    sink_.Note({ImportNote::Kind::kUnmapped, Here(), message});
  }

  void ReadLicense(const Object* card, const std::vector<std::string>& tags) {
    std::vector<std::string> found;
    std::string where = "tags: license";
    for (const std::string& tag : tags) {
      if (absl::StartsWith(tag, "license:")) found.push_back(tag.substr(8));
    }
    if (found.empty() && card != nullptr) {
      found = StringsAt(*card, "license");
      where = "cardData.license";
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.empty()) return;
    Claim claim = NewClaim(where);
    claim.statement = StatementKind::kLicense;
    claim.valid.from = said_;
    if (found.size() == 1 && found[0] == "other" && card != nullptr) {
      // The name tells more than the tag; the link is kept as text.
      const std::string name(StringAt(*card, "license_name"));
      const absl::string_view link = StringAt(*card, "license_link");
      if (!link.empty()) claim.quote = absl::StrCat("license_link: ", link.substr(0, 500));
      if (!name.empty()) {
        found[0] = name;
        claim.where = "cardData.license_name";
      }
    }
    std::vector<std::string> mapped;
    for (const std::string& text : found) {
      if (MapsFully(text)) {
        mapped.push_back(licenses_.Bind(text).text);
      } else {
        claim.as_found = true;
      }
    }
    claim.text = claim.as_found ? absl::StrJoin(found, ", ") : absl::StrJoin(mapped, " AND ");
    if (claim.as_found) {
      Unmapped(absl::StrCat("the licence \"", EscapeForTerminal(claim.text.substr(0, 200)),
                            "\" of ", record_.artifact.id, " fits none of the catalogue",
                            DidYouMean(found[0].substr(0, 200), licenses_.Ids())));
    } else if (found.size() > 1) {
      claim.quote = absl::StrCat("all of: ", absl::StrJoin(found, ", "));
    }
    if (claim.text.size() > 4096) claim.text.resize(4096);
    record_.claims.push_back(std::move(claim));
  }

  bool MapsFully(const std::string& text) const {
    if (licenses_.Find(text)) return true;
    if (!Expression::Parse(text).ok()) return false;
    bool known = true;
    ForEachLeaf(licenses_.Bind(text), [&](const BoundExpression& leaf) {
      known = known && leaf.license.valid() &&
              (leaf.exception_as_written.empty() || leaf.exception.valid());
    });
    return known;
  }

  // True if the name of another artifact can be one; else it is kept as a remark.
  bool ResolveParent(absl::string_view name, absl::string_view what) {
    const bool path = name.empty() || name.front() == '/' || name.front() == '.' ||
                      name.front() == '~' || absl::StrContains(name, "\\") ||
                      absl::StrContains(name, "://");
    if (!path && IdProblem(name).empty()) return true;
    Claim claim = NewClaim(std::string(what));
    claim.statement = StatementKind::kRemark;
    claim.text = absl::StrCat(what, " names \"", EscapeForTerminal(name.substr(0, 500)),
                              "\", which is no id: the upstream is not known");
    Unmapped(absl::StrCat(record_.artifact.id, ": ", claim.text));
    record_.claims.push_back(std::move(claim));
    return false;
  }

  void AddEdge(Claim claim, Relation relation, std::string parent) {
    if (claim.subject == parent) {
      Unmapped(absl::StrCat(parent, " names itself as its own upstream: not taken"));
      return;
    }
    claim.statement = StatementKind::kEdge;
    claim.relation = relation;
    claim.parent = std::move(parent);
    record_.claims.push_back(std::move(claim));
  }

  static Signs SignsOf(const Object& record, absl::string_view id,
                       const std::vector<std::string>& tags) {
    Signs signs;
    std::vector<std::string> words = tags;
    words.emplace_back(LastSegment(id));
    words.emplace_back(StringAt(record, "library_name"));
    for (std::string& word : words) {
      if (absl::StrContains(word, ":")) continue;
      const std::string lower = absl::AsciiStrToLower(word);
      signs.adapter = signs.adapter || lower == "peft" || HasWord(lower, "lora") ||
                      HasWord(lower, "qlora") || lower == "adapter";
      signs.merged = signs.merged || lower == "merge" || lower == "mergekit";
      for (const char* sign : {"gguf", "ggml", "awq", "gptq", "exl2", "bnb", "bitsandbytes", "4bit",
                               "8bit", "4-bit", "8-bit", "int4", "int8", "hqq", "aqlm"}) {
        signs.quantized = signs.quantized || HasWord(lower, sign);
      }
    }
    return signs;
  }

  void ReadBases(const Object& record, const Object* card, const std::vector<std::string>& tags) {
    // Relation stated for each base, in the order of the tags.
    std::vector<std::pair<std::string, std::optional<Relation>>> bases;
    const auto add = [&](const std::string& base, std::optional<Relation> relation) {
      for (auto& [known, stated] : bases) {
        if (known != base) continue;
        if (!stated) stated = relation;
        return;
      }
      bases.emplace_back(base, relation);
    };
    for (const std::string& tag : tags) {
      absl::string_view rest = tag;
      if (!absl::ConsumePrefix(&rest, "base_model:")) continue;
      const std::size_t colon = rest.find(':');
      const std::optional<Relation> relation =
          colon == absl::string_view::npos ? std::nullopt : RelationOf(rest.substr(0, colon));
      if (relation) rest.remove_prefix(colon + 1);
      if (!rest.empty()) add(std::string(rest), relation);
    }
    std::optional<Relation> stated;
    if (card != nullptr) {
      for (const std::string& base : StringsAt(*card, "base_model")) add(base, std::nullopt);
      stated = RelationOf(StringAt(*card, "base_model_relation"));
    }
    if (bases.empty()) return;
    const Signs signs = SignsOf(record, record_.artifact.id, tags);
    for (const auto& [base, tagged] : bases) {
      if (!ResolveParent(base, "base_model")) continue;
      Claim claim = NewClaim(tagged ? "tags: base_model" : "cardData.base_model");
      Relation relation = Relation::kFinetunedFrom;
      if (stated) {
        relation = *stated;
      } else if (tagged) {
        relation = *tagged;  // the Hub's own inference
        claim.inferred = true;
      } else {
        claim.inferred = true;
        relation = signs.adapter                      ? Relation::kAdapterOf
                   : signs.quantized                  ? Relation::kQuantizedFrom
                   : signs.merged || bases.size() > 1 ? Relation::kMergedFrom
                                                      : Relation::kFinetunedFrom;
      }
      AddEdge(std::move(claim), relation, base);
    }
  }

  static std::optional<Relation> RelationOf(absl::string_view word) {
    if (word == "finetune") return Relation::kFinetunedFrom;
    if (word == "adapter") return Relation::kAdapterOf;
    if (word == "quantized") return Relation::kQuantizedFrom;
    if (word == "merge") return Relation::kMergedFrom;
    return std::nullopt;
  }

  void ReadDatasets(const Object* card, const std::vector<std::string>& tags, bool dataset) {
    std::set<std::string> names;
    for (const std::string& tag : tags) {
      if (absl::StartsWith(tag, "dataset:")) names.insert(tag.substr(8));
    }
    if (card != nullptr) {
      for (const char* key : {"datasets", "source_datasets"}) {
        for (std::string& name : StringsAt(*card, key)) {
          // "original" and "extended" say how, not from what; "extended|x" names x.
          if (absl::StartsWith(name, "extended|")) name = name.substr(9);
          if (name != "original" && name != "extended") names.insert(std::move(name));
        }
      }
    }
    for (const std::string& name : names) {
      if (!ResolveParent(name, "datasets")) continue;
      AddEdge(NewClaim("datasets"), dataset ? Relation::kDerivedFromDataset : Relation::kTrainedOn,
              DatasetId(name));
    }
  }

  const ImportContext& context_;
  const LicenseTable& licenses_;
  ImportSink& sink_;
  int line_ = 0;
  Date said_;
  ImportRecord record_;
};

// Reads a line of at most kLongestLine. False at the end. `cut` is set if it was longer; the rest
// of it is passed over.
bool ReadLine(std::istream& in, std::string* line, bool* cut) {
  line->clear();
  *cut = false;
  std::streambuf* buffer = in.rdbuf();
  int c = buffer->sbumpc();
  if (c == std::char_traits<char>::eof()) return false;
  for (; c != std::char_traits<char>::eof() && c != '\n'; c = buffer->sbumpc()) {
    if (line->size() < kLongestLine) {
      line->push_back(static_cast<char>(c));
    } else {
      *cut = true;
    }
  }
  return true;
}

}  // namespace

absl::Status ImportHubJson(std::istream& in, const ImportContext& context,
                           const LicenseTable& licenses, ImportSink* sink) {
  RecordReader reader(context, licenses, sink);
  simdjson::dom::parser parser;
  if (parser.allocate(1 << 20, kDeepest) != simdjson::SUCCESS) {
    return absl::ResourceExhaustedError("out of memory");
  }
  std::string text;
  bool cut = false;
  bool first = true;
  for (int line = 1; ReadLine(in, &text, &cut); ++line) {
    reader.SetLine(line);
    if (line == 1 && absl::StartsWith(text, "\xEF\xBB\xBF")) text.erase(0, 3);
    const absl::string_view stripped = absl::StripAsciiWhitespace(text);
    if (stripped.empty()) continue;
    if (cut) {
      RETURN_IF_ERROR(
          reader.Skip(absl::StrCat("the line is longer than ", kLongestLine >> 20, " MiB")));
      first = false;
      continue;
    }
    Element element;
    const simdjson::error_code error = parser.parse(text).get(element);
    simdjson::dom::array array;
    const bool open = stripped[0] == '[' || (stripped[0] == '{' && stripped.back() != '}');
    if (first && open) {
      // Perhaps one document over many lines.
      std::string document = text;
      std::string more;
      bool fits = true;
      while (fits && ReadLine(in, &more, &cut)) {
        fits = !cut && document.size() + more.size() < kLargestDocument;
        document.append("\n").append(more);
      }
      if (!fits) {
        return absl::InvalidArgumentError(absl::StrCat(context.file, ": a document of more than ",
                                                       kLargestDocument >> 20,
                                                       " MiB: write one record a line"));
      }
      if (const auto whole = parser.parse(document).get(element); whole == simdjson::SUCCESS) {
        if (element.get(array) != simdjson::SUCCESS) return reader.Read(element, 1);
        for (const Element record : array) RETURN_IF_ERROR(reader.Read(record, 1));
        return absl::OkStatus();
      }
      // Lines after all: the first is bad.
      std::size_t at = 0;
      for (int number = 1; at <= document.size(); ++number) {
        const std::size_t end = std::min(document.find('\n', at), document.size());
        const std::string one = document.substr(at, end - at);
        at = end + 1;
        reader.SetLine(number);
        if (absl::StripAsciiWhitespace(one).empty()) continue;
        if (const auto bad = parser.parse(one).get(element); bad != simdjson::SUCCESS) {
          RETURN_IF_ERROR(reader.Skip(simdjson::error_message(bad)));
        } else {
          RETURN_IF_ERROR(reader.Read(element, number));
        }
      }
      return absl::OkStatus();
    }
    first = false;
    if (error != simdjson::SUCCESS) {
      RETURN_IF_ERROR(reader.Skip(simdjson::error_message(error)));
    } else {
      RETURN_IF_ERROR(reader.Read(element, line));
    }
  }
  if (in.bad()) return absl::UnavailableError(absl::StrCat(context.file, ": cannot be read"));
  return absl::OkStatus();
}

}  // namespace lineage
