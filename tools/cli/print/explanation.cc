#include "tools/cli/print/explanation.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/print/duties.h"
#include "tools/cli/print/findings.h"
#include "tools/cli/print/headroom.h"
#include "tools/cli/print/text.h"

namespace lineage {
namespace {

constexpr std::size_t kVerdictWidth = 14;
constexpr std::size_t kProofIndent = kRightWidth + kVerdictWidth + 2;

// What would have to be known.
std::string NeedsText(const Because& because) {
  std::vector<std::string> names;
  for (const ContextKey key : because.missing) names.emplace_back(Name(key));
  names.insert(names.end(), because.missing_facts.begin(), because.missing_facts.end());
  return names.empty() ? "" : absl::StrCat(" [needs ", absl::StrJoin(names, ", "), "]");
}

std::string BecauseText(const Because& because) {
  std::string text;
  if (because.contested) absl::StrAppend(&text, "contested: ");
  if (because.license.empty()) {
    absl::StrAppend(&text, because.path.empty() ? "" : absl::StrCat(because.origin, ": "),
                    because.says);
  } else {
    absl::StrAppend(&text, because.license, SectionText(because.section));
    if (!because.path.empty()) absl::StrAppend(&text, " of ", because.origin);
    absl::StrAppend(&text, ": ", because.says);
  }
  absl::StrAppend(&text, NeedsText(because));
  return text;
}

void PrintBecause(const Because& because, bool with_path, Output* output) {
  output->Wrapped(std::string(kProofIndent, ' '), kProofIndent, kProofIndent + 2,
                  BecauseText(because));
  if (with_path && !because.path.empty()) {
    output->Wrapped(std::string(kProofIndent + 2, ' '), kProofIndent + 2, kProofIndent + 4,
                    absl::StrCat("by ", ArrowText(because.path)));
  }
}

// "Apache-2.0 §2" for a grant: what it says is in `license show`.
std::string GrantText(const Because& because) {
  return absl::StrCat(because.license, SectionText(because.section));
}

void PrintVerdict(const RightVerdict& verdict, bool all, Output* output) {
  const std::string lead = absl::StrCat(
      Pad(Name(verdict.right), kRightWidth),
      output->Paint(Pad(Name(verdict.verdict), kVerdictWidth), InkFor(verdict.verdict)), "  ");
  // The binding terms: those at the verdict itself.
  std::vector<const Because*> binding;
  std::size_t weaker = 0;
  for (const Because& because : verdict.because) {
    if (because.verdict == verdict.verdict || all) {
      binding.push_back(&because);
    } else {
      ++weaker;
    }
  }
  const bool open = verdict.verdict != Verdict::kPermitted;
  std::string first = "nothing speaks against it";
  if (!binding.empty()) first = open || all ? BecauseText(*binding[0]) : GrantText(*binding[0]);
  const std::size_t more = binding.empty() ? 0 : binding.size() - 1;
  // All reasons for the right that people ask about first; a count for the rest.
  const bool expand = all || verdict.right == Right::kCommercialUse;
  if (open && more > 0 && !expand) absl::StrAppend(&first, absl::StrFormat(" (+%d as strict)", more));
  if (weaker > 0) absl::StrAppend(&first, absl::StrFormat(" (+%d weaker)", weaker));
  output->Wrapped(lead, kProofIndent, kProofIndent + 2, first);
  if (!binding.empty() && open && !binding[0]->path.empty()) {
    output->Wrapped(std::string(kProofIndent + 2, ' '), kProofIndent + 2, kProofIndent + 4,
                    absl::StrCat("by ", ArrowText(binding[0]->path)));
  }
  for (std::size_t i = 1; i < binding.size() && open && expand; ++i)
    PrintBecause(*binding[i], true, output);
  if (!verdict.choice.empty()) {
    output->Wrapped(std::string(kProofIndent, ' '), kProofIndent, kProofIndent + 2,
                    absl::StrCat("choosing ", verdict.choice));
  }
}

// What is set otherwise than the stance does.
std::string TheoryText(Stance stance, const Theory& theory) {
  std::string text;
  for (const TheorySwitch of : EnumValues<TheorySwitch>()) {
    if (theory[of] == Theory::Of(stance)[of]) continue;
    absl::StrAppend(&text, text.empty() ? " with " : ", ", Name(of), "=", Name(theory[of]));
  }
  return text;
}

// One line per other stance: which rights come out otherwise.
void PrintOtherStances(const Explanation& e, Output* output) {
  for (const Stance stance : EnumValues<Stance>()) {
    if (stance == e.stance) continue;
    std::vector<std::string> parts;
    for (const Verdict verdict : EnumValues<Verdict>()) {
      std::vector<std::string> rights;
      for (const RightVerdict& right : e.verdicts) {
        const Verdict other = right.by_stance[static_cast<std::size_t>(stance)];
        if (other == verdict && other != right.verdict)
          rights.push_back(std::string(Name(right.right)));
      }
      if (rights.empty()) continue;
      const bool most = e.verdicts.size() > 4 && rights.size() + 2 >= e.verdicts.size();
      parts.push_back(
          absl::StrCat(Name(verdict), ": ",
                       !most ? absl::StrJoin(rights, ", ")
                       : rights.size() == e.verdicts.size()
                           ? "everything"
                           : absl::StrFormat("%d of %d rights", rights.size(), e.verdicts.size())));
    }
    if (!parts.empty()) {
      output->Wrapped(Pad(absl::StrCat(Name(stance), " stance"), kRightWidth), kRightWidth,
                      kRightWidth, absl::StrJoin(parts, "; "));
    }
  }
}

// Where it was asked for: which switch of the theory turns which right.
void PrintTheories(const Explanation& e, Output* output) {
  if (e.theories.empty()) return;
  output->Heading("What it turns on");
  bool any = false;
  for (const TheoryView& view : e.theories) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < e.verdicts.size() && i < view.verdicts.size(); ++i) {
      if (view.verdicts[i] == e.verdicts[i].verdict) continue;
      parts.push_back(absl::StrCat(Name(e.verdicts[i].right), " ", Name(e.verdicts[i].verdict),
                                   " → ", Name(view.verdicts[i])));
    }
    if (parts.empty()) continue;
    any = true;
    output->Wrapped("  ", 2, 4,
                    absl::StrCat(Name(view.of), "=", Name(view.setting), " (now ",
                                 Name(e.theory[view.of]), "): ", absl::StrJoin(parts, ", ")));
  }
  if (!any) output->Line("  No single switch changes a verdict.");
}

// Of an adapter: which rights come out otherwise alone, or with its base.
void PrintOtherAdapter(const Explanation& e, Output* output) {
  if (!e.other_adapter) return;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < e.verdicts.size() && i < e.other_adapter->verdicts.size(); ++i) {
    const Verdict other = e.other_adapter->verdicts[i];
    if (other == e.verdicts[i].verdict) continue;
    parts.push_back(absl::StrCat(Name(e.verdicts[i].right), " ", Name(other)));
  }
  output->Wrapped(
      Pad(e.other_adapter->adapter == AdapterUse::kAlone ? "alone, without base" : "with its base",
          kRightWidth),
      kRightWidth, kRightWidth, parts.empty() ? "the same" : absl::StrJoin(parts, ", "));
}

// A number as people write it: 50000000 is 50M.
std::string ShortNumber(double number) {
  for (const auto& [unit, suffix] :
       {std::pair(1e9, "bn"), std::pair(1e6, "M"), std::pair(1e3, "k")}) {
    if (number >= unit) return absl::StrCat(number / unit, suffix);
  }
  return absl::StrCat(number);
}

// What was said about who asks, so that a printed answer can be read without its command.
std::string AskedText(const Context& context) {
  std::vector<std::string> said;
  if (context.use_mode) said.push_back(absl::StrCat("as ", Name(*context.use_mode)));
  if (context.modified) said.push_back("modified");
  if (context.made_it) said.push_back("made by the asker");
  if (!context.purposes.empty())
    said.push_back(absl::StrCat("purpose ", absl::StrJoin(context.purposes, ", ")));
  if (context.entity) said.push_back(absl::StrCat("entity ", *context.entity));
  if (context.monthly_active_users)
    said.push_back(absl::StrCat(ShortNumber(*context.monthly_active_users), " monthly users"));
  if (context.annual_revenue_usd)
    said.push_back(
        absl::StrCat("revenue USD ", ShortNumber(*context.annual_revenue_usd), " a year"));
  if (context.attributable_revenue_usd)
    said.push_back(
        absl::StrCat("attributable revenue USD ", ShortNumber(*context.attributable_revenue_usd)));
  if (context.share_of_royalty)
    said.push_back(absl::StrCat("royalty share ", *context.share_of_royalty));
  if (!context.regions.empty())
    said.push_back(absl::StrCat("region ", absl::StrJoin(context.regions, ", ")));
  if (!context.established_in.empty())
    said.push_back(absl::StrCat("established in ", absl::StrJoin(context.established_in, ", ")));
  for (const auto& [fact, yes] : context.facts)
    said.push_back(absl::StrCat(fact, "=", yes ? "yes" : "no"));
  return absl::StrJoin(said, "; ");
}

void PrintHeader(const Explanation& e, const Context& context, Output* output) {
  const std::string licensor =
      e.licensor.empty() ? "licensor unknown"
                         : absl::StrCat("licensor ", e.licensor,
                                        e.licensor_claimed ? "" : " (inferred from the id)");
  output->Line(absl::StrCat(output->Paint(EscapeForTerminal(e.artifact), Ink::kBold), "  ",
                            Name(e.kind), ", ", EscapeForTerminal(licensor)));
  std::string license = e.license.empty() ? "none stated" : e.license;
  if (!e.license_origin.empty())
    absl::StrAppend(&license, " (a copy; taken from ", e.license_origin, ")");
  for (const ClaimView& view : e.claims) {
    if (view.status != ClaimStatus::kConcluded ||
        view.claim.component.value_or(e.component) != e.component)
      continue;
    absl::StrAppend(&license, " — ", SourceText(view.claim),
                    view.claim.where.empty() ? "" : absl::StrCat(" (", view.claim.where, ")"));
    break;
  }
  output->Wrapped("licence   ", 10, 10, license);
  std::string released = "what is released: see openness";
  if (e.releases)
    released =
        absl::StrCat("said to be released: ", e.releases->empty() ? "nothing" : Names(*e.releases));
  // A class of licences, and what is released: neither alone makes a model open source.
  output->Wrapped("class     ", 10, 10,
                  absl::StrCat("of its licences as a whole: ", Name(e.license_class),
                               e.openness == Openness::kRestricted ? ", restricted" : "",
                               e.kind == ArtifactKind::kCheckpoint || e.kind == ArtifactKind::kModel
                                   ? absl::StrCat("; ", released)
                                   : ""));
  output->Line(absl::StrCat("as of     ", e.as_of.ToString(), ", ", Name(e.stance), " stance",
                            TheoryText(e.stance, e.theory),
                            e.complete ? "" : "; INCOMPLETE: cut short by a limit"));
  if (const std::string asked = AskedText(context); !asked.empty())
    output->Wrapped("given     ", 10, 10, asked);
}

// Where terms stopped at their own licensor.
void PrintLicensorCuts(const Explanation& e, bool all, Output* output) {
  constexpr std::size_t kShown = 3;
  if (e.licensor_cuts.empty()) return;
  output->Heading("Same licensor, so not bound by its own terms");
  const std::size_t shown = all ? e.licensor_cuts.size() : std::min(kShown, e.licensor_cuts.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const LicensorCut& cut = e.licensor_cuts[i];
    output->Wrapped(
        "  ", 2, 4,
        absl::StrCat("cut between ", cut.artifact, " and ", cut.at, ", both of ", cut.licensor));
  }
  if (e.licensor_cuts.size() > shown) {
    output->Line(absl::StrCat("  and ", e.licensor_cuts.size() - shown, " more"));
  }
}

void PrintDisputed(const Explanation& e, bool all, Output* output) {
  if (e.disputed.empty()) return;
  output->Heading("Who disagrees");
  // One line for each thing said, with all who say it; the documents with --all.
  std::vector<std::pair<std::string, std::string>> lines;
  for (const ClaimView& view : e.disputed) {
    const Claim& claim = view.claim;
    const std::string what =
        claim.statement == StatementKind::kEdge
            ? absl::StrCat(claim.denies ? "not " : "", Name(claim.relation), " ", claim.parent)
            : view.conclusion;
    std::string who = SourceText(claim);
    if (all) {
      absl::StrAppend(&who, " (", claim.source.document,
                      claim.where.empty() ? "" : absl::StrCat(", ", claim.where), "; ",
                      Name(view.status), ")");
    }
    auto it = std::find_if(lines.begin(), lines.end(),
                           [&](const auto& line) { return line.first == what; });
    if (it == lines.end()) it = lines.insert(it, {what, ""});
    absl::StrAppend(&it->second, it->second.empty() ? "" : "; ", who);
  }
  for (const auto& [what, who] : lines) output->Wrapped("  ", 2, 4, absl::StrCat(what, " — ", who));
}

// Claims that nobody can follow to a document, of those that the answer rests on: the artifact's
// own that count, and those that put a deciding licence upstream.
void PrintUnsourced(const Explanation& e, Output* output) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& artifact, const Claim& claim) {
    const bool edge = claim.statement == StatementKind::kEdge;
    if (claim.source.kind != SourceKind::kUnsourced ||
        (!edge && claim.statement != StatementKind::kLicense)) {
      return;
    }
    std::string line = absl::StrCat(
        artifact, ": ", edge ? absl::StrCat(Name(claim.relation), " ", claim.parent) : claim.text);
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) {
      lines.push_back(std::move(line));
    }
  };
  for (const ClaimView& view : e.claims) {
    if (view.status == ClaimStatus::kConcluded) add(e.artifact, view.claim);
  }
  for (const RightVerdict& verdict : e.verdicts) {
    for (const Because& because : verdict.because) {
      if (because.source) add(because.origin, *because.source);
    }
  }
  if (lines.empty()) return;
  output->Heading("Rests on what no document shows");
  for (const std::string& line : lines) output->Wrapped("  ", 2, 4, line);
}

void PrintRemedies(const Explanation& e, Output* output) {
  if (e.remedies.empty()) return;
  output->Heading("What to do");
  for (std::size_t i = 0; i < e.remedies.size(); ++i) {
    output->Wrapped(absl::StrFormat("  %d. ", i + 1), 5, 5, e.remedies[i]);
  }
}

}  // namespace

void PrintWhy(const Explanation& e, const Context& context, bool all, Output* output) {
  PrintHeader(e, context, output);
  output->Line();
  for (const RightVerdict& verdict : e.verdicts) PrintVerdict(verdict, all, output);
  PrintOtherStances(e, output);
  PrintOtherAdapter(e, output);
  PrintTheories(e, output);
  if (e.verdicts.size() > 1) {
    Verdict least = Verdict::kPermitted;
    for (const RightVerdict& verdict : e.verdicts) least = Stricter(least, verdict.verdict);
    if (e.joint < least) {
      output->Line(absl::StrCat("together: ", Name(e.joint),
                                " (no one choice of licence gives all of these)"));
    }
  }
  PrintDuties(e.duties, all, all, output);
  PrintLicensorCuts(e, all, output);
  PrintUnsourced(e, output);
  PrintDisputed(e, all, output);
  if (!e.findings.empty()) {
    output->Heading("Findings");
    PrintFindingList(e.findings, false, output);
  }
  PrintRemedies(e, output);
  output->Line();
  output->Line(output->Paint(kDisclaimer, Ink::kDim));
}

namespace {

// The rights asked together, with the terms in the way, and how else they come out.
void PrintJoint(const Explanation& e, Output* output) {
  const std::string rights = Names(e.joint_rights);
  output->Wrapped(
      absl::StrCat(output->Paint(Name(e.joint), InkFor(e.joint)), "  "), Name(e.joint).size() + 2,
      4,
      absl::StrCat(rights,
                   e.joint_choice.empty() ? "" : absl::StrCat(", choosing ", e.joint_choice)));
  for (const Because& because : e.joint_because) {
    if (because.verdict != e.joint && e.joint != Verdict::kPermitted) continue;
    output->Wrapped(absl::StrCat("  ", Pad(Name(because.right), kRightWidth)), kRightWidth + 2,
                    kRightWidth + 4, BecauseText(because));
    if (!because.path.empty()) {
      output->Wrapped(std::string(28, ' '), 28, 30, absl::StrCat("by ", ArrowText(because.path)));
    }
  }
  std::vector<std::string> others;
  for (const Stance stance : EnumValues<Stance>()) {
    const Verdict other = e.joint_by_stance[static_cast<std::size_t>(stance)];
    if (stance == e.stance || other == e.joint) continue;
    others.push_back(absl::StrCat(Name(stance), " stance: ", Name(other)));
  }
  if (e.other_adapter && e.other_adapter->joint != e.joint) {
    others.push_back(absl::StrCat(e.other_adapter->adapter == AdapterUse::kAlone
                                      ? "alone, without its base"
                                      : "with its base",
                                  ": ", Name(e.other_adapter->joint)));
  }
  if (!others.empty()) output->Wrapped("  ", 2, 4, absl::StrJoin(others, "; "));
}

// May it be released under its label? A second answer.
void PrintGate(const Explanation& e, Output* output) {
  const Gate& gate = e.gate;
  if (!HasGate(gate)) return;
  output->Line();
  output->Wrapped(absl::StrCat(output->Paint("release", InkFor(gate.verdict)), "   "), 10, 10,
                  GateText(gate, e.joint));
  std::vector<Finding> findings;
  for (const uint32_t finding : gate.findings) findings.push_back(e.findings[finding]);
  PrintFindingList(findings, false, output);
}

// Errors that do not gate, warnings, and notes that a remedy below rests on.
void PrintOtherFindings(const Explanation& e, bool notes_too, Output* output) {
  std::vector<Finding> findings;
  for (uint32_t i = 0; i < e.findings.size(); ++i) {
    const auto& gating = e.gate.findings;
    if ((e.findings[i].severity < Severity::kWarning && !notes_too) ||
        std::find(gating.begin(), gating.end(), i) != gating.end()) {
      continue;
    }
    findings.push_back(e.findings[i]);
  }
  if (findings.empty()) return;
  output->Heading("Findings");
  PrintFindingList(findings, false, output);
}

}  // namespace

void PrintCheck(const Explanation& e, const Context& context,
                const std::vector<Headroom>* headrooms, Output* output) {
  PrintHeader(e, context, output);
  output->Line();
  PrintJoint(e, output);
  PrintGate(e, output);
  if (headrooms != nullptr) PrintHeadroom(*headrooms, output);
  std::vector<DutyView> due;
  for (const DutyView& duty : e.duties) {
    if (duty.due.value_or(true)) due.push_back(duty);
  }
  PrintDuties(due, true, false, output);
  if (!context.use_mode && !due.empty()) {
    output->Line(
        "  (say --as internal|share|sell|service, and --modified, for those that are due)");
  }
  const bool remedies = Stricter(e.joint, e.gate.verdict) != Verdict::kPermitted;
  PrintOtherFindings(e, remedies, output);
  if (remedies) PrintRemedies(e, output);
  output->Line();
  output->Line(output->Paint(kDisclaimer, Ink::kDim));
}

}  // namespace lineage
