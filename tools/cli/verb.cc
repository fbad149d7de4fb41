#include "tools/cli/verb.h"

#include "absl/status/status.h"

namespace lineage {
namespace {

class Family final : public Verb {
 public:
  using Verb::Verb;
  absl::StatusOr<int> Run(Invocation&) override {
    return absl::InternalError("a family of verbs does nothing itself");
  }
};

}  // namespace

std::vector<Format> DocumentFormats() { return {Format::kTable, Format::kJson, Format::kYaml}; }

std::vector<Format> ListFormats() {
  return {Format::kTable, Format::kJson, Format::kYaml, Format::kNdjson, Format::kCsv};
}

std::unique_ptr<Verb> VerbFamily(std::string name, std::string summary, VerbGroup group) {
  return std::make_unique<Family>(
      VerbInfo{.name = std::move(name), .summary = std::move(summary), .group = group});
}

}  // namespace lineage
