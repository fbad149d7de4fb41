#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "engine/catalog/archive.h"
#include "tests/support.h"

namespace lineage {
namespace {

using testing::LicenseYaml;
using testing::ProblemsOf;
using testing::SourceYaml;

struct Mistake {
  const char* name;
  std::string yaml;
  const char* place;
  const char* message;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class LintReports : public ::testing::TestWithParam<Mistake> {};

TEST_P(LintReports, WhatIsWrongAndWhere) {
  const std::vector<std::string> problems = ProblemsOf(GetParam().yaml);
  ASSERT_FALSE(problems.empty());
  EXPECT_TRUE(absl::StrContains(problems[0], GetParam().place)) << problems[0];
  EXPECT_TRUE(absl::StrContains(problems[0], GetParam().message)) << problems[0];
}

const std::string kGood = "licenses:\n" + LicenseYaml("MIT");  // NOLINT: a constant of the tests

std::string Artifact(const std::string& claims) {
  return kGood + "artifacts:\n  - id: org/a\n    kind: checkpoint\n    claims:\n      - {" +
         claims + "}\n";
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, LintReports,
    ::testing::Values(
        Mistake{"UnknownTopKey", "license: []\n", "test.yaml:1:1", "did you mean licenses"},
        Mistake{"UnknownKey", "artifacts:\n  - {id: o/a, kind: model, nam: x}\n",
                "test.yaml:2:", "did you mean name"},
        Mistake{"MissingRight",
                "licenses:\n  - {id: X, name: X, class: community, basis: text, rights: {}}\n",
                "test.yaml:2:", "no answer of scope work"},
        Mistake{"BadAnswer",
                "licenses:\n" + LicenseYaml("X", "use: {answer: permited, section: '1', says: x}"),
                "test.yaml:2:", "did you mean permitted"},
        Mistake{"NoSection", "licenses:\n" + LicenseYaml("X", "use: {answer: permitted, says: x}"),
                "test.yaml:2:", "\"section\" is missing"},
        Mistake{
            "WhenWithoutConditional",
            "licenses:\n" +
                LicenseYaml("X",
                            "use: {answer: permitted, when: entity = a, section: '1', says: x}"),
            "test.yaml:2:", "conditional"},
        Mistake{"BadCondition",
                "licenses:\n" +
                    LicenseYaml("X",
                                "use: {answer: conditional, when: mau < 3, section: '1', says: x}"),
                "test.yaml:2:", "no context key"},
        Mistake{
            "ShareAlikeWithoutSet",
            "licenses:\n" +
                LicenseYaml(
                    "X", "",
                    ", duties: [{duty: share-alike, on: [distribution], section: '1', says: x}]"),
            "test.yaml:2:", "satisfied_by"},
        Mistake{
            "NoticeWithoutValue",
            "licenses:\n" +
                LicenseYaml("X", "",
                            ", duties: [{duty: display-notice, on: [use], section: '1', says: x}]"),
            "test.yaml:2:", "\"value\" is missing"},
        Mistake{"DanglingShareAlike",
                "licenses:\n" + LicenseYaml("Xy-1.0", "",
                                            ", duties: [{duty: share-alike, on: [use], "
                                            "satisfied_by: [Xy-1.1], section: '1', says: x}]"),
                "test.yaml:2:", "did you mean Xy-1.0"},
        Mistake{"DuplicateLicense", kGood + LicenseYaml("MIT"),
                "test.yaml:3:", "already defined at test.yaml:2"},
        Mistake{"DuplicateAlias", kGood + LicenseYaml("ISC", "", ", aliases: [mit]"),
                "test.yaml:3:", "already means MIT"},
        Mistake{"BasedOnNothing", "licenses:\n  - {id: A, name: A, based_on: B}\n",
                "test.yaml:2:", "no licence \"B\""},
        Mistake{"BasedOnCircle",
                "licenses:\n  - {id: A, name: A, based_on: B}\n  - {id: B, name: B, based_on: A}\n",
                "test.yaml", "circle"},
        Mistake{"DuplicateArtifact",
                "artifacts:\n  - {id: o/a, kind: model}\n  - {id: o/a, kind: model}\n",
                "test.yaml:3:", "already described"},
        Mistake{"BadKind", "artifacts:\n  - {id: o/a, kind: checkpont}\n",
                "test.yaml:2:", "did you mean checkpoint"},
        Mistake{"IdWithSpace", "artifacts:\n  - {id: 'o/a b', kind: model}\n",
                "test.yaml:2:", "U+0020 SPACE (character 4)"},
        Mistake{"IdWithBidi", "artifacts:\n  - {id: \"o/a\xE2\x80\xAE\", kind: model}\n",
                "test.yaml:2:", "U+202E RIGHT-TO-LEFT OVERRIDE"},
        Mistake{"IdWithHomoglyph", "artifacts:\n  - {id: \"met\xD0\xB0/x\", kind: model}\n",
                "test.yaml:2:", "look alike"},
        Mistake{"IdIsPath", "artifacts:\n  - {id: ../x, kind: model}\n",
                "test.yaml:2:", "a path, not an id"},
        Mistake{"UnknownLicense", Artifact("license: MITT, " + SourceYaml()),
                "test.yaml:7:", "did you mean MIT"},
        Mistake{"FreeTextLicense", Artifact("license: 'mine, all mine', " + SourceYaml()),
                "test.yaml:7:", "license_as_found"},
        Mistake{"DanglingParent", Artifact("finetuned_from: org/b, " + SourceYaml()),
                "test.yaml:7:", "no artifact \"org/b\""},
        Mistake{"SelfLoop", Artifact("finetuned_from: org/a, " + SourceYaml()),
                "test.yaml:7:", "itself"},
        Mistake{"NoSource", Artifact("license: MIT"), "test.yaml:7:", "\"source\" is missing"},
        Mistake{"NamedSourceMissing", Artifact("license: MIT, source: card"),
                "test.yaml:7:", "no source \"card\""},
        Mistake{"TwoStatements", Artifact("license: MIT, licensor: X, " + SourceYaml()),
                "test.yaml:7:", "exactly one thing"},
        Mistake{"NoStatement", Artifact(SourceYaml()), "test.yaml:7:", "exactly one thing"},
        Mistake{"BadDate", Artifact("license: MIT, from: 2023-02-30, " + SourceYaml()),
                "test.yaml:7:", "not a date"},
        Mistake{"EmptyInterval",
                Artifact("license: MIT, from: 2023-02-01, until: 2023-02-01, " + SourceYaml()),
                "test.yaml:7:", "no day at all"},
        Mistake{"BadRelation", Artifact("fine_tuned_from: org/b, " + SourceYaml()),
                "test.yaml:7:", "did you mean finetuned_from"},
        Mistake{"BadPart", Artifact("publishes: traning-code, " + SourceYaml()),
                "test.yaml:7:", "did you mean training-code"},
        Mistake{"PartUnderNoLicence",
                Artifact("publishes: datasets, license: MITT, " + SourceYaml()),
                "test.yaml:7:", "did you mean MIT"},
        Mistake{"WithheldUnderALicence",
                Artifact("withholds: datasets, license: MIT, " + SourceYaml()),
                "test.yaml:7:", "exactly one thing"},
        Mistake{"PartUnderTwoLicences",
                Artifact("publishes: datasets, license: MIT, license_as_found: x, " + SourceYaml()),
                "test.yaml:7:", "not both"},
        Mistake{"RevisionByHand", Artifact("license: MIT, revision: 7, " + SourceYaml()),
                "test.yaml:7:", "given by the store"},
        Mistake{"BadRegion", "regions:\n  - {id: EU, members: [XX]}\n",
                "test.yaml:2:", "ISO 3166"}),
    [](const auto& test) { return test.param.name; });

TEST(Loader, ReportsEveryProblemNotOnlyTheFirst) {
  const std::vector<std::string> problems =
      ProblemsOf("artifacts:\n  - {id: o/a, kind: x}\n  - {id: o/b, kind: y}\n");
  EXPECT_EQ(problems.size(), 2u);
}

TEST(Loader, LeavesTheCatalogueAloneOnAnyProblem) {
  CatalogLoader loader;
  loader.Add("good.yaml", kGood);
  loader.Add("bad.yaml", "artifacts: 3\n");
  Catalog catalog;
  std::vector<Diagnostic> problems;
  EXPECT_FALSE(loader.Finish(&catalog, &problems));
  EXPECT_TRUE(catalog.licenses.empty());
}

TEST(Loader, PacksAddClaimsToWhatIsKnown) {
  Catalog base = testing::LoadOrFail(Artifact("license: MIT, " + SourceYaml()), /*lenient=*/false);
  LoadOptions options;
  options.revision = 5;
  CatalogLoader loader(base, options);
  loader.Add("pack.yaml",
             "claims:\n  - {subject: org/a, license: MIT, " + SourceYaml("legal-review") + "}\n");
  Catalog catalog;
  std::vector<Diagnostic> problems;
  ASSERT_TRUE(loader.Finish(&catalog, &problems)) << ToStatus(problems).message();
  ASSERT_EQ(catalog.claims.size(), 2u);
  EXPECT_EQ(catalog.claims[1].revision, 5u);
}

TEST(Loader, BasedOnReplacesOnlyWhatIsGiven) {
  const Catalog catalog = testing::LoadOrFail(
      "purposes: [{id: war, says: x, harmful: true}]\nlicenses:\n" +
      LicenseYaml("A", "",
                  ", use_policy: {section: '9', purposes: [war]}, restrictions: [{when: purpose "
                  "not in use-policy, rights: [use], section: '9', says: x}]") +
      "  - {id: B, name: B, based_on: A, rights: {use: {answer: prohibited, section: '2', says: "
      "no}}}\n");
  ASSERT_EQ(catalog.licenses.size(), 2u);
  int answers = 0;
  int restrictions = 0;
  for (const Grant& grant : catalog.licenses[1].grants) {
    if (!grant.rights.Has(Right::kUse)) continue;
    ++(grant.restriction ? restrictions : answers);
    EXPECT_TRUE(grant.restriction || grant.answer == Answer::kProhibited);
  }
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(restrictions, 1) << "a restriction is not an answer: it stays";
}

TEST(Archive, GivesBackWhatWasSaved) {
  const absl::StatusOr<Catalog> builtin = LoadBuiltinCatalog();
  ASSERT_TRUE(builtin.ok()) << builtin.status();
  const std::string bytes = SaveArchive(*builtin);
  const absl::StatusOr<Catalog> again = LoadArchive(bytes);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(SaveArchive(*again), bytes);
  EXPECT_FALSE(LoadArchive(absl::string_view(bytes).substr(0, bytes.size() / 2)).ok());
}

TEST(Builtin, HoldsWhatItPromises) {
  const absl::StatusOr<Catalog> builtin = LoadBuiltinCatalog();
  ASSERT_TRUE(builtin.ok());
  EXPECT_GE(builtin->licenses.size(), 110u);
  EXPECT_GE(builtin->artifacts.size(), 200u);
  for (const License& license : builtin->licenses) {
    for (const Grant& grant : license.grants) {
      if (grant.answer == Answer::kUnreviewed) continue;
      EXPECT_FALSE(grant.clause.section.empty()) << license.id;
      EXPECT_FALSE(grant.clause.says.empty()) << license.id;
    }
  }
  for (const Claim& claim : builtin->claims)
    EXPECT_FALSE(claim.source.document.empty()) << claim.subject;
}

// Every id of the Hub's own vocabulary (83 of them, with the generic ones).
TEST(Builtin, KnowsEveryLicenceTagOfTheHub) {
  const absl::StatusOr<Catalog> builtin = LoadBuiltinCatalog();
  ASSERT_TRUE(builtin.ok());
  const LicenseTable table(std::make_shared<Catalog>(*builtin));
  for (const char* tag : {"apache-2.0",
                          "mit",
                          "openrail",
                          "bigscience-openrail-m",
                          "creativeml-openrail-m",
                          "bigscience-bloom-rail-1.0",
                          "bigcode-openrail-m",
                          "afl-3.0",
                          "artistic-2.0",
                          "bsl-1.0",
                          "bsd",
                          "bsd-2-clause",
                          "bsd-3-clause",
                          "bsd-3-clause-clear",
                          "c-uda",
                          "cc",
                          "cc0-1.0",
                          "cc-by-2.0",
                          "cc-by-2.5",
                          "cc-by-3.0",
                          "cc-by-4.0",
                          "cc-by-sa-3.0",
                          "cc-by-sa-4.0",
                          "cc-by-nc-2.0",
                          "cc-by-nc-3.0",
                          "cc-by-nc-4.0",
                          "cc-by-nd-4.0",
                          "cc-by-nc-nd-3.0",
                          "cc-by-nc-nd-4.0",
                          "cc-by-nc-sa-2.0",
                          "cc-by-nc-sa-3.0",
                          "cc-by-nc-sa-4.0",
                          "cdla-sharing-1.0",
                          "cdla-permissive-1.0",
                          "cdla-permissive-2.0",
                          "wtfpl",
                          "ecl-2.0",
                          "epl-1.0",
                          "epl-2.0",
                          "etalab-2.0",
                          "eupl-1.1",
                          "eupl-1.2",
                          "agpl-3.0",
                          "gfdl",
                          "gpl",
                          "gpl-2.0",
                          "gpl-3.0",
                          "lgpl",
                          "lgpl-2.1",
                          "lgpl-3.0",
                          "isc",
                          "h-research",
                          "intel-research",
                          "lppl-1.3c",
                          "ms-pl",
                          "apple-ascl",
                          "apple-amlr",
                          "mpl-2.0",
                          "odc-by",
                          "odbl",
                          "openmdw-1.0",
                          "openmdw-1.1",
                          "openrail++",
                          "osl-3.0",
                          "postgresql",
                          "ofl-1.1",
                          "ncsa",
                          "unlicense",
                          "zlib",
                          "pddl",
                          "lgpl-lr",
                          "deepfloyd-if-license",
                          "fair-noncommercial-research-license",
                          "llama2",
                          "llama3",
                          "llama3.1",
                          "llama3.2",
                          "llama3.3",
                          "llama4",
                          "grok2-community",
                          "gemma",
                          "unknown",
                          "other"}) {
    EXPECT_TRUE(table.Find(tag).has_value()) << tag;
  }
}

}  // namespace
}  // namespace lineage
