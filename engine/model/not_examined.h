// What no answer of this product speaks of: said in one line with every answer, and explained on
// request.
#ifndef LINEAGE_ENGINE_MODEL_NOT_EXAMINED_H_
#define LINEAGE_ENGINE_MODEL_NOT_EXAMINED_H_

#include <array>

#include "absl/strings/string_view.h"

namespace lineage {

// The line.
inline constexpr absl::string_view kDisclaimer =
    "Not legal advice; not examined: privacy, export, AI laws, patents, marks (why "
    "--not-examined).";

struct NotExamined {
  absl::string_view topic;
  absl::string_view says;
};

inline constexpr std::array<NotExamined, 9> kNotExamined = {{
    {"personal data",
     "Whether training data or outputs hold data about people, and on what ground they may be "
     "processed (in the Union the GDPR). A licence never answers that."},
    {"export control",
     "Whether weights, services or users fall under export rules or sanctions. Clauses that demand "
     "compliance are shown with the licence; whether it is given is not examined."},
    {"AI laws",
     "Duties of who develops, offers or uses AI (in the Union the AI Act). Whose model it is under "
     "Chapter V, and what that party owes: ai-act ARTIFACT. High-risk systems, transparency of "
     "outputs and prohibited practices are not examined."},
    {"others' patents",
     "patent-grant speaks of patents of those who license the work. Others may hold patents on "
     "what "
     "the model does."},
    {"trade marks",
     "Duties about names that a licence states are listed. Whether a name may be used besides, or "
     "resembles somebody's mark, is not examined."},
    {"outputs' own lawfulness",
     "use-outputs says what terms allow. Whether one output copies a protected work, defames or "
     "misleads depends on that output."},
    {"lawful access",
     "Whether training data was obtained lawfully, against reservations of rights or access "
     "controls. Switches of the theory (why --theories) say what answers turn on; facts of one "
     "collection are not examined."},
    {"sector and contract law",
     "Rules of a trade (medicine, finance, safety of products), consumer and competition law, and "
     "contracts that the asker itself is bound by."},
    {"validity",
     "Whether a licence, or a clause of it, is valid and enforceable where the asker is. It is "
     "taken at its word."},
}};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_NOT_EXAMINED_H_
