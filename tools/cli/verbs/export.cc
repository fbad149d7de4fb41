#include "engine/exchange/export.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/license/expression.h"
#include "tools/cli/verb.h"

#ifndef LINEAGE_VERSION
#define LINEAGE_VERSION "unknown"
#endif

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

struct ExportFlags {
  std::vector<std::string> artifacts;
  int up = 16;
  int down = 0;
  std::string what = "edges";
};

class Exporter {
 public:
  Exporter(const ExportFlags& flags, const Invocation& run)
      : flags_(flags), question_(run.question), answers_(*run.answers), output_(run.output) {}

  absl::StatusOr<int> Run() {
    RETURN_IF_ERROR(Select());
    switch (output_.format()) {
      case Format::kCyclonedx:
      case Format::kSpdx: {
        ASSIGN_OR_RETURN(const std::vector<BomEntry> entries, Entries());
        BomHeader header;
        header.as_of = question_.key.as_of;
        header.stance = question_.query.stance;
        header.version = LINEAGE_VERSION;
        Write(output_.format() == Format::kSpdx ? SpdxDocument(entries, header)
                                                : CycloneDxDocument(entries, header));
        return kExitYes;
      }
      case Format::kCsv:
        return Tables();
      default: {
        ASSIGN_OR_RETURN(const std::vector<Claim> claims, Claims());
        const Json document = ClaimsDocument(artifacts_, claims);
        if (output_.format() == Format::kJson) {
          Write(document);
        } else {
          output_.Document(document);
        }
        return kExitYes;
      }
    }
  }

 private:
  // The named artifacts, what is upstream of them, and with --down what is downstream.
  absl::Status Select() {
    ASSIGN_OR_RETURN(artifacts_, answers_.Artifacts());
    std::sort(artifacts_.begin(), artifacts_.end(),
              [](const Artifact& a, const Artifact& b) { return a.id < b.id; });
    if (flags_.artifacts.empty()) return absl::OkStatus();
    std::set<std::string> wanted;
    for (const std::string& name : flags_.artifacts) {
      for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
        TraversalOptions options;
        options.direction = direction;
        options.max_depth = direction == Direction::kUpstream ? flags_.up : flags_.down;
        ASSIGN_OR_RETURN(const WalkView walk, answers_.Walk(name, question_, options));
        wanted.insert(walk.start);
        for (const WalkStep& step : walk.steps) wanted.insert(step.artifact);
        if (!walk.complete) {
          return absl::ResourceExhaustedError(
              absl::StrCat("the walk from ", walk.start, " was cut short: export less"));
        }
      }
    }
    artifacts_.erase(std::remove_if(artifacts_.begin(), artifacts_.end(),
                                    [&](const Artifact& a) { return wanted.count(a.id) == 0; }),
                     artifacts_.end());
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<Claim>> Claims() {
    ASSIGN_OR_RETURN(std::vector<Claim> claims, answers_.Claims("", false));
    if (flags_.artifacts.empty()) return claims;
    std::set<std::string> ids;
    for (const Artifact& artifact : artifacts_) ids.insert(artifact.id);
    claims.erase(std::remove_if(claims.begin(), claims.end(),
                                [&](const Claim& claim) { return ids.count(claim.subject) == 0; }),
                 claims.end());
    return claims;
  }

  absl::StatusOr<std::vector<BomEntry>> Entries() {
    std::vector<BomEntry> entries;
    for (const Artifact& artifact : artifacts_) {
      if (artifact.kind == ArtifactKind::kUnresolved) continue;
      ASSIGN_OR_RETURN(const Explanation explanation, answers_.Explain(artifact.id, question_));
      ASSIGN_OR_RETURN(ArtifactView view, answers_.Show(artifact.id, question_));
      BomEntry entry;
      entry.artifact = artifact;
      entry.package_url = view.package_url;
      entry.license = explanation.license;
      const bool unknown = std::any_of(
          explanation.findings.begin(), explanation.findings.end(), [&](const Finding& finding) {
            return finding.id == FindingId::kUnknownLicense && finding.artifact == artifact.id;
          });
      entry.license_known = !unknown && Expression::Parse(entry.license).ok();
      entry.licensor = view.licensor;
      entry.upstream = std::move(view.upstream);
      entry.verdicts = explanation.verdicts;
      entries.push_back(std::move(entry));
    }
    return entries;
  }

  absl::StatusOr<int> Tables() {
    Json rows = Json::array();
    for (const Artifact& artifact : artifacts_) {
      if (flags_.what == "nodes") {
        RETURN_IF_ERROR(AddNode(artifact, &rows));
      } else if (flags_.what == "verdicts") {
        RETURN_IF_ERROR(AddVerdicts(artifact, &rows));
      } else {
        RETURN_IF_ERROR(AddEdges(artifact, &rows));
      }
    }
    output_.Document(rows);
    return kExitYes;
  }

  absl::Status AddNode(const Artifact& artifact, Json* rows) {
    ASSIGN_OR_RETURN(const ArtifactView view, answers_.Show(artifact.id, question_));
    const ComponentView part = view.components.empty() ? ComponentView() : view.components.front();
    rows->push_back({{"id", artifact.id},
                     {"kind", std::string(Name(artifact.kind))},
                     {"name", artifact.name},
                     {"released", artifact.released ? artifact.released->ToString() : ""},
                     {"license", part.license},
                     {"license_class", std::string(Name(part.license_class))},
                     {"licensor", view.licensor},
                     {"purl", view.package_url}});
    return absl::OkStatus();
  }

  absl::Status AddVerdicts(const Artifact& artifact, Json* rows) {
    ASSIGN_OR_RETURN(const Explanation explanation, answers_.Explain(artifact.id, question_));
    Json row = {{"id", artifact.id},
                {"license", explanation.license},
                {"openness", std::string(Name(explanation.openness))}};
    for (const RightVerdict& verdict : explanation.verdicts) {
      row[std::string(Name(verdict.right))] = std::string(Name(verdict.verdict));
    }
    rows->push_back(std::move(row));
    return absl::OkStatus();
  }

  absl::Status AddEdges(const Artifact& artifact, Json* rows) {
    ASSIGN_OR_RETURN(const ArtifactView view, answers_.Show(artifact.id, question_));
    for (const EdgeView& edge : view.upstream) {
      rows->push_back({{"child", edge.child},
                       {"parent", edge.parent},
                       {"relation", std::string(Name(edge.relation))},
                       {"inferred", edge.claim.inferred},
                       {"said", edge.claim.source.said_text},
                       {"by", edge.claim.source.by},
                       {"document", edge.claim.source.document},
                       {"where", edge.claim.where}});
    }
    return absl::OkStatus();
  }

  void Write(const Json& document) { output_.stream() << DumpJson(document, 2) << "\n"; }

  const ExportFlags& flags_;
  const Question& question_;
  Answers& answers_;
  Output& output_;
  std::vector<Artifact> artifacts_;
};

class ExportVerb final : public Verb {
 public:
  ExportVerb()
      : Verb({.name = "export",
              .summary = "Artifacts and claims as YAML, JSON, CSV, CycloneDX or SPDX",
              .group = VerbGroup::kKeep,
              .needs = Needs::kQuestion,
              .formats = {Format::kYaml, Format::kJson, Format::kCsv, Format::kCyclonedx,
                          Format::kSpdx},
              .examples = {
                  {"export mpt-7b-instruct", "its claims, and those of all that is upstream of it"},
                  {"export mpt-7b-instruct -o cyclonedx", "a bill of materials"},
                  {"export mpt-7b-instruct -o csv --what verdicts",
                   "a table of what is permitted"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", flags_.artifacts,
                    "Artifacts, with all that is upstream of them (everything)")
        ->expected(0, 1'000'000);
    app->add_option("--up", flags_.up, "Levels upstream")->check(CLI::NonNegativeNumber);
    app->add_option("--down", flags_.down, "Levels downstream")->check(CLI::NonNegativeNumber);
    app->add_option("--what", flags_.what, "For csv")
        ->check(CLI::IsMember({"edges", "nodes", "verdicts"}));
  }

  absl::StatusOr<int> Run(Invocation& run) override { return Exporter(flags_, run).Run(); }

 private:
  ExportFlags flags_;
};

}  // namespace

std::unique_ptr<Verb> MakeExportVerb() { return std::make_unique<ExportVerb>(); }

}  // namespace lineage
