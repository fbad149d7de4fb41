#include "tools/cli/print/report.h"

#include <nlohmann/json.hpp>

namespace lineage {

bool WriteReport(absl::Span<const ReportItem> items, Output* output) {
  switch (output->format()) {
    case Format::kSarif:
      output->stream() << DumpJson(SarifDocument(items, LINEAGE_VERSION), 2) << "\n";
      return true;
    case Format::kJunit:
      output->stream() << JUnitDocument(items);
      return true;
    case Format::kGithub:
      output->stream() << GithubAnnotations(items);
      return true;
    default:
      return false;
  }
}

}  // namespace lineage
