#include "engine/records/records.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"

namespace lineage {
namespace {

constexpr uint64_t kMostArtifacts = uint64_t{1} << 27U;
constexpr uint64_t kMostClaims = uint64_t{1} << 31U;
constexpr uint64_t kMostText = uint64_t{15} << 30U;

// The same on every machine and in every process: it reaches the disk.
uint64_t LowerHash(absl::string_view text) {
  std::array<char, 256> room;
  if (text.size() > room.size()) {
    const std::string lower = absl::AsciiStrToLower(text);
    return XXH3_64bits(lower.data(), lower.size());
  }
  std::transform(text.begin(), text.end(), room.begin(), absl::ascii_tolower);
  return XXH3_64bits(room.data(), text.size());
}

// Adds to a table that may have to grow first.
template <typename HashOf>
void AddTo(std::shared_ptr<IdTable>* table, uint64_t hash, uint32_t number, const HashOf& hash_of) {
  if ((*table)->full()) *table = (*table)->Grown(hash_of);
  (*table)->Add(hash, number);
}

// A number of a revision or a claim; there are never so many.
uint32_t Narrow(uint64_t value) {
  return static_cast<uint32_t>(std::min<uint64_t>(value, std::numeric_limits<uint32_t>::max()));
}

}  // namespace

static_assert(sizeof(ArtifactRow) == 48 && sizeof(ClaimRow) == 88, "millions of them are held");

Records::Records()
    : texts_(std::make_shared<TextPool>()),
      by_id_(std::make_shared<IdTable>()),
      by_segment_(std::make_shared<IdTable>()),
      by_alias_(std::make_shared<IdTable>()) {
  text_end_ = texts_->end();
}

Records::Records(const Catalog& catalog) : Records() {
  // What is in memory as plain values has room here.
  for (const Artifact& artifact : catalog.artifacts) static_cast<void>(Describe(artifact));
  for (const Claim& claim : catalog.claims) static_cast<void>(Add(claim));
}

absl::Status Records::CheckRoom() const {
  if (artifacts_.size() + 2 < kMostArtifacts && claims_.size() + 1 < kMostClaims &&
      texts_->size() < kMostText) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(absl::StrCat("the graph is full: ", artifacts_.size(),
                                                   " artifacts, ", claims_.size(), " claims, ",
                                                   texts_->size() >> 20U, " MiB of text"));
}

ArtifactIndex Records::Find(absl::string_view id) const {
  ArtifactIndex found;
  by_id_->ForEach(LowerHash(id), [&](uint32_t number) {
    if (number < artifacts_.size() && Text(artifacts_[number].id) == id) {
      found = ArtifactIndex(number);
    }
    return found.valid();
  });
  return found;
}

ArtifactIndex Records::FindOrAdd(absl::string_view id, const Location& location) {
  const ArtifactIndex known = Find(id);
  if (known.valid()) return known;
  const ArtifactIndex added(artifacts_.size());
  ArtifactRow row;
  row.id = texts_->Add(id);
  row.file = texts_->Add(location.file);
  row.line = location.line;
  row.column = location.column;
  artifacts_.push_back(row);
  AddTo(&by_id_, LowerHash(id), added.value(),
        [&](uint32_t number) { return LowerHash(Text(artifacts_[number].id)); });
  AddNamesake(LastSegment(id), added);
  return added;
}

// The table has the first of them only: thousands may share a segment, and stand in each other's
// way there.
void Records::AddNamesake(absl::string_view segment, ArtifactIndex added) {
  const ArtifactIndex first = FirstNamesake(segment);
  if (!first.valid()) {
    AddTo(&by_segment_, LowerHash(segment), added.value(),
          [&](uint32_t number) { return LowerHash(LastSegment(Text(artifacts_[number].id))); });
    return;
  }
  const ArtifactIndex last = Row(first).last_namesake;
  artifacts_.Mutable((last.valid() ? last : first).value()).next_namesake = added;
  artifacts_.Mutable(first.value()).last_namesake = added;
}

ArtifactIndex Records::FirstNamesake(absl::string_view segment) const {
  ArtifactIndex first;
  by_segment_->ForEach(LowerHash(segment), [&](uint32_t number) {
    const ArtifactIndex one(number);
    if (number < artifacts_.size() && absl::EqualsIgnoreCase(LastSegment(IdOf(one)), segment)) {
      first = one;
    }
    return first.valid();
  });
  return first;
}

void Records::AddAlias(TextId alias, ArtifactIndex artifact, ClaimIndex claim) {
  const auto number = static_cast<uint32_t>(aliases_.size());
  aliases_.push_back({alias, artifact, claim});
  AddTo(&by_alias_, LowerHash(Text(alias)), number,
        [&](uint32_t other) { return LowerHash(Text(aliases_[other].alias)); });
}

absl::StatusOr<ArtifactIndex> Records::Describe(const Artifact& artifact) {
  if (const absl::Status room = CheckRoom(); !room.ok()) return room;
  const ArtifactIndex index = FindOrAdd(artifact.id, artifact.location);
  ArtifactRow& row = artifacts_.Mutable(index.value());
  if (artifact.kind != ArtifactKind::kUnresolved) {
    if (row.kind == ArtifactKind::kUnresolved) {
      row.file = texts_->Add(artifact.location.file);
      row.line = artifact.location.line;
      row.column = artifact.location.column;
    }
    row.kind = artifact.kind;
  }
  if (!artifact.name.empty()) row.name = texts_->Add(artifact.name);
  if (artifact.released) row.released = *artifact.released;
  for (const std::string& alias : artifact.aliases) {
    const std::vector<absl::string_view> known = absl::StrSplit(Text(row.aliases), '\n');
    if (std::find(known.begin(), known.end(), alias) != known.end()) continue;
    row.aliases =
        texts_->Add(row.aliases == 0 ? alias : absl::StrCat(Text(row.aliases), "\n", alias));
    AddAlias(texts_->Add(alias), index, ClaimIndex::None());
  }
  text_end_ = texts_->end();
  return index;
}

absl::StatusOr<ClaimIndex> Records::Add(const Claim& claim, Revision revision) {
  if (const absl::Status room = CheckRoom(); !room.ok()) return room;
  const ClaimIndex index(claims_.size());
  ClaimRow row;
  row.subject = FindOrAdd(claim.subject, claim.location);
  if (claim.statement == StatementKind::kEdge) {
    row.parent = FindOrAdd(claim.parent, claim.location);
  }
  row.text = texts_->Add(claim.text);
  row.parent_revision = texts_->Add(claim.parent_revision);
  row.by = texts_->Add(claim.source.by);
  row.said_text = texts_->Add(claim.source.said_text);
  row.document = texts_->Add(claim.source.document);
  row.where = texts_->Add(claim.where);
  row.quote = texts_->Add(claim.quote);
  row.file = texts_->Add(claim.location.file);
  row.line = claim.location.line;
  row.column = claim.location.column;
  row.made = claim.made.value_or(Date());
  row.said = claim.source.said;
  row.valid = claim.valid;
  row.revision = Narrow(revision);
  row.retracted = Narrow(claim.retracted);
  row.number = Narrow(claim.number);
  row.statement = claim.statement;
  row.relation = claim.relation;
  row.component_value = claim.component.value_or(Component::kWeights);
  row.source_kind = claim.source.kind;
  row.releases = static_cast<uint8_t>(claim.releases.bits());
  row.flags = static_cast<uint8_t>(
      (claim.denies ? ClaimRow::kDenies : 0) | (claim.inferred ? ClaimRow::kInferred : 0) |
      (claim.as_found ? ClaimRow::kAsFound : 0) | (claim.supposed ? ClaimRow::kSupposed : 0) |
      (claim.component ? ClaimRow::kHasComponent : 0) | (claim.made ? ClaimRow::kHasMade : 0));
  claims_.push_back(row);
  ArtifactRow& subject = artifacts_.Mutable(row.subject.value());
  if (subject.last_claim.valid()) {
    claims_.Mutable(subject.last_claim.value()).next = index;
  } else {
    subject.first_claim = index;
  }
  subject.last_claim = index;
  if (claim.statement == StatementKind::kAlias) AddAlias(row.text, row.subject, index);
  text_end_ = texts_->end();
  return index;
}

void Records::Retract(ClaimIndex claim, Revision revision) {
  claims_.Mutable(claim.value()).retracted = Narrow(revision);
}

Artifact Records::Get(ArtifactIndex index) const {
  const ArtifactRow& row = Row(index);
  Artifact artifact;
  artifact.id = std::string(Text(row.id));
  artifact.kind = row.kind;
  artifact.name = std::string(Text(row.name));
  if (row.aliases != 0) artifact.aliases = absl::StrSplit(Text(row.aliases), '\n');
  if (row.released != Date::Min()) artifact.released = row.released;
  artifact.location = {std::string(Text(row.file)), row.line, row.column};
  return artifact;
}

Claim Records::Get(ClaimIndex index) const {
  const ClaimRow& row = Row(index);
  Claim claim;
  claim.subject = std::string(IdOf(row.subject));
  claim.statement = row.statement;
  claim.text = std::string(Text(row.text));
  claim.relation = row.relation;
  if (row.parent.valid()) claim.parent = std::string(IdOf(row.parent));
  claim.component = row.component();
  claim.releases = ComponentSet::FromBits(row.releases);
  claim.denies = row.Is(ClaimRow::kDenies);
  claim.inferred = row.Is(ClaimRow::kInferred);
  claim.as_found = row.Is(ClaimRow::kAsFound);
  claim.supposed = row.Is(ClaimRow::kSupposed);
  if (row.Is(ClaimRow::kHasMade)) claim.made = row.made;
  claim.parent_revision = std::string(Text(row.parent_revision));
  claim.valid = row.valid;
  claim.revision = row.revision;
  claim.retracted = row.retracted;
  claim.number = row.number;
  claim.source = {row.source_kind, std::string(Text(row.by)), row.said,
                  std::string(Text(row.said_text)), std::string(Text(row.document))};
  claim.where = std::string(Text(row.where));
  claim.quote = std::string(Text(row.quote));
  claim.location = {std::string(Text(row.file)), row.line, row.column};
  return claim;
}

template <typename Match>
std::vector<ArtifactIndex> Records::Collect(const IdTable& table, absl::string_view name,
                                            const Match& match) {
  std::vector<ArtifactIndex> found;
  table.ForEach(LowerHash(name), [&](uint32_t number) {
    const ArtifactIndex artifact = match(number);
    if (artifact.valid()) found.push_back(artifact);
    return false;
  });
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<ArtifactIndex> Records::FindByIdIgnoringCase(absl::string_view id) const {
  return Collect(*by_id_, id, [&](uint32_t number) {
    return number < artifacts_.size() && absl::EqualsIgnoreCase(IdOf(ArtifactIndex(number)), id)
               ? ArtifactIndex(number)
               : ArtifactIndex::None();
  });
}

std::vector<ArtifactIndex> Records::FindBySegmentIgnoringCase(absl::string_view name) const {
  std::vector<ArtifactIndex> found;
  for (ArtifactIndex at = FirstNamesake(name); at.valid(); at = Row(at).next_namesake) {
    found.push_back(at);
  }
  return found;
}

std::vector<ArtifactIndex> Records::FindByAliasIgnoringCase(absl::string_view alias) const {
  return Collect(*by_alias_, alias, [&](uint32_t number) {
    if (number >= aliases_.size()) return ArtifactIndex::None();
    const AliasRow& row = aliases_[number];
    const bool holds = !row.claim.valid() || Row(row.claim).retracted == 0;
    return holds && absl::EqualsIgnoreCase(Text(row.alias), alias) ? row.artifact
                                                                   : ArtifactIndex::None();
  });
}

std::vector<std::string> Records::AliasesOf(ArtifactIndex index) const {
  std::vector<std::string> aliases;
  const ArtifactRow& row = Row(index);
  if (row.aliases != 0) aliases = absl::StrSplit(Text(row.aliases), '\n');
  ForEachClaimAbout(index, [&](ClaimIndex claim) {
    const ClaimRow& stated = Row(claim);
    if (stated.statement == StatementKind::kAlias && stated.retracted == 0) {
      aliases.emplace_back(Text(stated.text));
    }
  });
  return aliases;
}

ClaimIndexes Records::ClaimsAbout(ArtifactIndex artifact) const {
  ClaimIndexes claims;
  ForEachClaimAbout(artifact, [&](ClaimIndex claim) { claims.push_back(claim); });
  return claims;
}

void Records::Save(ImageWriter* image) const {
  image->Add("artifacts", artifacts_);
  image->Add("claims", claims_);
  image->Add("aliases", aliases_);
  texts_->Save("texts", text_end_, image);
  const auto artifacts = static_cast<uint32_t>(artifacts_.size());
  by_id_->Save("by-id", artifacts, image);
  by_segment_->Save("by-segment", artifacts, image);
  by_alias_->Save("by-alias", static_cast<uint32_t>(aliases_.size()), image);
}

absl::StatusOr<Records> Records::Load(const ImageReader& image) {
  Records records;
  ASSIGN_OR_RETURN(records.artifacts_, image.Vector<ArtifactRow>("artifacts"));
  ASSIGN_OR_RETURN(records.claims_, image.Vector<ClaimRow>("claims"));
  ASSIGN_OR_RETURN(records.aliases_, image.Vector<AliasRow>("aliases"));
  ASSIGN_OR_RETURN(records.texts_, TextPool::Load("texts", image));
  ASSIGN_OR_RETURN(records.by_id_, IdTable::Load("by-id", image));
  ASSIGN_OR_RETURN(records.by_segment_, IdTable::Load("by-segment", image));
  ASSIGN_OR_RETURN(records.by_alias_, IdTable::Load("by-alias", image));
  records.text_end_ = records.texts_->end();
  return records;
}

}  // namespace lineage
