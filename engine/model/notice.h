// What shipping an artifact asks for, as plain values.
#ifndef LINEAGE_ENGINE_MODEL_NOTICE_H_
#define LINEAGE_ENGINE_MODEL_NOTICE_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/model/explanation.h"

namespace lineage {

// All that one upstream asks for by one licence.
struct NoticeGroup {
  std::string artifact;
  Component component = Component::kWeights;
  std::string license;
  std::string license_name;
  std::string license_url;
  std::vector<Hop> path;
  std::vector<DutyView> duties;
  std::vector<std::string> use_policy;  // where it has to be passed on, if its text is at hand
  std::string use_policy_section;
};

struct Notice {
  std::string artifact;
  std::string name;
  std::string license;  // the concluded expression; empty if there is none
  Date as_of;
  Stance stance = Stance::kStandard;
  bool complete = true;
  RightSet rights;                   // that the use mode takes; none without a use mode
  std::optional<Verdict> verdict;    // of these rights together
  std::vector<Because> because;      // the terms in its way
  Gate gate;                         // may it be released under its label?
  std::vector<Finding> findings;     // those that hold the gate back
  std::vector<NoticeGroup> groups;   // its own first, then in order of artifact and licence
  std::vector<std::string> unknown;  // what nobody states cannot be complied with either
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_NOTICE_H_
