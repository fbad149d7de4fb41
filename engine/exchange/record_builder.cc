#include "engine/exchange/record_builder.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/text.h"
#include "engine/catalog/claim_checks.h"
#include "engine/license/license_text.h"

namespace lineage {
namespace {

constexpr std::size_t kLongestShown = 200;
constexpr std::size_t kLongestQuote = 1000;
constexpr std::size_t kLongestSlug = 80;
constexpr std::size_t kCachedMatches = 10'000;

std::string Shown(absl::string_view text) {
  return EscapeForTerminal(text.substr(0, kLongestShown));
}

// Text for a claim's field: valid, without controls, not too long.
std::string Clean(absl::string_view text, std::size_t longest) {
  std::string clean = EscapeForTerminal(text.substr(0, longest));
  if (clean.size() <= longest) return clean;
  std::size_t end = longest;  // not within a character
  while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0U) == 0x80U) --end;
  clean.resize(end);
  return clean;
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

std::string CandidatesText(const LicenseMatch& match) {
  if (match.candidates.empty()) return "";
  return absl::StrCat(
      "; it may be ",
      absl::StrJoin(match.candidates, ", ", [](std::string* out, const LicenseMatch::Candidate& c) {
        absl::StrAppendFormat(out, "%s (%.2f)", c.id, c.score);
      }));
}

}  // namespace

std::string Slug(absl::string_view text) {
  std::string slug;
  for (const char c : text.substr(0, kLongestSlug)) {
    const auto u = static_cast<unsigned char>(c);
    const bool plain = absl::ascii_isalnum(u) || c == '_' || c == '.' || c == '-';
    if (plain) {
      slug.push_back(c);
    } else if (!slug.empty() && slug.back() != '-') {
      slug.push_back('-');
    }
  }
  const absl::string_view kept = absl::StripSuffix(
      absl::string_view(slug).substr(std::min(slug.find_first_not_of(".-"), slug.size())), "-");
  return kept.empty() ? "unnamed" : std::string(kept);
}

std::optional<Upstream> ParseHubName(absl::string_view name, bool dataset,
                                     const std::function<bool(absl::string_view)>& known) {
  name = absl::StripAsciiWhitespace(name);
  Upstream upstream;
  const bool address = absl::ConsumePrefix(&name, "https://huggingface.co/") ||
                       absl::ConsumePrefix(&name, "http://huggingface.co/") ||
                       absl::ConsumePrefix(&name, "https://www.huggingface.co/") ||
                       absl::ConsumePrefix(&name, "https://hf.co/") ||
                       absl::ConsumePrefix(&name, "huggingface.co/") ||
                       absl::ConsumePrefix(&name, "hf://");
  const bool package = absl::ConsumePrefix(&name, "pkg:huggingface/");
  if (address || package) {
    name = name.substr(0, name.find_first_of("?#"));
    absl::ConsumePrefix(&name, "models/");
    for (const char* page : {"spaces/", "api/", "collections/", "docs/", "papers/", "blog/"}) {
      if (absl::StartsWith(name, page)) return std::nullopt;
    }
  }
  if (absl::ConsumePrefix(&name, "datasets/")) dataset = true;
  if (address) {
    std::vector<absl::string_view> parts = absl::StrSplit(name, '/', absl::SkipEmpty());
    if (parts.empty()) return std::nullopt;
    for (std::size_t i = 1; i + 1 < parts.size() && i <= 2; ++i) {
      if (parts[i] == "tree" || parts[i] == "blob" || parts[i] == "resolve") {
        if (parts[i + 1] != "main") upstream.revision = std::string(parts[i + 1]);
        parts.resize(i);
      }
    }
    if (parts.size() > 2) parts.resize(2);
    upstream.id = absl::StrJoin(parts, "/");
  } else {
    const std::size_t at = name.find('@');
    if (at != absl::string_view::npos && at > 0) {
      upstream.revision = std::string(name.substr(at + 1));
      name = name.substr(0, at);
    }
    upstream.id = std::string(name);
  }
  const absl::string_view id = upstream.id;
  if (id.empty() || id.front() == '/' || id.front() == '.' || id.front() == '~' ||
      absl::StrContains(id, '\\') || absl::StrContains(id, ':') || absl::StrContains(id, "/../") ||
      absl::EndsWith(id, "/..") || std::count(id.begin(), id.end(), '/') > 2) {
    return std::nullopt;
  }
  if (dataset) upstream.id = absl::StrCat("datasets/", id);
  if (!TextProblem(upstream.revision, kLongestShown).empty()) return std::nullopt;
  if (!IdProblem(upstream.id).empty() && !(known && known(upstream.id))) return std::nullopt;
  return upstream;
}

bool RecordBuilder::Begin(std::string id, ArtifactKind kind, int line) {
  line_ = line;
  record_ = ImportRecord();
  revision_.clear();
  source_ = Source();
  const std::string problem = IdProblem(id);
  if (!problem.empty() && !(context_.known_id && context_.known_id(id))) {
    Note(ImportNote::Kind::kSkipped, absl::StrCat("skipped: ", problem));
    return false;
  }
  record_.artifact.id = std::move(id);
  record_.artifact.kind = kind;
  record_.artifact.location = Here();
  return true;
}

void RecordBuilder::SetSource(SourceKind kind, std::string by, Date said, std::string document) {
  source_.kind = kind;
  source_.by = by.empty() ? "unknown" : Clean(by, kLongestQuote);
  source_.said = said;
  source_.said_text = said.ToString();
  source_.document = Clean(document, kLongestText);
  if (std::find(record_.documents.begin(), record_.documents.end(), source_.document) ==
      record_.documents.end()) {
    record_.documents.push_back(source_.document);
  }
}

void RecordBuilder::SetName(absl::string_view name) {
  if (!name.empty()) record_.artifact.name = Clean(name, kLongestQuote);
}

Claim RecordBuilder::NewClaim(StatementKind statement, absl::string_view where) const {
  Claim claim;
  claim.subject = record_.artifact.id;
  claim.statement = statement;
  claim.source = source_;
  claim.where = Clean(revision_.empty() ? std::string(where) : absl::StrCat(where, ", ", revision_),
                      kLongestQuote);
  claim.location = Here();
  return claim;
}

void RecordBuilder::Note(ImportNote::Kind kind, absl::string_view message) {
  sink_.Note({kind, Here(), std::string(message)});
}

const LicenseMatch& RecordBuilder::MatchCached(const std::string& text) {
  const auto it = matches_.find(text);
  if (it != matches_.end()) return it->second;
  if (matches_.size() >= kCachedMatches) matches_.clear();
  return matches_.emplace(text, context_.licenses->Match(text)).first->second;
}

void RecordBuilder::AddLicense(std::vector<std::string> found, absl::string_view name,
                               absl::string_view link, absl::string_view where,
                               std::optional<Component> component) {
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  found.erase(std::remove(found.begin(), found.end(), ""), found.end());
  std::string from(where);
  const bool other = found.size() == 1 && absl::EqualsIgnoreCase(found[0], "other");
  if ((other || found.empty()) && !name.empty()) {
    // The name tells more than the tag.
    found = {std::string(name)};
    from = absl::StrCat(where, "_name");
  } else if ((other || found.empty()) && !link.empty() &&
             MatchCached(std::string(link)).how == LicenseMatch::How::kAddress) {
    found = {std::string(link)};
    from = absl::StrCat(where, "_link");
  }
  if (found.empty()) return;
  Claim claim = NewClaim(StatementKind::kLicense, from);
  claim.component = component;
  claim.valid.from = source_.said;
  std::vector<std::string> quotes;
  if (!link.empty()) quotes.push_back(absl::StrCat("link: ", Clean(link, kLongestQuote)));
  std::vector<std::string> parts;
  for (const std::string& text : found) {
    const LicenseMatch& match = MatchCached(text);
    switch (match.how) {
      case LicenseMatch::How::kNone:
        claim.as_found = true;
        Note(ImportNote::Kind::kUnmapped,
             absl::StrCat("the licence \"", Shown(text), "\" of ", id(),
                          " fits none of the catalogue", CandidatesText(match)));
        continue;
      case LicenseMatch::How::kSimilar:
        claim.inferred = true;
        quotes.push_back(absl::StrCat("written: ", Clean(text, kLongestQuote)));
        Note(ImportNote::Kind::kInferred,
             absl::StrFormat("the licence \"%s\" of %s is read as %s (similarity %.2f)",
                             Shown(text), id(), match.expression, match.score));
        break;
      case LicenseMatch::How::kAddress:
      case LicenseMatch::How::kWords:
        quotes.push_back(absl::StrCat("written: ", Clean(text, kLongestQuote)));
        break;
      case LicenseMatch::How::kName:
        break;
    }
    const bool nested = found.size() > 1 && absl::StrContains(match.expression, " OR ");
    parts.push_back(nested ? absl::StrCat("(", match.expression, ")") : match.expression);
  }
  if (claim.as_found) {
    claim.inferred = false;
    claim.text = Clean(absl::StrJoin(found, ", "), kLongestText);
  } else {
    claim.text = parts.size() == 1
                     ? parts[0]
                     : context_.licenses->table().Bind(absl::StrJoin(parts, " AND ")).text;
    if (found.size() > 1) {
      quotes.insert(quotes.begin(), absl::StrCat("all of: ", absl::StrJoin(found, ", ")));
    }
  }
  claim.quote = Clean(absl::StrJoin(quotes, "; "), kLongestText);
  record_.claims.push_back(std::move(claim));
}

void RecordBuilder::AddLicenseText(absl::string_view text, absl::string_view where,
                                   std::optional<Component> component) {
  const LicenseTable& table = context_.licenses->table();
  const std::vector<TextMatch> matches = RecognizeText(text, table);
  Claim claim = NewClaim(StatementKind::kLicense, where);
  claim.component = component;
  claim.valid.from = source_.said;
  if (!matches.empty() && matches[0].same) {
    claim.text = table.Get(matches[0].license).id;
    absl::StrAppend(&claim.where, ": text recognised");
    record_.claims.push_back(std::move(claim));
    return;
  }
  // A short file may hold a name instead of a text.
  const absl::string_view stripped = absl::StripAsciiWhitespace(text);
  if (stripped.size() <= kLongestShown && !absl::StrContains(stripped, '\n')) {
    AddLicense({std::string(stripped)}, {}, {}, where, component);
    return;
  }
  claim.as_found = true;
  const std::string label =
      where == "text" ? source_.document : absl::StrCat(where, " in ", source_.document);
  claim.text = Clean(absl::StrCat("the text of ", label), kLongestText);
  std::string candidates;
  for (std::size_t i = 0; i < matches.size() && i < 3; ++i) {
    absl::StrAppendFormat(&candidates, "%s%s (%.2f)", i == 0 ? "; it resembles " : ", ",
                          table.Get(matches[i].license).id, matches[i].score);
    if (i == 0) absl::StrAppend(&candidates, ", but ", matches[i].difference);
  }
  const absl::string_view first = stripped.substr(0, stripped.find('\n'));
  claim.quote = Clean(first, kLongestShown);
  Note(ImportNote::Kind::kUnmapped,
       absl::StrCat(id(), ": the text of ", label, " is none of the catalogue", candidates));
  record_.claims.push_back(std::move(claim));
}

void RecordBuilder::AddEdge(std::string parent, Relation relation, bool inferred,
                            absl::string_view where, absl::string_view quote,
                            absl::string_view revision) {
  if (parent == id()) {
    Note(ImportNote::Kind::kUnmapped,
         absl::StrCat(parent, " names itself as its own upstream: not taken"));
    return;
  }
  Claim claim = NewClaim(StatementKind::kEdge, where);
  claim.relation = relation;
  claim.parent = std::move(parent);
  claim.inferred = inferred;
  claim.quote = std::string(quote);
  claim.parent_revision = Clean(revision, kLongestShown);
  const bool repeated =
      std::any_of(record_.claims.begin(), record_.claims.end(), [&](const Claim& known) {
        return known.statement == StatementKind::kEdge && known.relation == claim.relation &&
               known.parent == claim.parent && known.source.document == claim.source.document;
      });
  if (!repeated) record_.claims.push_back(std::move(claim));
}

void RecordBuilder::AddUpstream(absl::string_view name, Relation relation, bool inferred,
                                absl::string_view where, absl::string_view revision) {
  name = absl::StripAsciiWhitespace(name);
  if (name.empty()) return;
  const bool dataset =
      relation == Relation::kTrainedOn || relation == Relation::kDerivedFromDataset;
  if (std::optional<Upstream> upstream = ParseHubName(name, dataset, context_.known_id)) {
    AddEdge(std::move(upstream->id), relation, inferred, where, {},
            revision.empty() ? absl::string_view(upstream->revision) : revision);
    return;
  }
  AddPlaceholder(name, relation, inferred, where, revision);
}

void RecordBuilder::AddDescribed(absl::string_view name, Relation relation, bool inferred,
                                 absl::string_view where) {
  name = absl::StripAsciiWhitespace(name);
  if (name.empty()) return;
  if (absl::StrContains(name, '/')) return AddUpstream(name, relation, inferred, where);
  AddPlaceholder(name, relation, inferred, where, {});
}

void RecordBuilder::AddPlaceholder(absl::string_view name, Relation relation, bool inferred,
                                   absl::string_view where, absl::string_view revision) {
  std::vector<absl::string_view> segments =
      absl::StrSplit(name, absl::ByAnyChar("/\\"), absl::SkipEmpty());
  const std::string last = Slug(segments.empty() ? name : segments.back());
  std::string parent = absl::StrCat("unresolved/", id(), "/", last);
  if (!IdProblem(parent).empty()) parent = absl::StrCat("unresolved/", last);
  Note(ImportNote::Kind::kUnmapped,
       absl::StrCat(id(), ": ", where, " names \"", Shown(name),
                    "\", which is no id: kept as the unresolved upstream ", parent));
  AddEdge(std::move(parent), relation, inferred, where,
          absl::StrCat("written: ", Clean(name, kLongestQuote)), revision);
}

void RecordBuilder::AddNewVersion(absl::string_view newer, absl::string_view where) {
  const std::optional<Upstream> upstream =
      ParseHubName(newer, record_.artifact.kind == ArtifactKind::kDataset, context_.known_id);
  if (!upstream) {
    AddRemark(absl::StrCat("names \"", Shown(newer), "\" as its new version"), where);
    return;
  }
  if (upstream->id == id()) return;
  Claim claim = NewClaim(StatementKind::kEdge, where);
  claim.relation = Relation::kSupersedes;
  claim.subject = upstream->id;
  claim.parent = id();
  record_.claims.push_back(std::move(claim));
}

void RecordBuilder::AddReleases(ComponentSet components, absl::string_view where) {
  if (components.empty()) return;
  Claim claim = NewClaim(StatementKind::kReleases, where);
  claim.releases = components;
  record_.claims.push_back(std::move(claim));
}

void RecordBuilder::AddPart(ModelPart part, absl::string_view license, absl::string_view where) {
  Claim claim = NewClaim(StatementKind::kPublishes, where);
  std::string text(license);
  if (!license.empty() && license != kNoLicense) {
    const LicenseMatch& match = MatchCached(text);
    if (match.how == LicenseMatch::How::kNone) {
      claim.as_found = true;
      text = Clean(license, kLongestQuote);
    } else {
      if (match.how != LicenseMatch::How::kName) {
        claim.quote = absl::StrCat("written: ", Clean(license, kLongestQuote));
      }
      claim.inferred = match.how == LicenseMatch::How::kSimilar;
      text = match.expression;
    }
  }
  claim.text = WritePublishedPart(part, text);
  record_.claims.push_back(std::move(claim));
}

void RecordBuilder::AddRemark(absl::string_view text, absl::string_view where) {
  Claim claim = NewClaim(StatementKind::kRemark, where);
  claim.text = Clean(text, kLongestText);
  if (!claim.text.empty()) record_.claims.push_back(std::move(claim));
}

absl::Status RecordBuilder::Finish() { return sink_.Accept(std::move(record_)); }

absl::Status RecordBuilder::FinishPart() {
  record_.documents.clear();
  return sink_.Accept(std::move(record_));
}

std::optional<Relation> HubRelation(absl::string_view word) {
  if (word == "finetune") return Relation::kFinetunedFrom;
  if (word == "adapter") return Relation::kAdapterOf;
  if (word == "quantized") return Relation::kQuantizedFrom;
  if (word == "merge") return Relation::kMergedFrom;
  return std::nullopt;
}

void CardFacts::AddBase(absl::string_view base, std::optional<Relation> read) {
  if (base.empty()) return;
  for (auto& [known, stated] : bases) {
    if (known != base) continue;
    if (!stated) stated = read;
    return;
  }
  bases.emplace_back(base, read);
}

void CardFacts::AddTag(absl::string_view tag) {
  const std::size_t colon = tag.find(':');
  if (colon == absl::string_view::npos) {
    tags.emplace_back(tag);
    return;
  }
  const absl::string_view key = tag.substr(0, colon);
  absl::string_view rest = tag.substr(colon + 1);
  if (key == "license") {
    licenses.emplace_back(rest);
  } else if (key == "dataset") {
    datasets.emplace_back(rest);
  } else if (key == "base_model") {
    const std::size_t second = rest.find(':');
    std::optional<Relation> read;
    if (second != absl::string_view::npos) read = HubRelation(rest.substr(0, second));
    if (read) rest.remove_prefix(second + 1);
    AddBase(rest, read);
  }
}

std::optional<Relation> RelationByWords(const std::vector<std::string>& words) {
  bool adapter = false;
  bool quantized = false;
  bool merged = false;
  for (const std::string& mixed : words) {
    const std::string word = absl::AsciiStrToLower(mixed);
    adapter = adapter || word == "peft" || word == "adapter" || HasWord(word, "lora") ||
              HasWord(word, "qlora");
    merged = merged || word == "merge" || word == "mergekit";
    for (const char* sign : {"gguf", "ggml", "awq", "gptq", "exl2", "bnb", "bitsandbytes", "4bit",
                             "8bit", "4-bit", "8-bit", "int4", "int8", "hqq", "aqlm"}) {
      quantized = quantized || HasWord(word, sign);
    }
  }
  if (adapter) return Relation::kAdapterOf;
  if (quantized) return Relation::kQuantizedFrom;
  if (merged) return Relation::kMergedFrom;
  return std::nullopt;
}

void AddCard(CardFacts facts, RecordBuilder* record) {
  record->AddLicense(std::move(facts.licenses), facts.license_name, facts.license_link,
                     facts.license_where);
  if (!facts.bases.empty()) {
    std::vector<std::string> words = std::move(facts.tags);
    words.emplace_back(LastSegment(record->id()));
    words.push_back(facts.library);
    if (facts.adapter) words.emplace_back("adapter");
    if (facts.quantized) words.emplace_back("int4");
    // Looking for signs costs more than all else, and most records say what they are.
    const bool open = !facts.relation &&
                      std::any_of(facts.bases.begin(), facts.bases.end(),
                                  [](const auto& base) { return !base.second; });
    const std::optional<Relation> told = open ? RelationByWords(words) : std::nullopt;
    for (const auto& [base, read] : facts.bases) {
      const Relation guess = told                     ? *told
                             : facts.bases.size() > 1 ? Relation::kMergedFrom
                                                      : Relation::kFinetunedFrom;
      const Relation relation = facts.relation ? *facts.relation : read.value_or(guess);
      // What the Hub reads out of a card is an inference too.
      record->AddUpstream(base, relation, !facts.relation,
                          read ? "tags: base_model" : "base_model");
    }
  }
  std::sort(facts.datasets.begin(), facts.datasets.end());
  facts.datasets.erase(std::unique(facts.datasets.begin(), facts.datasets.end()),
                       facts.datasets.end());
  for (const std::string& name : facts.datasets) {
    absl::string_view from = name;
    // "original" and "extended" say how, not from what; "extended|x" names x.
    absl::ConsumePrefix(&from, "extended|");
    if (from == "original" || from == "extended") continue;
    record->AddUpstream(from, facts.dataset ? Relation::kDerivedFromDataset : Relation::kTrainedOn,
                        /*inferred=*/false, "datasets");
  }
  if (!facts.new_version.empty()) record->AddNewVersion(facts.new_version, "new_version");
}

}  // namespace lineage
