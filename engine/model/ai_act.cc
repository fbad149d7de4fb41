#include "engine/model/ai_act.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace lineage {

std::optional<StatedFact> ReadStatedFact(absl::string_view text) {
  const std::size_t space = text.find(' ');
  const auto fact = FindByName<ModelFact>(text.substr(0, space));
  if (!fact) return std::nullopt;
  StatedFact stated;
  stated.fact = *fact;
  if (space != absl::string_view::npos) {
    stated.value = std::string(absl::StripAsciiWhitespace(text.substr(space)));
  }
  return stated;
}

std::string WriteStatedFact(ModelFact fact, absl::string_view value) {
  return absl::StrCat(Name(fact), " ", value);
}

std::string FactText(const Claim& claim) { return absl::StrCat("states ", claim.text); }

std::string FactValueProblem(ModelFact fact, absl::string_view value) {
  switch (fact) {
    case ModelFact::kTrainingFlop:
    case ModelFact::kModificationFlop: {
      double number = 0;
      if (absl::SimpleAtod(value, &number) && std::isfinite(number) && number >= 0) return "";
      return "is a number of floating-point operations, such as 3.8e25";
    }
    case ModelFact::kGenerates:
      for (const absl::string_view word : absl::StrSplit(value, '+')) {
        if (word != "language" && word != "image" && word != "video" && word != "other") {
          return "is language, image, video or other; several are joined by +";
        }
      }
      return "";
    case ModelFact::kUnionMarket:
      if (value == "excluded") return "";
      return value == "yes" || value == "no" ? "" : "is yes, no or excluded";
    case ModelFact::kCopyrightPolicy:
    case ModelFact::kTrainingSummary:
      return value.empty() ? "says where it is published" : "";
    case ModelFact::kLatestTrainingData:
      return Date::Parse(value).ok() ? "" : "is a day such as 2025-03-31";
    default:
      return value == "yes" || value == "no" ? "" : "is yes or no";
  }
}

absl::string_view DutyText(AiActDuty duty) {
  switch (duty) {
    case AiActDuty::kNotification:
      return "tell the Commission within two weeks that the threshold is met, or will be";
    case AiActDuty::kTechnicalDocumentation:
      return "technical documentation (Annex XI)";
    case AiActDuty::kDownstreamDocumentation:
      return "documentation for those who integrate the model (Annex XII)";
    case AiActDuty::kCopyrightPolicy:
      return "a policy to comply with copyright law, reservations of rights among it";
    case AiActDuty::kTrainingSummary:
      return "a public summary of the training content, by the template";
    case AiActDuty::kAuthorisedRepresentative:
      return "an authorised representative in the Union, before placing on the market";
    case AiActDuty::kSystemicRisk:
      return "evaluate, assess and mitigate systemic risks, report incidents, protect the model";
  }
  return "";
}

}  // namespace lineage
