#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/model/compatibility.h"
#include "tools/cli/flag_words.h"
#include "tools/cli/json.h"
#include "tools/cli/print/text.h"
#include "tools/cli/verb.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

// The answers that bind the work itself and are no plain grant; "permitted" only where a term says
// so.
std::string AnswerFor(const License& license, Right right) {
  std::vector<std::string> words;
  bool granted = false;
  for (const Grant& grant : license.grants) {
    if (!grant.rights.Has(right) ||
        !(grant.scopes.Has(Scope::kWork) || grant.scopes.Has(Scope::kOwn)))
      continue;
    if (grant.answer == Answer::kPermitted) {
      granted = true;
      continue;
    }
    words.push_back(grant.when.text.empty() ? std::string(Name(grant.answer))
                                            : absl::StrCat("if ", grant.when.text));
  }
  if (words.empty()) return granted ? "permitted" : "silent";
  return absl::StrJoin(words, "; ");
}

// How the whole is made from the part: "a work fine-tuned from" it.
absl::string_view StepText(CompareStep step) {
  switch (step) {
    case CompareStep::kFineTune:
      return "a work fine-tuned from ";
    case CompareStep::kCopy:
      return "a work converted from ";
    case CompareStep::kMerge:
      return "a work merged from ";
    case CompareStep::kData:
      return "a work trained on ";
    case CompareStep::kBundle:
      return "a work that bundles ";
  }
  return "";
}

// May one go into the other, both ways.
void PrintPair(const LicensePair& pair, CompareStep step, Output* output) {
  const auto line = [&](const std::string& from, const std::string& to, const Compatibility& c) {
    const Ink ink = c.answer == CompatibilityAnswer::kYes  ? Ink::kGood
                    : c.answer == CompatibilityAnswer::kNo ? Ink::kBad
                                                           : Ink::kOpen;
    output->Wrapped(output->Paint(Pad(Name(c.answer), 9), ink), 9, 9,
                    absl::StrCat(StepText(step), from,
                                 step == CompareStep::kBundle ? ", with the rest under "
                                                              : ", as a whole under ",
                                 to, c.reason.empty() ? "" : absl::StrCat(": ", c.reason)));
    if (!c.says.empty()) {
      output->Wrapped(std::string(9, ' '), 9, 11,
                      absl::StrCat(ClauseText(c.license, c.section), ": ", c.says));
    }
  };
  line(pair.a, pair.b, pair.a_into_b);
  line(pair.b, pair.a, pair.b_into_a);
  output->Line();
}

void PrintSideBySide(const License& left, const License& right, Output* output) {
  const std::size_t column = std::max<std::size_t>(24, (output->width() - kRightWidth) / 2);
  const auto row = [&](absl::string_view what, absl::string_view a, absl::string_view b) {
    const bool same = a == b;
    // A cell that does not fit goes on lines of its own.
    if (a.size() + 2 > column) {
      output->Wrapped(Pad(what, kRightWidth), kRightWidth, kRightWidth + 2, absl::StrCat("1: ", a));
      output->Wrapped(std::string(kRightWidth, ' '), kRightWidth, kRightWidth + 2,
                      absl::StrCat("2: ", b));
      return;
    }
    output->Wrapped(absl::StrCat(Pad(what, kRightWidth), Pad(a, column)), kRightWidth + column,
                    kRightWidth + column, absl::StrCat(std::string(b), same ? "" : "  *"));
  };
  row("", absl::StrCat("1: ", left.id), absl::StrCat("2: ", right.id));
  row("class", Name(left.license_class), Name(right.license_class));
  // A long answer is written out once: most rights of an agreement hang on the same conditions.
  std::map<std::pair<std::string, std::string>, absl::string_view> first;
  for (const Right r : EnumValues<Right>()) {
    const std::string a = AnswerFor(left, r);
    const std::string b = AnswerFor(right, r);
    const auto [place, is_new] = first.try_emplace(std::pair(a, b), Name(r));
    if (is_new || (a.size() + 2 <= column && b.size() + 2 <= column)) {
      row(Name(r), a, b);
    } else {
      output->Line(absl::StrCat(Pad(Name(r), kRightWidth), "as for ", place->second));
    }
  }
  const auto duties = [](const License& license) {
    std::vector<std::string> names;
    for (const Duty& duty : license.duties) {
      const std::string name(Name(duty.kind));
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names.empty() ? std::string("none") : absl::StrJoin(names, ", ");
  };
  row("duties", duties(left), duties(right));
  output->Line();
  output->Line(
      "* differs; the work itself, see `license show` for derivatives and outputs. Not legal "
      "advice.");
}

class LicenseCompareVerb final : public Verb {
 public:
  LicenseCompareVerb()
      : Verb({.name = "license compare",
              .summary = "Two licences: may one go into the other, and side by side",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kAnswers,
              .formats = DocumentFormats(),
              .examples = {{"license compare MIT GPL-3.0-only",
                            "fine-tuning what is under one into a work under the other"},
                           {"license compare ODbL-1.0 CC-BY-4.0 --step data",
                            "the same for training data"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("A", a_, "A licence or SPDX expression")->required();
    app->add_option("B", b_, "Another")->required();
    app->add_option("--step", step_, "How one is made from the other")->check(OneOf<CompareStep>());
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    const auto step = ValueOfWord<CompareStep>(step_);
    ASSIGN_OR_RETURN(const LicensePair pair, run.answers->CompareLicenses(a_, b_, step));
    // Expressions go into each other; side by side stand single licences.
    const absl::StatusOr<License> left = run.answers->FindLicense(a_);
    const absl::StatusOr<License> right = run.answers->FindLicense(b_);
    const bool both = left.ok() && right.ok();
    if (run.output.table()) {
      PrintPair(pair, step, &run.output);
      if (both) PrintSideBySide(*left, *right, &run.output);
      return kExitYes;
    }
    Json json = {{"version", kJsonVersion},
                 {"a", pair.a},
                 {"b", pair.b},
                 {"step", std::string(Name(step))},
                 {"a_into_b", ToJson(pair.a_into_b)},
                 {"b_into_a", ToJson(pair.b_into_a)},
                 {"licenses", Json::array()}};
    if (both) json["licenses"] = {ToJson(*left), ToJson(*right)};
    run.output.Document(json);
    return kExitYes;
  }

 private:
  std::string a_;
  std::string b_;
  std::string step_ = "fine-tune";
};

}  // namespace

std::unique_ptr<Verb> MakeLicenseCompareVerb() { return std::make_unique<LicenseCompareVerb>(); }

}  // namespace lineage
