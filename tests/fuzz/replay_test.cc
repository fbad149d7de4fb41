// Replays the fuzz corpora: an input that once broke something stays a test.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/fuzz/fuzz_targets.h"

namespace lineage {
namespace {

void Replay(const std::string& target, void (*run)(absl::string_view)) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           absl::StrCat(LINEAGE_TEST_DATA, "/fuzz/corpus/", target))) {
    std::stringstream content;
    content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    SCOPED_TRACE(entry.path().string());
    run(content.str());
    // Every prefix too: inputs that end too early are the commonest kind of broken.
    const std::string text = content.str();
    for (std::size_t n = 0; n < text.size() && n < 400; ++n)
      run(absl::string_view(text).substr(0, n));
    ++inputs;
  }
  EXPECT_GE(inputs, 3) << target;
}

TEST(FuzzCorpus, Expression) { Replay("expression", fuzz::Expression); }
TEST(FuzzCorpus, Yaml) { Replay("yaml", fuzz::Yaml); }
TEST(FuzzCorpus, Date) { Replay("date", fuzz::Date); }
TEST(FuzzCorpus, Condition) { Replay("condition", fuzz::Condition); }
TEST(FuzzCorpus, HubJson) { Replay("hub_json", fuzz::HubJson); }
TEST(FuzzCorpus, ModelCard) { Replay("model_card", fuzz::ModelCard); }
TEST(FuzzCorpus, ModelFolder) { Replay("model_folder", fuzz::ModelFolder); }
TEST(FuzzCorpus, Mergekit) { Replay("mergekit", fuzz::Mergekit); }
TEST(FuzzCorpus, Gguf) { Replay("gguf", fuzz::Gguf); }
TEST(FuzzCorpus, CycloneDx) { Replay("cyclone_dx", fuzz::CycloneDx); }
TEST(FuzzCorpus, Spdx) { Replay("spdx", fuzz::Spdx); }
TEST(FuzzCorpus, Croissant) { Replay("croissant", fuzz::Croissant); }
TEST(FuzzCorpus, ModelOpenness) { Replay("model_openness", fuzz::ModelOpenness); }
TEST(FuzzCorpus, OpennessProject) { Replay("openness_project", fuzz::OpennessProject); }
TEST(FuzzCorpus, ClaimsFile) { Replay("claims_file", fuzz::ClaimsFile); }
TEST(FuzzCorpus, EdgeList) { Replay("edge_list", fuzz::EdgeList); }
TEST(FuzzCorpus, AnyDocument) { Replay("any_document", fuzz::AnyDocument); }
TEST(FuzzCorpus, LicenseName) { Replay("license_name", fuzz::LicenseName); }
TEST(FuzzCorpus, SearchFilter) { Replay("filter", fuzz::SearchFilter); }
TEST(FuzzCorpus, LicenseText) { Replay("license_text", fuzz::LicenseText); }

}  // namespace
}  // namespace lineage
