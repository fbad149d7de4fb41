// All artifacts and claims, compactly, at one revision. Copies are cheap, and share what they have
// in common.
#ifndef LINEAGE_ENGINE_RECORDS_RECORDS_H_
#define LINEAGE_ENGINE_RECORDS_RECORDS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/id_table.h"
#include "engine/base/persistent_vector.h"
#include "engine/base/strong_id.h"
#include "engine/model/artifact.h"
#include "engine/model/catalog.h"
#include "engine/model/claim.h"
#include "engine/records/text_pool.h"

namespace lineage {

struct ArtifactTag;
// Artifacts are numbered in the order in which they became known.
using ArtifactIndex = StrongId<ArtifactTag>;

struct ArtifactRow {
  TextId id = 0;
  TextId name = 0;
  TextId aliases = 0;  // one a line
  TextId file = 0;
  int32_t line = 0;
  Date released = Date::Min();  // Min: not known
  ClaimIndex first_claim;
  ClaimIndex last_claim;
  ArtifactIndex next_namesake;  // the next one with the same last segment, whatever its case
  ArtifactIndex last_namesake;  // of the first one of them: the last
  int32_t column = 0;
  ArtifactKind kind = ArtifactKind::kUnresolved;
};

struct ClaimRow {
  enum Flag : uint8_t {
    kDenies = 1,
    kInferred = 2,
    kAsFound = 4,
    kSupposed = 8,
    kHasComponent = 16,
    kHasMade = 32,
  };

  ArtifactIndex subject;
  ArtifactIndex parent;  // kEdge
  ClaimIndex next;       // the subject's next claim
  TextId text = 0;
  TextId parent_revision = 0;
  TextId by = 0;
  TextId said_text = 0;
  TextId document = 0;
  TextId where = 0;
  TextId quote = 0;
  TextId file = 0;
  int32_t line = 0;
  Date made;
  Date said;
  Interval valid;
  uint32_t revision = 1;
  uint32_t retracted = 0;
  uint32_t number = 0;
  int32_t column = 0;
  StatementKind statement = StatementKind::kRemark;
  Relation relation = Relation::kBundles;
  Component component_value = Component::kWeights;
  SourceKind source_kind = SourceKind::kCurated;
  uint8_t releases = 0;
  uint8_t flags = 0;

  [[nodiscard]] bool Is(Flag flag) const { return (flags & flag) != 0; }
  [[nodiscard]] std::optional<Component> component() const {
    return Is(kHasComponent) ? std::optional(component_value) : std::nullopt;
  }
};

// Which of two claims counts, smaller is better: rank, then the later day.
[[nodiscard]] inline std::pair<int, int64_t> Preference(const ClaimRow& claim) {
  return {RankOf(claim.source_kind), -int64_t{claim.said.days()}};
}

using ClaimIndexes = absl::InlinedVector<ClaimIndex, 6>;

// One thread may add to the original while others read copies. Nothing is ever added to a copy.
class Records {
 public:
  Records();
  // Of a catalogue: its artifacts first, then what else its claims speak of.
  explicit Records(const Catalog& catalog);

  [[nodiscard]] std::size_t artifact_count() const { return artifacts_.size(); }
  [[nodiscard]] std::size_t claim_count() const { return claims_.size(); }

  [[nodiscard]] const ArtifactRow& Row(ArtifactIndex index) const {
    return artifacts_[index.value()];
  }
  [[nodiscard]] const ClaimRow& Row(ClaimIndex index) const { return claims_[index.value()]; }
  [[nodiscard]] absl::string_view Text(TextId id) const { return texts_->Get(id); }
  [[nodiscard]] absl::string_view IdOf(ArtifactIndex index) const { return Text(Row(index).id); }

  // The same as plain values. Cost: a copy of each string.
  [[nodiscard]] Artifact Get(ArtifactIndex index) const;
  [[nodiscard]] Claim Get(ClaimIndex index) const;

  // None if there is no such id.
  [[nodiscard]] ArtifactIndex Find(absl::string_view id) const;
  // Those with this id, last path segment or alias, without regard to case; ascending. The first
  // two are exact but for case; aliases are also those that claims state, if not retracted.
  [[nodiscard]] std::vector<ArtifactIndex> FindByIdIgnoringCase(absl::string_view id) const;
  [[nodiscard]] std::vector<ArtifactIndex> FindBySegmentIgnoringCase(absl::string_view name) const;
  [[nodiscard]] std::vector<ArtifactIndex> FindByAliasIgnoringCase(absl::string_view alias) const;
  // All aliases of an artifact, its own and those that claims state.
  [[nodiscard]] std::vector<std::string> AliasesOf(ArtifactIndex index) const;

  // All claims about an artifact, whenever they hold, ascending.
  [[nodiscard]] ClaimIndexes ClaimsAbout(ArtifactIndex artifact) const;

  // Calls `visit` with each claim about an artifact, ascending.
  template <typename Visit>
  void ForEachClaimAbout(ArtifactIndex artifact, const Visit& visit) const {
    for (ClaimIndex at = Row(artifact).first_claim; at.valid(); at = Row(at).next) visit(at);
  }

  // Adds what a catalogue or a store says. A description completes what is known: a kind replaces
  // "unresolved", aliases are added. Errors of all: RESOURCE_EXHAUSTED past 2^27 artifacts, 2^31
  // claims or 15 GiB of text.
  absl::StatusOr<ArtifactIndex> Describe(const Artifact& artifact);
  absl::StatusOr<ClaimIndex> Add(const Claim& claim) { return Add(claim, claim.revision); }
  absl::StatusOr<ClaimIndex> Add(const Claim& claim, Revision revision);
  void Retract(ClaimIndex claim, Revision revision);

  // To an image and back. Another thread may add to the original meanwhile.
  void Save(ImageWriter* image) const;
  static absl::StatusOr<Records> Load(const ImageReader& image);

 private:
  ArtifactIndex FindOrAdd(absl::string_view id, const Location& location);

  // A name besides the id; stated by a claim, or by the description if there is none.
  struct AliasRow {
    TextId alias = 0;
    ArtifactIndex artifact;
    ClaimIndex claim;
  };

  void AddAlias(TextId alias, ArtifactIndex artifact, ClaimIndex claim);
  void AddNamesake(absl::string_view segment, ArtifactIndex added);
  [[nodiscard]] ArtifactIndex FirstNamesake(absl::string_view segment) const;
  [[nodiscard]] absl::Status CheckRoom() const;
  // The artifacts that `match` gives for a table's numbers (None: no match), ascending.
  template <typename Match>
  [[nodiscard]] static std::vector<ArtifactIndex> Collect(const IdTable& table,
                                                          absl::string_view name,
                                                          const Match& match);

  std::shared_ptr<TextPool> texts_;
  TextId text_end_ = 0;  // of what is ours
  PersistentVector<ArtifactRow> artifacts_;
  PersistentVector<ClaimRow> claims_;
  PersistentVector<AliasRow> aliases_;
  // By hash of the lower-case name; of artifacts, artifacts, and rows of aliases_.
  std::shared_ptr<IdTable> by_id_;
  std::shared_ptr<IdTable> by_segment_;
  std::shared_ptr<IdTable> by_alias_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_RECORDS_RECORDS_H_
