#include "engine/base/pattern.h"

#include "absl/strings/str_cat.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

// The end of the set that begins at `at`, past its ']'; npos if it is not closed. A ']' that comes
// first stands for itself.
std::size_t EndOfSet(absl::string_view pattern, std::size_t at) {
  std::size_t from = at + 1;
  if (from < pattern.size() && (pattern[from] == '!' || pattern[from] == '^')) ++from;
  const std::size_t end = pattern.find(']', from + 1);
  return end == absl::string_view::npos ? end : end + 1;
}

std::string SetProblem(absl::string_view set) {
  absl::string_view inside = set.substr(1, set.size() - 2);
  if (!inside.empty() && (inside[0] == '!' || inside[0] == '^')) inside.remove_prefix(1);
  if (inside.find('[') != absl::string_view::npos) {
    return "has a bracket within brackets; write a set as [a-c0-9]";
  }
  for (std::size_t i = 1; i + 1 < inside.size(); ++i) {
    if (inside[i] != '-') continue;
    if (static_cast<unsigned char>(inside[i - 1]) > static_cast<unsigned char>(inside[i + 1])) {
      return absl::StrCat("has the range ", EscapeForTerminal(inside.substr(i - 1, 3)),
                          ", which runs backwards");
    }
    ++i;  // the range's end begins no other
  }
  return "";
}

}  // namespace

std::string PatternProblem(absl::string_view pattern) {
  if (pattern.empty()) return "is empty, and fits nothing";
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == ']') return "has a ] without its [";
    if (pattern[at] != '[') {
      ++at;
      continue;
    }
    const std::size_t end = EndOfSet(pattern, at);
    if (end == absl::string_view::npos) return "has a [ without its ]";
    if (std::string problem = SetProblem(pattern.substr(at, end - at)); !problem.empty()) {
      return problem;
    }
    at = end;
  }
  return "";
}

std::string WithStarsOnly(absl::string_view pattern) {
  std::string stars;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = pattern[at] == '[' ? EndOfSet(pattern, at) : absl::string_view::npos;
    const bool one = pattern[at] == '?' || end != absl::string_view::npos;
    stars.push_back(one ? '*' : pattern[at]);
    at = end != absl::string_view::npos ? end : at + 1;
  }
  return stars;
}

}  // namespace lineage
