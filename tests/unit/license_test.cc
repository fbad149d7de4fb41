#include <gtest/gtest.h>

#include "engine/license/condition.h"
#include "engine/license/expression.h"
#include "engine/license/license_table.h"
#include "tests/support.h"

namespace lineage {
namespace {

struct Reading {
  const char* text;
  const char* canonical;
};

void PrintTo(const Reading& reading, std::ostream* out) { *out << reading.text; }

class ExpressionReads : public ::testing::TestWithParam<Reading> {};

TEST_P(ExpressionReads, AsItsCanonicalForm) {
  const absl::StatusOr<Expression> expression = Expression::Parse(GetParam().text);
  ASSERT_TRUE(expression.ok()) << expression.status();
  const std::string text = expression->Canonical().ToString();
  EXPECT_EQ(text, GetParam().canonical);
  const absl::StatusOr<Expression> again = Expression::Parse(text);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->Canonical(), expression->Canonical());
}

INSTANTIATE_TEST_SUITE_P(
    Spdx, ExpressionReads,
    ::testing::Values(Reading{"MIT", "MIT"}, Reading{"MIT OR Apache-2.0", "Apache-2.0 OR MIT"},
                      Reading{"b AND a AND b", "a AND b"}, Reading{"(MIT)", "MIT"},
                      Reading{"A OR B AND C", "A OR B AND C"},
                      Reading{"(A OR B) AND C", "(A OR B) AND C"},
                      Reading{"A AND (B AND C)", "A AND B AND C"}, Reading{"GPL-2.0+", "GPL-2.0+"},
                      Reading{"gpl-2.0-only with Classpath-exception-2.0",
                              "gpl-2.0-only WITH Classpath-exception-2.0"},
                      Reading{"LicenseRef-a.b-1 or DocumentRef-x:LicenseRef-y",
                              "DocumentRef-x:LicenseRef-y OR LicenseRef-a.b-1"}));

TEST(Expression, RefusesWhatIsNone) {
  for (const char* text : {"", "AND", "MIT AND", "MIT OR OR X", "(MIT", "MIT)", "MIT WITH", "+",
                           "A++", "MIT Apache-2.0", "A WITH (B)", "a/b"}) {
    EXPECT_FALSE(Expression::Parse(text).ok()) << text;
  }
  EXPECT_FALSE(Expression::Parse(std::string(100'000, '(')).ok());
  EXPECT_FALSE(Expression::Parse(std::string(3'000, '(') + "MIT" + std::string(1'000, ')')).ok());
}

Vocabulary TestVocabulary() {
  Vocabulary vocabulary;
  vocabulary.purposes = {{"military", "m", true}, {"research", "r", false}, {"search", "s", false}};
  vocabulary.regions = {{"EU", {"AT", "DE"}}};
  vocabulary.entities = {"academic", "company"};
  return vocabulary;
}

struct Decision {
  const char* condition;
  Context context;
  Truth truth;
  const char* missing;  // the one key that is missing, or ""
};

Context Mau(double users) {
  Context context;
  context.monthly_active_users = users;
  return context;
}
Context In(std::vector<std::string> regions) {
  Context context;
  context.regions = std::move(regions);
  return context;
}
Context For(std::vector<std::string> purposes) {
  Context context;
  context.purposes = std::move(purposes);
  return context;
}

void PrintTo(const Decision& decision, std::ostream* out) { *out << decision.condition; }

class ConditionDecides : public ::testing::TestWithParam<Decision> {};

TEST_P(ConditionDecides, ByKleenesLogic) {
  const Decision& d = GetParam();
  const absl::StatusOr<Condition> condition =
      ParseCondition(d.condition, TestVocabulary(), {"military"});
  ASSERT_TRUE(condition.ok()) << condition.status();
  Missing missing;
  EXPECT_EQ(Decide(*condition, d.context, &missing), d.truth);
  if (d.truth == Truth::kUnknown) {
    ASSERT_EQ(missing.keys.Values().size(), 1u);
    EXPECT_EQ(Name(missing.keys.Values()[0]), d.missing);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Conditions, ConditionDecides,
    ::testing::Values(
        Decision{"monthly-active-users <= 700e6", Mau(700e6), Truth::kTrue, ""},
        Decision{"monthly-active-users < 700e6", Mau(700e6), Truth::kFalse, ""},
        Decision{"monthly-active-users <= 700e6", Context(), Truth::kUnknown,
                 "monthly-active-users"},
        Decision{"region not in EU", In({"US"}), Truth::kTrue, ""},
        Decision{"region not in EU", In({"US", "DE"}), Truth::kFalse, ""},
        Decision{"region in {EU, US}", In({"AT", "US"}), Truth::kTrue, ""},
        Decision{"purpose not in use-policy", For({"search"}), Truth::kTrue, ""},
        Decision{"purpose not in use-policy", For({"search", "military"}), Truth::kFalse, ""},
        Decision{"purpose = research", For({"research"}), Truth::kTrue, ""},
        Decision{"entity != academic or monthly-active-users > 5", Mau(9), Truth::kTrue, ""},
        Decision{"entity = academic and monthly-active-users > 5", Mau(2), Truth::kFalse, ""},
        Decision{"entity = academic and monthly-active-users > 5", Mau(9), Truth::kUnknown,
                 "entity"},
        Decision{"(entity = academic or entity = company) and monthly-active-users >= 1e+1",
                 Mau(10), Truth::kUnknown, "entity"}));

TEST(Condition, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"", "mau < 5", "monthly-active-users", "monthly-active-users < x",
                           "monthly-active-users < -1", "monthly-active-users < nan",
                           "region in {}", "region in Atlantis", "purpose in {militari}",
                           "entity = cow", "purpose not use-policy", "(entity = academic",
                           "entity = academic entity = company", "monthly-active-users in {1}"}) {
    EXPECT_FALSE(ParseCondition(text, TestVocabulary(), {}).ok()) << text;
  }
  EXPECT_FALSE(ParseCondition("purpose not in use-policy", TestVocabulary(), {}).ok())
      << "no use policy";
  EXPECT_FALSE(ParseCondition(std::string(4'000, '('), TestVocabulary(), {}).ok());
}

TEST(Context, IsCheckedAgainstTheVocabulary) {
  EXPECT_EQ(ValidateContext(In({"EU", "us"}), TestVocabulary())->regions,
            (std::vector<std::string>{"AT", "DE", "US"}));
  EXPECT_FALSE(ValidateContext(For({"millitary"}), TestVocabulary()).ok())
      << "a typo must not count as harmless";
  EXPECT_FALSE(ValidateContext(Mau(-1), TestVocabulary()).ok());
  EXPECT_FALSE(
      ValidateContext(Mau(std::numeric_limits<double>::quiet_NaN()), TestVocabulary()).ok());
  Context royalty;
  royalty.share_of_royalty = 10;
  EXPECT_FALSE(ValidateContext(royalty, TestVocabulary()).ok());
}

TEST(LicenseTable, FindsByIdTagAndAliasInAnySpelling) {
  const LicenseTable table(std::make_shared<Catalog>(testing::LoadOrFail(
      "licenses:\n" +
      testing::LicenseYaml("Apache-2.0", "", ", hub: apache-2.0, aliases: [apache 2]"))));
  for (const char* name : {"Apache-2.0", "apache-2.0", "APACHE_2.0", "Apache 2", "apache-2"}) {
    EXPECT_TRUE(table.Find(name).has_value()) << name;
  }
  EXPECT_FALSE(table.Find("apache").has_value());
  EXPECT_EQ(table.Bind("apache_2.0 or Nobody-1.0").text, "Apache-2.0 OR Nobody-1.0");
  EXPECT_FALSE(table.Bind("some free text, with commas").license.valid());
}

}  // namespace
}  // namespace lineage
