#include "engine/permission/passage.h"

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace lineage {
namespace {

class Maker {
 public:
  Maker(Stance stance, const Theory& theory, AdapterUse adapter, Relation relation,
        bool same_licensor)
      : stance_(stance),
        theory_(theory),
        adapter_(adapter),
        relation_(relation),
        same_licensor_(same_licensor) {}

  std::vector<Passage> Make() {
    const RelationClass relation_class = ClassOf(relation_);
    const bool alone = relation_class == RelationClass::kAdapter && adapter_ == AdapterUse::kAlone;
    if (relation_class == RelationClass::kNone || (alone && stance_ == Stance::kPermissive))
      return {};
    ByParty(Form::kFromOutputs, Form::kFromOutputs, TheorySwitch::kContractRuns, false);
    if (relation_class == RelationClass::kTraining) {
      Train();
    } else if (relation_class == RelationClass::kOutput) {
      MakeOutputs();
    } else {  // copy, inside, beside, adaptation, adapter
      if (!alone && (relation_class != RelationClass::kAdaptation || stance_ == Stance::kCautious))
        Convey(Form::kWork);
      for (const Form form :
           {Form::kDerivative, Form::kMade, Form::kOutput, Form::kSource, Form::kDormant}) {
        Convey(form);
      }
      if (!alone) Convey(Form::kClass);
    }
    return std::move(list_);
  }

 private:
  void Convey(Form form) { list_.push_back({form, form}); }

  // What runs with outputs to another party hangs on a switch.
  void ByParty(Form above, Form below, TheorySwitch on, bool perhaps_similar) {
    const bool as_is = same_licensor_ || theory_[on] == Setting::kYes;
    if (!as_is && theory_[on] == Setting::kNo) return;
    list_.push_back({above, below, !as_is, perhaps_similar});
  }

  void Train() {
    Convey(Form::kTraining);
    const Setting derive = theory_[TheorySwitch::kWeightsDerive];
    // For rights other than to share: as far as no exception covers the copy made for training.
    const Setting excepted = theory_[TheorySwitch::kTrainingExcepted];
    const Setting others = excepted == Setting::kYes    ? Setting::kNo
                           : excepted == Setting::kOpen ? std::max(derive, Setting::kOpen)
                                                        : derive;
    for (const Form form : {Form::kWork, Form::kDerivative, Form::kMade}) {
      if (derive == Setting::kYes)
        list_.push_back({form, form, false, false, others != Setting::kYes});
      if (derive != Setting::kNo) {
        // What is conveyed for the rights to share alone is contested for all, or for none but
        // them.
        list_.push_back({form, form, true, false, others == Setting::kNo});
      }
    }
    ByParty(Form::kDormant, Form::kMade, TheorySwitch::kOutputsDerive, true);
  }

  void MakeOutputs() {
    const bool derive = theory_[TheorySwitch::kOutputsDerive] == Setting::kYes;
    const bool distilled = relation_ == Relation::kDistilledFrom;
    list_.push_back({Form::kOutput, Form::kFromOutputs});
    if (derive || distilled) Convey(Form::kMade);
    if (distilled) {
      list_.push_back({Form::kSource, Form::kMade});
    } else {
      list_.push_back({Form::kSource, Form::kDormant});
      list_.push_back({Form::kMade, Form::kDormant});
    }
  }

  const Stance stance_;
  const Theory theory_;
  const AdapterUse adapter_;
  const Relation relation_;
  const bool same_licensor_;
  std::vector<Passage> list_;
};

// Members of a cycle are one unit.
void AddCycle(std::vector<Passage>* list) {
  for (const Form form : {Form::kWork, Form::kDerivative, Form::kMade, Form::kClass}) {
    const bool there = std::any_of(list->begin(), list->end(), [&](const Passage& other) {
      return other.above == form && other.below == form && !other.contests && !other.sharing_only;
    });
    if (!there) list->push_back({form, form});
  }
}

// Whether a form rests on a right in the weights.
bool RestsOnWeights(Form form) {
  switch (form) {
    case Form::kWork:
    case Form::kDerivative:
    case Form::kMade:
    case Form::kSource:
    case Form::kDormant:
      return true;
    default:
      return false;
  }
}

// Nobody can license what nothing protects.
std::vector<Passage> OfWeights(std::vector<Passage> list, Setting weights_protected) {
  if (weights_protected == Setting::kNo) {
    list.erase(std::remove_if(list.begin(), list.end(),
                              [](const Passage& one) { return RestsOnWeights(one.above); }),
               list.end());
  } else if (weights_protected == Setting::kOpen) {
    for (Passage& one : list) one.contests |= RestsOnWeights(one.above);
  }
  return list;
}

}  // namespace

Passages::Passages(Stance stance, const Theory& theory, AdapterUse adapter) {
  for (const Relation relation : EnumValues<Relation>()) {
    for (const bool in_cycle : {false, true}) {
      for (const bool same : {false, true}) {
        std::vector<Passage> list = Maker(stance, theory, adapter, relation, same).Make();
        if (in_cycle && ClassOf(relation) != RelationClass::kNone) AddCycle(&list);
        const auto r = static_cast<std::size_t>(relation);
        passages_[1][r][in_cycle ? 1 : 0][same ? 1 : 0] =
            OfWeights(list, theory[TheorySwitch::kWeightsProtected]);
        passages_[0][r][in_cycle ? 1 : 0][same ? 1 : 0] = std::move(list);
      }
    }
  }
}

const Passages& Passages::Of(Stance stance, AdapterUse adapter) {
  static const auto* const kAll = [] {
    auto* all = new std::vector<Passages>();
    for (const Stance s : EnumValues<Stance>()) {
      for (const AdapterUse a : EnumValues<AdapterUse>()) all->emplace_back(s, Theory::Of(s), a);
    }
    return all;
  }();
  return (*kAll)[static_cast<std::size_t>(stance) * kEnumSize<AdapterUse> +
                 static_cast<std::size_t>(adapter)];
}

const Passages& Passages::Of(const Query& query) {
  if (query.IsPreset()) return Of(query.stance, query.adapter);
  // At most 3^6 theories, three stances and two uses of adapters.
  static absl::Mutex mutex(absl::kConstInit);
  static auto* const made =
      new absl::flat_hash_map<std::size_t, std::unique_ptr<const Passages>>();  // guarded by it
  const Theory theory = query.InForce();
  std::size_t key = static_cast<std::size_t>(query.stance) * kEnumSize<AdapterUse> +
                    static_cast<std::size_t>(query.adapter);
  for (const TheorySwitch of : EnumValues<TheorySwitch>())
    key = key * kEnumSize<Setting> + static_cast<std::size_t>(theory[of]);
  const absl::MutexLock lock(&mutex);
  std::unique_ptr<const Passages>& one = (*made)[key];
  if (one == nullptr) one = std::make_unique<const Passages>(query.stance, theory, query.adapter);
  return *one;
}

}  // namespace lineage
