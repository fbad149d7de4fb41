// An organisation's policy: what it needs, and what it allows. Data that a lawyer can review; the
// format is described in docs/policy.md.
#ifndef LINEAGE_ENGINE_POLICY_POLICY_H_
#define LINEAGE_ENGINE_POLICY_POLICY_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/catalog/loader.h"
#include "engine/license/license_table.h"
#include "engine/model/condition.h"
#include "engine/model/explanation.h"
#include "engine/model/verdict.h"

namespace lineage {

enum class PolicyRule : uint8_t {
  kRights = 0,
  kClasses = 1,
  kLicenses = 2,
  kUpstreams = 3,
  kFindings = 4,
  kGate = 5
};

template <>
struct EnumNames<PolicyRule> {
  static constexpr std::array<const char*, 6> value = {"rights",    "classes",  "licenses",
                                                       "upstreams", "findings", "gate"};
};

enum class PolicyOutcome : uint8_t { kPass = 0, kOpen = 1, kFail = 2 };

template <>
struct EnumNames<PolicyOutcome> {
  static constexpr std::array<const char*, 3> value = {"pass", "open", "fail"};
};

// Names that may be denied, and, if there are any, the only ones that are allowed. Patterns with
// '*', '?' and [sets].
struct PolicyList {
  std::vector<std::string> allow;
  std::vector<std::string> deny;
  std::vector<std::string> unmatched;      // of these, what may fit nothing so far
  std::map<std::string, Location> places;  // of the names of the three
};

struct PolicyException {
  std::string artifact;  // pattern
  std::string rule;      // a PolicyRule, or the id of a finding
  Date until;            // the last day on which it holds
  std::string reason;
  Location location;
};

struct PolicyTest {
  std::string artifact;
  PolicyOutcome expect = PolicyOutcome::kPass;
  std::vector<std::string> because;  // rules that have to be broken; any if empty
  Location location;
};

struct Policy {
  std::string name;
  RightSet rights;
  std::vector<Verdict> accept = {Verdict::kPermitted};
  // What the gate has to permit; the context's use mode then. Nothing: it is not asked.
  std::optional<UseMode> gate;
  Context context;
  Stance stance = Stance::kStandard;
  TheoryChanges theory;
  UndeclaredPolicy undeclared = UndeclaredPolicy::kUndetermined;
  ClaimsPolicy claims = ClaimsPolicy::kRanked;
  PolicyList classes;
  PolicyList licenses;
  PolicyList upstreams;
  bool training_data = false;  // classes and licenses reach training data as well
  std::map<std::string, std::optional<Severity>> findings;  // nullopt: ignored
  std::map<PolicyRule, Severity> severity;                  // kError if absent
  std::vector<PolicyException> exceptions;
  std::vector<PolicyTest> tests;
};

// Reads a policy. False, and problems with file:line:column, if anything is wrong with it; `policy`
// is untouched then. `licenses` is what its names are looked up in.
[[nodiscard]] bool ReadPolicy(absl::string_view text, absl::string_view file,
                              const LicenseTable& licenses, Policy* policy,
                              std::vector<Diagnostic>* problems);

// What to say of a name or pattern that fits no `what` that is known.
[[nodiscard]] std::string FitsNothing(const std::string& name, absl::string_view what);

// The names and patterns of `upstreams` that fit no artifact, so that they would neither allow nor
// deny anything, and that `unmatched` does not list: mistakes, most likely. `fits` tells whether an
// artifact is known that a pattern fits; its errors are passed on.
absl::StatusOr<std::vector<Diagnostic>> UnmatchedUpstreams(
    const Policy& policy, const std::function<absl::StatusOr<bool>(const std::string&)>& fits);

// One way in which an artifact does not meet the policy.
struct Violation {
  std::string rule;  // a PolicyRule, or the id of a finding
  Severity severity = Severity::kError;
  bool open = false;  // not known, rather than not allowed
  std::string message;
  std::string remedy;
  std::vector<Hop> path;
  std::string license;
  std::string section;
  const PolicyException* exception = nullptr;  // why it does not count; null: it counts
  bool expired = false;                        // an exception held until recently
};

struct PolicyResult {
  std::string artifact;
  PolicyOutcome outcome = PolicyOutcome::kPass;
  std::vector<Violation> violations;  // strictest first; excepted ones last
};

// What the policy says of an artifact. The explanation has to be the answer to the policy's own
// question: its rights, context, stance and policies. Pure; keeps pointers into `policy`.
[[nodiscard]] PolicyResult Evaluate(const Policy& policy, const Explanation& explanation,
                                    const LicenseTable& licenses, Date today);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_POLICY_POLICY_H_
