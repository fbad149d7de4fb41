#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"
#include "engine/model/not_examined.h"
#include "tools/cli/json.h"
#include "tools/cli/license_texts.h"
#include "tools/cli/print/text.h"
#include "tools/cli/verb.h"

namespace lineage {
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

std::string AnswerText(const Grant& grant) {
  return absl::StrCat(
      Name(grant.answer), grant.when.text.empty() ? "" : absl::StrCat(" if ", grant.when.text),
      " [", Names(grant.scopes), "]", SectionText(grant.clause.section), ": ", grant.clause.says);
}

void Print(const License& license, Output* output) {
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

void Print(const LicenseException& exception, Output* output) {
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

class LicenseShowVerb final : public Verb {
 public:
  LicenseShowVerb()
      : Verb({.name = "license show",
              .summary = "A licence: its terms with their clauses",
              .group = VerbGroup::kCatalogue,
              .needs = Needs::kAnswers,
              .formats = DocumentFormats(),
              .examples = {
                  {"license show llama2", "what it permits, forbids and asks for"},
                  {"license show MIT --text", "its text, if it is at hand"},
                  {"license show Classpath-exception-2.0", "what an exception takes back"}}}) {}

  void Declare(CLI::App* app) override {
    app->add_option("LICENSE", license_, "An id, tag or alias; or an exception's id")->required();
    app->add_flag("--text", text_, "Its text instead, if it is at hand");
    app->add_option("--texts", texts_, "A folder of texts named by id, looked into first");
  }

  absl::StatusOr<int> Run(Invocation& run) override {
    const absl::StatusOr<License> license = run.answers->FindLicense(license_);
    if (absl::IsNotFound(license.status())) {
      ASSIGN_OR_RETURN(const std::vector<LicenseException> exceptions, run.answers->Exceptions());
      for (const LicenseException& exception : exceptions) {
        if (exception.id == license_) return Show(exception, &run.output);
      }
    }
    RETURN_IF_ERROR(license.status());
    if (text_ || !texts_.empty()) return ShowText(*license, &run.output);
    return Show(*license, &run.output);
  }

 private:
  // A licence or an exception.
  template <typename Terms>
  static int Show(const Terms& terms, Output* output) {
    if (output->table()) {
      Print(terms, output);
    } else {
      output->Document(ToJson(terms));
    }
    return kExitYes;
  }

  absl::StatusOr<int> ShowText(const License& license, Output* output) const {
    const absl::StatusOr<std::string> text = LicenseTextOf(license.id, texts_);
    if (absl::IsNotFound(text.status())) {
      const std::string where = WhereTextStands(license);
      return absl::NotFoundError(
          absl::StrCat(text.status().message(), where.empty() ? "" : "; ", where));
    }
    RETURN_IF_ERROR(text.status());
    if (output->table()) {
      output->stream() << *text;
    } else {
      output->Document({{"id", license.id}, {"text", *text}});
    }
    return kExitYes;
  }

  std::string license_;
  bool text_ = false;
  std::string texts_;
};

}  // namespace

std::unique_ptr<Verb> MakeLicenseShowVerb() { return std::make_unique<LicenseShowVerb>(); }

}  // namespace lineage
