#include "tools/cli/print/headroom.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/cli/json.h"
#include "tools/cli/print/text.h"

namespace lineage {
namespace {

using Json = nlohmann::ordered_json;

std::string NumberText(double number) {
  if (std::floor(number) == number && number < 1e15) {
    std::string digits = absl::StrFormat("%.0f", number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
  }
  return absl::StrFormat("%g", number);
}

std::string RangeText(const HeadroomRange& range) {
  if (!range.to) {
    return range.from == 0 && range.from_included
               ? "any number"
               : absl::StrCat(range.from_included ? "from " : "above ", NumberText(range.from));
  }
  if (range.from == *range.to) return absl::StrCat("exactly ", NumberText(range.from));
  const std::string to =
      absl::StrCat(range.to_included ? "up to " : "below ", NumberText(*range.to));
  if (range.from == 0 && range.from_included) return to;
  return absl::StrCat(range.from_included ? "from " : "above ", NumberText(range.from), " ", to);
}

}  // namespace

void PrintHeadroom(const std::vector<Headroom>& headrooms, Output* output) {
  output->Heading("Headroom");
  if (headrooms.empty()) output->Line("  No number decides anything here.");
  for (const Headroom& headroom : headrooms) {
    output->Line(absl::StrCat(
        "  ", Name(headroom.key),
        headroom.given ? absl::StrCat(" (now ", NumberText(*headroom.given), ")") : ""));
    for (const HeadroomRange& range : headroom.ranges) {
      std::string text = RangeText(range);
      if (range.because && range.verdict != Verdict::kPermitted) {
        absl::StrAppend(
            &text, ", by ", ClauseText(range.because->license, range.because->section),
            range.because->path.empty() ? "" : absl::StrCat(" of ", range.because->origin));
      }
      output->Wrapped(
          absl::StrCat("    ", output->Paint(Pad(Name(range.verdict), 14), InkFor(range.verdict))),
          18, 20, text);
    }
  }
}

Json ToJson(const std::vector<Headroom>& headrooms) {
  Json list = Json::array();
  for (const Headroom& headroom : headrooms) {
    Json one = {{"key", std::string(Name(headroom.key))},
                {"given", headroom.given ? Json(*headroom.given) : Json()},
                {"ranges", Json::array()}};
    for (const HeadroomRange& range : headroom.ranges) {
      one["ranges"].push_back({{"from", range.from},
                               {"from_included", range.from_included},
                               {"to", range.to ? Json(*range.to) : Json()},
                               {"to_included", range.to_included},
                               {"verdict", std::string(Name(range.verdict))},
                               {"because", range.because ? ToJson(*range.because) : Json()}});
    }
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace lineage
