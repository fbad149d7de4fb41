#include "tools/cli/tables.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/text.h"
#include "engine/model/not_examined.h"
#include "tools/cli/print/findings.h"
#include "tools/cli/print/text.h"

namespace lineage {
namespace {

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
