#include "tools/cli/tables.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/text.h"
#include "engine/model/ai_act.h"
#include "engine/model/not_examined.h"
#include "engine/model/openness.h"
#include "tools/cli/analysis_commands.h"

namespace lineage {
namespace {

constexpr std::size_t kRightWidth = 26;
constexpr std::size_t kVerdictWidth = 14;
constexpr std::size_t kProofIndent = kRightWidth + kVerdictWidth + 2;

// What would have to be known.
std::string NeedsText(const Because& because) {
  std::vector<std::string> names;
  for (const ContextKey key : because.missing) names.emplace_back(Name(key));
  names.insert(names.end(), because.missing_facts.begin(), because.missing_facts.end());
  return names.empty() ? "" : absl::StrCat(" [needs ", absl::StrJoin(names, ", "), "]");
}
template <typename E>
std::string Names(EnumSet<E> set) {
  return absl::StrJoin(set.Values(), ", ",
                       [](std::string* out, E e) { absl::StrAppend(out, Name(e)); });
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

std::string DutyName(const DutyView& duty) {
  return duty.value.empty() ? std::string(Name(duty.kind))
                            : absl::StrCat(Name(duty.kind), " “", duty.value, "”");
}

// Whose a duty is: "MIT of org/model".
std::string DutyOwner(const DutyView& duty) {
  return duty.path.empty() ? duty.license : absl::StrCat(duty.license, " of ", duty.origin);
}

// One line per licence and origin.
void PrintDutiesShort(const std::vector<DutyView>& duties, Output* output) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const DutyView& duty : duties) {
    const std::string who = DutyOwner(duty);
    auto it = std::find_if(lines.begin(), lines.end(),
                           [&](const auto& line) { return line.first == who; });
    if (it == lines.end()) it = lines.insert(it, {who, ""});
    const std::string conditions = DutyConditions(duty);
    absl::StrAppend(&it->second, it->second.empty() ? "" : ", ", DutyName(duty),
                    SectionText(duty.section),
                    conditions.empty() ? "" : absl::StrCat(" (", conditions, ")"));
  }
  for (const auto& [who, what] : lines) output->Wrapped("  ", 2, 4, absl::StrCat(who, ": ", what));
}

void PrintDutiesInFull(const std::vector<DutyView>& duties, Output* output) {
  // The same clause from several upstreams is one thing to do: as it is least conditional.
  const auto clause = [](const DutyView& duty) {
    return absl::StrCat(duty.license, " ", duty.section, " ", Name(duty.kind));
  };
  const auto conditions = [](const DutyView& duty) {
    return duty.if_you_made_it + duty.if_similar + duty.beside;
  };
  std::map<std::string, const DutyView*> shown;
  for (const DutyView& duty : duties) {
    const DutyView*& best = shown[clause(duty)];
    if (best == nullptr || conditions(duty) < conditions(*best)) best = &duty;
  }
  for (const DutyView& duty : duties) {
    if (shown[clause(duty)] != &duty) continue;
    const std::string mark = duty.due.value_or(false) ? "  * " : "  - ";
    const std::string when = DutyConditions(duty);
    output->Wrapped(mark, 4, 6,
                    absl::StrCat(DutyName(duty), " (on ", Names(duty.on), "; ", DutyOwner(duty),
                                 SectionText(duty.section),
                                 when.empty() ? "" : absl::StrCat("; ", when), "): ", duty.says));
  }
}

// Duties, shortly or in full; what is contested by itself.
void PrintDuties(const std::vector<DutyView>& duties, bool full, bool contested_in_full,
                 Output* output) {
  for (const bool contested : {false, true}) {
    std::vector<DutyView> some;
    for (const DutyView& duty : duties) {
      if (duty.contested == contested) some.push_back(duty);
    }
    if (some.empty()) continue;
    output->Heading(contested ? kContestedHeading : "Duties");
    const bool in_full = contested ? contested_in_full : full;
    in_full ? PrintDutiesInFull(some, output) : PrintDutiesShort(some, output);
  }
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

void PrintFindingList(const std::vector<Finding>& findings, bool with_artifact, Output* output) {
  for (const Finding& finding : findings) {
    const std::string severity = Pad(Name(finding.severity), 8);
    std::string text = absl::StrCat(with_artifact ? absl::StrCat(finding.artifact, ": ") : "",
                                    Name(finding.id), ": ", finding.message);
    output->Wrapped(absl::StrCat("  ", output->Paint(severity, InkFor(finding.severity))), 10, 10,
                    text);
  }
}

void PrintRemedies(const Explanation& e, Output* output) {
  if (e.remedies.empty()) return;
  output->Heading("What to do");
  for (std::size_t i = 0; i < e.remedies.size(); ++i) {
    output->Wrapped(absl::StrFormat("  %d. ", i + 1), 5, 5, e.remedies[i]);
  }
}

std::string AnswerText(const Grant& grant) {
  return absl::StrCat(
      Name(grant.answer), grant.when.text.empty() ? "" : absl::StrCat(" if ", grant.when.text),
      " [", Names(grant.scopes), "]", SectionText(grant.clause.section), ": ", grant.clause.says);
}

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

}  // namespace

std::string ArrowText(const std::vector<Hop>& path) {
  return absl::StrJoin(path, " ", [](std::string* out, const Hop& hop) {
    absl::StrAppend(out, "—", Name(hop.relation), "→ ", hop.artifact,
                    hop.supposed ? " (supposed)" : "");
  });
}

std::string SourceText(const Claim& claim) {
  if (claim.supposed) return "supposed";
  return absl::StrCat(claim.source.by, " (", Name(claim.source.kind), ", ", claim.source.said_text,
                      ")");
}

std::string StatementText(const Claim& claim, absl::string_view license) {
  switch (claim.statement) {
    case StatementKind::kLicense:
      return absl::StrCat("license ", license.empty() ? claim.text : license);
    case StatementKind::kEdge:
      return absl::StrCat(claim.denies ? "not " : "", Name(claim.relation), " ", claim.parent);
    case StatementKind::kReleases:
      return absl::StrCat("releases ", claim.releases.empty() ? "nothing" : Names(claim.releases));
    case StatementKind::kPublishes:
      return PublishedText(claim);
    case StatementKind::kFact:
      return FactText(claim);
    default:
      return absl::StrCat(Name(claim.statement), " ", claim.text);
  }
}

absl::string_view OpennessText(Openness openness) {
  switch (openness) {
    case Openness::kOpenSource:
      return "open licence throughout";
    case Openness::kOpenWeights:
      return "open licence, not all parts said to be released";
    case Openness::kOpenContent:
      return "open content licence";
    case Openness::kRestricted:
      return "restricted";
    case Openness::kUndeclared:
      return "undeclared";
  }
  return "";
}

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

void PrintShow(const ArtifactView& view, Output* output) {
  const Artifact& artifact = view.artifact;
  output->Line(absl::StrCat(
      output->Paint(EscapeForTerminal(artifact.id), Ink::kBold), "  ", Name(artifact.kind),
      artifact.name.empty() ? "" : absl::StrCat(", ", EscapeForTerminal(artifact.name))));
  if (!view.package_url.empty())
    output->Line(absl::StrCat("purl      ", EscapeForTerminal(view.package_url)));
  if (!artifact.aliases.empty())
    output->Wrapped("aliases   ", 10, 10, absl::StrJoin(artifact.aliases, ", "));
  if (artifact.released) output->Line(absl::StrCat("released  ", artifact.released->ToString()));
  if (!view.licensor.empty()) {
    output->Wrapped(
        "licensor  ", 10, 10,
        absl::StrCat(view.licensor, view.licensor_claimed ? "" : " (inferred from the id)"));
  }
  for (const ComponentView& component : view.components) {
    output->Wrapped(Pad(Name(component.component), 10), 10, 10,
                    absl::StrCat(component.license, " (", Name(component.license_class), ")"));
  }
  const auto edges = [&](absl::string_view title, const std::vector<EdgeView>& list, bool up) {
    if (list.empty()) return;
    output->Heading(title);
    constexpr std::size_t kShown = 40;
    for (std::size_t i = 0; i < list.size() && i < kShown; ++i) {
      const EdgeView& edge = list[i];
      output->Wrapped(
          "  ", 2, 4,
          up ? absl::StrCat(Name(edge.relation), " ", edge.parent, " — ", SourceText(edge.claim))
             : absl::StrCat(edge.child, " ", Name(edge.relation), " it — ",
                            SourceText(edge.claim)));
    }
    if (list.size() > kShown)
      output->Line(absl::StrFormat("  … and %d more (-o json)", list.size() - kShown));
  };
  edges("Upstream", view.upstream, true);
  edges("Downstream", view.downstream, false);
  output->Heading("Claims");
  for (const ClaimView& claim : view.claims) {
    if (claim.claim.statement == StatementKind::kEdge) continue;
    const std::string what = StatementText(claim.claim, claim.conclusion);
    output->Wrapped(
        absl::StrCat("  ", Pad(Name(claim.status), 11)), 13, 15,
        absl::StrCat(what, " — ", SourceText(claim.claim), ": ", claim.claim.source.document,
                     claim.claim.where.empty() ? "" : absl::StrCat(", ", claim.claim.where)));
  }
}

void PrintHits(const std::vector<SearchHit>& hits, RightSet rights, Output* output) {
  std::size_t width = 0;
  for (const SearchHit& hit : hits) width = std::max(width, hit.artifact.size());
  width = std::min<std::size_t>(width, 48);
  for (const SearchHit& hit : hits) {
    std::string verdicts;
    std::size_t i = 0;
    for (const Right right : rights.Values()) {
      if (i == hit.verdicts.size()) break;
      const Verdict verdict = hit.verdicts[i++];
      absl::StrAppend(&verdicts, "  ",
                      rights.Values().size() > 1 ? absl::StrCat(Name(right), " ") : "",
                      output->Paint(Name(verdict), InkFor(verdict)));
    }
    output->Line(
        absl::StrCat(output->Paint(Pad(EscapeForTerminal(hit.artifact), width), Ink::kBold), "  ",
                     Pad(Name(hit.kind), 10), "  ", Pad(EscapeForTerminal(hit.license), 26), "  ",
                     Pad(Name(hit.license_class), 14), verdicts));
  }
  output->Line(
      absl::StrCat(hits.size(), hits.size() == 1 ? " artifact. " : " artifacts. ", kDisclaimer));
}

void PrintWalk(const WalkView& view, Output* output) {
  output->Line(output->Paint(EscapeForTerminal(view.start), Ink::kBold));
  for (const WalkStep& step : view.steps) {
    const std::size_t indent = 2 * static_cast<std::size_t>(std::min(step.depth, 20));
    output->Wrapped(
        std::string(indent, ' '), indent, indent + 2,
        absl::StrCat(Name(step.relation), step.depth > 1 ? absl::StrCat(" (", step.from, ")") : "",
                     "  ", step.artifact, "  [", step.license, "]"));
  }
  if (view.steps.empty()) output->Line("  nothing");
  if (!view.complete) output->Line("… cut short by --limit: more follows");
}

void PrintFindings(const std::vector<Finding>& findings, Output* output) {
  PrintFindingList(findings, true, output);
  std::map<Severity, int> count;
  for (const Finding& finding : findings) ++count[finding.severity];
  output->Line(absl::StrFormat("%d errors, %d warnings, %d notes. %s", count[Severity::kError],
                               count[Severity::kWarning], count[Severity::kNote],
                               std::string(kDisclaimer)));
}

namespace {

// What the encoding rests on, part by part where they differ, and the texts that were read.
void PrintBasis(const License& license, Output* output) {
  static constexpr std::array<absl::string_view, 3> kBasis = {
      "encoded from the licence's text",
      "encoded from knowledge of the text, not checked against it line by line",
      "generic, or not reviewed: open questions stay undetermined"};
  std::string lead = "basis     ";
  for (const Basis basis : EnumValues<Basis>()) {
    EnumSet<LicensePart> parts;
    for (const LicensePart part : EnumValues<LicensePart>()) {
      if (license.part_basis[static_cast<std::size_t>(part)] == basis) parts.Add(part);
    }
    if (parts.empty()) continue;
    const bool whole = parts == EnumSet<LicensePart>::All();
    output->Wrapped(lead, 10, 10,
                    absl::StrCat(whole ? "" : absl::StrCat(Names(parts), ": "),
                                 kBasis[static_cast<std::size_t>(basis)]));
    lead = std::string(10, ' ');
  }
  for (const ReadText& text : license.read_texts) {
    output->Wrapped(
        "read      ", 10, 10,
        absl::StrCat(text.document, " (", Names(text.parts), "), SHA-256 ", text.sha256));
  }
}

// Whose agreement it is, and of what day.
void PrintAgreement(const License& license, Output* output) {
  if (!license.only_licensor.empty()) {
    output->Wrapped("granted   ", 10, 10, absl::StrCat("by ", license.only_licensor, " alone"));
  }
  if (!license.edition_of.empty()) {
    output->Wrapped("edition   ", 10, 10, absl::StrCat("of ", license.edition_of));
  }
  if (!license.later_editions.empty()) {
    output->Wrapped(
        "moves to  ", 10, 10,
        absl::StrCat(absl::StrJoin(license.later_editions, ", "), ", if the licensee wants"));
  }
  if (!license.revocable) output->Line("grants    stay, once made");
}

std::string SatisfiedText(const Duty& duty) {
  std::string text;
  if (!duty.satisfied_by.empty()) {
    absl::StrAppend(&text, " Satisfied by: ", absl::StrJoin(duty.satisfied_by, ", "), ".");
  }
  for (const Satisfier& satisfier : duty.satisfiers) {
    if (satisfier.on == SatisfiedOn::kAlways) continue;
    absl::StrAppend(&text, " On ", Name(satisfier.on), ": ", satisfier.license,
                    SectionText(satisfier.clause.section), ".");
  }
  if (duty.contested_in_collections) {
    absl::StrAppend(&text, " Contested of a data set that holds the work beside others.");
  }
  return text;
}

void PrintOwnDuties(const License& license, Output* output) {
  if (!license.duties.empty()) output->Heading("Duties");
  for (const Duty& duty : license.duties) {
    output->Wrapped(
        "  ", 2, 4,
        absl::StrCat(Name(duty.kind), duty.value.empty() ? "" : absl::StrCat(" “", duty.value, "”"),
                     " (on ", Names(duty.on), ") [", Names(duty.scopes), "]",
                     SectionText(duty.clause.section), ": ", duty.clause.says,
                     SatisfiedText(duty)));
  }
}

// Lines that say what the text says of something, under a heading.
class ClauseList {
 public:
  ClauseList(absl::string_view heading, Output* output) : heading_(heading), output_(*output) {}
  void Add(absl::string_view what, const Clause& clause) {
    if (!begun_) output_.Heading(heading_);
    begun_ = true;
    output_.Wrapped("  ", 2, 4, absl::StrCat(what, SectionText(clause.section), ": ", clause.says));
  }

 private:
  const absl::string_view heading_;
  Output& output_;
  bool begun_ = false;
};

void PrintOtherTerms(const License& license, Output* output) {
  ClauseList made("What is made with it", output);
  if (const auto& models = license.models_from_outputs) {
    made.Add(absl::StrCat("models made from outputs are derivatives",
                          models->similar_only ? ", if they perform similarly" : ""),
             models->clause);
  }
  if (license.formats_are_copies) {
    made.Add("a change of format is a copy", *license.formats_are_copies);
  }
  if (license.parts_keep_license) {
    made.Add("a part of a whole keeps its licence", *license.parts_keep_license);
  }
  if (license.copies_keep_license) {
    made.Add("copies are passed on under it alone", *license.copies_keep_license);
  }
  if (license.not_to_improve_others) {
    made.Add("not to improve other models", *license.not_to_improve_others);
  }
  ClauseList works("In works under other licences", output);
  for (const Imposition& imposition : license.imposes) {
    works.Add(absl::StrCat("imposes ", Name(imposition.kind)), imposition.clause);
  }
  if (license.further_restrictions) {
    const FurtherRestrictions& further = *license.further_restrictions;
    works.Add(
        absl::StrCat(
            "allows no further restrictions",
            further.on == EnumSet<StepKind>::All() ? "" : absl::StrCat(" on ", Names(further.on)),
            further.allows.empty() ? "" : absl::StrCat(" but ", Names(further.allows))),
        further.clause);
  }
  ClauseList others("Other clauses", output);
  for (const OtherClause& clause : license.clauses) others.Add(Name(clause.kind), clause.clause);
}

}  // namespace

void PrintLicense(const License& license, Output* output) {
  output->Line(absl::StrCat(output->Paint(license.id, Ink::kBold), "  ", license.name));
  output->Line(absl::StrCat("class     ", Name(license.license_class),
                            license.osi_approved ? ", OSI-approved" : ""));
  if (!license.steward.empty()) output->Wrapped("steward   ", 10, 10, license.steward);
  if (!license.url.empty()) output->Wrapped("text      ", 10, 10, license.url);
  PrintBasis(license, output);
  if (!license.hub_tags.empty())
    output->Wrapped("hub tag   ", 10, 10, absl::StrJoin(license.hub_tags, ", "));
  PrintAgreement(license, output);
  output->Heading("Rights");
  for (const Right right : EnumValues<Right>()) {
    std::string lead = Pad(Name(right), kRightWidth);
    for (const Grant& grant : license.grants) {
      if (!grant.rights.Has(right)) continue;
      output->Wrapped(absl::StrCat("  ", lead), kRightWidth + 2, kRightWidth + 4,
                      AnswerText(grant));
      lead = std::string(kRightWidth, ' ');
    }
  }
  if (!license.use_policy.empty()) {
    output->Heading(absl::StrCat("Restricted purposes", SectionText(license.use_policy_section)));
    output->Wrapped("  ", 2, 2, absl::StrJoin(license.use_policy, ", "));
  }
  PrintOwnDuties(license, output);
  PrintOtherTerms(license, output);
  output->Line();
  output->Line(output->Paint(kDisclaimer, Ink::kDim));
}

void PrintLicense(const LicenseException& exception, Output* output) {
  output->Line(absl::StrCat(output->Paint(exception.id, Ink::kBold), "  ", exception.name));
  output->Wrapped("says      ", 10, 10, exception.says);
  if (!exception.drops_duties.empty()) {
    output->Wrapped(
        "drops     ", 10, 10,
        absl::StrCat(Names(exception.drops_duties), " [", Names(exception.scopes), "]"));
  }
  if (!exception.drops_impositions.empty()) {
    output->Wrapped("imposes   ", 10, 10,
                    absl::StrCat("no longer: ", Names(exception.drops_impositions)));
  }
  if (exception.for_linking) {
    output->Wrapped("for       ", 10, 10, "what links to or embeds the work, not what adapts it");
  }
  output->Line();
  output->Line(output->Paint(kDisclaimer, Ink::kDim));
}

void PrintLicenses(const std::vector<License>& licenses, Output* output) {
  for (const License& license : licenses) {
    output->Line(absl::StrCat(Pad(license.id, 46), Pad(Name(license.license_class), 16),
                              Pad(Name(license.basis), 9), EscapeForTerminal(license.name)));
  }
  output->Line(absl::StrCat(licenses.size(), " licences"));
}

namespace {

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

}  // namespace

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

void PrintSuggestions(const Suggestions& suggestions, Output* output) {
  output->Line(absl::StrCat(
      output->Paint(EscapeForTerminal(suggestions.artifact), Ink::kBold), "  now ",
      suggestions.license.empty() ? "without a licence" : EscapeForTerminal(suggestions.license),
      suggestions.complete ? "" : "; INCOMPLETE: cut short by a limit"));
  for (const LicenseSuggestion& suggestion : suggestions.suggestions) {
    std::vector<std::string> duties;
    for (const DutyKind duty : suggestion.duties) duties.emplace_back(Name(duty));
    output->Wrapped(absl::StrCat("  ", Pad(suggestion.license, 32), "  ",
                                 Pad(Name(suggestion.license_class), 16)),
                    52, 54, duties.empty() ? "asks for nothing" : absl::StrJoin(duties, ", "));
  }
  if (!suggestions.suggestions.empty()) {
    output->Line("What its upstreams ask for is due besides (lineage-cli notice).");
  }
  if (!suggestions.standing.empty()) {
    output->Line("No licence ends these findings:");
    PrintFindingList(suggestions.standing, false, output);
  }
  if (!suggestions.conflicts.empty()) {
    output->Line("No licence of the catalogue will do. These conflict:");
    for (const std::vector<std::string>& conflict : suggestions.conflicts) {
      output->Wrapped("  - ", 4, 4, absl::StrJoin(conflict, " and "));
    }
  }
  output->Line();
  output->Line(output->Paint(kDisclaimer, Ink::kDim));
}

void PrintComparison(const License& left, const License& right, Output* output) {
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

}  // namespace lineage
