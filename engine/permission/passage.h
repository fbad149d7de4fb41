// What an edge makes of terms that come from its parent: the tables of docs/semantics.md, section 4,
// and nothing else. The evaluator follows them upward, the table of verdicts downward.
#ifndef LINEAGE_ENGINE_PERMISSION_PASSAGE_H_
#define LINEAGE_ENGINE_PERMISSION_PASSAGE_H_

#include <algorithm>
#include <array>
#include <vector>

#include "engine/model/artifact.h"
#include "engine/model/verdict.h"
#include "engine/permission/way.h"

namespace lineage {

// A form above an edge, and what it becomes below.
struct Passage {
  Form above = Form::kWork;
  Form below = Form::kWork;
  bool contests = false;
  bool perhaps_similar = false;
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

// The passages of all edges under one stance and use of adapters. Immutable, made once each.
class Passages {
 public:
  static const Passages& Of(Stance stance, AdapterUse adapter) {
    static const std::array<Passages, 6>* const kAll = [] {
      auto* all = new std::array<Passages, 6>();
      for (const Stance s : EnumValues<Stance>()) {
        for (const AdapterUse a : EnumValues<AdapterUse>()) {
          (*all)[Index(s, a)] = Passages(s, a);
        }
      }
      return all;
    }();
    return (*kAll)[Index(stance, adapter)];
  }

  // `same_licensor`: child and parent have the same licensor.
  [[nodiscard]] const std::vector<Passage>& Get(Relation relation, bool in_cycle,
                                                bool same_licensor) const {
    return passages_[static_cast<std::size_t>(relation)][in_cycle ? 1 : 0][same_licensor ? 1 : 0];
  }
  // False if edges of this relation pass nothing on.
  [[nodiscard]] bool Conveys(Relation relation) const { return !Get(relation, false, true).empty(); }

  Passages() = default;

 private:
  Passages(Stance stance, AdapterUse adapter) {
    for (const Relation relation : EnumValues<Relation>()) {
      for (const bool in_cycle : {false, true}) {
        for (const bool same : {false, true}) {
          std::vector<Passage>& list =
              passages_[static_cast<std::size_t>(relation)][in_cycle ? 1 : 0][same ? 1 : 0];
          list = Make(relation, stance, adapter, same);
          if (in_cycle && ClassOf(relation) != RelationClass::kNone) AddCycle(&list);
        }
      }
    }
  }

  static std::size_t Index(Stance stance, AdapterUse adapter) {
    return static_cast<std::size_t>(stance) * 2 + static_cast<std::size_t>(adapter);
  }

  static std::vector<Passage> Make(Relation relation, Stance stance, AdapterUse adapter,
                                   bool same_licensor) {
    const RelationClass relation_class = ClassOf(relation);
    const bool cautious = stance == Stance::kCautious;
    std::vector<Passage> list;
    const auto conveys = [&](Form form) { list.push_back({form, form, false, false}); };
    // What runs with outputs to another party is contested.
    const auto by_party = [&](Form above, Form below, bool perhaps_similar) {
      const bool as_is = same_licensor || cautious;
      if (as_is || stance == Stance::kStandard) {
        list.push_back({above, below, !as_is, perhaps_similar});
      }
    };
    switch (relation_class) {
      case RelationClass::kNone:
        return list;
      case RelationClass::kAdapter:
        if (adapter == AdapterUse::kAlone && stance == Stance::kPermissive) return list;
        break;
      default:
        break;
    }
    by_party(Form::kFromOutputs, Form::kFromOutputs, false);
    if (relation_class == RelationClass::kTraining) {
      conveys(Form::kTraining);
      for (const Form form : {Form::kWork, Form::kDerivative, Form::kMade}) {
        if (cautious) conveys(form);
        if (stance != Stance::kPermissive) list.push_back({form, form, true, false});
      }
      by_party(Form::kDormant, Form::kMade, true);
      return list;
    }
    if (relation_class == RelationClass::kOutput) {
      list.push_back({Form::kOutput, Form::kFromOutputs, false, false});
      if (cautious) conveys(Form::kDerivative);
      if (cautious || relation == Relation::kDistilledFrom) conveys(Form::kMade);
      if (relation == Relation::kDistilledFrom) {
        list.push_back({Form::kSource, Form::kMade, false, false});
      } else {
        list.push_back({Form::kSource, Form::kDormant, false, false});
        list.push_back({Form::kMade, Form::kDormant, false, false});
      }
      return list;
    }
    // Copy, inside, beside, adaptation, adapter.
    const bool alone = relation_class == RelationClass::kAdapter && adapter == AdapterUse::kAlone;
    if (!alone && (relation_class != RelationClass::kAdaptation || cautious)) conveys(Form::kWork);
    conveys(Form::kDerivative);
    conveys(Form::kMade);
    conveys(Form::kOutput);
    conveys(Form::kSource);
    conveys(Form::kDormant);
    if (!alone) conveys(Form::kClass);
    return list;
  }

  // Members of a cycle are one unit.
  static void AddCycle(std::vector<Passage>* list) {
    for (const Form form : {Form::kWork, Form::kDerivative, Form::kMade, Form::kClass}) {
      const Passage passage{form, form, false, false};
      const bool there = std::any_of(list->begin(), list->end(), [&](const Passage& other) {
        return other.above == form && other.below == form && !other.contests;
      });
      if (!there) list->push_back(passage);
    }
  }

  std::array<std::array<std::array<std::vector<Passage>, 2>, 2>, kEnumSize<Relation>> passages_;
};

// Marks as the path gets one edge longer at its upper end.
[[nodiscard]] constexpr Way Above(const Way& below, const Passage& passage, Relation relation) {
  Way above;
  above.form = passage.above;
  if (passage.above == Form::kClass || passage.above == Form::kTraining) return above;
  above.contested = below.contested || passage.contests;
  above.perhaps_similar = below.perhaps_similar || passage.perhaps_similar;
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
  const Alteration change = AlterationOf(relation);
  below.change = std::max(above.change, change);
  // Adapting a whole adapts its parts.
  below.place = change >= Alteration::kAdapted ? Place::kNone
                                           : std::max(above.place, PlaceOf(ClassOf(relation)));
  return below;
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_PASSAGE_H_
