#include "engine/exchange/hub_json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/exchange/record_builder.h"

namespace lineage {
namespace {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;

constexpr std::size_t kLongestLine = std::size_t{16} << 20;
constexpr std::size_t kLargestDocument = std::size_t{256} << 20;
constexpr std::size_t kDeepest = 64;
constexpr std::size_t kShortRevision = 12;

// The string at `key`; empty if it is missing or no string.
absl::string_view StringAt(const Object& object, const char* key) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return {};
  return {text.data(), text.size()};
}

// Calls `visit` with the string, or with each string of the list, at `key`.
template <typename Visit>
void ForEachString(const Object& object, const char* key, const Visit& visit) {
  Element element;
  if (object[key].get(element) != simdjson::SUCCESS) return;
  std::string_view text;
  simdjson::dom::array array;
  if (element.get(text) == simdjson::SUCCESS) {
    if (!text.empty()) visit(absl::string_view(text.data(), text.size()));
  } else if (element.get(array) == simdjson::SUCCESS) {
    for (const Element item : array) {
      if (item.get(text) == simdjson::SUCCESS && !text.empty()) {
        visit(absl::string_view(text.data(), text.size()));
      }
    }
  }
}

// One of the keys that are read, if it stands there twice; else empty.
absl::string_view RepeatedKey(const Object& object) {
  static constexpr std::array<std::string_view, 8> kKeys = {
      "id", "modelId", "tags", "cardData", "baseModels", "createdAt", "lastModified", "sha"};
  std::size_t seen = 0;
  for (const auto field : object) {
    const auto it = std::find(kKeys.begin(), kKeys.end(), field.key);
    if (it == kKeys.end()) continue;
    const std::size_t bit = std::size_t{1} << (it - kKeys.begin());
    if ((seen & bit) != 0) return {it->data(), it->size()};
    seen |= bit;
  }
  return {};
}

// The day of "2022-02-07T09:14:52.000Z" or "2025-03-27 04:01:59+00:00".
std::optional<Date> DayAt(const Object& object, const char* key) {
  const absl::StatusOr<Date> date = Date::Parse(StringAt(object, key).substr(0, 10));
  if (!date.ok()) return std::nullopt;
  return *date;
}

class RecordReader {
 public:
  RecordReader(const ImportContext& context, ImportSink* sink) : record_(context, sink) {}

  absl::Status Read(const Element& element, int line) {
    record_.SetLine(line);
    Object object;
    if (element.get(object) != simdjson::SUCCESS) {
      return Skip("is no record: expected an object");
    }
    if (const absl::string_view key = RepeatedKey(object); !key.empty()) {
      return Skip(absl::StrCat("the key \"", key, "\" stands here twice"));
    }
    absl::string_view id = StringAt(object, "id");
    if (id.empty()) id = StringAt(object, "modelId");
    if (id.empty()) return Skip("has neither \"id\" nor \"modelId\"");
    CardFacts facts;
    bool data = false;
    ForEachString(object, "tags", [&](absl::string_view tag) {
      data = data || absl::StartsWith(tag, "task_categories:") ||
             absl::StartsWith(tag, "size_categories:");
      facts.AddTag(tag);
    });
    facts.dataset = data && StringAt(object, "modelId").empty();
    const bool prefixed = absl::StartsWith(id, "datasets/");
    facts.dataset = facts.dataset || prefixed;
    if (!record_.Begin(facts.dataset && !prefixed ? absl::StrCat("datasets/", id) : std::string(id),
                       facts.dataset ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint, line)) {
      return absl::OkStatus();
    }
    const absl::string_view organization = OrganizationOf(record_.id());
    record_.SetReleased(DayAt(object, "createdAt"));
    record_.SetSource(SourceKind::kHubTag,
                      organization.empty() ? "the Hub" : std::string(organization),
                      DayAt(object, "lastModified").value_or(record_.context().today),
                      absl::StrCat("Hub record ", record_.id()));
    if (const absl::string_view sha = StringAt(object, "sha"); !sha.empty()) {
      record_.SetRevision(absl::StrCat("revision ", sha.substr(0, kShortRevision)));
    }
    facts.library = std::string(StringAt(object, "library_name"));
    facts.license_where = facts.licenses.empty() ? "cardData.license" : "tags: license";
    Object card;
    if (object["cardData"].get(card) == simdjson::SUCCESS) ReadCard(card, &facts);
    ReadBaseModels(object, &facts);
    AddCard(std::move(facts), &record_);
    if (const absl::string_view gated = StringAt(object, "gated"); !gated.empty()) {
      record_.AddRemark(absl::StrCat("gated: access is given on request (", gated, ")"), "gated");
    }
    return record_.Finish();
  }

  absl::Status Skip(absl::string_view why) {
    record_.Note(ImportNote::Kind::kSkipped, absl::StrCat("skipped: ", why));
    return absl::OkStatus();
  }
  void SetLine(int line) { record_.SetLine(line); }

 private:
  static void ReadCard(const Object& card, CardFacts* facts) {
    if (facts->licenses.empty()) {
      ForEachString(card, "license",
                    [&](absl::string_view text) { facts->licenses.emplace_back(text); });
    }
    facts->license_name = std::string(StringAt(card, "license_name"));
    facts->license_link = std::string(StringAt(card, "license_link"));
    ForEachString(card, "base_model",
                  [&](absl::string_view base) { facts->AddBase(base, std::nullopt); });
    facts->relation = HubRelation(StringAt(card, "base_model_relation"));
    for (const char* key : {"datasets", "source_datasets"}) {
      ForEachString(card, key, [&](absl::string_view name) { facts->datasets.emplace_back(name); });
    }
    facts->new_version = std::string(StringAt(card, "new_version"));
  }

  // What the Hub read out of the card: {"relation": "finetune", "models": [{"id": "a/b"}]}.
  static void ReadBaseModels(const Object& object, CardFacts* facts) {
    Object bases;
    simdjson::dom::array models;
    if (object["baseModels"].get(bases) != simdjson::SUCCESS ||
        bases["models"].get(models) != simdjson::SUCCESS) {
      return;
    }
    const std::optional<Relation> relation = HubRelation(StringAt(bases, "relation"));
    for (const Element element : models) {
      Object model;
      if (element.get(model) == simdjson::SUCCESS) facts->AddBase(StringAt(model, "id"), relation);
    }
  }

  RecordBuilder record_;
};

// Reads lines of at most kLongestLine.
class LineReader {
 public:
  explicit LineReader(std::istream& in) : in_(*in.rdbuf()), block_(std::size_t{1} << 18, '\0') {}

  // False at the end. `cut` is set if the line was longer; the rest of it is passed over.
  bool Read(std::string* line, bool* cut) {
    line->clear();
    *cut = false;
    bool any = false;
    while (at_ < end_ || Fill()) {
      any = true;
      const char* const start = block_.data() + at_;
      const void* const newline = std::memchr(start, '\n', end_ - at_);
      const std::size_t size =
          newline == nullptr ? end_ - at_
                             : static_cast<std::size_t>(static_cast<const char*>(newline) - start);
      const std::size_t taken = std::min(size, kLongestLine - line->size());
      line->append(start, taken);
      *cut |= taken < size;
      at_ += size + (newline == nullptr ? 0 : 1);
      if (newline != nullptr) break;
    }
    return any;
  }

 private:
  bool Fill() {
    at_ = 0;
    end_ = static_cast<std::size_t>(std::max<std::streamsize>(
        0, in_.sgetn(block_.data(), static_cast<std::streamsize>(block_.size()))));
    return end_ > 0;
  }

  std::streambuf& in_;
  std::string block_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
};

}  // namespace

absl::Status ImportHubJson(std::istream& in, const ImportContext& context, ImportSink* sink) {
  RecordReader reader(context, sink);
  simdjson::dom::parser parser;
  if (parser.allocate(1 << 20, kDeepest) != simdjson::SUCCESS) {
    return absl::ResourceExhaustedError("out of memory");
  }
  std::string text;
  bool cut = false;
  bool first = true;
  LineReader lines(in);
  for (int line = 1; lines.Read(&text, &cut); ++line) {
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
      while (fits && lines.Read(&more, &cut)) {
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
