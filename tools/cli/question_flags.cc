#include "tools/cli/question_flags.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "engine/base/quantity.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "tools/cli/flag_words.h"

namespace lineage {
namespace {

// Flags that a question takes.
void DeclareQuestion(CLI::App* app, QuestionFlags* c) {
  app->add_option("--as-of", c->as_of, "Answer for this day: YYYY-MM-DD (today)")
      ->group("Question");
  app->add_option("--at-revision", c->at_revision, "Use only what was recorded up to this revision")
      ->group("Question");
  app->add_option("--stance", c->stance, "Legal theory of what edges convey")
      ->check(OneOf<Stance>())
      ->group("Question");
  app->add_option("--theory", c->theory,
                  absl::StrCat("SWITCH=yes|open|no, on top of the stance: ",
                               absl::StrJoin(AllNames<TheorySwitch>(), ", ")))
      ->group("Question");
  app->add_option("--claims-policy", c->claims_policy, "How claims that disagree are settled")
      ->check(OneOf<ClaimsPolicy>())
      ->group("Question");
  app->add_option("--undeclared", c->undeclared, "What an artifact without a licence is taken for")
      ->check(OneOf<UndeclaredPolicy>())
      ->group("Question");
  app->add_option("--adapter", c->adapter, "Adapters together with their base, or alone")
      ->check(OneOf<AdapterUse>())
      ->group("Question");
  app->add_option("--component", c->component, "Ask about this part of the artifact")
      ->check(OneOf<Component>())
      ->group("Question");
}

// What the caller says about itself.
void DeclareContext(CLI::App* app, QuestionFlags* c) {
  app->add_option("--mau", c->mau, "Monthly active users of all your products, such as 50e6")
      ->group("About you");
  app->add_option("--revenue", c->revenue, "Annual revenue in US dollars, such as 2e6")
      ->group("About you");
  app->add_option("--attributable-revenue", c->attributable_revenue,
                  "Annual revenue in US dollars of what you make with it, such as 2e6")
      ->group("About you");
  app->add_option("--royalty", c->royalty, "Share of revenue paid to the licensor, 0 to 1")
      ->group("About you");
  app->add_option("--region", c->regions,
                  "Where you use it, and are established: ISO 3166 codes or groups (DE, EU)")
      ->delimiter(',')
      ->group("About you");
  app->add_option("--established-in", c->established_in,
                  "Where you are established, if not where you use it")
      ->delimiter(',')
      ->group("About you");
  app->add_option("--purpose", c->purposes, "What you use it for (see: license purposes)")
      ->delimiter(',')
      ->group("About you");
  app->add_option("--entity", c->entity, "What you are: individual, company, academic, …")
      ->group("About you");
  app->add_option("--as", c->use_mode, "How you use it; decides which duties are due")
      ->check(OneOf<UseMode>())
      ->group("About you");
  app->add_flag("--modified", c->modified, "You modify it")->group("About you");
  app->add_flag("--i-made-it", c->made_it, "You made it, and can choose its licence")
      ->group("About you");
  app->add_option("--fact", c->facts, "NAME=yes or NAME=no (see: license facts)")
      ->delimiter(',')
      ->group("About you");
  app->add_option("--competes", c->competes, "What you make competes with the licensor's products")
      ->check(CLI::IsMember({"yes", "no"}))
      ->group("About you");
}

absl::Status ReadNumber(absl::string_view flag, const std::string& text,
                        std::optional<double>* number) {
  if (text.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(*number, ParseQuantity(flag, text));
  return absl::OkStatus();
}

// NAME=yes or NAME=no. Which names there are is the vocabulary's to say.
absl::Status ReadFact(absl::string_view flag, const std::string& text,
                      std::map<std::string, bool>* facts) {
  const std::size_t equals = text.rfind('=');
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (equals == 0 || (value != "yes" && value != "no")) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, ": \"", EscapeForTerminal(text), "\" is not NAME=yes or NAME=no"));
  }
  const auto [fact, inserted] = facts->emplace(text.substr(0, equals), value == "yes");
  if (inserted || fact->second == (value == "yes")) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(flag, ": ", EscapeForTerminal(fact->first), " is said to be yes and no"));
}

absl::Status ReadContext(const QuestionFlags& c, Context* context) {
  RETURN_IF_ERROR(ReadNumber("--mau", c.mau, &context->monthly_active_users));
  RETURN_IF_ERROR(ReadNumber("--revenue", c.revenue, &context->annual_revenue_usd));
  RETURN_IF_ERROR(ReadNumber("--attributable-revenue", c.attributable_revenue,
                             &context->attributable_revenue_usd));
  RETURN_IF_ERROR(ReadNumber("--royalty", c.royalty, &context->share_of_royalty));
  context->regions = c.regions;
  context->established_in = c.established_in.empty() ? c.regions : c.established_in;
  context->purposes = c.purposes;
  if (!c.entity.empty()) context->entity = c.entity;
  for (const std::string& fact : c.facts) {
    RETURN_IF_ERROR(ReadFact("--fact", fact, &context->facts));
  }
  if (!c.competes.empty()) {
    RETURN_IF_ERROR(ReadFact("--competes", absl::StrCat(kCompetesWithLicensor, "=", c.competes),
                             &context->facts));
  }
  context->use_mode = FindByName<UseMode>(c.use_mode);
  context->modified = c.modified;
  context->made_it = c.made_it;
  return absl::OkStatus();
}

// SWITCH=yes, open or no.
absl::Status ReadTheory(const std::string& text, TheoryChanges* changes) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto of = FindByName<TheorySwitch>(name);
  if (!of) {
    return absl::InvalidArgumentError(absl::StrCat("--theory: \"", EscapeForTerminal(name),
                                                   "\" is no switch",
                                                   DidYouMean(name, AllNames<TheorySwitch>())));
  }
  const auto setting =
      equals == std::string::npos ? std::nullopt : FindByName<Setting>(text.substr(equals + 1));
  if (!setting) {
    return absl::InvalidArgumentError(
        absl::StrCat("--theory: write ", name, "=yes, ", name, "=open or ", name, "=no"));
  }
  if (changes->Get(*of) && *changes->Get(*of) != *setting) {
    return absl::InvalidArgumentError(absl::StrCat("--theory: ", name, " is set twice"));
  }
  changes->Set(*of, *setting);
  return absl::OkStatus();
}

}  // namespace

void QuestionFlags::Declare(CLI::App* app) {
  DeclareQuestion(app, this);
  DeclareContext(app, this);
}

absl::StatusOr<Question> QuestionFlags::Read() const {
  Question question;
  question.key.as_of = Date::Today();
  if (!as_of.empty()) {
    ASSIGN_OR_RETURN(question.key.as_of, Date::Parse(as_of));
  }
  if (!at_revision.empty() && !absl::SimpleAtoi(at_revision, &question.key.at_revision)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--at-revision: \"", EscapeForTerminal(at_revision), "\" is no revision"));
  }
  question.key.claims_policy = ValueOfWord<ClaimsPolicy>(claims_policy);
  question.query.stance = ValueOfWord<Stance>(stance);
  for (const std::string& text : theory) {
    RETURN_IF_ERROR(ReadTheory(text, &question.query.theory));
  }
  question.query.undeclared = ValueOfWord<UndeclaredPolicy>(undeclared);
  question.query.adapter = ValueOfWord<AdapterUse>(adapter);
  question.component = FindByName<Component>(component);
  RETURN_IF_ERROR(ReadContext(*this, &question.query.context));
  return question;
}

}  // namespace lineage
