// The rules of docs/ai-act.md, section 2, over facts alone.
#ifndef LINEAGE_ENGINE_AI_ACT_RULES_H_
#define LINEAGE_ENGINE_AI_ACT_RULES_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/date.h"
#include "engine/model/ai_act.h"

namespace lineage {

// Regulation (EU) 2024/1689 and the Commission's guidelines of 18 July 2025. Art. 51(3) lets the
// Commission change the threshold; a change would add its day here.
inline constexpr double kGeneralPurposeFlop = 1e23;  // guidelines 2.1, point 17: greater than
inline constexpr double kSystemicFlop = 1e25;        // Art. 51(2): greater than

// The day from which Chapter V applies: Art. 113(b).
[[nodiscard]] Date AiActApplies();

// Whether compute is above a limit; nothing if it is an estimate and the limit within 30 % of it
// (guidelines A.2).
[[nodiscard]] std::optional<bool> IsAbove(double flop, double limit, bool estimated);

// What a party did to the model.
enum class AiActStep : uint8_t { kMade, kModified, kUses };

// Not set: nobody said.
struct AiActFacts {
  AiActStep step = AiActStep::kMade;
  std::optional<bool> general_purpose;
  // It generates language, or images or video from text: then compute indicates generality.
  std::optional<bool> generates;
  std::optional<double> training_flop;  // of a modified model: the original's as well
  bool training_estimated = false;      // somebody computed it from sizes
  std::optional<Date> released;         // placed on the market
  std::optional<bool> weights_public;
  std::optional<bool> usage_information;
  std::optional<bool> open_license;
  std::optional<bool> monetised;
  std::optional<bool> designated;  // as systemic: the model, or the original of a modified one
  std::optional<bool> rebutted;
  std::optional<bool> commercial;
  std::optional<bool> union_market;
  bool union_excluded = false;  // by the maker's terms, clearly
  std::optional<bool> maker_in_union;
  std::optional<double> modification_flop;
  std::optional<double> base_flop;
};

struct AiActDecision {
  AiActRole role = AiActRole::kUndetermined;
  AiActAnswer general_purpose = AiActAnswer::kUndetermined;
  AiActAnswer systemic = AiActAnswer::kUndetermined;
  AiActAnswer exempt = AiActAnswer::kUndetermined;
  std::array<AiActDutyAnswer, kEnumSize<AiActDuty>> duties;
  std::vector<std::string> reasons;
};

[[nodiscard]] AiActDecision DecideAiAct(const AiActFacts& facts, Date as_of);

// The facts that nobody said and that could still change the decision, in order of the page. The
// names are those of ModelFact, and "released", "weights-public", "base-flop".
[[nodiscard]] std::vector<std::string> MissingAiActFacts(const AiActFacts& facts, Date as_of);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_AI_ACT_RULES_H_
