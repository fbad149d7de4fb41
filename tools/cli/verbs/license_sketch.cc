#include <string>

#include "absl/strings/str_cat.h"
#include "engine/base/input_file.h"
#include "engine/base/status_macros.h"
#include "engine/license/license_text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

class LicenseSketchVerb final : public Verb {
 public:
  LicenseSketchVerb()
      : Verb({.name = "license sketch",
              .summary = "A text's sketch, for license_texts of the catalogue",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kAnswers,
              .formats = {Format::kTable},
              .examples = {
                  {"license sketch MIT LICENSE", "the line that makes this text recognised"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("LICENSE", license_, "The licence's id")->required();
    app->add_option("FILE", file_, "Its text")->required();
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    ASSIGN_OR_RETURN(const License license, run.answers->FindLicense(license_));
    ASSIGN_OR_RETURN(const std::string text, ReadNamedFile(file_));
    const KnownText known = KnownTextOf(text);
    if (known.shingles == 0) {
      return absl::InvalidArgumentError(absl::StrCat(file_, ": holds fewer than three words"));
    }
    run.output.stream() << "  - license: " << license.id << "\n    terms: " << known.terms
                        << "\n    words: " << WordsText(known) << "\n";
    return kExitYes;
  }

 private:
  std::string license_;
  std::string file_;
};

}  // namespace

std::unique_ptr<Verb> MakeLicenseSketchVerb() { return std::make_unique<LicenseSketchVerb>(); }

}  // namespace lineage
