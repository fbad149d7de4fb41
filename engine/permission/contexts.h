// Compares conditions over all contexts: is there one in which something holds? Source:
// docs/semantics.md, section 7.
#ifndef LINEAGE_ENGINE_PERMISSION_CONTEXTS_H_
#define LINEAGE_ENGINE_PERMISSION_CONTEXTS_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/license/condition.h"
#include "engine/model/condition.h"

namespace lineage {

// The contexts that a few conditions can tell apart. Each gives every key that they name one value;
// `competes-with-licensor` is no and `performs-similarly` yes.
class Contexts {
 public:
  void Add(const Condition& condition);

  // True if `holds` does for one of them, and if there are too many to try (more than 200,000
  // steps). `holds` is asked of contexts in which some keys are not given yet, too: what it knows
  // to be true or false of them holds whatever the others are. Where it does not know, it adds the
  // keys that this may hang on: only those are tried.
  using Test = std::function<Truth(const Context&, Missing*)>;
  [[nodiscard]] bool Any(const Test& holds) const;

 private:
  std::map<ContextKey, std::set<double>> numbers_;
  std::map<ContextKey, std::vector<std::vector<std::string>>> sets_;
  std::set<std::string> facts_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_CONTEXTS_H_
