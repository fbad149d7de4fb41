// What is handed on: well-formed, and no syntax of data's own.
#include "engine/exchange/export.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/report/diagram.h"

namespace lineage {
namespace {

constexpr const char* kHostile = "a\"b\\c<d>&e]]>\n::error::%0A,x\x1b[31m=1+1|`$(id)";

Finding HostileFinding() {
  Finding finding;
  finding.id = FindingId::kShareAlikeDropped;
  finding.severity = Severity::kError;
  finding.artifact = "acme/x";
  finding.message = kHostile;
  finding.remedy = kHostile;
  finding.path = {{Relation::kFinetunedFrom, "acme/y"}};
  finding.license = "CC-BY-SA-4.0";
  finding.section = "3(b)";
  return finding;
}

TEST(Sarif, ResultsRulesAndFingerprints) {
  const std::vector<ReportItem> items = ReportOf({{HostileFinding(), HostileFinding()}});
  const nlohmann::ordered_json sarif = SarifDocument(items, "1.2.3");
  EXPECT_EQ(sarif["version"], "2.1.0");
  const auto& run = sarif["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["version"], "1.2.3");
  ASSERT_EQ(run["tool"]["driver"]["rules"].size(), 1u);
  ASSERT_EQ(run["results"].size(), 2u);
  const auto& result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "share-alike-dropped");
  EXPECT_EQ(result["level"], "error");
  EXPECT_EQ(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "acme/x");
  EXPECT_EQ(result["partialFingerprints"]["lineage/v1"].get<std::string>().size(), 64u);
  const std::string text = result["message"]["text"];
  EXPECT_TRUE(
      absl::StrContains(text, "through finetuned_from acme/y; by CC-BY-SA-4.0, section 3(b)"));
  EXPECT_TRUE(nlohmann::json::accept(sarif.dump()));
}

TEST(JUnit, HostileTextStaysText) {
  const std::string xml = JUnitDocument(ReportOf({HostileFinding()}));
  EXPECT_TRUE(absl::StrContains(xml, "tests=\"1\" failures=\"1\""));
  EXPECT_TRUE(absl::StrContains(xml, "a&quot;b"));
  EXPECT_FALSE(absl::StrContains(xml, "<d>"));
  EXPECT_FALSE(absl::StrContains(xml, "\x1b"));
  EXPECT_TRUE(absl::StrContains(JUnitDocument({}), "no findings"));
}

TEST(Github, OneCommandALine) {
  const std::string text = GithubAnnotations(ReportOf({HostileFinding()}));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << "data starts no command";
  EXPECT_TRUE(absl::StartsWith(text, "::error title=share-alike-dropped acme/x::"));
  EXPECT_TRUE(absl::StrContains(text, "%250A")) << "a percent sign stays one";
}

BomEntry Entry(const std::string& id, const std::string& license, bool known) {
  BomEntry entry;
  entry.artifact.id = id;
  entry.artifact.kind =
      absl::StartsWith(id, "datasets/") ? ArtifactKind::kDataset : ArtifactKind::kCheckpoint;
  entry.license = license;
  entry.license_known = known;
  RightVerdict verdict;
  verdict.right = Right::kCommercialUse;
  verdict.verdict = Verdict::kConditional;
  entry.verdicts = {verdict};
  return entry;
}

std::vector<BomEntry> Entries() {
  std::vector<BomEntry> entries = {Entry("acme/x", "MIT AND CC-BY-4.0", true),
                                   Entry("datasets/acme/d", "do what \"you\" like", false)};
  EdgeView made;
  made.child = "acme/x";
  made.parent = "org/base";
  made.relation = Relation::kFinetunedFrom;
  EdgeView trained = made;
  trained.parent = "datasets/acme/d";
  trained.relation = Relation::kTrainedOn;
  entries[0].upstream = {made, trained};
  return entries;
}

TEST(CycloneDxExport, PedigreeLicencesAndVerdicts) {
  BomHeader header;
  header.as_of = *Date::Parse("2026-01-02");
  header.version = "1";
  const nlohmann::ordered_json bom = CycloneDxDocument(Entries(), header);
  EXPECT_EQ(bom["specVersion"], "1.6");
  EXPECT_EQ(bom["metadata"]["timestamp"], "2026-01-02T00:00:00Z");
  const auto& model = bom["components"][0];
  EXPECT_EQ(model["licenses"][0]["expression"], "MIT AND CC-BY-4.0");
  EXPECT_EQ(model["pedigree"]["ancestors"][0]["name"], "base");
  EXPECT_EQ(model["modelCard"]["modelParameters"]["datasets"][0]["ref"], "datasets/acme/d");
  EXPECT_EQ(bom["components"][1]["licenses"][0]["license"]["name"], "do what \"you\" like");
  EXPECT_TRUE(absl::StrContains(model["properties"].dump(), "lineage:verdict:commercial-use"));
  EXPECT_EQ(CycloneDxDocument(Entries(), header), bom) << "the same every time";
}

TEST(SpdxExport, EveryReferenceIsDefined) {
  BomHeader header;
  header.as_of = *Date::Parse("2026-01-02");
  const nlohmann::ordered_json document = SpdxDocument(Entries(), header);
  std::vector<std::string> ids;
  for (const auto& element : document["@graph"]) {
    ids.push_back(element.contains("spdxId") ? element["spdxId"] : element["@id"]);
  }
  const auto defined = [&](const std::string& id) {
    return std::count(ids.begin(), ids.end(), id) == 1;
  };
  std::vector<std::string> types;
  for (const auto& element : document["@graph"]) {
    if (element["type"] != "Relationship") continue;
    types.push_back(element["relationshipType"]);
    EXPECT_TRUE(defined(element["from"])) << element.dump();
    EXPECT_TRUE(defined(element["to"][0])) << element.dump();
  }
  std::sort(types.begin(), types.end());
  EXPECT_EQ(types, (std::vector<std::string>{"descendantOf", "hasConcludedLicense",
                                             "hasConcludedLicense", "trainedOn"}));
  EXPECT_TRUE(absl::StrContains(document.dump(), "LicenseRef-as-found-"));
}

GraphView HostileGraph() {
  GraphView view;
  view.focus = "a/focus";
  view.as_of = *Date::Parse("2026-01-02");
  view.omitted = 4211;
  GraphNode node;
  node.id = "a/focus";
  node.license = kHostile;
  GraphNode other = node;
  other.id = "a/other";
  view.nodes = {node, other};
  view.edges = {{"a/focus", "a/other", Relation::kCheckpointOf}};
  return view;
}

TEST(Diagrams, SayWhatIsLeftOutAndEscapeTheRest) {
  const GraphView view = HostileGraph();
  EXPECT_TRUE(absl::StrContains(ToDot(view), "… 4,211 more"));
  EXPECT_TRUE(absl::StrContains(ToMermaid(view), "4,211 more"));
  const std::string xml = ToGraphMl(view);
  EXPECT_TRUE(absl::StrContains(xml, "4,211 more"));
  EXPECT_FALSE(absl::StrContains(xml, "<d>"));
  EXPECT_FALSE(absl::StrContains(ToMermaid(view), "<d>"));
  EXPECT_FALSE(absl::StrContains(ToDot(view), "URL"));
}

TEST(Diagrams, Boxes) {
  const GraphView view = HostileGraph();
  EXPECT_FALSE(absl::StrContains(ToDot(view), "cluster_0"));
  EXPECT_TRUE(absl::StrContains(ToDot(view, Grouping::kOrganization), "cluster_0"));
  EXPECT_TRUE(absl::StrContains(ToDot(view, Grouping::kRelease), "label=\"a/other\""));
  EXPECT_TRUE(absl::StrContains(ToMermaid(view, Grouping::kOrganization), "subgraph box0"));
}

}  // namespace
}  // namespace lineage
