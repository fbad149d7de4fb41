// What an edge makes of terms that come from its parent: the tables of docs/semantics.md, section 4,
// and nothing else. The evaluator follows them upward, the table of verdicts downward.
#ifndef LINEAGE_ENGINE_PERMISSION_PASSAGE_H_
#define LINEAGE_ENGINE_PERMISSION_PASSAGE_H_

#include <algorithm>
#include <array>
#include <vector>

#include "engine/model/artifact.h"
#include "engine/model/theory.h"
#include "engine/permission/query.h"
#include "engine/permission/way.h"

namespace lineage {

// A form above an edge, and what it becomes below.
struct Passage {
  Form above = Form::kWork;
  Form below = Form::kWork;
  bool contests = false;
  bool perhaps_similar = false;
  bool sharing_only = false;
};

// What an edge does besides: to the place of a part, and to the work.
[[nodiscard]] constexpr Place PlaceOf(RelationClass relation_class) {
  if (relation_class == RelationClass::kBeside) return Place::kBeside;
  return relation_class == RelationClass::kInside ? Place::kInside : Place::kNone;
}
[[nodiscard]] constexpr Alteration AlterationOf(Relation relation) {
  switch (ClassOf(relation)) {
    case RelationClass::kCopy:
      return Alteration::kFormat;
    case RelationClass::kInside:
    case RelationClass::kBeside:
    case RelationClass::kNone:
      return Alteration::kExact;
    default:
      return relation == Relation::kMergedFrom ? Alteration::kMerged : Alteration::kAdapted;
  }
}

// The passages of all edges under one theory and use of adapters. Immutable, made once each.
class Passages {
 public:
  // Those of a stance as it is.
  static const Passages& Of(Stance stance, AdapterUse adapter);
  // Those of a question, whose switches may be set otherwise.
  static const Passages& Of(const Query& query);

  // `same_licensor`: child and parent have the same licensor. `of_weights`: the parent's component
  // is weights.
  [[nodiscard]] const std::vector<Passage>& Get(Relation relation, bool in_cycle,
                                                bool same_licensor, bool of_weights) const {
    return passages_[of_weights ? 1 : 0][static_cast<std::size_t>(relation)][in_cycle ? 1 : 0]
                    [same_licensor ? 1 : 0];
  }
  // False if edges of this relation pass nothing on.
  [[nodiscard]] bool Conveys(Relation relation) const {
    return !Get(relation, false, true, false).empty();
  }

  Passages(Stance stance, const Theory& theory, AdapterUse adapter);

 private:
  std::array<std::array<std::array<std::array<std::vector<Passage>, 2>, 2>, kEnumSize<Relation>>, 2>
      passages_;
};

// Marks as the path gets one edge longer at its upper end.
[[nodiscard]] constexpr Way Above(const Way& below, const Passage& passage, Relation relation) {
  Way above;
  above.form = passage.above;
  if (passage.above == Form::kClass || passage.above == Form::kTraining) return above;
  above.contested = below.contested || passage.contests;
  above.perhaps_similar = below.perhaps_similar || passage.perhaps_similar;
  above.sharing_only = below.sharing_only || passage.sharing_only;
  // Adapting a whole adapts its parts: only edges below every adaptation give a place.
  above.place = below.adapted() ? below.place : std::max(below.place, PlaceOf(ClassOf(relation)));
  above.change = std::max(below.change, AlterationOf(relation));
  return above;
}

// Marks as the path gets one edge longer at its lower end.
[[nodiscard]] constexpr Way Below(const Way& above, const Passage& passage, Relation relation) {
  Way below;
  below.form = passage.below;
  if (passage.below == Form::kClass || passage.below == Form::kTraining) return below;
  below.contested = above.contested || passage.contests;
  below.perhaps_similar = above.perhaps_similar || passage.perhaps_similar;
  below.sharing_only = above.sharing_only || passage.sharing_only;
  const Alteration change = AlterationOf(relation);
  below.change = std::max(above.change, change);
  // Adapting a whole adapts its parts.
  below.place = change >= Alteration::kAdapted ? Place::kNone
                                           : std::max(above.place, PlaceOf(ClassOf(relation)));
  return below;
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_PASSAGE_H_
