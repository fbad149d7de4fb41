#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/status_macros.h"
#include "engine/report/diagram.h"
#include "tools/cli/json.h"
#include "tools/cli/rights_flags.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// Never follows a link that stands at `path`.
absl::Status WriteNewFile(const std::string& path, const std::string& content) {
  std::error_code error;
  if (std::filesystem::is_symlink(path, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is a symbolic link; name the file itself"));
  }
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out) return absl::UnavailableError(absl::StrCat(path, ": cannot be written"));
  return absl::OkStatus();
}

class GraphVerb final : public Verb {
 public:
  GraphVerb()
      : Verb({.name = "graph",
              .summary = "Draw the derivation (DOT; -o svg|png|pdf|mermaid|graphml|json)",
              .group = VerbGroup::kLookAround,
              .needs = Needs::kHypothesis,
              .formats = {Format::kDot, Format::kSvg, Format::kPng, Format::kPdf, Format::kMermaid,
                          Format::kGraphml, Format::kJson},
              .examples = {{"graph mpt-7b-instruct -o svg --to mpt.svg",
                            "a picture, coloured by commercial use"},
                           {"graph mpt-7b-instruct modify -o mermaid",
                            "for a page in Markdown, coloured by another right"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("ARTIFACT", artifact_, "An artifact")->required();
    rights_.Declare(app, "The right to colour by (commercial-use)");
    app->add_option("--up", up_, "Levels upstream")->check(CLI::NonNegativeNumber);
    app->add_option("--down", down_, "Levels downstream")->check(CLI::NonNegativeNumber);
    app->add_option("--max-nodes", max_nodes_, "Draw at most so many artifacts")
        ->check(CLI::Range(1, 2000));
    app->add_option("--group", group_, "Draw a box around each organization, or release line")
        ->check(CLI::IsMember({"organization", "release"}));
    app->add_option("--to", file_, "Write to this file instead of standard output");
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const RightSet rights, rights_.Read({Right::kCommercialUse}));
    if (rights.Values().size() != 1) {
      return absl::InvalidArgumentError("graph is coloured by one right: name one");
    }
    Engine::GraphOptions options;
    options.up = up_;
    options.down = down_;
    options.max_nodes = max_nodes_;
    options.right = *rights.begin();
    ASSIGN_OR_RETURN(const GraphView view, run.answers->Graph(artifact_, run.question, options));
    ASSIGN_OR_RETURN(const std::string picture, Draw(view, run.output.format()));
    if (file_.empty()) {
      run.output.stream() << picture;
    } else {
      RETURN_IF_ERROR(WriteNewFile(file_, picture));
    }
    if (view.omitted > 0) {
      run.err << "lineage-cli: " << view.omitted << " artifacts are not drawn (--max-nodes)\n";
    }
    return kExitYes;
  }

 private:
  absl::StatusOr<std::string> Draw(const GraphView& view, Format format) const {
    const Grouping grouping = group_ == "organization" ? Grouping::kOrganization
                              : group_ == "release"    ? Grouping::kRelease
                                                       : Grouping::kNone;
    switch (format) {
      case Format::kMermaid:
        return ToMermaid(view, grouping);
      case Format::kGraphml:
        return ToGraphMl(view);
      case Format::kJson:
        return DumpJson(ToJson(view), 2) + "\n";
      case Format::kDot:
        return ToDot(view, grouping);
      default:
        return RunGraphviz(ToDot(view, grouping), Name(format));
    }
  }

  std::string artifact_;
  RightsFlags rights_;
  int up_ = 16;
  int down_ = 0;
  std::size_t max_nodes_ = 200;
  std::string group_;
  std::string file_;
};

}  // namespace

std::unique_ptr<Verb> MakeGraphVerb() { return std::make_unique<GraphVerb>(); }

}  // namespace lineage
